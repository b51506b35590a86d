//! Amounts in capital words (大写金额), written and read.
//!
//! Source of the rules: 支付结算办法 附一《正确填写票据和结算凭证的基本规定》, 银发〔1997〕393号.
//! Where it leaves a choice, the first of its printed forms is written and all of them are read.

use super::Amount;

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
pub(super) const PREFIX: &str = "人民币";
/// Beyond 10^16 元 no convention for the words is known.
const LIMIT: i128 = 10_i128.pow(18);

/// What a text in capital words says, and whether it says it in an accepted form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub amount: Amount,
    /// The form that this tool writes.
    pub accepted: String,
    pub faults: Vec<Form>,
}

/// How the form of an amount in words departs from the rules, while its value is clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// Ends at 元 without 整 or 正 (rule 2).
    CloseMissing,
    /// Ends at 分, yet 整 or 正 follows (rule 2).
    CloseAfterFen,
    /// A run of 一二三, 〇, 廿, 毛, 另 or 块 in place of capital characters (rule 1).
    NotCapital(String),
    /// 拾 without 壹 in front (rule 5).
    TenWithoutOne,
    /// A blank between 人民币 and the amount (rule 3).
    Gap,
    /// 零 is missing or stands where none belongs (rule 4).
    Zero,
}

/// Why a text is not an amount in words at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordsFault {
    Empty,
    /// A character that no amount in words has.
    Stranger(char),
    /// Digits and units that do not add up to a number, such as 佰 after 拾 or two digits in a row.
    Order,
    TooLarge,
}

/// The amount in capital words, with 人民币 in front; `None` below 分 or from 10^16 元 on.
pub fn to_words(amount: Amount) -> Option<String> {
    let pieces = pieces(amount)?;
    let mut out = String::from(PREFIX);
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(&text),
            Piece::Zero { written: true } => out.push('零'),
            Piece::Zero { written: false } => (),
            Piece::Close { .. } => out.push('整'),
        }
    }
    Some(out)
}

/// Reads an amount in words, with or without 人民币, in simplified or traditional characters.
pub fn from_words(text: &str) -> Result<Reading, WordsFault> {
    let mut faults = Vec::new();
    let bare = text.trim();
    let bare = ["（大写）", "(大写)", "大写：", "大写:"].iter().fold(bare, |rest, mark| {
        rest.strip_prefix(mark).or_else(|| rest.strip_suffix(mark)).unwrap_or(rest).trim()
    });
    let body = bare.strip_prefix(PREFIX).unwrap_or(bare);
    if body.starts_with([' ', '\u{3000}', '：', ':']) {
        faults.push(Form::Gap);
    }
    let body = body.trim_start_matches([' ', '\u{3000}', '：', ':']);
    let plain = plain(body, &mut faults)?;
    let fen = value(&plain, &mut faults)?;
    if fen >= LIMIT {
        return Err(WordsFault::TooLarge);
    }
    let amount = Amount::from_fen(fen).ok_or(WordsFault::TooLarge)?;
    let accepted = to_words(amount).ok_or(WordsFault::TooLarge)?;
    if faults.is_empty() {
        let pieces = pieces(amount).ok_or(WordsFault::TooLarge)?;
        faults.extend(form(&plain, &pieces));
    }
    Ok(Reading { amount, accepted, faults })
}

/// A rate in capital words: 12.5 % is 百分之壹拾贰点伍. `None` for a negative one.
pub fn rate_to_words(rate: Amount) -> Option<String> {
    let percent = rate.times(Amount::from(100))?.shortest();
    let (whole, rest) = percent.split_once('.').unwrap_or((&percent, ""));
    let whole = to_words(whole.parse().ok().filter(|_| !percent.starts_with('-'))?)?;
    let whole = whole.strip_prefix(PREFIX)?.strip_suffix("元整")?;
    let digits: String = rest.bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect();
    Some(if rest.is_empty() { format!("百分之{whole}") } else { format!("百分之{whole}点{digits}") })
}

