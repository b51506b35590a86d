//! Owns reports: definitions as data, the figures, charts and tables that they come to, and the forms they are told in.
//!
//! Nothing in a report is typed twice: it is derived from documents, from the register and from the rules, for a period,
//! a project or a person. Asks no clock: a report reaches to the day that was asked for, or to the latest of its rows.

mod cell;
mod definition;
mod expansion;
mod group;
mod json;
mod markdown;
mod mask;
mod page;
mod reckon;
mod rows;
mod separated;
mod sheet;
#[cfg(test)]
mod tests;

use std::cell::Cell as Flag;
use std::collections::BTreeMap;

use crate::amount::Amount;
use crate::calendar::Day;
use crate::diagnostic::{Finding, Findings, Lang};
use crate::select::Guide;
use crate::source::Span;
use crate::workspace::Workspace;

pub use self::json::json;
pub use self::markdown::markdown;
pub use self::page::pdf;
pub use self::sheet::xlsx;
pub use cell::Cell;
pub use definition::Definition;
pub use rows::{Ask, Refusal};
pub use separated::csv;

use definition::{By, Chart, Drawing, Figure, Format, Table};
use group::{Within, sums};
use reckon::Reckoner;
use rows::Row;

/// What a report has come to.
#[derive(Clone, Debug)]
pub struct Report {
    pub name: String,
    pub title: String,
    pub lang: Lang,
    /// From the day that was asked for or the first of the rows, to that of the question or the last.
    pub from: Option<Day>,
    pub to: Option<Day>,
    /// Whether `to` was asked for.
    pub dated: bool,
    /// What it was narrowed to, with the names of both.
    pub filters: Vec<(String, String)>,
    /// The kinds of documents that it was derived from.
    pub source: String,
    pub confidential: bool,
    pub figures: Vec<Indicator>,
    pub charts: Vec<Picture>,
    pub tables: Vec<Grid>,
}

#[derive(Clone, Debug)]
pub struct Indicator {
    pub id: Option<String>,
    pub title: String,
    pub value: Cell,
    pub unit: Option<String>,
    pub note: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Picture {
    pub kind: Drawing,
    pub title: String,
    pub unit: Option<String>,
    pub series: Vec<Series>,
    /// Of a matrix alone.
    pub points: Vec<MatrixPoint>,
}

#[derive(Clone, Debug)]
pub struct Series {
    pub name: String,
    pub points: Vec<(String, Cell)>,
}

#[derive(Clone, Debug)]
pub struct MatrixPoint {
    pub likelihood: u64,
    pub impact: u64,
    pub label: String,
}

#[derive(Clone, Debug)]
pub struct Grid {
    pub title: String,
    pub columns: Vec<Head>,
    pub lines: Vec<Line>,
    pub total: Option<Vec<Cell>>,
    pub note: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Head {
    /// What programs call it.
    pub key: String,
    pub title: String,
    /// Whether its cells carry what they were made of.
    pub share: bool,
    pub figure: bool,
}

#[derive(Clone, Debug)]
pub struct Line {
    pub cells: Vec<Cell>,
    pub subtotal: bool,
}

/// The definitions of a workspace by name, its own before the shipped ones. A broken one is its reason.
pub fn definitions(workspace: &Workspace) -> BTreeMap<&str, Result<Definition, String>> {
    let parse = |(name, text): (&str, &str)| Definition::parse(name, text);
    workspace.reports.iter().map(|(name, report)| (name.as_str(), parse((name, &report.text)))).collect()
}

/// Reports definitions of the workspace's own that cannot be read.
pub fn check(workspace: &Workspace, findings: &mut Findings) {
    for (name, report) in &workspace.reports {
        let Some(file) = report.file else { continue };
        if let Err(reason) = Definition::parse(name, &report.text) {
            findings.push(
                Finding::new("report-invalid", Span::file(file)).with("name", name).with("reason", reason),
            );
        }
    }
    workspace.configuration.judge(findings);
}

/// Makes a report.
pub fn make(
    workspace: &Workspace,
    name: &str,
    definition: &Definition,
    ask: &Ask,
    lang: Lang,
) -> Result<Report, Refusal> {
    let guide = Guide::new(workspace);
    let found = rows::find(definition, ask, &guide)?;
    let settings = workspace.configuration.reports.get(name);
    let weight = |key: &str| Amount::from_percent(settings?.get(key)?).ok();
    let reckoner = Reckoner {
        guide: &guide,
        definition,
        found: &found,
        lang,
        personal: ask.personal,
        weights: definition
            .weights
            .iter()
            .filter_map(|it| Some((it.key.clone(), weight(&it.key)?)))
            .collect(),
        secret: Flag::new(definition.confidential),
    };
    let figures = definition.figures.iter().map(|figure| reckoner.indicator(figure)).collect();
    let charts = definition.charts.iter().map(|chart| reckoner.picture(chart)).collect();
    let tables = definition.tables.iter().map(|table| reckoner.grid(table)).collect();
    let mut filters = Vec::new();
    let mut filter = |zh: &str, en: &str, text: &Option<String>| {
        if let Some(text) = text {
            let title = if lang == Lang::En { en } else { zh };
            filters.push((title.to_owned(), reckoner.text(reckoner.name(text).to_owned()).text()));
        }
    };
    filter("项目", "Project", &ask.project);
    filter("人员", "Person", &ask.person);
    Ok(Report {
        name: name.to_owned(),
        title: if lang == Lang::En { definition.en.clone() } else { definition.zh.clone() },
        lang,
        from: found.first,
        to: found.horizon,
        dated: ask.to.is_some(),
        filters,
        source: reckoner.sources(),
        confidential: reckoner.secret.get(),
        figures,
        charts,
        tables,
    })
}

impl<'w> Reckoner<'_, 'w> {
    fn indicator(&self, figure: &Figure) -> Indicator {
        Indicator {
            id: figure.id.clone(),
            title: figure.title(self.lang).to_owned(),
            value: self.tell(figure, &[]),
            unit: figure.unit.as_ref().map(|unit| unit.get(self.lang).to_owned()),
            note: figure.note.as_ref().map(|note| self.filled(note.get(self.lang))),
        }
    }

