//! A selection, as far as a view needs it: what it yields, under which names, and which table it reads.

mod source;
#[cfg(test)]
mod tests;

pub use source::{Source, With};

use self::source::source;
use super::Expr;
use super::lex::statement_tokens;
use super::parse::parse;
use super::token::{Token, TokenAt};

/// A selection. What is not understood in it is `None`, and nothing is said about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// Names that `WITH` gives to expressions.
    pub with: Vec<(String, Option<Expr>)>,
    /// What it yields.
    pub items: Vec<Item>,
    /// The table that it reads, the first where it reads several; `None` where it reads something else.
    pub from: Option<Source>,
    /// The conditions of rows.
    pub conditions: Vec<Expr>,
    /// What rows are summed up by.
    pub group_by: GroupBy,
}

/// An element of a selection.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// `*`: the columns of the table.
    All,
    /// Columns of which it is not known which ones they are.
    Several,
    /// One expression.
    One {
        /// What it is.
        expr: Option<Expr>,
        /// The name that it gets.
        name: Option<String>,
        /// As it is written, without the name.
        text: String,
    },
}

/// What rows are summed up by.
#[derive(Clone, Debug, PartialEq)]
pub enum GroupBy {
    /// There is no such clause.
    Nothing,
    /// These.
    Keys(Vec<Expr>),
    /// It is not understood.
    Unknown,
}

/// Words that begin a clause, in their order; `UNION` and its like join selections.
const CLAUSES: &[&str] = &[
    "WITH", "SELECT", "FROM", "PREWHERE", "WHERE", "GROUP", "HAVING", "WINDOW", "QUALIFY", "ORDER", "LIMIT",
    "OFFSET", "SETTINGS",
];
const SETS: &[&str] = &["UNION", "INTERSECT", "EXCEPT"];

/// Reads a selection, or those that `UNION` puts behind each other; nothing where one is not understood.
pub fn selects(text: &str) -> Vec<Select> {
    let Ok(tokens) = statement_tokens(text) else { return Vec::new() };
    united(&tokens).into_iter().map(select).collect::<Option<_>>().unwrap_or_default()
}

/// The word by which rows of one selection are kept or left out that another one has, `INTERSECT` or `EXCEPT`.
pub fn compared(text: &str) -> Option<&'static str> {
    let tokens = statement_tokens(text).ok()?;
    let mut depth = 0_usize;
    tokens.iter().enumerate().find_map(|(at, token)| {
        match token {
            Token::Symbol("(") => depth += 1,
            Token::Symbol(")") => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_word =
            |at: usize, keyword: &str| matches!(tokens.get(at), Some(Token::Word(word)) if is(word, keyword));
        let behind = at + 1 + usize::from(is_word(at + 1, "ALL") || is_word(at + 1, "DISTINCT"));
        let found = ["INTERSECT", "EXCEPT"].into_iter().find(|keyword| is_word(at, keyword));
        found.filter(|_| depth == 0 && is_word(behind, "SELECT"))
    })
}

/// The parts between `UNION ALL`, `UNION DISTINCT` and `UNION`.
fn united(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, token) in tokens.iter().enumerate() {
        let next = |at: usize| match tokens.get(at) {
            Some(Token::Word(word)) => word.as_str(),
            _ => "",
        };
        match token {
            Token::Symbol("(" | "[" | "{") => depth += 1,
            Token::Symbol(")" | "]" | "}") => depth = depth.saturating_sub(1),
            Token::Word(word) if depth == 0 && is(word, "UNION") && at > start => {
                let behind =
                    at + 1 + usize::from(["ALL", "DISTINCT"].iter().any(|all| is(next(at + 1), all)));
                if ["SELECT", "WITH"].iter().any(|first| is(next(behind), first)) {
                    parts.push(&tokens[start..at]);
                    start = behind;
                }
            }
            _ => {}
        }
    }
    parts.push(&tokens[start..]);
    parts
}

