//! Tokens into an expression, by operator precedence.

use super::lex::lex;
use super::token::{Token, TokenAt};
use super::{Binary, Expr, Literal, Name, Unary};

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 64;
/// The highest tree that is made, which a long chain of operators makes too: it is walked, and dropped, by recursion. ClickHouse itself
/// takes 1,000 (`max_ast_depth`).
const MAX_HEIGHT: usize = 500;
/// The most nodes of what stands before `BETWEEN`, which is written twice: again and again, that would double without end.
const MAX_TWICE: usize = 64;
/// The strength of comparisons, which `IS NULL` and `BETWEEN` have too.
const COMPARISON: u8 = 5;
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

/// Why tokens are no expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError<A> {
    /// What was expected, and what stands there.
    pub message: String,
    /// Where; `None` at the end.
    pub at: Option<A>,
}

/// Reads a whole expression.
pub fn parse<A: Copy>(tokens: &[TokenAt<A>]) -> Result<Expr<A>, ParseError<A>> {
    let mut parser = Parser { tokens, at: 0, depth: 0, height: 0 };
    let expr = parser.expr(0)?;
    if parser.at < tokens.len() {
        return Err(parser.expected("an operator or the end"));
    }
    if matches!(expr, Expr::Lambda(..)) {
        let message = "a lambda stands among the arguments of a function".into();
        return Err(ParseError { message, at: tokens.first().map(|token| token.at) });
    }
    Ok(expr)
}

impl std::str::FromStr for Expr {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let tokens = lex(text).map_err(|error| error.to_string())?;
        parse(&tokens).map(Expr::strip).map_err(|error| match error.at {
            Some(at) => format!("{} at byte {at}", error.message),
            None => format!("{} at the end", error.message),
        })
    }
}

struct Parser<'a, A> {
    tokens: &'a [TokenAt<A>],
    at: usize,
    depth: usize,
    /// Of the tree that was read last.
    height: usize,
}

