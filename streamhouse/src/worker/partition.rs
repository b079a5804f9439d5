//! A partition in the hands of a worker: a state machine without I/O.
//!
//! The shell asks [`Partition::next`] what to do, does it, and tells the machine how it went. Reading and inserting go on
//! beside everything else; all other steps are done one at a time. Whatever goes wrong with Redis, the machine forgets
//! everything and takes the lease anew: what counts is in Redis.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::batch::{BatchId, BatchRecord, EntryId};

/// Batches that may be cut and not finished: one that is inserted, one that waits for it.
const MAX_UNFINISHED: usize = 2;

/// When a batch is cut.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(test, derive(Hash))]
pub(crate) struct BatchLimits {
    pub(crate) rows: usize,
    pub(crate) bytes: usize,
    pub(crate) interval: Duration,
}

/// What a taken lease comes with.
#[derive(Debug, Clone)]
pub(crate) struct Lease {
    pub(crate) epoch: u64,
    pub(crate) cursor: EntryId,
    pub(crate) last_batch: Option<BatchId>,
    /// Batches that were cut and not finished, oldest first.
    pub(crate) batches: Vec<(BatchId, BatchRecord)>,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    /// Take the lease.
    Acquire,
    /// Read the entries of a batch that somebody else cut, and make its blocks again.
    Rebuild(BatchId),
    /// Begin to insert a batch.
    Insert(BatchId),
    /// Begin to read, from behind this entry, waiting at most so long for the first one.
    Read { after: EntryId, block: Duration },
    /// Cut the open batch.
    Cut,
    /// Divide what was refused of a batch, or set the row aside that it is.
    Split(BatchId),
    /// Finish a batch.
    Finish(BatchId),
    /// Nothing until reading or inserting ends, or until this moment.
    Wait(Option<Instant>),
}

#[derive(Debug)]
#[cfg_attr(test, derive(Clone, Hash))]
enum Stage {
    /// Known from its record only.
    Recorded,
    /// Its blocks are there.
    Ready,
    Inserting,
    /// Something of it was refused, and nothing of it is inserted until that is recorded.
    Refused,
    Inserted,
}

#[derive(Debug)]
#[cfg_attr(test, derive(Clone, Hash))]
struct Batch {
    id: BatchId,
    record: BatchRecord,
    stage: Stage,
}

/// Entries that were read and belong to no batch yet.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone, Hash))]
struct Open {
    first: EntryId,
    last: EntryId,
    entries: u64,
    rows: usize,
    bytes: usize,
    since: Instant,
}

/// The machine.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone, Hash))]
pub(crate) struct Partition {
    limits: BatchLimits,
    held: Option<Held>,
}

#[derive(Debug)]
#[cfg_attr(test, derive(Clone, Hash))]
struct Held {
    epoch: u64,
    /// The last entry of the last batch.
    cursor: EntryId,
    /// The greatest id so far.
    last_batch: Option<BatchId>,
    open: Option<Open>,
    /// Oldest first.
    batches: VecDeque<Batch>,
    reading: bool,
    /// No new batch is begun.
    ending: bool,
}

impl Partition {
    pub(crate) fn new(limits: BatchLimits) -> Self {
        Self { limits, held: None }
    }

    /// The epoch under which the partition is held.
    pub(crate) fn epoch(&self) -> Option<u64> {
        self.held.as_ref().map(|held| held.epoch)
    }

    /// Gives the epoch another name, as all who know it do.
    #[cfg(test)]
    pub(crate) fn rename_epoch(&mut self, name: impl FnOnce(u64) -> u64) {
        if let Some(held) = &mut self.held {
            held.epoch = name(held.epoch);
        }
    }

    /// The batches that are known, and not finished.
    #[cfg(test)]
    pub(crate) fn unfinished(&self) -> impl Iterator<Item = BatchId> {
        self.held.iter().flat_map(|held| &held.batches).map(|batch| batch.id)
    }

    /// The greatest id so far, of batches and what belongs to them.
    pub(crate) fn last_batch(&self) -> Option<BatchId> {
        self.held.as_ref()?.last_batch
    }

    /// Finish what is cut, and cut nothing more.
    pub(crate) fn end(&mut self) {
        if let Some(held) = &mut self.held {
            held.ending = true;
            held.open = None;
        }
    }

    /// Whether nothing is left to do before the lease is given back.
    pub(crate) fn is_quiet(&self) -> bool {
        self.held.as_ref().is_none_or(|held| held.batches.is_empty())
    }

    /// What to do next.
    pub(crate) fn next(&self, now: Instant) -> Step {
        let Some(held) = &self.held else { return Step::Acquire };
        if let Some(batch) = held.batches.front() {
            match batch.stage {
                Stage::Inserted => return Step::Finish(batch.id),
                Stage::Recorded => return Step::Rebuild(batch.id),
                Stage::Ready => return Step::Insert(batch.id),
                Stage::Refused => return Step::Split(batch.id),
                Stage::Inserting => {}
            }
        }
        if held.ending {
            return Step::Wait(None);
        }
        let due = held.open.as_ref().map(|open| (self.is_full(open), open.since + self.limits.interval));
        if let Some((full, deadline)) = due {
            if (full || deadline <= now) && held.batches.len() < MAX_UNFINISHED {
                return Step::Cut;
            }
            if full || held.reading {
                // Once the insert before it has ended, a full batch can be cut.
                return Step::Wait((!full && held.batches.len() < MAX_UNFINISHED).then_some(deadline));
            }
        }
        if held.reading {
            return Step::Wait(None);
        }
        let after = held.open.as_ref().map_or(held.cursor, |open| open.last);
        let block = match due {
            // It is cut once the insert before it has ended, whatever is read until then.
            Some(_) if held.batches.len() >= MAX_UNFINISHED => Duration::MAX,
            Some((_, deadline)) => deadline.saturating_duration_since(now).max(Duration::from_millis(1)),
            None => Duration::MAX,
        };
        Step::Read { after, block }
    }

