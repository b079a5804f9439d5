//! What is missing in a stream: a comparison without I/O.
//!
//! Entries that were ever added are in finished batches, or in the stream. Where there are fewer, somebody else has taken them:
//! the stream was trimmed or deleted from outside, or Redis was flushed. That is said, and nothing is done about it: what is there
//! is inserted, and what is gone cannot be.

use std::fmt;

use super::batch::EntryId;

/// What Redis says of a stream and of what was read of it, at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// Entries that were ever added; servers before Redis 7 do not say.
    pub(crate) added: Option<u64>,
    pub(crate) length: u64,
    /// The greatest id that any entry has had.
    pub(crate) last: EntryId,
    /// The first entry that is there.
    pub(crate) first: Option<EntryId>,
    /// The greatest that was deleted by its id.
    pub(crate) deleted: EntryId,
    /// Entries in finished batches.
    pub(crate) read: u64,
    /// The last entry of the last batch.
    pub(crate) cursor: EntryId,
    /// Missing entries of which was said before.
    pub(crate) known: u64,
}

/// What is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Gone {
    /// Entries behind `after`, and before `before` where there is one that is left.
    Entries { count: u64, after: EntryId, before: Option<EntryId>, deleted: Option<EntryId> },
    /// The stream is another one than that of which `cursor` was read, and ends before it.
    Stream { cursor: EntryId, last: EntryId },
    /// The batches of which the table has rows are not known any more.
    State { table: String, greatest: String },
    /// What this worker had recorded before is not known any more.
    Back { from: EntryId, to: EntryId },
}

impl Look {
    /// What is missing and was not said before.
    pub(crate) fn gone(&self) -> Option<Gone> {
        if self.last < self.cursor {
            return Some(Gone::Stream { cursor: self.cursor, last: self.last });
        }
        let missing = self.missing()?;
        (missing > self.known).then(|| Gone::Entries {
            count: missing - self.known,
            after: self.cursor,
            before: self.first.filter(|first| *first > self.cursor),
            deleted: Some(self.deleted).filter(|deleted| *deleted > EntryId::default()),
        })
    }

    /// How many are missing in all. `None` where that cannot be told.
    pub(crate) fn missing(&self) -> Option<u64> {
        self.added?.checked_sub(self.read)?.checked_sub(self.length)
    }
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Gone::Entries { count, after, before, deleted } => {
                write!(f, "{count} entries of the stream are gone that nobody has inserted")?;
                match before {
                    Some(before) => write!(f, ", with ids between {after} and {before}")?,
                    None => write!(f, ", with ids after {after}")?,
                }
                if let Some(deleted) = deleted {
                    write!(f, " or, where single ones were deleted, up to {deleted}")?;
                }
                f.write_str(": the stream was trimmed from outside (XTRIM, XADD with MAXLEN, XDEL, or an eviction policy)")
            }
            Gone::Stream { cursor, last } => write!(
                f,
                "the stream was deleted: entries up to {cursor} were read of it, and it ends at {last}; what lay in it and was not \
                 inserted is gone, and entries are read again once their ids are above {cursor}"
            ),
            Gone::State { table, greatest } => write!(
                f,
                "Redis knows no batch, and table `{table}` has rows of batch {greatest}: Redis was flushed, or restored from an older \
                 copy; what waited in it is gone, and ids of new batches are above that"
            ),
            Gone::Back { from, to } => write!(
                f,
                "Redis was flushed, or restored from an older copy: entries up to {from} were in batches, and it knows of those up to \
                 {to}; what waited in it since is gone, or comes again"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(millis: u64) -> EntryId {
        EntryId { millis, number: 0 }
    }

    fn look() -> Look {
        Look {
            added: Some(10),
            length: 6,
            last: id(10),
            first: Some(id(5)),
            deleted: EntryId::default(),
            read: 4,
            cursor: id(4),
            known: 0,
        }
    }

    #[test]
    fn nothing_is_missing_while_others_only_add() {
        assert_eq!(look().gone(), None);
        assert_eq!(Look::default().gone(), None, "an empty stream");
        assert_eq!(Look { added: None, length: 0, ..look() }.gone(), None, "an old server does not say");
    }

    #[test]
    fn what_others_take_is_counted_once() {
        let trimmed = Look { length: 3, first: Some(id(8)), ..look() };
        let gone = trimmed.gone().expect("three are missing");
        assert_eq!(gone, Gone::Entries { count: 3, after: id(4), before: Some(id(8)), deleted: None });
        assert!(gone.to_string().starts_with(
            "3 entries of the stream are gone that nobody has inserted, with ids between 4-0 and 8-0: "
        ));
        assert_eq!(Look { known: 3, ..trimmed.clone() }.gone(), None);
        let more = Look { known: 3, length: 2, deleted: id(9), ..trimmed };
        assert!(more.gone().expect("one more").to_string().contains("1 entries of the stream"));
        let all = Look { length: 0, first: None, ..look() };
        assert!(all.gone().expect("all").to_string().contains("ids after 4-0"));
    }

    #[test]
    fn a_stream_that_ends_before_what_was_read_is_another_one() {
        let deleted = Look { added: Some(1), length: 1, last: id(3), first: Some(id(3)), ..look() };
        assert_eq!(deleted.gone(), Some(Gone::Stream { cursor: id(4), last: id(3) }));
        assert_eq!(deleted.missing(), None);
    }
}
