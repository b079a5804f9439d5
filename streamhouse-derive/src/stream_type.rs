//! The implementation of `StreamType`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use streamhouse_schema::compile::{Field, TypeDeclaration, TypeKind, Variant};
use streamhouse_schema::segments::segments_of;
use streamhouse_schema::types::{Element, Type};
use syn::spanned::Spanned;
use syn::{DeriveInput, Ident};

use crate::column::{marker, markers};
use crate::detail::{assertion, detail};
use crate::{json_schema, validate};

/// Everything that the derive adds to a type.
pub(crate) fn expand(declaration: &TypeDeclaration) -> TokenStream {
    let private = private(declaration.crate_path.as_ref());
    let (ident, ty) = (&declaration.ident, &declaration.ty);
    let encode = match (&declaration.kind, ty) {
        (TypeKind::Enum(variants), Type::Enum { wide, .. }) => {
            enumeration(ident, ty, *wide, variants, &private)
        }
        (TypeKind::Struct(fields), Type::Tuple(elements)) => structure(ident, ty, fields, elements, &private),
        (TypeKind::Newtype(field), _) => newtype(ident, ty, field, &private),
        _ => TokenStream::new(),
    };
    let text = ty.to_string();
    let json_schema = json_schema::part(ident, ty, &private);
    quote! {
        #[automatically_derived]
        impl #private::StreamType for #ident {
            const TYPE: &'static str = #text;
        }

        #encode

        #json_schema
    }
}

fn private(crate_path: Option<&syn::Path>) -> TokenStream {
    match crate_path {
        Some(path) => quote! { #path::__private },
        None => quote! { ::streamhouse::__private },
    }
}

/// An implementation that says nothing, for a declaration with errors.
pub(crate) fn fallback(input: &DeriveInput, crate_path: Option<&syn::Path>) -> TokenStream {
    let private = private(crate_path);
    let ident = &input.ident;
    let (impl_generics, type_generics, conditions) = input.generics.split_for_impl();
    // Whatever column it is put into: what matters is said already.
    let generics = input.generics.params.is_empty().then(|| {
        quote! {
            #[automatically_derived]
            impl<C: #private::ColumnType> #private::Encode<C> for #ident {
                fn encode(
                    &self,
                    _: &mut [#private::SegmentBuffer],
                ) -> ::core::result::Result<(), #private::ValueError> {
                    ::core::result::Result::Ok(())
                }
            }

            #[automatically_derived]
            impl<T: #private::column::Elements> #private::EncodeRow<T> for #ident {
                const DETAIL: #private::Detail = #private::Detail::Plain;

                fn encode_row(
                    &self,
                    _: &mut [#private::SegmentBuffer],
                ) -> ::core::result::Result<(), #private::ValueError> {
                    ::core::result::Result::Ok(())
                }
            }
        }
    });
    let json_schema = json_schema::fallback(input, &private);
    quote! {
        #[automatically_derived]
        impl #impl_generics #private::StreamType for #ident #type_generics #conditions {
            const TYPE: &'static str = "";
        }

        #generics

        #json_schema
    }
}

/// By number where the column is an enumeration, by name where it is a string.
fn enumeration(
    ident: &Ident,
    ty: &Type,
    wide: bool,
    variants: &[Variant],
    private: &TokenStream,
) -> TokenStream {
    let (marker, detail) = (marker(ty, private), detail(ty, private));
    let idents: Vec<_> = variants.iter().map(|variant| &variant.ident).collect();
    let numbers = variants.iter().map(|variant| {
        let number = variant.number;
        if wide {
            quote! { #number }
        } else {
            let number = number as i8;
            quote! { #number }
        }
    });
    let names = variants.iter().map(|variant| &variant.name.value);
    quote! {
        #[automatically_derived]
        impl #private::Encode<#marker> for #ident {
            const DETAIL: #private::Detail = #detail;

            #[inline]
            fn encode(
                &self,
                segments: &mut [#private::SegmentBuffer],
            ) -> ::core::result::Result<(), #private::ValueError> {
                let number = match self { #(#ident::#idents => #numbers),* };
                segments[0].push_fixed(number.to_le_bytes());
                ::core::result::Result::Ok(())
            }
        }

        #[automatically_derived]
        impl #private::Encode<#private::column::String> for #ident {
            #[inline]
            fn encode(
                &self,
                segments: &mut [#private::SegmentBuffer],
            ) -> ::core::result::Result<(), #private::ValueError> {
                let name: &'static str = match self { #(#ident::#idents => #names),* };
                segments[0].push_string(name.as_bytes());
                ::core::result::Result::Ok(())
            }
        }
    }
}

/// A Tuple, and a row of a Nested.
fn structure(
    ident: &Ident,
    ty: &Type,
    fields: &[Field],
    elements: &[Element],
    private: &TokenStream,
) -> TokenStream {
    let markers = markers(elements, private);
    let detail = with_parts(ty, fields, private);
    let (mut first, mut row) = (0_usize, 0_usize);
    let (mut encode, mut encode_row, mut asserted) = (Vec::new(), Vec::new(), Vec::new());
    for field in fields {
        let count = segments_of(&field.ty).len();
        encode.push(encode_part(field, first, count, private));
        encode_row.push(encode_part(field, row + 1, count, private));
        let marker = part_marker(&field.ty, private);
        asserted.push(assertion(&field.name.value, &field.rust, &field.ty, &marker, private));
        first += count;
        row += 1 + count;
    }
    let rules = checks("check_rules", &validate::fields(fields, part_marker, private), private);
    let row_rules = rules.as_ref().map(|_| {
        quote! {
            fn check_row_rules(&self) -> ::core::result::Result<(), #private::ValidationError> {
                <Self as #private::Encode<#private::column::Tuple<#markers>>>::check_rules(self)
            }
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(deprecated, reason = "a deprecated field still has its element")]
        impl #private::Encode<#private::column::Tuple<#markers>> for #ident {
            const DETAIL: #private::Detail = #detail;

            #[inline]
            fn encode(
                &self,
                segments: &mut [#private::SegmentBuffer],
            ) -> ::core::result::Result<(), #private::ValueError> {
                #(#encode)*
                ::core::result::Result::Ok(())
            }

            #rules
        }

        #[automatically_derived]
        #[allow(deprecated, reason = "a deprecated field still has its element")]
        impl #private::EncodeRow<#markers> for #ident {
            const DETAIL: #private::Detail = #detail;

            #[inline]
            fn encode_row(
                &self,
                segments: &mut [#private::SegmentBuffer],
            ) -> ::core::result::Result<(), #private::ValueError> {
                #(#encode_row)*
                ::core::result::Result::Ok(())
            }

            #row_rules
        }

        #(#asserted)*
    }
}

