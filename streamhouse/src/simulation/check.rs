//! What must hold: every confirmed frame is in the table once, every other at most once; and what a Redis that loses its latest
//! writes, or is flushed, may take from that.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use super::content;
use super::redis::{Answer, Call, Data, Dead};
use super::world::{Link, World};
use crate::worker::batch::{BatchId, BatchRecord, EntryId};

#[derive(Debug, Clone, Hash)]
pub(super) struct Frame {
    pub(super) rows: Range<u64>,
    pub(super) confirmed: bool,
    /// Redis has lost its entry.
    may_be_lost: bool,
    /// Redis has lost its entry, or that it belongs to a batch.
    may_be_double: bool,
}

impl Frame {
    pub(super) fn new(rows: Range<u64>) -> Self {
        Self { rows, confirmed: false, may_be_lost: false, may_be_double: false }
    }
}

/// Whoever knows everything.
#[derive(Debug, Clone, Hash)]
pub(super) struct Oracle {
    pub(super) frames: Vec<Frame>,
    /// The frame of each row.
    pub(super) rows: Vec<usize>,
    /// How often each row was put into the table.
    times: Vec<u8>,
    /// Where frames were stored: partition, entry.
    stored: BTreeMap<(usize, EntryId), usize>,
    garbage: usize,
    garbage_lost: bool,
    /// When batches were cut, by Redis' clock.
    pub(super) cuts: Vec<u64>,
    /// Batches: partition, id, first and last entry.
    batches: Vec<(usize, BatchId, EntryId, EntryId)>,
    /// Their latest records.
    records: BTreeMap<(usize, BatchId), String>,
    /// Those of them that Redis has lost.
    lost: Vec<(usize, BatchId, EntryId, EntryId)>,
    pub(super) violation: Option<String>,
}

impl Oracle {
    pub(super) fn new(garbage: usize) -> Self {
        Self {
            frames: Vec::new(),
            rows: Vec::new(),
            times: Vec::new(),
            stored: BTreeMap::new(),
            garbage,
            garbage_lost: false,
            cuts: Vec::new(),
            batches: Vec::new(),
            records: BTreeMap::new(),
            lost: Vec::new(),
            violation: None,
        }
    }

    /// What counts of all that is known, where Redis loses nothing.
    pub(super) fn hash_results(&self, hasher: &mut impl Hasher) {
        (&self.frames, &self.times, &self.violation).hash(hasher);
    }

    pub(super) fn add(&mut self, frame: Frame) {
        self.rows.extend(frame.rows.clone().map(|_| self.frames.len()));
        self.times.resize(self.rows.len(), 0);
        self.frames.push(frame);
    }

    /// Redis has done a call.
    pub(super) fn answered(&mut self, partition: usize, call: &Call, answer: &Answer) {
        if let (Call::Send { frame, .. }, Answer::Sent(1, Some(entry))) = (call, answer)
            && let (Some(entry), Some(row)) = (EntryId::parse(entry), content::rows(frame).first())
        {
            self.stored.insert((partition, entry), self.rows[*row as usize]);
        }
        if let (Call::Cut { batch, record, .. } | Call::Record { batch, record, .. }, Answer::Code(1)) =
            (call, answer)
        {
            self.records.insert((partition, *batch), record.clone());
        }
        if let (Call::Cut { batch, record, .. }, Answer::Code(1)) = (call, answer)
            && let Ok(record) = BatchRecord::from_json(record)
        {
            self.cuts.push(batch.cut_at());
            let batch = (partition, *batch, record.first, record.last);
            if self.lost.contains(&batch) {
                // The same entries under the same id once more, at the same millisecond by a clock that went back: ClickHouse may
                // know the token of the first time, and have lost the rows.
                let entries = (partition, record.first)..=(partition, record.last);
                self.stored.range(entries).for_each(|(_, frame)| self.frames[*frame].may_be_lost = true);
            }
            self.batches.push(batch);
        }
    }

    /// Rows are in the table since this moment.
    pub(super) fn inserted(&mut self, rows: &[u64]) {
        for row in rows {
            let times = &mut self.times[*row as usize];
            *times = times.saturating_add(1);
            let frame = self.rows[*row as usize];
            if *times > 1 && !self.frames[frame].may_be_double {
                self.violation
                    .get_or_insert(format!("row {row} of frame {frame} is in the table {times} times"));
            }
        }
    }

