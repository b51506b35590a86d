//! What an amendment (澄清, 补遗) of the buyer touches in a bid: answers, the texts that they point to, prices, documents.

use super::{Bid, Clause, items, referred};
use crate::document::Document;
use crate::value::{Meaning, Value};

/// All that one amendment touches.
pub struct Touched<'w> {
    pub id: &'w str,
    pub title: &'w str,
    /// `2026-05-15`
    pub issued: &'w str,
    /// Whether the bid says that it was received.
    pub acknowledged: bool,
    /// The clauses that it names, in the order of the tender.
    pub clauses: Vec<Answered<'w>>,
    /// Lines of the list of prices for the items that it names, and for what answers to its clauses name as evidence.
    pub lines: Vec<&'w Value>,
    /// The documents that answers, texts and lines stand in, the package first.
    pub documents: Vec<&'w Document>,
}

/// A touched clause and what the bid says to it.
pub struct Answered<'w> {
    pub clause: &'w str,
    pub path: &'w str,
    pub mark: Option<&'w str>,
    pub answer: Option<&'w Value>,
    /// A later amendment changed the clause as well: it is that one which has to be confirmed.
    pub later: Option<&'w str>,
    /// The answer was looked at again after the last amendment of the clause.
    pub confirmed: bool,
    /// Where in the volumes the answer is.
    pub anchor: Option<&'w str>,
}

/// The amendments of a bid's tender, in the order in which they came.
pub fn touched<'w>(bid: &Bid<'w>) -> Vec<Touched<'w>> {
    let acknowledged = |id: &str| {
        bid.own("acknowledged").is_some_and(|list| list.items().iter().any(|known| known.text() == Some(id)))
    };
    let amendments = bid.asked("amendments").map(Value::items).unwrap_or_default();
    let about = |amendment: &'w Value| {
        let id = amendment.text_at("id")?;
        let named: Vec<&str> = items(Some(amendment), "clauses").iter().filter_map(Value::text).collect();
        let is_named =
            |clause: &&Clause<'w>| clause.value.text_at("id").is_some_and(|it| named.contains(&it));
        let clauses: Vec<&Clause<'w>> = bid.clauses.iter().filter(is_named).collect();
        let lines = lines(bid, amendment, &clauses);
        Some(Touched {
            id,
            title: amendment.text_at("title").unwrap_or(id),
            issued: amendment.text_at("issued").unwrap_or_default(),
            acknowledged: acknowledged(id),
            documents: documents(bid, &clauses, !lines.is_empty()),
            clauses: clauses.into_iter().map(|clause| answered(clause, id)).collect(),
            lines,
        })
    };
    amendments.iter().filter_map(about).collect()
}

fn answered<'w>(clause: &Clause<'w>, amendment: &str) -> Answered<'w> {
    let answer = clause.answers.first().map(|(_, answer)| *answer);
    let last = clause.amendment.and_then(|last| last.text_at("id"));
    Answered {
        clause: clause.value.text_at("id").unwrap_or_default(),
        path: clause.value.text_at("path").unwrap_or_default(),
        mark: clause.mark,
        answer,
        later: last.filter(|last| *last != amendment),
        confirmed: answer.is_some_and(|answer| answer.text_at("confirmed") == last),
        anchor: answer.and_then(|answer| answer.text_at("anchor")),
    }
}

/// Lines of the list of prices that are called like an item of the amendment, or refer to what the answers name as evidence.
fn lines<'w>(bid: &Bid<'w>, amendment: &Value, clauses: &[&Clause<'w>]) -> Vec<&'w Value> {
    let named: Vec<&str> = items(Some(amendment), "items").iter().filter_map(Value::text).collect();
    let answers = clauses.iter().flat_map(|clause| &clause.answers);
    let evidence: Vec<&str> =
        answers.flat_map(|(_, answer)| items(Some(answer), "evidence")).filter_map(Value::text).collect();
    let groups = items(bid.price.and_then(Document::data), "groups").iter();
    let lines = groups.flat_map(|group| items(Some(group), "lines"));
    let is_touched = |line: &&Value| {
        line.text_at("name").is_some_and(|name| named.contains(&name))
            || referred(line).and_then(Value::text).is_some_and(|document| evidence.contains(&document))
    };
    lines.filter(is_touched).collect()
}

fn documents<'w>(bid: &Bid<'w>, clauses: &[&Clause<'w>], priced: bool) -> Vec<&'w Document> {
    let mut found: Vec<&Document> = vec![bid.package];
    let mut add = |document: &'w Document| {
        if !found.iter().any(|known| known.id == document.id) {
            found.push(document);
        }
    };
    for (document, answer) in clauses.iter().flat_map(|clause| &clause.answers) {
        add(document);
        let Some(anchor) = answer.text_at("anchor") else { continue };
        bid.documents().into_iter().filter(|document| holds(bid, document, anchor)).for_each(&mut add);
    }
    bid.price.filter(|_| priced).into_iter().for_each(&mut add);
    // Without either an amendment touches nothing but what is said of it.
    if clauses.is_empty() && !priced { Vec::new() } else { found }
}

/// Whether a text of the document has the anchor.
fn holds(bid: &Bid, document: &Document, anchor: &str) -> bool {
    let mut found = false;
    document.value.walk(&mut |value| {
        let prose = (value.meaning == Meaning::Prose).then(|| bid.workspace.prose_of(value)).flatten();
        found |= prose.is_some_and(|prose| prose.anchors.iter().any(|(known, _)| known == anchor));
    });
    found
}
