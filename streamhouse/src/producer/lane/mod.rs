//! The frames of one producer for one partition, in order: a state machine without I/O.
//!
//! Frames are numbered without a gap. What was sent and not answered is sent again under the same number, so a frame
//! is stored once however often it is sent.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use bytes::Bytes;

use crate::frame::{FrameBuilder, ProducerId, readdress};

/// What Redis answered to a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// It is stored, now or by an earlier attempt whose entry may no longer be known.
    Stored { entry: Option<String> },
    /// The frames before it are missing; the last one known has this number.
    Gap { last: u64 },
    /// It was not stored, for the stream has as many of these as it may.
    Full { of: String },
    /// It was not stored.
    Refused,
}

impl Reply {
    /// What the script that sends answers.
    pub(crate) fn of((code, text): (i64, Option<String>)) -> Self {
        let text = text.filter(|text| !text.is_empty());
        match code {
            0 | 1 => Reply::Stored { entry: text },
            -2 => Reply::Full { of: text.unwrap_or_default() },
            _ => Reply::Gap { last: text.and_then(|last| last.parse().ok()).unwrap_or(0) },
        }
    }
}

/// A frame that is stored.
#[derive(Debug)]
pub(crate) struct Settled<T> {
    pub(crate) partition: u16,
    pub(crate) entry: Option<String>,
    pub(crate) rows: u32,
    pub(crate) bytes: usize,
    pub(crate) tickets: Vec<T>,
    /// Its place in the spool, where it came from there.
    pub(crate) logged: Option<u64>,
}

/// What a reply leads to.
#[derive(Debug)]
pub(crate) enum Outcome<T> {
    /// The oldest frame is stored.
    Settled(Settled<T>),
    /// The frames from the oldest on are to be sent again; what else is answered to this round means nothing.
    Again,
    /// As `Again`, under a new producer id, because Redis no longer knows the old one. `forgotten` frames that Redis
    /// had confirmed are not in its memory: it lost its latest writes, or the producer was silent for too long.
    Renewed { forgotten: u64, renewal: Renewal },
}

/// Frames of a producer go on under another id: the one numbered `first` as the first of it, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Renewal {
    pub(crate) old: ProducerId,
    pub(crate) first: u64,
    pub(crate) new: ProducerId,
}

/// A frame that is not known to be stored.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub(crate) struct Waiting<T> {
    pub(crate) producer: ProducerId,
    pub(crate) sequence: u64,
    pub(crate) frame: Bytes,
    pub(crate) rows: u32,
    /// What it takes of the room for events that wait.
    pub(crate) bytes: usize,
    pub(crate) tickets: Vec<T>,
    /// It was sent, and may be stored.
    pub(crate) tried: bool,
    pub(crate) logged: Option<u64>,
}

/// One partition's frames; `T` is who waits for them. Frames of several producer ids may wait, first all of the one,
/// then all of the next: only those of the first are on their way at a time, so that they arrive in order.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone, Hash))]
pub(crate) struct Lane<T> {
    partition: u16,
    /// Who seals the next frame, and under which number.
    producer: ProducerId,
    next: u64,
    waiting: VecDeque<Waiting<T>>,
    /// How many of the waiting frames were sent.
    sent: usize,
}

impl<T> Lane<T> {
    pub(crate) fn new(partition: u16, producer: ProducerId) -> Self {
        Self { partition, producer, next: 1, waiting: VecDeque::new(), sent: 0 }
    }

