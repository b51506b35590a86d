//! Owns how money, percentages and dates are written out in prose. Works on the digits as they were written:
//! no number here ever passes through a float, and none is rounded.

/// A decimal as written, without sign and point.
struct Decimal<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    fn parse(written: &'a str) -> Option<Self> {
        let written = written.trim();
        let (negative, digits) = written.strip_prefix('-').map_or((false, written), |digits| (true, digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        (all_digits(whole) && all_digits(fraction)).then_some(Self { negative, whole, fraction })
    }

    /// The whole part without leading zeros, and the fraction without trailing ones, after moving the point
    /// to the right (or to the left, when negative).
    fn shifted(&self, places: i32) -> (String, String) {
        let mut whole = self.whole.to_owned();
        let mut fraction = self.fraction.to_owned();
        for _ in 0..places {
            whole.push(if fraction.is_empty() { '0' } else { fraction.remove(0) });
        }
        for _ in places..0 {
            fraction.insert(0, whole.pop().unwrap_or('0'));
        }
        let whole = whole.trim_start_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        (whole.to_owned(), fraction.trim_end_matches('0').to_owned())
    }

    fn sign(&self) -> &'static str {
        let is_zero = [self.whole, self.fraction].iter().all(|part| part.bytes().all(|byte| byte == b'0'));
        if self.negative && !is_zero { "-" } else { "" }
    }

    fn plain(&self, places: i32) -> String {
        let (whole, fraction) = self.shifted(places);
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{}{whole}{point}{fraction}", self.sign())
    }
}

/// `1234567.5` as `1,234,567.50`. At least two decimals; an amount that was written more exactly stays so.
pub(super) fn money(written: &str, symbol: &str) -> Option<String> {
    let decimal = Decimal::parse(written)?;
    let (whole, fraction) = decimal.shifted(0);
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    Some(format!("{}{symbol}{grouped}.{fraction:0<2}", decimal.sign()))
}

/// An amount in 元 as the exact figure in 万元: `13600000.00` as `1360`.
pub(super) fn wan(written: &str) -> Option<String> {
    Some(Decimal::parse(written)?.plain(-4))
}

/// A rate as percentage: `0.13` as `13%`. One that is written as percentage already stays one.
pub(super) fn percent(written: &str) -> Option<String> {
    if let Some(rate) = written.trim().strip_suffix('%') {
        return Some(format!("{}%", Decimal::parse(rate)?.plain(0)));
    }
    Some(format!("{}%", Decimal::parse(written)?.plain(2)))
}

/// How a date is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateStyle {
    /// 2026年5月15日
    Figures,
    /// 二〇二六年五月十五日
    Digits,
    /// 15 May 2026
    English,
}

impl DateStyle {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "figures" => Some(Self::Figures),
            "digits" => Some(Self::Digits),
            "english" => Some(Self::English),
            _ => None,
        }
    }
}

/// `2026-05-15` or the month `2026-05`, written out.
pub(super) fn date(written: &str, style: DateStyle) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut parts = written.trim().split('-');
    let year =
        parts.next().filter(|year| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()))?;
    let month = two_digits(parts.next()?, 12)?;
    let day = match parts.next() {
        Some(day) => Some(two_digits(day, 31)?),
        None => None,
    };
    if parts.next().is_some() {
        return None;
    }
    Some(match style {
        DateStyle::Figures => {
            format!("{year}年{month}月{}", day.map(|day| format!("{day}日")).unwrap_or_default())
        }
        DateStyle::Digits => {
            let year: String = year.bytes().map(|digit| han_digit(usize::from(digit - b'0'))).collect();
            let day = day.map(|day| format!("{}日", han_number(day))).unwrap_or_default();
            format!("{year}年{}月{day}", han_number(month))
        }
        DateStyle::English => {
            let day = day.map(|day| format!("{day} ")).unwrap_or_default();
            format!("{day}{} {year}", MONTHS.get(month - 1)?)
        }
    })
}

fn two_digits(written: &str, most: usize) -> Option<usize> {
    let number = (written.len() == 2 && written.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| written.parse::<usize>().ok())??;
    (1..=most).contains(&number).then_some(number)
}

fn han_digit(digit: usize) -> char {
    ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'][digit % 10]
}

/// A number up to 99 as it is said: 十五, 三十.
fn han_number(number: usize) -> String {
    let mut said = String::new();
    if number >= 20 {
        said.push(han_digit(number / 10));
    }
    if number >= 10 {
        said.push('十');
    }
    if !number.is_multiple_of(10) {
        said.push(han_digit(number % 10));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_grouped_and_never_rounded() {
        for (written, shown) in [
            ("1250.50", "1,250.50"),
            ("13600000", "13,600,000.00"),
            ("0.5", "0.50"),
            ("007", "7.00"),
            ("999", "999.00"),
            ("-1234.5", "-1,234.50"),
            ("-0.00", "0.00"),
            ("0.12345", "0.12345"),
            ("12345678901234567890123456789.10", "12,345,678,901,234,567,890,123,456,789.10"),
        ] {
            assert_eq!(money(written, "").as_deref(), Some(shown));
        }
        assert_eq!(money("-1234.5", "¥").as_deref(), Some("-¥1,234.50"));
        for written in ["", "-", "1,250", "1.", ".5", "abc", "1e3", "１２", "1.2.3", "+1", "NaN"] {
            assert_eq!(money(written, ""), None, "{written}");
        }
    }

    #[test]
    fn ten_thousands_are_exact() {
        for (written, shown) in [
            ("13600000.00", "1360"),
            ("13612345.67", "1361.234567"),
            ("1", "0.0001"),
            ("0", "0"),
            ("-250000", "-25"),
            ("12340000", "1234"),
        ] {
            assert_eq!(wan(written).as_deref(), Some(shown));
        }
    }

    #[test]
    fn percentages_come_from_rates() {
        for (written, shown) in [
            ("0.13", "13%"),
            ("0.065", "6.5%"),
            ("1", "100%"),
            ("0", "0%"),
            ("0.0005", "0.05%"),
            ("13%", "13%"),
        ] {
            assert_eq!(percent(written).as_deref(), Some(shown));
        }
        assert_eq!(percent("x%"), None);
    }

    #[test]
    fn dates_are_written_out() {
        let all = |written| {
            [DateStyle::Figures, DateStyle::Digits, DateStyle::English]
                .map(|style| date(written, style).unwrap_or_default())
        };
        assert_eq!(all("2026-05-15"), ["2026年5月15日", "二〇二六年五月十五日", "15 May 2026"]);
        assert_eq!(all("2030-12-30"), ["2030年12月30日", "二〇三〇年十二月三十日", "30 December 2030"]);
        assert_eq!(all("2026-10"), ["2026年10月", "二〇二六年十月", "October 2026"]);
        for written in
            ["", "2026", "2026-5-15", "2026-13-01", "2026-00-01", "2026-05-32", "2026-05-15-1", "明天"]
        {
            assert_eq!(date(written, DateStyle::Figures), None, "{written}");
        }
    }
}
