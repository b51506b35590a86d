//! What a definition of a report says, as it is written: rows, figures, charts and tables.
//!
//! A definition is YAML without anchors, like every file of a workspace. Where parts differ in a word only, `for` lists
//! the words: `{ for: [{ key: a }, { key: b }], zh: "{key}", … }` stands for one part with each of them. What is
//! said more than once has a name under `let`, and `{ use: name }` stands for it.

use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;
use std::collections::BTreeMap;

use super::expansion;
use crate::amount::Amount;
use crate::diagnostic::{Findings, Lang};
use crate::select::{Condition, Rows, Way};
use crate::source::Sources;
use crate::yaml;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub zh: String,
    pub en: String,
    /// Where it is asked for.
    pub policy: Option<String>,
    /// What it tells, in a line.
    pub about: Words,
    /// Whether people are weighed: then the report is confidential whatever its rows are.
    #[serde(default)]
    pub confidential: bool,
    /// Weights that the configuration gives under the report's name.
    #[serde(default)]
    pub weights: Vec<Weight>,
    pub rows: BTreeMap<String, Source>,
    #[serde(default)]
    pub figures: Vec<Figure>,
    #[serde(default)]
    pub charts: Vec<Chart>,
    #[serde(default)]
    pub tables: Vec<Table>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

impl Words {
    pub fn get(&self, lang: Lang) -> &str {
        if lang == Lang::En { &self.en } else { &self.zh }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    pub key: String,
    pub zh: String,
    pub en: String,
}

/// Rows by one name: where they come from, and how they lie in time, among projects and among people.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The kind of the documents, or `*` for all.
    pub of: Option<String>,
    /// What does not hold of the rules, instead of documents.
    #[serde(default)]
    pub breaches: bool,
    pub each: Option<Way>,
    #[serde(default)]
    pub only: Vec<Condition>,
    /// The day that decides whether a row belongs to the period.
    pub date: Option<Measure>,
    /// Whether that day may lie ahead: then it does not tell how far the documents reach.
    #[serde(default)]
    pub planned: bool,
    /// Other days that have been: they tell how far the documents reach.
    #[serde(default)]
    pub known: Vec<Way>,
    #[serde(default)]
    pub project: Vec<Way>,
    #[serde(default)]
    pub person: Vec<Way>,
}

impl Source {
    pub fn rows(&self, kind: &str) -> Rows {
        Rows { of: kind.to_owned(), each: self.each.clone(), only: self.only.clone() }
    }
}

/// Something that can be told of a row. A way is its texts; several ways are tried until one leads somewhere.
#[derive(Clone, Debug)]
pub enum Measure {
    At(Vec<Way>),
    Other(Box<Told>),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// How many places a way leads to.
    Count(Way),
    Sum(Way),
    Mean(Way),
    /// The text at the last of them.
    Last(Way),
    /// A field of the last of them.
    Latest {
        of: Way,
        at: Way,
    },
    Product(Vec<Measure>),
    /// The first of several that comes to something.
    Either(Vec<Measure>),
    /// The days from one day to another, or to the end of the period where there is no other.
    Days {
        from: Measure,
        to: Option<Measure>,
    },
    /// The mean of several sources by the weights of the configuration; of those that are there.
    Weighted(BTreeMap<String, Part>),
    /// The names of the sources without a figure.
    Lacking(BTreeMap<String, Part>),
    /// The mean of several figures; of those that are there.
    Average(Vec<Measure>),
    /// The name of the band that a figure lies in.
    Band {
        of: Measure,
        bands: Vec<Band>,
    },
    /// Times a fixed number.
    Times(Measure, u64),
    /// What is known of a breach: `rule`, `title`, `policy`, `level`, `who`, `due`, `days`, `words`.
    Breach(Aspect),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    Rule,
    Title,
    Policy,
    Level,
    Who,
    Due,
    Days,
    Words,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub at: Measure,
    /// What brings the source to the scale of the others.
    pub times: Option<u64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The least figure of the band.
    pub from: u64,
    pub zh: String,
    pub en: String,
}

