//! A bar for work that takes a while: only on a terminal, and only from half a second on.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use cqdt::Lang;
use indicatif::{ProgressBar, ProgressStyle};

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// Told of the work done, it shows a bar once the work has lasted.
pub(crate) struct Progress {
    what: &'static str,
    started: Instant,
    on_terminal: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(crate) fn new(lang: Lang, vi: &'static str, en: &'static str) -> Self {
        Self {
            what: match lang {
                Lang::Vi => vi,
                Lang::En => en,
            },
            started: Instant::now(),
            on_terminal: std::io::stderr().is_terminal(),
            bar: None,
        }
    }

    pub(crate) fn at(&mut self, done: usize, all: usize) {
        if !self.on_terminal || self.started.elapsed() < PATIENCE {
            return;
        }
        let what = self.what;
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::new(all as u64);
            if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:40}] {pos}/{len}") {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_message(what);
            bar
        });
        bar.set_position(done as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
