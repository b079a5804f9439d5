//! Rust tokens as tokens of an expression, each with its span.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use super::attr::plain;
use crate::diagnostic::Diagnostics;
use crate::expr::{self, Expr, Token, TokenAt, plain_number};

/// The punctuation of two characters that expressions know.
const PAIRS: &[&str] = &["->", "<=", ">=", "<>", "!=", "==", "||", "::"];
const SINGLES: &[&str] = &[".", "+", "-", "*", "/", "%", "<", ">", "=", ",", "?", ":"];

/// Reads an expression. One string literal alone is SQL text, in which strings have SQL's quotes; a string literal among
/// other tokens is a string.
pub(super) fn expression(
    tokens: impl IntoIterator<Item = TokenTree>,
    place: Span,
    diagnostics: &mut Diagnostics,
) -> Option<Expr<Span>> {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    if let [TokenTree::Literal(literal)] = &trees[..]
        && let Some(text) = string_of(literal)
    {
        return sql_text(&text, literal.span(), diagnostics);
    }
    plain_expression(trees, place, diagnostics)
}

/// Whether an expression stands in one pair of parentheses that it does not need, which ClickHouse keeps: `(a)`, and not
/// `(a, b)`.
pub(super) fn is_wrapped(tokens: TokenStream) -> bool {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    match &trees[..] {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            let is_comma = |tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ',');
            !group.stream().is_empty() && !group.stream().into_iter().any(is_comma)
        }
        [TokenTree::Literal(literal)] => string_of(literal).is_some_and(|text| is_wrapped_text(&text)),
        _ => false,
    }
}

fn is_wrapped_text(text: &str) -> bool {
    let Ok(tokens) = expr::statement_tokens(text) else { return false };
    let [Token::Symbol("("), inner @ .., Token::Symbol(")")] = &tokens[..] else { return false };
    let mut depth = 0_i32;
    let stays = inner.iter().all(|token| {
        match token {
            Token::Symbol("(" | "[") => depth += 1,
            Token::Symbol(")" | "]") => depth -= 1,
            Token::Symbol(",") if depth == 0 => return false,
            _ => {}
        }
        depth >= 0
    });
    stays && !inner.is_empty()
}

/// As [`expression`], but one string literal alone is a string too, as a default value is.
pub(super) fn value(
    tokens: impl IntoIterator<Item = TokenTree>,
    place: Span,
    diagnostics: &mut Diagnostics,
) -> Option<Expr<Span>> {
    plain_expression(tokens.into_iter().collect(), place, diagnostics)
}

fn plain_expression(trees: Vec<TokenTree>, place: Span, diagnostics: &mut Diagnostics) -> Option<Expr<Span>> {
    let mut out = Vec::new();
    let before = diagnostics.iter().count();
    flatten(trees, &mut out, diagnostics);
    if diagnostics.iter().count() > before {
        return None;
    }
    expr::parse(&out)
        .map_err(|error| {
            let span = error.at.or(out.last().map(|token| token.at)).unwrap_or(place);
            diagnostics.error("SH0101", span, error.message, "write a ClickHouse expression, such as `toYYYYMM(created_at)`; one that Rust cannot tokenise goes into a string literal");
        })
        .ok()
}

fn sql_text(text: &str, span: Span, diagnostics: &mut Diagnostics) -> Option<Expr<Span>> {
    let parsed: Result<Expr, String> = text.parse();
    match parsed {
        Ok(expr) => Some(placed(expr, span)),
        Err(error) => {
            diagnostics.error(
                "SH0101",
                span,
                format!("in this SQL text: {error}"),
                "strings stand in single quotes here: \"status = 'paid'\"",
            );
            None
        }
    }
}

/// All names and literals of a text stand where the text stands.
fn placed(expr: Expr, span: Span) -> Expr<Span> {
    let one = |expr: Box<Expr>| Box::new(placed(*expr, span));
    let all = |exprs: Vec<Expr>| exprs.into_iter().map(|expr| placed(expr, span)).collect();
    let name = |name: expr::Name<()>| expr::Name { text: name.text, at: span };
    match expr {
        Expr::Column(column) => Expr::Column(name(column)),
        Expr::Literal(literal, ()) => Expr::Literal(literal, span),
        Expr::Call { function, parameters, arguments } => {
            Expr::Call { function: name(function), parameters: all(parameters), arguments: all(arguments) }
        }
        Expr::Unary(operator, operand) => Expr::Unary(operator, one(operand)),
        Expr::Binary(operator, left, right) => Expr::Binary(operator, one(left), one(right)),
        Expr::Tuple(items) => Expr::Tuple(all(items)),
        Expr::Array(items) => Expr::Array(all(items)),
        Expr::Lambda(variables, body) => Expr::Lambda(variables, one(body)),
        Expr::Element(of, index) => Expr::Element(one(of), one(index)),
        Expr::Member(of, index) => Expr::Member(one(of), index),
    }
}

