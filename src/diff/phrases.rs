//! The words in which changes are told, in both languages.

use super::{Act, Changed, Comparison, Trend, Unread};
use crate::diagnostic::Lang;
use crate::prose::Shape;
use crate::text;
use crate::value::Topic;

pub(super) fn topic(topic: Topic, lang: Lang) -> &'static str {
    let (zh, en) = match topic {
        Topic::Price => ("价格", "Price"),
        Topic::Commitment => ("承诺", "Commitments"),
        Topic::Answer => ("应答与偏离", "Answers and deviations"),
        Topic::People => ("人员", "People"),
        Topic::Certificates => ("资质证书", "Certificates"),
        Topic::Evidence => ("证明材料", "Evidence"),
        Topic::Tender => ("招标要求", "Tender requirements"),
        Topic::Prose => ("正文", "Text"),
        Topic::Other => ("其他内容", "Other content"),
        Topic::Layout => ("仅写法", "Layout only"),
    };
    if lang == Lang::Zh { zh } else { en }
}

/// The name of a topic for programs.
pub(super) fn topic_code(topic: Topic) -> &'static str {
    match topic {
        Topic::Price => "price",
        Topic::Commitment => "commitment",
        Topic::Answer => "answer",
        Topic::People => "people",
        Topic::Certificates => "certificates",
        Topic::Evidence => "evidence",
        Topic::Tender => "tender",
        Topic::Prose => "prose",
        Topic::Other => "other",
        Topic::Layout => "layout",
    }
}

pub(super) fn act(act: Act, lang: Lang) -> &'static str {
    let (zh, en) = match act {
        Act::Changed => ("修改", "changed"),
        Act::Added => ("新增", "added"),
        Act::Removed => ("删除", "removed"),
        Act::Moved => ("移动", "moved"),
        Act::Renamed => ("改名", "renamed"),
        Act::Layout => ("仅写法不同，内容未变", "written differently, says the same"),
        Act::Uncovered => ("条款变为无应答", "clause without an answer now"),
        Act::Covered => ("条款已补上应答", "clause answered now"),
    };
    if lang == Lang::Zh { zh } else { en }
}

pub(super) fn act_code(act: Act) -> &'static str {
    match act {
        Act::Changed => "changed",
        Act::Added => "added",
        Act::Removed => "removed",
        Act::Moved => "moved",
        Act::Renamed => "renamed",
        Act::Layout => "layout",
        Act::Uncovered => "uncovered",
        Act::Covered => "covered",
    }
}

pub(super) fn trend(trend: Trend, lang: Lang) -> &'static str {
    match (trend, lang) {
        (Trend::Worse, Lang::Zh) => "变差",
        (Trend::Better, Lang::Zh) => "变好",
        (Trend::Worse, Lang::En) => "worse",
        (Trend::Better, Lang::En) => "better",
    }
}

pub(super) fn trend_code(trend: Trend) -> &'static str {
    if trend == Trend::Worse { "worse" } else { "better" }
}

pub(super) fn shape_code(shape: Shape) -> &'static str {
    match shape {
        Shape::Heading(_) => "heading",
        Shape::Paragraph => "paragraph",
        Shape::Item(_) => "item",
        Shape::Row => "row",
        Shape::Code => "code",
        Shape::Note => "note",
    }
}

/// What the whole comparison is about: `V1.0 → HEAD`.
pub(super) fn span(comparison: &Comparison) -> String {
    format!("{} → {}", comparison.old, comparison.new)
}

pub(super) fn none(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "没有差异",
        Lang::En => "no differences",
    }
}

pub(super) fn layout_only(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "只有写法不同（注释、引号、键的顺序、换行），内容未变",
        Lang::En => {
            "only written differently (comments, quotes, order of keys, line breaks); the content is the same"
        }
    }
}

pub(super) fn derived(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "随之计算",
        Lang::En => "follows",
    }
}

pub(super) fn unread(unread: &Unread, lang: Lang) -> String {
    match (unread.new, lang) {
        (true, Lang::Zh) => format!("{}：新版有错误，无法比较；先运行 bidwright check", unread.path),
        (false, Lang::Zh) => format!("{}：旧版有错误，无法比较", unread.path),
        (true, Lang::En) => {
            format!("{}: broken in the new version, not compared; run bidwright check", unread.path)
        }
        (false, Lang::En) => format!("{}: broken in the old version, not compared", unread.path),
    }
}

pub(super) fn title(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "版本对照",
        Lang::En => "What changed",
    }
}

/// What an outside reader is not told is not hinted at, but that there is such a reader is.
pub(super) fn audience(comparison: &Comparison) -> Option<&'static str> {
    (comparison.viewer == crate::workspace::Viewer::Customer).then_some(match comparison.lang {
        Lang::Zh => "面向客户：不含内部与保密内容",
        Lang::En => "for the customer: without internal and confidential content",
    })
}

/// A document in a line.
pub(super) fn document(document: &Changed, lang: Lang) -> String {
    match document.act {
        Act::Added | Act::Removed => {
            format!("{} · {} · {}", document.title, document.kind, act(document.act, lang))
        }
        _ => format!("{} · {}", document.title, document.kind),
    }
}

pub(super) fn place(names: &[String]) -> String {
    names.join(" › ")
}

/// Text of users that no terminal and no page can be led astray with.
pub(super) fn harmless(text: &str) -> String {
    let each = text.chars().map(|character| match character {
        '\n' | '\t' | '\r' => ' ',
        character if character.is_control() || text::is_unseen(character) => '\u{FFFD}',
        character => character,
    });
    each.collect()
}
