//! The fields of a schema with their annotations, `$ref`s followed.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::{Flaw, Texts};
use crate::diagnostic::Lang;
use crate::value::{Better, Class, Meaning, Topic};

/// What a schema says of one place in a tree.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// Where in its schema file it stands.
    pub pointer: String,
    pub types: Vec<String>,
    pub title: String,
    pub title_en: String,
    pub description: String,
    pub class: Option<Class>,
    pub meaning: Meaning,
    /// Its text has a form of its own: a pattern, or little room.
    pub formed: bool,
    /// The `format` that its text must have, such as that of a phone number.
    pub format: String,
    /// Kinds that a reference may point at; empty means any.
    pub refs: Vec<String>,
    /// The key space that a key or a reference to a key belongs to.
    pub space: String,
    pub required: Vec<String>,
    pub examples: Vec<Json>,
    pub default: Option<Json>,
    pub constant: Option<Json>,
    pub options: Vec<Json>,
    /// What a change of it means; what nobody has said is that of the field around it.
    pub change: Option<Topic>,
    pub better: Option<Better>,
    properties: Vec<(String, u32)>,
    additional: Option<u32>,
    items: Option<u32>,
}

impl Field {
    pub fn title(&self, lang: Lang) -> &str {
        match lang {
            Lang::En if !self.title_en.is_empty() => &self.title_en,
            _ => &self.title,
        }
    }

    pub fn is_leaf(&self) -> bool {
        self.meaning == Meaning::Prose
            || (self.properties.is_empty() && self.items.is_none() && self.additional.is_none())
    }

    pub fn property(&self, key: &str) -> Option<u32> {
        let named = self.properties.iter().find(|(name, _)| name == key).map(|(_, field)| *field);
        named.or(self.additional)
    }

    pub fn properties(&self) -> impl Iterator<Item = (&str, u32)> {
        self.properties.iter().map(|(name, field)| (name.as_str(), *field))
    }

    pub fn items(&self) -> Option<u32> {
        self.items
    }

    pub fn additional(&self) -> Option<u32> {
        self.additional
    }
}

/// All fields of one schema; the first is the root.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    all: Vec<Field>,
    /// What each field lets through for the four classes, found once.
    seen: Vec<[bool; 4]>,
}

impl Fields {
    pub fn get(&self, index: u32) -> &Field {
        &self.all[index as usize]
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Field> {
        self.all.iter()
    }

    /// Whether anything below the field may be seen by someone who may see these classes.
    pub fn visible(&self, index: u32, classes: &[Class]) -> bool {
        classes.iter().any(|class| self.seen[index as usize][*class as usize])
    }

    /// The places of leaves that nobody has classified.
    pub fn unclassified(&self) -> impl Iterator<Item = &str> {
        let bare = self.all.iter().filter(|field| field.is_leaf() && field.class.is_none());
        // The file name of prose belongs to the prose.
        bare.map(|field| field.pointer.as_str()).filter(|pointer| !pointer.is_empty())
    }

    pub(super) fn compile(texts: &Texts, name: &str) -> Result<Self, Flaw> {
        let mut compiler = Compiler { texts, all: Vec::new(), known: HashMap::new() };
        compiler.field(name, "")?;
        let mut fields = Self { seen: vec![[false; 4]; compiler.all.len()], all: compiler.all };
        fields.mark();
        Ok(fields)
    }

    /// Containers let through what any of their leaves lets through; repeated until nothing changes, for recursive schemas.
    fn mark(&mut self) {
        loop {
            let mut changed = false;
            for index in 0..self.all.len() {
                let field = &self.all[index];
                let mut seen = self.seen[index];
                if field.is_leaf() {
                    // A leaf without a class cannot come from a checked schema; it is nobody's business then.
                    seen[field.class.unwrap_or(Class::Confidential) as usize] = true;
                } else {
                    let below = field.properties.iter().map(|(_, field)| *field);
                    for child in below.chain(field.items).chain(field.additional) {
                        for (mine, theirs) in seen.iter_mut().zip(self.seen[child as usize]) {
                            *mine |= theirs;
                        }
                    }
                }
                changed |= seen != self.seen[index];
                self.seen[index] = seen;
            }
            if !changed {
                return;
            }
        }
    }
}

struct Compiler<'t> {
    texts: &'t Texts,
    all: Vec<Field>,
    known: HashMap<(String, String), u32>,
}

