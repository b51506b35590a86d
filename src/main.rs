//! The thin binary: hands the arguments over and ends with the code that comes back.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Whoever interrupts gets the prompt back at once, but never in the middle of writing a set of files.
    let _ = ctrlc::set_handler(|| {
        let _settled = bidwright::disk::settled();
        std::process::exit(130);
    });
    ExitCode::from(bidwright::cli::run(std::env::args_os()))
}
