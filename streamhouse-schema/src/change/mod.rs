//! What has to change for one table to become another: `(before, after) → changes`.
//!
//! | | |
//! | --- | --- |
//! | `diff` | finds the changes, in the order in which they can be made |
//! | `columns` | those of columns |
//! | `parts` | those of indexes, projections and constraints |
//! | `settled` | whether values have to be written before it |
//! | `difference` | says in words where two tables differ |
//! | `widening` | which types hold all values of which others |

mod columns;
mod diff;
mod difference;
mod parts;
mod settled;
mod widening;

pub(crate) use columns::old_column;
pub use diff::diff;
pub(crate) use diff::in_key;
#[cfg(feature = "compile")]
pub(crate) use diff::{extends_key, named, primary};
pub use difference::{Difference, differences};
pub(crate) use settled::{is_computed, is_unsettled};
pub use widening::{Conversion, between, conversion};

use std::collections::BTreeMap;

use crate::table::{Column, DefaultExpr, Part, View};

/// Where columns come from whose values go on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origins {
    /// Columns under another name, `(from, to)`.
    pub renames: Vec<(String, String)>,
    /// Columns whose values are made of those of the older table: expressions over its columns, by the new column.
    pub upcasts: BTreeMap<String, String>,
}

impl Origins {
    /// The way back: renames are turned round, and what was made of other values stays made.
    pub fn back(&self) -> Self {
        let renames = self.renames.iter().map(|(from, to)| (to.clone(), from.clone())).collect();
        Self { renames, upcasts: BTreeMap::new() }
    }
}

/// One thing that changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The table is new.
    CreateTable,
    /// The table goes, with its rows.
    DropTable,
    /// The table gets another name.
    RenameTable {
        /// The name so far.
        from: String,
        /// The new name.
        to: String,
    },
    /// A column is new.
    AddColumn {
        /// The column.
        column: Column,
        /// The column that it stands behind; it is the first where there is none.
        after: Option<String>,
    },
    /// A column goes, with its values.
    DropColumn {
        /// The column as it was.
        column: Column,
    },
    /// A column gets another name.
    RenameColumn {
        /// The name so far.
        from: String,
        /// The new name.
        to: String,
    },
    /// A column's values are stored as another type.
    ChangeType {
        /// The column as it was, under its new name.
        before: Column,
        /// The column as it will be.
        after: Column,
        /// What becomes of its values.
        conversion: Conversion,
    },
    /// A column is new, and its values are made of those of others. As long as it stands beside a column of the same name, it
    /// has another one.
    Derive {
        /// The column as it will be.
        column: Column,
        /// The column that it stands behind; it is the first where there is none.
        after: Option<String>,
        /// What its values are made of, with the names that the columns have now.
        expr: String,
        /// The column whose place it takes.
        replaces: Option<Column>,
    },
    /// A column whose values were made of those of others gets its name, and its own default.
    TakeOver {
        /// The column as it will be.
        column: Column,
        /// The column whose place it takes.
        replaces: Option<Column>,
    },
    /// Workers insert nothing until they may again.
    Pause {
        /// Why, a clause.
        why: String,
    },
    /// Workers may insert again.
    Resume,
    /// Rows that come without a value get another one.
    ChangeDefault {
        /// The column.
        column: String,
        /// Its type.
        ty: String,
        /// So far.
        before: Option<DefaultExpr>,
        /// From now on.
        after: Option<DefaultExpr>,
    },
    /// What a column says.
    ChangeColumnComment {
        /// The column.
        column: String,
        /// So far.
        before: String,
        /// From now on.
        after: String,
    },
    /// How new parts compress a column.
    ChangeCodec {
        /// The column.
        column: String,
        /// So far.
        before: Option<String>,
        /// From now on.
        after: Option<String>,
    },
    /// When a column's values fall back to the default.
    ChangeColumnTtl {
        /// The column.
        column: String,
        /// So far.
        before: Option<String>,
        /// From now on.
        after: Option<String>,
    },
    /// Settings of a column.
    ChangeColumnSettings {
        /// The column.
        column: String,
        /// So far.
        before: Vec<(String, String)>,
        /// From now on.
        after: Vec<(String, String)>,
    },
    /// What the server keeps of a column to estimate conditions by.
    ChangeStatistics {
        /// The column.
        column: String,
        /// So far.
        before: Vec<String>,
        /// From now on.
        after: Vec<String>,
    },
    /// A column stands elsewhere.
    MoveColumn {
        /// The column.
        column: String,
        /// Behind which it stood.
        before: Option<String>,
        /// Behind which it will.
        after: Option<String>,
    },
    /// A skip index is new, gone, or another under the same name.
    Index(PartChange),
    /// A projection is.
    Projection(PartChange),
    /// A constraint is.
    Constraint(PartChange),
    /// What becomes of rows with time.
    ChangeTtl {
        /// So far.
        before: Vec<String>,
        /// From now on.
        after: Vec<String>,
    },
    /// A setting of the table.
    ChangeSetting {
        /// Its name.
        name: String,
        /// So far; the server's own where there is none.
        before: Option<String>,
        /// From now on.
        after: Option<String>,
    },
    /// What the table says.
    ChangeComment {
        /// So far.
        before: String,
        /// From now on.
        after: String,
    },
    /// The sorting key goes on with columns that are new.
    ExtendKey {
        /// The key so far.
        before: Vec<String>,
        /// The new key.
        after: Vec<String>,
        /// The new columns in it, which one statement adds.
        columns: Vec<(Column, Option<String>)>,
    },
    /// What a sample is taken by.
    ChangeSample {
        /// So far.
        before: Option<String>,
        /// From now on.
        after: Option<String>,
    },
    /// A view is new, gone, or another under the same name.
    View {
        /// So far.
        before: Option<View>,
        /// From now on.
        after: Option<View>,
    },
    /// The table over the cluster is made anew: it holds no rows.
    Redistribute,
    /// No ALTER leads there: a new table takes the rows of the old one, while workers go on.
    Rebuild {
        /// Why, a clause each.
        reasons: Vec<String>,
        /// Where its columns come from.
        origins: Origins,
    },
    /// The new table takes the rows that came meanwhile, and changes places with the old one.
    Exchange {
        /// Where its columns come from.
        origins: Origins,
    },
}

/// A part of a table that has a name.
#[derive(Clone, Debug, PartialEq)]
pub struct PartChange {
    /// Its name.
    pub name: String,
    /// So far.
    pub before: Option<Part>,
    /// From now on.
    pub after: Option<Part>,
    /// The part that it stands behind; it is the first where there is none.
    pub behind: Option<String>,
}
