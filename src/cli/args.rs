//! What can be typed. Types for clap alone; what they come to is decided by each command.

mod import;
mod package;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::choice::Shard;
use super::format::{Name, ToFile};
use crate::diagnostic::Lang;

pub(super) use import::{Import, Imported};
pub(super) use package::{Amendments, Keep, Labels, Package, Verify};

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
    /// 新建工作区，带一个能立即构建的示例 / make a workspace with a sample that builds at once
    Init(Init),
    /// 新建项目或文档 / make a project or a document
    New(New),
    /// 检查文档，一次报告全部问题 / check documents, report everything at once
    Check(Check),
    /// 生成 PDF：整个工作区、一个项目或一份文档 / set a workspace, a project or one document as PDF
    Build(Build),
    /// 生成一个项目的全部文件，装成一个归档 / build a project and put all of it into one archive
    Package(Package),
    /// 核对归档或文件夹与其清单，一个字节的改动也能发现 / prove an archive or folder against its manifest
    Verify(Verify),
    /// 由表格（XLSX、CSV）生成文档：报价、招标条款 / make a document of a table: prices, clauses
    Import(Import),
    /// 招标人的澄清、补遗触及哪些应答、页码、报价和审批 / what the buyer's amendments touch: answers, pages, prices, approvals
    Amendments(Amendments),
    /// 封套标签：每个分册的正本、副本和电子文件各一张 / labels for the envelopes of a bid
    Labels(Labels),
    /// 给文档编号；也作废编号、解决两个分支的编号冲突 / give documents their numbers; void them, settle collisions
    Number(Number),
    /// 记录文档的一个版本 / record a version of a document
    Revise(Revise),
    /// 审批文档的当前版本 / approve or reject the latest version of a document
    Approve(Approve),
    /// 显示编号、版本、状态和下一步轮到谁 / show number, version, state and whose turn it is
    Status(Status),
    /// 统计报表：台账、评估、风险、回款等，不写名称则列出全部 / reports: ledgers, evaluations, risks, payments; lists all without a name
    Report(Report),
    /// 两个版本之间改了什么：价格、承诺、应答、人员、正文 / what changed between two versions, in terms of the bid
    Diff(Diff),
    /// 由 git 调用：按条目合并文档 / called by git: merges documents by their items
    MergeDriver(MergeDriver),
    /// 金额与大写互换 / turn figures into capital words and back
    Amount(Amount),
    /// 解释一个问题代码 / explain a finding's code
    Explain(Explain),
    /// 列出文档类型：名称、分类、编号代码、依据 / list kinds of documents: name, class, code of numbers, policy
    Kinds(Kinds),
    /// 输出或写出类型的模式 / print or write the schemas of kinds
    Schema(Schema),
    /// 输出命令补全脚本 / print a completion script
    Completions(Completions),
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright init bids")]
pub(super) struct Init {
    /// 新的或空的文件夹；设置合并驱动时也可以是已有的工作区 / a new or empty folder; with --merge-driver also a workspace
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// 让 git 按条目合并文档：写 .gitattributes 和本仓库的 git 设置 / have git merge documents by their items: writes .gitattributes and settings of this repository
    #[arg(long)]
    pub merge_driver: bool,
    /// 写入持续集成的配置，也可用于已有的工作区 / write the files of a CI system, also into an existing workspace
    #[arg(long, value_enum, value_name = "SYSTEM")]
    pub ci: Option<CiSystem>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CiSystem {
    Github,
    Gitlab,
    Gitee,
    /// 提交前检查 / a check before each commit
    PreCommit,
    /// 装有本工具的镜像 / an image with the tool
    Container,
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright new project smart-park --title 智慧园区平台建设项目")]
pub(super) struct New {
    /// 文档类型；bidwright schema 列出全部 / kind of document; bidwright schema lists them
    pub kind: String,
    /// 项目名或文档短名（小写字母、数字、连字符）/ name of the project or document: lower case, digits, hyphens
    pub name: Option<String>,
    /// 所属项目；只有一个或已在其文件夹内时可以不写 / project; may be left out in its folder or if there is one
    #[arg(short, long)]
    pub project: Option<String>,
    /// 文档短名或标识；不写则依类型取名 / short name or id of the document; by its kind if left out
    #[arg(long, conflicts_with = "name")]
    pub id: Option<String>,
    /// 标题 / title
    #[arg(short, long)]
    pub title: Option<String>,
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright check projects/smart-park --format json")]
pub(super) struct Check {
    /// 工作区、项目文件夹或文档 / workspace, project folder or documents
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value_t = Name::Human)]
    pub format: Name,
    /// 另把问题写入文件，可多次，如 sarif=a.sarif / write findings to a file as well; may be repeated
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    pub reports: Vec<ToFile>,
    /// 只看此版本以来的改动可能影响的项目 / only projects that changes since a revision can have affected
    #[arg(long, value_name = "REV")]
    pub changed_since: Option<String>,
    /// 只做第几份，如 1/4；按项目分，新增项目不移动其他项目 / one share of the projects; new projects move no other
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// 登记册与成品不得有变，否则报错而不写 / the register and the outputs must not change
    #[arg(long)]
    pub locked: bool,
    /// 不用网络；本来就从不使用 / no network, which is never used anyway
    #[arg(long)]
    pub offline: bool,
    /// 期限按这一天判断，不写则按文档中最晚的日期 / judge lateness from this day, else from the latest in documents
    #[arg(long, value_name = "DATE")]
    pub at: Option<String>,
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

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright build samples/smart-park --out dist")]
pub(super) struct Build {
    /// 工作区、项目文件夹或文档 / workspace, project folder or documents
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// 输出文件夹；不写则用配置中的 output / output folder; that of the configuration if left out
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
    /// 只生成审批完成的文档，否则拒绝 / refuse unless everything has been approved to the end
    #[arg(long, conflicts_with = "draft")]
    pub release: bool,
    /// 证明成册里没有客户不该看到的内容：换掉这些内容再排一遍，逐字节比较 / prove that no volume holds what the customer may not see: set it again with all of that changed, and compare the bytes
    #[arg(long, conflicts_with = "sources")]
    pub prove: bool,
    /// 不排版，改为写出排版源文件 / write the Typst sources instead of setting them
    #[arg(long, value_name = "DIR", conflicts_with = "out")]
    pub sources: Option<PathBuf>,
    /// 另把问题写入文件，可多次，如 sarif=a.sarif / write findings to a file as well; may be repeated
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    pub reports: Vec<ToFile>,
    /// 只看此版本以来的改动可能影响的项目 / only projects that changes since a revision can have affected
    #[arg(long, value_name = "REV")]
    pub changed_since: Option<String>,
    /// 只做第几份，如 1/4；按项目分，新增项目不移动其他项目 / one share of the projects; new projects move no other
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// 登记册与成品不得有变，否则报错而不写 / the register and the outputs must not change
    #[arg(long)]
    pub locked: bool,
    /// 保存文件后自动重新生成，按 Ctrl-C 结束 / build again whenever a file is saved, until Ctrl-C
    #[arg(long, conflicts_with_all = ["sources", "locked", "prove"])]
    pub watch: bool,
    /// 不用网络；本来就从不使用 / no network, which is never used anyway
    #[arg(long)]
    pub offline: bool,
    #[command(flatten)]
    pub keep: Keep,
    /// 只显示问题 / show findings only
    #[arg(short, long)]
    pub quiet: bool,
}

#[derive(Args)]
#[command(
    after_help = "示例 / Examples: bidwright diff main projects/smart-park · bidwright diff QD202605001@V1.0 HEAD --format html --out diff.html"
)]
pub(super) struct Diff {
    /// 提交、分支、标签、编号@版本，或两个文件夹；不写则为工作区与 HEAD / revisions, ID@V1.0, or two folders; by default HEAD and the working tree
    #[arg(value_name = "REV|PATH")]
    pub states: Vec<String>,
    /// 只比较这些文件或文件夹 / compare only these files and folders
    #[arg(value_name = "PATH", last = true)]
    pub paths: Vec<PathBuf>,
    /// 给谁看；customer 不含内部与保密内容 / for whom; customer leaves out what is internal or confidential
    #[arg(long, value_enum)]
    pub audience: Option<Reader>,
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value_t = DiffFormat::Human)]
    pub format: DiffFormat,
    /// 新旧左右并排 / old and new side by side
    #[arg(long)]
    pub side_by_side: bool,
    /// 写到文件；PDF 不写则为 diff.pdf / write to a file; of a PDF diff.pdf by default
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// 有差异时退出码为 1 / exit with 1 where something differs
    #[arg(long)]
    pub exit_code: bool,
}

