//! Every rule of bids has a case that injects one fault into a sound bid, and exactly that rule fires.
//!
//! `tests/bids/<family>.yaml`: for each rule a list of cases. The sound bid is the workspace that `init` writes.
//!
//! ```yaml
//! BR-Q01:
//!   - name: what is wrong
//!     replace: [{ in: path, old: text that stands there once, new: other text }]
//!     copy: [{ from: path, to: path, old: text, new: text }]   # a second file that is nearly the same
//!     add: { path: text }                                      # files of its own
//!     remove: [path]
//!     expect: code        # what the rule raises; without it the rule must accept the case
//!     place: path:line    # where, if it matters
//!     severity: error     # how loud, if it matters
//!     at: 2026-03-27      # the day to judge from, if not the opening
//!     also: [code]        # other findings that the fault cannot be had without
//!     verdict: fail       # the outcome, if it is not told by the rest
//!     pages: true         # set the volumes and judge them too; always so for a rule that only pages can tell of
//! ```

use std::collections::{BTreeMap, BTreeSet};

use bidwright::calendar::Day;
use bidwright::diagnostic::{Finding, Findings};
use bidwright::folder::Folder;
use bidwright::package::{self, Options, Progress, Scope};
use bidwright::render::Standard;
use bidwright::rules::bid;
use bidwright::select::Guide;
use bidwright::tender::Pages;
use bidwright::workspace::Workspace;
use bidwright::{shipped, tender, workspace};
use serde::Deserialize;

