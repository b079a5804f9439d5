//! What the build script found and the declaration cannot know of itself.

use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream};
use streamhouse_schema::project::handover::{Complaint, VARIABLE, errors};
use streamhouse_schema::schema::Schema;

/// The errors of a declaration, on its name. There are none where no build script says so.
pub(crate) fn errors_of(schema: &Schema, name: Span) -> TokenStream {
    match std::env::var_os(VARIABLE).map(PathBuf::from) {
        Some(file) => errors_in(&file, schema, name),
        None => TokenStream::new(),
    }
}

fn errors_in(file: &Path, schema: &Schema, name: Span) -> TokenStream {
    let unreadable = |error: &dyn std::fmt::Display| {
        let text = format!(
            "{}: {error}\n\nhelp: the build script writes this file; remove it, and build anew",
            file.display()
        );
        syn::Error::new(name, text).to_compile_error()
    };
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => return unreadable(&error),
    };
    match Complaint::read(&text) {
        Ok(complaints) => errors(&complaints, schema, name)
            .iter()
            .map(|error| syn::Error::new(error.span, error.text()).to_compile_error())
            .collect(),
        Err(error) => unreadable(&error),
    }
}

#[cfg(test)]
mod tests {
    use streamhouse_schema::compile::compile;
    use streamhouse_schema::project::handover::Kind;

    use super::*;

    #[test]
    fn an_error_is_about_the_event_and_the_version_that_it_names() {
        let input = "#[stream(name = \"shop.order\", version = 2, order_by = id)] struct Order { id: u64 }";
        let input: syn::DeriveInput = syn::parse_str(input).expect("a struct");
        let schema = compile(&input).ok().expect("a schema").schema;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("found.json");
        let told = |event: &str, version| {
            let complaint = Complaint {
                event: event.into(),
                version,
                kind: Kind::Stale,
                message: "schemas/shop.order/2.json is missing".into(),
                help: "run `streamhouse generate`".into(),
            };
            std::fs::write(&file, Complaint::write(&[complaint])).expect("a file");
            errors_in(&file, &schema, input.ident.span()).to_string()
        };
        assert!(told("shop.order", 2).contains("schemas/shop.order/2.json is missing [SH0517]"));
        assert_eq!((told("shop.order", 1).as_str(), told("shop.orders", 2).as_str()), ("", ""));
        std::fs::write(&file, "[").expect("a file");
        let broken = errors_in(&file, &schema, input.ident.span()).to_string();
        assert!(broken.contains("the build script writes this file"), "{broken}");
    }
}
