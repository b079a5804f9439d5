//! Types that say more than the values do, or less.

use super::names::{ends_with, words};
use super::{Advice, finding};
use crate::compile::declaration::Declaration;
use crate::types::Type;

/// The most digits of a second that clocks of applications are right to.
const CLOCK: u8 = 6;

/// Digits that are the same in all rows, or are noise, are stored and compressed like others; and with nine of them a moment
/// ends in 2262.
pub(super) fn fine_time(declaration: &Declaration, advice: &mut Advice) {
    const FINE: &[&str] = &["ns", "nano", "nanos", "nanoseconds"];
    for field in &declaration.fields {
        let Type::DateTime64 { precision, .. } = field.ty.inner() else { continue };
        let name = &field.name.value;
        if *precision <= CLOCK || ends_with(name, FINE) {
            continue;
        }
        let message =
            format!("`{name}` has {precision} digits of a second, and clocks are right to three or six");
        let help = "leave `type` out for milliseconds, or write `type = DateTime64(6, \"UTC\")`; a name that ends in `ns` says that it is meant";
        advice.add(finding("SH0542", field.ty_span, message, "more than there is to store", help), &[name]);
    }
}

/// A path of which no type is said has its type beside each value, is no part of a key, and is read more slowly.
pub(super) fn untyped_json(declaration: &Declaration, advice: &mut Advice) {
    for field in &declaration.fields {
        let Type::Json(json) = field.ty.inner() else { continue };
        if !json.paths.is_empty() {
            continue;
        }
        let name = &field.name.value;
        let message = format!("nothing is said of what is in `{name}`");
        let help = "name the types of the paths that every event has: `type = \"JSON(kind LowCardinality(String), max_dynamic_paths = 64)\"`; what is always there is better a field of its own";
        advice.add(finding("SH0543", field.ty_span, message, "paths without types", help), &[name]);
    }
}

/// Text that is JSON is read whole and parsed anew by every query.
pub(super) fn text_for_json(declaration: &Declaration, advice: &mut Advice) {
    for field in &declaration.fields {
        let name = &field.name.value;
        if *field.ty.inner() != Type::String
            || field.binary
            || words(name).last().is_none_or(|last| last != "json")
        {
            continue;
        }
        let message = format!("`{name}` is JSON by its name, and text by its type");
        let help = "use `serde_json::Value` with the types of the paths that are known: `type = \"JSON(kind String)\"`; text is right where nobody looks into it";
        advice.add(finding("SH0544", field.ty_span, message, "text", help), &[name]);
    }
}
