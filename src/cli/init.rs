//! `bidwright init`: a workspace that builds at once.

use std::path::Path;

use clap::ValueEnum as _;

use super::args::Init;
use super::{CLEAN, FAILED, merge, show, words};
use crate::diagnostic::Lang;
use crate::disk::{self, Failure};
use crate::scaffold;
use crate::shipped;

pub(super) fn run(command: &Init, lang: Lang) -> Result<u8, Failure> {
    if command.folder.join("bidwright.yaml").is_file() && (command.merge_driver || command.ci.is_some()) {
        return set_up(command, lang);
    }
    if !disk::is_vacant(&command.folder)? {
        show::tell(&words::not_vacant(&command.folder, lang));
        return Ok(FAILED);
    }
    if let Some(root) = around(&command.folder) {
        show::tell(&words::inside(&command.folder, &root, lang));
        return Ok(FAILED);
    }
    let files = bytes(scaffold::workspace());
    disk::create(&command.folder, &files)?;
    show::tell(&words::initialized(&command.folder, files.len(), lang));
    set_up(command, lang)
}

/// What a workspace can be given besides its documents.
fn set_up(command: &Init, lang: Lang) -> Result<u8, Failure> {
    if let Some(system) = command.ci {
        let name = system.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        let mut files = bytes(shipped::ci(&name).map(|(path, text)| (path, text.to_owned())).collect());
        // What several systems share may be there already.
        let wanted: Vec<String> =
            disk::differing(&command.folder, &files).into_iter().map(|(path, _)| path.to_owned()).collect();
        files.retain(|path, _| wanted.contains(path));
        disk::create(&command.folder, &files)?;
        let paths: Vec<&str> = files.keys().map(String::as_str).collect();
        show::tell(&words::ci_written(&paths, lang));
    }
    if command.merge_driver { merge::set_up(&command.folder, lang) } else { Ok(CLEAN) }
}

/// The workspace that a folder would lie in: its documents and those of a new one would be read as one.
fn around(folder: &Path) -> Option<std::path::PathBuf> {
    let folder = std::path::absolute(folder).ok()?;
    folder.ancestors().find_map(|folder| match disk::root_of(folder) {
        Err(Failure::Missing(_)) => None,
        found => Some(found.ok()),
    })?
}

/// Texts as the disk takes them.
pub(super) fn bytes(texts: scaffold::Texts) -> std::collections::BTreeMap<String, Vec<u8>> {
    texts.into_iter().map(|(path, text)| (path, text.into_bytes())).collect()
}