use crate::stage::{files, repository};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    replace: Vec<Replace>,
    #[serde(default)]
    copy: Vec<Copy>,
    #[serde(default)]
    add: BTreeMap<String, String>,
    #[serde(default)]
    remove: Vec<String>,
    expect: Option<String>,
    place: Option<String>,
    severity: Option<String>,
    at: Option<String>,
    #[serde(default)]
    also: Vec<String>,
    verdict: Option<String>,
    #[serde(default)]
    pages: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replace {
    r#in: String,
    old: String,
    new: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Copy {
    from: String,
    to: String,
    old: String,
    new: String,
}

pub type Texts = BTreeMap<String, String>;

pub fn sound() -> Texts {
    shipped::start().map(|(path, text)| (path, text.to_owned())).collect()
}

#[test]
fn the_base_is_sound() {
    let (findings, verdicts) = judge(&sound(), None, true);
    assert_eq!(findings, Vec::<String>::new());
    let bad: Vec<String> =
        verdicts.into_iter().filter(|(_, outcome)| outcome == "fail").map(|(rule, _)| rule).collect();
    assert_eq!(bad, Vec::<String>::new());
}

#[test]
fn one_fault_fires_one_rule() {
    let mut wrong = Vec::new();
    let mut faults: BTreeSet<String> = BTreeSet::new();
    for (name, text) in files(&repository().join("tests/bids")) {
        let pack: BTreeMap<String, Vec<Case>> =
            serde_yaml::from_slice(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for (id, cases) in pack {
            for case in cases {
                if case.expect.is_some() {
                    faults.insert(id.clone());
                }
                if let Err(problem) = hold(&id, &case) {
                    wrong.push(format!("{id}, {}: {problem}", case.name));
                }
            }
        }
    }
    for id in bid::shipped().keys().filter(|id| !faults.contains(*id)) {
        wrong.push(format!("{id} has no case that it fires in"));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn hold(id: &str, case: &Case) -> Result<(), String> {
    let mut texts = sound();
    for copy in &case.copy {
        let text = texts.get(&copy.from).ok_or(format!("there is no {}", copy.from))?;
        once(text, &copy.old).map_err(|problem| format!("{}: {problem}", copy.from))?;
        let text = text.replacen(&copy.old, &copy.new, 1);
        texts.insert(copy.to.clone(), text);
    }
    texts.extend(case.add.clone());
    for replace in &case.replace {
        let text = texts.get_mut(&replace.r#in).ok_or(format!("there is no {}", replace.r#in))?;
        once(text, &replace.old).map_err(|problem| format!("{}: {problem}", replace.r#in))?;
        *text = text.replacen(&replace.old, &replace.new, 1);
    }
    for path in &case.remove {
        texts.remove(path).ok_or(format!("there is no {path}"))?;
    }
    let late = bid::shipped().get(id).is_some_and(|entry| entry.head.stage == bid::Stage::Pages);
    let (findings, verdicts) = judge(&texts, case.at.as_deref(), case.pages || late);
    let mut fired = Vec::new();
    for line in &findings {
        let parts: Vec<&str> = line.splitn(5, ' ').collect();
        let [place, severity, code, rule, words] = parts[..] else { return Err(format!("odd: {line}")) };
        if case.also.iter().any(|also| also == code) {
            continue;
        }
        let elsewhere = bid::shipped().get(id).is_some_and(|entry| entry.codes().contains(&code));
        if rule != id && !elsewhere {
            return Err(format!("a neighbour fires: {line}"));
        }
        fired.push((place.to_owned(), severity.to_owned(), code.to_owned(), words.to_owned()));
    }
    let codes: BTreeSet<&str> = fired.iter().map(|(_, _, code, _)| code.as_str()).collect();
    let wanted: BTreeSet<&str> = case.expect.as_deref().into_iter().collect();
    if codes != wanted {
        return Err(format!("expected {wanted:?}, but {findings:#?}"));
    }
    let any = |wanted: &Option<String>, found: fn(&(String, String, String, String)) -> &String| {
        wanted.as_ref().is_none_or(|wanted| fired.iter().any(|one| found(one) == wanted))
    };
    if !any(&case.place, |one| &one.0) || !any(&case.severity, |one| &one.1) {
        return Err(format!("another place or severity: {findings:#?}"));
    }
    let outcome = verdicts.get(id).map(String::as_str);
    match &case.verdict {
        Some(verdict) if outcome != Some(verdict) => Err(format!("the verdict is {outcome:?}")),
        None if case.expect.is_none() && outcome == Some("fail") => Err("it fails".to_owned()),
        _ => Ok(()),
    }
}

fn once(text: &str, old: &str) -> Result<(), String> {
    match text.matches(old).count() {
        1 => Ok(()),
        count => Err(format!("`{old}` stands there {count} times")),
    }
}

/// Nobody is told anything.
struct Silence;

impl Progress for Silence {
    fn begin(&self, _: &str) {}
    fn done(&self, _: &str, _: usize) {}
}

/// The finished volumes of all bids; what is wrong with setting them is a finding.
pub fn set(workspace: &mut Workspace, findings: &mut Findings) -> BTreeMap<String, Pages> {
    let bids =
        tender::bids(workspace).iter().map(|bid| Scope::Document(bid.package.id.clone())).collect::<Vec<_>>();
    let options = Options { viewer: None, standard: Standard::Pdf17, draft: true };
    package::build(workspace, &bids, options, &package::Bare, &Silence, findings).pages
}

/// All findings as `path:line severity code rule message`, and how every rule came out.
fn judge(texts: &Texts, at: Option<&str>, pages: bool) -> (Vec<String>, BTreeMap<String, String>) {
    let mut folder = Folder::default();
    for (path, text) in texts {
        folder.add(path, text.clone());
    }
    let (mut workspace, mut findings) = workspace::read(folder);
    let pages = if pages { set(&mut workspace, &mut findings) } else { BTreeMap::new() };
    let at = at.map(|text| Day::parse(text).unwrap_or_else(|| panic!("{text} is no day")));
    tender::check(&workspace, &mut findings);
    let guide = Guide::new(&workspace);
    let mut verdicts = BTreeMap::new();
    for one in tender::bids(&workspace) {
        let late = pages.get(&one.package.id).map(|pages| bid::review(&guide, &one, at, Some(pages)));
        for mut judgement in [bid::judge(&guide, &one, at)].into_iter().chain(late) {
            let outcomes = judgement.verdicts.drain(..);
            verdicts.extend(outcomes.map(|verdict| (verdict.rule, verdict.outcome.name().to_owned())));
            findings.extend(judgement.findings);
        }
    }
    findings.settle(&workspace.sources);
    let line = |finding: &Finding| {
        let place = &workspace.sources;
        let line = place.get(finding.span.file).position(finding.span.start as usize).line;
        let rule = finding.args.iter().find(|(name, _)| *name == "rule").map_or("-", |(_, rule)| rule);
        format!(
            "{}:{line} {} {} {rule} {}",
            place.path(finding.span.file),
            finding.severity().name(),
            finding.code,
            finding.message(bidwright::diagnostic::Lang::Zh)
        )
    };
    let lines = findings.iter().map(line).collect();
    (lines, verdicts)
}
