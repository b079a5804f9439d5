//! Tells inserts that bring data from all other statements: the engine takes their data by another way.

use std::ops::Range;

use super::words::{Word, Words};

/// A statement as the engine is to be given it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Statement {
    /// A SELECT, whose result is streamed.
    Select,
    /// Runs as it stands.
    Other,
    /// Takes data: the statement ends before its FORMAT clause at `head`, and data begins at `data`.
    Insert { head: usize, format: String, data: usize },
    /// Takes data through the table function `input`: its call stands at `call`, the argument at `structure`.
    InsertInput { call: Range<usize>, structure: Range<usize>, head: usize, format: String, data: usize },
    /// KILL QUERY.
    Kill,
}

/// Sorts a statement; `text` may go on with data, of which only the beginning need be there.
pub(super) fn sort(text: &[u8]) -> Statement {
    let mut words = Words::new(text);
    let mut first = true;
    loop {
        let Some(placed) = words.next() else { return Statement::Other };
        match placed.word {
            word if word.is("INSERT") && placed.depth == 0 => break,
            word if word.is("SELECT") || word.is("FROM") => return Statement::Select,
            // What a WITH introduces may be either.
            word if word.is("WITH") && placed.depth == 0 => return with(words, text),
            word if word.is("WITH") => return Statement::Select,
            // A SELECT may stand in parentheses.
            Word::Sign(b'(') => {}
            word if word.is("KILL") && first => {
                let query = words.next().is_some_and(|next| next.word.is("QUERY"));
                return if query { Statement::Kill } else { Statement::Other };
            }
            _ => return Statement::Other,
        }
        first = false;
    }
    insert(words, text)
}

fn with(mut words: Words<'_>, text: &[u8]) -> Statement {
    while let Some(placed) = words.next() {
        if placed.depth == 0 && placed.word.is("INSERT") {
            return insert(words, text);
        }
        if placed.depth == 0 && placed.word.is("SELECT") {
            return Statement::Select;
        }
    }
    Statement::Select
}

fn insert(mut words: Words<'_>, text: &[u8]) -> Statement {
    let mut before = None;
    while let Some(placed) = words.next() {
        let word = placed.word;
        // A table may have any of these names.
        let named = before.is_some_and(|before: Word<'_>| {
            before.is("INTO") || before.is("TABLE") || before.is("FUNCTION") || before == Word::Sign(b'.')
        });
        before = Some(word);
        if placed.depth > 0 || named {
            continue;
        }
        if word.is("SELECT") || word.is("WITH") || word.is("FROM") {
            return insert_input(words, text);
        }
        if word.is("VALUES") {
            return Statement::Insert { head: placed.start, format: "Values".into(), data: placed.end };
        }
        if word.is("FORMAT") {
            let Some((format, end)) = format_name(&mut words) else { return Statement::Other };
            if format.eq_ignore_ascii_case("Values") {
                return Statement::Insert { head: placed.start, format, data: end };
            }
            return Statement::Insert { head: placed.start, format, data: after_space(text, end) };
        }
    }
    Statement::Other
}

/// The rest of an INSERT … SELECT: it takes data where it calls `input` and names a format.
fn insert_input(mut words: Words<'_>, text: &[u8]) -> Statement {
    let mut found: Option<(Range<usize>, Range<usize>)> = None;
    while let Some(placed) = words.next() {
        if found.is_none() && placed.word.is("input") {
            let mut ahead = words.clone();
            if ahead.next().is_some_and(|next| next.word == Word::Sign(b'(')) {
                let inside = ahead.clone().next().map_or(placed.end, |next| next.start);
                let closing =
                    ahead.find(|next| next.depth == placed.depth + 1 && next.word == Word::Sign(b')'));
                let Some(closing) = closing else { return Statement::Other };
                found = Some((placed.start..closing.end, inside..closing.start));
                words = ahead;
            }
            continue;
        }
        let Some((call, structure)) = &found else { continue };
        if placed.depth == 0 && placed.word.is("FORMAT") {
            // A column may have that name.
            let Some((format, end)) = format_name(&mut words.clone()) else { continue };
            return Statement::InsertInput {
                call: call.clone(),
                structure: structure.clone(),
                head: placed.start,
                format,
                data: after_space(text, end),
            };
        }
    }
    Statement::Other
}

/// Whether a statement begins with `CREATE DATABASE`.
pub(super) fn makes_a_database(text: &[u8]) -> bool {
    Words::new(text).nth(1).is_some_and(|second| second.word.is("DATABASE"))
}

fn format_name(words: &mut Words<'_>) -> Option<(String, usize)> {
    let placed = words.next()?;
    let Word::Plain(name) = placed.word else { return None };
    Some((String::from_utf8_lossy(name).into_owned(), placed.end))
}