    fn is_full(&self, open: &Open) -> bool {
        open.rows >= self.limits.rows || open.bytes >= self.limits.bytes
    }

    /// The lease was taken.
    pub(crate) fn on_acquired(&mut self, lease: Lease) {
        let batches = lease
            .batches
            .into_iter()
            .map(|(id, record)| Batch { id, record, stage: Stage::Recorded })
            .collect();
        self.held = Some(Held {
            epoch: lease.epoch,
            cursor: lease.cursor,
            last_batch: lease.last_batch,
            open: None,
            batches,
            reading: false,
            ending: false,
        });
    }

    /// The lease is gone, or Redis: nothing that is known still counts.
    pub(crate) fn on_lost(&mut self) {
        self.held = None;
    }

    /// Whether the open batch takes one more entry.
    pub(crate) fn has_room(&self) -> bool {
        self.held
            .as_ref()
            .is_some_and(|held| !held.ending && held.open.as_ref().is_none_or(|open| !self.is_full(open)))
    }

    /// The open batch takes no more entries, for another reason than its size.
    pub(crate) fn fill(&mut self) {
        if let Some(open) = self.held.as_mut().and_then(|held| held.open.as_mut()) {
            open.rows = self.limits.rows;
        }
    }

    /// Reading has begun.
    pub(crate) fn on_reading(&mut self) {
        if let Some(held) = &mut self.held {
            held.reading = true;
        }
    }

    /// Reading has ended.
    pub(crate) fn on_read(&mut self) {
        if let Some(held) = &mut self.held {
            held.reading = false;
        }
    }

    /// An entry was read.
    pub(crate) fn on_entry(&mut self, now: Instant, entry: EntryId, rows: usize, bytes: usize) {
        let Some(held) = &mut self.held else { return };
        if held.ending {
            return;
        }
        let open = held.open.get_or_insert(Open {
            first: entry,
            last: entry,
            entries: 0,
            rows: 0,
            bytes: 0,
            since: now,
        });
        open.last = entry;
        open.entries += 1;
        open.rows += rows;
        open.bytes += bytes;
    }

    /// What is to be cut: first and last entry, how many there are, the cursor before, and the id of the batch, which
    /// has so many inserts.
    pub(crate) fn cut(
        &self,
        now_millis: u64,
        partition: u16,
        inserts: usize,
    ) -> Option<(EntryId, EntryId, u64, EntryId, BatchId)> {
        let held = self.held.as_ref()?;
        let open = held.open.as_ref()?;
        let id = BatchId::next(held.last_batch, now_millis, partition, inserts);
        Some((open.first, open.last, open.entries, held.cursor, id))
    }

    /// The open batch is recorded.
    pub(crate) fn on_cut(&mut self, id: BatchId, record: BatchRecord) {
        let Some(held) = &mut self.held else { return };
        held.cursor = record.last;
        held.last_batch = Some(record.greatest_id(id));
        held.open = None;
        held.batches.push_back(Batch { id, record, stage: Stage::Ready });
    }

    /// The record of a batch that is not finished.
    pub(crate) fn record(&self, id: BatchId) -> Option<&BatchRecord> {
        self.held.as_ref()?.batches.iter().find(|batch| batch.id == id).map(|batch| &batch.record)
    }

    /// A batch's blocks were made again.
    pub(crate) fn on_rebuilt(&mut self, id: BatchId) {
        self.set_stage(id, Stage::Ready);
    }

    /// Inserting a batch has begun.
    pub(crate) fn on_inserting(&mut self, id: BatchId) {
        self.set_stage(id, Stage::Inserting);
    }

    /// Something of a batch was refused; the record says what is done of it.
    pub(crate) fn on_refused(&mut self, id: BatchId, record: BatchRecord) {
        self.set_record(id, record, Stage::Refused);
    }

    /// The first of so many ids for pieces of inserts, above all of the partition: those of a batch lie beside each other, and
    /// the next batch may follow already.
    pub(crate) fn piece_ids(&self, now_millis: u64, partition: u16, pieces: usize) -> Option<BatchId> {
        Some(BatchId::next(self.held.as_ref()?.last_batch, now_millis, partition, pieces))
    }

    /// What was refused is recorded, with ids up to this one.
    pub(crate) fn on_split(&mut self, id: BatchId, record: BatchRecord, greatest: Option<BatchId>) {
        if let Some(held) = &mut self.held {
            held.last_batch = held.last_batch.max(greatest);
        }
        let stage = if record.open(id).is_empty() { Stage::Inserted } else { Stage::Ready };
        self.set_record(id, record, stage);
    }

    /// All of a batch is inserted.
    pub(crate) fn on_inserted(&mut self, id: BatchId) {
        self.set_stage(id, Stage::Inserted);
    }

    /// A batch is finished.
    pub(crate) fn on_finished(&mut self, id: BatchId) {
        if let Some(held) = &mut self.held {
            held.batches.retain(|batch| batch.id != id);
        }
    }

    fn set_stage(&mut self, id: BatchId, stage: Stage) {
        if let Some(batch) = self.batch(id) {
            batch.stage = stage;
        }
    }

    fn set_record(&mut self, id: BatchId, record: BatchRecord, stage: Stage) {
        if let Some(batch) = self.batch(id) {
            (batch.record, batch.stage) = (record, stage);
        }
    }

    fn batch(&mut self, id: BatchId) -> Option<&mut Batch> {
        self.held.iter_mut().flat_map(|held| &mut held.batches).find(|batch| batch.id == id)
    }
}

#[cfg(test)]
mod tests;
