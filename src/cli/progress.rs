//! Tells how far a build is: a spinner on a terminal, plain lines elsewhere, nothing when asked to be quiet.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::{show, words};
use crate::diagnostic::Lang;
use crate::package::Progress;

pub(super) struct Teller {
    lang: Lang,
    quiet: bool,
    bar: Option<ProgressBar>,
}

impl Teller {
    pub(super) fn new(lang: Lang, quiet: bool, terminal: bool) -> Self {
        let bar = (terminal && !quiet).then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Self { lang, quiet, bar }
    }

    /// That everything is set once more, to prove something of it.
    pub(super) fn proving(&self) {
        let line = words::proving(self.lang);
        match &self.bar {
            Some(bar) => bar.set_message(line),
            None if self.quiet => (),
            None => show::tell(line),
        }
    }

    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Teller {
    fn begin(&self, name: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(show::harmless(&words::setting(name, self.lang)));
        }
    }

    fn done(&self, name: &str, pages: usize) {
        let line = words::set(name, pages, self.lang);
        match &self.bar {
            Some(bar) => bar.println(show::harmless(&line)),
            None if self.quiet => (),
            None => show::tell(&line),
        }
    }
}
