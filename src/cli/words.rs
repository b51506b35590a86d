//! The words of the command line itself, in both languages. Words of findings are in the catalogue.

mod register;

use std::path::Path;

use crate::diagnostic::{Lang, Severity};
use crate::disk::Failure;
use crate::kind::{Kind, Kinds};
use crate::register::{Policy, Refusal, Verdict, Version};

pub(super) use register::{no_why, too_long, unproved};

pub(super) fn failure(failure: &Failure, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    match failure {
        Failure::NotWorkspace(path) if zh => format!(
            "{} 及其上级文件夹中没有 bidwright.yaml，不是工作区；用 `bidwright init 文件夹` 新建一个",
            path.display()
        ),
        Failure::NotWorkspace(path) => format!(
            "no bidwright.yaml in {} or above it: not a workspace; `bidwright init DIR` makes one",
            path.display()
        ),
        Failure::Missing(path) if zh => format!("找不到 {}，或它不在工作区内", path.display()),
        Failure::Missing(path) => format!("{} does not exist or is not in the workspace", path.display()),
        Failure::Read(path, cause) if zh => format!("无法读取 {}：{cause}", path.display()),
        Failure::Read(path, cause) => format!("cannot read {}: {cause}", path.display()),
        Failure::Write(path, cause) if zh => format!("无法写入 {}：{cause}；原有文件未改动", path.display()),
        Failure::Write(path, cause) => {
            format!("cannot write {}: {cause}; existing files were left as they are", path.display())
        }
        Failure::Exists(path) if zh => format!("{} 已存在，不覆盖", path.display()),
        Failure::Exists(path) => format!("{} exists already and is not overwritten", path.display()),
        Failure::Random(cause) if zh => format!("系统给不出随机数：{cause}"),
        Failure::Random(cause) => format!("the system gives no random numbers: {cause}"),
        Failure::Pattern(pattern, cause) if zh => {
            format!("bidwright.yaml 的 exclude `{pattern}` 无效：{cause}")
        }
        Failure::Pattern(pattern, cause) => {
            format!("`{pattern}` in exclude of bidwright.yaml is not valid: {cause}")
        }
    }
}

pub(super) fn level(severity: Severity, lang: Lang) -> &'static str {
    match (severity, lang) {
        (Severity::Error, Lang::Zh) => "错误",
        (Severity::Warning, Lang::Zh) => "警告",
        (Severity::Info, Lang::Zh) => "提示",
        (severity, Lang::En) => severity.name(),
    }
}

pub(super) fn help(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "建议",
        Lang::En => "help",
    }
}

pub(super) fn summary(documents: usize, errors: usize, warnings: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("检查了 {documents} 份文档：{errors} 个错误，{warnings} 个警告"),
        Lang::En => format!("checked {documents} documents: {errors} errors, {warnings} warnings"),
    }
}

pub(super) fn hidden(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("另有 {count} 个问题未列出；用 --limit 加大，或用 --format json 取得全部"),
        Lang::En => format!("{count} more findings; raise --limit, or take all with --format json"),
    }
}

pub(super) fn not_built(errors: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("有 {errors} 个错误，没有写出任何文件；加 --draft 可生成带草稿标记的文件"),
        Lang::En => {
            format!("{errors} errors: nothing was written; --draft builds all the same, with a draft mark")
        }
    }
}

pub(super) fn built(files: usize, pages: usize, out: &Path, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("生成 {files} 个 PDF，共 {pages} 页，位于 {}", out.display()),
        Lang::En => format!("built {files} PDF files with {pages} pages in {}", out.display()),
    }
}

pub(super) fn setting(name: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("正在排版 {name}"),
        Lang::En => format!("setting {name}"),
    }
}

pub(super) fn set(name: &str, pages: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("  {name}  {pages} 页"),
        Lang::En => format!("  {name}  {pages} pages"),
    }
}

