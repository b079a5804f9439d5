//! Where the parser is, and how high what it has read is.

use super::{ParseError, Parser};
use crate::expr::token::{Token, TokenAt};

/// The highest tree that is made, which a long chain of operators makes too: it is walked, and dropped, by recursion. ClickHouse itself
/// takes 1,000 (`max_ast_depth`).
const MAX_HEIGHT: usize = 500;

impl<A: Copy> Parser<'_, A> {
    pub(super) fn peek(&self) -> Option<&TokenAt<A>> {
        self.tokens.get(self.at)
    }

    /// The word that stands so many tokens ahead, in capitals.
    pub(super) fn word_ahead(&self, ahead: usize) -> Option<String> {
        match self.tokens.get(self.at + ahead).map(|token| &token.token) {
            Some(Token::Word(word)) => Some(word.to_ascii_uppercase()),
            _ => None,
        }
    }

    pub(super) fn place(&self) -> Option<A> {
        self.peek().map(|token| token.at)
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek(), Some(TokenAt { token: Token::Symbol(found), .. }) if *found == symbol)
    }

    pub(super) fn eat_symbol(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        self.at += usize::from(found);
        found
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(TokenAt { token: Token::Word(found), .. }) if found.eq_ignore_ascii_case(word))
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn close(&mut self, symbol: &'static str) -> Result<(), ParseError<A>> {
        if self.eat_symbol(symbol) { Ok(()) } else { Err(self.expected(&format!("`{symbol}`"))) }
    }

    pub(super) fn expected(&self, what: &str) -> ParseError<A> {
        let found = match self.peek().map(|token| &token.token) {
            Some(Token::Word(text) | Token::Quoted(text) | Token::Number(text)) => format!("`{text}`"),
            Some(Token::Text(text)) => format!("the string {text:?}"),
            Some(Token::Symbol(symbol)) => format!("`{symbol}`"),
            None => "the end".into(),
        };
        ParseError { message: format!("expected {what}, found {found}"), at: self.place() }
    }

    /// The tree that was read last, and another one of this height, get something above them.
    pub(super) fn grow(&mut self, other: usize) -> Result<(), ParseError<A>> {
        self.height = self.height.max(other) + 1;
        if self.height > MAX_HEIGHT {
            let message = "the expression has too many operators one after the other: put the parts of it in parentheses".into();
            return Err(ParseError { message, at: self.place() });
        }
        Ok(())
    }
}
