//! Prices on finished pages: at full size, in ten thousands, and the same figure wherever it stands.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bidwright::amount::{Amount, numbers};
use bidwright::diagnostic::Findings;
use bidwright::disk;
use bidwright::folder::Folder;
use bidwright::tender::{self, Pages, Printed};
use bidwright::workspace::{self, Workspace};

use crate::SAMPLE;
use crate::bids::{Texts, set, sound};
use crate::stage::repository;

const PRICES: &str = "projects/example/bid/prices.yaml";
const LINES: usize = 289;
/// So many of five lines have a name of two rows, which makes 23 pages.
const LONG: usize = 3;

fn built(texts: &Texts) -> Pages {
    let mut folder = Folder::default();
    for (path, text) in texts {
        folder.add(path, text.clone());
    }
    of(workspace::read(folder))
}

fn of((mut workspace, mut findings): (Workspace, Findings)) -> Pages {
    let mut all = set(&mut workspace, &mut findings);
    assert!(!findings.iter().any(|finding| finding.severity().name() == "error"), "it builds");
    all.pop_first().expect("there is a bid").1
}

fn volume<'p>(pages: &'p Pages, title: &str) -> &'p Printed {
    pages.volumes.iter().find(|volume| volume.title == title).unwrap_or_else(|| panic!("no {title}"))
}

/// The amounts behind a word on a page, one for each time that it stands there.
fn behind(text: &str, word: &str) -> Vec<Amount> {
    text.match_indices(word)
        .filter_map(|(at, _)| Some(numbers(&text[at + word.len()..]).first()?.amount))
        .collect()
}

#[test]
fn page_subtotals_add_up_at_full_size() {
    let mut list = String::from(
        "kind: price-list\nid: example/prices\ntitle: 分项报价表\nconfidentiality: public\ndata:\n  tax_rate: 13%\n  page_subtotals: true\n  groups:\n",
    );
    let mut total = Amount::ZERO;
    for line in 0..LINES {
        if line % 48 == 0 {
            let _ = write!(list, "    - id: g-{line}\n      name: 第 {} 部分\n      lines:\n", line / 48 + 1);
        }
        let cents = (line * 7919) % 10_000 + 1;
        let price = Amount::from(cents as u64).over(Amount::from(100)).expect("a price").round(2);
        let quantity = (line % 9 + 1) as u64;
        total = price.times(Amount::from(quantity)).and_then(|amount| amount.plus(total)).expect("a sum");
        let name = if line % 5 < LONG { "智能照明与能耗计量终端" } else { "照明终端" };
        let _ = writeln!(
            list,
            "        - {{ id: l-{line}, name: {name} {line}, brand: 示例, model: SL-{line}, maker: 示例设备, origin: 示例市, unit: 台, quantity: {quantity}, unit_price: {price} }}"
        );
    }
    let mut texts = sound();
    texts.insert(PRICES.to_owned(), list);
    let pages = built(&texts);
    let sheets = &volume(&pages, "报价标").sheets;
    let mut subtotals = Vec::new();
    let mut running = Amount::ZERO;
    for sheet in sheets.iter().filter(|sheet| sheet.text.contains("本页小计")) {
        // The two labels stand above each other, then the two figures.
        let told = behind(&sheet.text, "本页小计");
        assert_eq!(told.len(), 1, "one subtotal a page");
        let figures: Vec<Amount> = numbers(&sheet.text[sheet.text.find("累计").expect("a running total")..])
            .into_iter()
            .map(|number| number.amount)
            .take(2)
            .collect();
        running = running.plus(figures[0]).expect("a sum");
        assert_eq!(figures[1], running, "what has run up to {}", sheet.label);
        subtotals.push(figures[0]);
    }
    assert_eq!(subtotals.len(), 23);
    assert_eq!(running, total);
    let opening =
        &sheets.iter().find(|sheet| sheet.text.contains("投标总报价（小写）")).expect("the form").text;
    assert_eq!(behind(opening, "投标总报价（小写）"), [total]);
}

