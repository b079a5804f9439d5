//! The shell of the producer: a thread that brings frames to Redis, round by round.
//!
//! A round is one pipeline with the frames of all lanes. While its answers are awaited, events gather in the open
//! frames: that is how concurrent sends come to share frames without a timer.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{RedisResult, Script};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::lane::{Outcome, Reply, Settled};
use super::outbox::{Filled, Ticket};
use super::spooling::{SPOOL_MEMORY, Spooling};
use super::stream::Stream;
use super::{Receipt, Shared};
use crate::config::Durability;
use crate::error::Error;
use crate::redis::{Connector, Keys, Patience, Registry, Scripts, evalsha};

/// The bytes of a round: enough to fill the way to Redis, few enough to answer the first frame soon.
const ROUND_BYTES: usize = 2 << 20;
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
            // Whoever closed the house has been told by now that this was not confirmed; whoever dropped it
            // did not ask.
            let dropped = Arc::strong_count(&self.shared) == 1;
            self.spool_when_due(dropped || self.shared.closing.load(Ordering::Acquire));
            if dropped || self.shared.abandoned.load(Ordering::Acquire) {
                return;
            }
            if !self.is_spooling() {
                tokio::time::sleep(self.patience.next()).await;
            }
        }
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

    /// Seals what is due into the lanes, or into the spool; whether there is anything to send.
    fn gather(&mut self) -> Gathered {
        for outbox in self.shared.outboxes() {
            match self.streams.iter_mut().find(|stream| stream.fingerprint == outbox.fingerprint) {
                Some(stream) => drop(stream.outbox.get_or_insert(outbox)),
                None => {
                    let (event, document) = (outbox.event.clone(), outbox.document.clone());
                    let mut stream = Stream::new(event, outbox.fingerprint, document);
                    stream.outbox = Some(outbox);
                    self.streams.push(stream);
                }
            }
        }
        // What did not fit before.
        self.keep();
        let (linger, compress) = (self.shared.config.linger, self.shared.config.compress);
        let linger = if self.shared.closing.load(Ordering::Acquire) { Duration::ZERO } else { linger };
        let mut gathered = Gathered::Nothing;
        let mut sealed = 0;
        for (index, stream) in self.streams.iter_mut().enumerate() {
            let mut disk = self.spooling.as_mut().filter(|spooling| spooling.active);
            if disk.as_ref().is_some_and(|spooling| spooling.is_blocked() && sealed == 0) {
                gathered = Gathered::Waiting;
                continue;
            }
            if stream.lanes.is_empty() {
                // Before the schema is published it is not known how many lanes there are.
                if disk.is_none() || stream.outbox.is_none() {
                    if stream.pending() > 0 {
                        gathered = gathered.max(Gathered::Waiting);
                    }
                    continue;
                }
                stream.open_lanes(&self.keys, self.shared.config.partitions);
            }
            // From the disk frames come faster than they go there.
            let limit = if disk.is_some() { LANE_BYTES / 2 } else { ROUND_BYTES };
            let mut bytes = 0;
            while bytes < limit {
                let outbox = stream.outbox.as_ref();
                let Some(Filled { mut builder, tickets }) = outbox.and_then(|outbox| outbox.take(linger))
                else {
                    break;
                };
                bytes += builder.bytes();
                let lane = stream.next_lane();
                match &mut disk {
                    Some(spooling) => {
                        let waiting = stream.lanes[lane].1.seal(&mut builder, tickets, compress);
                        spooling.stage(index, lane, waiting);
                    }
                    None => stream.lanes[lane].1.push(&mut builder, tickets, compress),
                }
                if let Some(outbox) = &stream.outbox {
                    outbox.recycle(builder);
                }
            }
            sealed += bytes;
            if stream.has_frames() {
                gathered = gathered.max(Gathered::Waiting);
            }
        }
        self.keep();
        if self.spooling.as_mut().is_some_and(Spooling::has_frames) {
            gathered = gathered.max(Gathered::Waiting);
        }
        if sealed > 0 { Gathered::Bytes } else { gathered }
    }

    async fn wait_for_work(&self) {
        let outboxes = self.streams.iter().filter_map(|stream| stream.outbox.as_ref());
        let due = outboxes.filter_map(|outbox| outbox.due(self.shared.config.linger)).min();
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

    async fn round(&mut self, connection: &mut MultiplexedConnection) -> Result<(), Error> {
        for index in 0..self.streams.len() {
            let stream = &self.streams[index];
            if !stream.published && (stream.pending() > 0 || stream.has_frames()) {
                self.publish(index, connection).await?;
            }
        }
        self.refill(connection).await?;

        let durability = self.connector.durability();
        let memory = self.memory.as_millis() as u64;
        let mut pipeline = redis::pipe();
        let mut asked = Vec::new();
        for (index, stream) in self.streams.iter_mut().enumerate() {
            for (partition, (keys, lane)) in stream.lanes.iter_mut().enumerate() {
                let producer = keys.producer(lane.producer());
                for (sequence, frame) in lane.send(LANE_BYTES) {
                    let mut call = evalsha(&self.scripts.send, &[&producer, &keys.stream]);
                    call.arg(sequence).arg(&frame[..]).arg(memory);
                    pipeline.add_command(call);
                    asked.push((index, partition));
                }
            }
        }
        if asked.is_empty() {
            return Ok(());
        }
        if let (true, Some((index, partition))) = (durability != Durability::Reply, asked.last()) {
            // What an earlier connection has stored is not written again, and one that has written nothing waits for nothing.
            let (keys, lane) = &self.streams[*index].lanes[*partition];
            pipeline.cmd("PEXPIRE").arg(keys.producer(lane.producer())).arg(memory).ignore();
        }
        tracing::debug!(frames = asked.len(), "sending");
        let answers: Vec<RedisResult<(i64, Option<String>)>> = pipeline
            .ignore_errors()
            .query_async(connection)
            .await
            .map_err(|error| Error::redis("sending events", &error))?;
        durability.reached(connection).await?;
        tracing::debug!(frames = asked.len(), "answered");
        self.take_answers(asked, answers)
    }

    fn take_answers(
        &mut self,
        asked: Vec<(usize, usize)>,
        answers: Vec<RedisResult<(i64, Option<String>)>>,
    ) -> Result<(), Error> {
        let mut trouble = None;
        // Lanes whose later answers of this round mean nothing.
        let mut rewound = Vec::new();
        for (place, answer) in asked.into_iter().zip(answers) {
            if rewound.contains(&place) {
                continue;
            }
            let reply = match answer {
                Ok(answer) => Reply::of(answer),
                Err(error) => {
                    trouble.get_or_insert_with(|| Error::redis("sending events", &error));
                    Reply::Refused
                }
            };
            let stream = &mut self.streams[place.0];
            match stream.lanes[place.1].1.on_reply(reply, || Uuid::new_v4().into_bytes()) {
                Outcome::Settled(settled) => self.settle(place.0, settled),
                Outcome::Again => rewound.push(place),
                Outcome::Renewed { forgotten, renewal } => {
                    tracing::error!(
                        event = &*stream.event,
                        partition = place.1,
                        forgotten,
                        "Redis has forgotten frames that it had confirmed, or this producer: going on under a new id"
                    );
                    rewound.push(place);
                    // Where Redis lost its data, the schema is gone too.
                    stream.published = false;
                    if let Some(spooling) = &mut self.spooling {
                        spooling.on_renewal(renewal);
                    }
                }
            }
        }
        self.release()?;
        match trouble {
            Some(error) => Err(error),
            None => {
                self.patience.reset();
                self.trouble = None;
                if let Some(spooling) = &mut self.spooling {
                    spooling.on_success();
                }
                self.show();
                Ok(())
            }
        }
    }

    fn settle(&mut self, stream: usize, settled: Settled<Ticket>) {
        if let (Some(number), Some(spooling)) = (settled.logged, &mut self.spooling) {
            spooling.spool.confirm(number);
            return;
        }
        if let Some(outbox) = &self.streams[stream].outbox {
            outbox.settle(settled.rows);
        }
        for ticket in settled.tickets {
            let (partition, entry) = (settled.partition, settled.entry.clone());
            // Whoever stopped waiting does not need to know.
            let _ = ticket.send(Receipt::Stored { partition, entry });
        }
        self.shared.room.free(settled.bytes);
    }

    /// Tells Redis of an event and its schema, and learns how many partitions it has.
    pub(super) async fn publish(
        &mut self,
        index: usize,
        connection: &mut MultiplexedConnection,
    ) -> Result<(), Error> {
        let stream = &mut self.streams[index];
        let (event, document) = (&stream.event, &stream.document);
        let wanted = self.shared.config.partitions;
        let partitions =
            self.registry.publish(connection, event, stream.fingerprint, document, wanted).await?;
        stream.published = true;
        if stream.open_lanes(&self.keys, partitions) {
            self.start_spool_over();
        }
        Ok(())
    }
}

/// What there is to do, in rising order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gathered {
    Nothing,
    /// Something waits to be sent.
    Waiting,
    /// As `Waiting`, and some of it came just now: there may be more.
    Bytes,
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
