//! The builder: what is left out is filled in where the declaration says how.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use streamhouse_schema::compile::{Compiled, Field};
use streamhouse_schema::expr::{Expr, Literal};
use streamhouse_schema::types::Type;
use syn::spanned::Spanned;

/// `Event::builder()` and its type.
pub(crate) fn builder(compiled: &Compiled, private: &TokenStream) -> TokenStream {
    let declaration = &compiled.declaration;
    let (ident, visibility) = (&declaration.ident, &declaration.visibility);
    let builder = format_ident!("{ident}Builder");
    let event = &compiled.schema.event;
    let about =
        format!("Builds a [`{ident}`]: what is left out is filled in where the declaration says how.");
    let fields: Vec<_> = declaration.fields.iter().map(|field| &field.ident).collect();
    let types: Vec<_> = declaration.fields.iter().map(|field| &field.rust).collect();
    let setter_docs: Vec<String> =
        declaration.fields.iter().map(|field| format!("Sets `{}`.", field.ident)).collect();
    let values = declaration.fields.iter().map(|field| value(field, event, private));
    let values: Vec<_> = values.collect();

    quote! {
        #[automatically_derived]
        impl #ident {
            #[doc = #about]
            #visibility fn builder() -> #builder {
                #builder { #(#fields: ::core::option::Option::None),* }
            }
        }

        #[doc = #about]
        #[must_use]
        #visibility struct #builder {
            #(#fields: ::core::option::Option<#types>),*
        }

        #[automatically_derived]
        #[allow(dead_code, reason = "not every program sets every field")]
        impl #builder {
            #(
                #[doc = #setter_docs]
                #visibility fn #fields(mut self, value: impl ::core::convert::Into<#types>) -> Self {
                    self.#fields = ::core::option::Option::Some(value.into());
                    self
                }
            )*

            /// The event; an error names the field that has neither a value nor a default.
            #visibility fn build(self) -> ::core::result::Result<#ident, #private::BuildError> {
                ::core::result::Result::Ok(#ident { #(#fields: #values),* })
            }
        }
    }
}

/// The value of a field, given or filled in.
fn value(field: &Field, event: &str, private: &TokenStream) -> TokenStream {
    let ident = &field.ident;
    let name = ident.to_string();
    let given = quote! { self.#ident };
    let span = field.rust.span();
    if field.id.is_some() && matches!(field.ty, Type::Uuid | Type::String) {
        return quote_spanned! { span => #given.unwrap_or_else(#private::EventId::fresh) };
    }
    if field.timestamp.is_some() {
        return quote_spanned! { span => #given.unwrap_or_else(#private::EventTime::now) };
    }
    if let Some(default) = field.default.as_ref().and_then(|default| literal(&default.value, field)) {
        return quote_spanned! { span => #given.unwrap_or_else(|| #default) };
    }
    if field.ty.is_nullable() {
        // `None` and `Some(None)` are the same to an optional field.
        return quote_spanned! { span => #given.unwrap_or_default() };
    }
    quote! {
        match #given {
            ::core::option::Option::Some(value) => value,
            ::core::option::Option::None => {
                return ::core::result::Result::Err(#private::BuildError::missing(#event, #name));
            }
        }
    }
}

/// A default as a Rust value, where it is one: text for strings, numbers for numbers. Others, such as `now()`, only
/// ClickHouse can compute.
fn literal<A>(default: &Expr<A>, field: &Field) -> Option<TokenStream> {
    let Expr::Literal(literal) = default else { return None };
    let value = match (literal, field.ty.wire().inner()) {
        (Literal::Text(text), Type::String) => quote! { ::core::convert::Into::into(#text) },
        (Literal::Bool(value), Type::Bool) => quote! { #value },
        (Literal::Number(digits), ty) if is_number(ty) => {
            let float = matches!(ty, Type::Float32 | Type::Float64) && !digits.contains(['.', 'e', 'E']);
            let digits = if float { format!("{digits}.0") } else { digits.clone() };
            let number: TokenStream = digits.parse().ok()?;
            quote! { #number }
        }
        _ => return None,
    };
    Some(if field.ty.is_nullable() {
        quote! { ::core::option::Option::Some(#value) }
    } else {
        value
    })
}

fn is_number(ty: &Type) -> bool {
    matches!(
        ty,
        Type::UInt8
            | Type::UInt16
            | Type::UInt32
            | Type::UInt64
            | Type::UInt128
            | Type::Int8
            | Type::Int16
            | Type::Int32
            | Type::Int64
            | Type::Int128
            | Type::Float32
            | Type::Float64
    )
}
