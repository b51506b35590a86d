//! The text of a new document: every required field with a value, every optional one as a comment.

use std::collections::BTreeSet;

use super::known::Known;
use super::outline::{Outline, Trees};
use super::rules::Rules;
use super::{Request, sample, words};
use crate::kind::{Kinds, PerProject};

/// Levels of mappings and lists; a schema may refer to itself.
const DEPTH: usize = 24;

pub(super) struct Writer<'a> {
    pub request: &'a Request<'a>,
    pub id: &'a str,
    pub kinds: &'a Kinds,
    pub trees: &'a Trees,
    pub rules: Rules,
    pub known: Known<'a>,
    /// Keys that this draft has given out, with their key space.
    pub issued: BTreeSet<(String, String)>,
}

/// Lines, and how many things they name that are not there yet.
#[derive(Default)]
pub(super) struct Block {
    pub lines: Vec<String>,
    pub missing: usize,
    /// What a person must do first, for the comment behind a value of one line.
    hint: Option<String>,
}

impl Block {
    fn line(text: impl Into<String>) -> Self {
        Self { lines: vec![text.into()], ..Self::default() }
    }
}

/// A value, and what a person must do first where it points at nothing.
struct Leaf {
    value: String,
    hint: Option<String>,
}

impl Leaf {
    fn sound(value: impl Into<String>) -> Self {
        Self { value: value.into(), hint: None }
    }
}

/// Optional fields are offered in what is written, but not in what is a comment already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Optional {
    Offered,
    LeftOut,
}

