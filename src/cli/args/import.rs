//! What is typed after `bidwright import`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Format;

#[derive(Args)]
#[command(
    after_help = "示例 / Example: bidwright import prices 报价.xlsx --out projects/smart-park/bid/prices.yaml"
)]
pub(in crate::cli) struct Import {
    /// 表格里是什么 / what the table holds
    #[arg(value_enum)]
    pub what: Imported,
    /// XLSX 或 CSV 文件 / XLSX or CSV file
    pub file: PathBuf,
    /// 写到这个新文件，不写则输出 / write to this new file; printed if left out
    #[arg(short, long, value_name = "PATH")]
    pub out: Option<PathBuf>,
    /// 覆盖已有的文件 / replace a file that is there
    #[arg(long, requires = "out")]
    pub force: bool,
    /// 工作表，不写则第一个有标题行的 / sheet; by default the first one with titles
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// 文档的标识，不写则依文件位置 / id of the document; by where the file lies if left out
    #[arg(long)]
    pub id: Option<String>,
    /// 文档的标题 / title of the document
    #[arg(short, long)]
    pub title: Option<String>,
    /// 条款的类别：资格、商务、技术、合同 / category of clauses
    #[arg(long, value_name = "NAME", default_value = "技术", value_parser = ["资格", "商务", "技术", "合同"])]
    pub category: String,
    /// 表中没有页码时条款所在的页 / page of clauses where the table has none
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub page: u64,
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// 最多列出的问题数 / findings shown at most
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
}

/// What is imported.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Imported {
    /// 报价表 / a list of prices
    Prices,
    /// 招标条款 / clauses of a tender
    Clauses,
}
