//! Owns workbooks: the cells of one that somebody hands over, and one that a build writes. The only room that unpacks
//! a file of others, so everything here has a limit. It never reckons: a formula is what was last seen of it.

mod read;
mod write;

pub use read::{Book, Cell, Fault, Sheet, read};
pub use write::{Column, Entry, write};

/// `C7` of row 6 and column 2, both counted from 0.
pub fn address(row: usize, column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or_default()));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{}", row + 1)
}

/// Row and column of `C7`, counted from 0.
fn place(address: &str) -> Option<(usize, usize)> {
    let split = address.find(|character: char| character.is_ascii_digit())?;
    let (letters, digits) = address.split_at(split);
    let mut column = 0_usize;
    for letter in letters.bytes().filter(|letter| *letter != b'$') {
        let value = letter.to_ascii_uppercase().checked_sub(b'A').filter(|value| *value < 26)?;
        column = column.checked_mul(26)?.checked_add(usize::from(value) + 1)?;
    }
    Some((digits.parse::<usize>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_go_both_ways() {
        for (text, row, column) in
            [("A1", 0, 0), ("C7", 6, 2), ("Z9", 8, 25), ("AA10", 9, 26), ("XFD1", 0, 16_383)]
        {
            assert_eq!(address(row, column), text);
            assert_eq!(place(text), Some((row, column)));
        }
        assert_eq!(place("7"), None);
        assert_eq!(place("A0"), None);
        assert_eq!(place("Ä1"), None);
    }
}
