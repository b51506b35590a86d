//! What can only be judged on the finished pages: how many there are, and whether they say what they must or must not.

use super::Hearing;
use super::wording::plain;
use crate::amount::Amount;
use crate::diagnostic::Finding;
use crate::source::Span;
use crate::tender::{Bid, Printed};
use crate::value::Value;

/// A place in a finished volume, as people name it.
fn at(volume: &Printed, sheet: usize) -> String {
    match volume.sheets.get(sheet.wrapping_sub(1)) {
        Some(page) if !page.label.is_empty() => format!("《{}》 {}", volume.title, page.label),
        _ => format!("《{}》", volume.title),
    }
}

/// A word that was found, with the volume and the sheet; no sheet for one that stands beside the pages.
pub(super) type Found<'n, 'v> = (&'n str, &'v Printed, Option<usize>);

/// The volume of the package that was printed.
fn own<'w>(bid: &Bid<'w>, volume: &Printed) -> Option<&'w Value> {
    bid.volumes().iter().find(|own| own.text_at("id") == Some(volume.id.as_str()))
}

fn chapters<'w>(bid: &Bid<'w>, volume: &Printed) -> &'w [Value] {
    own(bid, volume).and_then(|own| own.get("chapters")).map(Value::items).unwrap_or_default()
}

/// The chapter that a sheet belongs to.
pub(super) fn chapter_of<'w>(bid: &Bid<'w>, volume: &Printed, sheet: usize) -> Option<&'w Value> {
    chapters(bid, volume).get(volume.chapter_at(sheet)?)
}

fn place(hearing: &Hearing, volume: &Printed, sheet: usize) -> Span {
    let chapter = chapter_of(hearing.bid, volume, sheet);
    let named = chapter.and_then(|chapter| chapter.get("title"));
    let named = named.or_else(|| own(hearing.bid, volume)?.get("title"));
    named.map_or(hearing.bid.package.id_span, |value| value.span)
}

/// Limits of pages count the sheets of a volume without what the tender leaves out; limits of size the bytes of its file.
pub(super) fn limits(hearing: &mut Hearing, cover: &[String], contents: &[String]) {
    let Some(pages) = hearing.pages else { return };
    let bid = hearing.bid;
    let (limits, size) = (bid.asked("page_limits"), bid.asked("file_limit_mb"));
    if limits.is_none() && size.is_none() {
        return hearing.skip("@rule-not-asked");
    }
    for limit in limits.map(Value::items).unwrap_or_default() {
        let wanted = limit.text_at("volume").map(plain);
        let most: usize = limit.text_at("most").and_then(|most| most.parse().ok()).unwrap_or(usize::MAX);
        let without: Vec<String> = limit
            .get("without")
            .map(Value::items)
            .unwrap_or_default()
            .iter()
            .filter_map(|name| name.text().map(plain))
            .collect();
        let named = |names: &[String]| names.iter().any(|name| without.contains(&plain(name)));
        for volume in &pages.volumes {
            if wanted.as_ref().is_some_and(|wanted| *wanted != plain(&volume.title)) {
                continue;
            }
            let left_out = |sheet: usize| match chapter_of(bid, volume, sheet) {
                None if sheet == 1 => named(cover),
                None => named(contents),
                Some(chapter) => {
                    chapter.text_at("title").is_some_and(|title| without.contains(&plain(title)))
                }
            };
            let count = (1..=volume.sheets.len()).filter(|sheet| !left_out(*sheet)).count();
            if count > most {
                let span = place(hearing, volume, 1);
                let found = format!("《{}》 {count} 页", volume.title);
                let finding = hearing.differs(span, found, format!("≤ {most} 页"));
                hearing.fail(&volume.title, finding.related(limit.head(), "tender", Vec::new()));
            }
        }
    }
    if let Some((size, most)) = size.and_then(|size| Some((size, size.amount()?))) {
        for volume in &pages.volumes {
            let Some(held) = Amount::from(volume.bytes).over(Amount::from(1024 * 1024)) else { continue };
            if held > most {
                let span = place(hearing, volume, 1);
                let found = format!("《{}》 {} MB", volume.title, held.round(2));
                let finding = hearing.differs(span, found, format!("≤ {most} MB"));
                hearing.fail(&volume.title, finding.related(size.span, "tender", Vec::new()));
            }
        }
    }
}

/// What stands for the bidder's own words in a wording that must not be changed.
const BLANKS: [char; 2] = ['_', '＿'];

/// The passages of a locked wording between its blanks, a line at a time.
fn passages(wording: &str) -> Vec<String> {
    let pieces = wording.lines().flat_map(|line| line.split(BLANKS));
    pieces.map(plain).filter(|piece| piece.chars().any(char::is_alphanumeric)).collect()
}

/// A form whose wording is fixed says all of it, in its order.
pub(super) fn locked(hearing: &mut Hearing) {
    let Some(pages) = hearing.pages else { return };
    let Some(forms) = hearing.bid.asked("locked_forms") else { return hearing.skip("@rule-not-asked") };
    for form in forms.items() {
        let name = form.text_at("name").unwrap_or_default();
        let passages = passages(form.text_at("wording").unwrap_or_default());
        let Some((volume, sheets)) = chapter(hearing, &pages.volumes, name) else {
            let span = hearing.bid.own("volumes").map_or(hearing.bid.package.id_span, Value::head);
            let finding = hearing.missing(span, name).related(form.head(), "tender", Vec::new());
            hearing.fail(name, finding);
            continue;
        };
        let first = sheets.start;
        let said = plain(&volume.body(sheets));
        let mut from = 0;
        for passage in &passages {
            match said[from..].find(passage.as_str()) {
                Some(at) => from += at + passage.len(),
                None => {
                    let (found, wanted) = apart(&said[from..], passage);
                    let span = place(hearing, volume, first);
                    let found = format!("{}：{found}", at(volume, first));
                    let finding = hearing.differs(span, found, wanted);
                    hearing.fail(name, finding.related(form.head(), "tender", Vec::new()));
                }
            }
        }
    }
}

