//! Forms of SQL that ClickHouse keeps as calls of functions: `CASE`, `CAST(… AS …)`, `x::Type`, `a ? b : c`, and their like.

use super::{ParseError, Parser};
use crate::expr::token::Token;
use crate::expr::{Expr, Literal, Name};
use crate::sql;

/// What `EXTRACT(… FROM x)` takes of a moment.
const PARTS: &[(&str, &str)] = &[
    ("SECOND", "toSecond"),
    ("MINUTE", "toMinute"),
    ("HOUR", "toHour"),
    ("DAY", "toDayOfMonth"),
    ("MONTH", "toMonth"),
    ("QUARTER", "toQuarter"),
    ("YEAR", "toYear"),
];

impl<A: Copy> Parser<'_, A> {
    /// The form that a word begins, where it begins one; the word itself is read.
    pub(super) fn form(&mut self, word: &str, at: A) -> Option<Result<Expr<A>, ParseError<A>>> {
        let first = self.peek().map(|token| &token.token);
        match word.to_ascii_uppercase().as_str() {
            "CASE" if self.is_case() => Some(self.case(at)),
            "CAST" if matches!(first, Some(Token::Symbol("("))) => Some(self.cast(word, at)),
            "EXTRACT" if self.word_ahead(2).as_deref() == Some("FROM") => Some(self.extract(at)),
            "DATE" if matches!(first, Some(Token::Text(_))) => Some(self.of_next("toDate", at)),
            "TIMESTAMP" if matches!(first, Some(Token::Text(_))) => Some(self.of_next("toDateTime", at)),
            _ => None,
        }
    }

    /// Whether `WHEN` comes before what is around ends: a column may be called `case`.
    fn is_case(&self) -> bool {
        let mut depth = 0_usize;
        for token in &self.tokens[self.at..] {
            match &token.token {
                Token::Word(word) if depth == 0 && word.eq_ignore_ascii_case("WHEN") => return true,
                Token::Word(word)
                    if depth == 0 && ["THEN", "END"].iter().any(|end| word.eq_ignore_ascii_case(end)) =>
                {
                    return false;
                }
                Token::Symbol("(" | "[") => depth += 1,
                Token::Symbol(")" | "]") if depth == 0 => return false,
                Token::Symbol(")" | "]") => depth -= 1,
                Token::Symbol(",") if depth == 0 => return false,
                _ => {}
            }
        }
        false
    }

    /// `CASE WHEN … THEN … ELSE … END`, or `CASE x WHEN …`.
    fn case(&mut self, at: A) -> Result<Expr<A>, ParseError<A>> {
        let (mut arguments, mut height) = (Vec::new(), 0);
        let mut next = |parser: &mut Self| {
            let expr = parser.expr(0)?;
            height = height.max(parser.height);
            Ok(expr)
        };
        let mut function = "multiIf";
        if !self.is_word("WHEN") {
            function = "caseWithExpression";
            arguments.push(next(self)?);
        }
        while self.eat_word("WHEN") {
            arguments.push(next(self)?);
            if !self.eat_word("THEN") {
                return Err(self.expected("`THEN`"));
            }
            arguments.push(next(self)?);
        }
        arguments.push(if self.eat_word("ELSE") { next(self)? } else { Expr::Literal(Literal::Null, at) });
        if !self.eat_word("END") {
            return Err(self.expected("`WHEN`, `ELSE` or `END`"));
        }
        self.height = height;
        self.called(function, at, arguments)
    }

    /// `CAST(x AS Type)`, or an ordinary call.
    fn cast(&mut self, word: &str, at: A) -> Result<Expr<A>, ParseError<A>> {
        self.at += 1;
        let (mut arguments, mut height) = (Vec::new(), 0);
        if !self.eat_symbol(")") {
            arguments.push(self.expr(0)?);
            height = self.height;
            if self.eat_word("AS") {
                let ty = self.type_text()?;
                self.close(")")?;
                self.height = height;
                arguments.push(Expr::Literal(Literal::Text(ty), at));
                return self.called("CAST", at, arguments);
            }
            if self.eat_symbol(",") {
                arguments.extend(self.list(")")?);
                height = height.max(self.height);
            } else {
                self.close(")")?;
            }
        }
        self.height = height;
        self.called(word, at, arguments)
    }

    /// Behind `x::`. A number is cast as it is written, so that none of its digits is lost.
    pub(super) fn cast_of(&mut self, of: Expr<A>) -> Result<Expr<A>, ParseError<A>> {
        let Some(at) = self.place() else { return Err(self.expected("a type")) };
        let height = self.height;
        let of = match of {
            Expr::Literal(Literal::Number(digits), at) => Expr::Literal(Literal::Text(digits), at),
            Expr::Array(_) | Expr::Tuple(_) => {
                let message = "`::` behind a list or a tuple is not read: write `CAST(… AS …)`".into();
                return Err(ParseError { message, at: Some(at) });
            }
            of => of,
        };
        let ty = self.type_text()?;
        self.height = height;
        self.called("CAST", at, vec![of, Expr::Literal(Literal::Text(ty), at)])
    }

    /// `EXTRACT(DAY FROM x)`.
    fn extract(&mut self, at: A) -> Result<Expr<A>, ParseError<A>> {
        self.at += 1;
        let part = self.word_ahead(0).unwrap_or_default();
        let Some((_, function)) = PARTS.iter().find(|(name, _)| *name == part) else {
            return Err(self.expected("SECOND, MINUTE, HOUR, DAY, MONTH, QUARTER or YEAR"));
        };
        self.at += 2;
        let of = self.expr(0)?;
        self.close(")")?;
        self.called(function, at, vec![of])
    }

    /// A function of the literal that stands here.
    fn of_next(&mut self, function: &str, at: A) -> Result<Expr<A>, ParseError<A>> {
        let of = self.primary()?;
        self.called(function, at, vec![of])
    }

    /// Behind `a ?`: `b : c`.
    pub(super) fn choice(&mut self, condition: Expr<A>, at: A) -> Result<Expr<A>, ParseError<A>> {
        let height = self.height;
        let then = self.expr(0)?;
        let height = height.max(self.height);
        self.close(":")?;
        let otherwise = self.expr(0)?;
        self.height = self.height.max(height);
        self.called("if", at, vec![condition, then, otherwise])
    }

    /// Reads `DISTINCT` where it stands before what is counted: a column may be called so too.
    pub(super) fn eat_distinct(&mut self) -> bool {
        let next = self.tokens.get(self.at + 1).map(|token| &token.token);
        let found = self.is_word("DISTINCT")
            && matches!(
                next,
                Some(
                    Token::Word(_)
                        | Token::Quoted(_)
                        | Token::Number(_)
                        | Token::Text(_)
                        | Token::Symbol("(")
                )
            );
        self.at += usize::from(found);
        found
    }

    /// The condition of `FILTER (WHERE …)`, where it stands behind a call.
    pub(super) fn filter(&mut self) -> Result<Option<Expr<A>>, ParseError<A>> {
        if !self.is_word("FILTER") || self.word_ahead(2).as_deref() != Some("WHERE") {
            return Ok(None);
        }
        let height = self.height;
        self.at += 3;
        let condition = self.expr(0)?;
        self.close(")")?;
        self.grow(height)?;
        Ok(Some(condition))
    }

    /// A call above what was read last.
    pub(super) fn called(
        &mut self,
        function: &str,
        at: A,
        arguments: Vec<Expr<A>>,
    ) -> Result<Expr<A>, ParseError<A>> {
        self.grow(0)?;
        let function = Name { text: function.to_string(), at };
        Ok(Expr::Call { function, parameters: Vec::new(), arguments })
    }

    /// A type, as ClickHouse writes it down: `DateTime64(3, 'UTC')`, `Tuple(a UInt8, b String)`.
    fn type_text(&mut self) -> Result<String, ParseError<A>> {
        let Some(Token::Word(name)) = self.peek().map(|token| token.token.clone()) else {
            return Err(self.expected("a type"));
        };
        self.at += 1;
        let (mut text, mut depth) = (name, 0_usize);
        while let Some(token) = self.peek().map(|token| token.token.clone()) {
            let glued = text.ends_with(['(', '-']);
            match token {
                Token::Symbol("(") if depth > 0 || !text.ends_with(')') => {
                    depth += 1;
                    text.push('(');
                }
                Token::Symbol(")") if depth > 0 => {
                    depth -= 1;
                    text.push(')');
                }
                _ if depth == 0 => break,
                Token::Symbol(",") => text.push(','),
                Token::Symbol(symbol @ ("=" | "-")) => {
                    text.push(' ');
                    text.push_str(symbol);
                }
                Token::Symbol(_) => break,
                token => {
                    if !glued {
                        text.push(' ');
                    }
                    text.push_str(&match token {
                        Token::Word(word) | Token::Number(word) => word,
                        Token::Quoted(name) => sql::name(&name),
                        Token::Text(value) => sql::string(&value),
                        Token::Symbol(_) => String::new(),
                    });
                }
            }
            self.at += 1;
        }
        if depth > 0 { Err(self.expected("`)`")) } else { Ok(text) }
    }
}
