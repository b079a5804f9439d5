//! Constraints.

use proc_macro2::Span;

use super::super::declaration::Declaration;
use super::expressions::place_of;
use super::shape_of;
use crate::diagnostic::Diagnostics;
use crate::expr::{Binary, Expr, Kind, Literal, Unary};
use crate::types::Type;

/// Two constraints of a table have two names: an error names the one that a row breaks.
pub(super) fn distinct_names(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (at, constraint) in declaration.constraints.iter().enumerate() {
        let name = &constraint.name;
        if declaration.constraints[..at].iter().any(|earlier| earlier.name.text == name.text) {
            diagnostics.error(
                "SH0731",
                name.at,
                format!("there is a constraint `{}` already", name.text),
                "give it another name",
            );
        }
    }
}

/// ClickHouse creates a table with any constraint, and refuses every insert where it is not of type UInt8; a NULL breaks
/// it.
pub(super) fn conditions(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for constraint in &declaration.constraints {
        let span = place_of(&constraint.expr, constraint.name.at);
        let shape = shape_of(&constraint.expr, declaration);
        if !is_condition(&constraint.expr, declaration) {
            diagnostics.error(
                "SH0732",
                span,
                format!("a constraint is true or false, and this is {}", shape.kind),
                "compare it with something: `check(positive: amount >= 0)`",
            );
        } else if shape.nullable {
            diagnostics.error(
                "SH0732",
                span,
                "this may be NULL, and a row in which it is breaks the constraint",
                "say what holds then: `check(name: ifNull(column > 0, true))`",
            );
        }
    }
}

fn is_condition(expr: &Expr<Span>, declaration: &Declaration) -> bool {
    match expr {
        Expr::Column(name) => declaration
            .column(&name.text)
            .is_none_or(|column| matches!(column.ty.inner(), Type::UInt8 | Type::Bool)),
        Expr::Literal(literal, _) => matches!(literal, Literal::Bool(_)),
        Expr::Unary(operator, _) => *operator == Unary::Not,
        Expr::Binary(operator, ..) => !matches!(
            operator,
            Binary::Plus
                | Binary::Minus
                | Binary::Multiply
                | Binary::Divide
                | Binary::Modulo
                | Binary::Concat
        ),
        Expr::Call { .. } | Expr::Element(..) | Expr::Member(..) => {
            matches!(shape_of(expr, declaration).kind, Kind::Whole | Kind::Unknown)
        }
        Expr::Tuple(_) | Expr::Array(_) | Expr::Lambda(..) => false,
    }
}
