//! The words of numbers, versions and approvals on the command line.

use crate::diagnostic::Lang;
use crate::register::{Policy, Refusal, Verdict, Version};
use crate::registrar::Proof;

pub(in crate::cli) fn nobody(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "不知道是谁在登记：用 --as 写上姓名，或设置 `git config user.name`",
        Lang::En => "nobody to put down: name a person with --as, or set `git config user.name`",
    }
}

pub(in crate::cli) fn no_document(text: &str, near: Option<&str>, lang: Lang) -> String {
    match (near, lang) {
        (Some(near), Lang::Zh) => format!("没有编号、标识或文件是 `{text}` 的文档；是不是 `{near}`？"),
        (None, Lang::Zh) => format!("没有编号、标识或文件是 `{text}` 的文档"),
        (Some(near), Lang::En) => {
            format!("no document has the number, id or file `{text}`; did you mean `{near}`?")
        }
        (None, Lang::En) => format!("no document has the number, id or file `{text}`"),
    }
}

pub(in crate::cli) fn no_number(id: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{id} 还没有编号，先运行 `bidwright number`"),
        Lang::En => format!("{id} has no number yet; run `bidwright number` first"),
    }
}

pub(in crate::cli) fn exhausted(code: &str, month: &str, last: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!(
            "{code} 在 {month} 的编号已用到 {last}，没有可用的了；编号不会加长，请换下个月的日期或另设阶段代码"
        ),
        Lang::En => format!(
            "the numbers of {code} in {month} are used up to {last}; numbers never get longer: take a day of the next month or another stage code"
        ),
    }
}

pub(in crate::cli) fn numbered(new: usize, known: usize, dry_run: bool, lang: Lang) -> String {
    match (dry_run, lang) {
        (false, Lang::Zh) => format!("新编号 {new} 个，原有 {known} 个"),
        (true, Lang::Zh) => format!("将新编号 {new} 个，原有 {known} 个；没有写入"),
        (false, Lang::En) => format!("{new} new numbers, {known} known"),
        (true, Lang::En) => format!("{new} numbers would be given, {known} are known; nothing was written"),
    }
}

pub(in crate::cli) fn no_git(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "这里没有 git 仓库，无法占号或解决冲突",
        Lang::En => "there is no git repository here: nothing can be claimed or resolved",
    }
}

pub(in crate::cli) fn unreachable(reason: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("连不上远程仓库，编号只登记在本地，合并时才会发现冲突：{reason}"),
        Lang::En => format!(
            "the remote cannot be reached; numbers stand here only, and a collision shows when branches are merged: {reason}"
        ),
    }
}

pub(in crate::cli) fn voided(number: &str, new: bool, lang: Lang) -> String {
    match (new, lang) {
        (true, Lang::Zh) => format!("{number} 已作废，不会再用"),
        (false, Lang::Zh) => format!("{number} 早已作废"),
        (true, Lang::En) => format!("{number} is void and will never be given again"),
        (false, Lang::En) => format!("{number} was void already"),
    }
}

pub(in crate::cli) fn resolved(contests: usize, moved: usize, staged: bool, lang: Lang) -> String {
    match (contests + moved, staged, lang) {
        (0, _, Lang::Zh) => "没有编号冲突".to_owned(),
        (0, _, Lang::En) => "there are no collisions".to_owned(),
        (_, true, Lang::Zh) => {
            format!("处理了 {contests} 处冲突，{moved} 份文档换了编号；已加入 git 暂存区，检查后提交")
        }
        (_, true, Lang::En) => format!(
            "settled {contests} conflicts, {moved} documents got another number; staged in git, check and commit"
        ),
        (_, false, Lang::Zh) => format!(
            "处理了 {contests} 处冲突，{moved} 份文档换了编号；未能加入 git 暂存区，请运行 `git add register`"
        ),
        (_, false, Lang::En) => format!(
            "settled {contests} conflicts, {moved} documents got another number; git would not stage them, run `git add register`"
        ),
    }
}

pub(in crate::cli) fn no_summary(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "--summary 要写改了什么",
        Lang::En => "--summary must say what has changed",
    }
}

pub(in crate::cli) fn unchanged(number: &str, version: Version, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{number} 的内容没有变化，仍是 {version}"),
        Lang::En => format!("the content of {number} has not changed, it still is {version}"),
    }
}

pub(in crate::cli) fn overtaken(number: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("别的进程刚刚登记了 {number} 的同一步，请再运行一次"),
        Lang::En => format!("another process has just put down the same about {number}; run it again"),
    }
}

pub(in crate::cli) fn decided(
    number: &str,
    version: Version,
    step: &str,
    person: &str,
    verdict: Verdict,
    lang: Lang,
) -> String {
    match (verdict, lang) {
        (Verdict::Approved, Lang::Zh) => format!("{number}  {version}  {step}  {person} 同意"),
        (Verdict::Rejected, Lang::Zh) => format!("{number}  {version}  {step}  {person} 不同意"),
        (verdict, Lang::En) => format!("{number}  {version}  {step}  {person} {}", verdict.name()),
    }
}

