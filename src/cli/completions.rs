//! `bidwright completions`: scripts for the usual shells.

use clap::CommandFactory as _;

use super::args::{Arguments, Completions};
use super::{CLEAN, show};
use crate::disk::Failure;

pub(super) fn run(command: &Completions) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut Arguments::command(), "bidwright", &mut script);
    show::print(&String::from_utf8_lossy(&script));
    Ok(CLEAN)
}