fn flatten(trees: Vec<TokenTree>, out: &mut Vec<TokenAt<Span>>, diagnostics: &mut Diagnostics) {
    let mut trees = trees.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let at = tree.span();
        match tree {
            TokenTree::Ident(ident) => {
                if let Some((text, of)) = trees.peek().filter(|_| ident == "sql").and_then(sql_within) {
                    trees.next();
                    within(&text, of, out, diagnostics);
                    continue;
                }
                // A raw identifier is a name, never a keyword of SQL either.
                let name = plain(&ident);
                let token = if ident == name.as_str() { Token::Word(name) } else { Token::Quoted(name) };
                out.push(TokenAt { token, at });
            }
            TokenTree::Literal(literal) => match literal_token(&literal) {
                Some(token) => out.push(TokenAt { token, at }),
                None => diagnostics.error(
                    "SH0101",
                    at,
                    format!("`{literal}` has no meaning in ClickHouse"),
                    "strings are written \"like this\", numbers without a suffix",
                ),
            },
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    // Without a delimiter: what a `macro_rules!` macro put in, as one operand.
                    Delimiter::Parenthesis | Delimiter::None => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => {
                        diagnostics.error(
                            "SH0101",
                            at,
                            "braces have no meaning in ClickHouse's expressions",
                            "use parentheses",
                        );
                        continue;
                    }
                };
                out.push(TokenAt { token: Token::Symbol(open), at: group.span_open() });
                flatten(group.stream().into_iter().collect(), out, diagnostics);
                out.push(TokenAt { token: Token::Symbol(close), at: group.span_close() });
            }
            TokenTree::Punct(punct) => {
                let next = match trees.peek() {
                    Some(TokenTree::Punct(next)) => Some(next.as_char()),
                    _ => None,
                };
                let pair =
                    next.and_then(|next| PAIRS.iter().find(|pair| pair.chars().eq([punct.as_char(), next])));
                let symbol = match pair {
                    Some(pair) => {
                        trees.next();
                        Some(pair)
                    }
                    None => SINGLES.iter().find(|single| single.chars().eq([punct.as_char()])),
                };
                match symbol {
                    Some(symbol) => out.push(TokenAt { token: Token::Symbol(symbol), at }),
                    None if punct.as_char() == '&' && next == Some('&') => {
                        trees.next();
                        diagnostics.error(
                            "SH0101",
                            at,
                            "`&&` has no meaning in ClickHouse's expressions",
                            "write `and`",
                        );
                    }
                    None => diagnostics.error(
                        "SH0101",
                        at,
                        format!("`{punct}` has no meaning in ClickHouse's expressions"),
                        "write AND, OR and NOT as words; put what Rust cannot tokenise into a string literal",
                    ),
                }
            }
        }
    }
}

/// The text of `("…")`, which stands behind `sql` for what Rust cannot tokenise.
fn sql_within(tree: &TokenTree) -> Option<(String, Span)> {
    let TokenTree::Group(group) = tree else { return None };
    let trees: Vec<TokenTree> = group.stream().into_iter().collect();
    match &trees[..] {
        [TokenTree::Literal(literal)] if group.delimiter() == Delimiter::Parenthesis => {
            Some((string_of(literal)?, literal.span()))
        }
        _ => None,
    }
}

/// The tokens of a text of SQL, as one operand.
fn within(text: &str, at: Span, out: &mut Vec<TokenAt<Span>>, diagnostics: &mut Diagnostics) {
    match expr::expression_tokens(text) {
        Ok(tokens) => {
            out.push(TokenAt { token: Token::Symbol("("), at });
            out.extend(tokens.into_iter().map(|token| TokenAt { token, at }));
            out.push(TokenAt { token: Token::Symbol(")"), at });
        }
        Err(error) => diagnostics.error(
            "SH0101",
            at,
            format!("in this SQL text: {error}"),
            "strings stand in single quotes here, and names that are no words in backticks",
        ),
    }
}

fn literal_token(literal: &proc_macro2::Literal) -> Option<Token> {
    if let Some(text) = string_of(literal) {
        return Some(Token::Text(text));
    }
    plain_number(&literal.to_string().replace('_', "")).map(Token::Number)
}

/// The value of a string literal.
pub(super) fn string_of(literal: &proc_macro2::Literal) -> Option<String> {
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}
