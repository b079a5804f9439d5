//! Values that are long or short, and what they are made of.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::text::shown;
use crate::value::column::{Array, Map, Nested};
use crate::value::{ColumnType, column};

/// Values whose length `length` looks at: characters (Unicode scalar values) of a text, bytes of a binary value, elements of a
/// list, pairs of a map.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no length that a rule could look at",
    label = "no length",
    note = "`length` takes strings, bytes, lists and maps; look at other values with `validate(custom = …)`, or implement `streamhouse::validate::Measured` for your type"
)]
pub trait Measured<C: ColumnType> {
    /// How long it is; `None` where there is no value, which breaks no rule.
    fn measure(&self) -> Option<usize>;
    /// The value, for a message.
    fn shown(&self) -> String;
}

/// Values that hold others, which `each` looks at: the elements of a list, the values of a map.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no elements that a rule could look at",
    label = "no elements",
    note = "`each` takes lists and maps"
)]
pub trait Elements<C: ColumnType> {
    /// What it holds.
    type Element;

    /// What it holds, in its own order.
    fn elements<'a>(&'a self) -> impl Iterator<Item = &'a Self::Element>
    where
        Self::Element: 'a;
}

macro_rules! text {
    ($($rust:ty),* $(,)?) => {$(
        impl Measured<column::String> for $rust {
            #[inline]
            fn measure(&self) -> Option<usize> {
                Some(self.chars().count())
            }

            fn shown(&self) -> String {
                shown(self)
            }
        }
    )*};
}

text! { String, &'static str, Box<str>, Arc<str>, Cow<'static, str> }

macro_rules! bytes {
    ($($rust:ty),* $(,)?) => {$(
        impl Measured<column::String> for $rust {
            #[inline]
            fn measure(&self) -> Option<usize> {
                Some(self.len())
            }

            fn shown(&self) -> String {
                format!("a value of {} bytes", self.len())
            }
        }
    )*};
}

bytes! { Vec<u8>, &'static [u8], Box<[u8]>, Arc<[u8]>, bytes::Bytes }

macro_rules! list {
    ($([$($parameters:tt)*] $list:ty;)*) => {$(
        impl<C: ColumnType, T, $($parameters)*> Measured<Array<C>> for $list {
            #[inline]
            fn measure(&self) -> Option<usize> {
                Some(self.len())
            }

            fn shown(&self) -> String {
                format!("a list of {}", self.len())
            }
        }

        impl<E: column::Elements, T, $($parameters)*> Measured<Nested<E>> for $list {
            #[inline]
            fn measure(&self) -> Option<usize> {
                Some(self.len())
            }

            fn shown(&self) -> String {
                format!("a list of {}", self.len())
            }
        }

        impl<C: ColumnType, T, $($parameters)*> Elements<Array<C>> for $list {
            type Element = T;

            #[inline]
            fn elements<'a>(&'a self) -> impl Iterator<Item = &'a T>
            where
                T: 'a,
            {
                self.iter()
            }
        }
    )*};
}

list! {
    [] Vec<T>;
    [] VecDeque<T>;
    [] BTreeSet<T>;
    [S] HashSet<T, S>;
    [const N: usize] [T; N];
    [] Box<[T]>;
    [] Arc<[T]>;
    [] &'static [T];
}

macro_rules! map {
    ($([$($parameters:tt)*] $map:ty;)*) => {$(
        impl<KC: ColumnType, VC: ColumnType, K, V, $($parameters)*> Measured<Map<KC, VC>> for $map {
            #[inline]
            fn measure(&self) -> Option<usize> {
                Some(self.len())
            }

            fn shown(&self) -> String {
                format!("a map of {}", self.len())
            }
        }

        impl<KC: ColumnType, VC: ColumnType, K, V, $($parameters)*> Elements<Map<KC, VC>> for $map {
            type Element = V;

            #[inline]
            fn elements<'a>(&'a self) -> impl Iterator<Item = &'a V>
            where
                V: 'a,
            {
                self.values()
            }
        }
    )*};
}

map! {
    [S] HashMap<K, V, S>;
    [] BTreeMap<K, V>;
}

impl<C: ColumnType, T: Measured<C>> Measured<C> for Option<T> {
    #[inline]
    fn measure(&self) -> Option<usize> {
        self.as_ref()?.measure()
    }

    fn shown(&self) -> String {
        self.as_ref().map_or_else(|| "nothing".into(), T::shown)
    }
}

macro_rules! wrapper {
    ($($wrapper:ident),*) => {$(
        impl<C: ColumnType, T: Measured<C>> Measured<C> for $wrapper<T> {
            #[inline]
            fn measure(&self) -> Option<usize> {
                (**self).measure()
            }

            fn shown(&self) -> String {
                (**self).shown()
            }
        }

        impl<C: ColumnType, T: Elements<C>> Elements<C> for $wrapper<T> {
            type Element = T::Element;

            #[inline]
            fn elements<'a>(&'a self) -> impl Iterator<Item = &'a T::Element>
            where
                T::Element: 'a,
            {
                (**self).elements()
            }
        }
    )*};
}

wrapper! { Box, Arc }
