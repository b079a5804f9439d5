//! What ClickHouse knows by name: its functions, its table settings and its time zones, as the engine itself lists them.
//!
//! The lists are files, so that the compiler asks no server: [`LISTS`] says which, and how the engine gives them.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::version::Version;

/// `name [aggregate] [changing] [any_case]`, a function a line.
pub const FUNCTIONS: &str = include_str!("functions.txt");
/// `name type`, a setting of a MergeTree table a line.
pub const SETTINGS: &str = include_str!("settings.txt");
/// A time zone a line.
pub const ZONES: &str = include_str!("zones.txt");

/// `name [what it is another name for]`, a type a line.
pub const TYPES: &str = include_str!("types.txt");
/// A type a line, with its parameters left out.
pub const DATA_TYPES: &str = include_str!("data_types.txt");
/// What may follow the name of an aggregate function, a line each.
pub const COMBINATORS: &str = include_str!("combinators.txt");
/// `name [any_case] [what it is another name for]`, an aggregate function a line.
pub const AGGREGATES: &str = include_str!("aggregates.txt");
/// The engine of a table a line.
pub const ENGINES: &str = include_str!("engines.txt");

/// `name release`, a function that is younger than the oldest server that is supported a line.
pub const FUNCTIONS_SINCE: &str = include_str!("functions_since.txt");
/// `name release`, a setting of a MergeTree table that is as young a line.
pub const SETTINGS_SINCE: &str = include_str!("settings_since.txt");

/// A list, and the query that gives it: `cargo xtask codegen` writes them, and a test compares them with the engine.
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// The file beside this one.
    pub file: &'static str,
    /// What the file holds.
    pub text: &'static str,
    /// Gives the file's lines.
    pub query: &'static str,
}

/// All lists.
pub const LISTS: &[List] = &[
    List {
        file: "functions.txt",
        text: FUNCTIONS,
        query: "SELECT concat(name, if(is_aggregate, ' aggregate', ''), if(deterministic = 0, ' changing', ''), \
                if(case_insensitive, ' any_case', '')) FROM system.functions \
                WHERE match(name, '^[A-Za-z_][A-Za-z0-9_]*$') ORDER BY name",
    },
    List {
        file: "settings.txt",
        text: SETTINGS,
        query: "SELECT concat(name, ' ', type) FROM system.merge_tree_settings ORDER BY name",
    },
    List {
        file: "zones.txt",
        text: ZONES,
        query: "SELECT time_zone FROM system.time_zones ORDER BY time_zone",
    },
    List {
        file: "data_types.txt",
        text: DATA_TYPES,
        query: "SELECT name FROM system.data_type_families WHERE match(name, '^[A-Za-z_][A-Za-z0-9_]*$') ORDER BY name",
    },
    List {
        file: "types.txt",
        text: TYPES,
        query: "SELECT trim(concat(name, ' ', alias_to)) FROM system.data_type_families \
                WHERE match(name, '^[A-Za-z0-9]+$') ORDER BY name",
    },
    List {
        file: "combinators.txt",
        text: COMBINATORS,
        query: "SELECT name FROM system.aggregate_function_combinators ORDER BY name",
    },
    List {
        file: "aggregates.txt",
        text: AGGREGATES,
        query: "SELECT trim(concat(name, if(case_insensitive, ' any_case', ''), if(alias_to = '', '', concat(' ', alias_to)))) \
                FROM system.functions WHERE is_aggregate AND match(name, '^[A-Za-z_][A-Za-z0-9_]*$') ORDER BY name",
    },
    List { file: "engines.txt", text: ENGINES, query: "SELECT name FROM system.table_engines ORDER BY name" },
    // Another name has no release of its own.
    List {
        file: "functions_since.txt",
        text: FUNCTIONS_SINCE,
        query: "SELECT concat(f.name, ' ', arrayStringConcat(arraySlice(splitByChar('.', since), 1, 2), '.')) FROM \
                (SELECT one.name AS name, if(one.introduced_in = '', original.introduced_in, one.introduced_in) AS since \
                FROM system.functions AS one LEFT JOIN system.functions AS original ON one.alias_to = original.name) AS f \
                WHERE match(f.name, '^[A-Za-z_][A-Za-z0-9_]*$') AND since != '' \
                AND arrayMap(part -> toUInt16OrZero(part), arraySlice(splitByChar('.', since), 1, 2)) > [24, 8] ORDER BY f.name",
    },
    // The record says what became other in a release: settings that are new, and the defaults of two older ones.
    List {
        file: "settings_since.txt",
        text: SETTINGS_SINCE,
        query: "SELECT concat(name, ' ', arrayStringConcat(min(release), '.')) FROM \
                (SELECT change.name AS name, arrayMap(part -> toUInt16(part), splitByChar('.', version)) AS release \
                FROM system.settings_changes ARRAY JOIN changes AS change WHERE type = 'MergeTree') \
                WHERE name IN (SELECT name FROM system.merge_tree_settings) \
                AND name NOT IN ('replicated_deduplication_window', 'replicated_deduplication_window_seconds') \
                GROUP BY name HAVING min(release) > [24, 8] ORDER BY name",
    },
];

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