/// Whether an amount in words can have the character, in whichever form.
pub(super) fn is_numeral(character: char) -> bool {
    plain(character.encode_utf8(&mut [0; 4]), &mut Vec::new()).is_ok()
}

/// One part of the written form; optional parts are what rule 4c and rule 2 leave open.
enum Piece {
    Text(String),
    /// An optional 零, and whether this tool writes it.
    Zero {
        written: bool,
    },
    /// 整 at the end: demanded after 元, left open after 角.
    Close {
        demanded: bool,
    },
}

fn pieces(amount: Amount) -> Option<Vec<Piece>> {
    let fen = amount.in_fen()?;
    let mut out = Vec::new();
    if fen < 0 {
        out.push(Piece::Text("负".into()));
    }
    let fen = fen.checked_abs().filter(|fen| *fen < LIMIT)?;
    let (yuan, jiao, cent) = (fen / 100, (fen / 10 % 10) as usize, (fen % 10) as usize);
    if yuan > 0 || fen == 0 {
        if fen == 0 {
            out.push(Piece::Text("零".into()));
        } else {
            integer(yuan, &mut out);
        }
        out.push(Piece::Text("元".into()));
    }
    if jiao > 0 {
        if yuan > 0 && yuan % 10 == 0 {
            out.push(Piece::Zero { written: true });
        }
        out.push(Piece::Text(format!("{}角", DIGITS[jiao])));
    }
    if cent > 0 {
        if jiao == 0 && yuan > 0 {
            out.push(Piece::Text("零".into()));
        }
        out.push(Piece::Text(format!("{}分", DIGITS[cent])));
    } else {
        out.push(Piece::Close { demanded: jiao == 0 });
    }
    Some(out)
}

fn integer(value: i128, out: &mut Vec<Piece>) {
    const YI: i128 = 100_000_000;
    let (above, below) = (value / YI, value % YI);
    if above > 0 {
        integer(above, out);
        out.push(Piece::Text("亿".into()));
        if below > 0 {
            let (myriads, units) = (below / 10_000, below % 10_000);
            if below >= 10_000_000 {
                if above % 10 == 0 {
                    out.push(Piece::Zero { written: false });
                }
            } else if myriads == 0 && units >= 1000 {
                out.push(Piece::Zero { written: true });
            } else {
                out.push(Piece::Text("零".into()));
            }
        }
    }
    let (myriads, units) = (below / 10_000, below % 10_000);
    if myriads > 0 {
        out.push(Piece::Text(section(myriads)));
        out.push(Piece::Text("万".into()));
        if units > 0 {
            if units < 1000 {
                out.push(Piece::Text("零".into()));
            } else if myriads % 10 == 0 {
                out.push(Piece::Zero { written: false });
            }
        }
    }
    if units > 0 {
        out.push(Piece::Text(section(units)));
    }
}

/// 1 to 9999, without zeros in front or behind.
fn section(value: i128) -> String {
    let digits = format!("{value}");
    let mut out = String::new();
    let mut gap = false;
    for (at, digit) in digits.bytes().enumerate() {
        let digit = usize::from(digit - b'0');
        if digit == 0 {
            gap = true;
            continue;
        }
        if gap {
            out.push('零');
            gap = false;
        }
        out.push(DIGITS[digit]);
        out.push_str(PLACES[digits.len() - 1 - at]);
    }
    out
}

