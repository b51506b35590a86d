//! Owns the one archive that a package has: a ZIP of stored entries, the manifest first, then its outputs in order, with
//! fixed times and not a byte that could be another.
//!
//! Written by hand: every byte is decided here, so a reader needs no parser of archives. It writes down what the archive
//! must be and compares. Nothing is inflated, sought or unpacked, so there is nothing to be tricked with.

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::manifest::{Manifest, NAME};
use crate::digest::Running;

/// 1980-01-01, the first day that a ZIP knows.
const DATE: u16 = 0x0021;
const VERSION: u16 = 20;
/// Names are UTF-8.
const FLAGS: u16 = 0x0800;
/// Made on Unix, where the attributes say: a plain file that its owner may write.
const MADE_BY: u16 = 3 << 8 | VERSION;
const ATTRIBUTES: u32 = 0o100_644 << 16;
const LOCAL: usize = 30;
/// Where a local header has its checksum.
const CRC_AT: std::ops::Range<usize> = 14..18;
/// No manifest is longer: 16 MiB are some 60,000 files.
const LONGEST: u32 = 16 << 20;

/// Why a package cannot become an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// There is no manifest, or it does not name exactly these files.
    Manifest,
    /// More than 4 GiB or 65,535 files.
    Large,
}

/// What is wrong with an archive or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// From this byte on it is not what the tool would have written.
    Structure {
        at: u64,
    },
    /// The manifest is not as it was written.
    Manifest,
    /// A file is not what the manifest says.
    Changed {
        file: String,
    },
    Missing {
        file: String,
    },
    /// A file that the manifest does not know.
    Extra {
        file: String,
    },
    /// A link, or something else that is no plain file.
    Link {
        file: String,
    },
    /// A file that can be executed.
    Executable {
        file: String,
    },
}

/// What came of looking at a package.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    pub faults: Vec<Fault>,
    pub manifest: Option<Manifest>,
    /// Of the whole archive; a folder has none.
    pub sha256: Option<String>,
    pub bytes: u64,
}

/// The archive of a package's files by their names, the manifest among them.
pub fn write(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, Unfit> {
    let manifest = files.get(NAME).and_then(|bytes| Manifest::parse(bytes)).ok_or(Unfit::Manifest)?;
    let mut order = vec![NAME];
    order.extend(manifest.outputs.iter().map(|output| output.file.as_str()));
    if order.len() != files.len() || order.len() > usize::from(u16::MAX) {
        return Err(Unfit::Manifest);
    }
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for name in &order {
        let bytes = files.get(*name).ok_or(Unfit::Manifest)?;
        let size = u32::try_from(bytes.len()).map_err(|_| Unfit::Large)?;
        let entry =
            Entry { name, size, crc: crc(bytes), at: u32::try_from(out.len()).map_err(|_| Unfit::Large)? };
        out.extend(entry.local());
        out.extend(bytes);
        directory.extend(entry.central());
    }
    let at = u32::try_from(out.len()).map_err(|_| Unfit::Large)?;
    let size = u32::try_from(directory.len()).map_err(|_| Unfit::Large)?;
    out.extend(&directory);
    out.extend(end(order.len() as u16, size, at));
    Ok(out)
}

/// Reads an archive once, from beginning to end, and compares it with what it must be.
///
/// Needs no more memory than its manifest. The error is that of the reader.
pub fn verify(reader: &mut dyn Read) -> io::Result<Verdict> {
    let mut tape = Tape { reader, all: Running::default(), at: 0 };
    let mut verdict = Verdict::default();
    match compare(&mut tape, &mut verdict) {
        Ok(()) => (),
        Err(Stop::Fault(fault)) => verdict.faults.push(fault),
        Err(Stop::Io(error)) => return Err(error),
    }
    tape.drain()?;
    verdict.bytes = tape.at;
    verdict.sha256 = Some(tape.all.finish());
    Ok(verdict)
}

enum Stop {
    Fault(Fault),
    Io(io::Error),
}

fn compare(tape: &mut Tape<'_>, verdict: &mut Verdict) -> Result<(), Stop> {
    let mut directory = Vec::new();
    let (at, head) = (tape.at, tape.take(LOCAL + NAME.len())?);
    let number = |range: std::ops::Range<usize>| {
        head.get(range).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes).unwrap_or_default()
    };
    let first = Entry { name: NAME, size: number(18..22), crc: number(CRC_AT), at: 0 };
    if first.size > LONGEST {
        return Err(Stop::Fault(Fault::Structure { at }));
    }
    same(&head, &first.local(), at)?;
    let text = tape.take(first.size as usize)?;
    if text.len() < first.size as usize {
        return Err(Stop::Fault(Fault::Structure { at: tape.at }));
    }
    let manifest = Manifest::parse(&text).filter(|_| crc(&text) == first.crc);
    let Some(manifest) = manifest else { return Err(Stop::Fault(Fault::Manifest)) };
    directory.extend(first.central());
    for output in &manifest.outputs {
        let Ok(size) = u32::try_from(output.bytes) else { return Err(Stop::Fault(Fault::Manifest)) };
        let start = tape.at;
        let head = tape.take(LOCAL + output.file.len())?;
        let crc = head.get(CRC_AT).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
        let at = u32::try_from(start).unwrap_or(u32::MAX);
        let entry = Entry { name: &output.file, size, crc: crc.unwrap_or_default(), at };
        if let Err(fault) = same(&head, &entry.local(), start) {
            // What stands here instead is told by its name where it has one.
            let file = head.starts_with(b"PK\x03\x04").then(|| output.file.clone());
            verdict.faults.extend(file.map(|file| Fault::Missing { file }));
            verdict.manifest = Some(manifest);
            return Err(fault);
        }
        directory.extend(entry.central());
        let (sum, digest) = tape.pass(output.bytes)?;
        if sum != entry.crc || digest != output.sha256 {
            verdict.faults.push(Fault::Changed { file: output.file.clone() });
        }
    }
    let at = u32::try_from(tape.at).unwrap_or(u32::MAX);
    let size = u32::try_from(directory.len()).unwrap_or(u32::MAX);
    directory.extend(end(manifest.outputs.len() as u16 + 1, size, at));
    verdict.manifest = Some(manifest);
    let start = tape.at;
    let rest = tape.take(directory.len())?;
    same(&rest, &directory, start)?;
    let end = tape.at;
    if !tape.take(1)?.is_empty() {
        return Err(Stop::Fault(Fault::Structure { at: end }));
    }
    Ok(())
}

