//! One file of the register: one fact, written once and never changed.
//!
//! A file is exactly what [`Fact::text`] writes. Whatever else is found in it was not written by the tool: cut off,
//! edited by hand, or two facts that a merge ran together.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::version::Version;
use crate::digest;
use crate::source::FileId;
use crate::yaml;

/// The folder of the register.
pub const FOLDER: &str = "register";

/// Something that was settled about a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub number: String,
    /// The id of the document that has the number. It stands in every file, so that facts which a merge has put
    /// beside a stranger's number are noticed.
    pub document: String,
    /// `2026-05-15`
    pub date: String,
    /// Who settled it.
    pub person: String,
    /// Random, so that two branches never write equal files: git would merge those without a word.
    pub nonce: String,
    pub matter: Matter,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matter {
    /// The number was given to the document.
    Number {
        kind: String,
        /// The number that it had before, lost to another document when branches were merged.
        formerly: Option<String>,
    },
    /// A version was recorded.
    Version { version: Version, summary: String, content: String },
    /// Somebody has decided about a version.
    Approval(Approval),
    /// The number is out of use for good.
    Void { why: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    pub version: Version,
    pub step: String,
    /// From 1; more where a step was decided about again.
    pub round: u32,
    pub role: String,
    pub verdict: Verdict,
    pub opinion: Option<String>,
    /// The digest of what was read.
    pub content: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Approved,
    Rejected,
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// Why a file of the register is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// No checksum at its end: cut off while it was written, or two files run together.
    Torn,
    /// The checksum does not fit: changed since it was written.
    Edited,
    /// The tool writes no such file.
    Malformed,
    /// It says another thing than its name.
    Misnamed,
}

impl Fact {
    /// Its path in the workspace; `code` is the stage code of its number.
    pub fn path(&self, code: &str) -> String {
        let number = &self.number;
        let name = match &self.matter {
            Matter::Number { .. } => number.clone(),
            Matter::Void { .. } => format!("{number}.void"),
            Matter::Version { version, .. } => format!("{number}.{}", version.slug()),
            Matter::Approval(approval) => {
                let round = if approval.round > 1 { format!(".{}", approval.round) } else { String::new() };
                format!("{number}.{}.{}{round}", approval.version.slug(), approval.step)
            }
        };
        format!("{FOLDER}/{code}/{name}.yaml")
    }

    /// The whole file, checksum included.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(512);
        for (key, value) in self.lines() {
            let _ = writeln!(text, "{key}: {}", scalar(&value));
        }
        let checksum = digest::of(text.as_bytes());
        let _ = writeln!(text, "checksum: {checksum}");
        text
    }

    /// Keys and values in the order of the file.
    fn lines(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        let mut lines: Vec<(&'static str, Cow<'_, str>)> = Vec::with_capacity(12);
        let mut line = |key, value| lines.push((key, value));
        line("number", self.number.as_str().into());
        line("document", self.document.as_str().into());
        match &self.matter {
            Matter::Number { kind, formerly } => {
                line("kind", kind.as_str().into());
                if let Some(formerly) = formerly {
                    line("formerly", formerly.as_str().into());
                }
            }
            Matter::Version { version, summary, content } => {
                line("version", version.to_string().into());
                line("summary", summary.as_str().into());
                line("content", content.as_str().into());
            }
            Matter::Approval(approval) => {
                line("version", approval.version.to_string().into());
                line("step", approval.step.as_str().into());
                line("round", approval.round.to_string().into());
                line("role", approval.role.as_str().into());
                line("verdict", approval.verdict.name().into());
                if let Some(opinion) = &approval.opinion {
                    line("opinion", opinion.as_str().into());
                }
                line("content", approval.content.as_str().into());
            }
            Matter::Void { why } => line("why", why.as_str().into()),
        }
        line("date", self.date.as_str().into());
        line("person", self.person.as_str().into());
        line("nonce", self.nonce.as_str().into());
        lines
    }

    /// Reads a file of the register. What it is, is told by its keys.
    pub fn read(file: FileId, text: &str) -> Result<Self, Flaw> {
        let Some((body, checksum)) = text.rsplit_once("checksum: ") else { return Err(Flaw::Torn) };
        if !checksum.ends_with('\n') || checksum.len() != 65 {
            return Err(Flaw::Torn);
        }
        if digest::of(body.as_bytes()) != checksum.trim_end() {
            return Err(Flaw::Edited);
        }
        if let Some(fact) = Self::plain(body) {
            return Ok(fact);
        }
        let limits = yaml::Limits { nodes: 100, depth: 4 };
        let tree = yaml::read(file, text, limits, &mut Default::default()).ok_or(Flaw::Malformed)?;
        let get = |key: &str| tree.get(key).and_then(yaml::Node::text).map(str::to_owned);
        let fact = Self::of(&get).ok_or(Flaw::Malformed)?;
        // One fact has one text: a key too many or another order is not ours.
        if fact.text() == text { Ok(fact) } else { Err(Flaw::Malformed) }
    }

    /// Reads a body in which nothing had to be quoted, as nearly all are: a register of years is read at every run.
    /// `None` is no verdict.
    fn plain(body: &str) -> Option<Self> {
        let line = |line: &'_ str| -> Option<(String, String)> {
            let (key, value) = line.split_once(": ")?;
            let digits = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            // A number as text is quoted.
            let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
            let value = digits.or(Some(value).filter(|value| is_plain(value)))?;
            Some((key.to_owned(), value.to_owned()))
        };
        let written: Vec<(String, String)> =
            body.strip_suffix('\n')?.split('\n').map(line).collect::<Option<_>>()?;
        let find = |key: &str| written.iter().find(|(known, _)| known == key);
        let fact = Self::of(&|key: &str| find(key).map(|(_, value)| value.clone()))?;
        let lines = fact.lines();
        let is_same = lines.iter().map(|(key, value)| (*key, &**value));
        is_same.eq(written.iter().map(|(key, value)| (key.as_str(), value.as_str()))).then_some(fact)
    }

    fn of(get: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let version = || get("version").and_then(|text| text.parse::<Version>().ok());
        let matter = if let Some(kind) = get("kind") {
            Matter::Number { kind, formerly: get("formerly") }
        } else if let Some(why) = get("why") {
            Matter::Void { why }
        } else if let Some(step) = get("step") {
            Matter::Approval(Approval {
                version: version()?,
                step,
                round: get("round")?.parse().ok()?,
                role: get("role")?,
                verdict: match get("verdict")?.as_str() {
                    "approved" => Verdict::Approved,
                    "rejected" => Verdict::Rejected,
                    _ => return None,
                },
                opinion: get("opinion"),
                content: get("content")?,
            })
        } else {
            Matter::Version { version: version()?, summary: get("summary")?, content: get("content")? }
        };
        Some(Self {
            number: get("number")?,
            document: get("document")?,
            date: get("date")?,
            person: get("person")?,
            nonce: get("nonce")?,
            matter,
        })
    }

    /// Whether two files say the same: their nonces, dates and persons may differ.
    pub fn agrees(&self, other: &Self) -> bool {
        (&self.number, &self.document, &self.matter) == (&other.number, &other.document, &other.matter)
    }
}

