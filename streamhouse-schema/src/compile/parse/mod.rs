//! Reads a declaration; what concerns one attribute alone is checked on the way.

mod case;
mod change;
mod column_type;
mod computed;
mod container;
mod engine;
mod exception;
mod field;
mod named;
mod projection;
mod stream_type;
mod table;
mod ttl;
mod validate;
mod view;

use syn::DeriveInput;
use syn::spanned::Spanned;

pub(super) use container::{crate_path, has_builder};
pub(super) use stream_type::{MAX_ELEMENTS, parse as parse_type};

use super::declaration::Declaration;
use crate::diagnostic::Diagnostics;

/// The declaration, as far as it can be read.
pub(super) fn parse(input: &DeriveInput, diagnostics: &mut Diagnostics) -> Option<Declaration> {
    let fields = match &input.data {
        syn::Data::Struct(syn::DataStruct { fields: syn::Fields::Named(fields), .. }) => fields,
        syn::Data::Struct(_) => {
            diagnostics.error(
                "SH0010",
                input.ident.span(),
                "an event is a struct with named fields",
                "give each field a name: it is the name of its column",
            );
            return None;
        }
        syn::Data::Enum(_) | syn::Data::Union(_) => {
            diagnostics.error(
                "SH0010",
                input.ident.span(),
                "an event is a struct",
                "declare one struct for each kind of event; each gets a table of its own",
            );
            return None;
        }
    };
    if !input.generics.params.is_empty() {
        diagnostics.error(
            "SH0011",
            input.generics.span(),
            "an event has no generic parameters",
            "its columns have to be known: write the types out",
        );
        return None;
    }
    if fields.named.is_empty() {
        diagnostics.error(
            "SH0012",
            input.ident.span(),
            "an event has at least one field",
            "add a field; ClickHouse has no table without columns",
        );
        return None;
    }
    // Both are read before either may fail, so that all of their mistakes are reported.
    let items = container::items(input, diagnostics);
    let before = diagnostics.iter().count();
    let case = case::rename_all(&items, diagnostics);
    let named = diagnostics.iter().count() == before;
    let read: Vec<_> = fields.named.iter().map(|field| field::parse(field, case, diagnostics)).collect();
    let container = container::parse(input, items, diagnostics);
    // Where the columns' names are not known, everything that names one would be reported too.
    let mut declaration = container.filter(|_| named)?;
    for field in read.into_iter().flatten() {
        match field {
            Ok(field) => declaration.fields.push(field),
            Err(unread) => declaration.unread.push(unread),
        }
    }
    Some(declaration)
}
