//! Rust as trees of tokens, no more exactly than finding items needs it. A lexer that knows all of Rust is most of what
//! reading a large file costs where nobody optimises.

/// A token and its bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind<'a>,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// What a token is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// A word, without `r#`.
    Word(&'a str),
    Punct(u8),
    /// A text, a character or a number.
    Literal,
    /// What stands in delimiters, by the opening one.
    Group(u8, Vec<Token<'a>>),
}

/// The tokens of a text; or the byte where a delimiter, a text or a comment has no end.
///
/// A comment that documents what follows is an attribute without content.
pub(crate) fn lex(text: &str) -> Result<Vec<Token<'_>>, usize> {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0 };
    let mut outer: Vec<(u8, usize, Vec<Token<'_>>)> = Vec::new();
    let mut tokens = Vec::new();
    while let Some(byte) = lexer.peek(0) {
        let start = lexer.at;
        let kind = match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {
                lexer.at += 1;
                continue;
            }
            b'/' if matches!(lexer.peek(1), Some(b'/' | b'*')) => {
                if lexer.comment()? {
                    tokens.push(Token { kind: Kind::Punct(b'#'), start, end: start + 1 });
                    let kind = Kind::Group(b'[', Vec::new());
                    tokens.push(Token { kind, start: start + 1, end: lexer.at });
                }
                continue;
            }
            b'(' | b'[' | b'{' => {
                lexer.at += 1;
                outer.push((byte, start, std::mem::take(&mut tokens)));
                continue;
            }
            b')' | b']' | b'}' => {
                lexer.at += 1;
                let Some((open, from, before)) = outer.pop() else { return Err(start) };
                if !matches!((open, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
                    return Err(start);
                }
                let inner = std::mem::replace(&mut tokens, before);
                tokens.push(Token { kind: Kind::Group(open, inner), start: from, end: lexer.at });
                continue;
            }
            b'"' => lexer.text(b'"')?,
            b'\'' => lexer.quote()?,
            b'0'..=b'9' => lexer.number(),
            byte if is_word(byte) => lexer.word()?,
            byte => {
                lexer.at += 1;
                Kind::Punct(byte)
            }
        };
        tokens.push(Token { kind, start, end: lexer.at });
    }
    match outer.first() {
        Some((_, start, _)) => Err(*start),
        None => Ok(tokens),
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    fn peek(&self, further: usize) -> Option<u8> {
        self.bytes.get(self.at + further).copied()
    }

    /// Skips a comment; whether it documents what follows.
    fn comment(&mut self) -> Result<bool, usize> {
        let (start, rest) = (self.at, &self.bytes[self.at..]);
        if rest.starts_with(b"//") {
            self.at = self.text[start..].find('\n').map_or(self.bytes.len(), |end| start + end);
            return Ok(rest.starts_with(b"///") && !rest.starts_with(b"////"));
        }
        let mut depth = 0;
        loop {
            match (self.peek(0), self.peek(1)) {
                (Some(b'/'), Some(b'*')) => {
                    depth += 1;
                    self.at += 2;
                }
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        let is_plain = rest.starts_with(b"/***") || self.at - start < 5;
                        return Ok(rest.starts_with(b"/**") && !is_plain);
                    }
                }
                (Some(_), _) => self.at += 1,
                (None, _) => return Err(start),
            }
        }
    }

    /// A text in which a backslash keeps what follows.
    fn text(&mut self, quote: u8) -> Result<Kind<'a>, usize> {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == quote {
                return Ok(Kind::Literal);
            }
        }
        Err(start)
    }

    /// `"…"#` with as many marks as it began with, which come next.
    fn raw_text(&mut self) -> Result<Kind<'a>, usize> {
        let start = self.at;
        let marks = self.bytes[start..].iter().take_while(|byte| **byte == b'#').count();
        let end = format!("\"{}", "#".repeat(marks));
        let content = start + marks + 1;
        match self.text.get(content..).and_then(|rest| rest.find(&end)) {
            Some(length) => {
                self.at = content + length + end.len();
                Ok(Kind::Literal)
            }
            None => Err(start),
        }
    }

    /// A character, or a lifetime.
    fn quote(&mut self) -> Result<Kind<'a>, usize> {
        let rest = &self.text[self.at + 1..];
        let mut characters = rest.chars();
        match (characters.next(), characters.next()) {
            (Some('\\'), _) => self.text(b'\''),
            (Some(one), Some('\'')) if one != '\'' => {
                self.at += 2 + one.len_utf8();
                Ok(Kind::Literal)
            }
            _ => {
                self.at += 1;
                while self.peek(0).is_some_and(is_word) {
                    self.at += 1;
                }
                Ok(Kind::Punct(b'\''))
            }
        }
    }

    fn number(&mut self) -> Kind<'a> {
        while let Some(byte) = self.peek(0) {
            let is_point = byte == b'.' && self.peek(1).is_some_and(|next| next.is_ascii_digit());
            if !is_word(byte) && !is_point {
                break;
            }
            self.at += 1;
        }
        Kind::Literal
    }

    /// A word, or the text that a word begins.
    fn word(&mut self) -> Result<Kind<'a>, usize> {
        let start = self.at;
        while self.peek(0).is_some_and(is_word) {
            self.at += 1;
        }
        let word = &self.text[start..self.at];
        match (word, self.peek(0)) {
            ("b" | "c", Some(b'"')) => self.text(b'"'),
            ("b", Some(b'\'')) => self.text(b'\''),
            ("r" | "br" | "cr", Some(b'"')) => self.raw_text(),
            ("r" | "br" | "cr", Some(b'#')) => {
                let marks = self.bytes[self.at..].iter().take_while(|byte| **byte == b'#').count();
                match self.peek(marks) {
                    Some(b'"') => self.raw_text(),
                    Some(next) if word == "r" && marks == 1 && is_word(next) => {
                        self.at += 1;
                        let start = self.at;
                        while self.peek(0).is_some_and(is_word) {
                            self.at += 1;
                        }
                        Ok(Kind::Word(&self.text[start..self.at]))
                    }
                    _ => Ok(Kind::Word(word)),
                }
            }
            _ => Ok(Kind::Word(word)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Groups and words, as a text that shows where each begins and ends.
    fn shape(tokens: &[Token<'_>], shown: &mut Vec<String>) {
        for token in tokens {
            match &token.kind {
                Kind::Word(word) => shown.push(format!("{}..{} {word}", token.start, token.end)),
                // Of what documents something only the place is kept.
                Kind::Group(b'[', inner) if inner.is_empty() => {}
                Kind::Group(open, inner) => {
                    shown.push(format!("{}..{} {}", token.start, token.end, *open as char));
                    shape(inner, shown);
                }
                Kind::Punct(_) | Kind::Literal => {}
            }
        }
    }

    fn expected(tokens: proc_macro2::TokenStream, shown: &mut Vec<String>) {
        use proc_macro2::{Delimiter, TokenTree};
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            let bytes = token.span().byte_range();
            match token {
                // A lifetime's name is no word here.
                TokenTree::Punct(quote) if quote.as_char() == '\'' => {
                    tokens.next();
                }
                TokenTree::Ident(word) => {
                    let word = word.to_string();
                    let marks = if word.starts_with("r#") { 2 } else { 0 };
                    shown.push(format!("{}..{} {}", bytes.start, bytes.end, &word[marks..]));
                }
                TokenTree::Group(group) => {
                    let open = match group.delimiter() {
                        Delimiter::Parenthesis => '(',
                        Delimiter::Bracket => '[',
                        _ => '{',
                    };
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    let is_comment = |inner: &[TokenTree]| matches!(inner, [TokenTree::Ident(doc), _, TokenTree::Literal(_)] if doc == "doc");
                    if open == '[' && (inner.is_empty() || is_comment(&inner)) {
                        continue;
                    }
                    shown.push(format!("{}..{} {open}", bytes.start, bytes.end));
                    expected(group.stream(), shown);
                }
                _ => {}
            }
        }
    }

    fn agree(text: &str, name: &str) {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let tokens = lex(text).unwrap_or_else(|at| panic!("{name}: {at}"));
        shape(&tokens, &mut ours);
        // `#[doc = "…"]` written out is one of the comments for them.
        expected(text.parse().unwrap_or_else(|error| panic!("{name}: {error}")), &mut theirs);
        let differs = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
        assert!(differs.is_none() && ours.len() == theirs.len(), "{name}: {differs:?}");
    }

    /// Another lexer, one of all of Rust, finds the same words and groups in all sources of this project.
    #[test]
    fn sources_are_read_as_a_lexer_of_all_of_rust_reads_them() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        let mut count = 0;
        let mut folders = vec![root.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let name = path.file_name().expect("a name").to_string_lossy().into_owned();
                if path.is_dir() && name != "target" && !name.starts_with('.') {
                    folders.push(path);
                } else if name.ends_with(".rs") {
                    let text = std::fs::read_to_string(&path).expect("text");
                    agree(&text, &path.display().to_string());
                    count += 1;
                }
            }
        }
        assert!(count > 300, "{count} files");
    }

    #[test]
    fn what_only_looks_like_a_delimiter_or_a_comment_is_none() {
        for text in [
            "fn f<'a>(x: &'a str) -> char { '{' } // }",
            "let a = ['\\'', '\"', '\\\\', '\u{e4}', b'\\'', b'{'];",
            "let s = (\"}\\\"{\", r\"\\\", r#\"\"}\"#, br##\"\"#}\"##, b\"}\", c\"{\", cr#\"{\"#);",
            "/* { /* } */ } */ fn r#match() { 1.0e-3; 0x1f_u8; 1..2; x.0.1; 'l: loop { break 'l; } }",
            "/** of f */ fn f() {} /// of g\nfn g() {} //// nothing\n/*** nothing */ /**/ //! inner\n",
            "macro_rules! m { ($($x:tt)*) => { $($x)* } }",
            "let r = r; let br = b; a!= b; #![x] #[y(z)] struct S;",
        ] {
            agree(text, text);
        }
        for (text, at) in
            [("fn f() {", 7), ("}", 0), ("(]", 1), ("a \"b", 2), ("/* /* */", 0), ("r#\"x\"", 1)]
        {
            assert_eq!(lex(text), Err(at), "{text}");
        }
    }
}
