//! Changes on a terminal: by what they mean, inline or side by side. Colours are taken out by whoever prints where they
//! cannot be shown, and then signs tell the same.

use super::phrases::{self, harmless};
use super::{Act, Change, Comparison, Mark, Passage, Run, TOPICS, Trend};
use crate::prose::Shape;
use crate::text::inert;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns that may be used.
    pub width: usize,
    /// The old state to the left of the new one.
    pub side_by_side: bool,
}

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const GONE: &str = "\u{1b}[31m";
const NEW: &str = "\u{1b}[32m";
const HEAD: &str = "\u{1b}[1;36m";
const END: &str = "\u{1b}[0m";

/// The comparison as text with the escapes of a terminal.
pub fn terminal(comparison: &Comparison, look: Look) -> String {
    let lang = comparison.lang;
    let mut out = format!("{BOLD}{}{END}\n", harmless(&phrases::span(comparison)));
    if let Some(words) = phrases::audience(comparison) {
        out.push_str(&format!("{DIM}{words}{END}\n"));
    }
    if comparison.is_empty() {
        out.push_str(phrases::none(lang));
        out.push('\n');
        return out;
    }
    let counts = comparison.counts();
    let told: Vec<String> = TOPICS
        .iter()
        .filter_map(|topic| Some(format!("{} {}", phrases::topic(*topic, lang), counts.get(topic)?)))
        .collect();
    out.push_str(&format!("{}\n", told.join(" · ")));
    if comparison.is_layout_only() {
        out.push_str(&format!("{}\n", phrases::layout_only(lang)));
    }
    for topic in TOPICS {
        let mut last = "";
        for (document, change) in comparison.of(topic) {
            if last.is_empty() {
                out.push_str(&format!("\n{HEAD}{}{END}\n", phrases::topic(topic, lang)));
            }
            if last != document.path {
                let title = harmless(&phrases::document(document, lang));
                out.push_str(&format!("  {BOLD}{title}{END}  {DIM}{}{END}\n", harmless(&document.path)));
                last = &document.path;
            }
            tell(&mut out, change, comparison, look);
        }
    }
    for unread in &comparison.unread {
        out.push_str(&format!("{GONE}! {}{END}\n", harmless(&phrases::unread(unread, lang))));
    }
    inert(&out)
}

fn tell(out: &mut String, change: &Change, comparison: &Comparison, look: Look) {
    let lang = comparison.lang;
    let mut line = format!("    {}", harmless(&phrases::place(&change.place)));
    if change.act != Act::Changed {
        let colour = match change.act {
            Act::Added | Act::Covered => NEW,
            Act::Removed | Act::Uncovered => GONE,
            _ => DIM,
        };
        line.push_str(&format!("  {colour}{}{END}", phrases::act(change.act, lang)));
    }
    if let Some(trend) = change.trend {
        let (colour, sign) = if trend == Trend::Worse { (GONE, "▼") } else { (NEW, "▲") };
        line.push_str(&format!("  {colour}{sign} {}{END}", phrases::trend(trend, lang)));
    }
    if change.derived && change.act == Act::Changed {
        line.push_str(&format!("  {DIM}{}{END}", phrases::derived(lang)));
    }
    out.push_str(&line);
    let values = [(&change.old, GONE, '-'), (&change.new, NEW, '+')];
    if !change.runs.is_empty() {
        out.push('\n');
        redline(out, "      ", &change.runs, look);
    } else if change.passages.is_empty() {
        let width: usize =
            values.iter().filter_map(|(text, ..)| text.as_ref()).map(|text| columns(text)).sum();
        if matches!(change.act, Act::Changed | Act::Moved | Act::Renamed)
            && width + columns(&line) < look.width
        {
            let told = |text: &Option<String>| harmless(text.as_deref().unwrap_or("—"));
            out.push_str(&format!("  {GONE}{}{END} → {NEW}{}{END}", told(&change.old), told(&change.new)));
            if let Some((difference, percent)) = &change.figures {
                let percent = percent.as_ref().map(|percent| format!("（{percent}）")).unwrap_or_default();
                out.push_str(&format!("  {BOLD}{difference}{percent}{END}"));
            }
            out.push('\n');
        } else {
            out.push('\n');
            for (text, colour, sign) in values {
                if let Some(text) = text {
                    out.push_str(&format!("      {colour}{sign} {}{END}\n", harmless(text)));
                }
            }
        }
    } else {
        out.push('\n');
    }
    let mut heading = None;
    for passage in &change.passages {
        if passage.heading.is_some() && passage.heading != heading {
            heading.clone_from(&passage.heading);
            out.push_str(&format!(
                "      {DIM}§ {}{END}\n",
                harmless(heading.as_deref().unwrap_or_default())
            ));
        }
        let lead = lead(passage);
        if passage.act == Act::Moved {
            let runs =
                passage.cells.iter().flatten().map(|run| run.text.as_str()).collect::<Vec<_>>().join(" ");
            out.push_str(&format!(
                "      {DIM}{lead}({}) {}{END}\n",
                phrases::act(Act::Moved, lang),
                harmless(&runs)
            ));
            continue;
        }
        let mut runs = Vec::new();
        for (at, cell) in passage.cells.iter().enumerate() {
            if at > 0 {
                runs.push(Run { mark: Mark::Same, text: " | ".to_owned() });
            }
            runs.extend(cell.iter().cloned());
        }
        redline(out, &format!("      {lead}"), &runs, look);
    }
}

