//! Texts of SQL, cut where no quotes and no parentheses are open.

use crate::table::words::quoted;

/// A text, cut at keywords.
pub(super) struct Cut<'a> {
    /// What stands before the first of them.
    pub(super) head: &'a str,
    /// Each keyword with what follows it.
    pub(super) pieces: Vec<(&'static str, &'a str)>,
}

/// What stands at the top level of a text: where, and the character.
fn top_level(text: &str) -> Vec<(usize, char)> {
    let (mut found, mut depth, mut at) = (Vec::new(), 0_usize, 0);
    while let Some(c) = text[at..].chars().next() {
        match c {
            '\'' | '`' | '"' => {
                if depth == 0 {
                    found.push((at, c));
                }
                at += quoted(&text[at..], c);
                continue;
            }
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            found.push((at, c));
        }
        if matches!(c, '(' | '[' | '{') {
            depth += 1;
        }
        at += c.len_utf8();
    }
    found
}

/// Cuts at keywords that come in this order, each at most once. One that would leave the keyword before it with nothing
/// is a name: `ORDER BY TTL TTL at`.
pub(super) fn clauses<'a>(text: &'a str, keywords: &[&'static str]) -> Cut<'a> {
    let mut marks: Vec<(usize, &'static str)> = Vec::new();
    let mut next = 0;
    for (at, _) in top_level(text) {
        let starts = at == 0 || text[..at].ends_with(' ');
        let Some(found) = keywords[next..].iter().position(|word| starts && is_word(&text[at..], word))
        else {
            continue;
        };
        let is_empty = marks.last().is_some_and(|(start, word)| {
            !MAY_BE_EMPTY.contains(word) && text[start + word.len()..at].trim().is_empty()
        });
        if !is_empty {
            marks.push((at, keywords[next + found]));
            next += found + 1;
        }
    }
    let end = |index: usize| marks.get(index).map_or(text.len(), |(at, _)| *at);
    let piece = |(index, (at, word)): (usize, &(usize, &'static str))| {
        (*word, text[at + word.len()..end(index + 1)].trim())
    };
    Cut { head: text[..end(0)].trim(), pieces: marks.iter().enumerate().map(piece).collect() }
}

/// A column may be EPHEMERAL from nothing, and rows may go without a condition.
const MAY_BE_EMPTY: &[&str] = &["EPHEMERAL", "DELETE"];

fn is_word(text: &str, word: &str) -> bool {
    let behind = text.strip_prefix(word).map(|rest| rest.chars().next());
    behind.is_some_and(|next| next.is_none_or(|c| c == ' ' || c == '('))
}

/// The parts between the commas.
pub(super) fn commas(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in top_level(text) {
        if c == ',' {
            parts.push(text[start..at].trim());
            start = at + 1;
        }
    }
    let last = text[start..].trim();
    if !last.is_empty() {
        parts.push(last);
    }
    parts
}

/// What stands in the parentheses with which a text begins, and what follows them.
pub(super) fn leading_group(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    if !text.starts_with('(') {
        return None;
    }
    let (end, _) = top_level(text).into_iter().find(|(_, c)| *c == ')')?;
    Some((&text[1..end], &text[end + 1..]))
}

/// What stands in the parentheses around a whole text.
pub(super) fn inner(text: &str) -> Option<&str> {
    leading_group(text).filter(|(_, rest)| rest.trim().is_empty()).map(|(list, _)| list)
}

/// The name with which a text begins, without the database before it, and what follows.
pub(super) fn name_of<'a>(text: &'a str, database: &str) -> Option<(String, &'a str)> {
    let (first, rest) = one_name(text)?;
    match rest.strip_prefix('.') {
        Some(rest) if first == database => one_name(rest),
        Some(rest) => one_name(rest).map(|(second, rest)| (format!("{first}.{second}"), rest)),
        None => Some((first, rest)),
    }
}

/// One name, with its quotes or without any.
pub(super) fn one_name(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let length = match text.chars().next()? {
        quote @ ('`' | '"') => quoted(text, quote),
        _ => text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len()),
    };
    let (name, rest) = text.split_at(length);
    (!name.is_empty()).then(|| (unquoted(name), rest))
}

/// A name without its quotes.
pub(super) fn unquoted(name: &str) -> String {
    match name.chars().next() {
        Some('`' | '"') => crate::table::words::unquoted(name),
        _ => name.to_string(),
    }
}

/// What a string literal says.
pub(super) fn literal(text: &str) -> Option<String> {
    let text = text.trim();
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    if quoted(text, '\'') != text.len() {
        return None;
    }
    let (mut out, mut chars) = (String::with_capacity(inner.len()), inner.chars());
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '0' => '\0',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'a' => '\u{7}',
                'v' => '\u{b}',
                other => other,
            },
            c => c,
        });
    }
    Some(out)
}
