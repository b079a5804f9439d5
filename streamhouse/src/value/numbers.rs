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
