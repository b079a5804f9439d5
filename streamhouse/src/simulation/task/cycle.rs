//! A batch from the cut to the finish.

use super::super::clickhouse::{Ask, Outcome};
use super::super::content;
use super::super::insertion::{Insertion, bodies};
use super::super::redis::{Call, Dead};
use super::super::world::{BEGIN, World};
use super::{Main, PAUSE, Prepared, Task};
use crate::worker::assembler::Assembled;
use crate::worker::batch::{BatchId, BatchRecord};
use crate::worker::pieces::{halves, refused};

impl Task {
    /// Asks for the time of which an id is made, and before that, once for each lease, for the greatest id of the table.
    pub(super) fn ask_time(&mut self, world: &mut World, main: Main) {
        match self.greatest {
            // A clock that stands still says the same whenever it is asked: nothing can come between.
            Some(_) if world.timeless && matches!(main, Main::Time) => self.cut(world, BEGIN + world.now),
            Some(_) => self.call(world, Call::Time, main),
            None => {
                // The lease is extended meanwhile, and then it is still the same question.
                let ask = Ask::Greatest { partition: self.partition };
                self.asked = self.asked.or_else(|| Some(world.query((self.process, self.partition), ask)));
                self.main = Main::Floor;
            }
        }
    }

    pub(super) fn on_greatest(&mut self, world: &mut World, outcome: &Outcome) {
        self.asked = None;
        match outcome {
            Outcome::Greatest(greatest) => self.greatest = Some(*greatest),
            // Asked anew once the lease is extended.
            _ if !matches!(self.main, Main::Floor) => {}
            _ => {
                self.main = Main::Asleep(world.later(world.local(self.process), PAUSE));
                if self.heartbeat <= world.local(self.process) {
                    self.beat(world, None);
                }
                return;
            }
        }
        if matches!(self.main, Main::Floor) {
            self.main = Main::Ready;
        }
    }

    pub(super) fn cut(&mut self, world: &mut World, time: u64) {
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

    pub(super) fn insert(&mut self, id: BatchId, world: &mut World) {
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
    pub(super) fn start_split(&mut self, world: &mut World, id: BatchId) {
        match self.refusals.get(&id) {
            Some(open) if open.rows == 1 => self.split(world, id, 0),
            Some(_) => self.ask_time(world, Main::SplitTime(id)),
            None => world.violate(format!("batch {id} has no refusal")),
        }
    }

    pub(super) fn split(&mut self, world: &mut World, id: BatchId, time: u64) {
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

    pub(super) fn finish(&mut self, world: &mut World, batch: BatchId) {
        let (Some(epoch), Some(record)) = (self.machine.epoch(), self.machine.record(batch)) else { return };
        let (last, entries) = (record.last, record.entries);
        let Some(prepared) = self.prepared.get(&batch) else { return };
        let refused =
            record.refused().into_iter().map(|row| Dead::Row(prepared.rows[row.insert][row.row as usize]));
        let letters = prepared.letters.iter().copied().chain(refused).collect();
        self.call(world, Call::Finish { epoch, batch, last, entries, letters }, Main::Finishing(batch));
    }
}

pub(super) fn letters(assembled: &Assembled) -> Vec<Dead> {
    assembled.letters.iter().map(|letter| Dead::Entry(letter.entry)).collect()
}
