//! An implementation that does nothing, for a declaration with errors: without it, every use of the event would be an
//! error too, and hide the ones that matter.

use proc_macro2::TokenStream;
use quote::quote;
use streamhouse_schema::compile::Rejected;
use syn::DeriveInput;

use crate::builder::with_setters;
use crate::json_schema;

/// The implementation, and a builder that only looks like one where one is asked for.
pub(crate) fn fallback(input: &DeriveInput, rejected: &Rejected) -> TokenStream {
    let ident = &input.ident;
    let private = match &rejected.crate_path {
        Some(path) => quote! { #path::__private },
        None => quote! { ::streamhouse::__private },
    };
    let (impl_generics, type_generics, conditions) = input.generics.split_for_impl();
    let conditions = match conditions {
        Some(conditions) => quote! { #conditions },
        None if input.generics.params.is_empty() => TokenStream::new(),
        // What a parameter stands for may not be `Send + Sync + 'static`; then this says nothing of it.
        None => quote! { where #ident #type_generics: ::core::marker::Send + ::core::marker::Sync + 'static },
    };
    let builder = match &input.data {
        syn::Data::Struct(syn::DataStruct { fields: syn::Fields::Named(named), .. })
            if rejected.builder && input.generics.params.is_empty() =>
        {
            let fields: Vec<_> =
                named.named.iter().filter_map(|field| Some((field.ident.as_ref()?, &field.ty))).collect();
            let build = quote! { ::core::result::Result::Err(#private::BuildError::missing("", "")) };
            let (ty, methods) = with_setters(ident, &input.vis, &fields, &build, &private, &private);
            quote! { #ty #methods }
        }
        _ => TokenStream::new(),
    };
    let json_schema = json_schema::fallback(input, &private);
    quote! {
        #[automatically_derived]
        impl #impl_generics #private::StreamSchema for #ident #type_generics #conditions {
            const INFO: #private::EventInfo = #private::EventInfo {
                event: "",
                version: 0,
                table: "",
                fingerprint: #private::Fingerprint([0; 16]),
                frame_schema: "",
                create: &[],
                needs: ::core::option::Option::None,
                segments: 0,
            };

            fn encode(
                &self,
                _segments: &mut [#private::SegmentBuffer],
            ) -> ::core::result::Result<(), #private::FieldError> {
                ::core::result::Result::Ok(())
            }
        }

        #builder

        #json_schema
    }
}
