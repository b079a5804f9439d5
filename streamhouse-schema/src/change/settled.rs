//! Whether a change would reach values that no part holds.
//!
//! A part that is older than a column holds nothing of it. Its rows show the column's default, or the empty value of its type,
//! as they are when the rows are read; so before either becomes another one, what was shown has to be written.

use super::widening::integer;
use crate::table::{Column, DefaultExpr};
use crate::types::Type;

/// Whether values have to be written before a column of the same name is declared otherwise.
pub(crate) fn is_unsettled(before: &Column, after: &Column) -> bool {
    if !is_stored(&before.default) || !is_stored(&after.default) {
        return false;
    }
    let (old, new) = (before.ty.parse::<Type>(), after.ty.parse::<Type>());
    let other_type = match (old, new) {
        (Ok(old), Ok(new)) => empty(&old) != empty(&new),
        _ => before.ty != after.ty,
    };
    before.default != after.default || (before.default.is_none() && other_type)
}

/// Whether values have to be written when a column comes: they are computed of what may change.
pub(crate) fn is_computed(column: &Column) -> bool {
    is_stored(&column.default) && column.default.as_ref().is_some_and(|default| !default.is_literal())
}

fn is_stored(default: &Option<DefaultExpr>) -> bool {
    default.as_ref().is_none_or(|default| default.kind.is_stored())
}

/// The value that a column has without one; types with the same text have the same.
fn empty(ty: &Type) -> String {
    match ty {
        Type::Nullable(_) => "NULL".into(),
        Type::LowCardinality(inner) => empty(inner),
        Type::Bool | Type::Float32 | Type::Float64 | Type::BFloat16 | Type::Decimal { .. } => "0".into(),
        ty if integer(ty).is_some() => "0".into(),
        Type::Array(_) | Type::Nested(_) => "[]".into(),
        Type::Map(..) => "{}".into(),
        Type::DateTime(_) | Type::DateTime64 { .. } => "1970".into(),
        // Of the least number.
        Type::Enum { values, .. } => values.first().map(|(name, _)| name.clone()).unwrap_or_default(),
        Type::Tuple(elements) => {
            elements.iter().map(|element| empty(&element.ty)).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::DefaultKind;

    fn column(ty: &str, default: Option<&str>) -> Column {
        let default =
            default.map(|expr| DefaultExpr { kind: DefaultKind::Default, expr: Some(expr.to_string()) });
        Column { name: "c".into(), ty: ty.into(), default, ..Column::default() }
    }

    #[test]
    fn what_is_shown_is_written_before_it_changes() {
        for (before, after, expected) in [
            (("UInt8", None), ("UInt64", None), false),
            (("UInt8", None), ("UInt64", Some("1")), true),
            (("UInt8", Some("1")), ("UInt64", Some("1")), false),
            (("String", None), ("LowCardinality(String)", None), false),
            (("String", None), ("Nullable(String)", None), true),
            (("Nullable(UInt8)", None), ("Nullable(UInt16)", None), false),
            (("Date", None), ("Date32", None), true),
            (("Enum8('a' = 1)", None), ("Enum8('a' = 1, 'b' = 2)", None), false),
            (("Enum8('a' = 1)", None), ("Enum8('z' = 0, 'a' = 1)", None), true),
        ] {
            let found = is_unsettled(&column(before.0, before.1), &column(after.0, after.1));
            assert_eq!(found, expected, "{before:?} to {after:?}");
        }
    }

    #[test]
    fn what_is_written_out_is_not_computed() {
        for (expr, expected) in [
            ("7", false),
            ("-1.5", false),
            ("'now()'", false),
            ("toDate('2020-01-01')", false),
            ("CAST('a', 'Enum8(\\'a\\' = 1)')", false),
            ("today()", true),
            ("now64(3)", true),
            ("toDate(at)", true),
            ("rand(1)", true),
        ] {
            assert_eq!(is_computed(&column("String", Some(expr))), expected, "{expr}");
        }
    }
}
