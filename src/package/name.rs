//! Owns the names of finished files: the same on every usual system, and nothing hidden in them.

use crate::text::is_unseen;

/// Names that some systems keep for devices, whatever follows the dot.
const RESERVED: &[&str] = &["con", "prn", "aux", "nul", "com", "lpt", "conin$", "conout$"];
/// The longest name in bytes, with room for a copy's mark and an ending.
const LONGEST: usize = 200;

/// A title as a file name on every usual system: no separators, no reserved characters or names, nothing unseen, nothing
/// that another system would write in other bytes, at most 200 bytes.
pub(super) fn safe_name(title: &str) -> String {
    let name: String = title
        .chars()
        .filter(|character| character.is_control() || !is_unseen(*character))
        .map(|character| match character {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
            character if character.is_control() || is_composed(character) => '-',
            character => character,
        })
        .collect();
    let name = name.trim().trim_matches('.').trim();
    let name = name[..name.floor_char_boundary(LONGEST)].trim_end_matches(['.', ' ']);
    match name {
        "" => "document".to_owned(),
        name if is_reserved(name) => format!("_{name}"),
        name => name.to_owned(),
    }
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_lowercase();
    let bare = stem.strip_suffix(|digit: char| digit.is_ascii_digit() || "¹²³".contains(digit));
    RESERVED.iter().any(|reserved| match *reserved {
        "com" | "lpt" => bare == Some(reserved),
        reserved => stem == reserved,
    })
}

/// Characters that a system which normalises names (NFC or NFD) would write as others: marks that combine with the
/// letter before them, parts of Hangul, and Han characters that stand a second time for compatibility.
fn is_composed(character: char) -> bool {
    matches!(u32::from(character),
        0x300..=0x36F | 0x483..=0x487 | 0x591..=0x5BD | 0x64B..=0x65F | 0x1100..=0x11FF | 0x1AB0..=0x1AFF
        | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF | 0x2126 | 0x212A..=0x212B | 0x2329..=0x232A | 0x3099..=0x309A
        | 0xF900..=0xFAFF | 0xFE20..=0xFE2F | 0x2F800..=0x2FA1F)
}

#[cfg(test)]
mod tests {
    use super::safe_name;

    #[test]
    fn titles_become_file_names() {
        assert_eq!(safe_name("方案/设计: 第*版?"), "方案-设计- 第-版-");
        assert_eq!(safe_name("../.."), "-");
        assert!(safe_name(&"长".repeat(200)).len() <= 200);
        assert_eq!(safe_name("\n"), "-");
    }

    #[test]
    fn names_are_the_same_on_every_system() {
        for (title, name) in [
            ("CON", "_CON"),
            ("nul.技术标", "_nul.技术标"),
            ("COM1", "_COM1"),
            ("COM", "COM"),
            ("community", "community"),
            ("技术标. ", "技术标"),
            ("e\u{301}", "e-"),
            ("\u{F900}", "-"),
            ("技\u{200B}术\u{202E}标", "技术标"),
            ("", "document"),
            ("...", "document"),
        ] {
            assert_eq!(safe_name(title), name, "{title:?}");
        }
    }
}
