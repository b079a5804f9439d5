//! What a build script says.

use std::fmt::Write as _;
use std::path::Path;

use crate::{BuildError, Severity, check};

/// For `build.rs`: prints what lints advise about the declarations of a package as warnings of cargo, which the derive
/// cannot give. Call it in `main` and hand its error on.
///
/// ```no_run
/// streamhouse_build::advise("src")?;
/// # Ok::<(), streamhouse_build::BuildError>(())
/// ```
///
/// Errors of declarations are left to the derive, which shows them on their tokens: a build script that failed would hide
/// them. Cargo runs the script again where a file below the folder changes, or `streamhouse.toml` above the package.
pub fn advise(folder: impl AsRef<Path>) -> Result<(), BuildError> {
    // Build scripts speak to cargo through stdout.
    print!("{}", instructions(folder.as_ref())?);
    Ok(())
}

/// What cargo is told.
fn instructions(folder: &Path) -> Result<String, BuildError> {
    let report = check(&[folder])?;
    let mut text = format!("cargo::rerun-if-changed={}\n", folder.display());
    if let Some(file) = folder_settings(folder) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "cargo::rerun-if-changed={file}");
    }
    for finding in report.findings.iter().filter(|finding| finding.severity == Severity::Warning) {
        // Cargo itself says that it is a warning.
        for line in finding.to_string().trim_start_matches("warning: ").lines() {
            let _ = writeln!(text, "cargo::warning={line}");
        }
    }
    Ok(text)
}

/// The settings above a folder, where there are some: to name a file that is not there would run the script at every build.
fn folder_settings(folder: &Path) -> Option<String> {
    let folder = std::fs::canonicalize(folder).ok()?;
    let found = streamhouse_schema::project::find(&folder, |path| std::fs::read_to_string(path))?;
    Some(found.path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_becomes_warnings_and_errors_do_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let source = "#[derive(StreamSchema)]\n#[stream(name = \"shop.order\", order_by = id)]\nstruct Order {\n    id: u64,\n    price: f64,\n}\n\n#[derive(StreamSchema)]\nstruct Wrong;\n";
        let settings = "[lints]\ntext_for_time = \"deny\"\n";
        std::fs::create_dir(folder.path().join("src")).expect("a folder");
        std::fs::write(folder.path().join("src/lib.rs"), source).expect("a file");
        std::fs::write(folder.path().join("streamhouse.toml"), settings).expect("a file");
        let text = instructions(&folder.path().join("src")).expect("instructions");
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("cargo::rerun-if-changed=") && lines[0].ends_with("src"), "{text}");
        assert!(
            lines[1].starts_with("cargo::rerun-if-changed=") && lines[1].ends_with("/streamhouse.toml"),
            "{text}"
        );
        assert_eq!(lines[2], "cargo::warning=`price` is money by its name, and a float by its type [SH0525]");
        assert!(text.contains("cargo::warning=5 |     price: f64,\n"), "{text}");
        assert!(lines.iter().all(|line| line.starts_with("cargo::")) && !text.contains("error:"), "{text}");
    }
}