fn lead(passage: &Passage) -> String {
    match passage.shape {
        Shape::Heading(level) => format!("{} ", "#".repeat(usize::from(level))),
        Shape::Item(depth) => format!("{}- ", "  ".repeat(usize::from(depth.saturating_sub(1)))),
        Shape::Row => "| ".to_owned(),
        _ => String::new(),
    }
}

fn redline(out: &mut String, lead: &str, runs: &[Run], look: Look) {
    if look.side_by_side {
        let room = look.width.saturating_sub(9).max(20) / 2;
        let of =
            |not: Mark| wrap(&runs.iter().filter(|run| run.mark != not).cloned().collect::<Vec<_>>(), room);
        let (left, right) = (of(Mark::New), of(Mark::Gone));
        for at in 0..left.len().max(right.len()) {
            let empty = (String::new(), 0);
            let (one, wide) = left.get(at).unwrap_or(&empty);
            let (other, _) = right.get(at).unwrap_or(&empty);
            out.push_str(&format!("    {one}{} │ {other}\n", " ".repeat(room.saturating_sub(*wide))));
        }
        return;
    }
    out.push_str(lead);
    for run in runs {
        let text = harmless(&run.text);
        match run.mark {
            Mark::Same => out.push_str(&shortened(&text)),
            Mark::Gone => out.push_str(&format!("{GONE}[-{text}-]{END}")),
            Mark::New => out.push_str(&format!("{NEW}{{+{text}+}}{END}")),
        }
    }
    out.push('\n');
}

/// What stayed is there to find the place: of a long stretch its ends are enough.
fn shortened(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= 80 {
        return text.to_owned();
    }
    let (head, tail): (String, String) =
        (letters[..36].iter().collect(), letters[letters.len() - 36..].iter().collect());
    format!("{head} … {tail}")
}

/// Lines of so many columns with their widths, marks kept.
fn wrap(runs: &[Run], room: usize) -> Vec<(String, usize)> {
    let mut lines = vec![(String::new(), 0)];
    for run in runs {
        let colour = match run.mark {
            Mark::Same => "",
            Mark::Gone => GONE,
            Mark::New => NEW,
        };
        for character in harmless(&run.text).chars() {
            let wide = columns(character.encode_utf8(&mut [0; 4]));
            if lines.last().is_some_and(|(_, width)| width + wide > room) {
                lines.push((String::new(), 0));
            }
            if let Some((line, width)) = lines.last_mut() {
                match colour {
                    "" => line.push(character),
                    colour => line.push_str(&format!("{colour}{character}{END}")),
                }
                *width += wide;
            }
        }
    }
    lines
}

/// Columns of a terminal; East Asian characters take two, escapes of ours none.
fn columns(text: &str) -> usize {
    let mut escape = false;
    let mut count = 0;
    for character in text.chars() {
        match character {
            '\u{1b}' => escape = true,
            'm' if escape => escape = false,
            _ if escape => (),
            '\u{1100}'..='\u{115F}'
            | '\u{2E80}'..='\u{A4CF}'
            | '\u{AC00}'..='\u{D7A3}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{FE30}'..='\u{FE6F}'
            | '\u{FF00}'..='\u{FF60}'
            | '\u{FFE0}'..='\u{FFE6}'
            | '\u{20000}'..='\u{3FFFD}' => count += 2,
            _ => count += 1,
        }
    }
    count
}
