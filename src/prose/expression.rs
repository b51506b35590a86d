//! Owns expressions in prose: finds `{{ … }}`, renders each alone, and says what is wrong with one at its
//! exact place. Statements (`{% … %}`) and comments of Tera have no place in prose: a text that branches
//! cannot be reviewed.

use std::ops::Range;
use std::rc::Rc;

use serde_json::Value as Json;

use super::Places;
use super::facts::{FILTERS, Facts, LONGEST_VALUE, Refusal};
use super::names::{Names, nearest};
use super::token;
use crate::diagnostic::{Args, Finding, Findings, list};

/// The longest expression in bytes; what is longer belongs into the data.
const LONGEST: usize = 1000;

/// How many names a hint lists.
const MOST_NAMES: usize = 30;

/// Something of Tera's syntax in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// `{{ … }}` with its braces.
    Expression(Range<usize>),
    /// `{{` without an end in the same paragraph.
    Unclosed(Range<usize>),
    /// `{% … %}` or `{# … #}`.
    Statement(Range<usize>),
    /// `{{` or `{%` that is left as it is because it stands in code.
    InCode(Range<usize>),
}

/// All of Tera's syntax in a text, in order. `code` are the ranges of code spans and code blocks.
pub(super) fn find(text: &str, code: &[Range<usize>]) -> Vec<Found> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find('{') {
        let start = at + next;
        let second = bytes.get(start + 1).copied();
        at = start + 1;
        if !matches!(second, Some(b'{' | b'%' | b'#')) || is_escaped(bytes, start) {
            continue;
        }
        let after = code.partition_point(|range| range.end <= start);
        if code.get(after).is_some_and(|range| range.start <= start) {
            if second != Some(b'#') {
                found.push(Found::InCode(start..start + 2));
                at = start + 2;
            }
            continue;
        }
        let item = match second {
            Some(b'{') => match end_of_expression(text, start + 2) {
                Some(end) => Found::Expression(start..end),
                None => Found::Unclosed(start..start + 2),
            },
            Some(b'%') => Found::Statement(start..end_of_line(text, start, "%}").unwrap_or(start + 2)),
            // `{#id}` is the anchor of a heading.
            _ => match end_of_line(text, start, "#}") {
                Some(end) if !text[start..end - 2].contains('}') => Found::Statement(start..end),
                _ => continue,
            },
        };
        let (Found::Expression(range)
        | Found::Unclosed(range)
        | Found::Statement(range)
        | Found::InCode(range)) = &item;
        at = range.end;
        found.push(item);
    }
    found
}

fn is_escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// The end of `close` after `start` in the same line, not too far away.
fn end_of_line(text: &str, start: usize, close: &str) -> Option<usize> {
    let reach = text.floor_char_boundary((start + LONGEST).min(text.len()));
    let line = text[start..reach].split('\n').next()?;
    Some(start + line.find(close)? + close.len())
}

/// Where the expression ends whose braces open before `start`: at the first `}}` outside of texts, in the
/// same paragraph. Where a text in it never ends, at the first `}}` at all, so that the fault can be shown
/// there.
fn end_of_expression(text: &str, start: usize) -> Option<usize> {
    let reach = text.floor_char_boundary((start + 4 * LONGEST).min(text.len()));
    let mut paragraph = start;
    let mut blank = false;
    for line in text[start..reach].split_inclusive('\n') {
        if blank && line.trim().is_empty() {
            break;
        }
        blank = true;
        paragraph += line.len();
    }
    let rest = &text[start..paragraph];
    let fallback = rest.find("}}").map(|at| start + at + 2)?;
    let mut at = 0;
    while let Some(byte) = rest.as_bytes().get(at) {
        match byte {
            b'"' | b'\'' | b'`' => match token::quoted(&rest[at..]) {
                Some(len) => at += len,
                None => return Some(fallback),
            },
            b'}' if rest[at..].starts_with("}}") => return Some(start + at + 2),
            _ => at += 1,
        }
    }
    Some(fallback)
}

