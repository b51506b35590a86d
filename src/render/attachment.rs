//! Owns questions about PDFs that will be attached.

use std::collections::BTreeMap;

use typst::layout::FrameItem;
use typst::visualize::ImageKind;

use super::frame::visit;
use super::{File, Fonts, Job};

/// The number of pages of a PDF, or why it cannot be attached: encrypted, malformed, without pages.
pub fn pdf_pages(bytes: &[u8]) -> Result<usize, String> {
    // Typst keeps its reader of PDFs to itself, so its first page is laid out and asked for its document.
    let job = Job {
        main: "#set page(width: auto, height: auto, margin: 0pt)\n#image(\"/attachment.pdf\")".into(),
        files: BTreeMap::from([("/attachment.pdf".to_owned(), File::from(bytes.to_vec()))]),
        fonts: Fonts::none(),
    };
    let layout = super::lay_out(&job).map_err(|complaints| {
        complaints.into_iter().next().map_or_else(String::new, |complaint| complaint.message)
    })?;
    let mut pages = None;
    for page in layout.document().pages() {
        visit(&page.frame, &mut |_, item| {
            if let FrameItem::Image(image, ..) = item
                && let ImageKind::Pdf(pdf) = image.kind()
            {
                pages = Some(pdf.document().num_pages());
            }
        });
    }
    pages.ok_or_else(|| "the PDF has no page that can be set".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::Standard;
    use crate::render::testing::{laid_out, settings};

    #[test]
    fn pages_are_counted() {
        let three = laid_out("甲#pagebreak()乙#pagebreak()丙", &[]);
        let bytes = three.pdf(&settings(Standard::Pdf17)).expect("the PDF can be made");
        assert_eq!(pdf_pages(&bytes), Ok(3));
        assert!(pdf_pages(&bytes[..60]).is_err());
        assert!(pdf_pages(b"%PDF-1.7\nnothing").is_err());
        assert!(pdf_pages(b"").is_err());
    }
}
