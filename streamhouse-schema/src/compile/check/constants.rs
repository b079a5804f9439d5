//! What ClickHouse computes when the table is created: defaults of columns whose own defaults are constants.

use proc_macro2::Span;

use super::super::declaration::{Declaration, Kept};
use super::defaults::is_whole;
use super::expressions::place_of;
use super::folding::{comparison, unread};
use super::shape_of;
use crate::diagnostic::Diagnostics;
use crate::engine;
use crate::expr::{Binary, Expr, Kind, Name, Shape};
use crate::types::Type;

/// What ClickHouse refuses for some values, it refuses when the table is created, where the values are there by then: those of
/// columns whose defaults are constants.
pub(super) fn convert(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let all = declaration.columns().count();
    for column in declaration.columns() {
        let Some(default) = column.default else { continue };
        let fixed =
            |expr: &Expr<Span>| expr.columns().iter().all(|name| is_fixed(&name.text, declaration, all));
        // Of what is asked for its type alone no value is read.
        let unread = unread(&default.value, declaration);
        let is_unread = |name: &Name<Span>| unread.iter().any(|other| other.text == name.text);
        let is_constant = default
            .value
            .columns()
            .into_iter()
            .all(|name| is_unread(name) || is_fixed(&name.text, declaration, all));
        let shape = shape_of(&default.value, declaration);
        let refuses =
            is_refused(&shape, column.ty) || is_finer(&shape, column.ty) && is_computed(&default.value);
        if refuses && is_constant && !is_literal(&default.value) {
            diagnostics.error(
                "SH0613",
                place_of(&default.value, default.span),
                format!("this is a constant where no value is given, and becomes {}", column.ty),
                "write what comes out",
            );
            continue;
        }
        default.value.each(&mut |expr| {
            if let Some((divided, by)) = division(expr)
                && let [column, ..] = &by.columns()[..]
                && fixed(by)
                && (shape_of(divided, declaration).kind == Kind::Decimal || !is_divided(expr))
            {
                diagnostics.error(
                    "SH0613",
                    column.at,
                    format!(
                        "this divides by what is a constant where no value is given: the default of `{}`",
                        column.text
                    ),
                    "write what comes out, or leave one of the two defaults out",
                );
            }
            // A decimal may have no room for the number that it is compared with.
            if let Some((left, right)) = comparison(expr)
                && [left, right].iter().any(|side| shape_of(side, declaration).kind == Kind::Decimal)
                && [left, right].iter().any(|side| {
                    !is_literal(side) && matches!(shape_of(side, declaration).kind, Kind::Whole | Kind::Wide)
                })
                && !expr.columns().is_empty()
                && fixed(expr)
            {
                diagnostics.error(
                    "SH0613",
                    place_of(expr, default.span),
                    "this compares a decimal with a number, and both are constants where no value is given",
                    "write what comes out",
                );
            }
            let Expr::Call { function, arguments, .. } = expr else { return };
            let [of, lists @ ..] = &arguments[..] else { return };
            let name = function.text.as_str();
            if matches!(of, Expr::Lambda(..))
                && lists.len() > 1
                && lists.iter().all(fixed)
                && !same_length(lists)
            {
                diagnostics.error(
                    "SH0613",
                    function.at,
                    format!(
                        "`{name}` takes lists of one length, and these are constants where no value is given"
                    ),
                    "write what comes out, or leave the default of a list out",
                );
            }
            let kind_of = shape_of(of, declaration).kind;
            let refuses = match kind_of {
                Kind::Text => converts(name) && name != "toString",
                Kind::Decimal => converts(name) && name != "toString",
                _ => name.starts_with("toDecimal"),
            };
            let columns = of.columns();
            let text = shape_of(of, declaration);
            // It replaces in columns of such text, and in no constant.
            if name.starts_with("replace")
                && matches!(text.ty, Some(Type::FixedString(_)))
                && !columns.is_empty()
                && fixed(of)
            {
                diagnostics.error(
                    "SH0613",
                    function.at,
                    format!(
                        "`{name}` takes no constant of a fixed length, which `{}` is where no value is given",
                        columns[0].text
                    ),
                    "write what comes out, or leave one of the two defaults out",
                );
            }
            if refuses && !columns.is_empty() && fixed(of) {
                diagnostics.error(
                    "SH0613",
                    if default.value.columns().is_empty() { default.span } else { function.at },
                    format!(
                        "`{name}` converts what is a constant where no value is given: the default of `{}`",
                        columns[0].text
                    ),
                    "write what comes out, or leave one of the two defaults out",
                );
            }
        });
    }
}

