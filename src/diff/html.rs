//! Changes as one page that needs nothing else: no network, no other file. It can be read without its script, which
//! only filters and steps. All text of users is escaped, and the page forbids every script but its own.

use super::phrases::{self, act_code, harmless, shape_code, topic_code, trend_code};
use super::{Act, Change, Comparison, Mark, Passage, Run, TOPICS};
use crate::diagnostic::Lang;
use crate::digest;

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// The comparison as a page.
pub fn html(comparison: &Comparison) -> String {
    let lang = comparison.lang;
    let words = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    let title = format!("{} · {}", phrases::title(lang), phrases::span(comparison));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        base64(&digest::of(STYLE.as_bytes())),
        base64(&digest::of(SCRIPT.as_bytes())),
    );
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        words("zh-CN", "en"),
        escape(&title),
    );
    out.push_str(&format!(
        "<header><h1>{}</h1><span class=\"span\"><b>{}</b> → <b>{}</b></span><input id=\"filter\" type=\"search\" placeholder=\"{}\" aria-label=\"{}\"><span id=\"count\" aria-live=\"polite\"></span><button id=\"keys\" type=\"button\">{}</button></header>\n",
        phrases::title(lang),
        escape(&comparison.old),
        escape(&comparison.new),
        words("筛选（/）", "Filter (/)"),
        words("按文字筛选改动", "Filter changes by their words"),
        words("按键 ?", "Keys ?"),
    ));
    out.push_str("<div class=\"frame\">\n");
    navigation(&mut out, comparison);
    out.push_str("<main>\n");
    if let Some(words) = phrases::audience(comparison) {
        out.push_str(&format!("<p class=\"empty\">{words}</p>\n"));
    }
    if comparison.is_empty() {
        out.push_str(&format!("<p class=\"empty\">{}</p>\n", phrases::none(lang)));
    }
    if comparison.is_layout_only() {
        out.push_str(&format!("<p class=\"empty\">{}</p>\n", phrases::layout_only(lang)));
    }
    for unread in &comparison.unread {
        out.push_str(&format!("<p class=\"warn\">{}</p>\n", escape(&phrases::unread(unread, lang))));
    }
    let counts = comparison.counts();
    for topic in TOPICS {
        let Some(count) = counts.get(&topic) else { continue };
        let (code, name) = (topic_code(topic), phrases::topic(topic, lang));
        out.push_str(&format!("<section id=\"{code}\"><h2>{name}<span class=\"n\">{count}</span></h2>\n"));
        let mut last = "";
        for (document, change) in comparison.of(topic) {
            if last != document.path {
                last = &document.path;
                let from =
                    document.from.as_ref().map(|from| format!("{} → ", escape(from))).unwrap_or_default();
                let title = escape(&phrases::document(document, lang));
                out.push_str(&format!(
                    "<div class=\"doc\"><b>{title}</b><br>{from}{}</div>\n",
                    escape(&document.path)
                ));
            }
            let about = format!("{} {}", document.title, document.path);
            article(&mut out, change, &document.path, &about, lang);
        }
        out.push_str("</section>\n");
    }
    out.push_str("</main></div>\n");
    help(&mut out, lang);
    out.push_str(&format!("<script>{SCRIPT}</script>\n</body>\n</html>\n"));
    out
}

fn navigation(out: &mut String, comparison: &Comparison) {
    let lang = comparison.lang;
    let words = |zh: &'static str, en: &'static str| if lang == Lang::Zh { zh } else { en };
    let total: usize = comparison.counts().values().sum();
    let entry = |key: &str, value: &str, name: &str, count: usize| {
        format!(
            "<li><a href=\"#\" data-{key}=\"{}\"><span>{}</span><span class=\"n\">{count}</span></a></li>",
            escape(value),
            escape(name)
        )
    };
    out.push_str(&format!(
        "<nav aria-label=\"{}\"><h2>{}</h2><ul>",
        words("导航", "Navigation"),
        words("按性质", "By kind of change")
    ));
    out.push_str(&entry("topic", "", words("全部", "All"), total));
    let counts = comparison.counts();
    for topic in TOPICS {
        if let Some(count) = counts.get(&topic) {
            out.push_str(&entry("topic", topic_code(topic), phrases::topic(topic, lang), *count));
        }
    }
    out.push_str(&format!("</ul><h2>{}</h2><ul>", words("按文档", "By document")));
    out.push_str(&entry("doc", "", words("全部", "All"), total));
    for document in &comparison.documents {
        out.push_str(&entry("doc", &document.path, &document.title, document.changes.len()));
    }
    out.push_str("</ul></nav>\n");
}

