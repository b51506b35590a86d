//! Owns the way back from generated Typst code to the user's text.

use std::ops::Range;

use crate::source::Span;

/// Which part of the generated code came from which place: parts nest, so the innermost one says most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap(Vec<(Range<usize>, Span)>);

impl SourceMap {
    pub(super) fn add(&mut self, generated: Range<usize>, span: Span) {
        self.0.push((generated, span));
    }

    /// The place behind a range of the generated code: that of the innermost part around all of it.
    /// Linear in the length of the text: meant for errors, not for every character.
    pub fn lookup(&self, generated: Range<usize>) -> Option<Span> {
        let (_, span) = self
            .0
            .iter()
            .filter(|(part, _)| part.start <= generated.start && generated.end <= part.end)
            .min_by_key(|(part, _)| part.len())?;
        Some(*span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    #[test]
    fn the_innermost_part_wins() {
        let file = Sources::default().add("a.md", "");
        let mut map = SourceMap::default();
        map.add(0..100, Span::new(file, 0, 50));
        map.add(10..20, Span::new(file, 5, 9));
        assert_eq!(map.lookup(12..15), Some(Span::new(file, 5, 9)));
        assert_eq!(map.lookup(12..25), Some(Span::new(file, 0, 50)));
        assert_eq!(map.lookup(99..101), None);
    }
}
