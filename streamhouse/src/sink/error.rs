//! What ClickHouse answers when it does not insert, and what to do about it.

use std::time::Duration;

use streamhouse_schema::version::Version;

use crate::error::ErrorKind;
use crate::reactions::{self, Reaction};

/// Why ClickHouse did not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SinkError {
    /// The server cannot be reached.
    #[error("ClickHouse at {endpoint} cannot be reached: {message}; set CLICKHOUSE_URL or start it")]
    Unreachable {
        /// Where.
        endpoint: String,
        /// What the network says.
        message: String,
    },
    /// The server has not answered in time; it may still do what was asked.
    #[error("ClickHouse at {endpoint} has not answered within {waited:?}")]
    TimedOut {
        /// Where.
        endpoint: String,
        /// How long.
        waited: Duration,
    },
    /// User or password are wrong, or the user lacks a permission.
    #[error(
        "ClickHouse at {endpoint} refuses the user: {message} (check the user and the password in CLICKHOUSE_URL, and the user's grants)"
    )]
    Denied {
        /// Where.
        endpoint: String,
        /// What the server says.
        message: String,
    },
    /// The server is older than what the event's table uses.
    #[error(
        "event `{event}`: its table uses `{what}`, which ClickHouse has since {since}, and the server at {endpoint} is {found}: bring the server to {since} or later, or declare the table without `{what}`; with `oldest` in streamhouse.toml the build says what that is"
    )]
    TooOld {
        /// The event's name.
        event: String,
        /// The youngest thing that the table uses.
        what: String,
        /// The first release that has it without a setting.
        since: Version,
        /// Where.
        endpoint: String,
        /// The server's version, as it says it.
        found: String,
    },
    /// The event's table does not exist.
    #[error(
        "event `{event}`: table `{database}`.`{table}` does not exist: create it, for example with `house.create_table::<…>()`"
    )]
    MissingTable {
        /// The event's name.
        event: String,
        /// The database.
        database: String,
        /// The table.
        table: String,
    },
    /// The event's table lacks a column.
    #[error(
        "event `{event}`: table `{table}` has no column `{column}` of type {ty}; the event needs it: {statement}"
    )]
    MissingColumn {
        /// The event's name.
        event: String,
        /// The table.
        table: String,
        /// The first column that is missing.
        column: String,
        /// Its type.
        ty: String,
        /// The statement that adds it.
        statement: String,
    },
    /// A column of the event's table does not hold every value that the event may have.
    #[error(
        "event `{event}`: column `{column}` of its table is {found}, which would change values of the event: {statement}"
    )]
    ColumnType {
        /// The event's name.
        event: String,
        /// The column.
        column: String,
        /// Its type in the table.
        found: String,
        /// The statement that mends it.
        statement: String,
    },
    /// The table does not recognise a repeated insert, so an interrupted one might come twice.
    #[error(
        "event `{event}`: table `{table}` remembers no inserts, and exactly-once delivery needs it to: {help}"
    )]
    NoDeduplication {
        /// The event's name.
        event: String,
        /// The table.
        table: String,
        /// The statement that mends it, or what else does.
        help: String,
    },
    /// The server does not let inserts change a setting that they need otherwise.
    #[error(
        "event `{event}`: the server keeps the setting `{setting}` at {value}, and exactly-once delivery needs {needed}: take it out of the constraints of the worker's user, or set it so there"
    )]
    FixedSetting {
        /// The event's name.
        event: String,
        /// The setting.
        setting: String,
        /// What it is.
        value: String,
        /// What it has to be.
        needed: String,
    },
    /// A migration changes the event's table, and workers insert nothing into it meanwhile.
    #[error(
        "event `{event}`: a migration changes table `{table}` ({why}), and nothing is inserted meanwhile; where it was interrupted, `streamhouse migrate apply` goes on with it"
    )]
    Paused {
        /// The event's name.
        event: String,
        /// The table.
        table: String,
        /// What the migration does, a clause.
        why: String,
    },
    /// It cannot be told which rows of an insert are in the table.
    #[error(
        "event `{event}`: an insert into `{table}` was interrupted, and its rows cannot be told apart by the partition key `{key}`: give the table a key of columns and functions, or mend it by hand"
    )]
    Unverifiable {
        /// The event's name.
        event: String,
        /// The table.
        table: String,
        /// Its partition key, as the server prints it.
        key: String,
    },
    /// Nothing of what was tried lately was accepted, down to single rows.
    #[error(
        "event `{event}`: table `{table}` has refused the last {tried} inserts, down to single rows, and taken none: mend the table; where the events are to blame, stop whoever sends them and raise `worker.refused_inserts`, which sets them aside; {message}"
    )]
    AllRefused {
        /// The event's name.
        event: String,
        /// The table.
        table: String,
        /// How many inserts.
        tried: u32,
        /// What the server says.
        message: String,
    },
    /// More rows of one batch were refused than may be set aside.
    #[error(
        "event `{event}`: more than {limit} rows of one batch are refused by table `{table}`: mend the table, or raise `worker.refused_rows` to have them set aside; {message}"
    )]
    ManyRefused {
        /// The event's name.
        event: String,
        /// The table.
        table: String,
        /// How many may be.
        limit: usize,
        /// What the server says.
        message: String,
    },
    /// The rows are in the table, and a view over it refuses some of them.
    #[error(
        "event `{event}`: {found} rows are in table `{table}`, and what hangs on it, a view, refuses some of them: {message}; mend the view, and the insert is sent to it once more"
    )]
    ViewRefuses {
        /// The event's name.
        event: String,
        /// The table.
        table: String,
        /// How many rows of the insert the table has.
        found: u64,
        /// What the server says.
        message: String,
    },
    /// Any other error of the server.
    #[error("ClickHouse at {endpoint}, {operation}: {message}")]
    Server {
        /// Where.
        endpoint: String,
        /// What was to be done.
        operation: String,
        /// ClickHouse's error code; see `system.errors`. 0 where the answer has none.
        code: u32,
        /// What the server says.
        message: String,
    },
}

