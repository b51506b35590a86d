//! The list of prices of a bid as a workbook, for buyers that ask for one. `import prices` reads it back as the same list.

use crate::amount::{Amount, Unit};
use crate::diagnostic::Lang;
use crate::document::Document;
use crate::tender;
use crate::value::Value;
use crate::workbook::{self, Column, Entry};
use crate::workspace::Workspace;

/// The fields of a line in their order, with Chinese and English titles and widths.
const COLUMNS: [(&str, &str, &str, u32); 18] = [
    ("group_id", "组号", "Group id", 12),
    ("group", "分组", "Group", 20),
    ("id", "行号", "Line id", 12),
    ("code", "项目编码", "Code", 16),
    ("name", "名称", "Name", 30),
    ("brand", "品牌", "Brand", 12),
    ("model", "型号", "Model", 20),
    ("maker", "制造商", "Maker", 24),
    ("origin", "产地", "Origin", 12),
    ("unit", "单位", "Unit", 8),
    ("people", "在岗人数", "People", 10),
    ("quantity", "数量", "Quantity", 10),
    ("unit_price", "单价", "Unit price", 16),
    ("amount", "金额", "Amount", 18),
    ("tax_rate", "税率", "Tax rate", 8),
    ("net_amount", "不含税金额", "Net amount", 18),
    ("tax_amount", "税额", "Tax amount", 16),
    ("note", "备注", "Note", 30),
];
const MONEY: [&str; 4] = ["unit_price", "amount", "net_amount", "tax_amount"];

/// The workbooks of a project's bids, each with the name of its file. A list of rates alone has no table of lines.
pub(super) fn workbooks(workspace: &Workspace, project: &str) -> Vec<(String, Vec<u8>)> {
    let own = |bid: &tender::Bid| bid.package.project.as_deref() == Some(project);
    let lists = tender::bids(workspace).into_iter().filter(own).filter_map(|bid| bid.price);
    let mut seen: Vec<&str> = Vec::new();
    let mut out: Vec<(String, Vec<u8>)> = Vec::new();
    for list in lists {
        if seen.contains(&list.id.as_str()) {
            continue;
        }
        seen.push(&list.id);
        let name = format!("{}.xlsx", super::name::safe_name(&list.title));
        let taken = out.iter().any(|(known, _)| *known == name);
        if let Some(book) = workbook(list).filter(|_| !taken) {
            out.push((name, book));
        }
    }
    out
}

fn workbook(list: &Document) -> Option<Vec<u8>> {
    let data = list.data()?;
    let lang = list.language.words();
    let groups = data.get("groups").map(Value::items).unwrap_or_default();
    let unit = data.text_at("price_unit").and_then(Unit::parse).unwrap_or_default();
    let general = data.get("tax_rate").and_then(Value::amount);
    let lines: Vec<(&Value, &Value)> = groups
        .iter()
        .flat_map(|group| {
            group.get("lines").map(Value::items).unwrap_or_default().iter().map(move |line| (group, line))
        })
        .collect();
    let entry = |(group, line): &(&Value, &Value), field: &str| -> Entry {
        let (from, key) = match field {
            "group_id" => (*group, "id"),
            "group" => (*group, "name"),
            other => (*line, other),
        };
        let value = from.get(key);
        let amount = value.and_then(Value::amount).or(general.filter(|_| field == "tax_rate"));
        match field {
            "tax_rate" => amount.map_or(Entry::Empty, |rate| Entry::Number(rate, "0.##%")),
            "people" | "quantity" => amount.map_or(Entry::Empty, |count| Entry::Number(count, "General")),
            _ if MONEY.contains(&field) => {
                amount.map_or(Entry::Empty, |amount| Entry::Number(amount, money(unit)))
            }
            _ => value.and_then(Value::text).map_or(Entry::Empty, |text| Entry::Text(text.to_owned())),
        }
    };
    // A column that no line fills is left out.
    let used: Vec<_> = COLUMNS
        .iter()
        .filter(|(field, ..)| lines.iter().any(|line| entry(line, field) != Entry::Empty))
        .collect();
    let columns: Vec<Column> = used
        .iter()
        .map(|(field, zh, en, width)| {
            let title = if lang == Lang::En { *en } else { *zh };
            let title = match unit {
                Unit::TenThousand if MONEY.contains(field) => format!("{title}（万元）"),
                _ => title.to_owned(),
            };
            Column { title, width: *width }
        })
        .collect();
    let mut rows: Vec<Vec<Entry>> =
        lines.iter().map(|line| used.iter().map(|(field, ..)| entry(line, field)).collect()).collect();
    let total = |field: &str| -> Option<Amount> {
        let key = match field {
            "amount" => "total",
            "net_amount" => "net_total",
            "tax_amount" => "tax_total",
            _ => return None,
        };
        data.get(key)?.amount()
    };
    if data.get("total").is_some() {
        let word = if lang == Lang::En { "Total" } else { "合计" };
        rows.push(
            (0..)
                .zip(&used)
                .map(|(at, (field, ..))| match total(field) {
                    _ if at == 0 => Entry::Text(word.to_owned()),
                    Some(amount) => Entry::Number(amount, money(unit)),
                    None => Entry::Empty,
                })
                .collect(),
        );
    }
    let sheet = if lang == Lang::En { "Prices" } else { "分项报价" };
    if rows.is_empty() { None } else { workbook::write(&list.title, sheet, &columns, &rows).ok() }
}

fn money(unit: Unit) -> &'static str {
    match unit {
        Unit::One => "#,##0.00",
        Unit::TenThousand => "#,##0.00####",
    }
}
