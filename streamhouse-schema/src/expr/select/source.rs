//! What a selection reads.

use super::{expression, is, named, split};
use crate::expr::Expr;
use crate::expr::token::Token;

/// A table that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its name, without the database.
    pub table: String,
    /// What it is called in the selection.
    pub alias: Option<String>,
    /// What each of its rows is read with.
    pub with: With,
}

/// What rows of a table are read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum With {
    /// Nothing else.
    Nothing,
    /// An item of each of these lists, `ARRAY JOIN`: columns, or names of expressions.
    Items(Vec<String>),
    /// Rows of other tables.
    Tables,
}

/// Words with which another source begins behind the first one.
const JOINS: &[&str] = &[
    "ARRAY", "JOIN", "INNER", "LEFT", "CROSS", "ANY", "ALL", "ASOF", "SEMI", "ANTI", "GLOBAL", "RIGHT",
    "FULL", "PASTE",
];

/// A table, and what is joined to it. Where all rows of the other table are there, those of the first may not be.
pub(super) fn source(tokens: &[Token]) -> Option<Source> {
    let is_join = |token: &Token| match token {
        Token::Word(word) => JOINS.iter().any(|join| is(word, join)),
        token => *token == Token::Symbol(","),
    };
    let end = tokens.iter().position(is_join).unwrap_or(tokens.len());
    let (table, joined) = tokens.split_at(end);
    let has =
        |keyword: &str| joined.iter().any(|token| matches!(token, Token::Word(word) if is(word, keyword)));
    let with = match joined {
        [] => With::Nothing,
        [Token::Word(array), Token::Word(join), lists @ ..] if is(array, "ARRAY") && is(join, "JOIN") => {
            items(lists)?
        }
        [Token::Word(_), Token::Word(array), Token::Word(join), lists @ ..]
            if is(array, "ARRAY") && is(join, "JOIN") =>
        {
            items(lists)?
        }
        _ if ["ARRAY", "RIGHT", "FULL"].into_iter().any(has) => return None,
        _ => With::Tables,
    };
    Some(Source { with, ..table_alone(table)? })
}

/// The names of the items of lists; `None` where one has none, or something else is joined too.
fn items(lists: &[Token]) -> Option<With> {
    if lists.iter().any(|token| matches!(token, Token::Word(word) if is(word, "JOIN"))) {
        return None;
    }
    let name = |list| match named(list) {
        (_, Some(name)) => Some(name),
        (list, None) => match expression(list)? {
            Expr::Column(name) => Some(name.text),
            _ => None,
        },
    };
    split(lists).into_iter().map(name).collect::<Option<_>>().map(With::Items)
}

/// `[database.]table [FINAL] [[AS] alias] [FINAL]`.
fn table_alone(tokens: &[Token]) -> Option<Source> {
    let (table, rest) = match tokens {
        [
            Token::Word(_) | Token::Quoted(_),
            Token::Symbol("."),
            Token::Word(table) | Token::Quoted(table),
            rest @ ..,
        ]
        | [Token::Word(table) | Token::Quoted(table), rest @ ..] => (table, rest),
        _ => return None,
    };
    let words: Vec<&str> = rest
        .iter()
        .map(|token| match token {
            Token::Word(word) | Token::Quoted(word) => Some(word.as_str()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let words: Vec<&str> = words.into_iter().filter(|word| !is(word, "FINAL")).collect();
    let alias = match words[..] {
        [] => None,
        [alias] => Some(alias),
        [word, alias] if is(word, "AS") => Some(alias),
        _ => return None,
    };
    Some(Source { table: table.clone(), alias: alias.map(str::to_string), with: With::Nothing })
}