pub(super) fn no_code(code: &str, similar: Option<&str>, lang: Lang) -> String {
    match (similar, lang) {
        (Some(near), Lang::Zh) => format!("没有代码 `{code}`；是不是 `{near}`？"),
        (Some(near), Lang::En) => format!("no code `{code}`; did you mean `{near}`?"),
        (None, Lang::Zh) => format!("没有代码 `{code}`；用 `bidwright explain` 列出全部"),
        (None, Lang::En) => format!("no code `{code}`; `bidwright explain` lists all"),
    }
}

pub(super) fn not_vacant(folder: &Path, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{} 已存在且不是空文件夹；换一个名字，或先清空它", folder.display()),
        Lang::En => {
            format!("{} exists and is not an empty folder; choose another name or empty it", folder.display())
        }
    }
}

pub(super) fn inside(folder: &Path, root: &Path, lang: Lang) -> String {
    let (folder, root) = (folder.display(), root.display());
    match lang {
        Lang::Zh => format!(
            "{folder} 在工作区 {root} 之内；工作区不能套工作区，新建项目用 `bidwright new project 名称`"
        ),
        Lang::En => format!(
            "{folder} lies in the workspace {root}; `bidwright new project NAME` makes a project there"
        ),
    }
}

pub(super) fn initialized(folder: &Path, files: usize, lang: Lang) -> String {
    let folder = folder.display();
    match lang {
        Lang::Zh => format!(
            "已建立工作区 {folder}（{files} 个文件，内容为虚构示例）\n接下来：\n  cd {folder}\n  bidwright check    检查\n  bidwright build    生成三卷投标文件，位于 out/\n  bidwright new project my-project --title 某某项目    新建自己的项目\n  bidwright schema    有哪些文档类型"
        ),
        Lang::En => format!(
            "made the workspace {folder} ({files} files, an invented sample)\nNext:\n  cd {folder}\n  bidwright check    check it\n  bidwright build    set three bid volumes in out/\n  bidwright new project my-project --title TITLE    start your own project\n  bidwright schema    list the kinds of documents"
        ),
    }
}

/// One kind in the list of all: id, titles, class and whether it can be printed.
pub(super) fn kind_row(kind: &Kind, lang: Lang) -> String {
    let template = match (kind.template, lang) {
        (true, Lang::Zh) => "有模板",
        (false, Lang::Zh) => "无模板",
        (true, Lang::En) => "template",
        (false, Lang::En) => "no template",
    };
    let titles = &kind.about.title;
    // Han characters take two columns each.
    let wide = titles.zh.chars().filter(|character| !character.is_ascii()).count();
    let zh =
        format!("{}{}", titles.zh, " ".repeat(14_usize.saturating_sub(titles.zh.chars().count() + wide)));
    format!("{:18} {zh} {:20} {:10} {template}", kind.id, titles.en, kind.about.class)
}

pub(super) fn no_kind(name: &str, similar: Option<&str>, kinds: &Kinds, lang: Lang) -> String {
    let mut text = match (similar, lang) {
        (Some(near), Lang::Zh) => format!("没有文档类型 `{name}`；是不是 `{near}`？可用的类型："),
        (Some(near), Lang::En) => format!("no kind `{name}`; did you mean `{near}`? These exist:"),
        (None, Lang::Zh) => format!("没有文档类型 `{name}`；可用的类型："),
        (None, Lang::En) => format!("no kind `{name}`; these exist:"),
    };
    for kind in kinds.iter() {
        text.push_str(&format!("\n  {:18} {}", kind.id, kind.about.title.get(lang)));
    }
    text
}

pub(super) fn name_missing(kind: &Kind, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("缺少项目名，如 `bidwright new {} my-project`", kind.id),
        Lang::En => format!("the project needs a name: `bidwright new {} my-project`", kind.id),
    }
}

