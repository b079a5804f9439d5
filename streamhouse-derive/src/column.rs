//! A column's type as a type of `streamhouse::value::column`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use streamhouse_schema::types::{Element, Type};

/// The marker type of what a field is stored as, below the path `private` of the hidden module.
pub(crate) fn marker(ty: &Type, private: &TokenStream) -> TokenStream {
    match ty {
        Type::Nested(elements) => {
            let elements = markers(elements, private);
            quote! { #private::column::Nested<#elements> }
        }
        other => inner_marker(other, private),
    }
}

/// The markers of the elements, as a tuple.
pub(crate) fn markers(elements: &[Element], private: &TokenStream) -> TokenStream {
    let markers = elements.iter().map(|element| inner_marker(&element.ty, private));
    quote! { (#(#markers,)*) }
}

fn inner_marker(ty: &Type, private: &TokenStream) -> TokenStream {
    let column = quote! { #private::column };
    let inner_marker = |ty: &Type| inner_marker(ty, private);
    match ty {
        Type::Array(inner) => {
            let inner = inner_marker(inner);
            quote! { #column::Array<#inner> }
        }
        Type::QBit(vector) => {
            let (element, dimension) = (inner_marker(&vector.element), vector.dimension as usize);
            quote! { #column::QBit<#element, #dimension> }
        }
        Type::Nullable(inner) => {
            let inner = inner_marker(inner);
            quote! { #column::Nullable<#inner> }
        }
        Type::Map(key, value) => {
            let (key, value) = (inner_marker(key), inner_marker(value));
            quote! { #column::Map<#key, #value> }
        }
        Type::Tuple(elements) => {
            let elements = markers(elements, private);
            quote! { #column::Tuple<#elements> }
        }
        // Inside of another type it is a list of tuples.
        Type::Nested(elements) => {
            let elements = markers(elements, private);
            quote! { #column::Array<#column::Tuple<#elements>> }
        }
        Type::Geo(geo) => match geo.structure() {
            Some(structure) => inner_marker(&structure),
            None => quote! { #column::Unsendable },
        },
        // They travel as what they hold.
        Type::LowCardinality(inner) => inner_marker(inner),
        Type::SimpleAggregateFunction(aggregate) => match &aggregate.arguments[..] {
            [value] => inner_marker(value),
            _ => quote! { #column::Unsendable },
        },
        Type::FixedString(bytes) => {
            let bytes = *bytes as usize;
            quote! { #column::FixedString<#bytes> }
        }
        Type::DateTime64 { precision, .. } => quote! { #column::DateTime64<#precision> },
        Type::Time64(precision) => quote! { #column::Time64<#precision> },
        Type::Decimal { precision, scale } => quote! { #column::Decimal<#precision, #scale> },
        Type::DateTime(_) => quote! { #column::DateTime },
        Type::Uuid => quote! { #column::Uuid },
        Type::Ipv4 => quote! { #column::Ipv4 },
        Type::Ipv6 => quote! { #column::Ipv6 },
        Type::Enum { wide: false, .. } => quote! { #column::Enum8 },
        Type::Enum { wide: true, .. } => quote! { #column::Enum16 },
        Type::Json(_) => quote! { #column::Json },
        Type::Interval(_) => quote! { #column::Interval },
        // The compiler of declarations refuses them.
        Type::Variant(_) | Type::Dynamic(_) | Type::AggregateFunction(_) => {
            quote! { #column::Unsendable }
        }
        // The rest have the names that ClickHouse gives them.
        plain => {
            let name = format_ident!("{}", plain.to_string());
            quote! { #column::#name }
        }
    }
}