/// The method that applies rules, where there are some.
fn checks(method: &str, statements: &[TokenStream], private: &TokenStream) -> Option<TokenStream> {
    let method = quote::format_ident!("{method}");
    (!statements.is_empty()).then(|| {
        quote! {
            fn #method(&self) -> ::core::result::Result<(), #private::ValidationError> {
                #(#statements)*
                ::core::result::Result::Ok(())
            }
        }
    })
}

/// The names of the struct, and what its fields say of themselves.
fn with_parts(ty: &Type, fields: &[Field], private: &TokenStream) -> TokenStream {
    let text = ty.to_string();
    let names = fields.iter().map(|field| &field.name.value);
    let parts = fields.iter().map(|field| {
        let (rust, marker) = (&field.rust, part_marker(&field.ty, private));
        quote_spanned! { rust.span() => <#rust as #private::Encode<#marker>>::DETAIL }
    });
    quote! {
        #private::Detail::Struct { text: #text, names: &[#(#names),*], parts: &[#(#parts),*] }
    }
}

/// An element is in a Tuple, where a Nested is a list of tuples.
fn part_marker(ty: &Type, private: &TokenStream) -> TokenStream {
    match ty {
        Type::Nested(elements) => {
            let elements = markers(elements, private);
            quote! { #private::column::Array<#private::column::Tuple<#elements>> }
        }
        other => marker(other, private),
    }
}

fn encode_part(field: &Field, first: usize, count: usize, private: &TokenStream) -> TokenStream {
    let (ident, rust, end) = (&field.ident, &field.rust, first + count);
    let marker = part_marker(&field.ty, private);
    quote_spanned! { rust.span() =>
        <#rust as #private::Encode<#marker>>::encode(&self.#ident, &mut segments[#first..#end])?;
    }
}

/// Whatever its value can be written to.
fn newtype(ident: &Ident, ty: &Type, field: &Field, private: &TokenStream) -> TokenStream {
    let (marker, inner) = (marker(ty, private), &field.rust);
    let mut statements = validate::field_rules(field, "", &quote! { &self.0 }, private);
    if validate::may_have_rules(field) {
        statements.push(quote! { <#inner as #private::Encode<C>>::check_rules(&self.0)?; });
    }
    let rules = checks("check_rules", &statements, private);
    quote_spanned! { inner.span() =>
        #[automatically_derived]
        impl<C: #private::ColumnType> #private::Encode<C> for #ident
        where
            #inner: #private::Encode<C>,
        {
            const DETAIL: #private::Detail = <#inner as #private::Encode<C>>::DETAIL;

            #[inline]
            fn encode(
                &self,
                segments: &mut [#private::SegmentBuffer],
            ) -> ::core::result::Result<(), #private::ValueError> {
                <#inner as #private::Encode<C>>::encode(&self.0, segments)
            }

            #rules
        }

        #[automatically_derived]
        impl<C: #private::validate::Ordinal> #private::validate::Ordered<C> for #ident
        where
            #inner: #private::validate::Ordered<C>,
        {
            #[inline]
            fn is(
                &self,
                right: fn(::core::cmp::Ordering) -> bool,
                bound: <C as #private::validate::Ordinal>::Bound,
            ) -> bool {
                <#inner as #private::validate::Ordered<C>>::is(&self.0, right, bound)
            }

            fn shown(&self) -> #private::String {
                <#inner as #private::validate::Ordered<C>>::shown(&self.0)
            }
        }

        #[automatically_derived]
        impl<C: #private::ColumnType> #private::validate::Textual<C> for #ident
        where
            #inner: #private::validate::Textual<C>,
        {
            #[inline]
            fn text(&self) -> ::core::option::Option<&str> {
                <#inner as #private::validate::Textual<C>>::text(&self.0)
            }
        }

        #[automatically_derived]
        impl<C: #private::ColumnType> #private::validate::Measured<C> for #ident
        where
            #inner: #private::validate::Measured<C>,
        {
            #[inline]
            fn measure(&self) -> ::core::option::Option<usize> {
                <#inner as #private::validate::Measured<C>>::measure(&self.0)
            }

            fn shown(&self) -> #private::String {
                <#inner as #private::validate::Measured<C>>::shown(&self.0)
            }
        }

        // What `TYPE` says is one of the columns that it can be written to.
        const _: () = {
            const fn takes<T: #private::Encode<C>, C: #private::ColumnType>() {}
            takes::<#inner, #marker>()
        };
    }
}
