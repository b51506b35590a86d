//! A line for each finding, as compilers write them: editors can jump to the places.

use super::Told;
use crate::cli::show::harmless;
use crate::cli::words;
use crate::text::inert;

pub(super) fn short(told: &Told) -> String {
    let mut text = String::new();
    for item in &told.items {
        let level = words::level(item.severity, told.lang);
        let line = format!(
            "{}:{}:{}: {level}[{}]: {}",
            item.shown(),
            item.start.line,
            item.start.column,
            item.finding.code,
            item.message
        );
        text.push_str(&harmless(&line));
        text.push('\n');
    }
    inert(&text)
}
