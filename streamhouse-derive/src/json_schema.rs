//! `schemars::JsonSchema`, with the feature `schemars`: what the event's document says, less what only ClickHouse understands.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use streamhouse_schema::compile::Compiled;
use streamhouse_schema::document;
use streamhouse_schema::types::Type;

/// The implementation for an event.
pub(crate) fn event(compiled: &Compiled, private: &TokenStream) -> Option<TokenStream> {
    if !cfg!(feature = "schemars") {
        return None;
    }
    let mut value = document::value(&compiled.schema);
    if let Some(value) = value.as_object_mut() {
        // It stands only at the root, where schemars puts it.
        value.remove("$schema");
        value.remove("x-streamhouse");
    }
    Some(implementation(&compiled.declaration.ident, &value.to_string(), private))
}

/// The implementation for a type that is part of events.
pub(crate) fn part(ident: &Ident, ty: &Type, private: &TokenStream) -> Option<TokenStream> {
    cfg!(feature = "schemars")
        .then(|| implementation(ident, &document::value_of_type(ty).to_string(), private))
}

/// An implementation that says nothing, for a declaration with errors.
pub(crate) fn fallback(input: &syn::DeriveInput, private: &TokenStream) -> Option<TokenStream> {
    let plain = input.generics.params.is_empty();
    (cfg!(feature = "schemars") && plain).then(|| implementation(&input.ident, "true", private))
}

fn implementation(ident: &Ident, text: &str, private: &TokenStream) -> TokenStream {
    let name = streamhouse_schema::compile::plain(ident);
    quote! {
        #[automatically_derived]
        impl #private::schemars::JsonSchema for #ident {
            fn schema_name() -> #private::Cow<'static, str> {
                #private::Cow::Borrowed(#name)
            }

            fn schema_id() -> #private::Cow<'static, str> {
                #private::Cow::Borrowed(::core::concat!(::core::module_path!(), "::", #name))
            }

            fn json_schema(
                _: &mut #private::schemars::generate::SchemaGenerator,
            ) -> #private::schemars::Schema {
                #private::json_schema(#text)
            }
        }
    }
}
