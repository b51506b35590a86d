//! The words of imports on the command line.

use std::path::Path;

use crate::diagnostic::Lang;
use crate::import::Unread;
use crate::workbook::Fault;

pub(in crate::cli) fn no_kind(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "这个工作区没有可以导入成的文档类型",
        Lang::En => "this workspace has no kind that it could become",
    }
}

pub(in crate::cli) fn unread(path: &Path, unread: &Unread, lang: Lang) -> String {
    let [zh, en] = match unread {
        Unread::Workbook(Fault::Encrypted) => {
            ["文件有密码，先去掉密码再导入", "it is behind a password; remove that first"]
        }
        Unread::Workbook(Fault::Old) => [
            "是 2007 年以前的格式（.xls），请另存为 .xlsx",
            "it is of the format before 2007 (.xls); save it as .xlsx",
        ],
        Unread::Workbook(Fault::Foreign) => ["不是 XLSX 工作簿", "it is no XLSX workbook"],
        Unread::Workbook(Fault::Broken(part)) => {
            return match lang {
                Lang::Zh => format!("bidwright: 不能导入 {}：文件已损坏（{part}）", path.display()),
                Lang::En => format!("bidwright: cannot import {}: it is broken ({part})", path.display()),
            };
        }
        Unread::Workbook(Fault::Large) | Unread::Large => [
            "太大：最多两万行、四十万个单元格",
            "it is too large: at most 20,000 rows and 400,000 cells are read",
        ],
        Unread::Encoding => ["文字编码既不是 UTF-8 也不是 GBK", "its text is neither UTF-8 nor GBK"],
        Unread::Quotes => ["有一个引号没有结束", "a quotation mark is not closed"],
        Unread::Sheet(name) => {
            return match lang {
                Lang::Zh => format!("bidwright: {} 里没有工作表 {name}", path.display()),
                Lang::En => format!("bidwright: {} has no sheet {name}", path.display()),
            };
        }
    };
    match lang {
        Lang::Zh => format!("bidwright: 不能导入 {}：{zh}", path.display()),
        Lang::En => format!("bidwright: cannot import {}: {en}", path.display()),
    }
}

pub(in crate::cli) fn nothing(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "没有写出文件",
        Lang::En => "nothing was written",
    }
}

pub(in crate::cli) fn written(path: &Path, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("写出 {}；运行 bidwright check 检查", path.display()),
        Lang::En => format!("wrote {}; run bidwright check", path.display()),
    }
}
