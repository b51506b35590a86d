//! Where links and images lead. Only what a reader of a printed or sealed bid can follow is let through.

use std::ops::Range;

use super::Emitter;
use crate::diagnostic::Finding;
use crate::prose::expression::brief;
use crate::prose::letters::{self, MARK};
use crate::prose::literal;
use crate::prose::markdown::{Event, LinkType, Tag};

/// Typst refuses longer addresses.
const LONGEST_ADDRESS: usize = 8000;

impl Emitter<'_, '_> {
    /// The address of a link, unless it is of a kind that no bid should carry.
    pub(super) fn target(&mut self, kind: LinkType, written: &str, link: &Range<usize>) -> Option<String> {
        let span = self.page.span(self.page.within(link, written));
        let mut address = self.line(written).trim().to_owned();
        if kind == LinkType::Email {
            address.insert_str(0, "mailto:");
        }
        if let Some(anchor) = address.strip_prefix('#').filter(|anchor| !anchor.is_empty()) {
            self.links.push((anchor.to_owned(), span));
            return Some(address);
        }
        let lower = address.to_ascii_lowercase();
        let is_known = ["https://", "http://", "mailto:"]
            .iter()
            .any(|scheme| lower.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
        if is_known && address.len() <= LONGEST_ADDRESS {
            return Some(address);
        }
        let hint = match scheme(&address) {
            _ if is_known => "long",
            Some(_) => "kinds",
            None => "relative",
        };
        let finding = Finding::new("link-scheme", span).with("address", brief(&address));
        self.findings.push(finding.hint(hint, Vec::new()));
        None
    }

    /// True for a paragraph that holds an image and nothing else.
    pub(super) fn is_figure(&self, at: usize) -> bool {
        let parsed = &self.page.parsed;
        matches!(parsed.event(at + 1), Some((Event::Start(Tag::Image { .. }), _)))
            && parsed.ends[at + 1] + 1 == parsed.ends[at]
    }

    /// Sets the image at `at`. One that cannot be shown leaves its description, so that the gap is seen.
    pub(super) fn image(&mut self, at: usize, inline: bool) {
        let page = self.page;
        let (Event::Start(Tag::Image { dest_url, title, .. }), range) = &page.parsed.events[at] else {
            return;
        };
        let span = page.span(page.within(range, dest_url));
        let path = self.line(dest_url);
        let description = self.description(at);
        let found = match scheme(&path) {
            None if !path.starts_with("//") => (self.images)(&path, span),
            _ => {
                self.findings.push(Finding::new("image-remote", span).with("address", brief(&path)));
                None
            }
        };
        let from = self.out.len();
        match found {
            Some(file) => {
                self.out.push_str("md.image(");
                literal::write(&mut self.out, &file);
                self.out.push_str(", alt: ");
                literal::write(&mut self.out, &description);
                self.out.push_str(", caption: ");
                let caption = self.line(title);
                if caption.is_empty() {
                    self.out.push_str("none");
                } else {
                    literal::write(&mut self.out, &caption);
                }
                self.out.push_str(if inline { ", inline: true);" } else { ", inline: false);\n" });
            }
            None => {
                let words = if description.is_empty() { &path } else { &description };
                self.out.push_str(if inline { "" } else { "md.p({" });
                literal::write(&mut self.out, &format!("[{words}]"));
                self.out.push_str(if inline { ";" } else { ";});\n" });
            }
        }
        self.last = None;
        self.map.add(from..self.out.len(), page.span(range.clone()));
    }

    /// What stands in the brackets of an image, without marks.
    fn description(&mut self, at: usize) -> String {
        let page = self.page;
        let mut words = String::new();
        for (event, _) in &page.parsed.events[at..page.parsed.ends[at]] {
            match event {
                Event::Text(text) | Event::Code(text) => words.push_str(&self.line(text)),
                Event::SoftBreak | Event::HardBreak => words.push(' '),
                _ => {}
            }
        }
        words
    }

    /// Text with its values on one line: for the strings that are no content.
    fn line(&mut self, text: &str) -> String {
        let mut line = String::new();
        for letter in text.chars().filter(|letter| *letter != MARK) {
            match letters::stands_for(letter) {
                Some(index) => {
                    let value = self.expressions.value(index, self.findings);
                    line.push_str(&value.trim_end().replace(['\n', '\t'], " "));
                }
                None if letter == '\n' || letter == '\t' => line.push(' '),
                None => line.push(letter),
            }
        }
        line
    }
}

/// The scheme of an address; a single letter is the drive of a Windows path.
fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'));
    is_scheme.then_some(scheme)
}