impl SinkError {
    /// What the error is about.
    pub fn kind(&self) -> ErrorKind {
        match self {
            SinkError::Denied { .. } => ErrorKind::Configuration,
            _ => match self.reaction() {
                Reaction::Retry | Reaction::Wait => ErrorKind::Connection,
                Reaction::Split | Reaction::Park => ErrorKind::Validation,
                Reaction::Stop => ErrorKind::Schema,
            },
        }
    }

    /// Whether the same call may succeed later without anybody's help.
    pub fn is_retryable(&self) -> bool {
        matches!(self.reaction(), Reaction::Retry | Reaction::Wait)
    }

    /// Whether ClickHouse has not answered at all: it is not there, or not reached. One that was too slow is.
    pub(crate) fn is_away(&self) -> bool {
        // A code of 0 is the answer of something before it.
        let other = matches!(self, SinkError::Server { code: 0, .. }) && self.reaction() == Reaction::Wait;
        other || matches!(self, SinkError::Unreachable { .. })
    }

    /// What a worker does about it.
    pub fn reaction(&self) -> Reaction {
        match self {
            SinkError::Unreachable { .. } | SinkError::TimedOut { .. } | SinkError::Paused { .. } => {
                Reaction::Wait
            }
            SinkError::Server { code: 0, message, .. } => {
                reactions::to_http(message).unwrap_or(Reaction::Stop)
            }
            SinkError::Server { code, message, .. } => reactions::to_code(*code, message),
            SinkError::Denied { .. }
            | SinkError::TooOld { .. }
            | SinkError::MissingTable { .. }
            | SinkError::MissingColumn { .. }
            | SinkError::ColumnType { .. }
            | SinkError::NoDeduplication { .. }
            | SinkError::FixedSetting { .. }
            | SinkError::AllRefused { .. }
            | SinkError::ManyRefused { .. }
            | SinkError::ViewRefuses { .. }
            | SinkError::Unverifiable { .. } => Reaction::Stop,
        }
    }

    /// Sorts an error of the client.
    pub(super) fn from_client(endpoint: &str, operation: &str, error: &clickhouse::error::Error) -> Self {
        use clickhouse::error::Error;
        let endpoint = endpoint.to_string();
        match error {
            Error::Network(source) => SinkError::Unreachable { endpoint, message: chain(source.as_ref()) },
            Error::TimedOut => SinkError::TimedOut { endpoint, waited: Duration::ZERO },
            other => {
                let message = match other {
                    Error::BadResponse(text) => text.trim().to_string(),
                    other => other.to_string(),
                };
                match code_of(&message) {
                    Some(code) if reactions::DENIALS.contains(&code) => {
                        SinkError::Denied { endpoint, message }
                    }
                    code => SinkError::Server {
                        endpoint,
                        operation: operation.into(),
                        code: code.unwrap_or(0),
                        message,
                    },
                }
            }
        }
    }
}

/// The code in `Code: 60. DB::Exception: …`, or the number that is all of the text where only a header has said it.
fn code_of(message: &str) -> Option<u32> {
    if let Ok(code) = message.parse() {
        return Some(code);
    }
    let (_, rest) = message.split_once("Code: ")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).map_or(rest, |end| &rest[..end]);
    digits.parse().ok()
}

/// An error and what led to it: a client's own text often says only that it failed.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_sorted_by_their_code() {
        for (text, reaction, kind) in [
            ("Code: 241. DB::Exception: Memory limit", Reaction::Retry, ErrorKind::Connection),
            ("Code: 252. DB::Exception: Too many parts", Reaction::Retry, ErrorKind::Connection),
            (
                "Code: 516. DB::Exception: default: Authentication failed",
                Reaction::Stop,
                ErrorKind::Configuration,
            ),
            ("Code: 469. DB::Exception: Constraint", Reaction::Split, ErrorKind::Validation),
            ("Code: 62. DB::Exception: Syntax error", Reaction::Stop, ErrorKind::Schema),
            ("<h1>502 Bad Gateway</h1>", Reaction::Wait, ErrorKind::Connection),
            ("503 Service Unavailable", Reaction::Wait, ErrorKind::Connection),
            ("241", Reaction::Retry, ErrorKind::Connection),
            ("<html>429 Too Many Requests</html>", Reaction::Retry, ErrorKind::Connection),
            ("something else", Reaction::Stop, ErrorKind::Schema),
        ] {
            let error = clickhouse::error::Error::BadResponse(text.into());
            let error = SinkError::from_client("http://localhost", "inserting", &error);
            assert_eq!((error.reaction(), error.kind()), (reaction, kind), "{text}");
        }
    }
}
