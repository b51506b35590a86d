//! Sets the prose of all documents and looks at the images and attachments they use.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use rayon::prelude::*;

use super::{Asset, Viewer, Workspace, facts, files};
use crate::amount;
use crate::asset;
use crate::diagnostic::{Finding, Findings};
use crate::document::Document;
use crate::folder::{self, File};
use crate::prose::{self, Facts, Places};
use crate::render;
use crate::source::{FileId, Sources, Span};
use crate::value::{Data, Meaning, Value};

/// Sets every prose field; `written` and `pictures` are the Markdown and image files that exist.
pub(super) fn set(
    workspace: &mut Workspace,
    written: &[String],
    pictures: &[String],
    findings: &mut Findings,
) {
    let mut facts: HashMap<(Option<String>, Viewer), Facts> = HashMap::new();
    let mut done = BTreeMap::new();
    let mut used = Used::default();
    for at in 0..workspace.documents.len() {
        let leaves = leaves(&workspace.documents[at]);
        for leaf in leaves.pictures {
            let from = workspace.sources.path(workspace.documents[at].file).to_owned();
            used.picture(
                workspace,
                &from,
                leaf.text().unwrap_or_default(),
                leaf.span,
                leaf.meaning,
                findings,
            );
        }
        for leaf in leaves.prose {
            let document = &workspace.documents[at];
            // A text may go wherever its field may go, so it can only say what everyone there may know.
            let key = (document.project.clone(), Viewer::of_class(leaf.class));
            let facts = facts.entry(key.clone()).or_insert_with(|| {
                let leaf = &mut |value: &Value| facts::without_prose(value);
                let values = facts::facts(workspace, key.0.as_deref(), key.1, leaf);
                Facts::new(&serde_json::Value::Object(values), words)
            });
            let Some((from, text, places)) = open(workspace, at, &leaf, &mut used, findings) else {
                continue;
            };
            let mut image = |path: &str, span: Span| {
                let mut raised = Findings::default();
                let found = used.picture(workspace, &from, path, span, Meaning::Image, &mut raised);
                (found.map(|path| virtual_path(&path)), raised)
            };
            let mut raised = Findings::default();
            let set = prose::set(
                &text,
                &places,
                facts,
                &mut |path, span| {
                    let (found, more) = image(path, span);
                    raised.extend(more);
                    found
                },
                findings,
            );
            findings.extend(raised);
            done.insert((leaf.span.file, leaf.span.start), set);
        }
    }
    workspace.prose = done;
    workspace.assets = used.assets.clone();
    damaged(workspace, findings);
    report_unused(workspace, written, pictures, &used, findings);
}

/// Where the template finds a file of the workspace. The ending tells nothing, so that the content decides the
/// format: a photographic PNG may be handed on as JPEG.
pub fn virtual_path(path: &str) -> String {
    format!("/files/{path}.asset")
}

fn words(text: &str) -> Option<String> {
    amount::to_words(text.parse().ok()?)
}

struct Leaves {
    prose: Vec<Value>,
    pictures: Vec<Value>,
}

fn leaves(document: &Document) -> Leaves {
    let mut leaves = Leaves { prose: Vec::new(), pictures: Vec::new() };
    document.value.walk(&mut |value| match value.meaning {
        Meaning::Prose => leaves.prose.push(value.clone()),
        Meaning::Image | Meaning::Attachment => leaves.pictures.push(value.clone()),
        _ => (),
    });
    leaves
}

/// What documents use, gathered while their texts are set.
#[derive(Default)]
struct Used {
    assets: BTreeMap<String, Asset>,
    broken: BTreeSet<String>,
    prose: BTreeMap<String, Option<FileId>>,
}

