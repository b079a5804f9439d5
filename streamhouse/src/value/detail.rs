//! What a column's marker does not say: the names of an enumeration and of a struct's fields. The derive compares those of
//! the Rust type with those of the declaration, while the program is compiled.

/// Names that values stand for, along the structure of their column's type.
#[derive(Clone, Copy, Debug)]
pub enum Detail {
    /// The column's type says all, or the type's author vouches for it.
    Plain,
    /// One of the names of an enumeration, whose whole type this is.
    Enum(&'static str),
    /// A struct.
    Struct {
        /// Its whole type.
        text: &'static str,
        /// The names of its fields.
        names: &'static [&'static str],
        /// What stands in them.
        parts: &'static [Detail],
    },
    /// Something that holds others, without names of its own.
    Parts(&'static [Detail]),
}

/// The type that the Rust type has, where it is not the declared one: the innermost of them.
pub const fn misread(rust: &Detail, declared: &Detail) -> Option<&'static str> {
    match (rust, declared) {
        (Detail::Plain, _) => None,
        (Detail::Enum(own), Detail::Enum(declared)) if same(own, declared) => None,
        (Detail::Enum(own), _) => Some(own),
        (
            Detail::Struct { text, names, parts },
            Detail::Struct { names: declared_names, parts: declared_parts, .. },
        ) => {
            if all_same(names, declared_names) {
                misread_part(parts, declared_parts)
            } else {
                Some(text)
            }
        }
        (Detail::Struct { text, .. }, _) => Some(text),
        // A tuple has no names, so the declaration may give it some.
        (Detail::Parts(parts), Detail::Parts(declared) | Detail::Struct { parts: declared, .. }) => {
            misread_part(parts, declared)
        }
        (Detail::Parts(_), _) => None,
    }
}

const fn misread_part(rust: &[Detail], declared: &[Detail]) -> Option<&'static str> {
    let mut at = 0;
    while at < rust.len() && at < declared.len() {
        let found = misread(&rust[at], &declared[at]);
        if found.is_some() {
            return found;
        }
        at += 1;
    }
    None
}

const fn all_same(left: &[&str], right: &[&str]) -> bool {
    let mut at = 0;
    while at < left.len() && at < right.len() {
        if !same(left[at], right[at]) {
            return false;
        }
        at += 1;
    }
    left.len() == right.len()
}

const fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() {
        if left[at] != right[at] {
            return false;
        }
        at += 1;
    }
    left.len() == right.len()
}

/// How long texts are together.
pub const fn length(texts: &[&str]) -> usize {
    let (mut at, mut sum) = (0, 0);
    while at < texts.len() {
        sum += texts[at].len();
        at += 1;
    }
    sum
}

/// Texts one after the other; `N` is their [`length`].
pub const fn concat<const N: usize>(texts: &[&str]) -> [u8; N] {
    let mut out = [0; N];
    let (mut at, mut end) = (0, 0);
    while at < texts.len() {
        let text = texts[at].as_bytes();
        let mut byte = 0;
        while byte < text.len() {
            out[end] = text[byte];
            end += 1;
            byte += 1;
        }
        at += 1;
    }
    out
}

/// Bytes of [`concat()`] as text.
pub const fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}
