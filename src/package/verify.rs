//! Proves a folder of finished files against its manifest. Reads through what it is given; touches nothing itself.

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::archive::{Fault, Verdict};
use super::manifest::{Manifest, NAME};
use crate::digest::Running;

/// What lies in a folder under one name.
pub enum Found {
    Plain {
        executable: bool,
        open: Open,
    },
    /// A link, a folder that no file needs, a socket.
    Other,
}

/// Opens a file for reading.
pub type Open = Box<dyn Fn() -> io::Result<Box<dyn Read>>>;

/// No manifest is longer.
const LONGEST: u64 = 16 << 20;

/// Compares a folder with its manifest. The error names the file that could not be read.
pub fn folder(found: &BTreeMap<String, Found>) -> Result<Verdict, (String, io::Error)> {
    let mut verdict = Verdict::default();
    for (name, file) in found {
        match file {
            Found::Other => verdict.faults.push(Fault::Link { file: name.clone() }),
            Found::Plain { executable: true, .. } => {
                verdict.faults.push(Fault::Executable { file: name.clone() });
            }
            Found::Plain { .. } => (),
        }
    }
    let plain = |name: &str| match found.get(name) {
        Some(Found::Plain { open, .. }) => Some(open),
        _ => None,
    };
    let Some(open) = plain(NAME) else {
        verdict.faults.push(Fault::Missing { file: NAME.to_owned() });
        return Ok(verdict);
    };
    let mut text = Vec::new();
    let failed = |name: &str| {
        let name = name.to_owned();
        move |error| (name, error)
    };
    open().and_then(|file| file.take(LONGEST).read_to_end(&mut text)).map_err(failed(NAME))?;
    let Some(manifest) = Manifest::parse(&text) else {
        verdict.faults.push(Fault::Manifest);
        return Ok(verdict);
    };
    verdict.bytes = text.len() as u64;
    for output in &manifest.outputs {
        let file = output.file.clone();
        match found.get(&output.file) {
            None => verdict.faults.push(Fault::Missing { file }),
            Some(Found::Other) => (),
            Some(Found::Plain { open, .. }) => {
                let read = open().and_then(|mut file| digest(&mut *file, output.bytes));
                verdict.bytes += output.bytes;
                if read.map_err(failed(&output.file))? != (output.bytes, output.sha256.clone()) {
                    verdict.faults.push(Fault::Changed { file });
                }
            }
        }
    }
    let known = |name: &String| name == NAME || manifest.outputs.iter().any(|output| output.file == *name);
    for (name, file) in found.iter().filter(|(name, _)| !known(name)) {
        if matches!(file, Found::Plain { .. }) {
            verdict.faults.push(Fault::Extra { file: name.clone() });
        }
    }
    verdict.manifest = Some(manifest);
    Ok(verdict)
}

/// Size and digest of a file, of which no more is read than is needed to see that it is too long.
fn digest(file: &mut dyn Read, expected: u64) -> io::Result<(u64, String)> {
    let mut file = file.take(expected.saturating_add(1));
    let (mut size, mut digest) = (0, Running::default());
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((size, digest.finish()));
        }
        size += read as u64;
        digest.add(&buffer[..read]);
    }
}
