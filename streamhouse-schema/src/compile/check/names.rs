//! Names of events, tables and columns.

use proc_macro2::Span;

use super::super::declaration::{ColumnAt, Declaration, Kept, Place};
use super::super::parts::Part;
use super::expressions::place_of;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::Expr;
use crate::frame_schema::MAX_NAME;
use crate::near::nearest;
use crate::sql;
use crate::types::Type;

/// Names that ClickHouse writes down without quotes where an expression uses them, and then reads as a constant or as an operator, in
/// whatever case: the table, and with it the server, does not start again (26.7).
const UNQUOTED: &[&str] = &["false", "inf", "infinity", "nan", "not", "true"];
/// The longest name of a table; ClickHouse adds the database, an identity and endings to it.
const MAX_TABLE: usize = 128;
/// Columns that ClickHouse keeps for itself in every MergeTree table.
const RESERVED: &[&str] = &["_row_exists", "_block_number", "_block_offset"];
/// Columns that a MergeTree table shows of each part. A stored column of such a name is shown instead; one that is not stored
/// cannot be.
const VIRTUAL: &[&str] = &[
    "_part",
    "_part_index",
    "_part_uuid",
    "_part_offset",
    "_part_granule_offset",
    "_part_starting_offset",
    "_part_data_version",
    "_partition_id",
    "_partition_value",
    "_sample_factor",
    "_disk_name",
    "_distance",
    "_database",
    "_table",
];

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
        let starts = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase());
        let words: Vec<&str> = fitting.split('.').map(|word| word.trim_matches('_')).filter(starts).collect();
        diagnostics.error(
            "SH0201",
            name.span,
            format!("`{}` is not the name of an event", name.value),
            format!(
                "use lower-case words joined by dots, at most 128 characters, such as \"{}\"",
                words.join(".")
            ),
        );
    }
}

/// A table's name is one that needs no thought: letters, digits, underscores. ClickHouse writes anything else as three
/// characters into the names of its files, which may have 255.
pub(super) fn table_name(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let bytes = |name: &str| -> usize {
        name.bytes().map(|byte| if byte.is_ascii_alphanumeric() || byte == b'_' { 1 } else { 3 }).sum()
    };
    if let Some(table) = &declaration.table
        && (table.value.is_empty()
            || bytes(&table.value) > MAX_TABLE
            || table.value.contains(|c: char| c.is_control() || "./\\`".contains(c)))
    {
        diagnostics.error(
            "SH0202",
            table.span,
            format!("`{}` is not the name of a table", table.value),
            format!("use letters, digits and underscores, at most {MAX_TABLE}; the database is the worker's to choose"),
        );
    }
}

/// Two fields cannot share a column, and `_batch` is StreamHouse's own.
pub(super) fn column_names(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (index, field) in declaration.columns().enumerate() {
        let name = field.name;
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
        let shown_instead = field.kept == Kept::Ephemeral && VIRTUAL.contains(&name.value.as_str());
        if RESERVED.contains(&name.value.as_str()) || shown_instead {
            diagnostics.error(
                "SH0204",
                name.span,
                format!("`{}` is a column that ClickHouse keeps for itself", name.value),
                "choose another name",
            );
        }
        if UNQUOTED.contains(&name.value.to_lowercase().as_str()) {
            diagnostics.error(
                "SH0204",
                name.span,
                format!("ClickHouse takes `{}` in an expression for something else than a column when it starts again", name.value),
                "choose another name",
            );
        }
        if declaration.columns().take(index).any(|earlier| earlier.name.value == name.value) {
            diagnostics.error(
                "SH0205",
                name.span,
                format!("there is a column `{}` already", name.value),
                "each field needs a column of its own: rename one of them",
            );
        }
    }
}