    /// Whose frames are on their way, or will be next.
    pub(crate) fn producer(&self) -> &ProducerId {
        self.waiting.front().map_or(&self.producer, |waiting| &waiting.producer)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Seals a frame as the next of this lane.
    pub(crate) fn push(&mut self, builder: &mut FrameBuilder, tickets: Vec<T>, compress: bool) {
        let sealed = self.seal(builder, tickets, compress);
        self.waiting.push_back(sealed);
    }

    /// Seals a frame as the next of this lane, which is then brought to it or kept elsewhere.
    pub(crate) fn seal(&mut self, builder: &mut FrameBuilder, tickets: Vec<T>, compress: bool) -> Waiting<T> {
        let (rows, bytes) = (builder.rows(), builder.bytes());
        let (producer, sequence) = (self.producer, self.next);
        self.next += 1;
        let frame = Bytes::from(builder.seal(&producer, sequence, compress));
        Waiting { producer, sequence, frame, rows, bytes, tickets, tried: false, logged: None }
    }

    /// Takes a frame that was sealed before, behind all others.
    pub(crate) fn put(&mut self, waiting: Waiting<T>) {
        self.waiting.push_back(waiting);
    }

    /// The frames that were not sent yet, with their numbers, at least one and then up to so many bytes, of one producer;
    /// from now on they count as sent.
    pub(crate) fn send(&mut self, bytes: usize) -> Vec<(u64, Bytes)> {
        let producer = *self.producer();
        let (mut frames, mut total) = (Vec::new(), 0);
        for waiting in self.waiting.iter_mut().skip(self.sent) {
            total += waiting.frame.len();
            if waiting.producer != producer || (total > bytes && !frames.is_empty()) {
                break;
            }
            waiting.tried = true;
            frames.push((waiting.sequence, waiting.frame.clone()));
        }
        self.sent += frames.len();
        frames
    }

    /// Takes the answer to the oldest frame that was sent. `fresh` is the id to go on with where Redis has forgotten
    /// this one.
    pub(crate) fn on_reply(&mut self, reply: Reply, fresh: impl FnOnce() -> ProducerId) -> Outcome<T> {
        let Some(oldest) = self.waiting.front() else { return self.rewind() };
        match reply {
            Reply::Stored { entry } => match self.waiting.pop_front() {
                Some(Waiting { rows, bytes, tickets, logged, .. }) => {
                    self.sent = self.sent.saturating_sub(1);
                    let partition = self.partition;
                    Outcome::Settled(Settled { partition, entry, rows, bytes, tickets, logged })
                }
                None => Outcome::Again,
            },
            // A frame before this one was refused, and is the oldest: nothing is amiss.
            Reply::Gap { last } if last + 1 >= oldest.sequence => self.rewind(),
            Reply::Gap { last } => {
                let renewal = Renewal { old: oldest.producer, first: oldest.sequence, new: fresh() };
                let forgotten = renewal.first - 1 - last;
                for waiting in &mut self.waiting {
                    if let Some(sequence) = renewal.applies(&waiting.producer, waiting.sequence) {
                        waiting.readdress(&renewal.new, sequence);
                    }
                }
                if let Some(next) = renewal.applies(&self.producer, self.next) {
                    (self.producer, self.next) = (renewal.new, next);
                }
                self.sent = 0;
                Outcome::Renewed { forgotten, renewal }
            }
            Reply::Full { .. } | Reply::Refused => self.rewind(),
        }
    }

    /// The connection is gone: what was sent has an unknown fate, and is sent again under the same numbers.
    pub(crate) fn on_disconnect(&mut self) {
        self.sent = 0;
    }

    /// Takes over a frame of a lane that is no more, as the next of this one.
    pub(crate) fn adopt(&mut self, mut waiting: Waiting<T>) {
        waiting.readdress(&self.producer, self.next);
        self.next += 1;
        self.waiting.push_back(waiting);
    }

    /// The frames that are not known to be stored, in order.
    pub(crate) fn into_waiting(self) -> VecDeque<Waiting<T>> {
        self.waiting
    }

    /// Gives up the frames that are in no spool, in order. None of them is on its way.
    pub(crate) fn take_unlogged(&mut self) -> VecDeque<Waiting<T>> {
        let logged = self.waiting.iter().take_while(|waiting| waiting.logged.is_some()).count();
        self.sent = self.sent.min(logged);
        self.waiting.split_off(logged)
    }

    /// Gives up all frames: they are taken from the spool again.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
        self.sent = 0;
    }

    fn rewind(&mut self) -> Outcome<T> {
        self.sent = 0;
        Outcome::Again
    }
}

impl<T> Waiting<T> {
    pub(crate) fn readdress(&mut self, producer: &ProducerId, sequence: u64) {
        let mut frame = self.frame.to_vec();
        readdress(&mut frame, producer, sequence);
        (self.frame, self.producer, self.sequence) = (frame.into(), *producer, sequence);
    }
}

impl Renewal {
    /// The number that a frame has under the new id, where it is one of those.
    pub(crate) fn applies(&self, producer: &ProducerId, sequence: u64) -> Option<u64> {
        (*producer == self.old && sequence >= self.first).then(|| sequence - self.first + 1)
    }
}

/// Whether it was tried changes nothing in what is done next, so worlds are not told apart by it.
#[cfg(test)]
impl<T: std::hash::Hash> std::hash::Hash for Waiting<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (&self.frame, self.rows, self.bytes, &self.tickets).hash(state);
    }
}
