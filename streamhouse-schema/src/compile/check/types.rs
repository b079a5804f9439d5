//! Types that ClickHouse has, and refuses in a table.

use proc_macro2::Span;

use super::super::declaration::Declaration;
use crate::diagnostic::Diagnostics;
use crate::engine;
use crate::near::nearest;
use crate::types::Type;

/// The longest FixedString that ClickHouse creates unasked (`allow_suspicious_fixed_string_types`).
pub(in crate::compile) const MAX_FIXED_STRING: u32 = 256;

/// Every type of every column, however deep.
pub(super) fn supported(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for field in &declaration.fields {
        walk(&field.ty, field.ty_span, diagnostics);
    }
}

fn walk(ty: &Type, span: Span, diagnostics: &mut Diagnostics) {
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
            if !matches!(inner.inner(), Type::String | Type::FixedString(_) | Type::Uuid) {
                diagnostics.error(
                    "SH0035",
                    span,
                    format!("ClickHouse makes no dictionary of {}", inner.inner()),
                    "`LowCardinality` is for strings; leave it out here",
                );
            }
            walk(inner, span, diagnostics);
        }
        Type::Nullable(inner) | Type::Array(inner) => walk(inner, span, diagnostics),
        Type::Map(key, value) => {
            walk(key, span, diagnostics);
            walk(value, span, diagnostics);
        }
        _ => {}
    }
}
