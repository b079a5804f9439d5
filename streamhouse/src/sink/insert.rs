//! Inserting a block.

use std::time::Duration;

use streamhouse_schema::sql;
use streamhouse_schema::types::Type;

use super::{Insert, Route, Sink, SinkError};
use crate::frame::BATCH_COLUMN;

/// Settings without which an insert would not be what this project relies on: one block stays one block, so that each
/// partition's part is written whole or not at all; a token is compared; rows are stored as they are sent.
pub(super) const PINNED: &[(&str, &str)] = &[
    ("async_insert", "0"),
    ("insert_deduplicate", "1"),
    ("deduplicate_blocks_in_dependent_materialized_views", "1"),
    ("max_insert_block_size", "100000000"),
    ("min_insert_block_size_rows", "100000000"),
    ("min_insert_block_size_bytes", "0"),
    // What views make of the block is one too; 0 is the size above.
    ("min_insert_block_size_rows_for_materialized_views", "0"),
    ("min_insert_block_size_bytes_for_materialized_views", "0"),
    // A view that fails makes the insert fail.
    ("materialized_views_ignore_errors", "0"),
    ("max_partitions_per_insert_block", "0"),
    ("optimize_on_insert", "0"),
    ("insert_allow_materialized_columns", "1"),
    ("input_format_native_allow_types_conversion", "1"),
    // Of what is selected from an insert's own rows: one block, and expressions see the columns before they are made anew.
    ("max_insert_threads", "1"),
    ("prefer_column_name_to_alias", "1"),
];

/// What of an insert goes in.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// What does not belong to these partitions; the expression gives the id of a row's partition.
    Except { partition_id: String, partitions: Vec<String> },
}

impl Sink {
    /// Inserts a block in one request. An error does not say that nothing was inserted; the same insert may be sent
    /// again under the same number, for its token is compared.
    ///
    /// ClickHouse refuses a query while another of the same id runs, and the id is the same for all numbers: so where it
    /// accepts one, all that were sent before have ended.
    pub(crate) async fn insert(
        &self,
        insert: &Insert,
        part: &Part,
        route: &Route,
        number: u32,
        limit: Duration,
    ) -> Result<(), SinkError> {
        let token = match number {
            0 => insert.token.clone(),
            number => format!("{}-{number}", insert.token),
        };
        self.send(insert, statement(&route.table, insert, part, route), token, limit).await
    }

    /// Sends a block with a statement, under the query id of the insert.
    pub(super) async fn send(
        &self,
        insert: &Insert,
        statement: String,
        token: String,
        limit: Duration,
    ) -> Result<(), SinkError> {
        let mut request = self.client.insert_formatted_with(statement);
        for (name, value) in PINNED {
            request = request.with_setting(*name, *value);
        }
        let mut request = request
            .with_setting("query_id", &insert.token)
            .with_setting("insert_deduplication_token", token)
            .with_timeouts(Some(limit), Some(limit));

        // Every call has to succeed: `end` alone says nothing after a `send` that failed.
        let sent = async {
            for piece in &insert.native {
                request.send(piece.clone()).await?;
            }
            request.end().await
        };
        sent.await.map_err(|error| match self.failed(insert, "inserting", &error) {
            SinkError::TimedOut { endpoint, .. } => SinkError::TimedOut { endpoint, waited: limit },
            other => other,
        })
    }

    /// Sorts an error of something that concerns an insert.
    pub(super) fn failed(
        &self,
        insert: &Insert,
        operation: &str,
        error: &clickhouse::error::Error,
    ) -> SinkError {
        let operation = format!("{operation} of `{}`", insert.event);
        match SinkError::from_client(&self.endpoint, &operation, error) {
            // UNKNOWN_TABLE, UNKNOWN_DATABASE.
            SinkError::Server { code: 60 | 81, .. } => SinkError::MissingTable {
                event: insert.event.clone(),
                database: self.database.clone(),
                table: insert.table.clone(),
            },
            other => other,
        }
    }
}

/// How every statement begins that inserts rows into a table: migrations look for those that run.
pub(super) fn beginning(table: &str) -> String {
    format!("INSERT INTO {} ", sql::name(table))
}

/// The statement that inserts a part of a block into a table, which is the one that the route leads to, or like it.
pub(super) fn statement(table: &str, insert: &Insert, part: &Part, route: &Route) -> String {
    let begins = beginning(table);
    let all = |names: &[String]| names.iter().map(|name| sql::name(name)).collect::<Vec<_>>().join(", ");
    let columns: Vec<String> = insert.columns.iter().map(|(name, _)| name.clone()).collect();
    if let (Part::Whole, []) = (part, &route.steps[..]) {
        return format!("{begins}({}) FORMAT Native", all(&columns));
    }
    let own: &[&str] = if insert.marked { &[BATCH_COLUMN] } else { &[] };
    let (select, names) = route.select(as_stored(insert), columns, own);
    let condition = match part {
        Part::Whole => String::new(),
        Part::Except { partition_id, partitions } => {
            let partitions: Vec<String> = partitions.iter().map(|id| sql::string(id)).collect();
            format!(" WHERE {partition_id} NOT IN ({})", partitions.join(", "))
        }
    };
    let columns = all(&names);
    format!("{begins}({columns}) SELECT {columns} FROM ({select}){condition} FORMAT Native")
}

/// A selection of what is sent. A key is computed of what is stored, so rows take their stored form before. Only of JSON that is
/// said in so many words: a server may put what `input` reads into a table that has none.
fn as_stored(insert: &Insert) -> String {
    let (structure, stored): (Vec<String>, Vec<String>) = insert
        .columns
        .iter()
        .map(|(column, ty)| {
            let column = sql::name(column);
            if ty.any(&|ty| matches!(ty, Type::Json(_))) {
                let cast = format!("CAST({column}, {}) AS {column}", sql::string(&ty.to_string()));
                (format!("{column} {}", ty.wire()), cast)
            } else {
                (format!("{column} {ty}"), column)
            }
        })
        .unzip();
    format!("SELECT {} FROM input({})", stored.join(", "), sql::string(&structure.join(", ")))
}
