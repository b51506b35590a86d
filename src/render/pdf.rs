//! Owns the PDF of a layout. Never adds what would differ from run to run.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst::layout::FrameItem;
use typst::syntax::Span;
use typst::visualize::ImageKind;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::complaint::{Complaint, ComplaintKind, errors, place};
use super::frame::visit;
use super::world::JobWorld;

/// What a PDF says of itself, and the standard it keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PdfSettings {
    /// Names the document; its hash becomes the identifier. Must not name the bidder in a blind bid: whoever
    /// guesses it can check the guess.
    pub ident: String,
    /// The program that made it; none leaves it out.
    pub creator: Option<String>,
    /// Year, month and day of creation, when the template sets none. PDF/A needs one of the two.
    pub date: Option<(i32, u8, u8)>,
    pub standard: Standard,
    /// Structure for screen readers. Costs about 7 kB a page.
    pub tagged: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Standard {
    #[default]
    #[serde(rename = "1.7")]
    Pdf17,
    /// For archives. Cannot hold pages of another PDF.
    #[serde(rename = "A-2b")]
    PdfA2b,
}

impl Standard {
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// The bytes of the PDF: equal for an equal layout and equal settings.
pub fn export(
    world: &JobWorld,
    document: &PagedDocument,
    settings: &PdfSettings,
) -> Result<Vec<u8>, Vec<Complaint>> {
    let standard = match settings.standard {
        Standard::Pdf17 => PdfStandard::V_1_7,
        Standard::PdfA2b => {
            let embedded = embedded_pdfs(world, document);
            if !embedded.is_empty() {
                return Err(embedded);
            }
            PdfStandard::A_2b
        }
    };
    let fail = |message: String| vec![Complaint::new(ComplaintKind::Pdf, message)];
    let timestamp = match settings.date {
        None => None,
        Some((year, month, day)) => {
            let date = Datetime::from_ymd_hms(year, month, day, 0, 0, 0);
            let date = date.ok_or_else(|| fail(format!("{year}-{month:02}-{day:02} is not a date")))?;
            Some(Timestamp::new_utc(date))
        }
    };
    let options = PdfOptions {
        ident: Smart::Custom(settings.ident.clone()),
        creator: Smart::Custom(settings.creator.clone()),
        timestamp,
        page_ranges: None,
        standards: PdfStandards::new(&[standard]).map_err(|error| fail(error.message().to_string()))?,
        tagged: settings.tagged,
        pretty: false,
    };
    typst_pdf::pdf(document, &options).map_err(|diagnostics| {
        // One fault may be told for each of a thousand glyphs.
        let mut seen = BTreeSet::new();
        let once = diagnostics.iter().filter(|diagnostic| seen.insert(key(diagnostic)));
        errors(world, &ComplaintKind::Pdf, once)
    })
}

fn key(diagnostic: &SourceDiagnostic) -> (String, String) {
    (diagnostic.message.to_string(), format!("{:?}", diagnostic.span))
}

/// Pages of other PDFs that stand in the layout, each attachment and place once.
fn embedded_pdfs(world: &JobWorld, document: &PagedDocument) -> Vec<Complaint> {
    let mut seen: Vec<(Option<String>, Span)> = Vec::new();
    let mut out = Vec::new();
    for (index, page) in document.pages().iter().enumerate() {
        visit(&page.frame, &mut |_, item| {
            let FrameItem::Image(image, _, span) = item else { return };
            let ImageKind::Pdf(pdf) = image.kind() else { return };
            let path = world.path_of(pdf.document().pdf().data().as_ref()).map(str::to_owned);
            let known = (path.clone(), *span);
            if !seen.contains(&known) {
                seen.push(known);
                let message = "PDF/A cannot hold pages of another PDF";
                let complaint = Complaint::new(ComplaintKind::EmbeddedPdfInPdfA { path }, message);
                out.push(Complaint { place: place(world, *span), page: Some(index + 1), ..complaint });
            }
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Layout;
    use crate::render::testing::{laid_out, settings};

    fn pdf(layout: &Layout, standard: Standard) -> Vec<u8> {
        layout.pdf(&settings(standard)).expect("the PDF can be made")
    }

    fn contains(bytes: &[u8], text: &str) -> bool {
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }

    #[test]
    fn bytes_are_equal_twice() {
        let main = "#set document(title: \"投标文件\")\n= 你好\n世界 *粗体*";
        let first = pdf(&laid_out(main, &[]), Standard::Pdf17);
        crate::render::forget();
        let second = pdf(&laid_out(main, &[]), Standard::Pdf17);
        assert!(first.starts_with(b"%PDF-1.7"));
        assert!(first == second, "two runs of one job differ");
    }

    #[test]
    fn a_pdf_says_only_what_the_settings_say() {
        let layout = laid_out("甲", &[]);
        let bare = PdfSettings { creator: None, date: None, ..settings(Standard::Pdf17) };
        let bytes = layout.pdf(&bare).expect("the PDF can be made");
        assert!(!contains(&bytes, "Typst") && !contains(&bytes, "/CreationDate"));
        let full = pdf(&layout, Standard::Pdf17);
        assert!(contains(&full, "bidwright") && contains(&full, "D:20260515000000Z"));
        assert!(!contains(&full, "test/hello"), "the identifier itself must not be told");
    }

    #[test]
    fn pdf_a_works_without_attachments_and_needs_a_date() {
        let layout = laid_out("= 你好\n世界", &[]);
        let bytes = pdf(&layout, Standard::PdfA2b);
        assert!(contains(&bytes, "pdfaid:part"));
        let undated = PdfSettings { date: None, ..settings(Standard::PdfA2b) };
        let complaints = layout.pdf(&undated).expect_err("PDF/A needs a date");
        assert_eq!(complaints[0].kind, ComplaintKind::Pdf);
        let nonsense = PdfSettings { date: Some((2026, 2, 30)), ..settings(Standard::Pdf17) };
        assert_eq!(layout.pdf(&nonsense).expect_err("no such day")[0].message, "2026-02-30 is not a date");
    }

    #[test]
    fn pdf_a_refuses_attached_pages_and_names_them() {
        let scan = pdf(&laid_out("甲#pagebreak()乙", &[]), Standard::Pdf17);
        let main = "封面#pagebreak()#for n in (1, 2) { image(\"/files/证书.pdf\", page: n, width: 3cm) }";
        let layout = laid_out(main, &[("/files/证书.pdf", &scan)]);
        assert!(pdf(&layout, Standard::Pdf17).len() > 1000);
        let complaints = layout.pdf(&settings(Standard::PdfA2b)).expect_err("PDF/A refuses");
        assert_eq!(complaints.len(), 1);
        let kind = ComplaintKind::EmbeddedPdfInPdfA { path: Some("/files/证书.pdf".into()) };
        assert_eq!((&complaints[0].kind, complaints[0].page), (&kind, Some(2)));
        assert_eq!(complaints[0].place.as_ref().map(|place| place.path.as_str()), Some("/main.typ"));
    }
}