    /// Redis was killed and has lost its latest writes.
    pub(super) fn lost(&mut self, before: &[Data], after: &[Data]) {
        for (partition, (before, after)) in before.iter().zip(after).enumerate() {
            for ((_, entry), frame) in
                self.stored.range((partition, EntryId::default())..(partition + 1, EntryId::default()))
            {
                let frame = &mut self.frames[*frame];
                frame.may_be_lost |= *entry > after.last;
                frame.may_be_double |= *entry > after.last;
                // It was cut into a batch, and that is not known any more.
                frame.may_be_double |= *entry > after.cursor && *entry <= before.cursor;
            }
            self.garbage_lost |= before.dead != after.dead;
            for (id, text) in &after.batches {
                // It was divided since, and what was inserted of its pieces will be inserted of others.
                let latest = self.records.get(&(partition, *id)).unwrap_or(text);
                let pieces = |text: &str| {
                    let inserts =
                        BatchRecord::from_json(text).map(|record| record.inserts).unwrap_or_default();
                    inserts.into_iter().map(|insert| insert.pieces).collect::<Vec<_>>()
                };
                if let (true, Ok(record)) = (pieces(latest) != pieces(text), BatchRecord::from_json(text)) {
                    let entries = (partition, record.first)..=(partition, record.last);
                    self.stored
                        .range(entries)
                        .for_each(|(_, frame)| self.frames[*frame].may_be_double = true);
                }
            }
            for dead in before.dead.iter().filter(|dead| !after.dead.contains(dead)) {
                if let Dead::Row(row) = dead {
                    self.frames[self.rows[*row as usize]].may_be_lost = true;
                }
            }
            let lost =
                |batch: &&(usize, BatchId, EntryId, EntryId)| batch.0 == partition && batch.3 > after.cursor;
            self.lost.extend(self.batches.iter().filter(lost));
        }
        // Ids may come again.
        self.stored.retain(|(partition, entry), _| *entry <= after[*partition].last);
    }

    /// Redis was flushed: what was in it is lost, and what is not confirmed or still on its way may be stored anew.
    pub(super) fn flushed(&mut self, before: &[Data], links: &[Option<Link>]) {
        for ((partition, entry), frame) in &self.stored {
            let frame = &mut self.frames[*frame];
            let waits = before[*partition].stream.iter().any(|(id, _)| id == entry);
            frame.may_be_lost |= waits;
            frame.may_be_double |= waits || !frame.confirmed;
        }
        for (_, call) in links.iter().flatten().flat_map(|link| &link.requests) {
            if let Call::Send { frame, .. } = call
                && let Some(row) = content::rows(frame).first()
            {
                self.frames[self.rows[*row as usize]].may_be_double = true;
            }
        }
        for dead in before.iter().flat_map(|data| &data.dead) {
            if let Dead::Row(row) = dead {
                self.frames[self.rows[*row as usize]].may_be_lost = true;
            }
        }
        self.garbage_lost = true;
        self.stored.clear();
    }
}

/// Whether nothing is left to do.
pub(super) fn is_drained(world: &World) -> bool {
    world.producers.iter().flatten().all(super::producer::Producer::is_empty)
        && world.redis.partitions.iter().all(|data| data.batches.is_empty() && data.stream.is_empty())
}

/// What does not hold in a world in which nothing is left to do.
pub(super) fn at_the_end(world: &World) -> Option<String> {
    let oracle = &world.oracle;
    if let Some(violation) = &oracle.violation {
        return Some(violation.clone());
    }
    if world.clickhouse.times(oracle.rows.len()) != oracle.times {
        return Some("rows have gone from the table".into());
    }
    let dead: Vec<Dead> = world.redis.partitions.iter().flat_map(|data| data.dead.iter().copied()).collect();
    for (number, frame) in oracle.frames.iter().enumerate() {
        // A row that is refused counts as there where it was set aside.
        let set_aside = |row: u64| dead.iter().filter(|dead| **dead == Dead::Row(row)).count() as u8;
        let times = |row: u64| match world.clickhouse.is_poison(row) {
            true => set_aside(row),
            false => oracle.times[row as usize],
        };
        let mut times = frame.rows.clone().map(times);
        let first = times.next().unwrap_or_default();
        if first > 1 && !frame.may_be_double {
            return Some(format!("frame {number} was set aside {first} times"));
        }
        if times.any(|times| times != first) && !frame.may_be_double && !frame.may_be_lost {
            return Some(format!("frame {number} is in the table in part"));
        }
        if first == 0 && frame.confirmed && !frame.may_be_lost {
            return Some(format!("frame {number} was confirmed and is not in the table"));
        }
    }
    for (partition, data) in world.redis.partitions.iter().enumerate() {
        if data.cursor != data.last {
            return Some(format!(
                "partition {partition}: the cursor is at {}, the end at {}",
                data.cursor, data.last
            ));
        }
    }
    let entries = dead.iter().filter(|dead| matches!(dead, Dead::Entry(_))).count();
    if entries != oracle.garbage && !oracle.garbage_lost {
        return Some(format!("{entries} entries were set aside, {} could not be read", oracle.garbage));
    }
    None
}
