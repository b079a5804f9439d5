//! Texts, and the lines between them.

/// Begins a line of a level.
pub(super) fn line(depth: usize, text: &mut String) {
    const SPACES: &str = "                                                                ";
    text.push('\n');
    let mut width = 2 * depth;
    while width > 0 {
        let some = width.min(SPACES.len());
        text.push_str(&SPACES[..some]);
        width -= some;
    }
}

/// A text in quotes.
pub(super) fn quote(string: &str, text: &mut String) {
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
}
