//! Owns the way from bytes to text: encoding, byte order mark, and characters that nobody can see.
//! Never looks at what the text means.

use crate::diagnostic::{Finding, Findings};
use crate::source::{FileId, Sources, Span};

/// Decodes a file as UTF-8, adds it to the sources and reports what is wrong with it as text.
///
/// What cannot be decoded is added as an empty text, so that the finding has a file to name.
/// A byte order mark is reported and left out.
pub fn decode(path: &str, bytes: Vec<u8>, sources: &mut Sources, findings: &mut Findings) -> Option<FileId> {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Some(accept(path, text, sources, findings)),
        Err(error) => error,
    };
    let at = bytes.utf8_error().valid_up_to();
    let bytes = bytes.into_bytes();
    let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    let file = sources.add(path, "");
    let hint = match bytes.as_slice() {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "utf-16",
        _ => "gbk",
    };
    findings.push(Finding::new("text-not-utf8", Span::file(file)).with("line", line).hint(hint, Vec::new()));
    None
}

fn accept(path: &str, mut text: String, sources: &mut Sources, findings: &mut Findings) -> FileId {
    let marked = text.starts_with('\u{FEFF}');
    if marked {
        text.drain(..'\u{FEFF}'.len_utf8());
    }
    let file = sources.add(path, text.as_str());
    if marked {
        findings.push(Finding::new("text-byte-order-mark", Span::file(file)));
    }
    // Pure ASCII without control characters is the common case of configuration, and cheap to tell.
    for (at, character) in text.char_indices().filter(|(_, character)| is_unseen(*character)) {
        let span = Span::new(file, at, at + character.len_utf8());
        findings.push(unseen(span, character));
    }
    file
}

/// The finding for a character that a reader cannot see, and that could make a name or an amount lie.
pub fn unseen(span: Span, character: char) -> Finding {
    let code = if is_direction(character) { "text-direction" } else { "text-invisible" };
    Finding::new(code, span).with("character", format!("U+{:04X}", character as u32))
}

/// Control, format and non-characters, following Unicode's `Bidi_Control` and `Default_Ignorable_Code_Point`
/// without variation selectors (which change the look of Han characters and may be wanted in names).
pub fn is_unseen(character: char) -> bool {
    match character {
        '\n' | '\r' | '\t' | ' '..='~' => false,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => true,
        '\u{AD}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}' => true,
        '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => true,
        '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' => true,
        '\u{E0000}'..='\u{E007F}' => true,
        other => (other as u32) & 0xFFFE == 0xFFFE || matches!(other, '\u{FDD0}'..='\u{FDEF}'),
    }
}

/// Shown text that no runner of CI takes for a command: `::` at the beginning of a line, `##[` anywhere in it. Escapes of
/// colours are passed over, as they are taken out where there is no terminal.
pub fn inert(shown: &str) -> String {
    let mut out = String::with_capacity(shown.len());
    // The two characters before, and whether nothing but blanks came before the last of them.
    let (mut before, mut opens, mut colour) = (['\0'; 2], true, false);
    let mut rest = shown.chars().peekable();
    while let Some(character) = rest.next() {
        if colour || character == '\u{1b}' {
            colour = character != 'm';
            out.push(character);
            continue;
        }
        let command = match character {
            // Excerpts begin the name of another file with `:::`, which names no command.
            ':' => opens && before[1] == ':' && rest.peek() != Some(&':'),
            '[' => before == ['#', '#'],
            _ => false,
        };
        out.push(if command { '\u{FFFD}' } else { character });
        opens = match character {
            '\n' => true,
            ':' => opens && before[1] != ':',
            blank => opens && blank.is_whitespace() && before[1] != ':',
        };
        before = if character == '\n' { ['\0'; 2] } else { [before[1], character] };
    }
    out
}

fn is_direction(character: char) -> bool {
    matches!(character, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(bytes: &[u8]) -> Vec<&'static str> {
        let (mut sources, mut findings) = (Sources::default(), Findings::default());
        decode("a.yaml", bytes.to_vec(), &mut sources, &mut findings);
        findings.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn shown_text_is_no_command() {
        let is = |text: &str, wanted: &str| assert_eq!(inert(text), wanted, "{text}");
        is("a::b\n  ::error::x", "a::b\n  :\u{FFFD}error::x");
        is(":: :::", ":\u{FFFD} :::");
        is(": ::x", ": ::x");
        is(" ::: a.yaml:1:2", " ::: a.yaml:1:2");
        is("  3 | x ##[add-mask]y #[a] ##a", "  3 | x ##\u{FFFD}add-mask]y #[a] ##a");
        is(
            "#\u{1b}[31m#\u{1b}[0m[x] :\n\u{1b}[1m:\u{1b}[0m:x",
            "#\u{1b}[31m#\u{1b}[0m\u{FFFD}x] :\n\u{1b}[1m:\u{1b}[0m\u{FFFD}x",
        );
    }

    #[test]
    fn clean_text_is_quiet() {
        assert_eq!(codes("标题：智慧园区（一期）\r\n\t〇★".as_bytes()), Vec::<&str>::new());
    }

    #[test]
    fn other_encodings_are_named() {
        assert_eq!(codes(b"\xD6\xC7\xBB\xDB"), ["text-not-utf8"]);
        assert_eq!(codes(b"\xFF\xFEa\0"), ["text-not-utf8"]);
    }

    #[test]
    fn what_nobody_sees_is_found() {
        assert_eq!(codes("\u{FEFF}a: 1".as_bytes()), ["text-byte-order-mark"]);
        assert_eq!(codes("a: 1\u{200B}00".as_bytes()), ["text-invisible"]);
        assert_eq!(codes("a: \u{202E}001".as_bytes()), ["text-direction"]);
        assert_eq!(codes(b"a: \0"), ["text-invisible"]);
    }
}
