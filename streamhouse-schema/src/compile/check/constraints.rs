//! Constraints.

use proc_macro2::Span;

use super::super::declaration::Declaration;
use super::expressions::place_of;
use super::folding::{comparison, is_constant};
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

/// What is compared with itself says nothing of a row, and neither does what is the same for all of them. ClickHouse
/// compares all that holds at the same time: what contradicts, it refuses, and numbers with a point and text it cannot
/// put in order.
pub(super) fn say_something(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let mut all: Vec<Held<'_>> = Vec::new();
    for constraint in &declaration.constraints {
        let span = place_of(&constraint.expr, constraint.name.at);
        let mut pairs = Vec::new();
        constraint.expr.each(&mut |expr| pairs.extend(comparison(expr)));
        let itself = pairs.iter().any(|(left, right)| (*left).clone().strip() == (*right).clone().strip());
        if itself || is_constant(&constraint.expr, declaration) {
            diagnostics.error(
                "SH0450",
                span,
                "this is the same for all rows",
                "compare a column with something else: `check(positive: amount >= 0)`",
            );
            continue;
        }
        let before = all.len();
        held(&constraint.expr, &mut all);
        let (earlier, own) = all.split_at(before);
        let clash = own.iter().enumerate().any(|(at, one)| {
            earlier.iter().chain(&own[..at]).any(|other| one.contradicts(other) || one.disorders(other))
        });
        if clash {
            diagnostics.error(
                "SH0450",
                span,
                "ClickHouse cannot tell what holds beside what else the constraints say",
                "leave one of them out; write numbers without a point where text is compared too",
            );
        }
    }
}

/// A comparison that holds for every row.
struct Held<'a> {
    operator: Binary,
    left: &'a Expr<Span>,
    right: &'a Expr<Span>,
}

impl Held<'_> {
    /// Whether the two are about the same sides, and one of them says that these differ.
    fn contradicts(&self, other: &Held<'_>) -> bool {
        let plain = |expr: &Expr<Span>| expr.clone().strip();
        let (own, others) = ((plain(self.left), plain(self.right)), (plain(other.left), plain(other.right)));
        let strict = |operator: Binary| matches!(operator, Binary::Less | Binary::Greater);
        let same = own == others || (own.0 == others.1 && own.1 == others.0);
        let alike = own == others && self.operator == other.operator;
        same && !alike && (strict(self.operator) || strict(other.operator))
    }

    /// Whether one is about a number with a point, and the other about text.
    fn disorders(&self, other: &Held<'_>) -> bool {
        let literal = |held: &Held<'_>, is: fn(&Literal) -> bool| {
            [held.left, held.right]
                .into_iter()
                .any(|side| matches!(side, Expr::Literal(literal, _) if is(literal)))
        };
        let point = |held: &Held<'_>| {
            literal(held, |one| matches!(one, Literal::Number(digits) if digits.contains(['.', 'e', 'E'])))
        };
        let text = |held: &Held<'_>| literal(held, |one| matches!(one, Literal::Text(_)));
        (point(self) && text(other)) || (text(self) && point(other))
    }
}

/// The comparisons that hold at the same time.
fn held<'a>(expr: &'a Expr<Span>, all: &mut Vec<Held<'a>>) {
    match expr {
        Expr::Binary(Binary::And, left, right) => {
            held(left, all);
            held(right, all);
        }
        Expr::Binary(operator, left, right) => {
            let ordered = matches!(
                operator,
                Binary::Equal | Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual
            );
            if ordered {
                all.push(Held { operator: *operator, left, right });
            }
        }
        Expr::Call { function, arguments, .. } => match (function.text.as_str(), &arguments[..]) {
            ("and", all_of_them) => all_of_them.iter().for_each(|one| held(one, all)),
            ("equals", [left, right]) => all.push(Held { operator: Binary::Equal, left, right }),
            ("less", [left, right]) => all.push(Held { operator: Binary::Less, left, right }),
            ("greater", [left, right]) => all.push(Held { operator: Binary::Greater, left, right }),
            ("lessOrEquals", [left, right]) => all.push(Held { operator: Binary::LessOrEqual, left, right }),
            ("greaterOrEquals", [left, right]) => {
                all.push(Held { operator: Binary::GreaterOrEqual, left, right });
            }
            _ => {}
        },
        _ => {}
    }
}

fn is_condition(expr: &Expr<Span>, declaration: &Declaration) -> bool {
    match expr {
        Expr::Column(name) => declaration
            .column_type(&name.text)
            .is_none_or(|ty| matches!(ty.inner(), Type::UInt8 | Type::Bool)),
        Expr::Literal(literal, _) => matches!(literal, Literal::Bool(_)),
        Expr::Unary(operator, _) => *operator != Unary::Minus,
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
            let shape = shape_of(expr, declaration);
            matches!(shape.ty, Some(Type::UInt8 | Type::Bool)) || shape.kind == Kind::Unknown
        }
        Expr::Tuple(_) | Expr::Array(_) | Expr::Lambda(..) => false,
    }
}
