//! A field and its attributes.

use proc_macro2::{Ident, Span, TokenTree};
use syn::spanned::Spanned;

use super::super::attr::{Item, Value, comment, items, plain};
use super::super::declaration::{At, Field, Unread};
use super::super::rust_type;
use super::super::tokens::{expression, value};
use super::case::Case;
use super::container::{first_span, string};
use super::{change, column_type, exception, table, validate};
use crate::diagnostic::Diagnostics;
use crate::types::Type;

const KEYS: &[&str] = &[
    "id",
    "timestamp",
    "low_cardinality",
    "default",
    "codec",
    "type",
    "decimal",
    "rename",
    "ephemeral",
    "ttl",
    "settings",
    "statistics",
    "validate",
    "pii",
    "renamed_from",
    "upcast",
    "breaks",
    "allow",
    "warn",
    "deny",
];

/// What the field of a struct that is part of an event may say: the rest concerns a column as a whole.
const PART_KEYS: &[&str] = &["low_cardinality", "type", "decimal", "rename", "validate", "pii"];

/// What the only field of a newtype may say.
const NEWTYPE_KEYS: &[&str] = &["type", "decimal", "validate", "pii"];

/// Reads a field; what stays of it where that does not succeed is its column's name.
pub(super) fn parse(
    field: &syn::Field,
    case: Option<Case>,
    diagnostics: &mut Diagnostics,
) -> Option<Result<Field, Unread>> {
    parse_with(field, field.ident.clone()?, KEYS, case, diagnostics)
}

/// Reads a field of a struct that is part of an event.
pub(super) fn parse_part(
    field: &syn::Field,
    case: Option<Case>,
    diagnostics: &mut Diagnostics,
) -> Option<Field> {
    parse_with(field, field.ident.clone()?, PART_KEYS, case, diagnostics)?.ok()
}

/// Reads the only field of a newtype, which has the name of the struct.
pub(super) fn parse_newtype(
    field: &syn::Field,
    ident: &Ident,
    diagnostics: &mut Diagnostics,
) -> Option<Field> {
    parse_with(field, ident.clone(), NEWTYPE_KEYS, None, diagnostics)?.ok()
}

