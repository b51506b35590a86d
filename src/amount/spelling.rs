//! The spellings of an amount, and the places of a text that say it in whichever of them.
//!
//! A text is read, not compared with a list: `856,000.00`, `８５６０００`, `85.6 万元`, `85万6千元` and 捌拾伍万陆仟元整 say one
//! amount. Widths, blanks and line breaks within a figure do not count; a longer number that only holds the digits is another.

use std::collections::HashSet;
use std::ops::Range;

use super::{Amount, Currency, Tongue, words};

/// How a text says an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// A number without any mark of money: it may as well count something else.
    Bare,
    /// A figure with cents, separators, a sign or a unit of money.
    Money,
    /// Chinese numerals with 元, 角 or 分.
    Words,
}

/// A place of a text that says one of the amounts that were looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// In bytes of the text as it was given.
    pub range: Range<usize>,
    pub amount: Amount,
    pub notation: Notation,
}

/// The usual spellings of an amount of 元: plain, grouped, full-width, in 万元 and 亿元, in capital words.
pub fn spellings(amount: Amount) -> Vec<String> {
    let exact = amount.decimals() <= 2;
    let shortest = amount.shortest();
    let mut out = vec![shortest.clone()];
    if exact {
        out.extend([amount.round(2).to_string(), amount.grouped(2)]);
    }
    let wide = |text: &String| {
        text.chars()
            .map(|character| match character {
                '!'..='~' => char::from_u32(character as u32 + WIDER).unwrap_or(character),
                other => other,
            })
            .collect()
    };
    let wider: Vec<String> = out.iter().map(wide).collect();
    out.extend(wider);
    for (scale, unit) in [(10_000, "万元"), (100_000_000, "亿元")] {
        out.extend(amount.over(Amount::from(scale)).map(|scaled| scaled.shortest() + unit));
    }
    if let Some(yuan) = Currency::find("CNY") {
        out.extend([Tongue::Simplified, Tongue::Traditional].iter().filter_map(|t| yuan.words(amount, *t)));
    }
    out.dedup();
    out
}

/// Every number that a text says, read as an amount of 元.
pub fn numbers(text: &str) -> Vec<Sighting> {
    Finder { wanted: None }.find(text)
}

/// Finds amounts in texts.
#[derive(Clone, Debug)]
pub struct Finder {
    /// Without it, every number is wanted.
    wanted: Option<HashSet<Amount>>,
}

impl Finder {
    /// Looks for any of these amounts, in 元.
    pub fn new(amounts: impl IntoIterator<Item = Amount>) -> Self {
        Self { wanted: Some(amounts.into_iter().collect()) }
    }

    fn wants(&self, amount: Amount) -> bool {
        self.wanted.as_ref().is_none_or(|wanted| wanted.contains(&amount))
    }

    /// Every place that says one of the amounts, in the order of the text.
    pub fn find(&self, text: &str) -> Vec<Sighting> {
        let letters = fold(text);
        let mut out = Vec::new();
        self.figures(&letters, &mut out);
        self.numerals(&letters, &mut out);
        out.sort_by_key(|sighting| (sighting.range.start, std::cmp::Reverse(sighting.range.end)));
        // What lies within a longer reading is part of it.
        out.dedup_by(|next, before| next.range.end <= before.range.end);
        out
    }

    fn figures(&self, letters: &[Letter], out: &mut Vec<Sighting>) {
        let pieces = pieces(letters);
        for (at, first) in pieces.iter().enumerate() {
            for last in &pieces[at..pieces.len().min(at + LONGEST)] {
                let parts = &pieces[at..];
                let count = parts.iter().take_while(|piece| piece.start <= last.start).count();
                if !joins(letters, &parts[..count]) {
                    // One figure has only separators between its pieces.
                    if count > 1 && !apart_by_blanks(letters, &parts[count - 2..count]) {
                        break;
                    }
                    continue;
                }
                let range = first.start..last.end;
                let whole: String = letters[range.clone()].iter().filter_map(Letter::shown).collect();
                match figure(&whole) {
                    Some((value, grouped)) => self.figure(letters, range, value, grouped, out),
                    None if count == 1 => {
                        for part in listed(letters, range) {
                            let text: String = letters[part.clone()].iter().map(|it| it.folded).collect();
                            if let Some((value, grouped)) = figure(&text) {
                                self.figure(letters, part, value, grouped, out);
                            }
                        }
                    }
                    None => (),
                }
            }
        }
    }

