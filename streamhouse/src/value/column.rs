//! ClickHouse's types as Rust types without values, in the form in which they travel: a `LowCardinality(String)`
//! column is a [`String`](enum@String) here, and time zones do not show.

use super::{ColumnType, SegmentBuffer};

macro_rules! fixed {
    ($($(#[$doc:meta])* $name:ident: $bytes:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl ColumnType for $name {
            const SEGMENTS: usize = 1;

            #[inline]
            fn push_default(segments: &mut [SegmentBuffer]) {
                segments[0].push_zeroes($bytes);
            }
        }
    )*};
}

fixed! {
    /// `UInt8`.
    UInt8: 1;
    /// `UInt16`.
    UInt16: 2;
    /// `UInt32`.
    UInt32: 4;
    /// `UInt64`.
    UInt64: 8;
    /// `UInt128`.
    UInt128: 16;
    /// `UInt256`.
    UInt256: 32;
    /// `Int8`.
    Int8: 1;
    /// `Int16`.
    Int16: 2;
    /// `Int32`.
    Int32: 4;
    /// `Int64`.
    Int64: 8;
    /// `Int128`.
    Int128: 16;
    /// `Int256`.
    Int256: 32;
    /// `Float32`.
    Float32: 4;
    /// `Float64`.
    Float64: 8;
    /// `BFloat16`.
    BFloat16: 2;
    /// `Enum8`: the number of a name in one byte.
    Enum8: 1;
    /// `Enum16`: the number of a name in two bytes.
    Enum16: 2;
    /// `Time`: seconds in four bytes.
    Time: 4;
    /// `IntervalDay` and its kin: how many, in eight bytes.
    Interval: 8;
    /// `Bool`.
    Bool: 1;
    /// `UUID`.
    Uuid: 16;
    /// `Date`: days since 1970-01-01 in two bytes.
    Date: 2;
    /// `Date32`: days since 1970-01-01 in four bytes.
    Date32: 4;
    /// `DateTime`: seconds since 1970 in four bytes.
    DateTime: 4;
    /// `IPv4`.
    Ipv4: 4;
    /// `IPv6`.
    Ipv6: 16;
    /// `String`, which need not be UTF-8; an empty one is one zero byte.
    String: 1;
}

/// `FixedString(N)`.
#[derive(Debug)]
pub enum FixedString<const N: usize> {}

impl<const N: usize> ColumnType for FixedString<N> {
    const SEGMENTS: usize = 1;

    #[inline]
    fn push_default(segments: &mut [SegmentBuffer]) {
        segments[0].push_zeroes(N);
    }
}

/// `DateTime64(P)`: 10^-P seconds since 1970 in eight bytes.
#[derive(Debug)]
pub enum DateTime64<const P: u8> {}

impl<const P: u8> ColumnType for DateTime64<P> {
    const SEGMENTS: usize = 1;

    #[inline]
    fn push_default(segments: &mut [SegmentBuffer]) {
        segments[0].push_zeroes(8);
    }
}

/// `Time64(P)`: 10^-P seconds in eight bytes.
#[derive(Debug)]
pub enum Time64<const P: u8> {}

impl<const P: u8> ColumnType for Time64<P> {
    const SEGMENTS: usize = 1;

    #[inline]
    fn push_default(segments: &mut [SegmentBuffer]) {
        segments[0].push_zeroes(8);
    }
}

/// `JSON`, whose values travel as their text.
#[derive(Debug)]
pub enum Json {}

impl ColumnType for Json {
    const SEGMENTS: usize = 1;

    #[inline]
    fn push_default(segments: &mut [SegmentBuffer]) {
        segments[0].push_string(b"{}");
    }
}

/// `Decimal(P, S)`.
#[derive(Debug)]
pub enum Decimal<const P: u8, const S: u8> {}

impl<const P: u8, const S: u8> Decimal<P, S> {
    /// Bytes of a value.
    pub(crate) const WIDTH: usize = match P {
        0..=9 => 4,
        10..=18 => 8,
        19..=38 => 16,
        _ => 32,
    };
}

impl<const P: u8, const S: u8> ColumnType for Decimal<P, S> {
    const SEGMENTS: usize = 1;

    #[inline]
    fn push_default(segments: &mut [SegmentBuffer]) {
        segments[0].push_zeroes(Self::WIDTH);
    }
}

/// `Array(T)`.
#[derive(Debug)]
pub struct Array<T>(std::marker::PhantomData<T>);

