//! Dates, people and certificates, judged at the day of the opening.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Hearing;
use crate::amount::Amount;
use crate::calendar::{Day, Month};
use crate::document::Document;
use crate::source::Span;
use crate::tender::referred;
use crate::value::Value;

#[derive(Debug, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Verb {
    /// What the bid offers in a field of its terms is at least what the tender asks there.
    AtLeast { field: String },
    /// The same, but at most.
    AtMost { field: String },
    /// The bond is what is asked, and paid in time; the tender asks no more than such a percentage of the budget.
    Bond { percent: u32 },
    /// Certificates hold at the opening.
    Certificates {},
    /// The bid is signed after the tender was issued and not after the deadline.
    Signed {},
    /// The authorisation covers the validity of the bid.
    Authorisation {},
    /// Nobody has two posts.
    Posts {},
    /// Social security was paid in the months that are asked.
    SocialSecurity {},
    /// Past projects lie in the window, reach the amount, and are enough.
    PastProjects {},
    /// An audit report for every year that is asked.
    Audits {},
    /// Every site was queried, between the issue of the tender and its deadline.
    CreditQueries {},
    /// The tender keeps the periods of the law: days from issue to deadline, working days of the sale, days of a late amendment.
    Periods { bidding: i64, sale: u64, amendment: i64 },
    /// The deadline has not passed on the day that is judged from.
    Deadline {},
}

impl Verb {
    pub(super) fn judge(&self, hearing: &mut Hearing) {
        match self {
            Self::AtLeast { field } => offered(hearing, field, |given, asked| given < asked, "≥"),
            Self::AtMost { field } => offered(hearing, field, |given, asked| given > asked, "≤"),
            Self::Bond { percent } => bond(hearing, *percent),
            Self::Certificates {} => certificates(hearing),
            Self::Signed {} => signed(hearing),
            Self::Authorisation {} => authorisation(hearing),
            Self::Posts {} => posts(hearing),
            Self::SocialSecurity {} => social_security(hearing),
            Self::PastProjects {} => past_projects(hearing),
            Self::Audits {} => audits(hearing),
            Self::CreditQueries {} => credit_queries(hearing),
            Self::Periods { bidding, sale, amendment } => periods(hearing, *bidding, *sale, *amendment),
            Self::Deadline {} => deadline(hearing),
        }
    }
}

fn day(value: Option<&Value>) -> Option<Day> {
    Day::parse(value?.text()?)
}

fn offered(hearing: &mut Hearing, field: &str, wrong: fn(Amount, Amount) -> bool, sign: &str) {
    let bid = hearing.bid;
    let Some(asked) = bid.asked(field) else { return hearing.skip("@rule-not-asked") };
    let Some(terms) = bid.terms else { return hearing.skip("@rule-not-offered") };
    let wanted = format!("{sign} {}", asked.text().unwrap_or_default());
    let Some(given) = bid.offered(field) else {
        let finding = hearing.missing(terms.id_span, format!("{field} {wanted}"));
        return hearing.fail(field, finding.related(asked.span, "tender", Vec::new()));
    };
    if given.amount().zip(asked.amount()).is_some_and(|(given, asked)| wrong(given, asked)) {
        let finding = hearing.differs(given.span, given.text().unwrap_or_default(), wanted);
        hearing.fail(field, finding.related(asked.span, "tender", Vec::new()));
    }
}

fn bond(hearing: &mut Hearing, percent: u32) {
    let bid = hearing.bid;
    let Some(asked) = bid.asked("bond").filter(|bond| bond.text_at("required") == Some("true")) else {
        return hearing.skip("@rule-not-asked");
    };
    let amount = asked.get("amount");
    let share = || -> Option<bool> {
        let budget = bid.asked("budget")?.amount()?.times(percent.to_string().parse().ok()?)?;
        Some(amount?.amount()?.times("100".parse().ok()?)? > budget)
    };
    if let (Some(amount), Some(true)) = (amount, share()) {
        let finding =
            hearing.differs(amount.span, amount.text().unwrap_or_default(), format!("≤ {percent} %"));
        hearing.fail("tender", finding);
    }
    let Some(given) = bid.offered("bond") else {
        let span = bid.terms.map_or(bid.package.id_span, |terms| terms.id_span);
        let finding = hearing.missing(span, amount.and_then(Value::text).unwrap_or_default());
        return hearing.fail("amount", finding.related(asked.head(), "tender", Vec::new()));
    };
    let found = given.get("amount");
    if let Some(amount) = amount
        && found.and_then(Value::amount) != amount.amount()
    {
        let span = found.map_or(given.head(), |found| found.span);
        let finding = hearing.differs(
            span,
            found.and_then(Value::text).unwrap_or("0"),
            amount.text().unwrap_or_default(),
        );
        hearing.fail("amount", finding.related(amount.span, "tender", Vec::new()));
    }
    if let Some((paid, opening)) = day(given.get("paid")).zip(bid.opening())
        && paid > opening
        && let Some(place) = given.get("paid")
    {
        let finding = hearing.differs(place.span, paid, format!("≤ {opening}"));
        hearing.fail("paid", finding);
    }
}

