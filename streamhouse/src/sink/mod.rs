//! ClickHouse: tables are created and checked, blocks inserted, failures classified.

mod error;
mod insert;
mod table;

use bytes::Bytes;
use clickhouse::Client;

use crate::config::ClickHouseConfig;

pub use error::{Reaction, SinkError};

/// A ClickHouse server as the place where events go.
#[derive(Clone)]
pub(crate) struct Sink {
    client: Client,
    database: String,
    endpoint: String,
}

/// One insert: a block for a table, under the name that makes a second attempt harmless.
#[derive(Debug, Clone)]
pub(crate) struct Insert {
    pub(crate) event: String,
    pub(crate) table: String,
    pub(crate) columns: Vec<String>,
    /// The block in the Native format, in pieces.
    pub(crate) native: Vec<Bytes>,
    /// Query id and deduplication token.
    pub(crate) token: String,
}

impl Sink {
    pub(crate) fn new(config: &ClickHouseConfig) -> Self {
        Self {
            client: config.client(),
            database: config.database.clone(),
            endpoint: config.endpoint.to_string(),
        }
    }
}

impl std::fmt::Debug for Sink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sink").field("endpoint", &self.endpoint).field("database", &self.database).finish()
    }
}

/// An identifier in backticks, as ClickHouse reads it back.
fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
}
