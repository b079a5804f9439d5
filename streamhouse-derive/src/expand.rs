//! The implementation of `StreamSchema`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use streamhouse_schema::compile::{Compiled, Field};
use streamhouse_schema::segments::segments_of_field;
use streamhouse_schema::sql;
use syn::spanned::Spanned;

use crate::builder;
use crate::column::marker;
use crate::detail::assertion;
use crate::{json_schema, validate};

/// Everything that the derive adds to a struct.
pub(crate) fn expand(compiled: &Compiled) -> TokenStream {
    let (schema, declaration) = (&compiled.schema, &compiled.declaration);
    let private = match &declaration.crate_path {
        Some(path) => quote! { #path::__private },
        None => quote! { ::streamhouse::__private },
    };
    let ident = &declaration.ident;
    let frame_schema = schema.frame_schema();
    let (event, version, table) = (&schema.event, schema.version, &schema.table);
    let fingerprint = frame_schema.fingerprint().0;
    let document = frame_schema.to_json();
    let create = sql::create(schema);
    let needs = match &compiled.needs {
        Some(need) => {
            let (what, year, release) = (&need.what, need.since.year, need.since.release);
            quote! {
                ::core::option::Option::Some(#private::Needs { what: #what, since: #private::Version::new(#year, #release) })
            }
        }
        None => quote! { ::core::option::Option::None },
    };

    let mut first = 0_usize;
    let encode: Vec<TokenStream> = declaration
        .fields
        .iter()
        .map(|field| {
            let end = first + segments_of_field(&field.ty);
            let tokens = encode_field(field, first, end, &private);
            first = end;
            tokens
        })
        .collect();
    let segments = first;
    let event_time = match declaration.timestamp() {
        Some(field) => {
            let name = &field.ident;
            quote_spanned! { field.rust.span() =>
                ::core::option::Option::Some(#private::EventTime::unix_millis(&self.#name))
            }
        }
        None => quote! { ::core::option::Option::None },
    };
    let json_schema = json_schema::event(compiled, &private);
    let validate = validate::method(compiled, &private);
    let builder = builder::builder(compiled, &private);
    let names_fit = declaration.fields.iter().map(|field| {
        let marker = marker(&field.ty, &private);
        assertion(&field.name.value, &field.rust, &field.ty, &marker, &private)
    });

    quote! {
        #[automatically_derived]
        #[allow(deprecated, reason = "a deprecated field still has its column")]
        impl #private::StreamSchema for #ident {
            const EVENT: &'static str = #event;
            const VERSION: u32 = #version;
            const TABLE: &'static str = #table;
            const FINGERPRINT: #private::Fingerprint = #private::Fingerprint([#(#fingerprint),*]);
            const FRAME_SCHEMA: &'static str = #document;
            const CREATE: &'static [&'static str] = &[#(#create),*];
            const NEEDS: ::core::option::Option<#private::Needs> = #needs;
            const SEGMENTS: usize = #segments;

            #validate

            #[inline]
            fn encode(
                &self,
                segments: &mut [#private::SegmentBuffer],
            ) -> ::core::result::Result<(), #private::FieldError> {
                // An array instead of a slice: its length is known, so no index has to be checked.
                let ::core::result::Result::Ok(segments) =
                    <&mut [#private::SegmentBuffer; #segments] as ::core::convert::TryFrom<_>>::try_from(segments)
                else {
                    return ::core::result::Result::Err(#private::FieldError::segments());
                };
                #(#encode)*
                ::core::result::Result::Ok(())
            }

            #[inline]
            fn event_time(&self) -> ::core::option::Option<i64> {
                #event_time
            }
        }

        #(#names_fit)*

        #builder

        #json_schema
    }
}

/// Names the column's type for the field's type; where they do not fit, rustc says so at the field.
fn encode_field(field: &Field, first: usize, end: usize, private: &TokenStream) -> TokenStream {
    let (ident, rust) = (&field.ident, &field.rust);
    let name = field.ident.to_string();
    let marker = marker(&field.ty, private);
    quote_spanned! { rust.span() =>
        if let ::core::result::Result::Err(error) =
            <#rust as #private::Encode<#marker>>::encode(&self.#ident, &mut segments[#first..#end])
        {
            return ::core::result::Result::Err(#private::FieldError::new(#name, error));
        }
    }
}
