//! Prose against prose: the passages that changed, with the heading that they stand under.

use super::Act;
use super::words::{self, Mark, Run};
use crate::prose::{self, Block, Shape};

/// A paragraph, an item, a row that is not what it was.
#[derive(Clone, Debug)]
pub struct Passage {
    pub shape: Shape,
    pub act: Act,
    /// One redline for each cell; a paragraph has one.
    pub cells: Vec<Vec<Run>>,
    /// The heading above.
    pub heading: Option<String>,
    /// Lines of the old and the new text.
    pub lines: (Option<usize>, Option<usize>),
}

/// The passages that changed. None where only the layout did.
pub(super) fn passages(old: &str, new: &str) -> Vec<Passage> {
    if old == new {
        return Vec::new();
    }
    let (one, other) = (prose::blocks(old), prose::blocks(new));
    let texts = |blocks: &[Block]| blocks.iter().map(text).collect::<Vec<_>>();
    let pairs = words::align(&texts(&one), &texts(&other), 40);
    let places: Vec<usize> = pairs.iter().filter_map(|(from, at)| from.filter(|_| at.is_some())).collect();
    let mut moved = words::out_of_order(&places).into_iter();
    let mut found = Vec::new();
    for (from, at) in pairs {
        let (before, after) = (from.map(|from| &one[from]), at.map(|at| &other[at]));
        let is_moved = before.is_some() && after.is_some() && moved.next().unwrap_or(false);
        let (act, cells) = match (before, after) {
            (Some(before), Some(after)) if text(before) == text(after) && !is_moved => continue,
            (Some(before), Some(after)) => (
                if is_moved && before.cells == after.cells { Act::Moved } else { Act::Changed },
                cells(before, after),
            ),
            (Some(before), None) => (Act::Removed, all(before, Mark::Gone)),
            (None, Some(after)) => (Act::Added, all(after, Mark::New)),
            (None, None) => continue,
        };
        let Some(shown) = after.or(before) else { continue };
        let heading = match (at, from) {
            (Some(at), _) => heading(&other[..at]),
            (None, Some(from)) => heading(&one[..from]),
            _ => None,
        };
        let lines = (before.map(|block| block.line), after.map(|block| block.line));
        found.push(Passage { shape: shown.shape, act, cells, heading, lines });
    }
    found
}

/// All passages of a text that came or went as a whole.
pub(super) fn whole(text: &str, act: Act) -> Vec<Passage> {
    let mark = if act == Act::Removed { Mark::Gone } else { Mark::New };
    let each = prose::blocks(text).into_iter().map(|block| {
        let lines = if mark == Mark::Gone { (Some(block.line), None) } else { (None, Some(block.line)) };
        Passage { shape: block.shape, act, cells: all(&block, mark), heading: None, lines }
    });
    each.collect()
}

/// A heading of another level is another heading.
fn text(block: &Block) -> String {
    match block.shape {
        Shape::Heading(level) => format!("{} {}", "#".repeat(usize::from(level)), block.text()),
        _ => block.text(),
    }
}

fn heading(before: &[Block]) -> Option<String> {
    before.iter().rev().find(|block| matches!(block.shape, Shape::Heading(_))).map(Block::text)
}

fn cells(before: &Block, after: &Block) -> Vec<Vec<Run>> {
    if before.cells.len() == after.cells.len() {
        return before.cells.iter().zip(&after.cells).map(|(old, new)| words::redline(old, new)).collect();
    }
    vec![words::redline(&before.text(), &after.text())]
}

fn all(block: &Block, mark: Mark) -> Vec<Vec<Run>> {
    block.cells.iter().map(|text| vec![Run { mark, text: text.clone() }]).collect()
}