fn certificates(hearing: &mut Hearing) {
    let Some(opening) = hearing.at.or(hearing.bid.opening()) else { return hearing.skip("@rule-not-asked") };
    let mut documents = hearing.bid.listed("certificates");
    let evidence = hearing.bid.clauses.iter().flat_map(|clause| &clause.answers);
    for (_, answer) in evidence {
        let named = answer.get("evidence").map(Value::items).unwrap_or_default();
        documents.extend(named.iter().filter_map(|value| hearing.bid.workspace.document(value.text()?)));
    }
    documents.sort_by(|a, b| a.id.cmp(&b.id));
    documents.dedup_by(|a, b| a.id == b.id);
    for document in documents {
        let field = |name: &str| document.data().and_then(|data| data.get(name));
        if let Some((until, place)) = day(field("valid_to")).zip(field("valid_to"))
            && until < opening
        {
            let finding = hearing.differs(place.span, until, format!("≥ {opening}"));
            hearing.fail(&document.id, with_deadline(hearing, finding));
        }
        if let Some((from, place)) = day(field("issued")).zip(field("issued"))
            && from > opening
        {
            let finding = hearing.differs(place.span, from, format!("≤ {opening}"));
            hearing.fail(&document.id, with_deadline(hearing, finding));
        }
    }
}

fn with_deadline(hearing: &Hearing, finding: crate::diagnostic::Finding) -> crate::diagnostic::Finding {
    match hearing.bid.asked("deadline") {
        Some(deadline) => finding.related(deadline.span, "tender", Vec::new()),
        None => finding,
    }
}

fn signed(hearing: &mut Hearing) {
    let bid = hearing.bid;
    let Some((signed, place)) = day(bid.own("date")).zip(bid.own("date")) else {
        return hearing.skip("@rule-not-offered");
    };
    let issued = day(bid.asked("issued")).filter(|issued| signed < *issued);
    let closed = bid.opening().filter(|closed| signed > *closed);
    let wanted = match (issued, closed) {
        (Some(issued), _) => format!("≥ {issued}"),
        (_, Some(closed)) => format!("≤ {closed}"),
        _ => return,
    };
    let finding = hearing.differs(place.span, signed, wanted);
    hearing.fail("", with_deadline(hearing, finding));
}

fn authorisation(hearing: &mut Hearing) {
    let bid = hearing.bid;
    if bid.own("agent").is_none() {
        return hearing.skip("@rule-not-offered");
    }
    let opening = bid.opening();
    if let Some((from, place)) = day(bid.own("agent_from")).zip(bid.own("agent_from"))
        && let Some(signed) = day(bid.own("date")).or(opening)
        && from > signed
    {
        let finding = hearing.differs(place.span, from, format!("≤ {signed}"));
        hearing.fail("from", finding);
    }
    let days = bid.asked("validity_days").and_then(|days| days.text()?.parse::<u64>().ok());
    let (Some(place), Some(until)) = (bid.own("agent_to"), day(bid.own("agent_to"))) else { return };
    if let Some(last) = opening.map(|opening| opening.plus_days(days.unwrap_or(0).min(3660)))
        && until < last
    {
        let finding = hearing.differs(place.span, until, format!("≥ {last}"));
        hearing.fail("to", with_deadline(hearing, finding));
    }
}

