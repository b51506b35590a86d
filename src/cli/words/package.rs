//! The words of packages on the command line.

use std::path::Path;

use super::counted;
use crate::diagnostic::Lang;
use crate::package::archive::{Unfit, Verdict};
use crate::package::manifest::{Proof, Reader};

pub(in crate::cli) fn which_project(projects: &[&str], lang: Lang) -> String {
    let known = projects.iter().map(|project| format!("projects/{project}")).collect::<Vec<_>>().join(", ");
    match lang {
        Lang::Zh => format!("一次打包一个项目，请指明：{known}"),
        Lang::En => format!("a package is of one project; name it: {known}"),
    }
}

pub(in crate::cli) fn unfit(unfit: Unfit, lang: Lang) -> String {
    let words = match (unfit, lang) {
        (Unfit::Manifest, Lang::Zh) => "这个项目没有可打包的文件",
        (Unfit::Manifest, Lang::En) => "this project has nothing to package",
        (Unfit::Large, Lang::Zh) => "归档超过 4 GiB 或 65535 个文件，不能打包",
        (Unfit::Large, Lang::En) => "more than 4 GiB or 65,535 files do not go into one archive",
    };
    words.to_owned()
}

pub(in crate::cli) fn packaged(files: usize, path: &Path, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{files} 个文件装入 {}", path.display()),
        Lang::En => format!("packed {} into {}", counted(files, "file"), path.display()),
    }
}

pub(in crate::cli) fn verified(verdict: &Verdict, faults: usize, lang: Lang) -> String {
    let files = verdict.manifest.as_ref().map_or(0, |manifest| manifest.outputs.len());
    match (faults, lang) {
        (0, Lang::Zh) => format!("核对无误：{files} 个文件与清单一致"),
        (0, Lang::En) => format!("sound: {} as the manifest says", counted(files, "file")),
        (_, Lang::Zh) => format!("核对未通过：{faults} 处不符，不要递交"),
        (_, Lang::En) => format!("not sound: {}; do not hand it in", counted(faults, "difference")),
    }
}

pub(in crate::cli) fn proving(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "正在证明：换掉客户不该看到的内容，再排一遍",
        Lang::En => "proving: setting everything again with all that is hidden changed",
    }
}

/// What was proved; nothing where nothing was.
pub(in crate::cli) fn proved(proof: &Proof, lang: Lang) -> Option<String> {
    let Proof::Twin { readers } = proof else { return None };
    let told = readers.iter().map(|Reader { reader, volumes, changed, removed, kept }| match lang {
        Lang::Zh => format!(
            "已证明（读者 {reader}）：换掉 {changed} 处、去掉 {removed} 处不该看到的内容后，{volumes} 个 PDF 逐字节相同（另有 {kept} 处没有别的值可换）"
        ),
        Lang::En => format!(
            "proved for the reader {reader}: with {changed} hidden values changed and {removed} taken out, {} came out the same to the byte ({kept} had no other value)",
            counted(*volumes, "PDF file")
        ),
    });
    Some(told.collect::<Vec<_>>().join("\n"))
}

pub(in crate::cli) fn which_bid(ids: &[&str], lang: Lang) -> String {
    match (ids.is_empty(), lang) {
        (true, Lang::Zh) => "这里没有投标文件".to_owned(),
        (true, Lang::En) => "there is no bid here".to_owned(),
        (false, Lang::Zh) => format!("有多份投标文件，请写明一份或它的项目：{}", ids.join("、")),
        (false, Lang::En) => format!("there are several bids, name one or its project: {}", ids.join(", ")),
    }
}

pub(in crate::cli) fn labelled(envelopes: usize, path: &Path, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{envelopes} 张封套标签：{}", path.display()),
        Lang::En => format!("labels for {envelopes} envelopes: {}", path.display()),
    }
}
