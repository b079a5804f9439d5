//! What is done with `schemas/` and `migrations/`.

use super::ProjectError;
use super::toml::{Placed, Value};

/// The table `[schemas]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schemas {
    /// Whether a build script may write drafts into the tree. Without it, it only says what is missing.
    pub write: bool,
}

impl Schemas {
    /// The keys of the table.
    pub(super) const KEYS: &[&str] = &["write"];

    /// Reads the key `write`.
    pub(super) fn read_write(&mut self, value: &Placed<Value>) -> Result<(), ProjectError> {
        let Value::Truth(write) = value.value else {
            return Err(ProjectError {
                code: "SH0513",
                place: value.place.clone(),
                message: "`write` is `true` or `false`".into(),
                help: "write `write = true` where builds may write `schemas/` and `migrations/`".into(),
            });
        };
        self.write = write;
        Ok(())
    }
}
