//! An implementation that does nothing, for a declaration with errors: without it, every use of the event would be an
//! error too, and hide the ones that matter.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// The implementation; there is no builder.
pub(crate) fn fallback(input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    let private = private_path(input);
    // `Send + Sync + 'static` may not hold for a generic type, and then this would add an error of its own.
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[automatically_derived]
        impl #private::StreamSchema for #ident {
            const EVENT: &'static str = "";
            const VERSION: u32 = 0;
            const TABLE: &'static str = "";
            const FINGERPRINT: #private::Fingerprint = #private::Fingerprint([0; 16]);
            const FRAME_SCHEMA: &'static str = "";
            const CREATE_TABLE: &'static str = "";
            const SEGMENTS: usize = 0;

            fn encode(
                &self,
                _segments: &mut [#private::SegmentBuffer],
            ) -> ::core::result::Result<(), #private::FieldError> {
                ::core::result::Result::Ok(())
            }

            fn event_time(&self) -> ::core::option::Option<i64> {
                ::core::option::Option::None
            }
        }
    }
}

/// Where the attribute `crate = …` was read before the error, it counts here too.
fn private_path(input: &DeriveInput) -> TokenStream {
    let named =
        input.attrs.iter().filter(|attribute| attribute.path().is_ident("stream")).find_map(|attribute| {
            let syn::Meta::List(list) = &attribute.meta else { return None };
            let text = list.tokens.to_string();
            let (_, rest) = text.split_once("crate = ")?;
            rest.split(',').next()?.parse::<TokenStream>().ok()
        });
    match named {
        Some(path) => quote! { #path::__private },
        None => quote! { ::streamhouse::__private },
    }
}
