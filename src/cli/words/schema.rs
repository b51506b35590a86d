//! The words of schemas on the command line.

use std::path::Path;

use crate::diagnostic::Lang;

pub(in crate::cli) fn no_schemas(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "编辑器要补全和检查，先运行一次 `bidwright schema --write`",
        Lang::En => "run `bidwright schema --write` once, so that editors can complete and check",
    }
}

pub(in crate::cli) fn schemas_written(count: usize, folder: &Path, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("写出 {count} 个模式，位于 {}", folder.display()),
        Lang::En => format!("wrote {} below {}", super::counted(count, "schema"), folder.display()),
    }
}

pub(in crate::cli) fn kept(path: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{path} 已存在，未改动"),
        Lang::En => format!("{path} exists and was left as it is"),
    }
}
