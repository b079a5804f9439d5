//! Skip indexes.

use proc_macro2::Span;

use super::super::declaration::{Declaration, Index};
use super::expressions::place_of;
use super::folding::is_constant;
use super::index_parameters::misfit;
use super::{parts, shape_of};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::{Expr, Kind, Shape};
use crate::near::nearest;
use crate::types::{Geo, Type};

/// Each type of index, and an example.
const KINDS: &[(&str, &str)] = &[
    ("minmax", "minmax"),
    ("set", "set(100)"),
    ("bloom_filter", "bloom_filter(0.01)"),
    ("tokenbf_v1", "tokenbf_v1(10240, 3, 0)"),
    ("ngrambf_v1", "ngrambf_v1(4, 10240, 3, 0)"),
    ("sparse_grams", "sparse_grams(3, 100, 10240, 3, 0)"),
    ("text", "text(tokenizer = splitByNonAlpha)"),
    ("vector_similarity", "vector_similarity(\"hnsw\", \"L2Distance\", 768)"),
];

/// The type exists, and has parameters that it takes.
pub(super) fn known_types(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
    for index in &declaration.indexes {
        let (kind, span) = (&index.kind.value, index.kind.span);
        let Some((_, example)) = KINDS.iter().find(|(name, _)| *name == kind.name) else {
            let near = nearest(&kind.name, &names);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("valid types: {}", names.join(", ")),
            };
            let message = format!("`{}` is not a type of index", kind.name);
            diagnostics.push(Diagnostic::error("SH0701", span, message, help).replacement(&kind.name, near));
            continue;
        };
        if let Some(wrong) = misfit(kind) {
            diagnostics.error(
                "SH0702",
                wrong.unwrap_or(span),
                format!("`{kind}`: these are not the parameters of `{}`", kind.name),
                format!("write for example `{example}`"),
            );
        }
    }
}

/// The index has something to work on: values of the row, of a type that it knows.
pub(super) fn fit(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for index in &declaration.indexes {
        let name = index.kind.value.name.as_str();
        if parts(&index.expr).is_empty() {
            constant(index.name.span, diagnostics);
        }
        for part in parts(&index.expr) {
            let span = place_of(part, index.kind.span);
            if is_constant(part, declaration) {
                constant(span, diagnostics);
            }
            let column = match part {
                Expr::Column(column) => declaration.column_type(&column.text).map(|ty| (&column.text, ty)),
                _ => None,
            };
            let kind = shape_of(part, declaration);
            let (fits, what) = match name {
                "tokenbf_v1" | "ngrambf_v1" | "sparse_grams" => (
                    column.as_ref().map_or_else(|| words(&kind), |(_, ty)| words_in(ty)),
                    "finds words in text that is never NULL",
                ),
                "text" => (text(&kind), "finds words in text"),
                "vector_similarity" => (
                    column.as_ref().map_or_else(|| vector(&kind), |(_, ty)| vector_type(ty)),
                    "compares lists of floats",
                ),
                "bloom_filter" => (
                    column.as_ref().map_or_else(|| hashable(&kind), |(_, ty)| hashable_type(ty)),
                    "does not know all types",
                ),
                "minmax" => (!kind.is_mixed(), "compares values, which have to be of one type"),
                _ => continue,
            };
            if !fits {
                let found = match &column {
                    Some((name, ty)) => format!("`{name}` is {ty}"),
                    None => format!("this is {}", kind.kind),
                };
                let help = match (&column, &kind.kind) {
                    (Some((column, _)), Kind::Map(..)) => {
                        format!("index its keys or its values: `{name}(…) on mapKeys({column})`")
                    }
                    (_, Kind::Other(_)) => "take `set(100)`, or index a part of it".into(),
                    _ => "take `minmax` or `set(100)`".into(),
                };
                diagnostics.error("SH0703", span, format!("`{name}` {what}, and {found}"), help);
            }
        }
    }
}

