//! Owns the walk through the frames of a page. Never interprets what it finds.

use typst::layout::{Frame, FrameItem, Point, Transform};

/// Visits all items of a page in the order they were laid out, each with its position on the page.
pub fn visit(frame: &Frame, see: &mut dyn FnMut(Point, &FrameItem)) {
    visit_below(frame, Transform::identity(), see);
}

fn visit_below(frame: &Frame, outer: Transform, see: &mut dyn FnMut(Point, &FrameItem)) {
    for (position, item) in frame.items() {
        see(position.transform(outer), item);
        if let FrameItem::Group(group) = item {
            let inner =
                outer.pre_concat(Transform::translate(position.x, position.y)).pre_concat(group.transform);
            visit_below(&group.frame, inner, see);
        }
    }
}
