//! The one place that names the Markdown parser: turns text into events, and sees what the parser does not
//! tell.

use std::ops::Range;

pub(super) use pulldown_cmark::{Alignment, CodeBlockKind, Event, LinkType, Tag, TagEnd};
use pulldown_cmark::{BrokenLink, CowStr, Options, Parser};

/// CommonMark with what bids use. Math is off: a dollar sign is a dollar sign. So are typographic quotes,
/// which would rewrite what the author wrote.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
}

/// A parsed text.
pub(super) struct Parsed<'t> {
    pub text: &'t str,
    pub events: Vec<(Event<'t>, Range<usize>)>,
    /// For each beginning the index of its end; for every other event its own index.
    pub ends: Vec<usize>,
    /// For each beginning of a list whether its items hold paragraphs.
    pub loose: Vec<bool>,
    /// `[words][label]` and `[label][]` whose label is defined nowhere.
    pub broken: Vec<(String, Range<usize>)>,
    /// `[label]: destination`.
    pub definitions: Vec<(String, Range<usize>)>,
}

impl<'t> Parsed<'t> {
    pub fn new(text: &'t str) -> Self {
        let mut broken = Vec::new();
        let mut note = |link: BrokenLink<'t>| -> Option<(CowStr<'t>, CowStr<'t>)> {
            // A lone `[label]` is only brackets, as in `[附件1]`.
            if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
                broken.push((link.reference.to_string(), link.span));
            }
            None
        };
        let parser = Parser::new_with_broken_link_callback(text, options(), Some(&mut note));
        let mut definitions: Vec<_> = parser
            .reference_definitions()
            .iter()
            .map(|(label, definition)| (label.to_owned(), definition.span.clone()))
            .collect();
        definitions.sort_by_key(|(_, range)| range.start);
        let events: Vec<_> = parser.into_offset_iter().collect();
        let (ends, loose) = outline(&events);
        Self { text, events, ends, loose, broken, definitions }
    }

    /// The event at `at` with its range.
    pub fn event(&self, at: usize) -> Option<&(Event<'t>, Range<usize>)> {
        self.events.get(at)
    }

    /// The text behind a range of the events.
    pub fn slice(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or_default()
    }
}

fn outline(events: &[(Event, Range<usize>)]) -> (Vec<usize>, Vec<bool>) {
    let mut ends: Vec<usize> = (0..events.len()).collect();
    let mut loose = vec![false; events.len()];
    let mut open: Vec<usize> = Vec::new();
    for (at, (event, _)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::Paragraph) => {
                if let [.., list, item] = open[..]
                    && matches!(events[item].0, Event::Start(Tag::Item))
                {
                    loose[list] = true;
                }
                open.push(at);
            }
            Event::Start(_) => open.push(at),
            Event::End(_) => {
                if let Some(start) = open.pop() {
                    ends[start] = at;
                }
            }
            _ => {}
        }
    }
    (ends, loose)
}

/// The ranges of code spans and code blocks, in order.
pub(super) fn code<'e>(events: impl IntoIterator<Item = &'e (Event<'e>, Range<usize>)>) -> Vec<Range<usize>> {
    events
        .into_iter()
        .filter(|(event, _)| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))))
        .map(|(_, range)| range.clone())
        .collect()
}

/// The ranges of code in a text that still has its expressions.
pub(super) fn code_ranges(text: &str) -> Vec<Range<usize>> {
    let events: Vec<_> = Parser::new_ext(text, options()).into_offset_iter().collect();
    code(&events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_loose_when_an_item_holds_a_paragraph() {
        let parsed = Parsed::new("- a\n\n  b\n- c\n  1. d\n  2. e\n");
        let lists: Vec<_> = (0..parsed.events.len())
            .filter(|at| matches!(parsed.events[*at].0, Event::Start(Tag::List(_))))
            .map(|at| parsed.loose[at])
            .collect();
        assert_eq!(lists, [true, false]);
        assert_eq!(parsed.ends[0], parsed.events.len() - 1);
    }

    #[test]
    fn code_is_found() {
        let text = "a `b` \n\n```\nc\n```\n\n    d\n";
        let found: Vec<_> =
            code_ranges(text).into_iter().map(|range| text[range].trim_end().to_owned()).collect();
        assert_eq!(found, ["`b`", "```\nc\n```", "d"]);
    }

    #[test]
    fn broken_references_are_kept() {
        let parsed = Parsed::new("[a][b] [c][] [d]\n\n[e]: f");
        let labels: Vec<_> = parsed.broken.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(labels, ["b", "c"]);
        assert_eq!(parsed.definitions, [("e".to_owned(), 18..24)]);
    }
}
