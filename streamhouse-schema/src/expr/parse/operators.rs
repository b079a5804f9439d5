//! Operators that stand here, of one word or of some.

use super::Parser;
use crate::expr::token::Token;
use crate::expr::{Binary, Unary};

/// An operator that is a word, and a function to ClickHouse.
#[derive(Clone, Copy)]
pub(super) enum NamedOperator {
    Div,
    Regexp,
}

impl NamedOperator {
    /// The function.
    pub(super) fn name(self) -> &'static str {
        match self {
            NamedOperator::Div => "intDiv",
            NamedOperator::Regexp => "match",
        }
    }

    /// How tightly it binds.
    pub(super) fn strength(self) -> u8 {
        match self {
            NamedOperator::Div => Binary::Divide.strength(),
            NamedOperator::Regexp => Binary::Like.strength(),
        }
    }
}

impl<A: Copy> Parser<'_, A> {
    /// `DIV` or `REGEXP`, and where it stands.
    pub(super) fn named_operator(&self) -> Option<(NamedOperator, A)> {
        let operator = match self.word_ahead(0)?.as_str() {
            "DIV" => NamedOperator::Div,
            "REGEXP" => NamedOperator::Regexp,
            _ => return None,
        };
        Some((operator, self.place()?))
    }

    /// `IS NULL` or `IS NOT NULL`, and how many tokens it has.
    pub(super) fn null_test(&self) -> Option<(Unary, usize)> {
        let words = [self.word_ahead(0)?, self.word_ahead(1)?, self.word_ahead(2).unwrap_or_default()];
        match [words[0].as_str(), words[1].as_str(), words[2].as_str()] {
            ["IS", "NULL", _] => Some((Unary::IsNull, 2)),
            ["IS", "NOT", "NULL"] => Some((Unary::IsNotNull, 3)),
            _ => None,
        }
    }

    /// `BETWEEN` or `NOT BETWEEN`: whether within, and how many tokens it has.
    pub(super) fn between(&self) -> Option<(bool, usize)> {
        match self.word_ahead(0)?.as_str() {
            "BETWEEN" => Some((true, 1)),
            "NOT" if self.word_ahead(1).as_deref() == Some("BETWEEN") => Some((false, 2)),
            _ => None,
        }
    }

    /// The operator that stands here, and how many tokens it has.
    pub(super) fn binary(&self) -> Option<(Binary, usize)> {
        let symbol = |symbol: &str| match symbol {
            "=" | "==" => Some(Binary::Equal),
            "!=" | "<>" => Some(Binary::NotEqual),
            "<" => Some(Binary::Less),
            "<=" => Some(Binary::LessOrEqual),
            ">" => Some(Binary::Greater),
            ">=" => Some(Binary::GreaterOrEqual),
            "||" => Some(Binary::Concat),
            "+" => Some(Binary::Plus),
            "-" => Some(Binary::Minus),
            "*" => Some(Binary::Multiply),
            "/" => Some(Binary::Divide),
            "%" => Some(Binary::Modulo),
            _ => None,
        };
        match &self.peek()?.token {
            Token::Symbol(text) => symbol(text).map(|operator| (operator, 1)),
            Token::Word(word) => match word.to_ascii_uppercase().as_str() {
                "MOD" => Some((Binary::Modulo, 1)),
                "OR" => Some((Binary::Or, 1)),
                "AND" => Some((Binary::And, 1)),
                "IN" => Some((Binary::In, 1)),
                "LIKE" => Some((Binary::Like, 1)),
                "ILIKE" => Some((Binary::ILike, 1)),
                "NOT" => match self.tokens.get(self.at + 1).map(|token| &token.token) {
                    Some(Token::Word(word)) if word.eq_ignore_ascii_case("IN") => Some((Binary::NotIn, 2)),
                    Some(Token::Word(word)) if word.eq_ignore_ascii_case("LIKE") => {
                        Some((Binary::NotLike, 2))
                    }
                    Some(Token::Word(word)) if word.eq_ignore_ascii_case("ILIKE") => {
                        Some((Binary::NotILike, 2))
                    }
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a value stands here: then `INTERVAL` before it is the keyword, and otherwise a column of that name.
    pub(super) fn value_follows(&self) -> bool {
        match self.peek().map(|token| &token.token) {
            Some(Token::Number(_) | Token::Text(_) | Token::Quoted(_)) => true,
            Some(Token::Word(_)) => {
                self.binary().is_none()
                    && self.named_operator().is_none()
                    && self.null_test().is_none()
                    && self.between().is_none()
            }
            _ => false,
        }
    }
}
