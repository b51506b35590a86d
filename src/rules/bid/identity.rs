//! Who bids, in which words, and what is promised.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::measure::{Meets, meets};
use super::wording::{plain, texts};
use super::{Hearing, blind};
use crate::amount::{Amount, numbers};
use crate::shipped;
use crate::value::Value;

#[derive(Debug, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Verb {
    /// The declared size follows from industry and figures.
    Size {},
    /// The declared industry is the one of the tender.
    Industry {},
    /// A tender for small enterprises gets a bid of one.
    Reserved { classes: Vec<String> },
    /// A consortium only where it is allowed, with shares that make the whole.
    Consortium { allowed: bool },
    /// Subcontracts only where they are allowed, up to the share that is allowed.
    Subcontracts {},
    /// The company of the bid is the one that the workspace bids as, and its licence is in its name.
    Bidder {},
    /// None of these words.
    Banned { words: Vec<String> },
    /// No half-width marks between Chinese characters, no doubled ones.
    Punctuation {},
    /// One bid of one company on a tender.
    OneBid {},
    /// A fact that stands in the profile and in a clause is the same in both.
    OneFact { facts: BTreeMap<String, String> },
    /// What the text promises is what the terms say: words before a figure, by the field that they speak of.
    Promises { facts: BTreeMap<String, Promise> },
    /// No blind volume gives the bidder away, by its words, its pictures, its colours or its file.
    Blind {},
    /// A standard is cited with its number and its year.
    Standards { marks: Vec<String> },
}

/// Words that a promise begins with, and the unit that the field counts in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Promise {
    words: Vec<String>,
    units: BTreeMap<String, String>,
}

impl Verb {
    pub(super) fn judge(&self, hearing: &mut Hearing) {
        match self {
            Self::Size {} => size(hearing),
            Self::Industry {} => industry(hearing),
            Self::Reserved { classes } => reserved(hearing, classes),
            Self::Consortium { allowed } => consortium(hearing, *allowed),
            Self::Subcontracts {} => subcontracts(hearing),
            Self::Bidder {} => bidder(hearing),
            Self::Blind {} => blind::blind(hearing),
            Self::Banned { words } => banned(hearing, words),
            Self::Punctuation {} => punctuation(hearing),
            Self::OneBid {} => one_bid(hearing),
            Self::OneFact { facts } => one_fact(hearing, facts),
            Self::Promises { facts } => promises(hearing, facts),
            Self::Standards { marks } => standards(hearing, marks),
        }
    }
}

/// The figures from which a class begins.
#[derive(Deserialize)]
struct Bound {
    staff: Option<String>,
    revenue: Option<String>,
    assets: Option<String>,
}

#[derive(Deserialize)]
struct Sizes {
    small: Bound,
    medium: Bound,
    large: Bound,
}

fn sizes() -> &'static BTreeMap<String, Sizes> {
    static SIZES: OnceLock<BTreeMap<String, Sizes>> = OnceLock::new();
    SIZES.get_or_init(|| serde_yaml::from_str(shipped::sizes()).expect("a test reads the sizes"))
}

fn size(hearing: &mut Hearing) {
    let Some(declared) = hearing.bid.own("sme_class") else { return hearing.skip("@rule-not-offered") };
    let Some(company) = hearing.bid.company.and_then(|company| company.data()) else {
        return hearing.skip("@rule-not-offered");
    };
    let industry = hearing.bid.own("sme_industry").or(company.get("industry")).and_then(Value::text);
    let Some(sizes) = industry.and_then(|industry| sizes().get(industry)) else {
        let finding = hearing.review(declared.span, industry.unwrap_or("/"));
        return hearing.ask("", finding);
    };
    let staff = company.get("staff").and_then(|staff| staff.get("total")).and_then(Value::amount);
    let years = company.get("finances").map(Value::items).unwrap_or_default();
    let last = years.iter().max_by_key(|year| year.text_at("year"));
    let wan: Option<Amount> = "10000".parse().ok();
    let money = |field: &str| last.and_then(|last| last.get(field)?.amount()?.over(wan?));
    let reaches = |bound: &Bound| {
        let over = |least: &Option<String>, figure: Option<Amount>| match least {
            Some(least) => least
                .parse()
                .ok()
                .zip(figure)
                .is_some_and(|(least, figure): (Amount, Amount)| figure >= least),
            None => true,
        };
        over(&bound.staff, staff)
            && over(&bound.revenue, money("revenue"))
            && over(&bound.assets, money("assets"))
    };
    let class = match () {
        () if reaches(&sizes.large) => "大型",
        () if reaches(&sizes.medium) => "中型",
        () if reaches(&sizes.small) => "小型",
        () => "微型",
    };
    if declared.text() != Some(class) {
        let mut finding = hearing.differs(declared.span, declared.text().unwrap_or_default(), class);
        if let Some(last) = last {
            finding = finding.related(last.head(), "other", Vec::new());
        }
        hearing.fail("", finding);
    }
}

