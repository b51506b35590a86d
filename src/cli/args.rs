//! What can be typed. Types for clap alone; what they come to is decided by each command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::diagnostic::Lang;

/// 标书即代码：检查、排版成套投标文件
/// Bids as code: check and typeset complete bids
#[derive(Parser)]
#[command(name = "bidwright", version, propagate_version = true, max_term_width = 100)]
pub(super) struct Arguments {
    /// 提示语言 / language of messages
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Language>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Language {
    Zh,
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Zh => Self::Zh,
            Language::En => Self::En,
        }
    }
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// 检查文档，一次报告全部问题 / check documents, report everything at once
    Check(Check),
    /// 生成 PDF：整个工作区、一个项目或一份文档 / set a workspace, a project or one document as PDF
    Build(Build),
    /// 金额与大写互换 / turn figures into capital words and back
    Amount(Amount),
    /// 解释一个问题代码 / explain a finding's code
    Explain(Explain),
    /// 输出命令补全脚本 / print a completion script
    Completions(Completions),
}

/// 示例 / Example: bidwright check projects/smart-park --format json
#[derive(Args)]
pub(super) struct Check {
    /// 工作区、项目文件夹或文档 / workspace, project folder or documents
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// 最多详细列出的问题数 / findings shown in full at most
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
    /// 不显示提示级别的问题和总结 / neither infos nor the summary
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Human,
    Json,
}

/// 示例 / Example: bidwright build samples/smart-park --out dist
#[derive(Args)]
pub(super) struct Build {
    /// 工作区、项目文件夹或文档 / workspace, project folder or documents
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// 输出文件夹（默认为配置中的 out）/ output folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// 输出 PDF/A-2b 存档格式 / write PDF/A-2b for archives
    #[arg(long)]
    pub pdf_a: bool,
    /// 单份文档的读者（投标文件始终面向客户）/ reader of single documents
    #[arg(long, value_enum)]
    pub audience: Option<Reader>,
    /// 有错误也生成，加盖草稿标记 / build in spite of errors, with a draft mark
    #[arg(long)]
    pub draft: bool,
    /// 不排版，改为写出排版源文件 / write the Typst sources instead of setting them
    #[arg(long, value_name = "DIR", conflicts_with = "out")]
    pub sources: Option<PathBuf>,
    /// 只显示问题 / show findings only
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Reader {
    Internal,
    Customer,
}

/// 示例 / Example: bidwright amount 1680.32
#[derive(Args)]
pub(super) struct Amount {
    /// 数字或大写金额 / a figure or an amount in capital words
    #[arg(required = true, allow_hyphen_values = true)]
    pub amounts: Vec<String>,
}

/// 示例 / Example: bidwright explain yaml-fullwidth-colon
#[derive(Args)]
pub(super) struct Explain {
    /// 问题代码；不写则列出全部 / the code; without it all are listed
    pub code: Option<String>,
}

/// 示例 / Example: bidwright completions bash > /etc/bash_completion.d/bidwright
#[derive(Args)]
pub(super) struct Completions {
    pub shell: clap_complete::Shell,
}
