//! Projections.

use proc_macro2::Span;

use super::super::declaration::Declaration;
use super::expressions::place_of;
use super::folding::is_constant;
use super::shape_of;
use crate::diagnostic::Diagnostics;
use crate::engine;
use crate::expr::{Expr, Kind, Literal};
use crate::schema::{EngineKind, Query, Selected};
use crate::types::Type;

/// Two projections of a table have two names.
pub(super) fn distinct_names(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (at, projection) in declaration.projections.iter().enumerate() {
        if declaration.projections[..at].iter().any(|earlier| earlier.name.text == projection.name.text) {
            diagnostics.error(
                "SH0721",
                projection.name.at,
                format!("there is a projection `{}` already", projection.name.text),
                "give it another name",
            );
        }
    }
}

/// A projection is the rows in another order, or sums of them; not both.
pub(super) fn sorted_or_grouped(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for projection in &declaration.projections {
        let Query::Parts { select, condition, group_by, order_by } = &projection.query else { continue };
        // Of the rows that a condition leaves only what is selected is there to be sorted by.
        let kept = |name: &str| {
            select.iter().any(|selected| match selected {
                Selected::All => true,
                Selected::Expr(Expr::Column(column), _) => column.text == name,
                Selected::Expr(..) => false,
            })
        };
        if condition.is_some()
            && let Some(lost) = order_by.iter().flat_map(Expr::columns).find(|name| !kept(&name.text))
        {
            diagnostics.error(
                "SH0722",
                lost.at,
                format!(
                    "the projection has a condition, and is sorted by `{}`, which it does not select",
                    lost.text
                ),
                "select the column too, or leave the condition out",
            );
            continue;
        }
        let sums = !group_by.is_empty() || select.iter().any(aggregates);
        let (span, message, help) = match (sums, &order_by[..]) {
            (true, [first, ..]) => (
                place_of(first, projection.name.at),
                "sums have no order of their own".to_string(),
                "keep `group by` and leave `order by` out",
            ),
            (false, []) => (
                projection.name.at,
                "the projection has neither an order nor sums".to_string(),
                "write `order by` and a column, or sums and `group by`",
            ),
            (false, keys) => {
                let selected = select.iter().filter_map(|selected| match selected {
                    Selected::Expr(expr, _) => Some(expr),
                    Selected::All => None,
                });
                match selected.chain(keys).find(|expr| is_constant(expr, declaration)) {
                    Some(expr) => (
                        place_of(expr, projection.name.at),
                        "this is the same for all rows, and neither an order nor worth keeping".to_string(),
                        "select and order by columns",
                    ),
                    None => continue,
                }
            }
            (true, []) => {
                let constant = select.iter().find_map(|selected| match selected {
                    Selected::Expr(expr, _) if !aggregates(selected) && is_constant(expr, declaration) => {
                        Some(expr)
                    }
                    _ => None,
                });
                match constant {
                    Some(expr) => (
                        place_of(expr, projection.name.at),
                        "this is the same for all rows, and no group".to_string(),
                        "select what differs",
                    ),
                    None => continue,
                }
            }
        };
        diagnostics.error("SH0722", span, message, help);
    }
}

/// A condition is true or false.
pub(super) fn conditions(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for projection in &declaration.projections {
        let Query::Parts { condition: Some(condition), .. } = &projection.query else { continue };
        let kind = shape_of(condition, declaration).kind;
        if !matches!(kind, Kind::Whole | Kind::Wide | Kind::Float | Kind::Unknown) {
            diagnostics.error(
                "SH0725",
                place_of(condition, projection.name.at),
                format!("the projection's condition is true or false, and this is {kind}"),
                "compare it with something: `where status = \"done\"`",
            );
        }
    }
}

