//! Sealing: what is sealed is what servers have, and stays as it is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use streamhouse_schema::fingerprint::Fingerprint;
use streamhouse_schema::migration::{PlanFile, State};
use streamhouse_schema::snapshot;

use crate::BuildError;
use crate::render::{Files, paths, plan_text};
use crate::repository::{Repository, Stored};

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
    for ((event, version), Stored { state, text, .. }) in &repository.snapshots {
        if *state == State::Draft {
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{render, scan, stale, write};

    /// A folder with a declaration, of which drafts are written.
    fn declare(root: &Path, version: u32, rules: &str) -> Files {
        fs::create_dir_all(root.join("src")).expect("a folder");
        let text = format!(
            "#[derive(StreamSchema)]\n#[stream(name = \"shop.order\", version = {version}, order_by = id)]\nstruct Order {{ id: u64, {rules} note: String }}\n"
        );
        // Whoever declares an event here declares all its versions.
        fs::write(root.join(format!("src/v{version}.rs")), text).expect("a file");
        let schemas = scan(&root.join("src")).expect("schemas");
        let files = render(&schemas, &Repository::read(root).expect("a repository")).expect("files");
        write(&files, root).expect("drafts");
        files
    }

    fn seal(root: &Path) {
        write(&sealed(root).expect("what is sealed"), root).expect("files");
    }

    #[test]
    fn a_snapshot_that_no_migration_was_sealed_with_has_a_checksum_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        declare(root, 1, "");
        seal(root);
        // One migration leads from the first to the third.
        declare(root, 2, "#[stream(validate(length(max = 80)))]");
        let last = || declare(root, 3, "#[stream(validate(length(max = 60)))]");
        last();
        seal(root);
        let [first, second, third] =
            [1, 2, 3].map(|version| root.join(format!("schemas/shop.order/{version}.json")));
        let text = fs::read_to_string(&second).expect("text");
        assert!(text.contains("\"checksum\": \""), "{text}");
        for other in [first, third] {
            assert!(!fs::read_to_string(&other).expect("text").contains("\"checksum\": \""), "a plan has it");
        }

        // It is what is declared, and sealed.
        assert!(stale(&last(), root).expect("files").is_empty());
        assert_eq!(sealed(root).expect("nothing"), Files::default());

        let plain = snapshot::without_checksum(&text).expect("a checksum");
        for edited in [text.replace("80", "90"), text.replace("sealed", "draft"), text.clone() + "\n"] {
            fs::write(&second, edited).expect("a file");
            let refused = Repository::read(root).expect_err("an edited file").to_string();
            assert!(
                refused.starts_with(&format!(
                    "{}: this snapshot was changed after it was sealed",
                    second.display()
                )),
                "{refused}"
            );
            assert!(sealed(root).is_err(), "nothing is sealed beside it");
        }
        let is_refused =
            || Repository::read(root).expect_err("nothing says as what it is sealed").to_string();
        fs::write(&second, plain).expect("a file");
        let refused = is_refused();
        assert!(
            refused.starts_with(&format!("{}: this snapshot is sealed, and neither", second.display())),
            "{refused}"
        );
        fs::write(&second, text).expect("a file");
        Repository::read(root).expect("as it was");

        // A plan that says nothing of its snapshot any more, or nothing of its statements.
        let plan = root.join("migrations/0001_create_shop_order/plan.json");
        let whole = fs::read_to_string(&plan).expect("a plan");
        let mut value: Value = serde_json::from_str(&whole).expect("JSON");
        for key in ["snapshots", "checksum", "down_checksum"] {
            let taken = value.as_object_mut().and_then(|object| object.remove(key)).expect(key);
            fs::write(&plan, value.to_string()).expect("a file");
            is_refused();
            value[key] = taken;
        }
        fs::write(&plan, whole).expect("a file");
        Repository::read(root).expect("as it was");
    }
}