/// The format that a statement without data asks for at its end, if any.
pub(super) fn output_format(text: &[u8]) -> Option<String> {
    let mut words = Words::new(text);
    let mut found = None;
    while let Some(placed) = words.next() {
        if placed.depth > 0 || !placed.word.is("FORMAT") {
            continue;
        }
        let mut ahead = words.clone();
        let Some((format, _)) = format_name(&mut ahead) else { continue };
        let next = ahead.next().map(|next| next.word);
        if next.is_none_or(|next| next == Word::Sign(b';') || next.is("SETTINGS") || next.is("INTO")) {
            found = Some(format);
        }
    }
    found
}

/// Where a statement's file for its result stands, or would stand.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outfile {
    /// It names one itself.
    Own,
    /// Here, before the format that it names.
    BeforeFormat(usize),
    /// Here, and it names no format.
    AtTheEnd(usize),
}

/// Where the clause `INTO OUTFILE` of a SELECT belongs.
pub(super) fn outfile(text: &[u8]) -> Outfile {
    let mut words = Words::new(text);
    let (mut end, mut place) = (0, None);
    while let Some(placed) = words.next() {
        if placed.word == Word::Sign(b';') && placed.depth == 0 {
            continue;
        }
        end = placed.end;
        if placed.depth > 0 {
            continue;
        }
        let mut ahead = words.clone();
        if placed.word.is("INTO") && ahead.next().is_some_and(|next| next.word.is("OUTFILE")) {
            return Outfile::Own;
        }
        if placed.word.is("FORMAT") {
            let mut ahead = words.clone();
            if format_name(&mut ahead).is_none() {
                continue;
            }
            let next = ahead.next().map(|next| next.word);
            if next.is_none_or(|next| next == Word::Sign(b';') || next.is("SETTINGS") || next.is("INTO")) {
                place = Some(placed.start);
            }
        }
    }
    place.map_or(Outfile::AtTheEnd(end), Outfile::BeforeFormat)
}

