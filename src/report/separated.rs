//! A report as CSV: its tables one below the other, for Excel and for programs. The only room that names `csv`.

use super::cell::no_data;
use super::{Cell, Report};
use crate::diagnostic::Lang;

/// Figures first, then each table under its title; an empty line between them. Opens as UTF-8 in Excel.
pub fn csv(report: &Report) -> Result<Vec<u8>, String> {
    let mut out = vec![0xEF, 0xBB, 0xBF];
    for (at, section) in sections(report).into_iter().enumerate() {
        if at > 0 {
            out.extend(b"\r\n");
        }
        let mut builder = csv::WriterBuilder::new();
        let mut writer = builder.flexible(true).terminator(csv::Terminator::CRLF).from_writer(out);
        for record in section {
            writer.write_record(record.iter().map(field)).map_err(|error| error.to_string())?;
        }
        out = writer.into_inner().map_err(|error| error.to_string())?;
    }
    Ok(out)
}

/// The records of figures and tables, titles included, as CSV and spreadsheets have them.
fn sections(report: &Report) -> Vec<Vec<Vec<Cell>>> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let word = |zh: &str, en: &str| text(if report.lang == Lang::En { en } else { zh });
    let mut sections = Vec::new();
    if !report.figures.is_empty() {
        let mut records = vec![
            vec![text(&report.title)],
            vec![
                word("指标", "Figure"),
                word("数值", "Value"),
                word("分子", "Numerator"),
                word("分母", "Denominator"),
            ],
        ];
        for figure in &report.figures {
            let mut record = vec![text(&figure.title)];
            record.extend(spread(&figure.value, true, report.lang));
            records.push(record);
        }
        sections.push(records);
    }
    for grid in &report.tables {
        let mut header = Vec::new();
        for head in &grid.columns {
            header.push(text(&head.title));
            if head.share {
                header.extend([word("分子", "Numerator"), word("分母", "Denominator")]);
            }
        }
        let mut records = vec![vec![text(&grid.title)], header];
        let lines = grid.lines.iter().filter(|line| !line.subtotal).map(|line| &line.cells);
        for cells in lines.chain(&grid.total) {
            let spread =
                grid.columns.iter().zip(cells).map(|(head, cell)| spread(cell, head.share, report.lang));
            records.push(spread.flatten().collect());
        }
        sections.push(records);
    }
    sections
}

/// A share takes three fields.
pub(super) fn spread(cell: &Cell, share: bool, lang: Lang) -> Vec<Cell> {
    match cell {
        Cell::Share { value, part, whole } => {
            let value =
                if **value == Cell::Empty { Cell::Text(no_data(lang).to_owned()) } else { (**value).clone() };
            vec![value, (**part).clone(), (**whole).clone()]
        }
        cell if share => vec![cell.clone(), Cell::Empty, Cell::Empty],
        cell => vec![cell.clone()],
    }
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => guarded(text),
        Cell::Rate(_) => cell.text(),
        cell => cell.figure().map_or_else(|| cell.text(), |figure| figure.to_string()),
    }
}

/// Text that a spreadsheet would take for a formula gets `'` in front, also where blanks come first.
fn guarded(text: &str) -> String {
    let blank = |it: char| it.is_whitespace() && !matches!(it, '\t' | '\r' | '\n');
    let unseen =
        |it: char| blank(it) || matches!(it, '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\'' | '"');
    let start = text.trim_start_matches(unseen);
    let formula = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '|', '%'];
    if start.starts_with(formula) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn no_text_becomes_a_formula() {
        for hostile in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "  =1",
            "\u{A0}=1",
            "\u{3000}=1",
            "＝1",
            "\u{FEFF}=1",
        ] {
            assert!(guarded(hostile).starts_with('\''), "{hostile:?}");
        }
        for plain in ["智慧园区", "1-2", "a=b", "（-）"] {
            assert_eq!(guarded(plain), plain);
        }
    }
}
