//! Blind volumes (暗标): nothing on their pages or in their files tells whose they are.

use std::collections::BTreeSet;

use super::wording::plain;
use super::{Hearing, printed};
use crate::document::Document;
use crate::tender;
use crate::value::{Class, Meaning, Value};

/// Shorter figures stand in any text.
const TELLING: usize = 6;

pub(super) fn blind(hearing: &mut Hearing) {
    let Some(pages) = hearing.pages else { return };
    let Some(profile) = hearing.bid.asked("blind") else { return hearing.skip("@rule-not-asked") };
    let volumes = || pages.volumes.iter().filter(|volume| tender::is_blind(profile, &volume.title));
    let names = names(hearing);
    for found in printed::find(volumes(), &names) {
        let (title, finding) = printed::banned(hearing, found);
        hearing.fail(title, finding.related(profile.head(), "tender", Vec::new()));
    }
    for volume in volumes() {
        for (index, sheet) in volume.sheets.iter().enumerate() {
            let (span, place) = printed::spot(hearing, volume, index + 1);
            if sheet.coloured {
                let finding = hearing.differs(span, place.clone(), "@blind-black");
                hearing.fail(&volume.title, finding);
            }
            // What a picture shows, no program reads.
            if sheet.pictures > 0 {
                let finding = hearing.review(span, place);
                hearing.ask(&volume.title, finding);
            }
        }
    }
}

/// What the bidder, its people and whoever wrote the bid are called, plainly written.
fn names(hearing: &Hearing) -> Vec<String> {
    let bid = hearing.bid;
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut people: Vec<&Document> = bid.company.into_iter().collect();
    bid.package.value.walk(&mut |value| {
        if value.meaning == Meaning::Ref
            && let Some(document) = value.text().and_then(|id| bid.workspace.document(id))
            && holds_identity(document)
        {
            people.push(document);
        }
    });
    for document in people {
        names.insert(plain(&document.title));
        document.value.walk(&mut |value| {
            if value.class == Class::Identity && value.meaning == Meaning::Plain {
                names.extend(value.text().map(plain));
            }
        });
    }
    names.extend(bid.documents().iter().filter_map(|document| document.author.as_deref().map(plain)));
    let telling = |name: &String| {
        let digits = name.chars().all(|character| character.is_ascii_digit());
        name.chars().count() >= if digits || name.is_ascii() { TELLING } else { 2 }
    };
    names.into_iter().filter(telling).collect()
}

fn holds_identity(document: &Document) -> bool {
    let mut holds = false;
    document.value.walk(&mut |value: &Value| holds |= value.class == Class::Identity);
    holds
}
