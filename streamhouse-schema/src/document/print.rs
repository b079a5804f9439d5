//! A value as text, as serde_json writes it for people. A build script that nobody optimises writes a thousand of them, and
//! most texts have nothing in them that would have to be written otherwise: looking once is most of the work.

use serde_json::Value;

/// The value over several lines, two spaces for each level.
pub fn pretty(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, &mut text);
    text
}

fn write(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::String(string) => quote(string, text),
        Value::Array(items) if !items.is_empty() => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                next(at, depth + 1, text);
                write(item, depth + 1, text);
            }
            line(depth, text);
            text.push(']');
        }
        Value::Object(entries) if !entries.is_empty() => {
            text.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                next(at, depth + 1, text);
                quote(key, text);
                text.push_str(": ");
                write(value, depth + 1, text);
            }
            line(depth, text);
            text.push('}');
        }
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Array(_) => text.push_str("[]"),
        Value::Object(_) => text.push_str("{}"),
        Value::Number(number) => text.push_str(&number.to_string()),
    }
}

fn next(at: usize, depth: usize, text: &mut String) {
    if at > 0 {
        text.push(',');
    }
    line(depth, text);
}

fn line(depth: usize, text: &mut String) {
    const SPACES: &str = "                                                                ";
    text.push('\n');
    let mut width = 2 * depth;
    while width > 0 {
        let some = width.min(SPACES.len());
        text.push_str(&SPACES[..some]);
        width -= some;
    }
}

fn quote(string: &str, text: &mut String) {
    if !is_plain(string.as_bytes()) {
        // A text always has a JSON form.
        text.push_str(&serde_json::to_string(string).unwrap_or_default());
        return;
    }
    text.push('"');
    text.push_str(string);
    text.push('"');
}

/// Whether nothing is written otherwise: no quote, no backslash and nothing below a space. Eight bytes at a time.
fn is_plain(bytes: &[u8]) -> bool {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES * 128;
    let mut rest = bytes;
    while let Some((chunk, behind)) = rest.split_first_chunk::<8>() {
        let word = u64::from_le_bytes(*chunk);
        // The highest bit of a byte is set where the byte was less than what is taken away, or large itself.
        let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGH;
        let small = below(word, 0x20);
        let quotes = below(word ^ (ONES * b'"' as u64), 1);
        let slashes = below(word ^ (ONES * b'\\' as u64), 1);
        if (small | quotes | slashes) != 0 {
            return false;
        }
        rest = behind;
    }
    !rest.iter().any(|byte| *byte < b' ' || *byte == b'"' || *byte == b'\\')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_plain_is_found_wherever_it_stands() {
        for byte in 0..=255 {
            let is_special = byte < b' ' || byte == b'"' || byte == b'\\';
            for (length, at) in [(1, 0), (8, 0), (8, 7), (9, 8), (20, 3), (20, 15)] {
                let mut bytes = vec![b'a'; length];
                bytes[at] = byte;
                assert_eq!(is_plain(&bytes), !is_special, "{byte} at {at} of {length}");
            }
        }
    }

    #[test]
    fn it_is_written_as_serde_json_writes_it() {
        let mut deep = json!([]);
        for _ in 0..40 {
            deep = json!([deep, {}]);
        }
        for value in [
            json!(null),
            json!({"a": [1, -2, 0.5, 1e300, u64::MAX, true, false, null], "b": {}, "c": [], "d": {"e": [[1], [{}]]}}),
            json!("\" \\ \n \u{7f} \u{1} ä 😀 /"),
            json!({"\"": "'", "": ""}),
            deep,
        ] {
            let expected = serde_json::to_string_pretty(&value).expect("text");
            assert_eq!(pretty(&value), expected);
        }
    }
}