fn same(found: &[u8], expected: &[u8], start: u64) -> Result<(), Stop> {
    if found == expected {
        return Ok(());
    }
    let at = found.iter().zip(expected).take_while(|(one, other)| one == other).count();
    Err(Stop::Fault(Fault::Structure { at: start + at as u64 }))
}

/// What is read once and hashed on the way.
struct Tape<'r> {
    reader: &'r mut dyn Read,
    all: Running,
    at: u64,
}

impl Tape<'_> {
    /// So many bytes, or fewer at the end.
    fn take(&mut self, count: usize) -> Result<Vec<u8>, Stop> {
        let mut bytes = Vec::new();
        (&mut *self.reader).take(count as u64).read_to_end(&mut bytes).map_err(Stop::Io)?;
        self.all.add(&bytes);
        self.at += bytes.len() as u64;
        Ok(bytes)
    }

    /// Passes over so many bytes: their checksum and digest.
    fn pass(&mut self, mut count: u64) -> Result<(u32, String), Stop> {
        let (mut sum, mut digest) = (!0, Running::default());
        let mut buffer = vec![0; 1 << 16];
        while count > 0 {
            let most = usize::try_from(count.min(1 << 16)).unwrap_or(1 << 16);
            let read = match self.reader.read(&mut buffer[..most]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read.map_err(Stop::Io)?,
            };
            if read == 0 {
                break;
            }
            self.all.add(&buffer[..read]);
            digest.add(&buffer[..read]);
            sum = add(sum, &buffer[..read]);
            self.at += read as u64;
            count -= read as u64;
        }
        Ok((!sum, digest.finish()))
    }

    fn drain(&mut self) -> io::Result<()> {
        match self.pass(u64::MAX) {
            Err(Stop::Io(error)) => Err(error),
            _ => Ok(()),
        }
    }
}

struct Entry<'n> {
    name: &'n str,
    size: u32,
    crc: u32,
    at: u32,
}