    fn picture(&self, chart: &Chart) -> Picture {
        let title = if self.lang == Lang::En { &chart.en } else { &chart.zh };
        let unit = chart.unit.as_ref().map(|unit| unit.get(self.lang).to_owned());
        let series = chart.by.as_ref().map(|by| self.series(chart, by)).unwrap_or_default();
        let mut points = Vec::new();
        if let Some(matrix) = &chart.matrix {
            for row in self.rows(&matrix.rows).iter().filter(|row| self.holds(row, &matrix.only)) {
                let number = |measure| self.figure(row, measure)?.to_string().parse::<u64>().ok();
                let (Some(likelihood), Some(impact)) = (number(&matrix.likelihood), number(&matrix.impact))
                else {
                    continue;
                };
                let label = self.guide.texts(&row.spot, &matrix.label).into_iter().next().unwrap_or_default();
                points.push(MatrixPoint { likelihood, impact, label: self.text(label).text() });
            }
        }
        Picture { kind: chart.kind, title: title.clone(), unit, series, points }
    }

    fn series(&self, chart: &Chart, by: &By) -> Vec<Series> {
        let groups = self.groups(&chart.series, by);
        let parts = match (&chart.split, chart.series.as_slice()) {
            (Some(split), [figure]) => {
                let parts = self.groups(std::slice::from_ref(figure), split);
                parts.into_iter().map(|part| (part.label.clone(), figure, Some((split, part)))).collect()
            }
            _ => chart
                .series
                .iter()
                .map(|figure| (figure.title(self.lang).to_owned(), figure, None))
                .collect::<Vec<_>>(),
        };
        let mut all = Vec::new();
        for (name, figure, part) in parts {
            let mut points: Vec<(String, Cell)> = groups
                .iter()
                .map(|group| {
                    let mut within = vec![Within { by, group }];
                    within.extend(part.as_ref().map(|(by, group)| Within { by, group }));
                    (group.label.clone(), self.tell(figure, &within))
                })
                .collect();
            if let Some(most) = chart.most {
                points.sort_by_key(|(_, cell)| std::cmp::Reverse(cell.figure()));
                points.truncate(most);
            }
            all.push(Series { name, points });
        }
        all
    }

    fn grid(&self, table: &Table) -> Grid {
        let title = if self.lang == Lang::En { &table.en } else { &table.zh };
        let note = table.note.as_ref().map(|note| self.filled(note.get(self.lang)));
        let (columns, lines, total) = match (&table.by, &table.rows) {
            (Some(by), _) => self.grouped(table, by),
            (None, rows) => self.listed(table, rows.as_deref().unwrap_or_default()),
        };
        Grid { title: title.clone(), columns, lines, total, note }
    }

