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
use crate::feed;
use crate::{json_schema, validate};

/// Everything that the derive adds to a struct.
pub(crate) fn expand(compiled: &Compiled) -> TokenStream {
    let (schema, declaration) = (&compiled.schema, &compiled.declaration);
    let path = match &declaration.crate_path {
        Some(path) => quote! { #path::__private },
        None => quote! { ::streamhouse::__private },
    };
    // A word that stands for the path: what is written for each field is read for each field.
    let private = quote! { __s };
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
    // As conditions of each other, which rustc reads faster than as many `return`s; and not all as one, which would be
    // nested as deeply as there are fields.
    let encode = encode.chunks(FIELDS_AT_A_TIME).enumerate().map(|(at, fields)| match at {
        0 => quote! { let going = #(#fields)&&*; },
        _ => quote! { let going = going && #(#fields)&&*; },
    });
    let segments = first;
    let event_time = match declaration.timestamp() {
        Some(field) => {
            let name = &field.ident;
            quote_spanned! { field.rust.span() =>
                __s::Some(#private::EventTime::unix_millis(&self.#name))
            }
        }
        None => quote! { __s::None },
    };
    let json_schema = json_schema::event(compiled, &private);
    let validate = validate::method(compiled, &private);
    let (builder, builder_methods) = builder::builder(compiled, &private, &path);
    let feeds = compiled.feeds.iter().filter_map(|one| feed::assertion(one, &private));
    let names_fit = declaration.fields.iter().map(|field| {
        let marker = marker(&field.ty, &private);
        assertion(&field.name.value, &field.rust, &field.ty, &marker, &private)
    });

    quote! {
        #builder

        const _: () = {
        use #path as __s;

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
            ) -> __s::Result<(), #private::FieldError> {
                // An array instead of a slice: its length is known, so no index has to be checked.
                let __s::Ok(segments) =
                    <&mut [#private::SegmentBuffer; #segments] as ::core::convert::TryFrom<_>>::try_from(segments)
                else {
                    return __s::Err(#private::FieldError::segments());
                };
                let mut failed = __s::None;
                #(#encode)*
                let _ = going;
                match failed {
                    __s::None => __s::Ok(()),
                    __s::Some(failed) => __s::Err(failed),
                }
            }

            #[inline]
            fn event_time(&self) -> __s::Option<i64> {
                #event_time
            }
        }

        #(#names_fit)*

        #(#feeds)*

        #builder_methods

        #json_schema
        };
    }
}

const FIELDS_AT_A_TIME: usize = 16;

/// Names the column's type for the field's type; where they do not fit, rustc says so at the field.
fn encode_field(field: &Field, first: usize, end: usize, private: &TokenStream) -> TokenStream {
    let (ident, rust) = (&field.ident, &field.rust);
    let name = field.ident.to_string();
    let marker = marker(&field.ty, private);
    let encode = quote_spanned! { rust.span() => <#rust as #private::Encode<#marker>>::encode };
    quote! { #private::put(#encode, &self.#ident, segments, (#first, #end), #name, &mut failed) }
}
