//! One document against another: walks both trees side by side and tells each field that says something else.

use std::collections::BTreeMap;

use super::figures::{difference, trend};
use super::pair::{self, identity};
use super::{Act, Change, Changed, Scope, Side, passage, words};
use crate::document::Document;
use crate::folder::{self, File};
use crate::schema::{Field, Schema};
use crate::value::{Data, Meaning, Topic, Value};
use crate::workspace::Viewer;

/// What ids and keys are called, as far as a reader may know.
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    pub(super) fn new(old: &Side, new: &Side, scope: &Scope) -> Self {
        let mut names = BTreeMap::new();
        for side in [old, new] {
            for document in &side.outline.documents {
                let secret = document.confidentiality == crate::document::Confidentiality::Confidential;
                if scope.viewer == Viewer::Customer && secret {
                    continue;
                }
                names.insert(document.id.clone(), document.title.clone());
                let Some(data) = document.data() else { continue };
                data.walk(&mut |value| {
                    let declares = value.members().iter().find(|member| member.value.meaning == Meaning::Key);
                    if let (Some(key), Some(label)) =
                        (declares.and_then(|it| it.value.text()), label_of(value, scope))
                    {
                        names.insert(key.to_owned(), label);
                    }
                });
            }
        }
        Self(names)
    }

    fn of(&self, key: &str) -> String {
        match self.0.get(key) {
            Some(name) if name != key => format!("{key} {name}"),
            _ => key.to_owned(),
        }
    }

    pub(super) fn name(&self, key: &str) -> String {
        self.of(key)
    }
}

/// What an item is called: its first short words beside its key.
fn label_of(item: &Value, scope: &Scope) -> Option<String> {
    let shown =
        |value: &&Value| scope.viewer == Viewer::Insider || scope.viewer.classes().contains(&value.class);
    let plain = item
        .members()
        .iter()
        .map(|member| &member.value)
        .filter(shown)
        .filter(|value| value.meaning == Meaning::Plain);
    let mut words = plain.filter_map(Value::text).filter(|text| !text.is_empty());
    let first = words.next()?;
    let short = |text: &str| -> String {
        let cut: String = text.chars().take(28).collect();
        if cut.len() < text.len() { format!("{cut}…") } else { cut }
    };
    // A number alone tells little.
    let is_number = !first.chars().any(char::is_alphabetic);
    Some(match words.next().filter(|_| is_number) {
        Some(next) => format!("{} {}", short(first), short(next)),
        None => short(first),
    })
}

/// The changes of a document; `None` where there is nothing to tell.
pub(super) fn document(
    old: &Side,
    new: &Side,
    scope: &Scope,
    names: &Names,
    one: Option<&Document>,
    other: Option<&Document>,
) -> Option<Changed> {
    let shown = other.or(one)?;
    let path = |side: &Side, document: &Document| side.outline.sources.path(document.file).to_owned();
    let place = match other {
        Some(other) => path(new, other),
        None => path(old, shown),
    };
    let from = one.map(|one| path(old, one)).filter(|from| other.is_some() && *from != place);
    let schema = shown.kind.schema().ok()?;
    let topic = shown.kind.about.change.unwrap_or(Topic::Other);
    let reduced = |document: Option<&Document>| {
        let document = document?;
        let schema = document.kind.schema().ok()?;
        Some(match scope.viewer {
            Viewer::Insider => document.value.clone(),
            Viewer::Customer | Viewer::Blind => schema.keep(&document.value, scope.viewer.classes()),
        })
    };
    let (before, after) = (reduced(one), reduced(other));
    let mut walk = Walk { old, new, scope, names, one, other, schema, changes: Vec::new(), layout: false };
    let act = match (&before, &after) {
        (Some(before), Some(after)) => {
            walk.both(before, after, &Place::top(topic));
            Act::Changed
        }
        (Some(before), None) => {
            if has_leaf(before) {
                walk.lone(before, Act::Removed, &Place::top(topic));
            }
            Act::Removed
        }
        (None, Some(after)) => {
            if has_leaf(after) {
                walk.lone(after, Act::Added, &Place::top(topic));
            }
            Act::Added
        }
        (None, None) => return None,
    };
    let mut changes = walk.changes;
    let is_layout = walk.layout;
    if let Some(from) = &from {
        let mut change = Change::new(Topic::Other, Act::Renamed);
        (change.old, change.new) = (Some(from.clone()), Some(place.clone()));
        changes.insert(0, change);
    }
    let written = |side: &Side, document: &Document| side.outline.sources.text(document.file).clone();
    let rewritten = one.zip(other).is_some_and(|(one, other)| written(old, one) != written(new, other));
    // Words that a customer may not see are not hinted at either.
    if changes.is_empty() && (rewritten || is_layout) && scope.viewer == Viewer::Insider {
        changes.push(Change::new(Topic::Layout, Act::Layout));
    }
    Some(Changed {
        id: shown.id.clone(),
        title: shown.title.clone(),
        kind: shown.kind.about.title.get(scope.lang).to_owned(),
        path: place,
        from,
        act,
        changes,
    })
}

