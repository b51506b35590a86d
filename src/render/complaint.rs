//! Owns what the setting of a job complains of, and where. Never words it for users: the caller maps virtual
//! paths to files and kinds to codes.

use std::ops::Range;

use typst::diag::{Severity, SourceDiagnostic};
use typst::syntax::DiagSpan;
use typst::{World, WorldExt};

use super::world::JobWorld;

/// One thing that is wrong or doubtful in a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub kind: ComplaintKind,
    /// Typst's words, in English.
    pub message: String,
    pub hints: Vec<String>,
    pub place: Option<Place>,
    /// The calls that led to the place, innermost first. When the place is in a template, the first of these
    /// that lies in prose is what the user can mend.
    pub trace: Vec<Place>,
    /// The physical page, counted from 1, when the fault is seen on a page.
    pub page: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ComplaintKind {
    /// Nothing was set.
    TemplateError,
    TemplateWarning,
    /// A box stands where the character should be. Typst says nothing of it, so the pages are searched.
    GlyphMissing {
        character: char,
        font: String,
    },
    /// The family, in lower case, is not there; another one was taken.
    FontUnknown {
        family: String,
    },
    /// Five layouts did not agree: page numbers and references may be wrong.
    Unstable,
    /// PDF/A cannot hold pages of another PDF. The virtual path of the attachment is known when the job has it.
    EmbeddedPdfInPdfA {
        path: Option<String>,
    },
    /// The pages are there, but not the PDF.
    Pdf,
}

/// A range of bytes in a file of the job.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Absolute virtual path, `/main.typ` for the main file.
    pub path: String,
    pub range: Range<usize>,
}

impl Complaint {
    pub(super) fn new(kind: ComplaintKind, message: impl Into<String>) -> Self {
        let (hints, trace) = (Vec::new(), Vec::new());
        Self { kind, message: message.into(), hints, place: None, trace, page: None }
    }
}

/// The place that a span of Typst means, if it means one in the files of the job.
pub(super) fn place(world: &JobWorld, span: impl Into<DiagSpan>) -> Option<Place> {
    let span = span.into();
    let path = span.id()?.vpath().get_with_slash().to_owned();
    Some(Place { path, range: world.range(span)? })
}

/// Translates errors of one stage; `error` is the kind of its errors.
pub(super) fn errors<'a>(
    world: &JobWorld,
    error: &ComplaintKind,
    diagnostics: impl IntoIterator<Item = &'a SourceDiagnostic>,
) -> Vec<Complaint> {
    diagnostics.into_iter().map(|diagnostic| translate(world, error.clone(), diagnostic)).collect()
}

/// Translates warnings, telling apart those that mean more to us than to Typst. One of each kind and place.
pub(super) fn warnings<'a>(
    world: &JobWorld,
    diagnostics: impl IntoIterator<Item = &'a SourceDiagnostic>,
) -> Vec<Complaint> {
    let mut out: Vec<Complaint> = Vec::new();
    let mut summary = None;
    for diagnostic in diagnostics {
        if diagnostic.message.starts_with(UNSTABLE) {
            summary = Some(Complaint::new(ComplaintKind::Unstable, diagnostic.message.as_str()));
            continue;
        }
        // What follows the summary says which value did not settle, and where.
        let kind = match diagnostic.message.strip_prefix(UNKNOWN_FONT) {
            _ if summary.is_some() => ComplaintKind::Unstable,
            Some(family) => ComplaintKind::FontUnknown { family: family.to_owned() },
            None if diagnostic.severity == Severity::Error => ComplaintKind::TemplateError,
            None => ComplaintKind::TemplateWarning,
        };
        let complaint = translate(world, kind, diagnostic);
        let known = |other: &Complaint| match &complaint.kind {
            ComplaintKind::FontUnknown { .. } => other.kind == complaint.kind,
            _ => *other == complaint,
        };
        if !out.iter().any(known) {
            out.push(complaint);
        }
    }
    if !out.iter().any(|complaint| complaint.kind == ComplaintKind::Unstable) {
        out.extend(summary);
    }
    out
}

// Typst has no codes; its version is pinned, and tests hold these texts.
const UNRESOLVED: &str = "unresolved import";
const UNSTABLE: &str = "document did not converge";
const UNKNOWN_FONT: &str = "unknown font family: ";

fn translate(world: &JobWorld, kind: ComplaintKind, diagnostic: &SourceDiagnostic) -> Complaint {
    if let Some((path, name)) = absent(world, diagnostic) {
        // The caller has words for each function that a template may lack.
        let place = Some(Place { path, range: 0..0 });
        return Complaint { place, ..Complaint::new(kind, format!("@template-without-{name}")) };
    }
    Complaint {
        hints: diagnostic.hints.iter().map(|hint| hint.v.to_string()).collect(),
        place: place(world, diagnostic.span),
        trace: diagnostic.trace.iter().filter_map(|point| place(world, point.span)).collect(),
        ..Complaint::new(kind, diagnostic.message.as_str())
    }
}

