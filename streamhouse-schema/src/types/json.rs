//! The parameters of a JSON column (<https://clickhouse.com/docs/sql-reference/data-types/newjson>).

use super::Type;

/// How an object is taken apart into columns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Json {
    /// How many paths have a column of their own; at most 10,000.
    pub max_dynamic_paths: u16,
    /// How many types a path keeps apart; at most 254.
    pub max_dynamic_types: u8,
    /// Paths whose type is known, by name; steps are joined by dots.
    pub paths: Vec<(String, Type)>,
    /// Paths that are not stored, by name.
    pub skip: Vec<String>,
    /// The same, by regular expressions.
    pub skip_regexp: Vec<String>,
}

impl Json {
    pub(super) const PATHS: u16 = 1024;
    pub(super) const TYPES: u8 = 32;
}

/// As ClickHouse has it where nothing is said.
impl Default for Json {
    fn default() -> Self {
        Self {
            max_dynamic_paths: Self::PATHS,
            max_dynamic_types: Self::TYPES,
            paths: Vec::new(),
            skip: Vec::new(),
            skip_regexp: Vec::new(),
        }
    }
}
