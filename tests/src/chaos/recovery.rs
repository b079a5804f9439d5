//! How long the backlog stands still after a restart.

use std::time::{Duration, Instant};

use super::place::{Place, Seen};

/// When it is given up.
const LIMIT: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(5);

/// The times that were measured, and after whose restart.
#[derive(Debug, Default)]
pub(super) struct Recoveries {
    pub(super) times: Vec<(Duration, &'static str)>,
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
        loop {
            let now = place.partitions()?;
            let drains = |(before, now): (&Seen, &Seen)| {
                before.waiting == 0 || now.waiting == 0 || now.read > before.read
            };
            if before.iter().zip(&now).all(drains) {
                self.times.push((start.elapsed(), whose));
                return Ok(());
            }
            if start.elapsed() > LIMIT {
                return Err(format!(
                    "{LIMIT:?} after a restart the backlog stands still: {before:?}, {now:?}"
                ));
            }
            std::thread::sleep(LOOK);
        }
    }

    pub(super) fn longest(&self) -> (Duration, &'static str) {
        self.times.iter().copied().max().unwrap_or_default()
    }
}
