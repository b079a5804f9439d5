//! The circuit breaker before ClickHouse, shared by the partitions of a worker: a state machine without I/O.
//!
//! Many partitions that try again and again keep a server down that has too much to do. So after some failures in turn nobody asks
//! it for a while; then one insert is let through, and what becomes of it decides for all. A server that was away is asked for a sign
//! of life instead: all go on at once where it gives one, and the next failure opens it again.

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
    /// It is tried whether it works again: by a sign of life where it was away, else by one insert.
    HalfOpen,
}

/// The machine.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Breaker {
    Closed { failures: u32, wait: Duration },
    Open { until: Instant, wait: Duration, away: bool },
    HalfOpen { since: Instant, wait: Duration, away: bool },
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
        Breaker::Closed { failures: 0, wait: FIRST_WAIT }
    }
}

impl Breaker {
    pub(crate) fn state(&self) -> BreakerState {
        match self {
            Breaker::Closed { .. } => BreakerState::Closed,
            Breaker::Open { .. } => BreakerState::Open,
            Breaker::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    /// The trial that runs.
    pub(crate) fn trial(&self) -> Option<Trial> {
        match self {
            Breaker::HalfOpen { away: true, .. } => Some(Trial::Life),
            Breaker::HalfOpen { away: false, .. } => Some(Trial::Insert),
            Breaker::Closed { .. } | Breaker::Open { .. } => None,
        }
    }

    /// Whether ClickHouse may be asked now, or how long to wait before this question is put again.
    pub(crate) fn ask(&mut self, now: Instant) -> Result<(), Duration> {
        match *self {
            Breaker::Closed { .. } => Ok(()),
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
            *self = Breaker::Closed { failures: FAILURES - 1, wait: 2 * wait };
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

    /// It has failed, in a way that asks for this reaction.
    pub(crate) fn on_failure(&mut self, now: Instant, reaction: Reaction) {
        let (longest, away) = match reaction {
            Reaction::Retry => (LONGEST_BUSY, false),
            Reaction::Wait => (LONGEST_LOST, true),
            Reaction::Split | Reaction::Park | Reaction::Stop => return self.on_answer(),
        };
        let open = |wait: Duration| Breaker::Open { until: now + wait, wait, away };
        *self = match *self {
            Breaker::Closed { failures, wait } if failures + 1 < FAILURES => {
                Breaker::Closed { failures: failures + 1, wait }
            }
            Breaker::Closed { wait, .. } => open(wait.min(longest)),
            Breaker::HalfOpen { wait, away: true, .. } if away => open((2 * wait).min(LONGEST_AWAY)),
            Breaker::HalfOpen { wait, .. } => open((2 * wait).min(longest)),
            // Of one that was asked before it opened.
            open @ Breaker::Open { .. } => open,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(now: Instant, reaction: Reaction) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..FAILURES {
            assert_eq!(breaker.ask(now), Ok(()));
            breaker.on_failure(now, reaction);
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
                breaker.on_failure(now, Reaction::Retry);
            }
            assert_eq!(breaker.state(), BreakerState::Closed);
            breaker.on_answer();
        }
        for _ in 0..20 {
            breaker.on_failure(now, Reaction::Stop);
            breaker.on_failure(now, Reaction::Split);
        }
        assert_eq!(breaker.state(), BreakerState::Closed);
        assert_eq!(opened(now, Reaction::Wait).ask(now), Err(FIRST_WAIT));
    }

    #[test]
    fn one_at_a_time_tries_whether_it_works_again() {
        let now = Instant::now();
        let mut breaker = opened(now, Reaction::Retry);
        let later = now + FIRST_WAIT;
        assert_eq!(breaker.ask(later), Ok(()));
        assert_eq!((breaker.state(), breaker.trial()), (BreakerState::HalfOpen, Some(Trial::Insert)));
        assert_eq!(breaker.ask(later), Err(ASK_AGAIN), "one is enough");
        breaker.on_failure(later, Reaction::Retry);
        assert_eq!(breaker.ask(later), Err(2 * FIRST_WAIT));
        assert_eq!(breaker.ask(later + 2 * FIRST_WAIT), Ok(()));
        breaker.on_answer();
        assert_eq!((breaker.ask(later), breaker.state()), (Ok(()), BreakerState::Closed));
    }

    #[test]
    fn a_server_that_was_away_is_asked_for_a_sign_of_life_and_then_by_all() {
        let now = Instant::now();
        let mut breaker = opened(now, Reaction::Wait);
        let later = now + FIRST_WAIT;
        assert_eq!((breaker.ask(later), breaker.trial()), (Ok(()), Some(Trial::Life)));
        breaker.on_life();
        assert_eq!((breaker.ask(later), breaker.ask(later)), (Ok(()), Ok(())));
        assert_eq!(breaker.state(), BreakerState::Closed);
        breaker.on_answer();
        breaker.on_failure(later, Reaction::Wait);
        assert_eq!(breaker.state(), BreakerState::Closed, "one in turn");
    }

    /// It answers, and connections end on which it is sent much, say.
    #[test]
    fn a_server_that_lives_and_takes_nothing_is_asked_less_and_less_often() {
        for (reaction, longest) in [(Reaction::Retry, LONGEST_BUSY), (Reaction::Wait, LONGEST_LOST)] {
            let mut now = Instant::now();
            let mut breaker = opened(now, Reaction::Wait);
            let mut waits = Vec::new();
            for _ in 0..20 {
                let wait = breaker.ask(now).expect_err("open");
                waits.push(wait);
                now += wait;
                assert_eq!(breaker.ask(now), Ok(()));
                if breaker.trial() == Some(Trial::Life) {
                    breaker.on_life();
                }
                breaker.on_failure(now, reaction);
            }
            assert!(waits.is_sorted() && waits.first() < waits.last(), "{waits:?}");
            assert_eq!(breaker.ask(now), Err(longest));
        }
    }

    #[test]
    fn waits_have_an_end_and_so_has_a_trial_of_which_nothing_is_heard() {
        for (reaction, longest) in [(Reaction::Retry, LONGEST_BUSY), (Reaction::Wait, LONGEST_AWAY)] {
            let mut now = Instant::now();
            let mut breaker = opened(now, reaction);
            for _ in 0..20 {
                now += breaker.ask(now).expect_err("open");
                assert_eq!(breaker.ask(now), Ok(()));
                breaker.on_failure(now, reaction);
            }
            assert_eq!(breaker.ask(now), Err(longest));
            assert_eq!(breaker.ask(now + longest), Ok(()));
            assert_eq!(breaker.ask(now + longest + TRIAL), Ok(()), "its partition was lost");
        }
    }

    #[test]
    fn a_trial_that_is_given_up_is_made_by_another() {
        let now = Instant::now();
        let mut breaker = opened(now, Reaction::Wait);
        breaker.on_abandoned(now);
        assert!(breaker.ask(now).is_err(), "there was none");
        assert_eq!(breaker.ask(now + FIRST_WAIT), Ok(()));
        breaker.on_abandoned(now + FIRST_WAIT);
        assert_eq!(breaker.ask(now + FIRST_WAIT), Ok(()));
    }

    #[test]
    fn what_was_asked_before_it_opened_changes_nothing() {
        let now = Instant::now();
        let mut breaker = opened(now, Reaction::Wait);
        breaker.on_failure(now + FIRST_WAIT / 2, Reaction::Wait);
        assert_eq!(breaker.ask(now), Err(FIRST_WAIT));
    }
}
