//! Loose sheets: pages that no document stands behind, made of data that somebody else has gathered.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::job;
use super::shelf::{self, Shelf};
use super::trouble::{self, Trouble};
use crate::calendar::Day;
use crate::diagnostic::{Findings, Lang};
use crate::render::{Complaint, File, Fonts, Job, PdfSettings, Standard};
use crate::source::Span;
use crate::value::Meaning;
use crate::workspace::{Viewer, Workspace, facts};

/// What a template is given besides the facts of the company.
pub struct Loose<'l> {
    /// Below `templates/`; its `document` is called.
    pub template: &'l str,
    /// What the PDF is called.
    pub name: &'l str,
    pub lang: Lang,
    /// Marks every page.
    pub confidential: bool,
    /// Who reads it: facts that they may not know are not there.
    pub viewer: Viewer,
    /// The day that is printed, where there is one.
    pub date: Option<Day>,
    pub data: Map<String, Json>,
}

/// Sets loose sheets: the PDF and the number of its pages.
pub fn loose(
    workspace: &mut Workspace,
    loose: Loose,
    shelf: &dyn Shelf,
    findings: &mut Findings,
) -> Option<(Vec<u8>, usize)> {
    let (fonts, broken) = Fonts::new(workspace.fonts.clone());
    let mut raised = Findings::default();
    trouble::fonts(workspace, &fonts, &broken, &mut raised);
    let job = job(workspace, &loose, &fonts);
    let mut complaints = Vec::new();
    let set = set(job, &loose, shelf, &mut complaints);
    if !complaints.is_empty() {
        let text = workspace.templates.get(loose.template).map(|it| it.text.clone()).unwrap_or_default();
        let name = format!("<bidwright>/templates/{}", loose.template);
        let own = workspace.templates.get(loose.template).and_then(|template| template.file);
        let known = own.or_else(|| workspace.sources.find(&name));
        let file = known.unwrap_or_else(|| workspace.sources.add(name, text));
        let troubles =
            complaints.into_iter().map(|complaint| Trouble::loose(Span::file(file), loose.name, complaint));
        let troubles = troubles.collect();
        trouble::report(workspace, troubles, &mut raised);
    }
    workspace.configuration.judge(&mut raised);
    findings.extend(raised);
    set
}

fn set(
    job: Job,
    loose: &Loose,
    shelf: &dyn Shelf,
    complaints: &mut Vec<Complaint>,
) -> Option<(Vec<u8>, usize)> {
    let laid = match shelf::lay_out(job, shelf) {
        Ok(laid) => laid,
        Err(raised) => {
            complaints.extend(raised);
            return None;
        }
    };
    complaints.extend(laid.complaints.iter().cloned());
    let settings = PdfSettings {
        ident: format!("{} {}", loose.template, loose.name),
        creator: Some("Bidwright".to_owned()),
        date: loose.date.map(|day| day.to_string()).as_deref().and_then(job::date),
        standard: Standard::Pdf17,
        tagged: true,
    };
    match laid.pdf(&settings, shelf) {
        Ok(pdf) => Some((pdf, laid.known.pages)),
        Err(raised) => {
            complaints.extend(raised);
            None
        }
    }
}

fn job(workspace: &Workspace, loose: &Loose, fonts: &Fonts) -> Job {
    let mut json = loose.data.clone();
    let without_files = &mut |value: &crate::value::Value| {
        matches!(value.meaning, Meaning::Prose | Meaning::Image | Meaning::Attachment).then_some(Json::Null)
    };
    json.insert("facts".into(), facts(workspace, None, loose.viewer, without_files).into());
    let class = match (loose.confidential, loose.viewer) {
        (true, _) => "confidential",
        (false, Viewer::Insider) => "internal",
        (false, Viewer::Customer | Viewer::Blind) => "public",
    };
    json.insert("doc".into(), json!({ "title": loose.name, "data": {}, "confidentiality": class }));
    let lang = if loose.lang == Lang::En { "en" } else { "zh" };
    let mut options = json!({
        "lang": lang, "viewer": loose.viewer.name(), "draft": false, "fonts": job::families(workspace, fonts),
    });
    if let (Json::Object(options), Some(date)) = (&mut options, loose.date) {
        options.insert("date".into(), date.to_string().into());
        options.insert("stamp".into(), date.to_string().into());
    }
    json.insert("options".into(), options);
    let mut main = String::from("#import \"/templates/house/hydrate.typ\": hydrate\n");
    let _ = writeln!(main, "#import \"/templates/{}\": document", loose.template);
    main.push_str("#document(hydrate(json(\"/data/job.json\"), (:)))\n");
    let mut files: BTreeMap<String, File> = workspace
        .templates
        .iter()
        .map(|(path, template)| (format!("/templates/{path}"), File::from(template.text.clone())))
        .collect();
    files.insert("/data/job.json".into(), File::from(Json::Object(json).to_string()));
    Job { main, files, fonts: fonts.clone() }
}