/// Behind `EPHEMERAL` the server writes a name without quotes, and reads `comment` as the clause (up to 26.7.2.1).
pub(super) fn no_clauses(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for column in declaration.columns().filter(|column| column.kept == Kept::Ephemeral) {
        let Some(default) = column.default else { continue };
        if sql::expr(&default.value).to_lowercase().starts_with("`comment`") {
            diagnostics.error(
                "SH0204",
                place_of(&default.value, default.span),
                "ClickHouse takes `comment` here for the comment of the column when it starts again",
                "begin with something else, such as `identity(comment)`, or choose another name",
            );
        }
    }
}

/// The server names what it computes in a key, a TTL, an index or a constraint by the names in it: with a column `1` it takes `a + 1` and
/// ``a + `1` `` for the same, and computes one of them (up to 26.7.2.1).
pub(super) fn no_values(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for (_, _, expr) in declaration.expressions().into_iter().filter(|(part, ..)| *part != Part::Default) {
        columns.extend(expr.columns());
        expr.each(&mut |one| {
            if let Expr::Literal(..) = one {
                values.push(sql::expr(one));
            }
        });
    }
    for column in declaration.columns() {
        let name = &column.name.value;
        if values.contains(name) && columns.iter().any(|used| used.text == *name) {
            diagnostics.error(
                "SH0204",
                column.name.span,
                format!("ClickHouse takes the column `{name}` and the value {name}, which are both used here, for the same"),
                "choose another name",
            );
        }
    }
}

/// Whether a column is computed from an element of a Nested, element by element.
fn is_as_long(column: &ColumnAt<'_>, nested: &ColumnAt<'_>) -> bool {
    let is_element = |expr: &Expr<Span>| matches!(expr, Expr::Column(name) if name.text.split_once('.').is_some_and(|(outer, _)| outer == nested.name.value));
    matches!(nested.ty, Type::Nested(_))
        && matches!(column.default.map(|default| &default.value), Some(Expr::Call { function, arguments, .. })
            if function.text == "arrayMap" && arguments.iter().skip(1).any(is_element))
}

/// A name with a dot is that of a part of a column: lists `a.x` and `a.y` are one Nested to ClickHouse, which then refuses
/// rows in which they differ in length; a map among them is stored where their lengths are; and `a.keys` is stored where the keys of the map `a` are. What is not stored
/// comes into nobody's way.
pub(super) fn nested_names(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let stored = || declaration.columns().filter(|column| column.kept == Kept::Stored);
    for (index, field) in stored().enumerate() {
        let Some((outer, _)) = field.name.value.split_once('.') else { continue };
        let is_list = |ty: &Type| matches!(ty, Type::Array(_) | Type::Map(..));
        let shared = stored().take(index).find(|earlier| {
            let same = earlier.name.value.split_once('.').is_some_and(|(other, _)| other == outer);
            same && is_list(field.ty) && is_list(earlier.ty)
        });
        let whole = stored().find(|column| column.name.value == outer && !outer.is_empty());
        let whole = whole.filter(|whole| !is_as_long(&field, whole));
        if let Some(other) = shared.or(whole) {
            diagnostics.error(
                "SH0206",
                field.name.span,
                format!(
                    "ClickHouse takes `{}` and `{}` for parts of one column",
                    other.name.value, field.name.value
                ),
                "use an underscore instead of the dot",
            );
        }
    }
}

/// A computed column stands behind one that there is, and not behind itself.
pub(super) fn places(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (at, column) in declaration.computed.iter().enumerate() {
        let Place::Behind(after) = &column.place else { continue };
        let earlier = declaration.computed[..at].iter().any(|other| other.name.value == after.value);
        if !earlier && declaration.field(&after.value).is_none() && !declaration.is_unread(&after.value) {
            let known: Vec<&str> = declaration.fields.iter().map(|field| field.name.value.as_str()).collect();
            let near = nearest(&after.value, &known);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name a field, or a computed column that is declared before".into(),
            };
            let message =
                format!("`{}` is no column that `{}` can stand behind", after.value, column.name.value);
            diagnostics
                .push(Diagnostic::error("SH0610", after.span, message, help).replacement(&after.value, near));
        }
    }
}
