//! What there is to say.

use std::fmt;

use serde_json::{Value, json};
use streamhouse_build::{Disagreement, Repository, Schema};

/// The whole of it.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) events: Vec<Event>,
    pub(super) migrations: Vec<Migration>,
    /// What code, snapshots and migrations say of each other.
    pub(super) files: Vec<Disagreement>,
    /// What the server contradicts.
    pub(super) server: Vec<Disagreement>,
    /// What somebody may want to know.
    pub(super) notes: Vec<String>,
    pub(super) asked: bool,
}

/// An event.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) name: String,
    pub(super) table: String,
    /// The version that is declared.
    pub(super) code: Option<u32>,
    /// The newest snapshot, and whether it is sealed.
    pub(super) snapshot: Option<(u32, &'static str)>,
    /// The version that the applied migrations lead to.
    pub(super) server: Option<u32>,
}

/// A migration.
#[derive(Debug)]
pub(super) struct Migration {
    pub(super) name: String,
    pub(super) state: &'static str,
    /// What the server says of it, where one was asked.
    pub(super) standing: Option<String>,
}

impl Report {
    /// What can be said without a server.
    pub(super) fn of(schemas: &[Schema], repository: &Repository) -> Self {
        let mut names: Vec<&String> =
            schemas.iter().map(|schema| &schema.event).chain(repository.events()).collect();
        names.sort_unstable();
        names.dedup();
        let event = |name: &String| {
            let declared = schemas.iter().rfind(|schema| schema.event == *name);
            let snapshot = repository.newest(name);
            let table = declared.map(|schema| schema.table.clone());
            Event {
                name: name.clone(),
                table: table.or_else(|| Some(snapshot?.table.name.clone())).unwrap_or_default(),
                code: declared.map(|schema| schema.version),
                snapshot: snapshot.map(|snapshot| (snapshot.version, crate::migrate::word(snapshot.state))),
                server: None,
            }
        };
        let migration = |migration: &streamhouse::migrate::Migration| Migration {
            name: migration.name(),
            state: crate::migrate::word(migration.plan.state),
            standing: None,
        };
        Self {
            events: names.into_iter().map(event).collect(),
            migrations: repository.migrations().iter().map(migration).collect(),
            files: streamhouse_build::disagreements(schemas, repository),
            server: Vec::new(),
            notes: Vec::new(),
            asked: false,
        }
    }

    /// Whether migrations wait.
    fn is_pending(&self) -> bool {
        let waits =
            |migration: &&Migration| migration.standing.as_ref().is_some_and(|word| word != "applied");
        self.migrations.iter().any(|migration| waits(&migration))
    }

    /// For scripts.
    pub(super) fn code(&self) -> u8 {
        match (self.server.is_empty(), self.files.is_empty() && !self.is_pending()) {
            (false, _) => 3,
            (true, false) => 2,
            (true, true) => 0,
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let events: Vec<Value> = self
            .events
            .iter()
            .map(|event| {
                json!({
                    "event": event.name,
                    "table": event.table,
                    "code": event.code,
                    "snapshot": event.snapshot.map(|(version, state)| json!({"version": version, "state": state})),
                    "server": event.server,
                })
            })
            .collect();
        let migrations: Vec<Value> = self
            .migrations
            .iter()
            .map(|one| json!({"migration": one.name, "state": one.state, "standing": one.standing}))
            .collect();
        json!({
            "events": events,
            "migrations": migrations,
            "files": self.files,
            "server": self.server,
            "notes": self.notes,
            "asked": self.asked,
            "pending": self.is_pending(),
            "drift": !self.server.is_empty(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_none = |version: Option<u32>| version.map_or("-".to_string(), |version| version.to_string());
        if !self.events.is_empty() {
            writeln!(f, "{:<40} {:>5} {:>16} {:>7}", "event", "code", "snapshot", "server")?;
        }
        for event in &self.events {
            let snapshot =
                event.snapshot.map_or("-".to_string(), |(version, state)| format!("{version} ({state})"));
            let server = if self.asked { or_none(event.server) } else { "?".into() };
            writeln!(f, "{:<40} {:>5} {snapshot:>16} {server:>7}", event.name, or_none(event.code))?;
        }
        if !self.migrations.is_empty() {
            writeln!(f, "\n{:<40} {:>8} server", "migration", "state")?;
        }
        for one in &self.migrations {
            writeln!(f, "{:<40} {:>8} {}", one.name, one.state, one.standing.as_deref().unwrap_or("?"))?;
        }
        for disagreement in self.server.iter().chain(&self.files) {
            told(f, disagreement)?;
        }
        if self.is_pending() && self.server.is_empty() {
            writeln!(
                f,
                "\nmigrations wait\n    run `streamhouse migrate apply`; `--dry-run` shows what it would do"
            )?;
        }
        if !self.notes.is_empty() {
            writeln!(f)?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        if self.code() == 0 {
            let all = if self.asked {
                "code, snapshots, migrations and server"
            } else {
                "code, snapshots and migrations"
            };
            writeln!(f, "\n{all} agree")?;
        }
        Ok(())
    }
}

fn told(f: &mut fmt::Formatter<'_>, one: &Disagreement) -> fmt::Result {
    writeln!(f, "\n{}: {}", one.about, one.message)?;
    for difference in &one.differences {
        writeln!(f, "    {difference}")?;
    }
    writeln!(f, "    {}", one.mend)
}
