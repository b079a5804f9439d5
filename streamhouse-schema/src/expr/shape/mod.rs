//! What an expression yields, as far as ClickHouse's rules for keys, TTLs and defaults ask: its kind, and whether it may
//! be NULL. What is not known is said to be unknown, and no rule complains about it.

mod calls;
mod common;
mod lists;
mod numbers;
mod operators;

use calls::call;
use lists::over_lists;
use operators::{binary, element, is_number, member};

pub(super) use calls::Given;
pub(super) use common::common;
pub(super) use numbers::{Number, arithmetic};
pub(super) use operators::{compares, compares_types, moved_by};

use super::{Expr, Literal, Unary};
use crate::types::{Element, Type};

/// What an expression yields.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Its kind.
    pub kind: Kind,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Its type, where that is known: without the `Nullable` around it, and without dictionaries, time zones and whatever
    /// else functions do not ask for.
    pub ty: Option<Type>,
    /// Whether it lies in a dictionary: it is a `LowCardinality` column, or computed of such ones alone.
    pub dictionary: bool,
}

/// Kinds of values.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// An integer of at most 64 bits, or a truth value.
    Whole,
    /// An integer of more.
    Wide,
    /// A float.
    Float,
    /// A fixed-point number.
    Decimal,
    /// A string.
    Text,
    /// A day.
    Date,
    /// A moment.
    Time,
    /// A UUID.
    Uuid,
    /// An IP address.
    Ip,
    /// A span of time.
    Interval,
    /// A list.
    Array(Box<Shape>),
    /// Pairs.
    Map(Box<Shape>, Box<Shape>),
    /// Several values.
    Tuple(Vec<Shape>),
    /// A value that no common function takes: an enumeration, a time of day, JSON, …
    Other(Box<Type>),
    /// What only the engine knows.
    Unknown,
}

/// An operator or a function with an argument that it does not take.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit<A> {
    /// Where.
    pub at: Option<A>,
    /// What is wrong.
    pub message: String,
}

impl Shape {
    pub(super) fn of(kind: Kind) -> Self {
        Self { kind, nullable: false, ty: None, dictionary: false }
    }

    pub(super) fn unknown() -> Self {
        Self::of(Kind::Unknown)
    }

    /// The same, which may be NULL.
    pub(super) fn or_null(self, nullable: bool) -> Self {
        Self { nullable, ..self }
    }

    /// The type with the `Nullable` around it, where it is known.
    pub(super) fn whole(&self) -> Option<Type> {
        let ty = self.ty.clone()?;
        Some(if self.nullable { Type::Nullable(Box::new(ty)) } else { ty })
    }

    /// Whether a function of it may be NULL: of a path of a JSON nobody knows whether it is there.
    pub(super) fn passes_null(&self) -> bool {
        self.nullable || matches!(self.ty, Some(Type::Dynamic(_) | Type::Variant(_)))
    }

    /// A list of these.
    pub(super) fn listed(self) -> Self {
        match self.whole() {
            Some(ty) => Self::from(&Type::Array(Box::new(ty))),
            None => Self::of(Kind::Array(Box::new(self))),
        }
    }

    /// All of these, one after the other.
    pub(super) fn together(items: Vec<Shape>) -> Self {
        let element = |item: &Shape| Some(Element { name: None, ty: item.whole()? });
        match items.iter().map(element).collect::<Option<Vec<_>>>() {
            Some(elements) if !elements.is_empty() => Self::from(&Type::Tuple(elements)),
            _ => Self::of(Kind::Tuple(items)),
        }
    }

    /// Whether it, or anything in it, may be NULL.
    pub fn holds_null(&self) -> bool {
        self.nullable
            || match &self.kind {
                Kind::Array(item) => item.holds_null(),
                Kind::Map(key, value) => key.holds_null() || value.holds_null(),
                Kind::Tuple(items) => items.iter().any(Shape::holds_null),
                _ => false,
            }
    }
}

