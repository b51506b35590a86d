//! Cuts an expression into words, texts and signs, as Tera does: enough to say which names it uses.

use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// A text between quotes, with them.
    Text,
    Number,
    /// One byte of punctuation.
    Sign(u8),
    /// A character that no expression has outside of texts.
    Foreign,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    pub range: Range<usize>,
}

/// The tokens of `text` within `range`.
pub(super) fn tokens(text: &str, range: Range<usize>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = range.start;
    while let Some(letter) = text.get(at..range.end).and_then(|rest| rest.chars().next()) {
        let rest = &text[at..range.end];
        let (kind, len) = match letter {
            '"' | '\'' | '`' => (Kind::Text, quoted(rest).unwrap_or(rest.len())),
            '0'..='9' => (Kind::Number, length(rest, |letter| letter.is_ascii_digit())),
            '_' | 'a'..='z' | 'A'..='Z' => {
                (Kind::Word, length(rest, |letter| letter == '_' || letter.is_ascii_alphanumeric()))
            }
            ' ' | '\t' | '\n' | '\r' => {
                at += 1;
                continue;
            }
            letter if letter.is_ascii_punctuation() => (Kind::Sign(rest.as_bytes()[0]), 1),
            letter => (Kind::Foreign, letter.len_utf8()),
        };
        tokens.push(Token { kind, range: at..at + len });
        at += len;
    }
    tokens
}

fn length(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !belongs(letter)).unwrap_or(text.len())
}

/// The length of the text that begins with the quote at the beginning, with both quotes; none if it never
/// ends.
pub(super) fn quoted(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.first()?;
    let mut at = 1;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_fall_into_tokens() {
        let text = "a.b2|money(s=\"¥\\\"\")价";
        let found: Vec<_> =
            tokens(text, 0..text.len()).into_iter().map(|token| (token.kind, &text[token.range])).collect();
        assert_eq!(
            found,
            [
                (Kind::Word, "a"),
                (Kind::Sign(b'.'), "."),
                (Kind::Word, "b2"),
                (Kind::Sign(b'|'), "|"),
                (Kind::Word, "money"),
                (Kind::Sign(b'('), "("),
                (Kind::Word, "s"),
                (Kind::Sign(b'='), "="),
                (Kind::Text, "\"¥\\\"\""),
                (Kind::Sign(b')'), ")"),
                (Kind::Foreign, "价"),
            ]
        );
    }

    #[test]
    fn an_unclosed_text_runs_to_the_end() {
        assert_eq!(tokens("'ab", 0..3), [Token { kind: Kind::Text, range: 0..3 }]);
        assert_eq!(quoted("'ab"), None);
        assert_eq!(quoted("'a\\"), None);
    }
}