impl<A: Copy> Parser<'_, A> {
    fn expr(&mut self, weakest: u8) -> Result<Expr<A>, ParseError<A>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ParseError {
                message: "the expression is nested too deeply".into(),
                at: self.place(),
            });
        }
        let mut left = self.prefix()?;
        loop {
            if let Some((operator, tokens)) = self.null_test().filter(|_| weakest < COMPARISON) {
                self.at += tokens;
                self.grow(0)?;
                left = Expr::Unary(operator, Box::new(left));
                continue;
            }
            if let Some((within, tokens)) = self.between().filter(|_| weakest < COMPARISON) {
                self.at += tokens;
                left = self.bounds(left, within)?;
                continue;
            }
            match self.binary() {
                Some((operator, tokens)) if operator.strength() > weakest => {
                    self.at += tokens;
                    let height = self.height;
                    let right = self.expr(operator.strength())?;
                    self.grow(height)?;
                    left = Expr::Binary(operator, Box::new(left), Box::new(right));
                }
                _ => break,
            }
        }
        if weakest == 0 && self.is_symbol("->") {
            let parameters = variables(&left).ok_or_else(|| self.expected("names before `->`"))?;
            self.at += 1;
            let body = self.expr(0)?;
            self.grow(0)?;
            left = Expr::Lambda(parameters, Box::new(body));
        }
        self.depth -= 1;
        Ok(left)
    }

    /// The word that stands so many tokens ahead, in capitals.
    fn word_ahead(&self, ahead: usize) -> Option<String> {
        match self.tokens.get(self.at + ahead).map(|token| &token.token) {
            Some(Token::Word(word)) => Some(word.to_ascii_uppercase()),
            _ => None,
        }
    }

    /// `IS NULL` or `IS NOT NULL`, and how many tokens it has.
    fn null_test(&self) -> Option<(Unary, usize)> {
        let words = [self.word_ahead(0)?, self.word_ahead(1)?, self.word_ahead(2).unwrap_or_default()];
        match [words[0].as_str(), words[1].as_str(), words[2].as_str()] {
            ["IS", "NULL", _] => Some((Unary::IsNull, 2)),
            ["IS", "NOT", "NULL"] => Some((Unary::IsNotNull, 3)),
            _ => None,
        }
    }

    /// `BETWEEN` or `NOT BETWEEN`: whether within, and how many tokens it has.
    fn between(&self) -> Option<(bool, usize)> {
        match self.word_ahead(0)?.as_str() {
            "BETWEEN" => Some((true, 1)),
            "NOT" if self.word_ahead(1).as_deref() == Some("BETWEEN") => Some((false, 2)),
            _ => None,
        }
    }

    /// The two comparisons that `BETWEEN … AND …` stands for, which is how ClickHouse keeps it.
    fn bounds(&mut self, of: Expr<A>, within: bool) -> Result<Expr<A>, ParseError<A>> {
        let mut nodes = 0;
        of.each(&mut |_| nodes += 1);
        if nodes > MAX_TWICE {
            let message = "what stands before `BETWEEN` is too long: write two comparisons".into();
            return Err(ParseError { message, at: self.place() });
        }
        let height = self.height;
        let least = self.expr(COMPARISON)?;
        let height = height.max(self.height);
        if !self.eat_word("AND") {
            return Err(self.expected("`AND`"));
        }
        let most = self.expr(COMPARISON)?;
        self.grow(height)?;
        self.grow(0)?;
        let (from, to, both) = match within {
            true => (Binary::GreaterOrEqual, Binary::LessOrEqual, Binary::And),
            false => (Binary::Less, Binary::Greater, Binary::Or),
        };
        let from = Expr::Binary(from, Box::new(of.clone()), Box::new(least));
        let to = Expr::Binary(to, Box::new(of), Box::new(most));
        Ok(Expr::Binary(both, Box::new(from), Box::new(to)))
    }

    fn prefix(&mut self) -> Result<Expr<A>, ParseError<A>> {
        let minus = self.place();
        if self.eat_symbol("-") {
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
            } else if self.is_symbol(".") {
                self.at += 1;
                expr = self.member(expr)?;
            } else {
                return Ok(expr);
            }
        }
    }

    /// `t.1`, or `nested.column`, which is one name.
    fn member(&mut self, of: Expr<A>) -> Result<Expr<A>, ParseError<A>> {
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

    fn primary(&mut self) -> Result<Expr<A>, ParseError<A>> {
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

    fn word(&mut self, word: String, at: A) -> Result<Expr<A>, ParseError<A>> {
        if self.eat_symbol("(") {
            let mut arguments = self.list(")")?;
            let (mut parameters, height) = (Vec::new(), self.height);
            if self.eat_symbol("(") {
                parameters = std::mem::replace(&mut arguments, self.list(")")?);
            }
            self.grow(height)?;
            if word == "tuple" && parameters.is_empty() {
                return Ok(Expr::Tuple(arguments));
            }
            let own =
                INTERVALS.iter().find(|(own, _)| *own == word).map(|(_, function)| function.to_string());
            return Ok(Expr::Call {
                function: Name { text: own.unwrap_or(word), at },
                parameters,
                arguments,
            });
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
    fn interval(&mut self, at: A) -> Result<Expr<A>, ParseError<A>> {
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

    fn list(&mut self, end: &'static str) -> Result<Vec<Expr<A>>, ParseError<A>> {
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

    /// The tree that was read last, and another one of this height, get something above them.
    fn grow(&mut self, other: usize) -> Result<(), ParseError<A>> {
        self.height = self.height.max(other) + 1;
        if self.height > MAX_HEIGHT {
            let message = "the expression has too many operators one after the other: put the parts of it in parentheses".into();
            return Err(ParseError { message, at: self.place() });
        }
        Ok(())
    }

    /// The operator that stands here, and how many tokens it has.
    fn binary(&self) -> Option<(Binary, usize)> {
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

    fn peek(&self) -> Option<&TokenAt<A>> {
        self.tokens.get(self.at)
    }

    /// Whether a value stands here: then `INTERVAL` before it is the keyword, and otherwise a column of that name.
    fn value_follows(&self) -> bool {
        match self.peek().map(|token| &token.token) {
            Some(Token::Number(_) | Token::Text(_) | Token::Quoted(_)) => true,
            Some(Token::Word(_)) => {
                self.binary().is_none() && self.null_test().is_none() && self.between().is_none()
            }
            _ => false,
        }
    }

    fn place(&self) -> Option<A> {
        self.peek().map(|token| token.at)
    }

    fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek(), Some(TokenAt { token: Token::Symbol(found), .. }) if *found == symbol)
    }

    fn eat_symbol(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        self.at += usize::from(found);
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(TokenAt { token: Token::Word(found), .. }) if found.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn close(&mut self, symbol: &'static str) -> Result<(), ParseError<A>> {
        if self.eat_symbol(symbol) { Ok(()) } else { Err(self.expected(&format!("`{symbol}`"))) }
    }

    fn expected(&self, what: &str) -> ParseError<A> {
        let found = match self.peek().map(|token| &token.token) {
            Some(Token::Word(text) | Token::Quoted(text) | Token::Number(text)) => format!("`{text}`"),
            Some(Token::Text(text)) => format!("the string {text:?}"),
            Some(Token::Symbol(symbol)) => format!("`{symbol}`"),
            None => "the end".into(),
        };
        ParseError { message: format!("expected {what}, found {found}"), at: self.place() }
    }
}

/// The variables of a lambda: a name, or names in parentheses.
fn variables<A>(expr: &Expr<A>) -> Option<Vec<String>> {
    let one = |expr: &Expr<A>| match expr {
        Expr::Column(name) => Some(name.text.clone()),
        _ => None,
    };
    match expr {
        Expr::Tuple(items) => items.iter().map(one).collect(),
        expr => one(expr).map(|name| vec![name]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql;

    fn check(text: &str, expected: &str) {
        let expr: Expr = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(sql::expr(&expr), expected);
        assert_eq!(expected.parse::<Expr>().as_ref(), Ok(&expr), "{expected} reads back");
    }

    #[test]
    fn operators_bind_as_in_clickhouse() {
        check("a + b * c - d", "a + b * c - d");
        check("(a + b) * c", "(a + b) * c");
        check("a - (b - c)", "a - (b - c)");
        check("not a = 1 and b or c", "NOT a = 1 AND b OR c");
        check("a is null and not b is not null", "a IS NULL AND NOT b IS NOT NULL");
        check("(a + 1) is null = b", "a + 1 IS NULL = b");
        check("(not a) is null", "(NOT a) IS NULL");
        check("interval is null or is = 1", "`interval` IS NULL OR `is` = 1");
        check("a ilike 'x' or a not ilike 'y'", "a ILIKE 'x' OR a NOT ILIKE 'y'");
        check("a between 1 and 2 + b and c", "a >= 1 AND a <= 2 + b AND c");
        check("a not between 1 and 2 and c", "(a < 1 OR a > 2) AND c");
        check("a or b and c", "a OR b AND c");
        check("(a or b) and c", "(a OR b) AND c");
        check("-a * -1", "-a * -1");
        check("- (a + b)", "-(a + b)");
        check("a == 'x' || b", "a = 'x' || b");
        check("a <> 1", "a != 1");
        check("a NOT IN (1, 2)", "a NOT IN (1, 2)");
    }

    #[test]
    fn forms_of_clickhouse() {
        check("toYYYYMM(created_at)", "toYYYYMM(created_at)");
        check("quantile(0.5)(x)", "quantile(0.5)(x)");
        check("arrayMap(x -> x > 1, tags)", "arrayMap(x -> x > 1, tags)");
        check("arrayMap((x, y) -> x + y, a, b)", "arrayMap((x, y) -> x + y, a, b)");
        check("ts + INTERVAL 1 DAY", "ts + toIntervalDay(1)");
        check("ts + days(90)", "ts + toIntervalDay(90)");
        check("tags[1].2", "tags[1].2");
        check("nested.key", "nested.key");
        check("`nested.some key`", "`nested.some key`");
        check("if(a, 'it''s', \"b c\")", "if(a, 'it\\'s', `b c`)");
        check("[1, 1.5e-3, NULL, true]", "[1, 1.5e-3, NULL, true]");
        check("()", "tuple()");
        check("tuple(a)", "tuple(a)");
        check("tuple(a, b)", "(a, b)");
        check("0xFF", "255");
        // Two minus signs in a row would begin a comment.
        check("-(-1)", "- -1");
        check("-(-a)", "- -a");
        check("interval", "`interval`");
        check("interval - 1", "`interval` - 1");
        check("(interval, a)", "(`interval`, a)");
        check("`null` = 1", "`null` = 1");
    }

    #[test]
    fn columns_are_found_and_variables_are_not() {
        let expr: Expr = "arrayExists(x -> x = status, tags) and x > 1".parse().expect("an expression");
        let columns: Vec<_> = expr.columns().into_iter().map(|name| name.text.as_str()).collect();
        assert_eq!(columns, ["status", "tags", "x"]);
    }

    #[test]
    fn mistakes_are_named() {
        for (text, message) in [
            ("a +", "expected an expression, found the end at the end"),
            ("f(a", "expected `)`, found the end at the end"),
            ("a b", "expected an operator or the end, found `b` at byte 2"),
            ("'a", "a ' without its end at byte 0"),
            ("a ? b", "`?` has no meaning here at byte 2"),
            ("1abc", "`1abc` is not a number at byte 0"),
            ("1e400", "`1e400` is not a number at byte 0"),
            ("x -> x", "a lambda stands among the arguments of a function at byte 0"),
        ] {
            assert_eq!(text.parse::<Expr>().expect_err(text), message);
        }
        assert!("(".repeat(10_000).parse::<Expr>().is_err());
        assert!("-".repeat(10_000).parse::<Expr>().is_err());
    }
}
