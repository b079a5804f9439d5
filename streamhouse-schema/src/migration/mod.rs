//! A migration: statements that change tables, in a folder `<number>_<slug>` of its own.
//!
//! `up.sql` is what is run, `down.sql` what takes it back where anything does, `plan.json` what is known of it. Written by
//! hand, a migration may go without the last two.

mod alone;
mod order;
mod statements;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use alone::alone;
pub use order::in_order;
pub use statements::statements;

use crate::fingerprint::Fingerprint;
use crate::plan::Safety;

/// The version of `plan.json`.
pub const FORMAT: u32 = 1;

/// A migration.
#[derive(Clone, Debug, PartialEq)]
pub struct Migration {
    /// Its place among the others, from 1.
    pub number: u32,
    /// What it is about, in a word or some: `create_orders`.
    pub slug: String,
    /// The statements.
    pub up: String,
    /// The statements that take it back.
    pub down: Option<String>,
    /// What is known of it.
    pub plan: PlanFile,
}

/// `plan.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanFile {
    /// The version of the format.
    pub format: u32,
    /// Whether it may still change.
    pub state: State,
    /// The checksum of `up.sql`, once it is sealed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub checksum: Option<String>,
    /// The checksum of `down.sql`, once it is sealed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub down_checksum: Option<String>,
    /// The checksums of the snapshots that were sealed with it, by their paths below `schemas/`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub snapshots: BTreeMap<String, String>,
    /// What changes, in the order of the statements.
    #[serde(default)]
    pub changes: Vec<Planned>,
    /// What changes when it is taken back.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub back: Vec<Planned>,
}

/// Whether a migration or a snapshot may still change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The build writes it anew as the declaration changes.
    Draft,
    /// Nobody changes it any more.
    Sealed,
}

/// A change as `plan.json` says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    /// The event.
    pub event: String,
    /// Its table.
    pub table: String,
    /// The version from which it leads; none where the table is new.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub from: Option<u32>,
    /// The version to which it leads.
    pub to: u32,
    /// What it does, a sentence.
    pub what: String,
    /// What it does to rows.
    pub safety: Safety,
    /// The only column that it rewrites, where there is just one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<String>,
}

/// Why a folder is no migration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// The folder's name has no number.
    #[error(
        "`{0}` is not the name of a migration: write `<number>_<what it is about>`, such as `0007_add_status`"
    )]
    Name(String),
    /// `plan.json` is not understood.
    #[error("{migration}/plan.json: {message}")]
    Plan {
        /// The migration.
        migration: String,
        /// Why.
        message: String,
    },
    /// It was changed after it was sealed.
    #[error(
        "{migration}/{file} was changed after it was sealed: its checksum is {found}, and plan.json says {sealed}; take the change back, and make it in a new migration"
    )]
    Edited {
        /// The migration.
        migration: String,
        /// `up.sql` or `down.sql`.
        file: &'static str,
        /// Of the file.
        found: String,
        /// Of the sealed one.
        sealed: String,
    },
    /// It is sealed, and nothing says as what.
    #[error(
        "{migration}/plan.json says that it is sealed, and not the checksum of {file}: take it back from version control"
    )]
    Unguarded {
        /// The migration.
        migration: String,
        /// `up.sql` or `down.sql`.
        file: &'static str,
    },
    /// Two branches have sealed a change of the same event.
    #[error(
        "{first} and {second} are both sealed, and both lead the event `{event}` on from {from}: two branches have changed it; keep the one that servers have, remove the other with its snapshot, and declare what it changed as version {next}"
    )]
    Fork {
        /// One.
        first: String,
        /// The other.
        second: String,
        /// The event.
        event: String,
        /// What they lead from: `version 1`, `nothing`.
        from: String,
        /// The version that is free.
        next: u32,
    },
    /// Two migrations have the same number.
    #[error(
        "{first} and {second} have the same number: give the one that no server has yet the next free number"
    )]
    SameNumber {
        /// One.
        first: String,
        /// The other.
        second: String,
    },
}

impl Default for PlanFile {
    fn default() -> Self {
        Self {
            format: FORMAT,
            state: State::Draft,
            checksum: None,
            down_checksum: None,
            snapshots: BTreeMap::new(),
            changes: Vec::new(),
            back: Vec::new(),
        }
    }
}

