//! A list of prices from a table: groups, lines, and the sums that the table names against those of its lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::heads::{self, Heads, Titles};
use super::table::{Cell, Content, Table};
use super::{Request, decimal, scalar};
use crate::amount::{Amount, Unit};
use crate::diagnostic::{Finding, Findings};
use crate::source::Span;

const TITLES: Titles = &[
    ("group_id", &["组号", "分组号", "groupid"]),
    ("group", &["分组", "组名", "类别", "分类", "系统", "group", "category"]),
    ("id", &["行号", "id", "lineid"]),
    ("number", &["序号", "no", "编号", "#"]),
    ("code", &["项目编码", "编码", "清单编码", "code"]),
    (
        "name",
        &[
            "名称",
            "项目名称",
            "货物名称",
            "产品名称",
            "设备名称",
            "服务名称",
            "品名",
            "分项名称",
            "服务内容",
            "子目名称",
            "name",
            "item",
            "description",
        ],
    ),
    ("brand", &["品牌", "brand"]),
    ("model", &["型号", "规格", "规格型号", "型号规格", "型号及规格", "model"]),
    ("maker", &["制造商", "厂家", "生产厂家", "制造厂商", "生产厂商", "maker", "manufacturer"]),
    ("origin", &["产地", "原产地", "origin"]),
    ("unit", &["单位", "计量单位", "unit"]),
    ("people", &["在岗人数", "人数", "people"]),
    ("quantity", &["数量", "工程量", "quantity", "qty"]),
    ("unit_price", &["单价", "含税单价", "综合单价", "投标单价", "unitprice", "price"]),
    ("ceiling", &["单价限价", "最高限价", "限价", "ceiling"]),
    ("amount", &["金额", "含税金额", "合价", "总价", "小计", "合计", "amount", "total"]),
    ("tax_rate", &["税率", "增值税税率", "taxrate", "vat"]),
    ("net_amount", &["不含税金额", "netamount"]),
    ("tax_amount", &["税额", "taxamount"]),
    ("note", &["备注", "说明", "note", "notes", "remark", "remarks"]),
];

/// A row that begins with one of these is a sum.
const SUMS: [&str; 8] = ["小计", "合计", "总计", "总价", "本页小计", "累计", "subtotal", "total"];

/// The texts of a line, in the order of a document.
const TEXTS: [&str; 7] = ["name", "brand", "model", "maker", "origin", "unit", "note"];

struct Group {
    id: Option<String>,
    name: String,
    lines: Vec<Line>,
}

struct Line {
    id: String,
    place: String,
    texts: BTreeMap<&'static str, String>,
    numbers: BTreeMap<&'static str, Amount>,
    tax_rate: Option<Amount>,
    amount: Option<Amount>,
}

/// The document, or nothing where a cell cannot be read; what is wrong is told either way.
pub fn prices(tables: &[Table], request: &Request, findings: &mut Findings) -> Option<String> {
    let needed = ["name", "unit", "unit_price"];
    let found = tables.iter().find_map(|table| Some((table, heads::find(table, TITLES, &needed)?)));
    let Some((table, heads)) = found else {
        let file = tables.first().and_then(|table| table.file)?;
        findings.push(Finding::new("import-table", Span::file(file)).with("columns", "名称、单位、单价"));
        return None;
    };
    let unit = heads.unit.unwrap_or_default();
    let mut reading =
        Reading { heads: &heads, unit, groups: Vec::new(), bad: false, total: Amount::ZERO, findings };
    for (row, cells) in table.rows.range(heads.row + 1..) {
        reading.row(*row, cells);
    }
    let (groups, bad) = (reading.groups, reading.bad);
    let groups: Vec<Group> = groups.into_iter().filter(|group| !group.lines.is_empty()).collect();
    if groups.is_empty() && !bad {
        let span = heads.titles.get("name").map(|cell| cell.span)?;
        findings.push(Finding::new("import-table", span).with("columns", "名称、单位、单价"));
    }
    (!bad && !groups.is_empty()).then(|| document(&groups, unit, table, request))
}

