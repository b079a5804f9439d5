//! Networks of the crate `ipnet`, as their text: ClickHouse has no type for them, and functions that read it.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{Encode, SegmentBuffer, ValueError, column};

macro_rules! network {
    ($($rust:ty),* $(,)?) => {$(
        impl Encode<column::String> for $rust {
            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                segments[0].push_string(self.to_string().as_bytes());
                Ok(())
            }
        }
    )*};
}

network! { IpNet, Ipv4Net, Ipv6Net }
