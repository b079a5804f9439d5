//! From entries to the blocks of a batch.

use std::sync::Arc;

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::frame_schema::FrameSchema;

use super::batch::{InsertRecord, ParkedRecord};
use super::letters::Letter;
use crate::frame::{Block, Frame, FrameError, Layout, Rows};

/// A schema that was fetched and checked.
#[derive(Debug)]
pub(crate) struct KnownSchema {
    pub(crate) fingerprint: Fingerprint,
    pub(crate) schema: FrameSchema,
    pub(crate) layout: Layout,
}

/// The entries of a batch, sorted into blocks as they come.
#[derive(Debug, Default)]
pub(crate) struct Assembler {
    blocks: Vec<(Arc<KnownSchema>, Block)>,
    letters: Vec<Letter>,
    /// Entries of both kinds.
    entries: u64,
    /// The latest event time, in milliseconds since 1970.
    newest: Option<i64>,
}

/// What a batch inserts and parks.
#[derive(Debug)]
pub(crate) struct Assembled {
    pub(super) blocks: Vec<(Arc<KnownSchema>, Rows, String)>,
    pub(crate) letters: Vec<Letter>,
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

    /// The schemas so far.
    pub(crate) fn schemas(&self) -> Vec<Arc<KnownSchema>> {
        self.blocks.iter().map(|(known, _)| Arc::clone(known)).collect()
    }

    /// Blocks so far.
    pub(crate) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Sets an entry aside.
    pub(crate) fn park(&mut self, letter: Letter) {
        self.letters.push(letter);
        self.entries += 1;
    }

    /// Ends the batch.
    pub(crate) fn finish(self) -> Assembled {
        let blocks = self
            .blocks
            .into_iter()
            .map(|(known, block)| {
                let hash = format!("{:016x}", block.hash());
                (known, block.freeze(), hash)
            })
            .collect();
        Assembled { blocks, letters: self.letters, entries: self.entries, newest: self.newest }
    }
}

impl Assembled {
    /// What is recorded of the inserts.
    pub(crate) fn inserts(&self) -> Vec<InsertRecord> {
        let record = |(known, rows, hash): &(Arc<KnownSchema>, Rows, String)| InsertRecord {
            schema: known.fingerprint.to_string(),
            rows: rows.len() as u64,
            hash: hash.clone(),
            tokens: 0,
            pieces: Vec::new(),
        };
        self.blocks.iter().map(record).collect()
    }

    /// How many inserts it makes.
    pub(crate) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// What is recorded of the parked entries.
    pub(crate) fn parked_records(&self) -> Vec<ParkedRecord> {
        self.letters
            .iter()
            .map(|letter| ParkedRecord { entry: letter.entry, code: letter.code.clone() })
            .collect()
    }
}
