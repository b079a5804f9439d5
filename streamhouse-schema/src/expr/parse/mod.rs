//! Tokens into an expression, by operator precedence.

mod cursor;
mod forms;
mod operand;
mod operators;
#[cfg(test)]
mod tests;

use super::lex::lex;
use super::token::TokenAt;
use super::{Binary, Expr};

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 64;
/// The most nodes of what stands before `BETWEEN`, which is written twice: again and again, that would double without end.
const MAX_TWICE: usize = 64;
/// The strength of comparisons, which `IS NULL` and `BETWEEN` have too.
const COMPARISON: u8 = 5;

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
            if let Some((function, at)) = self.named_operator().filter(|(one, _)| one.strength() > weakest) {
                self.at += 1;
                let height = self.height;
                let right = self.expr(function.strength())?;
                self.height = self.height.max(height);
                left = self.called(function.name(), at, vec![left, right])?;
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
        if weakest == 0
            && let Some(at) = self.place().filter(|_| self.is_symbol("?"))
        {
            self.at += 1;
            left = self.choice(left, at)?;
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