impl Writer<'_> {
    /// The fields of a whole document.
    pub(super) fn document(&mut self, root: &Outline) -> Block {
        self.members(root, "", 0, Optional::Offered).into_block()
    }

    fn members(&mut self, outline: &Outline, place: &str, indent: usize, optional: Optional) -> Members {
        let properties = outline.properties();
        let value = |key: &str| {
            let (_, field) = properties.iter().find(|(name, _)| *name == key)?;
            Some(sample::plain(field, words::blank(self.request.lang), self.request.today))
        };
        let required = outline.required(&value);
        let mut needed: Vec<bool> = properties
            .iter()
            .map(|(key, _)| required.contains(key) || self.rules.requires(place, key, &value))
            .collect();
        // A comment that is opened must have something in it.
        if optional == Optional::LeftOut
            && !needed.contains(&true)
            && let Some(first) = needed.first_mut()
        {
            *first = true;
        }
        let mut members = Members::default();
        for ((key, field), needed) in properties.iter().zip(needed) {
            let below = format!("{place}/{key}");
            if self.rules.is_reckoned(&below) {
                continue;
            }
            if needed || self.is_given(&below) {
                let block = self.property(key, field, &below, indent, optional);
                members.0.push((true, block));
            } else if optional == Optional::Offered {
                let mut block = self.property(key, field, &below, indent, Optional::LeftOut);
                block.lines.iter_mut().for_each(|line| comment_out(line, indent));
                block.missing = 0;
                members.0.push((false, block));
            }
        }
        members
    }

    /// Optional parts of the envelope that the request decides.
    fn is_given(&self, place: &str) -> bool {
        place == "/lang" && self.request.lang == crate::diagnostic::Lang::En
    }

    fn property(
        &mut self,
        key: &str,
        field: &Outline,
        place: &str,
        indent: usize,
        optional: Optional,
    ) -> Block {
        let pad = " ".repeat(indent);
        let note = words::note(field, self.request.lang);
        let mut block = self.value(field, place, indent, optional);
        // A value of its own line stands behind its key; everything else stands below it.
        let head = match block.lines.first() {
            Some(first) if !first.starts_with(' ') => format!("{pad}{key}: {}", block.lines.remove(0)),
            _ => format!("{pad}{key}:"),
        };
        let notes = [note, block.hint.take().unwrap_or_default()];
        block.lines.insert(0, noted(head, &notes));
        block
    }

    /// The lines of a value: the first without indentation where it belongs behind its key or dash.
    fn value(&mut self, field: &Outline, place: &str, indent: usize, optional: Optional) -> Block {
        let pad = " ".repeat(indent + 2);
        if field.text("x-type") == Some("prose") {
            let text = words::prose(field, self.request.lang);
            return Block { lines: vec!["|".to_owned(), format!("{pad}{text}")], ..Block::default() };
        }
        if indent > DEPTH * 2 {
            return Block::line("{}");
        }
        if let Some(items) = field.items() {
            return self.list(field, &items, place, indent, optional);
        }
        if field.texts("type").contains(&"object") {
            let members = self.members(field, place, indent + 2, optional);
            let empty = !members.0.iter().any(|(needed, _)| *needed);
            let mut block = members.into_block();
            if empty {
                block.lines.insert(0, "{}".to_owned());
            }
            return block;
        }
        let leaf = self.leaf(field, place);
        Block {
            missing: usize::from(leaf.hint.is_some()),
            hint: leaf.hint,
            ..Block::line(written(field, &leaf.value))
        }
    }

    /// A list with the one item that it needs, or that shows what it is for. An item that would point at nothing
    /// is only shown, unless it is needed.
    fn list(
        &mut self,
        field: &Outline,
        items: &Outline,
        place: &str,
        indent: usize,
        optional: Optional,
    ) -> Block {
        let mut block = self.item(items, &format!("{place}/*"), indent + 2, optional);
        let least = field.number("minItems").unwrap_or(0);
        for _ in 1..least.min(20) {
            let more = self.item(items, &format!("{place}/*"), indent + 2, optional);
            block.lines.extend(more.lines);
            block.missing += more.missing;
        }
        if least == 0 && block.missing > 0 {
            // What is a comment already shows the item as part of it.
            if optional == Optional::Offered {
                block.lines.iter_mut().for_each(|line| comment_out(line, indent + 2));
                block.lines.insert(0, "[]".to_owned());
                block.missing = 0;
            }
        }
        block
    }

    fn item(&mut self, items: &Outline, place: &str, indent: usize, optional: Optional) -> Block {
        let pad = " ".repeat(indent);
        if items.texts("type").contains(&"object") && items.text("x-type") != Some("prose") {
            let mut members = self.members(items, place, indent + 2, optional);
            // The dash needs a field behind it, not a comment.
            if let Some(first) = members.0.iter().position(|(needed, _)| *needed) {
                members.0[..=first].rotate_right(1);
                let mut block = members.into_block();
                block.lines[0].replace_range(indent..indent + 2, "- ");
                return block;
            }
            let mut block = members.into_block();
            block.lines.insert(0, format!("{pad}- {{}}"));
            return block;
        }
        let mut block = self.value(items, place, indent, optional);
        let head = match block.lines.first() {
            Some(first) if !first.starts_with(' ') => format!("{pad}- {}", block.lines.remove(0)),
            _ => format!("{pad}-"),
        };
        let notes = [block.hint.take().unwrap_or_default()];
        block.lines.insert(0, noted(head, &notes));
        block
    }

    fn leaf(&mut self, field: &Outline, place: &str) -> Leaf {
        match place {
            "/id" => return Leaf::sound(self.id),
            "/title" => {
                let kind = self.request.kind.about.title.get(self.request.lang);
                return Leaf::sound(self.request.title.unwrap_or(kind));
            }
            "/lang" => return Leaf::sound(if self.is_given(place) { "en" } else { "zh" }),
            // What a thing is called is what its document is called, where someone said how.
            "/data/name" if is_free(field) => {
                if let Some(title) = self.request.title {
                    return Leaf::sound(title);
                }
            }
            _ => (),
        }
        if let Some(total) = self.rules.total(place) {
            return Leaf::sound(total);
        }
        match field.text("x-type") {
            Some("ref") => self.reference(&field.texts("x-ref")),
            Some("key") => Leaf::sound(self.key(field.text("x-key").unwrap_or("key"))),
            Some("keyref") => self.key_reference(field.text("x-keyref").unwrap_or("key")),
            Some("id") => Leaf::sound(format!("{}-1", singular(place))),
            Some("form") => match self.known.form(field.example()) {
                Some(form) => Leaf::sound(form),
                None => Leaf::sound(self.plain(field)),
            },
            Some(kind @ ("image" | "attachment")) => Leaf {
                value: if kind == "image" { "example.png" } else { "scans/example.pdf" }.to_owned(),
                hint: Some(words::put_file(self.request.lang).to_owned()),
            },
            _ => Leaf::sound(self.plain(field)),
        }
    }

    fn plain(&self, field: &Outline) -> String {
        sample::plain(field, words::blank(self.request.lang), self.request.today)
    }

    fn reference(&self, kinds: &[&str]) -> Leaf {
        if let Some(id) = self.known.reference(kinds) {
            return Leaf::sound(id);
        }
        let Some(kind) = kinds.first() else { return Leaf::sound(self.id) };
        // The id that the command would give.
        Leaf {
            value: format!("{}/{kind}", self.namespace(kind)),
            hint: Some(words::make_first(&self.command(kind), self.request.lang)),
        }
    }

    fn key(&mut self, space: &str) -> String {
        let mut number = 1;
        loop {
            let key = format!("{space}-{number}");
            if !self.known.has_key(space, &key) && self.issued.insert((space.to_owned(), key.clone())) {
                return key;
            }
            number += 1;
        }
    }

    fn key_reference(&self, space: &str) -> Leaf {
        if let Some(key) = self.known.key(space) {
            return Leaf::sound(key);
        }
        let hint = self.known.declaring(self.trees, space).map(|kind| {
            let command = self.command(kind);
            words::make_first(&command, self.request.lang)
        });
        Leaf { value: format!("{space}-1"), hint: Some(hint.unwrap_or_else(|| space.to_owned())) }
    }

    fn namespace(&self, kind: &str) -> &str {
        let Some(kind) = self.kinds.get(kind) else { return self.request.project.unwrap_or(super::LIBRARY) };
        super::namespace(kind, self.request.project.filter(|_| kind.about.per_project != PerProject::None))
    }

    fn command(&self, kind: &str) -> String {
        match self.namespace(kind) {
            super::LIBRARY | super::RECORDS => format!("bidwright new {kind}"),
            project => format!("bidwright new {kind} --project {project}"),
        }
    }
}

