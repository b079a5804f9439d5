//! Values that hold other values.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::BuildHasher;
use std::sync::Arc;

use super::column::Elements;
use super::{ColumnType, Detail, Encode, EncodeRow, SegmentBuffer, ValueError, column};
use crate::validate::ValidationError;

impl<C: ColumnType, T: Encode<C>> Encode<column::Nullable<C>> for Option<T> {
    const DETAIL: Detail = Detail::Parts(&[T::DETAIL]);

    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        match self {
            Some(value) => {
                segments[0].push_fixed([0]);
                value.encode(&mut segments[1..])
            }
            None => {
                <column::Nullable<C>>::push_default(segments);
                Ok(())
            }
        }
    }

    #[inline]
    fn check_rules(&self) -> Result<(), ValidationError> {
        self.as_ref().map_or(Ok(()), T::check_rules)
    }
}

macro_rules! list {
    ($([$($parameters:tt)*] $list:ty;)*) => {$(
        impl<C: ColumnType, T: Encode<C>, $($parameters)*> Encode<column::Array<C>> for $list {
            const DETAIL: Detail = Detail::Parts(&[T::DETAIL]);

            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                self.iter().try_for_each(|value| value.encode(&mut segments[1..]))?;
                segments[0].push_array(self.len());
                Ok(())
            }

            #[inline]
            fn check_rules(&self) -> Result<(), ValidationError> {
                self.iter().enumerate().try_for_each(|(at, value)| {
                    value.check_rules().map_err(|error| error.within_element(at))
                })
            }
        }

        impl<E: Elements, T: EncodeRow<E>, $($parameters)*> Encode<column::Nested<E>> for $list {
            const DETAIL: Detail = Detail::Parts(&[T::DETAIL]);

            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                self.iter().try_for_each(|row| row.encode_row(segments))?;
                E::push_rows(self.len(), segments);
                Ok(())
            }

            #[inline]
            fn check_rules(&self) -> Result<(), ValidationError> {
                self.iter().enumerate().try_for_each(|(at, row)| {
                    row.check_row_rules().map_err(|error| error.within_element(at))
                })
            }
        }
    )*};
}

// The items of a set lie in the set's own order, which for a `HashSet` differs from run to run.
list! {
    [] Vec<T>;
    [] VecDeque<T>;
    [] BTreeSet<T>;
    [S: BuildHasher] HashSet<T, S>;
    [const N: usize] [T; N];
    [] Box<[T]>;
    [] Arc<[T]>;
    [] &'static [T];
}

/// As many numbers as the column's vectors have, which the type says.
impl<C: ColumnType, T: Encode<C>, const N: usize> Encode<column::QBit<C, N>> for [T; N] {
    const DETAIL: Detail = Detail::Parts(&[T::DETAIL]);

    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        <[T; N] as Encode<column::Array<C>>>::encode(self, segments)
    }

    #[inline]
    fn check_rules(&self) -> Result<(), ValidationError> {
        <[T; N] as Encode<column::Array<C>>>::check_rules(self)
    }
}

/// The pairs lie in the map's own order, which for a `HashMap` differs from run to run.
impl<K, V, KC, VC, S> Encode<column::Map<KC, VC>> for HashMap<K, V, S>
where
    KC: ColumnType,
    VC: ColumnType,
    K: Encode<KC>,
    V: Encode<VC>,
    S: BuildHasher,
{
    const DETAIL: Detail = Detail::Parts(&[K::DETAIL, V::DETAIL]);

    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        encode_pairs(self.iter(), self.len(), segments)
    }

    #[inline]
    fn check_rules(&self) -> Result<(), ValidationError> {
        check_pairs(self.iter())
    }
}

impl<K, V, KC, VC> Encode<column::Map<KC, VC>> for BTreeMap<K, V>
where
    KC: ColumnType,
    VC: ColumnType,
    K: Encode<KC>,
    V: Encode<VC>,
{
    const DETAIL: Detail = Detail::Parts(&[K::DETAIL, V::DETAIL]);

    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        encode_pairs(self.iter(), self.len(), segments)
    }

    #[inline]
    fn check_rules(&self) -> Result<(), ValidationError> {
        check_pairs(self.iter())
    }
}

/// A pair is named by its place, as `each` names it.
fn check_pairs<'a, K, V, KC, VC>(pairs: impl Iterator<Item = (&'a K, &'a V)>) -> Result<(), ValidationError>
where
    KC: ColumnType,
    VC: ColumnType,
    K: Encode<KC> + 'a,
    V: Encode<VC> + 'a,
{
    pairs.enumerate().try_for_each(|(at, (key, value))| {
        key.check_rules().and_then(|()| value.check_rules()).map_err(|error| error.within_element(at))
    })
}

fn encode_pairs<'a, K, V, KC, VC>(
    mut pairs: impl Iterator<Item = (&'a K, &'a V)>,
    count: usize,
    segments: &mut [SegmentBuffer],
) -> Result<(), ValueError>
where
    KC: ColumnType,
    VC: ColumnType,
    K: Encode<KC> + 'a,
    V: Encode<VC> + 'a,
{
    let (offsets, elements) = segments.split_at_mut(1);
    let (keys, values) = elements.split_at_mut(KC::SEGMENTS);
    pairs.try_for_each(|(key, value)| {
        key.encode(keys)?;
        value.encode(values)
    })?;
    offsets[0].push_array(count);
    Ok(())
}
