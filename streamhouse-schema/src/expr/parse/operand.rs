//! What stands between operators: values, names, calls, lists, and what hangs on them.

use super::{ParseError, Parser};
use crate::expr::token::{Token, TokenAt};
use crate::expr::{Expr, Literal, Name, Unary};

/// StreamHouse's own words for intervals, and the ClickHouse functions that they stand for.
const INTERVALS: &[(&str, &str)] = &[
    ("seconds", "toIntervalSecond"),
    ("minutes", "toIntervalMinute"),
    ("hours", "toIntervalHour"),
    ("days", "toIntervalDay"),
    ("weeks", "toIntervalWeek"),
    ("months", "toIntervalMonth"),
    ("quarters", "toIntervalQuarter"),
    ("years", "toIntervalYear"),
];

/// What ClickHouse calls a function that is written so.
fn kept_name(word: &str, distinct: bool, filtered: bool) -> String {
    if let Some((_, function)) = INTERVALS.iter().find(|(own, _)| *own == word) {
        return function.to_string();
    }
    // What is distinct is counted by `uniqExact`, unless `count_distinct_implementation` says otherwise.
    let name = match (word.to_ascii_lowercase().as_str(), distinct) {
        ("count", true) | ("countdistinct", false) => "uniqExact",
        ("countdistinctif", false) => "uniqExactIf",
        (_, true) => &format!("{word}Distinct"),
        (_, false) => word,
    };
    if filtered { format!("{name}If") } else { name.to_string() }
}

