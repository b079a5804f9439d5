//! What arithmetic yields, as ClickHouse computes the types of results
//! (<https://clickhouse.com/docs/sql-reference/functions/arithmetic-functions>).

use super::super::{Binary, Literal};
use crate::types::Type;

/// A number, as far as arithmetic asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::expr) enum Number {
    Integer { signed: bool, bits: u16 },
    Float { bits: u16 },
    Decimal { precision: u8, scale: u8 },
}

impl Number {
    pub(in crate::expr) fn of(ty: &Type) -> Option<Self> {
        let integer = |signed, bits| Some(Number::Integer { signed, bits });
        match ty {
            Type::UInt8 | Type::Bool => integer(false, 8),
            Type::UInt16 => integer(false, 16),
            Type::UInt32 => integer(false, 32),
            Type::UInt64 => integer(false, 64),
            Type::UInt128 => integer(false, 128),
            Type::UInt256 => integer(false, 256),
            Type::Int8 => integer(true, 8),
            Type::Int16 => integer(true, 16),
            Type::Int32 => integer(true, 32),
            Type::Int64 => integer(true, 64),
            Type::Int128 => integer(true, 128),
            Type::Int256 => integer(true, 256),
            Type::BFloat16 => Some(Number::Float { bits: 16 }),
            Type::Float32 => Some(Number::Float { bits: 32 }),
            Type::Float64 => Some(Number::Float { bits: 64 }),
            Type::Decimal { precision, scale } => {
                Some(Number::Decimal { precision: *precision, scale: *scale })
            }
            _ => None,
        }
    }

    pub(in crate::expr) fn ty(self) -> Type {
        match self {
            Number::Integer { signed: false, bits } => match bits {
                8 => Type::UInt8,
                16 => Type::UInt16,
                32 => Type::UInt32,
                64 => Type::UInt64,
                128 => Type::UInt128,
                _ => Type::UInt256,
            },
            Number::Integer { signed: true, bits } => match bits {
                8 => Type::Int8,
                16 => Type::Int16,
                32 => Type::Int32,
                64 => Type::Int64,
                128 => Type::Int128,
                _ => Type::Int256,
            },
            Number::Float { bits: 16 } => Type::BFloat16,
            Number::Float { bits: 32 } => Type::Float32,
            Number::Float { .. } => Type::Float64,
            Number::Decimal { precision, scale } => Type::Decimal { precision, scale },
        }
    }

    fn is_wide(self) -> bool {
        match self {
            Number::Integer { bits, .. } => bits > 64,
            Number::Float { .. } => false,
            Number::Decimal { precision, .. } => precision > 18,
        }
    }
}

/// The digits of the widest decimal that has the same bytes.
pub(super) fn digits(precision: u8) -> u8 {
    match precision {
        0..=9 => 9,
        10..=18 => 18,
        19..=38 => 38,
        _ => 76,
    }
}

/// Whether a whole number is too large for the bytes of a decimal, in which ClickHouse compares the two (it refuses then, in each
/// row anew).
pub(super) fn overflows(number: Option<&Literal>, ty: Option<&Type>) -> bool {
    let (Some(Literal::Number(written)), Some(Type::Decimal { precision, scale })) = (number, ty) else {
        return false;
    };
    let bits = match digits(*precision) {
        9 => 31,
        18 => 63,
        38 => 127,
        _ => 255,
    };
    let whole = written.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
    let units = written.parse::<f64>().map_or(0.0, |number| number.abs() * 10_f64.powi((*scale).into()));
    whole && units >= 2_f64.powi(bits)
}

