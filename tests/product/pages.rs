//! Page numbers of indexes are those of the finished files: what an index names is found on the page that it names, in the
//! text of the PDFs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bidwright::diagnostic::{Finding, Findings};
use bidwright::folder::Folder;
use bidwright::package::{self, Options, Progress, Scope};
use bidwright::render::Standard;
use bidwright::tender::{Pages, Printed};
use bidwright::{disk, shipped, workspace};

use crate::stage::repository;

/// Nobody is told anything.
struct Silence;

impl Progress for Silence {
    fn begin(&self, _: &str) {}
    fn done(&self, _: &str, _: usize) {}
}

/// The finished volumes of a bid.
fn pages(folder: Folder, bid: &str) -> Pages {
    let (mut workspace, _) = workspace::read(folder);
    let options = Options { viewer: None, standard: Standard::Pdf17, draft: false };
    let mut findings = Findings::default();
    let scope = [Scope::Document(bid.to_owned())];
    let mut build = package::build(&mut workspace, &scope, options, &package::Bare, &Silence, &mut findings);
    let told: Vec<String> =
        findings.iter().map(|finding: &Finding| finding.message(Default::default())).collect();
    assert!(told.is_empty(), "{told:#?}");
    build.pages.remove(bid).expect("the bid was set")
}

fn start(change: impl Fn(&str, &str) -> String) -> Folder {
    let mut folder = Folder::default();
    for (path, text) in shipped::start() {
        let text = change(&path, text);
        folder.add(path, text);
    }
    folder
}

