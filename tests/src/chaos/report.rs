//! What came of it.

use std::collections::BTreeMap;

use serde::Serialize;

/// Bytes that Redis may use more at the end: each life of a producer leaves a record for a day.
const MEMORY: u64 = 4 << 20;

/// The numbers of a run, in the order in which they are printed.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Events that Redis had confirmed to a producer.
    pub confirmed: u64,
    /// Rows of confirmed events.
    pub rows: u64,
    /// Their ids.
    pub distinct: u64,
    /// Confirmed events without a row.
    pub lost: u64,
    /// Rows beyond the first of their id, of whatever event.
    pub duplicated: u64,
    /// Processes killed with SIGKILL.
    pub kills: u64,
    /// Faults of the network.
    pub faults: u64,
    /// Stream entries and batch records left in Redis.
    pub pending: u64,
    /// Partitions that somebody still holds after all workers ended.
    pub leases: u64,
    /// From the start of the servers to the end of the reckoning.
    pub seconds: f64,
    /// Events that a producer was sending when it was killed: each is there once or not at all.
    pub unconfirmed: u64,
    /// Rows of those.
    pub unconfirmed_rows: u64,
    /// Rows of events that nobody sent.
    pub foreign: u64,
    /// Rows with other values than were sent.
    pub wrong: u64,
    /// Keys whose number or sum is not that of what was confirmed.
    pub keys_differ: u64,
    /// Keys of which the view says something else than the table.
    pub view_differs: u64,
    /// Rows that the view counts too little, over those keys.
    pub view_missing: u64,
    /// Rows that the view counts too much.
    pub view_doubled: u64,
    /// Entries that were set aside.
    pub dead: u64,
    /// Processes that were stopped for a while.
    pub stops: u64,
    /// Kills by what was killed.
    pub killed: BTreeMap<&'static str, u64>,
    /// Kills at a named step, by the step.
    pub steps: BTreeMap<&'static str, u64>,
    /// Faults by kind.
    pub broken: BTreeMap<&'static str, u64>,
    /// Restarts after which it was measured how long the backlog stood still.
    pub recoveries: u64,
    /// How long it stood still in the median.
    pub recovery_median_seconds: f64,
    /// The longest that it stood still.
    pub recovery_seconds: f64,
    /// The longest without what the machine took of it.
    pub recovery_own_seconds: f64,
    /// What is promised: lease + 2 s, and two waits for the disk where that is waited for.
    pub recovery_limit: f64,
    /// After how many it stood still for longer than that.
    pub recoveries_late: u64,
    /// After whose restart it stood still the longest.
    pub slowest: String,
    /// Bytes that Redis used before the first event.
    pub memory_before: u64,
    /// The most that were seen.
    pub memory_peak: u64,
    /// At the end.
    pub memory_after: u64,
    /// The server and its version.
    pub redis: String,
    /// What producers and workers wait for: its reply, or the disk.
    pub durability: &'static str,
    /// What the plan followed from.
    pub seed: u64,
}

impl Report {
    /// What is not as it was promised; nothing where all is right.
    pub fn wrongs(&self) -> Vec<String> {
        let mut wrongs = Vec::new();
        let mut nothing = |what: &str, count: u64| {
            if count > 0 {
                wrongs.push(format!("{what}: {count}"));
            }
        };
        nothing("confirmed events that are lost", self.lost);
        nothing("rows that are there more than once", self.duplicated);
        nothing("rows that nobody sent", self.foreign);
        nothing("rows with other values", self.wrong);
        nothing("keys with other sums than what was confirmed", self.keys_differ);
        nothing("rows that the view counts more than once", self.view_doubled);
        nothing("rows that the view lacks", self.view_missing);
        nothing("keys of which the view says something else", self.view_differs);
        nothing("rows of confirmed events beyond those", self.rows.abs_diff(self.confirmed));
        nothing(
            "unconfirmed events that are there more than once",
            self.unconfirmed_rows.saturating_sub(self.unconfirmed),
        );
        nothing("entries and batch records left in Redis", self.pending);
        nothing("leases left in Redis", self.leases);
        nothing("entries set aside", self.dead);
        nothing(
            "bytes of Redis' memory that did not come back",
            self.memory_after.saturating_sub(self.memory_before + MEMORY),
        );
        wrongs
    }

    /// Whether the backlog stood still for longer than is promised. What the machine did not let the measuring process itself do is nobody's
    /// delay.
    pub fn late(&self) -> Option<String> {
        (self.recovery_own_seconds > self.recovery_limit).then(|| {
            format!(
                "the backlog stood still for {:.2} s of its own after a restart",
                self.recovery_own_seconds
            )
        })
    }
}
