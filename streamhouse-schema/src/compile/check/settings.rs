//! Settings of the table.

use super::super::declaration::Declaration;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine;
use crate::expr::{Expr, Literal};
use crate::near::nearest;

/// A setting is one of a MergeTree table, stands once, and has a value of its type. Settings of queries vanish from a
/// table without a word, so they are refused too.
pub(super) fn known(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (at, (name, value)) in declaration.settings.iter().enumerate() {
        let Some((_, ty)) = engine::settings().find(|(known, _)| *known == name.value) else {
            let names: Vec<&str> = engine::settings().map(|(known, _)| known).collect();
            let near = nearest(&name.value, &names);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "see <https://clickhouse.com/docs/operations/settings/merge-tree-settings>".into(),
            };
            let message = format!("`{}` is not a setting of a MergeTree table", name.value);
            diagnostics
                .push(Diagnostic::error("SH0801", name.span, message, help).replacement(&name.value, near));
            continue;
        };
        if let Some(help) = misfit(&name.value, ty, &value.value) {
            diagnostics.error(
                "SH0802",
                value.span,
                format!("`{}` does not take this value", name.value),
                help,
            );
        }
        if declaration.settings[..at].iter().any(|(earlier, _)| earlier.value == name.value) {
            diagnostics.error(
                "SH0803",
                name.span,
                format!("`{}` is set twice", name.value),
                "keep one of them",
            );
        }
    }
}

/// Whether a setting that is true or false is true.
pub(super) fn is_on<A>(value: &Expr<A>) -> bool {
    match value {
        Expr::Literal(Literal::Bool(value), _) => *value,
        Expr::Literal(Literal::Number(digits), _) => digits != "0",
        _ => false,
    }
}

/// What a column may set.
const OF_COLUMNS: &[&str] = &["min_compress_block_size", "max_compress_block_size"];

/// Columns have two settings, both sizes.
pub(super) fn of_columns(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (name, value) in declaration.fields.iter().flat_map(|field| &field.settings) {
        if !OF_COLUMNS.contains(&name.value.as_str()) {
            diagnostics.error(
                "SH0804",
                name.span,
                format!("`{}` is not a setting of a column", name.value),
                format!("valid here: {}", OF_COLUMNS.join(", ")),
            );
        } else if let Some(help) = misfit(&name.value, "UInt64", &value.value) {
            diagnostics.error(
                "SH0802",
                value.span,
                format!("`{}` does not take this value", name.value),
                help,
            );
        }
    }
}

/// The form that a setting takes, where the value has another.
fn misfit<A>(name: &str, ty: &str, value: &Expr<A>) -> Option<String> {
    let whole = |least: u64| {
        let right = match value {
            Expr::Literal(Literal::Number(digits), _) => {
                digits.parse().is_ok_and(|number: u64| number >= least)
            }
            Expr::Literal(Literal::Text(text), _) => is_size(text),
            _ => false,
        };
        (!right).then(|| format!("write a whole number from {least}: `{name} = {}`", least.max(1)))
    };
    match (name, ty) {
        ("index_granularity", _) => whole(1),
        // Smaller ones are refused, but for 0, which turns it off.
        ("index_granularity_bytes", _) => match value {
            Expr::Literal(Literal::Number(digits), _) if digits == "0" => None,
            _ => whole(1024),
        },
        (_, "Bool") => {
            let right = match value {
                Expr::Literal(Literal::Bool(_), _) => true,
                Expr::Literal(Literal::Number(digits), _) => digits == "0" || digits == "1",
                _ => false,
            };
            (!right).then(|| format!("write `{name} = true` or `{name} = false`"))
        }
        (_, "Float") => {
            let right = matches!(value, Expr::Literal(Literal::Number(_), _));
            (!right).then(|| format!("write a number: `{name} = 0.5`"))
        }
        (_, "NonZeroUInt64") => whole(1),
        (_, "UInt64" | "UInt32" | "Seconds" | "Milliseconds" | "UInt64Auto" | "MaxThreads") => whole(0),
        (_, "Int64") => {
            let right =
                matches!(value, Expr::Literal(Literal::Number(digits), _) if digits.parse::<i64>().is_ok());
            (!right).then(|| format!("write a whole number: `{name} = 1`"))
        }
        _ => {
            let right = matches!(value, Expr::Literal(Literal::Text(_), _));
            (!right).then(|| format!("write a string: `{name} = \"…\"`"))
        }
    }
}

/// `64Mi`, as ClickHouse writes sizes.
fn is_size(text: &str) -> bool {
    let digits = text.trim_end_matches('i').trim_end_matches(['K', 'M', 'G', 'T']);
    !digits.is_empty() && digits.len() < 16 && digits.chars().all(|c| c.is_ascii_digit())
}
