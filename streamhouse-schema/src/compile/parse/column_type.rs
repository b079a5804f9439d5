//! `type = …` and `decimal(…)`: the column's type in ClickHouse's words.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

use super::super::attr::{plain, split};
use super::super::rust_type;
use super::super::tokens::string_of;
use super::container::first_span;
use crate::diagnostic::Diagnostics;
use crate::engine;
use crate::types::{Type, TypeError, string_literal};

/// Reads a type, and says where it stands: where a part of it is younger than others, that part, for it is what a server may
/// not have. One string literal alone is the type's text.
pub(super) fn read(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> (Option<Type>, Span) {
    let place = first_span(&tokens, span);
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut written = Written::default();
    match &trees[..] {
        [TokenTree::Literal(literal)] if string_of(literal).is_some() => {
            written.text = string_of(literal).unwrap_or_default();
        }
        _ => written.push(tokens),
    }
    match written.text.parse::<Type>() {
        Ok(ty) => {
            let young = ty.need().and_then(|need| written.named(&need.what));
            (Some(ty), young.unwrap_or(place))
        }
        Err(error) => {
            let at = written.place(&error).unwrap_or(place);
            diagnostics.error("SH0031", at, error.to_string(), help(&error, &written.text));
            (None, place)
        }
    }
}

/// Many types have other names, which ClickHouse turns into its own.
fn help(error: &TypeError, text: &str) -> String {
    if let TypeError::Unknown { name, .. } = error
        && let Some(own) = engine::type_alias(name)
    {
        return format!("that is another name for `{own}`: write `type = {own}`");
    }
    let example = match text {
        text if text.contains("Enum") => "`type = Enum8(\"new\" = 1, \"paid\" = 2)`",
        text if text.contains("Nested") || text.contains("Tuple") => {
            "`type = Nested(sku String, price Float64)` or `type = Tuple(Float64, Float64)`"
        }
        text if text.contains("JSON") => "`type = \"JSON(max_dynamic_paths = 64, kind String, SKIP debug)\"`",
        _ => "`type = Array(UInt64)` or `type = DateTime64(6, \"UTC\")`",
    };
    format!("write a type of ClickHouse, such as {example}")
}

/// Tokens as the text of a type, and where each of them stands.
#[derive(Default)]
struct Written {
    text: String,
    places: Vec<(usize, String, Span)>,
}

impl Written {
    fn push(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::None => ("", ""),
                    };
                    self.word(open.into(), group.span_open());
                    self.push(group.stream());
                    self.word(close.into(), group.span_close());
                }
                TokenTree::Literal(literal) => {
                    let text = match string_of(&literal) {
                        Some(text) => string_literal(&text),
                        None => literal.to_string(),
                    };
                    self.word(text, literal.span());
                }
                // A raw identifier is a name, whatever else the word means.
                TokenTree::Ident(ident) if ident.to_string().starts_with("r#") => {
                    self.word(format!("`{}`", plain(&ident)), ident.span());
                }
                other => self.word(other.to_string(), other.span()),
            }
        }
    }

    /// Two words in a row stay two.
    fn word(&mut self, word: String, span: Span) {
        let is_word = |c: char| c.is_alphanumeric() || "_`'".contains(c);
        if self.text.ends_with(',') || (self.text.ends_with(is_word) && word.starts_with(is_word)) {
            self.text.push(' ');
        }
        self.places.push((self.text.len(), word.clone(), span));
        self.text.push_str(&word);
    }

    /// The token of a word.
    fn named(&self, text: &str) -> Option<Span> {
        self.places.iter().find(|(_, word, _)| word == text).map(|place| place.2)
    }

    /// The token that an error is about.
    fn place(&self, error: &TypeError) -> Option<Span> {
        let named = |text: &str| self.named(text);
        match error {
            TypeError::Unknown { name, .. } => named(name),
            TypeError::Range { found, .. } => named(&found.unsigned_abs().to_string()),
            TypeError::Twice { found, .. } => {
                let same = |word: &str| word == found || word == string_literal(found);
                self.places.iter().rev().find(|(_, word, _)| same(word)).map(|place| place.2)
            }
            TypeError::Reserved { name } => named(name),
            TypeError::Syntax { at, .. } => {
                let here = |(start, word, _): &&(usize, String, Span)| start + word.len() > *at;
                self.places.iter().find(here).or(self.places.last()).map(|place| place.2)
            }
            _ => None,
        }
    }
}

/// `decimal(18, 4)`: what the `Decimal` in the field's type is.
pub(super) fn decimal(
    tokens: TokenStream,
    span: Span,
    field: &syn::Field,
    diagnostics: &mut Diagnostics,
) -> Option<Type> {
    let number = |part: &Vec<TokenTree>| match &part[..] {
        [TokenTree::Literal(literal)] => literal.to_string().parse::<u8>().ok(),
        _ => None,
    };
    let decimal = match &split(tokens).iter().map(number).collect::<Vec<_>>()[..] {
        [Some(precision @ 1..=76), Some(scale)] if scale <= precision => {
            Type::Decimal { precision: *precision, scale: *scale }
        }
        _ => {
            diagnostics.error(
                "SH0032",
                span,
                "a Decimal has 1 to 76 digits, and at most as many after the point",
                "write `decimal(18, 4)`",
            );
            return None;
        }
    };
    match rust_type::read_with(&field.ty, Some(&decimal)) {
        Ok(ty) if holds(&ty, &decimal) => Some(ty),
        Ok(other) => {
            diagnostics.error(
                "SH0034",
                span,
                format!("`decimal` is for a field of type Decimal, and this one goes to {other}"),
                "leave it out, or make the field a `Decimal`",
            );
            None
        }
        Err(error) => {
            diagnostics.error_over("SH0030", (error.span, error.end), error.message, error.help);
            None
        }
    }
}

fn holds(ty: &Type, wanted: &Type) -> bool {
    match ty {
        Type::Nullable(inner) | Type::LowCardinality(inner) | Type::Array(inner) => holds(inner, wanted),
        Type::Map(key, value) => holds(key, wanted) || holds(value, wanted),
        Type::Tuple(elements) => elements.iter().any(|element| holds(&element.ty, wanted)),
        plain => plain == wanted,
    }
}
