//! Migrations tried before anybody applies them: on a server of their own, from nothing and step by step, with rows.
//!
//! `rows` fills tables and says what became of the rows; `found` is what there is to tell.

mod found;
mod rows;

use std::collections::BTreeMap;

use streamhouse_schema::change::differences;
use streamhouse_schema::migration::alone;
use streamhouse_schema::snapshot::Snapshot;
use streamhouse_schema::table::{EngineWords, Table};

pub use found::{Finding, Kind, Tried, Verified};

use super::lock::Lock;
use super::{ApplyOptions, DownOptions, MigrateError, Migration, Migrator};
use crate::config::Config;
use crate::live::{Live, LiveError};
use crate::sink::{Sink, SinkError};

/// Why migrations are not tried, whatever they are like.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ShadowError {
    /// The migrations are not in order, or a setting cannot be used.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// Tables cannot be compared.
    #[error(transparent)]
    Live(#[from] LiveError),
    /// The server cannot be reached, or refuses what is no statement of a migration.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

/// Migrations, and the versions of events that they lead to, for a server that stands alone and holds nothing of value:
/// databases of it are dropped.
#[derive(Debug)]
pub struct Shadow {
    sink: Sink,
    migrations: Vec<Migration>,
    versions: Vec<Snapshot>,
    notes: Vec<String>,
}

impl Shadow {
    /// Uses two databases of the server, `<database>_nothing` and `<database>_steps`.
    pub fn new(
        config: &Config,
        migrations: Vec<Migration>,
        versions: Vec<Snapshot>,
    ) -> Result<Self, ShadowError> {
        let migrations = Migrator::new(config, migrations)?.migrations;
        let mut notes = Vec::new();
        let single = |migration: Migration| {
            let up = alone(&migration.up);
            if up != migration.up {
                let note = "tried without its cluster and replicas, which one server does not have";
                notes.push(format!("{}: {note}", migration.name()));
            }
            Migration { up, down: migration.down.as_deref().map(alone), ..migration }
        };
        let migrations = migrations.into_iter().map(single).collect();
        let versions = versions
            .into_iter()
            .map(|version| {
                let engine = EngineWords::of(&version.table.engine).plain;
                Snapshot { table: Table { cluster: None, engine, ..version.table }, ..version }
            })
            .collect();
        Ok(Self { sink: Sink::new(&config.clickhouse), migrations, versions, notes })
    }

    /// Tries them all; `report` is told of each as it begins.
    pub async fn verify(&self, report: &mut (dyn FnMut(&str) + Send)) -> Result<Verified, ShadowError> {
        let mut verified = Verified { notes: self.notes.clone(), ..Verified::default() };
        let nothing = self.database("nothing").await?;
        report("all of them, from nothing");
        self.all_at_once(&nothing, &mut verified).await?;
        self.sink.drop_database(nothing.database()).await?;
        if verified.is_good() {
            let steps = self.database("steps").await?;
            for at in 0..self.migrations.len() {
                report(&self.migrations[at].name());
                if !self.step(&steps, at, &mut verified).await? {
                    break;
                }
            }
            self.sink.drop_database(steps.database()).await?;
        }
        Ok(verified)
    }

    async fn database(&self, what: &str) -> Result<Sink, ShadowError> {
        let sink = self.sink.in_database(&format!("{}_{what}", self.sink.database()));
        self.sink.drop_database(sink.database()).await?;
        sink.create_database().await?;
        Ok(sink)
    }

    /// All migrations on empty tables; afterwards each table is what its newest version says.
    async fn all_at_once(&self, sink: &Sink, verified: &mut Verified) -> Result<(), ShadowError> {
        if let Err(error) = self.apply(sink, self.migrations.len()).await {
            return self.fails(error, Kind::Fails, verified);
        }
        let newest: BTreeMap<&str, &Snapshot> =
            self.versions.iter().map(|version| (version.event.as_str(), version)).collect();
        let tables: Vec<Table> = newest.into_values().map(|version| version.table.clone()).collect();
        self.compare(sink, &tables, None, verified).await
    }

    /// One migration after those before it, on tables with rows; then back, and again. Whether to go on.
    async fn step(&self, sink: &Sink, at: usize, verified: &mut Verified) -> Result<bool, ShadowError> {
        let migration = &self.migrations[at];
        let name = migration.name();
        let (before, after) = (self.touched(at, at), self.touched(at, at + 1));
        let mut tried = Tried { migration: name.clone(), rows: 0, back: None };
        for table in &before {
            match rows::fill(sink, table, at as u64).await? {
                Ok(count) => tried.rows += count,
                Err(message) => {
                    verified.notes.push(format!("{name}: no rows for `{}`: {message}", table.name))
                }
            }
        }
        let destroys = |table: &str| {
            let changes = &migration.plan.changes;
            migration.destructive().iter().any(|_| changes.is_empty())
                || changes.iter().any(|one| one.table == table && one.safety > super::Safety::Rewrite)
        };
        let there = self.there(sink, &before).await?;
        let held = rows::held(sink, &before).await?;
        if let Err(error) = self.apply(sink, at + 1).await {
            if migration.destructive().is_empty() || tried.rows == 0 {
                self.fails(error, Kind::Fails, verified)?;
                return Ok(false);
            }
            // It is said that values which do not fit make it fail; without rows it has worked.
            verified
                .notes
                .push(format!("{name}: it fails on made rows, as what it takes away may make it: {error}"));
            rows::empty(sink, &before).await?;
            tried.rows = 0;
            if let Err(error) = self.apply(sink, at + 1).await {
                self.fails(error, Kind::Fails, verified)?;
                return Ok(false);
            }
        }
        self.compare(sink, &after, Some(&name), verified).await?;
        if tried.rows > 0 {
            rows::kept(sink, &held, &before, &after, &destroys, &name, verified).await?;
        }
        rows::drop_old(sink, &after).await?;
        if migration.back().is_ok() {
            let there_after = self.there(sink, &after).await?;
            tried.back =
                Some(self.back(sink, at, (&before, &there), (&after, &there_after), verified).await?);
            if tried.back == Some(false) {
                verified.migrations.push(tried);
                return Ok(false);
            }
        }
        rows::drop_old(sink, &after).await?;
        verified.migrations.push(tried);
        Ok(true)
    }

    /// Back, which leads to what was there before, and again.
    async fn back(
        &self,
        sink: &Sink,
        at: usize,
        (before, there): (&[Table], &BTreeMap<String, Table>),
        (after, there_after): (&[Table], &BTreeMap<String, Table>),
        verified: &mut Verified,
    ) -> Result<bool, ShadowError> {
        let name = self.migrations[at].name();
        let migrator = self.migrator(sink, at + 1);
        let down = DownOptions { allow_destructive: true, ..DownOptions::default() };
        if let Err(error) = migrator.down_locked(&down, &Lock::alone(sink), &mut |_| {}).await {
            self.fails(error, Kind::BackFails, verified)?;
            return Ok(false);
        }
        let mut all: Vec<Table> = before.to_vec();
        all.extend(after.iter().filter(|table| !before.iter().any(|one| one.name == table.name)).cloned());
        self.same(sink, &all, there, &name, verified).await?;
        rows::drop_old(sink, after).await?;
        rows::drop_old(sink, before).await?;
        if let Err(error) = self.apply(sink, at + 1).await {
            self.fails(error, Kind::BackFails, verified)?;
            return Ok(false);
        }
        self.same(sink, after, there_after, &name, verified).await?;
        Ok(true)
    }

    /// Tables are as they were at another time.
    async fn same(
        &self,
        sink: &Sink,
        tables: &[Table],
        were: &BTreeMap<String, Table>,
        migration: &str,
        verified: &mut Verified,
    ) -> Result<(), ShadowError> {
        let are = self.there(sink, tables).await?;
        let names: std::collections::BTreeSet<&String> = are.keys().chain(were.keys()).collect();
        for name in names {
            let differences = match (are.get(name), were.get(name)) {
                (Some(are), Some(were)) => differences(are, were),
                (are, were) => {
                    let there = |table: Option<&Table>| table.map(|_| "a table".to_string());
                    vec![streamhouse_schema::change::Difference {
                        part: format!("`{name}`"),
                        found: there(are),
                        wanted: there(were),
                    }]
                }
            };
            if !differences.is_empty() {
                verified.findings.push(Finding {
                    kind: Kind::BackDiffers,
                    migration: Some(migration.to_string()),
                    table: Some(name.clone()),
                    message: "back and again is not where it came from".into(),
                    differences,
                });
            }
        }
        Ok(())
    }

    async fn there(&self, sink: &Sink, tables: &[Table]) -> Result<BTreeMap<String, Table>, ShadowError> {
        let live = Live::at(sink.clone());
        let mut there = BTreeMap::new();
        for table in tables {
            if let Some(found) = live.table(&table.name).await? {
                there.insert(table.name.clone(), found);
            }
        }
        Ok(there)
    }

    /// Tables are what they are declared to be.
    async fn compare(
        &self,
        sink: &Sink,
        tables: &[Table],
        migration: Option<&str>,
        verified: &mut Verified,
    ) -> Result<(), ShadowError> {
        for (table, compared) in tables.iter().zip(Live::at(sink.clone()).compare(tables).await?) {
            let message = match &compared.found {
                None => "no migration makes it".into(),
                Some(_) => "it does not become what is declared".to_string(),
            };
            let differences = compared.differences();
            if compared.found.is_none() || !differences.is_empty() {
                verified.findings.push(Finding {
                    kind: Kind::Differs,
                    migration: migration.map(String::from),
                    table: Some(table.name.clone()),
                    message,
                    differences,
                });
            }
        }
        Ok(())
    }

    /// The tables of the events that a migration is about, or of all where it does not say, as they are after so many
    /// migrations.
    fn touched(&self, at: usize, after: usize) -> Vec<Table> {
        let about = &self.migrations[at].plan.changes;
        let changes = self.migrations[..after].iter().flat_map(|migration| &migration.plan.changes);
        let reached: BTreeMap<&str, u32> = changes.map(|change| (change.event.as_str(), change.to)).collect();
        reached
            .into_iter()
            .filter(|(event, _)| about.is_empty() || about.iter().any(|change| change.event == *event))
            .filter_map(|(event, version)| {
                let is = |one: &&Snapshot| one.event == event && one.version == version;
                self.versions.iter().find(is).map(|version| version.table.clone())
            })
            .collect()
    }

    fn migrator(&self, sink: &Sink, count: usize) -> Migrator {
        Migrator { sink: sink.clone(), redis: None, migrations: self.migrations[..count].to_vec() }
    }

    async fn apply(&self, sink: &Sink, count: usize) -> Result<Vec<String>, MigrateError> {
        let options = ApplyOptions { allow_destructive: true, ..ApplyOptions::default() };
        self.migrator(sink, count).apply_locked(&options, &Lock::alone(sink), &mut |_| {}).await
    }

    /// A migration that fails is a finding; a server that does is none.
    fn fails(&self, error: MigrateError, kind: Kind, verified: &mut Verified) -> Result<(), ShadowError> {
        let (MigrateError::Failed { migration, .. } | MigrateError::KeptTable { migration, .. }) = &error
        else {
            return Err(error.into());
        };
        verified.findings.push(Finding {
            kind,
            migration: Some(migration.clone()),
            table: None,
            message: error.to_string(),
            differences: Vec::new(),
        });
        Ok(())
    }
}
