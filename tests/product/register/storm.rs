//! Many processes at once, and processes that are killed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::{DAY, Facts, NUMBERED};
use crate::stage::{Stage, files, repository};

/// A workspace in memory, if the system has such a place: what is tested is order, not the speed of disks.
fn ground(folders: usize, documents: usize) -> Stage {
    let stage = Stage::in_memory();
    stage.bring(&repository().join(NUMBERED));
    std::fs::remove_dir_all(stage.path("library")).expect("the base has a library");
    for folder in 0..folders {
        for document in 0..documents {
            let id = format!("library/d{folder}-{document}");
            let text = format!("kind: paper\nid: {id}\ntitle: 稿\ndata: {{ text: x }}\n");
            stage.write(&format!("library/{folder}/{document:03}.yaml"), text);
        }
    }
    stage.write("bidwright.yaml", "numbering: { digits: 5 }\n");
    stage
}

fn spawn(stage: &Stage, path: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bidwright"));
    command.args(["number", path, "--as", "陈一", "--date", DAY]).current_dir(stage.root());
    // One thread each: dozens of processes are enough.
    command.env_clear().env("RAYON_NUM_THREADS", "1");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().expect("the binary can be run")
}

/// The numbers that a process has told, by document.
fn told(child: &mut Child) -> BTreeMap<String, String> {
    let mut text = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut text).expect("text");
    // A line that was cut off has told nothing.
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        Some((words.next()?.to_owned(), words.next()?.to_owned()))
    };
    whole.lines().filter_map(line).map(|(number, document)| (document, number)).collect()
}

/// All that was told is there, everything that is there is whole, and nothing is there twice.
fn examine(stage: &Stage, told: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let facts = Facts::of(register(stage));
    assert_eq!(facts.facts.len(), facts.texts.len(), "a torn file");
    let pairs = facts.pairs();
    let given: BTreeMap<String, String> = pairs.iter().cloned().collect();
    let numbers: BTreeSet<&String> = pairs.iter().map(|(_, number)| number).collect();
    assert_eq!(given.len(), pairs.len(), "a document has two numbers");
    assert_eq!(numbers.len(), pairs.len(), "a number was given twice");
    for (document, number) in told {
        assert_eq!(given.get(document), Some(number), "{document} was told another number than it has");
    }
    given
}

fn register(stage: &Stage) -> BTreeMap<String, Vec<u8>> {
    let folder = stage.path("register");
    if !folder.exists() {
        return BTreeMap::new();
    }
    files(&folder).into_iter().map(|(path, text)| (format!("register/{path}"), text)).collect()
}

#[test]
fn sixty_four_processes_of_a_hundred_numbers_each() {
    let _alone = super::alone();
    let stage = ground(64, 100);
    let children: Vec<Child> = (0..64).map(|folder| spawn(&stage, &format!("library/{folder}"))).collect();
    let mut all = BTreeMap::new();
    for mut child in children {
        let numbers = told(&mut child);
        assert!(child.wait().expect("it ends").success());
        assert_eq!(numbers.len(), 100);
        all.extend(numbers);
    }
    let given = examine(&stage, &all);
    assert_eq!((all.len(), given.len()), (6400, 6400));
    let last = given.values().max().expect("numbers");
    assert_eq!(last, "QD20260506400", "no number was left out");
    assert!(register(&stage).keys().all(|path| !path.contains("/.")), "something was left behind");
}

#[test]
fn processes_over_the_same_documents_agree() {
    let _alone = super::alone();
    let stage = ground(1, 60);
    // Some begin in the middle, so that they meet those who began at the beginning.
    let paths: Vec<String> = (0..12)
        .map(|at| if at % 2 == 0 { "library".to_owned() } else { format!("library/0/{:03}.yaml", at * 5) })
        .collect();
    let children: Vec<Child> = paths.iter().map(|path| spawn(&stage, path)).collect();
    let mut all = BTreeMap::new();
    for mut child in children {
        for (document, number) in told(&mut child) {
            let before = all.insert(document.clone(), number.clone());
            assert!(before.is_none_or(|before| before == number), "{document} was told two numbers");
        }
        assert!(child.wait().expect("it ends").success());
    }
    assert_eq!(examine(&stage, &all).len(), 60);
}

#[test]
fn three_hundred_rounds_of_sudden_death() {
    let _alone = super::alone();
    let stage = ground(1, 48);
    let (mut killed, mut acknowledged, mut silent) = (0, 0, 0);
    let mut told_so_far = BTreeMap::new();
    // A small generator of its own: the same storm every time, as far as the system lets it be.
    let mut seed = 20_260_515_u64;
    // Death comes at any moment of a run, however long runs take here: later where nobody came to say anything,
    // earlier where all were done.
    let mut patience = 20_000;
    for round in 0..300 {
        let mut children: Vec<Child> = (0..3).map(|_| spawn(&stage, "library")).collect();
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        thread::sleep(Duration::from_micros(patience / 4 + (seed >> 33) % patience));
        let mut alive = 0;
        for child in &mut children {
            alive += usize::from(child.try_wait().expect("it can be asked").is_none());
            let _ = child.kill();
        }
        let mut words = 0;
        for mut child in children {
            let numbers = told(&mut child);
            child.wait().expect("it is dead");
            words += numbers.len();
            told_so_far.extend(numbers);
        }
        patience = match (alive, words) {
            (0, _) => patience * 9 / 10,
            (_, 0) => patience * 6 / 5,
            _ => patience,
        };
        killed += alive;
        acknowledged += words;
        let given = examine(&stage, &told_so_far);
        silent += given.len() - told_so_far.len();
        // All are numbered: begin again, but for the litter, which must not be in anybody's way.
        if given.len() == 48 || round % 50 == 49 {
            let mut last = spawn(&stage, "library");
            told_so_far.extend(told(&mut last));
            assert!(last.wait().expect("it ends").success());
            assert_eq!(examine(&stage, &told_so_far).len(), 48);
            let entries = register(&stage).into_keys().filter(|path| !path.contains("/."));
            entries.for_each(|path| std::fs::remove_file(stage.path(&path)).expect("the entry"));
            told_so_far.clear();
        }
    }
    assert!(killed > 100 && acknowledged > 20, "{killed} killed, {acknowledged} told, {silent} not told");
}
