//! The rows of a batch's inserts, whole or in the pieces that its record says.

use std::collections::HashMap;
use std::sync::Arc;

use streamhouse_schema::frame_schema::Delivery;
use streamhouse_schema::types::Type;

use super::assembler::{Assembled, KnownSchema};
use super::batch::{BatchId, BatchRecord};
use super::pieces::{Open, Piece};
use crate::frame::{BATCH_COLUMN, Rows};
use crate::sink::{Insert, PIECES};

/// What is to be inserted of a batch.
#[derive(Debug)]
pub(crate) struct Bodies {
    /// One for each insert.
    schemas: Vec<Arc<KnownSchema>>,
    pieces: HashMap<BatchId, Body>,
}

#[derive(Debug)]
struct Body {
    rows: Rows,
    /// Another worker, or this one under an earlier epoch, may have begun to insert it.
    begun: bool,
    /// It is a piece of an insert.
    divided: bool,
}

impl Bodies {
    /// The rows of what is open. `None` where they are not those of the record.
    pub(crate) fn of(
        assembled: Assembled,
        batch: BatchId,
        record: &BatchRecord,
        begun: bool,
    ) -> Option<Self> {
        let mut bodies = Bodies { schemas: Vec::new(), pieces: HashMap::new() };
        for (index, ((known, mut rest, _), insert)) in
            assembled.blocks.into_iter().zip(&record.inserts).enumerate()
        {
            if insert.pieces.is_empty() {
                // Whoever made the record, or compared it, knows the hash.
                bodies.pieces.insert(batch.insert(index), Body { rows: rest, begun, divided: false });
                bodies.schemas.push(known);
                continue;
            }
            for piece in insert.in_pieces(batch.insert(index)) {
                let (rows, others) = rest.split_at(&known.layout, usize::try_from(piece.rows()).ok()?)?;
                rest = others;
                if let Piece::Open(open) = piece {
                    if hash(&rows) != open.hash {
                        return None;
                    }
                    // What was refused as a whole has its own id, and so its own token, still.
                    let divided = open.id != batch.insert(index);
                    bodies.pieces.insert(open.id, Body { rows, begun, divided });
                }
            }
            bodies.schemas.push(known);
        }
        Some(bodies)
    }

    /// The schema of an insert.
    pub(crate) fn schema(&self, index: usize) -> Option<Arc<KnownSchema>> {
        self.schemas.get(index).cloned()
    }

    /// What is sent of a piece, its schema, and whether somebody may have begun to send it.
    pub(crate) fn insert(&self, index: usize, open: &Open) -> Option<(Arc<KnownSchema>, Insert, bool)> {
        let known = Arc::clone(self.schemas.get(index)?);
        let body = self.pieces.get(&open.id)?;
        let schema = &known.schema;
        let marked = schema.delivery == Delivery::ExactlyOnce;
        let columns = schema.columns.iter().map(|column| (column.name.clone(), column.ty.clone()));
        let own = marked.then(|| (BATCH_COLUMN.to_string(), Type::UInt64));
        let id = open.id.0;
        // Pieces go in in any order, and their ids are above those of the batch that follows.
        let pieces = if body.divided { PIECES } else { "" };
        let insert = Insert {
            event: schema.event.clone(),
            table: schema.table.clone(),
            columns: columns.chain(own).collect(),
            id,
            cut_at: open.id.cut_at(),
            rows: open.rows,
            marked,
            // One body under one name. Batches of two events may have the same id.
            token: format!("{}/{}{pieces}-{}-{}", schema.event, open.id.partition(), open.id, open.hash),
            native: body.rows.native(schema, &known.layout, marked.then_some(id)),
        };
        Some((known, insert, body.begun))
    }

    /// Drops what is in the table.
    pub(crate) fn on_done(&mut self, id: BatchId) {
        self.pieces.remove(&id);
    }

    /// Makes two pieces of one, with ids from `first` on; gives their hashes.
    pub(crate) fn halve(&mut self, index: usize, open: &Open, first: BatchId) -> Option<[String; 2]> {
        let known = self.schemas.get(index)?;
        let body = self.pieces.get(&open.id)?;
        let at = usize::try_from(open.rows / 2).ok()?;
        let (head, tail) = body.rows.split_at(&known.layout, at)?;
        let hashes = [hash(&head), hash(&tail)];
        self.pieces.remove(&open.id);
        self.pieces.insert(first, Body { rows: head, begun: false, divided: true });
        self.pieces.insert(first.insert(1), Body { rows: tail, begun: false, divided: true });
        Some(hashes)
    }
}

fn hash(rows: &Rows) -> String {
    format!("{:016x}", rows.hash())
}
