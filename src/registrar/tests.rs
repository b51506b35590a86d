//! A crash and an error at every call to the file system, threads that race, and random operations against a model.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use super::*;
use crate::disk::{Call, Open};
use crate::register::chain::{Chain, Person, Step as Turn};
use crate::register::{Approval, Policy, Standing, State, Step, Verdict, Wish, admit, repair};

const CODE: &str = "QD";

fn numbering() -> Numbering {
    Numbering { stages: [("survey".to_owned(), CODE.to_owned())].into(), ..Numbering::default() }
}

fn registrar<'a>(root: &'a Path, numbering: &'a Numbering, gate: &'a dyn Gate) -> Registrar<'a> {
    Registrar { root, numbering, day: Day::parse("2026-05-15").expect("a day"), person: "陈一", gate }
}

/// All files below `register/`, as far as anybody reads them.
fn files(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root.join(FOLDER)).into_iter().flatten() {
        let path =
            entry.path().strip_prefix(root).expect("the walk stays below").to_string_lossy().into_owned();
        if entry.file_type().is_file() && !path.contains("/.") {
            found.insert(path, fs::read_to_string(entry.path()).expect("a text"));
        }
    }
    found
}

/// The register as it lies there. Nothing may be wrong with any file of it.
fn look(root: &Path, numbering: &Numbering) -> (Register, Vec<(String, FileId)>, Sources) {
    let mut sources = Sources::default();
    let paths: Vec<_> =
        files(root).into_iter().map(|(path, text)| (path.clone(), sources.add(path, text))).collect();
    let mut findings = Findings::default();
    let register = Register::read(&paths, &sources, numbering, &mut findings);
    let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
    assert!(codes.is_empty(), "{codes:?} in {:?}", files(root));
    (register, paths, sources)
}

fn number(root: &Path, document: &str, gate: &dyn Gate) -> Result<Given, Failure> {
    let numbering = numbering();
    let (mut register, ..) = look(root, &numbering);
    registrar(root, &numbering, gate).number(&mut register, document, "paper", CODE, None, &|_, _| true)
}

/// Fails the n-th call, and, like a crash, all after it or, like a full disk, only that one.
struct Fault {
    left: Cell<usize>,
    error: Option<i32>,
}

impl Fault {
    fn struck(&self) -> bool {
        self.left.get() == 0
    }
}

impl Gate for Fault {
    fn pass(&self, _: Call) -> io::Result<()> {
        match (self.left.get(), self.error) {
            (0, None) => Err(io::Error::other("crashed")),
            (0, Some(_)) => Ok(()),
            (left, error) => {
                self.left.set(left - 1);
                match (left, error) {
                    (1, None) => Err(io::Error::other("crashed")),
                    (1, Some(code)) => Err(io::Error::from_raw_os_error(code)),
                    _ => Ok(()),
                }
            }
        }
    }
}

/// A state to begin with, and something that is done to it.
struct Deed {
    name: &'static str,
    before: fn(&Path),
    act: fn(&Path, &dyn Gate) -> Result<(), Failure>,
}

fn settle(root: &Path) {
    number(root, "library/a", &Open).expect("the disk is sound");
    revise(root, &Open).expect("the disk is sound");
}

/// Puts a fact beside the number of `library/a`, as far as it is not there yet.
fn add(root: &Path, matter: Matter, gate: &dyn Gate) -> Result<(), Failure> {
    let numbering = numbering();
    let (register, ..) = look(root, &numbering);
    let record = register.records().next().expect("a record");
    registrar(root, &numbering, gate).add(&record.number, &record.entry.document, matter).map(drop)
}

fn revise(root: &Path, gate: &dyn Gate) -> Result<(), Failure> {
    let (register, ..) = look(root, &numbering());
    let latest = register.records().next().expect("a record").latest().map(|(version, _)| version);
    let version = following(latest, Step::Minor);
    add(root, Matter::Version { version, summary: "改".into(), content: "1".repeat(64) }, gate)
}

fn approve(root: &Path, gate: &dyn Gate) -> Result<(), Failure> {
    let approval = Approval {
        version: Version::FIRST,
        step: "head".into(),
        round: 1,
        role: String::new(),
        verdict: Verdict::Approved,
        opinion: None,
        content: "1".repeat(64),
    };
    add(root, Matter::Approval(approval), gate)
}

fn void(root: &Path, gate: &dyn Gate) -> Result<(), Failure> {
    add(root, Matter::Void { why: "不用".into() }, gate)
}