/// The properties of a mapping in their order, with whether each is written or a comment.
#[derive(Default)]
struct Members(Vec<(bool, Block)>);

impl Members {
    fn into_block(self) -> Block {
        let mut all = Block::default();
        for (_, block) in self.0 {
            all.lines.extend(block.lines);
            all.missing += block.missing;
        }
        all
    }
}

fn comment_out(line: &mut String, indent: usize) {
    line.insert_str(indent, "# ");
}

fn noted(line: String, notes: &[String]) -> String {
    let notes: Vec<&str> = notes.iter().map(String::as_str).filter(|note| !note.is_empty()).collect();
    if notes.is_empty() { line } else { format!("{line}  # {}", notes.join("；")) }
}

fn is_free(field: &Outline) -> bool {
    ["x-type", "format", "enum", "const"].iter().all(|key| field.node(key).is_none())
}

/// `volume` for `/data/volumes/*/id`.
fn singular(place: &str) -> String {
    let mut parts = place.rsplit('/');
    let own = parts.next().unwrap_or_default();
    let list = (parts.next() == Some("*")).then(|| parts.next()).flatten().unwrap_or(own);
    list.strip_suffix('s').unwrap_or(list).replace('_', "-")
}

/// A value as YAML: figures as they are, text quoted where YAML would take it for something else.
fn written(field: &Outline, value: &str) -> String {
    let types = field.texts("type");
    if types.iter().any(|kind| matches!(*kind, "number" | "integer" | "boolean")) {
        return value.to_owned();
    }
    let plain = serde_yaml::to_string(value).unwrap_or_default();
    let plain = plain.trim_end();
    // Full-width marks in plain text look like slips of the keyboard.
    if plain.contains('\n') || (plain == value && value.contains(['：', '“', '”'])) {
        return serde_json::Value::from(value).to_string();
    }
    plain.to_owned()
}
