//! Statements for a server that stands alone: without clusters, and without those who copy rows.

use crate::table::EngineWords;
use crate::table::words::quoted;

/// The text without `ON CLUSTER …`, and with engines in their plain form. What stands in quotes stays.
pub fn alone(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let starts = out.is_empty() || out.ends_with(|c: char| !c.is_alphanumeric() && c != '_');
        if let Some(behind) = rest.strip_prefix("ON CLUSTER ").filter(|_| starts) {
            rest = behind[name(behind)..].trim_start_matches(' ');
            continue;
        }
        if starts && (rest.starts_with("Replicated") || rest.starts_with("Shared")) {
            let engine = &rest[..engine(rest)];
            out.push_str(&EngineWords::of(engine).plain);
            rest = &rest[engine.len()..];
            continue;
        }
        let length = match first {
            '\'' | '`' | '"' => quoted(rest, first),
            c => c.len_utf8(),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out
}

fn word(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// The length of a name, with its quotes.
fn name(text: &str) -> usize {
    match text.chars().next() {
        Some(quote @ ('`' | '"' | '\'')) => quoted(text, quote),
        _ => word(text),
    }
}

/// The length of an engine with its arguments.
fn engine(text: &str) -> usize {
    let name = word(text);
    let (mut depth, mut at) = (0_usize, name);
    while let Some(c) = text[at..].chars().next() {
        match c {
            '\'' | '`' | '"' => {
                at += quoted(&text[at..], c);
                continue;
            }
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => return at,
            _ => {}
        }
        at += c.len_utf8();
        if depth == 0 {
            return at;
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_made_for_one_server() {
        for (text, expected) in [
            (
                "CREATE TABLE t ON CLUSTER `a b`\n(\n    a String DEFAULT 'ON CLUSTER x'\n)\nENGINE = ReplicatedReplacingMergeTree('/{shard}/t', '{replica}', a)\nORDER BY a",
                "CREATE TABLE t \n(\n    a String DEFAULT 'ON CLUSTER x'\n)\nENGINE = ReplacingMergeTree(a)\nORDER BY a",
            ),
            ("ALTER TABLE t ON CLUSTER main ADD COLUMN b UInt8", "ALTER TABLE t ADD COLUMN b UInt8"),
            (
                "ENGINE = ReplicatedMergeTree ORDER BY NonReplicated",
                "ENGINE = MergeTree ORDER BY NonReplicated",
            ),
            ("SELECT ReplicatedThing", "SELECT ReplicatedThing"),
        ] {
            assert_eq!(alone(text), expected);
        }
    }
}
