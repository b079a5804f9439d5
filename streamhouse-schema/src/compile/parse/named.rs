//! What the longer attributes have in common: `name: …`, and words of SQL among tokens.

use proc_macro2::{Span, TokenStream, TokenTree};

use super::super::attr::plain;
use super::super::tokens::{expression, string_of};
use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, Name};

/// How a family of attributes is written, and the code of what is not written so.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) code: &'static str,
    /// What it is about: `the projection`.
    pub(super) what: &'static str,
    pub(super) help: &'static str,
}

impl Form {
    /// Says that something is not written so.
    pub(super) fn wrong(self, span: Span, message: impl Into<String>, diagnostics: &mut Diagnostics) {
        diagnostics.error(self.code, span, message, self.help);
    }

    /// `name: rest`.
    pub(super) fn named(
        self,
        tokens: TokenStream,
        span: Span,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Name<Span>, Vec<TokenTree>)> {
        let mut trees = tokens.into_iter();
        let name = match trees.next() {
            Some(TokenTree::Ident(name)) => Name { text: plain(&name), at: name.span() },
            Some(TokenTree::Literal(literal)) if string_of(&literal).is_some() => {
                Name { text: string_of(&literal).unwrap_or_default(), at: literal.span() }
            }
            other => {
                let span = other.map_or(span, |tree| tree.span());
                self.wrong(span, format!("{} has no name", self.what), diagnostics);
                return None;
            }
        };
        if !matches!(trees.next(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':') {
            self.wrong(name.at, format!("expected `:` after the name of {}", self.what), diagnostics);
            return None;
        }
        let rest: Vec<TokenTree> = trees.collect();
        if rest.is_empty() {
            self.wrong(name.at, format!("{} says nothing", self.what), diagnostics);
            return None;
        }
        Some((name, rest))
    }
}

/// Whether words stand at a place, in any case.
pub(super) fn words_at(trees: &[TokenTree], at: usize, words: &[&str]) -> bool {
    words.iter().enumerate().all(|(index, word)| {
        matches!(trees.get(at + index), Some(TokenTree::Ident(ident)) if ident.to_string().eq_ignore_ascii_case(word))
    })
}

/// Where words stand first.
pub(super) fn find(trees: &[TokenTree], words: &[&str]) -> Option<usize> {
    (0..trees.len()).find(|at| words_at(trees, *at, words))
}

/// Expressions with commas between them, or in one pair of parentheses.
pub(super) fn exprs(
    trees: &[TokenTree],
    place: Span,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Expr<Span>>> {
    let parts = super::super::attr::split(trees.iter().cloned().collect());
    let mut all = Vec::new();
    for part in parts {
        let place = part.first().map_or(place, TokenTree::span);
        match expression(part, place, diagnostics)? {
            Expr::Tuple(items) => all.extend(items),
            one => all.push(one),
        }
    }
    Some(all)
}

/// One name or string, as the name of a table, a cluster or a column.
pub(super) fn name_of(trees: &[TokenTree]) -> Option<Name<Span>> {
    match trees {
        [TokenTree::Ident(name)] => Some(Name { text: plain(name), at: name.span() }),
        [TokenTree::Literal(literal)] => string_of(literal).map(|text| Name { text, at: literal.span() }),
        _ => None,
    }
}