#[test]
fn the_total_is_the_same_wherever_it_stands() {
    let folder = disk::read(&repository().join(SAMPLE), |_| Vec::new()).expect("the sample is there");
    let (workspace, findings) = workspace::read(folder);
    let bid = tender::bids(&workspace).into_iter().next().expect("there is a bid");
    let total = bid.total().expect("it has a total");
    let data = bid.price.and_then(|price| price.data()).expect("it has prices");
    let groups: Vec<Amount> = data
        .get("groups")
        .map(|groups| groups.items().iter().filter_map(|group| group.get("subtotal")?.amount()).collect())
        .expect("it has groups");
    let words = data.text_at("total_in_words").expect("it has words").to_owned();
    let (net, tax) = ("net_total", "tax_total");
    let [net, tax] = [net, tax].map(|field| data.get(field).and_then(|value| value.amount()).expect(field));
    let pages = of((workspace, findings));
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (volume, sheet) in
        pages.volumes.iter().flat_map(|volume| volume.sheets.iter().map(move |sheet| (volume, sheet)))
    {
        let text = sheet.text.replace('\n', "");
        for word in ["投标总报价（小写）", "（小写：", "合计（投标总报价）", "含税总价为"]
        {
            // Other letters name other amounts.
            if word == "（小写：" && !text.contains("的投标总报价") {
                continue;
            }
            for amount in behind(&text, word) {
                assert_eq!(amount, total, "{word} on {}", sheet.label);
                *places.entry(word).or_default() += 1;
            }
        }
        for (word, wanted) in [("其中：不含税价", net), ("其中：不含税金额", net)] {
            for amount in behind(&text, word) {
                assert_eq!(amount, wanted, "{word} on {}", sheet.label);
                *places.entry(word).or_default() += 1;
            }
        }
        // The whole tax first, then what falls on each rate.
        let taxes = behind(&text, "增值税额");
        if let [whole, parts @ ..] = &taxes[..] {
            assert_eq!(*whole, tax, "on {}", sheet.label);
            let sum = parts.iter().try_fold(Amount::ZERO, |sum, part| sum.plus(*part));
            assert!(parts.is_empty() || sum == Some(tax), "{parts:?}");
            *places.entry("增值税额").or_default() += taxes.len();
        }
        for (at, _) in text.match_indices(&words) {
            assert!(text[at..].starts_with(&words));
            *places.entry("words").or_default() += 1;
        }
        // Whatever is called a sum of a group is one.
        for amount in behind(&text, "小计").into_iter().filter(|_| volume.title == "报价标") {
            assert!(groups.contains(&amount), "{amount} on {}", sheet.label);
            *places.entry("groups").or_default() += 1;
        }
    }
    // Opening form, letter, summary and list.
    let seen = |word: &str| places.get(word).copied().unwrap_or_default();
    assert!(seen("投标总报价（小写）") >= 2 && seen("（小写：") >= 1, "{places:?}");
    assert!(seen("合计（投标总报价）") >= 1 && seen("words") >= 4, "{places:?}");
    assert!(seen("groups") >= groups.len(), "{places:?}");
    assert!(seen("增值税额") >= 2 && seen("其中：不含税价") >= 1, "{places:?}");
}

/// A bid of rates and one of unit prices say no total anywhere.
#[test]
fn rates_and_unit_prices_are_offers_without_a_total() {
    let mut texts = sound();
    let list = "kind: price-list\nid: example/prices\ntitle: 分项报价表\nconfidentiality: public\ndata:\n";
    let rates = format!(
        "{list}  pricing: rates\n  rates:\n    - {{ id: r-1, name: 下浮率, rate: 12.5%, least: 5% }}\n    - {{ id: r-2, name: 管理费率, rate: 3%, ceiling: 4% }}\n"
    );
    texts.insert(PRICES.to_owned(), rates);
    let bid = texts.get_mut("projects/example/bid/bid.yaml").expect("a bid");
    *bid = bid.replace("本报价为含税总价 {{ price.total | money }} 元", "本报价为下浮率");
    let pages = built(&texts);
    let text: String = volume(&pages, "报价标").sheets.iter().map(|sheet| sheet.text.as_str()).collect();
    for wanted in ["下浮率（小写）", "12.5%", "百分之壹拾贰点伍", "管理费率（大写）", "百分之叁"]
    {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert!(!text.contains("投标总报价（小写）") && !text.contains("合计"));

    let units = format!(
        "{list}  tax_rate: 6%\n  pricing: unit-prices\n  groups:\n    - id: g\n      name: 服务\n      lines:\n        - {{ id: l-1, name: 驾驶服务, unit: 人·月, unit_price: 7800.00 }}\n        - {{ id: l-2, name: 保洁服务, unit: 人·月, unit_price: 5200.50 }}\n"
    );
    texts.insert(PRICES.to_owned(), units);
    let pages = built(&texts);
    let text: String = volume(&pages, "报价标").sheets.iter().map(|sheet| sheet.text.as_str()).collect();
    for wanted in ["按《分项报价表》所列单价", "7,800.00", "5,200.50"] {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert!(!text.contains("小计") && !text.contains("合计") && !text.contains("数量"));
}
