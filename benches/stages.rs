//! What the stages cost: `cargo bench`. Figures are only worth comparing within one run on one machine.

use std::fmt::Write as _;

use bidwright::amount::{Amount, from_words, to_words};
use bidwright::calendar::Day;
use bidwright::diagnostic::Findings;
use bidwright::folder::Folder;
use bidwright::register::{Fact, Matter, Numbering, Register};
use bidwright::registrar::{Given, Registrar};
use bidwright::source::{FileId, Sources};
use bidwright::{tender, workspace, yaml};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

fn main() {
    divan::main();
}

/// A library of documents of 3 KB each, half of it prose.
fn library(documents: usize) -> Folder {
    let paragraph =
        "    平台以事件为主线，把**告警（含视频）**、工单和人员联系起来，处置过程全程留痕，可按月复核。\n\n";
    let mut folder = Folder::default();
    folder.add("bidwright.yaml", "language: zh\n");
    for number in 0..documents {
        let mut text = format!(
            "kind: past-project\nid: library/past-{number}\ntitle: 园区平台建设项目 {number}\ndata:\n  name: 园区平台\n  \
             client: 虚构园区\n  contact: 张三\n  phone: 400-000-1866\n  industry: 园区\n  amount: 12500000.50\n  \
             signed: 2024-03-01\n  role: 总承包\n  scale: 6.8 平方公里\n  content: |\n"
        );
        while text.len() < 2900 {
            text.push_str(paragraph);
        }
        text.push_str("  proofs: []\n");
        folder.add(format!("library/past-{number}.yaml"), text);
    }
    folder
}

/// Must stay within 0.3 s of CPU.
#[divan::bench(sample_count = 10)]
fn check_1000_documents_of_3_kb(bencher: Bencher) {
    let folder = library(1000);
    bencher.counter(ItemsCount::new(1000_usize)).bench_local(|| {
        let (workspace, mut findings) = workspace::read(folder.clone());
        tender::check(&workspace, &mut findings);
        assert_eq!(findings.iter().count(), 0);
        workspace
    });
}

#[divan::bench(sample_count = 20)]
fn read_yaml_1_mb(bencher: Bencher) {
    let mut text = String::from("lines:\n");
    let mut number = 0;
    while text.len() < 1 << 20 {
        let _ = writeln!(
            text,
            "  - {{id: l{number}, name: 高清摄像机（含支架）, unit: 台, quantity: 12, unit_price: 1250.50}}"
        );
        number += 1;
    }
    let mut sources = Sources::default();
    let file = sources.add("prices.yaml", text.as_str());
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let mut findings = Findings::default();
        yaml::read(file, &text, yaml::Limits::default(), &mut findings)
    });
}

#[divan::bench]
fn amount_in_words_and_back(bencher: Bencher) {
    let amount: Amount = "1050300020.08".parse().expect("a plain decimal");
    bencher.bench_local(|| to_words(divan::black_box(amount)).map(|words| from_words(&words)));
}

/// A register of so many numbers, spread over ten years.
fn register(numbers: usize) -> Vec<(String, String)> {
    let fact = |at: usize| {
        let (year, month, serial) = (2020 + at / 2000, at / 170 % 12 + 1, at % 170 + 1 + at / 2040 * 170);
        let fact = Fact {
            number: format!("QD{year}{month:02}{serial:04}"),
            document: format!("project-{}/survey-{at}", at / 20),
            date: format!("{year}-{month:02}-15"),
            person: "宋雨薇".to_owned(),
            nonce: format!(
                "{:032x}",
                (at as u128 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
            ),
            matter: Matter::Number { kind: "survey-plan".to_owned(), formerly: None },
        };
        (fact.path("QD"), fact.text())
    };
    (0..numbers).map(fact).collect()
}

fn numbering() -> Numbering {
    Numbering { stages: [("survey".to_owned(), "QD".to_owned())].into(), digits: 4, ..Numbering::default() }
}

/// Must stay within 50 ms: every fact is proved, the next number found.
#[divan::bench(sample_count = 20)]
fn allocate_in_a_register_of_20_000(bencher: Bencher) {
    let numbering = numbering();
    let mut sources = Sources::default();
    let files: Vec<(String, FileId)> =
        register(20_000).into_iter().map(|(path, text)| (path.clone(), sources.add(path, text))).collect();
    bencher.counter(ItemsCount::new(files.len())).bench_local(|| {
        let mut findings = Findings::default();
        let register = Register::read(&files, &sources, &numbering, &mut findings);
        assert_eq!((findings.iter().count(), register.records().count()), (0, 20_000));
        let next = register.next("QD", "202912", &numbering);
        (register, next)
    });
}

/// Must stay within 50 ms: a number is taken beside 20,000 others, and is on the disk.
#[divan::bench(sample_count = 50)]
fn take_a_number_beside_20_000(bencher: Bencher) {
    let place = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir_all(place.path().join("register/QD")).expect("a folder");
    let mut sources = Sources::default();
    let files: Vec<(String, FileId)> = register(20_000)
        .into_iter()
        .map(|(path, text)| {
            std::fs::write(place.path().join(&path), &text).expect("a file");
            (path.clone(), sources.add(path, text))
        })
        .collect();
    let numbering = numbering();
    let mut register = Register::read(&files, &sources, &numbering, &mut Findings::default());
    let day = Day::parse("2029-12-15").expect("a day");
    let registrar = Registrar {
        root: place.path(),
        numbering: &numbering,
        day,
        person: "宋雨薇",
        gate: &bidwright::disk::Open,
    };
    let mut document = 0;
    bencher.bench_local(|| {
        document += 1;
        let id = format!("new/survey-{document}");
        let given = registrar.number(&mut register, &id, "survey-plan", "QD", None, &|_, _| true);
        assert!(matches!(given, Ok(Given::New(_))));
    });
}

/// The same from the disk: what `number` has to do before it can give one.
#[divan::bench(sample_count = 10)]
fn open_a_register_of_20_000(bencher: Bencher) {
    let place = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir_all(place.path().join("register/QD")).expect("a folder");
    std::fs::write(place.path().join("bidwright.yaml"), "numbering: { digits: 4 }\n").expect("a file");
    for (path, text) in register(20_000) {
        std::fs::write(place.path().join(path), text).expect("a file");
    }
    let root = bidwright::disk::root_of(place.path()).expect("a workspace");
    bencher.counter(ItemsCount::new(20_000_usize)).bench_local(|| {
        let folder = bidwright::disk::read(&root, workspace::exclusions).expect("it can be read");
        let (workspace, _) = workspace::read(folder);
        assert_eq!(workspace.register.records().count(), 20_000);
        workspace
    });
}
