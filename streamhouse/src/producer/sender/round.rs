//! A round: the frames of all lanes go to Redis together, and what it answers goes back to them.

use std::time::Instant;

use redis::RedisResult;
use redis::aio::MultiplexedConnection;
use uuid::Uuid;

use super::super::Receipt;
use super::super::lane::{Outcome, Reply, Settled};
use super::super::outbox::Ticket;
use super::super::stream::Stream;
use super::{LANE_BYTES, Sender};
use crate::config::Durability;
use crate::error::Error;
use crate::redis::evalsha;

impl Sender {
    pub(super) async fn round(&mut self, connection: &mut MultiplexedConnection) -> Result<(), Error> {
        for index in 0..self.streams.len() {
            let stream = &self.streams[index];
            if !stream.published && (stream.pending() > 0 || stream.has_frames()) {
                self.publish(index, connection).await?;
            }
        }
        self.refill(connection).await?;

        let durability = self.connector.durability();
        let memory = self.memory.as_millis() as u64;
        let (entries, bytes) = (self.shared.config.backlog_entries, self.shared.config.backlog_bytes);
        let mut pipeline = redis::pipe();
        let mut asked = Vec::new();
        let now = Instant::now();
        for (index, Stream { lanes, full, .. }) in self.streams.iter_mut().enumerate() {
            for (partition, (keys, lane)) in lanes.iter_mut().enumerate() {
                if full.waits(partition, now) {
                    continue;
                }
                let producer = keys.producer(lane.producer());
                // A stream that was full is asked with one frame.
                for (sequence, frame) in lane.send(if full.contains(partition) { 1 } else { LANE_BYTES }) {
                    let mut call = evalsha(&self.scripts.send, &[&producer, &keys.stream]);
                    call.arg(sequence).arg(&frame[..]).arg(memory).arg(entries).arg(bytes);
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
            if let Reply::Full { of } = &reply {
                let (event, partition) = (stream.event.clone(), place.1);
                let (setting, limit) = match of.as_str() {
                    "entries" => ("producer.backlog_entries", self.shared.config.backlog_entries),
                    _ => ("producer.backlog_bytes", self.shared.config.backlog_bytes),
                };
                let error = Error::Backlog { event, partition, setting, limit };
                if self.spooling.is_some() {
                    trouble.get_or_insert(error);
                } else if stream.full.on_full(place.1, error.to_string(), Instant::now()) {
                    tracing::warn!(%error, "events wait: their stream does not take them");
                }
            }
            match stream.lanes[place.1].1.on_reply(reply, || Uuid::new_v4().into_bytes()) {
                Outcome::Settled(settled) => {
                    stream.full.on_stored(place.1);
                    self.settle(place.0, settled);
                }
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
                self.trouble =
                    self.streams.iter().find_map(|stream| stream.full.reason()).map(str::to_string);
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
    pub(in crate::producer) async fn publish(
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
