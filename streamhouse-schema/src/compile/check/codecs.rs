//! Codecs: what they can work on, and in which order
//! (<https://clickhouse.com/docs/sql-reference/statements/create/table#column_compression_codec>).

use super::super::declaration::{At, ColumnAt, Declaration, Kept};
use proc_macro2::Span;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::{Expr, Literal, place};
use crate::near::nearest;
use crate::schema::Codec;
use crate::types::Type;

/// Codecs that prepare values for a compressor.
const PREPARING: &[&str] = &["Delta", "DoubleDelta", "Gorilla", "T64", "FPC", "GCD"];
/// Those among them that compress too: what they leave is shorter, also without a compressor behind them.
const BOTH: &[&str] = &["DoubleDelta", "Gorilla", "T64", "FPC"];
/// Codecs that compress.
const COMPRESSING: &[&str] = &["Default", "NONE", "LZ4", "LZ4HC", "ZSTD"];

/// A codec exists, knows what to do with the column's values, and has parameters that it takes.
pub(super) fn fit(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for field in declaration.columns() {
        for codec in field.codec {
            let name = codec.value.name.as_str();
            let all: Vec<&str> = PREPARING.iter().chain(COMPRESSING).copied().collect();
            if all.contains(&name) {
                values_fit(&field, codec, diagnostics);
                parameters_fit(codec, diagnostics);
            } else {
                let near = nearest(name, &all);
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("valid codecs: {}", all.join(", ")),
                };
                let message = format!("`{name}` is not a codec");
                diagnostics
                    .push(Diagnostic::error("SH0601", codec.span, message, help).replacement(name, near));
            }
        }
    }
}

/// A chain goes from preparation to one compressor: what comes after finds nothing to do, and a preparation that writes as
/// much as it reads saves nothing alone (`allow_suspicious_codecs`).
pub(super) fn chain(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for field in declaration.columns() {
        let known = |codec: &At<Codec<Span>>| {
            let name = codec.value.name.as_str();
            PREPARING.contains(&name) || COMPRESSING.contains(&name)
        };
        if !field.codec.iter().all(known) {
            continue;
        }
        for pair in field.codec.windows(2) {
            let [before, after] = pair else { continue };
            let (first, second) = (before.value.name.as_str(), after.value.name.as_str());
            if COMPRESSING.contains(&first) {
                diagnostics.error(
                    "SH0603",
                    after.span,
                    format!("`{second}` comes after `{first}` and finds nothing to do"),
                    "preparation first, one compressor last: `codec(Delta, ZSTD(1))`",
                );
            } else if second == "NONE" {
                diagnostics.error(
                    "SH0603",
                    after.span,
                    "`NONE` stands alone",
                    "end the chain with `LZ4` or `ZSTD(1)`",
                );
            } else if matches!(first, "Delta" | "DoubleDelta") && matches!(second, "Gorilla" | "FPC") {
                diagnostics.error(
                    "SH0603",
                    after.span,
                    format!("`{second}` takes differences itself, and `{first}` took them already"),
                    format!("keep one of the two: `codec({second}, ZSTD(1))`"),
                );
            }
        }
        if let Some(last) = field.codec.last()
            && PREPARING.contains(&last.value.name.as_str())
            && !field.codec.iter().any(|codec| BOTH.contains(&codec.value.name.as_str()))
        {
            diagnostics.error(
                "SH0606",
                last.span,
                format!("`{}` compresses nothing by itself", last.value.name),
                format!("add a compressor: `codec({}, ZSTD(1))`", last.value.name),
            );
        }
    }
}

/// What is not stored is not compressed, has no settings and never ends.
pub(super) fn something_is_stored(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for column in declaration.columns().filter(|column| column.kept != Kept::Stored) {
        let codec = column.codec.first().map(|codec| (codec.span, "codec"));
        let ttl = column.ttl.map(|ttl| (ttl.span, "TTL"));
        let settings = declaration
            .field(&column.name.value)
            .and_then(|field| field.settings.first())
            .map(|(name, _)| (name.span, "setting"));
        for (span, what) in codec.into_iter().chain(ttl).chain(settings) {
            diagnostics.error(
                "SH0609",
                span,
                format!("`{}` is not stored, so a {what} does nothing for it", column.name.value),
                "leave it out",
            );
        }
    }
}

/// Old rows are compressed anew whatever is in them, so only what takes any values can be named.
pub(in crate::compile) fn recompress(codecs: &[At<Codec<Span>>], span: Span, diagnostics: &mut Diagnostics) {
    for codec in codecs {
        if COMPRESSING.contains(&codec.value.name.as_str()) {
            parameters_fit(codec, diagnostics);
        } else {
            diagnostics.error(
                "SH0602",
                codec.span,
                format!("`{}` does not compress any values whatever they are", codec.value.name),
                "write for example `RECOMPRESS CODEC(ZSTD(17))`",
            );
        }
    }
    if codecs.len() != 1 {
        let span = codecs.get(1).map_or(span, |codec| codec.span);
        diagnostics.error("SH0603", span, "rows are compressed by one codec", "write `CODEC(ZSTD(17))`");
    }
}

