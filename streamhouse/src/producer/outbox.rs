//! Events of one schema that wait to be sent: those that share the open frame, and the frames that are full.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use streamhouse_schema::fingerprint::Fingerprint;
use tokio::sync::oneshot;

use super::room::Room;
use super::{Outgoing, Receipt};
use crate::event::FieldError;
use crate::frame::{FrameBuilder, Layout};
use crate::value::ValueError;

/// Who waits for a frame to be stored.
pub(super) type Ticket = oneshot::Sender<Receipt>;

/// Emptied frames that are kept to be filled again.
const SPARE: usize = 4;

/// A frame that takes no more rows, and who waits for it.
#[derive(Debug)]
pub(super) struct Filled {
    pub(super) builder: FrameBuilder,
    pub(super) tickets: Vec<Ticket>,
}

/// The outbox of a schema.
#[derive(Debug)]
pub(super) struct Outbox {
    pub(super) event: Cow<'static, str>,
    pub(super) fingerprint: Fingerprint,
    pub(super) document: Cow<'static, str>,
    layout: Layout,
    queue: Mutex<Queue>,
    accepted: AtomicU64,
    settled: AtomicU64,
}

#[derive(Debug)]
struct Queue {
    open: Filled,
    /// When the first row of the open frame came.
    since: Option<Instant>,
    /// Somebody waits for the open frame.
    urgent: bool,
    full: VecDeque<Filled>,
    spare: Vec<FrameBuilder>,
}

/// When a frame takes no more rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct FrameLimits {
    pub(super) rows: u32,
    pub(super) bytes: usize,
}

/// Why an event was not added.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The house is closed.
    Closed,
    /// A column cannot hold a value.
    Invalid(FieldError),
}

impl Outbox {
    pub(super) fn new<E: Outgoing>(event: &E, layout: Layout) -> Self {
        let fingerprint = event.fingerprint();
        let builder = FrameBuilder::new(fingerprint, layout.clone());
        Self {
            event: event.event(),
            fingerprint,
            document: event.frame_schema(),
            layout,
            queue: Mutex::new(Queue {
                open: Filled { builder, tickets: Vec::new() },
                since: None,
                urgent: false,
                full: VecDeque::new(),
                spare: Vec::new(),
            }),
            accepted: AtomicU64::new(0),
            settled: AtomicU64::new(0),
        }
    }

    /// Adds an event; with a ticket, its frame is sent as soon as the sender is free. Whether the sender has something
    /// to do that it did not have before.
    #[inline]
    pub(super) fn push<E: Outgoing>(
        &self,
        event: &E,
        limits: FrameLimits,
        ticket: Option<Ticket>,
        room: &Room,
        closing: &AtomicBool,
    ) -> Result<bool, Refusal> {
        let mut queue = self.lock();
        let queue = &mut *queue;
        // Under the lock that `is_idle` takes: whoever finds the outbox idle when the house is closing knows that it
        // stays so.
        if closing.load(Ordering::Acquire) {
            return Err(Refusal::Closed);
        }
        let mut wake = false;
        let bytes = match event.append(&mut queue.open.builder) {
            Ok(bytes) => bytes,
            // It may have room in a frame of its own.
            Err(FieldError { source: ValueError::TooLarge { .. }, .. }) if queue.open.builder.rows() > 0 => {
                let next = self.empty(queue);
                queue.close_open(next);
                wake = true;
                event.append(&mut queue.open.builder).map_err(Refusal::Invalid)?
            }
            Err(error) => return Err(Refusal::Invalid(error)),
        };
        // Under the lock, so that nobody settles a row before it was counted.
        room.occupy(bytes);
        self.accepted.fetch_add(1, Ordering::Relaxed);
        if queue.since.is_none() {
            queue.since = Some(Instant::now());
            wake = true;
        }
        if let Some(ticket) = ticket {
            queue.open.tickets.push(ticket);
            wake |= !std::mem::replace(&mut queue.urgent, true);
        }
        let builder = &queue.open.builder;
        if builder.rows() >= limits.rows || builder.bytes() >= limits.bytes || builder.is_full() {
            let next = self.empty(queue);
            queue.close_open(next);
            wake = true;
        }
        Ok(wake)
    }

    /// A frame that is to be sent: a full one, or the open one if somebody waits for it or it has waited long enough.
    pub(super) fn take(&self, linger: Duration) -> Option<Filled> {
        let mut queue = self.lock();
        if queue.full.is_empty() {
            let due = queue.urgent || queue.since.is_some_and(|since| since.elapsed() >= linger);
            if !due || queue.open.builder.rows() == 0 {
                queue.urgent = false;
                return None;
            }
            let next = self.empty(&mut queue);
            queue.close_open(next);
        }
        queue.full.pop_front()
    }

    /// A frame without rows.
    fn empty(&self, queue: &mut Queue) -> FrameBuilder {
        queue.spare.pop().unwrap_or_else(|| FrameBuilder::new(self.fingerprint, self.layout.clone()))
    }

    /// When the open frame will have waited long enough, if it has rows.
    pub(super) fn due(&self, linger: Duration) -> Option<Instant> {
        self.lock().since.map(|since| since + linger)
    }

    /// Gives an emptied frame back.
    pub(super) fn recycle(&self, builder: FrameBuilder) {
        let mut queue = self.lock();
        if queue.spare.len() < SPARE {
            queue.spare.push(builder);
        }
    }

    /// Has the open frame sent at once; gives how many events have been accepted so far.
    pub(super) fn hurry(&self) -> u64 {
        let mut queue = self.lock();
        queue.urgent = true;
        self.accepted.load(Ordering::Relaxed)
    }

    /// Counts events that are stored.
    pub(super) fn settle(&self, rows: u32) {
        self.settled.fetch_add(u64::from(rows), Ordering::Release);
    }

    /// Events that are stored.
    pub(super) fn settled(&self) -> u64 {
        self.settled.load(Ordering::Acquire)
    }

    /// Events that were accepted and are not known to be stored.
    pub(super) fn pending(&self) -> u64 {
        let settled = self.settled();
        self.accepted.load(Ordering::Relaxed).saturating_sub(settled)
    }

    /// Whether all accepted events are stored.
    pub(super) fn is_idle(&self) -> bool {
        let _queue = self.lock();
        self.pending() == 0
    }

    /// A panic under the lock leaves at worst a half-written row, and rows are rolled back before anything is read.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn close_open(&mut self, next: FrameBuilder) {
        let filled = std::mem::replace(&mut self.open, Filled { builder: next, tickets: Vec::new() });
        self.full.push_back(filled);
        self.since = None;
        self.urgent = false;
    }
}
