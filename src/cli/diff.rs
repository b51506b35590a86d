//! `bidwright diff`: what changed between two states of a workspace. Never writes but to `--out`, and checks nothing out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::args::{Diff, DiffFormat, Reader};
use super::surroundings::Surroundings;
use super::{CLEAN, FAILED, FINDINGS, json, show, words};
use crate::diagnostic::{Findings, Lang};
use crate::diff::{self, Comparison, Look, Scope, Side};
use crate::disk::{self, Failure};
use crate::folder::Folder;
use crate::git::{Refusal, Repository};
use crate::register::{Matter, Version};
use crate::workspace::{self, Viewer};

/// What a site takes as one comment is a little more.
const COMMENT: usize = 60_000;
/// How many commits are looked at for the one that holds a version.
const SEARCHED: usize = 60;

/// One state, before it is read.
struct State {
    name: String,
    folder: Folder,
    /// Its commit; `None` for what lies on the disk.
    commit: Option<String>,
    blobs: BTreeMap<String, String>,
}

/// Why two states cannot be compared, in words.
type Refused = String;

/// What was typed, by what it is.
struct Asked {
    root: PathBuf,
    /// No, one or two states by their names.
    states: Vec<String>,
    folders: Option<(PathBuf, PathBuf)>,
    paths: Vec<PathBuf>,
}

pub(super) fn run(command: &Diff, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    let early = lang.or(surroundings.lang).unwrap_or_default();
    let asked = match sort(command, early)? {
        Ok(asked) => asked,
        Err(words) => return Ok(refuse(&words)),
    };
    let (old, new) = match states(&asked, early)? {
        Ok(states) => states,
        Err(words) => return Ok(refuse(&words)),
    };
    let viewer = match command.audience {
        Some(Reader::Customer) => Viewer::Customer,
        _ => Viewer::Insider,
    };
    let mut paths = Vec::new();
    for path in &asked.paths {
        paths.push(inside(&asked.root, path).ok_or_else(|| Failure::Missing(path.clone()))?);
    }
    let changed = match (&old.commit, &new.commit) {
        (Some(commit), None) | (None, Some(commit)) => {
            Repository::find(&asked.root).ok().map(|it| it.changed_since(commit))
        }
        _ => None,
    };
    let (blobs, others) = (old.blobs, new.blobs);
    let same = |path: &str| match &changed {
        Some(changed) => !changed.contains(path),
        None => blobs.get(path).is_some_and(|blob| others.get(path) == Some(blob)),
    };
    let pages = new.folder.clone();
    let one = Side { name: old.name, outline: workspace::outline(old.folder) };
    let other = Side { name: new.name, outline: workspace::outline(new.folder) };
    let lang = lang.or(other.outline.configuration.lang).or(surroundings.lang).unwrap_or_default();
    let scope = Scope { viewer, lang, paths, same: &same };
    let comparison = diff::compare(&one, &other, &scope);
    let bytes = match command.format {
        DiffFormat::Human => {
            let look = Look { width: surroundings.width, side_by_side: command.side_by_side };
            let text = diff::terminal(&comparison, look);
            match &command.out {
                Some(_) => Some(plain(&text).into_bytes()),
                None => Some(text.into_bytes()),
            }
        }
        DiffFormat::Markdown => Some(diff::markdown(&comparison, COMMENT).into_bytes()),
        DiffFormat::Json => Some(json::pretty(&diff::json(&comparison)).into_bytes()),
        DiffFormat::Html => Some(diff::html(&comparison).into_bytes()),
        DiffFormat::Pdf => pdf(&comparison, pages, lang, surroundings),
    };
    let Some(bytes) = bytes else { return Ok(FAILED) };
    publish(command, bytes, lang)?;
    Ok(if command.exit_code && !comparison.is_empty() { FINDINGS } else { CLEAN })
}

