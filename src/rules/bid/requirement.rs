//! Requirements and answers: every clause is answered, truly, in the words that the buyer accepts.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Hearing;
use super::measure::{Meets, meets};
use super::wording::plain;
use crate::calendar::Day;
use crate::diagnostic::Severity;
use crate::document::Document;
use crate::tender::{Clause, referred};
use crate::value::Value;

#[derive(Debug, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Verb {
    /// A substantive clause is met.
    Substantive {},
    /// An answer is not the buyer's own text: `limit` percent alike are too much.
    OwnWords { limit: u32, shortest: usize },
    /// A value meets what the clause asks for, and is one value.
    Values {},
    /// The deviation says what the values say.
    Deviation {},
    /// The bid has one of these forms.
    DeviationTable { forms: Vec<String> },
    /// The first word of an answer is one that the tender accepts; none begins with a banned one.
    Words { banned: Vec<String> },
    /// Who says “see” says where.
    See { words: Vec<String> },
    /// A clause that asks for a proof has one.
    Proof {},
    /// Numbers of clauses do not repeat within a group.
    Paths {},
    /// Not more negative deviations than the tender allows.
    Negative { most: usize },
    /// Core products have brand and model.
    CoreProducts {},
    /// No imported product where none is allowed.
    Imports { allowed: bool },
    /// Products that need a certificate have one that is valid at the opening.
    Mandatory {},
}

impl Verb {
    pub(super) fn judge(&self, hearing: &mut Hearing) {
        if hearing.bid.clauses.is_empty()
            && !matches!(self, Self::CoreProducts {} | Self::Imports { .. } | Self::Mandatory {})
        {
            return hearing.skip("@rule-not-asked");
        }
        match self {
            Self::Substantive {} => substantive(hearing),
            Self::OwnWords { limit, shortest } => own_words(hearing, *limit, *shortest),
            Self::Values {} => values(hearing),
            Self::Deviation {} => deviation(hearing),
            Self::DeviationTable { forms } => deviation_table(hearing, forms),
            Self::Words { banned } => words(hearing, banned),
            Self::See { words } => see(hearing, words),
            Self::Proof {} => proof(hearing),
            Self::Paths {} => paths(hearing),
            Self::Negative { most } => negative(hearing, *most),
            Self::CoreProducts {} => core_products(hearing),
            Self::Imports { allowed } => imports(hearing, *allowed),
            Self::Mandatory {} => mandatory(hearing),
        }
    }
}

/// Every clause with each of its answers.
fn answered<'h, 'w>(hearing: &Hearing<'h, 'w>) -> Vec<(&'h Clause<'w>, &'w Value)> {
    let bid = hearing.bid;
    bid.clauses
        .iter()
        .flat_map(|clause| clause.answers.iter().map(move |(_, answer)| (clause, *answer)))
        .collect()
}

fn key<'w>(clause: &Clause<'w>) -> &'w str {
    clause.value.text_at("id").unwrap_or_default()
}

fn substantive(hearing: &mut Hearing) {
    for (clause, answer) in answered(hearing) {
        let negative = answer.text_at("deviation") == Some("负偏离")
            || answer.text_at("answer").is_some_and(|answer| answer.starts_with('不'));
        if clause.meaning == Some("substantive") && negative {
            let at = answer.get("deviation").map_or(answer.head(), |value| value.span);
            let found = answer.text_at("deviation").or(answer.text_at("answer")).unwrap_or_default();
            let finding =
                hearing.differs(at, found, "无偏离").related(clause.value.head(), "tender", Vec::new());
            hearing.fail(key(clause), finding);
        }
    }
}

fn own_words(hearing: &mut Hearing, limit: u32, shortest: usize) {
    for (clause, answer) in answered(hearing) {
        let (Some(asked), Some(said)) = (clause.value.text_at("text"), answer.get("response")) else {
            continue;
        };
        let (one, other) = (plain(asked), plain(said.text().unwrap_or_default()));
        if other.chars().count() < shortest {
            continue;
        }
        let alike = strsim::normalized_levenshtein(&one, &other);
        if alike * 100.0 >= f64::from(limit) {
            let finding =
                hearing.differs(said.span, format!("{:.0} %", alike * 100.0), format!("< {limit} %"));
            hearing.fail(key(clause), finding.related(clause.value.head(), "tender", Vec::new()));
        }
    }
}