/// A projection keeps whole columns, and reads what it keeps: of a part of a column ClickHouse finds nothing there.
pub(super) fn of_whole_columns(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for projection in &declaration.projections {
        let Query::Parts { select, condition, group_by, order_by } = &projection.query else { continue };
        let selected = select.iter().filter_map(|selected| match selected {
            Selected::Expr(expr, _) => Some(expr),
            Selected::All => None,
        });
        for name in selected.chain(condition).chain(group_by).chain(order_by).flat_map(|expr| expr.columns())
        {
            let part = declaration.column_type(&name.text).is_some()
                && declaration.column(&name.text).is_none()
                && !is_element_of_nested(&name.text, declaration);
            if part {
                diagnostics.error(
                    "SH0451",
                    name.at,
                    format!("`{}` is a part of a column, and a projection reads whole ones", name.text),
                    "give the part a column of its own: `column(kind: String = payload.kind, materialized)`",
                );
            }
        }
    }
}

/// Each of these is a column.
fn is_element_of_nested(name: &str, declaration: &Declaration) -> bool {
    declaration.columns().any(|column| match column.ty {
        Type::Nested(elements) => {
            let element =
                name.strip_prefix(column.name.value.as_str()).and_then(|rest| rest.strip_prefix('.'));
            element.is_some_and(|element| elements.iter().any(|one| one.name.as_deref() == Some(element)))
        }
        _ => false,
    })
}

/// What is selected beside sums is the same in all rows of a group.
pub(super) fn grouped_or_summed(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for projection in &declaration.projections {
        let Query::Parts { select, group_by, .. } = &projection.query else { continue };
        if group_by.is_empty() && !select.iter().any(aggregates) {
            continue;
        }
        let keys: Vec<Expr> = group_by.iter().map(|expr| expr.clone().strip()).collect();
        for selected in select {
            let place = match selected {
                Selected::All => Some(projection.name.at),
                Selected::Expr(_, Some(alias))
                    if keys.iter().any(|key| matches!(key, Expr::Column(name) if name.text == *alias)) =>
                {
                    None
                }
                Selected::Expr(expr, _) => loose(expr, &keys),
            };
            if let Some(span) = place {
                diagnostics.error(
                    "SH0723",
                    span,
                    "this differs between the rows of a group",
                    "put it into `group by`, or take an aggregate of it: `max(…)`, `sum(…)`, `any(…)`",
                );
            }
        }
    }
}

/// A column that is neither a key nor inside of an aggregate function.
fn loose(expr: &Expr<Span>, keys: &[Expr]) -> Option<Span> {
    if keys.contains(&expr.clone().strip()) {
        return None;
    }
    match expr {
        Expr::Column(name) => Some(name.at),
        Expr::Literal(_, _) => None,
        Expr::Call { function, .. }
            if engine::function(&function.text).is_some_and(|known| known.aggregate) =>
        {
            None
        }
        Expr::Call { arguments, .. } => arguments.iter().find_map(|argument| loose(argument, keys)),
        Expr::Unary(_, of) | Expr::Member(of, _) => loose(of, keys),
        Expr::Binary(_, left, right) | Expr::Element(left, right) => {
            loose(left, keys).or_else(|| loose(right, keys))
        }
        Expr::Tuple(items) | Expr::Array(items) => items.iter().find_map(|item| loose(item, keys)),
        // Its variables are no columns; what else it uses is for the engine to say.
        Expr::Lambda(..) => None,
    }
}

fn aggregates(selected: &Selected<Span>) -> bool {
    let aggregate = |name: &str| engine::function(name).is_some_and(|known| known.aggregate);
    match selected {
        Selected::All => false,
        Selected::Expr(expr, _) => expr.functions().iter().any(|name| aggregate(&name.text)),
    }
}

/// An engine that drops rows when parts merge has to be told what becomes of their projections.
pub(super) fn kept_while_rows_merge(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let kind = &declaration.engine.value.kind;
    let told = declaration.settings.iter().any(|(name, value)| {
        name.value == "deduplicate_merge_projection_mode"
            && !matches!(&value.value, Expr::Literal(Literal::Text(mode), _) if mode == "throw")
    });
    if let Some(projection) = declaration.projections.first()
        && !matches!(kind, EngineKind::MergeTree | EngineKind::Null)
        && !told
        && !declaration.is_broken(&["settings", "engine"])
    {
        diagnostics.error(
            "SH0724",
            projection.name.at,
            format!("`{}` drops rows when parts merge, and their projections would show them still", kind.name()),
            "say what becomes of them: `settings(deduplicate_merge_projection_mode = \"rebuild\")`, or `\"drop\"`",
        );
    }
}
