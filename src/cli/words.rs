//! The words of the command line itself, in both languages. Words of findings are in the catalogue.

mod amendment;
mod diff;
pub(super) mod import;
mod package;
mod register;
mod report;
mod rules;
mod schema;

use std::io;
use std::path::Path;

use crate::diagnostic::{Lang, Severity};
use crate::disk::Failure;
use crate::kind::{Kind, Kinds};

pub(super) use amendment::*;
pub(super) use diff::*;
pub(super) use package::*;
pub(super) use register::*;
pub(super) use report::*;
pub(super) use rules::*;
pub(super) use schema::*;

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
        Failure::Read(path, error) if zh => format!("无法读取 {}：{}", path.display(), cause(error, lang)),
        Failure::Read(path, error) => format!("cannot read {}: {}", path.display(), cause(error, lang)),
        Failure::Write(path, error) if zh => {
            format!("无法写入 {}：{}；原有文件未改动", path.display(), cause(error, lang))
        }
        Failure::Write(path, error) => {
            let reason = cause(error, lang);
            format!("cannot write {}: {reason}; existing files were left as they are", path.display())
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

/// The first lines of the page about a code.
pub(super) fn page_head(code: &str, severity: Severity, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{code}（{}）\n", level(severity, lang)),
        Lang::En => format!("{code} ({})\n", level(severity, lang)),
    }
}

/// A count with its noun in the right number.
fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// Why the disk refused, in the reader's language where the reason is a common one.
fn cause(error: &io::Error, lang: Lang) -> String {
    let known = match error.kind() {
        io::ErrorKind::PermissionDenied => "没有权限",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "磁盘空间不足",
        io::ErrorKind::ReadOnlyFilesystem => "磁盘是只读的",
        io::ErrorKind::IsADirectory => "这里已有同名文件夹",
        io::ErrorKind::NotADirectory => "它的上级不是文件夹",
        io::ErrorKind::NotFound => "没有这个文件或文件夹",
        io::ErrorKind::InvalidFilename => "文件名太长或不合系统规定",
        _ => return error.to_string(),
    };
    if lang == Lang::Zh { known.to_owned() } else { error.to_string() }
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
        Lang::En => format!(
            "checked {}: {}, {}",
            counted(documents, "document"),
            counted(errors, "error"),
            counted(warnings, "warning")
        ),
    }
}

pub(super) fn hidden(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("另有 {count} 个问题未列出；用 --limit 加大，或用 --format json 取得全部"),
        Lang::En => {
            format!("{}; raise --limit, or take all with --format json", counted(count, "more finding"))
        }
    }
}

pub(super) fn more(count: usize, severity: Severity, lang: Lang) -> String {
    let level = level(severity, lang);
    match lang {
        Lang::Zh => format!("另有 {count} 个{level}，见摘要或日志"),
        Lang::En => format!("{count} more of severity {level}: see the summary or the log"),
    }
}

pub(super) fn ci_written(paths: &[&str], lang: Lang) -> String {
    if paths.is_empty() {
        return match lang {
            Lang::Zh => "这些文件都已在，没有改动".to_owned(),
            Lang::En => "all files are there already".to_owned(),
        };
    }
    let list = paths.iter().map(|path| format!("  {path}")).collect::<Vec<_>>().join("\n");
    match lang {
        Lang::Zh => format!("已写入：\n{list}\n每个文件开头说明还要设置什么"),
        Lang::En => format!("written:\n{list}\nwhat is left to set up stands at the head of each file"),
    }
}

/// The heads of a table of findings.
pub(super) fn columns(lang: Lang) -> [&'static str; 3] {
    match lang {
        Lang::Zh => ["级别", "位置", "问题"],
        Lang::En => ["Severity", "Place", "Finding"],
    }
}

pub(super) fn cut(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("另有 {count} 个问题未列出。"),
        Lang::En => format!("{} not shown.", counted(count, "more finding")),
    }
}

pub(super) fn watching(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "等待改动，保存后自动重新生成；按 Ctrl-C 结束",
        Lang::En => "waiting: whatever is saved is built again; Ctrl-C ends it",
    }
}

pub(super) fn not_built(errors: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("有 {errors} 个错误，没有写出任何文件；加 --draft 可生成带草稿标记的文件"),
        Lang::En => {
            let errors = counted(errors, "error");
            format!("{errors}: nothing was written; --draft builds all the same, with a draft mark")
        }
    }
}

pub(super) fn built(files: usize, pages: usize, out: &Path, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("生成 {files} 个 PDF，共 {pages} 页，位于 {}", out.display()),
        Lang::En => {
            format!(
                "built {} with {} in {}",
                counted(files, "PDF file"),
                counted(pages, "page"),
                out.display()
            )
        }
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
        Lang::En => format!("  {name}  {}", counted(pages, "page")),
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
            "without a target yet: {}; the comments in the file say what to make first",
            counted(count, "reference")
        ),
    }
}

pub(super) fn no_day(text: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("`{text}` 不是日期，应写成 2026-05-15 的样子"),
        Lang::En => format!("`{text}` is no day; write it like 2026-05-15"),
    }
}

pub(super) fn important(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "（重要）",
        Lang::En => " (important)",
    }
}
