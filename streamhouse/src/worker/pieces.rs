//! Inserts in pieces: what is recorded of one of which some rows were refused (docs/format.md, "A refused row").

use serde::{Deserialize, Serialize};

use super::batch::{BatchId, BatchRecord};

/// The most bytes of a reason that are kept.
const MAX_REASON: usize = 512;

/// What is recorded of an insert: of the whole as it was cut, and, once rows of it were refused, of its pieces.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct InsertRecord {
    pub(crate) schema: String,
    pub(crate) rows: u64,
    pub(crate) hash: String,
    /// The greatest number of a token that may have been used.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) tokens: u32,
    /// All of its rows in their order; none while it is whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) pieces: Vec<Piece>,
}

/// Rows of an insert that lie beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase")]
pub(crate) enum Piece {
    /// To be inserted, under an id of its own.
    Open(Open),
    /// In the table.
    Done { rows: u64 },
    /// One row, to be set aside when the batch is finished.
    Refused { code: u32, reason: String, attempt: u32 },
}

/// A piece, or a whole insert, that is not in the table yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Open {
    pub(crate) id: BatchId,
    pub(crate) rows: u64,
    pub(crate) hash: String,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) tokens: u32,
    /// How many inserts its rows were refused with before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) refused: u32,
    /// Its rows are in the table, and what hangs on the table has refused them: it is sent again, until it is accepted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) unserved: bool,
}

/// A row that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefusedRow {
    /// The insert, counted from 0.
    pub(crate) insert: usize,
    /// The row in the whole insert, counted from 0.
    pub(crate) row: u64,
    pub(crate) code: u32,
    pub(crate) reason: String,
    /// How many inserts it was in.
    pub(crate) attempt: u32,
}

/// For serde, which passes a reference.
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Piece {
    pub(crate) fn rows(&self) -> u64 {
        match self {
            Piece::Open(open) => open.rows,
            Piece::Done { rows } => *rows,
            Piece::Refused { .. } => 1,
        }
    }
}

impl InsertRecord {
    /// Whether it is of the same block.
    pub(crate) fn is_same(&self, other: &InsertRecord) -> bool {
        (&self.schema, self.rows, &self.hash) == (&other.schema, other.rows, &other.hash)
    }

    /// Its pieces, or itself as the only one.
    pub(crate) fn in_pieces(&self, own: BatchId) -> Vec<Piece> {
        if !self.pieces.is_empty() {
            return self.pieces.clone();
        }
        let (rows, hash, tokens) = (self.rows, self.hash.clone(), self.tokens);
        vec![Piece::Open(Open { id: own, rows, hash, tokens, refused: 0, unserved: false })]
    }
}

impl BatchRecord {
    /// What is not in the table yet, each with the number of its insert.
    pub(crate) fn open(&self, batch: BatchId) -> Vec<(usize, Open)> {
        let all = self.inserts.iter().enumerate();
        let pieces = all.flat_map(|(index, insert)| {
            insert.in_pieces(batch.insert(index)).into_iter().map(move |piece| (index, piece))
        });
        pieces
            .filter_map(|(index, piece)| match piece {
                Piece::Open(open) => Some((index, open)),
                Piece::Done { .. } | Piece::Refused { .. } => None,
            })
            .collect()
    }

    /// Puts others in the place of a piece. What is done side by side becomes one.
    pub(crate) fn replace(&mut self, batch: BatchId, id: BatchId, with: Vec<Piece>) {
        for (index, insert) in self.inserts.iter_mut().enumerate() {
            let mut pieces = insert.in_pieces(batch.insert(index));
            let found = pieces.iter().position(|piece| matches!(piece, Piece::Open(open) if open.id == id));
            let Some(found) = found else { continue };
            pieces.splice(found..=found, with);
            pieces.dedup_by(|next, before| match (before, next) {
                (Piece::Done { rows }, Piece::Done { rows: more }) => {
                    *rows += *more;
                    true
                }
                _ => false,
            });
            insert.pieces = pieces;
            return;
        }
    }

    /// Changes what is recorded of a piece; the token of an insert that is whole stands in the insert.
    pub(crate) fn change(&mut self, batch: BatchId, id: BatchId, change: impl FnOnce(&mut Open)) {
        let Some((index, mut open)) = self.open(batch).into_iter().find(|(_, open)| open.id == id) else {
            return;
        };
        change(&mut open);
        match self.inserts.get_mut(index) {
            Some(insert) if insert.pieces.is_empty() && !open.unserved => insert.tokens = open.tokens,
            _ => self.replace(batch, id, vec![Piece::Open(open)]),
        }
    }

