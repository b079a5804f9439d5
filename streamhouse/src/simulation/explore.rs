//! Every order of events and every fault, at small size: a search in breadth of all worlds that can come of one.
//!
//! Time stands still, so a wait is over at once and whatever may be late may be late by any amount, or never come: an answer that is not
//! delivered is a worker that is stopped. Only a lease that runs out is an event of its own, and counts as a fault.
//!
//! Worlds that go on in the same way are looked at once ([`canonical`](super::canonical)), with the fewest faults that lead there.
//! From each there has to be a way to the end, without faults and without the help of what was given up and happens to arrive.

use std::collections::HashMap;

use super::Safeguards;
use super::check;
use super::content;
use super::producer::Producer;
use super::setup::Setup;
use super::world::{Action, BEGIN, World};

/// What was found.
#[derive(Debug)]
pub(super) struct Explored {
    /// Worlds that differ.
    pub(super) states: usize,
    /// Steps from one to another, or to the same.
    pub(super) transitions: usize,
    /// The most steps to one, on the shortest way.
    pub(super) depth: usize,
    /// Worlds with nothing left to do.
    pub(super) ends: usize,
    /// Whether these are all, and not only those of so many steps.
    pub(super) complete: bool,
    pub(super) violation: Option<(String, Vec<String>)>,
    /// The worlds, as they are told apart, each with the fewest faults that lead to it.
    pub(super) worlds: HashMap<u128, usize>,
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
    /// Rows of a frame in each of them.
    pub(super) rows: usize,
    pub(super) faults: usize,
    /// Steps from the first world on; all where there is no bound.
    pub(super) depth: Option<usize>,
}

/// How worlds are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sameness {
    /// Those are one that go on in the same way.
    Canonical,
    /// Everything distinguishes them, but what they are counted by.
    Literal,
}

const LEASE: u64 = 10_000;
const LATE: u64 = LEASE + 1;

fn begin(size: Size, safeguards: Safeguards) -> World {
    let rows = (size.table_partitions * size.rows) as u64;
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
        rows,
        batch_rows: 1,
        lane_bytes: 1 << 20,
        lease: LEASE,
        insert_millis: 0,
        greatest_millis: 0,
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
    // Late enough that a lease can have run out.
    world.now = LATE;
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
    let mut faults = vec![vec![Action::Expire]];
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
    for (number, producer) in world.producers.iter().enumerate() {
        // Nobody misses one with nothing to send.
        if producer.as_ref().is_some_and(|producer| !producer.is_empty()) {
            faults.push(vec![Action::CrashProducer(number)]);
        }
    }
    faults
}

/// Whether something happens that may as well never happen: what was given up arrives.
fn is_luck(world: &World, action: Action) -> bool {
    match action {
        Action::Run(place) => world.links[place].as_ref().is_some_and(|link| link.client.is_none()),
        Action::Arrive(place) => world.clickhouse.is_on_its_way_for_nobody(place),
        _ => false,
    }
}

/// All worlds that were seen.
struct Seen {
    places: HashMap<u128, u32>,
    /// How each came to be, from which other one.
    origins: Vec<(u32, Vec<Action>)>,
    /// The fewest faults that lead to each.
    faults: Vec<u8>,
    /// From which worlds each comes without a fault and without luck.
    before: Vec<Vec<u32>>,
    ends: Vec<u32>,
    /// What they are where worlds that go on in the same way are one.
    canonical: HashMap<u128, usize>,
}

/// Does what happens, and gives what tells the world from others.
fn step(world: &World, actions: &[Action], sameness: Sameness) -> (World, u128) {
    let mut after = world.clone();
    actions.iter().for_each(|action| after.apply(*action));
    let digest = match sameness {
        Sameness::Canonical => after.canonise(),
        Sameness::Literal => after.digest(),
    };
    (after, digest)
}