/// The text in simplified capital characters; everything that is understood but not accepted is a fault.
fn plain(body: &str, faults: &mut Vec<Form>) -> Result<Vec<char>, WordsFault> {
    let mut out = Vec::new();
    let mut run = String::new();
    for character in body.chars() {
        let (capital, accepted) = match character {
            '零' | '壹' | '贰' | '叁' | '肆' | '伍' | '陆' | '柒' | '捌' | '玖' => {
                (character, true)
            }
            '拾' | '佰' | '仟' | '万' | '亿' | '元' | '角' | '分' | '整' | '负' => {
                (character, true)
            }
            '圆' | '圓' => ('元', true),
            '正' => ('整', true),
            '貳' | '弍' => ('贰', character == '貳'),
            '參' | '叄' => ('叁', true),
            '陸' => ('陆', true),
            '萬' => ('万', true),
            '億' => ('亿', true),
            '負' => ('负', true),
            '〇' | '另' | '○' => ('零', false),
            '一' => ('壹', false),
            '二' | '两' => ('贰', false),
            '三' => ('叁', false),
            '四' => ('肆', false),
            '五' => ('伍', false),
            '六' => ('陆', false),
            '七' => ('柒', false),
            '八' => ('捌', false),
            '九' => ('玖', false),
            '十' => ('拾', false),
            '百' => ('佰', false),
            '千' => ('仟', false),
            '块' => ('元', false),
            '毛' => ('角', false),
            '廿' => {
                out.push('贰');
                ('拾', false)
            }
            stranger => return Err(WordsFault::Stranger(stranger)),
        };
        if !accepted {
            run.push(character);
        } else if !run.is_empty() {
            faults.push(Form::NotCapital(std::mem::take(&mut run)));
        }
        out.push(capital);
    }
    if !run.is_empty() {
        faults.push(Form::NotCapital(run));
    }
    if out.is_empty() { Err(WordsFault::Empty) } else { Ok(out) }
}

/// The number of 分 that the characters say.
fn value(text: &[char], faults: &mut Vec<Form>) -> Result<i128, WordsFault> {
    let (sign, text) = match text {
        ['负', rest @ ..] => (-1, rest),
        _ => (1, text),
    };
    let text = text.strip_suffix(&['整']).unwrap_or(text);
    let mut sum = Sum::default();
    for character in text {
        sum.read(*character, faults)?;
    }
    sum.finish().map(|fen| sign * fen)
}

#[derive(Default)]
struct Sum {
    fen: i128,
    /// Finished 亿 of the whole part, in 元.
    high: i128,
    /// Finished 万, in 元 (of the whole part, or in front of a coming 亿).
    myriads: i128,
    section: i128,
    /// The smallest place of this section so far, as a power of ten; places must fall.
    place: Option<u32>,
    digit: Option<i128>,
    zero: bool,
    yuan: bool,
    jiao: bool,
    cent: bool,
    any: bool,
}

