//! The circuit breaker before ClickHouse, shared by the partitions of a worker: a state machine without I/O.
//!
//! Many partitions that try again and again keep a server down that has too much to do. So after some failures in turn nobody asks
//! it for a while; then one insert is let through, and what becomes of it decides for all. A server that was away is asked for a sign
//! of life instead: all go on at once where it gives one, until something is done or the next failure opens it again.

use std::time::{Duration, Instant};

use crate::reactions::Reaction;

/// Failures in turn that open it.
const FAILURES: u32 = 5;
/// The first wait.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest where ClickHouse has too much to do, where it answers and inserts do not reach it, and where it does not answer: then
/// events flow again soon after it is back.
const LONGEST_BUSY: Duration = Duration::from_secs(30);
const LONGEST_LOST: Duration = Duration::from_secs(2);
const LONGEST_AWAY: Duration = Duration::from_millis(500);
/// After how long a trial of which nothing was heard is taken for lost, for its partition may be.
const TRIAL: Duration = Duration::from_secs(30);
/// How soon to ask again while a trial runs.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// Whether a worker inserts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum BreakerState {
    /// It does.
    #[default]
    Closed,
    /// ClickHouse has failed several times in turn: nobody asks it until some time has passed.
    Open,
    /// It is tried whether it works again: by one insert, or by all once a server that was away has given a sign of life.
    HalfOpen,
}

/// The machine.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Breaker {
    Closed {
        failures: u32,
    },
    Open {
        until: Instant,
        wait: Duration,
        away: bool,
    },
    HalfOpen {
        since: Instant,
        wait: Duration,
        away: bool,
    },
    /// It has given a sign of life.
    Alive {
        wait: Duration,
    },
}

/// By what it is tried whether ClickHouse works again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trial {
    /// That it answers.
    Life,
    /// That it takes an insert.
    Insert,
}

impl Default for Breaker {
    fn default() -> Self {
        Breaker::Closed { failures: 0 }
    }
}

impl Breaker {
    pub(crate) fn state(&self) -> BreakerState {
        match self {
            Breaker::Closed { .. } => BreakerState::Closed,
            Breaker::Open { .. } => BreakerState::Open,
            Breaker::HalfOpen { .. } | Breaker::Alive { .. } => BreakerState::HalfOpen,
        }
    }

    /// The trial that runs.
    pub(crate) fn trial(&self) -> Option<Trial> {
        match self {
            Breaker::HalfOpen { away: true, .. } => Some(Trial::Life),
            Breaker::HalfOpen { away: false, .. } => Some(Trial::Insert),
            Breaker::Closed { .. } | Breaker::Open { .. } | Breaker::Alive { .. } => None,
        }
    }

    /// Whether ClickHouse may be asked now, or how long to wait before this question is put again.
    pub(crate) fn ask(&mut self, now: Instant) -> Result<(), Duration> {
        match *self {
            Breaker::Closed { .. } | Breaker::Alive { .. } => Ok(()),
            Breaker::Open { until, .. } if now < until => Err(until - now),
            Breaker::HalfOpen { since, .. } if now.duration_since(since) < TRIAL => Err(ASK_AGAIN),
            Breaker::Open { wait, away, .. } | Breaker::HalfOpen { wait, away, .. } => {
                *self = Breaker::HalfOpen { since: now, wait, away };
                Ok(())
            }
        }
    }

    /// It has given a sign of life, which does not say that it takes inserts.
    pub(crate) fn on_life(&mut self) {
        if let Breaker::HalfOpen { wait, .. } = *self {
            *self = Breaker::Alive { wait };
        }
    }

    /// ClickHouse has done what it was asked, or has refused it: it works.
    pub(crate) fn on_answer(&mut self) {
        *self = Breaker::default();
    }

    /// Whoever was to ask it has not, for a reason of its own.
    pub(crate) fn on_abandoned(&mut self, now: Instant) {
        if let Breaker::HalfOpen { wait, away, .. } = *self {
            *self = Breaker::Open { until: now, wait, away };
        }
    }

    /// It has failed, in a way that asks for this reaction, or is `away`.
    pub(crate) fn on_failure(&mut self, now: Instant, reaction: Reaction, away: bool) {
        let longest = match reaction {
            Reaction::Retry => LONGEST_BUSY,
            Reaction::Wait => LONGEST_LOST,
            Reaction::Split | Reaction::Park | Reaction::Stop => return self.on_answer(),
        };
        let open = |wait: Duration| Breaker::Open { until: now + wait, wait, away };
        *self = match *self {
            Breaker::Closed { failures } if failures + 1 < FAILURES => {
                Breaker::Closed { failures: failures + 1 }
            }
            Breaker::Closed { .. } => open(FIRST_WAIT),
            Breaker::HalfOpen { wait, away: true, .. } if away => open((2 * wait).min(LONGEST_AWAY)),
            Breaker::HalfOpen { wait, .. } | Breaker::Alive { wait } => open((2 * wait).min(longest)),
            // Of one that was asked before it opened.
            open @ Breaker::Open { .. } => open,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// It has too much to do; it answers and takes nothing; it does not answer.
    const BUSY: (Reaction, bool) = (Reaction::Retry, false);
    const LOST: (Reaction, bool) = (Reaction::Wait, false);
    const AWAY: (Reaction, bool) = (Reaction::Wait, true);

    fn fail(breaker: &mut Breaker, now: Instant, (reaction, away): (Reaction, bool)) {
        breaker.on_failure(now, reaction, away);
    }

    fn opened(now: Instant, how: (Reaction, bool)) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..FAILURES {
            assert_eq!(breaker.ask(now), Ok(()));
            fail(&mut breaker, now, how);
        }
        assert_eq!(breaker.state(), BreakerState::Open);
        breaker
    }

    #[test]
    fn failures_in_turn_open_it_and_others_do_not() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..20 {
            for _ in 1..FAILURES {
                fail(&mut breaker, now, BUSY);
            }
            assert_eq!(breaker.state(), BreakerState::Closed);
            breaker.on_answer();
        }
        for _ in 0..20 {
            fail(&mut breaker, now, (Reaction::Stop, false));
            fail(&mut breaker, now, (Reaction::Split, false));
        }
        assert_eq!(breaker.state(), BreakerState::Closed);
        assert_eq!(opened(now, LOST).ask(now), Err(FIRST_WAIT));
    }

