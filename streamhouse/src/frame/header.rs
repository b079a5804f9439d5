//! The fixed part of a frame. All integers are little-endian.

/// The first four bytes.
pub(super) const MAGIC: [u8; 4] = *b"SHFR";
/// The version of the format.
pub const FORMAT: u8 = 1;
/// The most rows in a frame.
pub const MAX_FRAME_ROWS: u32 = 65_536;
/// The largest frame in bytes, also of its segments once decompressed.
pub const MAX_FRAME_BYTES: usize = 16 << 20;
/// What stands in the place of an event time where there is none.
pub(super) const NO_TIME: i64 = i64::MIN;
/// Bytes of the header that this version writes.
pub(super) const HEADER: usize = 80;
/// The flag of a body compressed with LZ4.
pub(super) const FLAG_LZ4: u8 = 1;
/// The flags that this version knows.
pub(super) const KNOWN_FLAGS: u8 = FLAG_LZ4;
/// Where the part begins that the checksum covers.
pub(super) const CHECKED_FROM: usize = 16;

/// Where each field begins.
pub(super) mod at {
    pub(crate) const FORMAT: usize = 4;
    pub(crate) const FLAGS: usize = 5;
    pub(crate) const HEADER: usize = 6;
    pub(crate) const CHECKSUM: usize = 8;
    pub(crate) const FINGERPRINT: usize = 16;
    pub(crate) const PRODUCER: usize = 32;
    pub(crate) const SEQUENCE: usize = 48;
    pub(crate) const ROWS: usize = 56;
    pub(crate) const SEGMENTS: usize = 60;
    pub(crate) const TIME_MIN: usize = 64;
    pub(crate) const TIME_MAX: usize = 72;
}

/// The checksum of a frame: XXH3 of 64 bits over what comes after it.
pub(super) fn checksum(frame: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(frame.get(CHECKED_FROM..).unwrap_or_default())
}
