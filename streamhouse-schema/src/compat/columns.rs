//! Fields of one version beside those of another.

use super::Rule;
use super::judge::{Change, Found};
use crate::change::{Conversion, between};
use crate::compile::{Declaration, Field};
use crate::frame_schema::FrameColumn;
use crate::schema::Column;
use crate::table::words::mentions;
use crate::types::Type;

/// What older versions wrote, rows and waiting frames alike, fits the new one.
pub(super) fn backward<'a>(change: &Change<'a>, found: &mut Vec<Found<'a>>) {
    let upcasts = change.schema.upcasts();
    for old in &change.before.columns {
        // Its value goes on in what is made of it.
        let goes_on = upcasts.values().any(|expr| mentions(expr, &old.name));
        match successor(change, &old.name) {
            Some(column) if column.upcast.is_some() => {}
            Some(column) => {
                let Some(field) = field_of(change.declaration, &column.name) else { continue };
                if let Some((rule, why)) = narrowed(&old.ty, &column.ty) {
                    found.push(of_type(change.before.version, rule, field, old, column, &why, WAYS));
                }
            }
            None if goes_on => {}
            None => found.push(removed(change, old)),
        }
    }
    for column in &change.schema.columns {
        let is_new = predecessor(change, column).is_none();
        let has_value = column.default.is_some() || column.upcast.is_some() || is_empty_by_nature(&column.ty);
        // Together with a Nested of which another element was there before, it is as long as that one.
        if !is_new || has_value || column.ephemeral {
            continue;
        }
        let Some(field) = field_of(change.declaration, &column.name) else { continue };
        found.push(Found {
            rule: Rule::FieldAdded,
            column: Some(column.name.clone()),
            field: Some(field),
            span: field.ident.span(),
            message: format!(
                "`{}` is new since version {}, and nothing says what it is in older events",
                column.name, change.before.version
            ),
            label: "new, and older events do not have it".into(),
            help:
                "make it an `Option`, give it a `default = …`, or make it of older fields with `upcast = …`"
                    .into(),
        });
    }
}

/// Whoever knows an older version alone finds what it knows.
pub(super) fn forward<'a>(change: &Change<'a>, found: &mut Vec<Found<'a>>) {
    for old in &change.before.columns {
        let Some(column) = change.schema.columns.iter().find(|column| column.name == old.name) else {
            match successor(change, &old.name) {
                Some(column) => {
                    let Some(field) = field_of(change.declaration, &column.name) else { continue };
                    let span = field.renamed_from.as_ref().map_or(field.ident.span(), |from| from.span);
                    found.push(Found {
                        rule: Rule::FieldRenamed,
                        column: Some(column.name.clone()),
                        field: Some(field),
                        span,
                        message: format!(
                            "who reads version {} looks for `{}`, which has another name now",
                            change.before.version, old.name
                        ),
                        label: "has another name now".into(),
                        help: format!("keep the name, and let an `alias` column `{}` follow it", old.name),
                    });
                }
                None => found.push(removed(change, old)),
            }
            continue;
        };
        let Some(field) = field_of(change.declaration, &column.name) else { continue };
        if let Some((rule, why)) = narrowed(&column.ty, &old.ty) {
            let rule = match rule {
                Rule::MadeRequired => Rule::MadeOptional,
                Rule::TypeNarrowed => Rule::TypeWidened,
                Rule::EnumNameRemoved => Rule::EnumNameAdded,
                other => other,
            };
            let why = match rule {
                Rule::MadeOptional => "who read it never found NULL".into(),
                Rule::EnumNameAdded => "who reads it does not know the new names".into(),
                _ => why,
            };
            found.push(of_type(
                change.before.version,
                rule,
                field,
                old,
                column,
                &why,
                "keep the type, and put new values into a new field",
            ));
        }
    }
}

const WAYS: &str =
    "keep the type, say what becomes of older values with `upcast = …`, or put new values into a new field";

