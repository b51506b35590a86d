//! The words of rules over bids on the command line.

use crate::diagnostic::Lang;
use crate::rules::Level;
use crate::rules::bid::Entry;

/// The page of a rule: what must hold, where it is written, and what a tender may set.
pub(in crate::cli) fn rule_page(id: &str, entry: &Entry, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let head = &entry.head;
    let mut lines = vec![format!("{id}　{}", if zh { &head.zh } else { &head.en }), String::new()];
    let mut row = |zh_name: &str, en_name: &str, text: &str| {
        lines.push(if zh { format!("{zh_name}：{text}") } else { format!("{en_name}: {text}") });
    };
    row("依据", "source", &head.source);
    row("级别", "severity", severity(head.severity, lang));
    if head.tender_fault {
        let text = if zh {
            "招标文件自身的毛病，应在提问截止前要求澄清"
        } else {
            "a fault of the tender itself: ask for a clarification in time"
        };
        row("性质", "nature", text);
    }
    if !head.families.is_empty() {
        row("适用体系", "families", &head.families.join("、"));
    }
    let codes = entry.codes();
    if !codes.is_empty() {
        row("检查它的问题代码", "findings that hold it", &codes.join("、"));
    }
    for (name, value) in entry.parameters().filter(|_| codes.is_empty()) {
        row(&format!("参数 {name}"), &format!("parameter {name}"), &value);
    }
    lines.push(String::new());
    lines.push(if zh {
        format!("按招标文件调整：在招标概况写 `rules: {{ {id}: {{ severity: warning }} }}`；明知不符而有人负责的，写 `waivers`。")
    } else {
        format!("To set it to what a tender says: `rules: {{ {id}: {{ severity: warning }} }}` in the tender profile; what somebody answers for goes into `waivers`.")
    });
    lines.join("\n")
}

fn severity(level: Level, lang: Lang) -> &'static str {
    match (level, lang) {
        (Level::Error, Lang::Zh) => "error 错误",
        (Level::Warning, Lang::Zh) => "warning 警告",
        (Level::Info, Lang::Zh) => "info 提示",
        (Level::Tolerated, Lang::Zh) => "tolerated 招标文件容许",
        (Level::Off, Lang::Zh) => "off 不查",
        (Level::Error, Lang::En) => "error",
        (Level::Warning, Lang::En) => "warning",
        (Level::Info, Lang::En) => "info",
        (Level::Tolerated, Lang::En) => "tolerated",
        (Level::Off, Lang::En) => "off",
    }
}