struct Reading<'r> {
    heads: &'r Heads<'r>,
    unit: Unit,
    groups: Vec<Group>,
    bad: bool,
    /// Of all lines so far.
    total: Amount,
    findings: &'r mut Findings,
}

impl Reading<'_> {
    fn cell<'c>(&self, cells: &'c BTreeMap<usize, Cell>, field: &str) -> Option<&'c Cell> {
        cells.get(self.heads.columns.get(field)?)
    }

    fn refuse(&mut self, cell: &Cell, hint: &'static str) {
        let finding = Finding::new("import-cell", cell.span).with("cell", &cell.address);
        let text = match &cell.content {
            Content::Number(number) => number.clone(),
            _ => cell.text(),
        };
        self.findings.push(finding.with("value", text).hint(hint, Vec::new()));
        self.bad = true;
    }

    fn row(&mut self, row: usize, cells: &BTreeMap<usize, Cell>) {
        let own: Vec<&Cell> = cells.values().filter(|cell| !cell.merged).collect();
        let Some(first) = own.first().copied() else { return };
        let said = first.text();
        let plain: String = said.chars().filter(|character| !character.is_whitespace()).collect();
        let plain = plain.to_lowercase();
        let price = self.cell(cells, "unit_price").is_some();
        if !price && SUMS.iter().any(|sum| plain.starts_with(sum)) {
            return self.sum(cells, &plain);
        }
        let measured = ["unit", "quantity", "unit_price", "amount"];
        let is_line = measured.iter().any(|field| self.cell(cells, field).is_some_and(|cell| !cell.merged));
        if !is_line {
            // One text, perhaps with its number in front, names a group; a long one is a remark.
            let words = own.iter().map(|cell| cell.text()).filter(|text| !text.is_empty());
            let longest = words.max_by_key(|text| text.chars().count()).unwrap_or_default();
            if own.len() <= 2 && longest.chars().count() <= 40 {
                self.groups.push(Group { id: None, name: unnumbered(&longest), lines: Vec::new() });
            } else {
                let finding = Finding::new("import-passed", first.span).with("cell", &first.address);
                self.findings.push(finding.with("value", longest));
            }
            return;
        }
        self.line(row, cells, first);
    }

    fn line(&mut self, row: usize, cells: &BTreeMap<usize, Cell>, first: &Cell) {
        let mut line = Line {
            id: format!("line-{}", row + 1),
            place: first.address.clone(),
            texts: BTreeMap::new(),
            numbers: BTreeMap::new(),
            tax_rate: None,
            amount: None,
        };
        for field in TEXTS.into_iter().chain(["code", "group", "group_id", "id"]) {
            let Some(cell) = self.cell(cells, field) else { continue };
            match cell.content {
                Content::Error(_) => self.refuse(cell, "error"),
                Content::Formula => self.refuse(cell, "formula"),
                _ => {
                    line.texts.insert(field, cell.text());
                }
            }
        }
        // What is missing is told at the name of the line.
        let at = self.cell(cells, "name").unwrap_or(first).clone();
        for field in ["name", "unit"] {
            if line.texts.get(field).is_none_or(String::is_empty) {
                self.refuse(&at, if field == "name" { "name" } else { "unit" });
            }
        }
        let money = 2 + self.unit.zeros();
        for (field, most) in
            [("people", 6), ("quantity", 6), ("unit_price", money), ("ceiling", money), ("amount", money)]
        {
            if let Some(number) = self.number(cells, field, most) {
                line.numbers.insert(field, number);
            }
        }
        if !line.numbers.contains_key("unit_price") && self.cell(cells, "unit_price").is_none() {
            self.refuse(&at, "price");
        }
        if self.heads.columns.contains_key("quantity") && self.cell(cells, "quantity").is_none() {
            self.refuse(&at, "quantity");
        }
        line.tax_rate = self.rate(cells);
        if let Some(id) = line.texts.remove("id").filter(|id| is_key(id)) {
            line.id = id;
        }
        self.amount(&mut line, cells);
        let (name, id) = (line.texts.remove("group"), line.texts.remove("group_id"));
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            if self.groups.last().is_none_or(|group| group.name != name) {
                self.groups.push(Group { id: id.filter(|id| is_slug(id)), name, lines: Vec::new() });
            }
        } else if self.groups.is_empty() {
            self.groups.push(Group { id: None, name: "报价".to_owned(), lines: Vec::new() });
        }
        if let Some(group) = self.groups.last_mut() {
            group.lines.push(line);
        }
    }

    /// What the table says of a line's amount must be what the line makes.
    fn amount(&mut self, line: &mut Line, cells: &BTreeMap<usize, Cell>) {
        let product = line.numbers.get("quantity").zip(line.numbers.get("unit_price"));
        let most = 2 + self.unit.zeros();
        line.amount = product.and_then(|(quantity, price)| Some(quantity.times(*price)?.within(2, most)));
        if let (Some(reckoned), Some(written)) = (line.amount, line.numbers.remove("amount"))
            && reckoned != written
            && let Some(cell) = self.cell(cells, "amount")
        {
            self.differs(cell, written, reckoned);
        }
        self.total = line.amount.and_then(|amount| self.total.plus(amount)).unwrap_or(self.total);
    }

    fn differs(&mut self, cell: &Cell, written: Amount, reckoned: Amount) {
        let finding = Finding::new("import-sum", cell.span).with("cell", &cell.address);
        self.findings.push(finding.with("written", written).with("reckoned", reckoned));
    }

    fn sum(&mut self, cells: &BTreeMap<usize, Cell>, label: &str) {
        // Sums of a page are no sums of lines that could be told here.
        if label.starts_with("本页") || label.starts_with("累计") {
            return;
        }
        // Where a line could not be read, its sum cannot be right.
        let Some(cell) = self.cell(cells, "amount").filter(|cell| !cell.merged && !self.bad).cloned() else {
            return;
        };
        let Some(written) = self.number(cells, "amount", 2 + self.unit.zeros()) else { return };
        let group = label.starts_with("小计") || label.starts_with("subtotal");
        let own = self.groups.last().map(|group| &group.lines);
        let reckoned = match own {
            Some(lines) if group => {
                lines.iter().filter_map(|line| line.amount).try_fold(Amount::ZERO, Amount::plus)
            }
            _ => Some(self.total),
        };
        if let Some(reckoned) = reckoned.filter(|reckoned| *reckoned != written) {
            self.differs(&cell, written, reckoned);
        }
    }

    fn number(&mut self, cells: &BTreeMap<usize, Cell>, field: &str, most: u32) -> Option<Amount> {
        let cell = self.cell(cells, field)?;
        if field == "amount" && (cell.merged || cell.content == Content::Formula) {
            // Nothing is kept of it, and it says nothing that could be compared.
            return None;
        }
        let read = match &cell.content {
            _ if cell.merged => Err("merged"),
            Content::Number(number) => decimal::of_workbook(number).ok_or("number"),
            Content::Text(text) => decimal::typed(text).ok_or("number"),
            Content::Error(_) => Err("error"),
            Content::Formula => Err("formula"),
        };
        let fits = |number: Amount| match (number.is_negative(), number.decimals() > most) {
            (true, _) => Err("negative"),
            (_, true) => Err("decimals"),
            _ => Ok(number),
        };
        // Sums that the document does not keep may have as many decimals as they like.
        match read.and_then(|number| if field == "amount" { Ok(number) } else { fits(number) }) {
            Ok(number) => Some(number),
            Err(hint) => {
                let cell = cell.clone();
                self.refuse(&cell, hint);
                None
            }
        }
    }

    /// `13%`, `0.13` or `13`.
    fn rate(&mut self, cells: &BTreeMap<usize, Cell>) -> Option<Amount> {
        let cell = self.cell(cells, "tax_rate")?;
        let hundred = Amount::from(100);
        let read = match &cell.content {
            Content::Text(text) => {
                let text = text.trim().replace('％', "%");
                Amount::from_percent(&text).ok().or_else(|| decimal::typed(&text))
            }
            Content::Number(number) => decimal::of_workbook(number),
            Content::Error(_) | Content::Formula => None,
        };
        let rate =
            read.and_then(|rate| if rate >= Amount::from(1) { rate.over(hundred) } else { Some(rate) });
        if rate.is_none_or(|rate| rate.is_negative()) {
            let cell = cell.clone();
            self.refuse(&cell, "rate");
        }
        rate
    }
}

