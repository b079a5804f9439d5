//! The statements of a file of SQL.

use crate::table::words::quoted;

/// Takes a text apart at the semicolons outside of quotes and comments; without the comments that stand before, and
/// without empty ones.
pub fn statements(text: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let mut current = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' | '`' => quoted(rest, first),
            '-' if rest.starts_with("--") => line(rest),
            '#' if rest.starts_with("#!") || rest.starts_with("# ") => line(rest),
            '/' if rest.starts_with("/*") => block(rest),
            c => c.len_utf8(),
        };
        let (piece, behind) = rest.split_at(length);
        let is_comment = length > 1 && !matches!(first, '\'' | '"' | '`') && !first.is_alphanumeric();
        match first {
            ';' => end(&mut current, &mut statements),
            // What stands before a statement is for people.
            _ if is_comment && piece.len() > first.len_utf8() && current.trim().is_empty() => {}
            _ => current.push_str(piece),
        }
        rest = behind;
    }
    end(&mut current, &mut statements);
    statements
}

fn end(current: &mut String, statements: &mut Vec<String>) {
    let statement = std::mem::take(current);
    let statement = statement.trim();
    if !statement.is_empty() {
        statements.push(statement.to_string());
    }
}

fn line(text: &str) -> usize {
    text.find('\n').map_or(text.len(), |end| end + 1)
}

/// ClickHouse's comments nest.
fn block(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart() {
        let text = "-- Adds; a column\nALTER TABLE t ADD COLUMN a String DEFAULT 'it''s; \\'x\\';';\n\n\
                    /* two; /* nested */ */ SELECT 1 -- one;\n, `a;b`; ;\nSELECT 'é'";
        assert_eq!(
            statements(text),
            [
                "ALTER TABLE t ADD COLUMN a String DEFAULT 'it''s; \\'x\\';'",
                "SELECT 1 -- one;\n, `a;b`",
                "SELECT 'é'"
            ]
        );
        assert!(statements("-- nothing\n;\n").is_empty());
        assert_eq!(statements("SELECT 1 - 1 / 2"), ["SELECT 1 - 1 / 2"]);
    }
}
