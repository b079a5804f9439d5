//! The id and the timestamp.

use super::super::declaration::Declaration;
use crate::diagnostic::Diagnostics;
use crate::types::Type;

/// An event is identified by one field and happens at one moment.
pub(super) fn one_of_each(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (role, spans) in [
        ("id", declaration.fields.iter().filter_map(|field| field.id).collect::<Vec<_>>()),
        ("timestamp", declaration.fields.iter().filter_map(|field| field.timestamp).collect()),
    ] {
        for span in spans.into_iter().skip(1) {
            diagnostics.error(
                "SH0301",
                span,
                format!("two fields are the event's {role}"),
                format!("keep `{role}` on one of them"),
            );
        }
    }
}

/// What identifies an event can be compared exactly, and is never missing.
pub(super) fn id_type(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    if let Some(field) = declaration.id()
        && !matches!(
            field.ty,
            Type::Uuid
                | Type::String
                | Type::FixedString(_)
                | Type::UInt64
                | Type::UInt128
                | Type::UInt256
                | Type::UInt32
                | Type::Int64
                | Type::Int128
                | Type::Int256
                | Type::Int32
        )
    {
        diagnostics.error(
            "SH0302",
            field.ty_span,
            format!("an event cannot be identified by {}", field.ty),
            "use a Uuid, a String or an integer",
        );
    }
}

/// The timestamp is a moment, to the second or better.
pub(super) fn timestamp_type(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    if let Some(field) = declaration.timestamp()
        && !matches!(field.ty, Type::DateTime(_) | Type::DateTime64 { .. })
    {
        diagnostics.error(
            "SH0303",
            field.ty_span,
            format!("{} does not say at which moment an event happened", field.ty),
            "use `DateTime<Utc>` of chrono or `OffsetDateTime` of time",
        );
    }
}
