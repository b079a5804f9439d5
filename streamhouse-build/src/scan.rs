//! Finds declarations: every struct with `#[derive(StreamSchema)]` in every `.rs` file below a folder.
//!
//! What a `macro_rules!` macro makes is not seen: only the compiler of Rust expands it. What is there for tests alone
//! (`#[cfg(test)]`) is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use streamhouse_schema::compile::compile;
use streamhouse_schema::schema::Schema;

use crate::BuildError;
use crate::items::declarations;

/// A schema and where it is declared, as `file:line:column`.
struct Found {
    schema: Schema,
    place: String,
}

/// The schemas of all declarations below a folder, by event and version. All that is wrong with them is reported.
pub fn scan(folder: &Path) -> Result<Vec<Schema>, BuildError> {
    let mut sources = Vec::new();
    collect(folder, &mut BTreeSet::new(), &mut sources)?;
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    for path in sources {
        let text =
            fs::read_to_string(&path).map_err(|source| BuildError::Files { path: path.clone(), source })?;
        // Most files declare nothing, and parsing is what takes time.
        if !text.contains("StreamSchema") {
            continue;
        }
        let file = syn::parse_file(&text).map_err(|error| {
            let start = error.span().start();
            BuildError::Syntax {
                path: path.clone(),
                line: start.line,
                column: start.column + 1,
                message: error.to_string(),
            }
        })?;
        for declaration in declarations(&file) {
            let place = |span: proc_macro2::Span| {
                let at = span.start();
                format!("{}:{}:{}", path.display(), at.line, at.column + 1)
            };
            match compile(&declaration) {
                Ok(compiled) => {
                    found.push(Found { schema: compiled.schema, place: place(declaration.ident.span()) });
                }
                Err(rejected) => wrong.extend(rejected.diagnostics.iter().map(|finding| {
                    let place = place(finding.span);
                    format!("{place}: {} [{}]\n  help: {}", finding.message, finding.code, finding.help)
                })),
            }
        }
    }
    found.sort_by(|a, b| (&a.schema.event, a.schema.version).cmp(&(&b.schema.event, b.schema.version)));
    wrong.extend(clashes(&found));
    if !wrong.is_empty() {
        return Err(BuildError::Declarations(wrong));
    }
    Ok(found.into_iter().map(|found| found.schema).collect())
}

/// What no declaration can know of itself: that another one has its name, or its table.
fn clashes(found: &[Found]) -> Vec<String> {
    let mut clashes = Vec::new();
    for pair in found.windows(2) {
        let [first, second] = pair else { continue };
        if (&first.schema.event, first.schema.version) == (&second.schema.event, second.schema.version) {
            clashes.push(format!(
                "{}: version {} of the event `{}` is declared at {} already\n  help: raise the version, or give the event another name",
                second.place, second.schema.version, second.schema.event, first.place
            ));
        }
    }
    let mut tables: BTreeMap<&str, &Found> = BTreeMap::new();
    for one in found {
        let first = tables.entry(&one.schema.table).or_insert(one);
        if first.schema.event != one.schema.event {
            clashes.push(format!(
                "{}: the table `{}` of the event `{}` is that of the event `{}`, declared at {}, too\n  help: give one of them another: `#[stream(table = \"…\")]`",
                one.place, one.schema.table, one.schema.event, first.schema.event, first.place
            ));
        }
    }
    clashes.extend(second_names(found, &tables));
    clashes
}

/// Distributed tables and views share their names with the tables of all events.
fn second_names(found: &[Found], tables: &BTreeMap<&str, &Found>) -> Vec<String> {
    let mut clashes = Vec::new();
    let mut taken: BTreeMap<&str, &Found> = BTreeMap::new();
    for one in found {
        let layout = &one.schema.layout;
        let distributed = layout.distributed.iter().map(|spread| spread.table.text.as_str());
        for name in distributed.chain(layout.views.iter().map(|view| view.name.as_str())) {
            let first = tables.get(name).copied().unwrap_or_else(|| *taken.entry(name).or_insert(one));
            if first.schema.event != one.schema.event {
                clashes.push(format!(
                    "{}: the event `{}` makes a table or a view `{name}`, and so does the event `{}`, declared at {}\n  help: give one of them another name",
                    one.place, one.schema.event, first.schema.event, first.place
                ));
            }
        }
    }
    clashes
}

/// The `.rs` files below a folder. A folder that links lead to again is read once.
fn collect(
    folder: &Path,
    visited: &mut BTreeSet<PathBuf>,
    sources: &mut Vec<PathBuf>,
) -> Result<(), BuildError> {
    let failed = |source| BuildError::Files { path: folder.to_path_buf(), source };
    if !visited.insert(fs::canonicalize(folder).map_err(failed)?) {
        return Ok(());
    }
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
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
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
    Ok(())
}
