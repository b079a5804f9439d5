//! Kinds of values, and which kind the values of a type are.

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

impl Shape {
    pub(in crate::expr) fn of(kind: Kind) -> Self {
        Self { kind, nullable: false, ty: None, dictionary: false }
    }

    pub(in crate::expr) fn unknown() -> Self {
        Self::of(Kind::Unknown)
    }

    /// The same, which may be NULL.
    pub(in crate::expr) fn or_null(self, nullable: bool) -> Self {
        Self { nullable, ..self }
    }

    /// The type with the `Nullable` around it, where it is known.
    pub fn whole(&self) -> Option<Type> {
        let ty = self.ty.clone()?;
        Some(if self.nullable { Type::Nullable(Box::new(ty)) } else { ty })
    }

    /// Whether a function of it may be NULL: of a path of a JSON nobody knows whether it is there.
    pub(crate) fn passes_null(&self) -> bool {
        self.nullable || matches!(self.ty, Some(Type::Dynamic(_) | Type::Variant(_)))
    }

    /// A list of these.
    pub(in crate::expr) fn listed(self) -> Self {
        match self.whole() {
            Some(ty) => Self::from(&Type::Array(Box::new(ty))),
            None => Self::of(Kind::Array(Box::new(self))),
        }
    }

    /// All of these, one after the other.
    pub(in crate::expr) fn together(items: Vec<Shape>) -> Self {
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
    /// Whether it is, or holds, values that are not told greater and less: of more than one type, or vectors.
    pub fn is_mixed(&self) -> bool {
        match &self.kind {
            Kind::Other(ty) => matches!(
                **ty,
                Type::Json(_) | Type::Variant(_) | Type::Dynamic(_) | Type::Geo(_) | Type::QBit(_)
            ),
            Kind::Array(item) => item.is_mixed(),
            Kind::Map(key, value) => key.is_mixed() || value.is_mixed(),
            Kind::Tuple(items) => items.iter().any(Shape::is_mixed),
            _ => false,
        }
    }
}

impl From<&Type> for Shape {
    fn from(ty: &Type) -> Self {
        let value = match ty {
            Type::SimpleAggregateFunction(aggregate) => aggregate.arguments.first().unwrap_or(ty),
            ty => ty,
        };
        let dictionary = matches!(value, Type::LowCardinality(_));
        let inner = ty.inner();
        let ty = plain(ty);
        let (ty, nullable) = match ty {
            Type::Nullable(inner) => (*inner, true),
            ty => (ty, false),
        };
        let kind = match inner {
            // Elements may lie in dictionaries of their own.
            Type::Tuple(elements) => Kind::Tuple(elements.iter().map(|one| Shape::from(&one.ty)).collect()),
            _ => kind(&ty),
        };
        Self { kind, nullable, ty: Some(ty), dictionary }
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
