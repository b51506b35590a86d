//! Labels for envelopes: one for each that the tender asks for, and none that tells whose a blind volume is.

use bidwright::pdf;

use crate::stage::Stage;

/// The text of each sheet.
fn sheets(stage: &Stage) -> Vec<String> {
    stage.run(&["labels", ".", "--out", "labels.pdf"]).expect(0);
    let said = pdf::read(&stage.read("labels.pdf")).expect("a PDF");
    said.pages.into_iter().map(|page| page.text.split_whitespace().collect()).collect()
}

#[test]
fn every_envelope_has_a_label() {
    let stage = Stage::new();
    stage.run(&["init", "."]).expect(0);
    let tender = "projects/example/tender/tender.yaml";
    let text = stage.text(tender);
    let with = |copies: &str| {
        let lines: Vec<&str> = text.lines().collect();
        let at = lines.iter().position(|line| line.starts_with("  copies:")).expect("copies");
        let end = at + 1 + lines[at + 1..].iter().take_while(|line| line.starts_with("    ")).count();
        let mut new: Vec<String> = lines[..at].iter().map(|line| (*line).to_owned()).collect();
        new.push(format!("  copies: {copies}"));
        new.extend(lines[end..].iter().map(|line| (*line).to_owned()));
        stage.write(tender, new.join("\n") + "\n");
    };
    with("{ originals: 1, duplicates: 3, electronic: 1 }");
    let made = sheets(&stage);
    // Three volumes in two copies and the files: seven, two on a sheet.
    assert_eq!(made.len(), 4);
    for volume in ["商务标", "技术标", "报价标"] {
        for copy in ["正本1份", "副本3份"] {
            let found = made.iter().filter(|sheet| sheet.contains(&format!("{volume}{copy}"))).count();
            assert_eq!(found, 1, "{volume} {copy} in {made:?}");
        }
    }
    assert!(made[3].contains("电子文件1份") && made.iter().all(|sheet| sheet.contains("之前不得启封")));
    with("{ originals: 1, duplicates: 0 }");
    assert_eq!(sheets(&stage).len(), 2, "an original of each volume");
}

#[test]
fn the_label_of_a_blind_volume_names_nobody() {
    let stage = Stage::new();
    stage.run(&["init", "."]).expect(0);
    let company = stage.text("library/company/company.yaml");
    let name = company.lines().find_map(|line| line.strip_prefix("  name: ")).expect("a name").to_owned();
    let named = |stage: &Stage| sheets(stage).iter().map(|sheet| sheet.matches(&name).count()).sum::<usize>();
    let before = named(&stage);
    stage.replace(
        "projects/example/tender/tender.yaml",
        "  bidder_word: 投标人",
        "  blind: { volumes: [技术标] }\n  bidder_word: 投标人",
    );
    let labels = sheets(&stage).join("").matches("技术标").count();
    assert!(labels > 0 && named(&stage) == before - labels);
}

#[test]
fn without_a_bid_there_is_nothing_to_label() {
    let stage = Stage::of("tests/bases/mini");
    stage.run(&["labels", "."]).expect(2);
    assert!(!stage.path("out").exists());
}