impl<A: Copy> Parser<'_, A> {
    pub(super) fn prefix(&mut self) -> Result<Expr<A>, ParseError<A>> {
        let minus = self.place();
        if self.eat_symbol("-") {
            if let (Some(TokenAt { token: Token::Number(digits), at }), Some(Token::Symbol("::"))) =
                (self.peek().cloned(), self.tokens.get(self.at + 1).map(|token| &token.token))
            {
                // The sign belongs to a number that is cast.
                self.at += 2;
                self.height = 1;
                return self
                    .cast_of(Expr::Literal(Literal::Number(format!("-{digits}")), minus.unwrap_or(at)));
            }
            let operand = self.expr(9)?;
            self.grow(0)?;
            return Ok(match operand {
                Expr::Literal(Literal::Number(digits), at) if !digits.starts_with('-') => {
                    Expr::Literal(Literal::Number(format!("-{digits}")), minus.unwrap_or(at))
                }
                operand => Expr::Unary(Unary::Minus, Box::new(operand)),
            });
        }
        if self.eat_word("NOT") {
            let operand = self.expr(4)?;
            self.grow(0)?;
            return Ok(Expr::Unary(Unary::Not, Box::new(operand)));
        }
        let mut expr = self.primary()?;
        loop {
            let height = self.height;
            if self.eat_symbol("[") {
                let index = self.expr(0)?;
                self.close("]")?;
                self.grow(height)?;
                expr = Expr::Element(Box::new(expr), Box::new(index));
            } else if self.eat_symbol("::") {
                expr = self.cast_of(expr)?;
            } else if self.is_symbol(".") {
                self.at += 1;
                expr = self.member(expr)?;
            } else {
                return Ok(expr);
            }
        }
    }

    /// `t.1`, or `nested.column`, which is one name.
    pub(super) fn member(&mut self, of: Expr<A>) -> Result<Expr<A>, ParseError<A>> {
        match (self.peek().map(|token| &token.token), of) {
            // Of `t.1.2` the lexer makes `t`, a dot and the number 1.2.
            (Some(Token::Number(digits)), mut of) => {
                let indexes: Result<Vec<u32>, _> = digits.split('.').map(str::parse).collect();
                let indexes = indexes.map_err(|_| self.expected("the number of an element"))?;
                self.at += 1;
                for index in indexes {
                    self.grow(0)?;
                    of = Expr::Member(Box::new(of), index);
                }
                Ok(of)
            }
            (Some(Token::Word(word) | Token::Quoted(word)), Expr::Column(name)) => {
                let text = format!("{}.{word}", name.text);
                self.at += 1;
                Ok(Expr::Column(Name { text, at: name.at }))
            }
            _ => Err(self.expected("a name or the number of an element")),
        }
    }

    pub(super) fn primary(&mut self) -> Result<Expr<A>, ParseError<A>> {
        let Some(TokenAt { token, at }) = self.peek().cloned() else {
            return Err(self.expected("an expression"));
        };
        self.at += 1;
        self.height = 1;
        match token {
            Token::Number(digits) => Ok(Expr::Literal(Literal::Number(digits), at)),
            Token::Text(text) => Ok(Expr::Literal(Literal::Text(text), at)),
            Token::Quoted(text) => Ok(Expr::Column(Name { text, at })),
            Token::Word(word) => self.word(word, at),
            Token::Symbol("(") => {
                let mut items = self.list(")")?;
                // One in parentheses is itself; the printer puts back what is needed.
                if items.len() == 1 {
                    return Ok(items.remove(0));
                }
                self.grow(0)?;
                Ok(Expr::Tuple(items))
            }
            Token::Symbol("[") => {
                let items = self.list("]")?;
                self.grow(0)?;
                Ok(Expr::Array(items))
            }
            Token::Symbol(_) => {
                self.at -= 1;
                Err(self.expected("an expression"))
            }
        }
    }

    pub(super) fn word(&mut self, word: String, at: A) -> Result<Expr<A>, ParseError<A>> {
        if let Some(form) = self.form(&word, at) {
            return form;
        }
        if self.eat_symbol("(") {
            let mut distinct = self.eat_distinct();
            let mut arguments = self.list(")")?;
            let (mut parameters, height) = (Vec::new(), self.height);
            if self.eat_symbol("(") {
                distinct = self.eat_distinct();
                parameters = std::mem::replace(&mut arguments, self.list(")")?);
            }
            self.grow(height)?;
            if word == "tuple" && parameters.is_empty() && !distinct {
                return Ok(Expr::Tuple(arguments));
            }
            let condition = self.filter()?;
            let text = kept_name(&word, distinct, condition.is_some());
            arguments.extend(condition);
            return Ok(Expr::Call { function: Name { text, at }, parameters, arguments });
        }
        match word.to_ascii_uppercase().as_str() {
            "TRUE" => Ok(Expr::Literal(Literal::Bool(true), at)),
            "FALSE" => Ok(Expr::Literal(Literal::Bool(false), at)),
            "NULL" => Ok(Expr::Literal(Literal::Null, at)),
            "INTERVAL" if self.value_follows() => self.interval(at),
            _ => Ok(Expr::Column(Name { text: word, at })),
        }
    }

    /// `INTERVAL n unit`, which ClickHouse itself turns into a function.
    pub(super) fn interval(&mut self, at: A) -> Result<Expr<A>, ParseError<A>> {
        let value = self.expr(9)?;
        self.grow(0)?;
        let Some(Token::Word(unit)) = self.peek().map(|token| token.token.clone()) else {
            return Err(self.expected("a unit: SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER or YEAR"));
        };
        let unit = unit.to_lowercase();
        let plural = if unit.ends_with('s') { unit } else { format!("{unit}s") };
        let Some((_, function)) = INTERVALS.iter().find(|(own, _)| *own == plural) else {
            return Err(self.expected("a unit: SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER or YEAR"));
        };
        self.at += 1;
        let function = Name { text: function.to_string(), at };
        Ok(Expr::Call { function, parameters: Vec::new(), arguments: vec![value] })
    }

    pub(super) fn list(&mut self, end: &'static str) -> Result<Vec<Expr<A>>, ParseError<A>> {
        let (mut items, mut height) = (Vec::new(), 0);
        while !self.eat_symbol(end) {
            items.push(self.expr(0)?);
            height = height.max(self.height);
            if !self.eat_symbol(",") {
                self.close(end)?;
                break;
            }
        }
        self.height = height;
        Ok(items)
    }
}