impl Migration {
    /// Reads a migration from the name of its folder and the texts of its files.
    pub fn read(
        folder: &str,
        up: String,
        down: Option<String>,
        plan: Option<&str>,
    ) -> Result<Self, MigrationError> {
        let wrong = || MigrationError::Name(folder.to_string());
        let (number, slug) = folder.split_once('_').ok_or_else(wrong)?;
        let number: u32 = number.parse().map_err(|_| wrong())?;
        if number == 0 || slug.is_empty() {
            return Err(wrong());
        }
        let not_understood =
            |message: String| MigrationError::Plan { migration: folder.to_string(), message };
        let plan: PlanFile = match plan {
            Some(text) => serde_json::from_str(text).map_err(|error| not_understood(error.to_string()))?,
            None => PlanFile::default(),
        };
        if plan.format != FORMAT {
            let message = format!("format {}, this version reads format {FORMAT}: update it", plan.format);
            return Err(not_understood(message));
        }
        let migration = Self { number, slug: slug.to_string(), up, down, plan };
        migration.is_as_sealed("up.sql", true, &migration.plan.checksum, Self::checksum)?;
        let has_down = migration.down.is_some();
        migration.is_as_sealed("down.sql", has_down, &migration.plan.down_checksum, Self::down_checksum)?;
        Ok(migration)
    }

    /// Hashing takes time, and drafts have nothing to be compared with.
    fn is_as_sealed(
        &self,
        file: &'static str,
        is_there: bool,
        sealed: &Option<String>,
        checksum: fn(&Self) -> String,
    ) -> Result<(), MigrationError> {
        let Some(sealed) = sealed.clone() else {
            let is_guarded = self.plan.state == State::Draft || !is_there;
            return if is_guarded {
                Ok(())
            } else {
                Err(MigrationError::Unguarded { migration: self.name(), file })
            };
        };
        let found = checksum(self);
        if found == sealed {
            return Ok(());
        }
        Err(MigrationError::Edited { migration: self.name(), file, found, sealed })
    }

    /// The name of its folder.
    pub fn name(&self) -> String {
        format!("{:04}_{}", self.number, self.slug)
    }

    /// The checksum of its statements.
    pub fn checksum(&self) -> String {
        Fingerprint::of(&self.up).to_string()
    }

    /// The checksum of the statements that take it back.
    pub fn down_checksum(&self) -> String {
        Fingerprint::of(self.down.as_deref().unwrap_or_default()).to_string()
    }

    /// The statements that take it back; or why there are none, as `down.sql` says.
    pub fn back(&self) -> Result<Vec<String>, String> {
        let Some(down) = &self.down else { return Err("it has no down.sql".into()) };
        let back = statements(down);
        if !back.is_empty() {
            return Ok(back);
        }
        let comments = down.lines().filter_map(|line| line.trim().strip_prefix("--"));
        let reason: Vec<&str> = comments.map(str::trim).filter(|line| !line.is_empty()).collect();
        Err(if reason.is_empty() { "its down.sql is empty".into() } else { reason.join(" ") })
    }

    /// What taking it back takes away, a sentence each.
    pub fn back_destructive(&self) -> Vec<String> {
        if self.plan.back.is_empty() {
            let back = self.back().unwrap_or_default();
            return back.into_iter().filter(|statement| destroys(statement)).collect();
        }
        let changes = self.plan.back.iter().filter(|change| change.safety == Safety::Destructive);
        changes.map(|change| format!("{}: {}", change.table, change.what)).collect()
    }

    /// What it does that does not come back, a sentence each. Of a migration without a plan the statements tell.
    pub fn destructive(&self) -> Vec<String> {
        if self.plan.changes.is_empty() {
            return statements(&self.up).into_iter().filter(|statement| destroys(statement)).collect();
        }
        let changes = self.plan.changes.iter().filter(|change| change.safety == Safety::Destructive);
        changes.map(|change| format!("{}: {}", change.table, change.what)).collect()
    }
}

