//! `bidwright.yaml`: read by its own schema, like any document.

use std::collections::BTreeMap;

use super::files::CONFIGURATION;
use super::registering;
use super::{known, severity};
use crate::calendar::{Workdays, Zone};
use crate::diagnostic::{Finding, Findings, Lang, Severity, catalogue};
use crate::folder;
use crate::kind::Kinds;
use crate::register::{Numbering, Policy};
use crate::schema::similar;
use crate::source::{FileId, Sources, Span};
use crate::value::Value;
use crate::yaml;

/// The settings of a workspace, defaults filled in.
#[derive(Clone, Debug)]
pub struct Configuration {
    pub lang: Option<Lang>,
    /// The id of the company that bids.
    pub bidder: Option<(String, Span)>,
    /// Font families before the embedded ones, with the place that names them.
    pub serif: Vec<(String, Span)>,
    pub sans: Vec<(String, Span)>,
    pub exclude: Vec<String>,
    pub fail_on: Severity,
    pub file_limit: u64,
    pub megapixels: u32,
    pub output: String,
    pub zone: Zone,
    pub numbering: Numbering,
    /// The branch that others are merged into, where it is not found by its usual names.
    pub branch: Option<String>,
    pub workdays: Workdays,
    /// Settings for rules of the policies, by the rule's id.
    pub policies: BTreeMap<String, BTreeMap<String, String>>,
    /// Weights and other figures for reports, by the report's name.
    pub reports: BTreeMap<String, BTreeMap<String, String>>,
    /// Chains of approvals and who may take their steps.
    pub policy: Policy,
    /// Severities chosen for codes; `None` switches a code off.
    rules: BTreeMap<String, Option<Severity>>,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            lang: None,
            bidder: None,
            serif: Vec::new(),
            sans: Vec::new(),
            exclude: Vec::new(),
            fail_on: Severity::Error,
            file_limit: 4096 * 1024,
            megapixels: 40,
            output: "out".to_owned(),
            zone: Zone::parse("Asia/Shanghai").expect("in the database"),
            numbering: Numbering::default(),
            branch: None,
            workdays: Workdays::default(),
            policies: BTreeMap::new(),
            reports: BTreeMap::new(),
            policy: Policy::default(),
            rules: BTreeMap::new(),
        }
    }
}

impl Configuration {
    /// Applies the workspace's severities.
    pub fn judge(&self, findings: &mut Findings) {
        findings.retain(|finding| self.rules.get(finding.code) != Some(&None));
        for finding in findings.iter_mut() {
            if let Some(Some(severity)) = self.rules.get(finding.code) {
                finding.severity = Some(*severity);
            }
        }
    }
}

/// The settings of a workspace that says nothing.
pub fn shipped() -> Configuration {
    read(None, &Kinds::shipped(), &Sources::default(), &mut Findings::default())
}

/// What a configuration says must not be looked at: its own patterns and the output folder. Faults in it are
/// reported when it is read with the workspace.
pub fn exclusions(text: &str) -> Vec<String> {
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    let file = sources.add("", text);
    let configuration = read(Some(file), &Kinds::shipped(), &sources, &mut findings);
    let output = [format!("/{}/", configuration.output)];
    configuration.exclude.into_iter().chain(output).collect()
}

pub(super) fn read(
    file: Option<FileId>,
    kinds: &Kinds,
    sources: &Sources,
    findings: &mut Findings,
) -> Configuration {
    let mut configuration = Configuration::default();
    settle(&mut configuration, kinds);
    let Some(file) = file else { return configuration };
    let text = sources.text(file);
    // A configuration of comments alone means: all defaults.
    if text.lines().all(|line| line.trim_start().is_empty() || line.trim_start().starts_with('#')) {
        return configuration;
    }
    let Some(tree) = yaml::read(file, text, yaml::Limits::default(), findings) else { return configuration };
    let Ok(schema) = kinds.configuration() else { return configuration };
    let value = schema.read(&tree, findings);
    let placed = |value: &Value| value.text().map(|text| (text.to_owned(), value.span));
    let lines = |value: Option<&Value>| value.map(|value| value.items().iter().filter_map(placed).collect());
    configuration.lang = match value.text_at("language") {
        Some("en") => Some(Lang::En),
        Some("zh") => Some(Lang::Zh),
        _ => None,
    };
    configuration.bidder = value.get("bidder").and_then(placed);
    let fonts = value.get("fonts");
    configuration.serif = lines(fonts.and_then(|fonts| fonts.get("serif"))).unwrap_or_default();
    configuration.sans = lines(fonts.and_then(|fonts| fonts.get("sans"))).unwrap_or_default();
    let exclude: Vec<(String, Span)> = lines(value.get("exclude")).unwrap_or_default();
    configuration.exclude = exclude.into_iter().map(|(pattern, _)| pattern).collect();
    if value.text_at("fail_on") == Some("warning") {
        configuration.fail_on = Severity::Warning;
    }
    if let Some(limits) = value.get("limits") {
        let number = |key: &str| limits.text_at(key).and_then(|text| text.parse::<u64>().ok());
        configuration.file_limit =
            number("file_kib").map_or(configuration.file_limit, |kib| kib.saturating_mul(1024));
        configuration.megapixels = number("image_megapixels")
            .and_then(|limit| limit.try_into().ok())
            .unwrap_or(configuration.megapixels);
    }
    registering::fill(&mut configuration, &value);
    if let Some((output, span)) = value.get("output").and_then(placed) {
        match folder::join(CONFIGURATION, &output) {
            Some(output) => configuration.output = output,
            None => findings.push(Finding::new("path-outside", span).with("path", output)),
        }
    }
    for member in value.get("rules").map(Value::members).unwrap_or_default() {
        if known(&member.key).is_none() {
            let span = member.key_span.unwrap_or(member.value.span);
            let finding = Finding::new("rule-unknown", span).with("code", &member.key);
            findings.push(match similar(&member.key, catalogue().keys().map(String::as_str)) {
                Some(near) => finding.hint("similar", vec![("similar", near.to_owned())]),
                None => finding,
            });
        }
        if let Some(word) = member.value.text() {
            configuration.rules.insert(member.key.clone(), severity(word));
        }
    }
    configuration
}

/// The shipped settings for the register, which those of the workspace then come over.
fn settle(configuration: &mut Configuration, kinds: &Kinds) {
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    let file = sources.add("defaults.yaml", include_str!("defaults.yaml"));
    let tree = yaml::read(file, sources.text(file), yaml::Limits::default(), &mut findings);
    if let (Some(tree), Ok(schema)) = (tree, kinds.configuration()) {
        registering::fill(configuration, &schema.read(&tree, &mut findings));
    }
    debug_assert!(findings.is_empty(), "the shipped settings fit their schema: {findings:?}");
}
