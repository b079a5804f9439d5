//! Regular expressions in rules for values.

use super::super::declaration::Field;
use super::values::each_rules;
use crate::diagnostic::Diagnostics;

/// A regular expression can be read, by what applies it and by whoever reads the JSON Schema.
pub(super) fn can_be_read(fields: &[Field], diagnostics: &mut Diagnostics) {
    for (rules, _) in each_rules(fields) {
        let Some(regex) = &rules.regex else { continue };
        if let Err(error) = regex_lite::Regex::new(&regex.value) {
            diagnostics.error(
                "SH0423",
                regex.span,
                format!("the regular expression cannot be read: {error}"),
                "the syntax is that of the crate `regex-lite`; in a raw string, r\"\\d\", a backslash stands for itself",
            );
        } else if let Some((found, instead)) = foreign(&regex.value) {
            diagnostics.error(
                "SH0423",
                regex.span,
                format!("`{found}` means something else, or nothing, in the patterns of JSON Schema"),
                instead,
            );
        }
    }
}

/// What Rust's regular expressions have and those of ECMA-262, which JSON Schema uses, have not.
fn foreign(pattern: &str) -> Option<(&'static str, &'static str)> {
    const FLAGS: &str = "write both cases, `[a-zA-Z]`, or look at the value with `custom = …`";
    const CLASS: &str = "write the characters of the class: `[a-z]`";
    const ESCAPE: &str = "write the character itself";
    let mut chars = pattern.char_indices();
    let mut in_class = false;
    while let Some((at, c)) = chars.next() {
        let rest = &pattern[at..];
        match c {
            '\\' => match chars.next().map(|(_, escaped)| escaped) {
                Some('A') => return Some(("\\A", "write `^`")),
                Some('z') => return Some(("\\z", "write `$`")),
                Some('a') => return Some(("\\a", ESCAPE)),
                Some('x') if rest.starts_with("\\x{") => return Some(("\\x{", ESCAPE)),
                Some('u' | 'U') if rest[2..].starts_with('{') => return Some(("\\u{", ESCAPE)),
                Some('U') => return Some(("\\U", ESCAPE)),
                Some(escaped)
                    if escaped.is_ascii_punctuation()
                        && !r"^$\.*+?()[]{}|/".contains(escaped)
                        && !(in_class && escaped == '-') =>
                {
                    return Some(("\\", "write the character without a backslash"));
                }
                Some('<' | '>') => return Some(("\\<", "write `\\b`")),
                Some('b') if rest.starts_with("\\b{") => return Some(("\\b{", "write `\\b`")),
                _ => {}
            },
            '[' if in_class => return Some(("[[", CLASS)),
            '[' => {
                in_class = true;
                // The bracket that closes at once stands for itself in Rust, and not in ECMA-262.
                if rest.starts_with("[]") || rest.starts_with("[^]") {
                    return Some(("[]", "write `\\]`"));
                }
            }
            ']' => in_class = false,
            '*' | '+' | '?' | '}' if !in_class && rest[1..].starts_with(['*', '+', '{']) => {
                return Some(("**", "put a group around what is repeated: `(?:a*)*`"));
            }
            '&' if in_class && rest.starts_with("&&") => return Some(("&&", CLASS)),
            '(' if !in_class && rest.starts_with("(?P<") => return Some(("(?P<", "write `(?<name>…)`")),
            '(' if !in_class
                && rest.starts_with("(?")
                && !rest.starts_with("(?:")
                && !rest.starts_with("(?<") =>
            {
                return Some(("(?", FLAGS));
            }
            _ => {}
        }
    }
    None
}
