//! Owns the text of a laid-out page, for golden tests and for searching what must not be there.
//! Text inside pictures and attached PDFs is not part of it.

use typst::layout::{Abs, Frame, FrameItem, Point};
use typst::text::TextItem;

use super::frame::visit;

/// The text of a page in the order it was laid out: one line for each run of text on one baseline.
pub fn page_text(frame: &Frame) -> String {
    let mut out = String::new();
    let mut last: Option<End> = None;
    visit(frame, &mut |at, item| {
        let FrameItem::Text(text) = item else { return };
        match last.as_ref().map(|end| end.gap(at, text)) {
            None | Some(Gap::None) => {}
            Some(Gap::Space) => out.push(' '),
            Some(Gap::Line) => out.push('\n'),
        }
        out.push_str(&text.text);
        last = Some(End { point: Point::new(at.x + text.width(), at.y), size: text.size });
    });
    out
}

/// Where the last piece of text ended.
struct End {
    point: Point,
    size: Abs,
}

enum Gap {
    None,
    Space,
    Line,
}

impl End {
    fn gap(&self, at: Point, text: &TextItem) -> Gap {
        let size = self.size.max(text.size);
        let distance = at.x - self.point.x;
        // Raised and lowered text stays in its line; what starts further left is another line or another cell.
        if (at.y - self.point.y).abs() > 0.5 * size || distance < -0.5 * size {
            Gap::Line
        } else if distance > 0.3 * size {
            Gap::Space
        } else {
            Gap::None
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::render::testing::laid_out;

    #[test]
    fn lines_runs_and_cells_are_told_apart() {
        let layout =
            laid_out("第一*章*E=mc#super[2]结束 \\ 第二行\n\n#table(columns: 2)[甲][乙][丙][丁]", &[]);
        assert_eq!(layout.page_text(1), "第一章E=mc2结束\n第二行\n甲 乙\n丙 丁");
    }

    #[test]
    fn a_page_that_does_not_exist_has_no_text() {
        let layout = laid_out("甲", &[]);
        assert_eq!((layout.page_text(0), layout.page_text(2)), (String::new(), String::new()));
    }
}
