//! Completeness and form: all that has to be there is there, in its place, and nothing that must not be.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::wording::{plain, texts};
use super::{Hearing, printed};
use crate::value::Value;

#[derive(Debug, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Verb {
    /// Every required document is a chapter of its volume, in the order of the tender.
    RequiredDocuments {},
    /// A form that has to be signed has a place for it, and whoever signs is named.
    Signers {},
    /// None of these words is left in the text.
    Placeholders { words: Vec<String> },
    /// Name and number of the tender are written in one way only.
    OneName {},
    /// Names and numbers of the other projects of the workspace do not occur.
    OtherProjects {},
    /// Every scoring factor has a row in the index.
    IndexRows {},
    /// Every row of the index leads somewhere.
    IndexTargets {},
    /// As many copies as the tender asks for.
    Copies {},
    /// Headings are numbered by the tool alone.
    TypedNumbers {},
    /// What the text calls an attachment is there.
    Attachments {},
    /// Every amendment is acknowledged, and what it touches was looked at again.
    Amendments {},
    /// No volume has more pages, and no file more bytes, than the tender allows. `cover` and `contents` are what tenders
    /// call these where they do not count.
    Limits { cover: Vec<String>, contents: Vec<String> },
    /// A form whose wording is fixed says it unchanged outside its blanks.
    Locked {},
}

impl Verb {
    pub(super) fn judge(&self, hearing: &mut Hearing) {
        match self {
            Self::RequiredDocuments {} => required_documents(hearing),
            Self::Signers {} => signers(hearing),
            Self::Placeholders { words } => placeholders(hearing, words),
            Self::OneName {} => one_name(hearing),
            Self::OtherProjects {} => other_projects(hearing),
            Self::IndexRows {} => index_rows(hearing),
            Self::IndexTargets {} => index_targets(hearing),
            Self::Copies {} => copies(hearing),
            Self::TypedNumbers {} => typed_numbers(hearing),
            Self::Attachments {} => attachments(hearing),
            Self::Amendments {} => amendments(hearing),
            Self::Limits { cover, contents } => printed::limits(hearing, cover, contents),
            Self::Locked {} => printed::locked(hearing),
        }
    }
}

/// The chapter that is meant by the name of a document: equal titles, or one that contains the other.
fn chapter<'w>(hearing: &Hearing<'_, 'w>, name: &str) -> Option<(&'w Value, &'w Value)> {
    let name = plain(name);
    let title = |chapter: &Value| chapter.text_at("title").map(plain).unwrap_or_default();
    let mut chapters = hearing.bid.chapters();
    let exact = chapters.find(|(_, chapter)| title(chapter) == name);
    exact.or_else(|| {
        let mut chapters = hearing.bid.chapters();
        chapters.find(|(_, chapter)| {
            let title = title(chapter);
            !title.is_empty() && (title.contains(&name) || name.contains(&title))
        })
    })
}

fn required_documents(hearing: &mut Hearing) {
    let Some(required) = hearing.bid.asked("required_documents") else {
        return hearing.skip("@rule-not-asked");
    };
    for document in required.items() {
        let name = document.text_at("name").unwrap_or_default();
        let Some((volume, chapter)) = chapter(hearing, name) else {
            let span = hearing.bid.own("volumes").map_or(hearing.bid.package.id_span, Value::head);
            let finding = hearing.missing(span, name).related(document.head(), "tender", Vec::new());
            hearing.fail(name, finding);
            continue;
        };
        let wanted = document.text_at("volume").unwrap_or_default();
        let found = volume.text_at("title").unwrap_or_default();
        if !wanted.is_empty() && plain(wanted) != plain(found) {
            let finding = hearing.differs(chapter.head(), found, wanted);
            hearing.fail(name, finding.related(document.head(), "tender", Vec::new()));
        }
    }
}

fn signers(hearing: &mut Hearing) {
    let required = hearing.bid.asked("required_documents").map(Value::items).unwrap_or_default();
    let mut asked = false;
    for document in required {
        let signers = document.get("signers").map(Value::items).unwrap_or_default();
        if signers.is_empty() {
            continue;
        }
        asked = true;
        let name = document.text_at("name").unwrap_or_default();
        let Some((_, chapter)) = chapter(hearing, name) else { continue };
        let names: Vec<&str> = signers.iter().filter_map(Value::text).collect();
        let form = chapter.text_at("form");
        let template =
            form.and_then(|form| hearing.bid.workspace.templates.get(&format!("forms/{form}.typ")));
        let signs = template.is_none_or(|template| template.text.contains("sign"));
        let agent = names.contains(&"授权代表") && hearing.bid.own("agent").is_none() && names.len() == 1;
        let head = names.contains(&"法定代表人") && hearing.bid.own("representative").is_none();
        if !signs || agent || head {
            let finding = hearing.missing(chapter.head(), names.join("、"));
            hearing.fail(name, finding.related(document.head(), "tender", Vec::new()));
        }
    }
    if !asked {
        hearing.skip("@rule-not-asked");
    }
}

