//! Words about what people write into the register, and what could not be proved of it.

use crate::diagnostic::Lang;
use crate::registrar::Proof;

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
