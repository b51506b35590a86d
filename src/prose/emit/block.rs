//! Sets blocks that are more than a call around their content: headings, tables, code, HTML and footnotes.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Emitter, LEVELS, Shape};
use crate::diagnostic::Finding;
use crate::prose::Heading;
use crate::prose::letters;
use crate::prose::literal;
use crate::prose::markdown::{Alignment, CodeBlockKind, Event, Tag, TagEnd};

impl Emitter<'_, '_> {
    /// Binds the footnotes that the text refers to. A reference within a footnote finds none bound, so that
    /// notes cannot go round in circles.
    pub(super) fn bind_notes(&mut self) {
        let parsed = &self.page.parsed;
        let mut definitions = BTreeMap::new();
        let mut referred = Vec::new();
        let mut at = 0;
        while let Some((event, _)) = parsed.event(at) {
            match event {
                Event::Start(Tag::FootnoteDefinition(label)) => {
                    definitions.entry(label.to_lowercase()).or_insert(at);
                    at = parsed.ends[at];
                }
                Event::FootnoteReference(label) => referred.push(label.to_lowercase()),
                _ => {}
            }
            at += 1;
        }
        let mut notes = BTreeMap::new();
        for label in referred {
            let Some(start) = definitions.remove(&label) else { continue };
            let name = format!("note-{}", notes.len() + 1);
            let from = self.out.len();
            self.out.push_str(&format!("let {name} = {{"));
            self.note(start);
            self.out.push_str("}\n");
            self.map.add(from..self.out.len(), self.page.span(parsed.events[start].1.clone()));
            notes.insert(label, name);
        }
        self.notes = notes;
    }

    /// The content of a footnote. A single paragraph is set without a block of its own.
    fn note(&mut self, start: usize) {
        let parsed = &self.page.parsed;
        let end = parsed.ends[start];
        let is_paragraph = matches!(parsed.event(start + 1), Some((Event::Start(Tag::Paragraph), _)));
        self.last = None;
        if is_paragraph && parsed.ends[start + 1] + 1 == end {
            self.run(start + 2..end - 1);
        } else {
            self.run(start + 1..end);
        }
        self.fill();
    }

    pub(super) fn heading(&mut self, level: u8, id: Option<&str>, range: Range<usize>) {
        let id = id.and_then(|id| self.anchor(id, &range));
        let mut call = format!("md.h({level}, ");
        if let Some(id) = &id {
            call.push_str("id: ");
            literal::write(&mut call, id);
            call.push_str(", ");
        }
        call.push('{');
        self.headings.push(Heading { level, id, text: String::new(), span: self.page.span(range.clone()) });
        self.in_heading = true;
        self.open(range, &call, Shape::BLOCK);
    }

    /// The anchor of a heading, unless it is none that others could refer to.
    fn anchor(&mut self, id: &str, heading: &Range<usize>) -> Option<String> {
        let mark = format!("#{id}");
        let span = self.page.span(self.page.within(heading, &mark));
        let is_sound = |letter: char| {
            letter.is_ascii_alphanumeric()
                || matches!(letter, '.' | '_' | ':' | '-')
                || letters::is_han(letter)
        };
        let id = self.page.written(id, &self.expressions);
        if id.is_empty() || !id.chars().all(is_sound) {
            self.findings.push(Finding::new("anchor-invalid", span).with("anchor", id));
            return None;
        }
        if let Some((_, first)) = self.anchored.get(&id).and_then(|at| self.anchors.get(*at)) {
            let finding = Finding::new("anchor-duplicate", span).with("anchor", id).related(
                *first,
                "first",
                Vec::new(),
            );
            self.findings.push(finding);
            return None;
        }
        self.anchored.insert(id.clone(), self.anchors.len());
        self.anchors.push((id.clone(), span));
        Some(id)
    }

