//! A worker's task: the counterpart of `worker/task`, step by step.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::clickhouse::{Ask, Outcome};
use super::content;
use super::insertion::{Bodies, End, Insertion, bodies};
use super::redis::{Answer, Call, Dead};
use super::world::{Party, World, instant};
use crate::worker::assembler::Assembled;
use crate::worker::batch::{BatchId, BatchRecord, EntryId};
use crate::worker::hold::Until;
use crate::worker::partition::{BatchLimits, Lease, Partition, Step};
use crate::worker::pieces::{Open, halves, refused};

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
    /// For the answer to this query.
    Floor(usize),
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
pub(super) struct Task {
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
    heartbeat: u64,
    pub(super) yielding: bool,
    holds: bool,
}

impl Task {
    pub(super) fn new(process: usize, partition: usize, world: &World) -> Self {
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
            heartbeat: 0,
            yielding: false,
            holds: true,
        }
    }

    pub(super) fn is_gone(&self) -> bool {
        matches!(self.main, Main::Gone)
    }

    /// When it goes on by itself, by its own clock.
    pub(super) fn wakes(&self, now: u64) -> Option<u64> {
        let own = match &self.main {
            Main::Asleep(until) => Some(*until),
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
    pub(super) fn turn(&mut self, world: &mut World) -> bool {
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

    pub(super) fn on_answer(&mut self, world: &mut World, answer: Option<Answer>) {
        if let Main::Ready | Main::Asleep(_) | Main::Floor(_) | Main::Gone = self.main {
            // It is noticed when something is asked.
            self.disconnect(world);
            self.broken = true;
            return;
        }
        let now = world.local(self.process);
        let lease = Duration::from_millis(world.setup.lease);
        match (std::mem::replace(&mut self.main, Main::Ready), answer) {
            (Main::Releasing { yielded }, answer) => {
                if answer.is_none() {
                    self.disconnect(world);
                }
                self.released(world, yielded);
            }
            (_, None | Some(Answer::Refused)) => self.fail(world),
            (Main::Acquiring { asked }, Some(Answer::Lease { epoch, cursor, batch, batches })) => {
                let record = |text: &str| BatchRecord::from_json(text).expect("a record");
                let batches = batches.iter().map(|(id, text)| (*id, record(text))).collect();
                self.until = Until::of(instant(asked), lease);
                self.machine.on_acquired(Lease { epoch, cursor, last_batch: batch, batches });
                self.heartbeat = now + world.setup.lease / 3;
            }
            (Main::Acquiring { .. }, Some(Answer::Held { left, .. })) => {
                self.main = Main::Asleep(world.later(now, (left + 5).min(world.setup.lease / 4)));
            }
            (Main::Renewing { asked, back }, Some(Answer::Code(1))) => {
                self.until = Until::of(instant(asked), lease);
                if let Some(rebuild) = back {
                    self.rebuild(world, rebuild);
                }
            }
            (Main::Time, Some(Answer::Time(time))) => self.cut(world, time),
            (Main::SplitTime(id), Some(Answer::Time(time))) => self.split(world, id, time),
            (Main::Splitting { id, record, greatest }, Some(Answer::Code(1))) => {
                self.machine.on_split(id, record, greatest);
            }
            (Main::Cutting { id, record, prepared }, Some(Answer::Code(1))) => {
                self.prepared.insert(id, prepared);
                self.machine.on_cut(id, record);
            }
            (Main::Rebuilding(rebuild), Some(Answer::Entries(page))) => self.on_page(world, rebuild, page),
            (Main::Finishing(id), Some(Answer::Code(1 | 2))) => {
                self.prepared.remove(&id);
                self.machine.on_finished(id);
            }
            // The lease is lost, or the cursor is another.
            (_, Some(_)) => self.fail(world),
        }
    }

    /// Asks for the time of which an id is made, and before that, once for each lease, for the greatest id of the table.
    fn ask_time(&mut self, world: &mut World, main: Main) {
        match self.greatest {
            Some(_) => self.call(world, Call::Time, main),
            None => {
                self.main = Main::Floor(
                    world.query((self.process, self.partition), Ask::Greatest { partition: self.partition }),
                )
            }
        }
    }

    fn on_greatest(&mut self, world: &mut World, outcome: &Outcome) {
        match outcome {
            Outcome::Greatest(greatest) => {
                self.greatest = Some(BatchId(*greatest));
                self.main = Main::Ready;
            }
            _ => {
                self.main = Main::Asleep(world.later(world.local(self.process), PAUSE));
                if self.heartbeat <= world.local(self.process) {
                    self.beat(world, None);
                }
            }
        }
    }

    fn cut(&mut self, world: &mut World, time: u64) {
        let (Some(epoch), Some(greatest)) = (self.machine.epoch(), self.greatest) else { return };
        let time = time.max(greatest.cut_at() + 1);
        let (assembled, rows) = content::assemble(&std::mem::take(&mut self.open), None);
        let cut = self.machine.cut(time, self.partition as u16, assembled.blocks());
        let Some((first, last, entries, before, batch)) = cut else { return };
        if assembled.entries != entries {
            return world.violate(format!("{} entries were read, {entries} counted", assembled.entries));
        }
        let mut inserts = assembled.inserts();
        if !world.setup.safeguards.body_hash {
            inserts.iter_mut().for_each(|insert| insert.hash = String::new());
        }
        let record = BatchRecord::new(first, last, entries, inserts, assembled.parked_records());
        let letters = letters(&assembled);
        let bodies = bodies(&rows, batch, &record, false, world.setup.safeguards.body_hash);
        let prepared = Prepared { bodies, rows, letters };
        let call = Call::Cut {
            epoch,
            before,
            after: last,
            batch,
            record: record.to_json(),
            greatest: record.greatest_id(batch),
        };
        self.call(world, call, Main::Cutting { id: batch, record, prepared });
    }

    /// Asks for the next entries of a batch that was cut before.
    fn rebuild(&mut self, world: &mut World, rebuild: Rebuild) {
        if self.heartbeat <= world.local(self.process) {
            return self.beat(world, Some(rebuild));
        }
        let Some(record) = self.machine.record(rebuild.id) else { return };
        let call = Call::Range { from: rebuild.from, to: record.last, count: PAGE };
        self.call(world, call, Main::Rebuilding(rebuild));
    }

    fn on_page(&mut self, world: &mut World, mut rebuild: Rebuild, page: Entries) {
        let Some(record) = self.machine.record(rebuild.id).cloned() else { return };
        if let Some((last, _)) = page.last() {
            rebuild.from = last.next();
            rebuild.entries.extend(page);
            if rebuild.from <= record.last {
                return self.rebuild(world, rebuild);
            }
        }
        let (assembled, rows) = content::assemble(&rebuild.entries, Some(&record));
        let mut inserts = assembled.inserts();
        if !world.setup.safeguards.body_hash {
            inserts.iter_mut().for_each(|insert| insert.hash = String::new());
        }
        if !record.is_of(assembled.entries, &inserts) {
            world.say(|| format!("batch {} is made of other entries", rebuild.id));
            return self.fail(world);
        }
        let letters = letters(&assembled);
        let Some(bodies) = bodies(&rows, rebuild.id, &record, true, world.setup.safeguards.body_hash) else {
            world.say(|| format!("batch {} has other pieces", rebuild.id));
            return self.fail(world);
        };
        let prepared = Prepared { bodies: Some(bodies), rows, letters };
        self.prepared.insert(rebuild.id, prepared);
        self.machine.on_rebuilt(rebuild.id);
    }

    fn insert(&mut self, id: BatchId, world: &mut World) {
        let (Some(epoch), Some(record)) = (self.machine.epoch(), self.machine.record(id).cloned()) else {
            return;
        };
        let Some(bodies) = self.prepared.get_mut(&id).and_then(|prepared| prepared.bodies.take()) else {
            return world.violate(format!("batch {id} has no blocks"));
        };
        let place = (self.process, self.partition);
        self.inserting = Some(Insertion::new(place, epoch, id, record, bodies));
        self.machine.on_inserting(id);
    }

    /// Divides what was refused, or sets the row aside that it is; records that before anything of it is inserted.
    fn start_split(&mut self, world: &mut World, id: BatchId) {
        match self.refusals.get(&id) {
            Some(open) if open.rows == 1 => self.split(world, id, 0),
            Some(_) => self.ask_time(world, Main::SplitTime(id)),
            None => world.violate(format!("batch {id} has no refusal")),
        }
    }

    fn split(&mut self, world: &mut World, id: BatchId, time: u64) {
        let (Some(epoch), Some(mut record)) = (self.machine.epoch(), self.machine.record(id).cloned()) else {
            return;
        };
        let Some(open) = self.refusals.remove(&id) else { return };
        let (pieces, greatest) = if open.rows == 1 {
            (vec![refused(&open, 469, "a constraint")], None)
        } else {
            let time = time.max(self.greatest.map_or(0, |greatest| greatest.cut_at() + 1));
            let first = self.machine.piece_ids(time, self.partition as u16, 2);
            let bodies = self.prepared.get_mut(&id).and_then(|prepared| prepared.bodies.as_mut());
            let (Some(first), Some(bodies)) = (first, bodies) else { return };
            let Some((rows, _)) = bodies.remove(&open.id) else { return };
            let (head, tail) = rows.split_at(open.rows as usize / 2);
            let hashes = [head, tail].map(|rows| content::hash(rows, world.setup.safeguards.body_hash));
            bodies.insert(first, (head.into(), false));
            bodies.insert(first.insert(1), (tail.into(), false));
            (halves(&open, first, hashes), Some(first.insert(1)))
        };
        record.replace(id, open.id, pieces);
        let call = Call::Record { epoch, batch: id, record: record.to_json(), greatest };
        self.call(world, call, Main::Splitting { id, record, greatest });
    }

    fn finish(&mut self, world: &mut World, batch: BatchId) {
        let (Some(epoch), Some(record)) = (self.machine.epoch(), self.machine.record(batch)) else { return };
        let (last, entries) = (record.last, record.entries);
        let Some(prepared) = self.prepared.get(&batch) else { return };
        let refused =
            record.refused().into_iter().map(|row| Dead::Row(prepared.rows[row.insert][row.row as usize]));
        let letters = prepared.letters.iter().copied().chain(refused).collect();
        self.call(world, Call::Finish { epoch, batch, last, entries, letters }, Main::Finishing(batch));
    }

    fn start_read(&mut self, world: &mut World, after: EntryId, block: Duration) {
        if !self.unsorted.is_empty() {
            return self.sort(world);
        }
        let party = Party::Reader(self.process, self.partition);
        let Some(link) = self.reader.or_else(|| world.open(party)) else { return self.fail(world) };
        self.reader = Some(link);
        self.machine.on_reading();
        self.reading = true;
        let block = (block.as_millis() as u64).min(LONGEST_BLOCK);
        world.send(link, self.partition, Call::Read { after, until: world.now + block });
    }

    pub(super) fn on_read(&mut self, world: &mut World, answer: Option<Answer>) {
        match answer {
            Some(Answer::Entries(entries)) => self.read = Some(entries),
            _ => {
                if let Some(link) = self.reader.take() {
                    world.abandon(link);
                }
                self.broken_read = true;
            }
        }
    }

    /// Adds what was read to the open batch, as far as there is room in it.
    fn sort(&mut self, world: &World) {
        let now = instant(world.local(self.process));
        while self.machine.has_room()
            && let Some((id, frame)) = self.unsorted.pop_front()
        {
            let (rows, bytes) = content::size(&frame);
            self.open.push((id, frame));
            self.machine.on_entry(now, id, rows, bytes);
        }
    }

    /// Extends the lease; and goes on to make a batch again.
    fn beat(&mut self, world: &mut World, back: Option<Rebuild>) {
        let asked = world.local(self.process);
        self.heartbeat = asked + world.setup.lease / 3;
        let Some(epoch) = self.machine.epoch() else { return };
        let call = Call::Renew { epoch, lease: world.setup.lease };
        self.call(world, call, Main::Renewing { asked, back });
    }

    /// Gives the lease back. Where that fails it runs out by itself.
    fn release(&mut self, world: &mut World, yielded: bool) {
        let Some(epoch) = self.machine.epoch() else { return self.released(world, yielded) };
        self.call(world, Call::Renew { epoch, lease: 0 }, Main::Releasing { yielded });
        // Without a connection nothing is given back, and everything forgotten.
        if self.connection.is_none() && !self.is_gone() {
            self.released(world, yielded);
        }
    }

    fn released(&mut self, world: &mut World, yielded: bool) {
        self.forget(world);
        self.main = match yielded {
            true if world.processes[self.process].ending => Main::Gone,
            true => Main::Asleep(world.later(world.local(self.process), world.setup.lease / 3)),
            false => Main::Ready,
        };
    }

    pub(super) fn on_record_answer(&mut self, world: &mut World, answer: Option<Answer>) {
        if let Some(insertion) = &mut self.inserting {
            insertion.on_recorded(world, answer);
        }
    }

    pub(super) fn on_query_answer(&mut self, world: &mut World, query: usize, outcome: Outcome) {
        if matches!(self.main, Main::Floor(asked) if asked == query) {
            self.on_greatest(world, &outcome);
        } else if let Some(insertion) = &mut self.inserting {
            insertion.on_outcome(world, query, outcome);
        }
    }

    /// What the real task does with an error: it forgets everything, and tries again later.
    fn fail(&mut self, world: &mut World) {
        self.forget(world);
        self.disconnect(world);
        self.main = match world.processes[self.process].ending {
            true => Main::Gone,
            false => Main::Asleep(world.later(world.local(self.process), PAUSE)),
        };
    }

    fn disconnect(&mut self, world: &mut World) {
        self.broken = false;
        if let Some(link) = self.connection.take() {
            world.abandon(link);
        }
    }

    /// Drops everything that depends on the lease.
    fn forget(&mut self, world: &mut World) {
        self.machine.on_lost();
        self.until = Until::default();
        self.reading = false;
        self.read = None;
        self.broken_read = false;
        self.unsorted.clear();
        if let Some(link) = self.reader.take() {
            world.abandon(link);
        }
        if let Some(insertion) = self.inserting.take() {
            insertion.abort(world);
        }
        if let Main::Floor(query) = self.main {
            world.clickhouse.abandon(query);
        }
        self.greatest = None;
        self.open.clear();
        self.prepared.clear();
        self.refusals.clear();
        self.yielding = false;
    }

    /// The process has ended, whatever the task was doing.
    pub(super) fn die(mut self, world: &mut World) {
        self.forget(world);
        self.disconnect(world);
    }
}

fn letters(assembled: &Assembled) -> Vec<Dead> {
    assembled.letters.iter().map(|letter| Dead::Entry(letter.entry)).collect()
}
