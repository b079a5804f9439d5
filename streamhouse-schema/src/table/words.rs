//! The names in a text of SQL: enough to find a column in an expression, and to give it another name there.

/// A piece of a text: names, and all else.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    /// A name, without its quotes, and whether a call's parenthesis follows it.
    Name(String, bool),
    /// Anything else, as it stands.
    Other(&'a str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '`' | '"' => quoted(rest, first),
            c if c == '_' || c.is_alphabetic() => word(rest),
            // A number may have letters in it.
            c if c.is_ascii_digit() => {
                rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_').unwrap_or(rest.len())
            }
            c => c.len_utf8(),
        };
        let (piece, behind) = rest.split_at(length);
        let called = behind.trim_start().starts_with('(');
        pieces.push(match first {
            '`' | '"' => Piece::Name(unquoted(piece), false),
            c if c == '_' || c.is_alphabetic() => Piece::Name(piece.into(), called),
            _ => Piece::Other(piece),
        });
        rest = behind;
    }
    pieces
}

/// The length of a word. An element of a Nested is one word with it: `items.price`.
fn word(text: &str) -> usize {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let mut end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    while let Some(more) = text[end..].strip_prefix('.')
        && more.starts_with(|c: char| c == '_' || c.is_alphabetic())
    {
        end += 1 + more.find(|c| !is_word(c)).unwrap_or(more.len());
    }
    end
}

/// The length of what stands in quotes, with them. A doubled quote is two texts in a row, which comes to the same.
pub(crate) fn quoted(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// A name without the quotes around it.
pub(crate) fn unquoted(text: &str) -> String {
    let inner = &text[1..text.len().saturating_sub(1).max(1)];
    let (mut out, mut chars) = (String::new(), inner.chars());
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    out
}

/// A name as it is, with or without quotes around it.
pub(crate) fn bare(name: &str) -> String {
    if name.starts_with('`') { unquoted(name) } else { name.to_string() }
}

/// Whether a name is the column, or something below it: `payload`, `payload.kind`.
fn is(name: &str, column: &str) -> bool {
    name.strip_prefix(column).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a text uses a column.
pub(crate) fn mentions(text: &str, column: &str) -> bool {
    pieces(text).iter().any(|piece| matches!(piece, Piece::Name(name, false) if is(name, column)))
}

/// The text, with columns under other names; `(from, to)`, all at once.
pub(crate) fn renamed(text: &str, names: &[(String, String)]) -> String {
    let other = |name: &str| {
        names.iter().find(|(from, _)| is(name, from)).map(|(from, to)| format!("{to}{}", &name[from.len()..]))
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    for piece in pieces(text) {
        match piece {
            Piece::Other(piece) => {
                out.push_str(piece);
                rest = &rest[piece.len()..];
            }
            Piece::Name(name, called) => {
                let length = match rest.chars().next() {
                    Some(quote @ ('`' | '"')) => quoted(rest, quote),
                    _ => word(rest),
                };
                match other(&name).filter(|_| !called) {
                    Some(to) => out.push_str(&crate::sql::path(&to)),
                    None => out.push_str(&rest[..length]),
                }
                rest = &rest[length..];
            }
        }
    }
    out
}

/// The text, with names that begin with a database and a dot without both.
pub(crate) fn without_prefix(text: &str, database: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut behind_dot) = (text, false);
    let prefixes = [format!("{database}."), format!("`{database}`.")];
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '`' | '"' => quoted(rest, first),
            c if c == '_' || c.is_alphanumeric() => {
                rest.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(rest.len())
            }
            c => c.len_utf8(),
        };
        let prefix = prefixes.iter().find(|prefix| !behind_dot && rest.starts_with(prefix.as_str()));
        let piece = match prefix {
            Some(prefix) => {
                rest = &rest[prefix.len()..];
                continue;
            }
            None => &rest[..length],
        };
        out.push_str(piece);
        behind_dot = piece == ".";
        rest = &rest[length..];
    }
    out
}

/// A selection as a server prints it, which reads another table of the database in place of one; `None` where it does not read that.
/// Columns may stand behind the name of the one, which goes on meaning the other.
pub fn reading(select: &str, database: &str, table: &str, other: &str) -> Option<String> {
    let (from, to) = (crate::sql::name(table), crate::sql::name(other));
    let database = crate::sql::name(database);
    let mut out = String::with_capacity(select.len());
    let (mut rest, mut last, mut reads) = (select, "", false);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '`' | '"' => quoted(rest, first),
            c if c == '_' || c.is_alphanumeric() => plain(rest),
            c => c.len_utf8(),
        };
        let (piece, behind) = rest.split_at(length);
        let named = behind.strip_prefix('.').map(|behind| {
            behind.split_at(if behind.starts_with('`') { quoted(behind, '`') } else { plain(behind) })
        });
        rest = match named.filter(|(name, _)| last != "." && same(piece, &database) && same(name, &from)) {
            Some((_, behind)) if behind.starts_with('.') => {
                out.push_str(&from);
                behind
            }
            Some((_, behind)) => {
                reads = true;
                out.push_str(&format!("{database}.{to}"));
                if !behind.starts_with(" AS ") && !last.eq_ignore_ascii_case("IN") {
                    out.push_str(&format!(" AS {from}"));
                }
                behind
            }
            None => {
                out.push_str(piece);
                behind
            }
        };
        if !piece.trim().is_empty() {
            last = piece;
        }
    }
    reads.then_some(out)
}

