//! Finds declarations: every struct with `#[derive(StreamSchema)]` in every `.rs` file below a folder.
//!
//! What a `macro_rules!` macro makes is not seen: only the compiler of Rust expands it. What is there for tests alone
//! (`#[cfg(test)]`) is left out.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use streamhouse_schema::compile::{Compiled, compile_after};
use streamhouse_schema::diagnostic::Severity;
use streamhouse_schema::project::misfits;
use streamhouse_schema::schema::Schema;

use crate::BuildError;
use crate::clashes::{Named, clashes};
use crate::finding::{Finding, Place, Source};
use crate::items::declarations;
use crate::project::Projects;

/// What declarations say, and what there is to say about them.
#[derive(Debug)]
pub struct Report {
    /// The schemas of those without errors, by event and version.
    pub schemas: Vec<Schema>,
    /// Errors and warnings: those of `streamhouse.toml`, then file by file in the order of the places, then declarations that
    /// do not go together.
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many findings are errors.
    pub fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
    }
}

/// A declaration and the file in which it is.
struct Found {
    compiled: Compiled,
    source: Arc<Source>,
}

/// The schemas of all declarations below a folder, by event and version. All that is wrong with them is reported.
pub fn scan(folder: &Path) -> Result<Vec<Schema>, BuildError> {
    let mut report = check(&[folder])?;
    if report.errors() > 0 {
        report.findings.retain(|finding| finding.severity == Severity::Error);
        return Err(BuildError::Declarations(report.findings));
    }
    Ok(report.schemas)
}

/// Reads all declarations below folders, or in single files, as `streamhouse.toml` above each of them says.
pub fn check(paths: &[impl AsRef<Path>]) -> Result<Report, BuildError> {
    let (mut sources, mut visited) = (Vec::new(), BTreeSet::new());
    for path in paths {
        collect(path.as_ref(), &mut visited, &mut sources)?;
    }
    let (mut found, mut findings, mut projects) = (Vec::new(), Vec::new(), Projects::default());
    for path in sources {
        let text =
            fs::read_to_string(&path).map_err(|source| BuildError::Files { path: path.clone(), source })?;
        // Most files declare nothing, and parsing is what takes time.
        if !text.contains("StreamSchema") {
            continue;
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.to_path_buf();
        let Some(project) = projects.of(&folder)? else { continue };
        // The mark at the beginning of some files is no character of their first line.
        let text = text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text);
        // As a person would write it who stands there.
        let path = path.strip_prefix(".").map(Path::to_path_buf).unwrap_or(path);
        let source = Arc::new(Source { path, text });
        let file = match syn::parse_file(&source.text) {
            Ok(file) => file,
            Err(error) => {
                let place = Place::of(&source, error.span(), error.span());
                findings.push(Finding::error(place, error.to_string(), "this is not Rust", ""));
                continue;
            }
        };
        for declaration in declarations(&file) {
            let after = |event: &str| projects.history(&folder, event);
            let diagnostics = match compile_after(&declaration, &project, after) {
                Ok(compiled) => {
                    let warnings = compiled.warnings.clone();
                    found.push(Found { compiled, source: Arc::clone(&source) });
                    warnings
                }
                Err(rejected) => rejected.diagnostics,
            };
            findings.extend(diagnostics.iter().map(|diagnostic| Finding::of(diagnostic, &source)));
        }
    }
    let key = |one: &Found| (one.compiled.schema.event.clone(), one.compiled.schema.version);
    found.sort_by_key(key);
    let named: Vec<Named<'_>> = found.iter().map(|one| Named::of(&one.compiled, &one.source)).collect();
    findings.extend(clashes(&named).into_iter().map(|clash| clash.finding));
    findings.extend(fed(&found));
    projects.findings.append(&mut findings);
    let schemas = found.into_iter().map(|found| found.compiled.schema).collect();
    Ok(Report { schemas, findings: projects.findings })
}

/// What views write that their targets, declared here too, do not take.
fn fed(found: &[Found]) -> Vec<Finding> {
    let all: Vec<&Compiled> = found.iter().map(|one| &one.compiled).collect();
    misfits(&all)
        .into_iter()
        .map(|misfit| {
            let (target, span) = misfit.target;
            let other = Some((Place::of(&found[target].source, span, span), "the target".to_string()));
            Finding { other, ..Finding::of(&misfit.diagnostic, &found[misfit.at].source) }
        })
        .collect()
}

/// The `.rs` files below a folder. A folder that links lead to again is read once.
fn collect(
    path: &Path,
    visited: &mut BTreeSet<PathBuf>,
    sources: &mut Vec<PathBuf>,
) -> Result<(), BuildError> {
    let failed = |source| BuildError::Files { path: path.to_path_buf(), source };
    if !visited.insert(fs::canonicalize(path).map_err(failed)?) {
        return Ok(());
    }
    if path.is_file() {
        sources.push(path.to_path_buf());
        return Ok(());
    }
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    // By name: the order of the file system is nobody's.
    entries.sort();
    for path in entries {
        if path.is_dir() {
            let skipped = path
                .file_name()
                .is_some_and(|name| name == "target" || name.to_string_lossy().starts_with('.'));
            if !skipped {
                collect(&path, visited, sources)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") && path.exists() {
            collect(&path, visited, sources)?;
        }
    }
    Ok(())
}
