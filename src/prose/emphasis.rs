//! Mends emphasis in Chinese prose: `这是**重要（必须）**的` is bold although the rules of CommonMark say otherwise.
//!
//! By those rules a mark beside punctuation must have white space or punctuation on its other side. Chinese
//! has no spaces, so a closing `**` after `）` and before a Han character closes nothing. An invisible letter
//! between the punctuation and the mark makes the rules come out as the author meant. Two limits keep the
//! cure from harm: words never begin with `，` or end with `（`, and a single `*` is left alone, because bids
//! write `*` for clauses that must be met. The letter is put in without looking for code: it is taken out
//! wherever it ends up.

use super::edited::Edited;
use super::letters::{self, MARK};

/// A run of `**`, `***` or `~~` that is not escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    /// Where it begins in the mended text.
    pub start: usize,
    pub len: usize,
}

/// The text with the invisible letters, and all runs that an author may have meant as marks.
pub(super) fn mend(text: &str) -> (Edited, Vec<Run>) {
    let mut edited = Edited::default();
    let mut runs = Vec::new();
    let bytes = text.as_bytes();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|byte| matches!(byte, b'*' | b'~')) {
        let mut start = at + found;
        if is_escaped(bytes, start) {
            start += 1;
        }
        let sign = bytes[at + found];
        let len = bytes[start..].iter().take_while(|byte| **byte == sign).count();
        let end = start + len;
        at = end.max(start);
        if !is_mark(sign, len) {
            continue;
        }
        let before = text[..start].chars().next_back().unwrap_or('\n');
        let mut rest = text[end..].chars();
        let after = rest.next().unwrap_or('\n');
        let is_image = after == '!' && rest.next() == Some('[');

        edited.copy(&text[copied..start], copied);
        if closes(before, after) {
            edited.put(MARK, start..start);
        }
        runs.push(Run { start: edited.text.len(), len });
        edited.copy(&text[start..end], start);
        if opens(before, after, is_image) {
            edited.put(MARK, end..end);
        }
        copied = end;
    }
    edited.copy(&text[copied..], copied);
    (edited, runs)
}

/// Longer runs are no marks: four stars hide the middle of a telephone number.
fn is_mark(sign: u8, len: usize) -> bool {
    len == 2 || sign == b'*' && len == 3
}

fn is_escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// True for a mark that closes what its author emphasised, but not by the rules.
fn closes(before: char, after: char) -> bool {
    !before.is_whitespace()
        && !letters::is_letter(before)
        && !letters::begins_words(before)
        && letters::is_letter(after)
        && (letters::is_cjk_punctuation(before) || letters::is_cjk_letter(after))
}

/// True for a mark that opens what its author emphasised, but not by the rules.
fn opens(before: char, after: char, is_image: bool) -> bool {
    letters::is_letter(before)
        && !after.is_whitespace()
        && !letters::is_letter(after)
        && (is_image || !letters::ends_words(after))
        && (letters::is_cjk_letter(before) || letters::is_cjk_punctuation(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mended text with `^` for the invisible letter.
    fn mended(text: &str) -> String {
        mend(text).0.text.replace(MARK, "^")
    }

    #[test]
    fn marks_beside_chinese_punctuation_are_mended() {
        assert_eq!(mended("这是**重要（必须）**的"), "这是**重要（必须）^**的");
        assert_eq!(mended("**“引号”**后文"), "**“引号”^**后文");
        assert_eq!(mended("见**《办法》**第三条"), "见**^《办法》^**第三条");
        assert_eq!(mended("该**方案(A)**满足"), "该**方案(A)^**满足");
        assert_eq!(mended("本**★条款**为"), "本**^★条款**为");
        assert_eq!(mended("价**¥100**元"), "价**^¥100**元");
        assert_eq!(mended("删~~（旧）~~改"), "删~~^（旧）^~~改");
        assert_eq!(mended("见**![图](a.png)**。"), "见**^![图](a.png)**。");
    }

    #[test]
    fn what_the_rules_settle_is_left_alone() {
        for text in [
            "**中文**。中文",
            "a **b** c",
            "2 ** 3 ** 4",
            "\\*\\*甲\\*\\*",
            "foo**(bar)**baz",
            "- **甲**：乙",
            "***\n",
        ] {
            assert_eq!(mended(text), text);
        }
    }

    #[test]
    fn stars_that_are_not_marks_are_left_alone() {
        for text in
            ["张**，李**先生", "138****1234", "带*（星号）的条款，*号", "甲*（必须）*乙", "~5（天）~后"]
        {
            assert_eq!(mended(text), text);
        }
    }

    #[test]
    fn an_escaped_star_is_not_part_of_the_run() {
        let (edited, runs) = mend("甲\\***（乙）**丙");
        assert_eq!(edited.text.replace(MARK, "^"), "甲\\***（乙）^**丙");
        assert_eq!(runs.len(), 2);
        assert_eq!((runs[0].start, runs[0].len), (5, 2));
    }

    #[test]
    fn runs_are_found_where_they_stand_in_the_mended_text() {
        let (edited, runs) = mend("见**（甲）**乙***丙~~");
        for run in &runs {
            let text = &edited.text[run.start..run.start + run.len];
            assert!(text.chars().all(|letter| letter == '*' || letter == '~'), "{text}");
        }
        assert_eq!(runs.iter().map(|run| run.len).collect::<Vec<_>>(), [2, 2, 3, 2]);
    }

    #[test]
    fn places_lead_back_to_the_text_before() {
        let text = "见**《办法》**第三条";
        let (edited, _) = mend(text);
        let at = edited.text.find("第三条").expect("the words are kept");
        assert_eq!(&text[edited.origin(at..at + "第三条".len())], "第三条");
    }
}
