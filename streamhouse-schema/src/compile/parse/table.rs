//! Indexes, settings and codecs.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use super::super::attr::{plain, split};
use super::super::declaration::{At, Index};
use super::super::tokens::{expression, is_wrapped, value};
use super::named::name_of;
use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, Literal};
use crate::schema::{Codec, IndexKind};

const INDEX_FORM: &str = "write `index(by_status: set(100) on status, granularity = 4)`";

/// `name: type(parameters) on expression, granularity = n`.
pub(super) fn index(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Option<Index> {
    let mut parts = split(tokens).into_iter();
    let mut first = parts.next().unwrap_or_default().into_iter().peekable();
    let Some(name) = first.next().and_then(|first| name_of(&[first])).filter(|name| !name.text.is_empty())
    else {
        diagnostics.error("SH0020", span, "the index has no name", INDEX_FORM);
        return None;
    };
    if !matches!(first.next(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':') {
        diagnostics.error("SH0020", name.at, "expected `:` after the index's name", INDEX_FORM);
        return None;
    }
    let Some(TokenTree::Ident(kind)) = first.next() else {
        diagnostics.error("SH0020", name.at, "expected the type of the index after `:`", INDEX_FORM);
        return None;
    };
    let list = first.next_if(
        |tree| matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis),
    );
    let given = match list {
        Some(TokenTree::Group(group)) if kind == "text" => named_parameters(group.stream(), diagnostics)?,
        Some(TokenTree::Group(group)) => parameters(group.stream(), diagnostics)?,
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
    let trees: Vec<TokenTree> = first.collect();
    let wrapped = is_wrapped(trees.iter().cloned().collect());
    let expr = expression(trees, kind.span(), diagnostics)?;
    let mut granularity = None;
    for part in parts {
        match part.as_slice() {
            [TokenTree::Ident(key), TokenTree::Punct(equals), TokenTree::Literal(number)]
                if key == "granularity" && equals.as_char() == '=' =>
            {
                match number.to_string().replace('_', "").parse() {
                    Ok(number @ 1..) => granularity = Some(number),
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
        name: At { value: name.text, span: name.at },
        kind: At { value: IndexKind { name: kind.to_string(), parameters: given }, span: kind.span() },
        expr,
        wrapped,
        granularity,
    })
}

/// `name = value, …`.
pub(super) fn settings(
    tokens: TokenStream,
    span: Span,
    diagnostics: &mut Diagnostics,
) -> Vec<(At<String>, At<Expr<Span>>)> {
    let mut settings = Vec::new();
    for part in split(tokens) {
        let mut part = part.into_iter();
        match (part.next(), part.next()) {
            (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(equals))) if equals.as_char() == '=' => {
                let mut part = part.peekable();
                let place = part.peek().map_or(name.span(), TokenTree::span);
                if let Some(found) = value(part, place, diagnostics) {
                    let name = At { value: plain(&name), span: name.span() };
                    settings.push((name, At { value: found, span: place }));
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

/// `tdigest, uniq`.
pub(super) fn statistics(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Vec<At<String>> {
    let mut all = Vec::new();
    let parts = split(tokens);
    if parts.is_empty() {
        diagnostics.error(
            "SH0571",
            span,
            "the list of statistics is empty",
            "write `statistics(tdigest, uniq)`, or leave it out",
        );
    }
    for part in parts {
        match part.as_slice() {
            [TokenTree::Ident(name)] => all.push(At { value: name.to_string(), span: name.span() }),
            other => {
                let span = other.first().map_or(span, TokenTree::span);
                let help = "write `statistics(tdigest, uniq)`";
                diagnostics.error("SH0571", span, "expected the name of a statistic", help);
            }
        }
    }
    all
}

/// `Delta, ZSTD(3)`.
pub(super) fn codecs(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Vec<At<Codec<Span>>> {
    let mut codecs = Vec::new();
    for part in split(tokens) {
        match part.as_slice() {
            [TokenTree::Ident(name)] => {
                codecs.push(At {
                    value: Codec { name: name.to_string(), parameters: Vec::new() },
                    span: name.span(),
                });
            }
            [TokenTree::Ident(name), TokenTree::Group(group)]
                if group.delimiter() == Delimiter::Parenthesis =>
            {
                if let Some(parameters) = parameters(group.stream(), diagnostics) {
                    let codec = Codec { name: name.to_string(), parameters };
                    codecs.push(At { value: codec, span: name.span() });
                }
            }
            other => {
                let span = other.first().map_or(span, TokenTree::span);
                diagnostics.error("SH0022", span, "expected a codec", "write `codec(Delta, ZSTD(3))`");
            }
        }
    }
    codecs
}

/// What an index of text takes: `tokenizer = ngrams(3), preprocessor = lower(body)`.
fn named_parameters(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Option<Vec<Expr<Span>>> {
    let mut all = Vec::new();
    for part in split(tokens) {
        let span = part.first().map_or_else(Span::call_site, TokenTree::span);
        all.push(value(part, span, diagnostics)?);
    }
    Some(all)
}

/// Numbers and strings, each of them one literal: `3`, `0.01`, `"bit"`.
fn parameters(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Option<Vec<Expr<Span>>> {
    let mut all = Vec::new();
    for part in split(tokens) {
        let span = part.first().map_or_else(Span::call_site, TokenTree::span);
        match value(part, span, diagnostics)? {
            literal @ Expr::Literal(Literal::Number(_) | Literal::Text(_), _) => all.push(literal),
            _ => {
                diagnostics.error(
                    "SH0023",
                    span,
                    "a parameter is a number or a string",
                    "write for example `ZSTD(3)`, `set(100)` or `T64(\"bit\")`",
                );
                return None;
            }
        }
    }
    Some(all)
}
