//! SQL as Rust tokens.

use std::str::FromStr;

use proc_macro2::TokenStream;

/// A string literal of Rust.
pub(super) fn string(text: &str) -> String {
    format!("{text:?}")
}

/// An expression as an attribute takes it: in tokens, else as one string of SQL.
pub(super) fn attribute(sql: &str) -> String {
    match value(sql) {
        // One string alone would be taken for SQL.
        Some(tokens) if !tokens.starts_with('"') => tokens,
        _ => string(sql),
    }
}

/// An expression in tokens; nothing where Rust has none for it.
pub(super) fn value(sql: &str) -> Option<String> {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => {
                let length = quoted(rest)?;
                out.push_str(&string(&literal(&rest[1..length - 1])));
                length
            }
            '`' => {
                let length = quoted(rest)?;
                out.push_str(&quoted_name(&literal(&rest[1..length - 1]))?);
                length
            }
            c if c.is_ascii_alphanumeric() || c == '_' => {
                let length =
                    rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                out.push_str(&rest[..length]);
                length
            }
            c if " .,()[]+-*/%<>=!|".contains(c) => {
                out.push(c);
                1
            }
            _ => return None,
        };
        rest = &rest[length..];
    }
    // Such as `1h`.
    TokenStream::from_str(&out).is_ok().then_some(out)
}

/// An expression among tokens, where a string is a string: in tokens, else as SQL.
pub(super) fn within(sql: &str) -> String {
    value(sql).unwrap_or_else(|| format!("sql({})", string(sql)))
}

/// The name of something that is declared: in tokens, else as a string.
pub(super) fn name(text: &str) -> String {
    if super::names::is_ident(text) { text.to_string() } else { string(text) }
}

/// A name that stood in quotes is a name, whatever keyword it is.
fn quoted_name(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split('.').collect();
    if !parts.iter().all(|part| super::names::is_ident(part)) {
        return None;
    }
    match &parts[..] {
        [one] => Some(format!("r#{one}")).filter(|raw| syn::parse_str::<syn::Ident>(raw).is_ok()),
        _ => Some(name.to_string()),
    }
}

/// The length of what stands in quotes, with them.
fn quoted(text: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    let (_, quote) = chars.next()?;
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// What a text in quotes says, by its escapes.
fn literal(text: &str) -> String {
    let (mut out, mut chars) = (String::with_capacity(text.len()), text.chars());
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some('0') => '\0',
                Some('b') => '\u{8}',
                Some('f') => '\u{c}',
                Some(other) => other,
                None => '\\',
            },
            c => c,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_becomes_tokens() {
        for (sql, expected) in [
            (
                "if((level > 3) AND (NOT (level = 5)), 'hi\\'gh\\n', '\"')",
                Some("if((level > 3) AND (NOT (level = 5)), \"hi'gh\\n\", \"\\\"\")"),
            ),
            ("`in` + `items.sku` + a.b", Some("r#in + items.sku + a.b")),
            ("`a b` + 1", None),
            ("x -> x > 1", Some("x -> x > 1")),
            ("'unclosed", None),
            ("{a}", None),
        ] {
            assert_eq!(value(sql).as_deref(), expected, "{sql}");
        }
        assert_eq!(attribute("(level, `a b`)"), "\"(level, `a b`)\"");
        assert_eq!(attribute("'x'"), "\"'x'\"");
        assert_eq!((within("'x'"), within("`a b`")), ("\"x\"".into(), "sql(\"`a b`\")".into()));
    }
}