/// The function of a name; an aggregate function may carry combinators, as in `countIf` and `sumState`.
pub fn function(name: &str) -> Option<Function> {
    plain_function(name).or_else(|| {
        COMBINATORS
            .lines()
            .filter_map(|combinator| name.strip_suffix(combinator))
            .find_map(|base| function(base).filter(|known| known.aggregate && !base.is_empty()))
    })
}

/// The functions by name, and by their small letters where any case will do: a crate with many events asks for thousands.
static BY_NAME: LazyLock<[HashMap<String, Function>; 2]> = LazyLock::new(|| {
    let exact = functions().map(|function| (function.name.to_string(), function)).collect();
    let any_case = functions().filter(|function| function.any_case);
    [exact, any_case.map(|function| (function.name.to_ascii_lowercase(), function)).collect()]
});

fn plain_function(name: &str) -> Option<Function> {
    let [exact, any_case] = &*BY_NAME;
    exact.get(name).or_else(|| any_case.get(&name.to_ascii_lowercase())).copied()
}

/// The release that brought a function, where that is younger than the oldest server that is supported.
pub fn function_since(name: &str) -> Option<Version> {
    static KNOWN: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| since(FUNCTIONS_SINCE));
    KNOWN.get(name)?.parse().ok()
}

/// The release that brought a setting, where that is younger than the oldest server that is supported.
pub fn setting_since(name: &str) -> Option<Version> {
    static KNOWN: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| since(SETTINGS_SINCE));
    KNOWN.get(name)?.parse().ok()
}

fn since(list: &'static str) -> HashMap<&'static str, &'static str> {
    list.lines().filter_map(|line| line.split_once(' ')).collect()
}

/// The names of types.
pub fn data_types() -> impl Iterator<Item = &'static str> {
    DATA_TYPES.lines()
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

/// The names of table engines.
pub fn engines() -> impl Iterator<Item = &'static str> {
    ENGINES.lines()
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
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| zones().collect());
    KNOWN.contains(zone)
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
        assert!(function("sumIfState").is_some_and(|sum| sum.aggregate));
        assert_eq!((function("toYYYYMMIf"), function("State")), (None, None));
        assert!(data_types().any(|name| name == "DateTime64"));
        assert!(function("sum").is_some_and(|sum| sum.aggregate));
        assert!(settings().any(|setting| setting == ("index_granularity", "UInt64")));
        assert_eq!(function_since("toTime64").map(|since| since.to_string()), Some("25.6".into()));
        assert_eq!(function_since("toYYYYMM"), None);
        assert_eq!(
            setting_since("default_compression_codec").map(|since| since.to_string()),
            Some("25.4".into())
        );
        let releases = |list: &'static str| {
            list.lines().filter_map(|line| line.split_once(' ')?.1.parse::<Version>().ok())
        };
        assert_eq!(releases(FUNCTIONS_SINCE).count(), FUNCTIONS_SINCE.lines().count());
        assert_eq!(releases(SETTINGS_SINCE).count(), SETTINGS_SINCE.lines().count());
        assert_eq!(type_alias("bigint"), Some("Int64"));
        assert_eq!(type_alias("Int64"), None);
        assert!(knows_zone("Europe/Berlin") && !knows_zone("europe/berlin"));
    }
}
