//! What does not follow a document.

use std::fmt;

use serde_json::Value;

use crate::validate::shown;

/// JSON that is no event. Mend the data: the same will be refused again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DynamicError {
    /// The event's name.
    pub event: String,
    /// Everything that does not follow the event's document, in the order of its fields.
    pub problems: Vec<Problem>,
}

/// One value that does not follow an event's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands, as a JSON Pointer (RFC 6901): `/items/0/price`; empty for the whole.
    pub path: String,
    /// What would be right.
    pub expected: String,
    /// What stands there; of a field that is marked with `pii` only its kind.
    pub found: String,
}

impl Problem {
    pub(super) fn new(path: String, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { path, expected: expected.into(), found: found.into() }
    }
}

impl std::error::Error for DynamicError {}

impl fmt::Display for DynamicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event `{}`: ", self.event)?;
        for (at, problem) in self.problems.iter().enumerate() {
            let separator = if at == 0 { "" } else { "; " };
            write!(f, "{separator}{problem}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the document" } else { &self.path };
        write!(f, "{path}: expected {}, found {}", self.expected, self.found)
    }
}

/// A value as a message shows it; a secret one only by its kind.
pub(super) fn found(value: &Value, secret: bool) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Array(items) => format!("an array of {}", items.len()),
        Value::Object(_) => "an object".into(),
        Value::Bool(_) if secret => "a truth value".into(),
        Value::Number(_) if secret => "a number".into(),
        Value::String(_) if secret => "a string".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the string {}", shown(text)),
    }
}
