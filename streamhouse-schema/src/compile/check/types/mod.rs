//! Types that ClickHouse has, and refuses in a table.

mod aggregate;
mod pattern;

use proc_macro2::Span;

use super::super::declaration::{Declaration, Field};
use super::super::parse::MAX_ELEMENTS;
use super::settings;
use crate::diagnostic::Diagnostics;
use crate::engine;
use crate::frame_schema::MAX_NAME;
use crate::near::nearest;
use crate::types::{Aggregate, Json, Type};

/// The longest FixedString that ClickHouse creates unasked (`allow_suspicious_fixed_string_types`).
pub(in crate::compile) const MAX_FIXED_STRING: u32 = 256;

/// Every type of every column, however deep.
pub(super) fn supported(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let dictionaries = declaration
        .settings
        .iter()
        .any(|(name, value)| name.value == DICTIONARIES && settings::is_on(&value.value));
    for column in declaration.columns() {
        walk(column.ty, column.ty_span, dictionaries, diagnostics);
    }
    for field in &declaration.fields {
        travels(field, diagnostics);
        elements_of_nested(field, diagnostics);
    }
}

/// A field's value is a plain one, and some types are not made of plain values.
fn travels(field: &Field, diagnostics: &mut Diagnostics) {
    let Some(obstacle) = field.ty.obstacle() else { return };
    let help = match obstacle {
        Type::AggregateFunction(_) => {
            "keep the plain value here, and let a view compute the state into a table that has the column: `column(users: AggregateFunction(uniq, String), filled)`"
        }
        Type::Tuple(_) => "give it an element, or leave it out",
        Type::Nullable(_) => {
            "leave `Nullable` out: where there is no vector, send zeros, or keep it as a list, which may be empty"
        }
        Type::Geo(_) => "name the one that it is, such as `type = Point` or `type = Polygon`",
        _ => "use `JSON` for values of which the type is not known before, or a field for each type",
    };
    diagnostics.error("SH0038", field.ty_span, format!("a field cannot be sent as {obstacle}"), help);
}

/// A path with a type is stored, and one that is skipped is not: ClickHouse refuses what is both. Regular expressions are
/// only read as far as that can be told.
fn json_parameters(json: &Json, span: Span, diagnostics: &mut Diagnostics) {
    for regexp in &json.skip_regexp {
        let Some(pattern) = pattern::read(regexp) else {
            diagnostics.error(
                "SH0056",
                span,
                format!("it is not known what `SKIP REGEXP '{regexp}'` skips"),
                "use letters, digits, `_`, `\\.`, and `.`, each perhaps with `*` or `+`, such as `tmp_.*`; or name the paths: `SKIP tmp`",
            );
            continue;
        };
        if let Some((path, _)) = json.paths.iter().find(|(path, _)| pattern::matches(&pattern, path)) {
            diagnostics.error(
                "SH0056",
                span,
                format!("`{path}` has a type, and `SKIP REGEXP '{regexp}'` skips it"),
                "leave one of them out",
            );
        }
    }
    for (path, ty) in &json.paths {
        if ty.any(&|ty| matches!(ty, Type::AggregateFunction(_))) {
            diagnostics.error(
                "SH0038",
                span,
                format!("the path `{path}` cannot be {ty}"),
                "give it the type of a plain value, or none",
            );
        }
    }
}

/// Each element of a Nested is a column, and what is nested deeper a Tuple.
fn elements_of_nested(field: &Field, diagnostics: &mut Diagnostics) {
    let Type::Nested(elements) = &field.ty else { return };
    for name in elements.iter().filter_map(|element| element.name.as_deref()) {
        let length = field.name.value.len() + 1 + name.len();
        if length > MAX_NAME || name.contains(|c: char| c.is_control() || c == '.') {
            diagnostics.error(
                "SH0203",
                field.ty_span,
                format!("`{}.{}` cannot be the name of a column", field.name.value, name.escape_debug()),
                format!("the name of an element has no dots and no control characters; with the column's it has at most {MAX_NAME} bytes"),
            );
        }
    }
}

/// Functions that unite two values of a column as they are, and what they take
/// (<https://clickhouse.com/docs/sql-reference/data-types/simpleaggregatefunction>).
const SIMPLE: &[(&str, Takes)] = &[
    ("any", |_| true),
    ("any_respect_nulls", |_| true),
    ("anyLast", |_| true),
    ("anyLast_respect_nulls", |_| true),
    ("min", |_| true),
    ("max", |_| true),
    ("sum", is_sum),
    ("sumWithOverflow", is_number),
    ("groupBitAnd", is_bits),
    ("groupBitOr", is_bits),
    ("groupBitXor", is_bits),
    ("sumMap", |ty| matches!(ty, Type::Map(_, value) if is_sum(value))),
    ("minMap", |ty| matches!(ty, Type::Map(_, value) if is_ordered(value))),
    ("maxMap", |ty| matches!(ty, Type::Map(_, value) if is_ordered(value))),
    ("groupArrayArray", |ty| matches!(ty, Type::Array(_))),
    ("groupArrayLastArray", |ty| matches!(ty, Type::Array(_))),
    ("groupUniqArrayArray", |ty| matches!(ty, Type::Array(_))),
];

type Takes = fn(&Type) -> bool;

