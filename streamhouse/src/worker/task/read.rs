//! Entries out of the stream, into the open batch.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, FutureExt};
use redis::aio::MultiplexedConnection;
use redis::{RedisResult, Value};
use streamhouse_schema::fingerprint::Fingerprint;

use super::super::assembler::{Assembler, KnownSchema};
use super::super::batch::{BatchRecord, EntryId, MAX_INSERTS};
use super::super::entries::{self, Entry};
use super::super::letters::Letter;
use super::{PartitionTask, connected};
use crate::error::Error;
use crate::frame::{Frame, FrameError};
use crate::redis::RegistryError;

/// The longest that a read waits for an entry; the connection is made for it.
pub(super) const LONGEST_BLOCK: Duration = Duration::from_secs(1);
/// How many bytes of frames one read is to bring.
pub(super) const READ_BYTES: usize = 4 << 20;
/// How many entries one read may bring.
pub(super) const READ_ENTRIES: std::ops::RangeInclusive<usize> = 16..=4096;

/// How long a schema may be missing in Redis, as it may be for a moment after a failover, before frames of it are set aside.
const SCHEMA_PATIENCE: Duration = Duration::from_secs(5);
/// Between two questions for it.
const ASK_AGAIN: Duration = Duration::from_millis(100);
/// How long the answer that it is missing holds, so that not every one of its frames is waited for.
const STILL_MISSING: Duration = Duration::from_secs(60);

/// A read under way, with the connection that it blocks.
pub(super) type Reading = BoxFuture<'static, (MultiplexedConnection, RedisResult<Value>)>;

impl PartitionTask {
    /// Begins to read, unless there is something left of the last time.
    pub(super) async fn read(&mut self, after: EntryId, block: Duration) -> Result<(), Error> {
        if !self.unsorted.is_empty() {
            return self.sort().await;
        }
        let mut reader = match self.reader.take() {
            Some(reader) => reader,
            None => self.context.connector.connect_blocking(LONGEST_BLOCK).await?,
        };
        let count = (READ_BYTES / self.entry_bytes.max(1)).clamp(*READ_ENTRIES.start(), *READ_ENTRIES.end());
        let mut command = redis::cmd("XREAD");
        command.arg("COUNT").arg(count).arg("BLOCK").arg(block.as_millis() as u64);
        command.arg("STREAMS").arg(&self.keys.stream).arg(after.to_string());
        self.machine.on_reading();
        self.reading = Some(
            async move {
                let answer = reader.send_packed_command(&command).await;
                (reader, answer)
            }
            .boxed(),
        );
        Ok(())
    }

    pub(super) async fn on_read(
        &mut self,
        reader: MultiplexedConnection,
        answer: RedisResult<Value>,
    ) -> Result<(), Error> {
        self.reading = None;
        self.machine.on_read();
        let answer = answer.map_err(|error| Error::redis("reading a stream", &error))?;
        self.reader = Some(reader);
        let entries = entries::from_read(answer).ok_or_else(|| self.not_understood("the answer to XREAD"))?;
        if self.inserting.is_none() {
            self.context.status.well(&self.name);
        }
        tracing::debug!(partition = self.name, entries = entries.len(), "read");
        if let Some(average) = entries.iter().map(Entry::size).sum::<usize>().checked_div(entries.len()) {
            // Larger ones at once, smaller ones slowly: a read that is too short costs little.
            self.entry_bytes = average.max(self.entry_bytes / 2);
        }
        self.unsorted.extend(entries);
        self.sort().await
    }

    /// Adds what was read to the open batch, as far as there is room in it.
    async fn sort(&mut self) -> Result<(), Error> {
        let mut assembler = std::mem::take(&mut self.assembler);
        while self.machine.has_room()
            && let Some(entry) = self.unsorted.pop_front()
        {
            let id = entry.id;
            let (rows, bytes) = self.assemble(&mut assembler, entry, None).await?;
            self.machine.on_entry(Instant::now(), id, rows, bytes);
            if assembler.blocks() >= MAX_INSERTS {
                self.machine.fill();
            }
        }
        self.assembler = assembler;
        Ok(())
    }

    /// Adds an entry to a batch, or sets it aside where it cannot be read; gives its rows and bytes. Where the batch was
    /// cut before, its record says which entries were set aside.
    pub(super) async fn assemble(
        &mut self,
        assembler: &mut Assembler,
        entry: Entry,
        record: Option<&BatchRecord>,
    ) -> Result<(usize, usize), Error> {
        let Entry { id, frame } = entry;
        let recorded = record.and_then(|record| record.parked.iter().find(|parked| parked.entry == id));
        let letter = match frame {
            Err(fields) => Letter::foreign(id, fields),
            Ok(frame) => {
                let (code, reason) = match recorded {
                    Some(parked) => (parked.code.clone(), "see the code".to_string()),
                    None => match self.append(assembler, &frame).await? {
                        Ok(size) => return Ok(size),
                        Err(why) => why,
                    },
                };
                Letter::unreadable(id, code, reason, frame)
            }
        };
        let Letter { code, reason, .. } = &letter;
        tracing::error!(partition = self.name, entry = %id, code, reason, "an entry cannot be read and is set aside");
        // It counts as bytes: a flood of them must not make a batch without end.
        let bytes = letter.size();
        assembler.park(letter);
        Ok((0, bytes))
    }

    /// Appends a frame; or says why it cannot be read.
    async fn append(
        &mut self,
        assembler: &mut Assembler,
        bytes: &[u8],
    ) -> Result<Result<(usize, usize), (String, String)>, Error> {
        let unreadable = |error: FrameError| (error.code().to_string(), error.to_string());
        let frame = match Frame::parse(bytes) {
            Ok(frame) => frame,
            Err(error) => return Ok(Err(unreadable(error))),
        };
        match self.schema(frame.fingerprint()).await? {
            Ok(known) => Ok(assembler.append(&known, &frame).map_err(unreadable)),
            Err(error) => Ok(Err(("schema".into(), error.to_string()))),
        }
    }

    /// The schema of a frame; where it is missing, asks again for a while.
    async fn schema(
        &mut self,
        fingerprint: Fingerprint,
    ) -> Result<Result<Arc<KnownSchema>, RegistryError>, Error> {
        let known_missing =
            self.missing.is_some_and(|(missing, at)| missing == fingerprint && at.elapsed() < STILL_MISSING);
        let start = Instant::now();
        loop {
            let connection = connected(&mut self.connection, &self.context).await?;
            let found =
                self.context.schemas.get(&self.context.registry, connection, &self.event, fingerprint).await;
            match found {
                Err(RegistryError::Redis(error)) => return Err(error),
                Err(RegistryError::Unknown(_)) if !known_missing && start.elapsed() < SCHEMA_PATIENCE => {
                    self.context.pause(ASK_AGAIN).await;
                    if self.context.is_ending() {
                        return Err(self.not_understood(&format!(
                            "frames of the schema {fingerprint}, which is missing"
                        )));
                    }
                    self.beat().await?;
                }
                Err(error @ RegistryError::Unknown(_)) => {
                    if !known_missing {
                        self.missing = Some((fingerprint, Instant::now()));
                    }
                    return Ok(Err(error));
                }
                other => return Ok(other),
            }
        }
    }
}
