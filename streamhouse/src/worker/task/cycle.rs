//! A batch from the cut to the finish.

use std::sync::Arc;
use std::time::Instant;

use super::super::assembler::{Assembled, Assembler};
use super::super::batch::{BatchId, BatchRecord, EntryId};
use super::super::bodies::Bodies;
use super::super::entries::{self, Entry};
use super::super::insert::{Batch, insert_all};
use super::super::letters::Letter;
use super::super::share::now_millis;
use super::read::READ_ENTRIES;
use super::{PartitionTask, connected};
use crate::error::Error;
use crate::redis::GROUP;

/// A batch whose blocks are there.
pub(super) struct Prepared {
    /// Away while it is inserted.
    pub(super) bodies: Option<Bodies>,
    /// What of it could not be read.
    letters: Vec<Letter>,
    newest: Option<i64>,
}

impl PartitionTask {
    pub(super) async fn cut(&mut self) -> Result<(), Error> {
        let Some(epoch) = self.machine.epoch() else { return Ok(()) };
        let schemas = self.assembler.schemas();
        let context = Arc::clone(&self.context);
        let floor = tokio::select! {
            floor = self.floor(&schemas) => floor?,
            // Nothing is cut yet, so whoever comes next asks as well.
            () = context.ended() => None,
        };
        let Some(floor) = floor else { return Ok(()) };
        let connection = connected(&mut self.connection, &self.context).await?;
        let now = now_millis(connection).await?.max(floor);
        let assembled = std::mem::take(&mut self.assembler).finish();
        let Some((first, last, entries, cursor, id)) = self.machine.cut(now, self.number, assembled.blocks())
        else {
            return Ok(());
        };
        if assembled.entries != entries {
            // What is cut is never read again, so what it holds must be exactly what was counted.
            return Err(self.not_understood("a batch of other entries than those that were read"));
        }
        let record = BatchRecord::new(first, last, entries, assembled.inserts(), assembled.parked_records());
        tracing::debug!(partition = self.name, batch = %id, "cutting");
        let mut call = self.context.scripts.cut.key(&self.keys.state);
        call.key(&self.keys.batches).arg(epoch).arg(cursor.to_string()).arg(last.to_string());
        call.arg(id.to_string()).arg(record.to_json()).arg(record.greatest_id(id).to_string());
        let answer: i64 =
            call.invoke_async(connection).await.map_err(|error| Error::redis("cutting a batch", &error))?;
        match answer {
            1 => {
                self.durable(epoch).await?;
                tracing::debug!(partition = self.name, batch = %id, rows = record.rows(), "cut");
                self.prepare(id, assembled, &record, false)?;
                self.reached = Some(last);
                self.machine.on_cut(id, record);
                Ok(())
            }
            0 => Err(self.lease_lost()),
            _ => Err(self.not_understood("a cursor or a batch id that this worker has not written")),
        }
    }

    fn prepare(
        &mut self,
        id: BatchId,
        mut assembled: Assembled,
        record: &BatchRecord,
        begun: bool,
    ) -> Result<(), Error> {
        let (letters, newest) = (std::mem::take(&mut assembled.letters), assembled.newest);
        let Some(bodies) = Bodies::of(assembled, id, record, begun) else {
            return Err(self.not_understood("a batch whose pieces are others than those recorded"));
        };
        self.prepared.insert(id, Prepared { bodies: Some(bodies), letters, newest });
        Ok(())
    }

    /// Reads a batch that was cut before, and makes the same blocks of it.
    pub(super) async fn rebuild(&mut self, id: BatchId) -> Result<(), Error> {
        let Some(record) = self.machine.record(id).cloned() else { return Ok(()) };
        // Not the open batch, which may have begun behind this one.
        let mut assembler = Assembler::default();
        let mut from = record.first;
        while from <= record.last {
            let page = self.page(from, record.last).await?;
            let Some(last) = page.last() else { break };
            from = last.id.next();
            for entry in page {
                self.assemble(&mut assembler, entry, Some(&record)).await?;
            }
        }
        let assembled = assembler.finish();
        let entries = assembled.entries;
        if !record.is_of(entries, &assembled.inserts()) {
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
        self.prepare(id, assembled, &record, true)?;
        self.machine.on_rebuilt(id);
        Ok(())
    }

    /// Some entries of a batch, from one on.
    pub(super) async fn page(&mut self, from: EntryId, last: EntryId) -> Result<Vec<Entry>, Error> {
        self.beat().await?;
        let mut command = redis::cmd("XRANGE");
        command.arg(&self.keys.stream).arg(from.to_string()).arg(last.to_string());
        command.arg("COUNT").arg(*READ_ENTRIES.start());
        let connection = connected(&mut self.connection, &self.context).await?;
        let answer = connection
            .send_packed_command(&command)
            .await
            .map_err(|error| Error::redis("reading a batch again", &error))?;
        entries::from_range(answer).ok_or_else(|| self.not_understood("the answer to XRANGE"))
    }

    /// Begins to insert.
    pub(super) fn insert(&mut self, id: BatchId) -> Result<(), Error> {
        let (Some(epoch), Some(record)) = (self.machine.epoch(), self.machine.record(id).cloned()) else {
            return Ok(());
        };
        let Some(bodies) = self.prepared.get_mut(&id).and_then(|prepared| prepared.bodies.take()) else {
            return Err(self.not_understood("a batch without its blocks"));
        };
        let batch = Batch {
            partition: self.name.clone(),
            keys: self.keys.clone(),
            epoch,
            id,
            record,
            bodies,
            since: Instant::now(),
            hold: self.hold.clone(),
        };
        self.inserting = Some((id, tokio::spawn(insert_all(Arc::clone(&self.context), batch))));
        self.machine.on_inserting(id);
        Ok(())
    }

    pub(super) async fn finish(&mut self, id: BatchId) -> Result<(), Error> {
        let (Some(epoch), Some(record)) = (self.machine.epoch(), self.machine.record(id).cloned()) else {
            return Ok(());
        };
        let refused = self.refused(id, &record).await?;
        let (unreadable, newest) = self
            .prepared
            .get(&id)
            .map_or((&[][..], None), |prepared| (&prepared.letters[..], prepared.newest));
        tracing::debug!(partition = self.name, batch = %id, "finishing");
        let mut call = self.context.scripts.finish.key(&self.keys.state);
        call.key(&self.keys.batches).key(&self.keys.stream).key(&self.keys.dead);
        call.arg(epoch).arg(id.to_string()).arg(record.last.next().to_string()).arg(record.last.to_string());
        call.arg(record.entries).arg(GROUP).arg(&self.context.id).arg(&self.event);
        for letter in unreadable.iter().chain(&refused) {
            let fields = letter.fields();
            call.arg(2 * fields.len());
            for (name, value) in &fields {
                call.arg(&name[..]).arg(&value[..]);
            }
        }
        let parked = unreadable.len() + refused.len();
        let connection = connected(&mut self.connection, &self.context).await?;
        let answer: i64 =
            call.invoke_async(connection).await.map_err(|error| Error::redis("finishing a batch", &error))?;
        if answer == 0 {
            return Err(self.lease_lost());
        }
        tracing::debug!(partition = self.name, batch = %id, "finished");
        self.context.status.well(&self.name);
        let inserted = record.rows() - record.refused().len() as u64;
        self.context.status.finished(inserted, parked, newest);
        self.prepared.remove(&id);
        self.machine.on_finished(id);
        Ok(())
    }
}
