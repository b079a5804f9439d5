//! Sending: events are taken apart into frames where they are sent, and a thread of its own brings frames to Redis.
//!
//! [`lane`] and [`outbox`] hold the state and do no I/O; [`sender`] is the shell around them. The thread runs a runtime
//! of its own, so an application's blocked or busy runtime never holds up what was accepted.

mod full;
pub(crate) mod lane;
mod outbox;
mod outgoing;
mod pending;
mod room;
mod sender;
pub(crate) mod spool;
mod spooling;
mod stream;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::Instant;

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::frame_schema::FrameSchema;
use tokio::sync::{Notify, oneshot};

use self::outbox::{FrameLimits, Outbox, Refusal, Ticket};
pub use self::outgoing::Outgoing;
pub(crate) use self::outgoing::sealed::Sealed;
pub use self::pending::Pending;
use self::room::Room;
use crate::config::{ProducerConfig, SpoolConfig, WhenFull};
use crate::error::Error;
use crate::frame::Layout;
use crate::redis::{Connector, Keys};

/// Where an event is safe.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Receipt {
    /// In Redis.
    Stored {
        /// The partition of the event's stream.
        partition: u16,
        /// The stream entry that holds its frame. `None` where Redis had stored the frame by an earlier attempt whose
        /// answer was lost, and other frames after it.
        entry: Option<String>,
    },
    /// On the disk of this machine, because Redis did not take it in time ([`SpoolConfig`](crate::config::SpoolConfig)). It is
    /// sent once Redis takes events again, by this process or by the next one that has the folder: exactly once, and not lost by
    /// whatever kills a process. What the disk loses, and what is never sent because nobody opens the folder any more, is lost.
    Spooled,
}

impl Receipt {
    /// The stream entry that holds the event's frame, where that is known.
    pub fn entry(&self) -> Option<&str> {
        match self {
            Receipt::Stored { entry, .. } => entry.as_deref(),
            Receipt::Spooled => None,
        }
    }
}

/// How the spool is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpoolStatus {
    /// Events in it that Redis has not confirmed.
    pub events: u64,
    /// Bytes on the disk. Space is given back file by file.
    pub bytes: u64,
    /// Files that are kept because something in them could not be read; the rest of them was sent.
    pub damaged: u64,
    /// Events that may be in their table twice: whether Redis had them is not known, and was asked more than 7 days later.
    pub doubtful: u64,
}

/// The spool of a process that begins, with what is in it.
#[derive(Debug)]
pub(crate) struct Opened {
    spool: spool::Spool,
    config: SpoolConfig,
}

impl Opened {
    /// Opens the folder, which takes as long as reading it does.
    pub(crate) fn open(config: &SpoolConfig, prefix: &str) -> Result<Self, Error> {
        Ok(Self { spool: spool::Spool::open(config, prefix)?, config: config.clone() })
    }
}

/// Takes events and has them sent.
#[derive(Debug)]
pub(crate) struct Producer {
    shared: Arc<Shared>,
    limits: FrameLimits,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the calls and the sender have in common.
#[derive(Debug)]
struct Shared {
    config: ProducerConfig,
    outboxes: RwLock<HashMap<Fingerprint, Arc<Outbox>>>,
    room: Room,
    /// The sender has something to do.
    work: Notify,
    closing: AtomicBool,
    /// Nobody waits for what is left.
    abandoned: AtomicBool,
    /// What Redis last answered, while it is an error.
    trouble: Mutex<Option<String>>,
    spool: Mutex<Option<SpoolStatus>>,
}

impl Producer {
    /// Begins to send. `reached` says whether Redis is there.
    pub(crate) fn start(
        config: ProducerConfig,
        connector: Connector,
        keys: Keys,
        spool: Option<Opened>,
        reached: bool,
    ) -> Result<Self, Error> {
        let limits = FrameLimits { rows: config.frame_rows, bytes: config.frame_bytes };
        let shared = Arc::new(Shared {
            room: Room::new(config.buffer_bytes),
            config,
            outboxes: RwLock::default(),
            work: Notify::new(),
            closing: AtomicBool::new(false),
            abandoned: AtomicBool::new(false),
            trouble: Mutex::new(None),
            spool: Mutex::new(None),
        });
        let spooling =
            spool.map(|opened| spooling::Spooling::new(opened.spool, opened.config.after, reached));
        if let Some(spooling) = &spooling {
            shared.set_spool(spooling.status());
        }
        let thread = sender::spawn(Arc::clone(&shared), connector, keys, spooling)?;
        Ok(Self { shared, limits, thread: Mutex::new(Some(thread)) })
    }

