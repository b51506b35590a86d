//! What comparing two versions of a bid costs: `cargo bench --bench diff`. Reading both sides counts, as it does for whoever waits.

use std::fs;
use std::path::Path;

use bidwright::diagnostic::Lang;
use bidwright::diff::{Comparison, Look, Scope, Side, compare, redline, terminal};
use bidwright::folder::Folder;
use bidwright::workspace::{Viewer, outline};
use divan::Bencher;

fn main() {
    divan::main();
}

/// The texts of the sample: a bid of more than 200 pages with all that belongs to it.
fn sample() -> Folder {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/smart-park");
    let mut folder = Folder::default();
    for entry in
        walkdir::WalkDir::new(&root).into_iter().flatten().filter(|entry| entry.file_type().is_file())
    {
        let path = entry.path().strip_prefix(&root).expect("below the root").to_string_lossy().into_owned();
        if (path.ends_with(".yaml") || path.ends_with(".md")) && !path.starts_with("out/") {
            folder.add(path, fs::read(entry.path()).expect("it can be read"));
        }
    }
    folder
}

/// The sample with a price, a deviation and a word in every text changed.
fn edited(folder: &Folder) -> Folder {
    let mut edited = Folder::default();
    for (path, file) in &folder.files {
        let bidwright::folder::File::Plain { load, .. } = file else { continue };
        let text = String::from_utf8(load().expect("it can be read")).expect("text");
        let text = text.replacen("450000.00", "470000.00", 1).replacen("无偏离", "负偏离", 1);
        let text = if path.ends_with(".md") { text.replace("系统", "平台") } else { text };
        edited.add(path.clone(), text);
    }
    edited
}

fn compared(old: Folder, new: Folder) -> Comparison {
    let side = |name: &str, folder: Folder| Side { name: name.to_owned(), outline: outline(folder) };
    let scope = Scope { viewer: Viewer::Insider, lang: Lang::Zh, paths: Vec::new(), same: &|_| true };
    compare(&side("old", old), &side("new", new), &scope)
}

/// Must stay within 1 s of CPU.
#[divan::bench(sample_count = 10)]
fn two_versions_of_a_bid_of_200_pages(bencher: Bencher) {
    let old = sample();
    let new = edited(&old);
    bencher.bench_local(|| {
        let comparison = compared(old.clone(), new.clone());
        assert!(comparison.documents.len() > 3);
        terminal(&comparison, Look { width: 120, side_by_side: false })
    });
}

#[divan::bench(sample_count = 10)]
fn nothing_changed(bencher: Bencher) {
    let folder = sample();
    bencher.bench_local(|| {
        let comparison = compared(folder.clone(), folder.clone());
        assert!(comparison.is_empty());
    });
}

#[divan::bench]
fn a_redline_of_a_long_paragraph(bencher: Bencher) {
    let old = "平台以事件为主线，把告警、工单和人员联系起来，处置过程全程留痕，可按月复核。".repeat(20);
    let new = old.replace("工单", "任务单").replace("按月", "按周");
    bencher.bench_local(|| redline(&old, &new));
}
