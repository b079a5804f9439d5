//! What a selection sums rows up by.

use crate::expr::select::{GroupBy, Item, selects};
use crate::expr::{Expr, Literal};

/// The columns that a selection yields of what it sums rows up by, as far as they are understood.
pub fn keys(text: &str) -> Vec<String> {
    let all = selects(text);
    let [select] = &all[..] else { return Vec::new() };
    let GroupBy::Keys(keys) = &select.group_by else { return Vec::new() };
    let named = |(at, item): (usize, &Item)| {
        let Item::One { expr, name, .. } = item else { return None };
        let name = match (name, expr) {
            (Some(name), _) => name,
            // Behind a dot stands a column, or a part of one.
            (None, Some(Expr::Column(column))) if !column.text.contains('.') => &column.text,
            _ => return None,
        };
        let place = (at + 1).to_string();
        let is_key = keys.iter().any(|key| match key {
            Expr::Column(column) if column.text == *name => true,
            Expr::Literal(Literal::Number(digits), ()) if *digits == place => true,
            key => expr.as_ref() == Some(key),
        });
        is_key.then(|| name.clone())
    };
    select.items.iter().enumerate().filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn keys_are_found_by_name_by_place_and_by_what_they_are() {
        for (text, expected) in [
            ("SELECT a, toDate(at) AS day, count() AS n FROM t GROUP BY a, day", &["a", "day"][..]),
            ("SELECT toDate(at) AS day, count() AS n FROM t GROUP BY toDate(at)", &["day"]),
            ("SELECT count() AS n, a FROM t GROUP BY 2", &["a"]),
            ("SELECT count() AS n FROM t", &[]),
            ("SELECT a FROM t", &[]),
            ("SELECT a FROM t GROUP BY a UNION ALL SELECT a FROM t GROUP BY a", &[]),
        ] {
            assert_eq!(keys(text), expected, "{text}");
        }
    }
}
