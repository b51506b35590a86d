//! Arguments of the commands around a finished bid.

use std::path::PathBuf;

use clap::Args;

use super::Format;

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright package projects/smart-park")]
pub(in crate::cli) struct Package {
    /// 项目文件夹；只有一个项目时可以不写 / the project's folder; may be left out if there is only one
    #[arg(value_name = "PROJECT", default_value = ".")]
    pub path: PathBuf,
    /// 归档文件；不写则为输出文件夹下的 <项目>.zip / the archive; <project>.zip in the output folder if left out
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// PDF 用 PDF/A-2b 存档格式 / PDFs as PDF/A-2b for archives
    #[arg(long)]
    pub pdf_a: bool,
    /// 有错误也生成，加盖草稿标记 / build in spite of errors, with a draft mark
    #[arg(long)]
    pub draft: bool,
    /// 只生成审批完成的文档，否则拒绝 / refuse unless everything has been approved to the end
    #[arg(long, conflicts_with = "draft")]
    pub release: bool,
    /// 证明成册里没有客户不该看到的内容：换掉这些内容再排一遍，逐字节比较 / prove that no volume holds what the customer may not see: set it again with all of that changed, and compare the bytes
    #[arg(long)]
    pub prove: bool,
    #[command(flatten)]
    pub keep: Keep,
    /// 只显示问题和 SHA-256 / show findings and the SHA-256 only
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright verify out/smart-park.zip --rebuild samples/smart-park")]
pub(in crate::cli) struct Verify {
    /// 归档文件，或 build 写出的项目文件夹 / an archive, or a project's folder as build has written it
    pub path: PathBuf,
    /// 另从工作区重新生成并比较，默认当前文件夹 / build again from the workspace and compare
    #[arg(long, value_name = "WORKSPACE", num_args = 0..=1, default_missing_value = ".")]
    pub rebuild: Option<PathBuf>,
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// 最多详细列出的问题数 / findings shown in full at most
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
    /// 只显示问题 / show findings only
    #[arg(short, long)]
    pub quiet: bool,
}

/// What builds keep from one to the next.
#[derive(Args)]
pub(in crate::cli) struct Keep {
    /// 缓存文件夹：没有变化的成册不重新排版；不写则在工作区内 / folder of the cache: what has not changed is not set again; in the workspace if left out
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// 不用缓存，全部重新排版 / no cache: set everything again
    #[arg(long, conflicts_with = "cache")]
    pub no_cache: bool,
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright amendments projects/smart-park --id a1")]
pub(in crate::cli) struct Amendments {
    /// 工作区、项目或投标文件 / workspace, project or bid
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// 只看这一份补遗 / this amendment only, by its key
    #[arg(long, value_name = "KEY")]
    pub id: Option<String>,
    #[command(flatten)]
    pub keep: Keep,
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright labels projects/smart-park --out labels.pdf")]
pub(in crate::cli) struct Labels {
    /// 项目或投标文件；只有一份投标文件时可以不写 / project or bid; may be left out if there is only one
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// 标签文件；不写则为输出文件夹下的 labels/<项目>.pdf / the file; labels/<project>.pdf in the output folder if left out
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}
