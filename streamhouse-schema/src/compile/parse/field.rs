//! A field and its attributes.

use proc_macro2::{Span, TokenTree};
use syn::spanned::Spanned;

use super::super::attr::{Item, Value, comment, items, plain, split};
use super::super::declaration::{At, Field};
use super::super::rust_type;
use super::super::tokens::value;
use super::container::{first_span, string};
use super::{table, type_text};
use crate::diagnostic::Diagnostics;
use crate::types::Type;

const KEYS: &[&str] =
    &["id", "timestamp", "low_cardinality", "default", "codec", "type", "decimal", "rename"];

/// Reads a field; `None` where its type is not known.
pub(super) fn parse(field: &syn::Field, diagnostics: &mut Diagnostics) -> Option<Field> {
    let ident = field.ident.clone()?;
    let mut items = items(&field.attrs, KEYS, diagnostics);
    let before = diagnostics.iter().count();
    let (ty, ty_span) = column_type(field, &mut items, diagnostics);
    let mut out = Field {
        name: At { value: plain(&ident), span: ident.span() },
        ident,
        rust: field.ty.clone(),
        // Where the type is not known the field is not used; the other attributes are still read for their mistakes.
        ty: ty.clone().unwrap_or(Type::String),
        ty_span,
        comment: comment(&field.attrs),
        id: None,
        timestamp: None,
        default: None,
        codec: Vec::new(),
        low_cardinality: None,
    };
    for item in items {
        read(item, &mut out, diagnostics);
    }
    if let Some(span) = out.low_cardinality {
        out.ty = low_cardinality(out.ty, span, diagnostics);
    }
    (ty.is_some() && diagnostics.iter().count() == before).then_some(out)
}

fn read(item: Item, field: &mut Field, diagnostics: &mut Diagnostics) {
    let span = item.span;
    match (item.key.as_str(), item.value) {
        ("id", Value::Flag) => field.id = Some(span),
        ("timestamp", Value::Flag) => field.timestamp = Some(span),
        ("low_cardinality", Value::Flag) => field.low_cardinality = Some(span),
        ("default", Value::Assigned(tokens)) => {
            let place = first_span(&tokens, span);
            field.default = value(tokens, span, diagnostics).map(|value| At { value, span: place });
        }
        ("codec", Value::List(tokens)) => field.codec = table::codecs(tokens, span, diagnostics),
        ("rename", Value::Assigned(tokens)) => {
            if let Some(name) = string(tokens, "rename", span, diagnostics) {
                field.name = name;
            }
        }
        (key @ ("id" | "timestamp" | "low_cardinality"), _) => {
            diagnostics.error(
                "SH0001",
                span,
                format!("`{key}` takes no value"),
                format!("write `#[stream({key})]`"),
            );
        }
        ("codec", _) => {
            diagnostics.error("SH0001", span, "`codec` takes a list", "write `codec(Delta, ZSTD(3))`")
        }
        (key, _) => {
            diagnostics.error("SH0001", span, format!("`{key}` takes a value"), format!("write `{key} = …`"))
        }
    }
}

/// The column's type: as the attributes say, else as the Rust type says.
fn column_type(
    field: &syn::Field,
    items: &mut Vec<Item>,
    diagnostics: &mut Diagnostics,
) -> (Option<Type>, Span) {
    let mut named = None;
    items.retain(|item| {
        let is_type = item.key == "type" || item.key == "decimal";
        if is_type {
            named = Some((item.key == "decimal", item.span, clone(&item.value)));
        }
        !is_type
    });
    match named {
        None => match rust_type::read(&field.ty) {
            Ok(ty) => (Some(ty), field.ty.span()),
            Err(error) => {
                diagnostics.error("SH0030", error.span, error.message, error.help);
                (None, field.ty.span())
            }
        },
        Some((false, span, Value::Assigned(tokens))) => {
            let place = first_span(&tokens, span);
            match type_text(tokens).parse() {
                Ok(ty) => (Some(ty), place),
                Err(error) => {
                    let error: crate::types::TypeError = error;
                    diagnostics.error("SH0031", place, error.to_string(), "write a type of ClickHouse, such as `type = Array(UInt64)` or `type = DateTime64(6, \"UTC\")`");
                    (None, place)
                }
            }
        }
        Some((true, span, Value::List(tokens))) => {
            let number =
                |part: &Vec<TokenTree>| part.first().and_then(|tree| tree.to_string().parse::<u8>().ok());
            match &split(tokens).iter().map(number).collect::<Vec<_>>()[..] {
                [Some(precision @ 1..=76), Some(scale)] if scale <= precision => {
                    let decimal = Type::Decimal { precision: *precision, scale: *scale };
                    let optional = matches!(&field.ty, syn::Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"));
                    (Some(if optional { Type::Nullable(Box::new(decimal)) } else { decimal }), span)
                }
                _ => {
                    diagnostics.error(
                        "SH0032",
                        span,
                        "a Decimal has 1 to 76 digits, and at most as many after the point",
                        "write `decimal(18, 4)`",
                    );
                    (None, span)
                }
            }
        }
        Some((is_decimal, span, _)) => {
            let help = if is_decimal { "write `decimal(18, 4)`" } else { "write `type = UInt64`" };
            diagnostics.error("SH0001", span, "the column's type is not given", help);
            (None, span)
        }
    }
}

fn clone(value: &Value) -> Value {
    match value {
        Value::Flag => Value::Flag,
        Value::Assigned(tokens) => Value::Assigned(tokens.clone()),
        Value::List(tokens) => Value::List(tokens.clone()),
    }
}

/// ClickHouse refuses dictionaries of values that are better stored by themselves
/// (`allow_suspicious_low_cardinality_types`).
fn low_cardinality(ty: Type, span: Span, diagnostics: &mut Diagnostics) -> Type {
    match ty.inner() {
        Type::String | Type::FixedString(_) => Type::LowCardinality(Box::new(ty)),
        _ => {
            diagnostics.error(
                "SH0033",
                span,
                format!("a dictionary does not pay for {ty}"),
                "`low_cardinality` is for strings; leave it out here",
            );
            ty
        }
    }
}
