//! The shell of the producer: a thread that brings frames to Redis, round by round.
//!
//! A round is one pipeline with the frames of all lanes. While its answers are awaited, events gather in the open
//! frames: that is how concurrent sends come to share frames without a timer.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use redis::RedisResult;
use redis::aio::MultiplexedConnection;
use uuid::Uuid;

use super::lane::{Lane, Outcome, Reply, Settled};
use super::outbox::{Filled, Outbox, Ticket};
use super::{Receipt, Shared};
use crate::config::Durability;
use crate::error::Error;
use crate::redis::{Connector, Keys, PartitionKeys, Patience, Registry, Scripts, evalsha};

/// The bytes of a round: enough to fill the way to Redis, few enough to answer the first frame soon.
const ROUND_BYTES: usize = 2 << 20;
/// The bytes that one lane adds to a round, where much has gathered while Redis was away: all at once would not be
/// answered in time.
const LANE_BYTES: usize = 1 << 20;
/// How long Redis remembers a producer that sends nothing.
const PRODUCER_MEMORY: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

pub(super) fn spawn(shared: Arc<Shared>, connector: Connector, keys: Keys) -> Result<JoinHandle<()>, Error> {
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
                shared,
                connector,
                keys,
            };
            runtime.block_on(sender.run());
        })
        .map_err(failed)
}

struct Sender {
    shared: Arc<Shared>,
    connector: Connector,
    keys: Keys,
    registry: Registry,
    scripts: Scripts,
    streams: Vec<Stream>,
    patience: Patience,
}

/// The lanes of a schema.
struct Stream {
    outbox: Arc<Outbox>,
    /// Redis knows the event and its schema.
    published: bool,
    lanes: Vec<(PartitionKeys, Lane<Ticket>)>,
    /// The lane that the next frame takes.
    turn: usize,
}

impl Sender {
    async fn run(mut self) {
        let mut connection = None;
        loop {
            if !self.gather() {
                if self.shared.closing.load(Ordering::Acquire)
                    && self.shared.outboxes().iter().all(|outbox| outbox.is_idle())
                {
                    return;
                }
                self.wait_for_work().await;
                continue;
            }
            let round = match &mut connection {
                Some(connection) => self.round(connection).await,
                None => match self.connect().await {
                    Ok(opened) => {
                        connection = Some(opened);
                        Ok(())
                    }
                    Err(error) => Err(error),
                },
            };
            match round {
                Ok(()) => {}
                Err(error) => {
                    tracing::warn!(%error, "events wait: Redis does not take them");
                    self.shared.set_trouble(Some(error.to_string()));
                    connection = None;
                    for stream in &mut self.streams {
                        // Redis may come back without what it knew.
                        stream.published = false;
                        stream.lanes.iter_mut().for_each(|(_, lane)| lane.on_disconnect());
                    }
                    // Whoever closed the house has been told by now that this was not confirmed; whoever dropped it
                    // did not ask.
                    if self.shared.abandoned.load(Ordering::Acquire) || Arc::strong_count(&self.shared) == 1 {
                        return;
                    }
                    tokio::time::sleep(self.patience.next()).await;
                }
            }
        }
    }

    async fn connect(&self) -> Result<MultiplexedConnection, Error> {
        let mut connection = self.connector.connect().await?;
        self.scripts
            .load_send(&mut connection)
            .await
            .map_err(|error| Error::redis("loading the script that sends", &error))?;
        Ok(connection)
    }

    /// Seals what is due into the lanes; whether there is anything to send.
    fn gather(&mut self) -> bool {
        for outbox in self.shared.outboxes() {
            if !self.streams.iter().any(|stream| Arc::ptr_eq(&stream.outbox, &outbox)) {
                self.streams.push(Stream { outbox, published: false, lanes: Vec::new(), turn: 0 });
            }
        }
        let (linger, compress) = (self.shared.config.linger, self.shared.config.compress);
        let linger = if self.shared.closing.load(Ordering::Acquire) { Duration::ZERO } else { linger };
        let mut any = false;
        for stream in &mut self.streams {
            // Before the schema is published it is not known how many lanes there are.
            if stream.lanes.is_empty() {
                any |= stream.outbox.pending() > 0;
                continue;
            }
            let mut bytes = 0;
            while bytes < ROUND_BYTES {
                let Some(Filled { mut builder, tickets }) = stream.outbox.take(linger) else { break };
                bytes += builder.bytes();
                let turn = stream.turn % stream.lanes.len();
                stream.lanes[turn].1.push(&mut builder, tickets, compress);
                stream.turn = turn + 1;
                stream.outbox.recycle(builder);
            }
            any |= stream.lanes.iter().any(|(_, lane)| !lane.is_empty());
        }
        any
    }

    async fn wait_for_work(&self) {
        let due = self.streams.iter().filter_map(|stream| stream.outbox.due(self.shared.config.linger)).min();
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
        for stream in &mut self.streams {
            if !stream.published && stream.outbox.pending() > 0 {
                let partitions = self
                    .registry
                    .publish(
                        connection,
                        &stream.outbox.event,
                        stream.outbox.fingerprint,
                        &stream.outbox.document,
                        self.shared.config.partitions,
                    )
                    .await?;
                stream.open_lanes(&self.keys, partitions);
            }
        }

        let durability = self.connector.durability();
        let memory = PRODUCER_MEMORY.as_millis() as u64;
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
                Outcome::Renewed { forgotten } => {
                    tracing::error!(
                        event = &*stream.outbox.event,
                        partition = place.1,
                        forgotten,
                        "Redis has forgotten frames that it had confirmed, or this producer: going on under a new id"
                    );
                    rewound.push(place);
                    // Where Redis lost its data, the schema is gone too.
                    stream.published = false;
                }
            }
        }
        match trouble {
            Some(error) => Err(error),
            None => {
                self.patience.reset();
                self.shared.set_trouble(None);
                Ok(())
            }
        }
    }

    fn settle(&self, stream: usize, settled: Settled<Ticket>) {
        self.streams[stream].outbox.settle(settled.rows);
        for ticket in settled.tickets {
            // Whoever stopped waiting does not need to know.
            let _ = ticket.send(Receipt { partition: settled.partition, entry: settled.entry.clone() });
        }
        self.shared.room.free(settled.bytes);
    }
}

impl Stream {
    /// The event is published, and has so many partitions.
    fn open_lanes(&mut self, keys: &Keys, partitions: u16) {
        self.published = true;
        if self.lanes.len() == usize::from(partitions) {
            return;
        }
        let event = &self.outbox.event;
        let fresh =
            |partition| (keys.partition(event, partition), Lane::new(partition, Uuid::new_v4().into_bytes()));
        let before = std::mem::replace(&mut self.lanes, (0..partitions).map(fresh).collect());
        // Producers that start together begin at different partitions.
        self.turn = usize::from(Uuid::new_v4().into_bytes()[0]);
        // There were others, before Redis lost its data: their frames go to those that workers now read.
        let mut lanes = (0..self.lanes.len()).cycle();
        for (_, lane) in before {
            for waiting in lane.into_waiting() {
                if let Some(index) = lanes.next() {
                    self.lanes[index].1.adopt(waiting);
                }
            }
        }
    }
}