fn values(hearing: &mut Hearing) {
    for (clause, answer) in answered(hearing) {
        let Some(requirement) = clause.value.get("requirement") else { continue };
        let Some(value) = answer.get("value") else {
            if requirement.text_at("op").is_some_and(|operator| operator != "文本") {
                let what = requirement.text_at("name").unwrap_or(key(clause));
                let finding = hearing.review(answer.head(), what);
                hearing.ask(key(clause), finding.related(requirement.head(), "tender", Vec::new()));
            }
            continue;
        };
        let wanted = || {
            let text = |key: &str| requirement.text_at(key).unwrap_or_default();
            format!("{} {} {}", text("op"), text("value"), text("unit"))
        };
        let found =
            || format!("{} {}", value.text().unwrap_or_default(), answer.text_at("unit").unwrap_or_default());
        match meets(requirement, answer) {
            Some(Meets::Worse)
                if answer.text_at("deviation") != Some("负偏离") || clause.meaning == Some("substantive") =>
            {
                let mut finding = hearing.differs(value.span, found().trim_end(), wanted().trim_end());
                if clause.meaning != Some("substantive") {
                    finding.severity = Some(finding.severity().min(Severity::Warning));
                }
                hearing.fail(key(clause), finding.related(requirement.head(), "tender", Vec::new()));
            }
            Some(Meets::Unclear) => {
                let what = format!("{} ({})", found().trim_end(), wanted().trim_end());
                let finding =
                    hearing.review(value.span, what).related(requirement.head(), "tender", Vec::new());
                hearing.ask(key(clause), finding);
            }
            _ => (),
        }
    }
}

fn deviation(hearing: &mut Hearing) {
    for (clause, answer) in answered(hearing) {
        let Some((requirement, said)) = clause.value.get("requirement").zip(answer.get("deviation")) else {
            continue;
        };
        let wanted = match (meets(requirement, answer), said.text()) {
            (Some(Meets::Exactly), Some("正偏离")) => "无偏离",
            (Some(Meets::Better), Some("负偏离")) | (Some(Meets::Exactly), Some("负偏离")) => "无偏离",
            _ => continue,
        };
        let finding = hearing.differs(said.span, said.text().unwrap_or_default(), wanted);
        hearing.fail(key(clause), finding.related(requirement.head(), "tender", Vec::new()));
    }
}

fn deviation_table(hearing: &mut Hearing, forms: &[String]) {
    let bid = hearing.bid;
    let Some(mode) = bid.asked("deviation_mode") else { return hearing.skip("@rule-not-asked") };
    let has = bid.chapters().any(|(_, chapter)| {
        chapter.text_at("form").is_some_and(|form| forms.iter().any(|known| known == form))
    });
    if !has {
        let span = bid.own("volumes").map_or(bid.package.id_span, Value::head);
        let finding = hearing.missing(span, "偏离表").related(mode.span, "tender", Vec::new());
        hearing.fail("", finding);
    }
}

fn words(hearing: &mut Hearing, banned: &[String]) {
    let accepted = hearing.bid.asked("answer_words");
    let words: Vec<&str> =
        accepted.map(Value::items).unwrap_or_default().iter().filter_map(Value::text).collect();
    for (clause, answer) in answered(hearing) {
        let first = answer.get("answer").filter(|said| {
            !words.is_empty()
                && said.text().is_some_and(|said| !words.iter().any(|word| said.trim() == *word))
        });
        if let (Some(said), Some(accepted)) = (first, accepted) {
            let finding = hearing.differs(said.span, said.text().unwrap_or_default(), words.join(" / "));
            hearing.fail(key(clause), finding.related(accepted.head(), "tender", Vec::new()));
        }
        let response = answer.get("response").and_then(|value| Some((value, value.text()?.trim_start())));
        if let Some((value, said)) = response
            && let Some(word) = banned.iter().find(|word| said.starts_with(word.as_str()))
        {
            let finding = hearing.word(value.span, word);
            hearing.fail(key(clause), finding);
        }
    }
}

fn leads_somewhere(answer: &Value) -> bool {
    answer.get("anchor").is_some() || answer.get("evidence").is_some_and(|list| !list.items().is_empty())
}

fn see(hearing: &mut Hearing, words: &[String]) {
    for (clause, answer) in answered(hearing) {
        let Some(said) = answer.get("response").filter(|_| !leads_somewhere(answer)) else { continue };
        let text = said.text().unwrap_or_default();
        if let Some(word) = words.iter().find(|word| text.contains(word.as_str())) {
            let finding = hearing.missing(said.span, format!("{word}…"));
            hearing.fail(key(clause), finding);
        }
    }
}

