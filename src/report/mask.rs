//! Personal numbers in reports: phones and identity numbers keep their ends only, unless they are asked for.

use crate::calendar::Day;

/// A phone number with its middle left out: `138****0001`.
pub fn phone(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() < 8 {
        return "*".repeat(characters.len());
    }
    let (head, tail) = (&characters[..3], &characters[characters.len() - 4..]);
    head.iter().collect::<String>() + "****" + &tail.iter().collect::<String>()
}

/// An identity number without the day of birth: `990000********2460`.
pub fn identity(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() < 15 {
        return "*".repeat(characters.len());
    }
    let (head, tail) = (&characters[..6], &characters[characters.len() - 4..]);
    let stars = "*".repeat(characters.len() - 10);
    head.iter().collect::<String>() + &stars + &tail.iter().collect::<String>()
}

/// Masks what looks like a mobile or an identity number inside other text.
pub fn within(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
        out.push_str(&rest[..start]);
        let digits = rest[start..].bytes().take_while(u8::is_ascii_digit).count();
        let (run, after) = rest[start..].split_at(digits);
        let ends_in_x = after.starts_with(['x', 'X']);
        if digits == 11 && run.starts_with('1') {
            out.push_str(&phone(run));
        } else if (digits == 18 || (digits == 17 && ends_in_x)) && has_birthday(run) {
            let end = start + 18;
            out.push_str(&identity(&rest[start..end]));
            rest = &rest[end..];
            continue;
        } else {
            out.push_str(run);
        }
        rest = after;
    }
    out + rest
}

fn has_birthday(digits: &str) -> bool {
    let (year, month, day) = (&digits[6..10], &digits[10..12], &digits[12..14]);
    Day::parse(&format!("{year}-{month}-{day}")).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_numbers_keep_their_ends() {
        assert_eq!(phone("13800000001"), "138****0001");
        assert_eq!(phone("400-000-3104"), "400****3104");
        assert_eq!(phone("12345"), "*****");
        assert_eq!(identity("990000198403092460"), "990000********2460");
        assert_eq!(
            within("电话13800000001，身份证99000019840309246X。"),
            "电话138****0001，身份证990000********246X。"
        );
        for other in
            ["发票99000126020021", "2026-05-15", "QD202605001", "1234567890123456789", "合同额12345678901元"]
        {
            let masked = within(other);
            assert_eq!(masked == other, !other.contains("12345678901元"), "{masked}");
        }
    }
}