    fn figure(
        &self,
        letters: &[Letter],
        range: Range<usize>,
        value: Amount,
        grouped: bool,
        out: &mut Vec<Sighting>,
    ) {
        // The thousands of 85万6千 are no amount of their own.
        if range.start >= 2
            && matches!(letters[range.start - 1].folded, '万' | '亿')
            && letters[range.start - 2].folded.is_ascii_digit()
        {
            return;
        }
        let before = backwards(letters, range.start);
        let code: String = before.chars().take_while(char::is_ascii_alphabetic).collect();
        let code: String = code.chars().rev().collect::<String>().to_ascii_uppercase();
        let touches = |at: Option<&Letter>| at.is_some_and(|it| it.folded.is_ascii_alphabetic());
        let known = code == "RMB" || Currency::find(&code).is_some();
        if touches(range.start.checked_sub(1).and_then(|at| letters.get(at))) && !known {
            return;
        }
        let signed = known || before.starts_with(['¥', '￥', '$', '€', '£', '币', '幣']);
        let (mut value, mut end) = (value, range.end);
        let mut rest = forwards(letters, end);
        if rest.text.starts_with(['%', '‰']) {
            return;
        }
        let scale = SCALES.iter().find(|(name, _)| rest.text.starts_with(name));
        let scaled = scale.is_some();
        if let Some((name, zeros)) = scale {
            let Some(larger) = value.times(Amount::from(10_u64.pow(*zeros))) else { return };
            value = larger;
            end = rest.after(name.chars().count());
            rest = forwards(letters, end);
            if let Some((sum, after)) = and_thousands(letters, value, *zeros, &rest) {
                (value, end) = (sum, after);
                rest = forwards(letters, end);
            }
        }
        let unit = ["元", "圆", "圓", "RMB", "CNY", "yuan"].iter().find(|unit| rest.text.starts_with(*unit));
        if !scaled && unit.is_none() && touches(letters.get(range.end)) {
            return;
        }
        if !self.wants(value) {
            return;
        }
        let whole: String = letters[range.clone()].iter().filter_map(Letter::shown).collect();
        let cents = !scaled && whole.split_once('.').is_some_and(|(_, cents)| cents.len() == 2);
        let money = signed || unit.is_some() || cents || (grouped && !scaled);
        out.push(Sighting {
            range: letters[range.start].place.start..letters[end - 1].place.end,
            amount: value,
            notation: if money { Notation::Money } else { Notation::Bare },
        });
    }

    fn numerals(&self, letters: &[Letter], out: &mut Vec<Sighting>) {
        let mut at = 0;
        while at < letters.len() {
            if !words::is_numeral(letters[at].folded) {
                at += 1;
                continue;
            }
            let run: Vec<&Letter> = letters[at..]
                .iter()
                .take_while(|it| it.blank || words::is_numeral(it.folded))
                .take(LONGEST * 4)
                .collect();
            at += run.len();
            let run: Vec<&Letter> = run.into_iter().filter(|it| !it.blank).collect();
            let mut from = 0;
            while from < run.len() {
                // The longest reading first, so that 陆仟元整 in 捌拾伍万陆仟元整 is no amount of its own.
                let reading = (from + 1..=run.len().min(from + LONGEST)).rev().find_map(|to| {
                    let text: String = run[from..to].iter().map(|it| it.folded).collect();
                    Some((to, words::from_words(&text).ok()?.amount, text))
                });
                let Some((to, amount, text)) = reading else {
                    from += 1;
                    continue;
                };
                if self.wants(amount) {
                    let money = text.contains(['元', '圆', '圓', '角', '分', '块', '毛']);
                    out.push(Sighting {
                        range: run[from].place.start..run[to - 1].place.end,
                        amount,
                        notation: if money { Notation::Words } else { Notation::Bare },
                    });
                }
                from = to;
            }
        }
    }
}

/// From an ASCII character to its full-width form.
const WIDER: u32 = 0xfee0;

/// Pieces of one figure, and characters of one amount in words, are not more.
const LONGEST: usize = 40;

/// Longer names first, since 万 begins 万亿.
const SCALES: [(&str, u32); 10] = [
    ("万亿", 12),
    ("千万", 7),
    ("百万", 6),
    ("million", 6),
    ("thousand", 3),
    ("亿", 8),
    ("万", 4),
    ("千元", 3),
    ("仟元", 3),
    ("k", 3),
];

/// A character as it counts, and where it stands.
struct Letter {
    folded: char,
    place: Range<usize>,
    blank: bool,
}

impl Letter {
    fn shown(&self) -> Option<char> {
        (!self.blank).then_some(self.folded)
    }
}

