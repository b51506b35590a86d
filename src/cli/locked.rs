//! `--locked`: nothing may change. What would have to be written is a finding instead.

use std::collections::BTreeMap;
use std::path::Path;

use super::Opened;
use crate::diagnostic::{Finding, Findings};
use crate::disk;
use crate::package::Build;
use crate::source::Span;

/// Documents that a number would have to be given to.
pub(super) fn numbers(opened: &mut Opened) {
    let Opened { workspace, findings, .. } = opened;
    let mut raised = Findings::default();
    for document in &workspace.documents {
        if workspace.code(document).is_some() && workspace.register.of(&document.id).next().is_none() {
            raised.push(Finding::new("locked-number", document.id_span).with("document", &document.id));
        }
    }
    workspace.configuration.judge(&mut raised);
    findings.extend(raised);
    findings.settle(&workspace.sources);
}

/// Files of a build that are not in the output folder, or are other there. Manifest and self-check tell of the commit, which
/// is another as soon as they are committed.
pub(super) fn outputs(opened: &mut Opened, out: &Path, build: &Build) {
    let printed = build.outputs.iter().filter(|output| output.document.is_some());
    let files: BTreeMap<String, Vec<u8>> = printed
        .filter_map(|output| Some((output.file.clone(), build.files.get(&output.file)?.clone())))
        .collect();
    let Opened { workspace, findings, .. } = opened;
    let configuration = workspace.sources.find("bidwright.yaml");
    let place = configuration.unwrap_or_else(|| workspace.sources.add("bidwright.yaml", ""));
    let mut raised = Findings::default();
    for (path, there) in disk::differing(out, &files) {
        let state = if there { "@locked-other" } else { "@locked-missing" };
        let finding = Finding::new("locked-output", Span::file(place)).with("file", path);
        raised.push(finding.with("state", state));
    }
    workspace.configuration.judge(&mut raised);
    findings.extend(raised);
    findings.settle(&workspace.sources);
}
