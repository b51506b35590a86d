//! Reports of the sample, reckoned a second time: documents are read as plain YAML here and counted by hand.

#[path = "figures.rs"]
mod figures;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use serde_yaml::Value as Yaml;

use crate::SAMPLE;
use crate::stage::{Stage, files, repository};

const PROPERTY: &str = "samples/harbour-residence";

/// All documents of a sample by their kind.
struct Documents(BTreeMap<String, Vec<Yaml>>);

impl Documents {
    fn of(folder: &str) -> Self {
        let mut all: BTreeMap<String, Vec<Yaml>> = BTreeMap::new();
        for (path, content) in files(&repository().join(folder)) {
            let hidden = path.starts_with("out/") || path.starts_with("register/");
            if hidden || !path.ends_with(".yaml") || path == "bidwright.yaml" {
                continue;
            }
            let value: Yaml =
                serde_yaml::from_slice(&content).unwrap_or_else(|error| panic!("{path}: {error}"));
            if let Some(kind) = value["kind"].as_str().map(str::to_owned) {
                all.entry(kind).or_default().push(value);
            }
        }
        Self(all)
    }

    fn kind(&self, kind: &str) -> &[Yaml] {
        self.0.get(kind).map(Vec::as_slice).unwrap_or_default()
    }

    fn by_id(&self, id: &Yaml) -> &Yaml {
        let mut all = self.0.values().flatten();
        all.find(|document| document["id"] == *id).unwrap_or_else(|| panic!("no document {id:?}"))
    }

    /// The documents of a kind whose field names this one.
    fn naming<'d>(&'d self, kind: &str, field: &'d str, id: &'d Yaml) -> impl Iterator<Item = &'d Yaml> {
        self.kind(kind).iter().filter(move |document| document["data"][field] == *id)
    }
}