impl Sum {
    fn read(&mut self, character: char, faults: &mut Vec<Form>) -> Result<(), WordsFault> {
        if self.cent {
            return Err(WordsFault::Order);
        }
        match character {
            '零' => {
                if self.digit.is_some() || self.zero {
                    return Err(WordsFault::Order);
                }
                self.zero = true;
            }
            '拾' | '佰' | '仟' => {
                let place = match character {
                    '拾' => 1,
                    '佰' => 2,
                    _ => 3,
                };
                let digit = match self.digit.take() {
                    Some(digit) => digit,
                    None if place == 1 => {
                        faults.push(Form::TenWithoutOne);
                        1
                    }
                    None => return Err(WordsFault::Order),
                };
                if self.yuan || self.place.is_some_and(|before| before <= place) {
                    return Err(WordsFault::Order);
                }
                self.place = Some(place);
                self.section += digit * 10_i128.pow(place);
                self.zero = false;
            }
            '万' => {
                let section = self.take_section()?;
                if section == 0 || self.yuan || self.myriads != 0 {
                    return Err(WordsFault::Order);
                }
                self.myriads = section * 10_000;
            }
            '亿' => {
                let section = self.take_section()?;
                if self.myriads + section == 0 || self.yuan || self.high != 0 {
                    return Err(WordsFault::Order);
                }
                self.high = (self.myriads + section) * 100_000_000;
                self.myriads = 0;
            }
            '元' => {
                if self.yuan || self.jiao {
                    return Err(WordsFault::Order);
                }
                let lone_zero = self.zero && !self.any;
                let section = self.take_section()?;
                let whole = self.high + self.myriads + section;
                if whole == 0 && !lone_zero {
                    return Err(WordsFault::Order);
                }
                self.fen += whole * 100;
                self.yuan = true;
                self.zero = false;
            }
            '角' => {
                let digit = self.digit.take().filter(|_| !self.jiao && self.place.is_none());
                if !self.yuan && (self.high, self.myriads, self.section) != (0, 0, 0) {
                    return Err(WordsFault::Order);
                }
                match digit {
                    Some(digit) => self.fen += digit * 10,
                    None if self.zero => (),
                    None => return Err(WordsFault::Order),
                }
                self.jiao = true;
                self.zero = false;
            }
            '分' => {
                let digit = self.digit.take().ok_or(WordsFault::Order)?;
                if !self.yuan && (self.high, self.myriads, self.section) != (0, 0, 0) {
                    return Err(WordsFault::Order);
                }
                self.fen += digit;
                self.cent = true;
            }
            digit => {
                let Some(value) = DIGITS.iter().position(|known| *known == digit) else {
                    return Err(WordsFault::Order);
                };
                if self.digit.is_some() {
                    return Err(WordsFault::Order);
                }
                self.digit = Some(value as i128);
                self.zero = false;
            }
        }
        self.any = true;
        Ok(())
    }

    fn take_section(&mut self) -> Result<i128, WordsFault> {
        let section = self.section + self.digit.take().unwrap_or(0);
        self.section = 0;
        self.place = None;
        self.zero = false;
        Ok(section)
    }

    fn finish(mut self) -> Result<i128, WordsFault> {
        if !self.any {
            return Err(WordsFault::Empty);
        }
        if !self.yuan && !self.jiao && !self.cent {
            // 壹拾伍万 without 元 is understood; its form is faulted by the comparison.
            let section = self.take_section()?;
            return Ok((self.high + self.myriads + section) * 100);
        }
        if self.digit.is_some() || self.section != 0 { Err(WordsFault::Order) } else { Ok(self.fen) }
    }
}

