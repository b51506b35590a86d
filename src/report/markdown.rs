//! A report as Markdown: figures, then tables. Text of users is text: nothing in it marks anything up.

use super::cell::no_data;
use super::{Cell, Grid, Report};
use crate::diagnostic::Lang;

pub fn markdown(report: &Report) -> String {
    let word = |zh: &'static str, en: &'static str| if report.lang == Lang::En { en } else { zh };
    let mut out = format!("# {}\n", escaped(&report.title));
    let mut about = Vec::new();
    if let (Some(from), Some(to)) = (report.from, report.to) {
        about.push((word("统计期间", "Period").to_owned(), format!("{from} – {to}")));
    }
    about.extend(report.filters.iter().cloned());
    about.push((word("数据来源", "Source").to_owned(), report.source.clone()));
    if report.confidential {
        about.push((word("密级", "Class").to_owned(), word("机密", "Confidential").to_owned()));
    }
    out.push('\n');
    for (title, text) in about {
        out.push_str(&format!("- {}{}{}\n", escaped(&title), word("：", ": "), escaped(&text)));
    }
    if !report.figures.is_empty() {
        let headers = [
            word("指标", "Figure"),
            word("数值", "Value"),
            word("分子", "Numerator"),
            word("分母", "Denominator"),
        ];
        out.push_str(&format!("\n## {}\n\n", word("主要指标", "Figures")));
        out.push_str(&row(&headers.map(str::to_owned)));
        out.push_str("|---|--:|--:|--:|\n");
        for figure in &report.figures {
            let (part, whole) = match &figure.value {
                Cell::Share { part, whole, .. } => (part.text(), whole.text()),
                _ => (String::new(), String::new()),
            };
            let value = figure.value.text();
            let value = if value.is_empty() { no_data(report.lang).to_owned() } else { value };
            out.push_str(&row(&[
                figure.title.clone(),
                value + figure.unit.as_deref().unwrap_or(""),
                part,
                whole,
            ]));
        }
    }
    for grid in &report.tables {
        table(&mut out, grid, report.lang);
    }
    out
}

fn table(out: &mut String, grid: &Grid, lang: Lang) {
    out.push_str(&format!("\n## {}\n\n", escaped(&grid.title)));
    if grid.lines.is_empty() {
        out.push_str(&format!("{}\n", no_data(lang)));
        return;
    }
    out.push_str(&row(&grid.columns.iter().map(|head| head.title.clone()).collect::<Vec<_>>()));
    let rule = grid.columns.iter().map(|head| if head.figure { "--:" } else { "---" });
    out.push_str(&format!("|{}|\n", rule.collect::<Vec<_>>().join("|")));
    for line in &grid.lines {
        out.push_str(&row(&line.cells.iter().map(|cell| cell.whole_text(lang)).collect::<Vec<_>>()));
    }
    if let Some(total) = &grid.total {
        let mut cells: Vec<String> = total.iter().map(|cell| cell.whole_text(lang)).collect();
        if cells[0].is_empty() {
            cells[0] = if lang == Lang::En { "Total" } else { "合计" }.to_owned();
        }
        out.push_str(&row(&cells));
    }
    if let Some(note) = &grid.note {
        out.push_str(&format!("\n{}\n", escaped(note)));
    }
}

fn row(cells: &[String]) -> String {
    let cells = cells.iter().map(|cell| escaped(cell));
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

/// Every sign that Markdown could take for its own, escaped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => out.extend(['\\', character]),
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_marks_nothing_up() {
        assert_eq!(escaped("a|b\n[x](y) <b>&"), "a\\|b \\[x\\](y) &lt;b>&amp;");
    }
}