fn article(out: &mut String, change: &Change, path: &str, about: &str, lang: Lang) {
    let act = act_code(change.act);
    let trend = change.trend.map(trend_code).unwrap_or_default();
    out.push_str(&format!(
        "<article tabindex=\"-1\" class=\"{act} {trend}\" data-topic=\"{}\" data-doc=\"{}\" data-about=\"{}\">",
        topic_code(change.topic),
        escape(path),
        escape(about),
    ));
    let lines = match change.lines {
        (Some(old), Some(new)) if old != new => format!("{old} → {new}"),
        (_, Some(line)) | (Some(line), None) => line.to_string(),
        (None, None) => String::new(),
    };
    let line = if lang == Lang::Zh { "行" } else { "line" };
    if !lines.is_empty() {
        out.push_str(&format!("<span class=\"lines\">{line} {lines}</span>"));
    }
    out.push_str(&format!("<span class=\"place\">{}</span>", escape(&phrases::place(&change.place))));
    if change.act != Act::Changed {
        out.push_str(&format!("<span class=\"tag {act}\">{}</span>", phrases::act(change.act, lang)));
    }
    if let Some(told) = change.trend {
        out.push_str(&format!("<span class=\"tag {trend}\">{}</span>", phrases::trend(told, lang)));
    }
    if change.derived && change.act == Act::Changed {
        out.push_str(&format!("<span class=\"tag\">{}</span>", phrases::derived(lang)));
    }
    let mut values = String::new();
    if !change.runs.is_empty() {
        values = redline(&change.runs);
    } else if change.passages.is_empty() {
        match (&change.old, &change.new) {
            (Some(old), Some(new)) => {
                values = format!("<del>{}</del> → <ins>{}</ins>", escape(old), escape(new))
            }
            (Some(old), None) => values = format!("<del>{}</del>", escape(old)),
            (None, Some(new)) if change.act == Act::Layout => values = escape(new),
            (None, Some(new)) => values = format!("<ins>{}</ins>", escape(new)),
            (None, None) => (),
        }
    } else if change.act != Act::Changed {
        values = escape(change.new.as_deref().or(change.old.as_deref()).unwrap_or_default());
    }
    if let Some((difference, percent)) = &change.figures {
        let percent = percent.as_ref().map(|percent| format!(" ({})", escape(percent))).unwrap_or_default();
        values.push_str(&format!("<span class=\"figure\">{}{percent}</span>", escape(difference)));
    }
    if !values.is_empty() {
        out.push_str(&format!("<div class=\"values\">{values}</div>"));
    }
    let mut heading = None;
    for passage in &change.passages {
        if passage.heading.is_some() && passage.heading != heading {
            heading.clone_from(&passage.heading);
            out.push_str(&format!(
                "<div class=\"under\">§ {}</div>",
                escape(heading.as_deref().unwrap_or_default())
            ));
        }
        tell(out, passage, lang);
    }
    out.push_str("</article>\n");
}

fn tell(out: &mut String, passage: &Passage, lang: Lang) {
    let cells: Vec<String> = passage.cells.iter().map(|cell| redline(cell)).collect();
    let shape = shape_code(passage.shape);
    out.push_str(&format!("<div class=\"passage {shape} {}\">", act_code(passage.act)));
    if passage.act == Act::Moved {
        out.push_str(&format!("<span class=\"tag\">{}</span> ", phrases::act(Act::Moved, lang)));
    }
    match shape {
        "row" => out.push_str(&format!("<table><tr><td>{}</td></tr></table>", cells.join("</td><td>"))),
        "item" => out.push_str(&format!("• {}", cells.concat())),
        _ => out.push_str(&cells.concat()),
    }
    out.push_str("</div>");
}

fn redline(runs: &[Run]) -> String {
    let each = runs.iter().map(|run| match run.mark {
        Mark::Same => escape(&run.text),
        Mark::Gone => format!("<del>{}</del>", escape(&run.text)),
        Mark::New => format!("<ins>{}</ins>", escape(&run.text)),
    });
    each.collect()
}

fn help(out: &mut String, lang: Lang) {
    let rows = match lang {
        Lang::Zh => [
            ("j / k", "下一处、上一处改动"),
            ("n / p", "下一份、上一份文档"),
            ("/", "筛选；Esc 清除"),
            ("Esc", "显示全部"),
            ("?", "显示或关闭本说明"),
        ],
        Lang::En => [
            ("j / k", "next, previous change"),
            ("n / p", "next, previous document"),
            ("/", "filter; Esc clears it"),
            ("Esc", "show everything"),
            ("?", "open or close these words"),
        ],
    };
    let title = if lang == Lang::Zh { "按键" } else { "Keys" };
    out.push_str(&format!("<dialog id=\"help\"><h2>{title}</h2><dl>"));
    rows.iter().for_each(|(key, words)| out.push_str(&format!("<dt>{key}</dt><dd>{words}</dd>")));
    out.push_str("</dl></dialog>\n");
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in harmless(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            character => out.push(character),
        }
    }
    out
}

/// A digest as a browser wants it: Base64 of the bytes that the hexadecimal text stands for.
fn base64(hex: &str) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let half = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or(0);
    let bytes: Vec<u32> =
        hex.as_bytes().chunks(2).map(|pair| pair.iter().fold(0, |sum, byte| sum * 16 + half(byte))).collect();
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | three.get(at).copied().unwrap_or(0));
        for at in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * at) & 63) as usize];
            out.push(if at > three.len() { '=' } else { char::from(sign) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_written_as_browsers_read_them() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(base64(empty), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn text_is_no_markup() {
        assert_eq!(escape("<script>\"'&\u{1b}\u{202e}"), "&lt;script&gt;&quot;&#39;&amp;\u{FFFD}\u{FFFD}");
    }
}