    /// Takes an event into the buffer; the policy decides what happens where that is full.
    pub(crate) fn enqueue<E: Outgoing>(&self, event: &E) -> Result<(), Error> {
        if self.shared.room.is_full() {
            let waited = self.shared.config.when_full == WhenFull::Wait
                && self.shared.room.wait(self.shared.config.send_timeout);
            if !waited {
                return Err(self.full(event));
            }
        }
        self.push(event, None).map(drop)
    }

    /// Sends an event and waits until Redis or the spool has it.
    pub(crate) async fn send<E: Outgoing>(&self, event: &E) -> Result<Receipt, Error> {
        let start = Instant::now();
        self.ready(event).await?;
        let (ticket, receipt) = oneshot::channel();
        self.push(event, Some(ticket))?;
        self.confirmed(event, receipt, start).await
    }

    /// Sends events that share frames, and waits until Redis has all of them. Where one of them is invalid, none of
    /// those after it are sent.
    pub(crate) async fn send_all<'a, E: Outgoing>(
        &self,
        events: impl IntoIterator<Item = &'a E>,
    ) -> Result<usize, Error> {
        let start = Instant::now();
        let mut count = 0;
        // One, unless the events are of several schemas.
        let mut outboxes: Vec<Arc<Outbox>> = Vec::new();
        for event in events {
            if self.shared.room.is_full() {
                self.ready(event).await?;
            }
            let outbox = self.push(event, None)?;
            count += 1;
            if !outboxes.iter().any(|known| Arc::ptr_eq(known, &outbox)) {
                outboxes.push(outbox);
            }
        }
        for outbox in &outboxes {
            self.settle(outbox, start).await?;
        }
        Ok(count)
    }

    /// Waits until Redis has everything that was accepted before.
    pub(crate) async fn flush(&self) -> Result<(), Error> {
        let start = Instant::now();
        let outboxes = self.shared.outboxes();
        for outbox in &outboxes {
            outbox.hurry();
        }
        for outbox in &outboxes {
            self.settle(outbox, start).await?;
        }
        Ok(())
    }

    /// Takes no more events, and ends the sender once Redis has everything, or with an error when it has waited as
    /// long as a send may.
    pub(crate) async fn close(&self) -> Result<(), Error> {
        self.shared.closing.store(true, Ordering::Release);
        let flushed = self.flush().await;
        self.shared.abandoned.store(flushed.is_err(), Ordering::Release);
        self.shared.work.notify_one();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(thread), Ok(())) = (thread, &flushed) {
            // It ends as soon as it sees that everything is settled.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
        flushed
    }

    /// Events that were accepted and are not confirmed.
    pub(crate) fn pending(&self) -> u64 {
        self.shared.outboxes().iter().map(|outbox| outbox.pending()).sum()
    }

