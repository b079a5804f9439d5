//! What ClickHouse computes before there is a row.

use proc_macro2::Span;

use super::super::declaration::Declaration;
use super::shape_of;
use crate::expr::{Binary, COMPARISONS, Expr, Kind, Literal, Name, Unary, is_of_types};

/// How an expression changes from row to row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// It may be another value for another row.
    Varies,
    /// It is the same for all rows; whether it is true, where that is known here.
    Same(Option<bool>),
}

/// Whether an expression is the same for all rows: it uses no column, or asks of one that is never NULL whether it is, or
/// what its type is, or a constant decides it.
pub(super) fn is_constant(expr: &Expr<Span>, declaration: &Declaration) -> bool {
    match change(expr, declaration) {
        Change::Same(_) => true,
        Change::Varies => decided(expr, declaration),
    }
}

/// The columns of an expression of which ClickHouse reads no value: what is asked of them it knows before there is a row.
pub(super) fn unread<'a>(expr: &'a Expr<Span>, declaration: &Declaration) -> Vec<&'a Name<Span>> {
    let mut read = Vec::new();
    collect(expr, declaration, &mut read);
    expr.columns().into_iter().filter(|name| !read.contains(&name.text.as_str())).collect()
}

/// The columns below what varies. A lambda's variables may be among them, of which nobody asks.
fn collect<'a>(expr: &'a Expr<Span>, declaration: &Declaration, read: &mut Vec<&'a str>) {
    if change(expr, declaration) != Change::Varies {
        return;
    }
    match expr {
        Expr::Column(name) => read.push(&name.text),
        Expr::Literal(_, _) => {}
        Expr::Call { arguments, .. } => arguments.iter().for_each(|one| collect(one, declaration, read)),
        Expr::Unary(_, of) | Expr::Member(of, _) | Expr::Lambda(_, of) => collect(of, declaration, read),
        Expr::Binary(_, left, right) | Expr::Element(left, right) => {
            collect(left, declaration, read);
            collect(right, declaration, read);
        }
        Expr::Tuple(items) | Expr::Array(items) => {
            items.iter().for_each(|item| collect(item, declaration, read));
        }
    }
}

fn change(expr: &Expr<Span>, declaration: &Declaration) -> Change {
    let of = |expr: &Expr<Span>| change(expr, declaration);
    let all = |exprs: &[Expr<Span>]| match exprs.iter().all(|expr| of(expr) != Change::Varies) {
        true => Change::Same(None),
        false => Change::Varies,
    };
    // What is NULL, or a constant that may turn out to be: with it nothing is compared.
    let null = |expr: &Expr<Span>| {
        is_null(expr) || (of(expr) != Change::Varies && shape_of(expr, declaration).passes_null())
    };
    match expr {
        Expr::Column(_) => Change::Varies,
        Expr::Literal(literal, _) => Change::Same(truth(literal)),
        Expr::Call { function, arguments, .. } => match (function.text.as_str(), &arguments[..]) {
            (name, _) if is_of_types(name) => Change::Same(None),
            ("isNull" | "isNotNull", [of]) if is_never_null(of, declaration) => {
                Change::Same(Some(function.text == "isNotNull"))
            }
            ("and", arguments) => decide(arguments.iter().map(of), false),
            ("or", arguments) => decide(arguments.iter().map(of), true),
            ("not", [one]) => negated(of(one)),
            (name, [one, other]) if COMPARISONS.contains(&name) && (null(one) || null(other)) => {
                Change::Same(None)
            }
            (_, arguments) => all(arguments),
        },
        Expr::Binary(Binary::And, left, right) => decide([of(left), of(right)].into_iter(), false),
        Expr::Binary(Binary::Or, left, right) => decide([of(left), of(right)].into_iter(), true),
        Expr::Binary(operator, left, right) if compares(*operator) && (null(left) || null(right)) => {
            Change::Same(None)
        }
        Expr::Unary(Unary::Not, one) => negated(of(one)),
        Expr::Unary(operator @ (Unary::IsNull | Unary::IsNotNull), one)
            if is_never_null(one, declaration) =>
        {
            Change::Same(Some(*operator == Unary::IsNotNull))
        }
        Expr::Unary(_, of_what) | Expr::Member(of_what, _) => match of(of_what) {
            Change::Varies => Change::Varies,
            Change::Same(_) => Change::Same(None),
        },
        Expr::Binary(_, left, right) | Expr::Element(left, right) => match (of(left), of(right)) {
            (Change::Same(_), Change::Same(_)) => Change::Same(None),
            _ => Change::Varies,
        },
        Expr::Tuple(items) | Expr::Array(items) => all(items),
        Expr::Lambda(..) if expr.columns().is_empty() => Change::Same(None),
        Expr::Lambda(_, body) => of(body),
    }
}

/// `false` decides a conjunction, `true` a disjunction. Of what is the same for all rows and not known here it has to be
/// assumed that it does.
fn decide(parts: impl Iterator<Item = Change>, deciding: bool) -> Change {
    let (mut varies, mut open) = (false, false);
    for part in parts {
        match part {
            Change::Same(Some(value)) if value == deciding => return Change::Same(Some(deciding)),
            Change::Same(Some(_)) => {}
            Change::Same(None) => open = true,
            Change::Varies => varies = true,
        }
    }
    match (varies, open) {
        (true, false) => Change::Varies,
        (_, true) => Change::Same(None),
        (false, false) => Change::Same(Some(!deciding)),
    }
}

fn negated(change: Change) -> Change {
    match change {
        Change::Same(value) => Change::Same(value.map(|value| !value)),
        Change::Varies => Change::Varies,
    }
}

fn truth(literal: &Literal) -> Option<bool> {
    match literal {
        Literal::Bool(value) => Some(*value),
        Literal::Number(digits) => digits.parse::<f64>().ok().map(|number| number != 0.0),
        Literal::Text(_) | Literal::Null => None,
    }
}

fn compares(operator: Binary) -> bool {
    use Binary::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    matches!(operator, Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual)
}

/// The two sides of a comparison.
pub(super) fn comparison(expr: &Expr<Span>) -> Option<(&Expr<Span>, &Expr<Span>)> {
    match expr {
        Expr::Binary(operator, left, right) if compares(*operator) => Some((left, right)),
        Expr::Call { function, arguments, .. } if COMPARISONS.contains(&function.text.as_str()) => {
            match &arguments[..] {
                [left, right] => Some((left, right)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_null(expr: &Expr<Span>) -> bool {
    matches!(expr, Expr::Literal(Literal::Null, _))
}

fn is_never_null(expr: &Expr<Span>, declaration: &Declaration) -> bool {
    let shape = shape_of(expr, declaration);
    !shape.passes_null() && shape.kind != Kind::Unknown
}

/// Whether a constant that stands first, or that is a condition, may decide what comes out.
fn decided(expr: &Expr<Span>, declaration: &Declaration) -> bool {
    let constant = |expr: &Expr<Span>| is_constant(expr, declaration);
    let Expr::Call { function, arguments, .. } = expr else { return false };
    match (function.text.as_str(), &arguments[..]) {
        ("ifNull" | "coalesce", [first, _, ..]) => constant(first),
        ("if", [condition, values @ ..]) => constant(condition) && values.iter().any(constant),
        ("multiIf", [_, _, ..]) => {
            let conditions = arguments.iter().step_by(2).take(arguments.len() / 2);
            let values = arguments.iter().skip(1).step_by(2).chain(arguments.last());
            conditions.into_iter().any(constant) && values.into_iter().any(constant)
        }
        _ => false,
    }
}