#[derive(Args)]
#[command(
    after_help = "设置 / Set up: bidwright init --merge-driver · .gitattributes: *.yaml merge=bidwright"
)]
pub(super) struct MergeDriver {
    /// 共同的旧版（%O）/ what both began with
    pub base: PathBuf,
    /// 我方（%A），结果写在这里 / ours; the result is written here
    pub ours: PathBuf,
    /// 对方（%B）/ theirs
    pub theirs: PathBuf,
    /// 文件在仓库中的路径（%P）/ the path of the file in the repository
    pub path: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    Human,
    Markdown,
    Json,
    Html,
    Pdf,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Reader {
    Internal,
    Customer,
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright number projects/smart-park")]
#[command(group = clap::ArgGroup::new("task").args(["void", "resolve", "claim"]))]
pub(super) struct Number {
    /// 工作区、项目文件夹或文档 / workspace, folders or documents
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// 只显示将得到的编号 / show the numbers that would be given
    #[arg(short = 'n', long, conflicts_with = "task")]
    pub dry_run: bool,
    /// 编号所属的日期，默认今天 / the day of the record, today if left out
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// 作废一个编号，永不再用 / put a number out of use for good
    #[arg(long, value_name = "ID", requires = "why")]
    pub void: Option<String>,
    /// 作废的原因 / why it is voided
    #[arg(long, value_name = "TEXT", requires = "void", allow_hyphen_values = true)]
    pub why: Option<String>,
    /// 解决编号冲突：主分支的保留，另一份换号 / settle collisions: the main branch keeps its numbers
    #[arg(long)]
    pub resolve: bool,
    /// 同时在远程仓库占号，先到先得 / reserve the numbers on a git remote, first come first served
    #[arg(long, value_name = "REMOTE")]
    pub claim: Option<String>,
    /// 登记人，默认取自 git / who does it, by default from git
    #[arg(long = "as", value_name = "PERSON")]
    pub person: Option<String>,
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright revise QD202605001 --summary \"补充访谈结论\"")]
pub(super) struct Revise {
    /// 编号、文档标识或文件 / number, document id or file
    pub id: String,
    /// 改了什么 / what has changed
    #[arg(short, long, allow_hyphen_values = true)]
    pub summary: String,
    /// 大版本：V1.2 之后是 V2.0 / a major version
    #[arg(long)]
    pub major: bool,
    /// 版本日期，默认今天 / the day of the version, today if left out
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// 修改人，默认取自 git / who does it, by default from git
    #[arg(long = "as", value_name = "PERSON")]
    pub person: Option<String>,
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright approve QD202605001 --step head --as 韩松岳")]
pub(super) struct Approve {
    /// 编号、文档标识或文件 / number, document id or file
    pub id: String,
    /// 审批步骤；只有一步可办时可以不写 / the step; may be left out where only one can be taken
    #[arg(long)]
    pub step: Option<String>,
    /// 审批人，默认取自 git / who does it, by default from git
    #[arg(long = "as", value_name = "PERSON")]
    pub person: Option<String>,
    /// 不同意 / reject instead
    #[arg(long)]
    pub reject: bool,
    /// 意见 / an opinion
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    pub opinion: Option<String>,
    /// 审批日期，默认今天 / the day of the decision, today if left out
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright status projects/smart-park")]
pub(super) struct Status {
    /// 工作区、文件夹或文档 / workspace, folders or documents
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright report visit-ledger --from 2026-04-01 --to 2026-06-30")]
pub(super) struct Report {
    /// 报表名称；不写则列出全部 / name of the report; without it all are listed
    pub name: Option<String>,
    /// 工作区 / the workspace
    #[arg(value_name = "WORKSPACE", default_value = ".")]
    pub path: PathBuf,
    /// 起始日期（含当日）/ first day of the period
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// 截止日期（含当日）；期限也按这一天判断 / last day of the period; lateness is judged from it too
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// 只统计一个项目：文件夹、标识或名称 / one project only: its folder, id or name
    #[arg(long)]
    pub project: Option<String>,
    /// 只统计一个人：姓名或标识 / one person only: name or id
    #[arg(long)]
    pub person: Option<String>,
    /// 输出格式；不写则依 --out 的扩展名，再不然为 pdf / output format; by the ending of --out, or else pdf
    #[arg(long, value_enum)]
    pub format: Option<ReportFormat>,
    /// 输出文件；pdf 和 xlsx 默认在输出文件夹的 reports/ 下，其余默认写到标准输出 / output file; by default reports/ in the output folder, or standard output for text
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// 完整显示电话和证件号码 / show phones and identity numbers whole
    #[arg(long)]
    pub personal: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    Pdf,
    Xlsx,
    Csv,
    Md,
    Json,
}

impl ReportFormat {
    pub fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Md => "md",
            Self::Json => "json",
        }
    }
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright amount 1680.32")]
pub(super) struct Amount {
    /// 数字或大写金额 / a figure or an amount in capital words
    #[arg(required = true, allow_hyphen_values = true)]
    pub amounts: Vec<String>,
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright explain yaml-fullwidth-colon")]
pub(super) struct Explain {
    /// 问题代码；不写则列出全部 / the code; without it all are listed
    pub code: Option<String>,
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright kinds")]
pub(super) struct Kinds {
    /// 输出格式 / output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright schema --write")]
pub(super) struct Schema {
    /// 输出这个类型的模式 / print the schema of this kind
    pub kind: Option<String>,
    /// 写出全部模式，默认到工作区的 .bidwright/schemas / write all schemas, by default to .bidwright/schemas
    #[arg(long, value_name = "DIR", num_args = 0..=1, conflicts_with = "kind")]
    pub write: Option<Option<PathBuf>>,
}

#[derive(Args)]
#[command(after_help = "示例 / Example: bidwright completions bash > /etc/bash_completion.d/bidwright")]
pub(super) struct Completions {
    pub shell: clap_complete::Shell,
}
