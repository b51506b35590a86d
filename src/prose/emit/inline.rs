//! Sets what stands within a line: words, breaks, code and footnotes.

use std::ops::Range;

use super::{BREAK, Emitter};
use crate::prose::letters::{self, MARK};
use crate::prose::literal;
use crate::prose::markdown::{Event, Tag};

impl Emitter<'_, '_> {
    /// Sets the text at `at` and all that follows it directly, without its first `skip` bytes.
    pub(super) fn text(&mut self, at: usize, skip: usize) -> usize {
        let page = self.page;
        let mut words = String::new();
        let mut range = page.parsed.events[at].1.clone();
        let mut next = at;
        while let Some((Event::Text(text), part)) = page.parsed.event(next) {
            words.push_str(text);
            range.end = part.end;
            next += 1;
        }
        let mut words = words.get(skip..).unwrap_or_default();
        if self.last.is_none() && self.out.ends_with("md.p({") {
            // The house indents paragraphs; ideographic spaces from a word processor would do it twice.
            words = words.trim_start_matches('\u{3000}');
        }
        self.say(words, range);
        next
    }

    /// Sets words as literals. Values are put in as they are; their line feeds become line breaks.
    pub(super) fn say(&mut self, words: &str, range: Range<usize>) {
        let from = self.out.len();
        let mut line = String::new();
        for letter in words.chars() {
            match letters::stands_for(letter) {
                Some(index) => {
                    let value = self.expressions.value(index, self.findings);
                    let mut lines = value.lines().filter(|line| !line.trim().is_empty());
                    line.push_str(lines.next().unwrap_or(if value.contains('\n') { "" } else { &value }));
                    for next in lines {
                        self.break_line(&mut line);
                        line.push_str(next);
                    }
                }
                None if letter == '\n' => self.break_line(&mut line),
                None if letter == '\t' => line.push(' '),
                None if letter == MARK => {}
                None => line.push(letter),
            }
        }
        self.flush(&line);
        if self.out.len() > from {
            self.map.add(from..self.out.len(), self.page.span(range));
        }
    }

    /// Ends a line within a text. Headings keep to one: their words also stand in the table of contents.
    fn break_line(&mut self, line: &mut String) {
        if self.in_heading {
            line.push(' ');
            return;
        }
        self.flush(line);
        line.clear();
        self.hard_break();
    }

    fn flush(&mut self, line: &str) {
        if line.is_empty() {
            return;
        }
        literal::write(&mut self.out, line);
        self.out.push(';');
        self.heard(line);
    }

    /// Remembers words that were set.
    fn heard(&mut self, words: &str) {
        self.last = words.chars().next_back().or(self.last);
        if let (true, Some(heading)) = (self.in_heading, self.headings.last_mut()) {
            heading.text.push_str(words);
        }
    }

    pub(super) fn hard_break(&mut self) {
        self.out.push_str(BREAK);
        self.last = None;
    }

    /// Begins a new line unless one has just begun.
    pub(super) fn fresh_line(&mut self) {
        if self.last.is_some() {
            self.hard_break();
        }
    }

    /// A line break in the file is none on the page. Between Chinese characters it is not even a space.
    pub(super) fn soft_break(&mut self, at: usize) {
        let next = self.next_letter(at + 1);
        if self.last.zip(next).is_some_and(|(last, next)| letters::joins(last, next)) {
            return;
        }
        self.out.push_str("md.softbreak;");
        self.heard(" ");
    }

    /// The first character that is set from the event `at` on, if it stands in the same line.
    fn next_letter(&mut self, at: usize) -> Option<char> {
        let page = self.page;
        for (event, _) in page.parsed.events.get(at..)? {
            let text = match event {
                Event::Text(text) | Event::Code(text) => text,
                Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. }) => continue,
                _ => return None,
            };
            for letter in text.chars().filter(|letter| *letter != MARK) {
                let Some(index) = letters::stands_for(letter) else { return Some(letter) };
                if let Some(first) = self.expressions.value(index, self.findings).chars().next() {
                    return Some(first);
                }
            }
        }
        None
    }

    pub(super) fn code(&mut self, code: &str, range: &Range<usize>) {
        let from = self.out.len();
        let code = self.page.shown(code, &mut self.expressions);
        self.out.push_str("md.code(");
        literal::write(&mut self.out, &code);
        self.out.push_str(");");
        self.heard(&code);
        self.map.add(from..self.out.len(), self.page.span(range.clone()));
    }

    pub(super) fn footnote(&mut self, label: &str, range: &Range<usize>) {
        let Some(note) = self.notes.get(&label.to_lowercase()) else {
            let label = self.page.written(label, &self.expressions);
            return self.say(&format!("[^{label}]"), range.clone());
        };
        let from = self.out.len();
        self.out.push_str("md.footnote(");
        self.out.push_str(note);
        self.out.push_str(");");
        self.map.add(from..self.out.len(), self.page.span(range.clone()));
    }
}
