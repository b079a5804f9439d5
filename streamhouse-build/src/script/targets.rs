//! Which files of a package rustc begins with.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// The library and the programs of a package, as its manifest says or as cargo finds them. What only tests, examples and
/// benchmarks declare is nobody's table.
pub(crate) fn roots(folder: &Path, manifest: &str) -> io::Result<BTreeSet<PathBuf>> {
    // A manifest that cannot be read is cargo's to report.
    let manifest: Table = manifest.parse().unwrap_or_default();
    let mut roots = BTreeSet::new();
    let path_of = |target: &Value| target.get("path").and_then(Value::as_str).map(|path| folder.join(path));
    let library = manifest.get("lib").and_then(path_of).unwrap_or_else(|| folder.join("src/lib.rs"));
    let programs = manifest.get("bin").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    roots.insert(library);
    roots.insert(folder.join("src/main.rs"));
    for program in programs {
        match (path_of(program), program.get("name").and_then(Value::as_str)) {
            (Some(path), _) => {
                roots.insert(path);
            }
            (None, Some(name)) => {
                roots.insert(folder.join(format!("src/bin/{name}.rs")));
                roots.insert(folder.join(format!("src/bin/{name}/main.rs")));
            }
            (None, None) => {}
        }
    }
    let package = manifest.get("package");
    if package.and_then(|package| package.get("autobins")) != Some(&Value::Boolean(false)) {
        let entries = match fs::read_dir(folder.join("src/bin")) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                None
            }
            entries => Some(entries?),
        };
        for entry in entries.into_iter().flatten() {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                roots.insert(path);
            } else {
                roots.insert(path.join("main.rs"));
            }
        }
    }
    roots.retain(|root| root.is_file());
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_those_of_the_manifest_and_those_that_cargo_finds() {
        let folder = tempfile::tempdir().expect("a folder");
        for path in [
            "src/lib.rs",
            "src/main.rs",
            "src/bin/a.rs",
            "src/bin/b/main.rs",
            "src/bin/b/other.rs",
            "src/bin/note.txt",
            "other/library.rs",
            "other/tool.rs",
            "tests/test.rs",
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, "").expect("a file");
        }
        let found = |manifest: &str| -> Vec<String> {
            let roots = roots(folder.path(), manifest).expect("roots");
            let shown =
                |root: &PathBuf| root.strip_prefix(folder.path()).map(|root| root.display().to_string());
            roots.iter().filter_map(|root| shown(root).ok()).collect()
        };
        assert_eq!(found(""), ["src/bin/a.rs", "src/bin/b/main.rs", "src/lib.rs", "src/main.rs"]);
        assert_eq!(
            found(
                "lib.path = \"other/library.rs\"\n[package]\nautobins = false\n[[bin]]\nname = \"tool\"\npath = \"other/tool.rs\"\n[[bin]]\nname = \"a\"\n"
            ),
            ["other/library.rs", "other/tool.rs", "src/bin/a.rs", "src/main.rs"]
        );
    }
}
