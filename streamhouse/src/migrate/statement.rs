//! What a statement is about, as far as a runner has to know.

use streamhouse_schema::sql;

use crate::sink::SinkError;

/// Where to go on after so many statements: a copy that was interrupted begins with what takes its first attempt away. What was
/// copied partition by partition is kept elsewhere (`copy`).
pub(super) fn first(statements: &[String], done: u32) -> usize {
    let done = done as usize;
    let Some(before) = done.checked_sub(1) else { return 0 };
    let is = |at: usize, start: &str, part: &str| {
        statements.get(at).is_some_and(|statement| statement.starts_with(start) && statement.contains(part))
    };
    let copies =
        is(done, "INSERT", "SELECT") && (is(before, "TRUNCATE", "") || is(before, "ALTER", " DELETE WHERE "));
    let clones = is(done, "CREATE TABLE", " CLONE AS ") && is(before, "DROP TABLE", "");
    if copies || clones { before } else { done }
}

/// The table in `INSERT INTO streamhouse_seams (…) VALUES ('table', true, …)`.
pub(super) fn paused(statement: &str) -> Option<String> {
    let values =
        statement.strip_prefix("INSERT INTO ")?.strip_prefix(sql::SEAMS)?.split_once(" VALUES ('")?.1;
    values.split_once("', true, ").map(|(table, _)| table.to_string())
}

/// Whether a statement says how frames of an older version are inserted.
pub(super) fn is_upcast(statement: &str) -> bool {
    statement.strip_prefix("INSERT INTO ").is_some_and(|rest| rest.starts_with(sql::UPCASTS))
}

/// The table under whose name a rebuild keeps the old one: `RENAME TABLE … TO table__old`.
pub(super) fn kept(statement: &str) -> Option<String> {
    let (rebuilt, name) = statement.strip_prefix("RENAME TABLE ")?.split_once(" TO ")?;
    let is_old = |name: &String| {
        name.strip_suffix("__old").is_some_and(|table| sql::rebuilt_name(table) == first_name(rebuilt))
    };
    Some(first_name(name)).filter(is_old)
}

/// The table in `EXCHANGE TABLES table AND …`.
pub(super) fn exchanged(statement: &str) -> Option<String> {
    statement.strip_prefix("EXCHANGE TABLES ").map(first_name)
}

/// Table and column in `ALTER TABLE table MODIFY COLUMN column …`.
pub(super) fn modified(statement: &str) -> Option<(String, String)> {
    let (_, rest) = statement.split_once(" MODIFY COLUMN ")?;
    Some((altered(statement)?, first_name(rest)))
}

/// The table in `ALTER TABLE table …`.
pub(super) fn altered(statement: &str) -> Option<String> {
    statement.strip_prefix("ALTER TABLE ").map(first_name)
}

/// What a statement needs of the server beside itself.
pub(super) fn settings(statement: &str) -> &'static [(&'static str, &'static str)] {
    let is_own = |name: String| name.ends_with("__rebuilt") || name.ends_with("__copied");
    let drops =
        ["DROP TABLE IF EXISTS ", "TRUNCATE TABLE "].iter().find_map(|word| statement.strip_prefix(word));
    match statement.strip_prefix("INSERT INTO ").map(first_name) {
        // Two blocks may well be equal, and none of them has come before.
        Some(table) if is_own(table.clone()) => {
            &[("max_partitions_per_insert_block", "0"), ("insert_deduplicate", "0")]
        }
        Some(_) => &[("max_partitions_per_insert_block", "0")],
        // Servers refuse to drop tables of more than 50 GB; these are copies.
        // What a table has already is let be in its copy.
        None if statement.starts_with("CREATE TABLE ") && statement.contains(" CLONE AS ") => {
            &[("allow_suspicious_low_cardinality_types", "1")]
        }
        None if drops.is_some_and(|table| is_own(first_name(table))) => &[("max_table_size_to_drop", "0")],
        None => &[],
    }
}

fn first_name(text: &str) -> String {
    match text.strip_prefix('`') {
        Some(rest) => rest.split('`').next().unwrap_or_default().to_string(),
        None => text.split_whitespace().next().unwrap_or_default().to_string(),
    }
}

/// Whether a statement that was interrupted is refused because it was done.
pub(super) fn was_done(statement: &str, error: &SinkError) -> bool {
    let SinkError::Server { code, message, .. } = error else { return false };
    match code {
        // BAD_ARGUMENTS: `Column … doesn't have CODEC, cannot remove it`.
        36 => statement.contains(" REMOVE ") && message.contains("cannot remove"),
        // UNKNOWN_TABLE, TABLE_ALREADY_EXISTS.
        57 | 60 => statement.starts_with("RENAME TABLE "),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupted_copy_begins_anew() {
        let statements: Vec<String> =
            ["CREATE TABLE a", "TRUNCATE TABLE a", "INSERT INTO a", "EXCHANGE TABLES b AND a"]
                .map(String::from)
                .into();
        let statements: Vec<String> =
            statements.into_iter().map(|text| text.replace("INTO a", "INTO a SELECT")).collect();
        assert_eq!([0, 1, 2, 3, 4].map(|done| first(&statements, done)), [0, 1, 1, 3, 4]);
        let statements: Vec<String> = [
            "DROP TABLE a__copied",
            "CREATE TABLE a__copied CLONE AS a",
            "ALTER TABLE b DELETE WHERE c",
            "INSERT INTO b SELECT * FROM a",
            "INSERT INTO streamhouse_seams (table, closed, why) VALUES ('a', true, '')",
        ]
        .map(String::from)
        .into();
        assert_eq!([0, 1, 2, 3, 4].map(|done| first(&statements, done)), [0, 0, 2, 2, 4]);
        assert_eq!(paused(&statements[4]).as_deref(), Some("a"));
        assert_eq!(paused(&statements[4].replace("true", "false")), None);
    }

    #[test]
    fn copies_may_be_large_and_equal() {
        let names = |statement: &str| settings(statement).iter().map(|(name, _)| *name).collect::<Vec<_>>();
        assert_eq!(
            names("INSERT INTO `a b__rebuilt` (x) SELECT x"),
            ["max_partitions_per_insert_block", "insert_deduplicate"]
        );
        assert_eq!(names("INSERT INTO t SELECT 1"), ["max_partitions_per_insert_block"]);
        assert_eq!(names("DROP TABLE IF EXISTS t__copied"), ["max_table_size_to_drop"]);
        assert_eq!(names("CREATE TABLE t__copied CLONE AS t"), ["allow_suspicious_low_cardinality_types"]);
        for other in ["DROP TABLE IF EXISTS t", "ALTER TABLE t__rebuilt DELETE WHERE x"] {
            assert!(names(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn tables_are_found_in_statements() {
        assert_eq!(exchanged("EXCHANGE TABLES `a b` AND c").as_deref(), Some("a b"));
        assert_eq!(altered("ALTER TABLE t ON CLUSTER c ADD COLUMN x Int8").as_deref(), Some("t"));
        assert_eq!(altered("CREATE TABLE t"), None);
        assert_eq!(kept("RENAME TABLE `a b__rebuilt` TO `a b__old`").as_deref(), Some("a b__old"));
        assert_eq!(kept("RENAME TABLE a TO a__old"), None);
    }
}
