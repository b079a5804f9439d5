//! Tells inserts that bring data from all other statements: the engine takes their data by another way.

/// A statement as the engine is to be given it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Statement {
    /// A SELECT, whose result is streamed.
    Select,
    /// Runs as it stands.
    Other,
    /// Takes data: the statement ends before its FORMAT clause at `head`, and data begins at `data`.
    Insert { head: usize, format: String, data: usize },
}

/// Sorts a statement; `text` may go on with data, of which only the beginning need be there.
pub(super) fn sort(text: &[u8]) -> Statement {
    let mut words = Words { text, at: 0, depth: 0 };
    let is = |word: &[u8], keyword: &str| word.eq_ignore_ascii_case(keyword.as_bytes());
    loop {
        match words.next() {
            Some(Word::Plain(first, _)) if is(first, "INSERT") => break,
            Some(Word::Plain(first, _)) if is(first, "SELECT") || is(first, "WITH") => {
                return Statement::Select;
            }
            // A SELECT may stand in parentheses.
            Some(Word::Other) if words.depth > 0 => {}
            _ => return Statement::Other,
        }
    }
    while let Some(word) = words.next() {
        let Word::Plain(word, start) = word else { continue };
        if words.depth > 0 {
            continue;
        }
        if is(word, "SELECT") || is(word, "WITH") {
            return Statement::Other;
        }
        if is(word, "VALUES") {
            return Statement::Insert { head: start, format: "Values".into(), data: words.at };
        }
        if is(word, "FORMAT") {
            let Some(Word::Plain(format, _)) = words.next() else { return Statement::Other };
            let format = String::from_utf8_lossy(format).into_owned();
            return Statement::Insert { head: start, format, data: after_space(text, words.at) };
        }
    }
    Statement::Other
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

enum Word<'a> {
    /// Letters, digits and underscores, and where they begin.
    Plain(&'a [u8], usize),
    Other,
}

/// The words of a statement; what is quoted or a comment is none.
struct Words<'a> {
    text: &'a [u8],
    at: usize,
    depth: usize,
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        loop {
            let rest = self.text.get(self.at..)?;
            let first = *rest.first()?;
            match first {
                b'\'' | b'"' | b'`' => {
                    self.skip_quoted(first);
                    return Some(Word::Other);
                }
                b'-' if rest.starts_with(b"--") => self.skip_past(b"\n"),
                b'/' if rest.starts_with(b"/*") => self.skip_past(b"*/"),
                b'#' if rest.starts_with(b"# ") || rest.starts_with(b"#!") => self.skip_past(b"\n"),
                b'(' | b')' => {
                    self.at += 1;
                    self.depth = if first == b'(' { self.depth + 1 } else { self.depth.saturating_sub(1) };
                    return Some(Word::Other);
                }
                b if b.is_ascii_alphanumeric() || b == b'_' => {
                    let start = self.at;
                    let length = rest
                        .iter()
                        .position(|b| !(b.is_ascii_alphanumeric() || *b == b'_'))
                        .unwrap_or(rest.len());
                    self.at += length;
                    return Some(Word::Plain(&rest[..length], start));
                }
                b if b.is_ascii_whitespace() => self.at += 1,
                _ => {
                    self.at += 1;
                    return Some(Word::Other);
                }
            }
        }
    }
}

impl Words<'_> {
    fn skip_quoted(&mut self, quote: u8) {
        self.at += 1;
        while let Some(&byte) = self.text.get(self.at) {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == quote {
                return;
            }
        }
    }

    fn skip_past(&mut self, end: &[u8]) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let found = rest.windows(end.len()).position(|window| window == end);
        self.at = found.map_or(self.text.len(), |at| self.at + at + end.len());
    }
}

#[cfg(test)]
mod tests {
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
        ] {
            let Statement::Insert { head: end, format: found, data: start } = sort(text.as_bytes()) else {
                panic!("{text} is an insert")
            };
            assert_eq!((&text[..end], found.as_str(), &text[start..]), (head, format, data));
        }
    }

    #[test]
    fn leaves_the_rest_alone() {
        for (text, sorted) in [
            ("SELECT 1 FORMAT JSON", Statement::Select),
            ("(SELECT 1) UNION ALL (SELECT 2)", Statement::Select),
            ("WITH 1 AS x SELECT x", Statement::Select),
            ("INSERT INTO t SELECT * FROM u FORMAT Null", Statement::Other),
            ("INSERT INTO t WITH 1 AS x SELECT x", Statement::Other),
            ("CREATE TABLE t (a Int8)", Statement::Other),
            ("/* INSERT INTO t FORMAT x */", Statement::Other),
            ("'", Statement::Other),
            ("((((", Statement::Other),
            ("", Statement::Other),
        ] {
            assert_eq!(sort(text.as_bytes()), sorted, "{text}");
        }
    }
}
