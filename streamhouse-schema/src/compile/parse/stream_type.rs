//! An enum or a struct with `#[derive(StreamType)]`: what a part of an event is.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::DeriveInput;
use syn::spanned::Spanned;

use super::super::attr::{Value, items, plain};
use super::super::declaration::{At, Field, TypeDeclaration, TypeKind, Variant};
use super::case::{Case, rename_all};
use super::container::{crate_path, string};
use super::field;
use crate::diagnostic::Diagnostics;
use crate::types::{Element, Type};

/// The most elements of a Tuple, for each of which the runtime has a place.
pub(in crate::compile) const MAX_ELEMENTS: usize = 32;

/// The declaration, as far as it can be read.
pub(in crate::compile) fn parse(
    input: &DeriveInput,
    diagnostics: &mut Diagnostics,
) -> Option<TypeDeclaration> {
    if !input.generics.params.is_empty() {
        diagnostics.error(
            "SH0050",
            input.generics.span(),
            "a part of an event has no generic parameters",
            "its columns have to be known: write the types out",
        );
        return None;
    }
    let items = items(&input.attrs, &["crate", "rename_all"], diagnostics);
    let case = rename_all(&items, diagnostics);
    let (ty, kind) = match &input.data {
        syn::Data::Enum(data) => enumeration(input, data, case, diagnostics)?,
        syn::Data::Struct(syn::DataStruct { fields: syn::Fields::Named(named), .. })
            if !named.named.is_empty() =>
        {
            structure(&named.named, case, diagnostics)?
        }
        syn::Data::Struct(syn::DataStruct { fields: syn::Fields::Unnamed(unnamed), .. })
            if unnamed.unnamed.len() == 1 =>
        {
            let only = unnamed.unnamed.first()?;
            let field = field::parse_newtype(only, &input.ident, diagnostics)?;
            (field.ty.clone(), TypeKind::Newtype(Box::new(field)))
        }
        _ => {
            diagnostics.error(
                "SH0050",
                input.ident.span(),
                "a part of an event is an enum, a struct with named fields, or a struct around one value",
                "give each field a name: it is the name of an element",
            );
            return None;
        }
    };
    Some(TypeDeclaration { ident: input.ident.clone(), ty, kind, crate_path: crate_path(input) })
}

fn structure<'a>(
    fields: impl IntoIterator<Item = &'a syn::Field>,
    case: Option<Case>,
    diagnostics: &mut Diagnostics,
) -> Option<(Type, TypeKind)> {
    let read: Vec<_> = fields.into_iter().map(|one| field::parse_part(one, case, diagnostics)).collect();
    let fields: Vec<Field> = read.into_iter().collect::<Option<_>>()?;
    if let Some(extra) = fields.get(MAX_ELEMENTS) {
        diagnostics.error(
            "SH0055",
            extra.ident.span(),
            format!("a part of an event has at most {MAX_ELEMENTS} fields"),
            "put some of them into a struct of their own, or into the event itself",
        );
    }
    for (at, field) in fields.iter().enumerate() {
        let name = &field.name;
        if fields[..at].iter().any(|earlier| earlier.name.value == name.value) {
            diagnostics.error(
                "SH0054",
                name.span,
                format!("there is an element `{}` already", name.value),
                "each field needs a name of its own: rename one of them",
            );
        }
        if name.value == "null" || name.value.is_empty() {
            diagnostics.error(
                "SH0054",
                name.span,
                format!("an element cannot be called `{}`", name.value),
                "ClickHouse keeps `null` for itself, and nothing is no name: choose another",
            );
        }
    }
    let element = |field: &Field| Element { name: Some(field.name.value.clone()), ty: field.ty.clone() };
    let ty = Type::Tuple(fields.iter().map(element).collect());
    Some((ty, TypeKind::Struct(fields)))
}

