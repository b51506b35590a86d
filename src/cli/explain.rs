//! `bidwright explain`: the page of a code or of a rule over bids, or the list of all codes.

use super::args::Explain;
use super::{CLEAN, FAILED, show, words};
use crate::diagnostic::{Lang, catalogue, entry};
use crate::disk::Failure;
use crate::rules::bid;
use crate::schema::similar;

pub(super) fn run(command: &Explain, lang: Lang) -> Result<u8, Failure> {
    let Some(code) = &command.code else {
        for (code, entry) in catalogue() {
            let level = words::level(entry.severity, lang);
            show::line(&format!("{code:28} {level:8} {}", entry.words(lang).outline()));
        }
        return Ok(CLEAN);
    };
    match entry(code) {
        Some(entry) => {
            show::line(&words::page_head(code, entry.severity, lang));
            show::line(entry.words(lang).explain.trim_end());
            Ok(CLEAN)
        }
        None if bid::shipped().contains_key(code) => {
            show::line(&words::rule_page(code, &bid::shipped()[code], lang));
            Ok(CLEAN)
        }
        None => {
            show::tell(&words::no_code(code, similar(code, known()), lang));
            Ok(FAILED)
        }
    }
}

/// All that has a page.
fn known() -> impl Iterator<Item = &'static str> {
    catalogue().keys().chain(bid::shipped().keys()).map(String::as_str)
}