/// Compares what was written with every form that the rules allow.
fn form(text: &[char], pieces: &[Piece]) -> Option<Form> {
    let mut rest = text;
    for piece in pieces {
        match piece {
            Piece::Text(expected) => {
                for character in expected.chars() {
                    match rest {
                        [first, tail @ ..] if *first == character => rest = tail,
                        [] => return Some(Form::CloseMissing),
                        _ => return Some(Form::Zero),
                    }
                }
            }
            Piece::Zero { .. } => rest = rest.strip_prefix(&['零']).unwrap_or(rest),
            Piece::Close { demanded } => match rest.strip_prefix(&['整']) {
                Some(tail) => rest = tail,
                None if rest.is_empty() && *demanded => return Some(Form::CloseMissing),
                None => (),
            },
        }
    }
    match rest {
        [] => None,
        ['整'] => Some(Form::CloseAfterFen),
        _ => Some(Form::Zero),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn vectors() -> impl Iterator<Item = (String, String, Vec<String>)> {
        include_str!("../../tests/data/capital_amounts.csv").lines().skip(1).map(|line| {
            let mut cells = line.splitn(4, ',').map(|cell| cell.trim_matches('"'));
            let mut next = || cells.next().unwrap_or_default().to_owned();
            let (amount, written, other) = (next(), next(), next());
            let other =
                other.split('|').map(str::trim).filter(|form| !form.is_empty()).map(str::to_owned).collect();
            (amount, written, other)
        })
    }

    #[test]
    fn every_vector_is_written_and_read() {
        let mut seen = 0;
        for (amount, written, other) in vectors() {
            let amount: Amount = amount.parse().unwrap();
            assert_eq!(to_words(amount).as_deref(), Some(written.as_str()));
            for form in std::iter::once(&written).chain(&other) {
                let reading = from_words(form).unwrap();
                assert_eq!((reading.amount, reading.faults), (amount, vec![]), "{form}");
            }
            seen += 1;
        }
        assert!(seen >= 26, "only {seen} vectors were read");
    }

    #[test]
    fn more_forms_of_the_rules() {
        for (amount, written) in [
            ("0", "人民币零元整"),
            ("10.50", "人民币壹拾元零伍角整"),
            ("325.04", "人民币叁佰贰拾伍元零肆分"),
            ("1680.32", "人民币壹仟陆佰捌拾元零叁角贰分"),
            ("6007.14", "人民币陆仟零柒元壹角肆分"),
            ("1050000.00", "人民币壹佰零伍万元整"),
            ("1050300020.08", "人民币壹拾亿伍仟零叁拾万零贰拾元零捌分"),
            ("1000100000000.00", "人民币壹万零壹亿元整"),
            ("-12.30", "人民币负壹拾贰元叁角整"),
        ] {
            assert_eq!(to_words(amount.parse().unwrap()).as_deref(), Some(written));
        }
        let other = from_words("壹拾亿零伍仟零叁拾万零贰拾元零捌分").unwrap();
        assert_eq!((other.amount.to_string().as_str(), other.faults), ("1050300020.08", vec![]));
    }

    #[test]
    fn rates_have_words() {
        for (rate, words) in [
            ("0.125", "百分之壹拾贰点伍"),
            ("0.1", "百分之壹拾"),
            ("0.0005", "百分之零点零伍"),
            ("1.05", "百分之壹佰零伍"),
        ] {
            assert_eq!(rate_to_words(rate.parse().unwrap()).as_deref(), Some(words));
        }
        assert_eq!(rate_to_words("-0.1".parse().unwrap()), None);
    }

    #[test]
    fn faults_of_form_are_named() {
        for (text, fault) in [
            ("壹拾伍万元", Form::CloseMissing),
            ("人民币伍角陆分整", Form::CloseAfterFen),
            ("人民币拾伍元整", Form::TenWithoutOne),
            ("人民币 壹佰元整", Form::Gap),
            ("人民币一百元整", Form::NotCapital("一百".into())),
            ("壹佰伍元整", Form::Zero),
            ("壹仟零伍拾万零元整", Form::Zero),
        ] {
            let reading = from_words(text).unwrap();
            assert_eq!(reading.faults.first(), Some(&fault), "{text}");
        }
        let runs = ["一百廿".to_owned(), "三".to_owned()].map(Form::NotCapital);
        assert_eq!(from_words("一百廿元三角").unwrap().faults, runs);
        assert_eq!(from_words("（大写）壹万伍仟元整").unwrap().amount.to_string(), "15000.00");
        assert_eq!(from_words("人民币圆整").unwrap_err(), WordsFault::Order);
        assert_eq!(from_words("壹佰贰仟元整").unwrap_err(), WordsFault::Order);
        assert_eq!(from_words("面议").unwrap_err(), WordsFault::Stranger('面'));
        assert_eq!(from_words("人民币").unwrap_err(), WordsFault::Empty);
    }

    proptest! {
        #[test]
        fn words_come_back_as_the_same_amount(fen in 0_i64..=999_999_999_999_999_999) {
            let amount = Amount::from_fen(i128::from(fen)).unwrap();
            let words = to_words(amount).unwrap();
            let reading = from_words(&words).unwrap();
            prop_assert_eq!(reading.amount, amount);
            prop_assert!(reading.faults.is_empty(), "{} {:?}", words, reading.faults);
            prop_assert!(!words.contains("零零") && !words.contains("零万") && !words.contains("零亿"));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "[零壹贰拾佰仟万亿元角分整正负人民币一 ]{0,20}") {
            let _ = from_words(&text);
        }
    }
}
