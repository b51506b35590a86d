//! Owns Typst string literals: the only form in which text of a user enters generated code.

use super::letters::is_invisible;

/// Appends `text` as a Typst string literal. In a literal only `\` and `"` mean anything, so nothing in the
/// text can end it or call a function. Invisible characters are left out; line separators of Unicode become
/// spaces.
pub(super) fn write(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\u{2028}' | '\u{2029}' => out.push(' '),
            letter if is_invisible(letter) => {}
            letter => out.push(letter),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_ends_a_literal_early() {
        let mut out = String::new();
        super::write(&mut out, "a\"b\\c\n\t\r\0\u{7F}\u{2028}#{panic()}$x$中");
        assert_eq!(out, "\"a\\\"b\\\\c\\n\\t #{panic()}$x$中\"");
    }
}
