//! Turns what the setting complains of into findings at places that the user knows.

use crate::diagnostic::{Finding, Findings};
use crate::document::Document;
use crate::render::{Complaint, ComplaintKind, Fonts, Place};
use crate::source::Span;
use crate::value::{Data, Value};
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

impl Trouble {
    /// A complaint about pages that no document stands behind.
    pub(super) fn loose(place: Span, name: &str, complaint: Complaint) -> Self {
        Self { document: place, id: name.to_owned(), complaint, prose: Vec::new() }
    }
}

/// Fonts that were asked for and are not there, and font files that cannot be read.
pub(super) fn fonts(workspace: &mut Workspace, fonts: &Fonts, broken: &[String], findings: &mut Findings) {
    let configuration = &workspace.configuration;
    for (wanted, fallback) in [(&configuration.serif, "Noto Serif SC"), (&configuration.sans, "Noto Sans SC")]
    {
        for (family, span) in wanted.iter().filter(|(family, _)| !fonts.has(family)) {
            let finding = Finding::new("font-unknown", *span).with("font", family).with("fallback", fallback);
            findings.push(finding.hint("own-font", Vec::new()));
        }
    }
    for path in broken {
        let file = workspace.sources.add(path, "");
        let finding = Finding::new("font-broken", Span::file(file)).with("path", path);
        findings.push(finding.hint("format", Vec::new()));
    }
}

pub(super) fn report(workspace: &mut Workspace, troubles: Vec<Trouble>, findings: &mut Findings) {
    for trouble in troubles {
        let finding = finding(workspace, &trouble);
        match &trouble.complaint.kind {
            // Text that reaches the page through data or code has no place for the typesetter.
            ComplaintKind::GlyphMissing { character, .. } if finding.span == trouble.document => {
                let spans = writings(workspace, &trouble, *character);
                let spans = if spans.is_empty() { vec![finding.span] } else { spans };
                findings.extend(spans.into_iter().map(|span| Finding { span, ..finding.clone() }));
            }
            _ => findings.push(finding),
        }
    }
}

/// Where a character is written: in the document itself, or else in others of its project and in the library.
fn writings(workspace: &Workspace, trouble: &Trouble, character: char) -> Vec<Span> {
    let written = |document: &Document| {
        let mut spans = Vec::new();
        document.value.walk(&mut |value| {
            if let Some(prose) = workspace.prose_of(value) {
                let places = prose.code.match_indices(character).map(|(at, found)| at..at + found.len());
                spans.extend(places.filter_map(|place| {
                    let words = prose.map.lookup(place)?;
                    let text = workspace.sources.text(words.file).get(words.range())?;
                    let Some(at) = text.find(character) else { return Some(words) };
                    let start = words.range().start + at;
                    Some(Span::new(words.file, start, start + character.len_utf8()))
                }));
            } else if let (Some(text), Data::Text(..)) = (value.text(), &value.data) {
                let offsets = value.offsets(workspace.sources.text(value.span.file));
                spans.extend(text.match_indices(character).filter_map(|(at, found)| {
                    let start = *offsets.get(at)? as usize;
                    Some(Span::new(value.span.file, start, start + found.len()))
                }));
            }
        });
        spans
    };
    let own = workspace.document(&trouble.id);
    let spans = own.map(written).unwrap_or_default();
    if !spans.is_empty() {
        return spans;
    }
    let project = own.and_then(|own| own.project.as_ref());
    let near = |document: &&Document| document.project.is_none() || document.project.as_ref() == project;
    workspace.documents.iter().filter(near).flat_map(written).collect()
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
            if let Some(asset) = workspace.assets.get(path) {
                finding.span = asset.used;
            }
            finding = finding.with("path", path);
        }
        _ => (),
    }
    let advice: &[&'static str] = match &complaint.kind {
        ComplaintKind::GlyphMissing { .. } => &["own-font", "replace"],
        ComplaintKind::FontUnknown { .. } => &["own-font"],
        ComplaintKind::Unstable => &["loop"],
        ComplaintKind::EmbeddedPdfInPdfA { .. } => &["convert"],
        ComplaintKind::TemplateError if complaint.message.contains("does not contain key") => &["data"],
        _ => &[],
    };
    finding = advice.iter().fold(finding, |finding, hint| finding.hint(hint, Vec::new()));
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