fn proof(hearing: &mut Hearing) {
    for (clause, answer) in answered(hearing) {
        let Some(proof) = clause.value.get("proof").filter(|_| !leads_somewhere(answer)) else { continue };
        let mut finding = hearing.missing(answer.head(), proof.text().unwrap_or_default());
        if clause.meaning != Some("substantive") {
            finding.severity = Some(finding.severity().min(Severity::Warning));
        }
        hearing.fail(key(clause), finding.related(proof.span, "tender", Vec::new()));
    }
}

fn paths(hearing: &mut Hearing) {
    let mut seen: BTreeMap<(&str, String), &Value> = BTreeMap::new();
    for clause in &hearing.bid.clauses {
        let Some(path) = clause.value.get("path") else { continue };
        let group = clause.group.text_at("path").unwrap_or_default();
        let full = format!("{group}\u{1f}{}", path.text().unwrap_or_default());
        match seen.get(&(clause.document.id.as_str(), full.clone())) {
            Some(first) => {
                let finding = hearing.word(path.span, path.text().unwrap_or_default());
                hearing.fail(key(clause), finding.related(first.span, "other", Vec::new()));
            }
            None => {
                seen.insert((clause.document.id.as_str(), full), path);
            }
        }
    }
}

fn negative(hearing: &mut Hearing, most: usize) {
    let negative: Vec<&Value> = answered(hearing)
        .into_iter()
        .map(|(_, answer)| answer)
        .filter(|answer| answer.text_at("deviation") == Some("负偏离"))
        .collect();
    if let Some(last) = negative.last().filter(|_| negative.len() > most) {
        let span = last.get("deviation").map_or(last.head(), |value| value.span);
        let finding = hearing.differs(span, negative.len(), format!("≤ {most}"));
        hearing.fail("", finding);
    }
}

/// The lines of the price list.
pub(super) fn lines<'w>(hearing: &Hearing<'_, 'w>) -> Vec<&'w Value> {
    let Some(groups) = hearing.bid.price.and_then(|price| price.data()?.get("groups")) else {
        return Vec::new();
    };
    groups.items().iter().flat_map(|group| group.get("lines").map(Value::items).unwrap_or_default()).collect()
}

fn core_products(hearing: &mut Hearing) {
    let Some(core) = hearing.bid.asked("core_products") else { return hearing.skip("@rule-not-asked") };
    let lines = lines(hearing);
    for product in core.items() {
        let name = product.text().unwrap_or_default();
        let line = lines.iter().find(|line| line.text_at("name").map(plain) == Some(plain(name)));
        let span = match line {
            None => hearing.bid.price.map_or(hearing.bid.package.id_span, |price| price.id_span),
            Some(line) if line.get("brand").is_none() || line.get("model").is_none() => line.head(),
            Some(_) => continue,
        };
        let finding = hearing.missing(span, name).related(product.span, "tender", Vec::new());
        hearing.fail(name, finding);
    }
}

fn imports(hearing: &mut Hearing, allowed: bool) {
    if hearing.bid.asked("imports_allowed").and_then(Value::text).map_or(allowed, |text| text == "true") {
        return hearing.skip("@rule-not-asked");
    }
    for line in lines(hearing) {
        let product = referred(line).and_then(Value::text).and_then(|id| hearing.bid.workspace.document(id));
        let imported = product.and_then(Document::data).and_then(|data| data.get("imported"));
        if imported.or(line.get("imported")).and_then(Value::text) == Some("true") {
            let name = line.text_at("name").unwrap_or_default();
            let mut finding = hearing.word(line.head(), name);
            if let Some(imported) = imported {
                finding = finding.related(imported.span, "other", Vec::new());
            }
            hearing.fail(name, finding);
        }
    }
}

fn mandatory(hearing: &mut Hearing) {
    let Some(asked) = hearing.bid.asked("mandatory_certificates") else {
        return hearing.skip("@rule-not-asked");
    };
    let certificates = hearing.bid.listed("certificates");
    let opening = hearing.bid.opening();
    for item in asked.items() {
        let name = item.text().unwrap_or_default();
        let valid = |document: &&Document| {
            let data = document.data();
            let text = |key: &str| data.and_then(|data| data.text_at(key));
            let until = text("valid_to").and_then(Day::parse);
            text("name").is_some_and(|known| plain(known).contains(&plain(name)))
                && until.zip(opening).is_none_or(|(until, opening)| until >= opening)
        };
        if !certificates.iter().any(valid) {
            let span = hearing.bid.own("certificates").map_or(hearing.bid.package.id_span, Value::head);
            let finding = hearing.missing(span, name).related(item.span, "tender", Vec::new());
            hearing.fail(name, finding);
        }
    }
}
