//! Values that are text.

use std::borrow::Cow;
use std::sync::Arc;

use crate::value::{ColumnType, column};

/// Values whose text `regex`, `email`, `url` and `one_of` look at.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text that a rule could look at",
    label = "not text",
    note = "rules for text take `String` and its like; look at other values with `validate(custom = …)`, or implement `streamhouse::validate::Textual` for your type"
)]
pub trait Textual<C: ColumnType> {
    /// The text; `None` where there is no value, which breaks no rule.
    fn text(&self) -> Option<&str>;
}

macro_rules! text {
    ($($rust:ty),* $(,)?) => {$(
        impl Textual<column::String> for $rust {
            #[inline]
            fn text(&self) -> Option<&str> {
                Some(self)
            }
        }
    )*};
}

text! { String, &'static str, Box<str>, Arc<str>, Cow<'static, str> }

impl<C: ColumnType, T: Textual<C>> Textual<C> for Option<T> {
    #[inline]
    fn text(&self) -> Option<&str> {
        self.as_ref()?.text()
    }
}

impl<C: ColumnType, T: Textual<C>> Textual<C> for Box<T> {
    #[inline]
    fn text(&self) -> Option<&str> {
        (**self).text()
    }
}

impl<C: ColumnType, T: Textual<C>> Textual<C> for Arc<T> {
    #[inline]
    fn text(&self) -> Option<&str> {
        (**self).text()
    }
}

/// A text in quotes, for a message; of a long one its beginning and how long it is.
#[cold]
pub fn shown(text: &str) -> String {
    const MOST: usize = 64;
    match text.char_indices().nth(MOST) {
        None => format!("{text:?}"),
        Some((end, _)) => format!("{:?}… ({} characters)", &text[..end], text.chars().count()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_at_a_character() {
        assert_eq!(shown("a\n"), r#""a\n""#);
        assert_eq!(shown(&"ä".repeat(64)), format!("{:?}", "ä".repeat(64)));
        assert_eq!(shown(&"ä".repeat(65)), format!("{:?}… (65 characters)", "ä".repeat(64)));
    }
}