/// What is divided, and by what.
fn division(expr: &Expr<Span>) -> Option<(&Expr<Span>, &Expr<Span>)> {
    match expr {
        Expr::Binary(Binary::Divide | Binary::Modulo, left, right) => Some((left, right)),
        Expr::Call { function, arguments, .. } => match (function.text.as_str(), &arguments[..]) {
            ("divide" | "intDiv" | "modulo" | "positiveModulo", [left, right]) => Some((left, right)),
            _ => None,
        },
        _ => None,
    }
}

/// A float may be divided by nothing.
fn is_divided(expr: &Expr<Span>) -> bool {
    match expr {
        Expr::Binary(operator, ..) => *operator == Binary::Divide,
        Expr::Call { function, .. } => function.text == "divide",
        _ => false,
    }
}

/// Lists that are written out, with as many items each.
fn same_length(lists: &[Expr<Span>]) -> bool {
    let length = |list: &Expr<Span>| match list {
        Expr::Array(items) => Some(items.len()),
        _ => None,
    };
    let first = lists.first().and_then(length);
    first.is_some() && lists.iter().all(|list| length(list) == first)
}

/// Whether there are values of a kind that a type does not take.
fn is_refused(shape: &Shape, ty: &Type) -> bool {
    match (&shape.kind, ty.inner()) {
        (Kind::Text, Type::Enum { .. }) => true,
        (Kind::Decimal, Type::Float32 | Type::Float64 | Type::String) => false,
        (Kind::Decimal, ty) => shape.ty.as_ref() != Some(ty),
        // It may be no number, or one without end.
        (Kind::Float, ty) => is_whole(ty),
        (Kind::Array(item), Type::Array(ty)) => is_refused(item, ty),
        (Kind::Map(key, value), Type::Map(keys, values)) => {
            is_refused(key, keys) || is_refused(value, values)
        }
        _ => false,
    }
}

/// Whether a moment gets more digits, for which one that is far away has no room.
fn is_finer(shape: &Shape, ty: &Type) -> bool {
    match (&shape.ty, ty.inner()) {
        (Some(Type::DateTime64 { precision: from, .. }), Type::DateTime64 { precision: to, .. }) => from < to,
        _ => false,
    }
}

/// Whether it is computed of what is computed, and always the same: who knows what comes out.
fn is_computed(expr: &Expr<Span>) -> bool {
    let changes = |name: &&Name<Span>| engine::function(&name.text).is_none_or(|function| function.changing);
    let mut nested = false;
    expr.each(&mut |one| {
        if let Expr::Call { arguments, .. } = one {
            nested |= arguments.iter().any(|argument| !matches!(argument, Expr::Literal(..)));
        }
    });
    nested && !expr.functions().iter().any(changes)
}

/// A value that is written out, or a list or a map of such.
fn is_literal(expr: &Expr<Span>) -> bool {
    match expr {
        Expr::Literal(..) => true,
        Expr::Array(items) => items.iter().all(is_literal),
        Expr::Call { function, arguments, .. } if function.text == "map" => arguments.iter().all(is_literal),
        _ => false,
    }
}

/// Functions that convert, and refuse what they cannot.
fn converts(name: &str) -> bool {
    let forgiving = ["OrZero", "OrNull", "OrDefault"].iter().any(|ending| name.ends_with(ending));
    let target = name.strip_prefix("to").is_some_and(|ty| {
        ["UInt", "Int", "Float", "Decimal", "Date", "UUID", "IPv", "FixedString", "Time", "Bool", "Enum"]
            .iter()
            .any(|start| ty.starts_with(start) && !ty.starts_with("Interval"))
    });
    (target || name.eq_ignore_ascii_case("cast") || name.starts_with("parseDateTime")) && !forgiving
}

/// Whether a column that is not given is always the same.
fn is_fixed(name: &str, declaration: &Declaration, steps: usize) -> bool {
    let column = declaration.column(name);
    let Some(default) = column.and_then(|column| column.default) else {
        // Without a value the server puts an empty one there.
        return column.is_some_and(|column| column.kept == Kept::Ephemeral);
    };
    steps > 0 && default.value.columns().iter().all(|name| is_fixed(&name.text, declaration, steps - 1))
}
