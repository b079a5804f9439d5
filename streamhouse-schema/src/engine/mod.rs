//! What ClickHouse knows by name: its functions, its table settings and its time zones, as the engine itself lists them.
//!
//! The lists are files, so that the compiler asks no server. A test compares them with the engine; they come from
//!
//! ```sql
//! SELECT concat(name, if(is_aggregate, ' aggregate', ''), if(deterministic = 0, ' changing', ''),
//!     if(case_insensitive, ' any_case', ''))
//! FROM system.functions WHERE match(name, '^[A-Za-z_][A-Za-z0-9_]*$') ORDER BY name; -- functions.txt
//! SELECT concat(name, ' ', type) FROM system.merge_tree_settings ORDER BY name;      -- settings.txt
//! SELECT trim(concat(name, ' ', alias_to)) FROM system.data_type_families
//! WHERE match(name, '^[A-Za-z0-9]+$') ORDER BY name;                                  -- types.txt
//! SELECT time_zone FROM system.time_zones ORDER BY time_zone;                         -- zones.txt
//! ```

/// `name [aggregate] [changing] [any_case]`, a function a line.
pub const FUNCTIONS: &str = include_str!("functions.txt");
/// `name type`, a setting of a MergeTree table a line.
pub const SETTINGS: &str = include_str!("settings.txt");
/// A time zone a line.
pub const ZONES: &str = include_str!("zones.txt");

/// `name [what it is another name for]`, a type a line.
pub const TYPES: &str = include_str!("types.txt");

/// A function of ClickHouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// It sums up many rows.
    pub aggregate: bool,
    /// It gives another value for the same arguments.
    pub changing: bool,
    /// Its name may be written in any case.
    pub any_case: bool,
}

/// The function of a name.
pub fn function(name: &str) -> Option<Function> {
    functions().find(|function| {
        function.name == name || (function.any_case && function.name.eq_ignore_ascii_case(name))
    })
}

/// All functions, by name.
pub fn functions() -> impl Iterator<Item = Function> {
    FUNCTIONS.lines().filter_map(|line| {
        let mut words = line.split(' ');
        let name = words.next()?;
        let mut function = Function { name, aggregate: false, changing: false, any_case: false };
        for word in words {
            match word {
                "aggregate" => function.aggregate = true,
                "changing" => function.changing = true,
                _ => function.any_case = true,
            }
        }
        Some(function)
    })
}

/// The settings of a MergeTree table, each with its type.
pub fn settings() -> impl Iterator<Item = (&'static str, &'static str)> {
    SETTINGS.lines().filter_map(|line| line.split_once(' '))
}

/// The type that a name is another one for; these names may be written in any case.
pub fn type_alias(name: &str) -> Option<&'static str> {
    let pairs = TYPES.lines().filter_map(|line| line.split_once(' '));
    let mut named = pairs.filter(|(alias, _)| alias.eq_ignore_ascii_case(name));
    named.next().map(|(_, own)| own)
}

/// Whether the engine knows a time zone.
pub fn knows_zone(zone: &str) -> bool {
    ZONES.lines().any(|known| known == zone)
}

/// The time zones.
pub fn zones() -> impl Iterator<Item = &'static str> {
    ZONES.lines()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_the_engine_finds_them() {
        assert_eq!(function("toYYYYMM").map(|function| function.name), Some("toYYYYMM"));
        assert_eq!(function("toyyyymm"), None);
        assert!(function("NOW").is_some_and(|now| now.changing && !now.aggregate));
        assert!(function("sum").is_some_and(|sum| sum.aggregate));
        assert!(settings().any(|setting| setting == ("index_granularity", "UInt64")));
        assert_eq!(type_alias("bigint"), Some("Int64"));
        assert_eq!(type_alias("Int64"), None);
        assert!(knows_zone("Europe/Berlin") && !knows_zone("europe/berlin"));
    }
}
