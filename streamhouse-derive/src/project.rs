//! `streamhouse.toml`, as far as a declaration needs it: which server has to accept its table, and which lints are errors.

use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream};
use quote::quote;
use streamhouse_schema::project::{self, Found, Project};

/// The settings of the package that is built, what is wrong with them, and what makes cargo build the package anew when
/// they change.
pub(crate) struct Settings {
    pub(crate) project: Project,
    pub(crate) errors: TokenStream,
    pub(crate) tracked: TokenStream,
}

/// Reads the nearest file above the package. It is read anew for each declaration: whoever keeps this macro loaded while
/// somebody edits, as an editor does, would remember what is no longer true.
pub(crate) fn settings(place: Span) -> Settings {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let found = folder.and_then(|folder| project::find(&folder, |path| std::fs::read_to_string(path)));
    let mut settings =
        Settings { project: Project::default(), errors: TokenStream::new(), tracked: TokenStream::new() };
    let Some(Found { path, text }) = found else { return settings };
    settings.tracked = tracked(&path);
    match text.as_deref().map(Project::read) {
        Ok(Ok(project)) => settings.project = project,
        Ok(Err(errors)) => {
            for error in errors {
                let (line, column) = position(text.as_deref().unwrap_or_default(), error.place.start);
                let text = format!(
                    "{}:{line}:{column}: {} [{}]\n\nhelp: {}",
                    path.display(),
                    error.message,
                    error.code,
                    error.help
                );
                settings.errors.extend(syn::Error::new(place, text).to_compile_error());
            }
        }
        Err(message) => {
            let text = format!("{}: {message}", path.display());
            settings.errors.extend(syn::Error::new(place, text).to_compile_error());
        }
    }
    settings.project.lints = settings.project.lints.errors_only();
    settings
}

/// Cargo tracks what the compiler reads. The bytes are used by nobody, and so become no part of the program.
fn tracked(path: &Path) -> TokenStream {
    match path.to_str() {
        Some(path) => quote! { const _: &[u8] = ::core::include_bytes!(#path); },
        // A path that is no text cannot be written into code.
        None => TokenStream::new(),
    }
}

/// The line and the column, both from 1, of a byte.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}