fn select(tokens: &[Token]) -> Option<Select> {
    let clauses = clauses(tokens)?;
    let clause = |name: &str| clauses.iter().find(|(word, _)| *word == name).map(|(_, tokens)| *tokens);
    let (mut with, mut subqueries) = (Vec::new(), Vec::new());
    for part in split(clause("WITH").unwrap_or_default()) {
        match part {
            [Token::Word(name) | Token::Quoted(name), Token::Word(word), Token::Symbol("("), ..]
                if is(word, "AS") =>
            {
                subqueries.push(name.as_str());
            }
            part => {
                let (tokens, name) = named(part);
                with.push((name?, expression(tokens)));
            }
        }
    }
    with.extend(inner_names(tokens).into_iter().map(|name| (name, None)));
    let mut items = clause("SELECT")?;
    if let [Token::Word(word), rest @ ..] = items
        && is(word, "DISTINCT")
    {
        // `DISTINCT ON (…)` is a clause of its own.
        items = if matches!(rest, [Token::Word(on), Token::Symbol("("), ..] if is(on, "ON")) {
            return None;
        } else {
            rest
        };
    }
    let conditions = ["PREWHERE", "WHERE"].into_iter().filter_map(clause);
    Some(Select {
        with,
        items: split(items).into_iter().map(item).collect(),
        from: clause("FROM").and_then(source).filter(|from| !subqueries.contains(&from.table.as_str())),
        conditions: conditions.filter_map(expression).collect(),
        group_by: clause("GROUP").map_or(GroupBy::Nothing, group_by),
    })
}

/// Names that stand within other expressions: `f((arrayJoin(list) AS item))`. They are known everywhere.
fn inner_names(tokens: &[Token]) -> Vec<String> {
    let (mut names, mut depth) = (Vec::new(), 0_usize);
    for (at, token) in tokens.iter().enumerate() {
        match (token, tokens.get(at + 1), tokens.get(at + 2)) {
            (Token::Symbol("(" | "["), ..) => depth += 1,
            (Token::Symbol(")" | "]"), ..) => depth = depth.saturating_sub(1),
            (
                Token::Word(word),
                Some(Token::Word(name) | Token::Quoted(name)),
                Some(Token::Symbol(")" | "," | "]")),
            ) if depth > 0 && is(word, "AS") => names.push(name.clone()),
            _ => {}
        }
    }
    names
}

fn is(word: &str, keyword: &str) -> bool {
    word.eq_ignore_ascii_case(keyword)
}

