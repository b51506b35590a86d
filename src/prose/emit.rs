//! Turns parsed Markdown into Typst code: calls of the functions of `md`, with all text of the user in literals.
//!
//! The walk is flat and its nesting limited: neither ten thousand quotes nor Typst's own limit can stop it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::expression::Expressions;
use super::letters::{self, MARK};
use super::markdown::{Alignment, CodeBlockKind, Event, Tag, TagEnd};
use super::{Heading, Page, SourceMap, literal};
use crate::diagnostic::{Finding, Findings};
use crate::source::Span;

/// How deep blocks and inline marks nest before the rest is flattened. Typst parses 256 levels and lays out 72, of
/// which a level here takes up to two: forty quotes are refused even on an empty page, and templates need their share.
pub(super) const LEVELS: usize = 24;

/// What stands around the code of one text.
const HEAD: &str = "#import \"/templates/house/md.typ\"\n#{\n";
const FOOT: &str = "}\n";

const BREAK: &str = "md.hardbreak;";

/// Resolves the path of an image as written to a virtual path, or raises its own finding.
pub(super) type Images<'p> = dyn FnMut(&str, Span) -> Option<String> + 'p;

pub(super) struct Emitter<'p, 'a> {
    pub page: &'p Page<'a>,
    pub expressions: Expressions<'a>,
    pub findings: &'p mut Findings,
    pub images: &'p mut Images<'p>,
    pub out: String,
    pub map: SourceMap,
    pub anchors: Vec<(String, Span)>,
    pub links: Vec<(String, Span)>,
    pub headings: Vec<Heading>,
    /// The last character of the line that is being set.
    pub last: Option<char>,
    /// The index of each anchor, for finding the second of two.
    anchored: BTreeMap<String, usize>,
    stack: Vec<Frame>,
    levels: usize,
    told_too_deep: bool,
    in_heading: bool,
    /// The paragraph that captions the table after it.
    caption: Option<usize>,
    /// The variable that holds each footnote, by its label in lower case.
    notes: BTreeMap<String, String>,
}

/// Something that has begun and not ended.
struct Frame {
    start: usize,
    range: Range<usize>,
    shape: Shape,
}

/// How a part of the code ends and nests.
#[derive(Clone, Copy)]
struct Shape {
    close: &'static str,
    /// What ends it where it is set without a call of its own.
    flat: &'static str,
    levels: usize,
    /// True where only parts of a list or table may stand inside, no content.
    holds_parts: bool,
}

impl Shape {
    const BLOCK: Self = Self { close: "});\n", flat: BREAK, levels: 1, holds_parts: false };
    const INLINE: Self = Self { close: "});", flat: "", levels: 1, holds_parts: false };
    const LIST: Self = Self { close: ");\n", flat: "", levels: 2, holds_parts: true };
    const ITEM: Self = Self { close: "},", flat: BREAK, levels: 0, holds_parts: false };
    const TABLE: Self = Self { close: ");\n", flat: "", levels: 3, holds_parts: true };
    const ROW: Self = Self { close: "), ", flat: BREAK, levels: 0, holds_parts: true };
    const CELL: Self = Self { close: "},", flat: "\" \";", levels: 0, holds_parts: false };
}

impl<'p, 'a> Emitter<'p, 'a> {
    pub fn new(
        page: &'p Page<'a>,
        expressions: Expressions<'a>,
        images: &'p mut Images<'p>,
        findings: &'p mut Findings,
    ) -> Self {
        Self {
            page,
            expressions,
            findings,
            images,
            out: String::with_capacity(HEAD.len() + page.parsed.text.len() * 2),
            map: SourceMap::default(),
            anchors: Vec::new(),
            links: Vec::new(),
            headings: Vec::new(),
            last: None,
            anchored: BTreeMap::new(),
            stack: Vec::new(),
            levels: 0,
            told_too_deep: false,
            in_heading: false,
            caption: None,
            notes: BTreeMap::new(),
        }
    }