impl Compiler<'_> {
    fn field(&mut self, file: &str, pointer: &str) -> Result<u32, Flaw> {
        let key = (file.to_owned(), pointer.to_owned());
        if let Some(index) = self.known.get(&key) {
            return Ok(*index);
        }
        let index = u32::try_from(self.all.len()).map_err(|_| Flaw::foreign(pointer, "too many fields"))?;
        self.all.push(Field::default());
        self.known.insert(key, index);
        let mut field = Field { pointer: pointer.to_owned(), ..Field::default() };
        self.fill(&mut field, file, pointer, 0)?;
        self.all[index as usize] = field;
        Ok(index)
    }

    /// Adds what the schema at `pointer` says to a field; nearer words win over referred ones.
    fn fill(&mut self, field: &mut Field, file: &str, pointer: &str, depth: usize) -> Result<(), Flaw> {
        if depth > 32 {
            return Err(Flaw::new("", "circular", vec![("target", format!("{file}#{pointer}"))]));
        }
        let texts = self.texts;
        let json = texts
            .get(file)
            .and_then(|json| json.pointer(pointer))
            .ok_or_else(|| Flaw::nowhere("", format!("{file}#{pointer}")))?;
        if let Some(target) = json.get("$ref").and_then(Json::as_str) {
            let (to, fragment) = target.split_once('#').unwrap_or((target, ""));
            let to = if to.is_empty() { file } else { to };
            if texts.get(to).and_then(|json| json.pointer(fragment)).is_none() {
                return Err(Flaw::nowhere(format!("{pointer}/$ref"), target));
            }
            self.fill(field, to, fragment, depth + 1)?;
        }
        plain(field, json);
        if let Some(properties) = json.get("properties").and_then(Json::as_object) {
            for name in properties.keys() {
                let child = self.field(file, &format!("{pointer}/properties/{}", escape(name)))?;
                match field.properties.iter_mut().find(|(known, _)| known == name) {
                    // A branch of a condition may narrow a field that is already known: what is known stays.
                    Some(_) => (),
                    None => field.properties.push((name.clone(), child)),
                }
            }
        }
        if json.get("additionalProperties").is_some_and(Json::is_object) {
            field.additional = Some(self.field(file, &format!("{pointer}/additionalProperties"))?);
        }
        if json.get("items").is_some_and(Json::is_object) && field.items.is_none() {
            field.items = Some(self.field(file, &format!("{pointer}/items"))?);
        }
        for branch in ["allOf", "anyOf", "oneOf"] {
            let count = json.get(branch).and_then(Json::as_array).map_or(0, Vec::len);
            for at in 0..count {
                self.fill(field, file, &format!("{pointer}/{branch}/{at}"), depth + 1)?;
            }
        }
        for branch in ["then", "else"] {
            if json.get(branch).is_some() {
                self.fill(field, file, &format!("{pointer}/{branch}"), depth + 1)?;
            }
        }
        Ok(())
    }
}

/// The pattern of text in one line, which fits every text that has no line breaks.
const LINE: &str = r"^[^\r\n]*$";
/// Letters that a text of no particular form has room for.
const ROOM: u64 = 60;

fn plain(field: &mut Field, json: &Json) {
    let text = |key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
    let texts = |key: &str| -> Option<Vec<String>> {
        let items = json.get(key)?.as_array()?;
        Some(items.iter().filter_map(Json::as_str).map(str::to_owned).collect())
    };
    if let Some(kind) = text("type") {
        field.types = vec![kind];
    } else if let Some(kinds) = texts("type") {
        field.types = kinds;
    }
    for (to, key) in [
        (&mut field.title, "title"),
        (&mut field.title_en, "x-title-en"),
        (&mut field.description, "description"),
        (&mut field.format, "format"),
    ] {
        if let Some(words) = text(key) {
            *to = words;
        }
    }
    let long = json.get("maxLength").and_then(Json::as_u64).is_none_or(|most| most >= ROOM);
    field.formed |= !long || text("pattern").is_some_and(|pattern| pattern != LINE);
    if let Some(space) = text("x-key").or_else(|| text("x-keyref")) {
        field.space = space;
    }
    if let Some(class) = text("x-class").as_deref().and_then(class) {
        field.class = Some(class);
    }
    if let Some(meaning) = text("x-type").as_deref().and_then(meaning) {
        field.meaning = meaning;
    }
    let word = |key: &str| json.get(key).cloned();
    field.change = word("x-change").and_then(|it| serde_json::from_value(it).ok()).or(field.change);
    field.better = word("x-better").and_then(|it| serde_json::from_value(it).ok()).or(field.better);
    if let Some(refs) = texts("x-ref") {
        field.refs = refs;
    }
    if let Some(required) = texts("required") {
        field.required.extend(required);
    }
    if let Some(examples) = json.get("examples").and_then(Json::as_array) {
        field.examples.clone_from(examples);
    }
    if let Some(options) = json.get("enum").and_then(Json::as_array) {
        field.options.clone_from(options);
    }
    field.default = json.get("default").cloned().or(field.default.take());
    field.constant = json.get("const").cloned().or(field.constant.take());
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn class(name: &str) -> Option<Class> {
    Some(match name {
        "public" => Class::Public,
        "internal" => Class::Internal,
        "confidential" => Class::Confidential,
        "identity" => Class::Identity,
        _ => return None,
    })
}

fn meaning(name: &str) -> Option<Meaning> {
    Some(match name {
        "money" => Meaning::Money,
        "quantity" => Meaning::Quantity,
        "percent" => Meaning::Percent,
        "date" => Meaning::Date,
        "month" => Meaning::Month,
        "prose" => Meaning::Prose,
        "ref" => Meaning::Ref,
        "key" => Meaning::Key,
        "keyref" => Meaning::KeyRef,
        "image" => Meaning::Image,
        "attachment" => Meaning::Attachment,
        "form" => Meaning::Form,
        "anchor" => Meaning::Anchor,
        "id" => Meaning::Id,
        _ => return None,
    })
}
