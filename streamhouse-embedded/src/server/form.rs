//! Parameters in a form (`multipart/form-data`): as clients send them that are too long for a URL.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::HeaderMap;
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;

use super::error::QueryError;

/// The largest form.
const MOST: usize = 64 << 20;

/// The form's boundary, where the body is a form.
pub(super) fn boundary(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let (kind, rest) = value.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = rest.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?;
    Some(boundary.trim_matches('"').to_string())
}

/// Reads a form to its end: names and values, in their order.
pub(super) async fn read(
    body: Incoming,
    boundary: &str,
    patience: Duration,
) -> Result<Vec<(String, String)>, QueryError> {
    let cut_off =
        |why: String| QueryError::new(210, "NETWORK_ERROR", format!("the request's form was cut off: {why}"));
    let mut body = Limited::new(body, MOST);
    let mut whole = Vec::new();
    loop {
        match tokio::time::timeout(patience, body.frame()).await {
            Ok(Some(Ok(frame))) => {
                whole.extend_from_slice(&frame.into_data().unwrap_or_else(|_| Bytes::new()))
            }
            Ok(Some(Err(error))) => return Err(cut_off(error.to_string())),
            Ok(None) => break,
            Err(_) => return Err(cut_off(format!("the client sent nothing for {patience:?}"))),
        }
    }
    parse(&whole, boundary)
}

fn parse(form: &[u8], boundary: &str) -> Result<Vec<(String, String)>, QueryError> {
    let damaged =
        |what: &str| QueryError::new(36, "BAD_ARGUMENTS", format!("the request's form is damaged: {what}"));
    let fence = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut rest = form;
    let start = find(rest, fence.as_bytes()).ok_or_else(|| damaged("its boundary is not in it"))?;
    rest = &rest[start + fence.len()..];
    while !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n").ok_or_else(|| damaged("a boundary has no line end"))?;
        let head = find(rest, b"\r\n\r\n").ok_or_else(|| damaged("a part has no head"))?;
        let (name, file) = names(&rest[..head]);
        let data = &rest[head + 4..];
        let end =
            find(data, format!("\r\n{fence}").as_bytes()).ok_or_else(|| damaged("a part has no end"))?;
        if file {
            return Err(QueryError::new(
                48,
                "NOT_IMPLEMENTED",
                "tables in a form are not taken by this server",
            ));
        }
        let name = name.ok_or_else(|| damaged("a part has no name"))?;
        let value = String::from_utf8(data[..end].to_vec()).map_err(|_| damaged("a value is not UTF-8"))?;
        parts.push((name, value));
        rest = &data[end + 2 + fence.len()..];
    }
    Ok(parts)
}

/// The part's name, and whether it is a file.
fn names(head: &[u8]) -> (Option<String>, bool) {
    let head = String::from_utf8_lossy(head);
    let disposition = head
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))
        .unwrap_or_default();
    let field = |key: &str| {
        let value = disposition.split(';').find_map(|field| field.trim().strip_prefix(key))?;
        Some(value.trim_matches('"').to_string())
    };
    (field("name="), field("filename=").is_some())
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn form(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut form = String::new();
        for (name, value) in parts {
            form += &format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        (form + "--XX--\r\n").into_bytes()
    }

    #[test]
    fn names_and_values_come_back() {
        let parts = [("query", "SELECT {a:String}\r\n-- more"), ("param_a", "")];
        let read = parse(&form(&parts), "XX").expect("a form");
        assert_eq!(read, parts.map(|(name, value)| (name.to_string(), value.to_string())));
        assert!(parse(b"", "XX").is_err());
        let whole = form(&parts);
        for end in 0..whole.len() - 4 {
            assert!(parse(&whole[..end], "XX").is_err(), "cut at {end}");
        }
    }

    #[test]
    fn a_form_says_so() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, "multipart/form-data; boundary=\"a b\"".parse().expect("a value"));
        assert_eq!(boundary(&headers).as_deref(), Some("a b"));
        headers.insert(CONTENT_TYPE, "text/plain; boundary=x".parse().expect("a value"));
        assert_eq!(boundary(&headers), None);
    }

    proptest! {
        #[test]
        fn nonsense_does_no_harm(pieces in proptest::collection::vec(
            prop_oneof![Just("--XX"), Just("\r\n"), Just("--"), Just("Content-Disposition: form-data; name="), Just("x"), Just("\"")],
            0..20,
        )) {
            let _ = parse(pieces.concat().as_bytes(), "XX");
        }
    }
}