fn fold(text: &str) -> Vec<Letter> {
    text.char_indices()
        .map(|(at, character)| {
            let folded = match character {
                '\u{ff01}'..='\u{ff5e}' => char::from_u32(character as u32 - WIDER).unwrap_or(character),
                '萬' => '万',
                '億' => '亿',
                '’' => '\'',
                other => other,
            };
            let unseen = matches!(folded, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
            let place = at..at + character.len_utf8();
            Letter { folded, place, blank: folded.is_whitespace() || unseen }
        })
        .collect()
}

/// Runs of digits and what may stand between digits, each without a blank.
fn pieces(letters: &[Letter]) -> Vec<Range<usize>> {
    let part = |letter: &Letter| letter.folded.is_ascii_digit() || ".,'".contains(letter.folded);
    let mut out = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let length = letters[at..].iter().take_while(|letter| part(letter)).count();
        let digit = |letter: &Letter| letter.folded.is_ascii_digit();
        let run = &letters[at..at + length];
        if let (Some(first), Some(last)) = (run.iter().position(digit), run.iter().rposition(digit)) {
            out.push(at + first..at + last + 1);
        }
        at += length.max(1);
    }
    out
}

/// Whether these pieces may be one figure that blanks or line breaks have cut.
fn joins(letters: &[Letter], parts: &[Range<usize>]) -> bool {
    if parts.len() == 1 {
        return true;
    }
    if !parts.windows(2).all(|pair| apart_by_blanks(letters, pair)) {
        return false;
    }
    let broken = letters[parts[0].end..parts[1].start].iter().any(|letter| letter.folded == '\n');
    let length = |part: &Range<usize>| {
        let digits = |letter: &&Letter| letter.folded.is_ascii_digit();
        letters[part.clone()].iter().take_while(digits).count()
    };
    let thousands = length(&parts[0]) <= 3 && parts[1..].iter().all(|part| length(part) == 3);
    // Set with a blank after each character.
    let spaced = parts.iter().all(|part| part.len() == 1);
    (parts.len() == 2 && broken) || thousands || spaced
}

/// Whether nothing but blanks, and at most one separator, stands between two pieces.
fn apart_by_blanks(letters: &[Letter], pair: &[Range<usize>]) -> bool {
    let gap = &letters[pair[0].end..pair[1].start];
    let shown: Vec<char> = gap.iter().filter_map(Letter::shown).collect();
    matches!(shown[..], [] | ['.' | ',' | '\''])
}

/// `856,000.00` or `856000`: the value, and whether it has separators.
fn figure(text: &str) -> Option<(Amount, bool)> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let groups: Vec<&str> = whole.split([',', '\'']).collect();
    let grouped = groups.len() > 1;
    let even = |size: usize| groups[0].len() <= size && groups[1..].iter().all(|group| group.len() == size);
    if groups[0].is_empty() || (grouped && !even(3) && !even(4)) {
        return None;
    }
    let digits = groups.concat();
    // A point that nothing follows ends a sentence.
    let plain = if rest.is_empty() { digits } else { format!("{digits}.{rest}") };
    Some((plain.parse().ok()?, grouped))
}

/// The figures of `1，856000.00`, where a comma divides a list.
fn listed(letters: &[Letter], range: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut from = range.start;
    for at in range.clone() {
        if letters[at].folded == ',' {
            out.push(from..at);
            from = at + 1;
        }
    }
    if out.is_empty() {
        return out;
    }
    out.push(from..range.end);
    out
}

/// What follows the 万 of `85万6千` and `85万6000`: the sum, and where it ends.
fn and_thousands(letters: &[Letter], value: Amount, zeros: u32, rest: &Ahead) -> Option<(Amount, usize)> {
    let tail: String = rest.text.chars().take_while(char::is_ascii_digit).collect();
    let mut more: u64 = tail.parse().ok().filter(|_| zeros >= 4 && tail.len() <= 4)?;
    let mut end = rest.after(tail.len());
    let further = forwards(letters, end);
    let small = [(['千', '仟'], 1000), (['百', '佰'], 100)];
    if let Some((_, factor)) = small.into_iter().find(|(name, _)| further.text.starts_with(name)) {
        more *= factor;
        end = further.after(1);
    }
    Some((value.plus(Amount::from(more))?, end))
}

/// The few characters in front of a place, nearest first, without blanks.
fn backwards(letters: &[Letter], at: usize) -> String {
    letters[..at].iter().rev().filter_map(Letter::shown).take(8).collect()
}

/// The few characters behind a place, without blanks.
struct Ahead {
    text: String,
    places: Vec<usize>,
}

impl Ahead {
    /// The place behind so many characters.
    fn after(&self, count: usize) -> usize {
        self.places[count - 1] + 1
    }
}

fn forwards(letters: &[Letter], at: usize) -> Ahead {
    let shown = letters.iter().enumerate().skip(at).filter(|(_, letter)| !letter.blank).take(10);
    let (places, text) = shown.map(|(at, letter)| (at, letter.folded)).unzip();
    Ahead { text, places }
}

#[cfg(test)]
mod tests;