fn constant(span: Span, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        "SH0705",
        span,
        "this is the same for all rows, and an index finds rows by what differs",
        "index a column",
    );
}

fn text(shape: &Shape) -> bool {
    match &shape.kind {
        Kind::Array(item) => matches!(item.kind, Kind::Text | Kind::Unknown),
        kind => matches!(kind, Kind::Text | Kind::Unknown),
    }
}

fn vector(shape: &Shape) -> bool {
    match &shape.kind {
        Kind::Array(item) => !item.nullable && matches!(item.kind, Kind::Float | Kind::Unknown),
        kind => *kind == Kind::Unknown,
    }
}

fn vector_type(ty: &Type) -> bool {
    vector(&Shape::from(ty))
}

/// A column is found by its words through one index of text.
pub(super) fn one_text_index(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let texts: Vec<&Index> =
        declaration.indexes.iter().filter(|index| index.kind.value.name == "text").collect();
    for (at, index) in texts.iter().enumerate() {
        let expr = index.expr.clone().strip();
        if parts(&index.expr).len() > 1
            || texts[..at].iter().any(|earlier| earlier.expr.clone().strip() == expr)
        {
            diagnostics.error(
                "SH0706",
                index.kind.span,
                "an index of text covers one column, and a column has one",
                "declare one `text` index for each column",
            );
        }
    }
}

fn words_in(ty: &Type) -> bool {
    let text = |ty: &Type| matches!(ty, Type::String | Type::FixedString(_));
    match ty {
        Type::LowCardinality(inner) | Type::Array(inner) => text(inner),
        plain => text(plain),
    }
}

fn words(shape: &Shape) -> bool {
    !shape.holds_null()
        && match &shape.kind {
            Kind::Array(item) => matches!(item.kind, Kind::Text | Kind::Unknown),
            kind => matches!(kind, Kind::Text | Kind::Unknown),
        }
}

fn hashable_type(ty: &Type) -> bool {
    // What merges a value does not change what it is.
    if let Type::SimpleAggregateFunction(of) = ty
        && let [value] = &of.arguments[..]
    {
        return hashable_type(value);
    }
    let plain = match ty {
        Type::Array(item) if item.is_nullable() => return false,
        Type::Array(item) => item.inner(),
        other => other.inner(),
    };
    !matches!(
        plain,
        Type::Array(_)
            | Type::Map(..)
            | Type::Tuple(_)
            | Type::Nested(_)
            | Type::Geo(_)
            | Type::QBit(_)
            | Type::Decimal { .. }
            | Type::Date32
            | Type::Time
            | Type::Time64(_)
            | Type::BFloat16
            | Type::Interval(_)
    ) && !is_mixed(plain)
}

fn hashable(shape: &Shape) -> bool {
    if let Some(ty) = &shape.ty {
        return hashable_type(ty);
    }
    let kind = match &shape.kind {
        Kind::Array(item) if item.nullable => return false,
        Kind::Array(item) => &item.kind,
        kind => kind,
    };
    match kind {
        Kind::Other(ty) => matches!(**ty, Type::Enum { .. }),
        Kind::Array(_) | Kind::Map(..) | Kind::Decimal | Kind::Tuple(_) | Kind::Interval => false,
        _ => true,
    }
}

/// Values of more than one type.
fn is_mixed(ty: &Type) -> bool {
    matches!(ty, Type::Json(_) | Type::Variant(_) | Type::Dynamic(_) | Type::Geo(Geo::Geometry))
}

/// Two indexes of a table have two names.
pub(super) fn distinct_names(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for (at, index) in declaration.indexes.iter().enumerate() {
        if declaration.indexes[..at].iter().any(|earlier| earlier.name.value == index.name.value) {
            diagnostics.error(
                "SH0704",
                index.name.span,
                format!("there is an index `{}` already", index.name.value),
                "give it another name",
            );
        }
    }
}
