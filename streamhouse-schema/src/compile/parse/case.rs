//! `rename_all = "…"`: how the names of fields and variants are written in the table. The words are those of serde.

use super::super::attr::{Item, Value};
use super::super::declaration::At;
use super::container::string;
use crate::diagnostic::Diagnostics;
use crate::near::nearest;

/// A way to write a name of several words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const CASES: &[(&str, Case)] = &[
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
    ("PascalCase", Case::Pascal),
    ("camelCase", Case::Camel),
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
];

/// Reads it among the attributes of an item; what is wrong with it is reported.
pub(super) fn rename_all(items: &[Item], diagnostics: &mut Diagnostics) -> Option<Case> {
    let item = items.iter().find(|item| item.key == "rename_all")?;
    let Value::Assigned(tokens) = &item.value else {
        if !matches!(item.value, Value::Broken) {
            let help = "write `rename_all = \"camelCase\"`";
            diagnostics.error("SH0001", item.span, "`rename_all` takes a value", help);
        }
        return None;
    };
    let At { value, span } = string(tokens.clone(), "rename_all", item.span, diagnostics)?;
    let case = CASES.iter().find(|(name, _)| *name == value).map(|(_, case)| *case);
    if case.is_none() {
        let names: Vec<&str> = CASES.iter().map(|(name, _)| *name).collect();
        let help = match nearest(&value, &names) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("write one of {}", names.join(", ")),
        };
        diagnostics.error("SH0570", span, format!("{value:?} is no way to write names"), help);
    }
    case
}

impl Case {
    /// The name of a field, which is in `snake_case`.
    pub(super) fn field(self, name: &str) -> String {
        match self {
            Case::Lower | Case::Snake => name.to_string(),
            Case::Upper | Case::ScreamingSnake => name.to_uppercase(),
            Case::Pascal => name.split('_').map(|word| with_first(word, char::to_uppercase)).collect(),
            Case::Camel => with_first(&Case::Pascal.field(name), char::to_lowercase),
            Case::Kebab => name.replace('_', "-"),
            Case::ScreamingKebab => name.to_uppercase().replace('_', "-"),
        }
    }

    /// The name of a variant, which is in `PascalCase`.
    pub(super) fn variant(self, name: &str) -> String {
        match self {
            Case::Pascal => name.to_string(),
            Case::Lower => name.to_lowercase(),
            Case::Upper => name.to_uppercase(),
            Case::Camel => with_first(name, char::to_lowercase),
            Case::Snake => {
                let mut snake = String::new();
                for c in name.chars() {
                    if c.is_uppercase() && !snake.is_empty() {
                        snake.push('_');
                    }
                    snake.extend(c.to_lowercase());
                }
                snake
            }
            other => other.field(&Case::Snake.variant(name)),
        }
    }
}

fn with_first<I: Iterator<Item = char>>(word: &str, change: fn(char) -> I) -> String {
    let mut chars = word.chars();
    chars.next().into_iter().flat_map(change).chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `serde` makes of the same two names, so that a struct that derives both has one set of names.
    #[test]
    fn names_are_those_of_serde() {
        for (case, field, variant) in [
            ("lowercase", "user_id2", "userid"),
            ("UPPERCASE", "USER_ID2", "USERID"),
            ("PascalCase", "UserId2", "UserID"),
            ("camelCase", "userId2", "userID"),
            ("snake_case", "user_id2", "user_i_d"),
            ("SCREAMING_SNAKE_CASE", "USER_ID2", "USER_I_D"),
            ("kebab-case", "user-id2", "user-i-d"),
            ("SCREAMING-KEBAB-CASE", "USER-ID2", "USER-I-D"),
        ] {
            let (_, case) = CASES.iter().find(|(name, _)| *name == case).expect(case);
            assert_eq!((case.field("user_id2"), case.variant("UserID")), (field.into(), variant.into()));
        }
        assert_eq!(Case::Pascal.field("_private__name"), "PrivateName");
    }
}
