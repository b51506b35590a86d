//! Three texts of one document into one: what two people have made of what both began with. Items of lists are told
//! apart by their ids, so that who edits different items or fields is never in conflict.
//!
//! Texts are cut and joined, never written anew: comments, order and quotes are those that people wrote. Whatever does
//! not come out as sound YAML is not given out at all.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::pair::{Identity, identity};
use super::words;
use crate::diagnostic::{Findings, Severity};
use crate::kind::Kinds;
use crate::schema::{Field, Fields};
use crate::source::Sources;
use crate::yaml::{self, Data, Node, Style};

/// What became of three texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    Clean(String),
    /// With conflict markers at so many fields.
    Conflicts(String, usize),
    /// Not to be merged by what it says: broken, or written in a way that cannot be cut.
    Unfit,
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    /// Whole lines of both sides.
    Conflict(String, String),
}

/// This container cannot be merged by its parts; the one around it takes it whole.
struct Whole;

/// One entry of a mapping or item of a list, with the comments above it.
struct Unit<'t> {
    name: String,
    lead: &'t str,
    /// Blanks up to where it begins.
    indent: String,
    /// From its first character to the end of its last line.
    body: &'t str,
    at: usize,
    node: &'t Node,
}

struct Text {
    text: String,
    tree: Node,
}

/// Merges `ours` and `theirs`, which both come from `base`.
pub fn merge(base: &str, ours: &str, theirs: &str, kinds: &Kinds) -> Merged {
    let read = |text: &str| {
        let text = if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") };
        parse(&text).map(|tree| Text { text, tree })
    };
    let (Some(base), Some(ours), Some(theirs)) = (read(base), read(ours), read(theirs)) else {
        return Merged::Unfit;
    };
    let kind = ours.tree.get("kind").and_then(Node::text).and_then(|name| kinds.get(name));
    let fields = kind.and_then(|kind| kind.schema().ok()).map(|schema| schema.fields());
    let merger = Merger { fields };
    let root = fields.filter(|fields| !fields.is_empty()).map(|fields| fields.get(0));
    let sides = [Some(&base), Some(&ours), Some(&theirs)]
        .map(|text| text.map(|text| (text, &text.tree, 0..text.text.len())));
    let Ok(pieces) = merger.container(sides, root) else { return Merged::Unfit };
    let with = |pick: fn(&str, &str) -> String| -> String {
        let each = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Conflict(ours, theirs) => pick(ours, theirs),
        });
        each.collect()
    };
    // Either way out of a conflict must be a document.
    if parse(&with(|ours, _| ours.to_owned())).is_none()
        || parse(&with(|_, theirs| theirs.to_owned())).is_none()
    {
        return Merged::Unfit;
    }
    let marked = with(|ours, theirs| format!("<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n"));
    match pieces.iter().filter(|piece| matches!(piece, Piece::Conflict(..))).count() {
        0 => Merged::Clean(marked),
        count => Merged::Conflicts(marked, count),
    }
}

fn parse(text: &str) -> Option<Node> {
    // Other line ends and marks would have to be carried along in every cut.
    if text.contains(['\r', '\u{FEFF}']) {
        return None;
    }
    let (mut sources, mut findings) = (Sources::default(), Findings::default());
    let file = sources.add("", text);
    let tree = yaml::read(file, text, yaml::Limits::default(), &mut findings)?;
    let sound = findings.iter().all(|finding| finding.severity() < Severity::Error);
    (sound && matches!(tree.data, Data::Map(_))).then_some(tree)
}

type Side<'t> = Option<(&'t Text, &'t Node, Range<usize>)>;

struct Merger<'f> {
    fields: Option<&'f Fields>,
}

impl<'f> Merger<'f> {
    fn container(&self, sides: [Side; 3], field: Option<&'f Field>) -> Result<Vec<Piece>, Whole> {
        let known = field.zip(self.fields).and_then(|(field, fields)| identity(fields, field));
        let lists: Vec<&[Node]> = sides.iter().flatten().filter_map(|(_, node, _)| list(node)).collect();
        let known =
            known.filter(|known| lists.iter().all(|items| unique(items, known))).or_else(|| guess(&lists));
        let mut cut = Vec::new();
        let mut within = false;
        for side in &sides {
            match side {
                Some((text, node, region)) => {
                    within |=
                        !text.text[..region.start].is_empty() && !text.text[..region.start].ends_with('\n');
                    cut.push(units(&text.text, node, region.clone(), known.as_ref())?);
                }
                None => cut.push(Vec::new()),
            }
        }
        let by_name = |units: &[Unit]| -> Result<BTreeMap<String, usize>, Whole> {
            let names: BTreeMap<String, usize> =
                units.iter().enumerate().map(|(at, unit)| (unit.name.clone(), at)).collect();
            if names.len() == units.len() { Ok(names) } else { Err(Whole) }
        };
        let at = [by_name(&cut[0])?, by_name(&cut[1])?, by_name(&cut[2])?];
        let mut pieces: Vec<Piece> = Vec::new();
        for name in order(&cut, &at) {
            let find = |side: usize| at[side].get(&name).map(|at| &cut[side][*at]);
            let merged =
                self.unit(&sides, [find(0), find(1), find(2)], field, within && pieces.is_empty())?;
            pieces.extend(merged);
        }
        Ok(pieces)
    }

