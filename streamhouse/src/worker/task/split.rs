//! What was refused of a batch: divided, recorded, and in the end set aside.

use super::super::batch::{BatchId, BatchRecord};
use super::super::insert::{Batch, Refusal};
use super::super::letters::{Letter, Sieve};
use super::super::pieces::{halves, refused};
use super::super::share::now_millis;
use super::{PartitionTask, connected};
use crate::error::Error;
use crate::frame::Frame;

impl PartitionTask {
    /// Something was refused: the blocks come back, and what is to be done is for the machine to say.
    pub(super) fn on_refused(&mut self, batch: Batch, refusal: Refusal) {
        let Batch { id, record, bodies, .. } = batch;
        if let Some(prepared) = self.prepared.get_mut(&id) {
            prepared.bodies = Some(bodies);
        }
        self.refusals.insert(id, refusal);
        self.machine.on_refused(id, record);
    }

    /// Divides what was refused, or sets the row aside that it is; records that before anything of it is inserted.
    pub(super) async fn split(&mut self, id: BatchId) -> Result<(), Error> {
        let (Some(epoch), Some(mut record)) = (self.machine.epoch(), self.machine.record(id).cloned()) else {
            return Ok(());
        };
        let known = self.refusals.get(&id).and_then(|refusal| {
            self.prepared.get(&id).and_then(|prepared| prepared.bodies.as_ref()?.schema(refusal.insert))
        });
        let Some(floor) = self.floor(known.as_slice()).await? else { return Ok(()) };
        let Some(Refusal { insert, open, code, reason }) = self.refusals.remove(&id) else {
            return Err(self.not_understood("a refusal that nobody knows of"));
        };
        self.beat().await?;
        let connection = connected(&mut self.connection, &self.context).await?;
        let (pieces, greatest) = if open.rows == 1 {
            // Not the reason, which may quote values.
            tracing::error!(partition = self.name, batch = %id, code, "a row is refused and will be set aside");
            (vec![refused(&open, code, &reason)], None)
        } else {
            let now = now_millis(connection).await?.max(floor);
            let bodies = self.prepared.get_mut(&id).and_then(|prepared| prepared.bodies.as_mut());
            let divided = self.machine.piece_ids(now, self.number, 2).and_then(|first| {
                let hashes = bodies?.halve(insert, &open, first)?;
                Some((halves(&open, first, hashes), Some(first.insert(1))))
            });
            match divided {
                Some(divided) => divided,
                None => return Err(self.not_understood("a block that cannot be divided")),
            }
        };
        record.replace(id, open.id, pieces);
        let mut call = self.context.scripts.record.key(&self.keys.state);
        call.key(&self.keys.batches).arg(epoch).arg(id.to_string()).arg(record.to_json());
        call.arg(greatest.map(|greatest| greatest.to_string()).unwrap_or_default());
        let answer: i64 =
            call.invoke_async(connection).await.map_err(|error| Error::redis("dividing a batch", &error))?;
        match answer {
            1 => {
                self.durable(epoch).await?;
                tracing::debug!(partition = self.name, batch = %id, rows = open.rows, code, "divided");
                self.machine.on_split(id, record, greatest);
                Ok(())
            }
            0 | 2 => Err(self.lease_lost()),
            _ => Err(self.not_understood("a batch id that this worker has not written")),
        }
    }

    /// The letters of rows that were refused. Their frames are read again: they are still in the stream.
    pub(super) async fn refused(&mut self, id: BatchId, record: &BatchRecord) -> Result<Vec<Letter>, Error> {
        let rows = record.refused();
        let mut letters = Vec::new();
        if rows.is_empty() {
            return Ok(letters);
        }
        let mut sieve = Sieve::new(rows, record.inserts.len());
        let mut from = record.first;
        while from <= record.last {
            let page = self.page(from, record.last).await?;
            let Some(last) = page.last() else { break };
            from = last.id.next();
            for entry in page {
                let Ok(bytes) = entry.frame else { continue };
                if record.parked.iter().any(|parked| parked.entry == entry.id) {
                    continue;
                }
                let Ok(frame) = Frame::parse(&bytes) else { continue };
                let schema = frame.fingerprint().to_string();
                if let Some(insert) = record.inserts.iter().position(|insert| insert.schema == schema) {
                    letters.extend(sieve.letters(insert, entry.id, &bytes, frame.rows()));
                }
            }
        }
        let (wanted, found) = sieve.found();
        if found < wanted {
            return Err(Error::Stored {
                key: self.keys.stream.clone(),
                message: format!(
                    "batch {id} has {wanted} rows to set aside, and the frames of {found} are there: the stream was \
                     changed from outside"
                ),
            });
        }
        Ok(letters)
    }
}
