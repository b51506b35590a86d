//! Owns the look into an SVG: its size, and that it neither loads, runs nor hides anything.
//! Not a full reader: what it lets pass may still be refused when it is set.

use std::ops::Range;

use super::{Fault, Format, Probe};

/// Deeper drawings come from attacks on readers, not from drawing programs.
const DEEPEST: usize = 200;

pub fn is(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let mut tags = Tags { text, at: 0 };
    std::iter::from_fn(|| tags.next().ok().flatten())
        .find(|tag| matches!(tag.kind, Kind::Open | Kind::Empty))
        .is_some_and(|tag| local(tag.name) == "svg")
}

pub fn probe(bytes: &[u8]) -> Result<Probe, Fault> {
    let text = std::str::from_utf8(bytes).map_err(Fault::broken)?;
    let mut tags = Tags { text, at: 0 };
    let mut open: Vec<&str> = Vec::new();
    let mut size = None;
    while let Some(tag) = tags.next()? {
        match tag.kind {
            Kind::Declaration => return Err(unsafe_svg("a document type declaration", tag.at)),
            Kind::Instruction if tag.name != "xml" => {
                return Err(unsafe_svg(format!("the instruction `{}`", tag.name), tag.at));
            }
            Kind::Instruction => {}
            Kind::Text if open.last().is_some_and(|name| local(name) == "style") => {
                check_style(&text[tag.at.clone()], tag.at)?;
            }
            Kind::Text => {}
            Kind::Close => match open.pop() {
                Some(name) if name == tag.name => {}
                _ => return Err(Fault::broken(format!("`</{}>` closes nothing", tag.name))),
            },
            Kind::Open | Kind::Empty => {
                let attributes = attributes(text, &tag)?;
                check_element(&tag, &attributes)?;
                match size {
                    None => size = Some(root_size(&attributes)?),
                    Some(_) if open.is_empty() => return Err(Fault::broken("more than one root")),
                    Some(_) => {}
                }
                if tag.kind == Kind::Open {
                    open.push(tag.name);
                    if open.len() > DEEPEST {
                        return Err(unsafe_svg(format!("elements nested deeper than {DEEPEST}"), tag.at));
                    }
                }
            }
        }
    }
    if let Some(name) = open.last() {
        return Err(Fault::broken(format!("`<{name}>` is never closed")));
    }
    let (width, height) = size.ok_or(Fault::NotAnImage)?;
    Ok(Probe { format: Format::Svg, width, height })
}

fn unsafe_svg(what: impl Into<String>, at: Range<usize>) -> Fault {
    Fault::UnsafeSvg { what: what.into(), at }
}

/// Elements that load, run, or show what a reader of SVG outside browsers shows differently.
fn check_element(tag: &Tag, attributes: &[Attribute]) -> Result<(), Fault> {
    let name = local(tag.name);
    if ["image", "script", "foreignobject", "iframe", "audio", "video", "handler", "listener"]
        .contains(&name.to_ascii_lowercase().as_str())
    {
        return Err(unsafe_svg(format!("the element `<{name}>`"), tag.at.clone()));
    }
    for attribute in attributes {
        let name = local(attribute.name).to_ascii_lowercase();
        if name == "href" && !attribute.value.trim().starts_with('#') {
            return Err(unsafe_svg("a reference to something outside the drawing", attribute.at.clone()));
        }
        if name.starts_with("on") {
            return Err(unsafe_svg(format!("the script `{}`", attribute.name), attribute.at.clone()));
        }
        check_style(attribute.value, attribute.at.clone())?;
    }
    Ok(())
}

/// Styles may use only what the drawing itself defines.
fn check_style(style: &str, at: Range<usize>) -> Result<(), Fault> {
    let style = style.to_ascii_lowercase();
    if style.contains("@import") {
        return Err(unsafe_svg("an imported style", at));
    }
    for (found, _) in style.match_indices("url(") {
        let target = style[found + 4..].trim_start().trim_start_matches(['"', '\'']);
        if !target.starts_with('#') && !target.starts_with("&quot;#") && !target.starts_with("&apos;#") {
            return Err(unsafe_svg("a style from outside the drawing", at));
        }
    }
    Ok(())
}