fn placeholders(hearing: &mut Hearing, words: &[String]) {
    for text in texts(hearing.bid) {
        for word in words.iter().filter(|word| !word.is_empty()) {
            if let Some(range) = text.find(word).next() {
                let finding = hearing.word(text.span(range), word);
                hearing.fail(word, finding);
            }
        }
    }
}

fn one_name(hearing: &mut Hearing) {
    let bid = hearing.bid;
    let asked = |field: &str| bid.asked(field).and_then(|value| Some((value.text()?, value.span)));
    for (wanted, place) in [asked("name"), asked("number")].into_iter().flatten() {
        for text in texts(bid) {
            for range in near(text.text, wanted) {
                let found = &text.text[range.clone()];
                let finding = hearing.differs(text.span(range), found, wanted);
                hearing.fail(found, finding.related(place, "tender", Vec::new()));
            }
        }
    }
}

/// Places that begin and end like a name of some length and are almost it, but not quite.
fn near(text: &str, name: &str) -> Vec<std::ops::Range<usize>> {
    let length = name.chars().count();
    if length < 8 {
        return Vec::new();
    }
    let head: String = name.chars().take(4).collect();
    let mut found = Vec::new();
    for (start, _) in text.match_indices(&head) {
        let rest = &text[start..];
        if rest.starts_with(name) {
            continue;
        }
        let ends = rest.char_indices().map(|(at, character)| at + character.len_utf8());
        let ends: Vec<usize> = ends.skip(length - 2).take(3).collect();
        let close = |end: &&usize| {
            let part = &rest[..**end];
            strsim::osa_distance(part, name) == 1
        };
        if let Some(end) = ends.iter().find(close) {
            found.push(start..start + end);
        }
    }
    found
}

fn other_projects(hearing: &mut Hearing) {
    let bid = hearing.bid;
    let own: Vec<String> =
        ["name", "number"].iter().filter_map(|field| bid.asked(field)?.text()).map(plain).collect();
    let buyer = bid.asked("buyer").and_then(|buyer| buyer.text_at("name")).map(plain);
    // What the bid itself puts forward as a reference is meant to be there.
    let mut shown = String::new();
    for document in bid.listed("past_projects") {
        document.value.walk(&mut |value| shown.push_str(value.text().unwrap_or_default()));
    }
    let mut names: Vec<(&str, crate::source::Span)> = Vec::new();
    for other in bid.workspace.documents.iter().filter(|document| {
        document.kind.about.role == Some(crate::kind::Role::Profile)
            && document.project != bid.package.project
    }) {
        let Some(data) = other.data() else { continue };
        let fields =
            [data.get("name"), data.get("number"), data.get("buyer").and_then(|buyer| buyer.get("name"))];
        let fields = fields.into_iter().flatten().filter_map(|value| Some((value.text()?, value.span)));
        names.extend(fields.filter(|(name, _)| name.chars().count() >= 4));
    }
    names.retain(|(name, _)| {
        !own.contains(&plain(name)) && buyer.as_ref() != Some(&plain(name)) && !shown.contains(name)
    });
    if names.is_empty() {
        return;
    }
    for text in texts(bid) {
        for (name, place) in &names {
            if let Some(range) = text.find(name).next() {
                let finding = hearing.word(text.span(range), name).related(*place, "other", Vec::new());
                hearing.fail(name, finding);
            }
        }
    }
}

/// The rows of the index, each with the key of its factor.
fn rows<'w>(hearing: &Hearing<'_, 'w>) -> Vec<(&'w str, &'w Value)> {
    let documents = hearing.bid.responses.iter().filter_map(|document| document.data()?.get("factors"));
    documents.flat_map(|rows| rows.items()).filter_map(|row| Some((row.text_at("factor")?, row))).collect()
}

fn groups<'w>(hearing: &Hearing<'_, 'w>) -> Option<&'w [Value]> {
    Some(hearing.bid.scoring?.data()?.get("groups")?.items())
}

fn index_rows(hearing: &mut Hearing) {
    let Some(groups) = groups(hearing) else { return hearing.skip("@rule-not-asked") };
    let known: BTreeSet<&str> = rows(hearing).into_iter().map(|(factor, _)| factor).collect();
    let span = hearing.bid.responses.first().map_or(hearing.bid.package.id_span, |document| document.id_span);
    for factor in groups.iter().flat_map(|group| group.get("factors").map(Value::items).unwrap_or_default()) {
        let Some(id) = factor.text_at("id").filter(|id| !known.contains(id)) else { continue };
        let name = factor.text_at("name").unwrap_or(id);
        let finding = hearing.missing(span, name).related(factor.head(), "tender", Vec::new());
        hearing.fail(id, finding);
    }
}

