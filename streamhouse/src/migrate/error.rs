//! Why migrations are not applied.

use streamhouse_schema::migration::MigrationError;

use crate::error::Error;
use crate::live::LiveError;
use crate::sink::SinkError;

/// Why migrations are not applied. Whatever it is, the history says what was done, and the next attempt goes on there.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The migrations themselves are not in order.
    #[error(transparent)]
    Migrations(#[from] MigrationError),
    /// A setting cannot be used.
    #[error(transparent)]
    Configuration(Box<Error>),
    /// ClickHouse cannot be reached, or refuses something that is no statement of a migration.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// Another runner is at work.
    #[error(
        "another runner works on this database since {since} ({owner}): wait for it; where it is dead, its lock ends by itself within a minute"
    )]
    Locked {
        /// Who.
        owner: String,
        /// Since when.
        since: String,
    },
    /// Redis, which keeps a lock of migrations, cannot be asked for it.
    #[error(
        "the lock of migrations cannot be taken in Redis: {message}; start it, or leave REDIS_URL unset: then the table in ClickHouse alone keeps other runners out"
    )]
    LockServer {
        /// Why.
        message: String,
    },
    /// This runner was held up for so long that another one may have begun.
    #[error("the lock was lost in the middle of {migration}: another runner may have begun; run it again")]
    LockLost {
        /// The migration.
        migration: String,
    },
    /// The server knows a migration that is not here.
    #[error(
        "the database has the migration {migration}, which is not here: update the code, or the checkout"
    )]
    Ahead {
        /// The migration.
        migration: String,
    },
    /// A migration is not the one that was applied.
    #[error(
        "{migration} is not what was {} as {applied}: {}{}",
        if *.finished { "applied" } else { "begun" },
        if *.draft {
            "it was a draft then, and is one still; on a database that holds nothing of value, `streamhouse migrate apply --amend-drafts` brings the tables to what it says now; on any other take back what was applied, seal that, and make the change in a new migration"
        } else {
            "take the change back and make it in a new migration"
        },
        if *.finished { "" } else { ", once what was begun is finished; only the statement that failed and those behind it may be others" }
    )]
    Edited {
        /// The migration.
        migration: String,
        /// Its name in the history.
        applied: String,
        /// Whether it was applied to its end.
        finished: bool,
        /// Whether it is a draft.
        draft: bool,
    },
    /// A migration comes late.
    #[error(
        "{migration} is not applied, and number {newest} is: give it a greater number, or allow it with --out-of-order if it does not depend on the order"
    )]
    OutOfOrder {
        /// The migration.
        migration: String,
        /// The greatest number that is applied.
        newest: u32,
    },
    /// A migration is half taken back.
    #[error(
        "{migration} is half taken back, {statements} of its statements are done: finish that with `streamhouse migrate down`"
    )]
    HalfBack {
        /// The migration.
        migration: String,
        /// Statements that are done.
        statements: u32,
    },
    /// A migration that should be taken back is half applied.
    #[error("{migration} is half applied: finish it with `streamhouse migrate apply`, and take it back then")]
    HalfApplied {
        /// The migration.
        migration: String,
    },
    /// Nothing takes a migration back.
    #[error(
        "{migration} cannot be taken back: {reason}; what it changed is changed again by a new migration"
    )]
    NoWayBack {
        /// The migration.
        migration: String,
        /// Why.
        reason: String,
    },
    /// The way back was changed in the middle of it.
    #[error(
        "{migration}/down.sql is not what taking it back was begun with: take the change back, and finish first"
    )]
    BackEdited {
        /// The migration.
        migration: String,
    },
    /// A table that an earlier rebuild has kept stands in the way.
    #[error(
        "{migration} rebuilds a table and keeps the old one as `{table}`, which is there already: it holds the rows from before an earlier rebuild; drop it when nobody needs it, or give it another name, and run this again"
    )]
    KeptTable {
        /// The migration.
        migration: String,
        /// The table.
        table: String,
    },
    /// Rows or values would go.
    #[error(
        "these steps take rows or values away: {}; allow them with --allow-destructive if you mean it",
        .steps.join("; ")
    )]
    Destructive {
        /// The steps.
        steps: Vec<String>,
    },
    /// A statement failed. Those before it are done.
    #[error(
        "{migration}, statement {number}: {message}\n    {statement}\n{}what comes before it is done; the next attempt begins with it",
        help(*code)
    )]
    Failed {
        /// The migration.
        migration: String,
        /// The place of the statement, from 1.
        number: u32,
        /// The statement.
        statement: String,
        /// The server's number for what is wrong; 0 where it did not answer.
        code: u32,
        /// What the server says.
        message: String,
    },
    /// Tables cannot be compared.
    #[error(transparent)]
    Live(Box<LiveError>),
}

/// What mends errors that need more than a look at the statement, as the beginning of a line.
fn help(code: u32) -> &'static str {
    match code {
        // ALTER_OF_COLUMN_IS_FORBIDDEN.
        524 => {
            "ClickHouse changes no column that is in a key: declare it, with `renamed_from` where it has another name, and `streamhouse generate` writes a rebuild; "
        }
        // TABLE_IS_READ_ONLY, READONLY, ACCESS_DENIED.
        242 => "this replica has lost its connection to Keeper; ",
        164 | 497 => "the user may not do that; ",
        // UNFINISHED: a mutation that does not come to its end.
        341 => "mend the values that it names, and apply again; ",
        _ => "",
    }
}

impl From<LiveError> for MigrateError {
    fn from(error: LiveError) -> Self {
        MigrateError::Live(Box::new(error))
    }
}

impl From<Error> for MigrateError {
    fn from(error: Error) -> Self {
        MigrateError::Configuration(Box::new(error))
    }
}
