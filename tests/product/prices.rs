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
use crate::stage::{Stage, repository};

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
    for wanted in ["报价项目", "下浮率（小写）", "12.5%", "百分之壹拾贰点伍", "管理费率（大写）", "百分之叁"]
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
    // On the cover, and above the tables of both forms.
    assert_eq!(text.matches("招标编号：SL-2026-001").count(), 3);
    for wanted in ["按《分项报价表》所列单价", "7,800.00", "5,200.50"] {
        assert!(text.contains(wanted), "{wanted}");
    }
    assert!(!text.contains("小计") && !text.contains("合计") && !text.contains("数量"));
}

/// The groups of a list as they are written, without what only the list itself has.
fn groups(text: &str) -> Vec<serde_yaml::Value> {
    let list: serde_yaml::Value = serde_yaml::from_str(text).expect("YAML");
    let data = &list["data"];
    let general = data["tax_rate"].clone();
    let mut groups = data["groups"].as_sequence().expect("groups").clone();
    for line in groups.iter_mut().flat_map(|group| group["lines"].as_sequence_mut().expect("lines")) {
        let line = line.as_mapping_mut().expect("a line");
        line.remove("product");
        line.remove("ceiling");
        let rate = line.entry("tax_rate".into()).or_insert_with(|| general.clone()).clone();
        assert!(rate.is_string(), "every line has a rate");
    }
    groups
}

#[test]
fn a_workbook_that_was_written_is_imported_as_the_same_list() {
    for (sample, list, project) in
        [(SAMPLE, "projects/smart-park/bid/prices.yaml", "smart-park"), ("", PRICES, "example")]
    {
        let stage = if sample.is_empty() { Stage::new() } else { Stage::of(sample) };
        if sample.is_empty() {
            for (path, text) in sound() {
                stage.write(&path, text);
            }
        }
        stage.run(&["build"]).expect(0);
        let title: serde_yaml::Value = serde_yaml::from_str(&stage.text(list)).expect("YAML");
        let title = title["title"].as_str().expect("a title").to_owned();
        let book = format!("out/{project}/{title}.xlsx");
        let bytes = stage.read(&book);
        stage.run(&["import", "prices", &book, "--out", "out/imported.yaml"]).expect(0);
        assert_eq!(groups(&stage.text("out/imported.yaml")), groups(&stage.text(list)), "{list}");
        // The manifest knows it, and it is the same every time.
        let manifest = stage.text(&format!("out/{project}/manifest.json"));
        assert!(manifest.contains(&format!("{title}.xlsx")));
        stage.run(&["build"]).expect(0);
        assert_eq!(stage.read(&book), bytes);
        // In the place of the list it is a sound list at once.
        let original = stage.text(list);
        let id = serde_yaml::from_str::<serde_yaml::Value>(&original).expect("YAML")["id"].clone();
        let id = id.as_str().expect("an id").to_owned();
        stage.run(&["import", "prices", &book, "--out", list]).expect(2);
        assert_eq!(stage.text(list), original, "nothing is overwritten");
        stage.run(&["import", "prices", &book, "--out", list, "--id", &id, "--force"]).expect(0);
        stage.run(&["check", "--quiet"]).expect(0);
    }
}

/// A workbook made by hand: parts, by name.
fn packed(parts: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part");
        archive.write_all(text.as_bytes()).expect("a part");
    }
    archive.finish().expect("an archive").into_inner()
}

#[test]
fn hostile_workbooks_are_refused() {
    let book = r#"<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>"#;
    let links = r#"<Relationships><Relationship Id="a" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let with = |sheet: &str| {
        packed(&[
            ("xl/workbook.xml", book),
            ("xl/_rels/workbook.xml.rels", links),
            ("xl/worksheets/sheet1.xml", sheet),
        ])
    };
    let stage = Stage::of("tests/bases/mini");
    let run = |bytes: Vec<u8>, code: i32| {
        stage.write("prices.xlsx", bytes);
        stage.run(&["import", "prices", "prices.xlsx"]).expect(code)
    };
    // 200 MB of blanks, packed into 200 kB.
    run(with(&format!("<worksheet>{}</worksheet>", " ".repeat(200 << 20))), 2);
    let rows: String = (1..=300_000).map(|row| format!("<row r=\"{row}\"><c><v>1</v></c></row>")).collect();
    run(with(&format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")), 2);
    run(with("<worksheet><sheetData><row></sheetData>"), 2);
    run(packed(&[("xl/workbook.xml", book)]), 2);
    run(packed(&[("readme.txt", "hello")]), 2);
    // Two cells, as far apart as can be, make no grid; and entities do not grow.
    let far =
        r#"<c r="A1" t="inlineStr"><is><t>x</t></is></c></row><row r="19999"><c r="XFD19999"><v>1</v></c>"#;
    run(with(&format!("<worksheet><sheetData><row r=\"1\">{far}</row></sheetData></worksheet>")), 1);
    let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"#;
    run(with(bomb), 1);
    // What is merged, reckoned or wrong is told by its address.
    let head = ["名称", "单位", "数量", "单价"]
        .map(|title| format!("<c t=\"inlineStr\"><is><t>{title}</t></is></c>"));
    let text = |words: &str| format!("<c t=\"inlineStr\"><is><t>{words}</t></is></c>");
    let sheet = format!(
        "<worksheet><sheetData><row r=\"1\">{}</row><row r=\"2\">{}{}<c><v>2</v></c><c><v>0.30000000000000004</v></c></row><row r=\"3\">{}{}<c><v>1</v></c><c><f>A1</f></c></row><row r=\"4\">{}{}<c><v>1</v></c></row></sheetData><mergeCells><mergeCell ref=\"D3:D4\"/></mergeCells></worksheet>",
        head.concat(),
        text("甲"),
        text("台"),
        text("乙"),
        text("台"),
        text("丙"),
        text("台"),
    );
    let told = run(with(&sheet), 1).stderr;
    assert!(told.contains("S!D3") && !told.contains("S!D2"), "{told}");
}

#[test]
fn the_self_check_tells_what_the_price_is_worth() {
    let stage = Stage::new();
    for (path, text) in sound() {
        stage.write(&path, text);
    }
    let score = "  price_score: { formula: lowest, points: 30 }\n  sme_deduction: 10%\n  other_prices: [{ bidder: 甲公司, price: 800000.00, small: true }, { bidder: 乙公司, price: 960000.01 }]\n  bidder_word: 投标人";
    stage.replace("projects/example/tender/tender.yaml", "  bidder_word: 投标人", score);
    stage.run(&["build"]).expect(0);
    let report: serde_json::Value =
        serde_json::from_str(&stage.text("out/example/self-check.json")).expect("JSON");
    let told = &report["scores"][0];
    // 800,000 less ten percent is the base; 856,000 has 720 ÷ 856 of the points; above the ceiling there are none.
    assert_eq!(told["base"], "720000.00");
    assert_eq!(told["rows"][0]["points"], "25.23");
    assert_eq!(told["rows"][1]["points"], "30.00");
    assert_eq!(told["rows"][2]["points"], serde_json::Value::Null);
}
