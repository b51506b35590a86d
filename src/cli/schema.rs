//! `bidwright schema`: lists kinds, prints one schema, or writes all of them where editors look.

use std::path::Path;

use super::args::Schema;
use super::init::bytes;
use super::surroundings::Surroundings;
use super::{CLEAN, FAILED, open, show, words};
use crate::diagnostic::Lang;
use crate::disk::{self, Failure};
use crate::kind::Kinds;
use crate::scaffold::{self, Texts};
use crate::schema::similar;

pub(super) fn run(command: &Schema, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    // Outside a workspace the shipped kinds are all there are.
    let opened = match open(Path::new("."), lang, surroundings) {
        Ok(opened) => Some(opened),
        Err(Failure::NotWorkspace(_)) if command.write != Some(None) => None,
        Err(failure) => return Err(failure),
    };
    let lang =
        opened.as_ref().map_or_else(|| lang.or(surroundings.lang).unwrap_or_default(), |opened| opened.lang);
    let shipped = (Kinds::shipped(), crate::source::Sources::default());
    let (kinds, sources) = match &opened {
        Some(opened) => (&opened.workspace.kinds, &opened.workspace.sources),
        None => (&shipped.0, &shipped.1),
    };
    let texts = scaffold::schemas(kinds, sources);
    match (&command.write, &command.kind, &opened) {
        (Some(Some(folder)), ..) => write(folder, texts, lang),
        (Some(None), _, Some(opened)) => {
            let written = write(&opened.root.join(scaffold::SCHEMAS), scaffold::editor(kinds, &texts), lang)?;
            let settings = Texts::from([(scaffold::SETTINGS.to_owned(), scaffold::settings())]);
            match disk::create(&opened.root, &bytes(settings)) {
                // People keep settings of their own there.
                Err(Failure::Exists(_)) => show::tell(&words::kept(scaffold::SETTINGS, lang)),
                other => other?,
            }
            Ok(written)
        }
        (_, Some(kind), _) => Ok(print(kind, kinds, &texts, lang)),
        _ => {
            kinds.iter().for_each(|kind| show::line(&words::kind_row(kind, lang)));
            Ok(CLEAN)
        }
    }
}

fn write(folder: &Path, texts: Texts, lang: Lang) -> Result<u8, Failure> {
    let files = bytes(texts);
    disk::write(folder, &files)?;
    show::tell(&words::schemas_written(files.len(), folder, lang));
    Ok(CLEAN)
}

fn print(kind: &str, kinds: &Kinds, texts: &Texts, lang: Lang) -> u8 {
    match texts.get(&scaffold::schema_name(kind)) {
        Some(text) => {
            show::print(text);
            CLEAN
        }
        None => {
            let near = similar(kind, kinds.iter().map(|kind| kind.id.as_str()));
            show::tell(&words::no_kind(kind, near, kinds, lang));
            FAILED
        }
    }
}