fn parse_with(
    field: &syn::Field,
    ident: Ident,
    keys: &[&'static str],
    case: Option<Case>,
    diagnostics: &mut Diagnostics,
) -> Option<Result<Field, Unread>> {
    conditional(field, diagnostics);
    let mut items = items(&field.attrs, keys, diagnostics);
    let before = diagnostics.iter().count();
    let (ty, ty_span) = column_type(field, &mut items, diagnostics);
    let rust = rust_type::read(&field.ty);
    let own = rust.is_err();
    let native = rust.is_ok_and(|rust| ty.as_ref().is_some_and(|ty| ty.wire() == rust.wire()));
    let name = plain(&ident);
    let mut out = Field {
        name: At { value: case.map_or(name.clone(), |case| case.field(&name)), span: ident.span() },
        ident,
        rust: field.ty.clone(),
        // Where the type is not known the field is not used; the other attributes are still read for their mistakes.
        ty: ty.clone().unwrap_or(Type::String),
        ty_span,
        native,
        own,
        comment: comment(&field.attrs),
        id: None,
        timestamp: None,
        default: None,
        codec: Vec::new(),
        low_cardinality: None,
        ephemeral: None,
        ttl: None,
        settings: Vec::new(),
        statistics: Vec::new(),
        rules: None,
        pii: None,
        binary: rust_type::is_binary(&field.ty),
        renamed_from: None,
        upcast: None,
        breaches: Vec::new(),
        exceptions: Vec::new(),
    };
    let renamed = items.iter().any(|item| item.key == "rename");
    for item in items {
        read(item, &mut out, diagnostics);
    }
    if let Some(span) = out.low_cardinality {
        out.ty = low_cardinality(out.ty, span, diagnostics);
    }
    Some(if ty.is_some() && diagnostics.iter().count() == before {
        Ok(out)
    } else {
        // A field that has a new name and kept its own got one that cannot be read.
        let name = (!renamed || out.name.value != plain(&out.ident)).then_some(out.name.value);
        Err(Unread { name, timestamp: out.timestamp.is_some() })
    })
}

/// A field whose condition does not hold is gone before a derive sees it, and whoever reads source files sees it still: the
/// two would make different tables.
fn conditional(field: &syn::Field, diagnostics: &mut Diagnostics) {
    for attribute in &field.attrs {
        let on_stream = attribute.path().is_ident("cfg_attr")
            && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.clone().into_iter().any(
                |token| matches!(token, TokenTree::Ident(ident) if ident == "stream")));
        if attribute.path().is_ident("cfg") || on_stream {
            diagnostics.error(
                "SH0019",
                attribute.path().span(),
                "a column that is there only sometimes makes a table that is not known",
                "keep the field always, as an `Option` where it may be missing, or declare two events",
            );
        }
    }
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
        ("codec", Value::List(tokens)) if tokens.is_empty() => {
            diagnostics.error(
                "SH0022",
                span,
                "the list of codecs is empty",
                "write `codec(Delta, ZSTD(3))`, or leave it out",
            );
        }
        ("codec", Value::List(tokens)) => field.codec = table::codecs(tokens, span, diagnostics),
        ("ephemeral", Value::Flag) => field.ephemeral = Some(span),
        ("ttl", Value::Assigned(tokens)) => {
            let place = first_span(&tokens, span);
            field.ttl = expression(tokens, span, diagnostics).map(|value| At { value, span: place });
        }
        ("settings", Value::List(tokens)) => field.settings = table::settings(tokens, span, diagnostics),
        ("statistics", Value::List(tokens)) => {
            field.statistics = table::statistics(tokens, span, diagnostics);
        }
        ("validate", Value::List(tokens)) => field.rules = Some(validate::rules(tokens, span, diagnostics)),
        ("pii", Value::Flag) => field.pii = Some(span),
        ("renamed_from", Value::Assigned(tokens)) => {
            field.renamed_from = string(tokens, "renamed_from", span, diagnostics);
        }
        ("upcast", Value::Assigned(tokens)) => {
            let place = first_span(&tokens, span);
            field.upcast = expression(tokens, span, diagnostics).map(|value| At { value, span: place });
        }
        ("breaks", Value::List(tokens)) => {
            field.breaches.extend(change::breaches(tokens, span, true, diagnostics));
        }
        ("rename", Value::Assigned(tokens)) => {
            if let Some(name) = string(tokens, "rename", span, diagnostics) {
                field.name = name;
            }
        }
        (word, Value::List(tokens)) if exception::WORDS.contains(&word) => {
            field.exceptions.extend(exception::exceptions(word, tokens, span, diagnostics));
        }
        (_, Value::Broken) => {}
        (key @ ("id" | "timestamp" | "low_cardinality" | "ephemeral" | "pii"), _) => {
            diagnostics.error(
                "SH0001",
                span,
                format!("`{key}` takes no value"),
                format!("write `#[stream({key})]`"),
            );
        }
        ("settings", _) => diagnostics.error(
            "SH0001",
            span,
            "`settings` takes a list",
            "write `settings(min_compress_block_size = 65536)`",
        ),
        ("statistics", _) => diagnostics.error(
            "SH0001",
            span,
            "`statistics` takes a list",
            "write `statistics(tdigest, uniq)`",
        ),
        ("validate", _) => diagnostics.error(
            "SH0001",
            span,
            "`validate` takes a list of rules",
            "write `validate(min = 0)`; a function is `validate(custom = path)`",
        ),
        (word, _) if exception::WORDS.contains(&word) => {
            let form = format!("write `{word}(float_for_money, reason = \"…\")`");
            diagnostics.error("SH0001", span, format!("`{word}` takes a list"), form);
        }
        ("breaks", _) => {
            let form = "write `breaks(type_changed, version = 2, reason = \"…\")`";
            diagnostics.error("SH0001", span, "`breaks` takes a list", form);
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
    let is_type = |item: &Item| item.key == "type" || item.key == "decimal";
    let named: Vec<Item> = items.extract_if(.., |item| is_type(item)).collect();
    if let [_, second, ..] = &named[..] {
        diagnostics.error(
            "SH0003",
            second.span,
            "the column's type is given twice",
            "keep one of `type` and `decimal`",
        );
        return (None, second.span);
    }
    let Some(named) = named.into_iter().next() else {
        return match rust_type::read(&field.ty) {
            Ok(ty) => (Some(ty), field.ty.span()),
            Err(error) => {
                diagnostics.error_over("SH0030", (error.span, error.end), error.message, error.help);
                (None, field.ty.span())
            }
        };
    };
    let span = named.span;
    match (named.key.as_str(), named.value) {
        ("type", Value::Assigned(tokens)) => column_type::read(tokens, span, diagnostics),
        ("decimal", Value::List(tokens)) => (column_type::decimal(tokens, span, field, diagnostics), span),
        (_, Value::Broken) => (None, span),
        (key, _) => {
            let help = if key == "decimal" { "write `decimal(18, 4)`" } else { "write `type = UInt64`" };
            diagnostics.error("SH0001", span, "the column's type is not given", help);
            (None, span)
        }
    }
}

/// ClickHouse refuses dictionaries of values that are better stored by themselves
/// (`allow_suspicious_low_cardinality_types`).
fn low_cardinality(ty: Type, span: Span, diagnostics: &mut Diagnostics) -> Type {
    match (&ty, ty.inner()) {
        (Type::LowCardinality(_), _) => ty,
        (_, Type::String | Type::FixedString(_)) => Type::LowCardinality(Box::new(ty)),
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
