//! Reads declarations from source trees and writes their schemas and migrations.
//!
//! [`scan`] finds the declarations, through the same compiler as the derive, and [`check`] says all that there is to say about them; [`render`] says which files they make beside what a [`Repository`] holds, [`sealed`] which ones no longer change;
//! [`write()`] and [`stale`] compare those with what is there; [`changes`] and [`disagreements`] say what is between the two. [`import()`] writes a declaration of a table.
//! [`build()`] does in a build script what the others do. Only this crate touches the file system.

mod advice;
mod clashes;
mod files;
mod finding;
mod import;
mod items;
mod lock;
mod product;
mod project;
mod render;
mod repository;
mod scan;
mod script;
mod seal;
mod snippet;
mod state;

pub use advice::advise;
pub use files::{stale, write};
pub use finding::{Finding, Place};
pub use import::{Imported, declared, import, module};
pub use lock::Lock;
pub use render::{Files, render};
pub use repository::{Repository, migrations};
pub use scan::{Report, check, scan};
pub use script::build;
pub use seal::sealed;
pub use state::{Disagreement, EventChange, changes, disagreements};
pub use streamhouse_schema::change::Difference;
pub use streamhouse_schema::diagnostic::Severity;
pub use streamhouse_schema::plan::{Plan, Safety, Step};
pub use streamhouse_schema::rules;
pub use streamhouse_schema::schema::Schema;
pub use streamhouse_schema::sql::create;
pub use streamhouse_schema::table::Table;

use std::path::PathBuf;

/// Why declarations cannot be read or files not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A file or folder cannot be used.
    #[error("{path}: {source}", path = path.display())]
    Files {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Somebody else has been writing for longer than that takes.
    #[error("{path} is held by another build for longer than writing takes: end that one", path = path.display())]
    Locked {
        /// The lock.
        path: PathBuf,
    },
    /// A snapshot or a migration is not understood, or was changed.
    #[error("{path}: {message}", path = path.display())]
    Stored {
        /// Which.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// Versions that are sealed were changed, a paragraph each.
    #[error("{}", .0.join("\n\n"))]
    Sealed(Vec<String>),
    /// Declarations are wrong, or `streamhouse.toml` is; all errors.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n"))]
    Declarations(Vec<Finding>),
}
