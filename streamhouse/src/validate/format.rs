//! Addresses of electronic mail, and URLs.

/// Whether it is an address of electronic mail that a browser would take in `<input type="email">`
/// (<https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address>), of at most 254 characters: a local part
/// without quotes and comments, and a domain of letters, digits and hyphens. Whether anybody reads it, nobody can say.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let in_local = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 254 && !local.is_empty() && local.bytes().all(in_local) && domain.split('.').all(label)
}

/// Whether it is an absolute URL with a host, `https://example.com/a`, as the URL Standard reads it
/// (<https://url.spec.whatwg.org>), and written in ASCII without spaces, as JSON Schema's `uri` asks.
pub fn is_url(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
        && text.contains("://")
        && url::Url::parse(text).is_ok_and(|url| url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_html() {
        for good in ["a@b", "first.last+tag@mail.example.com", "!#$%&'*+/=?^_`{|}~-@x-1.org"] {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@example.com", "a".repeat(250));
        for bad in
            ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@-b", "a@b-", "a@b..c", "a@b.", "ä@b", "\"a\"@b", &long]
        {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn urls_are_absolute_and_have_a_host() {
        for good in ["https://example.com", "http://user@[::1]:8080/a?b#c", "ftp://10.0.0.1/x", "redis://h/0"]
        {
            assert!(is_url(good), "{good}");
        }
        for bad in [
            "",
            "example.com",
            "/a",
            "https://",
            "mailto:a@b",
            "https:example.com",
            "https://ex ample.com",
            "https://exämple.com",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://h:99999/",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
    }
}
