//! Findings for people: the source with underlines, then hints. All text of users is made harmless first.

use std::io::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::words;
use crate::diagnostic::{Finding, Findings, Lang, Severity};
use crate::source::{Sources, Span};
use crate::text::inert;

pub(super) struct Printer<'s> {
    pub sources: &'s Sources,
    pub lang: Lang,
    /// Columns that may be used.
    pub width: usize,
}

impl Printer<'_> {
    /// Shows findings on standard error, at most `limit` of them, the worst first when there are more.
    pub(super) fn findings(&self, findings: &Findings, limit: usize) {
        let mut shown: Vec<&Finding> = findings.iter().collect();
        if shown.len() > limit {
            shown.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
            shown.truncate(limit);
        }
        let renderer = Renderer::styled().term_width(self.width);
        let mut out = anstream::stderr().lock();
        for finding in &shown {
            let _ = writeln!(out, "{}\n", inert(&self.render(finding, &renderer)));
        }
        let hidden = findings.iter().count() - shown.len();
        if hidden > 0 {
            let _ = writeln!(out, "{}\n", words::hidden(hidden, self.lang));
        }
    }

    /// All findings as text without colours, for a file.
    pub(super) fn plain(&self, findings: &Findings) -> String {
        let renderer = Renderer::plain().term_width(self.width);
        findings.iter().map(|finding| inert(&self.render(finding, &renderer)) + "\n\n").collect()
    }

    pub(super) fn summary(&self, findings: &Findings, documents: usize) {
        let errors = findings.count(Severity::Error);
        let warnings = findings.count(Severity::Warning);
        tell(&words::summary(documents, errors, warnings, self.lang));
    }

    fn render(&self, finding: &Finding, renderer: &Renderer) -> String {
        let level = match finding.severity() {
            Severity::Error => Level::ERROR.with_name(words::level(Severity::Error, self.lang)),
            Severity::Warning => Level::WARNING.with_name(words::level(Severity::Warning, self.lang)),
            Severity::Info => Level::INFO.with_name(words::level(Severity::Info, self.lang)),
        };
        let message = harmless(&finding.message(self.lang));
        let label = harmless(&finding.label(self.lang));
        let window = Window::of(self.sources, finding.span);
        let path = harmless(&window.path);
        let related: Vec<(Window, String, String)> = finding
            .related
            .iter()
            .map(|(span, note)| {
                let window = Window::of(self.sources, *span);
                let path = harmless(&window.path);
                (window, path, harmless(&finding.related_text(note, self.lang)))
            })
            .collect();
        let hints: Vec<String> =
            finding.hints.iter().map(|hint| harmless(&finding.hint_text(hint, self.lang))).collect();
        let mut group =
            level.primary_title(message).id(finding.code).element_of(&window, &path, &label, true);
        for (window, path, text) in &related {
            group = group.element_of(window, path, text, false);
        }
        for hint in &hints {
            group = group.element(Level::HELP.with_name(words::help(self.lang)).message(hint.as_str()));
        }
        renderer.render(&[group])
    }
}

/// The lines around a place: a renderer that saw a whole large file would need long for each finding.
struct Window {
    path: String,
    text: String,
    first_line: usize,
    range: std::ops::Range<usize>,
}

impl Window {
    fn of(sources: &Sources, span: Span) -> Self {
        let source = sources.get(span.file);
        let text = &source.text;
        let start = text.floor_char_boundary(span.range().start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |more| start + more);
        // A place that runs over many lines is shown by its first one.
        let end = text.floor_char_boundary(span.range().end).clamp(start, line_end);
        // Very long lines are cut around the place.
        let from = text.floor_char_boundary(line_start.max(start.saturating_sub(600)));
        let to = text.floor_char_boundary(line_end.min(end + 600));
        let before = harmless(&text[from..start]);
        let marked = harmless(text[start..end].trim_end_matches('\r'));
        let after = harmless(text[end..to].trim_end_matches('\r'));
        Self {
            path: source.path.clone(),
            range: before.len()..before.len() + marked.len(),
            text: before + &marked + &after,
            first_line: source.position(start).line,
        }
    }
}

trait WithPlace<'a> {
    fn element_of(self, window: &'a Window, path: &'a str, label: &'a str, primary: bool) -> Group<'a>;
}

impl<'a> WithPlace<'a> for annotate_snippets::Title<'a> {
    fn element_of(self, window: &'a Window, path: &'a str, label: &'a str, primary: bool) -> Group<'a> {
        Group::with_title(self).element_of(window, path, label, primary)
    }
}

impl<'a> WithPlace<'a> for Group<'a> {
    fn element_of(self, window: &'a Window, path: &'a str, label: &'a str, primary: bool) -> Group<'a> {
        if window.text.is_empty() {
            return self.element(Origin::path(path));
        }
        let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(window.range.clone());
        let annotation = if label.is_empty() { annotation } else { annotation.label(label) };
        let snippet = Snippet::source(window.text.as_str()).line_start(window.first_line).path(path);
        self.element(snippet.annotation(annotation))
    }
}

/// Text of users with control characters made visible: no escape sequence of a file reaches the terminal.
pub(super) fn harmless(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\n' | '\t' => ' ',
            character if character.is_control() || crate::text::is_unseen(character) => '\u{FFFD}',
            character => character,
        })
        .collect()
}

/// Writes a result to standard output. A reader that has gone away is no failure.
pub(super) fn print(text: &str) {
    let mut out = anstream::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes words to standard output, a line or several.
pub(super) fn line(text: &str) {
    print(&format!("{}\n", lines(text)));
}

/// Tells a person something beside the result, a line or several.
pub(super) fn tell(text: &str) {
    let _ = writeln!(anstream::stderr(), "{}", lines(text));
}

fn lines(text: &str) -> String {
    inert(&text.split('\n').map(harmless).collect::<Vec<_>>().join("\n"))
}
