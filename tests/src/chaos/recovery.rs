//! How long the backlog stands still after a restart.

use std::time::{Duration, Instant};

use super::place::{Place, Seen};

/// When it is given up.
const LIMIT: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(5);

/// The times that were measured.
#[derive(Debug, Default)]
pub(super) struct Recoveries {
    pub(super) times: Vec<Recovery>,
}

/// How long the backlog stood still once.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Recovery {
    pub(super) took: Duration,
    /// After whose restart.
    pub(super) whose: &'static str,
    /// How long the machine kept the one who measures from looking: nobody's delay.
    held_up: Duration,
}

impl Recoveries {
    /// Waits until every partition of the stream that has entries now has finished a batch, or has no entries left; the time until
    /// the last one did is one measurement. Nothing is measured where nothing waits.
    pub(super) fn measure(&mut self, place: &mut Place, whose: &'static str) -> Result<(), String> {
        let start = Instant::now();
        let before = place.partitions()?;
        if before.iter().all(|partition| partition.waiting == 0) {
            return Ok(());
        }
        let mut held_up = Duration::ZERO;
        loop {
            let looking = Instant::now();
            let now = place.partitions()?;
            let drains = |(before, now): (&Seen, &Seen)| {
                before.waiting == 0 || now.waiting == 0 || now.read > before.read
            };
            if before.iter().zip(&now).all(drains) {
                self.times.push(Recovery { took: start.elapsed(), whose, held_up });
                return Ok(());
            }
            if start.elapsed() > LIMIT {
                return Err(format!(
                    "{LIMIT:?} after a restart the backlog stands still: {before:?}, {now:?}"
                ));
            }
            std::thread::sleep(LOOK);
            held_up += looking.elapsed().saturating_sub(2 * LOOK);
        }
    }

    pub(super) fn longest(&self) -> Recovery {
        self.times.iter().copied().max().unwrap_or_default()
    }

    /// The longest without what the machine took: each of some processes was held up as the one who measures was, and twice as long is
    /// allowed for that.
    pub(super) fn longest_own(&self) -> Duration {
        let own = |recovery: &Recovery| recovery.took.saturating_sub(2 * recovery.held_up);
        self.times.iter().map(own).max().unwrap_or_default()
    }
}
