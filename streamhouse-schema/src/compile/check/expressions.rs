//! What holds for all expressions: their names are known, and their arguments fit.

use proc_macro2::Span;

use super::super::declaration::{Declaration, Field, Kept};
use super::super::parts::Part;
use super::folding::is_constant;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::engine;
use crate::expr::{Expr, Shape, place, shape};
use crate::near::nearest;
use crate::types::Type;

/// Every name in an expression is a column of this table.
pub(super) fn columns_exist(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let known: Vec<&str> = declaration.columns().map(|column| column.name.value.as_str()).collect();
    for (part, _, expr) in declaration.expressions() {
        for name in expr.columns() {
            if declaration.column_type(&name.text).is_none() && !declaration.is_unread(&name.text) {
                let near = nearest(&name.text, &known);
                let help = match (declaration.field(&name.text), near) {
                    (Some(nested), _) => {
                        format!("it is a Nested, of which each element is a column: {}", elements(nested))
                    }
                    (None, Some(near)) => format!("did you mean `{near}`?"),
                    (None, None) => format!("the columns are: {}", known.join(", ")),
                };
                let message = format!("`{part}` uses `{}`, which is not a column", name.text);
                let near = near.filter(|near| *near != name.text);
                diagnostics
                    .push(Diagnostic::error("SH0401", name.at, message, help).replacement(&name.text, near));
            }
        }
    }
}

/// The columns of a Nested.
fn elements(nested: &Field) -> String {
    let Type::Nested(elements) = &nested.ty else { return String::new() };
    let names: Vec<String> = elements
        .iter()
        .filter_map(|element| Some(format!("`{}.{}`", nested.name.value, element.name.as_ref()?)))
        .collect();
    names.join(", ")
}

/// Keys, TTLs, constraints and projections read rows that are stored, and an `ALIAS` or an `EPHEMERAL` column is not. An
/// `ALIAS` itself is computed long after an `EPHEMERAL` column was there.
pub(super) fn columns_are_stored(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for column in declaration.columns().filter(|column| column.kept == Kept::Alias) {
        for name in column.default.iter().flat_map(|default| default.value.columns()) {
            if declaration.column_around(&name.text).is_some_and(|of| of.kept == Kept::Ephemeral) {
                diagnostics.error(
                    "SH0411",
                    name.at,
                    format!(
                        "`{}` is computed when it is read, and `{}` is there only while a row is inserted",
                        column.name.value, name.text
                    ),
                    "make the computed column `materialized`, or store the other one",
                );
            }
        }
    }
    for (part, _, expr) in declaration.expressions() {
        for name in expr.columns() {
            // A part of a column is kept as the column is.
            let Some(column) = declaration.column_around(&name.text) else { continue };
            let what = match column.kept {
                Kept::Alias if part.reads_stored() => "is computed when it is read",
                Kept::Ephemeral if part.reads_stored() || matches!(part, Part::Index | Part::ShardingKey) => {
                    "is there only while a row is inserted"
                }
                _ => continue,
            };
            diagnostics.error(
                "SH0411",
                name.at,
                format!("`{part}` uses `{}`, which {what} and is not stored", name.text),
                "use a stored column, such as one that is `materialized`, or the expression itself",
            );
        }
    }
}

/// Every function is one of ClickHouse's, and looks at one row.
pub(super) fn functions_exist(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (part, _, expr) in declaration.expressions() {
        for name in expr.functions() {
            let text = name.text.as_str();
            match engine::function(text) {
                None => {
                    let known: Vec<&str> = engine::functions()
                        .filter(|known| !known.aggregate)
                        .map(|known| known.name)
                        .collect();
                    let near = nearest(text, &known);
                    let help = match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "see <https://clickhouse.com/docs/sql-reference/functions>".into(),
                    };
                    let message = format!("ClickHouse has no function `{text}`");
                    diagnostics
                        .push(Diagnostic::error("SH0409", name.at, message, help).replacement(text, near));
                }
                Some(known) if (known.aggregate && !part.aggregates()) || text == "arrayJoin" => {
                    let reason =
                        if known.aggregate { "sums up many rows" } else { "makes several rows of one" };
                    diagnostics.error(
                        "SH0408",
                        name.at,
                        format!("`{text}` {reason}, and `{part}` looks at one"),
                        "use a function of a row's own values",
                    );
                }
                Some(_) => {}
            }
        }
    }
}

/// A function gets what it takes, as far as that is known here.
pub(super) fn arguments_fit(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (part, span, expr) in declaration.expressions() {
        let mut misfits = Vec::new();
        shape(expr, &|name| declaration.column_type(name).map(|ty| Shape::from(&ty)), &mut misfits);
        for misfit in misfits {
            diagnostics.error(
                "SH0410",
                misfit.at.unwrap_or(span),
                format!("in `{part}`: {}", misfit.message),
                "convert it first, for example with `toString(…)` or `toDate(…)`, or use another column",
            );
        }
    }
}

/// Keys, TTLs and indexes have to give the same for the same row, today and tomorrow.
pub(super) fn deterministic(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (part, _, expr) in declaration.expressions() {
        if !part.fixed() {
            continue;
        }
        for name in expr.functions() {
            // That one has a rule of its own.
            let changing = name.text != "arrayJoin"
                && engine::function(&name.text).is_some_and(|known| known.changing && !known.aggregate);
            if changing {
                diagnostics.error(
                    "SH0405",
                    name.at,
                    format!("`{}` gives another value each time, and `{part}` may not", name.text),
                    "use a column of the event",
                );
            }
        }
    }
}

/// ClickHouse decides a constant condition once, and then knows the expression by another name than the one under which the
/// table asks for it.
pub(super) fn conditions_depend(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (part, span, expr) in declaration.expressions() {
        expr.each(&mut |expr| {
            let Expr::Call { function, arguments, .. } = expr else { return };
            let conditions = match function.text.as_str() {
                "if" => &arguments[..arguments.len().min(1)],
                "multiIf" => &arguments[..],
                _ => return,
            };
            let last = conditions.len() - usize::from(conditions.len() > 1);
            if conditions[..last].iter().step_by(2).any(|condition| is_constant(condition, declaration)) {
                diagnostics.error(
                    "SH0453",
                    if part == Part::Default { function.at } else { place(expr).unwrap_or(span) },
                    format!("in `{part}`: the condition of `{}` is the same for all rows", function.text),
                    "write the value that it leads to",
                );
            }
        });
    }
}

/// Where an expression stands: its first name or literal, else the place that is given.
pub(crate) fn place_of(expr: &Expr<Span>, otherwise: Span) -> Span {
    place(expr).unwrap_or(otherwise)
}
