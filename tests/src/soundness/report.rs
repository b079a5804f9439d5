//! What came of it, in numbers and examples.

use std::collections::BTreeMap;

use serde::Serialize;

/// The numbers of a run, in the order in which they are printed.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// How many declarations were made.
    pub declarations: u64,
    /// Accepted by the compiler and by the engine.
    pub accepted: u64,
    /// Accepted by the compiler, refused by the engine: each is a bug.
    pub refused: u64,
    /// Refused by the compiler though the engine takes the table and a row.
    pub rejected_though_valid: u64,
    /// Filled and not read back equal: each is a bug.
    pub roundtrip_failures: u64,
    /// Accepted, and shown by the engine otherwise than it was declared: each is a bug.
    pub shown_differently: u64,
    /// Refused by both.
    pub rejected: u64,
    /// Not read as far as to a table that could be tried.
    pub unreadable: u64,
    /// Tables that were filled through a frame and read back.
    pub filled: u64,
    /// Tables whose own expressions refused the values that were made: a constraint, a number out of range.
    pub kept_out: BTreeMap<String, u64>,
    /// By rule, how often it alone refused what the engine takes.
    pub stricter: BTreeMap<String, u64>,
    /// By rule, how often it refused what the engine refuses too.
    pub agreed: BTreeMap<String, u64>,
    /// Each bug with what shows it, and one declaration for each rule that is stricter than the engine.
    pub examples: BTreeMap<String, Vec<Example>>,
}

/// Something that went wrong, small, and how to see it again.
#[derive(Clone, Debug, Serialize)]
pub struct Example {
    /// The number of the declaration: `--first` begins with it.
    pub number: u64,
    /// The declaration.
    pub declaration: String,
    /// What was said.
    pub message: String,
}

impl Report {
    /// Keeps an example, up to a few of a kind.
    pub fn example(&mut self, kind: &str, limit: usize, example: Example) {
        let kept = self.examples.entry(kind.into()).or_default();
        if kept.len() < limit {
            kept.push(example);
        }
    }

    /// Whether nothing went wrong.
    pub fn is_sound(&self) -> bool {
        self.refused == 0 && self.roundtrip_failures == 0 && self.shown_differently == 0
    }
}
