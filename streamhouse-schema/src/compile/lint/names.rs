//! What the name of a column says about its values.

/// The words of a name, in small letters: `created_at`, `createdAt` and `Created.At` have the same.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut small_before = false;
    for c in name.chars() {
        // Nearly all names are this simple, and each is looked at by several lints.
        if c.is_ascii_lowercase() {
            if let Some(word) = words.last_mut() {
                word.push(c);
            }
        } else if !c.is_alphanumeric() {
            words.push(String::new());
        } else {
            if c.is_uppercase() && small_before {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        small_before = c.is_lowercase() || c.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether the last word of a name is one of these.
pub(super) fn ends_with(name: &str, known: &[&str]) -> bool {
    words(name).last().is_some_and(|last| known.contains(&last.as_str()))
}

/// Whether the name is that of something of which each has its own.
pub(super) fn is_unique(name: &str) -> bool {
    const OWN: &[&str] =
        &["trace", "span", "request", "session", "message", "event", "transaction", "correlation"];
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match &words[..] {
        [.., "uuid" | "guid"] => true,
        [.., what, "id"] => OWN.contains(what),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_every_way_of_writing() {
        for name in ["created_at", "createdAt", "CreatedAt", "created.at", "CREATED_AT"] {
            assert_eq!(words(name), ["created", "at"], "{name}");
        }
        assert_eq!(words("ClientIP"), ["client", "ip"]);
        assert_eq!(words("x"), ["x"]);
        assert!(
            is_unique("TraceId") && is_unique("order_uuid") && !is_unique("customer_id") && !is_unique("id")
        );
    }
}
