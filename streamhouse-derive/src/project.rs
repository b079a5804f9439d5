//! `streamhouse.toml`, as far as a declaration needs it: which server has to accept its table, and which lints are errors.

use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream};
use quote::quote;
use streamhouse_schema::project::{self, Found, Project};

/// The settings of the package that is built, what is wrong with them, and what makes cargo build the package anew when
/// they change.
pub(crate) struct Settings {
    pub(crate) project: Project,
    /// The folder that holds `schemas/`, as far as it is known.
    pub(crate) root: Option<PathBuf>,
    pub(crate) errors: TokenStream,
    pub(crate) tracked: TokenStream,
}

/// Reads the nearest file above the package. It is read anew for each declaration: whoever keeps this macro loaded while
/// somebody edits, as an editor does, would remember what is no longer true.
pub(crate) fn settings(place: Span) -> Settings {
    match std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from) {
        Some(folder) => settings_of(&folder, place),
        // Nobody but cargo knows of a package.
        None => Settings::none(),
    }
}

fn settings_of(folder: &Path, place: Span) -> Settings {
    let found = project::find(folder, |path| std::fs::read_to_string(path));
    let mut settings = Settings::none();
    settings.root =
        Some(found.as_ref().and_then(|found| found.path.parent()).unwrap_or(folder).to_path_buf());
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

impl Settings {
    fn none() -> Self {
        let mut project = Project::default();
        project.lints = project.lints.errors_only();
        Self { project, root: None, errors: TokenStream::new(), tracked: TokenStream::new() }
    }
}

/// Cargo tracks what the compiler reads. The bytes are used by nobody, and so become no part of the program.
pub(crate) fn tracked(path: &Path) -> TokenStream {
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

#[cfg(test)]
mod tests {
    use streamhouse_schema::compile::compile_for;

    use super::*;

    /// The settings of a package below a folder with this file.
    fn settings_with(text: &str) -> (tempfile::TempDir, Settings) {
        let folder = tempfile::tempdir().expect("a folder");
        let package = folder.path().join("packages/shop");
        std::fs::create_dir_all(&package).expect("a folder");
        std::fs::write(folder.path().join("streamhouse.toml"), text).expect("a file");
        let settings = settings_of(&package, Span::call_site());
        (folder, settings)
    }

    /// The codes with which a declaration of these settings is refused.
    fn codes(settings: &Settings, declaration: &str) -> Vec<&'static str> {
        let input = syn::parse_str(declaration).expect("a struct");
        let rejected = compile_for(&input, &settings.project).err();
        rejected.iter().flat_map(|rejected| rejected.diagnostics.iter()).map(|finding| finding.code).collect()
    }

    const ORDER: &str = "#[stream(name = \"shop.order\", order_by = id)] struct Order { id: u64, price: f64, #[stream(type = Time)] opens: u32 }";

    #[test]
    fn what_the_project_denies_is_an_error_and_its_file_is_tracked() {
        let (folder, settings) =
            settings_with("[clickhouse]\noldest = \"25.3\"\n[lints]\nfloat_for_money = \"deny\"\n");
        assert!(settings.errors.is_empty(), "{}", settings.errors);
        let path = folder.path().join("streamhouse.toml");
        let tracked = settings.tracked.to_string();
        assert!(
            tracked.contains("include_bytes") && tracked.contains(&path.display().to_string()),
            "{tracked}"
        );
        assert_eq!(codes(&settings, ORDER), ["SH0510"]);
        assert_eq!(codes(&settings, &ORDER.replace("#[stream(type = Time)]", "")), ["SH0525"]);
    }

    #[test]
    fn without_a_file_nothing_is_denied_and_nothing_tracked() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = settings_of(folder.path(), Span::call_site());
        assert!(settings.errors.is_empty() && settings.tracked.is_empty());
        assert_eq!(codes(&settings, ORDER), [""; 0]);
    }

    #[test]
    fn a_wrong_file_is_an_error_that_names_the_line() {
        let (_folder, settings) = settings_with("[clickhouse]\noldst = \"25.3\"\n");
        let errors = settings.errors.to_string();
        assert!(
            errors.contains("streamhouse.toml:2:1: `oldst` is not known in streamhouse.toml [SH0512]"),
            "{errors}"
        );
        assert!(errors.contains("did you mean `oldest`?"), "{errors}");
        assert!(!settings.tracked.is_empty(), "a mended file is seen");
    }
}
