//! Defaults.

use proc_macro2::Span;

use super::super::declaration::{ColumnAt, Declaration};
use super::expressions::place_of;
use super::{literals, shape_of};
use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, Kind, Shape};
use crate::types::Type;

/// A default is a value that the column can hold.
pub(super) fn fit(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for field in declaration.columns() {
        if let Some(default) = field.default
            && !fits(&default.value, field.ty, declaration)
        {
            // A list is wrong as a whole, also where its first element is the culprit.
            let place = match default.value {
                Expr::Tuple(_) | Expr::Array(_) => default.span,
                _ => place_of(&default.value, default.span),
            };
            diagnostics.error(
                "SH0605",
                place,
                format!("the column is {}, which this default is not", field.ty),
                match shape_of(&default.value, declaration).kind {
                    Kind::Date | Kind::Time if is_whole(field.ty) => "write which number a moment is: `toInt64(…)` counts seconds, and `toUnixTimestamp64Milli(…)` of a DateTime64 thousandths of them".into(),
                    _ => form(field.ty),
                },
            );
        }
    }
}

/// A default that may be NULL fails where it is, and with it the whole batch.
pub(super) fn never_null(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for column in declaration.columns() {
        let Some(default) = column.default else { continue };
        let literal = matches!(default.value, Expr::Literal(_, _));
        if !literal && !nulls_fit(&shape_of(&default.value, declaration), column.ty) {
            diagnostics.error(
                "SH0611",
                place_of(&default.value, default.span),
                format!("this may be NULL, and a column of {} cannot", column.ty),
                "say what it then is, with `ifNull(…, …)`, or make the column nullable",
            );
        }
    }
}

/// Whether NULL is only where the type has a place for it.
pub(super) fn nulls_fit(shape: &Shape, ty: &Type) -> bool {
    let here = !shape.nullable || ty.is_nullable();
    here && match (&shape.kind, ty.inner()) {
        (Kind::Array(item), Type::Array(ty)) => nulls_fit(item, ty),
        (Kind::Map(_, value), Type::Map(_, ty)) => nulls_fit(value, ty),
        _ => true,
    }
}

/// Whether ClickHouse makes a value of the type of whatever an expression yields.
pub(crate) fn convertible(shape: &Shape, ty: &Type) -> bool {
    kind_fits(&shape.kind, ty) && nulls_fit(shape, ty)
}

/// A value of the type, as it is written.
fn form(ty: &Type) -> String {
    let example = match ty.inner() {
        Type::String => "a string: `default = \"USD\"`".into(),
        Type::FixedString(bytes) => format!("a string of at most {bytes} bytes"),
        Type::Bool => "`default = true` or `default = false`".into(),
        Type::Float32 | Type::Float64 => "a number: `default = 0.5`".into(),
        Type::Decimal { precision, scale } => {
            format!("a number of at most {} digits, and {scale} after the point", precision - scale)
        }
        Type::Uuid => {
            "`default = \"01234567-89ab-cdef-0123-456789abcdef\"`, or a function such as `generateUUIDv7()`"
                .into()
        }
        Type::Date | Type::Date32 => "`default = \"2024-02-29\"`".into(),
        Type::DateTime(_) | Type::DateTime64 { .. } => {
            "`default = \"2024-02-29 12:00:00\"`, or `now()`".into()
        }
        Type::Ipv4 => "`default = \"127.0.0.1\"`".into(),
        Type::Ipv6 => "`default = \"::1\"`".into(),
        Type::Array(_) => "a list of values of its type: `default = [1, 2]`".into(),
        Type::QBit(vector) => format!("a list of {} numbers", vector.dimension),
        Type::Tuple(_) => "a value for each element: `default = (\"a\", 1)`".into(),
        Type::Nested(_) | Type::Geo(_) => "nothing: without a default it is empty".into(),
        Type::Enum { values, .. } => {
            let names: Vec<String> = values.iter().map(|(name, _)| format!("{name:?}")).collect();
            format!("one of its names: {}", names.join(", "))
        }
        Type::Time | Type::Time64(_) => "`default = \"08:30:00\"`".into(),
        Type::Json(_) => "an object: `default = \"{}\"`".into(),
        Type::BFloat16 => "a number: `default = 0.5`".into(),
        Type::Interval(unit) => format!("`default = toInterval{unit}(1)`"),
        Type::Map(..) => "`default = map(\"key\", 1)`".into(),
        Type::UInt128 | Type::UInt256 | Type::Int128 | Type::Int256 => {
            "a number of at most 64 bits: ClickHouse reads a larger one as a float, and rounds it".into()
        }
        ty => format!("a whole number in the range of {ty}, without quotes"),
    };
    format!("write {example}")
}

