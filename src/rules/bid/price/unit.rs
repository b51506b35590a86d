//! The unit that prices are in: what the tender asks for, and what stands on the pages.

use super::super::Hearing;
use super::super::wording::texts;
use super::stated::expressions;
use crate::amount::Unit;
use crate::value::Value;

const ONE: &str = "元";
const TEN_THOUSAND: &str = "万元";
/// Fields of the price list that are in its unit.
const IN_UNIT: [&str; 4] = ["price.total", "price.net_total", "price.tax_total", "price.groups"];

/// `unit` is what a list is in that names none.
pub(super) fn judge(hearing: &mut Hearing, unit: &str) {
    let bid = hearing.bid;
    let Some(price) = bid.price else { return hearing.skip("@rule-not-offered") };
    let own = price.data().and_then(|data| data.get("price_unit"));
    let found = own.and_then(Value::text).unwrap_or(unit);
    let span = own.map_or(price.id_span, |own| own.span);
    let asked = bid.asked("price_unit");
    if let Some(asked) = asked.filter(|asked| asked.text() != Some(found)) {
        let finding = hearing.differs(span, found, asked.text().unwrap_or_default());
        hearing.fail("", finding.related(asked.span, "tender", Vec::new()));
    }
    // There are no ten thousands of dollars, and none in English.
    let currency = price
        .data()
        .and_then(|data| data.text_at("currency"))
        .or_else(|| bid.asked("currency").and_then(Value::text));
    let foreign = currency.is_some_and(|code| code != "CNY");
    let english = price.value.text_at("lang").or_else(|| bid.package.value.text_at("lang")) == Some("en");
    if found == TEN_THOUSAND && (foreign || english) {
        let finding = hearing.differs(span, format!("{found} ({})", currency.unwrap_or("en")), ONE);
        hearing.fail("", finding);
    }
    for text in texts(bid) {
        for (range, expression, behind) in expressions(text.text) {
            if let Some((found, wanted)) = contradiction(bid.unit(), expression, behind) {
                let finding = hearing.differs(text.span(range), found, wanted);
                hearing.fail("", finding);
            }
        }
    }
    if asked.is_none() && own.is_none() {
        hearing.skip("@rule-not-asked");
    }
}

/// What the text makes of an amount of the price list, and what it should.
fn contradiction(unit: Unit, expression: &str, behind: &str) -> Option<(String, String)> {
    let mut parts = expression.split('|').map(str::trim);
    let field = parts.next()?;
    if !IN_UNIT.iter().any(|known| field == *known || field.starts_with(&format!("{known}["))) {
        return None;
    }
    let filters: Vec<&str> = parts.collect();
    let has = |name: &str| filters.iter().any(|filter| filter.starts_with(name));
    if unit == Unit::TenThousand && has("capital") {
        return Some((format!("{{{{ {expression} }}}}"), "{{ price.total_in_words }}".to_owned()));
    }
    let shown = match (unit, has("wan")) {
        (Unit::One, false) => ONE,
        (Unit::One, true) | (Unit::TenThousand, false) => TEN_THOUSAND,
        (Unit::TenThousand, true) => {
            return Some((format!("{{{{ {expression} }}}}"), format!("{{{{ {field} }}}} {TEN_THOUSAND}")));
        }
    };
    let written = if behind.starts_with('万') {
        TEN_THOUSAND
    } else if behind.starts_with('元') {
        ONE
    } else {
        return None;
    };
    (written != shown).then(|| (format!("{{{{ {expression} }}}} {written}"), shown.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_behind_an_expression_is_that_of_the_list() {
        let wrong = |unit, expression, behind| contradiction(unit, expression, behind).is_some();
        assert!(!wrong(Unit::One, "price.total | money", "元，"));
        assert!(wrong(Unit::One, "price.total | money", "万元"));
        assert!(!wrong(Unit::One, "price.total | wan", "万元"));
        assert!(!wrong(Unit::TenThousand, "price.total | money", "万元"));
        assert!(wrong(Unit::TenThousand, "price.total | money", "元"));
        assert!(wrong(Unit::TenThousand, "price.total | wan", "万元"));
        assert!(wrong(Unit::TenThousand, "price.total | capital", "。"));
        assert!(!wrong(Unit::TenThousand, "price.total_yuan | capital", "。"));
        assert!(!wrong(Unit::TenThousand, "price.tax_rate", "元"));
    }
}
