//! A report for programs: figures as exact decimals in strings, counts as numbers, dates as written.

use serde_json::{Map, Value as Json, json as object};

use super::definition::Drawing;
use super::{Cell, Grid, Picture, Report};

/// The report as one JSON object.
pub fn json(report: &Report) -> Json {
    let day = |day: Option<crate::calendar::Day>| day.map_or(Json::Null, |day| day.to_string().into());
    let figures = report.figures.iter().map(|figure| {
        let mut json = object!({ "id": figure.id, "title": figure.title, "value": value(&figure.value) });
        if let (Json::Object(json), Cell::Share { part, whole, .. }) = (&mut json, &figure.value) {
            json.insert("numerator".into(), value(part));
            json.insert("denominator".into(), value(whole));
        }
        json
    });
    object!({
        "report": report.name,
        "title": report.title,
        "period": { "from": day(report.from), "to": day(report.to) },
        "filters": report.filters.iter().map(|(title, text)| object!({ "title": title, "value": text })).collect::<Json>(),
        "confidential": report.confidential,
        "figures": figures.collect::<Json>(),
        "charts": report.charts.iter().map(chart).collect::<Json>(),
        "tables": report.tables.iter().map(table).collect::<Json>(),
    })
}

fn chart(picture: &Picture) -> Json {
    let points = picture.points.iter().map(
        |point| object!({ "likelihood": point.likelihood, "impact": point.impact, "label": point.label }),
    );
    let series = picture.series.iter().map(|series| {
        let points = series.points.iter();
        let points = points.map(|(label, cell)| object!({ "label": label, "value": value(cell) }));
        object!({ "name": series.name, "points": points.collect::<Json>() })
    });
    let series: Json = match picture.kind {
        Drawing::Matrix => vec![object!({ "points": points.collect::<Json>() })].into(),
        _ => series.collect(),
    };
    object!({ "kind": picture.kind.name(), "title": picture.title, "series": series })
}

fn table(grid: &Grid) -> Json {
    let columns = grid.columns.iter().map(|head| object!({ "key": head.key, "title": head.title }));
    let rows = grid.lines.iter().filter(|line| !line.subtotal).map(|line| row(grid, &line.cells));
    object!({
        "title": grid.title,
        "columns": columns.collect::<Json>(),
        "rows": rows.collect::<Json>(),
        "total": grid.total.as_ref().map_or(Json::Null, |cells| row(grid, cells)),
        "note": grid.note,
    })
}

fn row(grid: &Grid, cells: &[Cell]) -> Json {
    let members = grid.columns.iter().zip(cells).map(|(head, cell)| {
        let json = match cell {
            Cell::Share { value: share, part, whole } => {
                object!({ "value": value(share), "numerator": value(part), "denominator": value(whole) })
            }
            cell => value(cell),
        };
        (head.key.clone(), json)
    });
    Json::Object(members.collect::<Map<_, _>>())
}

fn value(cell: &Cell) -> Json {
    match cell {
        Cell::Empty => Json::Null,
        Cell::Text(text) => text.as_str().into(),
        Cell::Date(day) => day.to_string().into(),
        Cell::Count(count) => match count.to_string().parse::<i64>() {
            Ok(count) => count.into(),
            Err(_) => count.to_string().into(),
        },
        Cell::Share { value: share, .. } => value(share),
        figure => figure.figure().map_or(Json::Null, |figure| figure.to_string().into()),
    }
}
