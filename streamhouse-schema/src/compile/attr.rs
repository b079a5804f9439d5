//! Attributes, split by hand at top-level commas: `syn::Meta` and `syn::Expr` cannot hold `x -> x > 1`,
//! `INTERVAL 1 DAY` or `type = String`.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::near::nearest;

/// What a table may have several of.
const MANY: &[&str] =
    &["index", "projection", "check", "assume", "column", "view", "raw", "breaks", "allow", "warn", "deny"];

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
    /// Something that is reported already; that it was meant still counts.
    Broken,
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
        for tokens in split(ungrouped(list.tokens.clone())) {
            let Some(mut item) = item(tokens, diagnostics) else { continue };
            let twice =
                !MANY.contains(&item.key.as_str()) && items.iter().any(|earlier| earlier.key == item.key);
            if !known.contains(&item.key.as_str()) {
                let near = nearest(&item.key, known);
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("valid here: {}", known.join(", ")),
                };
                let message = format!("unknown attribute `{}`", item.key);
                diagnostics
                    .push(Diagnostic::error("SH0002", item.span, message, help).replacement(&item.key, near));
                if let Some(near) = near {
                    item.key = near.to_string();
                    item.value = Value::Broken;
                    items.push(item);
                }
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

/// Without the invisible groups that `macro_rules!` puts around a single token.
fn ungrouped(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                let inner: Vec<TokenTree> = ungrouped(group.stream()).into_iter().collect();
                match <[TokenTree; 1]>::try_from(inner) {
                    Ok([only]) => only,
                    Err(_) => TokenTree::Group(group),
                }
            }
            // Made anew only where it has to be: a new group forgets where its two ends stand.
            TokenTree::Group(group) if has_invisible(&group) => {
                let mut inner = Group::new(group.delimiter(), ungrouped(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            token => token,
        })
        .collect()
}

fn has_invisible(group: &Group) -> bool {
    group.stream().into_iter().any(|token| match token {
        TokenTree::Group(inner) => inner.delimiter() == Delimiter::None || has_invisible(&inner),
        _ => false,
    })
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

pub(super) fn item(tokens: Vec<TokenTree>, diagnostics: &mut Diagnostics) -> Option<Item> {
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
                Value::Broken
            } else {
                Value::Assigned(rest)
            }
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => match tokens.next() {
            Some(extra) => {
                diagnostics.error(
                    "SH0001",
                    extra.span(),
                    format!("unexpected `{extra}` after `{key}(…)`"),
                    "put a comma before it",
                );
                Value::Broken
            }
            None => Value::List(group.stream()),
        },
        Some(other) => {
            diagnostics.error(
                "SH0001",
                other.span(),
                format!("unexpected `{other}` after `{key}`"),
                format!("write `{key}`, `{key} = …` or `{key}(…)`"),
            );
            Value::Broken
        }
    };
    Some(Item { key: plain(&key), span: key.span(), value })
}

/// A name without the `r#` that keywords need.
pub fn plain(ident: &Ident) -> String {
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
