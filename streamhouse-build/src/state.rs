//! What declarations, snapshots and migrations say of each other.

use std::collections::BTreeMap;

use serde::Serialize;
use streamhouse_schema::change::{Difference, Origins, differences};
use streamhouse_schema::migration::{Migration, State};
use streamhouse_schema::plan::Plan;
use streamhouse_schema::schema::Schema;
use streamhouse_schema::snapshot::{self, Snapshot};
use streamhouse_schema::table::Table;

use crate::render::render;
use crate::repository::{Repository, Stored};

/// What a declaration changes in the table of its event.
#[derive(Debug, Clone)]
pub struct EventChange {
    /// The event.
    pub event: String,
    /// The version that is declared.
    pub version: u32,
    /// The newest version that is sealed, from which it leads; none where the table is new.
    pub from: Option<u32>,
    /// The table that is declared.
    pub table: Table,
    /// Where its columns come from.
    pub origins: Origins,
    /// How the one becomes the other.
    pub plan: Plan,
}

/// Something that is not as something else says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// The event or the migration.
    pub about: String,
    /// What does not agree.
    pub message: String,
    /// Where, part by part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// What to do.
    pub mend: String,
}

/// What the newest version of each declared event changes against the newest one that is sealed.
pub fn changes(schemas: &[Schema], repository: &Repository) -> Vec<EventChange> {
    let change = |schema: &Schema| {
        let table = Table::of(schema);
        let sealed = repository.sealed(&schema.event);
        let origins = schema.origins();
        let plan = match sealed {
            Some(sealed) => Plan::between(&sealed.table, &table, &origins),
            None => Plan::create(&table),
        };
        EventChange {
            event: schema.event.clone(),
            version: schema.version,
            from: sealed.map(|sealed| sealed.version),
            table,
            origins,
            plan,
        }
    };
    newest(schemas).into_values().map(change).collect()
}

/// The newest version of each declared event.
fn newest(schemas: &[Schema]) -> BTreeMap<&str, &Schema> {
    // They are in the order of event and version.
    schemas.iter().map(|schema| (schema.event.as_str(), schema)).collect()
}

/// Where declarations, snapshots and migrations do not agree; nothing where all is as `streamhouse generate` leaves it.
pub fn disagreements(schemas: &[Schema], repository: &Repository) -> Vec<Disagreement> {
    let mut all: Vec<Disagreement> = schemas.iter().filter_map(|schema| of(schema, repository)).collect();
    for (event, schema) in newest(schemas) {
        if let Some(newer) = repository.newest(event).filter(|newest| newest.version > schema.version) {
            all.push(Disagreement {
                about: event.to_string(),
                message: format!(
                    "version {} is in schemas/, and the newest that is declared is {}",
                    newer.version, schema.version
                ),
                differences: Vec::new(),
                mend: "update the code; or remove the snapshot and its migration, if they are drafts that nobody wants".into(),
            });
        }
    }
    for event in repository.events().filter(|event| !schemas.iter().any(|schema| schema.event == **event)) {
        all.push(Disagreement {
            about: event.to_string(),
            message: "it is in schemas/, and no longer declared".into(),
            differences: Vec::new(),
            mend: format!(
                "keep the declaration as long as frames of it may wait; then remove schemas/{event}, and drop its table by a migration of your own"
            ),
        });
    }
    all.extend(migrations(schemas, repository));
    all
}