    /// One unit of up to three sides.
    fn unit(
        &self,
        sides: &[Side; 3],
        units: [Option<&Unit>; 3],
        field: Option<&'f Field>,
        head: bool,
    ) -> Result<Vec<Piece>, Whole> {
        let whole = |unit: &Unit| -> Result<String, Whole> {
            match head {
                true if unit.lead.is_empty() => Ok(unit.body.to_owned()),
                true => Err(Whole),
                false => Ok(format!("{}{}{}", unit.lead, unit.indent, unit.body)),
            }
        };
        let text = |unit: &Unit| Ok(vec![Piece::Text(whole(unit)?)]);
        let same = |one: &Unit, other: &Unit| one.lead == other.lead && one.body == other.body;
        let conflict = |ours: Option<&Unit>, theirs: Option<&Unit>| -> Result<Vec<Piece>, Whole> {
            if head {
                return Err(Whole);
            }
            let told = |unit: Option<&Unit>| unit.map(whole).transpose().map(Option::unwrap_or_default);
            Ok(vec![Piece::Conflict(told(ours)?, told(theirs)?)])
        };
        let [base, ours, theirs] = units;
        let (ours, theirs) = match (base, ours, theirs) {
            (_, None, None) => return Ok(Vec::new()),
            (None, Some(one), None) | (None, None, Some(one)) => return text(one),
            (Some(base), Some(ours), None) if same(base, ours) => return Ok(Vec::new()),
            (Some(base), None, Some(theirs)) if same(base, theirs) => return Ok(Vec::new()),
            (Some(_), ours, theirs) if ours.is_none() || theirs.is_none() => return conflict(ours, theirs),
            (_, Some(ours), Some(theirs)) => (ours, theirs),
            _ => return Err(Whole),
        };
        if same(ours, theirs) || base.is_some_and(|base| same(base, theirs)) {
            return text(ours);
        }
        if base.is_some_and(|base| same(base, ours)) {
            return text(theirs);
        }
        let refuse = || conflict(Some(ours), Some(theirs));
        let lead = comments(base.map_or("", |base| base.lead), ours.lead, theirs.lead);
        let lead = if head { String::new() } else { format!("{lead}{}", ours.indent) };
        let below = self.below(ours, field);
        let (Some(cut_ours), Some(cut_theirs)) =
            (cut(sides[1].as_ref(), ours), cut(sides[2].as_ref(), theirs))
        else {
            return refuse();
        };
        let cut_base = base.map(|base| cut(sides[0].as_ref(), base));
        match (&ours.node.data, &theirs.node.data) {
            (Data::Map(_), Data::Map(_)) | (Data::List(_), Data::List(_)) => {
                let base_part =
                    base.zip(cut_base.flatten()).filter(|(base, _)| same_shape(base.node, ours.node));
                let header = pick(
                    base_part.as_ref().map(|(_, (header, _))| header.as_str()),
                    &cut_ours.0,
                    &cut_theirs.0,
                );
                let Some(header) = header else { return refuse() };
                let text = |side: usize| sides[side].as_ref().map(|(text, ..)| *text);
                let (Some(one), Some(two)) = (text(1), text(2)) else { return refuse() };
                let zero =
                    text(0).zip(base_part).map(|(text, (base, (_, region)))| (text, base.node, region));
                let children =
                    [zero, Some((one, ours.node, cut_ours.1)), Some((two, theirs.node, cut_theirs.1))];
                match self.container(children, below) {
                    Ok(pieces) => Ok([vec![Piece::Text(lead + &header)], pieces].concat()),
                    Err(Whole) => refuse(),
                }
            }
            (Data::Scalar(_, style), Data::Scalar(..)) => {
                let base = base.zip(cut_base.flatten()).map(|(base, _)| base);
                let merged = match style {
                    Style::Literal | Style::Folded => {
                        base.and_then(|base| lines(base.body, ours.body, theirs.body))
                    }
                    _ => base.and_then(|base| scalar(sides, [base, ours, theirs])),
                };
                match merged {
                    Some(body) => Ok(vec![Piece::Text(lead + &body)]),
                    None => refuse(),
                }
            }
            _ => refuse(),
        }
    }

