//! The currencies that a bid may be priced in: their marks, their names, and amounts in their words.
//!
//! Chinese words follow the rules for 人民币 with another name in front (美元叁拾伍万柒仟元整). English words are only
//! written, never read: what somebody typed is compared with what is written here, but for case, commas and hyphens.

use super::{Amount, words};

/// The language that an amount is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    Simplified,
    Traditional,
    English,
}

impl Tongue {
    /// Chinese capital words in the characters of this language.
    pub fn of_chinese(self, words: &str) -> String {
        match self {
            Self::Traditional => words.chars().map(traditional).collect(),
            Self::Simplified | Self::English => words.to_owned(),
        }
    }
}

/// A currency with hundredths or with none.
#[derive(Debug, PartialEq, Eq)]
pub struct Currency {
    /// ISO 4217.
    pub code: &'static str,
    /// In front of capital words, simplified and traditional.
    chinese: [&'static str; 2],
    /// One and several of the unit, in English.
    english: [&'static str; 2],
    /// One and several of the hundredth; empty where there is none.
    hundredth: [&'static str; 2],
}

const fn currency(
    code: &'static str,
    chinese: [&'static str; 2],
    english: [&'static str; 2],
    hundredth: [&'static str; 2],
) -> Currency {
    Currency { code, chinese, english, hundredth }
}

const CENTS: [&str; 2] = ["cent", "cents"];

const CURRENCIES: [Currency; 10] = [
    currency("CNY", ["人民币", "人民幣"], ["Chinese yuan"; 2], ["fen"; 2]),
    currency("USD", ["美元"; 2], ["US dollar", "US dollars"], CENTS),
    currency("HKD", ["港币", "港幣"], ["Hong Kong dollar", "Hong Kong dollars"], CENTS),
    currency("MOP", ["澳门币", "澳門幣"], ["Macanese pataca", "Macanese patacas"], ["avo", "avos"]),
    currency("TWD", ["新台币", "新臺幣"], ["New Taiwan dollar", "New Taiwan dollars"], CENTS),
    currency("SGD", ["新加坡元"; 2], ["Singapore dollar", "Singapore dollars"], CENTS),
    currency("EUR", ["欧元", "歐元"], ["euro", "euros"], CENTS),
    currency("GBP", ["英镑", "英鎊"], ["pound sterling", "pounds sterling"], ["penny", "pence"]),
    currency("AUD", ["澳元"; 2], ["Australian dollar", "Australian dollars"], CENTS),
    currency("JPY", ["日元"; 2], ["Japanese yen"; 2], [""; 2]),
];

impl Currency {
    pub fn find(code: &str) -> Option<&'static Self> {
        CURRENCIES.iter().find(|known| known.code == code)
    }

    /// The amount in words; `None` where it has smaller parts than the currency, or no convention is known.
    pub fn words(&self, amount: Amount, tongue: Tongue) -> Option<String> {
        if self.hundredth[0].is_empty() && amount.decimals() > 0 {
            return None;
        }
        match tongue {
            Tongue::English => self.in_english(amount),
            Tongue::Simplified => Some(words::to_words(amount)?.replacen(words::PREFIX, self.chinese[0], 1)),
            Tongue::Traditional => {
                let simplified = words::to_words(amount)?;
                let body = simplified.strip_prefix(words::PREFIX)?.chars().map(traditional);
                Some(self.chinese[1].chars().chain(body).collect())
            }
        }
    }

    /// Whether a typed text says the same as `words`. Chinese words are read, so that each accepted form counts.
    pub fn says(&self, text: &str, amount: Amount, tongue: Tongue) -> bool {
        if tongue == Tongue::English {
            return self.in_english(amount).is_some_and(|words| even(&words) == even(text));
        }
        let text = text.trim();
        let bare = self.chinese.iter().find_map(|name| text.strip_prefix(name)).unwrap_or(text);
        // What is left may name no other currency.
        !bare.starts_with(words::PREFIX)
            && words::from_words(bare)
                .is_ok_and(|reading| reading.amount == amount && reading.faults.is_empty())
    }

    fn in_english(&self, amount: Amount) -> Option<String> {
        let whole = amount.in_fen().filter(|cents| cents.unsigned_abs() < 10_u128.pow(17))?;
        let (unit, cents) = (whole.unsigned_abs() / 100, whole.unsigned_abs() % 100);
        let mut out = String::from(if whole < 0 { "minus " } else { "" });
        if unit > 0 || cents == 0 {
            out += &format!("{} {}", number(unit), self.english[usize::from(unit != 1)]);
        }
        if cents > 0 {
            let joint = if unit > 0 { " and " } else { "" };
            out += &format!("{joint}{} {}", number(cents), self.hundredth[usize::from(cents != 1)]);
        }
        let first = out.remove(0).to_ascii_uppercase();
        Some(format!("{first}{out}"))
    }
}

/// Words without what may differ between writers.
fn even(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty() && *word != "and" && *word != "only")
        .map(str::to_owned)
        .collect()
}

fn traditional(character: char) -> char {
    match character {
        '万' => '萬',
        '亿' => '億',
        '贰' => '貳',
        '叁' => '參',
        '陆' => '陸',
        '负' => '負',
        '点' => '點',
        other => other,
    }
}

/// A whole number in English, without "and", as on cheques: `three hundred fifty-seven thousand`.
fn number(value: u128) -> String {
    const SMALL: [&str; 20] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 10] =
        ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    const SCALES: [(u128, &str); 5] = [
        (1_000_000_000_000, "trillion"),
        (1_000_000_000, "billion"),
        (1_000_000, "million"),
        (1_000, "thousand"),
        (100, "hundred"),
    ];
    for (scale, name) in SCALES {
        if value >= scale {
            let rest = value % scale;
            let tail = if rest > 0 { format!(" {}", number(rest)) } else { String::new() };
            return format!("{} {name}{tail}", number(value / scale));
        }
    }
    let small = value as usize;
    match (small / 10, small % 10) {
        _ if small < 20 => SMALL[small].to_owned(),
        (tens, 0) => TENS[tens].to_owned(),
        (tens, ones) => format!("{}-{}", TENS[tens], SMALL[ones]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: &str, amount: &str, tongue: Tongue) -> String {
        Currency::find(code).unwrap().words(amount.parse().unwrap(), tongue).unwrap_or_default()
    }

    #[test]
    fn amounts_are_written_in_each_language() {
        for (code, amount, tongue, words) in [
            ("USD", "357000.00", Tongue::English, "Three hundred fifty-seven thousand US dollars"),
            ("USD", "1.01", Tongue::English, "One US dollar and one cent"),
            ("USD", "0.40", Tongue::English, "Forty cents"),
            ("USD", "-20", Tongue::English, "Minus twenty US dollars"),
            (
                "GBP",
                "1000000019.99",
                Tongue::English,
                "One billion nineteen pounds sterling and ninety-nine pence",
            ),
            ("CNY", "0", Tongue::English, "Zero Chinese yuan"),
            ("JPY", "12000", Tongue::English, "Twelve thousand Japanese yen"),
            ("JPY", "12000.50", Tongue::English, ""),
            ("USD", "357000.00", Tongue::Simplified, "美元叁拾伍万柒仟元整"),
            ("HKD", "12060.32", Tongue::Traditional, "港幣壹萬貳仟零陸拾元零參角貳分"),
            ("CNY", "48000.00", Tongue::Simplified, "人民币肆万捌仟元整"),
        ] {
            assert_eq!(said(code, amount, tongue), words, "{code} {amount}");
        }
    }

    #[test]
    fn words_of_others_count_when_they_say_the_same() {
        let dollars = Currency::find("USD").unwrap();
        let amount = "357000".parse().unwrap();
        assert!(dollars.says(
            "three hundred and fifty seven thousand US Dollars only",
            amount,
            Tongue::English
        ));
        assert!(!dollars.says("Three hundred fifty thousand US dollars", amount, Tongue::English));
        assert!(dollars.says("美元叁拾伍万柒仟元整", amount, Tongue::Simplified));
        assert!(!dollars.says("美元叁拾伍万元整", amount, Tongue::Simplified));
        assert!(Currency::find("usd").is_none());
    }

    #[test]
    fn every_amount_has_other_words() {
        let mut seen = std::collections::HashSet::new();
        for cents in 0..20_000_u64 {
            let amount = Amount::from(cents).over(Amount::from(100)).unwrap();
            assert!(seen.insert(said("EUR", &amount.to_string(), Tongue::English)), "{amount}");
        }
    }
}
