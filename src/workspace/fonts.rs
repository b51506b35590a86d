//! Looks at the workspace's own font files, and for the families that the configuration asks for.

use super::Configuration;
use crate::diagnostic::{Finding, Findings};
use crate::render::Fonts;
use crate::source::{Sources, Span};

/// Reports files that are no fonts, and leaves them out; reports families that no file has.
pub(super) fn check(
    own: &mut Vec<(String, Vec<u8>)>,
    configuration: &Configuration,
    sources: &mut Sources,
    findings: &mut Findings,
) {
    let (fonts, broken) = Fonts::new(own.clone());
    own.retain(|(path, _)| !broken.contains(path));
    for path in &broken {
        let finding = Finding::new("font-broken", Span::file(sources.add(path, ""))).with("path", path);
        findings.push(finding.hint("format", Vec::new()));
    }
    for (wanted, fallback) in [(&configuration.serif, "Noto Serif SC"), (&configuration.sans, "Noto Sans SC")]
    {
        for (family, span) in wanted.iter().filter(|(family, _)| !fonts.has(family)) {
            let finding = Finding::new("font-unknown", *span).with("font", family).with("fallback", fallback);
            findings.push(finding.hint("own-font", Vec::new()));
        }
    }
}
