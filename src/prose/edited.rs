//! Owns texts that were made from another text, and where each part of them came from.

use std::ops::Range;

/// A text with the way back: which bytes of the text before stand behind which bytes of this one.
#[derive(Debug, Default)]
pub(super) struct Edited {
    pub text: String,
    pieces: Vec<Piece>,
}

/// A part of the new text. Copied parts map byte by byte, others only as a whole.
#[derive(Debug)]
struct Piece {
    to: Range<usize>,
    from: Range<usize>,
    copied: bool,
}

impl Edited {
    /// Appends `text`, which stands unchanged at `from` in the text before.
    pub fn copy(&mut self, text: &str, from: usize) {
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(text);
        let to = start..self.text.len();
        let from = from..from + text.len();
        match self.pieces.last_mut() {
            Some(last) if last.copied && last.from.end == from.start => {
                last.to.end = to.end;
                last.from.end = from.end;
            }
            _ => self.pieces.push(Piece { to, from, copied: true }),
        }
    }

    /// Appends one character that stands for the range `from`; an empty range inserts it.
    pub fn put(&mut self, letter: char, from: Range<usize>) {
        let start = self.text.len();
        self.text.push(letter);
        self.pieces.push(Piece { to: start..self.text.len(), from, copied: false });
    }

    /// The range of the text before that a range of this text came from.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        let start = self.piece(range.start).map_or(0, |piece| match piece.copied {
            true => (piece.from.start + (range.start - piece.to.start)).min(piece.from.end),
            false if range.start >= piece.to.end => piece.from.end,
            false => piece.from.start,
        });
        if range.end <= range.start {
            return start..start;
        }
        let end = self.piece(range.end - 1).map_or(start, |piece| match piece.copied {
            true => (piece.from.start + (range.end - piece.to.start)).min(piece.from.end),
            false => piece.from.end,
        });
        start..end.max(start)
    }

    /// The last piece that begins at or before `at`.
    fn piece(&self, at: usize) -> Option<&Piece> {
        let after = self.pieces.partition_point(|piece| piece.to.start <= at);
        self.pieces.get(after.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_lead_back_over_copies_replacements_and_insertions() {
        // before: "中{{x}}文\0字"
        let mut edited = Edited::default();
        edited.copy("中", 0);
        edited.put('\u{F0000}', 3..8);
        edited.copy("文", 8);
        edited.put('!', 11..11);
        edited.copy("字", 12);
        assert_eq!(edited.text, "中\u{F0000}文!字");
        assert_eq!(edited.origin(0..3), 0..3);
        assert_eq!(edited.origin(3..7), 3..8);
        assert_eq!(edited.origin(0..10), 0..11);
        assert_eq!(edited.origin(7..10), 8..11);
        assert_eq!(edited.origin(10..11), 11..11);
        assert_eq!(edited.origin(11..14), 12..15);
        assert_eq!(edited.origin(14..14), 15..15);
        assert_eq!(edited.origin(7..7), 8..8);
    }

    #[test]
    fn an_empty_text_has_only_its_beginning() {
        assert_eq!(Edited::default().origin(0..0), 0..0);
        assert_eq!(Edited::default().origin(0..5), 0..0);
    }

    #[test]
    fn neighbouring_copies_are_one_piece() {
        let mut edited = Edited::default();
        edited.copy("ab", 0);
        edited.copy("cd", 2);
        edited.copy("", 9);
        assert_eq!(edited.pieces.len(), 1);
        assert_eq!(edited.origin(1..3), 1..3);
    }
}
