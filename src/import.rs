//! Turns tables of others into documents: a buyer's or an own list of prices, and a buyer's table of requirements.
//!
//! A table is read as it is: a number is the decimal that was written, never a float, and a cell that cannot be read is a
//! finding with the sheet and the address of the cell. Nothing is guessed and nothing is left out without a word.

mod clauses;
mod decimal;
mod heads;
mod prices;
mod table;

pub use clauses::clauses;
pub use prices::prices;
pub use table::{Table, Unread, read};

/// What a document is to be called, and what it is imported from.
pub struct Request<'r> {
    pub kind: &'r str,
    pub id: &'r str,
    pub title: &'r str,
    /// The file, for the comment at the head.
    pub from: &'r str,
}

/// A scalar that reads back as the same text.
fn scalar(text: &str) -> String {
    let first = text.chars().next();
    let harmless =
        |character: char| character.is_alphanumeric() || " _-./（）()、，。；·×".contains(character);
    let plain = first.is_some_and(|first| first.is_alphabetic())
        && text.chars().all(harmless)
        && !text.ends_with(' ')
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_lowercase().as_str());
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use super::scalar;

    #[test]
    fn scalars_are_quoted_where_they_must_be() {
        for (text, written) in [
            ("通道闸机", "通道闸机"),
            ("预约 V1", "预约 V1"),
            ("1.10", "\"1.10\""),
            ("no", "\"no\""),
            ("a: b", "\"a: b\""),
            ("- x", "\"- x\""),
            ("两\n行", "\"两\\n行\""),
        ] {
            assert_eq!(scalar(text), written);
        }
    }
}
