//! A world: who there is, and what is on its way between them.
//!
//! [`action`] says what may happen next, [`apply`] does it; [`link`] are the connections to Redis, [`trace`] tells people.

mod action;
mod apply;
mod link;
mod trace;

use std::hash::{Hash, Hasher};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use xxhash_rust::xxh3::Xxh3;

use super::check::Oracle;
use super::clickhouse::{Ask, ClickHouse};
use super::content;
use super::producer::Producer;
use super::redis::Redis;
use super::setup::Setup;
use super::task::Task;

pub(super) use action::Action;
pub(super) use link::{Link, Party};

/// When worlds begin, in milliseconds since 1970.
pub(in crate::simulation) const BEGIN: u64 = 1_800_000_000_000;

/// A moment of a world as a monotonic clock shows it.
pub(in crate::simulation) fn instant(millis: u64) -> Instant {
    static BASE: OnceLock<Instant> = OnceLock::new();
    *BASE.get_or_init(Instant::now) + Duration::from_millis(millis)
}

#[derive(Debug, Clone, Hash)]
pub(in crate::simulation) struct Process {
    pub(in crate::simulation) id: String,
    pub(in crate::simulation) up: bool,
    pub(in crate::simulation) stalled: bool,
    pub(in crate::simulation) ending: bool,
    /// How far its monotonic clock is behind: one does not go on while a machine sleeps.
    pub(in crate::simulation) lag: u64,
    pub(in crate::simulation) starts: u32,
    pub(in crate::simulation) tasks: Vec<Option<Task>>,
}

#[derive(Debug, Clone)]
pub(in crate::simulation) struct World {
    pub(in crate::simulation) setup: Setup,
    /// Since the beginning, in milliseconds.
    pub(in crate::simulation) now: u64,
    /// Waits are left out: nothing happens because time passes.
    pub(in crate::simulation) timeless: bool,
    pub(in crate::simulation) redis: Redis,
    pub(in crate::simulation) clickhouse: ClickHouse,
    pub(in crate::simulation) links: Vec<Option<Link>>,
    pub(in crate::simulation) producers: Vec<Option<Producer>>,
    pub(in crate::simulation) lives: Vec<u8>,
    pub(in crate::simulation) processes: Vec<Process>,
    pub(in crate::simulation) oracle: Oracle,
    pub(in crate::simulation) trace: Option<Vec<String>>,
}

impl World {
    pub(in crate::simulation) fn new(setup: Setup) -> Self {
        let mut redis = Redis::new(setup.partitions, setup.always, setup.grain);
        for number in 0..setup.garbage {
            redis.partitions[number % setup.partitions].add(content::garbage(), BEGIN);
        }
        redis.persist();
        let producers =
            (0..setup.producers).map(|number| Some(Producer::new(number as u8, 0, setup.partitions)));
        let process = |number: usize| Process {
            id: format!("w{number}"),
            up: false,
            stalled: false,
            ending: false,
            lag: 0,
            starts: 0,
            tasks: Vec::new(),
        };
        let mut world = Self {
            setup,
            now: 0,
            timeless: false,
            redis,
            clickhouse: ClickHouse::new(&setup),
            links: Vec::new(),
            producers: producers.collect(),
            lives: vec![0; setup.producers],
            processes: (0..setup.processes).map(process).collect(),
            oracle: Oracle::new(setup.garbage),
            trace: None,
        };
        (0..setup.processes).for_each(|process| world.start(process));
        world
    }

    pub(in crate::simulation) fn violate(&mut self, what: String) {
        self.oracle.violation.get_or_insert(what);
    }

    /// A process' monotonic clock.
    pub(in crate::simulation) fn local(&self, process: usize) -> u64 {
        self.now - self.processes[process].lag
    }

    /// The end of a wait that begins at `from`.
    pub(in crate::simulation) fn later(&self, from: u64, wait: u64) -> u64 {
        if self.timeless { from } else { from + wait }
    }

    pub(in crate::simulation) fn query(&mut self, client: (usize, usize), ask: Ask) -> usize {
        let place = self.clickhouse.send(client, ask);
        let Some(query) = &self.clickhouse.queries[place] else { return place };
        let held = match query.ask {
            Ask::Insert { .. } => self.later(self.now, self.setup.insert_millis),
            Ask::Greatest { .. } => self.later(self.now, self.setup.greatest_millis),
            _ => return place,
        };
        self.clickhouse.queries[place].iter_mut().for_each(|query| query.held = held);
        place
    }

    pub(in crate::simulation) fn confirm(&mut self, frame: usize) {
        self.oracle.frames[frame].confirmed = true;
        self.say(|| format!("frame {frame} is confirmed"));
    }

    /// What distinguishes this world from others.
    pub(in crate::simulation) fn digest(&self) -> u128 {
        let mut hasher = Xxh3::new();
        self.now.hash(&mut hasher);
        self.redis.hash(&mut hasher);
        self.clickhouse.hash(&mut hasher);
        self.links.hash(&mut hasher);
        self.producers.hash(&mut hasher);
        self.processes.hash(&mut hasher);
        self.oracle.hash_results(&mut hasher);
        let _ = hasher.finish();
        hasher.digest128()
    }
}
