//! The words of reports on the command line.

use std::path::Path;

use crate::calendar::Day;
use crate::diagnostic::Lang;
use crate::report::Refusal;

pub(in crate::cli) fn report_row(title: &str, about: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{title}：{about}"),
        Lang::En => format!("{title}: {about}"),
    }
}

pub(in crate::cli) fn no_report(name: &str, near: Option<&str>, lang: Lang) -> String {
    match (near, lang) {
        (Some(near), Lang::Zh) => format!("没有报表 `{name}`；是不是 `{near}`？全部报表如下"),
        (Some(near), Lang::En) => format!("no report `{name}`; did you mean `{near}`? These are all:"),
        (None, Lang::Zh) => format!("没有报表 `{name}`；全部报表如下"),
        (None, Lang::En) => format!("no report `{name}`; these are all:"),
    }
}

pub(in crate::cli) fn report_broken(name: &str, reason: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("报表 `{name}` 的定义有误：{reason}"),
        Lang::En => format!("the definition of the report `{name}` is not valid: {reason}"),
    }
}

pub(in crate::cli) fn report_written(path: &Path, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("写出 {}", path.display()),
        Lang::En => format!("wrote {}", path.display()),
    }
}

pub(in crate::cli) fn report_errors(errors: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("工作区有 {errors} 个错误，报表可能不全；用 `bidwright check` 查看"),
        Lang::En => {
            format!("the workspace has {errors} errors, the report may lack something; see `bidwright check`")
        }
    }
}

pub(in crate::cli) fn period_backwards(from: Day, to: Day, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("起始日期 {from} 在截止日期 {to} 之后"),
        Lang::En => format!("the period begins on {from} and ends before that, on {to}"),
    }
}

pub(in crate::cli) fn report_refused(refusal: &Refusal, lang: Lang) -> String {
    let meant = |near: &Option<String>| match (near, lang) {
        (Some(near), Lang::Zh) => format!("；是不是 `{near}`？"),
        (Some(near), Lang::En) => format!("; did you mean `{near}`?"),
        (None, _) => String::new(),
    };
    match (refusal, lang) {
        (Refusal::UnknownProject(name, near), Lang::Zh) => format!("没有项目 `{name}`{}", meant(near)),
        (Refusal::UnknownProject(name, near), Lang::En) => format!("no project `{name}`{}", meant(near)),
        (Refusal::UnknownPerson(name, near), Lang::Zh) => format!("没有人员 `{name}`{}", meant(near)),
        (Refusal::UnknownPerson(name, near), Lang::En) => format!("nobody is called `{name}`{}", meant(near)),
        (Refusal::NotByProject, Lang::Zh) => "这份报表不能按项目统计".to_owned(),
        (Refusal::NotByProject, Lang::En) => "this report cannot be narrowed to a project".to_owned(),
        (Refusal::NotByPerson, Lang::Zh) => "这份报表不能按人员统计".to_owned(),
        (Refusal::NotByPerson, Lang::En) => "this report cannot be narrowed to a person".to_owned(),
    }
}
