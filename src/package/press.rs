//! Makes jobs of documents, has them set, and repeats packages until the page numbers in them stand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rayon::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::data::{self, Data};
use super::name::safe_name;
use super::trouble::Trouble;
use super::{Options, Progress, data_text, items, paged};
use crate::asset;
use crate::diagnostic::{Finding, Findings};
use crate::document::Document;
use crate::kind::Role;
use crate::render::{self, Complaint, ComplaintKind, File, Fonts, Job, Layout, PdfSettings};
use crate::source::Span;
use crate::tender::Pages;
use crate::value::{Meaning, Value};
use crate::workspace::{Viewer, Workspace, virtual_path};

/// The faces that are always there, last in every list of families.
const SERIF: &str = "Noto Serif SC";
const SANS: &str = "Noto Sans SC";
const ORIGINAL: &str = "正本";
/// Typst gives up after five layouts of one file; the same patience holds among volumes.
const PASSES: usize = 5;
/// A volume of more pages is set from the beginning in every pass. Two passes share most of the work but little of what
/// is remembered of it: that a third of the time is spent again keeps 200 pages within 450 MiB.
const LARGE: usize = 150;

/// A finished file and what is known of it.
pub(super) struct Print {
    pub name: String,
    pub volume: Option<String>,
    pub copy: Option<String>,
    pub pages: usize,
    pub fonts: Vec<String>,
    pub pdf: Vec<u8>,
}

pub(super) struct Press<'w> {
    workspace: &'w Workspace,
    fonts: Fonts,
    options: Options,
    /// Images and attachments by their path, ready to be set.
    files: BTreeMap<String, File>,
    families: Json,
}

impl<'w> Press<'w> {
    pub(super) fn new(
        workspace: &'w Workspace,
        fonts: Fonts,
        options: Options,
        findings: &mut Findings,
    ) -> Self {
        let families = families(workspace, &fonts);
        let prepared: Vec<(String, Result<File, String>)> = workspace
            .assets
            .par_iter()
            .map(|(path, looked)| {
                let bytes = workspace.load(path);
                let file = bytes.and_then(|bytes| {
                    let normal =
                        asset::normalise(&bytes, &looked.probe).map_err(|fault| fault.to_string())?;
                    Ok(File::from(normal.bytes))
                });
                (path.clone(), file)
            })
            .collect();
        let mut files = BTreeMap::new();
        for (path, file) in prepared {
            match file {
                Ok(file) => {
                    files.insert(path, file);
                }
                Err(message) => {
                    let span = workspace.assets[&path].used;
                    let finding =
                        Finding::new("image-broken", span).with("path", &path).with("message", message);
                    findings.push(finding.hint("again", Vec::new()));
                }
            }
        }
        Self { workspace, fonts, options, files, families }
    }

    /// Sets one document by its own template.
    pub(super) fn single(
        &self,
        document: &Document,
        progress: &dyn Progress,
        complaints: &mut Vec<Trouble>,
    ) -> Vec<Print> {
        progress.begin(&document.title);
        let (job, prose) = self.single_job(document);
        let laid = match render::lay_out(&job) {
            Ok(laid) => laid,
            Err(raised) => {
                complaints
                    .extend(raised.into_iter().map(|complaint| Trouble::new(document, complaint, &prose)));
                return Vec::new();
            }
        };
        render::forget();
        let print = self.export(&laid, document, &document.title, &prose, complaints);
        progress.done(&document.title, laid.pages());
        print.into_iter().collect()
    }

    /// The job of a single document, as it would be set.
    pub(super) fn job(&self, document: &Document) -> Job {
        self.single_job(document).0
    }

