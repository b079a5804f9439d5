//! The shell of the producer: a thread that brings frames to Redis, round by round.
//!
//! A round is one pipeline with the frames of all lanes. While its answers are awaited, events gather in the open
//! frames: that is how concurrent sends come to share frames without a timer. [`gather`] is what happens before a round, [`round`] is the round.

mod gather;
mod round;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use redis::Script;
use redis::aio::MultiplexedConnection;
use tokio::task::JoinHandle;

use self::gather::Gathered;
use super::Shared;
use super::spooling::{SPOOL_MEMORY, Spooling};
use super::stream::Stream;
use crate::error::Error;
use crate::redis::{Connector, Keys, Patience, Registry, Scripts};

/// The bytes that one lane adds to a round, where much has gathered while Redis was away: all at once would not be
/// answered in time.
const LANE_BYTES: usize = 1 << 20;
/// How long Redis remembers a producer that sends nothing.
const PRODUCER_MEMORY: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

pub(super) fn spawn(
    shared: Arc<Shared>,
    connector: Connector,
    keys: Keys,
    spooling: Option<Spooling>,
) -> Result<std::thread::JoinHandle<()>, Error> {
    let failed = |error: std::io::Error| Error::Configuration {
        setting: "(the system)",
        message: format!("allows no thread for sending: {error}"),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    std::thread::Builder::new()
        .name("streamhouse-send".into())
        .spawn(move || {
            let sender = Sender {
                registry: Registry::new(keys.clone()),
                streams: Vec::new(),
                patience: Patience::up_to(LONGEST_WAIT),
                scripts: Scripts::new(),
                memory: if spooling.is_some() { SPOOL_MEMORY } else { PRODUCER_MEMORY },
                spooling,
                trouble: None,
                shared,
                connector,
                keys,
            };
            runtime.block_on(sender.run());
        })
        .map_err(failed)
}

pub(super) struct Sender {
    pub(super) shared: Arc<Shared>,
    connector: Connector,
    keys: Keys,
    registry: Registry,
    scripts: Scripts,
    pub(super) streams: Vec<Stream>,
    patience: Patience,
    pub(super) spooling: Option<Spooling>,
    /// What Redis last answered, while it is an error.
    pub(super) trouble: Option<String>,
    /// How long Redis remembers a producer.
    memory: Duration,
}

/// A connection that is being opened.
type Attempt = JoinHandle<Result<MultiplexedConnection, Error>>;

impl Sender {
    async fn run(mut self) {
        let (mut connection, mut attempt) = (None, None);
        self.show();
        loop {
            let gathered = self.gather();
            if self.is_done() {
                return;
            }
            if gathered == Gathered::Nothing {
                // All that is left is for streams that are full.
                if self.is_given_up() && self.streams.iter().any(|stream| stream.full.len() > 0) {
                    return;
                }
                self.wait_for_work().await;
                continue;
            }
            let round = match &mut connection {
                Some(connection) => self.limited_round(connection).await,
                None if self.is_spooling() => {
                    let more = gathered == Gathered::Bytes;
                    match self.connect_aside(&mut attempt, more).await {
                        None => continue,
                        Some(opened) => opened.map(|opened| connection = Some(opened)),
                    }
                }
                None => {
                    let opened =
                        self.limited(connect(self.connector.clone(), self.scripts.send.clone())).await;
                    opened.map(|opened| connection = Some(opened))
                }
            };
            let Err(error) = round else { continue };
            tracing::warn!(%error, "events wait: Redis does not take them");
            self.trouble = Some(error.to_string());
            self.show();
            connection = None;
            for stream in &mut self.streams {
                // Redis may come back without what it knew.
                stream.published = false;
                stream.lanes.iter_mut().for_each(|(_, lane)| lane.on_disconnect());
            }
            self.spool_when_due(self.is_dropped() || self.shared.closing.load(Ordering::Acquire));
            if self.is_given_up() {
                return;
            }
            if !self.is_spooling() {
                tokio::time::sleep(self.patience.next()).await;
            }
        }
    }

    fn is_dropped(&self) -> bool {
        Arc::strong_count(&self.shared) == 1
    }

    /// Nobody waits: whoever closed the house has been told by now that this was not confirmed; whoever dropped it did not ask.
    fn is_given_up(&self) -> bool {
        self.is_dropped() || self.shared.abandoned.load(Ordering::Acquire)
    }

    /// Nothing more is accepted, and everything is in Redis, or in the spool while Redis does not take it.
    fn is_done(&mut self) -> bool {
        let troubled = self.trouble.is_some();
        self.shared.closing.load(Ordering::Acquire)
            && self.shared.outboxes().iter().all(|outbox| outbox.is_idle())
            && self.spooling.as_mut().is_none_or(|spooling| troubled || !spooling.has_frames())
    }

    /// Waits for a connection, or for something to be written to the disk.
    async fn connect_aside(
        &mut self,
        attempt: &mut Option<Attempt>,
        more: bool,
    ) -> Option<Result<MultiplexedConnection, Error>> {
        let attempted = attempt.get_or_insert_with(|| {
            let wait = if self.trouble.is_some() { self.patience.next() } else { Duration::ZERO };
            let (connector, script) = (self.connector.clone(), self.scripts.send.clone());
            tokio::spawn(async move {
                tokio::time::sleep(wait).await;
                connect(connector, script).await
            })
        });
        let blocked = self.spooling.as_ref().is_some_and(Spooling::is_blocked);
        let opened = tokio::select! {
            biased;
            opened = &mut *attempted => opened,
            () = std::future::ready(()), if more && !blocked => return None,
            () = self.wait_for_work(), if !blocked => return None,
        };
        *attempt = None;
        Some(opened.unwrap_or_else(|error| {
            let (message, code) = (error.to_string(), "I/O".to_string());
            Err(Error::Redis { operation: "connecting", message, retryable: true, code })
        }))
    }

    async fn limited_round(&mut self, connection: &mut MultiplexedConnection) -> Result<(), Error> {
        let after = match &self.spooling {
            // While the spool is sent, nobody waits for a round but what goes to the disk itself.
            Some(spooling) if !spooling.active => spooling.after,
            _ => return self.round(connection).await,
        };
        limited(after, self.round(connection)).await
    }

    /// Where there is a spool, Redis has only so long to answer.
    async fn limited<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        match &self.spooling {
            Some(spooling) => limited(spooling.after, work).await,
            None => work.await,
        }
    }

    async fn wait_for_work(&self) {
        let due = self.streams.iter().filter_map(|stream| stream.due(self.shared.config.linger)).min();
        match due {
            None => self.shared.work.notified().await,
            Some(due) => {
                let due = tokio::time::Instant::from_std(due.max(Instant::now()));
                tokio::select! {
                    () = self.shared.work.notified() => {}
                    () = tokio::time::sleep_until(due) => {}
                }
            }
        }
    }
}

async fn connect(connector: Connector, script: Script) -> Result<MultiplexedConnection, Error> {
    let mut connection = connector.connect().await?;
    connector.durability().check(&mut connection).await?;
    let loaded = script.prepare_invoke().load_async(&mut connection).await;
    loaded.map_err(|error| Error::redis("loading the script that sends", &error))?;
    Ok(connection)
}

async fn limited<T>(limit: Duration, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
        let (message, code) = (format!("no answer within {limit:?}"), "I/O".to_string());
        Err(Error::Redis { operation: "sending events", message, retryable: true, code })
    })
}