fn industry(hearing: &mut Hearing) {
    let asked = hearing.bid.asked("sme").and_then(|sme| sme.get("industry"));
    let Some(asked) = asked else { return hearing.skip("@rule-not-asked") };
    let Some(own) = hearing.bid.own("sme_industry") else { return hearing.skip("@rule-not-offered") };
    if own.text() != asked.text() {
        let finding =
            hearing.differs(own.span, own.text().unwrap_or_default(), asked.text().unwrap_or_default());
        hearing.fail("", finding.related(asked.span, "tender", Vec::new()));
    }
}

fn reserved(hearing: &mut Hearing, classes: &[String]) {
    let asked = hearing.bid.asked("sme").and_then(|sme| sme.get("reserved"));
    let Some(asked) = asked.filter(|asked| asked.text() == Some("true")) else {
        return hearing.skip("@rule-not-asked");
    };
    let own = hearing.bid.own("sme_class");
    if !own.and_then(Value::text).is_some_and(|class| classes.iter().any(|known| known == class)) {
        let span = own.map_or(hearing.bid.package.id_span, |own| own.span);
        let finding = hearing.differs(span, own.and_then(Value::text).unwrap_or("/"), classes.join(" / "));
        hearing.fail("", finding.related(asked.span, "tender", Vec::new()));
    }
}

/// The sum of shares, if all of them can be read.
fn shares(list: &Value) -> Option<Amount> {
    list.items()
        .iter()
        .map(|item| item.get("share")?.amount())
        .try_fold(Amount::ZERO, |sum, share| sum.plus(share?))
}

fn consortium(hearing: &mut Hearing, allowed: bool) {
    let Some(members) = hearing.bid.own("consortium").filter(|list| !list.items().is_empty()) else {
        return hearing.skip("@rule-not-offered");
    };
    let asked = hearing.bid.asked("consortium_allowed");
    if asked.and_then(Value::text).map_or(!allowed, |text| text == "false") {
        let mut finding = hearing.word(members.span, members.items().len());
        if let Some(asked) = asked {
            finding = finding.related(asked.span, "tender", Vec::new());
        }
        hearing.fail("", finding);
    }
    let whole: Option<Amount> = "1".parse().ok();
    if shares(members) != whole {
        let percent = shares(members).zip("100".parse().ok()).and_then(|(sum, hundred)| sum.times(hundred));
        let found = percent.map(|sum| format!("{} %", sum.round(0))).unwrap_or_default();
        let finding = hearing.differs(members.span, found, "100 %");
        hearing.fail("shares", finding);
    }
}

fn subcontracts(hearing: &mut Hearing) {
    let Some(list) = hearing.bid.own("subcontracts").filter(|list| !list.items().is_empty()) else {
        return hearing.skip("@rule-not-offered");
    };
    let asked = hearing.bid.asked("subcontract");
    let Some(asked) = asked.filter(|asked| asked.text_at("allowed") == Some("true")) else {
        let mut finding = hearing.word(list.span, list.items().len());
        if let Some(asked) = asked {
            finding = finding.related(asked.head(), "tender", Vec::new());
        }
        return hearing.fail("", finding);
    };
    if let Some(most) = asked.get("most")
        && shares(list).zip(most.amount()).is_some_and(|(sum, most)| sum > most)
    {
        let found = shares(list).zip("100".parse().ok()).and_then(|(sum, hundred)| sum.times(hundred));
        let found = found.map(|sum| format!("{} %", sum.round(0))).unwrap_or_default();
        let finding = hearing.differs(list.span, found, format!("≤ {}", most.text().unwrap_or_default()));
        hearing.fail("", finding.related(most.span, "tender", Vec::new()));
    }
}

