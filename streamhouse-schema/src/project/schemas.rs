//! What is done with `schemas/` and `migrations/`.

use super::ProjectError;
use super::toml::{Placed, Value};
use crate::compat::Mode;

/// The table `[schemas]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schemas {
    /// Whether a build script may write drafts into the tree. Without it, it only says what is missing.
    pub write: bool,
    /// Which changes of events are breaches, unless a declaration says otherwise.
    pub compatibility: Mode,
}

impl Schemas {
    /// The keys of the table.
    pub(super) const KEYS: &[&str] = &["write", "compatibility"];

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

    /// Reads the key `compatibility`.
    pub(super) fn read_compatibility(&mut self, value: &Placed<Value>) -> Result<(), ProjectError> {
        let mode = match &value.value {
            Value::Text(word) => word.parse().ok(),
            _ => None,
        };
        self.compatibility = mode.ok_or_else(|| ProjectError {
            code: "SH0513",
            place: value.place.clone(),
            message: "this is no mode of compatibility".into(),
            help: format!("write `compatibility = \"backward\"`; the modes are {}", Mode::words().join(", ")),
        })?;
        Ok(())
    }
}