fn has_leaf(value: &Value) -> bool {
    let mut found = false;
    value.walk(&mut |part| found |= part.text().is_some());
    found
}

/// Where the walk is.
#[derive(Clone)]
struct Place {
    topic: Topic,
    names: Vec<String>,
    way: Vec<String>,
}

impl Place {
    fn top(topic: Topic) -> Self {
        Self { topic, names: Vec::new(), way: Vec::new() }
    }

    fn into(&self, field: Option<&Field>, name: Option<String>, step: &str) -> Self {
        let mut place = self.clone();
        place.topic = field.and_then(|field| field.change).unwrap_or(self.topic);
        place.names.extend(name.filter(|name| !name.is_empty()));
        place.way.push(step.to_owned());
        place
    }
}

struct Walk<'w> {
    old: &'w Side,
    new: &'w Side,
    scope: &'w Scope<'w>,
    names: &'w Names,
    one: Option<&'w Document>,
    other: Option<&'w Document>,
    schema: &'w Schema,
    changes: Vec<Change>,
    /// Something is written differently and says the same.
    layout: bool,
}

impl<'w> Walk<'w> {
    fn field(&self, value: &Value) -> Option<&'w Field> {
        self.schema.field(value)
    }

    fn lines(&self, old: Option<&Value>, new: Option<&Value>) -> (Option<usize>, Option<usize>) {
        let line = |side: &Side, value: &Value| {
            side.outline.sources.get(value.span.file).position(value.span.range().start).line
        };
        (old.map(|value| line(self.old, value)), new.map(|value| line(self.new, value)))
    }

    fn push(&mut self, mut change: Change, place: &Place, old: Option<&Value>, new: Option<&Value>) {
        change.place = place.names.clone();
        change.way = place.way.join("/");
        change.lines = self.lines(old, new);
        self.changes.push(change);
    }

    fn both(&mut self, old: &Value, new: &Value, place: &Place) {
        if old.meaning == Meaning::Prose || new.meaning == Meaning::Prose {
            return self.prose(Some(old), Some(new), place);
        }
        match (&old.data, &new.data) {
            (Data::Map(before), Data::Map(after)) => {
                for member in after {
                    let below = self.below(place, &member.key, &member.value);
                    match old.member(&member.key) {
                        Some(known) => {
                            let derived = member.key_span.is_none() && known.key_span.is_none();
                            let from = self.changes.len();
                            self.both(&known.value, &member.value, &below);
                            self.changes[from..].iter_mut().for_each(|change| change.derived |= derived);
                        }
                        // A sum that was always there and is now written down, or no longer.
                        None if member.key_span.is_none() => (),
                        None => self.lone(&member.value, Act::Added, &below),
                    }
                }
                for member in
                    before.iter().filter(|member| new.get(&member.key).is_none() && member.key_span.is_some())
                {
                    let below = self.below(place, &member.key, &member.value);
                    self.lone(&member.value, Act::Removed, &below);
                }
            }
            (Data::List(before), Data::List(after)) => self.list(before, after, new, place),
            _ => self.scalar(old, new, place),
        }
    }

    fn below(&self, place: &Place, key: &str, value: &Value) -> Place {
        let field = self.field(value);
        // The frame around all that a kind says is no place for a reader.
        let name = field.map_or(key, |field| field.title(self.scope.lang));
        let is_frame = place.way.is_empty() && key == "data";
        let name = if is_frame { None } else { Some(if name.is_empty() { key } else { name }.to_owned()) };
        place.into(field, name, key)
    }

    fn list(&mut self, old: &[Value], new: &[Value], list: &Value, place: &Place) {
        let known = self.field(list).and_then(|field| identity(self.schema.fields(), field));
        for (from, at, moved) in pair::items(old, new, known.as_ref()) {
            let (before, after) = (from.map(|from| &old[from]), at.map(|at| &new[at]));
            let Some(shown) = after.or(before) else { continue };
            let step = known.as_ref().and_then(|known| pair::name(shown, known));
            let index = at.or(from).unwrap_or_default();
            let step = step.map_or_else(|| index.to_string(), str::to_owned);
            let below = place.into(self.field(shown), Some(self.item(shown, &step, index)), &step);
            match (before, after) {
                (Some(before), Some(after)) => {
                    // What an item is called says enough where it stands inside of another.
                    let mut near = below.clone();
                    let is_nested = near.names.len() > 2 && shown.text().is_none();
                    if is_nested {
                        near.names.remove(near.names.len() - 2);
                    }
                    let below = near;
                    self.both(before, after, &below);
                    if moved {
                        let mut change = Change::new(below.topic, Act::Moved);
                        let position = |at: Option<usize>| at.map(|at| format!("#{}", at + 1));
                        (change.old, change.new) = (position(from), position(at));
                        self.push(change, &below, Some(before), Some(after));
                    }
                }
                (Some(gone), None) => self.lone(gone, Act::Removed, &below),
                (None, Some(came)) => self.lone(came, Act::Added, &below),
                (None, None) => (),
            }
        }
    }

    /// What an item of a list is called.
    fn item(&self, item: &Value, step: &str, index: usize) -> String {
        if item.text().is_some() {
            return String::new();
        }
        let refers = item
            .members()
            .iter()
            .find(|member| matches!(member.value.meaning, Meaning::Ref | Meaning::KeyRef));
        let label = refers
            .and_then(|member| member.value.text())
            .map(|target| self.names.of(target))
            .or_else(|| label_of(item, self.scope));
        label.unwrap_or_else(|| if step.is_empty() { format!("#{}", index + 1) } else { step.to_owned() })
    }

    fn scalar(&mut self, old: &Value, new: &Value, place: &Place) {
        let (before, after) = (old.text(), new.text());
        if before == after && before.is_some() {
            return self.picture(old, new, place);
        }
        let figures = old.amount().zip(new.amount());
        let is_figure = matches!(new.meaning, Meaning::Money | Meaning::Quantity | Meaning::Percent);
        if let Some((one, other)) = figures
            && is_figure
            && one == other
        {
            self.layout = true;
            return;
        }
        let field = self.field(new).or_else(|| self.field(old));
        let mut change = Change::new(place.topic, Act::Changed);
        (change.old, change.new) = (Some(self.shown(old)), Some(self.shown(new)));
        let is_number = is_figure
            || field.is_some_and(|field| field.types.iter().any(|it| it == "integer" || it == "number"));
        if let Some((one, other)) = figures.filter(|_| is_number) {
            change.figures = difference(one, other, new.meaning);
        }
        change.trend = field.and_then(|field| trend(field, old, new));
        if let (Some(before), Some(after), Meaning::Plain) = (before, after, new.meaning)
            && before.chars().count().min(after.chars().count()) > 8
            && words::likeness(before, after) >= 30
        {
            change.runs = words::redline(before, after);
        }
        self.push(change, place, Some(old), Some(new));
    }

    /// A picture of the same name may show something else.
    fn picture(&mut self, old: &Value, new: &Value, place: &Place) {
        if !matches!(new.meaning, Meaning::Image | Meaning::Attachment) {
            return;
        }
        let Some((one, other)) = self.one.zip(self.other) else { return };
        let path = |side: &Side, document: &Document, value: &Value| {
            folder::join(side.outline.sources.path(document.file), value.text()?)
        };
        let (Some(before), Some(after)) = (path(self.old, one, old), path(self.new, other, new)) else {
            return;
        };
        if before == after && (self.scope.same)(&after) {
            return;
        }
        let files = (self.old.outline.folder.get(&before), self.new.outline.folder.get(&after));
        let (Some(File::Plain { size: was, load: first }), Some(File::Plain { size, load })) = files else {
            return;
        };
        if was == size && first().ok() == load().ok() {
            return;
        }
        let mut change = Change::new(place.topic, Act::Changed);
        let told = |size: u64| format!("{} ({} KB)", new.text().unwrap_or_default(), size.div_ceil(1024));
        (change.old, change.new) = (Some(told(*was)), Some(told(*size)));
        self.push(change, place, Some(old), Some(new));
    }

    fn prose(&mut self, old: Option<&Value>, new: Option<&Value>, place: &Place) {
        let read = |side: &Side, document: Option<&Document>, value: Option<&Value>| {
            side.outline.prose(document?, value?)
        };
        let (before, after) = (read(self.old, self.one, old), read(self.new, self.other, new));
        let act = match (old, new) {
            (Some(_), Some(_)) => Act::Changed,
            (Some(_), None) => Act::Removed,
            _ => Act::Added,
        };
        let topic = if place.topic == Topic::Other { Topic::Prose } else { place.topic };
        let mut change = Change::new(topic, act);
        match (&before, &after) {
            (Some((was, one)), Some((is, other))) => {
                if was != is && !(old.is_some_and(is_inline) || new.is_some_and(is_inline)) {
                    let mut change = Change::new(Topic::Other, Act::Renamed);
                    (change.old, change.new) = (Some(was.clone()), Some(is.clone()));
                    self.push(change, place, old, new);
                }
                change.passages = passage::passages(one, other);
                if change.passages.is_empty() {
                    if one != other {
                        self.layout = true;
                        let mut change = Change::new(Topic::Layout, Act::Layout);
                        change.new = Some(is.clone());
                        self.push(change, place, old, new);
                    }
                    return;
                }
            }
            (Some((_, text)), None) => change.passages = passage::whole(text, Act::Removed),
            (None, Some((_, text))) => change.passages = passage::whole(text, Act::Added),
            (None, None) => {
                let written =
                    |value: Option<&Value>| value.and_then(|value| value.text_at("file")).map(str::to_owned);
                (change.old, change.new) = (written(old), written(new));
                if change.old == change.new {
                    return;
                }
            }
        }
        self.push(change, place, old, new);
        // Its passages have lines of their own file.
        if let Some(change) = self.changes.last_mut().filter(|change| !change.passages.is_empty()) {
            let inline = new.or(old).is_some_and(is_inline);
            change.new = after.map(|(path, _)| path).filter(|_| !inline);
            change.old = before.map(|(path, _)| path).filter(|_| !inline);
        }
    }

    /// What came or went as a whole, in one change, with what it says.
    fn lone(&mut self, value: &Value, act: Act, place: &Place) {
        let (old, new) = if act == Act::Removed { (Some(value), None) } else { (None, Some(value)) };
        if value.meaning == Meaning::Prose {
            return self.prose(old, new, place);
        }
        if !has_leaf(value) {
            return;
        }
        let mut change = Change::new(place.topic, act);
        let told = Some(self.told(value));
        if act == Act::Removed {
            change.old = told
        } else {
            change.new = told
        }
        self.push(change, place, old, new);
        // Texts of a document or a chapter that went are shown with it.
        let mut prose = Vec::new();
        value.walk(&mut |part| {
            if part.meaning == Meaning::Prose {
                prose.push(part);
            }
        });
        let (side, document) =
            if act == Act::Removed { (self.old, self.one) } else { (self.new, self.other) };
        let texts = prose.into_iter().filter_map(|part| side.outline.prose(document?, part));
        let passages: Vec<_> = texts.flat_map(|(_, text)| passage::whole(&text, act)).collect();
        if let Some(change) = self.changes.last_mut() {
            change.passages = passages;
        }
    }

    /// A scalar as a reader knows it: a reference with what it refers to.
    fn shown(&self, value: &Value) -> String {
        let text = value.text().unwrap_or_default();
        match (value.meaning, &value.data) {
            (Meaning::Ref | Meaning::KeyRef, _) => self.names.of(text),
            (_, Data::List(_) | Data::Map(_)) => pair::flat(value).trim().to_owned(),
            _ => text.to_owned(),
        }
    }

    fn told(&self, value: &Value) -> String {
        if value.text().is_some() {
            return self.shown(value);
        }
        let mut parts = Vec::new();
        self.gather(value, &mut parts);
        let told: String = parts.join("；").chars().take(600).collect();
        told
    }

    fn gather(&self, value: &Value, parts: &mut Vec<String>) {
        match &value.data {
            _ if value.meaning == Meaning::Prose => (),
            Data::Map(members) => {
                for member in members {
                    let title = self
                        .field(&member.value)
                        .map_or(member.key.as_str(), |field| field.title(self.scope.lang));
                    match member.value.text() {
                        Some(_) => parts.push(format!("{title}：{}", self.shown(&member.value))),
                        None => self.gather(&member.value, parts),
                    }
                }
            }
            Data::List(items) => items.iter().for_each(|item| match item.text() {
                Some(_) => parts.push(self.shown(item)),
                None => self.gather(item, parts),
            }),
            _ => parts.push(self.shown(value)),
        }
    }
}

fn is_inline(value: &Value) -> bool {
    value.text().is_some()
}
