//! As much of TOML (<https://toml.io/en/v1.0.0>) as a file of settings needs, each word with its place: tables, dotted and
//! quoted keys, strings of one line, whole numbers, truth values, lists and inline tables. What TOML has besides (texts of
//! several lines, floats, dates, lists of tables) is refused by its name. A parser of all of it would be what the derive
//! takes longest to build.

use std::ops::Range;

/// Something and which bytes of the file it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed<T> {
    pub(super) value: T,
    pub(super) place: Range<usize>,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Truth(bool),
    List(Vec<Placed<Value>>),
}

/// A key with all that stands before it, and its value; a table that is opened has none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) path: Vec<Placed<String>>,
    pub(super) value: Option<Placed<Value>>,
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unreadable {
    pub(super) place: Range<usize>,
    pub(super) message: String,
}

/// The tables and keys of a file, in their order.
pub(super) fn read(text: &str) -> Result<Vec<Entry>, Unreadable> {
    let mut reader = Reader { text, at: 0, entries: Vec::new() };
    let mut table = Vec::new();
    loop {
        reader.blank();
        match reader.peek() {
            None => return Ok(reader.entries),
            Some('[') => {
                table = reader.table()?;
                reader.add(Entry { path: table.clone(), value: None })?;
            }
            Some(_) => reader.pair(&table)?,
        }
        reader.line_ends()?;
    }
}

