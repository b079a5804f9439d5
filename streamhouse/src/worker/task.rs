//! The shell around one partition: does what the machine asks for.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{BoxFuture, FutureExt, OptionFuture};
use redis::aio::MultiplexedConnection;
use redis::{RedisResult, Value};
use tokio::task::JoinHandle;
use tokio::time::{Instant as TokioInstant, Interval, MissedTickBehavior};

use super::assembler::{Assembled, Assembler, KnownSchema, Parked};
use super::batch::{BatchId, BatchRecord, EntryId};
use super::context::Context;
use super::entries::{self, Entry};
use super::insert::insert_all;
use super::partition::{BatchLimits, Lease, Partition, Step};
use super::share::now_millis;
use crate::error::Error;
use crate::frame::Frame;
use crate::redis::{GROUP, PartitionKeys, Patience, RegistryError};
use crate::sink::Insert;

/// The longest that a read waits for an entry; the connection is made for it.
const LONGEST_BLOCK: Duration = Duration::from_secs(1);
/// How many bytes of frames one read is to bring.
const READ_BYTES: usize = 4 << 20;
/// How many entries one read may bring.
const READ_ENTRIES: std::ops::RangeInclusive<usize> = 16..=4096;
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

type Reading = BoxFuture<'static, (MultiplexedConnection, RedisResult<Value>)>;

/// A batch whose blocks are there.
struct Prepared {
    inserts: Vec<(Arc<KnownSchema>, Insert)>,
    parked: Vec<Parked>,
    newest: Option<i64>,
}

/// One partition of one event, in the hands of this worker or waiting to be.
pub(super) struct PartitionTask {
    context: Arc<Context>,
    event: String,
    number: u16,
    /// `event:number`, for people.
    name: String,
    keys: PartitionKeys,
    machine: Partition,
    connection: Option<MultiplexedConnection>,
    reader: Option<MultiplexedConnection>,
    reading: Option<Reading>,
    /// What was read and is in no batch yet, for the open one is full.
    unsorted: VecDeque<Entry>,
    inserting: Option<(BatchId, JoinHandle<bool>)>,
    assembler: Assembler,
    prepared: HashMap<BatchId, Prepared>,
    heartbeat: Interval,
    /// Bytes of an entry, as seen lately.
    entry_bytes: usize,
    /// The lease is being given up, for another worker has too few.
    yielding: bool,
    holds_share: bool,
}