fn plain(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

/// Every anchor stands on the sheet that bears its number, below the heading that it names.
fn hold(pages: &Pages) -> usize {
    let mut held = 0;
    for volume in &pages.volumes {
        for (id, place) in &volume.anchors {
            let sheet = &volume.sheets[place.physical - 1];
            assert_eq!(sheet.label, place.page, "{id} in {}", volume.title);
            // The number is printed at the foot: `第 3 页　共 15 页`, or alone in front matter.
            let text = plain(&sheet.text);
            let foot = [format!("第{}页", place.page), format!("第{}頁", place.page)];
            assert!(
                foot.iter().any(|foot| text.contains(foot.as_str())) || text.ends_with(&place.page),
                "{id}: {text}"
            );
            let above: String =
                (1..=place.physical).rev().take(30).map(|at| plain(&volume.sheets[at - 1].text)).collect();
            assert!(above.contains(&plain(&place.heading)), "{id} is below `{}`", place.heading);
            held += 1;
        }
    }
    held
}

/// What the scoring index says: the lines of its pages that name a volume and a page.
fn index(volume: &Printed) -> String {
    let text: Vec<&str> = volume.sheets.iter().map(|sheet| sheet.text.as_str()).collect();
    plain(&text.join("\n"))
}

#[test]
fn the_sample_is_indexed_by_its_finished_pages() {
    let folder =
        disk::read(&repository().join("samples/smart-park"), workspace::exclusions).expect("the sample");
    let pages = pages(folder, "smart-park/bid");
    let held = hold(&pages);
    assert!(held > 150, "{held} anchors");
    // The index of one volume names pages of the others, with the volume.
    let technical = pages.volumes.iter().find(|volume| volume.title == "技术标").expect("the volume");
    let text = index(technical);
    for volume in &pages.volumes {
        let named =
            volume.anchors.values().filter(|place| text.contains(&format!("{}{}", volume.title, place.page)));
        assert!(named.count() > 0, "the index names pages of {}", volume.title);
    }
}

#[test]
fn pages_are_right_after_roman_front_matter_and_wherever_the_count_starts() {
    let mut firsts = BTreeMap::new();
    for start_at in ["cover", "contents", "body"] {
        let pages = pages(
            start(|_, text| text.replace("page_start: body", &format!("page_start: {start_at}"))),
            "example/bid",
        );
        assert!(hold(&pages) > 20);
        let technical = &pages.volumes[1];
        let first = &technical.anchors["technical#1"];
        firsts.insert(start_at, (first.page.clone(), first.physical, technical.sheets[1].label.clone()));
    }
    assert_eq!(
        firsts["body"],
        ("1".to_owned(), 3, "I".to_owned()),
        "contents in Roman numerals, chapters from 1"
    );
    assert_eq!(firsts["contents"], ("2".to_owned(), 3, "1".to_owned()));
    assert_eq!(firsts["cover"], ("3".to_owned(), 3, "2".to_owned()));
}

#[test]
fn a_chapter_that_grows_moves_all_that_comes_after_it() {
    let long: String = (1..=60).fold(String::new(), |mut text, at| {
        let _ = write!(text, "第 {at} 段：座位预约、签到、暂离与释放的状态变化逐条说明，供审阅时核对，不作他用，也不改变任何承诺。\n\n");
        text
    });
    let before = pages(start(|_, text| text.to_owned()), "example/bid");
    let grown = |path: &str, text: &str| match path.ends_with("solution/overview.md") {
        true => format!("{text}\n\n{long}"),
        false => text.to_owned(),
    };
    let after = pages(start(grown), "example/bid");
    hold(&after);
    let at = |pages: &Pages, id: &str| pages.volumes[1].anchors[id].physical;
    let moved = at(&after, "t-service") - at(&before, "t-service");
    assert!(moved >= 3, "it grew by {moved} pages");
    assert_eq!(at(&after, "technical#4"), at(&before, "technical#4"), "what comes before stays");
    // The index says so, in the text of the finished file.
    let place = &after.volumes[1].anchors["t-service"];
    assert!(index(&after.volumes[1]).contains(&format!("技术标{}", place.page)), "{}", place.page);
}

#[test]
fn a_tender_of_626_clauses_is_answered_on_the_pages_that_its_table_names() {
    let mut clauses = String::from(
        "kind: tender-clauses\nid: example/clauses-technical\ntitle: 技术要求条款\ndata:\n  category: 技术\n  source: 第四章 采购需求\n  groups:\n",
    );
    let (mut responses, mut prose) = (String::new(), String::new());
    for at in 1..=626 {
        let group = (at - 1) / 50 + 1;
        if at % 50 == 1 {
            let _ =
                writeln!(clauses, "    - path: \"4.{group}\"\n      title: 第 {group} 组\n      clauses:");
            let _ = writeln!(prose, "\n# 第 {group} 组响应 {{#g-{group}}}\n\n逐条响应见点对点应答表。\n");
        }
        let path = format!("4.{group}.{}", (at - 1) % 50 + 1);
        let _ = writeln!(
            clauses,
            "        - {{ id: k-{at}, path: \"{path}\", text: 系统支持编号为 {at} 的功能。 }}"
        );
        let _ = writeln!(
            responses,
            "    - {{ clause: k-{at}, answer: 满足, deviation: 无偏离, response: 已支持编号 {at} 的功能。, anchor: g-{group} }}"
        );
    }
    let folder = start(|path, text| match path {
        "projects/example/tender/clauses-technical.yaml" => clauses.clone(),
        "projects/example/bid/responses.yaml" => {
            let (before, rest) = text.split_once("    - clause: t-1\n").expect("the technical answers");
            let (_, factors) = rest.split_once("  factors:\n").expect("the factors");
            format!("{before}{responses}  factors:\n{factors}")
        }
        "projects/example/solution/overview.md" => format!("{text}{prose}"),
        _ => text.to_owned(),
    });
    let pages = pages(folder, "example/bid");
    hold(&pages);
    let technical = &pages.volumes[1];
    let said: Vec<String> = technical.sheets.iter().map(|sheet| plain(&sheet.text)).collect();
    let whole = said.concat();
    for at in 1..=626 {
        assert!(whole.contains(&format!("已支持编号{at}的功能")), "answer {at} is printed");
    }
    for group in 1..=13 {
        let place = &technical.anchors[&format!("g-{group}")];
        assert!(
            said[place.physical - 1].contains(&format!("第{group}组响应")),
            "group {group} on {}",
            place.page
        );
    }
}
