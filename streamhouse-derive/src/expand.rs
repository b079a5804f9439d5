//! The implementation of `StreamSchema`.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
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
            quote! { __s::Some(__s::Needs { what: #what, since: __s::Version::new(#year, #release) }) }
        }
        None => quote! { __s::None },
    };
    let (encode, segments) = encode(&declaration.fields, &private);
    let event_time = declaration.timestamp().map(|field| {
        let name = &field.ident;
        let millis = quote_spanned! { field.rust.span() => #private::EventTime::unix_millis(&self.#name) };
        quote! {
            #[inline]
            fn event_time(&self) -> __s::Option<i64> {
                __s::Some(#millis)
            }
        }
    });
    let json_schema = json_schema::event(compiled, &private);
    let validate = validate::method(compiled, &private);
    let (builder, builder_methods) =
        declaration.builder.then(|| builder::builder(compiled, &private, &path)).unzip();
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
        impl __s::StreamSchema for #ident {
            const INFO: __s::EventInfo = __s::EventInfo {
                event: #event,
                version: #version,
                table: #table,
                fingerprint: __s::Fingerprint([#(#fingerprint),*]),
                frame_schema: #document,
                create: &[#(#create),*],
                needs: #needs,
                segments: #segments,
            };

            #validate

            #[inline]
            fn encode(&self, segments: &mut [__s::SegmentBuffer]) -> __s::Result<(), __s::FieldError> {
                #encode
            }

            #event_time
        }

        #(#names_fit)*

        #(#feeds)*

        #builder_methods

        #json_schema
        };
    }
}

/// How many fields are encoded by one call: as many as the longest of its methods takes.
const A_CALL: usize = 4;
/// How many calls are conditions of each other, which rustc reads faster than as many `return`s. They are nested in each
/// other, so not all of a large event are.
const CALLS: usize = 16;

/// The body of `encode`, and how many segments the fields have.
fn encode(fields: &[Field], private: &TokenStream) -> (TokenStream, usize) {
    let mut first = 0_usize;
    let calls: Vec<TokenStream> = fields
        .chunks(A_CALL)
        .map(|fields| {
            let method = format_ident!("put{}", fields.len());
            let fields = fields.iter().map(|field| {
                let end = first + segments_of_field(&field.ty);
                let tokens = encode_field(field, first, end, private);
                first = end;
                tokens
            });
            quote! { row.#method(#(#fields),*) }
        })
        .collect();
    let calls = calls.chunks(CALLS).enumerate().map(|(at, calls)| match at {
        0 => quote! { let whole = #(#calls)&&*; },
        _ => quote! { let whole = whole && #(#calls)&&*; },
    });
    let body = quote! {
        let __s::Some(mut row) = __s::Row::<#first>::of(segments) else {
            return __s::Err(__s::FieldError::segments());
        };
        #(#calls)*
        row.end(whole)
    };
    (body, first)
}

/// Names the column's type for the field's type; where they do not fit, rustc says so at the field.
fn encode_field(field: &Field, first: usize, end: usize, private: &TokenStream) -> TokenStream {
    let (ident, rust) = (&field.ident, &field.rust);
    let name = field.ident.to_string();
    let marker = marker(&field.ty, private);
    let encode = quote_spanned! { rust.span() => <#rust as __s::Encode<#marker>>::encode };
    let (first, end) = (Literal::usize_unsuffixed(first), Literal::usize_unsuffixed(end));
    quote! { #encode, &self.#ident, #first, #end, #name }
}