impl Used {
    /// Looks at a picture once; every use of one that is missing or broken is reported.
    fn picture(
        &mut self,
        workspace: &mut Workspace,
        from: &str,
        written: &str,
        span: Span,
        meaning: Meaning,
        findings: &mut Findings,
    ) -> Option<String> {
        let outside = || Finding::new("image-outside", span).with("path", written).hint("copy", Vec::new());
        let Some(path) = folder::join(from, written) else {
            findings.push(outside());
            return None;
        };
        if let Some(asset) = self.assets.get(&path) {
            return fits(asset, meaning, &path, span, findings).then_some(path);
        }
        let bytes = match workspace.folder.get(&path) {
            Some(File::Plain { .. }) => workspace.load(&path),
            Some(File::Link) => {
                findings.push(outside());
                return None;
            }
            Some(File::Unreadable(reason)) => Err(reason.clone()),
            None => {
                let finding = Finding::new("image-missing", span).with("path", &path);
                let name = path.rsplit('/').next().unwrap_or(&path);
                let pictures = workspace.folder.files.keys().filter(|path| path.ends_with(ending(name)));
                let names = pictures.filter_map(|path| path.rsplit('/').next());
                let near = crate::schema::similar(name, names);
                findings.push(match near {
                    Some(near) => finding.hint("similar", vec![("similar", near.to_owned())]),
                    None => finding.hint("relative", Vec::new()),
                });
                return None;
            }
        };
        let limit = asset::Limit { megapixels: workspace.configuration.megapixels };
        let looked = bytes.map_err(|reason| Finding::new("file-unreadable", span).with("reason", reason));
        let looked = looked.and_then(|bytes| look(&mut workspace.sources, &bytes, limit, &path, span));
        match looked {
            Ok(asset) => {
                let fits = fits(&asset, meaning, &path, span, findings);
                self.assets.insert(path.clone(), asset);
                fits.then_some(path)
            }
            Err(finding) => {
                self.broken.insert(path);
                findings.push(finding);
                None
            }
        }
    }
}

fn ending(name: &str) -> &str {
    name.rfind('.').map_or("", |dot| &name[dot..])
}

/// Pages of a PDF can be attached, but stand in no text.
fn fits(asset: &Asset, meaning: Meaning, path: &str, span: Span, findings: &mut Findings) -> bool {
    let fits = meaning != Meaning::Image || asset.probe.format != asset::Format::Pdf;
    if !fits {
        let finding = Finding::new("image-unsupported", span).with("path", path).with("message", "PDF");
        findings.push(finding.hint("convert", Vec::new()));
    }
    fits
}

fn look(
    sources: &mut Sources,
    bytes: &[u8],
    limit: asset::Limit,
    path: &str,
    span: Span,
) -> Result<Asset, Finding> {
    let probe = asset::probe(bytes, limit).map_err(|fault| {
        let finding = Finding::new(fault.code(), span).with("path", path).with("message", &fault);
        let hints: &[&'static str] = match &fault {
            asset::Fault::TooLarge { .. } => &["scale", "limit"],
            asset::Fault::UnsafeSvg { .. } => &["flatten"],
            asset::Fault::NotAnImage => &["content"],
            asset::Fault::Unsupported { .. } => &["convert", "content"],
            asset::Fault::Broken { .. } if bytes.len() < 1024 && !bytes.contains(&0) => &["lfs"],
            asset::Fault::Broken { .. } | asset::Fault::Truncated => &["again"],
        };
        let finding = hints.iter().fold(finding, |finding, hint| finding.hint(hint, Vec::new()));
        match (fault, std::str::from_utf8(bytes)) {
            (asset::Fault::TooLarge { megapixels, limit }, _) => {
                finding.with("pixels", megapixels).with("limit", limit)
            }
            (asset::Fault::UnsafeSvg { at, .. }, Ok(text)) => {
                let place = Span::new(sources.add(path, text), at.start, at.end);
                finding.related(place, "here", Vec::new())
            }
            _ => finding,
        }
    })?;
    let pages = match probe.format {
        asset::Format::Pdf => render::pdf_pages(bytes).map_err(|reason| {
            let finding = Finding::new("image-broken", span).with("path", path).with("message", reason);
            finding.hint("again", Vec::new())
        })?,
        _ => 1,
    };
    Ok(Asset { probe, pages, used: span })
}

