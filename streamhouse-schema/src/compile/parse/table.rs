//! Indexes, settings and codecs.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use super::super::attr::{plain, split};
use super::super::declaration::{At, Index};
use super::super::tokens::{expression, value};
use crate::diagnostic::Diagnostics;
use crate::expr::Expr;
use crate::schema::{Codec, IndexKind};

const INDEX_FORM: &str = "write `index(by_status: set(100) on status, granularity = 4)`";

/// `name: type(parameters) on expression, granularity = n`.
pub(super) fn index(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Option<Index> {
    let mut parts = split(tokens).into_iter();
    let mut first = parts.next().unwrap_or_default().into_iter().peekable();
    let Some(TokenTree::Ident(name)) = first.next() else {
        diagnostics.error("SH0020", span, "the index has no name", INDEX_FORM);
        return None;
    };
    if !matches!(first.next(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':') {
        diagnostics.error("SH0020", name.span(), "expected `:` after the index's name", INDEX_FORM);
        return None;
    }
    let Some(TokenTree::Ident(kind)) = first.next() else {
        diagnostics.error("SH0020", name.span(), "expected the type of the index after `:`", INDEX_FORM);
        return None;
    };
    let list = first.next_if(
        |tree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis),
    );
    let parameters = match list {
        Some(TokenTree::Group(group)) => numbers(group.stream()),
        _ => Vec::new(),
    };
    if !matches!(first.next(), Some(TokenTree::Ident(on)) if on == "on") {
        diagnostics.error(
            "SH0020",
            kind.span(),
            "expected `on` and an expression after the index's type",
            INDEX_FORM,
        );
        return None;
    }
    let expr = expression(first, kind.span(), diagnostics)?;
    let mut granularity = 1;
    for part in parts {
        match part.as_slice() {
            [TokenTree::Ident(key), TokenTree::Punct(_), TokenTree::Literal(number)]
                if key == "granularity" =>
            {
                match number.to_string().parse() {
                    Ok(number @ 1..) => granularity = number,
                    _ => diagnostics.error(
                        "SH0020",
                        number.span(),
                        "the granularity is not a number from 1",
                        INDEX_FORM,
                    ),
                }
            }
            other => {
                let span = other.first().map_or(span, TokenTree::span);
                diagnostics.error(
                    "SH0020",
                    span,
                    "only `granularity = n` may follow the index's expression",
                    INDEX_FORM,
                );
            }
        }
    }
    Some(Index {
        name: At { value: plain(&name), span: name.span() },
        kind: At { value: IndexKind { name: kind.to_string(), parameters }, span: kind.span() },
        expr,
        granularity,
    })
}

/// `name = value, …`.
pub(super) fn settings(
    tokens: TokenStream,
    span: Span,
    diagnostics: &mut Diagnostics,
) -> Vec<(At<String>, Expr<Span>)> {
    let mut settings = Vec::new();
    for part in split(tokens) {
        let mut part = part.into_iter();
        match (part.next(), part.next()) {
            (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(equals))) if equals.as_char() == '=' => {
                if let Some(found) = value(part, name.span(), diagnostics) {
                    settings.push((At { value: plain(&name), span: name.span() }, found));
                }
            }
            (first, _) => {
                let span = first.map_or(span, |tree| tree.span());
                diagnostics.error(
                    "SH0021",
                    span,
                    "expected `name = value`",
                    "write `settings(index_granularity = 4096)`",
                );
            }
        }
    }
    settings
}

/// `Delta, ZSTD(3)`.
pub(super) fn codecs(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Vec<At<Codec>> {
    let mut codecs = Vec::new();
    for part in split(tokens) {
        match part.as_slice() {
            [TokenTree::Ident(name)] => {
                codecs.push(At {
                    value: Codec { name: name.to_string(), parameters: Vec::new() },
                    span: name.span(),
                });
            }
            [TokenTree::Ident(name), TokenTree::Group(group)] => {
                let codec = Codec { name: name.to_string(), parameters: numbers(group.stream()) };
                codecs.push(At { value: codec, span: name.span() });
            }
            other => {
                let span = other.first().map_or(span, TokenTree::span);
                diagnostics.error("SH0022", span, "expected a codec", "write `codec(Delta, ZSTD(3))`");
            }
        }
    }
    codecs
}

fn numbers(tokens: TokenStream) -> Vec<String> {
    split(tokens)
        .into_iter()
        .map(|part| part.into_iter().map(|tree| tree.to_string()).collect::<String>().replace('_', ""))
        .collect()
}
