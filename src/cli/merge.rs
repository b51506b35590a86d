//! `bidwright merge-driver`: git hands three files over and takes the first back, merged. What cannot be merged by what
//! it says is merged by lines, as git would have done without us.

use std::collections::BTreeMap;
use std::path::Path;

use super::args::MergeDriver;
use super::{CLEAN, FAILED, FINDINGS, show, words};
use crate::diagnostic::Lang;
use crate::diff::{Merged, merge};
use crate::disk::{self, Failure};
use crate::folder::Folder;
use crate::git;
use crate::kind::Kinds;
use crate::workspace;

const NAME: &str = "bidwright";
const COMMAND: &str = "bidwright merge-driver %O %A %B %P";
/// Before all other lines: the last one that fits a path counts, and the register must stay unmerged.
const ATTRIBUTES: &str = "*.yaml merge=bidwright\n*.yml merge=bidwright\n";

pub(super) fn run(command: &MergeDriver, lang: Lang) -> Result<u8, Failure> {
    let text = |path: &Path| -> Result<Option<String>, Failure> {
        let loaded = disk::load(Path::new(""), &path.to_string_lossy())?;
        let bytes = loaded.ok_or_else(|| Failure::Missing(path.to_owned()))?;
        Ok(String::from_utf8(bytes).ok())
    };
    let path = command.path.as_deref().unwrap_or(&command.ours);
    let is_yaml = path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml");
    let texts = (text(&command.base)?, text(&command.ours)?, text(&command.theirs)?);
    let merged = match texts {
        (Some(base), Some(ours), Some(theirs)) if is_yaml => merge(&base, &ours, &theirs, &kinds(path)),
        _ => Merged::Unfit,
    };
    match merged {
        Merged::Clean(text) => publish(&command.ours, text).map(|()| CLEAN),
        Merged::Conflicts(text, count) => {
            publish(&command.ours, text)?;
            show::tell(&words::conflicts(path, count, lang));
            Ok(FINDINGS)
        }
        Merged::Unfit => match git::merge_file(&command.ours, &command.base, &command.theirs) {
            Some(true) => Ok(CLEAN),
            Some(false) => Ok(FINDINGS),
            // git keeps ours and says that there is a conflict.
            None => Ok(FINDINGS),
        },
    }
}

/// The kinds of the workspace that a path lies in, or else the shipped ones.
fn kinds(path: &Path) -> Kinds {
    let above = path
        .ancestors()
        .skip(1)
        .map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above });
    let root = above.into_iter().find_map(|above| disk::root_of(above).ok());
    let folder = root.and_then(|root| disk::read(&root, workspace::exclusions).ok());
    let own = folder.unwrap_or_default().files.into_iter().filter(|(path, _)| path.starts_with("schemas/"));
    workspace::outline(Folder { files: own.collect() }).kinds
}

fn publish(path: &Path, text: String) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name =
        path.file_name().ok_or_else(|| Failure::Missing(path.to_owned()))?.to_string_lossy().into_owned();
    disk::write(folder, &BTreeMap::from([(name, text.into_bytes())]))
}

/// Writes the lines of `.gitattributes` and, where the folder lies in a repository, its settings.
pub(super) fn set_up(folder: &Path, lang: Lang) -> Result<u8, Failure> {
    let known = disk::load(folder, ".gitattributes")?.unwrap_or_default();
    let known = String::from_utf8_lossy(&known).into_owned();
    if !known.contains("merge=bidwright") {
        let text = format!("{ATTRIBUTES}{known}");
        disk::write(folder, &BTreeMap::from([(".gitattributes".to_owned(), text.into_bytes())]))?;
    }
    let title = words::driver_title(lang);
    if git::Repository::find(folder).is_err() {
        show::tell(&words::driver_later(COMMAND, lang));
        return Ok(CLEAN);
    }
    if !git::set_driver(folder, NAME, title, COMMAND) {
        show::tell(&words::driver_later(COMMAND, lang));
        return Ok(FAILED);
    }
    show::tell(words::driver_set(lang));
    Ok(CLEAN)
}