/// The finished chapter whose title is or contains a name.
fn chapter<'h>(
    hearing: &Hearing,
    volumes: &'h [Printed],
    name: &str,
) -> Option<(&'h Printed, std::ops::Range<usize>)> {
    let name = plain(name);
    let titled = |fits: &dyn Fn(&str) -> bool| {
        volumes.iter().find_map(|volume| {
            let title = |chapter: &Value| chapter.text_at("title").map(plain).unwrap_or_default();
            let at = chapters(hearing.bid, volume).iter().position(|chapter| fits(&title(chapter)))?;
            Some((volume, volume.sheets_of(at)?))
        })
    };
    titled(&|title| title == name).or_else(|| titled(&|title| !title.is_empty() && title.contains(&name)))
}

/// The longest beginning of a passage that is said, with what follows it there and what should: the place where a wording
/// was changed.
fn apart(said: &str, passage: &str) -> (String, String) {
    let ends: Vec<usize> =
        passage.char_indices().map(|(at, _)| at).chain([passage.len()]).filter(|at| *at > 0).collect();
    // What is said of the beginning grows with each letter until it is said no more.
    let kept = ends.partition_point(|end| said.contains(&passage[..*end]));
    let Some(end) = kept.checked_sub(1).map(|at| ends[at]) else {
        return ("—".to_owned(), shortened(passage));
    };
    let from = said.find(&passage[..end]).map_or(0, |at| at + end);
    let lead: String = last(&passage[..end], 8);
    (format!("…{lead}[{}]", shortened(&said[from..])), format!("…{lead}[{}]", shortened(&passage[end..])))
}

fn last(text: &str, count: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters[letters.len().saturating_sub(count)..].iter().collect()
}

fn shortened(text: &str) -> String {
    let mut letters: String = text.chars().take(24).collect();
    if text.chars().count() > 24 {
        letters.push('…');
    }
    letters
}

/// Every sheet that says one of these words, which are written [`plain`]ly.
pub(super) fn find<'v, 'n>(
    volumes: impl IntoIterator<Item = &'v Printed>,
    words: &'n [String],
) -> Vec<Found<'n, 'v>> {
    let mut found = Vec::new();
    for volume in volumes {
        let sheets: Vec<String> = volume.sheets.iter().map(|sheet| plain(&sheet.text)).collect();
        let beside: Vec<String> =
            volume.strings.iter().chain([&volume.file]).map(|text| plain(text)).collect();
        for word in words {
            let on = sheets.iter().enumerate().filter(|(_, text)| says(text, word));
            let before = found.len();
            found.extend(on.map(|(index, _)| (word.as_str(), volume, Some(index + 1))));
            if found.len() == before && beside.iter().any(|text| says(text, word)) {
                found.push((word, volume, None));
            }
        }
    }
    found
}

/// Whether a text says a word; a figure is not said by a longer one.
pub(super) fn says(text: &str, word: &str) -> bool {
    let digit = |character: Option<char>| character.is_some_and(|character| character.is_ascii_digit());
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].trim_end_matches([',', '.']).chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !(digit(word.chars().next()) && digit(before) || digit(word.chars().next_back()) && digit(after))
    })
}

/// The chapter that a sheet belongs to, and the sheet as people name it.
pub(super) fn spot(hearing: &Hearing, volume: &Printed, sheet: usize) -> (Span, String) {
    (place(hearing, volume, sheet), at(volume, sheet))
}

/// A word that must not stand in the volumes, at the chapter where it was found, with its page; and the volume's title.
pub(super) fn banned<'v>(hearing: &Hearing, (word, volume, sheet): Found<'_, 'v>) -> (&'v str, Finding) {
    let span = place(hearing, volume, sheet.unwrap_or(1));
    let finding = hearing.word(span, format!("{word}（{}）", at(volume, sheet.unwrap_or(0))));
    (&volume.title, finding)
}

#[cfg(test)]
mod tests {
    use super::{apart, passages, says};

    #[test]
    fn a_wording_falls_into_what_stands_between_its_blanks() {
        let wording = "致：____（采购人）\n我方投标有效期为 ___ 日历日。\n____\n";
        assert_eq!(passages(wording), ["致:", "(采购人)", "我方投标有效期为", "日历日。"]);
    }

    #[test]
    fn a_figure_is_not_said_by_a_longer_one() {
        for (text, said) in
            [("共85.6万元", true), ("共185.6万元", false), ("1,85.6万", false), ("85.6万", true)]
        {
            assert_eq!(says(text, "85.6万"), said, "{text}");
        }
        assert!(!says("856,000.005", "856,000.00") && says("约856,000.00元", "856,000.00"));
    }

    #[test]
    fn the_place_of_a_change_is_told() {
        let (found, wanted) =
            apart("我方在此声明同意并接受部分条款。其他", "我方在此声明同意并接受全部条款。");
        assert_eq!(found, "…此声明同意并接受[部分条款。其他]");
        assert_eq!(wanted, "…此声明同意并接受[全部条款。]");
        assert_eq!(apart("别的话", "我方"), ("—".to_owned(), "我方".to_owned()));
    }
}