fn list(value: &Yaml) -> &[Yaml] {
    value.as_sequence().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Yaml) -> String {
    match value {
        Yaml::String(text) => text.clone(),
        Yaml::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn has(value: &Yaml) -> bool {
    !value.is_null()
}

/// 分, so that sums are exact. The sample writes money with two decimals.
fn cents(value: &Yaml) -> i64 {
    (value.as_f64().unwrap_or(0.0) * 100.0).round() as i64
}

fn number(value: &Yaml) -> f64 {
    match value {
        Yaml::String(text) => text.trim_end_matches('%').parse().unwrap_or(f64::NAN),
        value => value.as_f64().unwrap_or(f64::NAN),
    }
}

/// Days since some day long ago; good enough to subtract.
fn days(date: &str) -> i64 {
    let mut parts = date.split('-').map(|part| part.parse::<i64>().expect("a date"));
    let mut next = || parts.next().expect("a date");
    let (year, month, day) = (next(), next(), next());
    let (year, month) = if month <= 2 { (year - 1, month + 12) } else { (year, month) };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day
}

struct Told(Json);

impl Told {
    fn of(folder: &str, name: &str, more: &[&str]) -> Self {
        let stage = Stage::new();
        stage.write("bidwright.yaml", "# stands in no workspace\n");
        let path = repository().join(folder);
        let path = path.to_str().expect("a plain path");
        let arguments = [&["report", name, path, "--format", "json"], more].concat();
        let run = stage.run(&arguments).expect(0);
        Self(
            serde_json::from_str(&run.stdout)
                .unwrap_or_else(|error| panic!("{name}: {error}\n{}", run.stdout)),
        )
    }

    fn figure(&self, title: &str) -> &Json {
        let figures = self.0["figures"].as_array().expect("figures");
        figures.iter().find(|figure| figure["title"] == title).unwrap_or_else(|| panic!("no figure {title}"))
    }

    /// Numerator and denominator of a share, and the value that they come to.
    #[track_caller]
    fn share(&self, title: &str, part: usize, whole: usize) {
        let figure = self.figure(title);
        assert_eq!(figure["numerator"], part, "{title}: {figure}");
        assert_eq!(figure["denominator"], whole, "{title}: {figure}");
        match whole {
            0 => assert!(figure["value"].is_null(), "{title}: nothing to divide by is no figure"),
            _ => self.near(&figure["value"], part as f64 / whole as f64, title),
        }
    }

    #[track_caller]
    fn mean(&self, title: &str, values: &[f64]) {
        let figure = self.figure(title);
        assert_eq!(figure["denominator"], values.len(), "{title}: {figure}");
        match values.len() {
            0 => assert!(figure["value"].is_null(), "{title}"),
            count => self.near(&figure["value"], values.iter().sum::<f64>() / count as f64, title),
        }
    }

    #[track_caller]
    fn count(&self, title: &str, count: usize) {
        assert_eq!(self.figure(title)["value"], count, "{title}");
    }

    #[track_caller]
    fn money(&self, title: &str, cents: i64) {
        assert_eq!(self.figure(title)["value"], written(cents), "{title}");
    }

    #[track_caller]
    fn near(&self, value: &Json, expected: f64, what: &str) {
        let value: f64 = value.as_str().unwrap_or_default().parse().unwrap_or(f64::NAN);
        assert!((value - expected).abs() < 0.000_01, "{what}: {value} is not {expected}");
    }

    fn table(&self, title: &str) -> &[Json] {
        let tables = self.0["tables"].as_array().expect("tables");
        let table = tables.iter().find(|table| table["title"] == title);
        table.unwrap_or_else(|| panic!("no table {title}"))["rows"].as_array().expect("rows")
    }

    fn points(&self, title: &str) -> BTreeMap<String, Json> {
        let charts = self.0["charts"].as_array().expect("charts");
        let chart =
            charts.iter().find(|chart| chart["title"] == title).unwrap_or_else(|| panic!("no chart {title}"));
        let points = chart["series"][0]["points"].as_array().expect("points");
        let pair =
            |point: &Json| (point["label"].as_str().unwrap_or_default().to_owned(), point["value"].clone());
        points.iter().map(pair).collect()
    }

    fn to(&self) -> String {
        self.0["period"]["to"].as_str().unwrap_or_default().to_owned()
    }
}

fn written(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn counted<T: Ord>(items: impl IntoIterator<Item = T>) -> usize {
    items.into_iter().collect::<BTreeSet<_>>().len()
}

#[test]
fn every_report_comes_in_every_form_the_same_each_time() {
    let stage = Stage::of(SAMPLE);
    let list = stage.run(&["report"]).expect(0);
    let names: Vec<&str> = list.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() >= 13, "{names:?}");
    for name in ["visit-ledger", "risks"] {
        for format in ["pdf", "xlsx", "csv", "md", "json"] {
            let file = format!("made/{name}.{format}");
            stage.run(&["report", name, "--out", &file]).expect(0);
            let first = stage.read(&file);
            stage.run(&["report", name, "--out", &file]).expect(0);
            assert!(first == stage.read(&file), "{file} differs from run to run");
            assert!(!first.is_empty(), "{file}");
        }
    }
    let run = stage.run(&["report", "visit-ledger"]).expect(0);
    assert!(run.stderr.contains("out/reports/visit-ledger.pdf"), "{}", run.stderr);
    assert!(stage.path("out/reports/visit-ledger.pdf").is_file());
    for name in &names {
        let csv = stage.run(&["report", name, "--format", "csv"]).expect(0).stdout;
        assert!(csv.starts_with('\u{FEFF}'), "{name}: opens as UTF-8");
        let formula = |field: &str| {
            field.starts_with(['=', '+', '@']) || field.starts_with("-") && field.parse::<f64>().is_err()
        };
        let fields = csv.lines().flat_map(|line| line.trim_start_matches('\u{FEFF}').split(','));
        let bad: Vec<&str> =
            fields.map(|field| field.trim_matches('"')).filter(|field| formula(field)).collect();
        assert!(bad.is_empty(), "{name}: {bad:?}");
        stage.run(&["report", name, "--format", "md", "--lang", "en"]).expect(0);
    }
}

#[test]
fn hostile_text_stays_text_in_every_form() {
    let stage = Stage::of(SAMPLE);
    let path = "records/visits/visit-record-luyu.yaml";
    assert!(stage.path(path).is_file(), "{path} is in the sample");
    stage.replace(
        path,
        "content: 商定分段施工的顺序，确认八月底完工",
        "content: \"=HYPERLINK(\\\"http://x.example\\\",\\\"a|b\\\")\"",
    );
    let csv = stage.run(&["report", "visit-ledger", "--format", "csv"]).expect(0).stdout;
    assert!(csv.contains("\"'=HYPERLINK(\"\"http://x.example\"\",\"\"a|b\"\")\""), "{csv}");
    let markdown = stage.run(&["report", "visit-ledger", "--format", "md"]).expect(0).stdout;
    assert!(markdown.contains("a\\|b"), "{markdown}");
    stage.run(&["report", "visit-ledger", "--out", "ledger.xlsx"]).expect(0);
    let mut archive =
        zip::ZipArchive::new(std::io::Cursor::new(stage.read("ledger.xlsx"))).expect("a workbook");
    let mut formulas = 0;
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a part");
        let mut text = String::new();
        std::io::Read::read_to_string(&mut file, &mut text).expect("parts are text");
        if file.name().is_ok_and(|name| name.starts_with("xl/worksheets")) {
            formulas += text.matches("<f>").count() + text.matches("<f ").count();
        }
    }
    assert_eq!(formulas, 0, "text has become a formula");
}

#[test]
fn what_cannot_be_reported_is_told() {
    let stage = Stage::of(SAMPLE);
    let run = stage.run(&["report", "visit-leger", "--lang", "en"]).expect(2);
    assert!(run.stderr.contains("did you mean `visit-ledger`?"), "{}", run.stderr);
    let run = stage.run(&["report", "visit-ledger", "--person", "顾明蓝", "--lang", "en"]).expect(2);
    assert!(run.stderr.contains("did you mean `顾明澜`?"), "{}", run.stderr);
    stage.run(&["report", "visit-ledger", "--project", "nowhere"]).expect(2);
    stage.run(&["report", "visit-ledger", "--from", "2026-13-01"]).expect(2);
    stage.run(&["report", "visit-ledger", "--from", "2026-05-02", "--to", "2026-05-01"]).expect(2);
    // A definition of the workspace's own comes before the shipped one, and is no document.
    let own = "zh: 我们的台账\nen: Ours\nabout: { zh: 试, en: test }\nrows: { visits: { of: visit-record } }\nfigures: [{ zh: 次数, en: Visits, part: { rows: visits } }]\n";
    stage.write("templates/reports/visit-ledger.yaml", own);
    let run = stage.run(&["report", "visit-ledger", "--format", "json"]).expect(0);
    assert!(run.stdout.contains("我们的台账"), "{}", run.stdout);
}
