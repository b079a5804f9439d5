//! What is set aside: entries of the stream of dead letters (docs/format.md, "Dead letters").

use super::batch::EntryId;
use super::pieces::RefusedRow;
use crate::redis::FRAME_FIELD;

/// The most bytes of one frame that its letters have together, where each row that was refused has a letter of its own.
const MAX_COPIES: usize = 256 << 10;
/// The most fields of a foreign entry that are kept apart.
const MAX_FIELDS: usize = 500;

/// An entry, or some rows of one, to be set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) entry: EntryId,
    /// Which of the frame's rows, counted from 0; all where there are none.
    pub(crate) rows: Vec<u32>,
    pub(crate) code: String,
    pub(crate) reason: String,
    /// How many inserts the rows were in; 1 where nothing was inserted.
    pub(crate) attempt: u32,
    /// The entry's own fields, untouched: that of the frame, or `f.` and the name of each.
    pub(crate) body: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Letter {
    /// A frame that cannot be read.
    pub(crate) fn unreadable(entry: EntryId, code: String, reason: String, frame: Vec<u8>) -> Self {
        Self { entry, rows: Vec::new(), code, reason, attempt: 1, body: vec![field(frame)] }
    }

    /// An entry that is no frame.
    pub(crate) fn foreign(entry: EntryId, fields: Vec<(Vec<u8>, Vec<u8>)>) -> Self {
        let body = if fields.len() > MAX_FIELDS {
            // As netstrings, for a script takes only so many arguments.
            let mut all = Vec::new();
            for text in fields.iter().flat_map(|(name, value)| [name, value]) {
                all.extend_from_slice(format!("{}:", text.len()).as_bytes());
                all.extend_from_slice(text);
                all.push(b',');
            }
            vec![(b"fields".to_vec(), all)]
        } else {
            let own = |(name, value): (Vec<u8>, Vec<u8>)| ([b"f.".as_slice(), &name].concat(), value);
            fields.into_iter().map(own).collect()
        };
        let reason = "the entry has other fields than a frame's".to_string();
        Self { entry, rows: Vec::new(), code: "foreign".into(), reason, attempt: 1, body }
    }

    /// The bytes of its body.
    pub(crate) fn size(&self) -> usize {
        self.body.iter().map(|(_, value)| value.len()).sum()
    }

    /// The fields of the entry, without those that are the same for all of a batch.
    pub(crate) fn fields(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let text = |name: &str, value: String| (name.as_bytes().to_vec(), value.into_bytes());
        let mut fields = vec![text("entry", self.entry.to_string())];
        if !self.rows.is_empty() {
            let rows: Vec<String> = self.rows.iter().map(u32::to_string).collect();
            fields.push(text("rows", rows.join(",")));
        }
        fields.push(text("code", self.code.clone()));
        fields.push(text("reason", self.reason.clone()));
        fields.push(text("attempt", self.attempt.to_string()));
        fields.extend(self.body.iter().cloned());
        fields
    }
}

/// The letters of a frame, `of` so many rows, of which some were refused: one for each row, where that does not copy the frame too
/// often; otherwise one for each code, with the reason of its first row. A row counts from the frame's first.
pub(crate) fn refused(entry: EntryId, frame: &[u8], of: u32, rows: &[(u32, &RefusedRow)]) -> Vec<Letter> {
    let apart = rows.len().saturating_mul(frame.len()) <= MAX_COPIES;
    let mut letters: Vec<Letter> = Vec::new();
    for (row, refused) in rows {
        let code = refused.code.to_string();
        match letters.iter_mut().find(|letter| !apart && letter.code == code) {
            Some(letter) => {
                letter.rows.push(*row);
                letter.attempt = letter.attempt.max(refused.attempt);
            }
            None => letters.push(Letter {
                entry,
                rows: vec![*row],
                code,
                reason: refused.reason.clone(),
                attempt: refused.attempt,
                body: vec![field(frame.to_vec())],
            }),
        }
    }
    for letter in &mut letters {
        if letter.rows.len() as u64 == u64::from(of) {
            letter.rows.clear();
        }
    }
    letters
}

