//! The words, numbers and strings of a type's text.

use std::ops::RangeInclusive;

use super::{Parser, TypeError};

/// How much of a text an error shows on either side of its place.
const SHOWN: usize = 60;

impl Parser<'_> {
    /// A name as it is, without quotes.
    pub(super) fn word(&mut self) -> Result<String, TypeError> {
        self.skip_spaces();
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if end == 0 {
            return Err(self.expected("the name of a type"));
        }
        self.at += end;
        Ok(rest[..end].to_string())
    }

    /// A name, in backticks or double quotes where it needs them.
    pub(super) fn identifier(&mut self) -> Result<String, TypeError> {
        self.skip_spaces();
        for quote in ['`', '"'] {
            if self.text[self.at..].starts_with(quote) {
                let name = self.quoted(quote)?;
                return if name.is_empty() {
                    Err(self.expected("a name that is not empty"))
                } else {
                    Ok(name)
                };
            }
        }
        let rest = &self.text[self.at..];
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return Err(self.expected("a name"));
        }
        self.word()
    }

    /// Whether a name and something else follow: the name of an element stands before its type.
    pub(super) fn name_follows(&self) -> bool {
        let rest = self.text[self.at..].trim_start_matches(' ');
        if rest.starts_with(['`', '"']) {
            return true;
        }
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let after = rest.trim_start_matches(word);
        after.len() < rest.len()
            && after.starts_with(' ')
            && after.trim_start_matches(' ').starts_with(|c| word(c) || c == '`')
    }

    /// A string literal in single quotes.
    pub(super) fn string(&mut self, expected: &'static str) -> Result<String, TypeError> {
        self.skip_spaces();
        if self.text[self.at..].starts_with('\'') { self.quoted('\'') } else { Err(self.expected(expected)) }
    }

    /// What stands between two quotes, with the escapes of SQL.
    fn quoted(&mut self, quote: char) -> Result<String, TypeError> {
        let start = self.at;
        let mut out = String::new();
        let mut chars = self.text[self.at + 1..].char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => out.push(match chars.next() {
                    Some((_, 'b')) => '\u{8}',
                    Some((_, 'f')) => '\u{c}',
                    Some((_, 'n')) => '\n',
                    Some((_, 'r')) => '\r',
                    Some((_, 't')) => '\t',
                    Some((_, '0')) => '\0',
                    Some((_, c @ ('\\' | '\'' | '"' | '`'))) => c,
                    _ => {
                        self.at = start + 1 + at;
                        return Err(self.expected("an escape such as `\\\\` or `\\n`"));
                    }
                }),
                c if c == quote => match chars.peek() {
                    Some((_, next)) if *next == quote => {
                        out.push(quote);
                        chars.next();
                    }
                    _ => {
                        self.at = start + 1 + at + quote.len_utf8();
                        return Ok(out);
                    }
                },
                c => out.push(c),
            }
        }
        self.at = self.text.len();
        Err(self.expected("a closing quote"))
    }

    /// A whole number, perhaps negative.
    pub(super) fn number(
        &mut self,
        what: &'static str,
        range: &'static str,
        valid: RangeInclusive<i128>,
    ) -> Result<i128, TypeError> {
        self.skip_spaces();
        let rest = &self.text[self.at..];
        let unsigned = rest.strip_prefix('-').unwrap_or(rest);
        let digits = unsigned.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(unsigned.len());
        let end = rest.len() - unsigned.len() + digits;
        let found: i128 = rest[..end].parse().map_err(|_| self.expected("a number"))?;
        if !valid.contains(&found) {
            return Err(TypeError::Range { what, range, found });
        }
        self.at += end;
        Ok(found)
    }

    /// `name = number`.
    pub(super) fn setting(
        &mut self,
        name: &'static str,
        what: &'static str,
        range: &'static str,
        valid: RangeInclusive<i128>,
    ) -> Result<i128, TypeError> {
        self.skip_spaces();
        if !self.text[self.at..].starts_with(name) {
            return Err(self.expected("the name of a parameter"));
        }
        self.at += name.len();
        if !self.eat('=') {
            return Err(self.expected("`=`"));
        }
        self.number(what, range, valid)
    }

    /// A time zone's name in quotes, and the closing parenthesis. Names are letters, digits and `/_+-` (IANA), so
    /// nothing in them needs escaping when they are printed.
    pub(super) fn zone_and_close(&mut self) -> Result<String, TypeError> {
        if !self.eat('\'') {
            return Err(self.expected("a time zone in quotes"));
        }
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || "/_+-".contains(c)))
            .filter(|&end| end > 0 && rest[end..].starts_with('\''))
            .ok_or_else(|| self.expected("the name of a time zone and a closing quote"))?;
        let zone = rest[..end].to_string();
        self.at += end + 1;
        self.close()?;
        Ok(zone)
    }

    pub(super) fn open(&mut self) -> Result<(), TypeError> {
        if self.eat('(') { Ok(()) } else { Err(self.expected("`(`")) }
    }

    pub(super) fn comma(&mut self) -> Result<(), TypeError> {
        if self.eat(',') { Ok(()) } else { Err(self.expected("`,`")) }
    }

    pub(super) fn close(&mut self) -> Result<(), TypeError> {
        if self.eat(')') { Ok(()) } else { Err(self.expected("`)`")) }
    }

    /// A comma, after which another item stands (true), or the closing parenthesis (false).
    pub(super) fn more(&mut self) -> Result<bool, TypeError> {
        if self.eat(',') {
            return Ok(true);
        }
        if self.eat(')') { Ok(false) } else { Err(self.expected("`,` or `)`")) }
    }

    pub(super) fn eat(&mut self, wanted: char) -> bool {
        self.skip_spaces();
        let found = self.text[self.at..].starts_with(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// A word that stands here as a whole.
    pub(super) fn eat_word(&mut self, wanted: &str) -> bool {
        self.skip_spaces();
        let rest = &self.text[self.at..];
        let found = rest
            .strip_prefix(wanted)
            .is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
        if found {
            self.at += wanted.len();
        }
        found
    }

    pub(super) fn skip_spaces(&mut self) {
        while self.text[self.at..].starts_with(' ') {
            self.at += 1;
        }
    }

    pub(super) fn expected(&self, expected: &'static str) -> TypeError {
        let floor = |at: usize| (0..=at).rev().find(|&at| self.text.is_char_boundary(at)).unwrap_or(0);
        let from = floor(self.at.saturating_sub(SHOWN));
        let to = floor((self.at + SHOWN).min(self.text.len()));
        TypeError::Syntax { expected, at: self.at, text: self.text[from..to].to_string() }
    }
}
