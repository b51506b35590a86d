//! A report as a workbook: figures, every table on a sheet of its own, and what the charts are drawn from.
//! The only room that names `rust_xlsxwriter`. Text is never a formula, and the file is the same every time.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::separated::spread;
use super::{Cell, Grid, Report};
use crate::amount::Amount;
use crate::diagnostic::Lang;

/// Columns are as wide as what is in them, within these bounds.
const NARROW: usize = 8;
const WIDE: usize = 46;
/// A spreadsheet holds no longer text in one cell.
const LONGEST: usize = 32_000;
/// A spreadsheet reckons with so many digits; a longer figure stays text, whole.
const DIGITS: usize = 15;

struct Looks {
    title: Format,
    head: Format,
    text: Format,
    total: Format,
}

pub fn xlsx(report: &Report) -> Result<Vec<u8>, String> {
    written(report).map_err(|error| error.to_string())
}

fn written(report: &Report) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // No clock here: two workbooks of one folder must agree byte for byte.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title(&report.title).set_creation_datetime(&made));
    let looks = Looks {
        title: Format::new().set_bold().set_font_size(14),
        head: Format::new()
            .set_bold()
            .set_font_color(Color::White)
            .set_background_color(Color::RGB(0x1F_3A_5F))
            .set_align(FormatAlign::Center)
            .set_text_wrap(),
        text: Format::new().set_align(FormatAlign::Top).set_text_wrap(),
        total: Format::new().set_bold().set_border_top(FormatBorder::Thin),
    };
    let word = |zh: &str, en: &str| if report.lang == Lang::En { en.to_owned() } else { zh.to_owned() };
    let mut names = Vec::new();
    let about = book.add_worksheet();
    about.set_name(name(&word("概览", "Overview"), &mut names))?;
    overview(about, report, &looks)?;
    for grid in &report.tables {
        let sheet = book.add_worksheet();
        sheet.set_name(name(&grid.title, &mut names))?;
        table(sheet, grid, report.lang, &looks)?;
    }
    if report.charts.iter().any(|picture| !picture.series.is_empty()) {
        let sheet = book.add_worksheet();
        sheet.set_name(name(&word("图表数据", "Chart data"), &mut names))?;
        charts(sheet, report, &looks)?;
    }
    book.save_to_buffer()
}

fn overview(sheet: &mut Worksheet, report: &Report, looks: &Looks) -> Result<(), XlsxError> {
    let word = |zh: &str, en: &str| if report.lang == Lang::En { en.to_owned() } else { zh.to_owned() };
    let text = |text: &str| Cell::Text(text.to_owned());
    sheet.write_string_with_format(0, 0, cut(&report.title), &looks.title)?;
    let mut about = Vec::new();
    if let (Some(from), Some(to)) = (report.from, report.to) {
        about.push((word("统计期间", "Period"), format!("{from} – {to}")));
    }
    about.extend(report.filters.iter().cloned());
    about.push((word("数据来源", "Source"), report.source.clone()));
    if report.confidential {
        about.push((word("密级", "Class"), word("机密", "Confidential")));
    }
    let mut line = 1;
    let mut widths = vec![NARROW; 4];
    for (title, words) in about {
        // The source may be long; it is not what a column is as wide as.
        put(sheet, line, 0, &text(&title), &looks.text, &mut widths)?;
        sheet.write_string(line, 1, cut(&words))?;
        line += 1;
    }
    line += 1;
    if !report.figures.is_empty() {
        let heads = [
            word("指标", "Figure"),
            word("数值", "Value"),
            word("分子", "Numerator"),
            word("分母", "Denominator"),
        ];
        for (at, head) in (0..).zip(heads) {
            put(sheet, line, at, &Cell::Text(head), &looks.head, &mut widths)?;
        }
        for figure in &report.figures {
            line += 1;
            put(sheet, line, 0, &text(&figure.title), &looks.text, &mut widths)?;
            for (at, cell) in (1..).zip(spread(&figure.value, false, report.lang)) {
                put(sheet, line, at, &cell, &looks.text, &mut widths)?;
            }
        }
    }
    set_widths(sheet, &widths)
}