/// Looks at all worlds that come of the first one with so many faults.
pub(super) fn explore(size: Size, safeguards: Safeguards, sameness: Sameness) -> Explored {
    let (first, digest) = step(&begin(size, safeguards), &[], sameness);
    let mut seen = Seen {
        places: HashMap::from([(digest, 0)]),
        origins: vec![(0, Vec::new())],
        faults: vec![0],
        before: vec![Vec::new()],
        ends: Vec::new(),
        canonical: HashMap::new(),
    };
    seen.note(&first, 0, sameness);
    let mut layer = vec![(0_u32, first, 0_u8)];
    let (mut transitions, mut depth, mut violation) = (0, 0, None);
    'all: while !layer.is_empty() && size.depth.is_none_or(|most| depth < most) {
        let mut next = Vec::new();
        for (number, world, used) in std::mem::take(&mut layer) {
            // Meanwhile another way with fewer faults may have been found.
            if seen.faults[number as usize] < used {
                continue;
            }
            let ordinary = world.actions().into_iter().map(|action| (vec![action], 0));
            let ill = if usize::from(used) < size.faults { faults(&world) } else { Vec::new() };
            for (actions, cost) in ordinary.chain(ill.into_iter().map(|actions| (actions, 1))) {
                transitions += 1;
                let (after, digest) = step(&world, &actions, sameness);
                let (place, is_new) = match seen.places.get(&digest) {
                    Some(place) => (*place, false),
                    None => (seen.origins.len() as u32, true),
                };
                if cost == 0 && !is_luck(&world, actions[0]) {
                    match seen.before.get_mut(place as usize) {
                        Some(before) => before.push(number),
                        None => seen.before.push(vec![number]),
                    }
                } else if is_new {
                    seen.before.push(Vec::new());
                }
                if is_new {
                    seen.places.insert(digest, place);
                    seen.origins.push((number, actions));
                    seen.faults.push(used + cost);
                    if is_end(&after, size) {
                        seen.ends.push(place);
                    }
                    if let Some(wrong) = wrong(&after, size) {
                        violation = Some((wrong, place));
                        break 'all;
                    }
                } else if used + cost < seen.faults[place as usize] {
                    seen.faults[place as usize] = used + cost;
                    seen.origins[place as usize] = (number, actions);
                } else {
                    continue;
                }
                seen.note(&after, usize::from(used + cost), sameness);
                next.push((place, after, used + cost));
            }
        }
        depth += usize::from(!next.is_empty());
        layer = next;
    }
    let complete = layer.is_empty() && violation.is_none();
    // Of what comes after the last layer nothing is known.
    seen.ends.extend(layer.iter().map(|(place, ..)| *place));
    if violation.is_none() {
        violation = seen.stuck().map(|place| ("from here on nothing comes to its end".into(), place));
    }
    Explored {
        states: seen.origins.len(),
        transitions,
        depth,
        ends: seen.ends.len() - layer.len(),
        complete,
        violation: violation.map(|(wrong, place)| (wrong, seen.way(size, safeguards, sameness, place))),
        worlds: match sameness {
            Sameness::Canonical => seen
                .places
                .iter()
                .map(|(digest, place)| (*digest, seen.faults[*place as usize].into()))
                .collect(),
            Sameness::Literal => seen.canonical,
        },
    }
}

fn is_end(world: &World, size: Size) -> bool {
    match size.workers {
        0 => world.producers.iter().flatten().all(Producer::is_empty),
        _ => check::is_drained(world),
    }
}

fn wrong(world: &World, size: Size) -> Option<String> {
    match size.workers > 0 && is_end(world, size) {
        true => check::at_the_end(world),
        false => world.oracle.violation.clone(),
    }
}

impl Seen {
    /// Keeps what a world is as the other search would see it.
    fn note(&mut self, world: &World, faults: usize, sameness: Sameness) {
        if sameness == Sameness::Literal {
            let fewest = self.canonical.entry(world.clone().canonise()).or_insert(faults);
            *fewest = faults.min(*fewest);
        }
    }

    /// A world from which no way leads to an end.
    fn stuck(&self) -> Option<u32> {
        let mut reaches = vec![false; self.before.len()];
        let mut open = self.ends.clone();
        while let Some(place) = open.pop() {
            if !std::mem::replace(&mut reaches[place as usize], true) {
                open.extend(&self.before[place as usize]);
            }
        }
        reaches.iter().position(|reaches| !reaches).map(|place| place as u32)
    }

    /// What happens on the way to a world.
    fn way(&self, size: Size, safeguards: Safeguards, sameness: Sameness, place: u32) -> Vec<String> {
        let mut steps = Vec::new();
        let mut at = place;
        while at != 0 {
            let (from, actions) = &self.origins[at as usize];
            steps.push(actions);
            at = *from;
        }
        let (mut world, _) = step(&begin(size, safeguards), &[], sameness);
        world.trace = Some(Vec::new());
        for actions in steps.into_iter().rev() {
            world = step(&world, actions, sameness).0;
        }
        world.trace.unwrap_or_default()
    }
}
