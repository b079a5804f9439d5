//! What becomes of one insert: a state machine without I/O.
//!
//! An insert that was accepted at the first attempt is done. One that somebody else has begun, or that was begun long
//! ago, is counted first: the table may no longer know its token. Where the table feeds views and does know it, it is repeated all the
//! same, for the views may lack what the table has. One whose fate was ever unknown is repeated under the
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
    /// Nothing of it is there, and it will not go in as it is.
    Refused,
    /// Nothing: the rows are there.
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
        if self.done {
            Next::Done
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
mod tests {
    use super::*;

    fn insert(number: u32, except: &[&str]) -> Next {
        Next::Insert { number, except: except.iter().map(ToString::to_string).collect() }
    }

    /// Records where that is asked for, and gives what comes then.
    fn recorded(attempts: &mut Attempts, number: u32) -> Next {
        assert_eq!(attempts.next(), Next::Record { number });
        attempts.on_recorded();
        attempts.next()
    }

    fn attempts(rows: u64, countable: bool, recorded: u32, begun: bool) -> Attempts {
        Attempts::new(rows, countable, recorded, begun, Instant::now())
    }

    fn found(partitions: &[(&str, u64)]) -> Vec<(String, u64)> {
        partitions.iter().map(|(partition, rows)| (partition.to_string(), *rows)).collect()
    }

    #[test]
    fn after_a_migration_what_may_be_there_is_counted_anew() {
        let mut attempts = attempts(10, true, 0, false);
        assert!(!attempts.on_route("0"));
        assert!(attempts.on_route("1"));
        assert_eq!(attempts.next(), insert(0, &[]), "nothing was sent yet");
        attempts.on_unknown();
        attempts.on_accepted();
        attempts.on_counted(found(&[("1", 4)]));
        attempts.on_recorded();
        assert_eq!(attempts.next(), insert(1, &["1"]));
        // The partitions are others now.
        assert!(!attempts.on_route("1"));
        assert!(attempts.on_route("2"));
        assert_eq!(attempts.next(), Next::Count);
        attempts.on_counted(found(&[("a", 4)]));
        assert_eq!(attempts.next(), insert(1, &["a"]));
    }

    #[test]
    fn views_get_what_they_may_lack_while_the_table_remembers_it() {
        for present in [&[("a", 4)][..], &[("a", 4), ("b", 6)]] {
            let mut attempts = attempts(10, true, 0, true);
            assert!(attempts.asks_for_views());
            attempts.on_remembered();
            attempts.on_counted(found(present));
            assert_eq!(attempts.next(), insert(0, &[]), "whole, whatever is there");
            attempts.on_accepted();
            assert_eq!(attempts.next(), Next::Count);
            assert!(!attempts.asks_for_views());
            attempts.on_counted(found(&[("a", 4), ("b", 6)]));
            assert_eq!(attempts.next(), Next::Done);
        }
    }

    #[test]
    fn what_is_accepted_at_once_is_done() {
        let mut attempts = attempts(10, true, 0, false);
        assert_eq!(attempts.next(), insert(0, &[]));
        attempts.on_accepted();
        assert_eq!(attempts.next(), Next::Done);
    }

    #[test]
    fn what_was_in_doubt_is_counted() {
        for begun in [false, true] {
            let mut attempts = attempts(10, true, 0, begun);
            if begun {
                assert_eq!(attempts.next(), Next::Count, "its token may be forgotten");
                attempts.on_counted(Vec::new());
            } else {
                attempts.on_unknown();
            }
            assert_eq!(attempts.next(), insert(0, &[]), "first under the same token");
            attempts.on_accepted();
            assert_eq!(attempts.next(), Next::Count);
            assert_eq!(attempts.on_counted(found(&[("a", 4), ("b", 6)])), 0);
            assert_eq!(attempts.next(), Next::Done);
        }
    }

    #[test]
    fn only_partitions_that_are_not_there_go_in_again() {
        let mut attempts = attempts(10, true, 0, false);
        attempts.on_unknown();
        attempts.on_accepted();
        assert_eq!(attempts.on_counted(found(&[("b", 6)])), 4);
        assert_eq!(recorded(&mut attempts, 1), insert(1, &["b"]));
        attempts.on_unknown();
        attempts.on_accepted();
        assert_eq!(attempts.next(), Next::Count, "the second token may have been lost as well");
        assert_eq!(attempts.on_counted(found(&[("b", 6)])), 4);
        assert_eq!(recorded(&mut attempts, 2), insert(2, &["b"]));
        attempts.on_accepted();
        assert_eq!(attempts.next(), Next::Done);
    }

    #[test]
    fn tokens_that_another_worker_may_have_used_are_in_doubt() {
        let mut attempts = attempts(10, true, 1, true);
        attempts.on_counted(Vec::new());
        attempts.on_accepted();
        attempts.on_counted(Vec::new());
        // The dead worker had recorded this token, and may have lost its rows like those of the first.
        assert_eq!(attempts.next(), insert(1, &[]));
        attempts.on_accepted();
        assert_eq!(attempts.next(), Next::Count);
        attempts.on_counted(Vec::new());
        // It may have recorded the next one too, and Redis have lost that.
        assert_eq!(recorded(&mut attempts, 2), insert(2, &[]));
        attempts.on_accepted();
        assert_eq!(attempts.next(), Next::Count);
        attempts.on_counted(Vec::new());
        assert_eq!(recorded(&mut attempts, 3), insert(3, &[]));
        attempts.on_accepted();
        assert_eq!(attempts.next(), Next::Done);
    }

    #[test]
    fn what_a_ttl_has_taken_is_not_waited_for() {
        let mut attempts = attempts(10, true, 0, false);
        attempts.on_unknown();
        attempts.on_accepted();
        assert_eq!(attempts.on_counted(found(&[("a", 3), ("b", 6)])), 1);
        // Nothing is left to insert, and that is accepted.
        assert_eq!(recorded(&mut attempts, 1), insert(1, &["a", "b"]));
        attempts.on_accepted();
        assert_eq!(attempts.next(), Next::Done);
    }

    #[test]
    fn what_cannot_be_counted_rests_on_its_token() {
        let mut attempts = attempts(10, false, 0, true);
        attempts.on_unknown();
        attempts.on_accepted();
        assert_eq!(attempts.next(), Next::Done);
    }

    #[test]
    fn what_was_refused_is_divided_only_where_nothing_of_it_is_there() {
        let mut first = attempts(10, true, 0, false);
        first.on_refused();
        assert_eq!(first.next(), Next::Verify);
        assert!(first.on_verified(0));
        assert_eq!(first.next(), Next::Refused);
        // At least once is all that is asked for, and its rows cannot be told from others.
        let mut unmarked = attempts(10, false, 0, false);
        unmarked.on_refused();
        assert_eq!(unmarked.next(), Next::Refused);
    }

    #[test]
    fn what_is_there_and_was_refused_is_repeated_until_it_is_accepted() {
        let mut first = attempts(10, true, 0, false);
        first.on_refused();
        assert!(!first.on_verified(10));
        assert_eq!(first.next(), insert(0, &[]), "under the same token, so that only views see it again");
        first.on_failed(Instant::now() + 2 * STALE);
        assert_eq!(first.next(), insert(0, &[]), "its rows say nothing of the views");
        first.on_accepted();
        assert_eq!(first.next(), Next::Count);
        first.on_counted(found(&[("a", 10)]));
        assert_eq!(first.next(), Next::Done);
        // Whoever takes it over is told.
        let mut taken_over = attempts(10, true, 0, true);
        taken_over.on_unserved();
        assert_eq!(taken_over.next(), insert(0, &[]));
    }

    #[test]
    fn what_somebody_else_has_finished_is_not_sent_again() {
        let mut attempts = attempts(10, true, 0, true);
        assert_eq!(attempts.next(), Next::Count);
        assert_eq!(attempts.on_counted(found(&[("a", 4), ("b", 6)])), 0);
        assert_eq!(attempts.next(), Next::Done);
    }

    #[test]
    fn what_somebody_else_is_writing_is_left_out_under_the_same_token() {
        let mut attempts = attempts(10, true, 0, true);
        assert_eq!(attempts.on_counted(found(&[("a", 4)])), 0);
        assert_eq!(attempts.next(), insert(0, &["a"]));
        attempts.on_accepted();
        assert_eq!(attempts.next(), Next::Count);
        assert_eq!(attempts.on_counted(found(&[("a", 4), ("b", 6)])), 0);
        assert_eq!(attempts.next(), Next::Done);
    }

    #[test]
    fn after_a_long_time_the_rows_are_counted_before_the_next_attempt() {
        let mut attempts = attempts(10, true, 0, false);
        let later = |minutes: u64| Instant::now() + Duration::from_secs(61 * minutes);
        attempts.on_failed(later(1));
        assert_eq!(attempts.next(), insert(0, &[]), "nothing was sent");
        attempts.on_unknown();
        attempts.on_failed(later(1));
        assert_eq!(attempts.next(), insert(0, &[]), "its token is known");
        attempts.on_failed(later(2));
        assert_eq!(attempts.next(), Next::Count);
        attempts.on_counted(Vec::new());
        assert_eq!(attempts.next(), insert(0, &[]));
    }
}
