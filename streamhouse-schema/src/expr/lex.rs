//! Tokens out of SQL text.

use super::token::{STATEMENT_SYMBOLS, SYMBOLS, Token, TokenAt};

/// Why a text cannot be split into tokens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} at byte {at}")]
pub struct LexError {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes from the start.
    pub at: usize,
}

/// The tokens of a whole statement, which knows more symbols than an expression does.
pub fn statement_tokens(text: &str) -> Result<Vec<Token>, LexError> {
    let tokens = lex_with(text, STATEMENT_SYMBOLS)?;
    Ok(tokens.into_iter().map(|token| token.token).collect())
}

/// The tokens of an expression.
#[cfg(feature = "compile")]
pub(crate) fn expression_tokens(text: &str) -> Result<Vec<Token>, LexError> {
    Ok(lex(text)?.into_iter().map(|token| token.token).collect())
}

/// Splits SQL text.
pub(super) fn lex(text: &str) -> Result<Vec<TokenAt<usize>>, LexError> {
    lex_with(text, &[])
}

fn lex_with(text: &str, more: &'static [&'static str]) -> Result<Vec<TokenAt<usize>>, LexError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if rest.starts_with("--") && !more.is_empty() || rest.starts_with("/*") {
            return Err(LexError { message: "a comment has no place here".into(), at });
        }
        let (token, length) = if first.is_alphabetic() || first == '_' {
            let end =
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
            (Token::Word(rest[..end].to_string()), end)
        } else if first.is_ascii_digit() {
            let end = number(rest);
            let digits = plain_number(&rest[..end])
                .ok_or_else(|| LexError { message: format!("`{}` is not a number", &rest[..end]), at })?;
            (Token::Number(digits), end)
        } else if matches!(first, '\'' | '"' | '`') {
            let (value, end) = quoted(rest, first)
                .ok_or_else(|| LexError { message: format!("a {first} without its end"), at })?;
            (if first == '\'' { Token::Text(value) } else { Token::Quoted(value) }, end)
        } else {
            let symbol = more.iter().chain(SYMBOLS).find(|symbol| rest.starts_with(**symbol));
            let symbol =
                symbol.ok_or_else(|| LexError { message: format!("`{first}` has no meaning here"), at })?;
            (Token::Symbol(symbol), symbol.len())
        };
        tokens.push(TokenAt { token, at });
        at += length;
    }
    Ok(tokens)
}

/// The length of a number: digits, a fraction, an exponent. `1.` and `.5` are not written so.
fn number(text: &str) -> usize {
    let digits = |from: usize| {
        text[from..].find(|c: char| !c.is_ascii_alphanumeric()).map_or(text.len(), |end| from + end)
    };
    let mut end = digits(0);
    let after_point =
        text[end..].strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if after_point {
        end = digits(end + 1);
    }
    let exponent = text[..end].ends_with(['e', 'E']) && !text.starts_with("0x");
    if exponent && text[end..].starts_with(['-', '+']) {
        end = digits(end + 1);
    }
    end
}

/// A number as ClickHouse reads it, a hexadecimal one turned into a decimal one; `None` where it is none, or not finite.
pub(crate) fn plain_number(text: &str) -> Option<String> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u128::from_str_radix(digits, 16).ok().map(|number| number.to_string());
    }
    let number = text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || ".eE+-".contains(c))
        && text.parse::<f64>().is_ok_and(f64::is_finite);
    number.then(|| text.to_string())
}

/// What stands in quotes, and the length with them. A backslash or a second quote escapes.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.push(match chars.next()?.1 {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '0' => '\0',
                other => other,
            }),
            c if c == quote => match chars.next_if(|(_, next)| *next == quote) {
                Some(_) => value.push(quote),
                None => return Some((value, at + quote.len_utf8())),
            },
            c => value.push(c),
        }
    }
    None
}
