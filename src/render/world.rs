//! Owns the world that Typst sees: the files and fonts of one job and nothing else.
//! Never touches the disk and never answers what the date is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use typst::diag::{FileError, FileResult, PackageError};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_kit::files::{FileLoader, FileStore};

use super::{File, Fonts, Job, picture};

const MAIN: &str = "/main.typ";

/// The standard library without inputs: what changes from job to job comes in files, which keeps the cache warm.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

// Typst interns the path of every file that is asked for, in 16 bits and for the life of the process. The same
// path in many jobs counts once, and because each job has a store of its own it may mean other bytes each time.
pub struct JobWorld {
    files: FileStore<Loader>,
    fonts: Fonts,
    main: FileId,
}

impl JobWorld {
    pub fn new(job: &Job) -> Self {
        let main = VirtualPath::new(MAIN).expect("the constant is a valid path");
        let mut files = job.files.clone();
        files.insert(MAIN.to_owned(), File::from(job.main.clone()));
        Self {
            files: FileStore::new(Loader(files)),
            fonts: job.fonts.clone(),
            main: RootedPath::new(VirtualRoot::Project, main).intern(),
        }
    }

    /// The path of the first file, in the order of paths, that holds exactly these bytes.
    pub fn path_of(&self, bytes: &[u8]) -> Option<&str> {
        let found = self.files.loader().0.iter().find(|(_, file)| file.bytes() == bytes);
        found.map(|(path, _)| path.as_str())
    }
}

impl World for JobWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.files.source(id)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.file(id)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }

    // No clock here: two builds of one folder must agree byte for byte.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Serves the files of a job. A path cannot lead out of it: Typst refuses `..` above the root by itself.
struct Loader(BTreeMap<String, File>);

impl FileLoader for Loader {
    fn load(&self, id: FileId) -> FileResult<Bytes> {
        let path = id.vpath().get_with_slash();
        match id.root() {
            VirtualRoot::Package(spec) => Err(FileError::Package(PackageError::NotFound(spec.clone()))),
            VirtualRoot::Project => match self.0.get(path) {
                // A WebAssembly plugin is code without any limit of time or memory.
                Some(file) if file.bytes().starts_with(b"\0asm") => Err(FileError::AccessDenied),
                Some(file) => Ok(picture::frame(path, file).unwrap_or_else(|| file.0.clone())),
                None => match picture::framed(path).and_then(|path| Some((path, self.0.get(path)?))) {
                    Some((path, file)) if picture::frame(path, file).is_some() => Ok(file.0.clone()),
                    _ => Err(FileError::NotFound(path.into())),
                },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::render::lay_out;
    use crate::render::testing::{job, laid_out};

    fn error(main: &str, files: &[(&str, &[u8])]) -> String {
        lay_out(&job(main, files)).expect_err("an error")[0].message.clone()
    }

    #[test]
    fn a_job_sees_its_files_and_no_others() {
        let layout = laid_out("#read(\"/data/a.txt\")", &[("/data/a.txt", "甲".as_bytes())]);
        assert_eq!(layout.page_text(1), "甲");
        assert!(error("#read(\"/etc/hostname\")", &[]).contains("not found"));
        assert!(error("#read(\"../../etc/hostname\")", &[]).contains("escape"));
        assert!(error("#import \"@preview/example:0.1.0\": add", &[]).contains("package not found"));
    }

    #[test]
    fn one_path_means_other_bytes_in_another_job() {
        let text =
            |body: &str| laid_out("#read(\"/data/b.txt\")", &[("/data/b.txt", body.as_bytes())]).page_text(1);
        assert_eq!(text("one"), "one");
        assert_eq!(text("two"), "two");
    }

    #[test]
    fn there_is_no_date_and_no_plugin() {
        assert!(error("#datetime.today()", &[]).contains("date"));
        let plugin: (&str, &[u8]) = ("/a.wasm", b"\0asm\x01\0\0\0");
        assert!(error("#plugin(\"/a.wasm\")", &[plugin]).contains("denied"));
        assert!(error("#plugin(\"/a.wasm.jpg\")", &[plugin]).contains("not found"));
    }
}
