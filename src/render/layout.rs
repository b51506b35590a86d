//! Owns a finished layout: the pages of one job and all that can be asked of them.

use std::collections::BTreeSet;

use typst::diag::Warned;
use typst_layout::PagedDocument;

use super::complaint::{Complaint, ComplaintKind, errors, warnings};
use super::world::JobWorld;
use super::{Anchor, Job, PdfSettings, anchor, glyph, pdf, text};

/// The pages of one job. Holds its pictures, all but JPEG decoded, so keep no more of these than are needed.
pub struct Layout {
    world: JobWorld,
    document: PagedDocument,
    complaints: Vec<Complaint>,
}

pub fn lay_out(job: &Job) -> Result<Layout, Vec<Complaint>> {
    let world = JobWorld::new(job);
    let Warned { output, warnings: raised } = typst::compile::<PagedDocument>(&world);
    let mut complaints = warnings(&world, &raised);
    match output {
        Ok(document) => {
            complaints.extend(glyph::missing(&world, &document));
            // A fresh world has not parsed its sources yet, and only another complaint would make it.
            Ok(Layout { world: JobWorld::new(job), document, complaints })
        }
        Err(raised) => {
            let mut all = errors(&world, &ComplaintKind::TemplateError, &raised);
            all.append(&mut complaints);
            Err(all)
        }
    }
}

impl Layout {
    pub fn pages(&self) -> usize {
        self.document.pages().len()
    }

    /// All anchors in the order of the document, each id once.
    pub fn anchors(&self) -> Vec<Anchor> {
        anchor::anchors(&self.document)
    }

    /// The number of every page as it is printed, from the first sheet.
    pub fn labels(&self) -> Vec<String> {
        self.document
            .pages()
            .iter()
            .map(|page| anchor::printed(page.numbering.as_ref(), page.number))
            .collect()
    }

    /// What was found doubtful although the pages are there: warnings, missing glyphs, unknown families, and
    /// a layout that did not settle, which makes every page number doubtful and should stop a build.
    pub fn complaints(&self) -> &[Complaint] {
        &self.complaints
    }

    /// The text of a physical page, counted from 1, as it was laid out; empty when there is no such page.
    pub fn page_text(&self, page: usize) -> String {
        let page = page.checked_sub(1).and_then(|index| self.document.pages().get(index));
        page.map(|page| text::page_text(&page.frame)).unwrap_or_default()
    }

    /// The faces that text was really set in, such as `Noto Serif SC Bold`.
    pub fn fonts_used(&self) -> BTreeSet<String> {
        glyph::faces(&self.document)
    }

    /// The PDF: equal bytes for an equal job and equal settings.
    pub fn pdf(&self, settings: &PdfSettings) -> Result<Vec<u8>, Vec<Complaint>> {
        pdf::export(&self.world, &self.document, settings)
    }

    pub(super) fn document(&self) -> &PagedDocument {
        &self.document
    }
}

impl std::fmt::Debug for Layout {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Layout({} pages, {} complaints)", self.pages(), self.complaints.len())
    }
}

#[cfg(test)]
mod tests {
    use crate::render::testing::laid_out;

    #[test]
    fn a_page_in_chinese_is_one_page_without_complaint() {
        let layout = laid_out("= 你好，世界\n投标文件☑ 金额：￥1,250.50 元（壹仟贰佰伍拾元伍角）", &[]);
        assert_eq!(layout.pages(), 1);
        assert_eq!(layout.complaints(), []);
        assert!(layout.page_text(1).starts_with("你好，世界\n投标文件☑"));
        assert!(layout.anchors().is_empty());
    }
}
