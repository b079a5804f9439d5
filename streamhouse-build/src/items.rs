//! The declarations of a file, wherever in it they stand.

use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, Meta, Token};

/// The structs, enums and unions that derive `StreamSchema`, in the order of the file. The latter two are errors, which is
/// for the compiler to say.
pub(crate) fn declarations(file: &syn::File) -> Vec<syn::DeriveInput> {
    let mut found = Declarations(Vec::new());
    found.visit_file(file);
    found.0
}

struct Declarations(Vec<syn::DeriveInput>);

impl Declarations {
    fn take(&mut self, mut input: syn::DeriveInput) {
        input.attrs = input.attrs.iter().flat_map(unconditional).collect();
        if input.attrs.iter().any(derives_stream_schema) {
            self.0.push(input);
        }
    }
}

impl<'ast> Visit<'ast> for Declarations {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes: &[Attribute] = match item {
            syn::Item::Struct(item) => &item.attrs,
            syn::Item::Enum(item) => &item.attrs,
            syn::Item::Union(item) => &item.attrs,
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            _ => &[],
        };
        if attributes.iter().any(is_for_tests) {
            return;
        }
        match item {
            syn::Item::Struct(item) => self.take(item.clone().into()),
            syn::Item::Enum(item) => self.take(item.clone().into()),
            syn::Item::Union(item) => self.take(item.clone().into()),
            _ => {}
        }
        visit::visit_item(self, item);
    }
}

/// `#[cfg(test)]` and `#[test]`.
fn is_for_tests(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::Path(path) => path.segments.last().is_some_and(|last| last.ident == "test"),
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        Meta::NameValue(_) => false,
    }
}

/// `#[cfg_attr(condition, …)]` as if its condition held, which it does where the declaration is one at all.
fn unconditional(attribute: &Attribute) -> Vec<Attribute> {
    let Meta::List(list) = &attribute.meta else { return vec![attribute.clone()] };
    if !list.path.is_ident("cfg_attr") {
        return vec![attribute.clone()];
    }
    let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
    // One that cannot be read is rustc's to report.
    let Ok(metas) = parser.parse2(list.tokens.clone()) else { return vec![attribute.clone()] };
    metas
        .into_iter()
        .skip(1)
        .map(|meta| Attribute { meta, ..attribute.clone() })
        .flat_map(|inner| unconditional(&inner))
        .collect()
}

fn derives_stream_schema(attribute: &Attribute) -> bool {
    let mut found = false;
    if attribute.path().is_ident("derive") {
        // A derive that cannot be read is rustc's to report.
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.segments.last().is_some_and(|last| last.ident == "StreamSchema");
            Ok(())
        });
    }
    found
}
