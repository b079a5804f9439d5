//! How the servers do: a line that is refreshed on a terminal, and a line for every change.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};
use streamhouse_stack::{Health, Stack};

/// How often they are asked.
pub(super) const INTERVAL: Duration = Duration::from_secs(1);

pub(super) struct Watch {
    line: ProgressBar,
    since: Instant,
    last: [Option<Health>; 2],
}

impl Watch {
    pub(super) fn new() -> Self {
        let line = ProgressBar::new_spinner();
        if std::io::stderr().is_terminal() {
            line.enable_steady_tick(Duration::from_millis(200));
        } else {
            line.set_draw_target(ProgressDrawTarget::hidden());
        }
        Self { line, since: Instant::now(), last: [None; 2] }
    }

    /// Asks both servers, and tells what has changed.
    pub(super) fn look(&mut self, stack: &mut Stack) {
        let mut asked = Instant::now();
        let redis = (stack.redis_health(), asked.elapsed());
        asked = Instant::now();
        let clickhouse = (stack.clickhouse_health(), asked.elapsed());
        let logs = stack.logs();
        for (place, name, health) in [(0, "redis", redis.0), (1, "clickhouse", clickhouse.0)] {
            let before = self.last[place].replace(health);
            let log = logs.iter().find(|(of, _)| *of == name).map(|(_, path)| path.display().to_string());
            let change = match (before, health) {
                (None, Health::Answers) => None,
                (before, health) if before == Some(health) => None,
                (_, Health::Answers) => Some(format!("{name} answers again")),
                (_, Health::Silent) => Some(format!("{name} does not answer")),
                (_, Health::Killed) => Some(format!("{name} was killed")),
                (_, Health::Ended(status)) => Some(format!(
                    "{name} has ended with {status} and is not started again; its log is {}; Ctrl-C ends the rest",
                    log.unwrap_or_default()
                )),
            };
            if let Some(change) = change {
                self.line.suspend(|| eprintln!("streamhouse: {change}"));
            }
        }
        let up = self.since.elapsed().as_secs();
        let up = format!("{}:{:02}:{:02}", up / 3600, up / 60 % 60, up % 60);
        self.line.set_message(format!("redis {} · clickhouse {} · {up}", shown(redis), shown(clickhouse)));
    }

    /// Takes the line away; whether a server ended by itself.
    pub(super) fn finish(self) -> bool {
        self.line.finish_and_clear();
        self.last.iter().any(|health| matches!(health, Some(Health::Ended(_))))
    }
}

fn shown((health, took): (Health, Duration)) -> String {
    match health {
        Health::Answers => format!("answers in {} ms", took.as_millis()),
        Health::Silent => "does not answer".into(),
        Health::Ended(status) => format!("has ended with {status}"),
        Health::Killed => "was killed".into(),
    }
}