/// Width and height of the root in pixels of 1/96 inch; those of its view box where it has none of its own.
fn root_size(attributes: &[Attribute]) -> Result<(u32, u32), Fault> {
    if !attributes.iter().any(|a| a.name.starts_with("xmlns") && a.value == "http://www.w3.org/2000/svg") {
        return Err(Fault::broken("the root does not name the SVG namespace"));
    }
    let get = |name: &str| attributes.iter().find(|a| a.name == name).map(|a| a.value);
    let view: Vec<f64> = get("viewBox")
        .map(|view| view.split([' ', ',', '\n', '\t']).filter_map(|part| part.parse().ok()).collect())
        .unwrap_or_default();
    let own = (get("width").and_then(pixels), get("height").and_then(pixels));
    let (width, height) = match (own, view.as_slice()) {
        ((Some(width), Some(height)), _) => (width, height),
        ((Some(width), None), [_, _, w, h]) if *w > 0.0 => (width, width * h / w),
        ((None, Some(height)), [_, _, w, h]) if *h > 0.0 => (height * w / h, height),
        (_, [_, _, w, h]) => (*w, *h),
        _ => return Err(Fault::broken("the root has neither a size nor a view box")),
    };
    let whole = |length: f64| (0.5..=100_000.0).contains(&length).then(|| length.round() as u32);
    whole(width)
        .zip(whole(height))
        .ok_or_else(|| Fault::broken(format!("the size {width} × {height} is absurd")))
}

/// A length with an absolute unit.
fn pixels(length: &str) -> Option<f64> {
    let length = length.trim();
    let unit = length.find(|c: char| c.is_ascii_alphabetic() || c == '%').unwrap_or(length.len());
    let scale = match &length[unit..] {
        "" | "px" => 1.0,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        "mm" => 96.0 / 25.4,
        "cm" => 960.0 / 25.4,
        "in" => 96.0,
        _ => return None,
    };
    length[..unit].trim().parse::<f64>().ok().map(|number| number * scale)
}

/// The name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    Close,
    Empty,
    Text,
    /// `<?name …?>`
    Instruction,
    /// `<!NAME …`
    Declaration,
}

struct Tag<'a> {
    kind: Kind,
    name: &'a str,
    /// The whole tag or text; for elements also what [`attributes`] reads.
    at: Range<usize>,
}

/// Cuts the text of an SVG into tags and the text between them. Comments are left out.
struct Tags<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tags<'a> {
    fn next(&mut self) -> Result<Option<Tag<'a>>, Fault> {
        loop {
            let (start, rest) = (self.at, &self.text[self.at..]);
            if rest.is_empty() {
                return Ok(None);
            }
            if !rest.starts_with('<') {
                self.at += rest.find('<').unwrap_or(rest.len());
                return Ok(Some(Tag { kind: Kind::Text, name: "", at: start..self.at }));
            }
            if let Some(comment) = rest.strip_prefix("<!--") {
                self.at += 7 + comment.find("-->").ok_or(Fault::Truncated)?;
                continue;
            }
            if let Some(data) = rest.strip_prefix("<![CDATA[") {
                self.at += 12 + data.find("]]>").ok_or(Fault::Truncated)?;
                return Ok(Some(Tag { kind: Kind::Text, name: "", at: start..self.at }));
            }
            let (kind, skip) = match rest.as_bytes().get(1) {
                Some(b'?') => (Kind::Instruction, 2),
                Some(b'!') => (Kind::Declaration, 2),
                Some(b'/') => (Kind::Close, 2),
                _ => (Kind::Open, 1),
            };
            self.at += tag_length(rest).ok_or(Fault::Truncated)?;
            let name = &rest[skip..];
            let end =
                name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '?')).unwrap_or(name.len());
            let name = &name[..end];
            if name.is_empty() {
                return Err(Fault::broken(format!("a tag without a name at byte {start}")));
            }
            let empty = kind == Kind::Open && self.text[..self.at].ends_with("/>");
            let kind = if empty { Kind::Empty } else { kind };
            return Ok(Some(Tag { kind, name, at: start..self.at }));
        }
    }
}

/// The bytes up to the `>` that ends a tag; one between quotes does not.
fn tag_length(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

struct Attribute<'a> {
    name: &'a str,
    value: &'a str,
    at: Range<usize>,
}

