//! From text to tree, within limits, with every fault as a finding.

use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle};

use super::slip;
use super::tree::{Data, Entry, Node, Style};
use crate::diagnostic::{Finding, Findings};
use crate::source::{FileId, Span};
use crate::text;

/// How much one file may ask of the machine.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Mappings, lists and scalars in one file.
    pub nodes: usize,
    /// Levels of nesting.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { nodes: 500_000, depth: 64 }
    }
}

enum Open {
    List(Span, Vec<Node>),
    Map(Span, Vec<Entry>, Option<(String, Span)>, HashMap<String, Span>),
}

/// Reads one document. `None` means that there is nothing to go on with; findings then say why.
pub fn read(file: FileId, source: &str, limits: Limits, findings: &mut Findings) -> Option<Node> {
    let mut options = Options::default();
    options.flow_nesting_limit = limits.depth;
    options.block_nesting_limit = limits.depth;
    let mut stack: Vec<Open> = Vec::new();
    let mut root: Option<Node> = None;
    let (mut nodes, mut documents) = (0usize, 0usize);
    for event in Parser::new_from_str_with_options(source, options) {
        let (event, place) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(source.len());
                findings.push(fault(file, source, at, error.kind(), &error.info(), limits));
                return None;
            }
        };
        let range = place.byte_range().unwrap_or(0..0);
        let span = Span::new(file, range.start, range.end);
        let refuse = |code| Some(Finding::new(code, span));
        let marked = |code, sign| Some(Finding::new(code, mark(source, span, sign)));
        let refused = match &event {
            Event::Scalar(_, _, anchor, tag)
            | Event::SequenceStart(_, anchor, tag)
            | Event::MappingStart(_, anchor, tag)
                if *anchor != 0 || tag.is_some() =>
            {
                if tag.is_some() {
                    marked("yaml-tag", '!')
                } else {
                    marked("yaml-alias", '&')
                }
            }
            Event::Alias(_) => refuse("yaml-alias"),
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 { refuse("yaml-second-document") } else { None }
            }
            _ => None,
        };
        if let Some(finding) = refused {
            findings.push(finding);
            return None;
        }
        let finished = match event {
            Event::Scalar(text, style, ..) => {
                nodes += 1;
                // The parser says `~` where nothing is written.
                let is_absent =
                    style == ScalarStyle::Plain && text == "~" && source.get(span.range()) != Some("~");
                let text = if is_absent { String::new() } else { text.into_owned() };
                Some(scalar(file, source, span, text, style, findings))
            }
            Event::SequenceStart(..) => {
                nodes += 1;
                stack.push(Open::List(span, Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                nodes += 1;
                stack.push(Open::Map(span, Vec::new(), None, HashMap::new()));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => stack.pop().map(|open| close(open, span, findings)),
            _ => None,
        };
        if nodes > limits.nodes {
            findings.push(Finding::new("yaml-too-large", span).with("limit", limits.nodes));
            return None;
        }
        if stack.len() > limits.depth {
            findings.push(Finding::new("yaml-too-deep", span).with("limit", limits.depth));
            return None;
        }
        if let Some(node) = finished {
            attach(node, &mut stack, &mut root, findings);
        }
    }
    if root.is_none() {
        findings.push(Finding::new("yaml-empty", Span::file(file)));
    }
    root
}

/// The anchor or tag before a node, which the parser counts as no part of it.
fn mark(source: &str, node: Span, sign: char) -> Span {
    let before = source.get(..node.range().start).unwrap_or_default();
    let Some(at) = before.rfind(sign) else { return node };
    let divides = |character: char| character.is_whitespace() || "[{,".contains(character);
    let start = before[..at].rfind(divides).map_or(0, |end| end + 1);
    let end = source[at..].find(char::is_whitespace).map_or(source.len(), |more| at + more);
    Span::new(node.file, start, end)
}

fn scalar(
    file: FileId,
    source: &str,
    span: Span,
    text: String,
    style: ScalarStyle,
    findings: &mut Findings,
) -> Node {
    let style = match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    };
    let mut span = span;
    if matches!(style, Style::Literal | Style::Folded) {
        // The parser's span of a block scalar runs on to the next token: cut that line's indentation.
        let raw = source.get(span.range()).unwrap_or_default();
        let kept = raw.trim_end_matches(' ');
        if kept.ends_with('\n') || kept.is_empty() {
            span.end = span.start + u32::try_from(kept.len()).unwrap_or(0);
        }
    }
    let node = Node { span, data: Data::Scalar(text, style) };
    if style == Style::DoubleQuoted
        && let Some(text) = node.text()
    {
        // Written characters were looked at when the file was decoded; escapes only show up here.
        for (at, character) in text.char_indices().filter(|(_, character)| text::is_unseen(*character)) {
            let place = node.place(source, at..at + character.len_utf8());
            if source.get(place.range()) == Some("\\") {
                findings
                    .push(text::unseen(Span::new(file, place.range().start, place.range().end), character));
            }
        }
    }
    if style == Style::Plain {
        slip::in_scalar(&node, findings);
    }
    node
}