/// The refused rows of an insert, for the frames that it was made of.
#[derive(Debug)]
pub(crate) struct Sieve {
    rows: Vec<RefusedRow>,
    /// For each insert: rows of the frames so far.
    passed: Vec<u64>,
    found: usize,
}

impl Sieve {
    /// Of rows that stand in the order of their inserts, `inserts` of them.
    pub(crate) fn new(rows: Vec<RefusedRow>, inserts: usize) -> Self {
        Self { rows, passed: vec![0; inserts], found: 0 }
    }

    /// The letters of the next frame of an insert, which has so many rows.
    pub(crate) fn letters(&mut self, insert: usize, entry: EntryId, frame: &[u8], rows: u32) -> Vec<Letter> {
        let Some(passed) = self.passed.get_mut(insert) else { return Vec::new() };
        let from = *passed;
        *passed += u64::from(rows);
        let own = self.rows.iter().filter(|row| row.insert == insert && (from..*passed).contains(&row.row));
        let own: Vec<(u32, &RefusedRow)> = own.map(|row| ((row.row - from) as u32, row)).collect();
        self.found += own.len();
        if own.is_empty() { Vec::new() } else { refused(entry, frame, rows, &own) }
    }

    /// How many rows were looked for, and how many of them the frames so far have had.
    pub(crate) fn found(&self) -> (usize, usize) {
        (self.rows.len(), self.found)
    }
}

fn field(frame: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    (FRAME_FIELD.as_bytes().to_vec(), frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(insert: usize, row: u64, code: u32) -> RefusedRow {
        RefusedRow { insert, row, code, reason: format!("row {row}"), attempt: row as u32 }
    }

    #[test]
    fn rows_are_found_in_their_frames() {
        let rows = vec![row(0, 3, 469), row(0, 10, 6), row(0, 12, 469), row(1, 0, 469)];
        let mut sieve = Sieve::new(rows, 2);
        let entry = |millis| EntryId { millis, number: 0 };
        let found = |letters: Vec<Letter>| -> Vec<(Vec<u32>, String)> {
            letters.into_iter().map(|letter| (letter.rows, letter.reason)).collect()
        };
        assert_eq!(found(sieve.letters(0, entry(1), b"a", 10)), [(vec![3], "row 3".into())]);
        // The other insert counts for itself, and a row that is the whole frame needs no number.
        assert_eq!(found(sieve.letters(1, entry(2), b"b", 1)), [(vec![], "row 0".into())]);
        assert_eq!(
            found(sieve.letters(0, entry(3), b"c", 5)),
            [(vec![0], "row 10".into()), (vec![2], "row 12".into())]
        );
        assert_eq!(found(sieve.letters(0, entry(4), b"d", 5)), []);
    }

    #[test]
    fn a_large_frame_is_not_copied_for_every_row() {
        let rows: Vec<RefusedRow> =
            (0..100).map(|at| row(0, at, if at % 2 == 0 { 469 } else { 6 })).collect();
        let frame = vec![0; 60_000];
        let letters = Sieve::new(rows, 1).letters(0, EntryId::default(), &frame, 200);
        assert_eq!(letters.len(), 2);
        assert_eq!((letters[0].rows.len(), letters[0].attempt, &letters[0].code[..]), (50, 98, "469"));
        assert_eq!(letters[1].rows[..3], [1, 3, 5]);
    }

    #[test]
    fn foreign_fields_stay_apart() {
        let field = |name: &str, value: &str| (name.as_bytes().to_vec(), value.as_bytes().to_vec());
        let letter = Letter::foreign(EntryId::default(), vec![field("else", "x y"), field("f", "")]);
        assert_eq!(letter.fields()[4..], [field("f.else", "x y"), field("f.f", "")]);
        let letter = Letter::foreign(EntryId::default(), vec![field("a", "bc"); 501]);
        assert_eq!(letter.body.len(), 1);
        assert!(letter.body[0].1.starts_with(b"1:a,2:bc,1:a,"));
    }
}