    /// The rows that were refused, in the order of the inserts and of their rows.
    pub(crate) fn refused(&self) -> Vec<RefusedRow> {
        let mut found = Vec::new();
        for (insert, record) in self.inserts.iter().enumerate() {
            let mut row = 0;
            for piece in &record.pieces {
                if let Piece::Refused { code, reason, attempt } = piece {
                    let (code, reason, attempt) = (*code, reason.clone(), *attempt);
                    found.push(RefusedRow { insert, row, code, reason, attempt });
                }
                row += piece.rows();
            }
        }
        found
    }

    /// Whether any row of an insert was accepted since it is in pieces.
    pub(crate) fn has_accepted(&self, insert: usize) -> bool {
        let pieces = self.inserts.get(insert).map_or(&[][..], |insert| &insert.pieces);
        pieces.iter().any(|piece| matches!(piece, Piece::Done { .. }))
    }

    /// Whether an insert is in pieces.
    pub(crate) fn is_divided(&self) -> bool {
        self.inserts.iter().any(|insert| !insert.pieces.is_empty())
    }
}

/// What a piece of one row becomes that was refused.
pub(crate) fn refused(open: &Open, code: u32, reason: &str) -> Piece {
    let mut end = reason.len().min(MAX_REASON);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    Piece::Refused { code, reason: reason[..end].to_string(), attempt: open.refused.saturating_add(1) }
}

/// What a piece becomes that was refused: two, of whose rows the hashes are these.
pub(crate) fn halves(open: &Open, first: BatchId, hashes: [String; 2]) -> Vec<Piece> {
    let at = open.rows / 2;
    let ids = [first, first.insert(1)];
    let parts = ids.into_iter().zip([at, open.rows - at]).zip(hashes);
    parts
        .map(|((id, rows), hash)| {
            let refused = open.refused.saturating_add(1);
            Piece::Open(Open { id, rows, hash, tokens: 0, refused, unserved: false })
        })
        .collect()
}

/// Refusals of a schema's rows since the last time that any were accepted.
///
/// Halving finds single bad rows among good ones. Where nothing is accepted at all it is the table that is wrong, or whoever sends: rows
/// would be set aside by the million. So the event stops then, after `worker.refused_inserts` attempts of which at least
/// [`Streak::ROWS`] were of single rows, and unless other rows of the same insert were accepted.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Streak {
    inserts: u32,
    rows: u32,
}

impl Streak {
    const ROWS: u32 = 8;

    /// An insert of so many rows was refused.
    pub(crate) fn on_refused(&mut self, rows: u64) {
        self.inserts = self.inserts.saturating_add(1);
        self.rows = self.rows.saturating_add(u32::from(rows == 1));
    }

    /// How many inserts were refused.
    pub(crate) fn inserts(&self) -> u32 {
        self.inserts
    }

    /// Whether nothing seems to be accepted at all.
    pub(crate) fn is_everything(&self, limit: u32) -> bool {
        self.inserts >= limit && self.rows >= Self::ROWS
    }

