//! Numbers.

use super::Takes::{Figure, Integer, Number, Step, Whole};
use super::{Gives, Known};
use crate::expr::Binary;
use crate::expr::shape::{Given, Number as Parts, arithmetic};
use crate::types::Type;

pub(super) const FUNCTIONS: &[Known] = &[
    Known::new(&["abs"], &[Number], Gives::By(absolute)),
    Known::new(&["sign"], &[Number], Gives::Is(|| Type::Int8)),
    Known::new(&["round", "floor", "ceil", "trunc"], &[Number, Figure], Gives::Same).optional(1),
    Known::new(
        &["sqrt", "cbrt", "exp", "exp2", "exp10", "log", "log2", "log10", "sin", "cos", "tan"],
        &[Step],
        Gives::Is(|| Type::Float64),
    ),
    Known::new(&["pow", "power"], &[Step, Step], Gives::Is(|| Type::Float64)),
    Known::new(&["plus"], &[Number, Number], Gives::By(|given| pair(given, Binary::Plus))),
    Known::new(&["minus"], &[Number, Number], Gives::By(|given| pair(given, Binary::Minus))),
    Known::new(&["multiply"], &[Number, Number], Gives::By(|given| pair(given, Binary::Multiply))),
    Known::new(&["divide"], &[Number, Number], Gives::By(|given| pair(given, Binary::Divide))),
    Known::new(&["modulo"], &[Number, Number], Gives::By(|given| pair(given, Binary::Modulo))),
    Known::new(&["intDiv", "intDivOrZero"], &[Integer, Integer], Gives::By(divided)),
    Known::new(&["positiveModulo"], &[Integer, Integer], Gives::By(remainder)),
    Known::new(&["bitAnd", "bitOr", "bitXor"], &[Whole, Whole], Gives::By(bits)),
    Known::new(&["bitShiftLeft", "bitShiftRight"], &[Whole, Figure], Gives::By(unsigned_or_same)),
    Known::new(&["bitNot"], &[Whole], Gives::By(unsigned_or_same)),
    Known::new(&["bitCount"], &[Integer], Gives::Is(|| Type::UInt8)),
    Known::new(&["isNaN", "isFinite", "isInfinite"], &[Step], Gives::Is(|| Type::UInt8)),
    Known::new(&["gcd", "lcm"], &[Whole, Whole], Gives::By(|given| pair(given, Binary::Plus))),
    Known::new(&["rand", "rand32"], &[super::Takes::Anything], Gives::Is(|| Type::UInt32))
        .optional(1)
        .never_null(),
    Known::new(&["rand64"], &[super::Takes::Anything], Gives::Is(|| Type::UInt64)).optional(1).never_null(),
];

fn types(given: &[Given<'_>]) -> Option<(Type, Type)> {
    match given {
        [one, other] => Some((one.shape.ty.clone()?, other.shape.ty.clone()?)),
        _ => None,
    }
}

fn pair(given: &[Given<'_>], operator: Binary) -> Option<Type> {
    let (one, other) = types(given)?;
    arithmetic(operator, &one, &other)
}

fn absolute(given: &[Given<'_>]) -> Option<Type> {
    let ty = given.first()?.shape.ty.clone()?;
    Some(match Parts::of(&ty)? {
        Parts::Integer { bits, .. } => Parts::Integer { signed: false, bits }.ty(),
        _ => ty,
    })
}

fn divided(given: &[Given<'_>]) -> Option<Type> {
    let (one, other) = types(given)?;
    match (Parts::of(&one)?, Parts::of(&other)?) {
        (Parts::Integer { signed, bits }, Parts::Integer { signed: other, .. }) => {
            Some(Parts::Integer { signed: signed || other, bits }.ty())
        }
        _ => None,
    }
}

/// It is less than the divisor, and never below 0.
fn remainder(given: &[Given<'_>]) -> Option<Type> {
    match Parts::of(&types(given)?.1)? {
        Parts::Integer { bits, .. } => Some(Parts::Integer { signed: false, bits }.ty()),
        _ => None,
    }
}

fn bits(given: &[Given<'_>]) -> Option<Type> {
    let (one, other) = types(given)?;
    match (Parts::of(&one)?, Parts::of(&other)?) {
        (Parts::Integer { signed, bits }, Parts::Integer { signed: other_signed, bits: other_bits }) => {
            Some(Parts::Integer { signed: signed || other_signed, bits: bits.max(other_bits) }.ty())
        }
        _ => None,
    }
}

fn unsigned_or_same(given: &[Given<'_>]) -> Option<Type> {
    let ty = given.first()?.shape.ty.clone()?;
    Some(if ty == Type::Bool { Type::UInt8 } else { ty })
}