/// Two branches have taken the first number; the one that loses had a version and an approval.
fn collide(root: &Path) {
    settle(root);
    approve(root, &Open).expect("the disk is sound");
    let other = tempfile::tempdir().expect("a temporary folder");
    number(other.path(), "library/b", &Open).expect("the disk is sound");
    let stays = files(other.path());
    for (path, text) in &stays {
        fs::write(root.join("stays"), text).expect("it can be written");
        fs::rename(root.join(path), root.join("goes")).expect("it is there");
        fs::write(root.join(path), text).expect("it can be written");
    }
}

/// What `number --resolve` does, with what git would tell.
fn resolve(root: &Path, gate: &dyn Gate) -> Result<(), Failure> {
    let numbering = numbering();
    let path = "register/QD/QD202605001.yaml".to_owned();
    let text = |name: &str| fs::read_to_string(root.join(name)).expect("it is there");
    let contests = [Contest { path: path.clone(), stays: text("stays"), goes: text("goes") }];
    let mut sources = Sources::default();
    let paths: Vec<_> =
        files(root).into_iter().map(|(path, text)| (path.clone(), sources.add(path, text))).collect();
    let mut register = Register::read(&paths, &sources, &numbering, &mut Findings::default());
    let settled = BTreeSet::from([path]);
    let plan = repair(&contests, &paths, &sources, &settled, &settled);
    registrar(root, &numbering, gate).repair(&mut register, &plan).map(drop)
}

const DEEDS: &[Deed] = &[
    Deed { name: "number", before: |_| (), act: |root, gate| number(root, "library/a", gate).map(drop) },
    Deed {
        name: "another number",
        before: settle,
        act: |root, gate| number(root, "library/b", gate).map(drop),
    },
    Deed { name: "revise", before: settle, act: revise },
    Deed { name: "approve", before: settle, act: approve },
    Deed { name: "void", before: settle, act: void },
    Deed { name: "resolve", before: collide, act: resolve },
];

#[test]
fn whatever_call_fails_the_register_is_sound_and_a_second_try_succeeds() {
    let mut points = 0;
    // ENOSPC, EROFS, EACCES, EIO, EMFILE, EDQUOT; without a number the process is gone.
    for error in [None, Some(28), Some(30), Some(13), Some(5), Some(24), Some(122)] {
        for deed in DEEDS {
            for call in 1.. {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let root = folder.path();
                (deed.before)(root);
                let before = files(root);
                let fault = Fault { left: Cell::new(call), error };
                let done = (deed.act)(root, &fault);
                let name = format!("{}, {error:?} at call {call}", deed.name);
                if !fault.struck() {
                    assert!(done.is_ok(), "{name}");
                    break;
                }
                points += 1;
                assert!(done.is_err(), "{name} was not told");
                assert!(call < 100, "{name}: it does not come to an end");
                let after = files(root);
                if deed.name == "resolve" {
                    resolve(root, &Open).unwrap_or_else(|error| panic!("{name}: {error:?}"));
                    let (register, ..) = look(root, &numbering());
                    let record = register.of("library/a").next().expect("the loser has a number");
                    assert_eq!(record.formerly(), Some("QD202605001"), "{name}");
                    assert!(record.latest().is_some() && record.round(Version::FIRST, "head") == 2, "{name}");
                    assert_eq!(register.of("library/a").count(), 1, "{name}");
                    assert_eq!(register.of("library/b").count(), 1, "{name}");
                    assert_eq!(files(root).len(), 5 - 1, "{name}: {:?}", files(root).keys());
                    continue;
                }
                // What was there is there as it was; what is new is whole, or nothing.
                look(root, &numbering());
                for (path, text) in &before {
                    assert_eq!(after.get(path), Some(text), "{name}");
                }
                assert!(after.len() <= before.len() + 1, "{name}");
                (deed.act)(root, &Open).unwrap_or_else(|error| panic!("{name}: {error:?}"));
                let (register, ..) = look(root, &numbering());
                assert!(register.records().count() <= 2, "{name}");
                for record in register.records() {
                    assert!(register.of(&record.entry.document).count() <= 1, "{name}");
                }
            }
        }
    }
    assert!(points > 200, "{points}");
}

