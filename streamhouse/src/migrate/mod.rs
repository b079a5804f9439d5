//! Migrations: applied once each, in the order of their numbers, and taken up where they were left.
//!
//! `history` keeps in ClickHouse what was done, statement by statement; `lock` lets one runner at a time work;
//! `run` does and `wait` waits, `copy` copies what is rebuilt, `back` takes them back, `amend` follows drafts that change, and `shadow`
//! tries migrations before.

mod amend;
mod back;
mod copy;
mod error;
mod history;
mod lock;
mod run;
mod shadow;
mod statement;
mod wait;

use std::collections::BTreeMap;
use std::time::Duration;

use streamhouse_schema::migration::in_order;

pub use back::DownOptions;
pub use error::MigrateError;
pub use shadow::{Finding, Kind, Shadow, ShadowError, Tried, Verified};
pub use streamhouse_schema::migration::{Migration, MigrationError, Planned, State, statements};
pub use streamhouse_schema::plan::Safety;

use self::history::{Applied, History, Record};
use self::lock::Lock;
use self::run::{Runner, Way};
use crate::config::{Config, RedisConfig};
use crate::sink::Sink;

/// Applies migrations to a database of ClickHouse.
#[derive(Debug)]
pub struct Migrator {
    sink: Sink,
    redis: Option<RedisConfig>,
    migrations: Vec<Migration>,
}

/// How [`Migrator::apply`] goes about it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ApplyOptions {
    /// Steps that take rows or values away are meant.
    pub allow_destructive: bool,
    /// Migrations may be applied although ones of greater numbers were before.
    pub out_of_order: bool,
    /// How long to wait for another runner to end.
    pub wait: Duration,
}

impl Default for ApplyOptions {
    fn default() -> Self {
        Self { allow_destructive: false, out_of_order: false, wait: Duration::from_secs(60) }
    }
}

/// A name, and the texts of `up.sql`, `down.sql` and `plan.json`.
type EmbeddedFiles<'a> = (&'a str, Option<&'a str>, Option<&'a str>, Option<&'a str>);

/// What [`migrations!`](crate::migrations) makes of a folder: names, and the texts of `up.sql`, `down.sql` and `plan.json`.
#[doc(hidden)]
pub fn embedded(files: &[EmbeddedFiles<'_>]) -> Result<Vec<Migration>, MigrationError> {
    let read = |(name, up, down, plan): &EmbeddedFiles<'_>| {
        Migration::read(name, up.unwrap_or_default().to_string(), down.map(str::to_string), *plan)
    };
    files.iter().map(read).collect()
}

/// Where a migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// It was not begun.
    Pending,
    /// So many of its statements were done.
    Begun {
        /// Done.
        statements: u32,
    },
    /// It was done.
    Applied,
    /// So many of the statements that take it back were done.
    HalfBack {
        /// Done.
        statements: u32,
    },
}

/// What happens while migrations are applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// A migration begins, or goes on.
    Migration {
        /// Its name.
        name: String,
    },
    /// A statement begins.
    Statement {
        /// Its place among the statements, from 1.
        number: u32,
        /// How many there are.
        of: u32,
        /// Its text.
        text: String,
    },
    /// The server rewrites rows.
    Mutation {
        /// Parts that are left.
        parts: u64,
    },
    /// A table that is rebuilt is copied, one partition after the other.
    Copy(CopyProgress),
}

/// How far a copy is. The numbers are those of the old table, as `system.parts` has them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopyProgress {
    /// The table that is copied.
    pub table: String,
    /// The partition that is being copied; `None` once all are.
    pub partition: Option<String>,
    /// Partitions that are copied, those of earlier attempts too.
    pub partitions: u64,
    /// How many there are.
    pub of_partitions: u64,
    /// Rows that are copied.
    pub rows: u64,
    /// How many there are.
    pub of_rows: u64,
    /// Bytes on the disk that are copied, estimated within a partition.
    pub bytes: u64,
    /// How many there are.
    pub of_bytes: u64,
}

impl Migrator {
    /// Migrations for the database of a configuration. A table of that keeps other runners out; with
    /// [`locked_in`](Self::locked_in) Redis does too.
    pub fn new(config: &Config, migrations: Vec<Migration>) -> Result<Self, MigrateError> {
        config.check()?;
        let sink = Sink::new(&config.clickhouse);
        Ok(Self { sink, redis: None, migrations: in_order(migrations)? })
    }

    /// Locks in Redis too, before the table of the database: at once, and also where the replicas of a server do not share that
    /// table. Runners with and without it keep each other out.
    #[must_use]
    pub fn locked_in(self, redis: &RedisConfig) -> Self {
        Self { redis: Some(redis.clone()), ..self }
    }