impl<T: ColumnType> ColumnType for Array<T> {
    const SEGMENTS: usize = 1 + T::SEGMENTS;

    #[inline]
    fn push_default(segments: &mut [SegmentBuffer]) {
        segments[0].push_array(0);
    }
}

/// `QBit(T, N)`, whose values travel as lists of `N` numbers.
#[derive(Debug)]
pub struct QBit<T, const N: usize>(std::marker::PhantomData<T>);

impl<T: ColumnType, const N: usize> ColumnType for QBit<T, N> {
    const SEGMENTS: usize = 1 + T::SEGMENTS;

    #[inline]
    fn push_default(segments: &mut [SegmentBuffer]) {
        (0..N).for_each(|_| T::push_default(&mut segments[1..]));
        segments[0].push_array(N);
    }
}

/// `Map(K, V)`.
#[derive(Debug)]
pub struct Map<K, V>(std::marker::PhantomData<(K, V)>);

impl<K: ColumnType, V: ColumnType> ColumnType for Map<K, V> {
    const SEGMENTS: usize = 1 + K::SEGMENTS + V::SEGMENTS;

    #[inline]
    fn push_default(segments: &mut [SegmentBuffer]) {
        segments[0].push_array(0);
    }
}

/// `Nullable(T)`.
#[derive(Debug)]
pub struct Nullable<T>(std::marker::PhantomData<T>);

impl<T: ColumnType> ColumnType for Nullable<T> {
    const SEGMENTS: usize = 1 + T::SEGMENTS;

    #[inline]
    fn push_default(segments: &mut [SegmentBuffer]) {
        segments[0].push_fixed([1]);
        T::push_default(&mut segments[1..]);
    }
}

/// `Tuple(A, B, …)`, where `T` is `(A, B, …)` of this module.
#[derive(Debug)]
pub struct Tuple<T>(std::marker::PhantomData<T>);

impl<T: Elements> ColumnType for Tuple<T> {
    const SEGMENTS: usize = T::SEGMENTS;

    #[inline]
    fn push_default(segments: &mut [SegmentBuffer]) {
        T::push_default(segments);
    }
}

/// A `Nested(a A, b B, …)` that is stored as a list for each element, where `T` is `(A, B, …)` of this module.
#[derive(Debug)]
pub struct Nested<T>(std::marker::PhantomData<T>);

impl<T: Elements> ColumnType for Nested<T> {
    const SEGMENTS: usize = T::SEGMENTS + T::COUNT;

    #[inline]
    fn push_default(segments: &mut [SegmentBuffer]) {
        T::push_rows(0, segments);
    }
}

/// A column that takes no values from outside.
#[derive(Debug)]
pub enum Unsendable {}

impl ColumnType for Unsendable {
    const SEGMENTS: usize = 0;

    fn push_default(_: &mut [SegmentBuffer]) {}
}

/// The elements of a [`Tuple`] or a [`Nested`], at most 32.
pub trait Elements {
    /// How many there are.
    const COUNT: usize;
    /// How many segments they have together.
    const SEGMENTS: usize;

    /// Appends the default value of each.
    fn push_default(segments: &mut [SegmentBuffer]);

    /// Ends a list of this many rows in each, where the lists of a Nested lie.
    fn push_rows(rows: usize, segments: &mut [SegmentBuffer]);
}

macro_rules! elements {
    ($($element:ident)+) => {
        impl<$($element: ColumnType),+> Elements for ($($element,)+) {
            const COUNT: usize = [$($element::SEGMENTS),+].len();
            const SEGMENTS: usize = 0 $(+ $element::SEGMENTS)+;

            #[inline]
            fn push_default(segments: &mut [SegmentBuffer]) {
                let mut _at = 0;
                $(
                    $element::push_default(&mut segments[_at..]);
                    _at += $element::SEGMENTS;
                )+
            }

            #[inline]
            fn push_rows(rows: usize, segments: &mut [SegmentBuffer]) {
                let mut _at = 0;
                $(
                    segments[_at].push_array(rows);
                    _at += 1 + $element::SEGMENTS;
                )+
            }
        }
    };
}

/// Implements it for all beginnings of the list.
macro_rules! all_elements {
    ($($done:ident)*;) => {};
    ($($done:ident)*; $next:ident $($rest:ident)*) => {
        elements! { $($done)* $next }
        all_elements! { $($done)* $next; $($rest)* }
    };
}

all_elements! {
    ; A B C D E F G H I J K L M N O P Q R S T U V W X Y Z A1 B1 C1 D1 E1 F1
}