/// The expressions of one text; each is rendered when its value is first asked for.
pub(super) struct Expressions<'a> {
    text: &'a str,
    facts: &'a Facts,
    places: &'a dyn Places,
    slots: Vec<Slot>,
}

struct Slot {
    range: Range<usize>,
    value: Option<Rc<str>>,
    /// Code shows the expression instead of its value, so it need not even be a good one.
    in_code: bool,
}

impl<'a> Expressions<'a> {
    pub fn new(text: &'a str, ranges: Vec<Range<usize>>, facts: &'a Facts, places: &'a dyn Places) -> Self {
        let slots = ranges.into_iter().map(|range| Slot { range, value: None, in_code: false }).collect();
        Self { text, facts, places, slots }
    }

    /// The expression as it was written, with its braces.
    pub fn written(&self, index: usize) -> &'a str {
        self.slots.get(index).map_or("", |slot| &self.text[slot.range.clone()])
    }

    /// The expression as it was written, for code.
    pub fn shown(&mut self, index: usize) -> &'a str {
        if let Some(slot) = self.slots.get_mut(index) {
            slot.in_code = true;
        }
        self.written(index)
    }

    /// The value of an expression. One that has none raises its finding once and stays as it was written.
    pub fn value(&mut self, index: usize, findings: &mut Findings) -> Rc<str> {
        let written = self.written(index);
        let Some(slot) = self.slots.get_mut(index) else { return Rc::from("") };
        if let Some(value) = &slot.value {
            return value.clone();
        }
        let value = match evaluate(written, self.facts) {
            Ok(value) => Rc::from(value),
            Err(fault) => {
                let start = slot.range.start;
                let range = start + fault.range.start..start + fault.range.end;
                findings.push(fault.into_finding(written, self.places, range));
                Rc::from(written)
            }
        };
        slot.value = Some(Rc::clone(&value));
        value
    }

    /// Renders what was not asked for, such as an expression in the label of a link, for its findings. Gives back all
    /// values in the order of the text.
    pub fn finish(&mut self, findings: &mut Findings) -> Vec<Rc<str>> {
        let shown: Vec<usize> = (0..self.slots.len()).filter(|index| !self.slots[*index].in_code).collect();
        shown.into_iter().map(|index| self.value(index, findings)).collect()
    }
}

/// Why an expression has no value: the code, the place in the expression, and what helps.
#[derive(Debug)]
struct Fault {
    code: &'static str,
    range: Range<usize>,
    args: Args,
    hints: Vec<(&'static str, Args)>,
}

impl Fault {
    fn invalid(range: Range<usize>, hint: &'static str, args: Args) -> Self {
        Self { code: "expression-invalid", range, args: Vec::new(), hints: vec![(hint, args)] }
    }

