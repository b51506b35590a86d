//! `bidwright labels`: what is glued on the envelopes of a bid, from the tender's profile and the package.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::args::Labels;
use super::surroundings::Surroundings;
use super::{CLEAN, FAILED, FINDINGS, open, show, words};
use crate::diagnostic::{Findings, Lang, Severity};
use crate::disk::{self, Failure};
use crate::package::{self, Bare, Loose, Scope};
use crate::tender::{self, Bid};
use crate::value::Value;
use crate::workspace::Viewer;

const NAME: &str = "投标文件封套标签";
/// What is asked for when the tender does not say it.
const ONE: &str = "1";

pub(super) fn run(command: &Labels, lang: Option<Lang>, surroundings: &Surroundings) -> Result<u8, Failure> {
    let mut opened = open(&command.path, lang, surroundings)?;
    let lang = opened.lang;
    let scope = opened.scope(&command.path)?;
    let bids = tender::bids(&opened.workspace);
    let asked: Vec<&Bid> = bids
        .iter()
        .filter(|bid| match &scope {
            Scope::Project(project) => bid.package.project.as_ref() == Some(project),
            Scope::Document(id) => bid.package.id == *id,
            Scope::All | Scope::Folder(_) => true,
        })
        .collect();
    let [bid] = asked.as_slice() else {
        let ids: Vec<&str> = asked.iter().map(|bid| bid.package.id.as_str()).collect();
        show::tell(&words::which_bid(&ids, lang));
        return Ok(FAILED);
    };
    let labels = labels(bid);
    let project = bid.package.project.clone().unwrap_or_default();
    let envelopes = labels["envelopes"].as_array().map_or(0, Vec::len);
    let sheet = Loose {
        template: "labels.typ",
        name: NAME,
        lang: Lang::Zh,
        confidential: false,
        viewer: Viewer::Customer,
        date: bid.opening(),
        data: Map::from_iter([("labels".to_owned(), labels)]),
    };
    drop(bids);
    let mut raised = Findings::default();
    let made = package::loose(&mut opened.workspace, sheet, &Bare, &mut raised);
    raised.settle(&opened.workspace.sources);
    opened.printer(surroundings).findings(&raised, 50);
    let Some((pdf, _)) = made.filter(|_| raised.count(Severity::Error) == 0) else { return Ok(FINDINGS) };
    let path = command.out.clone().unwrap_or_else(|| {
        opened.root.join(&opened.workspace.configuration.output).join(format!("labels/{project}.pdf"))
    });
    let folder = path.parent().unwrap_or(&opened.root).to_owned();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    disk::write(&folder, &BTreeMap::from([(name, pdf)]))?;
    show::tell(&words::labelled(envelopes, &path, lang));
    Ok(CLEAN)
}

/// One envelope for the originals and one for the duplicates of each volume, and one for the files.
fn labels(bid: &Bid) -> Json {
    let asked = |field: &str| bid.asked(field).and_then(Value::text);
    let within = |field: &str, key: &str| bid.asked(field).and_then(|value| value.text_at(key));
    let blind = tender::blind(bid.workspace, bid.package);
    let is_none = |count: &&str| *count != "0";
    let copies =
        [("正本", within("copies", "originals").or(Some(ONE))), ("副本", within("copies", "duplicates"))];
    let mut envelopes = Vec::new();
    for volume in bid.volumes() {
        let title = volume.text_at("title").unwrap_or_default();
        let is_blind = blind.is_some_and(|profile| tender::is_blind(profile, title));
        for (copy, count) in copies {
            if let Some(count) = count.filter(is_none) {
                envelopes.push(json!({ "volume": title, "copy": copy, "count": count, "blind": is_blind }));
            }
        }
    }
    if let Some(count) = within("copies", "electronic").filter(is_none) {
        envelopes.push(json!({ "volume": null, "copy": "电子文件", "count": count, "blind": false }));
    }
    let company =
        |key: &str| bid.company.and_then(|company| company.data()).and_then(|data| data.text_at(key));
    json!({
        "tender": {
            "name": asked("name").unwrap_or(bid.package.title.as_str()), "number": asked("number"), "lot": asked("lot"),
            "buyer": within("buyer", "name"), "address": within("buyer", "address"), "agency": within("agency", "name"),
            "deadline": asked("deadline"), "time": asked("deadline_time"), "place": asked("opening_place"),
        },
        "bidder": {
            "word": asked("bidder_word").unwrap_or("投标人"), "name": company("name"), "address": company("address"),
            "phone": company("phone"),
        },
        "envelopes": envelopes,
    })
}