fn bidder(hearing: &mut Hearing) {
    let bid = hearing.bid;
    let Some(company) = bid.company else { return hearing.skip("@rule-not-offered") };
    if let Some((bidder, place)) = &bid.workspace.configuration.bidder
        && company.id != *bidder
    {
        let span = bid.naming(company).map_or(bid.package.id_span, |value| value.span);
        let finding = hearing.differs(span, &company.id, bidder).related(*place, "other", Vec::new());
        hearing.fail("", finding);
    }
    let Some(name) = company.data().and_then(|data| data.get("name")) else { return };
    for certificate in bid.listed("certificates") {
        let Some(data) = certificate.data() else { continue };
        let licence = data.text_at("category") == Some("营业执照");
        if let Some(holder) =
            data.get("holder").filter(|holder| licence && holder.text().map(plain) != name.text().map(plain))
        {
            let finding = hearing.differs(
                holder.span,
                holder.text().unwrap_or_default(),
                name.text().unwrap_or_default(),
            );
            hearing.fail(&certificate.id, finding.related(name.span, "other", Vec::new()));
        }
    }
}

fn banned(hearing: &mut Hearing, words: &[String]) {
    for text in texts(hearing.bid) {
        for word in words.iter().filter(|word| !word.is_empty()) {
            for range in text.find(word) {
                let finding = hearing.word(text.span(range), word);
                hearing.fail(word, finding);
            }
        }
    }
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

fn punctuation(hearing: &mut Hearing) {
    for text in texts(hearing.bid) {
        let mut before: Option<char> = None;
        let mut letters = text.text.char_indices().peekable();
        while let Some((at, letter)) = letters.next() {
            let after = letters.peek().map(|(_, next)| *next);
            let half = matches!(letter, ',' | ';' | '?' | '!')
                && before.is_some_and(is_han)
                && after.is_some_and(is_han);
            let doubled = matches!(letter, '，' | '。' | '；' | '：' | '、') && after == Some(letter);
            if half || doubled {
                let end = at + letter.len_utf8() * if doubled { 2 } else { 1 };
                let finding = hearing.word(text.span(at..end), &text.text[at..end]);
                hearing.fail(&text.text[at..end], finding);
            }
            before = Some(letter);
        }
    }
}

fn one_bid(hearing: &mut Hearing) {
    let bid = hearing.bid;
    let number = bid.asked("number").and_then(Value::text).map(plain);
    let lot = bid.asked("lot").and_then(Value::text).map(plain);
    let Some(number) = number else { return hearing.skip("@rule-not-asked") };
    for other in crate::tender::bids(bid.workspace) {
        let text = |field: &str| other.asked(field).and_then(Value::text).map(plain);
        let same = text("number").as_ref() == Some(&number) && text("lot") == lot;
        if same && other.package.id < bid.package.id {
            let finding = hearing.word(bid.package.id_span, &other.package.id);
            let finding = finding.related(other.package.id_span, "other", Vec::new());
            hearing.fail(&other.package.id, finding);
        }
    }
}

fn one_fact(hearing: &mut Hearing, facts: &BTreeMap<String, String>) {
    for clause in &hearing.bid.clauses {
        let Some(requirement) = clause.value.get("requirement") else { continue };
        let field = requirement.text_at("name").and_then(|name| facts.get(name));
        let Some(known) = field.and_then(|field| hearing.bid.asked(field)) else { continue };
        let value = requirement.get("value").and_then(|value| Some((value, value.amount()?)));
        if let Some((value, figure)) = value
            && known.amount().is_some_and(|known| known != figure)
        {
            let finding = hearing.differs(
                value.span,
                value.text().unwrap_or_default(),
                known.text().unwrap_or_default(),
            );
            let id = clause.value.text_at("id").unwrap_or_default();
            hearing.fail(id, finding.related(known.span, "other", Vec::new()));
        }
    }
}

/// The figure that some words are about, with the factor of its unit.
fn promised<'u>(rest: &str, units: &'u BTreeMap<String, String>) -> Option<(usize, usize, Amount, &'u str)> {
    // `质保期满前 3 个月` promises no warranty of three months: only such words may stand between.
    let between = "为是：: 　（含不少低于至自投标截止之日验收合格同签订起终最计算）*";
    let near = rest.char_indices().nth(40).map_or(rest.len(), |(at, _)| at);
    let number = numbers(&rest[..near]).into_iter().next()?;
    let (start, end) = (number.range.start, number.range.end);
    if !rest[..start].chars().all(|letter| between.contains(letter)) {
        return None;
    }
    let tail = rest[end..].trim_start();
    let unit =
        units.iter().filter(|(unit, _)| tail.starts_with(unit.as_str())).max_by_key(|(unit, _)| unit.len());
    let (_, factor) = unit?;
    Some((start, end, number.amount, factor))
}