    /// What Redis, or the spool, last answered, while it is an error.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.shared.trouble()
    }

    /// How the spool is, where there is one.
    pub(crate) fn spool(&self) -> Option<SpoolStatus> {
        *self.shared.spool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn settle(&self, outbox: &Outbox, start: Instant) -> Result<(), Error> {
        let target = outbox.hurry();
        let limit = self.shared.config.send_timeout;
        self.shared.work.notify_one();
        let wait = async {
            let mut last = outbox.settled();
            let mut moved = Instant::now();
            loop {
                let progress = self.shared.room.progress.notified();
                let settled = outbox.settled();
                if settled >= target {
                    return true;
                }
                if settled != last {
                    (last, moved) = (settled, Instant::now());
                }
                let left = limit.saturating_sub(moved.elapsed());
                if left.is_zero() {
                    return false;
                }
                let _ = tokio::time::timeout(left, progress).await;
            }
        };
        if wait.await { Ok(()) } else { Err(self.unconfirmed(outbox.event.clone(), start, None)) }
    }

    async fn ready<E: Outgoing>(&self, event: &E) -> Result<(), Error> {
        if self.shared.room.is_full() {
            let waited = self.shared.config.when_full == WhenFull::Wait
                && self.shared.room.ready(self.shared.config.send_timeout).await;
            if !waited {
                return Err(self.full(event));
            }
        }
        Ok(())
    }

    async fn confirmed<E: Outgoing>(
        &self,
        event: &E,
        mut receipt: oneshot::Receiver<Receipt>,
        start: Instant,
    ) -> Result<Receipt, Error> {
        match tokio::time::timeout(self.shared.config.send_timeout, &mut receipt).await {
            Ok(Ok(receipt)) => Ok(receipt),
            Ok(Err(_)) => Err(self.unconfirmed(event.event(), start, None)),
            Err(_) => {
                let pending = Pending::new(event.event(), receipt);
                Err(self.unconfirmed(event.event(), start, Some(pending)))
            }
        }
    }

    #[inline]
    fn push<E: Outgoing>(&self, event: &E, ticket: Option<Ticket>) -> Result<Arc<Outbox>, Error> {
        event.check()?;
        let outbox = self.outbox(event)?;
        let wake = outbox.push(event, self.limits, ticket, &self.shared.room, &self.shared.closing).map_err(
            |refusal| match refusal {
                Refusal::Closed => Error::Closed,
                Refusal::Invalid(source) => Error::Invalid { event: event.event(), source },
            },
        )?;
        if wake {
            self.shared.work.notify_one();
        }
        Ok(outbox)
    }

    #[inline]
    fn outbox<E: Outgoing>(&self, event: &E) -> Result<Arc<Outbox>, Error> {
        let outboxes = self.shared.outboxes.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(outbox) = outboxes.get(&event.fingerprint()) {
            return Ok(Arc::clone(outbox));
        }
        drop(outboxes);
        self.open_outbox(event)
    }

    #[cold]
    fn open_outbox<E: Outgoing>(&self, event: &E) -> Result<Arc<Outbox>, Error> {
        let schema = FrameSchema::from_json(&event.frame_schema()).map_err(|error| Error::Stored {
            key: format!("(the declaration of {})", event.event()),
            message: error.to_string(),
        })?;
        let mut outboxes = self.shared.outboxes.write().unwrap_or_else(PoisonError::into_inner);
        let outbox = outboxes
            .entry(event.fingerprint())
            .or_insert_with(|| Arc::new(Outbox::new(event, Layout::of(&schema))));
        Ok(Arc::clone(outbox))
    }

    #[cold]
    fn full<E: Outgoing>(&self, event: &E) -> Error {
        Error::Full { event: event.event(), limit: self.shared.room.limit(), cause: self.shared.trouble() }
    }

    #[cold]
    fn unconfirmed(&self, event: Cow<'static, str>, start: Instant, pending: Option<Pending>) -> Error {
        Error::Unconfirmed { event, waited: start.elapsed(), cause: self.shared.trouble(), pending }
    }
}

/// A house that is dropped without being closed still sends what it accepted, but nobody waits for it.
impl Drop for Producer {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::Release);
        self.shared.work.notify_one();
        let pending = self.pending();
        if pending > 0 {
            tracing::warn!(pending, "dropped without `close`: events may still be on their way");
        }
    }
}

impl Shared {
    /// All outboxes, in the order of their events.
    fn outboxes(&self) -> Vec<Arc<Outbox>> {
        let outboxes = self.outboxes.read().unwrap_or_else(PoisonError::into_inner);
        let mut outboxes: Vec<_> = outboxes.values().cloned().collect();
        outboxes.sort_by(|a, b| (&a.event, a.fingerprint).cmp(&(&b.event, b.fingerprint)));
        outboxes
    }

    fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_spool(&self, status: SpoolStatus) {
        *self.spool.lock().unwrap_or_else(PoisonError::into_inner) = Some(status);
    }

    fn set_trouble(&self, trouble: Option<String>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}
