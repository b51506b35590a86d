//! Owns hashes: SHA-256 over named parts, with boundaries, so that `("ab", "c")` never equals `("a", "bc")`.

use sha2::{Digest as _, Sha256};

/// SHA-256 of some bytes, in lower-case hexadecimal.
pub fn of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// A digest of named parts; the order of the parts counts.
#[derive(Clone, Default)]
pub struct Parts(Sha256);

impl Parts {
    /// `purpose` keeps digests of different things apart; change it when the meaning of the parts changes.
    pub fn new(purpose: &str) -> Self {
        let mut parts = Self::default();
        parts.add("purpose", purpose.as_bytes());
        parts
    }

    pub fn add(&mut self, name: &str, content: &[u8]) {
        for part in [name.as_bytes(), content] {
            self.0.update((part.len() as u64).to_be_bytes());
            self.0.update(part);
        }
    }

    /// The same with one part more.
    pub fn with(mut self, name: &str, content: &[u8]) -> Self {
        self.add(name, content);
        self
    }

    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// The digest of bytes that come piece by piece: equal to that of all of them at once.
#[derive(Clone, Default)]
pub struct Running(Sha256);

impl Running {
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).expect("half a byte is a digit");
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_boundaries() {
        let digest = |parts: &[(&str, &str)]| {
            let mut all = Parts::new("test 1");
            parts.iter().for_each(|(name, content)| all.add(name, content.as_bytes()));
            all.finish()
        };
        assert_ne!(digest(&[("a", "bc")]), digest(&[("ab", "c")]));
        assert_ne!(digest(&[("a", "b"), ("c", "d")]), digest(&[("a", "bcd")]));
        assert_eq!(of(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}