impl<'de> Deserialize<'de> for Measure {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let told = |json: Json| serde_json::from_value::<Told>(json).map_err(D::Error::custom);
        match Json::deserialize(from)? {
            Json::String(text) => way(&text).map(|way| Self::At(vec![way])).map_err(D::Error::custom),
            Json::Array(ways) => {
                let ways = ways.iter().map(|text| way(text.as_str().unwrap_or_default()));
                ways.collect::<Result<_, _>>().map(Self::At).map_err(D::Error::custom)
            }
            json => told(json).map(|told| Self::Other(Box::new(told))),
        }
    }
}

fn way(text: &str) -> Result<Way, String> {
    Way::parse(text).map_err(|reason| format!("`{text}`: {reason}"))
}

/// A row counts if this holds of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Where {
    Any(Any),
    Neither(Neither),
    Compare(Compare),
    Plain(Condition),
}

/// One of several is enough.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Any {
    pub any: Vec<Where>,
}

/// None of several may hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Neither {
    pub neither: Vec<Where>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compare {
    pub value: Measure,
    pub least: Option<i64>,
    pub most: Option<i64>,
    /// Texts, one of which it must be.
    #[serde(default)]
    pub is: Vec<String>,
    /// The other figure that it must reach.
    pub reaches: Option<Measure>,
}

/// What is counted or added up: rows, distinct texts, or a figure of each row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    pub rows: String,
    #[serde(default)]
    pub only: Vec<Where>,
    pub distinct: Option<Measure>,
    pub sum: Option<Measure>,
    /// The sum over the number of figures, unless the whole is given.
    pub mean: Option<Measure>,
    /// How it is written as a part of a share; counts and numbers need not say so.
    pub format: Option<Format>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    pub id: Option<String>,
    pub zh: String,
    pub en: String,
    pub part: Tally,
    pub whole: Option<Tally>,
    #[serde(default)]
    pub format: Option<Format>,
    pub unit: Option<Words>,
    pub note: Option<Words>,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    Text,
    Date,
    Money,
    Percent,
    /// Two decimals.
    Number,
    Count,
    /// The title of a kind of documents.
    Kind,
}

/// What rows are put together by.
#[derive(Clone, Debug)]
pub enum By {
    Person,
    Project,
    Month,
    Quarter,
    Year,
    Value(Box<Values>),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Values {
    pub at: Measure,
    pub zh: Option<String>,
    pub en: Option<String>,
    /// These first, and even where there is nothing of them.
    #[serde(default)]
    pub order: Vec<String>,
    /// Stages in this order: what has come to one has come through all before it, and nothing else counts.
    #[serde(default)]
    pub through: bool,
    #[serde(default)]
    pub names: BTreeMap<String, Words>,
    pub format: Option<Format>,
}

impl<'de> Deserialize<'de> for By {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let json = Json::deserialize(from)?;
        Ok(match json.as_str() {
            Some("person") => Self::Person,
            Some("project") => Self::Project,
            Some("month") => Self::Month,
            Some("quarter") => Self::Quarter,
            Some("year") => Self::Year,
            Some(other) => return Err(D::Error::custom(format!("nothing is put together by `{other}`"))),
            None => Self::Value(Box::new(serde_json::from_value(json).map_err(D::Error::custom)?)),
        })
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chart {
    pub kind: Drawing,
    pub zh: String,
    pub en: String,
    pub unit: Option<Words>,
    /// What the points are; a matrix has none.
    pub by: Option<By>,
    /// What the series are, for one figure.
    pub split: Option<By>,
    #[serde(default)]
    pub series: Vec<Figure>,
    /// The greatest first, and only so many.
    pub most: Option<usize>,
    pub matrix: Option<Matrix>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drawing {
    Bars,
    StackedBars,
    Trend,
    Funnel,
    Matrix,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    pub rows: String,
    #[serde(default)]
    pub only: Vec<Where>,
    pub likelihood: Measure,
    pub impact: Measure,
    pub label: Way,
}

/// A table of rows with columns, or of groups with figures.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub zh: String,
    pub en: String,
    pub note: Option<Words>,
    pub rows: Option<String>,
    #[serde(default)]
    pub only: Vec<Where>,
    #[serde(default)]
    pub columns: Vec<Column>,
    /// Columns to sort by, from the first; by the last to tell apart, the place in the workspace.
    #[serde(default)]
    pub sort: Vec<usize>,
    /// The greatest or latest first.
    #[serde(default)]
    pub descending: bool,
    /// Subtotals wherever the value of this column changes.
    pub subtotal: Option<usize>,
    pub by: Option<By>,
    #[serde(default)]
    pub figures: Vec<Figure>,
    /// A last line over all rows.
    #[serde(default)]
    pub total: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub zh: String,
    pub en: String,
    pub at: Measure,
    pub format: Option<Format>,
    #[serde(default)]
    pub names: BTreeMap<String, Words>,
    /// Added up in totals.
    #[serde(default)]
    pub total: bool,
}

impl Definition {
    /// Reads a definition. The error is a sentence for its author.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let (mut sources, mut findings) = (Sources::default(), Findings::default());
        let file = sources.add(name, text);
        let tree = yaml::read(file, text, yaml::Limits::default(), &mut findings);
        if let Some(finding) = findings.iter().next() {
            return Err(finding.message(Lang::default()));
        }
        let json = expansion::expanded(&tree.ok_or("the file is empty")?)?;
        let definition: Self = serde_json::from_value(json).map_err(|error| error.to_string())?;
        definition.judge()?;
        Ok(definition)
    }