pub(super) fn no_slug(text: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => {
            format!("`{text}` 不能作名称：只用小写字母、数字和连字符，如 `smart-park`；中文名称写在 --title")
        }
        Lang::En => {
            format!("`{text}` is no name: lower-case letters, digits and hyphens, such as `smart-park`")
        }
    }
}

pub(super) fn of_library(kind: &Kind, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}属于资料库，不属于某个项目；去掉 --project", kind.about.title.zh),
        Lang::En => format!("`{}` belongs to the library, not to a project; leave out --project", kind.id),
    }
}

pub(super) fn no_project(name: &str, similar: Option<&str>, projects: &[&str], lang: Lang) -> String {
    let known = known(projects, lang);
    match (similar, lang) {
        (Some(near), Lang::Zh) => format!("没有项目 `{name}`；是不是 `{near}`？{known}"),
        (Some(near), Lang::En) => format!("no project `{name}`; did you mean `{near}`? {known}"),
        (None, Lang::Zh) => format!("没有项目 `{name}`；{known}"),
        (None, Lang::En) => format!("no project `{name}`; {known}"),
    }
}

pub(super) fn project_missing(kind: &Kind, projects: &[&str], lang: Lang) -> String {
    let known = known(projects, lang);
    match lang {
        Lang::Zh => format!("{}属于项目，用 --project 指明；{known}", kind.about.title.zh),
        Lang::En => format!("`{}` belongs to a project, name it with --project; {known}", kind.id),
    }
}

fn known(projects: &[&str], lang: Lang) -> String {
    match (projects, lang) {
        ([], Lang::Zh) => "还没有项目，先用 `bidwright new project 名称` 新建".to_owned(),
        ([], Lang::En) => "there is none yet: `bidwright new project NAME`".to_owned(),
        (projects, Lang::Zh) => format!("现有项目：{}", projects.join("、")),
        (projects, Lang::En) => format!("projects: {}", projects.join(", ")),
    }
}

pub(super) fn id_taken(id: &str, path: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("标识 `{id}` 已被 {path} 使用；用 --id 另取一个"),
        Lang::En => format!("the id `{id}` is that of {path}; choose another with --id"),
    }
}

pub(super) fn only_one(kind: &Kind, path: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("一个项目只有一份{}，已有 {path}", kind.about.title.zh),
        Lang::En => format!("a project has one `{}`, and there is {path}", kind.id),
    }
}

pub(super) fn missing(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("其中 {count} 处引用的内容还不存在，见文件中的说明；补齐前检查会报错"),
        Lang::En => format!(
            "{count} references in it have nothing to point at yet; its comments say what to make first"
        ),
    }
}

pub(super) fn no_schemas(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "编辑器要补全和检查，先运行一次 `bidwright schema --write`",
        Lang::En => "run `bidwright schema --write` once, so that editors can complete and check",
    }
}

pub(super) fn schemas_written(count: usize, folder: &Path, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("写出 {count} 个模式，位于 {}", folder.display()),
        Lang::En => format!("wrote {count} schemas below {}", folder.display()),
    }
}

pub(super) fn kept(path: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{path} 已存在，未改动"),
        Lang::En => format!("{path} exists and was left as it is"),
    }
}

pub(super) fn no_day(text: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("`{text}` 不是日期，应写成 2026-05-15 的样子"),
        Lang::En => format!("`{text}` is no day; write it like 2026-05-15"),
    }
}

pub(super) fn nobody(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "不知道是谁在登记：用 --as 写上姓名，或设置 `git config user.name`",
        Lang::En => "nobody to put down: name a person with --as, or set `git config user.name`",
    }
}

pub(super) fn no_document(text: &str, near: Option<&str>, lang: Lang) -> String {
    match (near, lang) {
        (Some(near), Lang::Zh) => format!("没有编号、标识或文件是 `{text}` 的文档；是不是 `{near}`？"),
        (None, Lang::Zh) => format!("没有编号、标识或文件是 `{text}` 的文档"),
        (Some(near), Lang::En) => {
            format!("no document has the number, id or file `{text}`; did you mean `{near}`?")
        }
        (None, Lang::En) => format!("no document has the number, id or file `{text}`"),
    }
}

