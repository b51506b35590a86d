//! `bidwright amendments`: what the buyer's amendments touch: answers and their pages, prices, approvals.

use serde::Serialize;

use super::args::{Amendments, Format};
use super::cache::Cache;
use super::surroundings::Surroundings;
use super::{CLEAN, FINDINGS, open, show, words};
use crate::calendar::Day;
use crate::diagnostic::{Findings, Lang};
use crate::disk::Failure;
use crate::document::Document;
use crate::package::{self, Options, Scope};
use crate::render::Standard;
use crate::tender::{self, Answered, Pages, Touched};
use crate::workspace::Workspace;

/// An amendment as a program reads it.
#[derive(Serialize)]
pub(super) struct Row {
    pub bid: String,
    pub id: String,
    pub title: String,
    pub issued: String,
    pub acknowledged: bool,
    pub clauses: Vec<Clause>,
    pub prices: Vec<String>,
    pub approvals: Vec<Approval>,
}

#[derive(Serialize)]
pub(super) struct Clause {
    pub id: String,
    pub path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    pub state: State,
    /// The last amendment of the clause, where it is a later one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub later: Option<String>,
    /// Where the answer stands: volume and printed pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    Confirmed,
    /// Answered, but not looked at since.
    Open,
    Unanswered,
}

#[derive(Serialize)]
pub(super) struct Place {
    pub volume: String,
    pub page: String,
    pub last: String,
}

/// A decision about a touched document that was taken before the amendment came.
#[derive(Serialize)]
pub(super) struct Approval {
    pub document: String,
    pub step: String,
    pub person: String,
    pub date: String,
}

pub(super) fn run(
    command: &Amendments,
    lang: Option<Lang>,
    surroundings: &Surroundings,
) -> Result<u8, Failure> {
    let mut opened = open(&command.path, lang, surroundings)?;
    let scope = opened.scope(&command.path)?;
    let lang = opened.lang;
    let within = |package: &Document| match &scope {
        Scope::Project(project) => package.project.as_ref() == Some(project),
        Scope::Document(id) => package.id == *id,
        Scope::All | Scope::Folder(_) => true,
    };
    let bids = tender::bids(&opened.workspace);
    let asked = bids.iter().filter(|bid| within(bid.package) && !tender::touched(bid).is_empty());
    let scopes: Vec<Scope> = asked.map(|bid| Scope::Document(bid.package.id.clone())).collect();
    drop(bids);
    // As a draft: what has to be confirmed stands in the way of every other build.
    let options = Options { viewer: None, standard: Standard::Pdf17, draft: true };
    let cache = Cache::of(&opened, &command.keep);
    let mut raised = Findings::default();
    let build = package::build(&mut opened.workspace, &scopes, options, &cache, &Silence, &mut raised);
    cache.trim();
    let none = Pages::default();
    let mut rows = Vec::new();
    for bid in tender::bids(&opened.workspace).iter().filter(|bid| within(bid.package)) {
        let pages = build.pages.get(&bid.package.id).unwrap_or(&none);
        let all = tender::touched(bid).into_iter();
        let asked = all.filter(|touched| command.id.as_deref().is_none_or(|id| touched.id == id));
        rows.extend(asked.map(|touched| row(&opened.workspace, bid.package, &touched, pages)));
    }
    let open = rows.iter().any(|row| !row.acknowledged || row.clauses.iter().any(Clause::waits));
    if command.format == Format::Json {
        let json = serde_json::to_string_pretty(&serde_json::json!({ "amendments": rows }));
        show::line(&json.unwrap_or_default());
    } else if rows.is_empty() {
        show::tell(&words::no_amendments(command.id.as_deref(), lang));
    } else {
        rows.iter().for_each(|row| show::line(&words::amendment(row, lang)));
    }
    Ok(if open { FINDINGS } else { CLEAN })
}

struct Silence;

impl package::Progress for Silence {
    fn begin(&self, _: &str) {}
    fn done(&self, _: &str, _: usize) {}
}

impl Clause {
    /// Whether somebody still has to answer it, or to look at the answer.
    pub(super) fn waits(&self) -> bool {
        self.state != State::Confirmed
    }
}

fn row(workspace: &Workspace, package: &Document, touched: &Touched, pages: &Pages) -> Row {
    Row {
        bid: package.id.clone(),
        id: touched.id.to_owned(),
        title: touched.title.to_owned(),
        issued: touched.issued.to_owned(),
        acknowledged: touched.acknowledged,
        clauses: touched.clauses.iter().map(|answered| clause(answered, pages)).collect(),
        prices: touched.lines.iter().filter_map(|line| line.text_at("name")).map(str::to_owned).collect(),
        approvals: touched
            .documents
            .iter()
            .flat_map(|document| approvals(workspace, document, touched.issued))
            .collect(),
    }
}

fn clause(answered: &Answered, pages: &Pages) -> Clause {
    let found = answered.anchor.and_then(|anchor| {
        pages.volumes.iter().find_map(|volume| Some((volume, volume.anchors.get(anchor)?)))
    });
    Clause {
        id: answered.clause.to_owned(),
        path: answered.path.to_owned(),
        mark: answered.mark.map(str::to_owned),
        state: match (answered.answer, answered.confirmed) {
            (None, _) => State::Unanswered,
            (Some(_), true) => State::Confirmed,
            (Some(_), false) => State::Open,
        },
        later: answered.later.map(str::to_owned),
        place: found.map(|(volume, place)| Place {
            volume: volume.title.clone(),
            page: place.page.clone(),
            last: place.last.clone(),
        }),
    }
}

/// Decisions that still count although they are older than the amendment.
fn approvals(workspace: &Workspace, document: &Document, issued: &str) -> Vec<Approval> {
    let Some(standing) = workspace.standing(document) else { return Vec::new() };
    let older = |date: &str| matches!((Day::parse(date), Day::parse(issued)), (Some(date), Some(issued)) if date <= issued);
    let decisions = standing.decisions.iter().filter(|decision| decision.valid && older(&decision.fact.date));
    let approval = |decision: &crate::register::Decision| Approval {
        document: document.id.clone(),
        step: decision.approval.step.clone(),
        person: decision.fact.person.clone(),
        date: decision.fact.date.clone(),
    };
    decisions.map(approval).collect()
}