    fn into_finding(self, written: &str, places: &dyn Places, range: Range<usize>) -> Finding {
        let mut finding = Finding::new(self.code, places.span(range)).with("expression", brief(written));
        finding.args.extend(self.args);
        for (key, args) in self.hints {
            finding = finding.hint(key, args);
        }
        finding
    }
}

/// An expression short enough for a message.
pub(super) fn brief(written: &str) -> String {
    let mut brief: String =
        written.chars().take(60).map(|letter| if letter == '\n' { ' ' } else { letter }).collect();
    if brief.len() < written.len() {
        brief.push('…');
    }
    brief
}

fn evaluate(written: &str, facts: &Facts) -> Result<String, Fault> {
    let whole = 0..written.len();
    if written.len() > LONGEST {
        return Err(Fault::invalid(whole, "long", vec![("limit", LONGEST.to_string())]));
    }
    let names = Names::new(written, inside(written));
    if let Some(fault) = forbidden(&names) {
        return Err(fault);
    }
    let unknown = || names.unknown(facts.values()).map(|unknown| unknown_name(&unknown, facts.values()));
    // The name under which Tera gives away everything at once is none of the facts.
    if let Some(fault) = written.contains("__tera_context").then(unknown).flatten() {
        return Err(fault);
    }
    let value = facts.render(written).map_err(|error| {
        let is_syntax = matches!(error.kind(), tera::ErrorKind::SyntaxError(_));
        let fault = if is_syntax { None } else { unknown() };
        fault.unwrap_or_else(|| engine_fault(written, error.kind()))
    })?;
    if value.len() > LONGEST_VALUE {
        return Err(Fault::invalid(whole, "large", Vec::new()));
    }
    match unprintable(written, &value, facts) {
        Some(hint) => Err(Fault::invalid(inside_trimmed(written), hint, Vec::new())),
        None => Ok(value),
    }
}

/// The part between the braces and their dashes.
fn inside(written: &str) -> Range<usize> {
    let start = if written.starts_with("{{-") { 3 } else { 2 };
    let end = written.len().saturating_sub(if written.ends_with("-}}") { 3 } else { 2 });
    start..end.max(start)
}

fn inside_trimmed(written: &str) -> Range<usize> {
    let inside = inside(written);
    let text = &written[inside.clone()];
    let start = inside.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}

/// Functions, filters and arguments that prose does not have. Tera leaves unknown arguments out without a
/// word.
fn forbidden(names: &Names) -> Option<Fault> {
    if let Some((function, range)) = names.called() {
        return Some(Fault::invalid(range, "function", vec![("function", function.to_owned())]));
    }
    for filter in names.filters() {
        let Some((_, arguments)) = FILTERS.iter().find(|(known, _)| *known == filter.name) else {
            let known = FILTERS.iter().map(|(name, _)| *name);
            let mut fault = Fault::invalid(
                filter.range,
                "filter",
                vec![("filter", filter.name.to_owned()), ("filters", list(known.clone()))],
            );
            if let Some(near) = nearest(filter.name, known) {
                fault.hints.insert(0, ("near", vec![("near", near.to_owned())]));
            }
            return Some(fault);
        };
        if let Some((name, range)) = filter.arguments.iter().find(|(name, _)| !arguments.contains(name)) {
            let mut fault = Fault::invalid(
                range.clone(),
                "argument",
                vec![("argument", (*name).to_owned()), ("filter", filter.name.to_owned())],
            );
            if !arguments.is_empty() {
                fault.hints.push(("arguments", vec![("arguments", list(*arguments))]));
            }
            return Some(fault);
        }
    }
    None
}

fn unknown_name(unknown: &super::names::Unknown, facts: &Json) -> Fault {
    let mut hints = Vec::new();
    match unknown.parent {
        Json::Object(fields) if !fields.is_empty() => {
            if let Some(near) = nearest(&unknown.name, fields.keys().map(String::as_str)) {
                hints.push(("near", vec![("near", near.to_owned())]));
            }
            let mut names = list(fields.keys().take(MOST_NAMES));
            if fields.len() > MOST_NAMES {
                names.push_str(" …");
            }
            let key = if std::ptr::eq(unknown.parent, facts) { "facts" } else { "fields" };
            hints.push((key, vec![("fields", names)]));
        }
        Json::Object(_) => hints.push(("none", Vec::new())),
        Json::Array(items) => hints.push(("list", vec![("length", items.len().to_string())])),
        _ => hints.push(("scalar", Vec::new())),
    }
    let args = vec![("name", unknown.name.clone())];
    Fault { code: "expression-unknown", range: unknown.range.clone(), args, hints }
}

/// What Tera, or a filter of ours through Tera, has against an expression.
fn engine_fault(written: &str, kind: &tera::ErrorKind) -> Fault {
    let (message, range) = match kind {
        tera::ErrorKind::SyntaxError(report) | tera::ErrorKind::RenderingError(report) => {
            (report.message().to_owned(), report.span().range.clone())
        }
        other => {
            let message = other.to_string();
            let line = message.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            (line, inside_trimmed(written))
        }
    };
    let start = written.floor_char_boundary(range.start.min(written.len()));
    let end = written.ceil_char_boundary(range.end.clamp(start, written.len()));
    if let Some(refusal) = Refusal::read(&message) {
        let args = vec![("filter", refusal.filter), ("value", brief(&refusal.value))];
        return Fault::invalid(start..end, refusal.hint, args);
    }
    if let Some(letter) = written[start..].chars().next().filter(|letter| !letter.is_ascii()) {
        let range = start..start + letter.len_utf8();
        return Fault::invalid(range, "foreign", vec![("character", letter.to_string())]);
    }
    Fault::invalid(start..end, "engine", vec![("problem", message)])
}

/// Why a value cannot stand in a sentence. Tera prints `{name: …}`, `[…]` and `true`, which no reader of a
/// bid should meet; and an absent value would leave a hole that nobody sees.
fn unprintable(written: &str, value: &str, facts: &Facts) -> Option<&'static str> {
    let candidates: &[(&str, &str)] = match value.as_bytes().first() {
        None => &[("none", "empty")],
        Some(b'{') => &[("map", "map")],
        Some(b'[') => &[("array", "array")],
        _ if value == "true" || value == "false" => &[("bool", "bool")],
        _ => return None,
    };
    let inside = &written[inside(written)];
    candidates
        .iter()
        .find(|(test, _)| {
            facts.render(&format!("{{{{ ({inside}) is {test} }}}}")).is_ok_and(|is| is == "true")
        })
        .map(|(_, hint)| *hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Lang;
    use crate::prose::tests::Whole;
    use crate::source::Sources;
    use serde_json::json;

    fn facts() -> Facts {
        let values = json!({
            "project": {"name": "智慧园区", "budget": "1250.50", "done": false, "note": null, "empty": ""},
            "team": [{"name": "甲"}],
        });
        Facts::new(&values, |_| None)
    }

    /// The one expression that is all of a text.
    fn whole(text: &str) -> Vec<Range<usize>> {
        std::iter::once(0..text.len()).collect()
    }

    /// The value, or the code with the text that it points at and its hints.
    fn render(text: &str) -> String {
        let places = Whole(Sources::default().add("a.md", text));
        let facts = facts();
        let mut findings = Findings::default();
        let mut expressions = Expressions::new(text, whole(text), &facts, &places);
        let value = expressions.value(0, &mut findings);
        let Some(finding) = findings.iter().next() else { return value.to_string() };
        assert_eq!(&*value, text, "a bad expression stays as it was written");
        assert!(!finding.message(Lang::Zh).contains('{') || finding.message(Lang::Zh).contains("{{"));
        let hints: Vec<_> = finding.hints.iter().map(|hint| hint.key).collect();
        format!("{} `{}` {}", finding.code, &text[finding.span.range()], hints.join(" "))
    }

    #[test]
    fn values_are_rendered() {
        assert_eq!(render("{{ project.name }}"), "智慧园区");
        assert_eq!(render("{{project.name}}"), "智慧园区");
        assert_eq!(render("{{- project.name -}}"), "智慧园区");
        assert_eq!(render("{{ \"{{\" }}"), "{{");
        assert_eq!(render("{{ \"}}\" ~ '*' }}"), "}}*");
        assert_eq!(render("{{ project.empty }}"), "");
        assert_eq!(render("{{ \"[1]\" }}"), "[1]");
        assert_eq!(render("{{ \"true\" }}"), "true");
        assert_eq!(render("{{ \"是\" if project.done else \"否\" }}"), "否");
    }

    #[test]
    fn faults_are_placed() {
        for (text, expected) in [
            ("{{ project.nmae }}", "expression-unknown `nmae` near fields"),
            ("{{ projct.name }}", "expression-unknown `projct` near facts"),
            ("{{ project.nmae | money }}", "expression-unknown `nmae` near fields"),
            ("{{ project.name.x }}", "expression-unknown `x` scalar"),
            ("{{ team[3].name }}", "expression-unknown `3` list"),
            ("{{ team.name }}", "expression-unknown `name` list"),
            ("{{ __tera_context }}", "expression-unknown `__tera_context` facts"),
            ("{{ project.name | moeny }}", "expression-invalid `moeny` near filter"),
            ("{{ project.name | escape_html }}", "expression-invalid `escape_html` filter"),
            ("{{ project.budget | money(simbol='¥') }}", "expression-invalid `simbol` argument arguments"),
            ("{{ range(end=10) }}", "expression-invalid `range` function"),
            ("{{ project.name | money }}", "expression-invalid `money` amount"),
            ("{{ project.name | date }}", "expression-invalid `date` date"),
            ("{{ project.budget | capital }}", "expression-invalid `capital` words"),
            ("{{ project.name ｜ money }}", "expression-invalid `｜` foreign"),
            ("{{ 项目.名称 }}", "expression-invalid `项` foreign"),
            ("{{ project }}", "expression-invalid `project` map"),
            ("{{ team }}", "expression-invalid `team` array"),
            ("{{ project.done }}", "expression-invalid `project.done` bool"),
            ("{{ project.note }}", "expression-invalid `project.note` empty"),
            ("{{ project.name + 1 }}", "expression-invalid `project.name + 1` engine"),
            ("{{ }}", "expression-invalid `}}` engine"),
            ("{{ 'abc }}", "expression-invalid `` engine"),
            ("{{ project.name is wrong }}", "expression-invalid `project.name is wrong` engine"),
        ] {
            assert_eq!(render(text), expected, "{text}");
        }
        assert!(render(&format!("{{{{ '{}' }}}}", "a".repeat(LONGEST))).ends_with(" long"));
    }

    #[test]
    fn syntax_is_found_outside_of_code() {
        let text =
            "a {{ b }} `{{ c }}` \\{{ d }} {% if e %} {# f #} {#g} {{ \"}}\" }} {{ h\n\n}} {{ 'i }} {%";
        let code = text.find('`').zip(text.rfind('`')).map(|(start, end)| start..end + 1);
        let found: Vec<_> = find(text, code.as_slice())
            .into_iter()
            .map(|found| match found {
                Found::Expression(range) => format!("E {}", &text[range]),
                Found::Unclosed(range) => format!("U {}", &text[range]),
                Found::Statement(range) => format!("S {}", &text[range]),
                Found::InCode(range) => format!("C {}", &text[range]),
            })
            .collect();
        assert_eq!(
            found,
            [
                "E {{ b }}",
                "C {{",
                "S {% if e %}",
                "S {# f #}",
                "E {{ \"}}\" }}",
                "U {{",
                "E {{ 'i }}",
                "S {%"
            ]
        );
    }

    #[test]
    fn a_fault_is_reported_once() {
        let text = "{{ x }}";
        let places = Whole(Sources::default().add("a.md", text));
        let facts = facts();
        let mut findings = Findings::default();
        let mut expressions = Expressions::new(text, whole(text), &facts, &places);
        expressions.value(0, &mut findings);
        expressions.value(0, &mut findings);
        expressions.finish(&mut findings);
        assert_eq!(findings.iter().count(), 1);
    }

    #[test]
    fn an_expression_in_code_may_be_wrong() {
        let text = "{{ x }}";
        let places = Whole(Sources::default().add("a.md", text));
        let facts = facts();
        let mut findings = Findings::default();
        let mut expressions = Expressions::new(text, whole(text), &facts, &places);
        assert_eq!(expressions.shown(0), text);
        expressions.finish(&mut findings);
        assert!(findings.is_empty());
    }
}