    fn single_job(&self, document: &Document) -> (Job, Vec<Value>) {
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

    /// Sets all volumes of a package, original and copy, with page numbers that agree among them.
    pub(super) fn package(
        &self,
        document: &Document,
        progress: &dyn Progress,
        complaints: &mut Vec<Trouble>,
    ) -> (Vec<Print>, Pages) {
        let none = || (Vec::new(), Pages::default());
        let data = data::gather(self.workspace, document, Viewer::Customer);
        let prose = data.prose.clone();
        let volumes = self.described(document, &data);
        for volume in &volumes {
            progress.begin(&volume.title);
        }
        let mut pages = Map::new();
        for pass in 1..=PASSES {
            let laid = self.lay_out(&data, &volumes, &pages, Some(ORIGINAL));
            let Some(laid) = sound(document, laid, &prose, complaints) else { return none() };
            let found = index(&volumes, &laid);
            if found == pages {
                let copies = self.lay_out(&data, &volumes, &pages, Some("副本"));
                let Some(copies) = sound(document, copies, &prose, complaints) else { return none() };
                return self.publish(
                    document,
                    &volumes,
                    [(ORIGINAL, laid), ("副本", copies)],
                    &prose,
                    progress,
                    complaints,
                );
            }
            pages = found;
            discard(laid);
            if pass == PASSES {
                let message = "page numbers among the volumes did not settle";
                complaints.push(Trouble::new(document, unstable(message), &prose));
            }
        }
        none()
    }

    /// The jobs of all volumes with page numbers that agree, for setting them elsewhere.
    pub(super) fn volumes(&self, document: &Document) -> Vec<(String, Job)> {
        let data = data::gather(self.workspace, document, Viewer::Customer);
        let volumes = self.described(document, &data);
        let mut pages = Map::new();
        for _ in 0..PASSES {
            let laid = self.lay_out(&data, &volumes, &pages, Some(ORIGINAL));
            let Some(laid) = sound(document, laid, &data.prose, &mut Vec::new()) else { break };
            let found = index(&volumes, &laid);
            if found == pages {
                break;
            }
            pages = found;
            discard(laid);
        }
        let job = |volume: &Volume| self.volume_job(&data, volume, &pages, Some(ORIGINAL));
        volumes.iter().map(|volume| (safe_name(&volume.title), job(volume))).collect()
    }

    fn publish(
        &self,
        document: &Document,
        volumes: &[Volume],
        copies: [(&str, Vec<Layout>); 2],
        prose: &[Value],
        progress: &dyn Progress,
        complaints: &mut Vec<Trouble>,
    ) -> (Vec<Print>, Pages) {
        // The layouts are all there: what the typesetter remembers is of no more use, and is most of the memory.
        render::forget();
        let mut prints = Vec::new();
        let mut pages = Pages::default();
        for (copy, laid) in copies {
            for (volume, laid) in volumes.iter().zip(laid) {
                let name = format!("{}-{copy}", volume.title);
                let Some(mut print) = self.export(&laid, document, &name, prose, complaints) else {
                    continue;
                };
                print.volume = Some(volume.title.clone());
                print.copy = Some(copy.to_owned());
                progress.done(&name, print.pages);
                // The copy says what the original says.
                if copy == ORIGINAL {
                    pages.volumes.push(paged::printed(&volume.id, &print, laid.labels(), laid.anchors()));
                }
                prints.push(print);
            }
        }
        (prints, pages)
    }

    fn export(
        &self,
        laid: &Layout,
        document: &Document,
        name: &str,
        prose: &[Value],
        complaints: &mut Vec<Trouble>,
    ) -> Option<Print> {
        let trouble = |complaint: &Complaint| Trouble::new(document, complaint.clone(), prose);
        complaints.extend(laid.complaints().iter().map(trouble));
        let settings = PdfSettings {
            ident: format!("{} {name}", document.id),
            creator: Some("Bidwright".to_owned()),
            date: self.date(document),
            standard: self.options.standard,
            tagged: true,
        };
        match laid.pdf(&settings) {
            Ok(pdf) => Some(Print {
                name: safe_name(name),
                volume: None,
                copy: None,
                pages: laid.pages(),
                fonts: laid.fonts_used().into_iter().collect(),
                pdf,
            }),
            Err(raised) => {
                complaints.extend(raised.iter().map(trouble));
                None
            }
        }
    }

    fn lay_out(
        &self,
        data: &Data,
        volumes: &[Volume],
        pages: &Map<String, Json>,
        copy: Option<&str>,
    ) -> Vec<Result<Layout, Vec<Complaint>>> {
        volumes
            .par_iter()
            .map(|volume| render::lay_out(&self.volume_job(data, volume, pages, copy)))
            .collect()
    }

    fn volume_job(&self, data: &Data, volume: &Volume, pages: &Map<String, Json>, copy: Option<&str>) -> Job {
        let mut json = data.json.clone();
        json.insert("pages".into(), pages.clone().into());
        let mut about = volume.json.clone();
        about.insert("index".into(), volume.index.into());
        about.insert("copy".into(), copy.map_or(Json::Null, Json::from));
        json.insert("volume".into(), about.into());
        json.insert("options".into(), volume.given.clone());
        self.assemble(volume.main.clone(), data, json)
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

    /// The volumes of a package, each with the file that calls its template, forms and embedded documents.
    fn described(&self, document: &Document, data: &Data) -> Vec<Volume> {
        let volumes = items(document.data(), "volumes");
        let json = data.json.get("doc").and_then(|doc| doc.pointer("/data/volumes")).and_then(Json::as_array);
        let json = json.cloned().unwrap_or_default();
        volumes
            .iter()
            .zip(json)
            .enumerate()
            .map(|(index, (volume, json))| Volume {
                index,
                id: volume.text_at("id").unwrap_or_default().to_owned(),
                title: volume.text_at("title").unwrap_or_default().to_owned(),
                main: self.volume_main(document, volume, data.prose.len()),
                json: json.as_object().cloned().unwrap_or_default(),
                given: self.given(document, Viewer::Customer),
            })
            .collect()
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

    fn date(&self, document: &Document) -> Option<(i32, u8, u8)> {
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

struct Volume {
    index: usize,
    id: String,
    title: String,
    main: String,
    json: Map<String, Json>,
    given: Json,
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

/// Where each anchor of each volume stands.
fn index(volumes: &[Volume], laid: &[Layout]) -> Map<String, Json> {
    let mut pages = Map::new();
    for (volume, laid) in volumes.iter().zip(laid) {
        for anchor in laid.anchors() {
            let place = json!({
                "volume": volume.title, "page": anchor.page, "physical": anchor.physical, "heading": anchor.heading,
            });
            pages.entry(anchor.id).or_insert(place);
        }
    }
    pages
}

/// Drops layouts whose page numbers do not stand, and with large ones all that the typesetter remembers of them.
fn discard(laid: Vec<Layout>) {
    let large = laid.iter().any(|laid| laid.pages() > LARGE);
    drop(laid);
    if large {
        render::forget();
    }
}

/// All layouts, or none where one failed.
fn sound(
    document: &Document,
    laid: Vec<Result<Layout, Vec<Complaint>>>,
    prose: &[Value],
    complaints: &mut Vec<Trouble>,
) -> Option<Vec<Layout>> {
    let mut sound = Vec::new();
    let mut failed = false;
    for laid in laid {
        match laid {
            Ok(laid) => sound.push(laid),
            Err(raised) => {
                failed = true;
                complaints
                    .extend(raised.into_iter().map(|complaint| Trouble::new(document, complaint, prose)));
            }
        }
    }
    (!failed).then_some(sound)
}

fn unstable(message: &str) -> Complaint {
    Complaint {
        kind: ComplaintKind::Unstable,
        message: message.to_owned(),
        hints: Vec::new(),
        place: None,
        trace: Vec::new(),
        page: None,
    }
}
