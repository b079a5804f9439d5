//! Redis: one partition's keys and the scripts over them, each as its file in `redis/` has it, and what a server keeps when it is
//! killed. `agreement` compares the scripts with those of a real server.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;

use super::Safeguards;
use crate::frame::ProducerId;
use crate::worker::batch::{BatchId, EntryId};

/// What a client asks of one partition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Call {
    Time,
    Send {
        producer: ProducerId,
        sequence: u64,
        frame: Bytes,
        memory: u64,
    },
    Acquire {
        worker: String,
        lease: u64,
    },
    Renew {
        epoch: u64,
        lease: u64,
    },
    Cut {
        epoch: u64,
        before: EntryId,
        after: EntryId,
        batch: BatchId,
        record: String,
        greatest: BatchId,
    },
    Record {
        epoch: u64,
        batch: BatchId,
        record: String,
        greatest: Option<BatchId>,
    },
    Finish {
        epoch: u64,
        batch: BatchId,
        last: EntryId,
        entries: u64,
        letters: Vec<Dead>,
    },
    /// XREAD; waits until this moment for an entry.
    Read {
        after: EntryId,
        until: u64,
    },
    /// XRANGE.
    Range {
        from: EntryId,
        to: EntryId,
        count: usize,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Answer {
    Time(u64),
    Sent(i64, Option<String>),
    Held {
        owner: String,
        left: u64,
    },
    Lease {
        epoch: u64,
        cursor: EntryId,
        batch: Option<BatchId>,
        batches: BTreeMap<BatchId, String>,
    },
    Code(i64),
    Entries(Vec<(EntryId, Bytes)>),
    /// The server refuses, for it is full.
    Refused,
}

/// What was set aside: an entry that is no frame, or a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Dead {
    Entry(EntryId),
    Row(u64),
}

/// The keys of a partition.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Data {
    pub(super) stream: VecDeque<(EntryId, Bytes)>,
    pub(super) last: EntryId,
    producers: BTreeMap<ProducerId, Remembered>,
    pub(super) owner: String,
    pub(super) expires: u64,
    pub(super) lease: u64,
    pub(super) epoch: Option<u64>,
    pub(super) cursor: EntryId,
    pub(super) batch: Option<BatchId>,
    pub(super) read: u64,
    /// A batch was.
    pub(super) finished: bool,
    pub(super) batches: BTreeMap<BatchId, String>,
    pub(super) dead: Vec<Dead>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Remembered {
    sequence: u64,
    entry: EntryId,
    expires: u64,
}

impl Data {
    /// Runs a call at `now`, milliseconds since 1970 by the server's clock.
    pub(super) fn run(&mut self, call: &Call, now: u64, safeguards: Safeguards) -> Answer {
        let fenced = |data: &Self, epoch: u64| safeguards.fence && data.epoch != Some(epoch);
        match call {
            Call::Time => Answer::Time(now),
            Call::Send { producer, sequence, frame, memory } => {
                self.send(*producer, *sequence, frame, *memory, now, safeguards.idempotent_send)
            }
            Call::Acquire { worker, lease } => self.acquire(worker, *lease, now),
            Call::Renew { epoch, .. } | Call::Record { epoch, .. } if fenced(self, *epoch) => Answer::Code(0),
            Call::Cut { epoch, .. } | Call::Finish { epoch, .. } if fenced(self, *epoch) => Answer::Code(0),
            Call::Renew { lease: 0, .. } => {
                self.owner = String::new();
                self.expires = 0;
                Answer::Code(1)
            }
            Call::Renew { lease, .. } => {
                self.expires = now + lease;
                self.lease = *lease;
                Answer::Code(1)
            }
            Call::Cut { before, after, batch, record, greatest, .. } => {
                if self.cursor != *before || self.batch.is_some_and(|last| last >= *batch) {
                    return Answer::Code(-1);
                }
                self.batches.insert(*batch, record.clone());
                self.cursor = *after;
                self.batch = Some(*greatest);
                Answer::Code(1)
            }
            Call::Record { batch, record, greatest, .. } => match self.batches.get_mut(batch) {
                Some(_) if greatest.is_some() && self.batch >= *greatest => Answer::Code(-1),
                Some(stored) => {
                    self.batch = greatest.or(self.batch);
                    stored.clone_from(record);
                    Answer::Code(1)
                }
                None => Answer::Code(2),
            },
            Call::Finish { batch, last, entries, letters, .. } => {
                if !self.batches.contains_key(batch) {
                    return Answer::Code(2);
                }
                self.dead.extend(letters);
                self.batches.remove(batch);
                self.read += entries;
                self.finished = true;
                self.stream.retain(|(id, _)| id > last);
                Answer::Code(1)
            }
            Call::Read { after, .. } => {
                Answer::Entries(self.stream.iter().filter(|(id, _)| id > after).cloned().collect())
            }
            Call::Range { from, to, count } => {
                let within = self.stream.iter().filter(|(id, _)| (from..=to).contains(&id));
                Answer::Entries(within.take(*count).cloned().collect())
            }
        }
    }

