//! Finds Markdown that would be lost or come out as something else than its author sees: raw HTML, references
//! that lead nowhere, cells beyond the last column, marks that stay open. Silence would put the gap into the
//! bid.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Page;
use super::emphasis::Run;
use super::expression::{Expressions, brief};
use super::letters;
use super::markdown::{CodeBlockKind, Event, Tag};
use crate::diagnostic::{Finding, Findings};

/// Looks through a parsed text. `runs` are the marks of emphasis in it.
pub(super) fn examine(page: &Page, runs: &[Run], expressions: &Expressions, findings: &mut Findings) {
    let mut examiner = Examiner {
        page,
        expressions,
        findings,
        level: 0,
        labels: BTreeSet::new(),
        footnotes: BTreeMap::new(),
        referred: BTreeSet::new(),
        printed: vec![0; runs.len()],
        runs,
    };
    let mut at = 0;
    let mut definition_end = 0;
    while let Some((event, range)) = page.parsed.event(at) {
        if matches!(event, Event::Start(Tag::FootnoteDefinition(_))) {
            definition_end = page.parsed.ends[at];
        }
        at = examiner.event(at, event, range, at < definition_end);
    }
    examiner.finish();
}

struct Examiner<'p, 'a> {
    page: &'p Page<'a>,
    expressions: &'p Expressions<'a>,
    findings: &'p mut Findings,
    /// The level of the last heading.
    level: usize,
    /// Labels that links and images refer to, in lower case.
    labels: BTreeSet<String>,
    /// Where each footnote is defined, by its label in lower case.
    footnotes: BTreeMap<String, Range<usize>>,
    referred: BTreeSet<String>,
    runs: &'p [Run],
    /// How many characters of each run are printed as they are.
    printed: Vec<usize>,
}

