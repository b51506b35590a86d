//! The words that scaffolds write into files, in both languages.

use super::outline::Outline;
use crate::diagnostic::Lang;
use crate::kind::Kind;

/// Stands where a person has to write.
pub(super) fn blank(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "待填写",
        Lang::En => "to be filled in",
    }
}

pub(super) fn prose(outline: &Outline, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("在此填写{}，可用 Markdown。", outline.text("title").unwrap_or("正文")),
        Lang::En => format!("Write the {} here, in Markdown.", title(outline, lang).to_lowercase()),
    }
}

/// The first lines of a document: what it is, and how to read the rest.
pub(super) fn head(kind: &Kind, root: &Outline, lang: Lang) -> [String; 2] {
    match lang {
        Lang::Zh => [
            format!("# {}", joined(&kind.about.title.zh, root.description())),
            "# 行尾的 # 之后是说明；以 # 开头的行是可选的字段，需要时去掉 #。".to_owned(),
        ],
        Lang::En => [
            format!("# {}", kind.about.title.en),
            "# What follows # explains; fields that begin with # are optional: remove the # to use them."
                .to_owned(),
        ],
    }
}

/// What a field is, for the end of its line. Descriptions are Chinese only.
pub(super) fn note(outline: &Outline, lang: Lang) -> String {
    let description = match lang {
        Lang::Zh => outline.description(),
        Lang::En => "",
    };
    let note = joined(title(outline, lang), description);
    let options = outline.texts("enum").join(" | ");
    let note = match (note.is_empty(), options.is_empty(), lang) {
        (_, true, _) => note,
        (true, false, _) => options,
        (false, false, Lang::Zh) => format!("{note}。可选：{options}"),
        (false, false, Lang::En) => format!("{note}: {options}"),
    };
    note.replace(['\n', '\r'], " ")
}

/// What to make first, for a reference that has nothing to point at.
pub(super) fn make_first(command: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("尚无可引用的文档，先建：{command}"),
        Lang::En => format!("nothing to refer to yet, first: {command}"),
    }
}

/// For a file that the document names and that is not there.
pub(super) fn put_file(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "先放入文件",
        Lang::En => "put the file there first",
    }
}

fn title<'t>(outline: &Outline<'t>, lang: Lang) -> &'t str {
    let own = match lang {
        Lang::Zh => None,
        Lang::En => outline.text("x-title-en"),
    };
    own.or_else(|| outline.text("title")).unwrap_or_default()
}

fn joined(title: &str, description: &str) -> String {
    let description = description.trim_end_matches('。');
    match (title.is_empty(), description.is_empty()) {
        (true, _) => description.to_owned(),
        (_, true) => title.to_owned(),
        _ if description.starts_with(title) => description.to_owned(),
        _ => format!("{title}：{description}"),
    }
}
