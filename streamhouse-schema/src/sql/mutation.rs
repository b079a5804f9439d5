//! Commands that change rows, as `system.mutations` lists them.

use crate::expr::{Token, statement_tokens};

/// How the names of functions begin, in small letters, that give another value at another time or in another place.
const CHANGING: &[&str] = &[
    "__applyfilter",
    "arrayjoin",
    "arraypartial",
    "arrayrandom",
    "arrayshuffle",
    "auth",
    "block",
    "build",
    "catboost",
    "chdb",
    "connection",
    "cur",
    "database",
    "datetimetouuidv7",
    "default",
    "dict",
    "display",
    "dump",
    "enabled",
    "file",
    "financialnet",
    "fqdn",
    "fullhost",
    "fuzz",
    "generate",
    "get",
    "hascolumnintable",
    "host",
    "initial",
    "isconstant",
    "joinget",
    "local",
    "lowcardinality",
    "naivebayes",
    "now",
    "obfuscate",
    "query",
    "rand",
    "revision",
    "row",
    "schema",
    "server",
    "session",
    "shard",
    "tcpport",
    "timeseries",
    "timezone",
    "tocolumntypename",
    "today",
    "transaction",
    "unnest",
    "uptime",
    "user",
    "utc",
    "version",
    "yesterday",
    "zookeeper",
];

/// Whether a command does the same to a row whenever and wherever it is done: it reads no other rows, no other tables, and no clock.
pub fn looks_at_the_row_alone(command: &str) -> bool {
    let Ok(tokens) = statement_tokens(command) else { return false };
    let opens = |at: usize| matches!(tokens.get(at), Some(Token::Symbol("(")));
    tokens.iter().enumerate().all(|(at, token)| {
        let Token::Word(word) = token else { return true };
        let word = word.to_lowercase();
        match word.as_str() {
            "select" => false,
            // A table may stand behind it, where no list in brackets does.
            "in" => match tokens.get(at + 1) {
                Some(Token::Word(next)) => next.eq_ignore_ascii_case("partition"),
                Some(Token::Quoted(_)) => false,
                _ => true,
            },
            _ => !opens(at + 1) || !CHANGING.iter().any(|beginning| word.starts_with(beginning)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_look_elsewhere_are_found() {
        for (command, alone) in [
            ("(DELETE WHERE k = 11)", true),
            ("(DELETE WHERE (k IN (1, 2)) AND (name LIKE 'it\\'s now()%'))", true),
            ("(UPDATE v = concat('x', v), now = 1 WHERE (now = 2) AND match(v, '^a'))", true),
            ("(DELETE IN PARTITION '2024' WHERE k = 1)", true),
            ("(DELETE WHERE k IN (SELECT k FROM gone))", false),
            ("(DELETE WHERE k IN gone)", false),
            ("(DELETE WHERE k IN db.gone)", false),
            ("(DELETE WHERE at < (now() - toIntervalMinute(10)))", false),
            ("(DELETE WHERE at < NOW())", false),
            ("(UPDATE v = toString(rand()) WHERE 1)", false),
            ("(DELETE WHERE dictHas('gone', k))", false),
            ("(DELETE WHERE k = 1 /* why */)", false),
        ] {
            assert_eq!(looks_at_the_row_alone(command), alone, "{command}");
        }
    }

    #[cfg(feature = "compile")]
    #[test]
    fn every_function_that_changes_is_known() {
        for function in crate::engine::functions().filter(|function| function.changing) {
            assert!(
                !looks_at_the_row_alone(&format!("(DELETE WHERE {}())", function.name)),
                "{}",
                function.name
            );
        }
    }
}