    #[test]
    fn one_at_a_time_tries_whether_it_works_again() {
        for how in [BUSY, LOST] {
            let now = Instant::now();
            let mut breaker = opened(now, how);
            let later = now + FIRST_WAIT;
            assert_eq!(breaker.ask(later), Ok(()));
            assert_eq!((breaker.state(), breaker.trial()), (BreakerState::HalfOpen, Some(Trial::Insert)));
            assert_eq!(breaker.ask(later), Err(ASK_AGAIN), "one is enough");
            fail(&mut breaker, later, how);
            assert_eq!(breaker.ask(later), Err(2 * FIRST_WAIT));
            assert_eq!(breaker.ask(later + 2 * FIRST_WAIT), Ok(()));
            breaker.on_answer();
            assert_eq!((breaker.ask(later), breaker.state()), (Ok(()), BreakerState::Closed));
        }
    }

    #[test]
    fn a_server_that_was_away_is_asked_for_a_sign_of_life_and_then_by_all() {
        let now = Instant::now();
        let mut breaker = opened(now, AWAY);
        let later = now + FIRST_WAIT;
        assert_eq!((breaker.ask(later), breaker.trial()), (Ok(()), Some(Trial::Life)));
        assert_eq!(breaker.ask(later), Err(ASK_AGAIN), "one is enough");
        breaker.on_life();
        assert_eq!((breaker.ask(later), breaker.ask(later), breaker.trial()), (Ok(()), Ok(()), None));
        assert_eq!(breaker.state(), BreakerState::HalfOpen, "nothing is done yet");
        breaker.on_answer();
        fail(&mut breaker, later, AWAY);
        assert_eq!(breaker.state(), BreakerState::Closed, "one in turn");
    }

    /// Connections end on which it is sent much, say.
    #[test]
    fn a_server_that_lives_and_takes_nothing_is_asked_less_and_less_often() {
        for (how, longest) in [(BUSY, LONGEST_BUSY), (LOST, LONGEST_LOST), (AWAY, LONGEST_LOST)] {
            let mut now = Instant::now();
            let mut breaker = opened(now, AWAY);
            let mut waits = Vec::new();
            for _ in 0..20 {
                let wait = breaker.ask(now).expect_err("open");
                waits.push(wait);
                now += wait;
                assert_eq!(breaker.ask(now), Ok(()));
                breaker.on_life();
                // Whoever was let in fails.
                for _ in 0..3 {
                    fail(&mut breaker, now, how);
                }
            }
            assert!(waits.is_sorted() && waits.first() < waits.last(), "{waits:?}");
            assert_eq!(breaker.ask(now), Err(longest));
        }
    }

    #[test]
    fn waits_have_an_end_and_so_has_a_trial_of_which_nothing_is_heard() {
        for (how, longest) in [(BUSY, LONGEST_BUSY), (LOST, LONGEST_LOST), (AWAY, LONGEST_AWAY)] {
            let mut now = Instant::now();
            let mut breaker = opened(now, how);
            for _ in 0..20 {
                now += breaker.ask(now).expect_err("open");
                assert_eq!(breaker.ask(now), Ok(()));
                fail(&mut breaker, now, how);
            }
            assert_eq!(breaker.ask(now), Err(longest));
            assert_eq!(breaker.ask(now + longest), Ok(()));
            assert_eq!(breaker.ask(now + longest + TRIAL), Ok(()), "its partition was lost");
        }
    }

    #[test]
    fn a_trial_that_is_given_up_is_made_by_another() {
        let now = Instant::now();
        let mut breaker = opened(now, AWAY);
        breaker.on_abandoned(now);
        assert!(breaker.ask(now).is_err(), "there was none");
        assert_eq!(breaker.ask(now + FIRST_WAIT), Ok(()));
        breaker.on_abandoned(now + FIRST_WAIT);
        assert_eq!(breaker.ask(now + FIRST_WAIT), Ok(()));
    }

    #[test]
    fn what_was_asked_before_it_opened_changes_nothing() {
        let now = Instant::now();
        let mut breaker = opened(now, LOST);
        fail(&mut breaker, now + FIRST_WAIT / 2, LOST);
        assert_eq!(breaker.ask(now), Err(FIRST_WAIT));
    }
}
