//! Reads declarations from source trees and writes their schemas and migrations.
//!
//! [`scan`] finds the declarations, through the same compiler as the derive; [`render`] says which files they make;
//! [`write()`] and [`stale`] compare those with what is there. Only this crate touches the file system.

mod files;
mod items;
mod render;
mod scan;

pub use files::{stale, write};
pub use render::{Files, render};
pub use scan::scan;
pub use streamhouse_schema::rules;
pub use streamhouse_schema::sql::create;

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
    /// A file is not Rust.
    #[error("{path}:{line}:{column}: {message}", path = path.display())]
    Syntax {
        /// Which.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What the parser says.
        message: String,
    },
    /// Declarations are wrong; all that is wrong with them, a paragraph each.
    #[error("{}", .0.join("\n"))]
    Declarations(Vec<String>),
}