    fn below(&self, unit: &Unit, field: Option<&'f Field>) -> Option<&'f Field> {
        let (fields, field) = (self.fields?, field?);
        field.items().or_else(|| field.property(&unit.name)).map(|index| fields.get(index))
    }
}

fn list(node: &Node) -> Option<&[Node]> {
    match &node.data {
        Data::List(items) => Some(items),
        _ => None,
    }
}

fn same_shape(one: &Node, other: &Node) -> bool {
    std::mem::discriminant(&one.data) == std::mem::discriminant(&other.data)
}

fn name_of<'n>(item: &'n Node, identity: &Identity) -> Option<&'n str> {
    match identity {
        Identity::Key(key) => item.get(key).and_then(Node::text),
        Identity::Whole => item.text(),
    }
}

fn unique(items: &[Node], identity: &Identity) -> bool {
    let mut seen = BTreeSet::new();
    items.iter().all(|item| name_of(item, identity).is_some_and(|name| seen.insert(name)))
}

/// Where the schema declares no key, a field that differs in every item of each list.
fn guess(lists: &[&[Node]]) -> Option<Identity> {
    let first = lists.iter().find_map(|items| items.first())?;
    let candidates = match &first.data {
        Data::Map(entries) => entries.iter().map(|entry| Identity::Key(entry.key.clone())).collect(),
        Data::Scalar(..) => vec![Identity::Whole],
        Data::List(_) => Vec::new(),
    };
    candidates.into_iter().find(|identity| lists.iter().all(|items| unique(items, identity)))
}

/// The names of all units in the order that they come to: that of whoever has moved something, and what the other has
/// added after what it stood behind.
fn order(cut: &[Vec<Unit>], at: &[BTreeMap<String, usize>; 3]) -> Vec<String> {
    let names = |side: usize| cut[side].iter().map(|unit| unit.name.clone()).collect::<Vec<_>>();
    let common = |side: usize, other: usize| {
        names(side).into_iter().filter(|name| at[other].contains_key(name)).collect::<Vec<_>>()
    };
    let still = common(1, 0) == common(0, 1);
    let (mut order, added) = if still { (names(2), names(1)) } else { (names(1), names(2)) };
    let mut known: BTreeSet<String> = order.iter().cloned().collect();
    for (index, name) in added.iter().enumerate() {
        if !known.insert(name.clone()) {
            continue;
        }
        // All before it stand in the order by now.
        let before = index.checked_sub(1).map(|before| &added[before]);
        let behind = before.and_then(|before| order.iter().position(|name| name == before));
        order.insert(behind.map_or(0, |behind| behind + 1), name.clone());
    }
    order
}

/// Cuts a container into units, each of whole lines. `Err` for what is written in one line or otherwise unusually.
fn units<'t>(
    text: &'t str,
    node: &'t Node,
    region: Range<usize>,
    identity: Option<&Identity>,
) -> Result<Vec<Unit<'t>>, Whole> {
    let mut starts: Vec<(usize, String, &Node, usize)> = Vec::new();
    match &node.data {
        Data::Map(entries) => {
            for entry in entries {
                let end = deep_end(&entry.value).max(entry.key_span.range().end);
                starts.push((entry.key_span.range().start, entry.key.clone(), &entry.value, end));
            }
        }
        Data::List(items) => {
            let identity = identity.ok_or(Whole)?;
            for item in items {
                let head = item.head().range().start;
                let before = text.get(..head).ok_or(Whole)?.trim_end_matches(' ');
                let dash = before.len().checked_sub(1).filter(|_| before.ends_with('-')).ok_or(Whole)?;
                starts.push((dash, name_of(item, identity).ok_or(Whole)?.to_owned(), item, deep_end(item)));
            }
        }
        Data::Scalar(..) => return Err(Whole),
    }
    let line_start = |at: usize| text[..at].rfind('\n').map_or(0, |line| line + 1);
    let mut places = Vec::new();
    for (index, (start, ..)) in starts.iter().enumerate() {
        let line = line_start(*start);
        let is_head = index == 0 && region.start == *start;
        if !is_head && !text[line..*start].bytes().all(|byte| byte == b' ') {
            return Err(Whole);
        }
        let from = match index {
            0 => region.start,
            _ => {
                // Comments and blank lines above it, but never what is inside the text before it.
                let end = starts[index - 1].3;
                let lowest = if end == line_start(end) {
                    end
                } else {
                    text[end..].find('\n').map_or(text.len(), |more| end + more + 1)
                };
                let mut from = line;
                while from > lowest {
                    let above = line_start(from - 1);
                    let words = text[above..from].trim();
                    if above < lowest || !(words.is_empty() || words.starts_with('#')) {
                        break;
                    }
                    from = above;
                }
                if from < lowest {
                    return Err(Whole);
                }
                from
            }
        };
        places.push((from, if is_head { *start } else { line }));
    }
    let mut units = Vec::new();
    for (index, (start, name, node, _)) in starts.into_iter().enumerate() {
        let (from, line) = places[index];
        let end = places.get(index + 1).map_or(region.end, |(next, _)| *next);
        let column = text[line_start(start)..start].chars().count();
        units.push(Unit {
            name,
            lead: text.get(from..line).ok_or(Whole)?,
            indent: " ".repeat(column),
            body: text.get(start..end).ok_or(Whole)?,
            at: start,
            node,
        });
    }
    Ok(units)
}