impl Shape {
    /// Whether it is, or holds, values of more than one type.
    pub fn is_mixed(&self) -> bool {
        match &self.kind {
            Kind::Other(ty) => {
                matches!(**ty, Type::Json(_) | Type::Variant(_) | Type::Dynamic(_) | Type::Geo(_))
            }
            Kind::Array(item) => item.is_mixed(),
            Kind::Map(key, value) => key.is_mixed() || value.is_mixed(),
            Kind::Tuple(items) => items.iter().any(Shape::is_mixed),
            _ => false,
        }
    }
}

impl From<&Type> for Shape {
    fn from(ty: &Type) -> Self {
        let dictionary = matches!(ty, Type::LowCardinality(_));
        let ty = plain(ty);
        let (ty, nullable) = match ty {
            Type::Nullable(inner) => (*inner, true),
            ty => (ty, false),
        };
        Self { kind: kind(&ty), nullable, ty: Some(ty), dictionary }
    }
}

/// The type without what only concerns how values are stored and shown.
fn plain(ty: &Type) -> Type {
    let boxed = |ty: &Type| Box::new(plain(ty));
    let elements = |elements: &[Element]| {
        elements.iter().map(|one| Element { name: one.name.clone(), ty: plain(&one.ty) }).collect()
    };
    match ty {
        Type::LowCardinality(inner) => plain(inner),
        Type::SimpleAggregateFunction(aggregate) => match &aggregate.arguments[..] {
            [value] => plain(value),
            _ => ty.clone(),
        },
        Type::Nullable(inner) => match plain(inner) {
            null @ Type::Nullable(_) => null,
            plain => Type::Nullable(Box::new(plain)),
        },
        Type::Array(item) => Type::Array(boxed(item)),
        Type::Map(key, value) => Type::Map(boxed(key), boxed(value)),
        Type::Tuple(items) => Type::Tuple(elements(items)),
        Type::Nested(items) => Type::Array(Box::new(Type::Tuple(elements(items)))),
        Type::Geo(geo) => geo.structure().unwrap_or_else(|| ty.clone()),
        Type::DateTime(_) => Type::DateTime(None),
        Type::DateTime64 { precision, .. } => Type::DateTime64 { precision: *precision, zone: None },
        other => other.clone(),
    }
}

