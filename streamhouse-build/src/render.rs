//! Which files schemas make: a snapshot for each version, and for each event the draft of the migration that leads from
//! what is sealed to what is declared.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use streamhouse_schema::migration::{Migration, PlanFile, Planned, State};
use streamhouse_schema::plan::{Plan, Safety, Step};
use streamhouse_schema::schema::Schema;
use streamhouse_schema::snapshot::{self, Snapshot};
use streamhouse_schema::sql;
use streamhouse_schema::table::Table;

use crate::BuildError;
use crate::repository::Repository;

/// Files by their path below the folder that holds `schemas/` and `migrations/`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// What they should hold.
    pub texts: BTreeMap<PathBuf, String>,
    /// Drafts that are no longer wanted.
    pub gone: BTreeSet<PathBuf>,
}

/// The files of the schemas, beside what is there already. What is sealed stays as it is: a declaration that changes a
/// sealed version is an error.
pub fn render(schemas: &[Schema], repository: &Repository) -> Result<Files, BuildError> {
    let mut files = Files::default();
    let mut newest: BTreeMap<&str, &Schema> = BTreeMap::new();
    let mut changed = Vec::new();
    for schema in schemas {
        let known = repository.snapshots.get(&(schema.event.clone(), schema.version));
        let state = known.map_or(State::Draft, |(known, _)| known.state);
        let text = snapshot::text(schema, state);
        match known {
            Some((known, sealed)) if state == State::Sealed && *sealed != text => {
                changed.push(sealed_and_changed(schema, known));
            }
            _ => {
                let path = Path::new("schemas").join(&schema.event).join(format!("{}.json", schema.version));
                files.texts.insert(path, text);
            }
        }
        newest.insert(&schema.event, schema);
    }
    if !changed.is_empty() {
        return Err(BuildError::Sealed(changed));
    }
    let mut number = repository.migrations.iter().map(|migration| migration.number).max().unwrap_or(0);
    for schema in targets_first(newest.into_values().collect()) {
        let draft = repository.migrations.iter().find(|migration| is_draft_of(migration, &schema.event));
        let wanted = migration(schema, repository).map(|mut wanted| {
            wanted.number = draft.map_or_else(
                || {
                    number += 1;
                    number
                },
                |draft| draft.number,
            );
            wanted
        });
        if let Some(draft) = draft.filter(|draft| wanted.as_ref().map(Migration::name) != Some(draft.name()))
        {
            files.gone.extend(paths(draft));
        }
        if let Some(wanted) = wanted {
            let [up, down, plan] = paths(&wanted);
            files.texts.insert(up, wanted.up);
            files.texts.insert(down, wanted.down.unwrap_or_default());
            files.texts.insert(plan, plan_text(&wanted.plan));
        }
    }
    Ok(files)
}

/// `plan.json` as it is written.
pub(crate) fn plan_text(plan: &PlanFile) -> String {
    // Numbers and strings always have a JSON form.
    format!("{:#}\n", serde_json::to_value(plan).unwrap_or_default())
}

/// The files of a migration.
pub(crate) fn paths(migration: &Migration) -> [PathBuf; 3] {
    let folder = Path::new("migrations").join(migration.name());
    ["up.sql", "down.sql", "plan.json"].map(|file| folder.join(file))
}

fn is_draft_of(migration: &Migration, event: &str) -> bool {
    migration.plan.state == State::Draft
        && migration.plan.changes.first().is_some_and(|change| change.event == event)
}

/// What leads from the newest sealed version to the declared one; without a number.
fn migration(schema: &Schema, repository: &Repository) -> Option<Migration> {
    let table = Table::of(schema);
    let sealed = repository.sealed(&schema.event);
    let (plan, slug, up, down) = match sealed {
        None => {
            let about = format!("the table of the event {}, version {}", schema.event, schema.version);
            (
                Plan::create(&table),
                format!("create_{}", schema.table),
                format!("-- Creates {about}.\n{};\n", sql::create(schema).join(";\n\n")),
                format!("-- Drops {about}, with all its rows.\n{};\n", sql::drop(schema).join(";\n")),
            )
        }
        Some(sealed) => {
            let plan = Plan::between(&sealed.table, &table, &schema.renames());
            let about = format!(
                "-- Leads the table of the event {} from version {} to version {}.\n",
                schema.event, sealed.version, schema.version
            );
            let (up, down) = (format!("{about}\n{}", plan.up()), plan.down());
            (plan, format!("alter_{}_v{}", schema.table, schema.version), up, down)
        }
    };
    let from = sealed.map(|sealed| sealed.version);
    let planned = |(step, from, to): (&Step, Option<u32>, u32)| Planned {
        event: schema.event.clone(),
        table: schema.table.clone(),
        from,
        to,
        what: step.what.clone(),
        safety: step.safety,
        column: step.column().filter(|_| step.safety > Safety::Safe).map(String::from),
    };
    let changes = plan.steps.iter().map(|step| planned((step, from, schema.version))).collect();
    let back =
        plan.back.iter().flatten().map(|step| planned((step, Some(schema.version), from.unwrap_or(0))));
    let back = back.collect();
    (!plan.is_empty()).then_some(Migration {
        number: 0,
        slug,
        up,
        down: Some(down),
        plan: PlanFile { changes, back, ..PlanFile::default() },
    })
}

/// A view needs the table that it writes into: events whose views write into the tables of others come after those.
fn targets_first(schemas: Vec<&Schema>) -> Vec<&Schema> {
    let tables: BTreeSet<&str> = schemas.iter().map(|schema| schema.table.as_str()).collect();
    let targets = |schema: &Schema| -> Vec<String> {
        let to = Table::of(schema).views.into_iter().filter_map(|view| view.to);
        to.filter(|to| *to != schema.table && tables.contains(to.as_str())).collect()
    };
    let (mut sorted, mut left): (Vec<&Schema>, Vec<&Schema>) = (Vec::new(), schemas);
    while !left.is_empty() {
        let is_ready = |schema: &&Schema| {
            targets(schema).iter().all(|target| !left.iter().any(|other| other.table == *target))
        };
        // Two that write into each other have no order; then it is that of their names.
        let at = left.iter().position(is_ready).unwrap_or(0);
        sorted.push(left.remove(at));
    }
    sorted
}

fn sealed_and_changed(schema: &Schema, sealed: &Snapshot) -> String {
    let plan = Plan::between(&sealed.table, &Table::of(schema), &schema.renames());
    let changes: Vec<String> = plan.steps.iter().map(|step| format!("\n  {}", step.what)).collect();
    let changes =
        if changes.is_empty() { "\n  What JSON has to hold.".to_string() } else { changes.concat() };
    format!(
        "event `{}`: version {} is sealed, and its declaration has changed:{changes}\nwrite `version = {}` to make a new one",
        schema.event,
        schema.version,
        schema.version + 1
    )
}
