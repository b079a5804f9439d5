//! The rows of a table that is rebuilt, copied partition by partition, and taken up after a partition that is copied.
//!
//! Each partition goes into a table of its own, of the structure of the new one, and the history says so when it is whole.
//! One that was interrupted is dropped and begun anew under another name, which an insert that still runs for a
//! runner that is gone does not know. When all are there, the new table takes their parts: that reads and writes no rows, for
//! parts are shared (`ATTACH PARTITION … FROM`), so where it is interrupted it begins anew, with an empty table. A MOVE would spare that,
//! but moves neither several parts nor one at once: a server that is killed in it has rows twice.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;

use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::sql::{self, CopyByPartition};
use uuid::Uuid;

use super::history::{Copy, History, Record};
use super::run::{Halt, Runner, Way};
use super::{CopyProgress, Progress};
use crate::sink::SinkError;

/// Between two looks at how far a partition is.
const LOOK: Duration = Duration::from_millis(500);
/// Two blocks may well be equal, and none has come before; and a partition may become many.
const SETTINGS: [(&str, &str); 2] = [("max_partitions_per_insert_block", "0"), ("insert_deduplicate", "0")];

/// A statement that copies by partition, and what is known of it.
pub(super) struct Copying<'a> {
    pub(super) way: &'a Way<'a>,
    /// The place of the statement, from 1.
    pub(super) number: u32,
    pub(super) statement: &'a str,
    pub(super) copy: CopyByPartition,
    /// Under which query id what writes rows runs.
    pub(super) query_id: &'a str,
}

impl Runner<'_> {
    /// Copies what is not copied yet, and lets the new table, which is empty, take all of it.
    pub(super) async fn copy(
        &self,
        copying: &Copying<'_>,
        report: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(), Halt> {
        let CopyByPartition { into, from, .. } = &copying.copy;
        let partitions = self.sink.partitions(from).await?;
        let mut done = self.copied(copying).await?;
        let mut at = CopyProgress::of(from, &partitions);
        for (partition, rows, bytes) in partitions {
            at.partition = Some(partition.clone());
            report(Progress::Copy(at.clone()));
            if let Entry::Vacant(place) = done.entry(partition) {
                self.held().await?;
                let table = self.copy_partition(copying, place.key(), rows, bytes, &at, report).await?;
                place.insert(table);
            }
            at.partitions += 1;
            at.rows += rows;
            at.bytes += bytes;
        }
        at.partition = None;
        report(Progress::Copy(at));
        let id = [("query_id", copying.query_id)];
        for table in done.values() {
            self.held().await?;
            let attach =
                format!("ALTER TABLE {} ATTACH PARTITION ALL FROM {}", sql::name(into), sql::name(table));
            self.lock.kept(self.sink.execute_with("taking copied partitions", &attach, &id)).await?;
        }
        Ok(())
    }

    /// The partitions that are copied, each with the table that has it. Drops what was begun and is not whole.
    async fn copied(&self, copying: &Copying<'_>) -> Result<BTreeMap<String, String>, Halt> {
        let text = Fingerprint::of(copying.statement).to_string();
        let mut done = BTreeMap::new();
        let known: Vec<&Copy> =
            copying.way.copies.iter().filter(|copy| copy.statement == copying.number).collect();
        for copy in known.iter().filter(|copy| copy.text == text) {
            // A server that lost its power may have lost what it had not brought to the disk.
            if copy.rows.is_some() && self.sink.stored_rows(&copy.table).await? == copy.rows {
                done.insert(copy.partition.clone(), copy.table.clone());
            }
        }
        let is_left = |copy: &&&Copy| !done.values().any(|table| *table == copy.table);
        self.drop_copies(known.iter().filter(is_left).copied()).await?;
        Ok(done)
    }

    async fn copy_partition(
        &self,
        copying: &Copying<'_>,
        partition: &str,
        rows: u64,
        bytes: u64,
        before: &CopyProgress,
        report: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<String, Halt> {
        let into = &copying.copy.into;
        let attempt = Uuid::new_v4().simple().to_string();
        let mut copy = Copy {
            statement: copying.number,
            text: Fingerprint::of(copying.statement).to_string(),
            partition: partition.to_string(),
            rows: None,
            table: format!("{into}__{partition}__{}", &attempt[..8]),
        };
        let table = sql::name(&copy.table);
        // What is noted first can be dropped by whoever comes next.
        self.note_copy(copying, &copy).await?;
        let create = format!("CREATE TABLE {table} AS {}", sql::name(into));
        // What the new table has already is let be in its copies.
        let lets = [("allow_suspicious_low_cardinality_types", "1")];
        self.sink.execute_with("creating a table for a copied partition", &create, &lets).await?;
        let insert = copying.copy.statement(&copy.table, partition);
        let [first, second] = SETTINGS;
        let settings = [first, second, ("query_id", copying.query_id)];
        let mut insert = std::pin::pin!(self.sink.execute_with("copying a partition", &insert, &settings));
        loop {
            match tokio::time::timeout(LOOK, &mut insert).await {
                Ok(done) => break done?,
                Err(_) => {
                    // Whether the lock was lost is asked before the next partition; this one runs already.
                    let _ = self.lock.keep().await;
                    if let Ok(Some(written)) = self.sink.stored_rows(&copy.table).await {
                        report(Progress::Copy(before.within(written.min(rows), rows, bytes)));
                    }
                }
            }
        }
        copy.rows = self.sink.stored_rows(&copy.table).await?;
        self.note_copy(copying, &copy).await?;
        Ok(copy.table)
    }

    async fn note_copy(&self, copying: &Copying<'_>, copy: &Copy) -> Result<(), Halt> {
        let way = copying.way;
        let note = format!("{}{}", way.prefix, copy.note());
        let mark = if copy.rows.is_some() { way.marks.copied } else { way.marks.copying };
        let record = Record { migration: way.migration, statement: copying.number, mark, note: &note };
        History::note(self.sink, self.lock, &record).await
    }

    /// Drops the tables of partitions that the new table has taken, or does not need.
    pub(super) async fn drop_copies(&self, copies: impl Iterator<Item = &Copy>) -> Result<(), SinkError> {
        for copy in copies {
            let drop = format!("DROP TABLE IF EXISTS {}", sql::name(&copy.table));
            let settings = [("max_table_size_to_drop", "0")];
            self.sink.execute_with("dropping a copied partition", &drop, &settings).await?;
        }
        Ok(())
    }
}

impl CopyProgress {
    fn of(table: &str, partitions: &[(String, u64, u64)]) -> Self {
        Self {
            table: table.to_string(),
            partition: None,
            partitions: 0,
            of_partitions: partitions.len() as u64,
            rows: 0,
            of_rows: partitions.iter().map(|(_, rows, _)| rows).sum(),
            bytes: 0,
            of_bytes: partitions.iter().map(|(.., bytes)| bytes).sum(),
        }
    }

    /// Within a partition of so many rows and bytes.
    fn within(&self, written: u64, rows: u64, bytes: u64) -> Self {
        let part = written as f64 / rows.max(1) as f64;
        Self { rows: self.rows + written, bytes: self.bytes + (bytes as f64 * part) as u64, ..self.clone() }
    }
}