/// As ClickHouse does it: spaces after the format are skipped, and then one line end. Without one the data begins
/// right there.
fn after_space(text: &[u8], mut at: usize) -> usize {
    let rest = |at: usize| text.get(at).copied();
    while matches!(rest(at), Some(b' ' | b'\t' | b'\x0C')) {
        at += 1;
    }
    if rest(at) == Some(b';') {
        at += 1;
    }
    if rest(at) == Some(b'\r') {
        at += 1;
    }
    if rest(at) == Some(b'\n') {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn finds_where_the_data_begins() {
        for (text, head, format, data) in [
            ("INSERT INTO t FORMAT Native\n\x01\x02", "INSERT INTO t ", "Native", "\x01\x02"),
            ("insert into t (a, `format`) format CSV 1,2", "insert into t (a, `format`) ", "CSV", "1,2"),
            (
                "-- FORMAT x\nINSERT INTO t SETTINGS a = 'FORMAT' FORMAT TSV\r\nx",
                "-- FORMAT x\nINSERT INTO t SETTINGS a = 'FORMAT' ",
                "TSV",
                "x",
            ),
            ("INSERT INTO t VALUES (1), (2)", "INSERT INTO t ", "Values", " (1), (2)"),
            ("INSERT INTO t FORMAT Native", "INSERT INTO t ", "Native", ""),
            ("INSERT INTO format (a) FORMAT TSV\n1", "INSERT INTO format (a) ", "TSV", "1"),
            ("INSERT INTO d.values VALUES (1)", "INSERT INTO d.values ", "Values", " (1)"),
            (
                "INSERT INTO t (a) SETTINGS x = $q$ FORMAT y $q$ VALUES (1)",
                "INSERT INTO t (a) SETTINGS x = $q$ FORMAT y $q$ ",
                "Values",
                " (1)",
            ),
        ] {
            let Statement::Insert { head: end, format: found, data: start } = sort(text.as_bytes()) else {
                panic!("{text} is an insert")
            };
            assert_eq!((&text[..end], found.as_str(), &text[start..]), (head, format, data));
        }
    }

    #[test]
    fn finds_the_place_of_an_outfile() {
        type Place = fn(usize) -> Outfile;
        let (end, format): (Place, Place) = (Outfile::AtTheEnd, Outfile::BeforeFormat);
        for (text, place, before) in [
            ("SELECT 1", end, "SELECT 1"),
            ("SELECT 1 ;  -- end", end, "SELECT 1"),
            ("SELECT 1 /* FORMAT x */ FORMAT JSON SETTINGS a = 1", format, "SELECT 1 /* FORMAT x */ "),
            ("SELECT format FROM t SETTINGS a = ';'", end, "SELECT format FROM t SETTINGS a = ';'"),
            ("SELECT (SELECT 1) AS x FORMAT CSV;", format, "SELECT (SELECT 1) AS x "),
        ] {
            assert_eq!(outfile(text.as_bytes()), place(before.len()), "{text}");
        }
        assert_eq!(outfile(b"SELECT 1 INTO OUTFILE 'x' FORMAT CSV"), Outfile::Own);
    }

    #[test]
    fn finds_the_call_of_input() {
        let text = "INSERT INTO t SELECT a FROM (SELECT * FROM input('a Int8, b Tuple(x Int8)')) WHERE format = 1 FORMAT CSV\n1";
        let Statement::InsertInput { call, structure, head, format, data } = sort(text.as_bytes()) else {
            panic!("it takes data")
        };
        assert_eq!(&text[call], "input('a Int8, b Tuple(x Int8)')");
        assert_eq!(&text[structure], "'a Int8, b Tuple(x Int8)'");
        assert_eq!((&text[head..head + 6], format.as_str(), &text[data..]), ("FORMAT", "CSV", "1"));
    }

    #[test]
    fn leaves_the_rest_alone() {
        for (text, sorted) in [
            ("SELECT 1 FORMAT JSON", Statement::Select),
            ("(SELECT 1) UNION ALL (SELECT 2)", Statement::Select),
            ("WITH 1 AS x SELECT x", Statement::Select),
            ("FROM t SELECT 1", Statement::Select),
            ("INSERT INTO t SELECT * FROM u FORMAT Null", Statement::Other),
            ("INSERT INTO t SELECT input FROM u FORMAT Null", Statement::Other),
            ("INSERT INTO t WITH 1 AS x SELECT x", Statement::Other),
            ("WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", Statement::Other),
            ("CREATE TABLE t (a Int8)", Statement::Other),
            ("/* INSERT INTO t FORMAT x */", Statement::Other),
            ("kill query where 1", Statement::Kill),
            ("KILL MUTATION WHERE 1", Statement::Other),
            ("'", Statement::Other),
            ("((((", Statement::Other),
            ("", Statement::Other),
        ] {
            assert_eq!(sort(text.as_bytes()), sorted, "{text}");
        }
    }

    #[test]
    fn finds_the_format_at_the_end() {
        for (text, format) in [
            ("SELECT 1 FORMAT JSON", Some("JSON")),
            ("SELECT format FROM t", None),
            ("SELECT 1 FORMAT CSV SETTINGS max_threads = 1", Some("CSV")),
            ("SELECT 'FORMAT JSON'", None),
            ("SELECT 1 -- FORMAT JSON", None),
            ("SHOW TABLES FORMAT TSV;", Some("TSV")),
        ] {
            assert_eq!(output_format(text.as_bytes()).as_deref(), format, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_sorted_within_its_bounds(
            text in proptest::collection::vec(
                prop_oneof![
                    Just("INSERT INTO "), Just("FORMAT "), Just("VALUES "), Just("SELECT "), Just("input("),
                    Just("'"), Just("\\"), Just("`"), Just("$a$"), Just("$"), Just("/*"), Just("--"), Just("\n"),
                    Just("("), Just(")"), Just("é"), Just(" t "), Just("WITH "), Just("\u{0}"), Just(";"),
                ],
                0..40,
            )
        ) {
            let text = text.concat();
            match sort(text.as_bytes()) {
                Statement::Insert { head, data, .. } => prop_assert!(head <= data && data <= text.len()),
                Statement::InsertInput { call, structure, head, data, .. } => {
                    prop_assert!(call.start < structure.start && structure.end < call.end);
                    prop_assert!(call.end <= head && head <= data && data <= text.len());
                }
                _ => {}
            }
            let _ = output_format(text.as_bytes());
        }

        #[test]
        fn bytes_that_are_no_text_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = sort(&bytes);
            for placed in Words::new(&bytes) {
                prop_assert!(placed.start < placed.end && placed.end <= bytes.len());
            }
        }

        /// What stands in a string of ClickHouse's is no keyword.
        #[test]
        fn quotes_hide_what_they_hold(inside in "[a-zA-Z '\\\\\\n]*FORMAT[a-z '\\\\]*") {
            let quoted = inside.replace('\\', "\\\\").replace('\'', "\\'");
            let text = format!("SELECT '{quoted}'");
            prop_assert_eq!(output_format(text.as_bytes()), None);
            prop_assert_eq!(Words::new(text.as_bytes()).count(), 2);
        }
    }
}