    /// The number of the last frame of a producer.
    pub(super) fn sequence(&self, producer: &ProducerId) -> u64 {
        self.producers.get(producer).map_or(0, |remembered| remembered.sequence)
    }

    fn send(
        &mut self,
        producer: ProducerId,
        sequence: u64,
        frame: &Bytes,
        memory: u64,
        now: u64,
        idempotent: bool,
    ) -> Answer {
        let remembered = self.producers.get(&producer).filter(|remembered| now < remembered.expires);
        let last = remembered.map_or(0, |remembered| remembered.sequence);
        if sequence <= last && idempotent {
            let entry = remembered.filter(|remembered| remembered.sequence == sequence);
            return Answer::Sent(
                0,
                Some(entry.map(|remembered| remembered.entry.to_string()).unwrap_or_default()),
            );
        } else if sequence > last + 1 {
            return Answer::Sent(-1, Some(last.to_string()));
        }
        let entry = self.add(frame.clone(), now);
        self.producers.insert(producer, Remembered { sequence, entry, expires: now + memory });
        Answer::Sent(1, Some(entry.to_string()))
    }

    /// XADD with an id of the server's own.
    pub(super) fn add(&mut self, frame: Bytes, now: u64) -> EntryId {
        let id = match now > self.last.millis {
            true => EntryId { millis: now, number: 0 },
            false => self.last.next(),
        };
        self.last = id;
        self.stream.push_back((id, frame));
        id
    }

    fn acquire(&mut self, worker: &str, lease: u64, now: u64) -> Answer {
        if !self.owner.is_empty() && self.owner != worker && self.expires > now {
            if self.lease > 0 && self.expires - now > self.lease {
                self.expires = now + self.lease;
            }
            return Answer::Held { owner: self.owner.clone(), left: self.expires - now };
        }
        let epoch = now.max(self.epoch.unwrap_or(0) + 1);
        self.epoch = Some(epoch);
        self.owner = worker.into();
        self.expires = now + lease;
        self.lease = lease;
        let batches = self.batches.clone();
        Answer::Lease { epoch, cursor: self.cursor, batch: self.batch, batches }
    }
}

/// A server.
#[derive(Debug, Clone, Hash)]
pub(super) struct Redis {
    pub(super) up: bool,
    /// Its clock, compared with true time, in milliseconds.
    pub(super) offset: i64,
    /// Whoever asks for the time is shown multiples of this.
    grain: u64,
    pub(super) partitions: Vec<Data>,
    /// What a kill leaves, where that is not everything.
    persisted: Option<Vec<Data>>,
    /// It refuses whatever takes memory.
    pub(super) full: bool,
}

impl Redis {
    /// With `appendfsync always`, or with `everysec`.
    pub(super) fn new(partitions: usize, always: bool, grain: u64) -> Self {
        let partitions = vec![Data::default(); partitions];
        let persisted = (!always).then(|| partitions.clone());
        Self { up: true, offset: 0, grain, partitions, persisted, full: false }
    }

    pub(super) fn run(&mut self, partition: usize, call: &Call, now: u64, safeguards: Safeguards) -> Answer {
        // The others begin with a write that takes none.
        if self.full && matches!(call, Call::Send { .. }) {
            return Answer::Refused;
        }
        let now = now.saturating_add_signed(self.offset);
        match call {
            Call::Time => Answer::Time(now / self.grain * self.grain),
            _ => self.partitions[partition].run(call, now, safeguards),
        }
    }

    /// What was written so far is on the disk.
    pub(super) fn persist(&mut self) {
        if let Some(persisted) = &mut self.persisted {
            persisted.clone_from(&self.partitions);
        }
    }

    /// Killed: what is not on the disk is gone. Gives what there was.
    pub(super) fn kill(&mut self) -> Vec<Data> {
        self.up = false;
        let before = self.partitions.clone();
        if let Some(persisted) = &self.persisted {
            self.partitions.clone_from(persisted);
        }
        before
    }

    /// Flushed. Gives what there was.
    pub(super) fn flush(&mut self) -> Vec<Data> {
        let empty = vec![Data::default(); self.partitions.len()];
        let before = std::mem::replace(&mut self.partitions, empty);
        self.persist();
        before
    }
}
