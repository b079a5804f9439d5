//! What happens while migrations run.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use streamhouse::migrate::{CopyProgress, Progress};

/// Between two lines for machines about the same partition.
const PAUSE: Duration = Duration::from_secs(1);

/// What happens, line by line, with a bar on a terminal while the server rewrites or copies rows. For machines copies are told on
/// stderr, a JSON object a line, and once more in the answer.
pub(super) struct Shown {
    json: bool,
    bar: Option<ProgressBar>,
    /// What was copied, the latest of each table, and when the last of it was told.
    copies: Vec<(CopyProgress, Instant)>,
}

impl Shown {
    pub(super) fn new(json: bool) -> Self {
        Self { json, bar: None, copies: Vec::new() }
    }

    pub(super) fn show(&mut self, progress: &Progress) {
        if let Progress::Copy(at) = progress {
            return self.copy(at);
        }
        if self.json {
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
                let style = "      rewriting: {pos} of {len} parts {bar:30} {elapsed}";
                let bar = self.bar.get_or_insert_with(|| bar(*parts, style));
                let all = bar.length().unwrap_or(0).max(*parts);
                bar.set_length(all);
                bar.set_position(all - parts);
            }
            _ => {}
        }
    }

    fn copy(&mut self, at: &CopyProgress) {
        let known = self.copies.iter().rposition(|(known, _)| known.table == at.table);
        let is_new = known.is_none_or(|known| self.copies[known].0.partitions != at.partitions);
        let is_told = is_new || known.is_none_or(|known| self.copies[known].1.elapsed() >= PAUSE);
        let told = known.filter(|_| !is_told).map_or_else(Instant::now, |known| self.copies[known].1);
        match known {
            Some(known) => self.copies[known] = (at.clone(), told),
            None => self.copies.push((at.clone(), told)),
        }
        if self.json {
            if is_told {
                eprintln!("{}", json!({ "copying": numbers(at) }));
            }
            return;
        }
        let done = format!(
            "{} of {} partitions, {} of {}",
            at.partitions,
            at.of_partitions,
            HumanBytes(at.bytes),
            HumanBytes(at.of_bytes)
        );
        if std::io::stderr().is_terminal() {
            let style = "      copying: {pos} of {len} rows {bar:30} {msg} {elapsed}";
            let bar = self.bar.get_or_insert_with(|| bar(at.of_rows, style));
            bar.set_position(at.rows);
            bar.set_message(done);
        } else if is_new {
            say!("      copied {} of {} rows, {done}", at.rows, at.of_rows);
        }
    }

    /// What was copied, for machines.
    pub(super) fn copied(&self) -> Vec<Value> {
        self.copies.iter().map(|(at, _)| numbers(at)).collect()
    }

    pub(super) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn bar(length: u64, style: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style)
}

fn numbers(at: &CopyProgress) -> Value {
    json!({
        "table": at.table,
        "partition": at.partition,
        "partitions": at.partitions,
        "of_partitions": at.of_partitions,
        "rows": at.rows,
        "of_rows": at.of_rows,
        "bytes": at.bytes,
        "of_bytes": at.of_bytes,
    })
}
