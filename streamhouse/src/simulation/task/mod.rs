//! A worker's task: the counterpart of `worker/task`, step by step.
//!
//! This file is the loop; [`answers`] is what it hears, [`lease`] extends, gives back and forgets, [`read`] brings entries, [`cycle`] takes a
//! batch from the cut to the finish, [`rebuild`] makes one again that was cut before; [`canonical`] is for those who compare tasks.

mod answers;
mod canonical;
mod cycle;
mod lease;
mod read;
mod rebuild;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::insertion::{Bodies, End, Insertion};
use super::redis::{Call, Dead};
use super::world::{Party, World, instant};
use crate::worker::batch::{BatchId, BatchRecord, EntryId};
use crate::worker::hold::Until;
use crate::worker::partition::{BatchLimits, Partition, Step};
use crate::worker::pieces::Open;

/// The wait after a failure, in milliseconds.
const PAUSE: u64 = 100;
/// How long the first row of a batch waits for others.
const INTERVAL: u64 = 1000;
/// The longest that a read waits for an entry.
const LONGEST_BLOCK: u64 = 1000;
/// The entries that one question for those of an older batch brings.
const PAGE: usize = 2;

type Entries = Vec<(EntryId, Bytes)>;

/// What the task waits for.
#[derive(Debug, Clone, Hash)]
enum Main {
    Ready,
    Asleep(u64),
    Acquiring {
        asked: u64,
    },
    Renewing {
        asked: u64,
        back: Option<Rebuild>,
    },
    Releasing {
        yielded: bool,
    },
    /// For the greatest id of the table.
    Floor,
    Time,
    SplitTime(BatchId),
    Splitting {
        id: BatchId,
        record: BatchRecord,
        greatest: Option<BatchId>,
    },
    Cutting {
        id: BatchId,
        record: BatchRecord,
        prepared: Prepared,
    },
    Rebuilding(Rebuild),
    Finishing(BatchId),
    Gone,
}

#[derive(Debug, Clone, Hash)]
struct Rebuild {
    id: BatchId,
    from: EntryId,
    entries: Entries,
}

/// A batch whose blocks are there.
#[derive(Debug, Clone, Hash)]
struct Prepared {
    /// Away while it is inserted.
    bodies: Option<Bodies>,
    /// Of its inserts, whole.
    rows: Vec<Arc<[u64]>>,
    letters: Vec<Dead>,
}

#[derive(Debug, Clone, Hash)]
pub(in crate::simulation) struct Task {
    process: usize,
    partition: usize,
    machine: Partition,
    main: Main,
    connection: Option<usize>,
    /// The connection has gone, and nobody has noticed.
    broken: bool,
    reader: Option<usize>,
    /// What the reader brought and nobody has looked at.
    read: Option<Entries>,
    broken_read: bool,
    reading: bool,
    unsorted: VecDeque<(EntryId, Bytes)>,
    /// What the real task has in its assembler.
    open: Entries,
    inserting: Option<Insertion>,
    prepared: BTreeMap<BatchId, Prepared>,
    refusals: BTreeMap<BatchId, Open>,
    until: Until,
    /// The greatest batch id of the table since the lease was taken.
    greatest: Option<BatchId>,
    /// The query that asks for it.
    asked: Option<usize>,
    heartbeat: u64,
    pub(in crate::simulation) yielding: bool,
    holds: bool,
}

impl Task {
    pub(in crate::simulation) fn new(process: usize, partition: usize, world: &World) -> Self {
        let limits = BatchLimits {
            rows: world.setup.batch_rows,
            bytes: 1 << 20,
            interval: Duration::from_millis(INTERVAL),
        };
        Self {
            process,
            partition,
            machine: Partition::new(limits),
            main: Main::Ready,
            connection: None,
            broken: false,
            reader: None,
            read: None,
            broken_read: false,
            reading: false,
            unsorted: VecDeque::new(),
            open: Vec::new(),
            inserting: None,
            prepared: BTreeMap::new(),
            refusals: BTreeMap::new(),
            until: Until::default(),
            greatest: None,
            asked: None,
            heartbeat: 0,
            yielding: false,
            holds: true,
        }
    }

