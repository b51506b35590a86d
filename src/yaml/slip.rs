//! What Chinese keyboards do to YAML: full-width marks where it wants the half-width ones.

use super::tree::{Data, Entry, Node, Style};
use crate::diagnostic::{Finding, Findings};
use crate::source::{FileId, Span};

/// No document is nested deeper by way of blanks than this: the parser's own limit does not see them.
const LEVELS: usize = 8;

/// The blanks before a key that look like indentation and are text to YAML: full-width ones, and those of web pages.
pub(super) fn indent(key: &str) -> &str {
    if key.starts_with(' ') {
        return "";
    }
    let blanks = key.len() - key.trim_start_matches(['\u{3000}', '\u{A0}', ' ']).len();
    &key[..blanks]
}

/// Adds an entry to its mapping. One that is set in by such blanks goes to where people see it, so that nothing
/// more has to be said of it: below the entry before it, a level for every two columns.
pub(super) fn settle(entries: &mut Vec<Entry>, mut entry: Entry) {
    let blanks = indent(&entry.key);
    if blanks.is_empty() {
        return entries.push(entry);
    }
    let columns: usize = blanks.chars().map(|blank| if blank == '\u{3000}' { 2 } else { 1 }).sum();
    let start = entry.key_span.range().start + blanks.len();
    entry.key_span = Span::new(entry.key_span.file, start, entry.key_span.range().end);
    entry.key = entry.key.split_off(blanks.len());
    sink(entries, entry, columns.div_ceil(2).min(LEVELS));
}

fn sink(entries: &mut Vec<Entry>, entry: Entry, levels: usize) {
    let above = entries.last_mut().map(|above| &mut above.value).filter(|_| levels > 0);
    match above {
        Some(Node { data: Data::Map(below), .. }) => return sink(below, entry, levels - 1),
        Some(Node { span, data: data @ Data::Scalar(..) }) if span.range().is_empty() => {
            span.start = entry.key_span.start;
            span.end = entry.value.span.end;
            *data = Data::Map(vec![entry]);
            return;
        }
        _ => (),
    }
    // The same key further up has been read already.
    if entries.iter().all(|known| known.key != entry.key) {
        entries.push(entry);
    }
}

/// The slip that explains a syntax fault at `at`, looked for on its line and the two before it.
pub(super) fn near(file: FileId, source: &str, at: usize) -> Option<Finding> {
    let mut end = source[at..].find('\n').map_or(source.len(), |more| at + more);
    for _ in 0..3 {
        let start = source[..end].rfind('\n').map_or(0, |before| before + 1);
        if let Some(finding) = in_line(file, start, &source[start..end]) {
            return Some(finding);
        }
        end = start.checked_sub(1)?;
    }
    None
}

fn in_line(file: FileId, start: usize, line: &str) -> Option<Finding> {
    let indent = line.len() - line.trim_start_matches([' ', '\t', '\u{3000}', '\u{A0}']).len();
    let blanks = &line[..indent];
    if let Some(at) = blanks.find(['\u{3000}', '\u{A0}']) {
        let width = blanks[at..].chars().next().map_or(0, char::len_utf8);
        return Some(Finding::new("yaml-fullwidth-space", Span::new(file, start + at, start + at + width)));
    }
    let body = line[indent..].strip_prefix("- ").map_or(&line[indent..], str::trim_start);
    let base = start + line.len() - body.len();
    key_slip(file, base, body).or_else(|| {
        let at = blanks.find('\t')?;
        Some(Finding::new("yaml-tab", Span::new(file, start + at, start + at + 1)))
    })
}

/// `title：…` or `title:…` at the start of `body`, where a key and a half-width colon with a space were meant.
fn key_slip(file: FileId, base: usize, body: &str) -> Option<Finding> {
    let key = body.len()
        - body.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-').len();
    if key == 0 || !body.starts_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    let rest = &body[key..];
    if rest.starts_with('：') || rest.trim_start_matches(' ').starts_with('：') {
        let at = base + key + rest.len() - rest.trim_start_matches(' ').len();
        let span = Span::new(file, at, at + '：'.len_utf8());
        return Some(Finding::new("yaml-fullwidth-colon", span).with("key", &body[..key]));
    }
    let after = rest.strip_prefix(':')?;
    // A plain `http://…` or `12:30` is text and meant so.
    if after.starts_with([' ', '/', '\r'])
        || after.is_empty()
        || after.starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let at = base + key;
    Some(Finding::new("yaml-colon-space", Span::new(file, at, at + 1)).with("key", &body[..key]))
}

/// Slips that YAML itself accepts as text.
pub(super) fn in_scalar(node: &Node, findings: &mut Findings) {
    let Data::Scalar(text, Style::Plain) = &node.data else { return };
    let (file, start) = (node.span.file, node.span.range().start);
    if let Some(finding) =
        key_slip(file, start, text).filter(|finding| finding.code == "yaml-fullwidth-colon")
    {
        findings.push(finding);
    } else if text.starts_with('“') && text.ends_with('”') && text.matches('“').count() == 1 {
        findings.push(Finding::new("yaml-fullwidth-quotes", node.span));
    }
}

/// A list written as `[甲，乙]` is one item to YAML: said of a one-item flow list that holds a full-width comma.
pub(super) fn in_flow_list(items: &[Node], findings: &mut Findings) {
    for item in items {
        let Data::Scalar(text, Style::Plain) = &item.data else { continue };
        if let Some(at) = text.find('，') {
            let at = item.span.range().start + at;
            findings.push(Finding::new(
                "yaml-fullwidth-comma",
                Span::new(item.span.file, at, at + '，'.len_utf8()),
            ));
        }
    }
}
