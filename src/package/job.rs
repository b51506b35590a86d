//! Makes jobs: what a document or a volume is set from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::data::{self, Data};
use super::press::Press;
use super::{data_text, items};
use crate::document::Document;
use crate::kind::Role;
use crate::render::{File, Fonts, Job};
use crate::source::Span;
use crate::tender;
use crate::value::{Meaning, Value};
use crate::workspace::{Viewer, Workspace, virtual_path};

/// The faces that are always there, last in every list of families.
const SERIF: &str = "Noto Serif SC";
const SANS: &str = "Noto Sans SC";
/// Where templates have their colours from, and what stands there for a blind volume: black alone.
const PALETTE: &str = "/templates/house/palette.typ";
const PLAIN: &str = "/templates/house/plain.typ";

impl Press<'_> {
    /// The job of a single document, as it would be set.
    pub(super) fn job(&self, document: &Document) -> Job {
        self.single_job(document).0
    }

    pub(super) fn single_job(&self, document: &Document) -> (Job, Vec<Value>) {
        let viewer = self.options.viewer.unwrap_or(Viewer::of(document.kind.about.audience));
        let mut data = data::gather(self.workspace, document, viewer);
        data.json.insert("options".into(), self.given(document, viewer));
        let mut main = String::from("#import \"/templates/house/hydrate.typ\": hydrate\n");
        let _ = writeln!(main, "#import \"/templates/{}.typ\": document", document.kind.id);
        parts(&mut main, data.prose.len());
        main.push_str("#document(hydrate(json(\"/data/job.json\"), parts))\n");
        let prose = data.prose.clone();
        (self.assemble(main, &data, data.json.clone()), prose)
    }

    pub(super) fn volume_job(&self, volume: &Volume, pages: &Map<String, Json>, copy: Option<&str>) -> Job {
        let mut json = volume.data.json.clone();
        let mut pages = pages.clone();
        if volume.blind.is_some() {
            // Where something stands in other volumes depends on how long the names in them are.
            pages.retain(|_, place| place.get("volume").and_then(Json::as_str) == Some(&volume.title));
        }
        json.insert("pages".into(), pages.into());
        let mut about = volume.json.clone();
        about.insert("index".into(), volume.index.into());
        about.insert("copy".into(), copy.map_or(Json::Null, Json::from));
        if let Some(profile) = &volume.blind {
            about.insert("blind".into(), profile.clone());
        }
        json.insert("volume".into(), about.into());
        json.insert("options".into(), volume.given.clone());
        let mut job = self.assemble(volume.main.clone(), &volume.data, json);
        if volume.blind.is_some() {
            // One palette for another: what is imported everywhere need not ask in which volume it is.
            if let Some(plain) = job.files.get(PLAIN).cloned() {
                job.files.insert(PALETTE.to_owned(), plain);
            }
        }
        job
    }

    fn assemble(&self, main: String, data: &Data, json: Map<String, Json>) -> Job {
        let mut files: BTreeMap<String, File> = BTreeMap::new();
        for (path, template) in &self.workspace.templates {
            files.insert(format!("/templates/{path}"), File::from(template.text.clone()));
        }
        let mut pictures: BTreeSet<&String> = data.files.iter().collect();
        for (at, value) in data.prose.iter().enumerate() {
            if let Some(prose) = self.workspace.prose_of(value) {
                pictures.extend(
                    self.workspace.assets.keys().filter(|path| prose.code.contains(&virtual_path(path))),
                );
                files.insert(format!("/prose/p{}.typ", at + 1), File::from(prose.code.clone()));
            }
        }
        for path in pictures {
            if let Some(file) = self.files.get(path) {
                files.insert(virtual_path(path), file.clone());
            }
        }
        files.insert("/data/job.json".into(), File::from(Json::Object(json).to_string()));
        Job { main, files, fonts: self.fonts.clone() }
    }

    /// The volumes of a package, each with the file that calls its template, forms and embedded documents, and with
    /// the data that its reader may see.
    pub(super) fn described(&self, document: &Document) -> Vec<Volume> {
        let blind = tender::blind(self.workspace, document);
        let mut gathered: BTreeMap<&str, Arc<Data>> = BTreeMap::new();
        let mut data = |reader: Viewer| {
            let gather = || Arc::new(data::gather(self.workspace, document, reader));
            gathered.entry(reader.name()).or_insert_with(gather).clone()
        };
        let describe = |(index, volume): (usize, &Value)| {
            let title = volume.text_at("title").unwrap_or_default();
            let profile = blind.filter(|profile| tender::is_blind(profile, title));
            let reader = if profile.is_some() { Viewer::Blind } else { Viewer::Customer };
            let data = data(reader);
            let json = data.json.get("doc").and_then(|doc| doc.pointer(&format!("/data/volumes/{index}")));
            Volume {
                index,
                id: volume.text_at("id").unwrap_or_default().to_owned(),
                title: title.to_owned(),
                main: self.volume_main(document, volume, data.prose.len()),
                json: json.and_then(Json::as_object).cloned().unwrap_or_default(),
                given: self.given(document, reader),
                blind: profile.map(|profile| profile.to_json(&mut |_| None)),
                data,
            }
        };
        items(document.data(), "volumes").iter().enumerate().map(describe).collect()
    }

    fn volume_main(&self, document: &Document, volume: &Value, prose: usize) -> String {
        let chapters = || items(Some(volume), "chapters").iter();
        let forms: BTreeSet<&str> = chapters().filter_map(|chapter| chapter.text_at("form")).collect();
        let kinds: BTreeSet<&str> = chapters()
            .filter_map(|chapter| self.workspace.document(chapter.text_at("document")?))
            .map(|document| document.kind.id.as_str())
            .collect();
        let mut main = String::from("#import \"/templates/house/hydrate.typ\": hydrate\n");
        let _ = writeln!(main, "#import \"/templates/{}.typ\": volume", document.kind.id);
        let (mut form_list, mut kind_list) = (String::new(), String::new());
        for (at, form) in forms.iter().enumerate() {
            let _ = writeln!(main, "#import \"/templates/forms/{form}.typ\": form as form-{at}");
            let _ = write!(form_list, "\"{form}\": form-{at}, ");
        }
        for (at, kind) in kinds.iter().enumerate() {
            let _ = writeln!(main, "#import \"/templates/{kind}.typ\": chapter as chapter-{at}");
            let _ = write!(kind_list, "\"{kind}\": chapter-{at}, ");
        }
        parts(&mut main, prose);
        let _ = writeln!(
            main,
            "#volume(hydrate(json(\"/data/job.json\"), parts), forms: (: {form_list}), chapters: (: {kind_list}))"
        );
        main.replace("(: )", "(:)").replace("(: \"", "(\"")
    }

    /// A fixed date for the PDF, never the clock's: the document's own, or the first that its project names.
    fn stamp<'d>(&'d self, document: &'d Document) -> Option<&'d str> {
        let subject = || self.workspace.with_role(document.project.as_deref(), Role::Subject).next();
        data_text(document, "date").or_else(|| first_date(document)).or_else(|| first_date(subject()?))
    }

    pub(super) fn date(&self, document: &Document) -> Option<(i32, u8, u8)> {
        date(self.stamp(document)?)
    }

    fn given(&self, document: &Document, viewer: Viewer) -> Json {
        let mut given = json!({
            "lang": document.language.name(),
            "viewer": viewer.name(),
            "draft": self.options.draft || self.workspace.is_held(document),
            "fonts": self.families,
        });
        // `date` is printed and only ever the document's own; `stamp` is for the PDF's own record of itself.
        for (key, date) in [("date", data_text(document, "date")), ("stamp", self.stamp(document))] {
            if let (Json::Object(given), Some(date)) = (&mut given, date) {
                given.insert(key.into(), date.into());
            }
        }
        given
    }
}