    /// Which of the open pieces of these sizes is tried next. From left to right, which needs the fewest inserts; once several
    /// rows in turn were bad the largest and the smallest by turns, for one of them shows soon whether there are good rows;
    /// and where the event has stopped each in its turn, for it goes on when one is accepted.
    pub(crate) fn choose(&self, sizes: &[u64], stopped: bool) -> usize {
        if stopped {
            return self.inserts as usize % sizes.len().max(1);
        }
        let found = match (self.rows >= Self::ROWS, self.inserts % 2) {
            (false, _) => None,
            (true, 0) => sizes.iter().max(),
            (true, _) => sizes.iter().min(),
        };
        sizes.iter().position(|size| Some(size) == found).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::batch::EntryId;
    use super::*;

    const LIMIT: u32 = 100;

    fn record(rows: u64) -> BatchRecord {
        let insert =
            InsertRecord { schema: "ab".into(), rows, hash: "h".into(), tokens: 1, pieces: Vec::new() };
        BatchRecord::new(EntryId::default(), EntryId::default(), 1, vec![insert], Vec::new())
    }

    /// Halves until only single rows are refused; gives how many inserts that took and which rows were set aside.
    fn sift(rows: u64, is_bad: impl Fn(u64) -> bool, limit: u32) -> (u32, Vec<u64>, bool) {
        let batch = BatchId(7 << 22);
        let (mut record, mut next) = (record(rows), batch.insert(1));
        let (mut streak, mut inserts) = (Streak::default(), 0);
        loop {
            let open = record.open(batch);
            let sizes: Vec<u64> = open.iter().map(|(_, open)| open.rows).collect();
            let Some((_, open)) = open.get(streak.choose(&sizes, false)) else { break };
            let pieces = record.inserts[0].in_pieces(batch);
            let is_it = |piece: &&Piece| !matches!(piece, Piece::Open(other) if other.id == open.id);
            let from: u64 = pieces.iter().take_while(is_it).map(Piece::rows).sum();
            inserts += 1;
            assert!(inserts < limit, "it does not end");
            if !(from..from + open.rows).any(&is_bad) {
                streak = Streak::default();
                record.replace(batch, open.id, vec![Piece::Done { rows: open.rows }]);
                continue;
            }
            streak.on_refused(open.rows);
            if streak.is_everything(LIMIT) && !record.has_accepted(0) {
                return (inserts, record.refused().iter().map(|row| row.row).collect(), true);
            }
            let with = match open.rows {
                1 => vec![refused(open, 469, "bad")],
                _ => halves(open, next, ["a".into(), "b".into()]),
            };
            next = next.insert(2);
            record.replace(batch, open.id, with);
            let again = BatchRecord::from_json(&record.to_json()).expect("a record");
            assert_eq!(again, record);
            assert_eq!(record.inserts[0].in_pieces(batch).iter().map(Piece::rows).sum::<u64>(), rows);
        }
        (inserts, record.refused().iter().map(|row| row.row).collect(), false)
    }

    #[test]
    fn single_bad_rows_are_found_and_nothing_else() {
        for bad in [vec![0], vec![9_999], vec![5_000], vec![0, 1, 2, 3, 4, 777, 9_999]] {
            let (inserts, found, stopped) = sift(10_000, |row| bad.contains(&row), 400);
            assert_eq!((found, stopped), (bad.clone(), false));
            assert!(inserts <= bad.len() as u32 * 28 + 1, "{inserts} inserts for {bad:?}");
        }
    }

    #[test]
    fn a_run_of_bad_rows_at_the_beginning_does_not_hide_the_good_ones() {
        let (_, found, stopped) = sift(10_000, |row| row < 500, 3_000);
        assert_eq!((found.len(), stopped), (500, false));
        let (_, found, stopped) = sift(1_000, |row| row % 10 != 3, 3_000);
        assert_eq!((found.len(), stopped), (900, false));
    }

    #[test]
    fn where_everything_is_refused_it_stops_soon() {
        for rows in [500_000, 10_000, 600] {
            let (inserts, found, stopped) = sift(rows, |_| true, 200);
            assert!(stopped && inserts == LIMIT && found.len() < 100, "{inserts}, {}", found.len());
        }
    }

    #[test]
    fn a_record_in_pieces_is_as_documented() {
        let batch = BatchId(1);
        let mut record = record(5);
        record.change(batch, batch, |open| open.tokens = 2);
        assert_eq!(record.inserts[0].tokens, 2);
        assert!(record.to_json().starts_with(r#"{"format":1,"#), "whole, as older workers know it");
        record.replace(batch, batch, vec![Piece::Done { rows: 3 }, Piece::Done { rows: 1 }]);
        assert_eq!(record.inserts[0].pieces, [Piece::Done { rows: 4 }]);
        let open = Open { id: batch, rows: 1, hash: "h".into(), tokens: 0, refused: 3, unserved: false };
        let Piece::Refused { reason, .. } = refused(&open, 469, &"é".repeat(400)) else { panic!("refused") };
        assert_eq!(reason, "é".repeat(256));
        record.inserts[0].pieces.extend([Piece::Open(open.clone()), refused(&open, 469, "bad")]);
        assert_eq!(
            record.to_json().split_once(r#""pieces":"#).expect("pieces").1,
            r#"[{"is":"done","rows":4},{"is":"open","id":"00000000000000000001","rows":1,"hash":"h","refused":3},{"is":"refused","code":469,"reason":"bad","attempt":4}]}]}"#
        );
        assert!(record.to_json().starts_with(r#"{"format":2,"#), "not for workers that do not know pieces");
        assert_eq!(record.refused()[0].row, 5);
    }
}
