//! Versions of documents: V1.0, V1.1, V2.0.

use std::fmt;
use std::str::FromStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
}

/// How far a document has come from one version to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Minor,
    Major,
}

impl Version {
    pub const FIRST: Self = Self { major: 1, minor: 0 };

    pub fn next(self, step: Step) -> Self {
        match step {
            Step::Minor => Self { major: self.major, minor: self.minor + 1 },
            Step::Major => Self { major: self.major + 1, minor: 0 },
        }
    }

    /// Whether one version can stand directly after another, or first.
    pub fn follows(self, before: Option<Self>) -> bool {
        match before {
            None => self == Self::FIRST,
            Some(before) => [Step::Minor, Step::Major].iter().any(|step| before.next(*step) == self),
        }
    }

    /// As a part of file names: `v1.0`.
    pub fn slug(self) -> String {
        format!("v{}.{}", self.major, self.minor)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "V{}.{}", self.major, self.minor)
    }
}

impl FromStr for Version {
    type Err = ();

    /// Reads exactly what is written: `V1.0`, not `v1.0` or `V01.0`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (major, minor) = text.strip_prefix('V').and_then(|rest| rest.split_once('.')).ok_or(())?;
        let version = Self { major: major.parse().map_err(drop)?, minor: minor.parse().map_err(drop)? };
        if version.to_string() == text && version.major > 0 { Ok(version) } else { Err(()) }
    }
}
