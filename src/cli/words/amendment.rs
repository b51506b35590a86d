//! Words about amendments of the buyer.

use std::fmt::Write as _;

use crate::cli::amendments::{Clause, Row, State};
use crate::diagnostic::Lang;

/// That there is none, or none with this key.
pub(in crate::cli) fn no_amendments(key: Option<&str>, lang: Lang) -> String {
    match (key, lang) {
        (None, Lang::Zh) => "招标概况中没有登记澄清或补遗（`amendments`）".to_owned(),
        (None, Lang::En) => "the tender profile names no amendments (`amendments`)".to_owned(),
        (Some(key), Lang::Zh) => format!("招标概况的 `amendments` 中没有键为 `{key}` 的澄清或补遗"),
        (Some(key), Lang::En) => format!("`amendments` of the tender profile has none with the key `{key}`"),
    }
}

/// One amendment and all that it touches, as lines.
pub(in crate::cli) fn amendment(row: &Row, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let mut text = format!("{}  {}  {}", row.id, row.issued, row.title);
    let received = match (row.acknowledged, zh) {
        (true, true) => "已确认收到",
        (true, false) => "acknowledged",
        (false, true) => "未确认收到：在投标文件的 `acknowledged` 中写上它的键",
        (false, false) => "not acknowledged: put its key into `acknowledged` of the bid",
    };
    let _ = write!(text, "\n  {}  {received}", row.bid);
    for clause in &row.clauses {
        let _ = write!(
            text,
            "\n  {}{}  {}",
            clause.mark.as_deref().unwrap_or(""),
            clause.path,
            state(clause, &row.id, zh)
        );
        if let Some(place) = &clause.place {
            let pages = if place.page == place.last {
                place.page.clone()
            } else {
                format!("{}–{}", place.page, place.last)
            };
            let _ = match zh {
                true => write!(text, "  {} 第 {pages} 页", place.volume),
                false => write!(text, "  {} p. {pages}", place.volume),
            };
        }
    }
    for line in &row.prices {
        let _ = write!(text, "\n  {}{line}", if zh { "报价：" } else { "price: " });
    }
    for approval in &row.approvals {
        let (document, step, person, date) =
            (&approval.document, &approval.step, &approval.person, &approval.date);
        let _ = match zh {
            true => write!(text, "\n  审批早于补遗：{document} 的 {step}，{person}，{date}"),
            false => write!(text, "\n  approved before it came: {document}, {step}, {person}, {date}"),
        };
    }
    text
}

fn state(clause: &Clause, amendment: &str, zh: bool) -> String {
    let last = clause.later.as_deref().unwrap_or(amendment);
    match (clause.state, zh) {
        (State::Confirmed, true) => "已按补遗确认".to_owned(),
        (State::Confirmed, false) => "confirmed".to_owned(),
        (State::Open, true) => format!("待确认：核对应答后写 `confirmed: {last}`"),
        (State::Open, false) => format!("to confirm: read the answer again, then write `confirmed: {last}`"),
        (State::Unanswered, true) => "没有应答".to_owned(),
        (State::Unanswered, false) => "unanswered".to_owned(),
    }
}
