//! From entries to the blocks of a batch.

use std::sync::Arc;

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::frame_schema::{Delivery, FrameSchema};
use streamhouse_schema::types::Type;

use super::batch::{BatchId, BatchRecord, EntryId, InsertRecord, ParkedRecord};
use crate::frame::{BATCH_COLUMN, Block, Frame, FrameError, Layout};
use crate::sink::Insert;

/// A schema that was fetched and checked.
#[derive(Debug)]
pub(crate) struct KnownSchema {
    pub(crate) fingerprint: Fingerprint,
    pub(crate) schema: FrameSchema,
    pub(crate) layout: Layout,
}

/// An entry that cannot be read, untouched.
#[derive(Debug, Clone)]
pub(crate) struct Parked {
    pub(crate) entry: EntryId,
    pub(crate) code: String,
    pub(crate) reason: String,
    pub(crate) frame: Vec<u8>,
}

/// The entries of a batch, sorted into blocks as they come.
#[derive(Debug, Default)]
pub(crate) struct Assembler {
    blocks: Vec<(Arc<KnownSchema>, Block)>,
    parked: Vec<Parked>,
    /// Entries of both kinds.
    entries: u64,
    /// The latest event time, in milliseconds since 1970.
    newest: Option<i64>,
}

/// What a batch inserts and parks.
#[derive(Debug)]
pub(crate) struct Assembled {
    blocks: Vec<(Arc<KnownSchema>, Block, String)>,
    pub(crate) parked: Vec<Parked>,
    pub(crate) entries: u64,
    pub(crate) newest: Option<i64>,
}

impl Assembler {
    /// Appends a frame of a known schema; gives its rows and bytes.
    pub(crate) fn append(
        &mut self,
        known: &Arc<KnownSchema>,
        frame: &Frame<'_>,
    ) -> Result<(usize, usize), FrameError> {
        let segments = frame.check(&known.layout)?;
        let rows = frame.rows() as usize;
        let index = match self.blocks.iter().position(|(schema, _)| schema.fingerprint == known.fingerprint) {
            Some(index) => index,
            None => {
                self.blocks.push((Arc::clone(known), Block::new(known.layout.clone())));
                self.blocks.len() - 1
            }
        };
        self.blocks[index].1.append(rows, &segments);
        self.entries += 1;
        self.newest = self.newest.max(frame.event_times().map(|(_, max)| max));
        Ok((rows, segments.iter().map(|segment| segment.len()).sum()))
    }

    /// Blocks so far.
    pub(crate) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Sets an entry aside.
    pub(crate) fn park(&mut self, parked: Parked) {
        self.parked.push(parked);
        self.entries += 1;
    }

    /// Ends the batch.
    pub(crate) fn finish(self) -> Assembled {
        let blocks = self
            .blocks
            .into_iter()
            .map(|(known, block)| {
                let hash = format!("{:016x}", block.hash());
                (known, block, hash)
            })
            .collect();
        Assembled { blocks, parked: self.parked, entries: self.entries, newest: self.newest }
    }
}

impl Assembled {
    /// What is recorded of the inserts.
    pub(crate) fn inserts(&self) -> Vec<InsertRecord> {
        let record = |(known, block, hash): &(Arc<KnownSchema>, Block, String)| InsertRecord {
            schema: known.fingerprint.to_string(),
            rows: block.rows() as u64,
            hash: hash.clone(),
            tokens: 0,
        };
        self.blocks.iter().map(record).collect()
    }

    /// How many inserts it makes.
    pub(crate) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// What is recorded of the parked entries.
    pub(crate) fn parked_records(&self) -> Vec<ParkedRecord> {
        self.parked
            .iter()
            .map(|parked| ParkedRecord { entry: parked.entry, code: parked.code.clone() })
            .collect()
    }

    /// The inserts as they are sent, with the schemas that they are of.
    pub(crate) fn into_inserts(
        self,
        batch: BatchId,
        record: &BatchRecord,
    ) -> Vec<(Arc<KnownSchema>, Insert)> {
        self.blocks
            .into_iter()
            .enumerate()
            .filter_map(|(index, (known, block, _))| {
                let schema = &known.schema;
                let marked = schema.delivery == Delivery::ExactlyOnce;
                let columns = schema.columns.iter().map(|column| (column.name.clone(), column.ty.clone()));
                let own = marked.then(|| (BATCH_COLUMN.to_string(), Type::UInt64));
                let id = batch.insert(index).0;
                let insert = Insert {
                    event: schema.event.clone(),
                    table: schema.table.clone(),
                    columns: columns.chain(own).collect(),
                    id,
                    rows: block.rows() as u64,
                    marked,
                    token: record.token(&schema.event, batch, index)?,
                    native: block.into_native(schema, marked.then_some(id)),
                };
                Some((known, insert))
            })
            .collect()
    }
}