/// Types that a sum has: those of the widest numbers of their kind.
fn is_sum(ty: &Type) -> bool {
    match ty.inner() {
        Type::UInt64 | Type::Int64 | Type::Float64 => true,
        Type::UInt128 | Type::UInt256 | Type::Int128 | Type::Int256 => true,
        Type::Decimal { precision, .. } => matches!(precision, 38 | 76),
        _ => false,
    }
}

/// Values that can be told greater and less, as they are written: no dictionary is kept of them.
fn is_ordered(ty: &Type) -> bool {
    is_number(ty)
        || matches!(
            ty.inner(),
            Type::String
                | Type::FixedString(_)
                | Type::Uuid
                | Type::Date
                | Type::Date32
                | Type::DateTime(_)
                | Type::DateTime64 { .. }
        ) && !matches!(ty, Type::LowCardinality(_))
}

fn is_bits(ty: &Type) -> bool {
    is_number(ty) && !matches!(ty.inner(), Type::Float32 | Type::Float64 | Type::Decimal { .. })
}

fn is_number(ty: &Type) -> bool {
    matches!(
        ty.inner(),
        Type::UInt8
            | Type::UInt16
            | Type::UInt32
            | Type::UInt64
            | Type::UInt128
            | Type::UInt256
            | Type::Int8
            | Type::Int16
            | Type::Int32
            | Type::Int64
            | Type::Int128
            | Type::Int256
            | Type::Float32
            | Type::Float64
            | Type::Decimal { .. }
    )
}

fn simple_aggregate(ty: &Type, aggregate: &Aggregate, span: Span, diagnostics: &mut Diagnostics) {
    let names: Vec<&str> = SIMPLE.iter().map(|(name, _)| *name).collect();
    let name = aggregate.function.as_str();
    let Some((_, takes)) = SIMPLE.iter().find(|(known, _)| *known == name) else {
        let help = match nearest(name, &names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("these do: {}", names.join(", ")),
        };
        diagnostics.error(
            "SH0039",
            span,
            format!("`{name}` does not unite two values into one of their kind"),
            help,
        );
        return;
    };
    if !matches!(&aggregate.arguments[..], [value] if takes(value)) {
        let help = match name {
            "sum" | "sumMap" => "a sum is a UInt64, an Int64, a Float64 or a wider number, whatever is added",
            "groupArrayArray" | "groupArrayLastArray" | "groupUniqArrayArray" => "it takes lists",
            "minMap" | "maxMap" => "it takes maps of numbers, text, days or moments, without dictionaries",
            _ => "it takes one number",
        };
        diagnostics.error("SH0039", span, format!("ClickHouse has no {ty}"), help);
    }
}

/// What a statement says to have dictionaries of numbers, days and addresses.
const DICTIONARIES: &str = "allow_suspicious_low_cardinality_types";

fn walk(ty: &Type, span: Span, dictionaries: bool, diagnostics: &mut Diagnostics) {
    let part = |ty: &Type, diagnostics: &mut Diagnostics| walk(ty, span, dictionaries, diagnostics);
    match ty {
        Type::FixedString(bytes) if *bytes > MAX_FIXED_STRING => diagnostics.error(
            "SH0036",
            span,
            format!("a FixedString has 1 to {MAX_FIXED_STRING} bytes"),
            "use `Vec<u8>`: a String holds bytes of any number",
        ),
        Type::DateTime(Some(zone)) | Type::DateTime64 { zone: Some(zone), .. }
            if !engine::knows_zone(zone) =>
        {
            let zones: Vec<&str> = engine::zones().collect();
            let help = match nearest(zone, &zones) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "use a name of the IANA database, such as \"UTC\" or \"Europe/Berlin\"".into(),
            };
            diagnostics.error("SH0037", span, format!("`{zone}` is not a time zone"), help);
        }
        Type::LowCardinality(inner) => {
            // ClickHouse refuses dictionaries of values that are as small as their numbers in it
            // (`allow_suspicious_low_cardinality_types`).
            if !dictionaries && !matches!(inner.inner(), Type::String | Type::FixedString(_) | Type::Uuid) {
                diagnostics.error(
                    "SH0035",
                    span,
                    format!("ClickHouse makes no dictionary of {}", inner.inner()),
                    format!("`LowCardinality` is for strings; leave it out here, or ask for it: `settings({DICTIONARIES} = 1)`"),
                );
            }
            part(inner, diagnostics);
        }
        Type::SimpleAggregateFunction(aggregate) => {
            simple_aggregate(ty, aggregate, span, diagnostics);
            aggregate.arguments.iter().for_each(|value| part(value, diagnostics));
        }
        Type::Tuple(elements) | Type::Nested(elements) if elements.len() > MAX_ELEMENTS => diagnostics.error(
            "SH0055",
            span,
            format!(
                "a part of an event has at most {MAX_ELEMENTS} elements, and this has {}",
                elements.len()
            ),
            "put some of them into a Tuple of their own, or into fields of the event",
        ),
        Type::Json(json) => {
            json_parameters(json, span, diagnostics);
            json.paths.iter().for_each(|(_, ty)| part(ty, diagnostics));
        }
        Type::AggregateFunction(of) => {
            aggregate::fits(ty, of, span, diagnostics);
            of.arguments.iter().for_each(|value| part(value, diagnostics));
        }
        // What has an obstacle inside is refused as a whole.
        other => other.parts().into_iter().for_each(|ty| part(ty, diagnostics)),
    }
}