pub(in crate::cli) fn refusal(number: &str, refusal: &Refusal, policy: &Policy, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let roles = |roles: &[String]| {
        let titles: Vec<&str> = roles.iter().map(|role| policy.role(role)).collect();
        titles.join(if zh { "、" } else { ", " })
    };
    match refusal {
        Refusal::NoChain if zh => format!("{number} 这类文档不需要审批"),
        Refusal::NoChain => format!("documents such as {number} need no approval"),
        Refusal::NoVersion if zh => {
            format!("{number} 还没有版本，先由编写人运行 `bidwright revise {number} --summary \"…\"`")
        }
        Refusal::NoVersion => format!(
            "{number} has no version yet; its author runs `bidwright revise {number} --summary \"…\"` first"
        ),
        Refusal::Changed(version) if zh => format!(
            "{number} 的内容在 {version} 之后改过，先由编写人运行 `bidwright revise {number} --summary \"…\"`"
        ),
        Refusal::Changed(version) => format!(
            "{number} has changed since {version}; its author runs `bidwright revise {number} --summary \"…\"` first"
        ),
        Refusal::UnknownStep(step) if zh => {
            format!("审批链里没有步骤 `{step}`；用 `bidwright status` 看有哪些")
        }
        Refusal::UnknownStep(step) => format!("the chain has no step `{step}`; see `bidwright status`"),
        Refusal::Ambiguous(steps) if zh => format!("现在可办的有 {}，用 --step 写明哪一步", steps.join("、")),
        Refusal::Ambiguous(steps) => format!("name the step with --step: {}", steps.join(", ")),
        Refusal::TooEarly(steps) if zh => format!("还轮不到这一步，先办：{}", steps.join("、")),
        Refusal::TooEarly(steps) => format!("too early, first comes: {}", steps.join(", ")),
        Refusal::Done(step) if zh => format!("{step} 已经通过，不用再办"),
        Refusal::Done(step) => format!("{step} was approved already"),
        Refusal::Stranger(person) if zh => format!("`{person}` 不在 bidwright.yaml 的 people 名单里"),
        Refusal::Stranger(person) => format!("`{person}` is not among `people` in bidwright.yaml"),
        Refusal::Role { person, roles: wanted } if zh => {
            format!("{person} 不能办这一步，要的角色是：{}", roles(wanted))
        }
        Refusal::Role { person, roles: wanted } => {
            format!("{person} cannot take this step, it takes: {}", roles(wanted))
        }
        Refusal::Own(person) if zh => format!("{person} 编写了这份文档，不能审批自己的文档"),
        Refusal::Own(person) => format!("{person} wrote this document, and nobody approves their own"),
        Refusal::OpinionMissing(step) if zh => format!("{step} 须写意见，用 --opinion 写上"),
        Refusal::OpinionMissing(step) => format!("{step} asks for an opinion, give it with --opinion"),
    }
}

pub(in crate::cli) fn nothing_numbered(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "这里没有需要编号的文档",
        Lang::En => "there are no documents here that get numbers",
    }
}

pub(in crate::cli) fn state(state: &str, changed: bool, lang: Lang) -> &'static str {
    match (state, changed, lang) {
        ("unnumbered", _, Lang::Zh) => "未编号",
        ("draft", true, Lang::Zh) => "已改动",
        ("draft", false, Lang::Zh) => "草　稿",
        ("review", _, Lang::Zh) => "审批中",
        ("rejected", _, Lang::Zh) => "未通过",
        ("released", _, Lang::Zh) => "已发布",
        ("unnumbered", _, _) => "unnumbered",
        ("draft", true, _) => "changed   ",
        ("draft", false, _) => "draft     ",
        ("review", ..) => "in review ",
        ("rejected", ..) => "rejected  ",
        _ => "released  ",
    }
}

pub(in crate::cli) fn next(title: &str, people: &[&str], lang: Lang) -> String {
    let who = if people.is_empty() { String::new() } else { people.join("、") };
    match (who.is_empty(), lang) {
        (true, Lang::Zh) => format!("  → {title}"),
        (false, Lang::Zh) => format!("  → {title}（{who}）"),
        (true, Lang::En) => format!("  → {title}"),
        (false, Lang::En) => format!("  → {title} ({})", people.join(", ")),
    }
}

pub(in crate::cli) fn void(steps: &[&str], lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("  已失效：{}", steps.join("、")),
        Lang::En => format!("  no longer valid: {}", steps.join(", ")),
    }
}

/// What could not be proved of the register; `None` where all of it was.
pub(in crate::cli) fn unproved(proof: Proof, lang: Lang) -> Option<&'static str> {
    match (proof, lang) {
        (Proof::Whole, _) => None,
        (Proof::NoGit, Lang::Zh) => Some("不在 git 仓库中：登记是否被改动或丢失无法证明"),
        (Proof::NoGit, Lang::En) => {
            Some("not in git: whether the register was changed or lost something cannot be proved")
        }
        (Proof::Shallow, Lang::Zh) => Some(
            "找不到主分支，或历史记录不完整：登记是否被改动或丢失无法全部证明；运行 `git fetch --unshallow`，或在 `numbering.branch` 写明主分支",
        ),
        (Proof::Shallow, Lang::En) => Some(
            "there is no main branch here, or the history ends too early: not all of the register can be proved; run `git fetch --unshallow`, or name the branch in `numbering.branch`",
        ),
    }
}

pub(in crate::cli) fn no_why(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "--why 要写作废的原因",
        Lang::En => "--why must say why it is voided",
    }
}

pub(in crate::cli) fn too_long(limit: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("写得太长，最多 {limit} 个字；长的内容写进文档"),
        Lang::En => format!("too long, at most {limit} characters; longer texts belong into documents"),
    }
}