fn posts(hearing: &mut Hearing) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    let team = hearing.bid.own("team").map(Value::items).unwrap_or_default();
    for member in team {
        let Some((person, place)) = referred(member).and_then(|value| Some((value.text()?, value.span)))
        else {
            continue;
        };
        if let Some(first) = seen.insert(person, place) {
            let finding = hearing.word(place, person).related(first, "other", Vec::new());
            hearing.fail(person, finding);
        }
    }
    // Two records of one person: the number tells.
    let mut numbers: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
    for person in seen.keys() {
        let document = hearing.bid.workspace.document(person);
        let number = document.and_then(|document| document.data()?.get("id_number"));
        let Some((text, number)) = number.and_then(|number| Some((number.text()?, number))) else { continue };
        if let Some((_, first)) = numbers.insert(text, (person, number.span)) {
            let finding = hearing.word(number.span, person).related(first, "other", Vec::new());
            hearing.fail(person, finding);
        }
    }
}

/// The people of the team.
fn team<'w>(hearing: &Hearing<'_, 'w>) -> Vec<&'w Document> {
    let members = hearing.bid.own("team").map(Value::items).unwrap_or_default();
    members.iter().filter_map(|member| hearing.bid.workspace.document(referred(member)?.text()?)).collect()
}

fn social_security(hearing: &mut Hearing) {
    let bid = hearing.bid;
    let Some(asked) = bid.asked("social_security_months") else { return hearing.skip("@rule-not-asked") };
    let (Some(opening), Some(months)) =
        (bid.opening(), asked.text().and_then(|text| text.parse::<u32>().ok()))
    else {
        return;
    };
    // The months before the month of the opening.
    let last = opening.month().first().minus_days(1).month();
    let mut first = last;
    for _ in 1..months.clamp(1, 120) {
        first = first.first().minus_days(1).month();
    }
    for person in team(hearing) {
        let paid = person.data().and_then(|data| data.get("social_security"));
        let month = |key: &str| Month::parse(paid?.text_at(key)?);
        let covers =
            month("from").is_some_and(|from| from <= first) && month("to").is_some_and(|to| to >= last);
        if !covers {
            let span = paid.map_or(person.id_span, Value::head);
            let found = match (month("from"), month("to")) {
                (Some(from), Some(to)) => format!("{from}—{to}"),
                _ => "/".to_owned(),
            };
            let finding = hearing.differs(span, found, format!("{first}—{last}"));
            hearing.fail(&person.id, finding.related(asked.span, "tender", Vec::new()));
        }
    }
}

fn past_projects(hearing: &mut Hearing) {
    let bid = hearing.bid;
    let Some(asked) = bid.asked("performance") else { return hearing.skip("@rule-not-asked") };
    let by = asked.text_at("by").unwrap_or("signed");
    let years = asked.text_at("years").and_then(|years| years.parse::<u32>().ok());
    let from = day(asked.get("from")).or_else(|| {
        let opening = bid.opening()?;
        // So many whole years before the day of the opening.
        let days = i64::from(years?.min(100)) * 365 + i64::from(years?.min(100)) / 4;
        Some(opening.minus_days(days.unsigned_abs()))
    });
    let projects = bid.listed("past_projects");
    let mut counted = 0u32;
    for project in &projects {
        let field = |name: &str| project.data().and_then(|data| data.get(name));
        let mut fits = true;
        if let (Some(from), Some(place)) = (from, field(by))
            && day(Some(place)).is_some_and(|day| day < from)
        {
            fits = false;
            let finding = hearing.differs(place.span, place.text().unwrap_or_default(), format!("≥ {from}"));
            hearing.fail(&project.id, finding.related(asked.head(), "tender", Vec::new()));
        }
        if let (Some(least), Some(amount)) = (asked.get("least"), field("amount"))
            && amount.amount().zip(least.amount()).is_some_and(|(amount, least)| amount < least)
        {
            fits = false;
            let wanted = format!("≥ {}", least.text().unwrap_or_default());
            let finding = hearing.differs(amount.span, amount.text().unwrap_or_default(), wanted);
            hearing.fail(&project.id, finding.related(least.span, "tender", Vec::new()));
        }
        counted += u32::from(fits);
    }
    if let Some(count) = asked.get("count")
        && count.text().and_then(|text| text.parse::<u32>().ok()).is_some_and(|count| counted < count)
    {
        let span = bid.own("past_projects").map_or(bid.package.id_span, |list| list.span);
        let finding = hearing.differs(span, counted, format!("≥ {}", count.text().unwrap_or_default()));
        hearing.fail("count", finding.related(count.span, "tender", Vec::new()));
    }
}

