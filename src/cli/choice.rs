//! Which part of a workspace a run is about: what has changed since a revision, and one share of many.

use std::collections::BTreeSet;

use super::{Opened, words};
use crate::digest;
use crate::git::Repository;
use crate::package::Scope;
use crate::workspace::{Reach, reach};

/// One of `count` shares of the projects, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    index: u64,
    count: u64,
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts =
            text.split_once('/').and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        match parts {
            Some((index, count)) if 1 <= index && index <= count => Ok(Self { index, count }),
            _ => Err("1/4".to_owned()),
        }
    }
}

impl Shard {
    /// Whether a project belongs to this share. It depends on the name alone, so a new project moves none of the others.
    fn holds(self, project: &str) -> bool {
        let digest = digest::of(project.as_bytes());
        let number = u64::from_str_radix(&digest[..15], 16).unwrap_or_default();
        number % self.count + 1 == self.index
    }
}

/// What a run is about.
pub(super) struct Choice {
    shard: Option<Shard>,
    reach: Reach,
    changed: BTreeSet<String>,
}

impl Choice {
    /// The inner error is a message to the user.
    pub(super) fn of(opened: &Opened, since: Option<&str>, shard: Option<Shard>) -> Result<Self, String> {
        let Some(since) = since else {
            return Ok(Self { shard, reach: Reach::Everything, changed: BTreeSet::new() });
        };
        let refused = |refusal| words::no_revision(&refusal, opened.lang);
        let repository = Repository::find(&opened.root).map_err(refused)?;
        let commit = repository.resolve(since).map_err(refused)?;
        let changed = repository.changed_since(&commit);
        Ok(Self { shard, reach: reach(&opened.workspace, &changed), changed })
    }

    /// Whether a run is about a project; about what belongs to no project, where there is none.
    fn holds(&self, project: Option<&str>) -> bool {
        let mine = self.shard.is_none_or(|shard| shard.holds(project.unwrap_or_default()));
        mine && match (&self.reach, project) {
            (Reach::Everything, _) => true,
            (Reach::Projects(projects), Some(project)) => projects.contains(project),
            (Reach::Projects(_), None) => !self.changed.is_empty(),
        }
    }

    /// Leaves out findings in what the run is not about. What is found between two files counts for both.
    pub(super) fn narrow(&self, opened: &mut Opened) {
        let Opened { workspace, findings, .. } = opened;
        findings.retain(|finding| {
            let project = |span: crate::source::Span| {
                let path = workspace.sources.path(span.file);
                path.strip_prefix("projects/")
                    .and_then(|rest| rest.split_once('/'))
                    .map(|(project, _)| project)
            };
            let among = |span: crate::source::Span| self.changed.contains(workspace.sources.path(span.file));
            let mine = self.shard.is_none_or(|shard| shard.holds(project(finding.span).unwrap_or_default()));
            self.holds(project(finding.span))
                || (mine && finding.related.iter().any(|(span, _)| among(*span)))
        });
    }

    /// The parts of scopes that the run is about.
    pub(super) fn scopes(&self, opened: &Opened, scopes: Vec<Scope>) -> Vec<Scope> {
        if self.shard.is_none() && self.reach == Reach::Everything {
            return scopes;
        }
        let workspace = &opened.workspace;
        let each = |scope: Scope| -> Vec<Scope> {
            match scope {
                Scope::All => {
                    let own = workspace.projects().into_iter().filter(|project| self.holds(Some(project)));
                    own.map(|project| Scope::Project(project.to_owned())).collect()
                }
                Scope::Project(project) => {
                    let kept = self.holds(Some(&project));
                    Some(Scope::Project(project)).filter(|_| kept).into_iter().collect()
                }
                Scope::Document(id) => {
                    let project = workspace.document(&id).and_then(|document| document.project.as_deref());
                    let kept = self.holds(project);
                    Some(Scope::Document(id)).filter(|_| kept).into_iter().collect()
                }
                Scope::Folder(folder) => {
                    let project = folder.strip_prefix("projects/").and_then(|rest| rest.split('/').next());
                    let kept = self.holds(project);
                    Some(Scope::Folder(folder)).filter(|_| kept).into_iter().collect()
                }
            }
        };
        scopes.into_iter().flat_map(each).collect()
    }
}