/// What an operator makes of two numbers; `None` where ClickHouse refuses them.
pub(in crate::expr) fn arithmetic(operator: Binary, left: &Type, right: &Type) -> Option<Type> {
    let (from, to) = (Number::of(left)?, Number::of(right)?);
    Some(match (from, to) {
        (Number::Decimal { .. }, Number::Float { bits })
        | (Number::Float { bits }, Number::Decimal { .. }) => {
            if bits == 16 && (from.is_wide() || to.is_wide()) {
                return None;
            }
            Type::Float64
        }
        (Number::Decimal { precision, scale }, Number::Integer { .. })
        | (Number::Integer { .. }, Number::Decimal { precision, scale }) => {
            Type::Decimal { precision, scale }
        }
        (
            Number::Decimal { precision, scale },
            Number::Decimal { precision: other_precision, scale: other_scale },
        ) => {
            let precision = digits(precision).max(digits(other_precision));
            let scale = match operator {
                Binary::Multiply => scale + other_scale,
                Binary::Divide | Binary::Modulo if scale < other_scale => return None,
                // The dividend grows by as many digits as the divisor has after its point.
                Binary::Divide | Binary::Modulo if scale + other_scale > precision => return None,
                Binary::Divide | Binary::Modulo => scale,
                _ => scale.max(other_scale),
            };
            if scale > precision {
                return None;
            }
            Type::Decimal { precision, scale }
        }
        (Number::Float { .. }, _) | (_, Number::Float { .. }) => floats(operator, from, to)?,
        (Number::Integer { signed, bits }, Number::Integer { signed: other_signed, bits: other_bits }) => {
            match operator {
                Binary::Divide => Type::Float64,
                Binary::Modulo if signed => Number::Integer { signed, bits: wider(other_bits) }.ty(),
                Binary::Modulo => Number::Integer { signed, bits: other_bits }.ty(),
                _ => {
                    let bits = if bits.max(other_bits) > 64 {
                        bits.max(other_bits)
                    } else {
                        wider(bits.max(other_bits))
                    };
                    let signed = signed || other_signed || operator == Binary::Minus;
                    Number::Integer { signed, bits }.ty()
                }
            }
        }
    })
}

fn wider(bits: u16) -> u16 {
    if bits < 64 { bits * 2 } else { bits }
}

fn floats(operator: Binary, from: Number, to: Number) -> Option<Type> {
    let small = |number: Number| match number {
        Number::Integer { bits, .. } => bits <= 16,
        Number::Float { bits } => bits == 16,
        Number::Decimal { .. } => false,
    };
    let half = [from, to].contains(&Number::Float { bits: 16 });
    let wide = from.is_wide() || to.is_wide();
    match operator {
        Binary::Divide | Binary::Modulo if half && wide => None,
        Binary::Divide | Binary::Modulo => Some(Type::Float64),
        _ if wide => None,
        _ if small(from) && small(to) => Some(Type::Float32),
        _ => Some(Type::Float64),
    }
}

/// The type of a number as it is written.
pub(super) fn literal(text: &str) -> Type {
    let floating = text.contains(['.', 'e', 'E']);
    let unsigned =
        [(8, u64::from(u8::MAX)), (16, u64::from(u16::MAX)), (32, u64::from(u32::MAX)), (64, u64::MAX)];
    if !floating && let Ok(number) = text.parse::<u64>() {
        let bits = unsigned.iter().find(|(_, most)| number <= *most).map_or(64, |(bits, _)| *bits);
        return Number::Integer { signed: false, bits }.ty();
    }
    if !floating && let Ok(number) = text.parse::<i64>() {
        return if i8::try_from(number).is_ok() {
            Type::Int8
        } else if i16::try_from(number).is_ok() {
            Type::Int16
        } else if i32::try_from(number).is_ok() {
            Type::Int32
        } else {
            Type::Int64
        };
    }
    Type::Float64
}

/// The type of `-x`.
pub(super) fn negative(ty: &Type) -> Option<Type> {
    Some(match Number::of(ty)? {
        Number::Integer { signed: true, .. } | Number::Float { .. } => ty.clone(),
        Number::Integer { signed: false, bits } => {
            Number::Integer { signed: true, bits: if bits < 64 { bits * 2 } else { bits } }.ty()
        }
        Number::Decimal { .. } => ty.clone(),
    })
}