/// One line of text as a YAML scalar, quoted where it has to be.
fn scalar(text: &str) -> String {
    let plain = serde_yaml::to_string(one_line(text).as_str()).unwrap_or_default();
    plain.trim_end().to_owned()
}

/// Words that YAML takes for something else than text.
const TAKEN: [&str; 11] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"];

/// Whether a value is certainly written as it is, without quotes. What is not certain is left to the YAML parser.
fn is_plain(value: &str) -> bool {
    let is_letter = |character: char| character.is_ascii_alphabetic() || ('一'..='鿿').contains(&character);
    let is_fine = |character: char| {
        is_letter(character)
            || character.is_ascii_digit()
            || matches!(
                character,
                '/' | '.' | '_' | '-' | ' ' | '、' | '。' | '，' | '：' | '；' | '（' | '）'
            )
    };
    let is_taken = || TAKEN.iter().any(|word| word.eq_ignore_ascii_case(value));
    let is_line = || value.starts_with(is_letter) && !value.ends_with(' ') && !value.contains("  ");
    let is_text = is_line() && value.chars().all(is_fine) && !is_taken();
    let is_digest = || {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        // Numbers that YAML knows have no other letters than `b`, `e`, `o` and `x`.
        matches!(value.len(), 32 | 64) && value.bytes().all(is_hex) && value.contains(['a', 'c', 'd', 'f'])
    };
    let is_day = || {
        let fits =
            |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
        value.len() == 10 && value.bytes().enumerate().all(fits)
    };
    is_text || is_digest() || is_day()
}