fn values_fit(field: &ColumnAt<'_>, codec: &At<Codec<Span>>, diagnostics: &mut Diagnostics) {
    let (fits, for_what): (fn(&Type) -> bool, &str) = match codec.value.name.as_str() {
        "FPC" => (is_float, "floats of 32 or 64 bits"),
        "Gorilla" => (|ty| is_float(ty) || *ty == Type::BFloat16, "floats"),
        "T64" => (
            |ty| is_whole(ty) && narrow(ty) && !matches!(ty, Type::Interval(_)),
            "integers, decimals, dates and times of at most 8 bytes",
        ),
        "GCD" => (is_divisible, "integers, decimals, dates and times"),
        "DoubleDelta" => (
            |ty| (is_whole(ty) || is_float(ty) || *ty == Type::BFloat16) && narrow(ty),
            "numbers, dates and times of at most 8 bytes",
        ),
        "Delta" => (|ty| matches!(ty.fixed_width(), Some(1 | 2 | 4 | 8)), "values of 1, 2, 4 or 8 bytes"),
        _ => return,
    };
    if !leaves(field.ty).iter().all(fits) {
        diagnostics.error(
            "SH0602",
            codec.span,
            format!("`{}` is for {for_what}, and the column is {}", codec.value.name, field.ty),
            "take `ZSTD(1)`, or leave the codec out",
        );
    }
}

/// A codec of a list, a map or a tuple is one for what is in it.
fn leaves(ty: &Type) -> Vec<Type> {
    match ty {
        Type::Geo(geo) => geo.structure().iter().flat_map(leaves).collect(),
        // What is in it has types of its own, which no codec fits.
        Type::Json(_) | Type::Variant(_) => vec![ty.clone()],
        other => match &other.parts()[..] {
            [] => vec![other.clone()],
            parts => parts.iter().flat_map(|part| leaves(part)).collect(),
        },
    }
}

fn is_float(ty: &Type) -> bool {
    matches!(ty, Type::Float32 | Type::Float64)
}

fn is_whole(ty: &Type) -> bool {
    ty.fixed_width().is_some()
        && !is_float(ty)
        && !matches!(ty, Type::BFloat16 | Type::FixedString(_) | Type::Uuid | Type::Ipv6)
}

/// What has a greatest common divisor.
fn is_divisible(ty: &Type) -> bool {
    let named = matches!(ty, Type::Enum { .. } | Type::Time | Type::Time64(_) | Type::Interval(_));
    is_whole(ty) && *ty != Type::Ipv4 && !named
}

fn narrow(ty: &Type) -> bool {
    ty.fixed_width().is_some_and(|width| width <= 8)
}

fn parameters_fit(codec: &At<Codec<Span>>, diagnostics: &mut Diagnostics) {
    let number = |from: u32, to: u32| {
        move |parameter: &Expr<Span>| {
            matches!(parameter, Expr::Literal(Literal::Number(digits), _)
            if digits.parse().is_ok_and(|number: u32| (from..=to).contains(&number)))
        }
    };
    let width = |parameter: &Expr<Span>| matches!(parameter, Expr::Literal(Literal::Number(digits), _) if matches!(digits.as_str(), "1" | "2" | "4" | "8"));
    let parameters = &codec.value.parameters;
    let name = codec.value.name.as_str();
    let (fits, help) = match (name, &parameters[..]) {
        (_, []) => return,
        ("ZSTD", [level]) => (number(1, 22)(level), "a level from 1 to 22: `ZSTD(3)`"),
        ("LZ4HC", [level]) => (number(1, 12)(level), "a level from 1 to 12: `LZ4HC(9)`"),
        ("Delta" | "DoubleDelta" | "Gorilla", [bytes]) => {
            (width(bytes), "the bytes of a value: 1, 2, 4 or 8, or nothing, for the type says it")
        }
        ("FPC", [level]) => (number(1, 28)(level), "a level from 1 to 28: `FPC(12)`"),
        ("T64", [Expr::Literal(Literal::Text(mode), _)]) => {
            (matches!(mode.as_str(), "bit" | "byte"), "`T64(\"bit\")` or `T64(\"byte\")`")
        }
        ("ZSTD" | "LZ4HC" | "FPC", _) => (false, "one number, the level"),
        ("Delta" | "DoubleDelta" | "Gorilla", _) => (false, "one number: the bytes of a value"),
        ("T64", _) => (false, "`T64(\"bit\")` or `T64(\"byte\")`"),
        _ => (false, "nothing"),
    };
    if !fits {
        // The first one, or what stands behind it.
        let wrong = parameters.get(1).or(parameters.first()).and_then(place);
        diagnostics.error(
            "SH0604",
            wrong.unwrap_or(codec.span),
            format!("`{}` is not what {name} takes", codec.value),
            format!("it takes {help}"),
        );
    }
}
