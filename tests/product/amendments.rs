//! What the buyer's amendments touch: answers with their pages, prices, and what was approved before.

use serde_json::{Value as Json, json};

use crate::stage::Stage;

/// What the amendments touch, as a program reads it.
fn amended(stage: &Stage, more: &[&str], code: i32) -> Json {
    let run = stage.run(&[&["amendments", ".", "--format", "json"], more].concat()).expect(code);
    serde_json::from_str(&run.stdout).expect("JSON")
}

#[test]
fn an_amendment_tells_pages_prices_and_approvals_that_it_touches() {
    let stage = Stage::new();
    stage.run(&["init", "."]).expect(0);
    assert_eq!(amended(&stage, &[], 0), json!({ "amendments": [] }));
    // The solution is approved before the amendment comes.
    for arguments in [
        &["number", "projects/example/solution", "--as", "陈一", "--date", "2026-03-01"][..],
        &["revise", "example/solution", "--summary", "初稿", "--as", "陈一", "--date", "2026-03-02"],
    ] {
        stage.run(arguments).expect(0);
    }
    let configuration = stage.text("bidwright.yaml");
    let people = "people:\n  - { name: 李明, roles: [department-head, presales-manager, leader, technical, quality, market, commercial] }\n";
    stage.write("bidwright.yaml", format!("{configuration}\n{people}"));
    let approve = stage.run(&[
        "approve",
        "example/solution",
        "--step",
        "technical",
        "--as",
        "李明",
        "--opinion",
        "同意",
        "--date",
        "2026-03-03",
    ]);
    approve.expect(0);
    stage.replace(
        "projects/example/tender/tender.yaml",
        "  bidder_word: 投标人",
        "  amendments:\n    - { id: a-1, title: 第一号补遗, issued: 2026-03-10, clauses: [t-2, q-2], items: [通道闸机] }\n    - { id: a-2, title: 第二号补遗, issued: 2026-03-12, clauses: [t-2] }\n  bidder_word: 投标人",
    );
    let all = amended(&stage, &[], 1);
    let first = &all["amendments"][0];
    assert_eq!((&first["id"], &first["acknowledged"]), (&json!("a-1"), &json!(false)));
    assert_eq!(first["prices"], json!(["通道闸机"]));
    assert_eq!(first["approvals"][0]["document"], "example/solution");
    assert_eq!(first["approvals"][0]["person"], "李明");
    let states = |row: &Json| -> Vec<(String, String, Json)> {
        let clauses = row["clauses"].as_array().expect("a list").iter();
        clauses.map(|it| (it["id"].to_string(), it["state"].to_string(), it["later"].clone())).collect()
    };
    let open = |id: &str, later: Json| (format!("\"{id}\""), "\"open\"".to_owned(), later);
    // In the order of the tender; the last amendment is the one to confirm.
    assert_eq!(states(first), [open("q-2", Json::Null), open("t-2", json!("a-2"))]);
    // Its page is the one that the volume prints.
    let place = &first["clauses"][1]["place"];
    let indexed = stage.run(&["build", "projects/example/bid", "--draft", "--quiet", "--no-cache"]);
    assert!(indexed.code <= 1);
    assert_eq!(place["volume"], "技术标");
    assert!(place["page"].as_str().is_some_and(|page| page.parse::<u32>().is_ok()), "{place}");
    // Confirmed and acknowledged, it touches what it touches and nothing waits.
    stage.replace(
        "projects/example/bid/bid.yaml",
        "  past_projects: []",
        "  past_projects: []\n  acknowledged: [a-1, a-2]",
    );
    let responses = "projects/example/bid/responses.yaml";
    stage.replace(responses, "      value: \"48\"\n", "      value: \"48\"\n      confirmed: a-2\n");
    stage.replace(responses, "    - clause: q-2\n", "    - clause: q-2\n      confirmed: a-1\n");
    let settled = amended(&stage, &[], 0);
    assert_eq!(settled["amendments"][0]["clauses"][1]["state"], "confirmed");
    let one = amended(&stage, &["--id", "a-2"], 0);
    assert_eq!(one["amendments"].as_array().map(Vec::len), Some(1));
    let human = stage.run(&["amendments", ".", "--lang", "en"]).expect(0);
    assert!(human.stdout.contains("approved before it came: example/solution"), "{}", human.stdout);
}