    pub(super) fn code_block(&mut self, at: usize, kind: &CodeBlockKind) {
        let page = self.page;
        let from = self.out.len();
        let mut text = String::new();
        for (event, _) in &page.parsed.events[at..page.parsed.ends[at]] {
            if let Event::Text(part) = event {
                text.push_str(&page.shown(part, &mut self.expressions));
            }
        }
        let info = match kind {
            CodeBlockKind::Fenced(info) => page.shown(info, &mut self.expressions),
            CodeBlockKind::Indented => String::new(),
        };
        let language =
            info.split(|letter: char| letter == ',' || letter.is_whitespace()).next().unwrap_or_default();
        self.out.push_str("md.codeblock(");
        if language.is_empty() {
            self.out.push_str("none");
        } else {
            literal::write(&mut self.out, language);
        }
        self.out.push_str(", ");
        literal::write(&mut self.out, text.strip_suffix('\n').unwrap_or(&text));
        self.out.push_str(");\n");
        self.last = None;
        self.map.add(from..self.out.len(), page.span(page.parsed.events[at].1.clone()));
    }

    /// HTML is no language of a bid: its letters are set as they are, and its comments are kept from the
    /// reader.
    pub(super) fn html_block(&mut self, at: usize) {
        let page = self.page;
        let range = page.parsed.events[at].1.clone();
        let html = without_comments(&page.written(page.parsed.slice(&range), &self.expressions));
        if html.trim().is_empty() {
            return;
        }
        self.last = None;
        self.open(range.clone(), "md.p({", Shape::BLOCK);
        self.say(html.trim(), range);
        self.end(TagEnd::HtmlBlock);
    }

    /// True for a paragraph that begins with `表：` and stands directly before a table.
    pub(super) fn is_caption(&self, at: usize) -> bool {
        let parsed = &self.page.parsed;
        let before_table =
            matches!(parsed.event(parsed.ends[at] + 1), Some((Event::Start(Tag::Table(_)), _)));
        before_table && self.caption_sign(at).is_some()
    }

    /// The length of the sign with which a caption begins.
    fn caption_sign(&self, at: usize) -> Option<usize> {
        let (Event::Text(text), _) = self.page.parsed.event(at + 1)? else { return None };
        let rest = text.strip_prefix("表：").or_else(|| text.strip_prefix("表:"))?;
        Some(text.len() - rest.trim_start().len())
    }

    pub(super) fn table(&mut self, range: Range<usize>, columns: &[Alignment]) {
        let caption = self.caption.take();
        if self.levels + Shape::TABLE.levels > LEVELS {
            if let Some(at) = caption {
                self.caption(at);
                self.fresh_line();
            }
            return self.open(range, "", Shape::TABLE);
        }
        let from = self.out.len();
        self.out.push_str("md.table(align: (");
        for column in columns {
            self.out.push_str(match column {
                Alignment::None | Alignment::Left => "left,",
                Alignment::Center => "center,",
                Alignment::Right => "right,",
            });
        }
        self.out.push_str("), caption: ");
        match caption {
            Some(at) => {
                let from = self.out.len();
                self.out.push('{');
                self.caption(at);
                self.fill();
                self.out.push('}');
                self.map.add(from..self.out.len(), self.page.span(self.page.parsed.events[at].1.clone()));
            }
            None => self.out.push_str("none"),
        }
        self.out.push_str(", ");
        self.open(range, "", Shape::TABLE);
        if let Some(frame) = self.stack.last_mut() {
            frame.start = from;
        }
    }

    /// The words of a caption without its sign.
    fn caption(&mut self, at: usize) {
        self.last = None;
        let next = self.text(at + 1, self.caption_sign(at).unwrap_or_default());
        self.run(next..self.page.parsed.ends[at]);
    }
}
/// HTML without its comments: what an author hides in a file must not be printed for a customer.
pub(super) fn without_comments(html: &str) -> String {
    let mut kept = String::new();
    let mut rest = html;
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}
