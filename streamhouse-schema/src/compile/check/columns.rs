//! Codecs and defaults.

use super::super::declaration::{At, Declaration, Field};
use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, Literal};
use crate::near::nearest;
use crate::schema::Codec;
use crate::types::Type;

/// Codecs that prepare values for a compressor.
const PREPARING: &[&str] = &["Delta", "DoubleDelta", "Gorilla", "T64", "FPC", "GCD"];
/// Codecs that compress.
const COMPRESSING: &[&str] = &["NONE", "LZ4", "LZ4HC", "ZSTD"];

/// A codec has to know what to do with the column's values, and a chain goes from preparation to compression
/// (<https://clickhouse.com/docs/sql-reference/statements/create/table#column_compression_codec>).
pub(super) fn codecs_fit(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for field in &declaration.fields {
        for (index, codec) in field.codec.iter().enumerate() {
            let name = codec.value.name.as_str();
            let all: Vec<&str> = PREPARING.iter().chain(COMPRESSING).copied().collect();
            if !all.contains(&name) {
                let help = match nearest(name, &all) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("valid codecs: {}", all.join(", ")),
                };
                diagnostics.error("SH0601", codec.span, format!("`{name}` is not a codec"), help);
                continue;
            }
            fits(field, codec, diagnostics);
            if PREPARING.contains(&name)
                && field.codec[..index]
                    .iter()
                    .any(|earlier| !PREPARING.contains(&earlier.value.name.as_str()))
            {
                diagnostics.error(
                    "SH0603",
                    codec.span,
                    format!("`{name}` comes after a compressor and finds nothing to prepare"),
                    "put it first: `codec(Delta, ZSTD(1))`",
                );
            }
            levels(codec, diagnostics);
        }
    }
}

fn fits(field: &Field, codec: &At<Codec>, diagnostics: &mut Diagnostics) {
    let ty = field.ty.inner();
    let float = matches!(ty, Type::Float32 | Type::Float64);
    let whole = ty.fixed_width().is_some_and(|width| width <= 8)
        && !float
        && !matches!(ty, Type::FixedString(_) | Type::Bool);
    let (right, for_what) = match codec.value.name.as_str() {
        "Gorilla" | "FPC" => (float, "floats"),
        "T64" | "DoubleDelta" | "GCD" => (whole, "integers, dates and times of at most 8 bytes"),
        "Delta" => (whole || float, "numbers, dates and times of at most 8 bytes"),
        _ => (true, ""),
    };
    if !right {
        diagnostics.error(
            "SH0602",
            codec.span,
            format!("`{}` is for {for_what}, and the column is {}", codec.value.name, field.ty),
            "take `ZSTD(1)`, or leave the codec out",
        );
    }
}

fn levels(codec: &At<Codec>, diagnostics: &mut Diagnostics) {
    let valid = match codec.value.name.as_str() {
        "ZSTD" => 1..=22,
        "LZ4HC" => 1..=12,
        "Delta" | "DoubleDelta" | "Gorilla" => 1..=8,
        _ => return,
    };
    for parameter in &codec.value.parameters {
        if !parameter.parse().is_ok_and(|number: u32| valid.contains(&number)) {
            diagnostics.error(
                "SH0604",
                codec.span,
                format!("`{parameter}` is no level of {}", codec.value.name),
                format!("take {} to {}", valid.start(), valid.end()),
            );
        }
    }
}

/// A default is a value that the column can hold.
pub(super) fn defaults_fit(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for field in &declaration.fields {
        let Some(default) = &field.default else { continue };
        let Expr::Literal(literal) = &default.value else { continue };
        let fits = match (literal, field.ty.inner()) {
            (Literal::Null, _) => field.ty.is_nullable(),
            (Literal::Text(_), ty) => {
                !matches!(ty, Type::Bool | Type::Float32 | Type::Float64 | Type::Array(_) | Type::Map(..))
                    && !is_integer(ty)
            }
            (Literal::Number(digits), ty) => match ty {
                Type::Float32 | Type::Float64 | Type::Decimal { .. } => true,
                Type::DateTime(_) | Type::DateTime64 { .. } => true,
                ty if is_integer(ty) => in_range(digits, ty),
                _ => false,
            },
            (Literal::Bool(_), ty) => matches!(ty, Type::Bool),
        };
        if !fits {
            diagnostics.error("SH0605", default.span, format!("the column is {}, which this default is not", field.ty), "write a value of the column's type: a string in quotes, a number in its range, true or false");
        }
    }
}

fn is_integer(ty: &Type) -> bool {
    let text = ty.to_string();
    text.starts_with("UInt") || (text.starts_with("Int") && !text.starts_with("Interval"))
}

fn in_range(digits: &str, ty: &Type) -> bool {
    let Ok(number) = digits.parse::<i128>() else {
        // A number that large fits only the types that are as wide.
        return !digits.contains('.') && matches!(ty, Type::UInt128 | Type::UInt256 | Type::Int256);
    };
    let Some(bits) = ty.fixed_width().map(|bytes| bytes * 8) else { return false };
    match (ty.to_string().starts_with('U'), bits) {
        (true, 128..) => number >= 0,
        (true, bits) => (0..1_i128 << bits).contains(&number),
        (false, 128..) => true,
        (false, bits) => (-(1_i128 << (bits - 1))..1_i128 << (bits - 1)).contains(&number),
    }
}