/// `一、软件平台` is called 软件平台.
fn unnumbered(name: &str) -> String {
    let number = |character: char| {
        character.is_ascii_digit() || "一二三四五六七八九十百（）() .IVX".contains(character)
    };
    let rest = name.trim_start_matches(number).trim_start_matches(['、', '.', '．', ' ']);
    let numbered = rest.len() < name.len()
        && name[..name.len() - rest.len()].ends_with(['、', '.', '．', ' ', '）', ')']);
    if numbered && !rest.is_empty() { rest.to_owned() } else { name.to_owned() }
}

fn is_slug(text: &str) -> bool {
    crate::scaffold::is_slug(text)
}

fn is_key(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
}

fn document(groups: &[Group], unit: Unit, table: &Table, request: &Request) -> String {
    let mut rates: Vec<Amount> = Vec::new();
    for rate in groups.iter().flat_map(|group| &group.lines).filter_map(|line| line.tax_rate) {
        if !rates.contains(&rate) {
            rates.push(rate);
        }
    }
    let lines = || groups.iter().flat_map(|group| &group.lines);
    let count = |rate: &Amount| lines().filter(|line| line.tax_rate == Some(*rate)).count();
    // A rate that all lines need not repeat; the most frequent one, the first of equals.
    let general =
        rates.iter().copied().rev().max_by_key(count).filter(|_| lines().all(|line| line.tax_rate.is_some()));
    let percent = |rate: Amount| rate.times(Amount::from(100)).map(|rate| format!("{}%", rate.shortest()));
    let priced = lines().all(|line| line.numbers.contains_key("quantity"));
    let sheet = if table.name.is_empty() { String::new() } else { format!("，工作表 {}", table.name) };
    let mut out = format!(
        "# 由 {} 导入{sheet}；行尾是各行原来的位置。金额、税额、合计和大写由工具计算。\nkind: {}\nid: {}\ntitle: {}\nconfidentiality: public\ndata:\n",
        request.from.replace(['\n', '\r'], " "),
        request.kind,
        request.id,
        scalar(request.title)
    );
    if let Some(rate) = general.and_then(percent) {
        let _ = writeln!(out, "  tax_rate: {rate}");
    }
    if !priced {
        out.push_str("  pricing: unit-prices\n");
    }
    if unit == Unit::TenThousand {
        out.push_str("  price_unit: 万元\n");
    }
    out.push_str("  groups:\n");
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for (at, group) in groups.iter().enumerate() {
        let id = group.id.clone().unwrap_or_else(|| format!("group-{}", at + 1));
        let times = names.entry(group.name.clone()).or_default();
        *times += 1;
        // Groups have names of their own.
        let name = if *times == 1 { group.name.clone() } else { format!("{}（{times}）", group.name) };
        let _ = writeln!(out, "    - id: {id}\n      name: {}\n      lines:", scalar(&name));
        for line in &group.lines {
            let _ = writeln!(
                out,
                "        - id: {}  # {}",
                scalar(&line.id),
                line.place.replace(['\n', '\r'], " ")
            );
            let text = |field: &str| line.texts.get(field).filter(|text| !text.is_empty());
            for field in ["code", "name", "brand", "model", "maker", "origin", "unit"] {
                if let Some(text) = text(field) {
                    let _ = writeln!(out, "          {field}: {}", scalar(text));
                }
            }
            for field in ["people", "quantity", "unit_price", "ceiling"] {
                if let Some(number) = line.numbers.get(field) {
                    let money = matches!(field, "unit_price" | "ceiling");
                    let shown = if money { number.within(2, 6).to_string() } else { number.shortest() };
                    let _ = writeln!(out, "          {field}: {shown}");
                }
            }
            if let Some(rate) = line.tax_rate.filter(|rate| general != Some(*rate)).and_then(percent) {
                let _ = writeln!(out, "          tax_rate: {rate}");
            }
            if let Some(note) = text("note") {
                let _ = writeln!(out, "          note: {}", scalar(note));
            }
        }
    }
    out
}
