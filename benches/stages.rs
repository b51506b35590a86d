//! What the stages cost: `cargo bench`. Figures are only worth comparing within one run on one machine.

use std::fmt::Write as _;

use bidwright::amount::{Amount, from_words, to_words};
use bidwright::diagnostic::Findings;
use bidwright::folder::Folder;
use bidwright::source::Sources;
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
