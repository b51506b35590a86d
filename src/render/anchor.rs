//! Owns the anchors that templates leave for the tool: where an answer stands in the finished pages.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use typst::foundations::StyleChain;
use typst::foundations::{Content, Label, NativeElement, Packed, Selector, Value};
use typst::introspection::{Introspector, Location, MetadataElem};
use typst::model::{HeadingElem, Numbering};
use typst::utils::PicoStr;
use typst_layout::PagedDocument;

/// The label of `#metadata((anchor: "id"))<bidwright-anchor>`.
const LABEL: &str = "bidwright-anchor";

/// A named place in the finished pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    pub id: String,
    /// The page as its number is printed. A page whose numbering is a function of the template has plain digits.
    pub page: String,
    /// The page counted from 1 at the first sheet.
    pub physical: usize,
    /// The nearest heading before, with its number; empty when there is none.
    pub heading: String,
    /// Where it ends: that of a heading with its section, any other where it stands. As it is printed, and counted.
    pub last_page: String,
    pub last_physical: usize,
}

/// A heading that begins higher than this begins its page: nothing of the section before stands there.
const TOP: f64 = 95.0;
/// What follows its heading within so much stands at it.
const NEAR: f64 = 70.0;

/// All anchors in the order of the document, each id once.
pub fn anchors(document: &PagedDocument) -> Vec<Anchor> {
    let Some(label) = Label::new(PicoStr::intern(LABEL)) else { return Vec::new() };
    let introspector = document.introspector();
    let wanted = [HeadingElem::ELEM.select(), MetadataElem::ELEM.select()];
    let mut found: BTreeMap<String, Sighting> = BTreeMap::new();
    let mut heading: Option<Packed<HeadingElem>> = None;
    let mut heads: Vec<Head> = Vec::new();
    let mut fresh = false;
    for (order, element) in introspector.query(&Selector::Or(wanted.into_iter().collect())).iter().enumerate()
    {
        if let Some(here) = element.to_packed::<HeadingElem>() {
            heading = Some(here.clone());
            heads.extend(element.location().and_then(|location| Head::of(here, location, document)));
            fresh = true;
            continue;
        }
        let Some((id, location)) = anchor_id(element, label).zip(element.location()) else { continue };
        let head = heads.len().checked_sub(1).filter(|_| std::mem::take(&mut fresh));
        let own = heading.as_ref().is_some_and(|heading| holds(&heading.body, &id, label));
        let sighting = Sighting { own, order, location, heading: heading.clone(), head };
        // A heading is set again in the table of contents and perhaps at the head of pages, and with it the
        // anchor inside it. The one that counts is the one below its own heading.
        let better = found.get(&id).is_none_or(|known| own && !known.own);
        if better {
            found.insert(id, sighting);
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(_, sighting)| sighting.order);
    found.into_iter().filter_map(|(id, sighting)| sighting.into_anchor(id, document, &heads)).collect()
}

/// Where a heading stands in the pages.
struct Head {
    level: usize,
    page: usize,
    /// Points from the top of the page.
    y: f64,
}

impl Head {
    fn of(heading: &HeadingElem, location: Location, document: &PagedDocument) -> Option<Self> {
        let (page, y) = spot(document, location)?;
        Some(Self { level: heading.resolve_level(StyleChain::default()).get(), page, y })
    }
}

fn spot(document: &PagedDocument, location: Location) -> Option<(usize, f64)> {
    let position = document.introspector().position(location)?;
    Some((position.page.get(), position.point.y.to_pt()))
}

struct Sighting {
    /// The anchor stands in the heading that comes before it.
    own: bool,
    order: usize,
    location: Location,
    heading: Option<Packed<HeadingElem>>,
    /// Among the heads, the one that it follows directly.
    head: Option<usize>,
}

impl Sighting {
    fn into_anchor(self, id: String, document: &PagedDocument, heads: &[Head]) -> Option<Anchor> {
        let physical = document.introspector().page(self.location)?.get();
        let label = |physical: usize| {
            document.pages().get(physical - 1).map(|page| printed(page.numbering.as_ref(), page.number))
        };
        let heading = self.heading.as_ref().map(heading_text).unwrap_or_default();
        let last = self.section_end(document, heads).unwrap_or(physical).max(physical);
        let (page, last_page) = (label(physical)?, label(last)?);
        Some(Anchor { id, page, physical, heading, last_page, last_physical: last })
    }

    /// The last page of the section of the heading that this stands at.
    fn section_end(&self, document: &PagedDocument, heads: &[Head]) -> Option<usize> {
        let own = heads.get(self.head?)?;
        let (page, y) = spot(document, self.location)?;
        if page != own.page || y - own.y > NEAR {
            return None;
        }
        let next = heads[self.head? + 1..].iter().find(|next| next.level <= own.level);
        Some(match next {
            Some(next) if next.y <= TOP => next.page - 1,
            Some(next) => next.page,
            None => document.pages().len(),
        })
    }
}

fn anchor_id(element: &Content, label: Label) -> Option<String> {
    if element.label() != Some(label) {
        return None;
    }
    let Value::Dict(value) = &element.to_packed::<MetadataElem>()?.value else { return None };
    match value.get("anchor") {
        Ok(Value::Str(id)) => Some(id.to_string()),
        _ => None,
    }
}

fn holds(body: &Content, id: &str, label: Label) -> bool {
    let mut look = |element: Content| match anchor_id(&element, label) {
        Some(found) if found == id => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    body.traverse(&mut look).is_break()
}

fn heading_text(heading: &Packed<HeadingElem>) -> String {
    let number = heading.numbers.as_deref().unwrap_or("").trim();
    let text = heading.body.plain_text();
    // `一、` and `（一）` bring their own space, `3.2` and `第三章` do not.
    let space = if number.is_empty() || number.ends_with(['、', '）', '．']) { "" } else { " " };
    format!("{number}{space}{}", text.trim())
}

/// The number as the foot of the page shows it, without the words around it.
pub(super) fn printed(numbering: Option<&Numbering>, number: u64) -> String {
    match numbering.cloned().map(Numbering::trimmed) {
        Some(Numbering::Pattern(pattern)) => match pattern.apply(None, &[number]) {
            Ok(text) => text.to_string(),
            Err(_) => number.to_string(),
        },
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use crate::render::testing::laid_out;

    const ANCHOR: &str = "#let anchor(id) = [#metadata((anchor: id))<bidwright-anchor>]\n";

    fn anchors(main: &str) -> Vec<String> {
        let anchors = laid_out(&format!("{ANCHOR}{main}"), &[]).anchors();
        let line = |a: &super::Anchor| format!("{} p{} ({}) {}", a.id, a.page, a.physical, a.heading);
        anchors.iter().map(line).collect()
    }

    #[test]
    fn anchors_know_their_page_and_heading() {
        let main =
            "#set heading(numbering: \"1.1\")\n#set page(numbering: \"i\")\n#anchor(\"z\")封面\n#pagebreak()
            #set page(numbering: \"第 1 页\")\n#counter(page).update(1)\n= 总体\n== 安全 #anchor(\"a\")\n文字
            #pagebreak()\n文字#anchor(\"b\")\n#set heading(numbering: \"一、\")\n= 其他\n#anchor(\"c\")";
        assert_eq!(
            anchors(main),
            ["z pi (1) ", "a p1 (2) 1.1 安全", "b p2 (3) 1.1 安全", "c p2 (3) 二、其他"]
        );
    }

    #[test]
    fn a_section_reaches_to_the_next_of_its_rank() {
        let main = "#set page(height: 12cm, numbering: \"1\")\n= 一 #anchor(\"a\")\n== 二\n#anchor(\"b\")\n#pagebreak()
            文字#anchor(\"c\")\n#pagebreak()\n文字\n#v(3cm)\n== 三\n#anchor(\"d\")\n#pagebreak()\n= 四\n#anchor(\"e\")\n#pagebreak()文字";
        let anchors = laid_out(&format!("{ANCHOR}{main}"), &[]).anchors();
        let reach = |a: &super::Anchor| format!("{} {}–{}", a.id, a.page, a.last_page);
        let reach: Vec<String> = anchors.iter().map(reach).collect();
        assert_eq!(reach, ["a 1–3", "b 1–3", "c 2–2", "d 3–3", "e 4–5"]);
    }

    #[test]
    fn the_table_of_contents_and_running_heads_do_not_count() {
        let main = "#set page(height: 8cm, header: context {
              let before = query(heading.where(level: 1))
              if before.len() > 0 { before.last().body }
            })
            #outline(title: [目录])\n#pagebreak()\n= 方案 #anchor(\"a\")\n文字\n#pagebreak()\n续";
        assert_eq!(anchors(main), ["a p2 (2) 方案"]);
    }

    #[test]
    fn other_metadata_is_no_anchor() {
        assert!(anchors("#metadata(\"x\")<bidwright-anchor>#metadata((anchor: 1))<bidwright-anchor>#metadata((anchor: \"y\"))").is_empty());
    }
}