/// How deep lists and inline tables may lie in each other.
const MAX_DEPTH: usize = 16;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    entries: Vec<Entry>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += if found { c.len_utf8() } else { 0 };
        found
    }

    fn expect(&mut self, c: char, what: &str) -> Result<(), Unreadable> {
        if self.eat(c) { Ok(()) } else { Err(self.expected(what)) }
    }

    /// What stands here is not what should.
    fn expected(&self, what: &str) -> Unreadable {
        let (found, width) = match self.peek() {
            None => ("the end".to_string(), 0),
            Some('\n' | '\r') => ("the end of the line".to_string(), 0),
            Some(c) => (format!("`{c}`"), c.len_utf8()),
        };
        Unreadable { place: self.at..self.at + width, message: format!("expected {what}, found {found}") }
    }

    fn refuse(&self, from: usize, what: &str) -> Unreadable {
        Unreadable { place: from..self.at, message: format!("{what} have no place in this file") }
    }

    fn spaces(&mut self) {
        while self.eat(' ') || self.eat('\t') {}
    }

    /// Spaces, ends of lines and comments.
    fn blank(&mut self) {
        loop {
            self.spaces();
            if self.peek() == Some('#') {
                let rest = &self.text[self.at..];
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if !(self.eat('\n') || (self.text[self.at..].starts_with("\r\n") && self.eat('\r'))) {
                return;
            }
        }
    }

    fn line_ends(&mut self) -> Result<(), Unreadable> {
        self.spaces();
        match self.peek() {
            None | Some('\n' | '#') => Ok(()),
            Some('\r') if self.text[self.at..].starts_with("\r\n") => Ok(()),
            _ => Err(self.expected("the end of the line")),
        }
    }

    /// `[a.b]`.
    fn table(&mut self) -> Result<Vec<Placed<String>>, Unreadable> {
        let from = self.at;
        self.expect('[', "`[`")?;
        if self.eat('[') {
            return Err(self.refuse(from, "lists of tables"));
        }
        let path = self.key()?;
        self.expect(']', "`]`")?;
        Ok(path)
    }

    /// `a.b = value`, below a table.
    fn pair(&mut self, table: &[Placed<String>]) -> Result<(), Unreadable> {
        let mut path = table.to_vec();
        path.extend(self.key()?);
        self.expect('=', "`=`")?;
        self.spaces();
        self.value_of(path, 0)
    }

    /// The value of a key; an inline table is several keys.
    fn value_of(&mut self, path: Vec<Placed<String>>, depth: usize) -> Result<(), Unreadable> {
        if self.peek() != Some('{') {
            let value = Some(self.value(depth)?);
            return self.add(Entry { path, value });
        }
        if depth == MAX_DEPTH {
            return Err(self.expected("fewer tables in each other"));
        }
        self.add(Entry { path: path.clone(), value: None })?;
        self.at += 1;
        self.spaces();
        while !self.eat('}') {
            let mut inner = path.clone();
            inner.extend(self.key()?);
            self.expect('=', "`=`")?;
            self.spaces();
            self.value_of(inner, depth + 1)?;
            self.spaces();
            if self.eat(',') {
                self.spaces();
            } else if self.peek() != Some('}') {
                return Err(self.expected("`,` or `}`"));
            }
        }
        Ok(())
    }

    /// Words joined by dots, with the spaces around them.
    fn key(&mut self) -> Result<Vec<Placed<String>>, Unreadable> {
        let mut path = Vec::new();
        loop {
            self.spaces();
            let from = self.at;
            let value = match self.peek() {
                Some('"' | '\'') => self.string()?,
                _ => self.word(),
            };
            if value.is_empty() && self.at == from {
                return Err(self.expected("a key"));
            }
            path.push(Placed { value, place: from..self.at });
            self.spaces();
            if !self.eat('.') {
                return Ok(path);
            }
        }
    }

    fn word(&mut self) -> String {
        let rest = &self.text[self.at..];
        let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let word = &rest[..rest.find(|c| !bare(c)).unwrap_or(rest.len())];
        self.at += word.len();
        word.to_string()
    }

    fn value(&mut self, depth: usize) -> Result<Placed<Value>, Unreadable> {
        let from = self.at;
        let value = match self.peek() {
            Some('"' | '\'') => Value::Text(self.string()?),
            Some('[') if depth < MAX_DEPTH => Value::List(self.list(depth)?),
            Some(c) if c.is_ascii_alphanumeric() || c == '+' || c == '-' => self.scalar()?,
            _ => return Err(self.expected("a value: text in quotes, a number, `true` or `false`, or a list")),
        };
        Ok(Placed { value, place: from..self.at })
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Placed<Value>>, Unreadable> {
        let mut items = Vec::new();
        self.at += 1;
        self.blank();
        while !self.eat(']') {
            items.push(self.value(depth + 1)?);
            self.blank();
            if self.eat(',') {
                self.blank();
            } else if self.peek() != Some(']') {
                return Err(self.expected("`,` or `]`"));
            }
        }
        Ok(items)
    }

    /// `true`, `false`, or a whole number.
    fn scalar(&mut self) -> Result<Value, Unreadable> {
        let (from, rest) = (self.at, &self.text[self.at..]);
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-' | '.' | ':');
        let text = &rest[..rest.find(|c| !part(c)).unwrap_or(rest.len())];
        self.at += text.len();
        match text {
            "true" => return Ok(Value::Truth(true)),
            "false" => return Ok(Value::Truth(false)),
            _ => {}
        }
        if let Some(number) = number(text) {
            return Ok(Value::Number(number));
        }
        let digits = text.trim_start_matches(['+', '-']);
        let message = if digits.starts_with(|c: char| c.is_ascii_digit()) || matches!(digits, "inf" | "nan") {
            format!(
                "`{text}` is no whole number of at most 64 bits; floats and dates have no place in this file"
            )
        } else {
            format!("text stands in quotes: \"{text}\"")
        };
        Err(Unreadable { place: from..self.at, message })
    }

    /// `"…"` with escapes, or `'…'` without.
    fn string(&mut self) -> Result<String, Unreadable> {
        let (from, quote) = (self.at, self.peek().unwrap_or('"'));
        self.at += 1;
        if self.text[self.at..].starts_with([quote; 2].iter().collect::<String>().as_str()) {
            self.at += 2;
            return Err(self.refuse(from, "texts of several lines"));
        }
        let mut text = String::new();
        loop {
            match self.peek() {
                Some(c) if c == quote => {
                    self.at += 1;
                    return Ok(text);
                }
                Some('\\') if quote == '"' => text.push(self.escape()?),
                Some(c) if c == '\t' || !c.is_control() => {
                    self.at += c.len_utf8();
                    text.push(c);
                }
                _ => return Err(self.expected(&format!("the end of the text, a `{quote}`"))),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Unreadable> {
        let from = self.at;
        self.at += 1;
        let c = self.peek();
        self.at += c.map_or(0, char::len_utf8);
        let digits = match c {
            Some('b') => return Ok('\u{8}'),
            Some('t') => return Ok('\t'),
            Some('n') => return Ok('\n'),
            Some('f') => return Ok('\u{c}'),
            Some('r') => return Ok('\r'),
            Some(c @ ('"' | '\\')) => return Ok(c),
            Some('u') => 4,
            Some('U') => 8,
            _ => 0,
        };
        let code = self.text.get(self.at..self.at + digits).filter(|code| !code.is_empty());
        let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match code.and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?)) {
            Some(c) => {
                self.at += digits;
                Ok(c)
            }
            None => Err(Unreadable {
                place: from..self.at,
                message: "this escape is none of TOML's; a text in single quotes has none".into(),
            }),
        }
    }

    /// Adds a key, which may stand once; a table too may be opened once.
    fn add(&mut self, entry: Entry) -> Result<(), Unreadable> {
        let names = |path: &[Placed<String>]| path.iter().map(|word| word.value.clone()).collect::<Vec<_>>();
        let new = names(&entry.path);
        for earlier in &self.entries {
            let old = names(&earlier.path);
            let both_values = earlier.value.is_some() && (new.starts_with(&old));
            let value_of_table = entry.value.is_some() && old.starts_with(&new);
            if old == new || both_values || value_of_table {
                let place = entry.path.last().map_or(0..0, |word| word.place.clone());
                return Err(Unreadable { place, message: format!("`{}` stands here twice", new.join(".")) });
            }
        }
        self.entries.push(entry);
        Ok(())
    }
}

/// A whole number: decimal with a sign, or hexadecimal, octal or binary, with `_` between digits.
fn number(text: &str) -> Option<i64> {
    let (digits, radix) = match text.get(..2) {
        Some("0x") => (&text[2..], 16),
        Some("0o") => (&text[2..], 8),
        Some("0b") => (&text[2..], 2),
        _ => (text, 10),
    };
    let bare = if radix == 10 { digits.strip_prefix(['+', '-']).unwrap_or(digits) } else { digits };
    let right = !bare.is_empty()
        && bare.split('_').all(|part| !part.is_empty() && part.chars().all(|c| c.is_digit(radix)))
        && (radix != 10 || bare.len() == 1 || !bare.starts_with('0'));
    if right { i64::from_str_radix(&digits.replace('_', ""), radix).ok() } else { None }
}