    pub(in crate::simulation) fn is_gone(&self) -> bool {
        matches!(self.main, Main::Gone)
    }

    /// When it goes on by itself, by its own clock.
    pub(in crate::simulation) fn wakes(&self, now: u64) -> Option<u64> {
        let own = match &self.main {
            Main::Asleep(until) => Some(*until),
            Main::Floor => Some(self.heartbeat),
            Main::Ready => match self.machine.next(instant(now)) {
                Step::Wait(until) => {
                    let until =
                        until.map(|until| until.saturating_duration_since(instant(0)).as_millis() as u64);
                    Some(until.map_or(self.heartbeat, |until| until.min(self.heartbeat)))
                }
                _ => Some(now),
            },
            _ => None,
        };
        let insert = self.inserting.as_ref().and_then(Insertion::wakes);
        own.into_iter().chain(insert).min()
    }

    /// Does what it can without an answer; whether that was something.
    pub(in crate::simulation) fn turn(&mut self, world: &mut World) -> bool {
        if let Some(mut insertion) = self.inserting.take() {
            let done = insertion.turn(world, self.until);
            self.inserting = Some(insertion);
            if done {
                return true;
            }
        }
        let now = world.local(self.process);
        match self.main {
            Main::Asleep(until) if until <= now => self.main = Main::Ready,
            Main::Floor if self.heartbeat <= now => {
                self.beat(world, None);
                return true;
            }
            Main::Ready => {}
            _ => return false,
        }
        let ending = world.processes[self.process].ending;
        if ending || self.yielding {
            self.machine.end();
            if self.machine.is_quiet() {
                self.release(world, true);
                return true;
            }
        }
        match self.machine.next(instant(now)) {
            Step::Acquire => {
                let worker = world.processes[self.process].id.clone();
                let call = Call::Acquire { worker, lease: world.setup.lease };
                self.call(world, call, Main::Acquiring { asked: now });
            }
            Step::Rebuild(id) => {
                let Some(record) = self.machine.record(id) else { return true };
                self.rebuild(world, Rebuild { id, from: record.first, entries: Vec::new() });
            }
            Step::Insert(id) => self.insert(id, world),
            Step::Read { after, block } => self.start_read(world, after, block),
            Step::Cut => self.ask_time(world, Main::Time),
            Step::Split(id) => self.start_split(world, id),
            Step::Finish(id) => self.finish(world, id),
            Step::Wait(until) => return self.wait(world, until.is_some_and(|until| until <= instant(now))),
        }
        true
    }

    /// Whether something has happened.
    fn wait(&mut self, world: &mut World, due: bool) -> bool {
        if self.heartbeat <= world.local(self.process) {
            self.beat(world, None);
            return true;
        }
        if let Some((insertion, end)) = self.inserting.take_if(|own| own.end.is_some()).and_then(|mut own| {
            let end = own.end.take()?;
            Some((own, end))
        }) {
            match end {
                End::Inserted => self.machine.on_inserted(insertion.id),
                End::Refused(open) => {
                    if let Some(prepared) = self.prepared.get_mut(&insertion.id) {
                        prepared.bodies = Some(insertion.bodies);
                    }
                    self.refusals.insert(insertion.id, open);
                    self.machine.on_refused(insertion.id, insertion.record);
                }
                // The worker ends, or is no longer sure of its lease: the batch is recorded for whoever comes next.
                End::Left => self.release(world, false),
            }
            return true;
        }
        if std::mem::take(&mut self.broken_read) {
            self.fail(world);
            return true;
        }
        if let Some(entries) = self.read.take() {
            self.reading = false;
            self.machine.on_read();
            self.unsorted.extend(entries);
            self.sort(world);
            return true;
        }
        due
    }

    /// Sends a call over the task's connection.
    fn call(&mut self, world: &mut World, call: Call, main: Main) {
        if std::mem::take(&mut self.broken) {
            return self.fail(world);
        }
        let party = Party::Task(self.process, self.partition);
        match self.connection.or_else(|| world.open(party)) {
            Some(link) => {
                self.connection = Some(link);
                world.send(link, self.partition, call);
                self.main = main;
            }
            None => self.fail(world),
        }
    }
}
