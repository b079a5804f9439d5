//! What only StreamHouse understands of a field.

use serde_json::{Value, json};

use crate::schema::Column;
use crate::sql;
use crate::types::Type;

/// A column that frames bring.
pub(super) fn column_entry(column: &Column) -> Value {
    let mut entry = json!({"name": column.name, "type": column.ty.to_string()});
    if let Some(entry) = entry.as_object_mut() {
        if let Some(default) = &column.default {
            entry.insert("default".into(), json!(sql::expr(default)));
        }
        if column.ephemeral {
            entry.insert("ephemeral".into(), json!(true));
        }
        if let Some(nested) = &column.nested {
            entry.insert("nested".into(), json!(nested));
        }
        for (flag, set) in [("binary", column.binary && has_strings(&column.ty)), ("pii", column.pii)] {
            if set {
                entry.insert(flag.into(), json!(true));
            }
        }
        if !column.validation.is_empty() {
            entry.insert("validate".into(), json!(column.validation));
        }
    }
    entry
}

/// Only of strings it makes a difference whether they are text.
fn has_strings(ty: &Type) -> bool {
    ty.any(&|ty| matches!(ty, Type::String))
}
