//! The builder: what is left out is filled in where the declaration says how.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use streamhouse_schema::compile::{Compiled, Field};
use streamhouse_schema::expr::{Expr, Literal};
use streamhouse_schema::types::Type;
use syn::spanned::Spanned;
use syn::{Ident, Visibility};

/// The type of `Event::builder()`, and its methods, which stand where `private` is a name for `path`.
pub(crate) fn builder(
    compiled: &Compiled,
    private: &TokenStream,
    path: &TokenStream,
) -> (TokenStream, TokenStream) {
    let declaration = &compiled.declaration;
    let ident = &declaration.ident;
    let fields: Vec<_> = declaration.fields.iter().map(|field| (&field.ident, &field.rust)).collect();
    let names = fields.iter().map(|(name, _)| name);
    let event = &compiled.schema.event;
    let mut lacks = Vec::new();
    let mut values = Vec::new();
    for field in &declaration.fields {
        let ident = &field.ident;
        values.push(filled_in(field, private).unwrap_or_else(|| {
            let name = ident.to_string();
            lacks.push(quote! { (self.#ident.is_none(), #name) });
            quote! { #private::given(self.#ident) }
        }));
    }
    let check = (!lacks.is_empty()).then(|| {
        quote! {
            if let __s::Err(error) = #private::check(#event, &[#(#lacks),*]) {
                return __s::Err(error);
            }
        }
    });
    let made = quote! { #ident { #(#names: #values),* } };
    let has_rules =
        declaration.validate.is_some() || declaration.fields.iter().any(|field| field.rules.is_some());
    let build = if has_rules {
        quote! {
            #check
            let event = #made;
            match #private::StreamSchema::validate(&event) {
                __s::Ok(()) => __s::Ok(event),
                __s::Err(error) => __s::Err(#private::BuildError::broken(#event, error)),
            }
        }
    } else {
        quote! { #check __s::Ok(#made) }
    };
    with_setters(ident, &declaration.visibility, &fields, &build, private, path)
}

/// The builder with a setter for each field; `build` is the body of its last method.
pub(crate) fn with_setters(
    ident: &Ident,
    visibility: &Visibility,
    fields: &[(&Ident, &syn::Type)],
    build: &TokenStream,
    private: &TokenStream,
    path: &TokenStream,
) -> (TokenStream, TokenStream) {
    let builder = format_ident!("{ident}Builder");
    let about =
        format!("Builds a [`{ident}`]: what is left out is filled in where the declaration says how.");
    let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
    let types: Vec<_> = fields.iter().map(|(_, ty)| *ty).collect();
    // `build` is the builder's own word.
    let setters: Vec<Ident> =
        names
            .iter()
            .map(|name| {
                if *name == "build" {
                    format_ident!("set_build", span = name.span())
                } else {
                    (*name).clone()
                }
            })
            .collect();
    let quiet = quote! {
        #[automatically_derived]
        #[allow(
            dead_code,
            deprecated,
            missing_docs,
            private_interfaces,
            unreachable_pub,
            reason = "a builder shows what its event shows, and not every program sets every field"
        )]
    };

    let ty = quote! {
        #[doc = #about]
        #[allow(dead_code, unreachable_pub, reason = "a builder shows what its event shows")]
        #[must_use]
        #visibility struct #builder {
            #(#names: #path::Given<#types>),*
        }
    };
    let methods = quote! {
        #quiet
        impl #ident {
            #[doc = #about]
            #visibility fn builder() -> #builder {
                #builder { #(#names: #private::None),* }
            }
        }

        #quiet
        impl #builder {
            #(
                #visibility fn #setters(mut self, value: impl #private::Into<#types>) -> Self {
                    #private::set(&mut self.#names, value);
                    self
                }
            )*

            /// The event; an error names the field that has neither a value nor a default.
            #visibility fn build(self) -> #private::Built<#ident> {
                #build
            }
        }
    };
    (ty, methods)
}

/// The value of a field that need not be given.
fn filled_in(field: &Field, private: &TokenStream) -> Option<TokenStream> {
    let ident = &field.ident;
    let given = quote! { self.#ident };
    let span = field.rust.span();
    if field.id.is_some()
        && field.native
        && matches!(field.ty, Type::Uuid | Type::String)
        && is_owned(&field.rust)
    {
        return Some(quote_spanned! { span => #given.unwrap_or_else(#private::EventId::fresh) });
    }
    if field.timestamp.is_some() {
        return Some(quote_spanned! { span => #given.unwrap_or_else(#private::EventTime::now) });
    }
    if let Some(default) = field.default.as_ref().and_then(|default| literal(&default.value, field)) {
        return Some(quote_spanned! { span => #given.unwrap_or_else(|| #default) });
    }
    if field.ty.is_nullable() && field.native {
        // `None` and `Some(None)` are the same to an optional field.
        return Some(quote_spanned! { span => #given.unwrap_or_default() });
    }
    None
}

/// `Uuid` or `String`, which [`EventId`] can make; other text, such as `Vec<u8>`, has to be given.
fn is_owned(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Group(group) => is_owned(&group.elem),
        syn::Type::Path(path) => {
            path.path.segments.last().is_some_and(|last| last.ident == "Uuid" || last.ident == "String")
        }
        _ => false,
    }
}

/// A default as a Rust value, where it is one: text for strings, numbers for numbers. Others, such as `now()`, only
/// ClickHouse can compute; and what a type of the user's own is made of, only the user knows.
fn literal<A>(default: &Expr<A>, field: &Field) -> Option<TokenStream> {
    let Expr::Literal(literal, _) = default else { return None };
    if !field.native {
        return None;
    }
    let value = match (literal, field.ty.inner()) {
        // The only text that all of `String`, `Vec<u8>`, `Box<[u8]>`, `Arc<str>`, … are made of in one step or two.
        (Literal::Text(text), Type::String) if is_slice(&field.rust) => {
            let bytes = proc_macro2::Literal::byte_string(text.as_bytes());
            quote! { ::core::convert::Into::into(&#bytes[..]) }
        }
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

/// Whether it is, or holds, a slice: `Box<[u8]>`, `Arc<[u8]>`.
fn is_slice(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Group(group) => is_slice(&group.elem),
        syn::Type::Slice(_) => true,
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| match &last.arguments {
            syn::PathArguments::AngleBracketed(list) => list
                .args
                .iter()
                .any(|argument| matches!(argument, syn::GenericArgument::Type(inner) if is_slice(inner))),
            _ => false,
        }),
        _ => false,
    }
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