pub(super) fn no_number(id: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{id} 还没有编号，先运行 `bidwright number`"),
        Lang::En => format!("{id} has no number yet; run `bidwright number` first"),
    }
}

pub(super) fn exhausted(code: &str, month: &str, last: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!(
            "{code} 在 {month} 的编号已用到 {last}，没有可用的了；编号不会加长，请换下个月的日期或另设阶段代码"
        ),
        Lang::En => format!(
            "the numbers of {code} in {month} are used up to {last}; numbers never get longer: take a day of the next month or another stage code"
        ),
    }
}

pub(super) fn numbered(new: usize, known: usize, dry_run: bool, lang: Lang) -> String {
    match (dry_run, lang) {
        (false, Lang::Zh) => format!("新编号 {new} 个，原有 {known} 个"),
        (true, Lang::Zh) => format!("将新编号 {new} 个，原有 {known} 个；没有写入"),
        (false, Lang::En) => format!("{new} new numbers, {known} known"),
        (true, Lang::En) => format!("{new} numbers would be given, {known} are known; nothing was written"),
    }
}

pub(super) fn no_git(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "这里没有 git 仓库，无法占号或解决冲突",
        Lang::En => "there is no git repository here: nothing can be claimed or resolved",
    }
}

pub(super) fn unreachable(reason: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("连不上远程仓库，编号只登记在本地，合并时才会发现冲突：{reason}"),
        Lang::En => format!(
            "the remote cannot be reached; numbers stand here only, and a collision shows when branches are merged: {reason}"
        ),
    }
}

pub(super) fn voided(number: &str, new: bool, lang: Lang) -> String {
    match (new, lang) {
        (true, Lang::Zh) => format!("{number} 已作废，不会再用"),
        (false, Lang::Zh) => format!("{number} 早已作废"),
        (true, Lang::En) => format!("{number} is void and will never be given again"),
        (false, Lang::En) => format!("{number} was void already"),
    }
}

pub(super) fn resolved(contests: usize, moved: usize, staged: bool, lang: Lang) -> String {
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

pub(super) fn no_summary(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "--summary 要写改了什么",
        Lang::En => "--summary must say what has changed",
    }
}

pub(super) fn unchanged(number: &str, version: Version, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{number} 的内容没有变化，仍是 {version}"),
        Lang::En => format!("the content of {number} has not changed, it still is {version}"),
    }
}

pub(super) fn overtaken(number: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("别的进程刚刚登记了 {number} 的同一步，请再运行一次"),
        Lang::En => format!("another process has just put down the same about {number}; run it again"),
    }
}

pub(super) fn decided(
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

pub(super) fn refusal(number: &str, refusal: &Refusal, policy: &Policy, lang: Lang) -> String {
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

pub(super) fn nothing_numbered(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "这里没有需要编号的文档",
        Lang::En => "there are no documents here that get numbers",
    }
}

pub(super) fn state(state: &str, changed: bool, lang: Lang) -> &'static str {
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

pub(super) fn next(title: &str, people: &[&str], lang: Lang) -> String {
    let who = if people.is_empty() { String::new() } else { people.join("、") };
    match (who.is_empty(), lang) {
        (true, Lang::Zh) => format!("  → {title}"),
        (false, Lang::Zh) => format!("  → {title}（{who}）"),
        (true, Lang::En) => format!("  → {title}"),
        (false, Lang::En) => format!("  → {title} ({})", people.join(", ")),
    }
}

pub(super) fn void(steps: &[&str], lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("  已失效：{}", steps.join("、")),
        Lang::En => format!("  no longer valid: {}", steps.join(", ")),
    }
}