/// Sets the redline with the fonts and templates of the new state; what is wrong in its documents is not told here.
fn pdf(comparison: &Comparison, folder: Folder, lang: Lang, surroundings: &Surroundings) -> Option<Vec<u8>> {
    let (mut workspace, _) = workspace::read(folder);
    let mut raised = Findings::default();
    let set = diff::pdf(comparison, &mut workspace, &mut raised);
    raised.settle(&workspace.sources);
    show::Printer { sources: &workspace.sources, lang, width: surroundings.width }.findings(&raised, 20);
    set.map(|(bytes, _)| bytes)
}

/// Two names, paths, or both: a name of git comes before a file of that name, and after `--` all are paths.
fn sort(command: &Diff, lang: Lang) -> Result<Result<Asked, Refused>, Failure> {
    let is_workspace = |text: &str| Path::new(text).join("bidwright.yaml").is_file();
    if let ([one, other], []) = (command.states.as_slice(), command.paths.as_slice())
        && is_workspace(one)
        && is_workspace(other)
    {
        let (one, other) = (disk::root_of(Path::new(one))?, disk::root_of(Path::new(other))?);
        return Ok(Ok(Asked {
            root: other.clone(),
            states: Vec::new(),
            folders: Some((one, other)),
            paths: Vec::new(),
        }));
    }
    let mut paths: Vec<PathBuf> = command.paths.clone();
    let exists = |text: &&String| Path::new(text.as_str()).exists();
    let place = paths.first().cloned().or_else(|| command.states.iter().find(exists).map(PathBuf::from));
    let root = match place {
        Some(place) => disk::root_of(&place)?,
        None => disk::root_of(Path::new("."))?,
    };
    let repository = Repository::find(&root);
    let is_state =
        |text: &str| is_version(text) || repository.as_ref().is_ok_and(|it| it.resolve(text).is_ok());
    let mut states = Vec::new();
    for text in &command.states {
        if paths.len() == command.paths.len() && states.len() < 2 && is_state(text) {
            states.push(text.clone());
        } else if Path::new(text).exists() {
            paths.push(PathBuf::from(text));
        } else {
            // A path that is gone now may be in the old state; anything else is a slip.
            let repository = match repository {
                Ok(repository) => repository,
                Err(refusal) => return Ok(Err(words::no_revision(&refusal, lang))),
            };
            return Ok(Err(match repository.resolve(text) {
                Err(refusal) => words::no_revision(&refusal, lang),
                Ok(_) => words::too_many(text, lang),
            }));
        }
    }
    Ok(Ok(Asked { root, states, folders: None, paths }))
}

fn is_version(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(_, version)| version.starts_with(['V', 'v']) && version.contains('.'))
}

fn states(asked: &Asked, lang: Lang) -> Result<Result<(State, State), Refused>, Failure> {
    if let Some((one, other)) = &asked.folders {
        return Ok(Ok((lying(one, one.display().to_string())?, lying(other, other.display().to_string())?)));
    }
    let working = || lying(&asked.root, words::working_tree(lang).to_owned());
    let named = |name: &str| named(&asked.root, name, lang);
    let pair = match asked.states.as_slice() {
        [] => named("HEAD")?.map(|old| (old, None)),
        [one] => named(one)?.map(|old| (old, None)),
        [one, other, ..] => match (named(one)?, named(other)?) {
            (Ok(one), Ok(other)) => Ok((one, Some(other))),
            (Err(words), _) | (_, Err(words)) => Err(words),
        },
    };
    Ok(match pair {
        Ok((old, Some(new))) => Ok((old, new)),
        Ok((old, None)) => Ok((old, working()?)),
        Err(words) => Err(words),
    })
}

fn lying(root: &Path, name: String) -> Result<State, Failure> {
    let folder = disk::read(root, workspace::exclusions)?;
    Ok(State { name, folder, commit: None, blobs: BTreeMap::new() })
}