fn promises(hearing: &mut Hearing, facts: &BTreeMap<String, Promise>) {
    for text in texts(hearing.bid) {
        for (field, promise) in facts {
            let Some(known) = hearing.bid.offered(field) else { continue };
            for word in &promise.words {
                for range in text.find(word) {
                    let rest = &text.text[range.end..];
                    let Some((start, end, figure, factor)) = promised(rest, &promise.units) else { continue };
                    let figure = factor.parse().ok().and_then(|factor| figure.times(factor));
                    if figure.zip(known.amount()).is_some_and(|(figure, known)| figure != known) {
                        let place = range.end + start..range.end + end;
                        let found = text.text[place.clone()].to_owned();
                        let finding =
                            hearing.differs(text.span(place), found, known.text().unwrap_or_default());
                        hearing.fail(field, finding.related(known.span, "other", Vec::new()));
                    }
                }
            }
        }
    }
    // An answer's own value against the terms, where the clause is about one of them.
    for clause in &hearing.bid.clauses {
        let Some(requirement) = clause.value.get("requirement") else { continue };
        let name = requirement.text_at("name").unwrap_or_default();
        let field = facts
            .iter()
            .find(|(_, promise)| promise.words.iter().any(|word| word == name))
            .map(|(field, _)| field);
        let Some((field, known)) = field.and_then(|field| Some((field, hearing.bid.offered(field)?))) else {
            continue;
        };
        for (_, answer) in &clause.answers {
            let Some(value) = answer.get("value") else { continue };
            if meets(requirement, answer) == Some(Meets::Unclear) {
                continue;
            }
            let factor = answer.text_at("unit").and_then(|unit| facts[field].units.get(unit));
            let figure =
                factor.and_then(|factor| value.text()?.parse::<Amount>().ok()?.times(factor.parse().ok()?));
            if figure.zip(known.amount()).is_some_and(|(figure, known)| figure != known) {
                let finding = hearing.differs(
                    value.span,
                    value.text().unwrap_or_default(),
                    known.text().unwrap_or_default(),
                );
                hearing.fail(field, finding.related(known.span, "other", Vec::new()));
            }
        }
    }
}

/// `GB/T 22239` without `-2019`.
fn standards(hearing: &mut Hearing, marks: &[String]) {
    for text in texts(hearing.bid) {
        for mark in marks {
            for range in text.find(mark) {
                let inside = text.text[..range.start].chars().next_back().is_some_and(char::is_alphanumeric);
                let rest = &text.text[range.end..];
                let digits = rest.len()
                    - rest
                        .trim_start_matches(|letter: char| letter.is_ascii_digit() || ". ".contains(letter))
                        .len();
                let number = rest[..digits].trim_end();
                if inside || !number.trim_start().chars().next().is_some_and(|letter| letter.is_ascii_digit())
                {
                    continue;
                }
                let tail = &rest[number.len()..];
                let dash = tail.trim_start_matches(' ').chars().next();
                if !matches!(dash, Some('-' | '—' | '–' | '－')) {
                    let place = range.start..range.end + number.len();
                    let found = text.text[place.clone()].to_owned();
                    let finding = hearing.review(text.span(place), found.clone());
                    hearing.ask(&found, finding);
                }
            }
        }
    }
}
