//! One bid: a package, the tender that it answers, and the documents that it is made of.

use super::{Clause, clauses, items, responses};
use crate::amount::{Amount, Unit};
use crate::calendar::Day;
use crate::document::Document;
use crate::kind::Role;
use crate::value::{Meaning, Value};
use crate::workspace::Workspace;

/// A package with everything that its rules and views look at. Whatever is missing is simply not there.
pub struct Bid<'w> {
    pub workspace: &'w Workspace,
    pub package: &'w Document,
    pub profile: Option<&'w Document>,
    pub scoring: Option<&'w Document>,
    pub price: Option<&'w Document>,
    pub terms: Option<&'w Document>,
    pub company: Option<&'w Document>,
    pub responses: Vec<&'w Document>,
    /// The clauses in the order of the tender, each with its answers.
    pub clauses: Vec<Clause<'w>>,
}

/// The document that an item refers to: the person of a post, the product of a line.
pub fn referred(item: &Value) -> Option<&Value> {
    item.members().iter().map(|member| &member.value).find(|value| value.meaning == Meaning::Ref)
}

/// The bidder that a package names.
fn bidder<'w>(workspace: &'w Workspace, package: &'w Document) -> Option<&'w Document> {
    let fields = package.data()?.members().iter();
    let mut named = fields.filter_map(|member| workspace.document(member.value.text()?));
    named.find(|document| document.kind.about.role == Some(Role::Bidder))
}

/// The bids of a workspace, in the order of their paths.
pub fn bids(workspace: &Workspace) -> Vec<Bid<'_>> {
    let packages =
        workspace.documents.iter().filter(|document| document.kind.about.role == Some(Role::Package));
    packages.map(|package| Bid::new(workspace, package)).collect()
}

impl<'w> Bid<'w> {
    pub fn new(workspace: &'w Workspace, package: &'w Document) -> Self {
        let project = package.project.as_deref();
        let named = |field: &str| workspace.document(package.data()?.text_at(field)?);
        let first = |role| workspace.with_role(project, role).next();
        let responses = responses(workspace, package);
        Self {
            workspace,
            package,
            profile: named("tender").or_else(|| first(Role::Profile)),
            scoring: first(Role::Scoring),
            price: named("price").or_else(|| first(Role::Prices)),
            terms: named("terms"),
            company: bidder(workspace, package).or_else(|| first(Role::Bidder)),
            clauses: clauses(workspace, project, &responses),
            responses,
        }
    }

    /// A field of the tender's profile.
    pub fn asked(&self, field: &str) -> Option<&'w Value> {
        self.profile?.data()?.get(field)
    }

    /// A field of the package.
    pub fn own(&self, field: &str) -> Option<&'w Value> {
        self.package.data()?.get(field)
    }

    /// The legal family of the tender; empty where it does not say.
    pub fn family(&self) -> &'w str {
        self.asked("family").and_then(Value::text).unwrap_or_default()
    }

    /// The field of the package that names a document.
    pub fn naming(&self, document: &Document) -> Option<&'w Value> {
        let mut fields = self.package.data()?.members().iter().map(|member| &member.value);
        fields.find(|value| value.text() == Some(document.id.as_str()))
    }

    /// The unit that the price list is in.
    pub fn unit(&self) -> Unit {
        let named = self.price.and_then(|price| Unit::parse(price.data()?.text_at("price_unit")?));
        named.unwrap_or_default()
    }

    /// The total of the price list in 元, like every amount of the tender; none where it has no total.
    pub fn total(&self) -> Option<Amount> {
        self.unit().in_yuan(self.price?.data()?.get("total")?.amount()?)
    }

    /// A field of the bid's own commercial terms.
    pub fn offered(&self, field: &str) -> Option<&'w Value> {
        self.terms?.data()?.get(field)
    }

    /// The day that bids are opened: the deadline.
    pub fn opening(&self) -> Option<Day> {
        Day::parse(self.asked("deadline")?.text()?)
    }

    /// What the tender changes in a rule.
    pub fn settings(&self, rule: &str) -> Option<&'w Value> {
        self.asked("rules")?.get(rule)
    }

    /// Volumes of the package with their chapters.
    pub fn volumes(&self) -> &'w [Value] {
        items(self.package.data(), "volumes")
    }

    /// All chapters, each with its volume.
    pub fn chapters(&self) -> impl Iterator<Item = (&'w Value, &'w Value)> {
        self.volumes()
            .iter()
            .flat_map(|volume| items(Some(volume), "chapters").iter().map(move |chapter| (volume, chapter)))
    }

    /// Documents named in a list of the package.
    pub fn listed(&self, field: &str) -> Vec<&'w Document> {
        let named = self.own(field).map(Value::items).unwrap_or_default();
        named.iter().filter_map(|value| self.workspace.document(value.text()?)).collect()
    }

    /// The documents that are the bidder's own words in this bid: the package, its price list, terms and responses,
    /// and what is set as a chapter.
    pub fn documents(&self) -> Vec<&'w Document> {
        let mut all = vec![self.package];
        all.extend(self.price.into_iter().chain(self.terms));
        all.extend(&self.responses);
        let chapters = self.chapters().filter_map(|(_, chapter)| chapter.text_at("document"));
        all.extend(chapters.filter_map(|id| self.workspace.document(id)));
        all
    }
}