fn enumeration(
    input: &DeriveInput,
    data: &syn::DataEnum,
    case: Option<Case>,
    diagnostics: &mut Diagnostics,
) -> Option<(Type, TypeKind)> {
    if data.variants.is_empty() {
        diagnostics.error(
            "SH0050",
            input.ident.span(),
            "an enumeration has at least one name",
            "add a variant; ClickHouse has no Enum without names",
        );
        return None;
    }
    let read: Vec<_> = data.variants.iter().map(|one| variant(one, case, diagnostics)).collect();
    let variants: Vec<Variant> = read.into_iter().collect::<Option<_>>()?;
    for (at, variant) in variants.iter().enumerate() {
        let earlier = &variants[..at];
        if let Some(other) = earlier.iter().find(|other| other.number == variant.number) {
            diagnostics.error(
                "SH0053",
                variant.ident.span(),
                format!("`{}` has the number {} already", other.ident, variant.number),
                "give each variant a number of its own",
            );
        }
        if earlier.iter().any(|other| other.name.value == variant.name.value) {
            diagnostics.error(
                "SH0054",
                variant.name.span,
                format!("there is a name {:?} already", variant.name.value),
                "give each variant a name of its own",
            );
        }
    }
    let mut values: Vec<(String, i16)> =
        variants.iter().map(|variant| (variant.name.value.clone(), variant.number)).collect();
    values.sort_by_key(|(_, number)| *number);
    let wide = values.iter().any(|(_, number)| i8::try_from(*number).is_err());
    Some((Type::Enum { wide, values }, TypeKind::Enum(variants)))
}

fn variant(variant: &syn::Variant, case: Option<Case>, diagnostics: &mut Diagnostics) -> Option<Variant> {
    if !matches!(variant.fields, syn::Fields::Unit) {
        diagnostics.error(
            "SH0051",
            variant.fields.span(),
            "a name of an enumeration holds nothing else",
            "put the values into fields of the event, or use `streamhouse::value::Json` for them",
        );
        return None;
    }
    let own = plain(&variant.ident);
    let mut name =
        At { value: case.map_or(own.clone(), |case| case.variant(&own)), span: variant.ident.span() };
    let written = variant.discriminant.as_ref().map(|(_, value)| value.to_token_stream());
    let mut number = written.map(|tokens| (variant.ident.span(), tokens));
    for item in items(&variant.attrs, &["number", "rename"], diagnostics) {
        match (item.key.as_str(), item.value) {
            ("rename", Value::Assigned(tokens)) => {
                if let Some(own) = string(tokens, "rename", item.span, diagnostics) {
                    name = own;
                }
            }
            ("number", Value::Assigned(tokens)) => number = Some((item.span, tokens)),
            (_, Value::Broken) => return None,
            (key, _) => {
                let help = format!("write `{key} = …`");
                diagnostics.error("SH0001", item.span, format!("`{key}` takes a value"), help);
                return None;
            }
        }
    }
    let Some((span, tokens)) = number else {
        diagnostics.error(
            "SH0052",
            variant.ident.span(),
            format!("`{}` has no number", variant.ident),
            format!(
                "rows are stored by it, so it has to stay when variants come and go: write `{} = 1` or `#[stream(number = 1)]`",
                variant.ident
            ),
        );
        return None;
    };
    let number = whole(tokens, span, diagnostics)?;
    Some(Variant { ident: variant.ident.clone(), name, number })
}

/// A number of 16 bits, as it is written.
fn whole(tokens: TokenStream, span: Span, diagnostics: &mut Diagnostics) -> Option<i16> {
    let place = tokens.clone().into_iter().next().map_or(span, |first| first.span());
    let (sign, literal) = match syn::parse2::<syn::Expr>(tokens) {
        Ok(syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Neg(_), expr, .. })) => (-1, *expr),
        Ok(other) => (1, other),
        Err(_) => (1, syn::Expr::Verbatim(TokenStream::new())),
    };
    let digits = match &literal {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(digits), .. }) => digits.base10_parse::<i32>().ok(),
        _ => None,
    };
    let number = digits.and_then(|digits| i16::try_from(sign * digits).ok());
    if number.is_none() {
        diagnostics.error(
            "SH0053",
            place,
            "the number of a name is a whole number from -32768 to 32767",
            "write the number itself: `Paid = 2`",
        );
    }
    number
}
