//! What the process can tell of where it runs. The only reader of the environment.

use std::io::IsTerminal as _;

use crate::diagnostic::Lang;

/// Read once, at the start.
pub(super) struct Surroundings {
    /// The language of the locale, where it is one that the tool speaks.
    pub lang: Option<Lang>,
    /// Whether progress can be drawn.
    pub terminal: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Surroundings {
    pub(super) fn look() -> Self {
        // In the order that POSIX gives them.
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        let lang = match locale.as_deref() {
            Some(locale) if locale.starts_with("zh") => Some(Lang::Zh),
            Some(locale) if locale.starts_with("en") => Some(Lang::En),
            _ => None,
        };
        let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(120);
        Self { lang, terminal: std::io::stderr().is_terminal(), width }
    }
}
