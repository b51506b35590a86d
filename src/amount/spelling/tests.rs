//! Amounts are found in whichever spelling, and nothing else is.

use proptest::prelude::*;

use super::*;

fn amount(text: &str) -> Amount {
    text.parse().unwrap()
}

fn found(wanted: &str, text: &str) -> Vec<(String, Notation)> {
    Finder::new([amount(wanted)])
        .find(text)
        .into_iter()
        .map(|it| (text[it.range].to_owned(), it.notation))
        .collect()
}

#[test]
fn an_amount_has_these_spellings() {
    assert_eq!(
        spellings(amount("856000")),
        [
            "856000",
            "856000.00",
            "856,000.00",
            "８５６０００",
            "８５６０００．００",
            "８５６，０００．００",
            "85.6万元",
            "0.00856亿元",
            "人民币捌拾伍万陆仟元整",
            "人民幣捌拾伍萬陸仟元整",
        ]
    );
    assert!(!spellings(amount("1.005")).iter().any(|text| text == "1.01"));
}

#[test]
fn whichever_spelling_is_found() {
    for (text, sight, notation) in [
        ("总价为856000元。", "856000", Notation::Money),
        ("总价 ¥ 856,000.00（含税）", "856,000.00", Notation::Money),
        ("共 856000 条", "856000", Notation::Bare),
        ("RMB856000", "856000", Notation::Money),
        ("报价８５６，０００．００元", "８５６，０００．００", Notation::Money),
        ("报价 856 000.00", "856 000.00", Notation::Money),
        ("报价 856,\n000.00", "856,\n000.00", Notation::Money),
        ("报价 8560\n00.00", "8560\n00.00", Notation::Money),
        ("8 5 6 0 0 0 . 0 0", "8 5 6 0 0 0 . 0 0", Notation::Money),
        ("约85.60 万\n元", "85.60 万", Notation::Money),
        ("85.6万条", "85.6万", Notation::Bare),
        ("85万6千元", "85万6千", Notation::Money),
        ("85萬6000圓", "85萬6000", Notation::Money),
        ("856千元", "856千元", Notation::Bare),
        ("0.856 million", "0.856 million", Notation::Bare),
        ("数量 1，856000.00", "856000.00", Notation::Money),
        ("1 856,000.00 13%", "856,000.00", Notation::Money),
        ("（大写）捌拾伍万陆仟元整", "捌拾伍万陆仟元整", Notation::Words),
        ("捌拾伍萬\n陸仟圓正", "捌拾伍萬\n陸仟圓正", Notation::Words),
        ("八十五万六千元左右", "八十五万六千元", Notation::Words),
        ("八十五万六千人次", "八十五万六千", Notation::Bare),
    ] {
        let seen = found("856000", text);
        // The unit may belong to what is seen.
        assert!(
            seen.len() == 1 && seen[0].0.starts_with(sight.trim_end_matches('元')) && seen[0].1 == notation,
            "{text}: {seen:?}"
        );
    }
}

#[test]
fn another_number_is_not_found() {
    for text in [
        "1856000.00",
        "8560000",
        "856000.01",
        "1,856,000.00",
        "856,000,000",
        "856000万元",
        "856000%",
        "SN856000",
        "856000mm",
        "85.61万元",
        "壹佰捌拾伍万陆仟元整",
        "捌拾伍万陆仟元零壹分",
        "85.6亿元",
        "8.5.6000",
    ] {
        assert_eq!(found("856000", text), [], "{text}");
    }
    // The end of a longer amount in words is no amount.
    assert_eq!(found("6000", "捌拾伍万陆仟元整"), []);
    assert_eq!(found("6000", "85万6千元"), []);
}

proptest! {
    #[test]
    fn each_spelling_is_found_wherever_it_is_broken(fen in 1_i64..=99_999_999_999, at in 0_usize..12) {
        let wanted = Amount::from_fen(i128::from(fen)).unwrap();
        let other = Amount::from_fen(i128::from(fen) + 1).unwrap();
        let (finder, neighbour) = (Finder::new([wanted]), Finder::new([other]));
        for spelling in spellings(wanted) {
            let cut = spelling.char_indices().nth(at).map_or(spelling.len(), |(at, _)| at);
            let text = format!("总价：{}\n{}。", &spelling[..cut], &spelling[cut..]);
            prop_assert!(!finder.find(&text).is_empty(), "{text}");
            prop_assert!(neighbour.find(&format!("总价：{spelling}。")).is_empty(), "{spelling}");
        }
    }

    #[test]
    fn any_text_is_searched_without_a_panic(text in "[0-9.,'，．０９ \n万亿千元¥%a壹拾佰整负一]{0,40}") {
        for sighting in Finder::new([amount("10"), amount("10000")]).find(&text) {
            prop_assert!(text.get(sighting.range).is_some());
        }
    }
}