/// The families that pages are set in, those of the workspace before the embedded ones.
pub(super) fn families(workspace: &Workspace, fonts: &Fonts) -> Json {
    let families = |own: &[(String, Span)], embedded: &str| -> Vec<String> {
        let own = own.iter().map(|(family, _)| family.clone()).filter(|family| fonts.has(family));
        own.chain([embedded.to_owned()]).collect()
    };
    let configuration = &workspace.configuration;
    json!({
        "serif": families(&configuration.serif, SERIF),
        "sans": families(&configuration.sans, SANS),
    })
}

/// Year, month and day of a date as written.
pub(super) fn date(text: &str) -> Option<(i32, u8, u8)> {
    let mut parts = text.split('-');
    let year = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    Some((year, month, parts.next()?.parse().ok()?))
}

fn first_date(document: &Document) -> Option<&str> {
    let mut found = None;
    document.value.walk(&mut |value| {
        if value.meaning == Meaning::Date && found.is_none() {
            found = value.text();
        }
    });
    found
}

pub(super) struct Volume {
    index: usize,
    pub(super) id: String,
    pub(super) title: String,
    main: String,
    json: Map<String, Json>,
    given: Json,
    /// What the tender says of the look of a blind volume; none for one that is not.
    blind: Option<Json>,
    /// What its reader may see.
    pub(super) data: Arc<Data>,
}

impl Volume {
    pub(super) fn reader(&self) -> Viewer {
        if self.blind.is_some() { Viewer::Blind } else { Viewer::Customer }
    }
}

/// The dictionary of prose by its names in the data.
fn parts(main: &mut String, count: usize) {
    main.push_str("#let parts = (:");
    for at in 1..=count {
        let _ = write!(main, "{}\"p{at}\": include \"/prose/p{at}.typ\"", if at == 1 { "" } else { ", " });
    }
    main.push_str(")\n");
    if count > 0 {
        *main = main.replacen("(:\"p1\"", "(\"p1\"", 1);
        if count == 1 {
            *main = main.replacen("p1.typ\")", "p1.typ\",)", 1);
        }
    }
}
