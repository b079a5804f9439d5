//! Users and passwords in URLs.

use std::fmt::Write;

/// A user or a password as a URL may hold it.
pub(crate) fn encoded(part: &str) -> String {
    let mut encoded = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The same part as it was meant.
pub(crate) fn decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = || {
            let digits = after.get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
            u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
        };
        match (byte, code()) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_comes_back_as_it_was() {
        for (meant, written) in [("plain", "plain"), ("p@s:s/w%41", "p%40s%3As%2Fw%2541"), ("ü", "%C3%BC")] {
            assert_eq!(encoded(meant), written);
            assert_eq!(decoded(written), meant);
        }
        // What is no code stays.
        assert_eq!(decoded("100%, %+1, %4"), "100%, %+1, %4");
    }
}