fn deep_end(node: &Node) -> usize {
    let end = node.span.range().end;
    match &node.data {
        Data::Scalar(..) => end,
        // The end of a block container is where the parser noticed, often at what comes next.
        Data::List(items) => items.iter().map(deep_end).max().unwrap_or(end),
        Data::Map(entries) => entries
            .iter()
            .map(|entry| deep_end(&entry.value).max(entry.key_span.range().end))
            .max()
            .unwrap_or(end),
    }
}

/// The head of a unit and where its parts stand: `lines:` and what is below it, `- ` and what follows.
fn cut(side: Option<&(&Text, &Node, Range<usize>)>, unit: &Unit) -> Option<(String, Range<usize>)> {
    let text = &side?.0.text;
    let end = unit.at + unit.body.len();
    let first = match &unit.node.data {
        Data::Scalar(..) => return Some((String::new(), unit.at..end)),
        Data::Map(entries) => entries.first()?.key_span.range().start,
        Data::List(items) => {
            let head = items.first()?.head().range().start;
            text.get(..head)?.trim_end_matches(' ').len().checked_sub(1)?
        }
    };
    if matches!(text.as_bytes().get(unit.node.span.range().start), Some(b'{' | b'['))
        && first > unit.node.span.range().start
    {
        return None;
    }
    let between = text.get(unit.at..first)?;
    // Below its key it begins with a line of its own; after a dash it begins there.
    let from = match between.find('\n') {
        Some(line) => unit.at + line + 1,
        None => first,
    };
    Some((text.get(unit.at..from)?.to_owned(), from..end))
}

/// What two sides made of a text, if no more than one has changed it.
fn pick(base: Option<&str>, ours: &str, theirs: &str) -> Option<String> {
    match base {
        _ if ours == theirs => Some(ours.to_owned()),
        Some(base) if base == ours => Some(theirs.to_owned()),
        Some(base) if base == theirs => Some(ours.to_owned()),
        _ => None,
    }
}

/// A scalar with its key before it and a comment behind it: each of the three may have been changed by one side.
fn scalar(sides: &[Side; 3], units: [&Unit; 3]) -> Option<String> {
    let mut parts = Vec::new();
    for (side, unit) in sides.iter().zip(units) {
        let text = &side.as_ref()?.0.text;
        let (value, end) = (unit.node.span.range(), unit.at + unit.body.len());
        if value.start < unit.at || value.end > end {
            return None;
        }
        parts.push([text.get(unit.at..value.start)?, text.get(value.clone())?, text.get(value.end..end)?]);
    }
    (0..3).map(|at| pick(Some(parts[0][at]), parts[1][at], parts[2][at])).collect()
}

/// Comments of both: what nobody agrees on is kept twice, since a comment cannot be wrong.
fn comments(base: &str, ours: &str, theirs: &str) -> String {
    if let Some(one) = pick(Some(base), ours, theirs).or_else(|| lines(base, ours, theirs)) {
        return one;
    }
    let more = theirs.split_inclusive('\n').filter(|line| !line.trim().is_empty() && !ours.contains(*line));
    format!("{ours}{}", more.collect::<String>())
}

/// Merges by lines, as git does; `None` where both have changed the same lines.
fn lines(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let cut = |text: &str| text.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>();
    let (base, ours, theirs) = (cut(base), cut(ours), cut(theirs));
    let (one, two) = (words::kept(&base, &ours), words::kept(&base, &theirs));
    let mut out = String::new();
    let (mut b, mut o, mut t) = (0, 0, 0);
    loop {
        // The next line that all three have.
        let next = (b..base.len())
            .find(|at| one.get(at).is_some_and(|at| *at >= o) && two.get(at).is_some_and(|at| *at >= t));
        let (to, to_ours, to_theirs) = match next {
            Some(at) => (at, one[&at], two[&at]),
            None => (base.len(), ours.len(), theirs.len()),
        };
        let (was, mine, other) =
            (base[b..to].concat(), ours[o..to_ours].concat(), theirs[t..to_theirs].concat());
        out.push_str(&pick(Some(&was), &mine, &other)?);
        if next.is_none() {
            return Some(out);
        }
        out.push_str(&base[to]);
        (b, o, t) = (to + 1, to_ours + 1, to_theirs + 1);
    }
}