fn of_type<'a>(
    version: u32,
    rule: Rule,
    field: &'a Field,
    old: &FrameColumn,
    column: &Column,
    why: &str,
    help: &str,
) -> Found<'a> {
    Found {
        rule,
        column: Some(column.name.clone()),
        field: Some(field),
        span: field.ty_span,
        message: format!("`{}` was {} in version {version} and is {}: {why}", column.name, old.ty, column.ty),
        label: format!("was {}", old.ty),
        help: help.into(),
    }
}

fn removed<'a>(change: &Change<'a>, old: &FrameColumn) -> Found<'a> {
    Found {
        rule: Rule::FieldRemoved,
        column: Some(old.name.clone()),
        field: None,
        span: change.declaration.ident.span(),
        message: format!(
            "version {} has a field `{}`, and this one has not: its values would be gone",
            change.before.version, old.name
        ),
        label: format!("`{}` is not here any more", old.name),
        help: format!(
            "keep it, as an `Option` perhaps, let another field go on with `renamed_from = \"{}\"`, or make one of it with `upcast = …`",
            old.name
        ),
    }
}

/// The column that goes on where an older one was.
fn successor<'a>(change: &Change<'a>, old: &str) -> Option<&'a Column> {
    let columns = &change.schema.columns;
    let same = columns.iter().find(|column| column.name == old);
    same.or_else(|| columns.iter().find(|column| column.renamed_from.as_deref() == Some(old)))
}

/// The older column that goes on in this one.
fn predecessor<'a>(change: &Change<'a>, column: &Column) -> Option<&'a FrameColumn> {
    let columns = &change.before.columns;
    let same = columns.iter().find(|old| old.name == column.name);
    same.or_else(|| columns.iter().find(|old| Some(old.name.as_str()) == column.renamed_from.as_deref()))
}

/// The field of a column; those of a Nested are all of its field.
pub(super) fn field_of<'a>(declaration: &'a Declaration, column: &str) -> Option<&'a Field> {
    declaration.field(column).or_else(|| {
        let (nested, _) = column.rsplit_once('.')?;
        declaration.field(nested).filter(|field| matches!(field.ty, Type::Nested(_)))
    })
}

/// Of some types a row without a value is a row with nothing in it, and no wrong value.
fn is_empty_by_nature(ty: &Type) -> bool {
    ty.is_nullable()
        || matches!(
            ty.inner(),
            Type::Array(_)
                | Type::Map(..)
                | Type::Nested(_)
                | Type::Json(_)
                | Type::Dynamic(_)
                | Type::Variant(_)
        )
}

/// Why values of one type have no place in another; nothing where they have.
fn narrowed(from: &Type, to: &Type) -> Option<(Rule, String)> {
    if between(from, to) < Conversion::Lossy {
        return None;
    }
    if from.is_nullable() && !to.is_nullable() && between(from.inner(), to.inner()) < Conversion::Lossy {
        return Some((Rule::MadeRequired, "some events have none".into()));
    }
    Some(match (from.inner(), to.inner()) {
        (Type::Enum { values: from, .. }, Type::Enum { values: to, .. }) => enumeration(from, to),
        (from, to) if between(to, from) < Conversion::Lossy => {
            (Rule::TypeNarrowed, "some values do not fit".into())
        }
        _ => (Rule::TypeChanged, "its values are others".into()),
    })
}

fn enumeration(from: &[(String, i16)], to: &[(String, i16)]) -> (Rule, String) {
    let reused = to.iter().find_map(|(name, number)| {
        let (was, _) = from.iter().find(|(was, old)| old == number && was != name)?;
        Some((number, was, name))
    });
    if let Some((number, was, name)) = reused {
        return (Rule::EnumNumberReused, format!("{number} stands for {name:?}, which stood for {was:?}"));
    }
    match from.iter().find(|value| !to.contains(value)) {
        Some((name, _)) => (Rule::EnumNameRemoved, format!("{name:?} is not among its names")),
        None => (Rule::TypeNarrowed, "some numbers do not fit".into()),
    }
}