#[test]
fn what_is_told_is_on_the_disk_before() {
    // The name is made durable last; a number is only given back after that.
    struct Watch<'r>(&'r Path, Cell<bool>);
    impl Gate for Watch<'_> {
        fn pass(&self, call: Call) -> io::Result<()> {
            let is_there = self.0.join("register/QD/QD202605001.yaml").exists();
            assert!(!is_there || call == Call::SyncFolder, "{call:?} after the file was published");
            self.1.set(is_there);
            Ok(())
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let gate = Watch(folder.path(), Cell::new(false));
    assert_eq!(number(folder.path(), "library/a", &gate).ok(), Some(Given::New("QD202605001".into())));
    assert!(gate.1.get(), "the folder was not made durable after the file was published");
}

#[test]
fn who_met_another_number_does_not_give_a_second_one() {
    // Begun on an empty register, overtaken twice: by the second document first.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let numbering = numbering();
    let registrar = registrar(folder.path(), &numbering, &Open);
    let mut late = Register::default();
    assert_eq!(number(folder.path(), "library/b", &Open).ok(), Some(Given::New("QD202605001".into())));
    let mut give = |document| registrar.number(&mut late, document, "paper", CODE, None, &|_, _| true).ok();
    assert_eq!(give("library/a"), Some(Given::New("QD202605002".into())));
    assert_eq!(give("library/b"), Some(Given::Had("QD202605001".into())));
    assert_eq!(give("library/a"), Some(Given::Had("QD202605002".into())));
}

#[test]
fn a_torn_file_keeps_its_number_to_itself() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir_all(folder.path().join("register/QD")).expect("a folder");
    fs::write(folder.path().join("register/QD/QD202605001.yaml"), "number: QD2026").expect("a file");
    let numbering = numbering();
    let registrar = registrar(folder.path(), &numbering, &Open);
    let mut register = Register::default();
    let given = registrar.number(&mut register, "library/a", "paper", CODE, None, &|_, _| true);
    assert_eq!(given.ok(), Some(Given::New("QD202605002".into())));
    assert_eq!(files(folder.path())["register/QD/QD202605001.yaml"], "number: QD2026");
}

/// A document as the model knows it.
#[derive(Clone, Debug, Default)]
struct Model {
    number: Option<String>,
    text: u64,
    /// Text and decisions by step of each version; a step may be decided about again.
    versions: Vec<(Version, u64, BTreeMap<&'static str, bool>)>,
}

const STEPS: [(&str, &str); 3] = [("head", "林二"), ("presales", "周三"), ("final", "郑四")];

impl Model {
    fn state(&self) -> State {
        match self.versions.last() {
            Some((_, text, steps)) if *text == self.text => match STEPS.map(|(step, _)| steps.get(step)) {
                steps if steps.contains(&Some(&false)) => State::Rejected,
                steps if steps.contains(&None) => State::Review,
                _ => State::Released,
            },
            _ => State::Draft,
        }
    }

    /// The step that is open, if any can be taken.
    fn turn(&self) -> Option<(&'static str, &'static str)> {
        let (_, text, steps) = self.versions.last()?;
        let open = STEPS.into_iter().find(|(step, _)| steps.get(step) != Some(&true));
        open.filter(|_| *text == self.text)
    }
}

/// A register in memory.
struct Scene<'n> {
    facts: BTreeMap<String, String>,
    numbering: &'n Numbering,
    person: &'static str,
}

impl Scene<'_> {
    /// Read anew each time, as every command does.
    fn register(&self) -> Register {
        let mut sources = Sources::default();
        let files: Vec<_> = self
            .facts
            .iter()
            .map(|(path, text)| (path.clone(), sources.add(path.as_str(), text.as_str())))
            .collect();
        let mut findings = Findings::default();
        let register = Register::read(&files, &sources, self.numbering, &mut findings);
        assert_eq!(findings.iter().count(), 0);
        register
    }

    fn number(&mut self, register: &Register, document: &str) -> String {
        if let Some(number) = register.given(document) {
            return number.to_owned();
        }
        let number = register.next(CODE, "202605", self.numbering).expect("there are enough");
        let written = self.numbering.write(&number);
        self.put(&written, document, Matter::Number { kind: "paper".into(), formerly: None });
        written
    }

    fn put(&mut self, number: &str, document: &str, matter: Matter) {
        let fact = Fact {
            number: number.to_owned(),
            document: document.to_owned(),
            date: "2026-05-15".into(),
            person: self.person.to_owned(),
            nonce: format!("{:032x}", self.facts.len() + 0xa0),
            matter,
        };
        let before = self.facts.insert(fact.path(CODE), fact.text());
        assert_eq!(before, None, "a fact was written over");
    }
}

