//! Attributes, split by hand at top-level commas: `syn::Meta` and `syn::Expr` cannot hold `x -> x > 1`,
//! `INTERVAL 1 DAY` or `type = String`.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};

use crate::diagnostic::Diagnostics;
use crate::near::nearest;

/// One entry of `#[stream(…)]`.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) key: String,
    pub(super) span: Span,
    pub(super) value: Value,
}

/// What follows the key.
#[derive(Debug)]
pub(super) enum Value {
    /// Nothing.
    Flag,
    /// `= …`.
    Assigned(TokenStream),
    /// `(…)`.
    List(TokenStream),
}

/// The entries of all `#[stream(…)]`, without those whose key is unknown or stands twice, which are reported.
pub(super) fn items(
    attributes: &[syn::Attribute],
    known: &[&'static str],
    diagnostics: &mut Diagnostics,
) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("stream")) {
        let syn::Meta::List(list) = &attribute.meta else {
            let span = attribute
                .path()
                .segments
                .first()
                .map_or_else(Span::call_site, |segment| segment.ident.span());
            diagnostics.error("SH0001", span, "`stream` takes a list", "write `#[stream(…)]`");
            continue;
        };
        for tokens in split(list.tokens.clone()) {
            let Some(item) = item(tokens, diagnostics) else { continue };
            // Indexes may be many.
            let twice = item.key != "index" && items.iter().any(|earlier| earlier.key == item.key);
            if !known.contains(&item.key.as_str()) {
                let help = match nearest(&item.key, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("valid here: {}", known.join(", ")),
                };
                diagnostics.error("SH0002", item.span, format!("unknown attribute `{}`", item.key), help);
            } else if twice {
                diagnostics.error(
                    "SH0003",
                    item.span,
                    format!("`{}` is given twice", item.key),
                    "keep one of them",
                );
            } else {
                items.push(item);
            }
        }
    }
    items
}

/// Splits at top-level commas; a comma at the end is fine.
pub(super) fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    for token in tokens {
        match (&token, parts.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => parts.push(Vec::new()),
            (_, Some(part)) => part.push(token),
            (_, None) => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn item(tokens: Vec<TokenTree>, diagnostics: &mut Diagnostics) -> Option<Item> {
    let mut tokens = tokens.into_iter();
    let first = tokens.next()?;
    let TokenTree::Ident(key) = first else {
        diagnostics.error(
            "SH0001",
            first.span(),
            format!("expected the name of an attribute, found `{first}`"),
            "write `name`, `name = value` or `name(values)`",
        );
        return None;
    };
    let value = match tokens.next() {
        None => Value::Flag,
        Some(TokenTree::Punct(punct)) if punct.as_char() == '=' => {
            let rest: TokenStream = tokens.by_ref().collect();
            if rest.is_empty() {
                diagnostics.error(
                    "SH0001",
                    punct.span(),
                    format!("`{key}` has no value"),
                    format!("write `{key} = …`"),
                );
                return None;
            }
            Value::Assigned(rest)
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            if let Some(extra) = tokens.next() {
                diagnostics.error(
                    "SH0001",
                    extra.span(),
                    format!("unexpected `{extra}` after `{key}(…)`"),
                    "put a comma before it",
                );
                return None;
            }
            Value::List(group.stream())
        }
        Some(other) => {
            diagnostics.error(
                "SH0001",
                other.span(),
                format!("unexpected `{other}` after `{key}`"),
                format!("write `{key}`, `{key} = …` or `{key}(…)`"),
            );
            return None;
        }
    };
    Some(Item { key: plain(&key), span: key.span(), value })
}

/// A name without the `r#` that keywords need.
pub(super) fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_string).unwrap_or(text)
}

/// The doc comment: lines joined, outer spaces taken off.
pub(super) fn comment(attributes: &[syn::Attribute]) -> String {
    let line = |attribute: &syn::Attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => {
                Some(text.value().trim().to_string())
            }
            _ => None,
        },
        _ => None,
    };
    attributes.iter().filter_map(line).collect::<Vec<_>>().join("\n").trim().to_string()
}
