//! What an expression yields, as far as ClickHouse's rules for keys, TTLs and defaults ask: its kind, and whether it may
//! be NULL. What is not known is said to be unknown, and no rule complains about it.

mod binary;
mod calls;
mod common;
mod compare;
mod kind;
mod lists;
mod moments;
mod numbers;
mod operators;

use binary::binary;
use calls::call;
use lists::over_lists;
use operators::{element, is_number, member};

pub(super) use calls::Given;
pub(super) use common::{alike, common};
pub(crate) use compare::COMPARISONS;
pub(super) use compare::{compares, compares_types};
pub use kind::{Kind, Shape};
pub(super) use moments::moved_by;
pub(super) use numbers::{Number, arithmetic};

use super::functions::is_of_types;
use super::{Expr, Literal, Name, Unary};
use crate::engine;
use crate::types::Type;

/// An operator or a function with an argument that it does not take.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit<A> {
    /// Where.
    pub at: Option<A>,
    /// What is wrong.
    pub message: String,
}

/// What an expression yields, and the arguments that do not fit. `column` says what a column holds.
pub fn shape<A: Copy>(
    expr: &Expr<A>,
    column: &dyn Fn(&str) -> Option<Shape>,
    misfits: &mut Vec<Misfit<A>>,
) -> Shape {
    let of = yields(expr, column, misfits);
    Shape { dictionary: in_dictionary(expr, column), ..of }
}

/// Whether ClickHouse computes it in a dictionary, as it does with functions of one dictionary and of constants. Nothing
/// leaves a dictionary but by a conversion to a type that is named.
fn in_dictionary<A>(expr: &Expr<A>, column: &dyn Fn(&str) -> Option<Shape>) -> bool {
    let parts: Vec<&Expr<A>> = match expr {
        Expr::Column(name) => return column(&name.text).is_some_and(|shape| shape.dictionary),
        Expr::Call { function, .. } if function.text.eq_ignore_ascii_case("cast") => return false,
        Expr::Member(of, index) => return member_in_dictionary(of, *index as usize, column),
        Expr::Call { function, arguments, .. } if function.text == "tupleElement" => {
            return match &arguments[..] {
                [of, Expr::Literal(Literal::Number(index), _), ..] => {
                    index.parse().is_ok_and(|index| member_in_dictionary(of, index, column))
                }
                _ => false,
            };
        }
        Expr::Call { arguments, .. } => arguments.iter().collect(),
        Expr::Unary(_, of) => vec![of],
        Expr::Binary(_, left, right) => vec![left, right],
        _ => return false,
    };
    let mut parts = parts.into_iter().filter(|part| reads(part)).peekable();
    parts.peek().is_some() && parts.all(|part| in_dictionary(part, column))
}

/// Whether it reads a value of a column.
fn reads<A>(expr: &Expr<A>) -> bool {
    match expr {
        Expr::Column(_) => true,
        Expr::Call { function, .. } if is_of_types(&function.text) => false,
        other => !other.columns().is_empty() && other.parts().into_iter().any(reads),
    }
}

/// Whether ClickHouse computes it when the table is created.
fn is_folded<A>(expr: &Expr<A>) -> bool {
    let changes = |name: &&Name<A>| engine::function(&name.text).is_none_or(|function| function.changing);
    !reads(expr) && !expr.functions().iter().any(changes)
}

/// An element of a tuple lies in a dictionary where the tuple is made of it, or says so; elements are counted from 1.
fn member_in_dictionary<A>(of: &Expr<A>, index: usize, column: &dyn Fn(&str) -> Option<Shape>) -> bool {
    let Some(at) = index.checked_sub(1) else { return false };
    match of {
        Expr::Column(name) => column(&name.text).is_some_and(|shape| match &shape.kind {
            Kind::Tuple(elements) => elements.get(at).is_some_and(|element| element.dictionary),
            _ => false,
        }),
        Expr::Tuple(items) => items.get(at).is_some_and(|item| in_dictionary(item, column)),
        Expr::Call { function, arguments, .. } if function.text == "tuple" => {
            arguments.get(at).is_some_and(|item| in_dictionary(item, column))
        }
        _ => false,
    }
}

