//! The derive macro of StreamHouse: tokens in, tokens out. What a declaration means is decided in `streamhouse-schema`.

mod builder;
mod column;
mod detail;
mod expand;
mod fallback;
mod feed;
mod found;
mod history;
mod json_schema;
mod migrations;
mod project;
mod stream_type;
mod validate;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct an event: see the crate `streamhouse`.
#[proc_macro_derive(StreamSchema, attributes(stream))]
pub fn stream_schema(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let settings = project::settings(input.ident.span());
    let (errors, mut tracked) = (&settings.errors, settings.tracked.clone());
    let history = |event: &str| history::history(settings.root.as_deref(), event, &mut tracked);
    let expanded = match streamhouse_schema::compile::compile_after(&input, &settings.project, history) {
        Ok(compiled) => {
            let found = found::errors_of(&compiled.schema, input.ident.span());
            let expanded = expand::expand(&compiled);
            quote::quote! { #found #expanded }
        }
        Err(rejected) => {
            let errors = rejected.diagnostics.to_compile_errors();
            let fallback = fallback::fallback(&input, &rejected);
            quote::quote! { #errors #fallback }
        }
    };
    quote::quote! { #errors #tracked #expanded }.into()
}

/// Makes an enum, a struct or a newtype a part of events: see the crate `streamhouse`.
#[proc_macro_derive(StreamType, attributes(stream))]
pub fn stream_type(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    match streamhouse_schema::compile::compile_type(&input) {
        Ok(declaration) => stream_type::expand(&declaration).into(),
        Err(rejected) => {
            let errors = rejected.diagnostics.to_compile_errors();
            let fallback = stream_type::fallback(&input, rejected.crate_path.as_ref());
            quote::quote! { #errors #fallback }.into()
        }
    }
}

/// The migrations of the project within the program: see `streamhouse::migrations`.
#[proc_macro]
pub fn migrations(input: TokenStream) -> TokenStream {
    migrations::expand(input.into()).into()
}
