//! Requirements of a tender from a buyer's table: groups and clauses, for answers to name.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::heads::{self, Titles};
use super::table::{Cell, Content, Table};
use super::{Request, decimal, scalar};
use crate::amount::Amount;
use crate::diagnostic::{Finding, Findings};
use crate::source::Span;

const TITLES: Titles = &[
    ("group", &["章节", "分组", "组名", "类别", "标题", "条款名称", "section", "group", "title", "category"]),
    ("path", &["条款号", "条号", "编号", "序号", "条款编号", "clause", "no", "id"]),
    (
        "text",
        &[
            "内容",
            "要求",
            "条款内容",
            "招标要求",
            "采购需求",
            "技术要求",
            "招标文件要求",
            "原文",
            "参数",
            "技术参数",
            "指标要求",
            "text",
            "requirement",
            "requirements",
        ],
    ),
    ("mark", &["标记", "重要性", "符号", "mark"]),
    ("page", &["页码", "页", "招标文件页码", "page"]),
    ("proof", &["证明材料", "证明", "佐证材料", "proof", "evidence"]),
];

/// Marks that may stand in front of a text.
const MARKS: [char; 9] = ['★', '☆', '▲', '△', '●', '◆', '■', '※', '#'];

struct Clause {
    place: String,
    path: String,
    text: String,
    mark: Option<String>,
    page: u64,
    proof: Option<String>,
}

/// The document; nothing where a cell cannot be read. `page` is that of clauses whose table names none.
pub fn clauses(
    tables: &[Table],
    request: &Request,
    category: &str,
    page: u64,
    findings: &mut Findings,
) -> Option<String> {
    let found = tables.iter().find_map(|table| Some((table, heads::find(table, TITLES, &["text"])?)));
    let Some((table, heads)) = found else {
        let file = tables.first().and_then(|table| table.file)?;
        findings.push(Finding::new("import-table", Span::file(file)).with("columns", "要求（内容）"));
        return None;
    };
    let cell = |cells: &'_ BTreeMap<usize, Cell>, field: &str| -> Option<Cell> {
        cells.get(heads.columns.get(field)?).cloned()
    };
    let mut groups: Vec<(String, Vec<Clause>)> = Vec::new();
    let mut bad = false;
    for (row, cells) in table.rows.range(heads.row + 1..) {
        let Some(first) = cells.values().find(|cell| !cell.merged) else { continue };
        let Some(text) = cell(cells, "text").filter(|cell| !cell.merged || cells.len() > 1) else {
            groups.push((first.text(), Vec::new()));
            continue;
        };
        let hint = match text.content {
            Content::Error(_) => Some("error"),
            Content::Formula => Some("formula"),
            _ => None,
        };
        let number = cell(cells, "page").map(|cell| {
            let number = match &cell.content {
                Content::Number(number) => decimal::of_workbook(number),
                _ => decimal::typed(&cell.text()),
            };
            (number.filter(|number| number.decimals() == 0 && *number >= Amount::from(1)), cell)
        });
        let wrong = match (&number, hint) {
            (_, Some(hint)) => Some((text.clone(), hint)),
            (Some((None, cell)), _) => Some((cell.clone(), "page")),
            _ => None,
        };
        if let Some((cell, hint)) = wrong {
            let finding = Finding::new("import-cell", cell.span).with("cell", &cell.address);
            findings.push(finding.with("value", cell.text()).hint(hint, Vec::new()));
            bad = true;
            continue;
        }
        if let Some(name) = cell(cells, "group").map(|cell| cell.text())
            && groups.last().is_none_or(|(last, _)| *last != name)
        {
            groups.push((name, Vec::new()));
        }
        if groups.is_empty() {
            groups.push((request.title.to_owned(), Vec::new()));
        }
        let said = text.text();
        let mark = cell(cells, "mark").map(|cell| cell.text()).filter(|mark| !mark.is_empty());
        let front = said.chars().next().filter(|first| MARKS.contains(first) && mark.is_none());
        let clause = Clause {
            place: text.address.clone(),
            path: cell(cells, "path").map(|cell| cell.text()).unwrap_or_else(|| (row + 1).to_string()),
            text: said.trim_start_matches(|letter| Some(letter) == front).trim_start().to_owned(),
            mark: mark.or(front.map(String::from)),
            page: number.and_then(|(number, _)| number?.to_string().parse().ok()).unwrap_or(page),
            proof: cell(cells, "proof").map(|cell| cell.text()).filter(|proof| !proof.is_empty()),
        };
        if let Some((_, clauses)) = groups.last_mut() {
            clauses.push(clause);
        }
    }
    groups.retain(|(_, clauses)| !clauses.is_empty());
    if groups.is_empty() && !bad {
        let span = heads.titles.get("text").map(|cell| cell.span)?;
        findings.push(Finding::new("import-table", span).with("columns", "要求（内容）"));
    }
    (!bad && !groups.is_empty()).then(|| document(&groups, table, request, category))
}

fn document(groups: &[(String, Vec<Clause>)], table: &Table, request: &Request, category: &str) -> String {
    let sheet = if table.name.is_empty() { String::new() } else { format!("，工作表 {}", table.name) };
    let from = request.from.replace(['\n', '\r'], " ");
    let mut out = format!(
        "# 由 {from} 导入{sheet}；行尾是各条原来的位置。请对照招标文件核对条号、标记和页码。\nkind: {}\nid: {}\ntitle: {}\nconfidentiality: internal\ndata:\n  category: {category}\n  source: {}\n  groups:\n",
        request.kind,
        request.id,
        scalar(request.title),
        scalar(&from)
    );
    let mut number = 0;
    for (at, (title, clauses)) in groups.iter().enumerate() {
        let _ = writeln!(
            out,
            "    - path: \"{}\"\n      title: {}\n      clauses:",
            at + 1,
            scalar(if title.is_empty() { "要求" } else { title })
        );
        for clause in clauses {
            number += 1;
            let _ = writeln!(out, "        - id: c-{number}  # {}", clause.place.replace(['\n', '\r'], " "));
            let _ = writeln!(out, "          path: {}", serde_json::Value::from(clause.path.as_str()));
            let _ = writeln!(out, "          text: {}", scalar(&clause.text));
            if let Some(mark) = &clause.mark {
                let _ = writeln!(out, "          mark: {}", scalar(mark));
            }
            let _ = writeln!(out, "          page: {}", clause.page);
            if let Some(proof) = &clause.proof {
                let _ = writeln!(out, "          proof: {}", scalar(proof));
            }
        }
    }
    out
}