    /// What no type can say: rows that are named are there, and columns too.
    fn judge(&self) -> Result<(), String> {
        let figures = self.tables.iter().flat_map(|table| &table.figures);
        let figures = figures.chain(self.charts.iter().flat_map(|chart| &chart.series)).chain(&self.figures);
        let tallies = figures.flat_map(|figure| [Some(&figure.part), figure.whole.as_ref()]).flatten();
        let named = tallies.map(|tally| tally.rows.as_str());
        let named = named.chain(self.tables.iter().filter_map(|table| table.rows.as_deref()));
        let mut named =
            named.chain(self.charts.iter().filter_map(|chart| Some(chart.matrix.as_ref()?.rows.as_str())));
        if let Some(unknown) = named.find(|name| !self.rows.contains_key(*name)) {
            return Err(format!("there are no rows `{unknown}`"));
        }
        for table in &self.tables {
            let mut places = table.sort.iter().chain(&table.subtotal);
            if let Some(place) = places.find(|place| **place >= table.columns.len()) {
                return Err(format!("`{}` has no column {place}", table.zh));
            }
            if table.rows.is_some() == table.by.is_some() {
                return Err(format!("`{}` wants `rows` with `columns`, or `by` with `figures`", table.zh));
            }
        }
        for chart in &self.charts {
            if chart.matrix.is_some() != (chart.kind == Drawing::Matrix)
                || chart.matrix.is_some() == chart.by.is_some()
            {
                return Err(format!("`{}` wants `by` and `series`, or `matrix`", chart.zh));
            }
        }
        let sources = self.rows.iter().filter(|(_, source)| source.of.is_some() == source.breaches);
        match sources.map(|(name, _)| name).next() {
            Some(name) => Err(format!("the rows `{name}` want `of` or `breaches`")),
            None => Ok(()),
        }
    }
}

impl Figure {
    pub fn title(&self, lang: Lang) -> &str {
        if lang == Lang::En { &self.en } else { &self.zh }
    }

    /// A share is a percentage, a mean a number, anything else is counted.
    pub fn format(&self) -> Format {
        self.format.unwrap_or(match (&self.whole, &self.part.mean) {
            (Some(_), _) => Format::Percent,
            (None, Some(_)) => Format::Number,
            (None, None) => Format::Count,
        })
    }
}

/// The amount of a whole number.
pub fn whole(number: i64) -> Amount {
    number.to_string().parse().expect("whole numbers are amounts")
}

impl Drawing {
    pub fn name(self) -> &'static str {
        match self {
            Self::Bars => "bars",
            Self::StackedBars => "stacked-bars",
            Self::Trend => "trend",
            Self::Funnel => "funnel",
            Self::Matrix => "matrix",
        }
    }
}
