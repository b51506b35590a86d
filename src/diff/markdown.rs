//! Changes as a comment on a pull request: short, and cut with a count where the limit is reached. Text of users is
//! escaped: it makes no links, mentions, images or HTML.

use super::phrases::{self, harmless};
use super::{Act, Change, Changed, Comparison, Mark, Run, TOPICS};
use crate::diagnostic::Lang;
use crate::value::Topic;

/// The comparison as Markdown of no more than `limit` bytes.
pub fn markdown(comparison: &Comparison, limit: usize) -> String {
    let lang = comparison.lang;
    let mut out = format!("## {}\n\n{}\n\n", phrases::title(lang), escape(&phrases::span(comparison)));
    if let Some(words) = phrases::audience(comparison) {
        out.push_str(&format!("*{words}*\n\n"));
    }
    if comparison.is_empty() {
        out.push_str(phrases::none(lang));
        out.push('\n');
        return out;
    }
    if comparison.is_layout_only() {
        out.push_str(&format!("{}\n\n", phrases::layout_only(lang)));
    }
    let counts = comparison.counts();
    let rows = TOPICS.iter().filter_map(|topic| Some((phrases::topic(*topic, lang), counts.get(topic)?)));
    let (heads, figures): (Vec<String>, Vec<String>) =
        rows.map(|(title, count)| (title.to_owned(), count.to_string())).unzip();
    out.push_str(&format!(
        "| {} |\n|{}\n| {} |\n",
        heads.join(" | "),
        " --- |".repeat(heads.len()),
        figures.join(" | ")
    ));
    let mut pieces: Vec<String> =
        comparison.unread.iter().map(|it| format!("\n> {}\n", escape(&phrases::unread(it, lang)))).collect();
    for topic in TOPICS {
        let changes: Vec<_> = comparison.of(topic).collect();
        if changes.is_empty() {
            continue;
        }
        let mut head = format!("\n### {}\n\n", phrases::topic(topic, lang));
        if topic == Topic::Price {
            head.push_str(match lang {
                Lang::Zh => "| 项目 | 原 | 现 | 差额 | 比例 |\n| --- | ---: | ---: | ---: | ---: |\n",
                Lang::En => "| Item | Old | New | Difference | % |\n| --- | ---: | ---: | ---: | ---: |\n",
            });
        }
        // Rows of a table stand together.
        let is_row =
            |change: &Change| topic == Topic::Price && change.runs.is_empty() && change.passages.is_empty();
        let (rows, rest): (Vec<_>, Vec<_>) = changes.into_iter().partition(|(_, change)| is_row(change));
        if rows.is_empty() && topic == Topic::Price {
            head = format!("\n### {}\n\n", phrases::topic(topic, lang));
        }
        for (document, change) in rows {
            pieces.push(std::mem::take(&mut head) + &row(document, change, lang));
        }
        if topic == Topic::Price && head.is_empty() {
            head.push('\n');
        }
        for (document, change) in rest {
            pieces.push(std::mem::take(&mut head) + &item(document, change, lang));
        }
    }
    // Room for the line that says how much was left out.
    let room = limit.saturating_sub(200);
    for (at, piece) in pieces.iter().enumerate() {
        if out.len() + piece.len() > room {
            let left = pieces.len() - at;
            out.push_str(&match lang {
                Lang::Zh => format!("\n**还有 {left} 处改动未列出**；用 `bidwright diff` 查看全部\n"),
                Lang::En => {
                    format!("\n**{left} more changes are left out**; see all of them with `bidwright diff`\n")
                }
            });
            break;
        }
        out.push_str(piece);
    }
    out
}

fn row(document: &Changed, change: &Change, lang: Lang) -> String {
    let text = |text: &Option<String>| cut(text.as_deref().unwrap_or("—"), 120);
    let (difference, percent) = change.figures.clone().unzip();
    let mut name = format!("{} › {}", document.title, phrases::place(&change.place));
    if change.act != Act::Changed {
        name.push_str(&format!(" ({})", phrases::act(change.act, lang)));
    }
    format!(
        "| {} | {} | {} | {} | {} |\n",
        cut(&name, 160),
        text(&change.old),
        text(&change.new),
        escape(&difference.unwrap_or_default()),
        escape(&percent.flatten().unwrap_or_default()),
    )
}

fn item(document: &Changed, change: &Change, lang: Lang) -> String {
    let mut name = vec![document.title.clone()];
    name.extend(change.place.iter().cloned());
    let mut out = format!("- **{}**", cut(&name.join(" › "), 200));
    if change.act != Act::Changed {
        out.push_str(&format!(" · {}", phrases::act(change.act, lang)));
    }
    if let Some(trend) = change.trend {
        out.push_str(&format!(" · {}", phrases::trend(trend, lang)));
    }
    if !change.runs.is_empty() {
        out.push_str(&format!("：{}", redline(&change.runs)));
    } else if change.passages.is_empty() {
        match (&change.old, &change.new) {
            (Some(old), Some(new)) => {
                out.push_str(&format!("：~~{}~~ → **{}**", cut(old, 300), cut(new, 300)))
            }
            (Some(old), None) => out.push_str(&format!("：~~{}~~", cut(old, 300))),
            (None, Some(new)) if change.act != Act::Layout => {
                out.push_str(&format!("：**{}**", cut(new, 300)))
            }
            _ => (),
        }
    }
    out.push('\n');
    for passage in &change.passages {
        let cells: Vec<String> = passage.cells.iter().map(|cell| redline(cell)).collect();
        let heading =
            passage.heading.as_ref().map(|heading| format!("§ {}：", cut(heading, 60))).unwrap_or_default();
        let act = if passage.act == Act::Moved {
            format!("({}) ", phrases::act(Act::Moved, lang))
        } else {
            String::new()
        };
        out.push_str(&format!("  - {heading}{act}{}\n", cells.join(" \\| ")));
    }
    out
}

fn redline(runs: &[Run]) -> String {
    let each = runs.iter().map(|run| {
        // Marks do not bind where blanks stand inside of them.
        let text = run.text.trim();
        let (before, after) =
            (run.text.starts_with(char::is_whitespace), run.text.ends_with(char::is_whitespace));
        let text = match run.mark {
            _ if text.is_empty() => String::new(),
            Mark::Same => shortened(text),
            Mark::Gone => format!("<del>{}</del>", cut(text, 400)),
            Mark::New => format!("<ins>{}</ins>", cut(text, 400)),
        };
        format!("{}{text}{}", if before { " " } else { "" }, if after { " " } else { "" })
    });
    each.collect()
}

fn shortened(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= 60 {
        return escape(text);
    }
    let (head, tail): (String, String) =
        (letters[..24].iter().collect(), letters[letters.len() - 24..].iter().collect());
    format!("{} … {}", escape(&head), escape(&tail))
}

fn cut(text: &str, most: usize) -> String {
    let short: String = text.chars().take(most).collect();
    if short.len() < text.len() { format!("{}…", escape(&short)) } else { escape(text) }
}

/// Text as text. A mention is broken by what cannot be seen, and so is a link that a site would make itself.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in harmless(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("@<!-- -->"),
            ':' => out.push_str("&#58;"),
            '#' => out.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(character);
            }
            character => out.push(character),
        }
    }
    out
}
