//! Text and bytes. A `String` of ClickHouse holds any bytes, NUL included; what Rust calls a string arrives as UTF-8.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Encode, SegmentBuffer, ValueError, column};

macro_rules! string {
    ($($rust:ty, |$value:ident| $bytes:expr;)*) => {$(
        impl Encode<column::String> for $rust {
            #[inline]
            fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
                let $value = self;
                segments[0].push_string($bytes);
                Ok(())
            }
        }
    )*};
}

string! {
    String, |text| text.as_bytes();
    &'static str, |text| text.as_bytes();
    Box<str>, |text| text.as_bytes();
    Arc<str>, |text| text.as_bytes();
    Cow<'static, str>, |text| text.as_bytes();
    Vec<u8>, |bytes| bytes;
    &'static [u8], |bytes| bytes;
    Box<[u8]>, |bytes| bytes;
    Arc<[u8]>, |bytes| bytes;
    bytes::Bytes, |bytes| bytes;
}

impl<const N: usize> Encode<column::FixedString<N>> for [u8; N] {
    #[inline]
    fn encode(&self, segments: &mut [SegmentBuffer]) -> Result<(), ValueError> {
        segments[0].push_fixed(*self);
        Ok(())
    }
}
