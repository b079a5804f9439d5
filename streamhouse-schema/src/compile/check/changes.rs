//! What a declaration says of its earlier versions.

use super::super::declaration::{At, Declaration};
use crate::diagnostic::Diagnostics;

/// A column takes over the values of one that is gone, and no two of the same one.
pub(super) fn renames(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let mut taken: Vec<&At<String>> = Vec::new();
    for from in declaration.fields.iter().filter_map(|field| field.renamed_from.as_ref()) {
        if declaration.column_type(&from.value).is_some() {
            diagnostics.error(
                "SH1001",
                from.span,
                format!("`{}` is a column of this version", from.value),
                "name the column of an earlier version that this one takes the place of, or leave `renamed_from` out",
            );
        } else if taken.iter().any(|other| other.value == from.value) {
            diagnostics.error(
                "SH1001",
                from.span,
                format!("two columns were `{}` before", from.value),
                "keep `renamed_from` on one of them; the other is a new column, with a default perhaps",
            );
        }
        taken.push(from);
    }
}
