//! What is to happen, from a seed: the same number makes the same plan. When it happens depends on the machine.

use std::time::Duration;

use streamhouse_stack::Direction;

use super::steps::{OFTEN, SENDING, TAKING_OVER};
use super::{PRODUCERS, WORKERS};
use crate::soundness::random::Random;

/// A process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Producer(usize),
    Worker(usize),
    Redis,
    ClickHouse,
}

/// A connection that leads through a proxy: of a producer to Redis, of a worker to Redis, of a worker to ClickHouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Line {
    Sending(usize),
    Leasing(usize),
    Inserting(usize),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    /// All connections end, new ones are passed on.
    Cut,
    /// One connection ends after so many bytes more.
    CutAfter(Direction, u64),
    /// Each piece is late.
    Delay(Direction, Duration),
    /// What goes this way is thrown away: with responses, the server did what the client does not know of.
    Drop(Direction),
    /// What goes this way is kept back, and arrives later, perhaps after the lease.
    Hold(Direction),
    /// One direction ends, the other goes on.
    HalfClose(Direction),
    /// Nobody listens.
    Refuse,
}

impl Fault {
    pub(super) fn name(self) -> &'static str {
        match self {
            Fault::Cut => "cut",
            Fault::CutAfter(Direction::ToServer, _) => "request cut in the middle",
            Fault::CutAfter(Direction::ToClient, _) => "response cut in the middle",
            Fault::Delay(..) => "delayed",
            Fault::Drop(Direction::ToServer) => "requests dropped",
            Fault::Drop(Direction::ToClient) => "responses dropped",
            Fault::Hold(..) => "held back",
            Fault::HalfClose(..) => "half closed",
            Fault::Refuse => "refused",
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Action {
    /// SIGKILL at any moment; started again after a while.
    Kill { target: Target, down: Duration },
    /// SIGKILL at the named step, after it passed so many times.
    Step { target: Target, step: &'static str, passes: u32 },
    /// A worker dies in the middle of a batch, and whoever takes over dies at the named step.
    TakeOver { victim: usize, step: &'static str },
    /// SIGSTOP, and SIGCONT after so long.
    Stop { target: Target, lasts: Duration },
    /// Something between two processes.
    Fault { line: Line, fault: Fault, lasts: Duration },
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Planned {
    pub(super) action: Action,
    /// How long after the events before it are confirmed.
    pub(super) after: Duration,
    /// Nothing else is wrong then, and the next thing waits until the backlog drains again, which is measured.
    pub(super) calm: bool,
}

/// So many kills, so many faults of the network, and a stopped process for every sixth kill, in an order of chance.
pub(super) fn plan(seed: u64, kills: u32, faults: u32, spare_clickhouse: bool) -> Vec<Planned> {
    let mut random = Random::of(seed, 0);
    let mut all: Vec<Planned> = Vec::new();
    let steps = kills * 2 / 5;
    for number in 0..kills {
        let action = if number < steps {
            at_step(&mut random, number)
        } else {
            anywhere(&mut random, spare_clickhouse)
        };
        all.push(Planned { action, after: millis(&mut random, 0, 250), calm: random.chance(40) });
    }
    for number in 0..faults {
        let action = fault(&mut random, number);
        all.push(Planned { action, after: millis(&mut random, 0, 250), calm: false });
    }
    for _ in 0..kills.div_ceil(6) {
        let action = stop(&mut random);
        all.push(Planned { action, after: millis(&mut random, 0, 250), calm: false });
    }
    for last in (1..all.len()).rev() {
        all.swap(last, random.below(last + 1));
    }
    all
}

/// One step after the other, so that none is left out.
fn at_step(random: &mut Random, number: u32) -> Action {
    let number = number as usize % (OFTEN.len() + TAKING_OVER.len() + SENDING.len());
    let passes = random.below(4) as u32;
    if let Some(step) = OFTEN.get(number) {
        return Action::Step { target: Target::Worker(random.below(WORKERS)), step, passes };
    }
    match TAKING_OVER.get(number - OFTEN.len()) {
        Some(step) => Action::TakeOver { victim: random.below(WORKERS), step },
        None => {
            let step = SENDING[number - OFTEN.len() - TAKING_OVER.len()];
            Action::Step { target: Target::Producer(random.below(PRODUCERS)), step, passes }
        }
    }
}

fn anywhere(random: &mut Random, spare_clickhouse: bool) -> Action {
    let target = match random.below(100) {
        0..40 => Target::Worker(random.below(WORKERS)),
        40..55 => Target::Producer(random.below(PRODUCERS)),
        55..75 => Target::Redis,
        _ if spare_clickhouse => Target::Redis,
        _ => Target::ClickHouse,
    };
    // Mostly back at once; now and then away for so long that all others have lost patience.
    let down = if random.chance(8) { millis(random, 2500, 5000) } else { millis(random, 0, 400) };
    Action::Kill { target, down }
}

/// Longer than the lease, or a little shorter.
fn stop(random: &mut Random) -> Action {
    let target = match random.below(10) {
        0..7 => Target::Worker(random.below(WORKERS)),
        7 => Target::Producer(random.below(PRODUCERS)),
        8 => Target::Redis,
        _ => Target::ClickHouse,
    };
    Action::Stop { target, lasts: millis(random, 800, 3000) }
}

/// One kind after the other, so that none is left out.
fn fault(random: &mut Random, number: u32) -> Action {
    let line = match random.below(10) {
        0..3 => Line::Sending(random.below(PRODUCERS)),
        3..6 => Line::Leasing(random.below(WORKERS)),
        _ => Line::Inserting(random.below(WORKERS)),
    };
    let way = if random.chance(50) { Direction::ToServer } else { Direction::ToClient };
    let (fault, lasts) = match number % 8 {
        0 => (Fault::Cut, Duration::ZERO),
        // Of requests any byte, of responses one of the first ones.
        1 => {
            let most = if way == Direction::ToServer { 200_000 } else { 400 };
            (Fault::CutAfter(way, random.below(most) as u64), millis(random, 200, 800))
        }
        2 => (Fault::Delay(way, millis(random, 5, 200)), millis(random, 200, 1000)),
        3 => (Fault::Drop(Direction::ToClient), millis(random, 100, 1500)),
        4 => (Fault::Drop(Direction::ToServer), millis(random, 100, 1500)),
        5 => (Fault::Hold(way), millis(random, 300, 2500)),
        6 => (Fault::HalfClose(way), Duration::ZERO),
        _ => (Fault::Refuse, millis(random, 100, 1000)),
    };
    Action::Fault { line, fault, lasts }
}

fn millis(random: &mut Random, least: i64, most: i64) -> Duration {
    Duration::from_millis(random.between(least, most) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_plan_and_leaves_nothing_out() {
        let (one, other) = (plan(7, 60, 60, false), plan(7, 60, 60, false));
        assert_eq!(format!("{one:?}"), format!("{other:?}"));
        assert_ne!(format!("{one:?}"), format!("{:?}", plan(8, 60, 60, false)));
        let text = format!("{one:?}");
        for step in OFTEN.iter().chain(TAKING_OVER).chain(SENDING) {
            assert!(text.contains(step), "{step}");
        }
        let kills = one.iter().filter(|planned| {
            matches!(planned.action, Action::Kill { .. } | Action::Step { .. } | Action::TakeOver { .. })
        });
        assert_eq!(kills.count(), 60);
        let faults = one.iter().filter(|planned| matches!(planned.action, Action::Fault { .. }));
        assert_eq!(faults.count(), 60);
    }
}
