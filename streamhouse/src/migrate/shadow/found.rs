//! What came of trying migrations.

use std::fmt;

use serde::Serialize;
use streamhouse_schema::change::Difference;

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Those that were tried with rows, in their order.
    pub migrations: Vec<Tried>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What could not be tried, and what is wrong by intention.
    pub notes: Vec<String>,
}

/// A migration that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// Its name.
    pub migration: String,
    /// Rows that were in the tables that it is about.
    pub rows: u64,
    /// Whether it was taken back and applied again; nothing where it has no way back.
    pub back: Option<bool>,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing.
    pub kind: Kind,
    /// The migration, where it is one of them alone.
    pub migration: Option<String>,
    /// The table, where it is one.
    pub table: Option<String>,
    /// What.
    pub message: String,
    /// Where, part by part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
}

/// What kind of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// A statement fails.
    Fails,
    /// A table does not become what is declared.
    Differs,
    /// Rows or values are lost by what should keep them.
    Loses,
    /// A statement of the way back fails.
    BackFails,
    /// The way back leads elsewhere.
    BackDiffers,
}

impl Verified {
    /// Whether nothing is wrong.
    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = self.migration.iter().chain(&self.table).cloned().collect::<Vec<_>>().join(", ");
        write!(f, "{about}: {}", self.message)?;
        for difference in &self.differences {
            write!(f, "\n    {difference}")?;
        }
        Ok(())
    }
}
