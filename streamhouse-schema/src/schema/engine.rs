//! Engines: what becomes of rows with the same sorting key, and who copies them.

use std::fmt;

use crate::expr::Name;
use crate::sql;

/// The engine of a table. `A` says where the names of columns stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Engine<A = ()> {
    /// What it does with rows.
    pub kind: EngineKind<A>,
    /// Who copies them.
    pub form: Form,
}

/// What an engine does with rows of the same sorting key when parts merge.
#[derive(Clone, Debug, PartialEq)]
pub enum EngineKind<A = ()> {
    /// It keeps them all.
    MergeTree,
    /// It keeps the last one, or the one with the greatest version.
    Replacing {
        /// The column that says which row is newer.
        version: Option<Name<A>>,
        /// The column that is 1 in the row that deletes.
        is_deleted: Option<Name<A>>,
    },
    /// It adds them up.
    Summing {
        /// The columns to add up; all numbers outside of the key where none is named.
        columns: Vec<Name<A>>,
    },
    /// It merges their aggregate states.
    Aggregating,
    /// It cancels a row against its negative.
    Collapsing {
        /// The column that is 1 or -1.
        sign: Name<A>,
    },
    /// The same, in any order.
    VersionedCollapsing {
        /// The column that is 1 or -1.
        sign: Name<A>,
        /// The column that says which rows belong together.
        version: Name<A>,
    },
    /// It keeps the last value of each column that is not NULL.
    Coalescing {
        /// The columns; all outside of the key where none is named.
        columns: Vec<Name<A>>,
    },
    /// It keeps nothing, and hands rows to views.
    Null,
}

/// Who copies the rows of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Form {
    /// Nobody.
    #[default]
    Plain,
    /// Replicas, through Keeper: at a path and under a name, or where the server's configuration says.
    Replicated(Option<(String, String)>),
    /// The storage that ClickHouse Cloud shares.
    Shared(Option<(String, String)>),
}

impl<A> EngineKind<A> {
    /// The name of the plain form.
    pub fn name(&self) -> &'static str {
        match self {
            EngineKind::MergeTree => "MergeTree",
            EngineKind::Replacing { .. } => "ReplacingMergeTree",
            EngineKind::Summing { .. } => "SummingMergeTree",
            EngineKind::Aggregating => "AggregatingMergeTree",
            EngineKind::Collapsing { .. } => "CollapsingMergeTree",
            EngineKind::VersionedCollapsing { .. } => "VersionedCollapsingMergeTree",
            EngineKind::Coalescing { .. } => "CoalescingMergeTree",
            EngineKind::Null => "Null",
        }
    }

    /// The columns that it names, in their order.
    pub fn columns(&self) -> Vec<&Name<A>> {
        match self {
            EngineKind::MergeTree | EngineKind::Aggregating | EngineKind::Null => Vec::new(),
            EngineKind::Replacing { version, is_deleted } => version.iter().chain(is_deleted).collect(),
            EngineKind::Summing { columns } | EngineKind::Coalescing { columns } => columns.iter().collect(),
            EngineKind::Collapsing { sign } => vec![sign],
            EngineKind::VersionedCollapsing { sign, version } => vec![sign, version],
        }
    }

    /// Whether it keeps no rows at all.
    pub fn keeps_nothing(&self) -> bool {
        matches!(self, EngineKind::Null)
    }

    /// Whether a row that comes twice is seen twice for good.
    pub fn adds_up(&self) -> bool {
        !matches!(self, EngineKind::MergeTree | EngineKind::Replacing { .. })
    }

    /// The engine without places.
    pub fn strip(self) -> EngineKind {
        let all = |columns: Vec<Name<A>>| columns.into_iter().map(Name::strip).collect();
        match self {
            EngineKind::MergeTree => EngineKind::MergeTree,
            EngineKind::Replacing { version, is_deleted } => EngineKind::Replacing {
                version: version.map(Name::strip),
                is_deleted: is_deleted.map(Name::strip),
            },
            EngineKind::Summing { columns } => EngineKind::Summing { columns: all(columns) },
            EngineKind::Aggregating => EngineKind::Aggregating,
            EngineKind::Collapsing { sign } => EngineKind::Collapsing { sign: sign.strip() },
            EngineKind::VersionedCollapsing { sign, version } => {
                EngineKind::VersionedCollapsing { sign: sign.strip(), version: version.strip() }
            }
            EngineKind::Coalescing { columns } => EngineKind::Coalescing { columns: all(columns) },
            EngineKind::Null => EngineKind::Null,
        }
    }
}

impl<A> Engine<A> {
    /// The engine without places.
    pub fn strip(self) -> Engine {
        Engine { kind: self.kind.strip(), form: self.form }
    }
}

impl<A> fmt::Display for Engine<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, place) = match &self.form {
            Form::Plain => ("", &None),
            Form::Replicated(place) => ("Replicated", place),
            Form::Shared(place) => ("Shared", place),
        };
        let mut arguments: Vec<String> =
            place.iter().flat_map(|(path, replica)| [sql::string(path), sql::string(replica)]).collect();
        let names: Vec<String> =
            self.kind.columns().into_iter().map(|column| sql::name(&column.text)).collect();
        match &self.kind {
            EngineKind::Summing { .. } | EngineKind::Coalescing { .. } if names.len() > 1 => {
                arguments.push(format!("({})", names.join(", ")));
            }
            _ => arguments.extend(names),
        }
        write!(f, "{prefix}{}", self.kind.name())?;
        if arguments.is_empty() { Ok(()) } else { write!(f, "({})", arguments.join(", ")) }
    }
}
