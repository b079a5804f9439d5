//! What happens while migrations run.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use streamhouse::migrate::Progress;

/// What happens, line by line, with a bar on a terminal while the server rewrites rows.
pub(super) struct Shown {
    quiet: bool,
    bar: Option<ProgressBar>,
}

impl Shown {
    pub(super) fn new(quiet: bool) -> Self {
        Self { quiet, bar: None }
    }

    pub(super) fn show(&mut self, progress: &Progress) {
        if self.quiet {
            return;
        }
        if !matches!(progress, Progress::Mutation { .. }) {
            self.end();
        }
        match progress {
            Progress::Migration { name } => say!("{name}"),
            Progress::Statement { number, of, text } => {
                say!("  {number}/{of} {}", text.lines().next().unwrap_or_default());
            }
            Progress::Mutation { parts } if std::io::stderr().is_terminal() => {
                let bar = self.bar.get_or_insert_with(|| {
                    let style = ProgressStyle::with_template(
                        "      rewriting: {pos} of {len} parts {bar:30} {elapsed}",
                    );
                    ProgressBar::new(*parts)
                        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
                });
                let all = bar.length().unwrap_or(0).max(*parts);
                bar.set_length(all);
                bar.set_position(all - parts);
            }
            _ => {}
        }
    }

    pub(super) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
