//! What becomes of one insert: a state machine without I/O.
//!
//! An insert that was accepted at the first attempt is done. One that somebody else has begun, or that was begun long
//! ago, is counted first: the table may no longer know its token. Where the table feeds views and does know it, it is repeated all the
//! same, for the views may lack what the table has; not where their targets say that they have it. One whose fate was ever unknown is repeated under the
//! same token until it is accepted, and then its rows are counted: ClickHouse takes a token for known from before the part
//! is in its place, so a kill in between makes it accept an insert without the rows (`docs/format.md`). What is missing
//! goes in under the next token, restricted to the partitions that are not there; a part is there whole or not at all.
//! The next token is recorded before it is used, so whoever takes over knows which ones may have been.
//!
//! One that was refused for a value in it is counted too, while nothing of its query id runs: where none of its rows is there, it may
//! be divided. Where they are there, it is what hangs on the table that refuses them, and it is repeated until that does not.

use std::time::{Duration, Instant};

/// After how long without success the table may have forgotten a token: it remembers the last 10,000 inserts of all workers.
const STALE: Duration = Duration::from_secs(60);

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next {
    /// Record that the token of this number will be used.
    Record { number: u32 },
    /// Insert, under the token of this number, what does not belong to these partitions.
    Insert { number: u32, except: Vec<String> },
    /// Count the rows of the insert by partition.
    Count,
    /// Count them while no insert of its query id runs.
    Verify,
    /// Look whether views lack what the table has.
    Serve,
    /// Nothing of it is there, and it will not go in as it is.
    Refused,
    /// Nothing: the rows are there, and views have them.
    Done,
}

/// One insert on its way.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone, Hash))]
pub(crate) struct Attempts {
    rows: u64,
    /// Its rows can be told from others.
    countable: bool,
    /// Tokens up to this number may have been used by others: those that are recorded, and one whose record Redis may have lost.
    used: Option<u32>,
    /// Tokens up to this number may be used.
    recorded: u32,
    number: u32,
    /// Partitions that are there already.
    except: Vec<String>,
    /// The present token was used, and nobody knows what became of it.
    doubtful: bool,
    accepted: bool,
    /// The rows may be there, and the table may have forgotten their token.
    stale: bool,
    /// The table remembers them after all, and feeds views that may lack them.
    remembered: bool,
    refusal: Refusal,
    /// The rows were there, and yet it was refused: only that it is accepted ends it.
    unserved: bool,
    done: bool,
    /// Nothing is left to do for views.
    served: bool,
    /// When it began, or last was found to be stale.
    since: Instant,
    /// Of the table that it goes into, once it is known.
    generation: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Refusal {
    None,
    /// What is there is not known.
    Answered,
    /// Nothing is there.
    Verified,
}

impl Attempts {
    /// An insert of so many rows, for which tokens up to `recorded` may be used, and were where somebody has `begun` it
    /// before.
    pub(crate) fn new(rows: u64, countable: bool, recorded: u32, begun: bool, now: Instant) -> Self {
        Self {
            rows,
            countable,
            used: begun.then_some(recorded.saturating_add(1)),
            recorded,
            number: 0,
            except: Vec::new(),
            doubtful: begun,
            accepted: false,
            stale: begun && countable,
            remembered: false,
            refusal: Refusal::None,
            unserved: false,
            done: false,
            served: false,
            since: now,
            generation: None,
        }
    }

    /// It is known that its rows are there, and that what hangs on the table has refused them.
    pub(crate) fn on_unserved(&mut self) {
        (self.unserved, self.doubtful, self.stale) = (true, true, false);
        self.refusal = Refusal::None;
    }

    /// What to do next.
    pub(crate) fn next(&self) -> Next {
        if self.done && (self.served || !self.is_interrupted()) {
            Next::Done
        } else if self.done {
            Next::Serve
        } else if self.refusal == Refusal::Verified {
            Next::Refused
        } else if self.refusal == Refusal::Answered {
            Next::Verify
        } else if self.accepted || self.stale {
            Next::Count
        } else if self.number > self.recorded {
            Next::Record { number: self.number }
        } else {
            Next::Insert { number: self.number, except: self.except.clone() }
        }
    }