impl Entry<'_> {
    /// What both headers share: version, flags, method (stored), time, date, checksum, sizes, length of the name.
    fn common(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for short in [VERSION, FLAGS, 0, 0, DATE] {
            out.extend(short.to_le_bytes());
        }
        for long in [self.crc, self.size, self.size] {
            out.extend(long.to_le_bytes());
        }
        out.extend((self.name.len() as u16).to_le_bytes());
        // No extra field.
        out.extend([0; 2]);
        out
    }

    fn local(&self) -> Vec<u8> {
        [b"PK\x03\x04".as_slice(), &self.common(), self.name.as_bytes()].concat()
    }

    fn central(&self) -> Vec<u8> {
        let mut out = b"PK\x01\x02".to_vec();
        out.extend(MADE_BY.to_le_bytes());
        out.extend(self.common());
        // No comment, the first disk, not a text.
        out.extend([0; 6]);
        out.extend(ATTRIBUTES.to_le_bytes());
        out.extend(self.at.to_le_bytes());
        out.extend(self.name.as_bytes());
        out
    }
}

fn end(count: u16, size: u32, at: u32) -> Vec<u8> {
    let mut out = b"PK\x05\x06\0\0\0\0".to_vec();
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0; 2]);
    out
}

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut value = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { value >> 1 ^ 0xEDB8_8320 } else { value >> 1 };
            bit += 1;
        }
        table[byte] = value;
        byte += 1;
    }
    table
};

fn add(sum: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(sum, |sum, byte| TABLE[(sum as u8 ^ byte) as usize] ^ sum >> 8)
}

