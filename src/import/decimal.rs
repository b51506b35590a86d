//! Numbers as tables have them, as exact decimals.

use crate::amount::Amount;

/// A spreadsheet shows and keeps no more digits; what a float has behind them was never written by anybody.
const DIGITS: usize = 15;

/// The number of a cell of a workbook: `12.5`, `1.2E-3`, `0.30000000000000004`.
pub(super) fn of_workbook(text: &str) -> Option<Amount> {
    let (mantissa, power) = match text.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, power.trim_start_matches('+').parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{rest}");
    if all.is_empty() || !all.bytes().all(|digit| digit.is_ascii_digit()) || power.abs() > 30 {
        return None;
    }
    let point = i32::try_from(whole.len()).ok()? + power;
    let plain = match usize::try_from(point) {
        Ok(point) if point >= all.len() => format!("{all}{}", "0".repeat(point - all.len())),
        Ok(point) if point > 0 => format!("{}.{}", &all[..point], &all[point..]),
        _ => format!("0.{}{all}", "0".repeat(usize::try_from(-point).ok()?)),
    };
    let exact: Amount = format!("{sign}{plain}").parse().ok()?;
    let leading = all.bytes().take_while(|digit| *digit == b'0').count();
    if all.len() - leading <= DIGITS {
        return exact.shortest().parse().ok();
    }
    // So many decimals as make fifteen digits in all.
    let before = point - i32::try_from(leading).ok()?;
    let decimals = u32::try_from(i32::try_from(DIGITS).ok()? - before).unwrap_or(0);
    exact.round(decimals.min(28)).shortest().parse().ok()
}

/// A number that somebody typed: `1,234.50`, `￥１２３４`, `1234 元`. Anything else beside it is no number.
pub(super) fn typed(text: &str) -> Option<Amount> {
    let narrow: String = text
        .chars()
        .map(|character| match character {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(character as u32 - 0xfee0).unwrap_or(character),
            other => other,
        })
        .filter(|character| !character.is_whitespace())
        .collect();
    let bare = narrow.trim_start_matches(['¥', '￥', '$']).trim_end_matches('元');
    let (whole, rest) = bare.split_once('.').unwrap_or((bare, "0"));
    let groups: Vec<&str> = whole.split(',').collect();
    let even =
        groups[1..].iter().all(|group| group.len() == 3) && groups[0].trim_start_matches('-').len() <= 3;
    if groups.len() > 1 && !even {
        return None;
    }
    format!("{}.{rest}", groups.concat()).parse::<Amount>().ok()?.shortest().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(amount: Option<Amount>) -> String {
        amount.map(|amount| amount.to_string()).unwrap_or_default()
    }

    #[test]
    fn floats_in_files_become_what_was_written() {
        for (written, exact) in [
            ("12.5", "12.5"),
            ("0.30000000000000004", "0.3"),
            ("8.6123449999999995", "8.612345"),
            ("1.2E-3", "0.0012"),
            ("4.2E5", "420000"),
            ("1E+2", "100"),
            ("-3", "-3"),
            ("12345678901234567", "12345678901234567"),
            ("2.335", "2.335"),
            ("1E400", ""),
            ("NaN", ""),
            ("", ""),
        ] {
            assert_eq!(text(of_workbook(written)), exact, "{written}");
        }
    }

    #[test]
    fn typed_numbers_have_signs_and_separators() {
        for (written, exact) in [
            ("1,234.50", "1234.5"),
            ("￥１２３４．００", "1234"),
            ("1234 元", "1234"),
            ("12,34", ""),
            ("约 5", ""),
            ("面议", ""),
            ("", ""),
        ] {
            assert_eq!(text(typed(written)), exact, "{written}");
        }
    }
}