impl Examiner<'_, '_> {
    /// Looks at one event and says which comes next.
    fn event(&mut self, at: usize, event: &Event, range: &Range<usize>, in_definition: bool) -> usize {
        let end = self.page.parsed.ends[at];
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                self.code_block(kind, range);
                return end + 1;
            }
            Event::Start(Tag::HtmlBlock) => {
                self.html(range);
                return end + 1;
            }
            Event::InlineHtml(_) | Event::Html(_) => self.html(range),
            Event::Start(Tag::Heading { level, .. }) => {
                self.heading(*level as usize, range);
                self.heading_attributes(at, range);
            }
            Event::Start(Tag::Paragraph) => self.paragraph(range),
            Event::Start(Tag::TableRow) => self.table_row(at, range),
            Event::Start(Tag::Link { title, id, .. }) => {
                self.labels.insert(id.to_lowercase());
                if !title.is_empty() {
                    self.lost(range, "link-title");
                }
            }
            Event::Start(Tag::Image { id, .. }) => {
                self.labels.insert(id.to_lowercase());
            }
            Event::Start(Tag::FootnoteDefinition(label)) => self.footnote_definition(label, range),
            Event::FootnoteReference(label) if in_definition => {
                let label = self.words(label);
                self.push(
                    Finding::new("footnote-nested", self.page.span(range.clone())).with("label", label),
                );
            }
            Event::FootnoteReference(label) => {
                self.referred.insert(label.to_lowercase());
            }
            Event::Text(text) => {
                if &**text == "[" {
                    self.footnote_unknown(range);
                }
                self.print(range);
            }
            _ => {}
        }
        at + 1
    }

    fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Text of the parsed text as its author wrote it, short enough for a message.
    fn words(&self, text: &str) -> String {
        brief(&self.page.written(text, self.expressions))
    }

    /// Markdown that has no place on a page.
    fn lost(&mut self, range: &Range<usize>, hint: &'static str) {
        let text = self.words(self.page.parsed.slice(range).trim());
        self.push(
            Finding::new("markdown-lost", self.page.span(range.clone()))
                .with("text", text)
                .hint(hint, Vec::new()),
        );
    }

    /// Text that is set in by four spaces is code by the rules, but in Chinese it is mostly meant as a
    /// paragraph.
    fn code_block(&mut self, kind: &CodeBlockKind, range: &Range<usize>) {
        let text = self.page.parsed.slice(range);
        if kind.is_indented() && text.chars().any(letters::is_han) {
            let first = first_line(range, text);
            self.push(Finding::new("markdown-indented-code", self.page.span(first)));
        }
    }

    fn html(&mut self, range: &Range<usize>) {
        let text = self.page.parsed.slice(range).trim();
        let hint = if text.starts_with("<!--") {
            "comment"
        } else if text.to_ascii_lowercase().starts_with("<br") {
            "break"
        } else {
            "escape"
        };
        let html = self.words(text);
        let first = first_line(range, self.page.parsed.slice(range));
        self.push(
            Finding::new("markdown-html", self.page.span(first)).with("html", html).hint(hint, Vec::new()),
        );
    }

    fn heading(&mut self, level: usize, range: &Range<usize>) {
        if level > self.level + 1 {
            self.push(
                Finding::new(
                    "heading-jump",
                    self.page.span(first_line(range, self.page.parsed.slice(range))),
                )
                .with("level", level)
                .with("expected", self.level + 1),
            );
        }
        self.level = level;
    }

    /// Braces behind a heading's words that hold anything but one anchor. The parser does not tell all that it
    /// leaves out of them, so they are looked at as they were written.
    fn heading_attributes(&mut self, at: usize, range: &Range<usize>) {
        let words = &self.page.parsed.events[at + 1..self.page.parsed.ends[at]];
        let after = words.last().map_or(range.start, |(_, last)| last.end);
        let rest = self.page.parsed.slice(&(after..range.end));
        let Some(start) = rest.rfind('{') else { return };
        let end = rest[start..].find('}').map_or(rest.len(), |len| start + len + 1);
        let inside = rest[start + 1..end].trim_end_matches('}').trim_ascii();
        let name = inside.strip_prefix('#').unwrap_or_default();
        if name.is_empty() || name.contains(|letter: char| letter.is_ascii_whitespace()) {
            self.lost(&(after + start..after + end), "heading-attribute");
        }
    }

    /// Paragraphs that were meant as something else.
    fn paragraph(&mut self, range: &Range<usize>) {
        let text = self.page.parsed.slice(range);
        let hashes = text.bytes().take_while(|byte| *byte == b'#').count();
        let after = text[hashes..].chars().next();
        if hashes > 6 && after.is_some_and(char::is_whitespace) {
            let span = self.page.span(range.start..range.start + hashes);
            self.push(Finding::new("heading-too-deep", span).with("level", hashes));
        } else if (1..=6).contains(&hashes) && after.is_some_and(letters::is_han) {
            let span = self.page.span(range.start..range.start + hashes);
            self.push(Finding::new("heading-malformed", span).with("marks", "#".repeat(hashes)));
        }
        let mut start = range.start;
        for line in text.split_inclusive('\n') {
            if is_delimiter_row(line) {
                let span = self.page.span(start..start + line.trim_end().len());
                self.push(Finding::new("table-malformed", span));
                break;
            }
            start += line.len();
        }
    }

    /// The parser leaves out cells beyond the last column.
    fn table_row(&mut self, at: usize, range: &Range<usize>) {
        let end = self.page.parsed.ends[at];
        let cells = self.page.parsed.events[at..end].iter().rev();
        let last =
            cells.filter(|(event, _)| matches!(event, Event::End(_))).map(|(_, range)| range.end).next();
        let start = last.unwrap_or(range.start).clamp(range.start, range.end);
        let rest = self.page.parsed.slice(&(start..range.end));
        let is_filling = |letter: char| letter == '|' || letter.is_whitespace();
        if rest.chars().all(is_filling) {
            return;
        }
        let skipped = rest.len() - rest.trim_start_matches(is_filling).len();
        let kept = rest.trim_end_matches(is_filling).len();
        let range = start + skipped..start + kept;
        let cells = self.words(self.page.parsed.slice(&range));
        self.push(Finding::new("table-cells-lost", self.page.span(range)).with("cells", cells));
    }

    fn footnote_definition(&mut self, label: &str, range: &Range<usize>) {
        let place = first_line(range, self.page.parsed.slice(range));
        let Some(first) = self.footnotes.get(&label.to_lowercase()) else {
            self.footnotes.insert(label.to_lowercase(), place);
            return;
        };
        let first = self.page.span(first.clone());
        let finding = Finding::new("footnote-duplicate", self.page.span(place))
            .with("label", self.words(label))
            .related(first, "first", Vec::new());
        self.push(finding);
    }

    /// The parser prints `[^label]` as it is when no footnote has the label; it then begins with a lone
    /// bracket.
    fn footnote_unknown(&mut self, range: &Range<usize>) {
        let rest = &self.page.parsed.text[range.start..];
        let Some(label) = rest.strip_prefix("[^") else { return };
        let end = label.find(|letter: char| letter == ']' || letter == '[' || letter.is_whitespace());
        let Some(end) = end.filter(|end| *end > 0 && label[*end..].starts_with(']')) else { return };
        let span = self.page.span(range.start..range.start + "[^".len() + end + 1);
        let label = self.words(&label[..end]);
        self.push(Finding::new("footnote-unknown", span).with("label", label));
    }

    /// Notes which marks of emphasis are printed as they are.
    fn print(&mut self, range: &Range<usize>) {
        let first = self.runs.partition_point(|run| run.start + run.len <= range.start);
        for (run, printed) in self.runs[first..].iter().zip(&mut self.printed[first..]) {
            if run.start >= range.end {
                break;
            }
            let end = (run.start + run.len).min(range.end);
            *printed += end.saturating_sub(run.start.max(range.start));
        }
    }

    fn finish(mut self) {
        for (label, range) in std::mem::take(&mut self.footnotes) {
            if !self.referred.contains(&label) {
                let finding =
                    Finding::new("footnote-unused", self.page.span(range)).with("label", self.words(&label));
                self.push(finding);
            }
        }
        for (label, range) in &self.page.parsed.broken {
            let label = self.words(label);
            self.push(Finding::new("reference-unknown", self.page.span(range.clone())).with("label", label));
        }
        for (label, range) in &self.page.parsed.definitions {
            if !self.labels.contains(&label.to_lowercase()) {
                self.lost(range, "reference");
            }
        }
        for (run, printed) in self.runs.iter().zip(std::mem::take(&mut self.printed)) {
            if printed >= 2 {
                self.emphasis_open(run);
            }
        }
    }

    fn emphasis_open(&mut self, run: &Run) {
        let text = self.page.parsed.text;
        let end = run.start + run.len;
        let is_space = |letter: Option<char>| letter.is_none_or(char::is_whitespace);
        let spaced = is_space(text[..run.start].chars().next_back()) && is_space(text[end..].chars().next());
        let marks = &text[run.start..end];
        let escaped: String = marks.chars().flat_map(|mark| ['\\', mark]).collect();
        self.push(
            Finding::new("markdown-emphasis-open", self.page.span(run.start..end))
                .with("marks", marks)
                .hint(if spaced { "space" } else { "pair" }, Vec::new())
                .hint("escape", vec![("escaped", escaped)]),
        );
    }
}

/// The part of a range up to the end of its first line.
fn first_line(range: &Range<usize>, text: &str) -> Range<usize> {
    range.start..range.start + text.lines().next().map_or(0, |line| line.trim_end().len())
}

/// True for the line between header and body of a table.
fn is_delimiter_row(line: &str) -> bool {
    let line = line.trim();
    line.contains('|')
        && line.contains("--")
        && line.chars().all(|letter| matches!(letter, '|' | '-' | ':' | ' ' | '\t'))
}
