//! A column's wire type as a type of `streamhouse::value::column`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use streamhouse_schema::types::Type;

/// The marker type, below the path `private` of the hidden module.
pub(crate) fn marker(ty: &Type, private: &TokenStream) -> TokenStream {
    let column = quote! { #private::column };
    match ty {
        Type::Array(inner) => {
            let inner = marker(inner, private);
            quote! { #column::Array<#inner> }
        }
        Type::Nullable(inner) => {
            let inner = marker(inner, private);
            quote! { #column::Nullable<#inner> }
        }
        Type::Map(key, value) => {
            let (key, value) = (marker(key, private), marker(value, private));
            quote! { #column::Map<#key, #value> }
        }
        // It travels as what it holds.
        Type::LowCardinality(inner) => marker(inner, private),
        Type::FixedString(bytes) => {
            let bytes = *bytes as usize;
            quote! { #column::FixedString<#bytes> }
        }
        Type::DateTime64 { precision, .. } => quote! { #column::DateTime64<#precision> },
        Type::Decimal { precision, scale } => quote! { #column::Decimal<#precision, #scale> },
        Type::DateTime(_) => quote! { #column::DateTime },
        Type::Uuid => quote! { #column::Uuid },
        Type::Ipv4 => quote! { #column::Ipv4 },
        Type::Ipv6 => quote! { #column::Ipv6 },
        // The rest have the names that ClickHouse gives them.
        plain => {
            let name = format_ident!("{}", plain.to_string());
            quote! { #column::#name }
        }
    }
}
