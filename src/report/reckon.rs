//! What measures come to: texts, days and figures of a row, personal numbers masked, confidential leaves noticed.

use std::cell::Cell as Flag;
use std::collections::{BTreeMap, BTreeSet};

use super::cell::Cell;
use super::definition::{Aspect, Definition, Format, Measure, Part, Told, Where, Words, whole};
use super::mask;
use super::rows::{self, Found, Row, aspect, label};
use crate::amount::Amount;
use crate::calendar::{Day, Month};
use crate::diagnostic::{Finding, Lang, Severity};
use crate::document::Confidentiality;
use crate::select::{Guide, Spot, Way};
use crate::value::{Class, Data, Meaning};

pub struct Reckoner<'r, 'w> {
    pub guide: &'r Guide<'w>,
    pub definition: &'r Definition,
    pub found: &'r Found<'w>,
    pub lang: Lang,
    pub personal: bool,
    /// Weights by the keys of their sources, as rates.
    pub weights: BTreeMap<String, Amount>,
    /// Whether something confidential has been read.
    pub secret: Flag<bool>,
}

impl<'w> Reckoner<'_, 'w> {
    pub fn rows(&self, name: &str) -> &[Row<'w>] {
        self.found.rows.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    pub fn holds(&self, row: &Row<'w>, only: &[Where]) -> bool {
        only.iter().all(|condition| match condition {
            Where::Any(any) => any.any.iter().any(|one| self.holds(row, std::slice::from_ref(one))),
            Where::Neither(neither) => {
                !neither.neither.iter().any(|one| self.holds(row, std::slice::from_ref(one)))
            }
            Where::Plain(condition) => condition.holds(self.guide, &row.spot),
            Where::Compare(compare) if !compare.is.is_empty() => {
                self.texts(row, &compare.value).iter().any(|text| compare.is.contains(text))
            }
            Where::Compare(compare) => {
                let Some(figure) = self.figure(row, &compare.value) else { return false };
                let other = compare.reaches.as_ref();
                compare.least.is_none_or(|least| figure >= whole(least))
                    && compare.most.is_none_or(|most| figure <= whole(most))
                    && other.is_none_or(|other| self.figure(row, other).is_some_and(|other| figure >= other))
            }
        })
    }

    /// What a measure says of a row, ready to be shown.
    pub fn cell(
        &self,
        row: &Row<'w>,
        measure: &Measure,
        format: Option<Format>,
        names: &BTreeMap<String, Words>,
    ) -> Cell {
        let ways = match measure {
            Measure::At(ways) => ways,
            Measure::Other(told) => return self.told(row, told, format, names),
        };
        let spots = self.spots(row, ways);
        if format != Some(Format::Text)
            && let [spot] = spots.as_slice()
            && let Some(cell) = self.typed(spot, format)
        {
            return cell;
        }
        let mut seen = BTreeSet::new();
        let mut texts: Vec<String> =
            spots.iter().filter_map(|spot| self.shown(spot, format, names)).collect();
        texts.retain(|text| seen.insert(text.clone()));
        self.text(texts.join(self.comma()))
    }

    fn told(
        &self,
        row: &Row<'w>,
        told: &Told,
        format: Option<Format>,
        names: &BTreeMap<String, Words>,
    ) -> Cell {
        match told {
            Told::Last(way) => match self.guide.walk(&row.spot, way).into_iter().next_back() {
                Some(spot) => match self.typed(&spot, format) {
                    Some(cell) => cell,
                    None => self.text(self.shown(&spot, format, names).unwrap_or_default()),
                },
                None => Cell::Empty,
            },
            Told::Latest { of, at } => match self.latest(row, of, at) {
                Some(spot) => match self.typed(&spot, format) {
                    Some(cell) => cell,
                    None => self.text(self.shown(&spot, format, names).unwrap_or_default()),
                },
                None => Cell::Empty,
            },
            Told::Lacking(parts) => {
                let lacking = self.definition.weights.iter().filter(|weight| {
                    parts.get(&weight.key).is_none_or(|part| self.part(row, part).is_none())
                });
                let titles: Vec<&str> = lacking
                    .map(|weight| if self.lang == Lang::En { weight.en.as_str() } else { weight.zh.as_str() })
                    .collect();
                self.text(titles.join(self.comma()))
            }
            Told::Band { of, bands } => {
                let figure = self.figure(row, of);
                let band = figure.and_then(|figure| {
                    let reached = bands.iter().filter(|band| figure >= Amount::from(band.from));
                    reached.max_by_key(|band| band.from)
                });
                band.map_or(Cell::Empty, |band| {
                    self.text(if self.lang == Lang::En { band.en.clone() } else { band.zh.clone() })
                })
            }
            Told::Breach(Aspect::Days) | Told::Count(_) | Told::Days { .. } => {
                self.figure(row, &Measure::Other(Box::new(told.clone()))).map_or(Cell::Empty, Cell::Count)
            }
            Told::Breach(what) => self.breach(row, *what, names),
            other => {
                let figure = self.figure(row, &Measure::Other(Box::new(other.clone())));
                figure.map_or(Cell::Empty, |figure| formatted(figure, format.unwrap_or(Format::Number)))
            }
        }
    }

    fn breach(&self, row: &Row<'w>, what: Aspect, names: &BTreeMap<String, Words>) -> Cell {
        let Some(breach) = &row.breach else { return Cell::Empty };
        let level = |finding: &Finding| match finding.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        let named = |text: String| names.get(&text).map_or(text, |words| words.get(self.lang).to_owned());
        match what {
            Aspect::Rule => self.text(breach.rule.clone()),
            Aspect::Title => self.text(breach.title(self.lang).to_owned()),
            Aspect::Policy => self.text(aspect(breach, "policy").unwrap_or_default()),
            Aspect::Level => self.text(named(level(&breach.finding).to_owned())),
            Aspect::Who => {
                let names: Vec<&str> = row.people.iter().map(|person| self.name(person)).collect();
                self.text(names.join(self.comma()))
            }
            Aspect::Due => {
                aspect(breach, "due").and_then(|text| Day::parse(&text)).map_or(Cell::Empty, Cell::Date)
            }
            Aspect::Words => self.text(breach.finding.message(self.lang)),
            Aspect::Days => Cell::Empty,
        }
    }

    /// The places of the first way that leads somewhere.
    fn spots(&self, row: &Row<'w>, ways: &[Way]) -> Vec<Spot<'w>> {
        let found = ways.iter().map(|way| self.guide.walk(&row.spot, way));
        found.into_iter().find(|spots| !spots.is_empty()).unwrap_or_default()
    }

    fn latest(&self, row: &Row<'w>, of: &Way, at: &Way) -> Option<Spot<'w>> {
        let last = self.guide.walk(&row.spot, of).into_iter().next_back()?;
        self.guide.walk(&last, at).into_iter().next()
    }

    /// The texts that a measure comes to, as written: what groups and distinct counts are made of.
    pub fn texts(&self, row: &Row<'w>, measure: &Measure) -> Vec<String> {
        match measure {
            Measure::At(ways) => {
                let spots = self.spots(row, ways);
                let mut texts: Vec<String> = spots.iter().filter_map(Spot::text).map(str::to_owned).collect();
                let mut seen = BTreeSet::new();
                texts.retain(|text| seen.insert(text.clone()));
                texts
            }
            Measure::Other(told) => match self.told(row, told, Some(Format::Text), &BTreeMap::new()) {
                Cell::Empty => Vec::new(),
                cell => vec![cell.text()],
            },
        }
    }

    pub fn figure(&self, row: &Row<'w>, measure: &Measure) -> Option<Amount> {
        let told = match measure {
            Measure::At(ways) => return self.spots(row, ways).first().and_then(|spot| self.amount(spot)),
            Measure::Other(told) => told,
        };
        let figures = |way: &Way| -> Vec<Amount> {
            self.guide.walk(&row.spot, way).iter().filter_map(|spot| self.amount(spot)).collect()
        };
        match &**told {
            Told::Count(way) => Some(Amount::from(self.guide.walk(&row.spot, way).len() as u64)),
            Told::Sum(way) => sum(&figures(way)),
            Told::Mean(way) => mean(&figures(way)),
            Told::Last(way) => self.guide.walk(&row.spot, way).last().and_then(|spot| self.amount(spot)),
            Told::Latest { of, at } => self.amount(&self.latest(row, of, at)?),
            Told::Product(measures) => {
                let mut figures = measures.iter().map(|measure| self.figure(row, measure));
                figures.try_fold(Amount::from(1), |product, figure| product.times(figure?))
            }
            Told::Either(measures) => measures.iter().find_map(|measure| self.figure(row, measure)),
            Told::Times(measure, times) => self.figure(row, measure)?.times(Amount::from(*times)),
            Told::Days { from, to } => {
                let from = self.day(row, from)?;
                let to = to.as_ref().and_then(|to| self.day(row, to)).or(self.found.horizon)?;
                Some(whole(from.days_to(to)))
            }
            Told::Average(measures) => {
                let figures: Vec<Amount> =
                    measures.iter().filter_map(|measure| self.figure(row, measure)).collect();
                mean(&figures)
            }
            Told::Weighted(parts) => self.weighted(row, parts),
            Told::Breach(Aspect::Days) => aspect(row.breach.as_ref()?, "days")?.parse().ok(),
            Told::Band { .. } | Told::Lacking(_) | Told::Breach(_) => None,
        }
    }

    /// Weights of sources without a figure fall to the others, each in its proportion.
    fn weighted(&self, row: &Row<'w>, parts: &BTreeMap<String, Part>) -> Option<Amount> {
        let (mut total, mut weights) = (Amount::ZERO, Amount::ZERO);
        for (key, part) in parts {
            let (Some(weight), Some(figure)) = (self.weights.get(key), self.part(row, part)) else {
                continue;
            };
            total = total.plus(weight.times(figure)?)?;
            weights = weights.plus(*weight)?;
        }
        total.over(weights)
    }

    fn part(&self, row: &Row<'w>, part: &Part) -> Option<Amount> {
        let figure = match &part.at {
            // Several superiors or customers are one source.
            Measure::At(ways) => {
                let spots = self.spots(row, ways);
                let figures: Vec<Amount> = spots.iter().filter_map(|spot| self.amount(spot)).collect();
                mean(&figures)
            }
            other => self.figure(row, other),
        }?;
        figure.times(Amount::from(part.times.unwrap_or(1)))
    }

    pub fn day(&self, row: &Row<'w>, measure: &Measure) -> Option<Day> {
        match measure {
            Measure::Other(told) => match &**told {
                Told::Breach(Aspect::Due) => Day::parse(&aspect(row.breach.as_ref()?, "due")?),
                Told::Last(way) => Day::parse(self.guide.walk(&row.spot, way).last()?.text()?),
                _ => None,
            },
            measure => rows::day(self.guide, &row.spot, measure),
        }
    }

    fn amount(&self, spot: &Spot<'w>) -> Option<Amount> {
        self.notice(spot);
        if spot.is_leaf() { spot.value.amount() } else { spot.text()?.parse().ok() }
    }

    /// A date or a figure, where the leaf or the format says that it is one.
    fn typed(&self, spot: &Spot<'w>, format: Option<Format>) -> Option<Cell> {
        let meaning = if spot.is_leaf() { spot.value.meaning } else { Meaning::Plain };
        let is_number = spot.is_leaf() && matches!(spot.value.data, Data::Number(_));
        let format = format.or(match meaning {
            Meaning::Date => Some(Format::Date),
            Meaning::Money => Some(Format::Money),
            Meaning::Percent => Some(Format::Percent),
            Meaning::Quantity => Some(Format::Number),
            _ if is_number => Some(Format::Number),
            _ => None,
        })?;
        match format {
            Format::Text | Format::Kind => None,
            Format::Date => {
                let text = spot.text()?;
                let day = Day::parse(text).or_else(|| Month::parse(text).map(Month::first))?;
                self.notice(spot);
                Some(Cell::Date(day))
            }
            format => self.amount(spot).map(|amount| formatted(amount, format)),
        }
    }

    /// A leaf as people read it: the name of what a reference leads to, words for flags, numbers masked.
    fn shown(
        &self,
        spot: &Spot<'w>,
        format: Option<Format>,
        names: &BTreeMap<String, Words>,
    ) -> Option<String> {
        let text = spot.text()?;
        self.notice(spot);
        if let Some(words) = names.get(text) {
            return Some(words.get(self.lang).to_owned());
        }
        if format == Some(Format::Kind) {
            let kind = self.guide.workspace.kinds.get(text);
            return Some(kind.map_or(text, |kind| kind.about.title.get(self.lang)).to_owned());
        }
        if !spot.is_leaf() {
            return Some(text.to_owned());
        }
        if let Data::Bool(flag) = spot.value.data {
            return Some(self.flag(flag).to_owned());
        }
        if spot.value.meaning == Meaning::Ref {
            return Some(self.name(text).to_owned());
        }
        if self.personal || spot.value.class != Class::Identity {
            return Some(text.to_owned());
        }
        let schema = spot.document.kind.schema().ok();
        let field = schema.and_then(|schema| schema.field(spot.value));
        Some(match field.map(|field| field.format.as_str()) {
            Some("cn-phone") => mask::phone(text),
            Some("cn-id") => mask::identity(text),
            _ => text.to_owned(),
        })
    }

    /// What a document is called by its id; any other text as it is.
    pub fn name<'t>(&self, text: &'t str) -> &'t str
    where
        'w: 't,
    {
        self.guide.workspace.document(text).map_or(text, label)
    }

    /// One line without characters that nobody sees; numbers of persons masked.
    pub fn text(&self, text: String) -> Cell {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line: String =
            line.chars().filter(|it| !it.is_control() && !crate::text::is_unseen(*it)).collect();
        match line.is_empty() {
            true => Cell::Empty,
            false if self.personal => Cell::Text(line),
            false => Cell::Text(mask::within(&line)),
        }
    }

    pub fn comma(&self) -> &'static str {
        if self.lang == Lang::En { ", " } else { "、" }
    }

    fn flag(&self, flag: bool) -> &'static str {
        match (flag, self.lang) {
            (true, Lang::Zh) => "是",
            (false, Lang::Zh) => "否",
            (true, Lang::En) => "yes",
            (false, Lang::En) => "no",
        }
    }

    fn notice(&self, spot: &Spot<'w>) {
        let class = spot.value.class;
        let in_secret =
            spot.document.confidentiality == Confidentiality::Confidential && class != Class::Public;
        if spot.is_leaf() && (class == Class::Confidential || in_secret) {
            self.secret.set(true);
        }
    }
}

/// A figure with the type that a format gives it.
pub fn formatted(figure: Amount, format: Format) -> Cell {
    match format {
        Format::Money => Cell::Money(figure),
        Format::Percent => Cell::Rate(figure),
        Format::Count => Cell::Count(figure),
        _ => Cell::Number(figure),
    }
}

fn sum(figures: &[Amount]) -> Option<Amount> {
    let sum = |figures: &[Amount]| figures.iter().try_fold(Amount::ZERO, |sum, figure| sum.plus(*figure));
    if figures.is_empty() { None } else { sum(figures) }
}

fn mean(figures: &[Amount]) -> Option<Amount> {
    sum(figures)?.over(Amount::from(figures.len() as u64))
}
