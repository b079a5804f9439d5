//! What an expression yields, as far as ClickHouse's rules for keys, TTLs and defaults ask: its kind, and whether it may
//! be NULL. What is not known is said to be unknown, and no rule complains about it.

mod calls;
mod operators;

use calls::{call, over_lists};
use operators::{binary, element, is_number, member};

use super::{Expr, Literal, Unary};
use crate::types::Type;

/// What an expression yields.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Its kind.
    pub kind: Kind,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Which integers it holds, if it holds integers and that is known.
    pub integers: Integers,
}

/// Integers that have no type in common with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Integers {
    /// Those that a wider signed type holds too, or it is not known.
    Any,
    /// Signed ones.
    Signed,
    /// Those of UInt64, of which only UInt128 and UInt256 are wider.
    Unsigned64,
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
        Self { kind, nullable: false, integers: Integers::Any }
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
        let boxed = |ty: &Type| Box::new(Shape::from(ty));
        Self::of(match ty {
            Type::Nullable(inner) => return Self { nullable: true, ..Self::from(&**inner) },
            Type::LowCardinality(inner) => return Self::from(&**inner),
            Type::UInt64 => return Self { integers: Integers::Unsigned64, ..Self::of(Kind::Whole) },
            Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64 => {
                return Self { integers: Integers::Signed, ..Self::of(Kind::Whole) };
            }
            Type::Float32 | Type::Float64 => Kind::Float,
            Type::Decimal { .. } => Kind::Decimal,
            Type::String | Type::FixedString(_) => Kind::Text,
            Type::Date | Type::Date32 => Kind::Date,
            Type::DateTime(_) | Type::DateTime64 { .. } => Kind::Time,
            Type::Uuid => Kind::Uuid,
            Type::Ipv4 | Type::Ipv6 => Kind::Ip,
            Type::UInt128 | Type::UInt256 | Type::Int128 | Type::Int256 => Kind::Wide,
            Type::Array(item) => Kind::Array(boxed(item)),
            Type::Map(key, value) => Kind::Map(boxed(key), boxed(value)),
            Type::Tuple(elements) => {
                Kind::Tuple(elements.iter().map(|element| Self::from(&element.ty)).collect())
            }
            Type::Nested(elements) => {
                let items = elements.iter().map(|element| Self::from(&element.ty)).collect();
                Kind::Array(Box::new(Self::of(Kind::Tuple(items))))
            }
            Type::Geo(geo) => match geo.structure() {
                Some(structure) => return Self::from(&structure),
                None => Kind::Other(Box::new(ty.clone())),
            },
            Type::SimpleAggregateFunction(aggregate) => match &aggregate.arguments[..] {
                [value] => return Self::from(value),
                _ => Kind::Unknown,
            },
            Type::Interval(_) => Kind::Interval,
            // ClickHouse converts it to few others.
            Type::BFloat16
            | Type::Enum { .. }
            | Type::Time
            | Type::Time64(_)
            | Type::Json(_)
            | Type::Variant(_)
            | Type::Dynamic(_)
            | Type::AggregateFunction(_) => Kind::Other(Box::new(ty.clone())),
            Type::UInt8 | Type::UInt16 | Type::UInt32 | Type::Bool => Kind::Whole,
        })
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
    let all = |exprs: &[Expr<A>], misfits: &mut Vec<Misfit<A>>| -> Vec<Shape> {
        exprs.iter().map(|expr| shape(expr, column, misfits)).collect()
    };
    match expr {
        Expr::Column(name) => column(&name.text).unwrap_or(Shape::of(Kind::Unknown)),
        Expr::Literal(Literal::Number(digits), _) => {
            let kind = if digits.contains(['.', 'e', 'E']) { Kind::Float } else { Kind::Whole };
            let integers = if digits.starts_with('-') { Integers::Signed } else { Integers::Any };
            Shape { integers, ..Shape::of(kind) }
        }
        Expr::Literal(Literal::Text(_), _) => Shape::of(Kind::Text),
        Expr::Literal(Literal::Bool(_), _) => Shape::of(Kind::Whole),
        Expr::Literal(Literal::Null, _) => Shape { nullable: true, ..Shape::of(Kind::Unknown) },
        Expr::Unary(operator, operand) => {
            let of = shape(operand, column, misfits);
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
            }
            of
        }
        Expr::Binary(operator, left, right) => {
            let (from, to) = (shape(left, column, misfits), shape(right, column, misfits));
            binary(*operator, (left, from), (right, to), misfits)
        }
        Expr::Tuple(items) => Shape::of(Kind::Tuple(all(items, misfits))),
        Expr::Array(items) => {
            let items = all(items, misfits);
            let nullable = items.iter().any(|item| item.nullable);
            let kind = items.into_iter().next().map_or(Kind::Unknown, |first| first.kind);
            Shape::of(Kind::Array(Box::new(Shape { nullable, ..Shape::of(kind) })))
        }
        // What a lambda's variables are is not known, so nothing in it is looked at.
        Expr::Lambda(..) => Shape::of(Kind::Unknown),
        Expr::Element(of, index) => {
            let (from, to) = (shape(of, column, misfits), shape(index, column, misfits));
            element((of, from.kind), (index, &to.kind), misfits)
        }
        Expr::Member(of, index) => {
            let from = shape(of, column, misfits);
            member(of, &from.kind, *index as usize, misfits)
        }
        Expr::Call { function, arguments, .. }
            if let [Expr::Lambda(variables, body), lists @ ..] = &arguments[..] =>
        {
            let given = all(lists, misfits);
            over_lists(function, (variables, body), &given, column, misfits)
        }
        Expr::Call { function, arguments, .. } => {
            let given = all(arguments, misfits);
            call(function, arguments, &given, misfits)
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
        check("toDate(text)", "`toDate` takes a date, a moment or a number, and this is text", false);
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
