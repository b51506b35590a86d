//! Documents that stand on others: when those were revised later, somebody has to look again (002 §四(四)1).

use serde::Deserialize;

use super::Court;
use crate::document::Document;
use crate::register::{Fact, Version};
use crate::select::{Rows, Way};
use crate::workspace::Workspace;

#[derive(Clone, Debug, Deserialize)]
pub struct Current {
    #[serde(flatten)]
    rows: Rows,
    /// From a document to those that it stands on.
    on: Way,
}

impl Current {
    pub(super) fn judge(&self, court: &mut Court) {
        let workspace = court.guide.workspace;
        for row in self.rows.find(court.guide) {
            let Some((own, fact)) = latest(workspace, row.document) else { continue };
            for base in court.guide.walk(&row, &self.on) {
                let Some((version, revised)) = latest(workspace, base.document) else { continue };
                if revised.date > fact.date {
                    let finding =
                        court.finding("policy-stale", &row).with("version", own).with("date", &fact.date);
                    let finding = finding.with("base", &base.document.id).with("revised", version);
                    court.raise(
                        &row,
                        finding.with("later", &revised.date).related(
                            base.document.id_span,
                            "base",
                            Vec::new(),
                        ),
                    );
                }
            }
        }
    }
}

/// The latest version of a document, with the fact that recorded it.
fn latest<'w>(workspace: &'w Workspace, document: &Document) -> Option<(Version, &'w Fact)> {
    let record = workspace.register.of(&document.id).next()?;
    let (version, _, fact) = record.history().last()?;
    Some((version, fact))
}