fn yields<A: Copy>(
    expr: &Expr<A>,
    column: &dyn Fn(&str) -> Option<Shape>,
    misfits: &mut Vec<Misfit<A>>,
) -> Shape {
    let all = |exprs: &[Expr<A>], misfits: &mut Vec<Misfit<A>>| -> Vec<Shape> {
        exprs.iter().map(|expr| yields(expr, column, misfits)).collect()
    };
    match expr {
        Expr::Column(name) => column(&name.text).unwrap_or(Shape::of(Kind::Unknown)),
        Expr::Literal(Literal::Number(digits), _) => Shape::from(&numbers::literal(digits)),
        Expr::Literal(Literal::Text(_), _) => Shape::from(&Type::String),
        Expr::Literal(Literal::Bool(_), _) => Shape::from(&Type::Bool),
        Expr::Literal(Literal::Null, _) => Shape::unknown().or_null(true),
        Expr::Unary(operator, operand) => {
            let of = yields(operand, column, misfits);
            if matches!(operator, Unary::IsNull | Unary::IsNotNull) {
                return Shape::from(&Type::UInt8);
            }
            let fits = match operator {
                Unary::Minus => is_number(&of.kind) || of.kind == Kind::Interval,
                _ => matches!(of.kind, Kind::Whole | Kind::Float),
            };
            if !fits && of.kind != Kind::Unknown {
                let name = if *operator == Unary::Minus { "-" } else { "NOT" };
                misfits.push(Misfit {
                    at: place(operand),
                    message: format!("`{name}` does not take {}", of.kind),
                });
                return Shape::unknown();
            }
            match (operator, &of.ty) {
                (Unary::Minus, Some(ty)) => match numbers::negative(ty) {
                    Some(ty) => Shape::from(&ty).or_null(of.nullable),
                    None => of,
                },
                (Unary::Minus, None) | (_, Some(Type::Bool)) => of,
                _ => Shape::from(&Type::UInt8).or_null(of.nullable),
            }
        }
        Expr::Binary(operator, left, right) => {
            let (from, to) = (yields(left, column, misfits), yields(right, column, misfits));
            let decimal = |shape: &Shape| shape.kind == Kind::Decimal;
            if (decimal(&from) || decimal(&to)) && expr.columns().is_empty() {
                misfits.push(Misfit {
                    at: place(expr),
                    message: "these are decimals that are the same for all rows: write what comes out".into(),
                });
                return Shape::unknown();
            }
            binary(*operator, (left, from), (right, to), misfits)
        }
        Expr::Tuple(items) => Shape::together(all(items, misfits)),
        Expr::Array(items) => {
            let shapes = all(items, misfits);
            calls::one_of("[…]", items.iter().find_map(place), &shapes, misfits).listed()
        }
        // What a lambda's variables are is not known, so nothing in it is looked at.
        Expr::Lambda(..) => Shape::unknown(),
        Expr::Element(of, index) => {
            let (from, to) = (yields(of, column, misfits), yields(index, column, misfits));
            element((of, from), (index, &to), misfits)
        }
        Expr::Member(of, index) => {
            let from = yields(of, column, misfits);
            member(of, &from.kind, *index as usize, misfits)
        }
        Expr::Call { function, arguments, .. }
            if let [Expr::Lambda(variables, body), lists @ ..] = &arguments[..] =>
        {
            let given = all(lists, misfits);
            over_lists(function, (variables, body), (&given, lists), column, misfits)
        }
        Expr::Call { function, arguments, .. } => {
            let shapes = all(arguments, misfits);
            let given: Vec<Given<'_>> = arguments
                .iter()
                .zip(&shapes)
                .map(|(argument, shape)| Given {
                    shape,
                    literal: match argument {
                        Expr::Literal(literal, _) => Some(literal),
                        _ => None,
                    },
                    constant: argument.columns().is_empty(),
                    folded: is_folded(argument),
                })
                .collect();
            call(function, &given, misfits)
        }
    }
}

/// Where the first name or literal of an expression stands.
pub fn place<A: Copy>(expr: &Expr<A>) -> Option<A> {
    match expr {
        Expr::Column(name) => Some(name.at),
        Expr::Call { function, .. } => Some(function.at),
        Expr::Literal(_, at) => Some(*at),
        Expr::Unary(_, of) | Expr::Lambda(_, of) | Expr::Member(of, _) => place(of),
        Expr::Binary(_, left, right) | Expr::Element(left, right) => place(left).or_else(|| place(right)),
        Expr::Tuple(items) | Expr::Array(items) => items.iter().find_map(place),
    }
}

#[cfg(test)]
mod tests;
