//! Turns parsed Markdown into Typst code: calls of the functions of `md`, with all text of the user in
//! literals.
//!
//! The walk is flat and its nesting limited: neither ten thousand quotes nor Typst's own limit can stop it.

mod block;
mod inline;
mod target;

use std::collections::BTreeMap;
use std::ops::Range;

use super::expression::Expressions;
use super::markdown::{Event, Tag, TagEnd};
use super::{Heading, Page, SourceMap, literal};
use crate::diagnostic::{Finding, Findings};
use crate::source::Span;

/// How deep blocks and inline marks nest before the rest is flattened. Typst parses 256 levels and lays out
/// 72, of which a level here takes up to two: forty quotes are refused even on an empty page, and templates
/// need their share.
pub(super) const LEVELS: usize = 24;

/// What stands around the code of one text.
const HEAD: &str = "#import \"/templates/house/md.typ\"\n#{\n";
const FOOT: &str = "}\n";

const BREAK: &str = "md.hardbreak;";

/// Resolves the path of an image as written to a virtual path, or raises its own finding.
pub(super) type Images<'p> = dyn FnMut(&str, Span) -> Option<String> + 'p;

pub(super) struct Emitter<'p, 'a> {
    page: &'p Page<'a>,
    expressions: Expressions<'a>,
    findings: &'p mut Findings,
    images: &'p mut Images<'p>,
    pub out: String,
    pub map: SourceMap,
    pub anchors: Vec<(String, Span)>,
    pub links: Vec<(String, Span)>,
    pub headings: Vec<Heading>,
    /// The last character of the line that is being set.
    last: Option<char>,
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

    /// Sets the whole text. Gives back the values of its expressions.
    pub fn emit(&mut self) -> Vec<String> {
        self.out.push_str(HEAD);
        self.bind_notes();
        self.run(0..self.page.parsed.events.len());
        self.out.push_str(FOOT);
        let said = self.expressions.finish(self.findings);
        said.iter().map(ToString::to_string).collect()
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
                let html = block::without_comments(&page.written(html, &self.expressions));
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
}