fn policy() -> (Policy, Chain) {
    let step = |(name, person): (&str, &str)| Turn {
        name: name.to_owned(),
        title: name.to_owned(),
        roles: vec![person.to_owned()],
        outside: false,
        opinion: false,
    };
    let person = |name: &str| Person {
        name: name.to_owned(),
        document: None,
        emails: Vec::new(),
        roles: vec![name.to_owned()],
    };
    let people = ["陈一", "林二", "周三", "郑四"].map(person).into();
    (Policy { people, ..Policy::default() }, STEPS.map(|known| vec![step(known)]).into())
}

#[test]
fn ten_thousand_histories_agree_with_a_small_model() {
    let numbering = numbering();
    let (policy, chain) = policy();
    let mut seed = 7_u64;
    let mut random = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let (mut deeds, mut released) = (0, 0);
    for history in 0..10_000 {
        let mut scene = Scene { facts: BTreeMap::new(), numbering: &numbering, person: "陈一" };
        let mut models = vec![Model::default(); 2];
        let mut given: Vec<String> = Vec::new();
        for _ in 0..12 + random(12) {
            let at = usize::try_from(random(2)).expect("small");
            let id = format!("library/{at}");
            let model = &mut models[at];
            deeds += 1;
            let register = scene.register();
            let record = register.of(&id).next();
            assert_eq!(record.map(|record| &record.entry.number), model.number.as_ref());
            let content = format!("{:064}", model.text);
            match random(16) {
                0..3 => {
                    let last = given.last().cloned();
                    let number = scene.number(&register, &id);
                    match &model.number {
                        Some(known) => assert_eq!(*known, number, "a second number"),
                        None => {
                            assert!(last.is_none_or(|last| last < number) && !given.contains(&number));
                            given.push(number.clone());
                            model.number = Some(number);
                        }
                    }
                }
                3 => model.text = random(4),
                4 => {
                    let Some(record) = record else { continue };
                    scene.put(&record.entry.number, &id, Matter::Void { why: "x".into() });
                    *model = Model { text: model.text, ..Model::default() };
                }
                5..9 => {
                    let Some(record) = record else { continue };
                    let latest = record.latest();
                    let is_same = latest.is_some_and(|(_, known)| known == content);
                    assert_eq!(
                        is_same,
                        model.versions.last().is_some_and(|(_, text, _)| *text == model.text)
                    );
                    if !is_same {
                        let step = if random(2) == 0 { Step::Minor } else { Step::Major };
                        let version = following(latest.map(|(version, _)| version), step);
                        scene.put(
                            &record.entry.number,
                            &id,
                            Matter::Version { version, summary: "x".into(), content },
                        );
                        model.versions.push((version, model.text, BTreeMap::new()));
                    }
                }
                _ => {
                    let Some(record) = record else { continue };
                    let (_, anybody) = STEPS[usize::try_from(random(3)).expect("small")];
                    let person = match random(6) {
                        0 => "陈一",
                        1 => anybody,
                        _ => model.turn().map_or(anybody, |(_, person)| person),
                    };
                    let verdict = if random(6) == 0 { Verdict::Rejected } else { Verdict::Approved };
                    let standing = Standing::new(record, Some(&chain), &content);
                    assert_eq!(standing.state(), model.state(), "history {history}: {model:?}");
                    let wish = Wish { step: None, person, verdict, opinion: None, author: Some("陈一") };
                    let admitted = admit(&standing, Some(&chain), &policy, &wish);
                    let expected = model.turn().filter(|(_, who)| *who == person).map(|(step, _)| step);
                    assert_eq!(admitted.as_ref().ok().map(|(step, _)| step.name.as_str()), expected);
                    let (Ok((step, role)), Some(name)) = (admitted, expected) else { continue };
                    let version = standing.version.expect("nobody is admitted without a version");
                    let round = record.round(version, &step.name);
                    let step = step.name.clone();
                    let approval = Approval { version, step, round, role, verdict, opinion: None, content };
                    scene.person = person;
                    scene.put(&record.entry.number, &id, Matter::Approval(approval));
                    scene.person = "陈一";
                    let (_, _, steps) = model.versions.last_mut().expect("a version");
                    steps.insert(name, verdict == Verdict::Approved);
                }
            }
        }
        let register = scene.register();
        for (at, model) in models.iter().enumerate() {
            let Some(record) = register.of(&format!("library/{at}")).next() else { continue };
            let standing = Standing::new(record, Some(&chain), &format!("{:064}", model.text));
            assert_eq!(standing.state(), model.state());
            released += usize::from(model.state() == State::Released);
        }
    }
    assert!(deeds > 100_000 && released > 100, "{deeds} deeds, {released} released");
}