/// The length of a name without quotes, and without a dot.
fn plain(text: &str) -> usize {
    text.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(text.len())
}

/// Whether two names are the same: a server does not put the same ones in quotes as this project.
fn same(left: &str, right: &str) -> bool {
    bare(left) == bare(right)
}

/// The text, with the names of dictionaries that begin with a database and a dot without both: ClickHouse writes the database
/// into the string that is the first argument of `dictGet` and its kin.
pub(crate) fn without_database_of_dictionaries(text: &str, database: &str) -> String {
    let prefix = format!("'{database}.");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '`' | '"' => quoted(rest, first),
            c if c == '_' || c.is_alphanumeric() => word(rest),
            c => c.len_utf8(),
        };
        let (piece, behind) = rest.split_at(length);
        out.push_str(piece);
        rest = behind;
        if piece.starts_with("dict")
            && let Some(named) = rest.strip_prefix('(').and_then(|rest| rest.strip_prefix(prefix.as_str()))
        {
            // The string that is left begins where the database stood.
            let end = quoted(&rest[1..], '\'') - prefix.len();
            out.push_str("('");
            out.push_str(&named[..end]);
            rest = &named[end..];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_left_out_before_dictionaries() {
        for (text, expected) in [
            ("dictGet('db.d', 'a', x)", "dictGet('d', 'a', x)"),
            ("f(dictGetOrDefault('db.d', 'db.a', 1), 'db.d')", "f(dictGetOrDefault('d', 'db.a', 1), 'db.d')"),
            ("dictHas('other.d', 1) + dictHas('d', 1)", "dictHas('other.d', 1) + dictHas('d', 1)"),
            (
                "'dictGet(\\'db.d\\')' || dictHas('db.it\\'s', 1)",
                "'dictGet(\\'db.d\\')' || dictHas('it\\'s', 1)",
            ),
            ("dictGet('db.", "dictGet('"),
        ] {
            assert_eq!(without_database_of_dictionaries(text, "db"), expected);
        }
    }

    #[test]
    fn a_database_is_left_out_before_names() {
        for (text, expected) in [
            ("SELECT a FROM db.t", "SELECT a FROM t"),
            ("FROM `db`.`a b`, xdb.t, x.db.t, 'db.t'", "FROM `a b`, xdb.t, x.db.t, 'db.t'"),
        ] {
            assert_eq!(without_prefix(text, "db"), expected);
        }
    }

    #[test]
    fn a_selection_reads_another_table_in_place_of_one() {
        for (text, expected) in [
            ("SELECT a FROM db.t GROUP BY a", "SELECT a FROM db.o AS t GROUP BY a"),
            ("SELECT x.a FROM db.t AS x", "SELECT x.a FROM db.o AS x"),
            ("SELECT t.a, db.t.b FROM `db`.`t`", "SELECT t.a, t.b FROM db.o AS t"),
            ("SELECT 'db.t', db.tt, x.db.t FROM db.t", "SELECT 'db.t', db.tt, x.db.t FROM db.o AS t"),
            (
                "FROM (SELECT 1 FROM db.t WHERE a IN (db.t))",
                "FROM (SELECT 1 FROM db.o AS t WHERE a IN (db.o AS t))",
            ),
            ("SELECT a IN db.t FROM db.u", "SELECT a IN db.o FROM db.u"),
        ] {
            assert_eq!(reading(text, "db", "t", "o").as_deref(), Some(expected));
        }
        let quoted = reading("FROM `a b`.`c d`", "a b", "c d", "e f");
        assert_eq!(quoted.as_deref(), Some("FROM `a b`.`e f` AS `c d`"));
        for text in ["SELECT 'it\\'s db.t' FROM other.t", "SELECT db.t.a FROM t", "FROM db.`t\\`d`"] {
            assert_eq!(reading(text, "db", "t", "o"), None, "{text}");
        }
    }

    #[test]
    fn columns_are_found_where_they_are_used() {
        for text in ["a + 1", "f(a)", "`a`", "a.b", "x -> a", "toDate(a)"] {
            assert!(mentions(text, "a"), "{text}");
        }
        for text in ["'a'", "a(1)", "ab", "b.a", "1a", "'it\\'s a'", "`b`"] {
            assert!(!mentions(text, "a"), "{text}");
        }
    }

    #[test]
    fn columns_get_other_names_where_they_are_used() {
        let names = [("a".to_string(), "b".to_string()), ("b".to_string(), "in".to_string())];
        for (text, expected) in [
            ("a + b", "b + `in`"),
            ("a(a, 'a', `a`)", "a(b, 'a', b)"),
            ("a.b.c", "b.b.c"),
            ("toIntervalDay(90) + ab", "toIntervalDay(90) + ab"),
        ] {
            assert_eq!(renamed(text, &names), expected);
        }
    }
}
