//! Turns what the setting complains of into findings at places that the user knows.

use crate::diagnostic::{Finding, Findings};
use crate::document::Document;
use crate::folder;
use crate::render::{Complaint, ComplaintKind, Fonts, Place};
use crate::source::Span;
use crate::value::Value;
use crate::workspace::Workspace;

/// A complaint with the document whose job it came from.
pub(super) struct Trouble {
    document: Span,
    id: String,
    complaint: Complaint,
    prose: Vec<Span>,
}

impl Trouble {
    pub(super) fn new(document: &Document, complaint: Complaint, prose: &[Value]) -> Self {
        Self {
            document: document.id_span,
            id: document.id.clone(),
            complaint,
            prose: prose.iter().map(|value| value.span).collect(),
        }
    }
}

/// Fonts that were asked for and are not there, and font files that cannot be read.
pub(super) fn fonts(workspace: &mut Workspace, fonts: &Fonts, broken: &[String], findings: &mut Findings) {
    let configuration = &workspace.configuration;
    for (wanted, fallback) in [(&configuration.serif, "Noto Serif SC"), (&configuration.sans, "Noto Sans SC")]
    {
        for (family, span) in wanted.iter().filter(|(family, _)| !fonts.has(family)) {
            findings
                .push(Finding::new("font-unknown", *span).with("font", family).with("fallback", fallback));
        }
    }
    for path in broken {
        let file = workspace.sources.add(path, "");
        findings.push(Finding::new("font-broken", Span::file(file)).with("path", path));
    }
}

pub(super) fn report(workspace: &mut Workspace, troubles: Vec<Trouble>, findings: &mut Findings) {
    for trouble in troubles {
        let finding = finding(workspace, &trouble);
        findings.push(finding);
    }
}

fn finding(workspace: &mut Workspace, trouble: &Trouble) -> Finding {
    let complaint = &trouble.complaint;
    let places = complaint.place.iter().chain(&complaint.trace);
    let mut known: Vec<Span> = Vec::new();
    for place in places {
        known.extend(locate(workspace, trouble, place));
    }
    let in_prose =
        complaint.place.iter().chain(&complaint.trace).find_map(|place| prose(workspace, trouble, place));
    let span = in_prose.or(known.first().copied()).unwrap_or(trouble.document);
    let (code, font) = match &complaint.kind {
        ComplaintKind::TemplateError => ("template-error", None),
        ComplaintKind::TemplateWarning => ("template-warning", None),
        ComplaintKind::GlyphMissing { font, .. } => ("glyph-missing", Some(font)),
        ComplaintKind::FontUnknown { family } => ("font-unknown", Some(family)),
        ComplaintKind::Unstable => ("layout-unstable", None),
        ComplaintKind::EmbeddedPdfInPdfA { .. } => ("pdf-a-embedded-pdf", None),
        ComplaintKind::Pdf => ("pdf-export", None),
    };
    let mut finding =
        Finding::new(code, span).with("message", &complaint.message).with("document", &trouble.id);
    finding = finding.with("page", complaint.page.map_or_else(|| "?".to_owned(), |page| page.to_string()));
    finding = finding.with("fallback", "Noto Serif SC");
    if let Some(font) = font {
        finding = finding.with("font", font);
    }
    match &complaint.kind {
        ComplaintKind::GlyphMissing { character, .. } => {
            let shown = format!("{character}（U+{:04X}）", *character as u32);
            finding = finding.with("character", shown);
        }
        ComplaintKind::EmbeddedPdfInPdfA { path } => {
            let path = path.as_deref().unwrap_or_default();
            let path =
                path.strip_prefix("/files/").and_then(|path| path.strip_suffix(".asset")).unwrap_or(path);
            finding.span = user_of(workspace, path);
            finding = finding.with("path", path);
        }
        _ => (),
    }
    for hint in &complaint.hints {
        finding = finding.hint("typst", vec![("hint", hint.clone())]);
    }
    // A fault seen in a template is told with the document that it was met with.
    if code == "template-error" && span != trouble.document {
        finding = finding.related(trouble.document, "called", Vec::new());
    }
    finding
}

fn prose(workspace: &Workspace, trouble: &Trouble, place: &Place) -> Option<Span> {
    let number: usize = place.path.strip_prefix("/prose/p")?.strip_suffix(".typ")?.parse().ok()?;
    let value = trouble.prose.get(number.checked_sub(1)?)?;
    workspace.prose.get(&(value.file, value.start))?.map.lookup(place.range.clone())
}

fn locate(workspace: &mut Workspace, trouble: &Trouble, place: &Place) -> Option<Span> {
    if let Some(span) = prose(workspace, trouble, place) {
        return Some(span);
    }
    let path = place.path.strip_prefix("/templates/")?;
    let template = workspace.templates.get(path)?.clone();
    let file = template.file.unwrap_or_else(|| {
        let name = format!("<bidwright>/templates/{path}");
        workspace.sources.find(&name).unwrap_or_else(|| workspace.sources.add(name, template.text.as_str()))
    });
    Some(Span::new(file, place.range.start, place.range.end))
}

/// The place of the first value that uses a file.
pub(super) fn user_of(workspace: &Workspace, path: &str) -> Span {
    let mut users = workspace.documents.iter().filter_map(|document| {
        let from = workspace.sources.path(document.file);
        let mut span = None;
        document.value.walk(&mut |value| {
            let names = |written| folder::join(from, written).as_deref() == Some(path);
            if span.is_none() && value.text().is_some_and(names) {
                span = Some(value.span);
            }
        });
        span
    });
    let anywhere = || workspace.documents.first().map(|document| Span::file(document.file));
    users.next().or_else(anywhere).expect("a file is only looked at for a document")
}
