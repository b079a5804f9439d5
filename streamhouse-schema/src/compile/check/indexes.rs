//! Skip indexes.

use super::super::declaration::Declaration;
use crate::diagnostic::Diagnostics;
use crate::expr::Expr;
use crate::near::nearest;
use crate::types::Type;

/// Each type of index, how many parameters it takes, and an example.
const KINDS: &[(&str, std::ops::RangeInclusive<usize>, &str)] = &[
    ("minmax", 0..=0, "minmax"),
    ("set", 1..=1, "set(100)"),
    ("bloom_filter", 0..=1, "bloom_filter(0.01)"),
    ("tokenbf_v1", 3..=3, "tokenbf_v1(10240, 3, 0)"),
    ("ngrambf_v1", 4..=4, "ngrambf_v1(4, 10240, 3, 0)"),
];

/// The type exists, has as many parameters as it takes, and knows what to do with the column.
pub(super) fn known_types(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    let names: Vec<&str> = KINDS.iter().map(|(name, ..)| *name).collect();
    for index in &declaration.indexes {
        let (kind, span) = (&index.kind.value, index.kind.span);
        let Some((_, parameters, example)) = KINDS.iter().find(|(name, ..)| *name == kind.name) else {
            let help = match nearest(&kind.name, &names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("valid types: {}", names.join(", ")),
            };
            diagnostics.error("SH0701", span, format!("`{}` is not a type of index", kind.name), help);
            continue;
        };
        if !parameters.contains(&kind.parameters.len())
            || kind.parameters.iter().any(|number| number.parse::<f64>().is_err())
        {
            diagnostics.error(
                "SH0702",
                span,
                format!("these are not the parameters of `{}`", kind.name),
                format!("write for example `{example}`"),
            );
        }
        if let Expr::Column(name) = &index.expr
            && let Some(field) = declaration.field(&name.text)
            && matches!(kind.name.as_str(), "tokenbf_v1" | "ngrambf_v1")
            && !matches!(field.ty.inner(), Type::String | Type::FixedString(_))
            && !matches!(&field.ty, Type::Array(item) if matches!(item.inner(), Type::String | Type::FixedString(_)))
        {
            diagnostics.error(
                "SH0703",
                name.at,
                format!("`{}` finds words in text, and `{}` is {}", kind.name, name.text, field.ty),
                "take `minmax`, `set(100)` or `bloom_filter(0.01)`",
            );
        }
    }
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