/// The template and the name that the main file asks it for in vain. Typst points at the main file, which nobody
/// has written.
fn absent(world: &JobWorld, diagnostic: &SourceDiagnostic) -> Option<(String, String)> {
    let id = diagnostic.span.id().filter(|id| *id == world.main())?;
    if diagnostic.message != UNRESOLVED {
        return None;
    }
    let (source, range) = (world.source(id).ok()?, world.range(diagnostic.span)?);
    let line = source.text()[..range.start].rsplit('\n').next()?;
    let path = line.strip_prefix("#import \"")?.split('"').next()?;
    Some((path.to_owned(), source.text()[range].to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::lay_out;
    use crate::render::testing::{job, laid_out};

    #[test]
    fn an_error_has_its_place_and_the_way_to_it() {
        let template = "#let strong-words(body) = panic(\"no \" + body)";
        let prose = "#import \"/templates/md.typ\": strong-words\n#strong-words(\"甲\")";
        let job = job(
            "#include \"/prose/p1.typ\"",
            &[("/templates/md.typ", template.as_bytes()), ("/prose/p1.typ", prose.as_bytes())],
        );
        let errors = lay_out(&job).expect_err("the template panics");
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].kind, ComplaintKind::TemplateError);
        assert!(errors[0].message.contains("no 甲"), "{}", errors[0].message);
        let place = errors[0].place.as_ref().expect("a place");
        assert_eq!(
            (place.path.as_str(), &template[place.range.clone()]),
            ("/templates/md.typ", "panic(\"no \" + body)")
        );
        let first = &errors[0].trace[0];
        assert_eq!(
            (first.path.as_str(), &prose[first.range.clone()]),
            ("/prose/p1.typ", "strong-words(\"甲\")")
        );
        assert_eq!(errors[0].trace[1].path, "/main.typ");
    }

    #[test]
    fn a_function_that_a_template_lacks_is_told_of_the_template() {
        let main = "#import \"/templates/a.typ\": document\n#document(1)";
        let files: [(&str, &[u8]); 2] = [
            ("/templates/a.typ", b"#import \"b.typ\": x\n#let document(job) = x"),
            ("/templates/b.typ", b"#let y = 1"),
        ];
        let errors = lay_out(&job(main, &files[1..])).expect_err("there is no such file");
        assert!(errors[0].message.contains("not found"), "{}", errors[0].message);
        let errors = lay_out(&job(main, &files)).expect_err("the import of the template fails");
        assert_eq!(errors[0].message, UNRESOLVED);
        let errors = lay_out(&job(main, &[("/templates/a.typ", b"#let x = 1")]));
        let errors = errors.expect_err("the template defines nothing of use");
        assert_eq!(errors[0].message, "@template-without-document");
        assert_eq!(errors[0].place, Some(Place { path: "/templates/a.typ".into(), range: 0..0 }));
    }

    #[test]
    fn errors_in_data_point_into_the_data() {
        let errors = lay_out(&job("#json(\"/data/job.json\")", &[("/data/job.json", b"{\"a\": }")]));
        let errors = errors.expect_err("the data is broken");
        let place = errors[0].place.as_ref().expect("a place");
        assert_eq!((place.path.as_str(), place.range.start), ("/data/job.json", 6));
    }

    #[test]
    fn an_unknown_family_is_told_once() {
        let layout = laid_out("#set text(font: \"SimSun\")\n甲#text(font: \"SimSun\")[乙]", &[]);
        let kinds: Vec<_> = layout.complaints().iter().map(|complaint| complaint.kind.clone()).collect();
        assert_eq!(kinds, [ComplaintKind::FontUnknown { family: "simsun".into() }]);
        assert!(layout.complaints()[0].place.is_some());
    }

    #[test]
    fn a_layout_that_never_settles_is_told() {
        let main = "#let s = state(\"s\", 1)\n#context s.update(s.final() + 1)\n#context s.get()";
        let layout = laid_out(main, &[]);
        let complaints = layout.complaints();
        assert!(!complaints.is_empty());
        assert!(
            complaints.iter().all(|complaint| complaint.kind == ComplaintKind::Unstable),
            "{complaints:?}"
        );
        assert_eq!(complaints[0].place.as_ref().map(|place| place.path.as_str()), Some("/main.typ"));
    }

    #[test]
    fn other_warnings_stay_warnings() {
        let layout = laid_out("甲 ** 乙", &[]);
        let kinds: Vec<_> = layout.complaints().iter().map(|complaint| &complaint.kind).collect();
        assert_eq!(kinds, [&ComplaintKind::TemplateWarning], "{:?}", layout.complaints());
    }
}
