//! What a view writes is compared with the struct that declares its target, while the program is compiled.

use streamhouse_schema::sql::{FED_COLUMN, FED_TYPE};

/// A column that a view writes.
pub struct Column {
    /// Its name, as the statement that creates a table writes it.
    pub name: &'static str,
    /// How the types begin that hold its values; none where its type is not known.
    pub cores: &'static [&'static str],
    /// Whether it may be NULL.
    pub nullable: bool,
    /// What to say where the table has no such column that can be written.
    pub missing: &'static str,
    /// What to say where that holds other values.
    pub misfit: &'static str,
}

/// The first thing that is wrong with writing these columns into the table that a statement creates.
pub const fn wrong(create: &str, columns: &[Column]) -> Option<&'static str> {
    let create = create.as_bytes();
    let mut at = 0;
    while at < columns.len() {
        let column = &columns[at];
        match type_of(create, column.name.as_bytes()) {
            None => return Some(column.missing),
            Some(start) if !column.cores.is_empty() && !holds(create, start, column) => {
                return Some(column.misfit);
            }
            Some(_) => {}
        }
        at += 1;
    }
    None
}

/// What is wrong with how a view and its target, which a statement creates, say what that was fed. `by` is the key of the target's
/// partitions, where the view writes it down in each; the messages say that the column is missing, that the view does not fill it,
/// and that the partitions are others.
pub const fn unfed(create: &str, by: Option<&str>, messages: [&'static str; 3]) -> Option<&'static str> {
    let is_told = match type_of(create.as_bytes(), FED_COLUMN.as_bytes()) {
        Some(start) => begins(create.as_bytes(), start, FED_TYPE.as_bytes()),
        None => false,
    };
    match by {
        None if is_told => Some(messages[1]),
        Some(_) if !is_told => Some(messages[0]),
        Some(by) if !is_partitioned(create.as_bytes(), by.as_bytes()) => Some(messages[2]),
        _ => None,
    }
}

/// Whether a table is partitioned by a key, which is empty where it is not partitioned. The clause stands on a line of its own.
const fn is_partitioned(create: &[u8], by: &[u8]) -> bool {
    const CLAUSE: &[u8] = b"\nPARTITION BY ";
    let mut at = 0;
    while at < create.len() {
        let start = at + CLAUSE.len();
        if begins(create, at, CLAUSE) {
            // The declaration's parentheses around one key say nothing.
            let inner = start < create.len() && create[start] == b'(' && begins(create, start + 1, by);
            let end = start + by.len();
            return begins(create, start, by) && (end >= create.len() || create[end] == b'\n')
                || inner
                    && begins(create, end + 1, b")")
                    && (end + 2 >= create.len() || create[end + 2] == b'\n');
        }
        at += 1;
    }
    by.is_empty()
}

/// Where the type of a column begins: each column stands on a line of its own. One that is computed cannot be written.
const fn type_of(create: &[u8], name: &[u8]) -> Option<usize> {
    const INDENT: &[u8] = b"\n    ";
    let mut at = 0;
    while at < create.len() {
        let start = at + INDENT.len();
        if begins(create, at, INDENT) && begins(create, start, name) {
            let after = start + name.len();
            if after < create.len() && create[after] == b' ' {
                let end = end_of_type(create, after + 1);
                let computed = begins(create, end, b" MATERIALIZED ") || begins(create, end, b" ALIAS ");
                return if computed { None } else { Some(after + 1) };
            }
        }
        at += 1;
    }
    None
}

/// Behind a type stands a space, a comma or the end of the line, outside of its brackets and strings.
const fn end_of_type(text: &[u8], mut at: usize) -> usize {
    let (mut depth, mut quoted) = (0_usize, false);
    while at < text.len() {
        match text[at] {
            b'\\' if quoted => at += 1,
            b'\'' => quoted = !quoted,
            _ if quoted => {}
            b'(' => depth += 1,
            b')' if depth == 0 => return at,
            b')' => depth -= 1,
            b' ' | b',' | b'\n' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// Whether the type that begins there holds the column's values. Dictionaries, NULL and functions that merge are around it.
const fn holds(text: &[u8], mut at: usize, column: &Column) -> bool {
    let mut null = false;
    loop {
        if begins(text, at, b"LowCardinality(") {
            at += b"LowCardinality(".len();
        } else if begins(text, at, b"Nullable(") {
            at += b"Nullable(".len();
            null = true;
        } else if begins(text, at, b"SimpleAggregateFunction(") {
            at += b"SimpleAggregateFunction(".len();
            // Over the function's name.
            at = end_of_type(text, at) + 2;
        } else {
            break;
        }
    }
    if column.nullable && !null {
        return false;
    }
    let mut which = 0;
    while which < column.cores.len() {
        let core = column.cores[which].as_bytes();
        if begins(text, at, core) && is_end(text, at + core.len()) {
            return true;
        }
        which += 1;
    }
    false
}

/// A moment may have a zone behind it, in parentheses of its own.
const fn is_end(text: &[u8], at: usize) -> bool {
    at >= text.len() || matches!(text[at], b'(' | b')' | b',' | b' ' | b'\n')
}

const fn begins(text: &[u8], at: usize, start: &[u8]) -> bool {
    if at + start.len() > text.len() {
        return false;
    }
    let mut index = 0;
    while index < start.len() {
        if text[at + index] != start[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// Whether two texts are the same.
pub const fn same(left: &str, right: &str) -> bool {
    left.len() == right.len() && begins(left.as_bytes(), 0, right.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: &str = "CREATE TABLE IF NOT EXISTS t\n(\n    day Date COMMENT 'x\\n    hits UInt8',\n    hits \
        SimpleAggregateFunction(sum, UInt64),\n    `a b` LowCardinality(Nullable(String)) CODEC(ZSTD(1)),\n    \
        at DateTime64(3, 'UTC'),\n    m UInt8 MATERIALIZED 1,\n    e Enum8('a, \\'b)' = 1) ALIAS 'a',\n    d \
        Decimal(18, 4)\n)\nENGINE = MergeTree";

    fn check(name: &'static str, cores: &'static [&'static str], nullable: bool) -> Option<&'static str> {
        wrong(CREATE, &[Column { name, cores, nullable, missing: "missing", misfit: "misfit" }])
    }

    #[test]
    fn columns_are_found_and_compared() {
        assert_eq!(check("day", &["Date"], false), None);
        assert_eq!(check("day", &["Date32"], false), Some("misfit"));
        assert_eq!(check("day", &["Date"], true), Some("misfit"));
        assert_eq!(check("day", &[], false), None);
        assert_eq!(check("hits", &["UInt32", "UInt64"], false), None);
        assert_eq!(check("hits", &["UInt8"], false), Some("misfit"));
        assert_eq!(check("`a b`", &["String"], true), None);
        assert_eq!(check("at", &["DateTime64(3"], false), None);
        assert_eq!(check("at", &["DateTime64(6"], false), Some("misfit"));
        assert_eq!(check("d", &["Decimal(18, 4)"], false), None);
        assert_eq!(unfed(CREATE, None, ["missing", "unsaid", "other"]), None);
        assert_eq!(unfed(CREATE, Some(""), ["missing", "unsaid", "other"]), Some("missing"));
        for (clause, by, expected) in [
            ("", None, Some("unsaid")),
            ("", Some(""), None),
            ("", Some("day"), Some("other")),
            ("\nPARTITION BY day", Some("day"), None),
            ("\nPARTITION BY (day)\nORDER BY a", Some("day"), None),
            ("\nPARTITION BY (day, a)", Some("(day, a)"), None),
            ("\nPARTITION BY days", Some("day"), Some("other")),
            ("\nPARTITION BY day", Some(""), Some("other")),
        ] {
            let create = format!("CREATE TABLE t\n(\n    _fed {FED_TYPE}\n)\nENGINE = M{clause}");
            assert_eq!(unfed(&create, by, ["missing", "unsaid", "other"]), expected, "{clause} {by:?}");
        }
        for gone in ["m", "e", "hit", "da", "ENGINE"] {
            assert_eq!(check(gone, &[], false), Some("missing"), "{gone}");
        }
    }
}
