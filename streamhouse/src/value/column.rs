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
