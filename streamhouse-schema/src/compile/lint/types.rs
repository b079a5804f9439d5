//! Columns whose type is not the best for what their name says
//! (<https://clickhouse.com/docs/best-practices/select-data-types>).

use super::names::{ends_with, is_unique, words};
use super::{Advice, finding};
use crate::compile::declaration::{Declaration, Field};
use crate::expr::{Expr, Literal};
use crate::types::Type;

/// Fields of text, whether a dictionary stores it or not.
fn texts(declaration: &Declaration) -> impl Iterator<Item = &Field> {
    declaration.fields.iter().filter(|field| *field.ty.inner() == Type::String)
}

/// A moment as text sorts and compares as text, takes five times the room, and no function of time takes it.
pub(super) fn text_for_time(declaration: &Declaration, advice: &mut Advice) {
    for field in texts(declaration) {
        let name = &field.name.value;
        let said = words(name);
        let at = said.len() > 1 && ends_with(name, &["at", "ts"]);
        if !at && !ends_with(name, &["date", "datetime", "timestamp"]) {
            continue;
        }
        let help = "use a time of its own, such as `chrono::DateTime<Utc>` or `chrono::NaiveDate`";
        advice.add(
            finding(
                "SH0520",
                field.ty_span,
                format!("`{name}` is a time by its name, and text by its type"),
                "text",
                help,
            ),
            &[name],
        );
    }
}

/// A number as text cannot be added up, and compares digit by digit.
pub(super) fn text_for_number(declaration: &Declaration, advice: &mut Advice) {
    const NUMBERS: &[&str] =
        &["amount", "price", "cost", "quantity", "count", "latitude", "longitude", "percent"];
    // Alone, these may be a text of bytes, or a name.
    const UNITS: &[&str] = &["bytes", "ms", "millis", "seconds"];
    for field in texts(declaration) {
        let name = &field.name.value;
        let unit = words(name).len() > 1 && ends_with(name, UNITS);
        if !unit && !ends_with(name, NUMBERS) {
            continue;
        }
        let help = "use a number: an integer, or `rust_decimal::Decimal` with `#[stream(decimal(18, 4))]`";
        advice.add(
            finding(
                "SH0521",
                field.ty_span,
                format!("`{name}` is a number by its name, and text by its type"),
                "text",
                help,
            ),
            &[name],
        );
    }
}

/// Few different values are stored once in a dictionary, or as numbers: less to read and less to compare.
pub(super) fn text_for_few(declaration: &Declaration, advice: &mut Advice) {
    const FEW: &[&str] = &[
        "status",
        "kind",
        "type",
        "level",
        "severity",
        "currency",
        "country",
        "method",
        "gender",
        "category",
        "environment",
        "env",
        "platform",
        "os",
        "browser",
        "language",
        "locale",
        "region",
        "protocol",
        "continent",
    ];
    for field in texts(declaration).filter(|field| ends_with(&field.name.value, FEW)) {
        let has_dictionary = field.ty.any(&|ty| matches!(ty, Type::LowCardinality(_)));
        // An identity has as many values as there are rows, whatever it is called.
        if has_dictionary || field.id.is_some() {
            continue;
        }
        let name = &field.name.value;
        let help = "add `#[stream(low_cardinality)]`, or use an enum with `#[derive(StreamType)]` where all values are known";
        let message =
            format!("`{name}` has few different values by its name, and stores each of them in full");
        advice.add(finding("SH0522", field.ty_span, message, "text without a dictionary", help), &[name]);
    }
}

/// A UUID has 16 bytes, and its text 36.
pub(super) fn text_for_uuid(declaration: &Declaration, advice: &mut Advice) {
    for field in &declaration.fields {
        let text = matches!(field.ty.inner(), Type::String | Type::FixedString(36));
        if !text || !ends_with(&field.name.value, &["uuid", "guid"]) {
            continue;
        }
        let name = &field.name.value;
        let message = format!("`{name}` is a UUID by its name, and text by its type");
        advice.add(
            finding("SH0523", field.ty_span, message, "36 bytes of text", "use `uuid::Uuid`, which has 16"),
            &[name],
        );
    }
}

/// An address has 4 or 16 bytes, its text up to 39, and no network contains a text.
pub(super) fn text_for_ip(declaration: &Declaration, advice: &mut Advice) {
    for field in texts(declaration) {
        let name = &field.name.value;
        let said = words(name);
        let address = said.len() > 1 && said.ends_with(&["ip".into(), "address".into()]);
        if !address && !ends_with(name, &["ip", "ipv4", "ipv6"]) {
            continue;
        }
        let message = format!("`{name}` is an IP address by its name, and text by its type");
        let help = "use `std::net::Ipv4Addr` or `std::net::Ipv6Addr`";
        advice.add(finding("SH0524", field.ty_span, message, "text", help), &[name]);
    }
}

/// Sums of floats are not exact, and depend on the order in which parts were merged.
pub(super) fn float_for_money(declaration: &Declaration, advice: &mut Advice) {
    const MONEY: &[&str] =
        &["amount", "price", "cost", "fee", "revenue", "balance", "salary", "payment", "tax", "turnover"];
    for field in declaration.fields.iter().filter(|field| ends_with(&field.name.value, MONEY)) {
        let ty = field.ty.inner();
        if !matches!(ty, Type::Float32 | Type::Float64 | Type::BFloat16) {
            continue;
        }
        let name = &field.name.value;
        let message = format!("`{name}` is money by its name, and a float by its type");
        let help = "use `rust_decimal::Decimal` with `#[stream(decimal(18, 4))]`, or whole cents in an `i64`";
        advice.add(finding("SH0525", field.ty_span, message, "sums of it are not exact", help), &[name]);
    }
}

/// A missing value is said twice: by NULL, which costs a file and a check at every read, and by the default.
pub(super) fn null_and_default(declaration: &Declaration, advice: &mut Advice) {
    for field in declaration.fields.iter().filter(|field| field.ty.is_nullable()) {
        let Some(default) = &field.default else { continue };
        if matches!(default.value, Expr::Literal(Literal::Null, _)) {
            continue;
        }
        let name = &field.name.value;
        let message =
            format!("`{name}` says that a value is missing in two ways: by NULL and by its default");
        let help = "keep the default and take a plain value, or keep the `Option` and leave the default out";
        advice.add(finding("SH0527", default.span, message, "a default beside NULL", help), &[name]);
    }
}

/// A dictionary of as many words as there are rows is one more thing to store and to look up.
pub(super) fn dictionary_of_ids(declaration: &Declaration, advice: &mut Advice) {
    for field in &declaration.fields {
        let has_dictionary = field.ty.any(&|ty| matches!(ty, Type::LowCardinality(_)));
        if !has_dictionary || !(field.id.is_some() || is_unique(&field.name.value)) {
            continue;
        }
        let name = &field.name.value;
        let span = field.low_cardinality.unwrap_or(field.ty_span);
        let message = format!("each `{name}` is another one, and a dictionary is for values that come again");
        advice.add(
            finding("SH0529", span, message, "a word for each row", "leave `low_cardinality` out"),
            &[name],
        );
    }
}
