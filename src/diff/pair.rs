//! Which items of two lists are one: by the key that the schema declares, by what they refer to, and else by likeness.

use std::collections::{BTreeMap, BTreeSet};

use super::words;
use crate::schema::{Field, Fields};
use crate::value::{Data, Meaning, Value};

/// What tells the items of a list apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The value under this key.
    Key(String),
    /// The item itself, a scalar.
    Whole,
}

/// What tells the items of a list apart by its schema: keys first, then what each item refers to.
pub fn identity(fields: &Fields, list: &Field) -> Option<Identity> {
    let item = fields.get(list.items()?);
    if item.properties().next().is_none() {
        return Some(Identity::Whole);
    }
    let with = |wanted: &[Meaning]| {
        let mut each = item.properties();
        each.find(|(_, field)| wanted.contains(&fields.get(*field).meaning))
            .map(|(key, _)| Identity::Key(key.to_owned()))
    };
    let id = || {
        item.property("id")
            .filter(|_| item.required.iter().any(|key| key == "id"))
            .map(|_| Identity::Key("id".to_owned()))
    };
    with(&[Meaning::Key, Meaning::Id]).or_else(id).or_else(|| with(&[Meaning::KeyRef, Meaning::Ref]))
}

/// What an item is called by its identity.
pub(super) fn name<'v>(item: &'v Value, identity: &Identity) -> Option<&'v str> {
    match identity {
        Identity::Key(key) => item.text_at(key),
        Identity::Whole => item.text(),
    }
}

/// Items that are one, in the order of the new list; `None` for what went or came. With each whether it has moved.
pub(super) fn items(
    old: &[Value],
    new: &[Value],
    identity: Option<&Identity>,
) -> Vec<(Option<usize>, Option<usize>, bool)> {
    let texts = |items: &[Value]| items.iter().map(flat).collect::<Vec<_>>();
    let pairs = match identity.filter(|it| are_unique(old, it) && are_unique(new, it)) {
        Some(identity) => {
            let places: BTreeMap<&str, usize> =
                old.iter().enumerate().filter_map(|(at, item)| Some((name(item, identity)?, at))).collect();
            let find = |wanted: Option<&str>| wanted.and_then(|wanted| places.get(wanted).copied());
            let mut taken = BTreeSet::new();
            let mut pairs: Vec<(Option<usize>, Option<usize>)> = Vec::new();
            for (at, item) in new.iter().enumerate() {
                let from = find(name(item, identity));
                taken.extend(from);
                pairs.push((from, Some(at)));
            }
            // An item that was given another key is still that item, if it says the same; scalars only come and go.
            let (mut gone, came): (Vec<usize>, Vec<usize>) = (
                (0..old.len()).filter(|at| !taken.contains(at)).collect(),
                (0..pairs.len()).filter(|at| pairs[*at].0.is_none()).collect(),
            );
            if *identity != Identity::Whole && came.len().saturating_mul(gone.len()) <= 20_000 {
                for at in came {
                    let like = |from: &usize| words::likeness(&flat(&old[*from]), &flat(&new[at]));
                    let best = gone.iter().enumerate().map(|(index, from)| (like(from), index)).max();
                    if let Some((like, index)) = best
                        && like >= 80
                    {
                        pairs[at].0 = Some(gone.remove(index));
                    }
                }
            }
            pairs.extend(gone.into_iter().map(|from| (Some(from), None)));
            pairs
        }
        None => words::align(&texts(old), &texts(new), 45),
    };
    let places: Vec<usize> = pairs.iter().filter_map(|(from, at)| from.filter(|_| at.is_some())).collect();
    let mut moved = words::out_of_order(&places).into_iter();
    let with = |(from, at): (Option<usize>, Option<usize>)| {
        (from, at, from.is_some() && at.is_some() && moved.next().unwrap_or(false))
    };
    pairs.into_iter().map(with).collect()
}

fn are_unique(items: &[Value], identity: &Identity) -> bool {
    let mut seen = BTreeSet::new();
    items.iter().all(|item| name(item, identity).is_some_and(|name| seen.insert(name)))
}

/// All that a value says, in one text.
pub(super) fn flat(value: &Value) -> String {
    let mut text = String::new();
    value.walk(&mut |part| {
        if !matches!(part.data, Data::List(_) | Data::Map(_)) {
            text.push_str(part.text().unwrap_or_default());
            text.push(' ');
        }
    });
    text
}