/// Text of users as one line of what can be seen: a fact is a list of lines.
pub fn one_line(text: &str) -> String {
    let seen: String = text
        .chars()
        .map(|character| if character.is_whitespace() { ' ' } else { character })
        .filter(|character| !character.is_control() && !crate::text::is_unseen(*character))
        .collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::Sources;

    fn read(text: &str) -> Result<Fact, Flaw> {
        Fact::read(Sources::default().add("register/QD/x.yaml", text), text)
    }

    fn fact(person: &str, matter: Matter) -> Fact {
        Fact {
            number: "QD202605001".into(),
            document: "smart-park/survey".into(),
            date: "2026-05-15".into(),
            person: person.into(),
            nonce: "0123456789abcdef".into(),
            matter,
        }
    }

    #[test]
    fn a_file_that_was_touched_is_known() {
        let whole = fact("宋雨薇", Matter::Number { kind: "survey-plan".into(), formerly: None }).text();
        assert!(read(&whole).is_ok());
        assert_eq!(read(&whole[..whole.len() - 1]), Err(Flaw::Torn));
        assert_eq!(read(&whole[..40]), Err(Flaw::Torn));
        assert_eq!(read(&whole.replace("宋雨薇", "宋雨微")), Err(Flaw::Edited));
        assert_eq!(read(&format!("{whole}{whole}")), Err(Flaw::Edited));
        assert_eq!(read(&whole.replace('\n', "\r\n")), Err(Flaw::Torn));
        // A right checksum does not help what the tool would not have written.
        let again = |body: &str| format!("{body}checksum: {}\n", digest::of(body.as_bytes()));
        let (body, _) = whole.rsplit_once("checksum: ").expect("a checksum");
        assert!(read(&again(body)).is_ok());
        let (first, rest) = body.split_once('\n').expect("lines");
        for wrong in [
            format!("{body}note: something\n"),
            format!("{rest}{first}\n"),
            format!("{first}\n{body}"),
            body.replace('\n', "\r\n"),
            body.replace("宋雨薇", "\"宋雨薇\""),
            body.replace("宋雨薇", "宋雨薇 "),
            body.replace("number: ", "number:  "),
            format!("# {body}"),
        ] {
            assert_eq!(read(&again(&wrong)), Err(Flaw::Malformed), "{wrong}");
        }
        let body = "number: QD202605001\nnote: x\n";
        assert_eq!(read(&format!("{body}checksum: {}\n", digest::of(body.as_bytes()))), Err(Flaw::Malformed));
    }

    proptest! {
        #[test]
        fn what_is_read_fast_is_what_would_be_written(
            text in "[A-Za-z一-龥（][A-Za-z0-9/._\\- 一-龥、：]{0,12}", digest in "[0-9a-f]{32}", hard in "[0-9eb]{32}", day in "[0-9]{4}-[0-9]{2}-[0-9]{2}", word in "[A-Za-z]{1,5}"
        ) {
            for value in TAKEN.map(str::to_owned).into_iter().chain([text, digest, hard, day, word]) {
                prop_assert!(!is_plain(&value) || scalar(&value) == value, "{}", value);
            }
        }

        #[test]
        fn every_fact_comes_back(person in ".*", why in ".*", opinion in proptest::option::of(".+")) {
            let approval = Approval {
                version: Version::FIRST, step: "head".into(), round: 2, role: "x".into(),
                verdict: Verdict::Rejected, opinion: opinion.map(|text| one_line(&text)).filter(|text| !text.is_empty()), content: "0".repeat(64),
            };
            for matter in [Matter::Void { why: one_line(&why) }, Matter::Approval(approval)] {
                let fact = fact(&one_line(&person), matter);
                prop_assert_eq!(read(&fact.text()), Ok(fact));
            }
        }
    }
}
