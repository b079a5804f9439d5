//! Integers, floats, truth values, UUIDs and addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use uuid::Uuid;

use super::{Encode, SegmentBuffer, ValueError, column};

macro_rules! little_endian {
    ($($rust:ty => $column:ident),* $(,)?) => {$(
        impl Encode<column::$column> for $rust {
            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                segments[0].push_fixed(self.to_le_bytes());
                Ok(())
            }
        }
    )*};
}

little_endian! {
    u8 => UInt8, u16 => UInt16, u32 => UInt32, u64 => UInt64, u128 => UInt128,
    i8 => Int8, i16 => Int16, i32 => Int32, i64 => Int64, i128 => Int128,
    f32 => Float32, f64 => Float64,
}

/// Half of the digits are rounded away, which is what the type is for.
impl Encode<column::BFloat16> for f32 {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        let bits = self.to_bits();
        // To the nearest, and to the even one of two; a NaN stays one.
        let rounded = if self.is_nan() { bits | 0x0040_0000 } else { bits + 0x7FFF + (bits >> 16 & 1) };
        segments[0].push_fixed(((rounded >> 16) as u16).to_le_bytes());
        Ok(())
    }
}

impl Encode<column::Interval> for i64 {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        segments[0].push_fixed(self.to_le_bytes());
        Ok(())
    }
}

macro_rules! widened {
    ($($rust:ty => $column:ident, |$value:ident| $sign:expr;)*) => {$(
        impl Encode<column::$column> for $rust {
            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                let $value = *self;
                segments[0].push_fixed(self.to_le_bytes());
                segments[0].push_fixed([$sign; 16]);
                Ok(())
            }
        }

        /// The number itself, its least byte first.
        impl Encode<column::$column> for [u8; 32] {
            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                segments[0].push_fixed(*self);
                Ok(())
            }
        }
    )*};
}

widened! {
    u128 => UInt256, |_value| 0;
    i128 => Int256, |value| if value < 0 { 0xFF } else { 0 };
}

impl Encode<column::Bool> for bool {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        segments[0].push_fixed([u8::from(*self)]);
        Ok(())
    }
}

/// ClickHouse keeps a UUID as its two halves, each little-endian.
impl Encode<column::Uuid> for Uuid {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        let (high, low) = self.as_u64_pair();
        segments[0].push_fixed(high.to_le_bytes());
        segments[0].push_fixed(low.to_le_bytes());
        Ok(())
    }
}

impl Encode<column::Ipv4> for Ipv4Addr {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        segments[0].push_fixed(self.to_bits().to_le_bytes());
        Ok(())
    }
}

/// An IPv6 address is kept in network order.
impl Encode<column::Ipv6> for Ipv6Addr {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        segments[0].push_fixed(self.octets());
        Ok(())
    }
}

/// An IPv4 address is kept as `::ffff:a.b.c.d`.
impl Encode<column::Ipv6> for IpAddr {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        match self {
            IpAddr::V4(address) => address.to_ipv6_mapped().encode(segments),
            IpAddr::V6(address) => address.encode(segments),
        }
    }
}
