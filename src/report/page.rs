//! A report as pages: the data of its template, set like any document for readers inside.

use serde_json::{Map, Value as Json, json};

use super::definition::Drawing;
use super::{Cell, Grid, Indicator, Picture, Report};
use crate::amount::Amount;
use crate::diagnostic::{Findings, Lang};
use crate::package::{self, Loose};
use crate::workspace::{Viewer, Workspace};

/// The template that all reports share.
const TEMPLATE: &str = "report.typ";

/// The PDF and the number of its pages. What goes wrong is put among the findings.
pub fn pdf(report: &Report, workspace: &mut Workspace, findings: &mut Findings) -> Option<(Vec<u8>, usize)> {
    let loose = Loose {
        template: TEMPLATE,
        name: &report.title,
        lang: report.lang,
        confidential: report.confidential,
        viewer: Viewer::Insider,
        date: report.to.filter(|_| report.dated),
        data: Map::from_iter([("report".to_owned(), data(report))]),
    };
    package::loose(workspace, loose, &package::Bare, findings)
}

fn data(report: &Report) -> Json {
    let mut json = json!({
        "name": report.name,
        "title": report.title,
        "filters": report.filters.iter().map(|(title, text)| json!({ "title": title, "value": text })).collect::<Json>(),
        "source": report.source,
        "figures": report.figures.iter().map(figure).collect::<Json>(),
        "charts": report.charts.iter().map(|picture| chart(picture, report.lang)).collect::<Json>(),
        "tables": report.tables.iter().map(|grid| table(grid, report)).collect::<Json>(),
    });
    if let (Json::Object(json), Some(from), Some(to)) = (&mut json, report.from, report.to) {
        json.insert("period".into(), json!({ "from": from.to_string(), "to": to.to_string() }));
    }
    json
}

fn figure(figure: &Indicator) -> Json {
    let mut json = Map::new();
    json.insert("title".into(), figure.title.as_str().into());
    let text = figure.value.text();
    let (value, unit) = match text.strip_suffix('%') {
        Some(number) => (number.to_owned(), Some("%".to_owned())),
        None => (text, figure.unit.clone()),
    };
    if !value.is_empty() {
        json.insert("value".into(), value.into());
        if let Some(unit) = unit {
            json.insert("unit".into(), unit.into());
        }
    }
    if let Cell::Share { part, whole, .. } = &figure.value {
        json.insert("numerator".into(), part.text().into());
        json.insert("denominator".into(), whole.text().into());
    }
    if let Some(note) = &figure.note {
        json.insert("note".into(), note.as_str().into());
    }
    json.into()
}

fn chart(picture: &Picture, lang: Lang) -> Json {
    if picture.kind == Drawing::Matrix {
        let points = picture.points.iter().map(
            |point| json!({ "likelihood": point.likelihood, "impact": point.impact, "label": point.label }),
        );
        let series = json!([{ "points": points.collect::<Json>() }]);
        return json!({ "kind": picture.kind.name(), "title": picture.title, "series": series });
    }
    // Bars of money are read in 万元, or in thousands.
    let cells = || picture.series.iter().flat_map(|series| &series.points).map(|(_, cell)| cell);
    let money = cells().any(|cell| matches!(cell, Cell::Money(_)));
    let (divisor, money_unit) = match lang {
        Lang::Zh => (10_000, "万元"),
        Lang::En => (1_000, "kCNY"),
    };
    let mut rates = false;
    let mut drawn = |cell: &Cell| {
        let value = if let Cell::Share { value, .. } = cell { value } else { cell };
        match value {
            Cell::Rate(rate) => {
                rates = true;
                let percent = rate.times(Amount::from(100)).unwrap_or(*rate).round(1);
                percent.round(percent.decimals()).to_string().into()
            }
            Cell::Money(amount) => {
                let amount = amount.over(Amount::from(divisor)).unwrap_or(*amount).round(1);
                amount.round(amount.decimals()).to_string().into()
            }
            cell => {
                let figure = cell.figure().map(|figure| figure.round(figure.decimals().min(2)).to_string());
                figure.map_or(Json::Null, Json::from)
            }
        }
    };
    let series: Vec<Json> = picture
        .series
        .iter()
        .map(|series| {
            let points =
                series.points.iter().map(|(label, cell)| json!({ "label": label, "value": drawn(cell) }));
            json!({ "name": series.name, "points": points.collect::<Json>() })
        })
        .collect();
    let known = if money {
        money_unit
    } else if rates {
        "%"
    } else {
        ""
    };
    let unit = picture.unit.clone().unwrap_or_else(|| known.to_owned());
    // An axis has room for figures, and says in the title what they are.
    let (title, unit) = match (picture.kind, unit.as_str(), lang) {
        (Drawing::Trend, "" | "%", _) => (picture.title.clone(), unit),
        (Drawing::Trend, _, Lang::Zh) => (format!("{}（{unit}）", picture.title), String::new()),
        (Drawing::Trend, _, Lang::En) => (format!("{} ({unit})", picture.title), String::new()),
        _ => (picture.title.clone(), unit),
    };
    json!({ "kind": picture.kind.name(), "title": title, "unit": unit, "series": series })
}

fn table(grid: &Grid, report: &Report) -> Json {
    let columns = grid.columns.iter().map(|head| {
        json!({ "key": head.key, "title": head.title, "align": if head.figure { "right" } else { "left" } })
    });
    let row = |cells: &[Cell], subtotal: bool| {
        let cells = grid.columns.iter().zip(cells).filter(|(_, cell)| **cell != Cell::Empty);
        let mut row: Map<String, Json> =
            cells.map(|(head, cell)| (head.key.clone(), cell.whole_text(report.lang).into())).collect();
        if subtotal {
            row.insert("$subtotal".into(), true.into());
        }
        Json::Object(row)
    };
    let mut json = json!({
        "title": grid.title,
        "columns": columns.collect::<Json>(),
        "rows": grid.lines.iter().map(|line| row(&line.cells, line.subtotal)).collect::<Json>(),
    });
    if let Json::Object(json) = &mut json {
        if let Some(total) = &grid.total {
            json.insert("total".into(), row(total, false));
        }
        if let Some(note) = &grid.note {
            json.insert("note".into(), note.as_str().into());
        }
    }
    json
}