/// The clauses, each without its keyword.
fn clauses(tokens: &[Token]) -> Option<Vec<(&'static str, &[Token])>> {
    let (mut found, mut depth): (Vec<(&'static str, usize)>, usize) = (Vec::new(), 0);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Symbol("(" | "[" | "{") => depth += 1,
            Token::Symbol(")" | "]" | "}") => depth = depth.checked_sub(1)?,
            Token::Word(word) if depth == 0 => {
                let next = match tokens.get(at + 1) {
                    Some(Token::Word(next)) => next.as_str(),
                    _ => "",
                };
                let set = SETS.iter().any(|set| is(word, set));
                if set
                    && !found.is_empty()
                    && ["ALL", "DISTINCT", "SELECT"].iter().any(|after| is(next, after))
                {
                    return None;
                }
                let rank = |name: &str| CLAUSES.iter().position(|clause| is(name, clause));
                let last = found.last().and_then(|(clause, _)| rank(clause));
                let Some(this) = rank(word).filter(|this| last.is_none_or(|last| *this > last)) else {
                    continue;
                };
                // `WITH` stands at the beginning, and `GROUP` and `ORDER` before `BY`.
                let by = is(word, "GROUP") || is(word, "ORDER");
                if (this > 0 || at == 0) && (!by || is(next, "BY")) {
                    found.push((CLAUSES[this], at));
                }
            }
            _ => {}
        }
    }
    // What has an open bracket is no selection.
    if depth > 0 {
        return None;
    }
    let ends = found.iter().skip(1).map(|(_, at)| *at).chain([tokens.len()]);
    let part = |((clause, at), end): (&(&'static str, usize), usize)| (*clause, &tokens[at + 1..end]);
    Some(found.iter().zip(ends).map(part).collect())
}

/// The parts between commas that stand in no brackets.
fn split(tokens: &[Token]) -> Vec<&[Token]> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Symbol("(" | "[" | "{") => depth += 1,
            Token::Symbol(")" | "]" | "}") => depth = depth.saturating_sub(1),
            Token::Symbol(",") if depth == 0 => {
                parts.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tokens[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

/// An expression, and the name behind `AS`, or behind the expression alone.
fn named(tokens: &[Token]) -> (&[Token], Option<String>) {
    match tokens {
        [expr @ .., Token::Word(word), Token::Word(name) | Token::Quoted(name)] if is(word, "AS") => {
            (expr, Some(name.clone()))
        }
        [expr @ .., Token::Word(name) | Token::Quoted(name)]
            if expression(tokens).is_none() && expression(expr).is_some() =>
        {
            (expr, Some(name.clone()))
        }
        tokens => (tokens, None),
    }
}

fn expression(tokens: &[Token]) -> Option<Expr> {
    // `count(*)` is `count()`.
    let is_count =
        |before: &[Token]| matches!(before, [.., Token::Word(word), Token::Symbol("(")] if is(word, "count"));
    let tokens: Vec<TokenAt<()>> = tokens
        .iter()
        .enumerate()
        .filter(|(at, token)| {
            **token != Token::Symbol("*")
                || tokens.get(at + 1) != Some(&Token::Symbol(")"))
                || !is_count(&tokens[..*at])
        })
        .map(|(_, token)| TokenAt { token: token.clone(), at: () })
        .collect();
    parse(&tokens).ok()
}

fn item(tokens: &[Token]) -> Item {
    if let [Token::Symbol("*")] = tokens {
        return Item::All;
    }
    // `t.*`, `* EXCEPT (…)`, `COLUMNS('…')`.
    let stars = tokens.iter().enumerate().any(|(at, token)| {
        *token == Token::Symbol("*")
            && at.checked_sub(1).is_none_or(|before| tokens[before] == Token::Symbol("."))
    });
    if stars || matches!(tokens.first(), Some(Token::Word(word)) if is(word, "COLUMNS")) {
        return Item::Several;
    }
    let (tokens, name) = named(tokens);
    Item::One { expr: expression(tokens), name, text: written(tokens) }
}

/// Tokens as a text to show.
fn written(tokens: &[Token]) -> String {
    let mut text = String::new();
    for token in tokens {
        let word = match token {
            Token::Word(word) | Token::Number(word) => word.clone(),
            Token::Quoted(word) => crate::sql::name(word),
            Token::Text(word) => crate::sql::string(word),
            Token::Symbol(symbol) => (*symbol).to_string(),
        };
        let tight = |c: char| "([{.,)]}".contains(c);
        if !text.is_empty() && !text.ends_with(['(', '[', '{', '.']) && !word.starts_with(tight) {
            text.push(' ');
        }
        text.push_str(&word);
    }
    text
}

/// Behind `GROUP`: `BY a, b`.
fn group_by(tokens: &[Token]) -> GroupBy {
    let keys = tokens.get(1..).unwrap_or_default();
    let special = |token: &Token| {
        matches!(token, Token::Word(word)
            if ["ALL", "ROLLUP", "CUBE", "GROUPING", "WITH"].iter().any(|special| is(word, special)))
    };
    if keys.iter().any(special) {
        return GroupBy::Unknown;
    }
    let keys: Option<Vec<Expr>> = split(keys).into_iter().map(expression).collect();
    keys.map_or(GroupBy::Unknown, GroupBy::Keys)
}