fn attributes<'a>(text: &'a str, tag: &Tag) -> Result<Vec<Attribute<'a>>, Fault> {
    let mut out = Vec::new();
    let mut at = tag.at.start + 1 + tag.name.len();
    loop {
        let rest = &text[at..tag.at.end];
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        if trimmed.is_empty() || trimmed.starts_with(['>', '/']) {
            return Ok(out);
        }
        let broken = || Fault::broken(format!("an attribute of `<{}>` is not `name=\"value\"`", tag.name));
        let (name, after) = trimmed.split_once('=').ok_or_else(broken)?;
        let quoted = after.trim_start();
        let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\'')).ok_or_else(broken)?;
        let (value, tail) = quoted[1..].split_once(quote).ok_or_else(broken)?;
        let end = tag.at.end - tail.len();
        out.push(Attribute { name: name.trim_end(), value, at: at..end });
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::{Limit, probe};

    fn svg(root: &str, body: &str) -> Result<Probe, Fault> {
        let text = format!(
            "<?xml version=\"1.0\"?>\n<!-- <script> -->\n<svg xmlns=\"http://www.w3.org/2000/svg\" {root}>{body}</svg>\n"
        );
        probe(text.as_bytes(), Limit::default())
    }

    fn body(body: &str) -> Result<Probe, Fault> {
        svg("viewBox='0 0 40 30'", body)
    }

    #[test]
    fn sizes_are_read_in_all_units() {
        let size = |root: &str| svg(root, "").map(|probe| (probe.width, probe.height));
        assert_eq!(size("width=\"100\" height='50px'"), Ok((100, 50)));
        assert_eq!(size("width='210mm' height='1in'"), Ok((794, 96)));
        assert_eq!(size("viewBox='0 0 40.4,30'"), Ok((40, 30)));
        assert_eq!(size("width='100%' height='100%' viewBox='0 0 40 30'"), Ok((40, 30)));
        assert_eq!(size("width='80' viewBox='0 0 40 30'"), Ok((80, 60)));
        assert!(matches!(size(""), Err(Fault::Broken { .. })));
        assert!(matches!(size("width='1e30' height='1'"), Err(Fault::Broken { .. })));
    }

    #[test]
    fn honest_drawings_pass() {
        let drawing = "<style><![CDATA[.a > .b { fill: url(#g) }]]></style>
            <defs><linearGradient id=\"g\"/><path id='p' d='M0 0'/></defs><title>系统架构 > 总体</title>
            <use xlink:href=\"#p\" style='fill: url( \"#g\")'/><text font-family=\"Noto Sans SC\">一体化</text>";
        assert_eq!(body(drawing), Ok(Probe { format: Format::Svg, width: 40, height: 30 }));
    }

    #[test]
    fn what_loads_or_runs_is_refused_with_its_place() {
        for bad in [
            "<image href='a.png'/>",
            "<svg:image xlink:href='data:image/png;base64,AA=='/>",
            "<script>alert(1)</script>",
            "<foreignObject><p/></foreignObject>",
            "<use href='other.svg#a'/>",
            "<a xlink:href='https://example.com'/>",
            "<a href=' &#104;ttps://example.com'/>",
            "<feImage href='x.png'/>",
            "<rect onclick='x()'/>",
            "<style>@import 'x.css';</style>",
            "<style>.a { fill: url(https://example.com/x) }</style>",
            "<rect style='fill:URL( \"x.svg#a\" )'/>",
            "<?xml-stylesheet href='x.css'?>",
            "<!DOCTYPE svg>",
        ] {
            let found = body(bad);
            assert!(matches!(&found, Err(Fault::UnsafeSvg { at, .. }) if at.start > 60), "{bad}: {found:?}");
        }
        let bomb = "<!DOCTYPE svg [<!ENTITY a \"aaaa\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&a;</svg>";
        assert!(matches!(probe(bomb.as_bytes(), Limit::default()), Err(Fault::UnsafeSvg { .. })));
        assert!(matches!(body(&"<g>".repeat(DEEPEST + 1)), Err(Fault::UnsafeSvg { .. })));
    }

    #[test]
    fn damage_is_told_and_never_a_panic() {
        let text = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><g id=\"图\"><!-- x --></g></svg>";
        assert!(probe(text.as_bytes(), Limit::default()).is_ok());
        for end in 0..text.len() - 1 {
            assert!(probe(&text.as_bytes()[..end], Limit::default()).is_err(), "cut at {end}");
        }
        assert!(matches!(body("<g></h>"), Err(Fault::Broken { .. })));
        assert!(matches!(body("<g a></g>"), Err(Fault::Broken { .. })));
        assert!(matches!(body("< g/>"), Err(Fault::Broken { .. })));
        assert!(matches!(body("</svg><svg>"), Err(Fault::Broken { .. })));
    }
}
