//! Laws of rules over bids: docs/rules.md lists them all, and nothing else.

use std::fmt::Write as _;

use bidwright::diagnostic::catalogue;
use bidwright::rules::{Level, bid};

use crate::reading::{read, report, root};

#[test]
fn the_list_of_rules_is_whole() {
    let mut list = String::from(HEAD);
    for (id, entry) in bid::shipped() {
        let level = match entry.head.severity {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "info",
            Level::Tolerated => "tolerated",
            Level::Off => "off",
        };
        let level = if entry.head.tender_fault { format!("{level}, T") } else { level.to_owned() };
        let how = match entry.codes() {
            codes if codes.is_empty() => format!("`{}`", entry.verb),
            codes => codes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(" "),
        };
        let head = &entry.head;
        let _ = writeln!(list, "| {id} | {} | {} | {level} | {how} | {} |", head.zh, head.en, head.source);
    }
    if std::env::var_os("BIDWRIGHT_ACCEPT").is_some() {
        std::fs::write(root().join("docs/rules.md"), &list).expect("the list can be written");
    }
    assert!(
        read("docs/rules.md") == list,
        "docs/rules.md is not the list of rules; BIDWRIGHT_ACCEPT=1 writes it anew"
    );
}

#[test]
fn what_holds_a_rule_elsewhere_exists() {
    let unknown = bid::shipped().iter().flat_map(|(id, entry)| {
        let codes = entry.codes();
        codes
            .into_iter()
            .filter(|code| !catalogue().contains_key(*code))
            .map(move |code| format!("{id}: no code `{code}`"))
    });
    report(unknown.collect());
}

const HEAD: &str = "\
# 投标规则 · Rules over bids

`bidwright check` 对每份投标文件逐条判断；`bidwright explain BR-Q04` 看一条规则的参数。招标概况的 `rules` 按招标文件调整级别和参数，`waivers`
写明谁为哪一处负责到哪一天。T：招标文件自身的毛病，应要求澄清。最后一列的代码表示该规则由单独的问题检查。法规以所列日期的文本为准。

`bidwright check` holds every bid against these; `bidwright explain BR-Q04` shows a rule's parameters. `rules` of the tender
profile sets severity and parameters to what the tender says, `waivers` names who answers for what until when. T: a fault of the
tender itself, to be asked about. Codes in the place of a verb: findings of their own hold the rule.

**不做的事 · Refused on purpose**：为几家投标人制作同一份投标文件的变体。Variants of one bid for several bidders are not made.

| 编号 | 要求 | Rule | 级别 | 动词 · Verb | 依据 · Source |
|---|---|---|---|---|---|
";