    /// The migrations, in their order.
    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    /// Where each migration stands, by the names. Fails where the server's history is not that of these migrations.
    pub async fn status(&self) -> Result<BTreeMap<String, Standing>, MigrateError> {
        let history = History::read(&self.sink).await?;
        self.check(&history)?;
        let standing = |migration: &Migration| match history.of(migration.number) {
            Some(Applied { back: Some(back), .. }) => Standing::HalfBack { statements: back.done },
            Some(record) if record.finished => Standing::Applied,
            Some(record) => Standing::Begun { statements: record.done },
            None => Standing::Pending,
        };
        Ok(self.migrations.iter().map(|migration| (migration.name(), standing(migration))).collect())
    }

    /// Applies what is pending; gives the names of what it applied.
    ///
    /// One runner works at a time. Where one was interrupted, the next goes on at the statement that it had begun.
    pub async fn apply(
        &self,
        options: &ApplyOptions,
        report: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Vec<String>, MigrateError> {
        self.locked(options.wait, async |lock| self.apply_locked(options, lock, report).await).await
    }

    async fn apply_locked(
        &self,
        options: &ApplyOptions,
        lock: &Lock<'_>,
        report: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Vec<String>, MigrateError> {
        History::create(&self.sink).await?;
        let history = History::read(&self.sink).await?;
        self.check(&history)?;
        let pending = self.pending(&history, options)?;
        let runner = Runner { sink: &self.sink, lock };
        let mut applied = Vec::new();
        for migration in pending {
            report(Progress::Migration { name: migration.name() });
            runner.run(&Way::up(migration, history.of(migration.number)), report).await?;
            applied.push(migration.name());
        }
        Ok(applied)
    }

    fn pending(&self, history: &History, options: &ApplyOptions) -> Result<Vec<&Migration>, MigrateError> {
        let half = history.records().find_map(|record| Some((record, record.back.as_ref()?)));
        if let Some((record, back)) = half {
            return Err(MigrateError::HalfBack { migration: record.name.clone(), statements: back.done });
        }
        let is_finished =
            |migration: &&Migration| history.of(migration.number).is_some_and(|record| record.finished);
        let pending: Vec<&Migration> =
            self.migrations.iter().filter(|migration| !is_finished(migration)).collect();
        let newest = self.migrations.iter().filter(is_finished).map(|migration| migration.number).max();
        if let Some(newest) = newest.filter(|_| !options.out_of_order)
            && let Some(late) = pending.iter().find(|migration| migration.number < newest)
        {
            return Err(MigrateError::OutOfOrder { migration: late.name(), newest });
        }
        let destructive: Vec<String> = pending
            .iter()
            .flat_map(|migration| {
                migration.destructive().into_iter().map(|what| format!("{}: {what}", migration.name()))
            })
            .collect();
        if !destructive.is_empty() && !options.allow_destructive {
            return Err(MigrateError::Destructive { steps: destructive });
        }
        Ok(pending)
    }

    /// Says of tables that exist that migrations up to a number made them; gives the names of those.
    pub async fn baseline(&self, up_to: u32) -> Result<Vec<String>, MigrateError> {
        self.locked(ApplyOptions::default().wait, async |lock| {
            History::create(&self.sink).await?;
            let history = History::read(&self.sink).await?;
            self.check(&history)?;
            let mut names = Vec::new();
            for migration in self.migrations.iter().filter(|migration| migration.number <= up_to) {
                if history.of(migration.number).is_none() {
                    let lost = || MigrateError::LockLost { migration: migration.name() };
                    let noted = History::note(&self.sink, lock, &Record::baseline(migration)).await;
                    noted.map_err(|halt| halt.or(lost))?;
                    names.push(migration.name());
                }
            }
            Ok(names)
        })
        .await
    }

    /// Does something while no other runner does anything; waits for the others no longer than so.
    async fn locked<T>(
        &self,
        wait: Duration,
        work: impl AsyncFnOnce(&Lock<'_>) -> Result<T, MigrateError>,
    ) -> Result<T, MigrateError> {
        self.sink.create_database().await?;
        let lock = Lock::take(&self.sink, self.redis.as_ref(), wait).await?;
        let done = work(&lock).await;
        let released = lock.release().await;
        let done = done?;
        released?;
        Ok(done)
    }

    /// The server's history is that of these migrations, as far as it goes.
    fn check(&self, history: &History) -> Result<(), MigrateError> {
        for record in history.records() {
            let Some(migration) = self.migrations.iter().find(|one| one.number == record.number) else {
                if record.is_nothing() {
                    continue;
                }
                return Err(MigrateError::Ahead { migration: record.name.clone() });
            };
            let is_other = migration.name() != record.name || migration.checksum() != record.checksum;
            if is_other && !record.may_become(migration) {
                return Err(MigrateError::Edited {
                    migration: migration.name(),
                    applied: record.name.clone(),
                    finished: record.finished,
                    draft: migration.plan.state == State::Draft,
                });
            }
        }
        Ok(())
    }
}
