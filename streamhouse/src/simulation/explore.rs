//! Every order of events and every fault, at small size: a search in breadth of all worlds that can come of one.
//!
//! Time stands still, so a wait is over at once and whatever may be late may be late by any amount: an answer that is not delivered is
//! a worker that is stopped. Only a lease that runs out is an event of its own, and counts as a fault.

use std::collections::HashMap;

use super::Safeguards;
use super::check;
use super::content;
use super::producer::Producer;
use super::setup::Setup;
use super::world::{Action, BEGIN, World};

/// What was found.
pub(super) struct Explored {
    pub(super) states: usize,
    /// Of them, with nothing left to do.
    pub(super) ends: usize,
    pub(super) steps: usize,
    pub(super) violation: Option<(String, Vec<String>)>,
}

/// What is small.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) workers: usize,
    /// Frames that are in the stream at the beginning, each a batch.
    pub(super) stored: usize,
    /// Frames that a producer sends.
    pub(super) sent: usize,
    pub(super) table_partitions: usize,
    pub(super) faults: usize,
    /// How many worlds are looked at, at most.
    pub(super) states: usize,
}

fn begin(size: Size, safeguards: Safeguards) -> World {
    let mut world = World::new(Setup {
        safeguards,
        producers: usize::from(size.sent > 0),
        processes: size.workers,
        same_id: false,
        named: true,
        partitions: 1,
        table_partitions: size.table_partitions,
        window: 10_000,
        frames: size.stored + size.sent,
        rows: size.table_partitions as u64,
        batch_rows: 1,
        lane_bytes: 1 << 20,
        lease: 10_000,
        insert_millis: 0,
        memory: 24 * 60 * 60 * 1000,
        always: true,
        faults: 0,
        kinds: 0,
        flushes: false,
        clocks: false,
        grain: 1,
        holds: true,
        persists: 0,
        poison: 0,
        garbage: 0,
    });
    world.timeless = true;
    let rows = size.table_partitions as u64;
    for number in 0..size.stored {
        let from = number as u64 * rows;
        world.oracle.add(check::Frame::new(from..from + rows));
        let frame = content::builder(0, from..from + rows).seal(&[9; 16], number as u64 + 1, false);
        world.redis.partitions[0].add(frame.into(), BEGIN);
        world.confirm(number);
    }
    for _ in 0..size.sent {
        world.apply(Action::Push(0, 0, rows));
    }
    world.settle();
    world
}

/// What can go wrong; a server or process that is killed is back at once.
fn faults(world: &World) -> Vec<Vec<Action>> {
    let mut faults = vec![vec![Action::Pass(world.setup.lease + 1)]];
    for (place, link) in world.links.iter().enumerate() {
        if link.as_ref().is_some_and(|link| link.client.is_some()) {
            faults.push(vec![Action::Cut(place)]);
        }
    }
    for (place, query) in world.clickhouse.queries.iter().enumerate() {
        if query.as_ref().is_some_and(|query| query.client.is_some()) {
            faults.push(vec![Action::Lose(place)]);
        }
    }
    if world.clickhouse.queries.iter().flatten().next().is_some() {
        faults.push(vec![Action::KillClickHouse, Action::StartClickHouse]);
    }
    for process in 0..world.processes.len() {
        faults.push(vec![Action::Crash(process), Action::Start(process)]);
    }
    for number in 0..world.producers.len() {
        faults.push(vec![Action::CrashProducer(number)]);
    }
    faults
}

/// What was given up may also never arrive.
fn losses(world: &World) -> Vec<Action> {
    let links = (0..world.links.len())
        .filter(|place| world.links[*place].as_ref().is_some_and(|link| link.client.is_none()));
    let queries =
        (0..world.clickhouse.queries.len()).filter(|place| world.clickhouse.is_on_its_way_for_nobody(*place));
    links.map(Action::Vanish).chain(queries.map(Action::Evaporate)).collect()
}

/// Looks at every world.
pub(super) fn explore(size: Size, safeguards: Safeguards) -> Explored {
    let first = begin(size, safeguards);
    let mut known: HashMap<(u128, usize), u32> = HashMap::from([((first.digest(), 0), 0)]);
    // How each world came to be, and from which worlds each one comes without a fault.
    let mut origins: Vec<(u32, Vec<Action>)> = vec![(0, Vec::new())];
    let mut before: Vec<Vec<u32>> = vec![Vec::new()];
    let mut ends = Vec::new();
    let mut layer = vec![(0_u32, first, 0_usize)];
    let mut steps = 0;
    let mut violation = None;
    'all: while !layer.is_empty() {
        let mut next = Vec::new();
        for (number, world, used) in layer {
            let ordinary = world.actions().into_iter().chain(losses(&world)).map(|action| (vec![action], 0));
            let ill = if used < size.faults { faults(&world) } else { Vec::new() };
            for (actions, cost) in ordinary.chain(ill.into_iter().map(|actions| (actions, 1))) {
                steps += 1;
                let mut after = world.clone();
                actions.iter().for_each(|action| after.apply(*action));
                let key = (after.digest(), used + cost);
                let place = match known.get(&key) {
                    Some(place) => *place,
                    None => {
                        let place = origins.len() as u32;
                        known.insert(key, place);
                        origins.push((number, actions.clone()));
                        before.push(Vec::new());
                        let drained = match size.workers {
                            0 => after.producers.iter().flatten().all(Producer::is_empty),
                            _ => check::is_drained(&after),
                        };
                        if drained {
                            ends.push(place);
                        }
                        let wrong = if drained && size.workers > 0 {
                            check::at_the_end(&after)
                        } else {
                            after.oracle.violation.clone()
                        };
                        if let Some(wrong) = wrong {
                            violation = Some((wrong, place));
                            break 'all;
                        }
                        next.push((place, after, used + cost));
                        place
                    }
                };
                if cost == 0 {
                    before[place as usize].push(number);
                }
            }
            assert!(origins.len() < size.states, "more than {} worlds come of {size:?}", size.states);
        }
        layer = next;
    }
    let violation =
        violation.or_else(|| Some(("from here on nothing comes to its end".into(), stuck(&before, &ends)?)));
    Explored {
        states: origins.len(),
        ends: ends.len(),
        steps,
        violation: violation.map(|(wrong, place)| (wrong, way(size, safeguards, &origins, place))),
    }
}

/// A world from which no way without faults leads to an end.
fn stuck(before: &[Vec<u32>], ends: &[u32]) -> Option<u32> {
    let mut reaches = vec![false; before.len()];
    let mut open = ends.to_vec();
    while let Some(place) = open.pop() {
        if !std::mem::replace(&mut reaches[place as usize], true) {
            open.extend(&before[place as usize]);
        }
    }
    reaches.iter().position(|reaches| !reaches).map(|place| place as u32)
}

/// What happens on the way to a world.
fn way(size: Size, safeguards: Safeguards, origins: &[(u32, Vec<Action>)], place: u32) -> Vec<String> {
    let mut actions = Vec::new();
    let mut at = place;
    while at != 0 {
        let (from, own) = &origins[at as usize];
        actions.extend(own.iter().rev().copied());
        at = *from;
    }
    let mut world = begin(size, safeguards);
    world.trace = Some(Vec::new());
    actions.into_iter().rev().for_each(|action| world.apply(action));
    world.trace.unwrap_or_default()
}