    fn listed(&self, table: &Table, rows: &str) -> (Vec<Head>, Vec<Line>, Option<Vec<Cell>>) {
        let rows: Vec<&Row> = self.rows(rows).iter().filter(|row| self.holds(row, &table.only)).collect();
        let mut lines: Vec<Vec<Cell>> = rows
            .iter()
            .map(|row| {
                let columns = table.columns.iter();
                columns.map(|column| self.cell(row, &column.at, column.format, &column.names)).collect()
            })
            .collect();
        lines.sort_by(|one, other| {
            let orders = table.sort.iter().map(|at| one[*at].order(&other[*at]));
            let order = orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then);
            if table.descending { order.reverse() } else { order }
        });
        let totals: BTreeMap<usize, Format> = table
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.total)
            .map(|(at, column)| (at, column.format.unwrap_or(Format::Money)))
            .collect();
        let sum_line = |lines: &[Vec<Cell>]| {
            let mut line = vec![Cell::Empty; table.columns.len()];
            for (at, sum) in sums(lines, &totals) {
                line[at] = sum;
            }
            line
        };
        let total = (table.total && !lines.is_empty()).then(|| sum_line(&lines));
        let heads = table.columns.iter().enumerate().map(|(at, column)| {
            let title = if self.lang == Lang::En { &column.en } else { &column.zh };
            Head {
                key: key(&column.en),
                title: title.clone(),
                share: false,
                figure: lines.iter().any(|line| line[at].is_figure()),
            }
        });
        let heads = distinct(heads.collect());
        let Some(at) = table.subtotal else {
            let lines = lines.into_iter().map(|cells| Line { cells, subtotal: false });
            return (heads, lines.collect(), total);
        };
        let mut all = Vec::new();
        for group in lines.chunk_by(|one, other| one[at] == other[at]) {
            all.extend(group.iter().cloned().map(|cells| Line { cells, subtotal: false }));
            if group.len() > 1 {
                let mut cells = sum_line(group);
                cells[at] = Cell::Text(if self.lang == Lang::En { "Subtotal" } else { "小计" }.to_owned());
                all.push(Line { cells, subtotal: true });
            }
        }
        (heads, all, total)
    }

    fn grouped(&self, table: &Table, by: &By) -> (Vec<Head>, Vec<Line>, Option<Vec<Cell>>) {
        let mut heads =
            vec![Head { key: "group".to_owned(), title: self.heading(by), share: false, figure: false }];
        heads.extend(table.figures.iter().map(|figure| Head {
            key: key(&figure.en),
            title: figure.title(self.lang).to_owned(),
            share: figure.whole.is_some() || figure.part.mean.is_some(),
            figure: true,
        }));
        let line = |group: Cell, within: &[Within]| {
            let figures = table.figures.iter().map(|figure| self.tell(figure, within));
            [group].into_iter().chain(figures).collect::<Vec<_>>()
        };
        let groups = self.groups(&table.figures, by);
        let lines: Vec<Line> = groups
            .iter()
            .map(|group| {
                let cells = line(self.text(group.label.clone()), &[Within { by, group }]);
                Line { cells, subtotal: false }
            })
            .collect();
        let total = (table.total && !lines.is_empty()).then(|| line(Cell::Empty, &[]));
        (distinct(heads), lines, total)
    }

    /// The titles of the kinds that the rows are taken from.
    fn sources(&self) -> String {
        let kinds = &self.guide.workspace.kinds;
        let mut titles: Vec<&str> = Vec::new();
        for source in self.definition.rows.values() {
            let title = match source.of.as_deref() {
                Some("*") if self.lang == Lang::En => "all documents",
                Some("*") => "全部文档",
                None if self.lang == Lang::En => "the rules of the policies",
                None => "制度规则",
                Some(kind) => kinds.get(kind).map_or(kind, |kind| kind.about.title.get(self.lang)),
            };
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        titles.join(self.comma())
    }

    /// `{weights}` in a note is what the configuration says.
    fn filled(&self, note: &str) -> String {
        let weights = self.definition.weights.iter().filter_map(|weight| {
            let title = if self.lang == Lang::En { &weight.en } else { &weight.zh };
            Some(format!("{title} {}", Cell::Rate(*self.weights.get(&weight.key)?).text()))
        });
        note.replace("{weights}", &weights.collect::<Vec<_>>().join(self.comma()))
    }
}

/// What programs call a column: its English title in lower case, words tied by `_`.
fn key(title: &str) -> String {
    let lower = title.to_lowercase();
    let words =
        lower.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_")
}

/// Of two columns with one key the second gets a number.
fn distinct(mut heads: Vec<Head>) -> Vec<Head> {
    for at in 1..heads.len() {
        let taken = heads[..at].iter().filter(|head| head.key == heads[at].key).count();
        if taken > 0 {
            heads[at].key = format!("{}_{}", heads[at].key, at + 1);
        }
    }
    heads
}