fn fits(default: &Expr<Span>, ty: &Type, declaration: &Declaration) -> bool {
    match (default, ty) {
        (Expr::Literal(literal, _), ty) => literals::fits(literal, ty),
        (Expr::Array(items), Type::Array(item)) => items.iter().all(|value| fits(value, item, declaration)),
        (Expr::Array(items), Type::QBit(vector)) => {
            items.len() == vector.dimension as usize
                && items.iter().all(|value| fits(value, &vector.element, declaration))
        }
        (Expr::Call { function, arguments, .. }, Type::Map(key, value)) if function.text == "map" => {
            arguments.len().is_multiple_of(2)
                && arguments
                    .chunks(2)
                    .all(|pair| fits(&pair[0], key, declaration) && fits(&pair[1], value, declaration))
        }
        (Expr::Tuple(items), Type::Tuple(elements)) => {
            items.len() == elements.len()
                && items.iter().zip(elements).all(|(value, element)| fits(value, &element.ty, declaration))
        }
        (_, Type::Nested(_) | Type::Geo(_)) => false,
        // Another column of the same type, whichever that is.
        (Expr::Column(name), ty)
            if declaration.column_type(&name.text).is_some_and(|of| of.inner() == ty.inner()) =>
        {
            true
        }
        (other, ty) => {
            let shape = shape_of(other, declaration);
            let null_inside = match (&shape.kind, ty) {
                (Kind::Array(item), Type::Array(ty)) => item.nullable && !ty.is_nullable(),
                _ => false,
            };
            !null_inside && (shape.ty.as_ref() == Some(ty.inner()) || kind_fits(&shape.kind, ty))
        }
    }
}

/// Whether ClickHouse converts every value of a kind to a type.
pub(super) fn kind_fits(kind: &Kind, ty: &Type) -> bool {
    match (kind, ty.inner()) {
        (Kind::Unknown, _) => true,
        (Kind::Array(item), Type::Array(ty)) => kind_fits(&item.kind, ty),
        (Kind::Map(key, value), Type::Map(key_ty, value_ty)) => {
            kind_fits(&key.kind, key_ty) && kind_fits(&value.kind, value_ty)
        }
        (Kind::Array(_) | Kind::Map(..), _) => false,
        (_, Type::Array(_) | Type::Map(..)) => false,
        (Kind::Other(own), ty) => **own == *ty || *ty == Type::String,
        // Lists have any length.
        (_, Type::QBit(_)) => false,
        (Kind::Interval, ty) => matches!(ty, Type::Interval(_)),
        (_, Type::Interval(_)) => false,
        // One of its names, as an expression such as `extract` gives it.
        (Kind::Text, Type::Enum { .. }) => true,
        (Kind::Tuple(_), _) | (_, Type::Tuple(_) | Type::Json(_) | Type::Enum { .. }) => false,
        (_, Type::Time | Type::Time64(_)) => false,
        // It converts only where it says the right thing, and a row with another text would hold up its whole batch.
        (Kind::Text, ty) => matches!(ty, Type::String),
        (_, Type::String) => true,
        (_, Type::FixedString(_)) => false,
        (Kind::Uuid, ty) => matches!(ty, Type::Uuid),
        (_, Type::Uuid) => false,
        (Kind::Ip, ty) => matches!(ty, Type::Ipv4 | Type::Ipv6),
        (_, Type::Ipv4 | Type::Ipv6) => false,
        // Days are counted in integers of at most 64 bits, and moments with parts of seconds in decimals too.
        (Kind::Wide, ty) => !matches!(
            ty,
            Type::Decimal { .. } | Type::Date | Type::Date32 | Type::DateTime(_) | Type::DateTime64 { .. }
        ),
        (Kind::Decimal, ty) => !matches!(ty, Type::Date | Type::Date32 | Type::DateTime(_)),
        (Kind::Date | Kind::Time, ty) => {
            matches!(ty, Type::Date | Type::Date32 | Type::DateTime(_) | Type::DateTime64 { .. })
        }
        _ => true,
    }
}

/// ClickHouse puts a default where the column itself would stand, and of what is put there it finds no part.
pub(super) fn of_given_columns(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for column in declaration.columns() {
        let Some(default) = column.default else { continue };
        for name in default.value.columns() {
            // A name with a dot is looked for as a part too.
            let other = declaration.column(&name.text).filter(|_| name.text.contains('.'));
            if other.is_some_and(|other| other.default.is_some()) {
                diagnostics.error(
                    "SH0454",
                    name.at,
                    format!("`{}` has a dot in its name, and a default", name.text),
                    "leave one of the two defaults out, or rename that column",
                );
            }
            let whole =
                name.text.match_indices('.').find_map(|(dot, _)| declaration.column(&name.text[..dot]));
            if let Some(whole) = whole
                && declaration.column(&name.text).is_none()
                && whole.default.is_some()
            {
                diagnostics.error(
                    "SH0454",
                    name.at,
                    format!("`{}` is a part of `{}`, which has a default", name.text, whole.name.value),
                    "leave one of the two defaults out, or use the whole column",
                );
            }
        }
    }
}

/// A default may be computed from other columns, as long as one of them is there to begin with.
pub(super) fn no_cycles(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let all = declaration.columns().count();
    for field in declaration.columns() {
        let Some(default) = field.default else { continue };
        if reaches(&field, &field.name.value, declaration, all) {
            diagnostics.error(
                "SH0607",
                place_of(&default.value, default.span),
                format!(
                    "the default of `{}` is computed from `{}` itself",
                    field.name.value, field.name.value
                ),
                "compute it from a column that has no such default",
            );
        }
    }
}

/// Whether the default of `from` uses the column `wanted`, directly or through other defaults.
fn reaches(from: &ColumnAt<'_>, wanted: &str, declaration: &Declaration, steps: usize) -> bool {
    let Some(default) = from.default else { return false };
    default.value.columns().into_iter().any(|name| {
        name.text == wanted
            || (steps > 0
                && declaration
                    .column(&name.text)
                    .is_some_and(|next| reaches(&next, wanted, declaration, steps - 1)))
    })
}

pub(super) fn is_whole(ty: &Type) -> bool {
    matches!(Shape::from(ty).kind, Kind::Whole | Kind::Wide)
}