impl PartitionTask {
    pub(super) fn new(context: Arc<Context>, event: String, number: u16) -> Self {
        let limits = BatchLimits {
            rows: context.config.batch_rows,
            bytes: context.config.batch_bytes,
            interval: context.config.batch_interval,
        };
        let mut heartbeat = tokio::time::interval(context.config.lease / 3);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            name: format!("{event}:{number}"),
            keys: context.keys.partition(&event, number),
            machine: Partition::new(limits),
            connection: None,
            reader: None,
            reading: None,
            unsorted: VecDeque::new(),
            inserting: None,
            assembler: Assembler::default(),
            prepared: HashMap::new(),
            heartbeat,
            entry_bytes: READ_BYTES / 64,
            yielding: false,
            holds_share: false,
            context,
            event,
            number,
        }
    }

    /// Works until the worker ends; then finishes what is cut and gives the lease back.
    pub(super) async fn run(mut self) {
        let mut patience = Patience::up_to(LONGEST_WAIT);
        loop {
            let ending = self.context.is_ending();
            if ending || self.yielding {
                self.machine.end();
                if self.machine.is_quiet() {
                    self.release().await;
                    if ending {
                        return;
                    }
                    self.context.pause(self.context.config.lease / 3).await;
                    continue;
                }
            }
            match self.step().await {
                Ok(()) => patience.reset(),
                Err(error) => {
                    self.context.status.trouble(&self.name, &error);
                    self.forget();
                    self.connection = None;
                    if ending {
                        // What is cut is recorded: whoever takes the partition next finishes it.
                        return;
                    }
                    self.context.pause(patience.next()).await;
                }
            }
        }
    }

    async fn step(&mut self) -> Result<(), Error> {
        match self.machine.next(Instant::now()) {
            Step::Acquire => self.acquire().await,
            Step::Rebuild(batch) => self.rebuild(batch).await,
            Step::Insert(batch) => {
                self.insert(batch);
                Ok(())
            }
            Step::Read { after, block } => self.read(after, block.min(LONGEST_BLOCK)).await,
            Step::Cut => self.cut().await,
            Step::Finish(batch) => self.finish(batch).await,
            Step::Wait(until) => self.wait(until).await,
        }
    }

    async fn acquire(&mut self) -> Result<(), Error> {
        if !self.holds_share && !self.context.share.take() {
            self.context.pause(self.context.config.lease / 10).await;
            return Ok(());
        }
        self.holds_share = true;
        let lease = self.context.config.lease.as_millis() as u64;
        let script = &self.context.scripts.acquire;
        let mut call = script.key(&self.keys.state);
        call.key(&self.keys.batches).arg(&self.context.id).arg(lease);
        let connection = connected(&mut self.connection, &self.context).await?;
        let answer: Vec<Value> =
            call.invoke_async(connection).await.map_err(|error| Error::redis("taking a lease", &error))?;
        match self.read_lease(answer)? {
            Ok(lease) => {
                let unfinished = lease.batches.len();
                tracing::info!(partition = self.name, epoch = lease.epoch, unfinished, "lease taken");
                self.machine.on_acquired(lease);
                self.heartbeat.reset();
                self.context.status.well(&self.name);
            }
            Err(left) => {
                // Somebody else may do with the share what this partition cannot.
                self.give_back_share();
                let left = Duration::from_millis(left) + Duration::from_millis(5);
                self.context.pause(left.min(self.context.config.lease / 4)).await;
            }
        }
        Ok(())
    }

    /// A lease, or for how many milliseconds another worker still has it.
    fn read_lease(&self, answer: Vec<Value>) -> Result<Result<Lease, u64>, Error> {
        let stored = |message: String| Error::Stored { key: self.keys.state.clone(), message };
        let wrong = |error: redis::ParsingError| stored(error.to_string());
        let mut answer = answer.into_iter();
        let mut next = || answer.next().ok_or_else(|| stored("too short an answer".into()));
        let taken: i64 = redis::from_redis_value(next()?).map_err(wrong)?;
        if taken == 0 {
            let _owner = next()?;
            return Ok(Err(redis::from_redis_value(next()?).map_err(wrong)?));
        }
        let epoch = redis::from_redis_value(next()?).map_err(wrong)?;
        let cursor: String = redis::from_redis_value(next()?).map_err(wrong)?;
        let cursor = EntryId::parse(&cursor).ok_or_else(|| stored(format!("the cursor {cursor:?}")))?;
        let last: String = redis::from_redis_value(next()?).map_err(wrong)?;
        let last_batch = match last.is_empty() {
            true => None,
            false => Some(BatchId::parse(&last).ok_or_else(|| stored(format!("the batch {last:?}")))?),
        };
        let _read = next()?;
        let records: Vec<(String, String)> = redis::from_redis_value(next()?).map_err(wrong)?;
        let mut batches = records
            .into_iter()
            .map(|(id, record)| {
                let key =
                    || Error::Stored { key: self.keys.batches.clone(), message: format!("the batch {id:?}") };
                let record = BatchRecord::from_json(&record)
                    .map_err(|message| Error::Stored { key: self.keys.batches.clone(), message })?;
                Ok((BatchId::parse(&id).ok_or_else(key)?, record))
            })
            .collect::<Result<Vec<_>, Error>>()?;
        batches.sort_by_key(|(id, _)| *id);
        Ok(Ok(Lease { epoch, cursor, last_batch, batches }))
    }

    /// Begins to read, unless there is something left of the last time.
    async fn read(&mut self, after: EntryId, block: Duration) -> Result<(), Error> {
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

    async fn on_read(
        &mut self,
        reader: MultiplexedConnection,
        answer: RedisResult<Value>,
    ) -> Result<(), Error> {
        self.reading = None;
        self.machine.on_read();
        let answer = answer.map_err(|error| Error::redis("reading a stream", &error))?;
        self.reader = Some(reader);
        let entries = entries::from_read(answer).ok_or_else(|| self.not_understood("the answer to XREAD"))?;
        let size = |entry: &Entry| entry.frame.as_ref().map_or_else(Vec::len, Vec::len);
        if let Some(average) = entries.iter().map(size).sum::<usize>().checked_div(entries.len()) {
            self.entry_bytes = average;
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
        }
        self.assembler = assembler;
        Ok(())
    }

    /// Adds an entry to a batch, or sets it aside where it cannot be read; gives its rows and bytes. Where the batch was
    /// cut before, its record says which entries were set aside.
    async fn assemble(
        &mut self,
        assembler: &mut Assembler,
        entry: Entry,
        record: Option<&BatchRecord>,
    ) -> Result<(usize, usize), Error> {
        let Entry { id, frame } = entry;
        let recorded = record.and_then(|record| record.parked.iter().find(|parked| parked.entry == id));
        let (frame, code, reason) = match frame {
            Err(fields) => {
                (fields, "foreign".to_string(), "the entry has other fields than a frame's".to_string())
            }
            Ok(frame) => match recorded {
                Some(parked) => (frame, parked.code.clone(), "see the code".to_string()),
                None => match self.append(assembler, &frame).await? {
                    Ok(size) => return Ok(size),
                    Err((code, reason)) => (frame, code, reason),
                },
            },
        };
        tracing::error!(partition = self.name, entry = %id, code, reason, "an entry cannot be read and is set aside");
        // It counts as bytes: a flood of them must not make a batch without end.
        let bytes = frame.len();
        assembler.park(Parked { entry: id, code, reason, frame });
        Ok((0, bytes))
    }

    /// Appends a frame; or says why it cannot be read.
    async fn append(
        &mut self,
        assembler: &mut Assembler,
        bytes: &[u8],
    ) -> Result<Result<(usize, usize), (String, String)>, Error> {
        let unreadable = |error: crate::frame::FrameError| (error.code().to_string(), error.to_string());
        let frame = match Frame::parse(bytes) {
            Ok(frame) => frame,
            Err(error) => return Ok(Err(unreadable(error))),
        };
        let connection = connected(&mut self.connection, &self.context).await?;
        let known = self
            .context
            .schemas
            .get(&self.context.registry, connection, &self.event, frame.fingerprint())
            .await;
        match known {
            Ok(known) => Ok(assembler.append(&known, &frame).map_err(unreadable)),
            Err(RegistryError::Redis(error)) => Err(error),
            Err(error) => Ok(Err(("schema".into(), error.to_string()))),
        }
    }

    async fn cut(&mut self) -> Result<(), Error> {
        let Some(epoch) = self.machine.epoch() else { return Ok(()) };
        let connection = connected(&mut self.connection, &self.context).await?;
        let now = now_millis(connection).await?;
        let Some((first, last, entries, cursor, id)) = self.machine.cut(now, self.number) else {
            return Ok(());
        };
        let assembled = std::mem::take(&mut self.assembler).finish();
        if assembled.entries != entries {
            // What is cut is never read again, so what it holds must be exactly what was counted.
            return Err(self.not_understood("a batch of other entries than those that were read"));
        }
        let record = BatchRecord::new(first, last, entries, assembled.inserts(), assembled.parked_records());
        let mut call = self.context.scripts.cut.key(&self.keys.state);
        call.key(&self.keys.batches).arg(epoch).arg(cursor.to_string()).arg(last.to_string());
        call.arg(id.to_string()).arg(record.to_json());
        let answer: i64 =
            call.invoke_async(connection).await.map_err(|error| Error::redis("cutting a batch", &error))?;
        match answer {
            1 => {
                tracing::debug!(partition = self.name, batch = %id, rows = record.rows(), "cut");
                self.prepare(id, assembled, &record);
                self.machine.on_cut(id, record);
                Ok(())
            }
            0 => Err(self.lease_lost()),
            _ => Err(self.not_understood("a cursor or a batch id that this worker has not written")),
        }
    }

    fn prepare(&mut self, id: BatchId, mut assembled: Assembled, record: &BatchRecord) {
        let parked = std::mem::take(&mut assembled.parked);
        let newest = assembled.newest;
        self.prepared.insert(id, Prepared { inserts: assembled.into_inserts(id, record), parked, newest });
    }

    /// Reads a batch that was cut before, and makes the same blocks of it.
    async fn rebuild(&mut self, id: BatchId) -> Result<(), Error> {
        let Some(record) = self.machine.record(id).cloned() else { return Ok(()) };
        // Not the open batch, which may have begun behind this one.
        let mut assembler = Assembler::default();
        let mut from = record.first;
        while from <= record.last {
            self.beat().await?;
            let mut command = redis::cmd("XRANGE");
            command.arg(&self.keys.stream).arg(from.to_string()).arg(record.last.to_string());
            command.arg("COUNT").arg(*READ_ENTRIES.start());
            let connection = connected(&mut self.connection, &self.context).await?;
            let answer = connection
                .send_packed_command(&command)
                .await
                .map_err(|error| Error::redis("reading a batch again", &error))?;
            let page =
                entries::from_range(answer).ok_or_else(|| self.not_understood("the answer to XRANGE"))?;
            let Some(last) = page.last() else { break };
            from = last.id.next();
            for entry in page {
                self.assemble(&mut assembler, entry, Some(&record)).await?;
            }
        }
        let assembled = assembler.finish();
        let entries = assembled.entries;
        if entries != record.entries || assembled.inserts() != record.inserts {
            return Err(Error::Stored {
                key: self.keys.batches.clone(),
                message: format!(
                    "batch {id} was cut from {} entries, {} to {}, and there are {entries} that give other blocks: \
                     the stream was changed from outside; nothing of it is inserted",
                    record.entries, record.first, record.last
                ),
            });
        }
        tracing::debug!(partition = self.name, batch = %id, rows = record.rows(), "made again");
        self.prepare(id, assembled, &record);
        self.machine.on_rebuilt(id);
        Ok(())
    }

    /// Begins to insert.
    fn insert(&mut self, id: BatchId) {
        let inserts = self.prepared.get_mut(&id).map(|prepared| std::mem::take(&mut prepared.inserts));
        let work = insert_all(Arc::clone(&self.context), self.name.clone(), inserts.unwrap_or_default());
        self.inserting = Some((id, tokio::spawn(work)));
        self.machine.on_inserting(id);
    }

    async fn finish(&mut self, id: BatchId) -> Result<(), Error> {
        let (Some(epoch), Some(record)) = (self.machine.epoch(), self.machine.record(id).cloned()) else {
            return Ok(());
        };
        let (parked, newest) = self
            .prepared
            .get(&id)
            .map_or((&[][..], None), |prepared| (&prepared.parked[..], prepared.newest));
        let mut call = self.context.scripts.finish.key(&self.keys.state);
        call.key(&self.keys.batches).key(&self.keys.stream).key(&self.keys.dead);
        call.arg(epoch).arg(id.to_string()).arg(record.last.next().to_string()).arg(record.last.to_string());
        call.arg(record.entries).arg(GROUP).arg(&self.context.id);
        for parked in parked {
            call.arg(parked.entry.to_string()).arg(&parked.code).arg(&parked.reason).arg(&parked.frame[..]);
        }
        let connection = connected(&mut self.connection, &self.context).await?;
        let answer: i64 =
            call.invoke_async(connection).await.map_err(|error| Error::redis("finishing a batch", &error))?;
        if answer == 0 {
            return Err(self.lease_lost());
        }
        tracing::debug!(partition = self.name, batch = %id, "finished");
        self.context.status.finished(record.rows(), parked.len(), newest);
        self.prepared.remove(&id);
        self.machine.on_finished(id);
        Ok(())
    }

    /// Waits until something happens.
    async fn wait(&mut self, until: Option<Instant>) -> Result<(), Error> {
        let reading: OptionFuture<_> = self.reading.as_mut().into();
        let inserting: OptionFuture<_> = self.inserting.as_mut().map(|(_, insert)| insert).into();
        let deadline: OptionFuture<_> =
            until.map(|until| tokio::time::sleep_until(TokioInstant::from_std(until))).into();
        tokio::select! {
            biased;
            _ = self.heartbeat.tick() => return self.renew().await,
            Some(result) = inserting => {
                let id = self.inserting.take().map(|(id, _)| id);
                return match (id, result) {
                    (Some(id), Ok(true)) => {
                        self.machine.on_inserted(id);
                        Ok(())
                    }
                    // The worker ends, and leaves the batch to the next one.
                    (Some(_), Ok(false)) => {
                        self.release().await;
                        Ok(())
                    }
                    // It panicked: the batch is recorded, so begin anew.
                    _ => Err(self.not_understood("an insert that ended before its time")),
                };
            }
            Some((reader, answer)) = reading => return self.on_read(reader, answer).await,
            Some(()) = deadline => {}
            () = self.context.ended(), if !self.context.is_ending() => {}
        }
        Ok(())
    }

    /// Extends the lease where that is due, in the middle of longer work.
    async fn beat(&mut self) -> Result<(), Error> {
        match self.heartbeat.tick().now_or_never() {
            Some(_) => self.renew().await,
            None => Ok(()),
        }
    }

    async fn renew(&mut self) -> Result<(), Error> {
        let Some(epoch) = self.machine.epoch() else { return Ok(()) };
        self.yielding = self.context.share.is_over();
        let lease = self.context.config.lease.as_millis() as u64;
        let mut call = self.context.scripts.renew.key(&self.keys.state);
        call.arg(epoch).arg(lease);
        let connection = connected(&mut self.connection, &self.context).await?;
        let held: i64 =
            call.invoke_async(connection).await.map_err(|error| Error::redis("extending a lease", &error))?;
        if held == 1 { Ok(()) } else { Err(self.lease_lost()) }
    }

    /// Gives the lease back. Where that fails it runs out by itself.
    async fn release(&mut self) {
        if let Some(epoch) = self.machine.epoch() {
            let mut call = self.context.scripts.renew.key(&self.keys.state);
            call.arg(epoch).arg(0);
            if let Ok(connection) = connected(&mut self.connection, &self.context).await {
                let released: RedisResult<i64> = call.invoke_async(connection).await;
                if let Err(error) = released {
                    tracing::debug!(partition = self.name, %error, "the lease was not given back and runs out");
                }
            }
        }
        self.forget();
    }

    /// Drops everything that depends on the lease.
    fn forget(&mut self) {
        self.machine.on_lost();
        self.reading = None;
        self.unsorted.clear();
        self.reader = None;
        if let Some((_, insert)) = self.inserting.take() {
            insert.abort();
        }
        self.assembler = Assembler::default();
        self.prepared.clear();
        self.yielding = false;
        self.give_back_share();
    }

    fn give_back_share(&mut self) {
        if std::mem::take(&mut self.holds_share) {
            self.context.share.give_back();
        }
    }

    fn lease_lost(&self) -> Error {
        Error::Redis {
            operation: "holding a partition",
            message: format!("another worker has taken {}", self.name),
            retryable: true,
        }
    }

    fn not_understood(&self, what: &str) -> Error {
        Error::Stored { key: self.keys.stream.clone(), message: what.into() }
    }
}

/// A task that is dropped (its worker's future was) stops its insert; the lease runs out.
impl Drop for PartitionTask {
    fn drop(&mut self) {
        self.forget();
    }
}

async fn connected<'a>(
    connection: &'a mut Option<MultiplexedConnection>,
    context: &Context,
) -> Result<&'a mut MultiplexedConnection, Error> {
    match connection {
        Some(open) => Ok(open),
        None => Ok(connection.insert(context.connector.connect().await?)),
    }
}
