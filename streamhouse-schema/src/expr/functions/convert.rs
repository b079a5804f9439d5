//! From one type into another.

use super::Takes::{Anything, Date, Figure, Plain, Read, ReadOrUuid, Shown, String, Word, Zone};
use super::{Gives, Known, time};
use crate::expr::Literal;
use crate::expr::shape::{Given, Kind, Number};
use crate::types::Type;

fn or_null(ty: Type) -> Type {
    Type::Nullable(Box::new(ty))
}

/// A UUID is a number of 128 bits.
const fn conversion(ty: &str) -> super::Takes {
    match ty.as_bytes() {
        b"UInt128" => ReadOrUuid,
        _ => Read,
    }
}

/// `toUInt8`, `toUInt8OrZero`, `toUInt8OrNull` and their like, then whatever else.
macro_rules! conversions {
    ($($name:literal: $ty:expr),*; $($others:expr),* $(,)?) => {
        &[
            $(
                Known::new(&[concat!("to", $name)], &[conversion($name)], Gives::Is(|| $ty)),
                Known::new(&[concat!("to", $name, "OrZero")], &[String], Gives::Is(|| $ty)),
                Known::new(&[concat!("to", $name, "OrNull")], &[String], Gives::Is(|| or_null($ty))),
            )*
            $($others),*
        ]
    };
}

pub(super) const FUNCTIONS: &[Known] = conversions! {
    "UInt8": Type::UInt8,
    "UInt16": Type::UInt16,
    "UInt32": Type::UInt32,
    "UInt64": Type::UInt64,
    "UInt128": Type::UInt128,
    "UInt256": Type::UInt256,
    "Int8": Type::Int8,
    "Int16": Type::Int16,
    "Int32": Type::Int32,
    "Int64": Type::Int64,
    "Int128": Type::Int128,
    "Int256": Type::Int256,
    "Float32": Type::Float32,
    "Float64": Type::Float64;
    Known::new(&["toDate"], &[Date, Zone], Gives::Is(|| Type::Date)).optional(1),
    Known::new(&["toDate32"], &[Date, Zone], Gives::Is(|| Type::Date32)).optional(1),
    Known::new(&["toDateTime"], &[Date, Zone], Gives::Is(|| Type::DateTime(None))).optional(1),
    Known::new(
        &["toDateTime64"],
        &[Date, Figure, Zone],
        Gives::By(|given| {
            let precision = time::digits(given.get(1)?.literal)?;
            Some(Type::DateTime64 { precision, zone: None })
        }),
    )
    .optional(1),
    Known::new(&["toDateOrZero"], &[String], Gives::Is(|| Type::Date)),
    Known::new(&["toDateOrNull"], &[String], Gives::Is(|| or_null(Type::Date))),
    Known::new(&["toDateTimeOrZero"], &[String], Gives::Is(|| Type::DateTime(None))),
    Known::new(&["toDateTimeOrNull"], &[String], Gives::Is(|| or_null(Type::DateTime(None)))),
    Known::new(&["toString"], &[Shown, Zone], Gives::Is(|| Type::String)).optional(1),
    Known::new(&["toUUIDOrZero"], &[String], Gives::Is(|| Type::Uuid)),
    Known::new(&["toUUIDOrNull"], &[String], Gives::Is(|| or_null(Type::Uuid))),
    Known::new(&["toUUID"], &[String], Gives::Is(|| Type::Uuid)),
    Known::new(&["generateUUIDv4", "generateUUIDv7"], &[Anything], Gives::Is(|| Type::Uuid)).optional(1).never_null(),
    Known::new(&["toIPv4"], &[String], Gives::Is(|| Type::Ipv4)),
    Known::new(&["toIPv6"], &[String], Gives::Is(|| Type::Ipv6)),
    Known::new(&["toIPv4OrDefault"], &[String], Gives::Is(|| Type::Ipv4)).never_null(),
    Known::new(&["toIPv6OrDefault"], &[String], Gives::Is(|| Type::Ipv6)).never_null(),
    Known::new(&["toIPv4OrNull"], &[String], Gives::Is(|| or_null(Type::Ipv4))),
    Known::new(&["toIPv6OrNull"], &[String], Gives::Is(|| or_null(Type::Ipv6))),
    Known::new(&["toFixedString"], &[String, Figure], Gives::By(fixed_string)),
    Known::new(&["toDecimal32"], &[Read, Figure], Gives::By(|given| decimal(given, 9))),
    Known::new(&["toDecimal64"], &[Read, Figure], Gives::By(|given| decimal(given, 18))),
    Known::new(&["toDecimal128"], &[Read, Figure], Gives::By(|given| decimal(given, 38))),
    Known::new(&["toDecimal256"], &[Read, Figure], Gives::By(|given| decimal(given, 76))),
    Known::new(&["toNullable"], &[Plain], Gives::OrNull).own_nulls(),
    Known::new(&["materialize", "identity"], &[Shown], Gives::Same),
    Known::new(&["toLowCardinality"], &[super::Takes::Text], Gives::Same),
    Known::new(&["CAST", "cast"], &[Shown, Word], Gives::By(cast)).own_nulls(),
};