    /// The present token is recorded.
    pub(crate) fn on_recorded(&mut self) {
        self.recorded = self.recorded.max(self.number);
    }

    /// ClickHouse has accepted the insert. It does not do so while another of the same query id runs.
    pub(crate) fn on_accepted(&mut self) {
        self.accepted = true;
        self.done = !self.doubtful || !self.countable;
    }

    /// Whether it may have ended in the middle, once: then views are looked at once it is there.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.countable && (self.doubtful || self.number > 0)
    }

    /// Views have what the table has.
    pub(crate) fn on_served(&mut self) {
        self.served = true;
    }

    /// The insert was sent, and nobody knows what became of it.
    pub(crate) fn on_unknown(&mut self) {
        self.doubtful = true;
    }

    /// ClickHouse has refused the insert for a value in it. It had accepted the query, so no other of its id runs.
    pub(crate) fn on_refused(&mut self) {
        self.refusal = if self.countable { Refusal::Answered } else { Refusal::Verified };
    }

    /// How many rows are there of an insert that was refused; says whether it was none.
    pub(crate) fn on_verified(&mut self, found: u64) -> bool {
        if found > 0 {
            self.on_unserved();
        } else {
            self.refusal = Refusal::Verified;
        }
        found == 0
    }

    /// Something went wrong, now. Where much time has passed since it was sent, other inserts may have pushed its token out of
    /// the table's memory.
    pub(crate) fn on_failed(&mut self, now: Instant) {
        if now.duration_since(self.since) > STALE {
            self.stale = self.doubtful && !self.accepted && self.countable && !self.unserved;
            self.since = now;
        }
    }

    /// The insert goes into the table of this generation. After a migration it may be another table, which knows no token of the
    /// one before and has other partitions; whether it may be.
    pub(crate) fn on_route(&mut self, generation: &str) -> bool {
        let moved = self.generation.as_deref().is_some_and(|before| before != generation);
        if moved || self.generation.is_none() {
            self.generation = Some(generation.to_string());
        }
        if moved {
            self.stale = (self.doubtful || !self.except.is_empty()) && !self.accepted && self.countable;
        }
        moved
    }

    /// Whether it matters, before the next count, that views may lack what the table has.
    pub(crate) fn asks_for_views(&self) -> bool {
        self.stale && !self.accepted && self.number == 0
    }

    /// Whether views are looked at next where the next count finds all rows.
    pub(crate) fn is_served_next(&self) -> bool {
        self.asks_for_views() || self.accepted && self.is_interrupted()
    }

    /// The table feeds views, and certainly remembers the insert where it was made. What feeds them is the insert as it was first
    /// sent, so that is repeated whole, whatever of it the table has: each partition and each view takes it once.
    pub(crate) fn on_remembered(&mut self) {
        self.remembered = true;
    }

    /// Rows of the insert in each partition that has some; gives how many are missing.
    ///
    /// Fewer rows than were sent in a partition that is there are not missing: a TTL or a deletion has taken them.
    pub(crate) fn on_counted(&mut self, present: Vec<(String, u64)>) -> u64 {
        let found: u64 = present.iter().map(|(_, rows)| rows).sum();
        if std::mem::take(&mut self.remembered) && self.asks_for_views() {
            self.stale = false;
            self.except = Vec::new();
            return 0;
        }
        if found >= self.rows {
            self.done = true;
            return 0;
        }
        if std::mem::take(&mut self.stale) && !self.accepted {
            // It may still be running: the next insert of its query id waits for its end, and what it writes until then
            // is recognised by the token.
            self.except = present.into_iter().map(|(partition, _)| partition).collect();
            return 0;
        }
        self.number += 1;
        self.except = present.into_iter().map(|(partition, _)| partition).collect();
        self.doubtful = self.used.is_some_and(|used| self.number <= used);
        self.accepted = false;
        self.rows - found
    }
}

#[cfg(test)]
mod tests;