fn named(root: &Path, name: &str, lang: Lang) -> Result<Result<State, Refused>, Failure> {
    let repository = match Repository::find(root) {
        Ok(repository) => repository,
        Err(refusal) => return Ok(Err(words::no_revision(&refusal, lang))),
    };
    if repository.resolve(name).is_err() && is_version(name) {
        return version(root, &repository, name, lang);
    }
    match repository.revision(name) {
        Ok(revision) => {
            let folder = disk::as_read(revision.folder, workspace::exclusions)?;
            Ok(Ok(State {
                name: name.to_owned(),
                folder,
                commit: Some(revision.commit),
                blobs: revision.blobs,
            }))
        }
        Err(refusal) => Ok(Err(words::no_revision(&refusal, lang))),
    }
}

/// The commit that holds a version: where the document says what the register recorded. The version is recorded after
/// its content was written, and often with it, so the commits that touched its fact and its file are looked at.
fn version(
    root: &Path,
    repository: &Repository,
    name: &str,
    lang: Lang,
) -> Result<Result<State, Refused>, Failure> {
    let Some((id, written)) = name.rsplit_once('@') else {
        return Ok(Err(words::no_revision(&Refusal::Unknown(name.to_owned()), lang)));
    };
    let folder = disk::read(root, workspace::exclusions)?;
    let (workspace, _) = workspace::read(folder);
    let records = workspace.register.records();
    let records = records.filter(|record| record.entry.number == id || record.entry.document == id);
    let facts = records.flat_map(|record| record.history().map(|(version, _, fact)| (version, fact)));
    let known: Vec<(String, String, Version, String)> = facts
        .filter_map(|(version, fact)| match &fact.matter {
            Matter::Version { content, .. } => {
                Some((fact.number.clone(), fact.document.clone(), version, content.clone()))
            }
            _ => None,
        })
        .collect();
    let wanted = known.iter().find(|(.., version, _)| version.to_string().eq_ignore_ascii_case(written));
    let Some((number, document, _, content)) = wanted else {
        let versions = known.iter().map(|(.., version, _)| version.to_string()).collect::<Vec<_>>();
        return Ok(Err(words::no_version(name, &versions, lang)));
    };
    let file = workspace.document(document).map(|it| workspace.sources.path(it.file).to_owned());
    let mut commits = vec![];
    commits.extend(repository.commits_of(&format!(":(glob)register/**/{number}.*"), SEARCHED));
    commits.extend(file.iter().flat_map(|file| repository.commits_of(file, SEARCHED)));
    commits.extend(repository.commits_of(".", SEARCHED));
    let mut seen = BTreeSet::new();
    for commit in commits.into_iter().filter(|commit| seen.insert(commit.clone())).take(SEARCHED * 2) {
        let Ok(revision) = repository.revision(&commit) else { continue };
        let folder = disk::as_read(revision.folder, workspace::exclusions)?;
        let (then, _) = workspace::read(folder.clone());
        let holds = then.document(document).is_some_and(|it| workspace::content(&then, it) == *content);
        if holds {
            let name = format!("{name} ({})", &commit[..commit.len().min(8)]);
            return Ok(Ok(State { name, folder, commit: Some(commit), blobs: revision.blobs }));
        }
    }
    Ok(Err(words::lost_version(name, lang)))
}

/// A path below the workspace's root; it need not be there any more.
fn inside(root: &Path, path: &Path) -> Option<String> {
    disk::below(root, path).or_else(|| {
        let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = disk::below(root, above)?;
        let name = path.file_name()?.to_string_lossy();
        Some(if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") })
    })
}

fn publish(command: &Diff, bytes: Vec<u8>, lang: Lang) -> Result<(), Failure> {
    let standard = PathBuf::from("diff.pdf");
    let out = match (&command.out, command.format) {
        (Some(out), _) => out,
        (None, DiffFormat::Pdf) => &standard,
        (None, _) => {
            show::print(&String::from_utf8_lossy(&bytes));
            return Ok(());
        }
    };
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = out.file_name().ok_or_else(|| Failure::Missing(out.clone()))?;
    disk::write(folder, &BTreeMap::from([(name.to_string_lossy().into_owned(), bytes)]))?;
    show::tell(&words::diff_written(out, lang));
    Ok(())
}

/// Text without the colours of a terminal.
fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}

fn refuse(message: &str) -> u8 {
    show::tell(&format!("bidwright: {message}"));
    FAILED
}
