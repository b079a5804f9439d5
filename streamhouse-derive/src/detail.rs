//! What the marker of a column does not say, the names of enumerations and of elements, is compared with those of the Rust
//! type while the program is compiled.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use streamhouse_schema::types::{Element, Type};
use syn::spanned::Spanned;

/// An assertion that a field's type has the names that the declaration gives its column.
pub(crate) fn assertion(
    name: &str,
    rust: &syn::Type,
    ty: &Type,
    marker: &TokenStream,
    private: &TokenStream,
) -> TokenStream {
    if !ty.any(&has_names) {
        return TokenStream::new();
    }
    let declared = detail(ty, private);
    let before = format!("`{name}`: the column is declared as `{ty}`, and the Rust type there is `");
    let after = "`\n\nhelp: write this in `#[stream(type = \"…\")]`, or change the Rust type";
    quote_spanned! { rust.span() =>
        const _: () = {
            const FOUND: ::core::option::Option<&str> =
                #private::detail::misread(&<#rust as #private::Encode<#marker>>::DETAIL, &#declared);
            const MESSAGE: &[&str] = &[
                #before,
                match FOUND {
                    ::core::option::Option::Some(found) => found,
                    ::core::option::Option::None => "",
                },
                #after,
            ];
            const TEXT: [u8; #private::detail::length(MESSAGE)] = #private::detail::concat(MESSAGE);
            ::core::assert!(FOUND.is_none(), "{}", #private::detail::text(&TEXT));
        };
    }
}

fn has_names(ty: &Type) -> bool {
    match ty {
        Type::Enum { .. } | Type::Nested(_) => true,
        Type::Tuple(elements) => elements.iter().any(|element| element.name.is_some()),
        // What is in it travels as text.
        _ => false,
    }
}

/// A type as a value of `Detail`.
pub(crate) fn detail(ty: &Type, private: &TokenStream) -> TokenStream {
    let path = quote! { #private::Detail };
    match ty {
        Type::Enum { .. } => {
            let text = ty.to_string();
            quote! { #path::Enum(#text) }
        }
        Type::Tuple(elements) if elements.iter().all(|element| element.name.is_some()) => {
            structure(ty, elements, private)
        }
        // As a list of structs.
        Type::Nested(elements) => {
            let row = structure(ty, elements, private);
            quote! { #path::Parts(&[#row]) }
        }
        // Around one value, and not there on the wire.
        Type::LowCardinality(inner) => detail(inner, private),
        Type::SimpleAggregateFunction(aggregate) => match &aggregate.arguments[..] {
            [value] => detail(value, private),
            _ => quote! { #path::Plain },
        },
        Type::Json(_) => quote! { #path::Plain },
        other => match &other.parts()[..] {
            [] => quote! { #path::Plain },
            parts => {
                let parts = parts.iter().map(|part| detail(part, private));
                quote! { #path::Parts(&[#(#parts),*]) }
            }
        },
    }
}

fn structure(ty: &Type, elements: &[Element], private: &TokenStream) -> TokenStream {
    let text = ty.to_string();
    let names = elements.iter().filter_map(|element| element.name.as_deref());
    let parts = elements.iter().map(|element| detail(&element.ty, private));
    quote! {
        #private::Detail::Struct { text: #text, names: &[#(#names),*], parts: &[#(#parts),*] }
    }
}