fn close(open: Open, end: Span, findings: &mut Findings) -> Node {
    // A block collection's end event lies past the blank lines that follow it: end at the last child instead.
    let up_to = |start: Span, last: Option<Span>, flow: bool| {
        let end = if flow { end.end } else { last.map_or(end.end, |span| span.end) };
        Span { end: end.max(start.start), ..start }
    };
    let flow = end.end > end.start;
    match open {
        Open::List(start, items) => {
            if flow {
                slip::in_flow_list(&items, findings);
            }
            let span = up_to(start, items.last().map(|node| node.span), flow);
            Node { span, data: Data::List(items) }
        }
        Open::Map(start, entries, ..) => {
            let span = up_to(start, entries.last().map(|entry| entry.value.span), flow);
            Node { span, data: Data::Map(entries) }
        }
    }
}

fn attach(node: Node, stack: &mut [Open], root: &mut Option<Node>, findings: &mut Findings) {
    match stack.last_mut() {
        None => *root = Some(node),
        Some(Open::List(_, items)) => items.push(node),
        Some(Open::Map(_, entries, key, seen)) => match key.take() {
            Some((key, key_span)) => {
                if seen.get(&key) == Some(&key_span) {
                    slip::settle(entries, Entry { key, key_span, value: node });
                }
            }
            None => {
                let Data::Scalar(text, style) = node.data else {
                    findings.push(Finding::new("yaml-complex-key", node.span));
                    *key = Some((String::new(), node.span));
                    return;
                };
                let blanks = slip::indent(&text);
                if !blanks.is_empty() {
                    let (start, width) = (node.span.range().start, blanks.len());
                    let span = Span::new(node.span.file, start, start + width);
                    findings.push(Finding::new("yaml-fullwidth-space", span));
                }
                if text == "<<" && style == Style::Plain {
                    findings.push(Finding::new("yaml-alias", node.span));
                } else if let Some(first) = seen.get(&text) {
                    findings.push(Finding::new("yaml-duplicate-key", node.span).with("key", &text).related(
                        *first,
                        "first",
                        Vec::new(),
                    ));
                } else {
                    seen.insert(text.clone(), node.span);
                }
                *key = Some((text, node.span));
            }
        },
    }
}

fn fault(file: FileId, source: &str, at: usize, kind: &ErrorKind, info: &str, limits: Limits) -> Finding {
    let at = source.floor_char_boundary(at.min(source.len()));
    if let Some(finding) = slip::near(file, source, at) {
        return finding;
    }
    let width = source[at..].chars().next().filter(|character| *character != '\n').map_or(0, char::len_utf8);
    let span = Span::new(file, at, at + width);
    match kind {
        ErrorKind::TabNotAllowed | ErrorKind::TabInBlockIndentation => Finding::new("yaml-tab", span),
        ErrorKind::RecursionLimitExceeded => Finding::new("yaml-too-deep", span).with("limit", limits.depth),
        ErrorKind::TooManyComments => Finding::new("yaml-too-large", span).with("limit", limits.nodes),
        ErrorKind::UnknownAnchor | ErrorKind::MissingAnchorOrAliasName => Finding::new("yaml-alias", span),
        ErrorKind::UndeclaredTagHandle => Finding::new("yaml-tag", span),
        ErrorKind::MultipleDocumentsUnsupported => Finding::new("yaml-second-document", span),
        _ => advise(Finding::new("yaml-syntax", span), kind, info),
    }
}

/// Says what the parser stumbled over, in our words where we have them.
fn advise(finding: Finding, kind: &ErrorKind, info: &str) -> Finding {
    use ErrorKind as Fault;
    let hint = match kind {
        Fault::UnclosedQuotedScalar
        | Fault::DocumentIndicatorInQuotedScalar
        | Fault::InvalidQuotedScalarIndent => "quote-open",
        Fault::InvalidTrailingSingleQuotedScalar | Fault::InvalidTrailingDoubleQuotedScalar => "quote-rest",
        Fault::UnknownQuotedScalarEscape
        | Fault::InvalidQuotedScalarHexEscape
        | Fault::InvalidLowSurrogateHexEscape => "escape",
        Fault::UnclosedFlowCollection { .. }
        | Fault::InvalidColonPlacement
        | Fault::UnexpectedEofFlowSequence
        | Fault::UnexpectedEofFlowMapping
        | Fault::UnexpectedEofImplicitFlowMapping => "bracket-open",
        Fault::MisplacedFlowCollectionEnd | Fault::MismatchedFlowCollectionEnd { .. } => "bracket-pair",
        Fault::ExpectedFlowMappingSeparator
        | Fault::ExpectedFlowSequenceSeparator
        | Fault::BlockEntryInFlowCollection => "comma",
        Fault::MappingValueNotAllowed => "colon",
        Fault::SimpleKeyExpected | Fault::InvalidSimpleKey => "key",
        Fault::ExpectedBlockMappingKey
        | Fault::ExpectedBlockSequenceEntry
        | Fault::ExpectedDocumentStart
        | Fault::InvalidIndentation => "indent",
        Fault::BlockSequenceEntryNotAllowed => "list",
        Fault::UnexpectedCharacter { character } => {
            return finding.hint("character", vec![("character", character.to_string())]);
        }
        Fault::InvalidBlockScalarHeader
        | Fault::ZeroBlockScalarIndent
        | Fault::InvalidBlockScalarIndent
        | Fault::TabAtBlockScalarStart => "block",
        Fault::CommentInterceptedScalar | Fault::CommentNotSeparated => "comment",
        Fault::TabInIndentation | Fault::TabInPlainScalar => "tab",
        _ => return finding.hint("parser", vec![("problem", info.to_owned())]),
    };
    finding.hint(hint, Vec::new())
}

#[cfg(test)]
mod tests;
