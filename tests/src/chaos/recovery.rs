//! How long the backlog stands still after a restart.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::place::{Place, Seen};

/// When it is given up.
const LIMIT: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(5);

/// The times that were measured.
#[derive(Debug)]
pub(super) struct Recoveries {
    pub(super) times: Vec<Recovery>,
    disk: Disk,
}

/// A file on the disk of the servers, to see how long that takes: Redis waits for it before it answers anybody.
#[derive(Debug)]
struct Disk {
    file: File,
}

impl Disk {
    /// Writes a few bytes, and waits for them.
    fn wait(&mut self) -> Result<(), String> {
        let written = self.file.rewind().and_then(|()| self.file.write_all(&[0; 512]));
        written.and_then(|()| self.file.sync_data()).map_err(|error| format!("the disk: {error}"))
    }
}

/// How long the backlog stood still once.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Recovery {
    pub(super) took: Duration,
    /// Since 1970.
    from: Duration,
    /// After whose restart.
    pub(super) whose: &'static str,
    /// How long the machine let the one who measures wait for a processor and for the disk, without any of the servers: nobody's delay.
    held_up: Duration,
}

impl Recoveries {
    pub(super) fn new(folder: &Path) -> Result<Self, String> {
        let path = folder.join("disk");
        let file = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self { times: Vec::new(), disk: Disk { file } })
    }

    /// Waits until every partition of the stream that has entries now has finished a batch, or has no entries left; the time until
    /// the last one did is one measurement. Nothing is measured where nothing waits.
    pub(super) fn measure(&mut self, place: &mut Place, whose: &'static str) -> Result<(), String> {
        let (start, from) =
            (Instant::now(), SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default());
        let before = place.partitions()?;
        if before.iter().all(|partition| partition.waiting == 0) {
            return Ok(());
        }
        let mut held_up = Duration::ZERO;
        loop {
            let now = place.partitions()?;
            let drains = |(before, now): (&Seen, &Seen)| {
                before.waiting == 0 || now.waiting == 0 || now.read > before.read
            };
            if before.iter().zip(&now).all(drains) {
                self.times.push(Recovery { took: start.elapsed(), from, whose, held_up });
                return Ok(());
            }
            if start.elapsed() > LIMIT {
                return Err(format!(
                    "{LIMIT:?} after a restart the backlog stands still: {before:?}, {now:?}"
                ));
            }
            let looked = Instant::now();
            std::thread::sleep(LOOK);
            self.disk.wait()?;
            held_up += looked.elapsed().saturating_sub(2 * LOOK);
        }
    }

    pub(super) fn longest(&self) -> Recovery {
        self.times.iter().copied().max().unwrap_or_default()
    }

    pub(super) fn median(&self) -> Duration {
        let mut times: Vec<Duration> = self.times.iter().map(|recovery| recovery.took).collect();
        times.sort();
        times.get(times.len() / 2).copied().unwrap_or_default()
    }

    /// The longest without what the machine took.
    pub(super) fn longest_own(&self) -> Duration {
        self.times.iter().map(Recovery::own).max().unwrap_or_default()
    }

    /// How many took longer than that, without what the machine took.
    pub(super) fn above(&self, limit: Duration) -> u64 {
        self.times.iter().filter(|recovery| recovery.own() > limit).count() as u64
    }

    /// A line for each, by which the logs of workers and servers can be found.
    pub(super) fn write(&self, path: &Path) -> Result<(), String> {
        let mut text = "from\tseconds\town_seconds\twhose\n".to_string();
        for recovery in &self.times {
            let (from, took) = (recovery.from.as_secs_f64(), recovery.took.as_secs_f64());
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "{from:.3}\t{took:.3}\t{:.3}\t{}",
                recovery.own().as_secs_f64(),
                recovery.whose
            );
        }
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
    }
}

impl Recovery {
    /// Without what the machine took: each of some processes was held up as the one who measures was, and twice as long is allowed for
    /// that.
    fn own(&self) -> Duration {
        self.took.saturating_sub(2 * self.held_up)
    }
}
