//! Owns exact money and quantities, from the written text to the page, and amounts in capital words.
//!
//! No binary floating point: `0.1 + 0.2` is `0.3` here, and a 20-digit number keeps its last digit.

mod currency;
mod spelling;
mod words;

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};

pub use currency::{Currency, Tongue};
pub use spelling::{Finder, Notation, Sighting, numbers, spellings};
pub use words::{Form, Reading, WordsFault, from_words, rate_to_words, to_words};

/// An exact decimal: money in 元, a quantity, or a rate (13 % is 0.13). At most 28 significant digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

/// The unit that the amounts of a price list are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    #[default]
    One,
    /// 万元.
    TenThousand,
}

impl Unit {
    /// As a document names it.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "元" => Some(Self::One),
            "万元" => Some(Self::TenThousand),
            _ => None,
        }
    }

    /// The decimals by which an amount in this unit has more than one in 元.
    pub fn zeros(self) -> u32 {
        match self {
            Self::One => 0,
            Self::TenThousand => 4,
        }
    }

    /// An amount in this unit, in 元.
    pub fn in_yuan(self, amount: Amount) -> Option<Amount> {
        match self {
            Self::One => Some(amount),
            Self::TenThousand => Some(amount.times(Amount::from(10_000))?.within(2, 28)),
        }
    }
}

/// Why a text is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountFault {
    /// Not of the form `-?digits(.digits)?`.
    NotPlain,
    /// More digits than can be held exactly.
    TooLong,
}

impl Amount {
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// `self × other`, or `None` where the exact product does not fit.
    pub fn times(self, other: Self) -> Option<Self> {
        self.0.checked_mul(other.0).map(Self)
    }

    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// `self ÷ other`, rounded to the 28 digits that can be held; `None` for a division by zero.
    pub fn over(self, other: Self) -> Option<Self> {
        self.0.checked_div(other.0).map(Self)
    }

    /// Rounds half away from zero (四舍五入) to `places` decimals and writes exactly that many.
    pub fn round(self, places: u32) -> Self {
        let mut rounded = self.0.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
        rounded.rescale(places);
        Self(rounded)
    }

    /// As `round`, without zeros at the end beyond `least` decimals: 85.6 and 2 to 6 decimals are 85.60.
    pub fn within(self, least: u32, most: u32) -> Self {
        let rounded = self.round(most);
        rounded.round(least.max(rounded.decimals()))
    }

    /// The number of decimals that matter: 1.50 has one.
    pub fn decimals(self) -> u32 {
        self.0.normalize().scale()
    }

    /// Without zeros at the end: `85.6` for 85.60.
    pub fn shortest(self) -> String {
        self.0.normalize().to_string()
    }

    pub fn is_negative(self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }

    /// The percentage written as `13%` or `0.5%`, as a rate.
    pub fn from_percent(text: &str) -> Result<Self, AmountFault> {
        let figure: Self =
            text.trim_end().strip_suffix('%').ok_or(AmountFault::NotPlain)?.trim_end().parse()?;
        figure.over(Self(Decimal::ONE_HUNDRED)).ok_or(AmountFault::TooLong)
    }

    /// With thousands separators and exactly `places` decimals: `12,486,350.00`.
    pub fn grouped(self, places: u32) -> String {
        let text = self.round(places).0.to_string();
        let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
        let (whole, rest) = text.find('.').map_or((text, ""), |dot| text.split_at(dot));
        let mut out = String::from(sign);
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        out + rest
    }

    /// The whole number of 分 (1/100 元); `None` where there are smaller parts or it does not fit.
    fn in_fen(self) -> Option<i128> {
        let mut fen = self.0.normalize();
        if fen.scale() > 2 {
            return None;
        }
        fen.rescale(2);
        Some(fen.mantissa())
    }

    fn from_fen(fen: i128) -> Option<Self> {
        Decimal::try_from_i128_with_scale(fen, 2).ok().map(Self)
    }
}

impl From<u64> for Amount {
    fn from(number: u64) -> Self {
        Self(number.into())
    }
}

impl FromStr for Amount {
    type Err = AmountFault;

    /// Only plain decimals: no exponent, no separators, no sign but a leading `-`, no bare point.
    fn from_str(text: &str) -> Result<Self, AmountFault> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(whole) || !plain(rest) {
            return Err(AmountFault::NotPlain);
        }
        Decimal::from_str_exact(text).map(Self).map_err(|_| AmountFault::TooLong)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn only_plain_decimals_are_amounts() {
        for text in ["1e3", "1,000", "１２", "+1", ".5", "5.", "", "-", "0x10", "1_000", "NaN", "1.2.3", " 1"]
        {
            assert_eq!(text.parse::<Amount>(), Err(AmountFault::NotPlain), "{text}");
        }
        assert_eq!("1".repeat(40).parse::<Amount>(), Err(AmountFault::TooLong));
        assert_eq!(amount("12345678901234567890.12").to_string(), "12345678901234567890.12");
        assert_eq!(amount("1250.50").to_string(), "1250.50");
    }

    #[test]
    fn ten_thousands_are_exact() {
        let unit = Unit::parse("万元").unwrap();
        for (written, yuan) in [("85.6", "856000.00"), ("0.000001", "0.01"), ("123.456789", "1234567.89")] {
            assert_eq!(unit.in_yuan(amount(written)).unwrap().to_string(), yuan);
        }
        assert_eq!(amount("85.6").within(2, 6).to_string(), "85.60");
        assert_eq!(amount("85.6000004").within(2, 6).to_string(), "85.60");
        assert_eq!(amount("85.123456").within(2, 6).to_string(), "85.123456");
        assert_eq!(Unit::parse("百万元"), None);
    }

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(amount("2.665").round(2).to_string(), "2.67");
        assert_eq!(amount("-2.665").round(2).to_string(), "-2.67");
        assert_eq!(amount("3").round(2).to_string(), "3.00");
    }

    #[test]
    fn figures_are_grouped() {
        assert_eq!(amount("12486350").grouped(2), "12,486,350.00");
        assert_eq!(amount("-999.5").grouped(2), "-999.50");
        assert_eq!(amount("1000").grouped(0), "1,000");
    }

    #[test]
    fn a_percentage_is_a_rate() {
        assert_eq!(Amount::from_percent("13%").unwrap().to_string(), "0.13");
        assert_eq!(Amount::from_percent("0.5 %").unwrap().to_string(), "0.005");
        assert_eq!(Amount::from_percent("13"), Err(AmountFault::NotPlain));
    }
}
