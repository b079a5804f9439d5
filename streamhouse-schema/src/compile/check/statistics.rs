//! Statistics of columns: what the server keeps to estimate how many rows meet a condition
//! (<https://clickhouse.com/docs/engines/table-engines/mergetree-family/mergetree#column-statistics>).

use super::super::declaration::{Declaration, Field};
use crate::diagnostic::Diagnostics;
use crate::near::nearest;
use crate::types::Type;

const ALL: &[&str] = &["tdigest", "uniq", "minmax", "countmin"];

/// A statistic exists, stands once, and can be made of the column's values.
pub(super) fn fit(declaration: &Declaration, diagnostics: &mut Diagnostics) {
    for field in &declaration.fields {
        for (at, one) in field.statistics.iter().enumerate() {
            let name = one.value.as_str();
            let (message, help) = if !ALL.contains(&name) {
                let help = match nearest(name, ALL) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("valid statistics: {}", ALL.join(", ")),
                };
                (format!("`{name}` is not a statistic"), help)
            } else if field.statistics[..at].iter().any(|earlier| earlier.value == name) {
                (format!("`{name}` stands here twice"), "keep one of them".into())
            } else if let Some(help) = misfit(name, field) {
                (format!("`{name}` cannot be made of {}", field.ty), help)
            } else if field.ephemeral.is_some() {
                let message = format!("`{}` is not stored, so there is nothing to count", field.name.value);
                (message, "leave it out".into())
            } else {
                continue;
            };
            diagnostics.error("SH0571", one.span, message, help);
        }
    }
}

fn misfit(name: &str, field: &Field) -> Option<String> {
    let inner = field.ty.inner();
    let text = matches!(inner, Type::String | Type::FixedString(_));
    // What the engine stores as a number.
    let number = inner.fixed_width().is_some() && !matches!(inner, Type::Uuid | Type::Ipv6) && !text;
    let fits = match name {
        "tdigest" => number && *inner != Type::Ipv4,
        "minmax" => number,
        _ => number || text,
    };
    (!fits).then(|| match name {
        _ if text => "take `uniq` or `countmin`".into(),
        _ => format!("`{name}` is for numbers, dates and times: leave it out"),
    })
}
