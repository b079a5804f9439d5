//! `migrations!()`: the migrations of a project within the program that applies them.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream};
use quote::quote;
use streamhouse_schema::migration::{Migration, in_order};

use crate::project::settings;

/// Reads the folder, `migrations` where none is named, below that of `streamhouse.toml` or of the package. What cannot be
/// applied is an error here, and not where the program starts.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let place = Span::call_site();
    let named = match input.is_empty() {
        true => None,
        false => match syn::parse2::<syn::LitStr>(input) {
            Ok(text) => Some(text),
            Err(error) => {
                return syn::Error::new(
                    error.span(),
                    "write `migrations!()`, or the folder: `migrations!(\"migrations\")`",
                )
                .to_compile_error();
            }
        },
    };
    let place = named.as_ref().map_or(place, syn::LitStr::span);
    let folder =
        settings(place).root.map(|root| root.join(named.map_or("migrations".into(), |text| text.value())));
    let read = folder
        .ok_or_else(|| "nobody but cargo knows of a folder".to_string())
        .and_then(|folder| read(&folder));
    match read {
        Ok(migrations) => {
            let migrations = migrations.iter().map(|(name, files)| {
                let [up, down, plan] = files;
                let optional = |file: &Option<String>| match file {
                    Some(path) => quote! { ::core::option::Option::Some(::core::include_str!(#path)) },
                    None => quote! { ::core::option::Option::None },
                };
                let (up, down, plan) = (optional(up), optional(down), optional(plan));
                quote! { (#name, #up, #down, #plan) }
            });
            quote! { ::streamhouse::migrate::embedded(&[#(#migrations),*]) }
        }
        Err(message) => syn::Error::new(place, message).to_compile_error(),
    }
}

/// The names of migrations, each with the paths of `up.sql`, `down.sql` and `plan.json`, as far as there are such.
type Found = Vec<(String, [Option<String>; 3])>;

fn read(folder: &Path) -> Result<Found, String> {
    let failed = |path: &Path, error: &std::io::Error| format!("{}: {error}", path.display());
    let mut folders: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, &error))? {
        let path = entry.map_err(|error| failed(folder, &error))?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    let (mut found, mut migrations) = (Vec::new(), Vec::new());
    for path in folders {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_string();
        let files = ["up.sql", "down.sql", "plan.json"].map(|file| path.join(file));
        let text = |file: &Path| match fs::read_to_string(file) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(file, &error)),
        };
        let up = text(&files[0])?.ok_or_else(|| format!("{} has no up.sql", path.display()))?;
        let (down, plan) = (text(&files[1])?, text(&files[2])?);
        let shown = files.each_ref().map(|file| file.is_file().then(|| file.display().to_string()));
        migrations
            .push(Migration::read(&name, up, down, plan.as_deref()).map_err(|error| error.to_string())?);
        found.push((name, shown));
    }
    in_order(migrations).map_err(|error| error.to_string())?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_applied_is_an_error_while_it_is_built() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        write("0001_create/up.sql", "CREATE TABLE a (b UInt8) ENGINE = Null;\n");
        write("0001_create/down.sql", "DROP TABLE a;\n");
        let found = read(folder.path()).expect("migrations");
        let [(name, [up, down, plan])] = &found[..] else { panic!("{found:?}") };
        assert_eq!(
            (name.as_str(), up.is_some(), down.is_some(), plan.is_some()),
            ("0001_create", true, true, false)
        );

        write("0001_other/up.sql", "SELECT 1;\n");
        assert!(read(folder.path()).is_err_and(|error| error.contains("have the same number")));
        fs::remove_dir_all(folder.path().join("0001_other")).expect("removed");

        write("0001_create/plan.json", "{\"format\":1,\"state\":\"sealed\",\"checksum\":\"00\"}");
        assert!(read(folder.path()).is_err_and(|error| error.contains("was changed after it was sealed")));
        assert!(read(&folder.path().join("none")).is_err_and(|error| error.contains("none")));
    }
}
