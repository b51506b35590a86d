//! Owns the classes of characters that Chinese prose turns on. Knows nothing of Markdown events or Typst.

/// The first of the characters that stand for expressions while Markdown is parsed: plane 15, private use.
const FIRST_STAND_IN: u32 = 0xF_0000;

/// How many expressions one text can hold: the private-use characters of plane 15.
pub(super) const STAND_INS: usize = 0xFFFE;

/// An invisible letter that is put beside emphasis marks, so that the rules of CommonMark take them for
/// marks.
pub(super) const MARK: char = '\u{10_FFFD}';

/// The character that stands for the expression `index`; none beyond [`STAND_INS`].
pub(super) fn stand_in(index: usize) -> Option<char> {
    if index >= STAND_INS {
        return None;
    }
    char::from_u32(FIRST_STAND_IN + u32::try_from(index).ok()?)
}

/// The expression that a character stands for.
pub(super) fn stands_for(letter: char) -> Option<usize> {
    let index = usize::try_from(u32::from(letter).checked_sub(FIRST_STAND_IN)?).ok()?;
    (index < STAND_INS).then_some(index)
}

/// The planes whose characters this module uses itself; a user's text may not bring them along.
pub(super) fn is_reserved(letter: char) -> bool {
    u32::from(letter) >= FIRST_STAND_IN
}

/// Characters that no page can show and that no author sees: control characters, byte order marks,
/// non-characters.
pub(super) fn is_invisible(letter: char) -> bool {
    letter != '\n' && letter != '\t' && letter.is_control()
        || letter == '\u{FEFF}'
        || u32::from(letter) & 0xFFFE == 0xFFFE
}

/// Han characters with the signs that are written like them.
pub(super) fn is_han(letter: char) -> bool {
    matches!(letter,
        '々' | '〇' | '〆' | '\u{2E80}'..='\u{2FDF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{2_0000}'..='\u{3_FFFF}')
}

/// Characters that fill a whole square by themselves: Han, kana and full-width forms, punctuation included.
/// Hangul is not among them: Korean separates its words by spaces.
pub(super) fn is_wide(letter: char) -> bool {
    is_han(letter)
        || matches!(letter, '\u{3000}'..='\u{312F}' | '\u{31A0}'..='\u{33FF}' | '\u{FE10}'..='\u{FE6F}'
            | '\u{FF01}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}')
}

/// Punctuation that Chinese and Latin text share; wide in one, narrow in the other.
pub(super) fn is_shared_punctuation(letter: char) -> bool {
    matches!(letter, '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

/// True where a line break between two characters is only a break in the file, not a space between words.
pub(super) fn joins(before: char, after: char) -> bool {
    let belongs = |letter| is_wide(letter) || is_shared_punctuation(letter);
    belongs(before) && belongs(after) && (is_wide(before) || is_wide(after))
}

/// Letters, digits and stand-ins: what CommonMark counts neither as punctuation nor as white space.
pub(super) fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric() || stands_for(letter).is_some()
}

/// Letters of a text in which words are not separated by spaces. A value may be one, so a stand-in counts.
pub(super) fn is_cjk_letter(letter: char) -> bool {
    is_letter(letter) && (is_wide(letter) || stands_for(letter).is_some())
}

pub(super) fn is_cjk_punctuation(letter: char) -> bool {
    !is_letter(letter) && (is_wide(letter) || is_shared_punctuation(letter))
}

/// Marks with which no emphasised words begin.
pub(super) fn ends_words(letter: char) -> bool {
    "，。、；：？！）》〉】〕」』〗］｝”’…—～·%‰℃°,.;:?!)]}>|*_~".contains(letter)
}

/// Marks with which no emphasised words end.
pub(super) fn begins_words(letter: char) -> bool {
    "（《〈【〔「『〖［｛“‘([{<¥￥$#@&|*_~".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_are_found_again_and_end() {
        for index in [0, 1, 255, STAND_INS - 1] {
            assert_eq!(stand_in(index).and_then(stands_for), Some(index));
        }
        assert_eq!(stand_in(STAND_INS), None);
        assert_eq!(stands_for(MARK), None);
        assert_eq!(stands_for('中'), None);
        assert!(is_reserved(MARK));
    }

    #[test]
    fn lines_join_between_chinese_characters_only() {
        assert!(joins('中', '文'));
        assert!(joins('，', '文'));
        assert!(joins('中', '“'));
        assert!(!joins('中', 'a'));
        assert!(!joins('a', '中'));
        assert!(!joins('—', '“'));
        assert!(!joins('한', '국'));
    }

    #[test]
    fn tabs_and_line_feeds_are_not_invisible() {
        assert!(!is_invisible('\n') && !is_invisible('\t') && !is_invisible('中'));
        assert!(
            is_invisible('\r') && is_invisible('\0') && is_invisible('\u{85}') && is_invisible('\u{FEFF}')
        );
    }
}
