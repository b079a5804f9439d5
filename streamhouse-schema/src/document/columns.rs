//! What only StreamHouse understands of a field.

use serde::Serialize;

use crate::schema::{Column, Validation};
use crate::sql;
use crate::types::Type;

/// A column that frames bring, its fields in the order in which they are written.
#[derive(Serialize)]
pub(super) struct ColumnEntry<'a> {
    #[serde(skip_serializing_if = "is_not")]
    binary: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<String>,
    #[serde(skip_serializing_if = "is_not")]
    ephemeral: bool,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nested: Option<&'a str>,
    #[serde(skip_serializing_if = "is_not")]
    pii: bool,
    #[serde(rename = "type")]
    ty: String,
    #[serde(skip_serializing_if = "Validation::is_empty")]
    validate: &'a Validation,
}

impl<'a> ColumnEntry<'a> {
    pub(super) fn of(column: &'a Column) -> Self {
        Self {
            binary: column.binary && has_strings(&column.ty),
            default: column.default.as_ref().map(sql::expr),
            ephemeral: column.ephemeral,
            name: &column.name,
            nested: column.nested.as_deref(),
            pii: column.pii,
            ty: column.ty.to_string(),
            validate: &column.validation,
        }
    }
}

fn is_not(flag: &bool) -> bool {
    !flag
}

/// Only of strings it makes a difference whether they are text.
fn has_strings(ty: &Type) -> bool {
    ty.any(&|ty| matches!(ty, Type::String))
}