    /// Sets the whole text.
    pub fn emit(&mut self) {
        self.out.push_str(HEAD);
        self.bind_notes();
        self.run(0..self.page.parsed.events.len());
        self.out.push_str(FOOT);
        self.expressions.finish(self.findings);
    }

    /// Binds the footnotes that the text refers to. A reference within a footnote finds none bound, so that notes
    /// cannot go round in circles.
    fn bind_notes(&mut self) {
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

    fn run(&mut self, events: Range<usize>) {
        let mut at = events.start;
        while at < events.end {
            at = self.event(at);
        }
    }

    /// Sets one event, or several that belong together, and says which comes next.
    fn event(&mut self, at: usize) -> usize {
        let page = self.page;
        let (event, range) = &page.parsed.events[at];
        match event {
            Event::Start(tag) => return self.start(at, tag, range.clone()),
            Event::End(tag) => self.end(*tag),
            Event::Text(_) => return self.text(at, 0),
            Event::Code(code) => self.code(code, range),
            Event::Html(html) | Event::InlineHtml(html) => {
                let html = without_comments(&page.written(html, &self.expressions));
                self.say(&html, range.clone());
            }
            Event::SoftBreak => self.soft_break(at),
            Event::HardBreak => self.hard_break(),
            Event::Rule => self.out.push_str("md.rule();\n"),
            Event::TaskListMarker(done) => {
                self.out.push_str(if *done { "md.task(true);" } else { "md.task(false);" })
            }
            Event::FootnoteReference(label) => self.footnote(label, range),
            // Math is off.
            Event::InlineMath(text) | Event::DisplayMath(text) => self.say(text, range.clone()),
        }
        at + 1
    }

    fn start(&mut self, at: usize, tag: &Tag<'a>, range: Range<usize>) -> usize {
        let page = self.page;
        let after = page.parsed.ends[at] + 1;
        match tag {
            Tag::Paragraph if self.is_caption(at) => self.caption = Some(at),
            Tag::Paragraph if self.is_figure(at) => self.image(at + 1, false),
            Tag::Image { .. } => self.image(at, true),
            Tag::CodeBlock(kind) => self.code_block(at, kind),
            Tag::HtmlBlock => self.html_block(at),
            Tag::FootnoteDefinition(_) => {}
            _ => {
                self.container(at, tag, range);
                return at + 1;
            }
        }
        after
    }

    /// Begins what holds other events.
    fn container(&mut self, at: usize, tag: &Tag<'a>, range: Range<usize>) {
        let page = self.page;
        let is_inline = matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. });
        if !is_inline {
            self.last = None;
        }
        match tag {
            Tag::Paragraph => self.open(range, "md.p({", Shape::BLOCK),
            Tag::Heading { level, id, .. } => self.heading(*level as u8, id.as_deref(), range),
            Tag::BlockQuote(_) => self.open(range, "md.quote({", Shape::BLOCK),
            Tag::List(start) => {
                let tight = !page.parsed.loose[at];
                let call = match start {
                    Some(start) => format!("md.enum(start: {start}, tight: {tight}, "),
                    None => format!("md.list(tight: {tight}, "),
                };
                self.open(range, &call, Shape::LIST);
            }
            Tag::Item => self.open_part(range, "{", Shape::ITEM),
            Tag::Table(columns) => self.table(range, columns),
            Tag::TableHead => self.open_part(range, "header: (", Shape::ROW),
            Tag::TableRow => self.open_part(range, "(", Shape::ROW),
            Tag::TableCell => self.open_part(range, "{", Shape::CELL),
            Tag::Emphasis => self.open(range, "md.emph({", Shape::INLINE),
            Tag::Strong => self.open(range, "md.strong({", Shape::INLINE),
            Tag::Strikethrough if page.parsed.slice(&range).starts_with("~~") => {
                self.open(range, "md.strike({", Shape::INLINE);
            }
            // A single `~` is the sign of a range, as in 3~5 天, and stays one.
            Tag::Strikethrough => {
                self.say("~", range.start..range.start + 1);
                self.flat(range, "\"~\";");
            }
            Tag::Link { link_type, dest_url, .. } => match self.target(*link_type, dest_url, &range) {
                Some(url) => {
                    let mut call = String::from("md.link(");
                    literal::write(&mut call, &url);
                    call.push_str(", {");
                    self.open(range, &call, Shape::INLINE);
                }
                None => self.flat(range, ""),
            },
            _ => self.flat(range, ""),
        }
    }

    /// Opens a call that nests. Where that is too deep, what is inside is set without it.
    fn open(&mut self, range: Range<usize>, call: &str, shape: Shape) {
        if self.levels + shape.levels > LEVELS {
            if !self.told_too_deep {
                self.told_too_deep = true;
                let start = self.page.span(range.start..range.start);
                self.findings.push(Finding::new("markdown-too-deep", start).with("limit", LEVELS));
            }
            return self.flat(range, shape.flat);
        }
        self.levels += shape.levels;
        self.begin(range, call, shape);
    }

    /// Opens an item, row or cell: it belongs to its list or table, and is flat where that is.
    fn open_part(&mut self, range: Range<usize>, call: &str, shape: Shape) {
        if self.stack.last().is_some_and(|parent| parent.shape.holds_parts) {
            self.begin(range, call, shape);
        } else {
            self.flat(range, shape.flat);
        }
    }

    fn begin(&mut self, range: Range<usize>, call: &str, shape: Shape) {
        self.stack.push(Frame { start: self.out.len(), range, shape });
        self.out.push_str(call);
    }

    /// Begins something that is set without a call of its own.
    fn flat(&mut self, range: Range<usize>, close: &'static str) {
        let shape = Shape { close, flat: "", levels: 0, holds_parts: false };
        self.stack.push(Frame { start: self.out.len(), range, shape });
    }

    fn end(&mut self, tag: TagEnd) {
        let Some(frame) = self.stack.pop() else { return };
        if frame.shape.close.starts_with('}') {
            self.fill();
        }
        if frame.shape.close == BREAK {
            self.fresh_line();
        } else {
            self.out.push_str(frame.shape.close);
        }
        self.levels -= frame.shape.levels;
        self.map.add(frame.start..self.out.len(), self.page.span(frame.range));
        self.in_heading &= !matches!(tag, TagEnd::Heading(_));
    }

    /// An empty body would be no content at all.
    fn fill(&mut self) {
        if self.out.ends_with('{') {
            self.out.push_str("\"\";");
        }
    }

    fn heading(&mut self, level: u8, id: Option<&str>, range: Range<usize>) {
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

    /// Sets the text at `at` and all that follows it directly, without its first `skip` bytes.
    fn text(&mut self, at: usize, skip: usize) -> usize {
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
    pub fn say(&mut self, words: &str, range: Range<usize>) {
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

    fn hard_break(&mut self) {
        self.out.push_str(BREAK);
        self.last = None;
    }

    /// Begins a new line unless one has just begun.
    fn fresh_line(&mut self) {
        if self.last.is_some() {
            self.hard_break();
        }
    }

    /// A line break in the file is none on the page. Between Chinese characters it is not even a space.
    fn soft_break(&mut self, at: usize) {
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

    fn code(&mut self, code: &str, range: &Range<usize>) {
        let from = self.out.len();
        let code = self.page.shown(code, &mut self.expressions);
        self.out.push_str("md.code(");
        literal::write(&mut self.out, &code);
        self.out.push_str(");");
        self.heard(&code);
        self.map.add(from..self.out.len(), self.page.span(range.clone()));
    }

    fn code_block(&mut self, at: usize, kind: &CodeBlockKind) {
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

    /// HTML is no language of a bid: its letters are set as they are, and its comments are kept from the reader.
    fn html_block(&mut self, at: usize) {
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

    fn footnote(&mut self, label: &str, range: &Range<usize>) {
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

    /// True for a paragraph that begins with `表：` and stands directly before a table.
    fn is_caption(&self, at: usize) -> bool {
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

    fn table(&mut self, range: Range<usize>, columns: &[Alignment]) {
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
fn without_comments(html: &str) -> String {
    let mut kept = String::new();
    let mut rest = html;
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}
