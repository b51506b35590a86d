//! Writes one sheet as a workbook: typed cells, no formulas, and the same bytes every time.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, XlsxError};

use crate::amount::Amount;

/// A spreadsheet reckons with so many digits; a longer figure stays text, whole.
const DIGITS: usize = 15;

pub struct Column {
    pub title: String,
    pub width: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    Empty,
    Text(String),
    /// With the format that shows it.
    Number(Amount, &'static str),
}

/// The workbook of one table. The last row is set off where it is a `total`.
pub fn write(title: &str, sheet: &str, columns: &[Column], rows: &[Vec<Entry>]) -> Result<Vec<u8>, String> {
    written(title, sheet, columns, rows).map_err(|error| error.to_string())
}

fn written(title: &str, sheet: &str, columns: &[Column], rows: &[Vec<Entry>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // No clock here: two workbooks of one folder must agree byte for byte.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&made));
    let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_text_wrap();
    let text = Format::new().set_text_wrap();
    let page = book.add_worksheet();
    page.set_name(sheet)?;
    for (at, column) in (0..).zip(columns) {
        page.write_string_with_format(0, at, &column.title, &head)?;
        page.set_column_width(at, column.width)?;
    }
    page.set_freeze_panes(1, 0)?;
    for (line, row) in (1..).zip(rows) {
        for (at, entry) in (0..).zip(row) {
            match entry {
                Entry::Empty => continue,
                Entry::Text(words) => page.write_string_with_format(line, at, words, &text)?,
                Entry::Number(amount, code) => {
                    let written = amount.to_string();
                    let digits = written.bytes().filter(u8::is_ascii_digit).count();
                    let look = Format::new().set_num_format(*code);
                    match written.parse::<f64>() {
                        Ok(number) if digits <= DIGITS => {
                            page.write_number_with_format(line, at, number, &look)?
                        }
                        _ => page.write_string_with_format(line, at, &written, &text)?,
                    }
                }
            };
        }
    }
    book.save_to_buffer()
}