fn audits(hearing: &mut Hearing) {
    let Some(years) = hearing.bid.asked("audit_years") else { return hearing.skip("@rule-not-asked") };
    let Some(company) = hearing.bid.company else { return hearing.skip("@rule-not-offered") };
    let reports = company.data().and_then(|data| data.get("audits"));
    let has = |year: &str| {
        reports
            .map(Value::items)
            .unwrap_or_default()
            .iter()
            .any(|report| report.text_at("year") == Some(year))
    };
    for year in years.items() {
        let name = year.text().unwrap_or_default();
        if !has(name) {
            let span = reports.map_or(company.id_span, Value::head);
            let finding = hearing.missing(span, name).related(year.span, "tender", Vec::new());
            hearing.fail(name, finding);
        }
    }
}

fn credit_queries(hearing: &mut Hearing) {
    let bid = hearing.bid;
    let Some(sites) = bid.asked("credit_sites") else { return hearing.skip("@rule-not-asked") };
    let Some(company) = bid.company else { return hearing.skip("@rule-not-offered") };
    let queries = company.data().and_then(|data| data.get("credit_queries"));
    let (from, until) = (day(bid.asked("issued")), bid.opening());
    for site in sites.items() {
        let name = site.text().unwrap_or_default();
        let mut made = queries
            .map(Value::items)
            .unwrap_or_default()
            .iter()
            .filter(|query| query.text_at("site") == Some(name))
            .peekable();
        if made.peek().is_none() {
            let span = queries.map_or(company.id_span, Value::head);
            let finding = hearing.missing(span, name).related(site.span, "tender", Vec::new());
            hearing.fail(name, finding);
            continue;
        }
        let within = |query: &&Value| {
            day(query.get("date")).is_some_and(|day| {
                from.is_none_or(|from| day >= from) && until.is_none_or(|until| day <= until)
            })
        };
        let all: Vec<&Value> = made.collect();
        if let Some(last) = all.last().filter(|_| !all.iter().any(within)) {
            let text = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
            let wanted = format!("{}—{}", text(from), text(until));
            let finding = hearing.differs(last.head(), last.text_at("date").unwrap_or_default(), wanted);
            hearing.fail(name, finding.related(site.span, "tender", Vec::new()));
        }
    }
}

fn periods(hearing: &mut Hearing, bidding: i64, sale: u64, amendment: i64) {
    let bid = hearing.bid;
    let Some(deadline) = bid.opening() else { return hearing.skip("@rule-not-asked") };
    if let Some((issued, place)) = day(bid.asked("issued")).zip(bid.asked("issued"))
        && issued.days_to(deadline) < bidding
    {
        let finding = hearing.differs(place.span, issued.days_to(deadline), format!("≥ {bidding}"));
        hearing.fail("issued", finding);
    }
    if let (Some(from), Some(to), Some(place)) =
        (day(bid.asked("sale_from")), day(bid.asked("sale_to")), bid.asked("sale_to"))
    {
        // The first day counts as well.
        let workdays = &bid.workspace.configuration.workdays;
        let mut open = 0;
        let mut at = from;
        while at <= to && open < sale {
            open += u64::from(workdays.contains(at));
            at = at.plus_days(1);
        }
        if open < sale {
            let finding = hearing.differs(place.span, open, format!("≥ {sale}"));
            hearing.fail("sale", finding);
        }
    }
    for item in bid.asked("amendments").map(Value::items).unwrap_or_default() {
        let Some((issued, place)) = day(item.get("issued")).zip(item.get("issued")) else { continue };
        if issued.days_to(deadline) < amendment {
            let finding = hearing.differs(place.span, issued.days_to(deadline), format!("≥ {amendment}"));
            hearing.fail(item.text_at("id").unwrap_or_default(), finding);
        }
    }
}

fn deadline(hearing: &mut Hearing) {
    let bid = hearing.bid;
    let (Some(at), Some(deadline)) = (hearing.at, bid.opening()) else {
        return hearing.skip("@rule-not-asked");
    };
    if at > deadline
        && let Some(place) = bid.asked("deadline")
    {
        let finding = hearing.differs(place.span, at, format!("≤ {deadline}"));
        hearing.fail("", finding);
    }
}