fn kind(ty: &Type) -> Kind {
    let boxed = |ty: &Type| Box::new(Shape::from(ty));
    match ty {
        Type::UInt8 | Type::UInt16 | Type::UInt32 | Type::UInt64 | Type::Bool => Kind::Whole,
        Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64 => Kind::Whole,
        Type::UInt128 | Type::UInt256 | Type::Int128 | Type::Int256 => Kind::Wide,
        Type::Float32 | Type::Float64 => Kind::Float,
        Type::Decimal { .. } => Kind::Decimal,
        Type::String | Type::FixedString(_) => Kind::Text,
        Type::Date | Type::Date32 => Kind::Date,
        Type::DateTime(_) | Type::DateTime64 { .. } => Kind::Time,
        Type::Uuid => Kind::Uuid,
        Type::Ipv4 | Type::Ipv6 => Kind::Ip,
        Type::Interval(_) => Kind::Interval,
        Type::Array(item) => Kind::Array(boxed(item)),
        Type::Map(key, value) => Kind::Map(boxed(key), boxed(value)),
        Type::Tuple(elements) => Kind::Tuple(elements.iter().map(|one| Shape::from(&one.ty)).collect()),
        // ClickHouse converts it to few others.
        other => Kind::Other(Box::new(other.clone())),
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Kind::Whole => "a whole number",
            Kind::Wide => "a number of more than 64 bits",
            Kind::Float => "a float",
            Kind::Decimal => "a decimal",
            Kind::Text => "text",
            Kind::Date => "a date",
            Kind::Time => "a moment",
            Kind::Uuid => "a UUID",
            Kind::Ip => "an IP address",
            Kind::Interval => "an interval",
            Kind::Array(_) => "a list",
            Kind::Map(..) => "a map",
            Kind::Tuple(_) => "a tuple",
            Kind::Other(ty) => return write!(f, "{ty}"),
            Kind::Unknown => "unknown",
        })
    }
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
        Expr::Call { arguments, .. } => arguments.iter().collect(),
        Expr::Unary(_, of) => vec![of],
        Expr::Binary(_, left, right) => vec![left, right],
        _ => return false,
    };
    let mut parts = parts.into_iter().filter(|part| !part.columns().is_empty()).peekable();
    parts.peek().is_some() && parts.all(|part| in_dictionary(part, column))
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
            let fits = match operator {
                Unary::Minus => is_number(&of.kind) || of.kind == Kind::Interval,
                Unary::Not => matches!(of.kind, Kind::Whole | Kind::Float),
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
                (Unary::Not, Some(Type::Bool)) => of,
                (Unary::Not, _) => Shape::from(&Type::UInt8).or_null(of.nullable),
                (Unary::Minus, Some(ty)) => match numbers::negative(ty) {
                    Some(ty) => Shape::from(&ty).or_null(of.nullable),
                    None => of,
                },
                (Unary::Minus, None) => of,
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
mod tests {
    use super::*;

    fn check(text: &str, expected: &str, nullable: bool) {
        let expr: Expr = text.parse().expect("an expression");
        let column = |name: &str| {
            let ty = match name {
                "at" => "DateTime64(3, 'UTC')",
                "day" => "Nullable(Date)",
                "text" => "LowCardinality(String)",
                "count" => "UInt8",
                "tags" => "Map(String, Nullable(Int8))",
                _ => return None,
            };
            ty.parse().ok().map(|ty: Type| Shape::from(&ty))
        };
        let mut misfits = Vec::new();
        let shape = shape(&expr, &column, &mut misfits);
        let said = match misfits.first() {
            Some(misfit) => misfit.message.clone(),
            None => shape.kind.to_string(),
        };
        assert_eq!((said.as_str(), shape.holds_null()), (expected, nullable), "{text}");
    }

    #[test]
    fn kinds_follow_the_engine() {
        check("toYYYYMM(at)", "a whole number", false);
        check("toYYYYMM(day)", "a whole number", true);
        check("ifNull(day, at)", "a moment", false);
        check(
            "ifNull(day, count)",
            "`ifNull` chooses between a date and a whole number, which have no type in common",
            false,
        );
        check("ifNull(day, today())", "a date", false);
        check("toDate(text)", "a date", false);
        check("toDate(tags)", "`toDate` takes a date, a moment, a number or text, and this is a map", false);
        check("toDate('2024-01-01')", "a date", false);
        check("at + days(1) + hours(2)", "a moment", false);
        check("if(text = 'x', at, at + days(1))", "a moment", false);
        check("tags['x']", "a whole number", true);
        check("mapKeys(tags)", "a list", false);
        check("arrayMap((k, x) -> k = 'a', mapKeys(tags), mapValues(tags))", "a list", false);
        check("arrayExists(k -> k > 1, mapKeys(tags))", "`>` does not take text and a whole number", false);
        check("arrayExists(k -> k > 1, text)", "`arrayExists` takes lists, and this is text", false);
        check("tags[1]", "a map has no element by a whole number", true);
        check("somethingElse(day)", "unknown", false);
        check("lower(at)", "`lower` takes text, and this is a moment", false);
        check("toYYYYMM()", "`toYYYYMM` takes 1 to 2 arguments, and here it has 0", false);
        check("text = 'x' AND count IN (1, 2)", "a whole number", false);
        check("text > 1", "`>` does not take text and a whole number", false);
        check("count in (1, 'x')", "`IN` does not take a whole number and a tuple", false);
        check("text * 2", "`*` does not take text and a whole number", false);
    }
}
