//! One value for each kind of leaf: valid, plainly invented, and found from what the schema says of it.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::outline::Outline;

/// Invented identifiers with right check digits; 990000 is nobody's region.
const ORGANISATION: &str = "91990000MA0000007X";
const IDENTITY: &str = "990000199001010017";
const PHONE: &str = "400-000-0000";
const EMAIL: &str = "name@company.example";

/// The value of a leaf that needs nothing but its schema. `today` is `2026-05-15`.
pub(super) fn plain(outline: &Outline, blank: &str, today: &str) -> String {
    let fixed = outline.text("const").or_else(|| outline.own_example()).or_else(|| outline.text("default"));
    if let Some(fixed) = fixed {
        return fixed.to_owned();
    }
    if let Some(first) = outline.texts("enum").first() {
        return (*first).to_owned();
    }
    let known = match (outline.text("x-type"), outline.text("format")) {
        (Some("money"), _) => Some("0.00"),
        (Some("quantity"), _) => Some("1"),
        (Some("percent"), _) => Some("13%"),
        (Some("date"), _) | (_, Some("date")) => Some(today),
        (Some("month"), _) => today.get(..7),
        (_, Some("uscc")) => Some(ORGANISATION),
        (_, Some("cn-id")) => Some(IDENTITY),
        (_, Some("cn-phone")) => Some(PHONE),
        (_, Some("email")) => Some(EMAIL),
        _ => None,
    };
    if let Some(known) = known {
        return known.to_owned();
    }
    let types = outline.texts("type");
    if !types.contains(&"string") {
        return match types.first() {
            Some(&"boolean") => "false".to_owned(),
            Some(&"integer" | &"number") => {
                let least = outline.number("minimum").unwrap_or(1);
                let most = outline.number("maximum").unwrap_or(u64::MAX);
                outline.example().map_or_else(|| least.max(1).min(most).to_string(), str::to_owned)
            }
            _ => "null".to_owned(),
        };
    }
    text(outline, blank)
}

fn text(outline: &Outline, blank: &str) -> String {
    let patterned = outline.text("pattern").and_then(|pattern| regex_syntax::parse(pattern).ok());
    let mut sample = outline.example().map(str::to_owned).unwrap_or_default();
    if let (Some(pattern), true) = (patterned, sample.is_empty()) {
        shortest(&pattern, &mut sample);
    }
    // A pattern that an empty text meets only forbids.
    if sample.is_empty() {
        blank.clone_into(&mut sample);
    }
    let least = outline.number("minLength").and_then(|least| usize::try_from(least).ok()).unwrap_or(0);
    let most = outline.number("maxLength").and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    let times = least.div_ceil(sample.chars().count().max(1)).clamp(1, 1000);
    sample.repeat(times).chars().take(most).collect()
}

/// A short text that a pattern matches.
fn shortest(pattern: &Hir, sample: &mut String) {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => (),
        HirKind::Literal(literal) => sample.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => sample.push(member(class)),
        HirKind::Repetition(repetition) => {
            (0..repetition.min.min(100)).for_each(|_| shortest(&repetition.sub, sample));
        }
        HirKind::Capture(capture) => shortest(&capture.sub, sample),
        HirKind::Concat(parts) => parts.iter().for_each(|part| shortest(part, sample)),
        HirKind::Alternation(ways) => ways.iter().take(1).for_each(|way| shortest(way, sample)),
    }
}

fn member(class: &Class) -> char {
    let Class::Unicode(class) = class else { return '0' };
    let within = |c: char| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&c));
    let usual = ['0', '1', 'a', 'A', '-'].into_iter().find(|usual| within(*usual));
    usual.or_else(|| class.ranges().first().map(|range| range.start())).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(pattern: &str) -> String {
        let mut sample = String::new();
        shortest(&regex_syntax::parse(pattern).unwrap(), &mut sample);
        sample
    }

    #[test]
    fn patterns_are_met_by_short_texts() {
        assert_eq!(sample("^[0-9]{6}$"), "000000");
        assert_eq!(sample("^[0-9][0-9 -]*$"), "0");
        assert_eq!(sample(r"^(GB|HB)-[1-9]\d{2}(\.[a-z]+)?$"), "GB-100");
        assert_eq!(sample(r"^[^\r\n]*$"), "");
        assert_eq!(sample(r"^[^/\\]+\.pdf$"), "0.pdf");
    }
}