fn of(schema: &Schema, repository: &Repository) -> Option<Disagreement> {
    let (event, version) = (&schema.event, schema.version);
    let generate = || "run `streamhouse generate`".to_string();
    let told = |message: String, differences, mend| {
        Some(Disagreement { about: event.clone(), message, differences, mend })
    };
    let stored = repository.snapshots.get(&(event.clone(), version));
    let Some((known, text)) = stored.and_then(|stored| Some((stored.snapshot()?, &stored.text))) else {
        let message = format!("version {version} is declared, and schemas/ has no snapshot of it");
        return told(message, Vec::new(), generate());
    };
    let agrees = match known.state {
        State::Draft => *text == snapshot::text(schema, known.state),
        // What led to it may have left the declaration.
        State::Sealed => snapshot::is_of(text, schema),
    };
    if agrees {
        return None;
    }
    let differences = differences(&known.table, &Table::of(schema));
    let what = if differences.is_empty() { " in what JSON has to hold" } else { "" };
    match known.state {
        State::Draft => told(
            format!("the draft of version {version} is not what is declared{what}"),
            differences,
            generate(),
        ),
        State::Sealed => told(
            format!("version {version} is sealed, and its declaration has changed{what}"),
            differences,
            format!("write `version = {}` to make a new one", version + 1),
        ),
    }
}

/// Drafts of migrations that lead elsewhere, or that are missing.
fn migrations(schemas: &[Schema], repository: &Repository) -> Vec<Disagreement> {
    // A sealed version that has changed is told of already.
    let Ok(files) = render(schemas, repository) else { return Vec::new() };
    let known: BTreeMap<String, &Migration> =
        repository.migrations().iter().map(|migration| (migration.name(), migration)).collect();
    let mut all = Vec::new();
    let mut told = |about: &str, message: &str| {
        all.push(Disagreement {
            about: about.to_string(),
            message: message.to_string(),
            differences: Vec::new(),
            mend: "run `streamhouse generate`".into(),
        });
    };
    for (path, text) in &files.texts {
        let mut parts = path.iter().map(|part| part.to_string_lossy());
        let (Some(folder), Some(name)) = (parts.next(), parts.next()) else { continue };
        if folder != "migrations" || !path.ends_with("up.sql") {
            continue;
        }
        match known.get(name.as_ref()) {
            None => told(&name, "it leads to what is declared, and is missing"),
            Some(migration) if migration.up != *text => told(&name, "it does not lead to what is declared"),
            Some(_) => {}
        }
    }
    for path in files.gone.iter().filter(|path| path.ends_with("up.sql")) {
        let name = path.parent().and_then(|folder| folder.file_name());
        told(&name.unwrap_or_default().to_string_lossy(), "it leads to what is no longer declared");
    }
    all
}

impl Repository {
    /// A version of an event.
    pub fn snapshot(&self, event: &str, version: u32) -> Option<&Snapshot> {
        self.snapshots.get(&(event.to_string(), version)).and_then(Stored::snapshot)
    }

    /// All versions of all events, by event and version.
    pub fn snapshots(&self) -> impl Iterator<Item = &Snapshot> {
        self.snapshots.values().filter_map(Stored::snapshot)
    }

    /// The versions of an event, the newest last.
    pub fn versions(&self, event: &str) -> impl DoubleEndedIterator<Item = &Snapshot> {
        let range = (event.to_string(), 0)..=(event.to_string(), u32::MAX);
        self.snapshots.range(range).filter_map(|(_, stored)| stored.snapshot())
    }

    /// The newest version of an event.
    pub fn newest(&self, event: &str) -> Option<&Snapshot> {
        self.versions(event).next_back()
    }

    /// The newest version of an event that is sealed.
    pub fn sealed(&self, event: &str) -> Option<&Snapshot> {
        self.versions(event).rfind(|snapshot| snapshot.state == State::Sealed)
    }

    /// The events that there are snapshots of, each once.
    pub fn events(&self) -> impl Iterator<Item = &String> {
        let mut last = None;
        self.snapshots
            .keys()
            .map(|(event, _)| event)
            .filter(move |event| last.replace(*event) != Some(*event))
    }

    /// The version that each event has after the migrations that a condition names, as their plans say.
    pub fn reached(&self, is_applied: impl Fn(&Migration) -> bool) -> BTreeMap<&str, u32> {
        let applied = self.migrations().iter().filter(|migration| is_applied(migration));
        applied
            .flat_map(|migration| &migration.plan.changes)
            .map(|change| (change.event.as_str(), change.to))
            .collect()
    }
}