/// The checksum that a ZIP has of its entries.
fn crc(bytes: &[u8]) -> u32 {
    !add(!0, bytes)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::super::manifest::Output;
    use super::*;

    fn files() -> BTreeMap<String, Vec<u8>> {
        let contents =
            [("a.pdf", &b"%PDF-1.7 first"[..]), ("b.pdf", b"%PDF-1.7 second"), ("\u{8BC1}.json", b"{}")];
        let outputs = contents.map(|(name, bytes)| Output {
            file: name.into(),
            document: None,
            volume: None,
            copy: None,
            pages: None,
            bytes: bytes.len() as u64,
            sha256: crate::digest::of(bytes),
            fonts: Vec::new(),
        });
        let manifest = Manifest::new("t".into(), outputs.to_vec()).sealed();
        let files = contents.map(|(name, bytes)| (name.to_owned(), bytes.to_vec()));
        files.into_iter().chain([(NAME.to_owned(), manifest)]).collect()
    }

    fn archive() -> Vec<u8> {
        write(&files()).expect("small and complete")
    }

    fn faults(bytes: &[u8]) -> Vec<Fault> {
        verify(&mut &*bytes).expect("memory can be read").faults
    }

    #[test]
    fn other_programs_read_it_and_it_is_sound() {
        let bytes = archive();
        let verdict = verify(&mut &*bytes).expect("memory can be read");
        assert_eq!((verdict.faults, verdict.bytes), (Vec::new(), bytes.len() as u64));
        assert_eq!(verdict.sha256, Some(crate::digest::of(&bytes)));
        let mut read = zip::ZipArchive::new(Cursor::new(&bytes)).expect("a ZIP");
        let mut names = Vec::new();
        for at in 0..read.len() {
            names.push(read.by_index(at).expect("an entry").name().expect("a name").into_owned());
        }
        assert_eq!(names, ["manifest.json", "a.pdf", "b.pdf", "\u{8BC1}.json"]);
        let mut text = Vec::new();
        read.by_name("b.pdf").expect("it is there").read_to_end(&mut text).expect("its checksum is right");
        assert_eq!(text, b"%PDF-1.7 second");
    }

    #[test]
    fn every_byte_counts() {
        let bytes = archive();
        for at in 0..bytes.len() {
            for flip in [1, 0x80, 0xFF] {
                let mut other = bytes.clone();
                other[at] ^= flip;
                assert_ne!(faults(&other), Vec::new(), "byte {at} with {flip:02x}");
            }
            assert_ne!(faults(&bytes[..at]), Vec::new(), "cut off at {at}");
            let without = [&bytes[..at], &bytes[at + 1..]].concat();
            assert_ne!(faults(&without), Vec::new(), "without byte {at}");
            let twice = [&bytes[..=at], &bytes[at..]].concat();
            assert_ne!(faults(&twice), Vec::new(), "byte {at} twice");
        }
    }

    #[test]
    fn ten_thousand_random_changes_are_found() {
        let bytes = archive();
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut random = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        };
        for round in 0..10_000 {
            let mut other = bytes.clone();
            for _ in 0..=random(3) {
                let at = random(other.len());
                other[at] = other[at].wrapping_add(1 + random(255) as u8);
            }
            // Two changes of one byte may undo each other.
            assert!(other == bytes || !faults(&other).is_empty(), "round {round}");
        }
    }

    #[test]
    fn archives_of_another_make_are_refused() {
        let bytes = archive();
        let own = files();
        let stored = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored)
            .last_modified_time(zip::DateTime::default());
        let packed = |entries: &[(&str, &[u8])], options: zip::write::SimpleFileOptions, comment: &str| {
            let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
            zip.set_comment(comment).expect("short");
            for (name, content) in entries {
                zip.start_file(*name, options).expect("a name");
                zip.write_all(content).expect("memory");
            }
            zip.finish().expect("memory").into_inner()
        };
        let entry = |name: &'static str| (name, own.get(name).expect("it is there").as_slice());
        let order = [entry(NAME), entry("a.pdf"), entry("b.pdf"), entry("\u{8BC1}.json")];
        let swapped = [order[0], order[2], order[1], order[3]];
        let renamed = [order[0], ("a.PDF", order[1].1), order[2], order[3]];
        let replaced = [order[0], ("a.pdf", order[2].1), ("b.pdf", order[1].1), order[3]];
        let escaping = [order[0], ("../a.pdf", order[1].1), order[2], order[3]];
        let more = [order[0], order[1], order[2], order[3], ("z.pdf", b"z".as_slice())];
        let deflated = stored.compression_method(zip::CompressionMethod::Deflated);
        let bomb = vec![0; 1 << 20];
        let attacks: Vec<(&str, Vec<u8>)> = vec![
            ("nothing", Vec::new()),
            ("no archive", b"%PDF-1.7".to_vec()),
            ("appended byte", [&bytes[..], b"\0"].concat()),
            ("appended archive", [&bytes[..], &bytes[..]].concat()),
            ("prefix", [b"#!/bin/sh\n", &bytes[..]].concat()),
            ("cut in half", bytes[..bytes.len() / 2].to_vec()),
            ("packed by another program", packed(&order, stored, "")),
            ("comment", packed(&order, stored, "note")),
            ("deflated", packed(&order, deflated, "")),
            ("bomb", packed(&[order[0], ("a.pdf", &bomb)], deflated, "")),
            ("reordered", packed(&swapped, stored, "")),
            ("renamed", packed(&renamed, stored, "")),
            ("contents swapped", packed(&replaced, stored, "")),
            ("escaping name", packed(&escaping, stored, "")),
            ("one more", packed(&more, stored, "")),
            ("one less", packed(&order[..3], stored, "")),
            ("manifest last", packed(&[order[1], order[2], order[3], order[0]], stored, "")),
            ("no manifest", packed(&order[1..], stored, "")),
            ("comment patched in", {
                let mut other = bytes.clone();
                let length = other.len() - 2;
                other[length] = 4;
                [&other[..], b"note"].concat()
            }),
            ("large sizes claimed", {
                let mut other = bytes.clone();
                other[18..26].fill(0xFF);
                other
            }),
            ("content and checksums changed alike", {
                let changed = b"%PDF-1.7 FIRST";
                let old = crc(b"%PDF-1.7 first").to_le_bytes();
                let mut other = bytes.clone();
                let at = find(&other, b"%PDF-1.7 first");
                other[at..at + changed.len()].copy_from_slice(changed);
                while let Some(at) = other.windows(4).position(|window| window == old) {
                    other[at..at + 4].copy_from_slice(&crc(changed).to_le_bytes());
                }
                other
            }),
        ];
        assert!(attacks.len() > 20);
        for (name, attack) in attacks {
            assert_ne!(faults(&attack), Vec::new(), "{name}");
        }
    }

    fn find(bytes: &[u8], wanted: &[u8]) -> usize {
        bytes.windows(wanted.len()).position(|window| window == wanted).expect("it is there")
    }

    #[test]
    fn what_its_manifest_does_not_name_is_not_packed() {
        let mut more = files();
        more.insert("z.pdf".into(), Vec::new());
        assert_eq!(write(&more), Err(Unfit::Manifest));
        let mut less = files();
        less.remove("a.pdf");
        assert_eq!(write(&less), Err(Unfit::Manifest));
        assert_eq!(write(&BTreeMap::new()), Err(Unfit::Manifest));
    }
}