/// Reports pictures whose header is sound and whose pixels are not.
fn damaged(workspace: &Workspace, findings: &mut Findings) {
    let examine = |(path, asset): (&String, &Asset)| {
        // A file that cannot be read a second time is told of by whoever needs it.
        let fault = asset::examine(&workspace.load(path).ok()?, &asset.probe).err()?;
        let finding = Finding::new("image-broken", asset.used).with("path", path).with("message", &fault);
        Some(finding.hint("again", Vec::new()))
    };
    let found: Vec<Finding> = workspace.assets.par_iter().filter_map(examine).collect();
    findings.extend(found);
}

/// The text of a prose field with the way back to its places: in the document, or in a file beside it.
fn open(
    workspace: &mut Workspace,
    at: usize,
    leaf: &Value,
    used: &mut Used,
    findings: &mut Findings,
) -> Option<(String, String, Written)> {
    let file = workspace.documents[at].file;
    let own = workspace.sources.path(file).to_owned();
    if let Data::Text(text, _) = &leaf.data {
        let offsets = leaf.offsets(workspace.sources.text(file));
        return Some((own, text.clone(), Written { file, offsets: Some(offsets) }));
    }
    let written = leaf.get("file")?;
    let name = written.text()?;
    let Some(path) = folder::join(&own, name) else {
        findings.push(Finding::new("path-outside", written.span).with("path", name));
        return None;
    };
    let file = match used.prose.get(&path) {
        Some(known) => (*known)?,
        None => {
            let Some(file) = workspace.folder.get(&path).cloned() else {
                findings.push(Finding::new("prose-missing", written.span).with("path", path));
                return None;
            };
            let limit = workspace.configuration.file_limit;
            let read = match file {
                File::Link => None,
                file => files::read(&path, &file, limit, &mut workspace.sources, findings),
            };
            used.prose.insert(path.clone(), read);
            read?
        }
    };
    Some((path, workspace.sources.text(file).to_string(), Written { file, offsets: None }))
}

/// The places of a text: bytes of a file of its own, or the offsets of a scalar.
struct Written {
    file: FileId,
    offsets: Option<Vec<u32>>,
}

impl Places for Written {
    fn span(&self, range: Range<usize>) -> Span {
        let Some(offsets) = &self.offsets else { return Span::new(self.file, range.start, range.end) };
        let last = offsets.last().copied().unwrap_or_default();
        let at = |index: usize| offsets.get(index).copied().unwrap_or(last) as usize;
        // The end of a range is the place behind its last byte, not the first place of what follows it:
        // the indentation of the next line lies between the two.
        let end = match range.end.checked_sub(1) {
            Some(before) if range.end > range.start => {
                let same = range.end
                    - offsets[..range.end.min(offsets.len())].partition_point(|o| *o < at(before) as u32);
                at(before) + same.max(1)
            }
            _ => at(range.start),
        };
        Span::new(self.file, at(range.start), end)
    }
}

fn report_unused(
    workspace: &mut Workspace,
    written: &[String],
    pictures: &[String],
    used: &Used,
    findings: &mut Findings,
) {
    for path in written.iter().filter(|path| !used.prose.contains_key(*path)) {
        // A README explains a folder to people; it belongs to no document.
        let name = path.rsplit('/').next().unwrap_or(path);
        if !name.to_ascii_lowercase().starts_with("readme") {
            let file = workspace.sources.add(path, "");
            findings.push(Finding::new("prose-unused", Span::file(file)).with("path", path));
        }
    }
    let is_used = |path: &String| used.assets.contains_key(path) || used.broken.contains(path);
    for path in pictures.iter().filter(|path| !is_used(path)) {
        let file = workspace.sources.add(path, "");
        findings.push(Finding::new("asset-unused", Span::file(file)).with("path", path));
    }
}
