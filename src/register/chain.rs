//! Who has to approve what, in which order: chains of approvals and the people who may take their steps.

use std::collections::BTreeMap;

/// The rules for approvals of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Chains by name; kinds of documents name theirs.
    pub chains: BTreeMap<String, Chain>,
    /// Titles of roles by their names.
    pub roles: BTreeMap<String, String>,
    /// Empty where nobody is listed; then roles are not checked.
    pub people: Vec<Person>,
}

/// The steps of a chain. Steps of one group may be taken in any order; groups one after the other.
pub type Chain = Vec<Vec<Step>>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub name: String,
    pub title: String,
    /// Roles that may take it; anybody where there are none.
    pub roles: Vec<String>,
    /// Whether it is taken by somebody from outside, such as the customer.
    pub outside: bool,
    /// Whether an opinion must be given.
    pub opinion: bool,
}

/// Somebody who writes or approves documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    /// Their document in the library, if there is one.
    pub document: Option<String>,
    /// What git knows them by.
    pub emails: Vec<String>,
    pub roles: Vec<String>,
}

impl Policy {
    /// Finds somebody by name, e-mail or the id of their document or its last part.
    pub fn person(&self, text: &str) -> Option<&Person> {
        self.people.iter().find(|person| {
            let id = person.document.as_deref().unwrap_or_default();
            let last = id.rsplit('/').next().unwrap_or_default();
            person.name == text
                || (!id.is_empty() && (id == text || last == text))
                || person.emails.iter().any(|email| email.eq_ignore_ascii_case(text))
        })
    }

    /// The title of a role, or its name where it has none.
    pub fn role<'t>(&'t self, name: &'t str) -> &'t str {
        self.roles.get(name).map_or(name, String::as_str)
    }

    /// Everybody who has one of the roles of a step.
    pub fn holders(&self, step: &Step) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| person.roles.iter().any(|role| step.roles.contains(role)))
    }
}