/// Whether a statement written by hand takes something away.
fn destroys(statement: &str) -> bool {
    let words: Vec<String> =
        statement.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_uppercase).collect();
    let has = |wanted: &[&str]| words.windows(wanted.len()).any(|words| words == wanted);
    let first = words.iter().find(|word| !word.is_empty()).map(String::as_str);
    // A mutation that only waits for merges (`sql::alter`).
    let changes_nothing = words.ends_with(&["WHERE".into(), "FALSE".into()]);
    matches!(first, Some("DROP" | "TRUNCATE" | "DELETE" | "DETACH"))
        || [&["DROP", "COLUMN"][..], &["DROP", "PARTITION"], &["MODIFY", "TTL"], &["CLEAR", "COLUMN"]]
            .iter()
            .any(|wanted| has(wanted))
        || (first == Some("ALTER") && (has(&["DELETE"]) || has(&["UPDATE"])) && !changes_nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(folder: &str, up: &str, plan: Option<&str>) -> Result<Migration, MigrationError> {
        Migration::read(folder, up.into(), None, plan)
    }

    #[test]
    fn a_sealed_migration_stays_as_it_is() {
        let migration = read("0007_add_status", "SELECT 1;\n", None).expect("a migration");
        assert_eq!((migration.number, migration.name()), (7, "0007_add_status".to_string()));
        let plan =
            PlanFile { state: State::Sealed, checksum: Some(migration.checksum()), ..PlanFile::default() };
        let plan = serde_json::to_string(&plan).expect("a plan");
        assert!(read("0007_add_status", "SELECT 1;\n", Some(&plan)).is_ok());
        let edited = read("0007_add_status", "SELECT 2;\n", Some(&plan)).expect_err("edited");
        assert!(matches!(edited, MigrationError::Edited { .. }), "{edited}");
        let unguarded = serde_json::to_string(&PlanFile { state: State::Sealed, ..PlanFile::default() });
        let unguarded = read("0007_add_status", "SELECT 1;\n", unguarded.ok().as_deref());
        assert!(matches!(unguarded, Err(MigrationError::Unguarded { file: "up.sql", .. })), "{unguarded:?}");
        let down = Migration::read("0007_add_status", "SELECT 1;\n".into(), Some(String::new()), Some(&plan));
        assert!(matches!(down, Err(MigrationError::Unguarded { file: "down.sql", .. })), "{down:?}");
        let newer = plan.replace("\"format\":1", "\"format\":2");
        assert!(read("0007_add_status", "SELECT 1;\n", Some(&newer)).is_err());
        for folder in ["add_status", "x_add", "0000_nothing", "7", "7_"] {
            assert!(matches!(read(folder, "", None), Err(MigrationError::Name(_))), "{folder}");
        }
    }

    #[test]
    fn what_takes_it_back_is_known_or_why_nothing_does() {
        let with = |down: Option<&str>| {
            Migration::read("0001_x", "SELECT 1".into(), down.map(String::from), None).expect("a migration")
        };
        assert_eq!(with(Some("-- Drops it.\nDROP TABLE t;")).back(), Ok(vec!["DROP TABLE t".into()]));
        assert_eq!(with(Some("-- Drops it.\nDROP TABLE t;")).back_destructive(), ["DROP TABLE t"]);
        let reason = "-- There is no way back:\n-- Its values are gone.\n";
        assert_eq!(with(Some(reason)).back(), Err("There is no way back: Its values are gone.".into()));
        assert_eq!(with(None).back(), Err("it has no down.sql".into()));
        let plan = PlanFile { down_checksum: Some("other".into()), ..PlanFile::default() };
        let plan = serde_json::to_string(&plan).expect("a plan");
        let edited = Migration::read("0001_x", String::new(), Some("SELECT 2".into()), Some(&plan));
        assert!(
            edited
                .expect_err("edited")
                .to_string()
                .starts_with("0001_x/down.sql was changed after it was sealed")
        );
    }

    #[test]
    fn statements_by_hand_tell_what_they_take_away() {
        for (statement, expected) in [
            ("DROP TABLE t", true),
            ("ALTER TABLE t DROP COLUMN a", true),
            ("ALTER TABLE t DELETE WHERE a", true),
            ("ALTER TABLE t DELETE WHERE a OR false", true),
            ("ALTER TABLE t DELETE WHERE false", false),
            ("ALTER TABLE t DROP INDEX i", false),
            ("CREATE TABLE t (a UInt8) ENGINE = Null", false),
        ] {
            let migration = read("0001_x", statement, None).expect("a migration");
            assert_eq!(!migration.destructive().is_empty(), expected, "{statement}");
        }
    }
}
