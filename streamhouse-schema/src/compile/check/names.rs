//! Names of events, tables and columns.

use super::super::declaration::Declaration;
use crate::diagnostic::Diagnostics;
use crate::frame_schema::MAX_NAME;

/// Event names are words of lower-case letters, digits and underscores, joined by dots: they become names of tables,
/// keys and folders, which not every system tells apart by case.
pub(super) fn event_name(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let name = &declaration.name;
    if name.value.is_empty() {
        return;
    }
    let word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    if !name.value.split('.').all(word) || name.value.len() > 128 {
        let fitting: String = name
            .value
            .to_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' })
            .collect();
        diagnostics.error(
            "SH0201",
            name.span,
            format!("`{}` is not the name of an event", name.value),
            format!(
                "use lower-case words joined by dots, at most 128 characters, such as \"{}\"",
                fitting.trim_matches(['.', '_'])
            ),
        );
    }
}

/// A table's name is one that needs no thought: letters, digits, underscores.
pub(super) fn table_name(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    if let Some(table) = &declaration.table
        && (table.value.is_empty()
            || table.value.len() > 128
            || table.value.contains(|c: char| c.is_control() || "./\\`".contains(c)))
    {
        diagnostics.error(
            "SH0202",
            table.span,
            format!("`{}` is not the name of a table", table.value),
            "use letters, digits and underscores; the database is the worker's to choose",
        );
    }
}

/// Two fields cannot share a column, and `_batch` is StreamHouse's own.
pub(super) fn column_names(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (index, field) in declaration.fields.iter().enumerate() {
        let name = &field.name;
        if name.value.is_empty() || name.value.len() > MAX_NAME || name.value.chars().any(char::is_control) {
            diagnostics.error(
                "SH0203",
                name.span,
                "the column's name cannot be used",
                format!("a name has 1 to {MAX_NAME} bytes without control characters"),
            );
        }
        if name.value == "_batch" {
            diagnostics.error(
                "SH0204",
                name.span,
                "`_batch` is the column by which a batch is recognised",
                "choose another name",
            );
        }
        if declaration.fields[..index].iter().any(|earlier| earlier.name.value == name.value) {
            diagnostics.error(
                "SH0205",
                name.span,
                format!("there is a column `{}` already", name.value),
                "each field needs a column of its own: rename one of them",
            );
        }
    }
}
