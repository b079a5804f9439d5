//! What a server has to say.

use std::collections::BTreeMap;

use streamhouse::live::Live;
use streamhouse::migrate::{MigrateError, Migration, Migrator, Standing};
use streamhouse_build::{Disagreement, Repository};

use super::report::Report;
use crate::common::{config, text};

/// Asks the server of the environment.
pub(super) async fn ask(repository: &Repository, report: &mut Report) -> Result<(), String> {
    let config = config()?;
    let migrator = Migrator::new(&config, repository.migrations().to_vec()).map_err(text)?;
    let standing = match migrator.status().await {
        Ok(standing) => standing,
        // What it was made by is not known then.
        Err(error @ (MigrateError::Ahead { .. } | MigrateError::Edited { .. })) => {
            report.asked = true;
            report.server.push(contradiction(&error));
            return Ok(());
        }
        Err(error) => return Err(error.to_string()),
    };
    report.asked = true;
    for one in &mut report.migrations {
        one.standing = standing.get(&one.name).map(|standing| crate::migrate::standing(*standing));
    }
    let live = Live::new(&config).map_err(text)?;
    tables(repository, &standing, &live, report).await
}

/// The server has what these files do not.
fn contradiction(error: &MigrateError) -> Disagreement {
    let (about, mend) = match error {
        MigrateError::Ahead { migration } => (
            migration,
            "get the migrations that the database has, from whoever applied them; nothing is compared before",
        ),
        MigrateError::Edited { migration, .. } => (
            migration,
            "take back what was changed, and make it in a new migration; nothing is compared before",
        ),
        _ => {
            return Disagreement {
                about: String::new(),
                message: text(error),
                differences: Vec::new(),
                mend: String::new(),
            };
        }
    };
    Disagreement { about: about.clone(), message: text(error), differences: Vec::new(), mend: mend.into() }
}

/// Each table beside the snapshot that the applied migrations lead to.
async fn tables(
    repository: &Repository,
    standing: &BTreeMap<String, Standing>,
    live: &Live,
    report: &mut Report,
) -> Result<(), String> {
    let is_applied = |migration: &Migration| standing.get(&migration.name()) == Some(&Standing::Applied);
    let is_begun = |migration: &&Migration| {
        !matches!(standing.get(&migration.name()), None | Some(Standing::Applied | Standing::Pending))
    };
    let begun: Vec<&Migration> = repository.migrations().iter().filter(is_begun).collect();
    let reached = repository.reached(is_applied);
    let mut wanted = Vec::new();
    for (event, version) in reached {
        if let Some(told) = report.events.iter_mut().find(|one| one.name == event) {
            told.server = Some(version);
        }
        let touches = |migration: &&&Migration| migration.plan.changes.iter().any(|one| one.event == event);
        if let Some(migration) = begun.iter().find(touches) {
            report.notes.push(format!("{event} is not compared: {} is half done", migration.name()));
            continue;
        }
        match repository.snapshot(event, version) {
            Some(snapshot) => wanted.push((event, version, snapshot.table.clone())),
            None => report.server.push(Disagreement {
                about: event.into(),
                message: format!("the database has version {version}, and schemas/ has no snapshot of it"),
                differences: Vec::new(),
                mend: "take the snapshot back from version control".into(),
            }),
        }
    }
    let tables: Vec<_> = wanted.iter().map(|(.., table)| table.clone()).collect();
    let compared = live.compare(&tables).await.map_err(text)?;
    for ((event, version, table), compared) in wanted.into_iter().zip(compared) {
        let told = |message, differences, mend: &str| Disagreement {
            about: event.to_string(),
            message,
            differences,
            mend: mend.into(),
        };
        let differences = compared.differences();
        if compared.found.is_none() {
            let message = format!("the table `{}` is missing, though its migrations are applied", table.name);
            report.server.push(told(
                message,
                Vec::new(),
                "find out who dropped it; its rows may be in a backup",
            ));
        } else if !differences.is_empty() {
            let message =
                format!("the table `{}` is not what the migrations up to version {version} made", table.name);
            let mend = "declare what is wanted, or take it back by hand: `streamhouse diff --live` prints the statements, towards what is declared";
            report.server.push(told(message, differences, mend));
        }
        for view in compared.other_views {
            report
                .notes
                .push(format!("the view `{view}` reads `{}`, and no declaration makes it", table.name));
        }
    }
    others(live, report).await
}

/// Tables of the database that are declared and made by no migration, and those that a rebuild has kept.
async fn others(live: &Live, report: &mut Report) -> Result<(), String> {
    let names = live.names().await.map_err(text)?;
    for event in report.events.iter().filter(|event| event.server.is_none() && event.code.is_some()) {
        if names.contains(&event.table) {
            report.server.push(Disagreement {
                about: event.name.clone(),
                message: format!("the table `{}` is there, and no migration has made it", event.table),
                differences: Vec::new(),
                mend: "`streamhouse diff --live` shows how it differs; `streamhouse migrate baseline NUMBER` says which migrations it has".into(),
            });
        }
    }
    for name in &names {
        let Some(table) = name.strip_suffix("__old") else { continue };
        if names.iter().any(|other| other == table) {
            report.notes.push(format!(
                "`{name}` holds the rows from before `{table}` was rebuilt: drop it when nobody needs it any more"
            ));
        }
    }
    Ok(())
}
