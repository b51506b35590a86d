//! Makes jobs of documents, has them set, and repeats packages until the page numbers in them stand.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::job::{Volume, families};
use super::name::safe_name;
use super::shelf::{self, Laid, Shelf};
use super::trouble::Trouble;
use super::{Options, Progress, paged};
use crate::asset;
use crate::diagnostic::{Finding, Findings};
use crate::digest::Parts;
use crate::document::Document;
use crate::render::{self, Complaint, ComplaintKind, File, Fonts, Job, PdfSettings};
use crate::tender::Pages;
use crate::value::Value;
use crate::workspace::{Viewer, Workspace};

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
    pub(super) workspace: &'w Workspace,
    pub(super) fonts: Fonts,
    pub(super) options: Options,
    /// Images and attachments by their path, ready to be set.
    pub(super) files: BTreeMap<String, File>,
    pub(super) families: Json,
    shelf: &'w dyn Shelf,
}

impl<'w> Press<'w> {
    pub(super) fn new(
        workspace: &'w Workspace,
        fonts: Fonts,
        options: Options,
        shelf: &'w dyn Shelf,
        findings: &mut Findings,
    ) -> Self {
        let families = families(workspace, &fonts);
        let prepared: Vec<(String, Result<File, String>)> = workspace
            .assets
            .par_iter()
            .map(|(path, looked)| {
                let bytes = workspace.load(path);
                let file = bytes.and_then(|bytes| {
                    let place = Parts::new("bidwright picture 1").with("bytes", &bytes).finish();
                    if let Some(normal) = shelf.take(&place) {
                        return Ok(File::from(normal));
                    }
                    let normal =
                        asset::normalise(&bytes, &looked.probe).map_err(|fault| fault.to_string())?;
                    shelf.put(&place, &normal.bytes);
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
        Self { workspace, fonts, options, files, families, shelf }
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
        let laid = match shelf::lay_out(job, self.shelf) {
            Ok(laid) => laid,
            Err(raised) => {
                complaints
                    .extend(raised.into_iter().map(|complaint| Trouble::new(document, complaint, &prose)));
                return Vec::new();
            }
        };
        render::forget();
        let print = self.export(
            &laid,
            document,
            &document.title,
            Viewer::of(document.kind.about.audience),
            &prose,
            complaints,
        );
        progress.done(&document.title, laid.known.pages);
        print.into_iter().collect()
    }

    /// Sets all volumes of a package, original and copy, with page numbers that agree among them.
    pub(super) fn package(
        &self,
        document: &Document,
        progress: &dyn Progress,
        complaints: &mut Vec<Trouble>,
    ) -> (Vec<Print>, Pages) {
        let none = || (Vec::new(), Pages::default());
        let volumes = self.described(document);
        for volume in &volumes {
            progress.begin(&volume.title);
        }
        let mut pages = Map::new();
        for pass in 1..=PASSES {
            let laid = self.lay_out(&volumes, &pages, Some(ORIGINAL));
            let Some(laid) = sound(document, &volumes, laid, complaints) else { return none() };
            let found = index(&volumes, &laid);
            if found == pages {
                let copies = self.lay_out(&volumes, &pages, Some("副本"));
                let Some(copies) = sound(document, &volumes, copies, complaints) else { return none() };
                let copies = [(ORIGINAL, laid), ("副本", copies)];
                return self.publish(document, &volumes, copies, progress, complaints);
            }
            pages = found;
            discard(laid);
            if pass == PASSES {
                let message = "page numbers among the volumes did not settle";
                complaints.push(Trouble::new(document, unstable(message), &[]));
            }
        }
        none()
    }

    /// The jobs of all volumes with page numbers that agree, for setting them elsewhere.
    pub(super) fn volumes(&self, document: &Document) -> Vec<(String, Job)> {
        let volumes = self.described(document);
        let mut pages = Map::new();
        for _ in 0..PASSES {
            let laid = self.lay_out(&volumes, &pages, Some(ORIGINAL));
            let Some(laid) = sound(document, &volumes, laid, &mut Vec::new()) else { break };
            let found = index(&volumes, &laid);
            if found == pages {
                break;
            }
            pages = found;
            discard(laid);
        }
        let job = |volume: &Volume| self.volume_job(volume, &pages, Some(ORIGINAL));
        volumes.iter().map(|volume| (safe_name(&volume.title), job(volume))).collect()
    }

    fn publish(
        &self,
        document: &Document,
        volumes: &[Volume],
        copies: [(&str, Vec<Laid>); 2],
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
                let Some(mut print) =
                    self.export(&laid, document, &name, volume.reader(), &volume.data.prose, complaints)
                else {
                    continue;
                };
                print.volume = Some(volume.title.clone());
                print.copy = Some(copy.to_owned());
                progress.done(&name, print.pages);
                // The copy says what the original says.
                if copy == ORIGINAL {
                    pages.volumes.push(paged::printed(&volume.id, &print, laid.into_known()));
                }
                prints.push(print);
            }
        }
        (prints, pages)
    }

    fn export(
        &self,
        laid: &Laid,
        document: &Document,
        name: &str,
        reader: Viewer,
        prose: &[Value],
        complaints: &mut Vec<Trouble>,
    ) -> Option<Print> {
        let trouble = |complaint: &Complaint| Trouble::new(document, complaint.clone(), prose);
        complaints.extend(laid.complaints.iter().map(trouble));
        let settings = PdfSettings {
            // What a file is called inside may give away whose it is.
            ident: if reader == Viewer::Blind { name.to_owned() } else { format!("{} {name}", document.id) },
            creator: (reader != Viewer::Blind).then(|| "Bidwright".to_owned()),
            date: self.date(document),
            standard: self.options.standard,
            tagged: true,
        };
        match laid.pdf(&settings, self.shelf) {
            Ok(pdf) => Some(Print {
                name: safe_name(name),
                volume: None,
                copy: None,
                pages: laid.known.pages,
                fonts: laid.known.fonts.clone(),
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
        volumes: &[Volume],
        pages: &Map<String, Json>,
        copy: Option<&str>,
    ) -> Vec<Result<Laid, Vec<Complaint>>> {
        let set = |volume: &Volume| shelf::lay_out(self.volume_job(volume, pages, copy), self.shelf);
        volumes.par_iter().map(set).collect()
    }
}

/// Where each anchor of each volume stands.
fn index(volumes: &[Volume], laid: &[Laid]) -> Map<String, Json> {
    let mut pages = Map::new();
    for (volume, laid) in volumes.iter().zip(laid) {
        for anchor in laid.known.anchors.clone() {
            let place = json!({
                "volume": volume.title, "page": anchor.page, "physical": anchor.physical, "heading": anchor.heading,
                "last": anchor.last_page, "last_physical": anchor.last_physical,
            });
            pages.entry(anchor.id).or_insert(place);
        }
    }
    pages
}

/// Drops layouts whose page numbers do not stand, and with large ones all that the typesetter remembers of them.
fn discard(laid: Vec<Laid>) {
    let large = laid.iter().any(|laid| laid.known.pages > LARGE);
    drop(laid);
    if large {
        render::forget();
    }
}

/// All layouts, or none where one failed.
fn sound(
    document: &Document,
    volumes: &[Volume],
    laid: Vec<Result<Laid, Vec<Complaint>>>,
    complaints: &mut Vec<Trouble>,
) -> Option<Vec<Laid>> {
    let mut sound = Vec::new();
    let mut failed = false;
    for (volume, laid) in volumes.iter().zip(laid) {
        match laid {
            Ok(laid) => sound.push(laid),
            Err(raised) => {
                failed = true;
                let trouble = |complaint| Trouble::new(document, complaint, &volume.data.prose);
                complaints.extend(raised.into_iter().map(trouble));
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
