//! Finds declarations: every struct with `#[derive(StreamSchema)]` in every `.rs` file below a folder.

use std::fs;
use std::path::{Path, PathBuf};

use streamhouse_schema::compile::compile;
use streamhouse_schema::schema::Schema;
use syn::visit::Visit;

use crate::BuildError;

/// The schemas of all declarations below a folder, by event and version. All that is wrong with them is reported.
pub fn scan(folder: &Path) -> Result<Vec<Schema>, BuildError> {
    let mut sources = Vec::new();
    collect(folder, &mut sources)?;
    let (mut schemas, mut wrong) = (Vec::new(), Vec::new());
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
        let mut found = Declarations(Vec::new());
        found.visit_file(&file);
        for declaration in found.0 {
            match compile(&declaration) {
                Ok(compiled) => schemas.push(compiled.schema),
                Err(diagnostics) => wrong.extend(diagnostics.iter().map(|finding| {
                    let at = finding.span.start();
                    let place = format!("{}:{}:{}", path.display(), at.line, at.column + 1);
                    format!("{place}: {} [{}]\n  help: {}", finding.message, finding.code, finding.help)
                })),
            }
        }
    }
    if !wrong.is_empty() {
        return Err(BuildError::Declarations(wrong));
    }
    schemas.sort_by(|a, b| (&a.event, a.version).cmp(&(&b.event, b.version)));
    Ok(schemas)
}

fn collect(folder: &Path, sources: &mut Vec<PathBuf>) -> Result<(), BuildError> {
    let failed = |source| BuildError::Files { path: folder.to_path_buf(), source };
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(failed)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    // By name: the order of the file system is nobody's.
    entries.sort();
    for path in entries {
        if path.is_dir() {
            let skipped = path
                .file_name()
                .is_some_and(|name| name == "target" || name.to_string_lossy().starts_with('.'));
            if !skipped {
                collect(&path, sources)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
    Ok(())
}

struct Declarations(Vec<syn::DeriveInput>);

impl<'ast> Visit<'ast> for Declarations {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        if item.attrs.iter().any(derives_stream_schema) {
            self.0.push(item.clone().into());
        }
    }
}

fn derives_stream_schema(attribute: &syn::Attribute) -> bool {
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
