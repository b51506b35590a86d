//! The words of the command line itself, in both languages. Words of findings are in the catalogue.

use std::path::Path;

use crate::diagnostic::{Lang, Severity};
use crate::disk::Failure;

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