fn table(sheet: &mut Worksheet, grid: &Grid, lang: Lang, looks: &Looks) -> Result<(), XlsxError> {
    let word = |zh: &str, en: &str| if lang == Lang::En { en.to_owned() } else { zh.to_owned() };
    let mut heads = Vec::new();
    for head in &grid.columns {
        heads.push(head.title.clone());
        if head.share {
            heads.extend([word("分子", "Numerator"), word("分母", "Denominator")]);
        }
    }
    let mut widths = vec![NARROW; heads.len()];
    for (at, head) in (0..).zip(&heads) {
        put(sheet, 0, at, &Cell::Text(head.clone()), &looks.head, &mut widths)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let mut line = 0;
    // Subtotals would be counted twice by whoever sums up a column.
    let lines = grid.lines.iter().filter(|line| !line.subtotal).map(|line| &line.cells);
    for cells in lines {
        line += 1;
        let fields = grid.columns.iter().zip(cells).flat_map(|(head, cell)| spread(cell, head.share, lang));
        for (at, cell) in (0..).zip(fields) {
            put(sheet, line, at, &cell, &looks.text, &mut widths)?;
        }
    }
    if line > 0 && !heads.is_empty() {
        sheet.autofilter(0, 0, line, u16::try_from(heads.len() - 1).unwrap_or(u16::MAX))?;
    }
    if let Some(total) = &grid.total {
        line += 1;
        let fields = grid.columns.iter().zip(total).flat_map(|(head, cell)| spread(cell, head.share, lang));
        for (at, cell) in (0..).zip(fields) {
            let cell =
                if at == 0 && cell == Cell::Empty { Cell::Text(word("合计", "Total")) } else { cell };
            put(sheet, line, at, &cell, &looks.total, &mut widths)?;
        }
    }
    if let Some(note) = &grid.note {
        sheet.write_string(line + 2, 0, cut(note))?;
    }
    set_widths(sheet, &widths)
}

fn charts(sheet: &mut Worksheet, report: &Report, looks: &Looks) -> Result<(), XlsxError> {
    let mut line = 0;
    let mut widths = vec![NARROW];
    for picture in report.charts.iter().filter(|picture| !picture.series.is_empty()) {
        widths.resize(widths.len().max(picture.series.len() + 1), NARROW);
        put(sheet, line, 0, &Cell::Text(picture.title.clone()), &looks.head, &mut widths)?;
        for (at, series) in (1..).zip(&picture.series) {
            put(sheet, line, at, &Cell::Text(series.name.clone()), &looks.head, &mut widths)?;
        }
        for (label, _) in &picture.series[0].points {
            line += 1;
            put(sheet, line, 0, &Cell::Text(label.clone()), &looks.text, &mut widths)?;
            for (at, series) in (1..).zip(&picture.series) {
                if let Some((_, cell)) = series.points.iter().find(|(known, _)| known == label) {
                    put(sheet, line, at, &spread(cell, false, report.lang)[0], &looks.text, &mut widths)?;
                }
            }
        }
        line += 2;
    }
    set_widths(sheet, &widths)
}

/// Writes a cell with its type and remembers how wide it is.
fn put(
    sheet: &mut Worksheet,
    line: u32,
    at: u16,
    cell: &Cell,
    look: &Format,
    widths: &mut [usize],
) -> Result<(), XlsxError> {
    if let Some(width) = widths.get_mut(usize::from(at)) {
        *width = (*width).max(columns(&cell.text()) + 2);
    }
    let number = |code: &str| look.clone().set_num_format(code);
    match cell {
        Cell::Empty => sheet.write_blank(line, at, look)?,
        Cell::Text(text) => sheet.write_string_with_format(line, at, cut(text), look)?,
        Cell::Date(day) => {
            let day = ExcelDateTime::parse_from_str(&day.to_string())?;
            sheet.write_datetime_with_format(line, at, &day, &number("yyyy-mm-dd"))?
        }
        Cell::Money(amount) => figure(sheet, line, at, *amount, &number("#,##0.00"))?,
        Cell::Rate(rate) => figure(sheet, line, at, rounded(*rate), &number("0.0%"))?,
        Cell::Number(amount) => figure(sheet, line, at, rounded(*amount), &number("#,##0.##"))?,
        Cell::Count(count) => figure(sheet, line, at, *count, &number("#,##0"))?,
        Cell::Share { value, .. } => return put(sheet, line, at, value, look, widths),
    };
    Ok(())
}

fn figure<'s>(
    sheet: &'s mut Worksheet,
    line: u32,
    at: u16,
    amount: Amount,
    look: &Format,
) -> Result<&'s mut Worksheet, XlsxError> {
    let text = amount.to_string();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match text.parse::<f64>() {
        Ok(number) if digits <= DIGITS => sheet.write_number_with_format(line, at, number, look),
        _ => sheet.write_string_with_format(line, at, text, look),
    }
}

/// Six decimals at most, and none that say nothing.
fn rounded(amount: Amount) -> Amount {
    let amount = amount.round(6);
    amount.round(amount.decimals())
}

fn set_widths(sheet: &mut Worksheet, widths: &[usize]) -> Result<(), XlsxError> {
    for (at, width) in (0..).zip(widths) {
        sheet.set_column_width(at, u32::try_from((*width).min(WIDE)).unwrap_or(u32::MAX))?;
    }
    Ok(())
}

/// Han characters take two columns.
fn columns(text: &str) -> usize {
    text.chars().map(|it| if it.is_ascii() { 1 } else { 2 }).sum()
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// A title as the name of a sheet: 31 characters, none of those that are not allowed, and none twice.
fn name(title: &str, names: &mut Vec<String>) -> String {
    let plain: String = title.chars().filter(|it| !"[]:*?/\\'".contains(*it)).take(28).collect();
    let plain = if plain.trim().is_empty() { "Sheet".to_owned() } else { plain };
    let numbered = (2..).map(|number| format!("{plain} {number}"));
    let is_free = |name: &String| !names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let name = [plain.clone()].into_iter().chain(numbered).find(is_free).expect("numbers do not end");
    names.push(name.clone());
    name
}
