//! Names that Rust takes.

/// Whether a text is a name in Rust as it is.
pub(super) fn is_ident(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text != "_"
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The name of the event whose table has this name where that can be: lower-case words, with a dot for each underscore.
pub(super) fn event(table: &str) -> String {
    let lower: String =
        table.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '.' }).collect();
    let mut words: Vec<String> = Vec::new();
    for word in lower.split('.').filter(|word| !word.is_empty()) {
        match words.last_mut() {
            // A word begins with a letter.
            Some(last) if word.starts_with(|c: char| c.is_ascii_digit()) => {
                last.push_str(&format!("_{word}"))
            }
            _ => words.push(word.trim_start_matches(|c: char| c.is_ascii_digit()).to_string()),
        }
    }
    words.retain(|word| !word.is_empty());
    if words.is_empty() { "imported".into() } else { words.join(".") }
}

/// A name in capitals: `shop.order` → `ShopOrder`.
pub(super) fn camel(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let camel: String = words
        .map(|word| {
            let (first, rest) = word.split_at(1);
            format!("{}{rest}", first.to_uppercase())
        })
        .collect();
    if camel.starts_with(|c: char| c.is_ascii_digit()) || camel.is_empty() {
        format!("N{camel}")
    } else {
        camel
    }
}

/// The name of a field, and the column's name where it is another.
pub(super) fn field_name(column: &str) -> (String, Option<&str>) {
    let mut name = String::new();
    for c in column.chars() {
        match c {
            c if c.is_ascii_uppercase() => {
                if !name.is_empty()
                    && !name.ends_with('_')
                    && !name.ends_with(|c: char| c.is_ascii_uppercase())
                {
                    name.push('_');
                }
                name.push(c);
            }
            c if c.is_ascii_alphanumeric() || c == '_' => name.push(c),
            _ if name.ends_with('_') => {}
            _ => name.push('_'),
        }
    }
    let mut name = name.to_ascii_lowercase();
    if name.is_empty() || name == "_" || name.starts_with(|c: char| c.is_ascii_digit()) {
        name = format!("f_{name}");
    }
    if syn::parse_str::<syn::Ident>(&name).is_err() {
        // A keyword; four of them cannot be names at all.
        let raw = format!("r#{name}");
        if syn::parse_str::<syn::Ident>(&raw).is_ok() && name == column {
            return (raw, None);
        }
        name.push('_');
    }
    let rename = Some(column).filter(|column| *column != name);
    (name, rename)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_for_rust() {
        for (table, expected) in [
            ("shop_order", "shop.order"),
            ("log lines", "log.lines"),
            ("2024_hits", "hits"),
            ("hits_v1_2024", "hits.v1_2024"),
            ("OtelLogs", "otellogs"),
            ("__", "imported"),
        ] {
            assert_eq!(event(table), expected);
        }
        assert_eq!(camel("shop.order_2"), "ShopOrder2");
        for (column, name, rename) in [
            ("a", "a", None),
            ("type", "r#type", None),
            ("self", "self_", Some("self")),
            ("ResourceURL", "resource_url", Some("ResourceURL")),
            ("items.unit price", "items_unit_price", Some("items.unit price")),
            ("1", "f_1", Some("1")),
        ] {
            assert_eq!(field_name(column), (name.to_string(), rename));
        }
    }
}