fn number(given: Option<&Given<'_>>) -> Option<u32> {
    match given?.literal {
        Some(Literal::Number(digits)) => digits.parse().ok(),
        _ => None,
    }
}

fn fixed_string(given: &[Given<'_>]) -> Option<Type> {
    number(given.get(1)).filter(|bytes| (1..=256).contains(bytes)).map(Type::FixedString)
}

fn decimal(given: &[Given<'_>], precision: u8) -> Option<Type> {
    let from = given.first()?.shape.ty.as_ref()?;
    let scale = u8::try_from(number(given.get(1))?).ok().filter(|scale| *scale <= precision)?;
    Number::of(from)?;
    Some(Type::Decimal { precision, scale })
}

/// Numbers, days and moments become one another, everything becomes text, and text most of them; a UUID is a number too, and
/// a map is a list of pairs. What else becomes what is for the engine to say.
fn cast(given: &[Given<'_>]) -> Option<Type> {
    let [from, to, ..] = given else { return None };
    let Some(Literal::Text(to)) = to.literal else { return None };
    let to: Type = to.parse().ok()?;
    if from.shape.nullable && !to.is_nullable() {
        return None;
    }
    let Some(from) = from.shape.ty.as_ref() else {
        return matches!(from.shape.kind, Kind::Tuple(_)).then_some(to).filter(is_list_or_map);
    };
    let scalar = |ty: &Type| Number::of(ty).is_some() && !matches!(ty, Type::BFloat16 | Type::Bool);
    let date = |ty: &Type| matches!(ty, Type::Date | Type::Date32);
    let moment = |ty: &Type| matches!(ty, Type::DateTime(_) | Type::DateTime64 { .. });
    // In fewer bits most moments have no place.
    let seconds = |ty: &Type| matches!(Number::of(ty), Some(Number::Integer { bits: 32..=64, .. }));
    let fits = match to.inner() {
        Type::String => true,
        Type::Array(pair) => matches!((from, &**pair), (Type::Map(key, value), Type::Tuple(elements))
            if matches!(&elements[..], [first, second] if first.ty == **key && second.ty == **value)),
        // Of pairs, or of a list of keys and one of values.
        Type::Map(key, value) => match from {
            Type::Array(pair) => matches!(&**pair, Type::Tuple(elements)
                if matches!(&elements[..], [first, second] if first.ty == **key && second.ty == **value)),
            from => matches!(from, Type::Tuple(elements) if matches!(&elements[..], [first, second]
                if matches!((&first.ty, &second.ty), (Type::Array(_), Type::Array(_))))),
        },
        Type::Uuid => matches!(from, Type::String | Type::Uuid),
        Type::FixedString(_) => matches!(from, Type::String),
        Type::UInt128 if *from == Type::Uuid => true,
        to if date(to) || moment(to) => date(from) || moment(from) || *from == Type::String,
        to if date(from) || moment(from) => seconds(to),
        to => (scalar(from) || *from == Type::String) && scalar(to),
    };
    fits.then_some(to)
}

fn is_list_or_map(ty: &Type) -> bool {
    matches!(ty, Type::Map(..) | Type::Tuple(_))
}