fn index_targets(hearing: &mut Hearing) {
    for (factor, row) in rows(hearing) {
        let evidence = row.get("evidence").is_some_and(|evidence| !evidence.items().is_empty());
        if !evidence && row.get("anchor").is_none() {
            let finding = hearing.missing(row.head(), factor);
            hearing.fail(factor, finding);
        }
    }
}

fn copies(hearing: &mut Hearing) {
    let Some(asked) = hearing.bid.asked("copies") else { return hearing.skip("@rule-not-asked") };
    let Some(planned) = hearing.bid.own("copies") else { return hearing.skip("@rule-not-offered") };
    for member in asked.members() {
        let wanted = member.value.text().unwrap_or_default();
        let found = planned.get(&member.key);
        if found.and_then(Value::text) != Some(wanted) {
            let span = found.map_or(planned.head(), |found| found.span);
            let finding = hearing.differs(span, found.and_then(Value::text).unwrap_or("0"), wanted);
            hearing.fail(&member.key, finding.related(member.value.span, "tender", Vec::new()));
        }
    }
}

/// `# 3.2 …` or `## 一、…`: the number that the tool puts before a heading would stand there twice.
fn typed_numbers(hearing: &mut Hearing) {
    for text in texts(hearing.bid) {
        let mut start = 0;
        let mut fenced = false;
        for line in text.text.split_inclusive('\n') {
            let from = start;
            start += line.len();
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            }
            let Some(heading) = line.strip_prefix('#').filter(|_| !fenced) else { continue };
            let heading = heading.trim_start_matches('#').trim_start();
            let number: String = heading
                .chars()
                .take_while(|character| {
                    character.is_ascii_digit() || ".一二三四五六七八九十第章节、（）()".contains(*character)
                })
                .collect();
            let counts = number
                .chars()
                .any(|character| character.is_ascii_digit() || "一二三四五六七八九十".contains(character));
            let typed =
                counts && (number.ends_with(['.', '、', '）', ')', '章', '节']) || number.contains('.'));
            if typed {
                let at = from + line.len() - line.trim_start_matches('#').trim_start().len();
                let finding = hearing.word(text.span(at..at + number.len()), number.trim());
                hearing.fail(number.trim(), finding);
            }
        }
    }
}

fn attachments(hearing: &mut Hearing) {
    let titles: String = hearing
        .bid
        .chapters()
        .filter_map(|(_, chapter)| chapter.text_at("title"))
        .map(plain)
        .collect::<Vec<_>>()
        .join("\n");
    let texts = texts(hearing.bid);
    let mut headings = titles;
    for text in &texts {
        for line in text.text.lines().filter(|line| line.starts_with('#')) {
            headings.push_str(&plain(line));
            headings.push('\n');
        }
    }
    for text in &texts {
        for range in text.find("附件") {
            let rest = &text.text[range.end..];
            let digits =
                rest.len() - rest.trim_start_matches(|character: char| character.is_ascii_digit()).len();
            if digits == 0
                || text.text[..range.start].rsplit('\n').next().is_some_and(|line| line.starts_with('#'))
            {
                continue;
            }
            let name = &text.text[range.start..range.end + digits];
            if !headings.contains(name) {
                let finding = hearing.missing(text.span(range.start..range.end + digits), name);
                hearing.fail(name, finding);
            }
        }
    }
}

fn amendments(hearing: &mut Hearing) {
    let bid = hearing.bid;
    let Some(amendments) = bid.asked("amendments").filter(|list| !list.items().is_empty()) else {
        return hearing.skip("@rule-not-asked");
    };
    let known: Vec<&str> = bid
        .own("acknowledged")
        .map(Value::items)
        .unwrap_or_default()
        .iter()
        .filter_map(Value::text)
        .collect();
    for amendment in amendments.items() {
        let Some(id) = amendment.text_at("id") else { continue };
        if !known.contains(&id) {
            let finding = hearing.missing(bid.package.id_span, amendment.text_at("title").unwrap_or(id));
            hearing.fail(id, finding.related(amendment.head(), "tender", Vec::new()));
        }
    }
    // The last amendment that names a clause is the one that its answer has to know of.
    for clause in &bid.clauses {
        let Some(key) = clause.value.text_at("id") else { continue };
        let Some(amendment) = clause.amendment else { continue };
        let id = amendment.text_at("id").unwrap_or_default();
        for (_, answer) in &clause.answers {
            if answer.text_at("confirmed") != Some(id) {
                let span = answer.get("confirmed").map_or(answer.head(), |confirmed| confirmed.span);
                let found = answer.text_at("confirmed").unwrap_or("/");
                let finding =
                    hearing.differs(span, found, id).related(amendment.head(), "tender", Vec::new());
                hearing.fail(key, finding);
            }
        }
    }
}
