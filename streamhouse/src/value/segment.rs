//! The bytes of one segment while rows are added.

/// One segment of a column: plain values, or the offsets of arrays.
#[derive(Debug, Default, Clone)]
pub struct SegmentBuffer {
    pub(crate) bytes: Vec<u8>,
    /// For offsets: the elements so far.
    pub(crate) elements: u64,
}

impl SegmentBuffer {
    /// Appends a value of fixed size, as little-endian bytes.
    #[inline]
    pub fn push_fixed<const N: usize>(&mut self, value: [u8; N]) {
        self.bytes.extend_from_slice(&value);
    }

    /// Appends a value of fixed size, whose size only the schema says.
    pub(crate) fn push_bytes(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
    }

    /// Appends bytes as a string: the length as a varint, then the bytes.
    #[inline]
    pub fn push_string(&mut self, value: &[u8]) {
        self.push_varint(value.len());
        self.bytes.extend_from_slice(value);
    }

    /// Appends the end of an array that has this many elements.
    #[inline]
    pub fn push_array(&mut self, elements: usize) {
        self.elements += elements as u64;
        self.bytes.extend_from_slice(&self.elements.to_le_bytes());
    }

    /// Appends `count` zero bytes.
    #[inline]
    pub fn push_zeroes(&mut self, count: usize) {
        self.bytes.resize(self.bytes.len() + count, 0);
    }

    #[inline]
    fn push_varint(&mut self, mut value: usize) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }
}
