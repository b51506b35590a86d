//! What `bidwright diff` and `bidwright merge-driver` say.

use std::path::Path;

use crate::diagnostic::Lang;
use crate::git::Refusal;

pub(in crate::cli) fn working_tree(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "工作区",
        Lang::En => "working tree",
    }
}

pub(in crate::cli) fn no_revision(refusal: &Refusal, lang: Lang) -> String {
    match (refusal, lang) {
        (Refusal::NoGit, Lang::Zh) => {
            "没有 git 命令；可以直接比较两个文件夹：`bidwright diff 旧文件夹 新文件夹`".to_owned()
        }
        (Refusal::NoGit, Lang::En) => {
            "there is no git; two folders can be compared: `bidwright diff OLD NEW`".to_owned()
        }
        (Refusal::NoRepository, Lang::Zh) => {
            "工作区不在 git 仓库里，没有旧版可比；可以比较两个文件夹：`bidwright diff 旧文件夹 新文件夹`"
                .to_owned()
        }
        (Refusal::NoRepository, Lang::En) => {
            "the workspace lies in no git repository; two folders can be compared: `bidwright diff OLD NEW`"
                .to_owned()
        }
        (Refusal::Unknown(name), Lang::Zh) => {
            format!("`{name}` 不是提交、分支、标签或版本（如 QD202605001@V1.0），也没有这个文件")
        }
        (Refusal::Unknown(name), Lang::En) => {
            format!("`{name}` is no commit, branch, tag or version (such as QD202605001@V1.0), and no file")
        }
        (Refusal::Shallow(name), Lang::Zh) => {
            format!(
                "找不到 `{name}`：这是浅克隆，没有全部历史；先运行 `git fetch --unshallow`（CI 中设 fetch-depth: 0）"
            )
        }
        (Refusal::Shallow(name), Lang::En) => {
            format!(
                "`{name}` is not in this shallow clone; run `git fetch --unshallow` first (in CI: fetch-depth: 0)"
            )
        }
    }
}

pub(in crate::cli) fn too_many(text: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("`{text}` 多余：最多比较两个版本，其余写路径"),
        Lang::En => format!("`{text}` is one too many: two versions at most, then paths"),
    }
}

pub(in crate::cli) fn no_version(name: &str, versions: &[String], lang: Lang) -> String {
    match (versions, lang) {
        ([], Lang::Zh) => format!("登记簿中没有 `{name}`"),
        ([], Lang::En) => format!("the register has no `{name}`"),
        (known, Lang::Zh) => format!("登记簿中没有 `{name}`；已有版本：{}", known.join("、")),
        (known, Lang::En) => format!("the register has no `{name}`; there are {}", known.join(", ")),
    }
}

pub(in crate::cli) fn lost_version(name: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("没有哪次提交的内容与登记的 `{name}` 一致；可能没有提交过，或历史不完整"),
        Lang::En => format!(
            "no commit has the content that was recorded for `{name}`; it was never committed, or history is cut"
        ),
    }
}

pub(in crate::cli) fn diff_written(out: &Path, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("已写出 {}", out.display()),
        Lang::En => format!("wrote {}", out.display()),
    }
}

pub(in crate::cli) fn conflicts(path: &Path, count: usize, lang: Lang) -> String {
    let path = path.display();
    match lang {
        Lang::Zh => format!("{path}：{count} 处双方改得不同，已在字段处标出，其余已合并"),
        Lang::En => format!("{path}: both have changed {count} field(s), marked there; the rest is merged"),
    }
}

pub(in crate::cli) fn driver_title(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "按条目合并标书文档",
        Lang::En => "merge documents by their items",
    }
}

pub(in crate::cli) fn driver_set(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => {
            "git 今后按条目合并文档；.gitattributes 随仓库走，git 设置每个克隆都要做一次：bidwright init --merge-driver ."
        }
        Lang::En => {
            "git merges documents by their items now; .gitattributes goes with the repository, the setting is for each clone: bidwright init --merge-driver ."
        }
    }
}

pub(in crate::cli) fn driver_later(command: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!(
            "已写 .gitattributes；`git init` 之后再运行：\n  git config merge.bidwright.driver \"{command}\""
        ),
        Lang::En => format!(
            "wrote .gitattributes; after `git init` run:\n  git config merge.bidwright.driver \"{command}\""
        ),
    }
}
