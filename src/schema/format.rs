//! Formats that JSON Schema does not know: identifiers with check digits, and phone numbers.

/// 统一社会信用代码, GB 32100—2015: 18 characters, the last one a check character modulo 31.
pub(super) fn is_uscc(text: &str) -> bool {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let values: Option<Vec<u32>> = text
        .bytes()
        .map(|byte| ALPHABET.iter().position(|known| *known == byte).and_then(|at| u32::try_from(at).ok()))
        .collect();
    let Some(values) = values.filter(|values| values.len() == 18) else { return false };
    let mut weight = 1;
    let mut sum = 0;
    for value in &values[..17] {
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    (31 - sum % 31) % 31 == values[17]
}

/// 公民身份号码, GB 11643—1999: 17 digits and a check character, ISO 7064 MOD 11-2.
pub(super) fn is_cn_id(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = bytes.iter().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    b"10X98765432"[sum as usize % 11] == bytes[17].to_ascii_uppercase()
}

/// A mainland mobile number, a number with area code, or a 400/800 number; blanks and hyphens do not count.
pub(super) fn is_phone(text: &str) -> bool {
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let digits = digits.strip_prefix("+86").unwrap_or(&digits);
    let abroad = digits.strip_prefix('+');
    let bare = abroad.unwrap_or(digits);
    if !bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    // ITU-T E.164: at most 15 digits with the code of the country, which begins with no zero.
    if abroad.is_some() {
        return (8..=15).contains(&bare.len()) && !bare.starts_with('0');
    }
    match digits.as_bytes() {
        [b'1', b'3'..=b'9', ..] => digits.len() == 11,
        [b'0', ..] => (10..=12).contains(&digits.len()),
        [b'4' | b'8', b'0', b'0', ..] => digits.len() == 10,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_checked() {
        assert!(is_uscc("91110000600037341L"));
        assert!(!is_uscc("91110000600037341M"));
        assert!(!is_uscc("9111000060003734"));
        assert!(is_cn_id("11010519491231002X"));
        assert!(!is_cn_id("110105194912310021"));
        assert!(!is_cn_id("１１0105194912310021"));
    }

    #[test]
    fn phones_of_every_usual_form() {
        for phone in [
            "19900000001",
            "+86 199-0000-0001",
            "010-12345678",
            "0571-1234567",
            "400-000-1866",
            "+1 907 555 0100",
            "+852 5555 0100",
        ] {
            assert!(is_phone(phone), "{phone}");
        }
        for phone in
            ["12345", "1990000000", "call me", "9123-4567890", "+1 907", "+0 907 555 0100", "+86 1990000"]
        {
            assert!(!is_phone(phone), "{phone}");
        }
    }
}
