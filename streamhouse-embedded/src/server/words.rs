//! The words of a statement, as ClickHouse's lexer sees them.

/// A piece of a statement. What is a comment or white space is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word<'a> {
    /// Letters, digits, underscores and dollars.
    Plain(&'a [u8]),
    /// A string in single quotes or a heredoc, with its quotes.
    Text(&'a [u8]),
    /// A name in backquotes or double quotes, with them.
    Name(&'a [u8]),
    /// Any other byte.
    Sign(u8),
}

impl Word<'_> {
    /// Whether it is this keyword.
    pub(super) fn is(&self, keyword: &str) -> bool {
        matches!(self, Word::Plain(word) if word.eq_ignore_ascii_case(keyword.as_bytes()))
    }
}

/// A word and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed<'a> {
    pub(super) word: Word<'a>,
    pub(super) start: usize,
    pub(super) end: usize,
    /// How many parentheses and brackets are open around it.
    pub(super) depth: usize,
}

/// Goes through a statement word by word.
#[derive(Debug, Clone)]
pub(super) struct Words<'a> {
    text: &'a [u8],
    at: usize,
    depth: usize,
}

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    fn skip_past(&mut self, end: &[u8]) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let found = rest.windows(end.len()).position(|window| window == end);
        self.at = found.map_or(self.text.len(), |at| self.at + at + end.len());
    }

    /// A quote is doubled, or comes after a backslash, where it does not end the text.
    fn skip_quoted(&mut self, quote: u8) {
        self.at += 1;
        while let Some(&byte) = self.text.get(self.at) {
            let next = self.text.get(self.at + 1).copied();
            self.at += 1;
            if byte == b'\\' || (byte == quote && next == Some(quote)) {
                self.at += 1;
            } else if byte == quote {
                break;
            }
        }
        self.at = self.at.min(self.text.len());
    }

    /// `$tag$ … $tag$`; `None` where this dollar begins none.
    fn heredoc(&self) -> Option<usize> {
        let rest = self.text.get(self.at + 1..)?;
        let tag = rest.iter().position(|byte| *byte == b'$')?;
        if !rest[..tag].iter().all(|byte| is_word(*byte)) {
            return None;
        }
        let fence = &self.text[self.at..self.at + tag + 2];
        let inside = self.at + fence.len();
        let end = self.text.get(inside..)?.windows(fence.len()).position(|window| window == fence)?;
        Some(inside + end + fence.len())
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl<'a> Iterator for Words<'a> {
    type Item = Placed<'a>;

    fn next(&mut self) -> Option<Placed<'a>> {
        loop {
            let start = self.at;
            let rest = self.text.get(start..)?;
            let first = *rest.first()?;
            let depth = self.depth;
            match first {
                byte if byte.is_ascii_whitespace() || byte == 0x0B || byte == 0 => self.at += 1,
                b'-' if rest.starts_with(b"--") => self.skip_past(b"\n"),
                b'#' if rest.starts_with(b"# ") || rest.starts_with(b"#!") => self.skip_past(b"\n"),
                b'/' if rest.starts_with(b"/*") => self.skip_past(b"*/"),
                _ => {
                    let word: fn(&'a [u8]) -> Word<'a> = match first {
                        b'\'' => {
                            self.skip_quoted(first);
                            Word::Text
                        }
                        b'"' | b'`' => {
                            self.skip_quoted(first);
                            Word::Name
                        }
                        b'$' if self.heredoc().is_some() => {
                            self.at = self.heredoc().unwrap_or(self.text.len());
                            Word::Text
                        }
                        byte if is_word(byte) || byte == b'$' => {
                            let end = rest.iter().position(|byte| !is_word(*byte) && *byte != b'$');
                            self.at += end.unwrap_or(rest.len());
                            Word::Plain
                        }
                        byte => {
                            self.at += 1;
                            match byte {
                                b'(' | b'[' | b'{' => self.depth += 1,
                                b')' | b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                                _ => {}
                            }
                            |text| Word::Sign(text.first().copied().unwrap_or_default())
                        }
                    };
                    let end = self.at;
                    return Some(Placed { word: word(&self.text[start..end]), start, end, depth });
                }
            }
        }
    }
}
