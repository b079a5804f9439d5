//! Sealing: what is sealed is what servers have, and stays as it is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::migration::{PlanFile, State};
use streamhouse_schema::snapshot;

use crate::BuildError;
use crate::render::{Files, paths, plan_text};
use crate::repository::Repository;

/// The files of a folder with all drafts sealed; empty where there are none.
pub fn sealed(folder: &Path) -> Result<Files, BuildError> {
    let repository = Repository::read(folder)?;
    let mut files = Files::default();
    // The plan of a migration has the checksums of the snapshots that are sealed with it. Others have their own.
    let drafts = repository.migrations.iter().filter(|migration| migration.plan.state == State::Draft);
    let led_to: BTreeSet<(&str, u32)> = drafts
        .flat_map(|migration| &migration.plan.changes)
        .map(|change| (change.event.as_str(), change.to))
        .collect();
    for ((event, version), (snapshot, text)) in &repository.snapshots {
        if snapshot.state == State::Draft {
            let path = PathBuf::from("schemas").join(event).join(format!("{version}.json"));
            let mut value: Value = serde_json::from_str(text)
                .map_err(|error| BuildError::Stored { path: path.clone(), message: error.to_string() })?;
            value["x-streamhouse"]["state"] = json!(State::Sealed);
            let text = format!("{value:#}\n");
            let is_alone = !led_to.contains(&(event.as_str(), *version));
            files.texts.insert(path, if is_alone { snapshot::guarded(&text) } else { text });
        }
    }
    for migration in &repository.migrations {
        if migration.plan.state == State::Draft {
            let [_, _, path] = paths(&migration.name());
            // Those that were sealed before are another migration's.
            let snapshots = migration.plan.changes.iter().filter_map(|change| {
                let path = format!("{}/{}.json", change.event, change.to);
                let text = files.texts.get(&Path::new("schemas").join(&path))?;
                Some((path, Fingerprint::of(text).to_string()))
            });
            let plan = PlanFile {
                state: State::Sealed,
                snapshots: snapshots.collect(),
                checksum: Some(migration.checksum()),
                down_checksum: migration.down.is_some().then(|| migration.down_checksum()),
                ..migration.plan.clone()
            };
            files.texts.insert(path, plan_text(&plan));
        }
    }
    Ok(files)
}
