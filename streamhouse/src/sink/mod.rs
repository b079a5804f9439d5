//! ClickHouse: tables are created and checked, blocks inserted, failures classified.

mod check;
mod complete;
mod dead;
mod error;
mod fed;
mod insert;
mod live;
mod migrate;
mod route;
mod settings;
mod table;
mod verify;
mod version;
mod views;

use bytes::Bytes;
use clickhouse::Client;
use streamhouse_schema::types::Type;

use crate::config::ClickHouseConfig;

pub use error::SinkError;
pub(crate) use fed::{Fed, Views};
pub(crate) use insert::Part;
pub(crate) use route::Route;

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
    /// Names, and types as they are stored.
    pub(crate) columns: Vec<(String, Type)>,
    /// What the column `_batch` holds.
    pub(crate) id: u64,
    /// When its batch was cut, in milliseconds since 1970 by Redis' clock.
    pub(crate) cut_at: u64,
    pub(crate) rows: u64,
    /// Its rows carry its id.
    pub(crate) marked: bool,
    /// The block in the Native format, in pieces.
    pub(crate) native: Vec<Bytes>,
    /// Query id, and with a number deduplication token: `<lane>-<id, 20 digits>-<hash>`.
    pub(crate) token: String,
}

/// What a server compiles once it has met an expression a few times, one at a time while all others that need one wait; one that was just
/// started has compiled nothing.
const COMPILES: [&str; 3] =
    ["compile_expressions", "compile_aggregate_expressions", "compile_sort_description"];

/// How the lanes of pieces end.
pub(crate) const PIECES: &str = "/pieces";

impl Insert {
    /// What goes in one after the other: the inserts of a partition of the stream, or the pieces of such.
    pub(crate) fn lane(&self) -> &str {
        self.token.rsplitn(3, '-').nth(2).unwrap_or_default()
    }

    /// Whether it is a piece of one that was refused: those go in in any order.
    pub(crate) fn is_piece(&self) -> bool {
        self.lane().ends_with(PIECES)
    }
}

impl Sink {
    /// Where it is, without user and password.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The database.
    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    /// The same server, with another database.
    pub(crate) fn in_database(&self, database: &str) -> Self {
        let client = self.client.clone().with_database(database);
        Self { client, database: database.to_string(), endpoint: self.endpoint.clone() }
    }

    /// The same server, for statements that are over sooner than it would compile what they hold.
    pub(crate) fn uncompiled(mut self) -> Self {
        for setting in COMPILES {
            self.client = self.client.with_setting(setting, "0");
        }
        self
    }

    /// The session of a request begins in its database, and that of the events need not exist yet, or any more.
    fn in_default(&self) -> Client {
        self.client.clone().with_database("default")
    }

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
