//! What a build script finds and a declaration cannot know of itself: that its files in `schemas/` and `migrations/` are not
//! what it makes. A build script that failed would hide all other errors, so it writes down what it found, and the derive
//! reports that on the declaration.

use proc_macro2::Span;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::schema::Schema;

/// The environment variable that names the file with what was found. It is set while the package is compiled, and only
/// where something was found that is an error.
pub const VARIABLE: &str = "STREAMHOUSE_FOUND";

/// What a build script says of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Files are missing, or not what the declaration makes.
    Stale,
    /// Another declaration has the same name, or makes a table of the same name.
    Clash,
}

/// What is wrong with an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// The event.
    pub event: String,
    /// The version of its declaration.
    pub version: u32,
    /// What it is about.
    pub kind: Kind,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

impl Complaint {
    /// The rule's code.
    pub fn code(&self) -> &'static str {
        match self.kind {
            Kind::Stale => "SH0517",
            Kind::Clash => "SH0518",
        }
    }

    /// The file for the derive.
    pub fn write(complaints: &[Complaint]) -> String {
        // Strings and numbers always have a JSON form.
        format!("{:#}\n", serde_json::to_value(complaints).unwrap_or_default())
    }

    /// Reads the file for the derive.
    pub fn read(text: &str) -> Result<Vec<Self>, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// The complaints about an event, as errors at the place of its name.
pub fn errors(complaints: &[Complaint], schema: &Schema, name: Span) -> Vec<Diagnostic> {
    let about = |one: &&Complaint| (&one.event, one.version) == (&schema.event, schema.version);
    let error = |one: &Complaint| Diagnostic::error(one.code(), name, &one.message, &one.help);
    complaints.iter().filter(about).map(error).collect()
}
