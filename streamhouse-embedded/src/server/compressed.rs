//! ClickHouse's compressed blocks: a checksum (CityHash128 of version 1.0.2) of 16 bytes over what follows, a byte that
//! names the method, the size of the block with its head of 9 bytes, the size decompressed, the data.

use std::io::Read;

use super::error::QueryError;

const CHECKSUM: usize = 16;
const HEAD: usize = 9;
const LZ4: u8 = 0x82;
const ZSTD: u8 = 0x90;
const NONE: u8 = 0x02;
/// The largest block, compressed or not. ClickHouse itself allows 1 GiB; its own clients stay under 1 MiB.
const MAX_BLOCK: usize = 256 << 20;
/// How much of an answer goes into a block (`max_compress_block_size`).
const ANSWER_BLOCK: usize = 1 << 20;
/// LZ4 can make no more than this many bytes of one.
const LZ4_RATIO: usize = 255;

/// Takes pieces of a compressed body and gives its blocks.
#[derive(Debug, Default)]
pub(super) struct Decompressor {
    waiting: Vec<u8>,
    at: usize,
}

impl Decompressor {
    /// Takes a piece of the body.
    pub(super) fn feed(&mut self, piece: &[u8]) {
        self.waiting.drain(..self.at);
        self.at = 0;
        self.waiting.extend_from_slice(piece);
    }

    /// The next whole block; `None` where more of the body is needed. What a block claims is believed only as far as
    /// its checksum, its length and its method allow, so a lie reserves no memory.
    pub(super) fn next(&mut self) -> Result<Option<Vec<u8>>, QueryError> {
        let rest = &self.waiting[self.at..];
        let Some(head) = rest.get(CHECKSUM..CHECKSUM + HEAD) else { return Ok(None) };
        let size =
            |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize;
        let (method, compressed, decompressed) = (head[0], size(1), size(5));
        if !(HEAD..=MAX_BLOCK).contains(&compressed) || decompressed > MAX_BLOCK {
            return Err(QueryError::new(
                39,
                "TOO_LARGE_SIZE_COMPRESSED",
                format!(
                    "a compressed block claims {compressed} bytes that make {decompressed}; blocks of at most {MAX_BLOCK} bytes are taken"
                ),
            ));
        }
        let Some(block) = rest.get(CHECKSUM..CHECKSUM + compressed) else { return Ok(None) };
        if rest[..CHECKSUM] != checksum(block) {
            return Err(QueryError::new(
                40,
                "CHECKSUM_DOESNT_MATCH",
                "Checksum doesn't match: corrupted data. A compressed block was damaged on its way",
            ));
        }
        let plain = decompress(method, &block[HEAD..], decompressed)?;
        self.at += CHECKSUM + compressed;
        Ok(Some(plain))
    }

    /// Whether the body ended between two blocks.
    pub(super) fn is_complete(&self) -> bool {
        self.at == self.waiting.len()
    }
}

fn decompress(method: u8, data: &[u8], size: usize) -> Result<Vec<u8>, QueryError> {
    let damaged = |name: &str| {
        QueryError::new(
            271,
            "CANNOT_DECOMPRESS",
            format!("Cannot decompress {name}-encoded data: it is damaged"),
        )
    };
    let right_size =
        |plain: Vec<u8>, name: &str| if plain.len() == size { Ok(plain) } else { Err(damaged(name)) };
    match method {
        LZ4 if size > (data.len() + 16).saturating_mul(LZ4_RATIO) => Err(damaged("LZ4")),
        LZ4 => {
            let plain = lz4_flex::block::decompress(data, size).map_err(|_| damaged("LZ4"))?;
            right_size(plain, "LZ4")
        }
        ZSTD => {
            // Grows with what really comes out, not with what is claimed.
            let decoder = zstd::stream::read::Decoder::with_buffer(data).map_err(|_| damaged("ZSTD"))?;
            let mut plain = Vec::new();
            decoder.take(size as u64 + 1).read_to_end(&mut plain).map_err(|_| damaged("ZSTD"))?;
            right_size(plain, "ZSTD")
        }
        NONE => right_size(data.to_vec(), "NONE"),
        other => Err(QueryError::new(
            89,
            "UNKNOWN_COMPRESSION_METHOD",
            format!(
                "Unknown compression method: {other:#04x}; LZ4 (0x82), ZSTD (0x90) and NONE (0x02) are known"
            ),
        )),
    }
}

/// Blocks of these bytes, appended.
pub(super) fn compress(plain: &[u8], out: &mut Vec<u8>) {
    for part in plain.chunks(ANSWER_BLOCK) {
        frame(LZ4, &lz4_flex::block::compress(part), part.len(), out);
    }
}

fn frame(method: u8, data: &[u8], size: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; CHECKSUM]);
    out.push(method);
    out.extend_from_slice(&((HEAD + data.len()) as u32).to_le_bytes());
    out.extend_from_slice(&(size as u32).to_le_bytes());
    out.extend_from_slice(data);
    let checksum = checksum(&out[start + CHECKSUM..]);
    out[start..start + CHECKSUM].copy_from_slice(&checksum);
}

/// The two halves of the hash, each little-endian, the first of them first.
fn checksum(block: &[u8]) -> [u8; CHECKSUM] {
    cityhash_rs::cityhash_102_128(block).rotate_left(64).to_le_bytes()
}

#[doc(hidden)]
pub mod hostile {
    //! What tests with hostile bytes call; no part of the public interface.

    use super::{Decompressor, frame};

    /// Bytes that a body makes which comes in pieces of a size; or the code of its error.
    pub fn decompress(body: &[u8], piece: usize) -> Result<u64, u32> {
        let (mut decompressor, mut plain) = (Decompressor::default(), 0);
        for piece in body.chunks(piece) {
            decompressor.feed(piece);
            while let Some(block) = decompressor.next().map_err(|error| error.code)? {
                plain += block.len() as u64;
            }
        }
        Ok(plain)
    }

    /// A block with a right checksum, whatever else is in it.
    pub fn block(method: u8, claimed: u32, data: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        frame(method, data, claimed as usize, &mut out);
        out
    }

    /// Data as LZ4 stores it.
    pub fn lz4(plain: &[u8]) -> Vec<u8> {
        lz4_flex::block::compress(plain)
    }

    /// Data as zstd stores it.
    pub fn zstd(plain: &[u8]) -> Vec<u8> {
        zstd::bulk::compress(plain, 1).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block(method: u8, data: &[u8], size: usize) -> Vec<u8> {
        let mut out = Vec::new();
        frame(method, data, size, &mut out);
        out
    }

    fn all(decompressor: &mut Decompressor, body: &[u8], size: usize) -> Result<Vec<u8>, QueryError> {
        let mut plain = Vec::new();
        for piece in body.chunks(size) {
            decompressor.feed(piece);
            while let Some(block) = decompressor.next()? {
                plain.extend(block);
            }
        }
        Ok(plain)
    }

    fn refused(body: &[u8]) -> u32 {
        all(&mut Decompressor::default(), body, body.len().max(1)).expect_err("it is damaged").code
    }

    #[test]
    fn blocks_of_all_methods_come_back_whatever_the_pieces() {
        let plain = b"what goes in comes out, what goes in comes out".repeat(50);
        let mut body = Vec::new();
        compress(&plain, &mut body);
        body.extend(block(ZSTD, &zstd::bulk::compress(&plain, 1).expect("it compresses"), plain.len()));
        body.extend(block(NONE, b"and on", 6));
        for size in [1, 7, body.len()] {
            let mut decompressor = Decompressor::default();
            let out = all(&mut decompressor, &body, size).expect("a right body");
            assert!(decompressor.is_complete());
            assert_eq!(out, [&plain[..], &plain[..], b"and on"].concat());
        }
    }

    #[test]
    fn damage_and_lies_are_errors() {
        let mut good = Vec::new();
        compress(b"plain", &mut good);
        let mut damaged = good.clone();
        damaged[27] ^= 1;
        assert_eq!(refused(&damaged), 40);
        let mut absurd = good.clone();
        absurd[17..21].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(refused(&absurd), 39);
        assert_eq!(refused(&block(0x77, b"x", 1)), 89);
        for method in [LZ4, ZSTD, NONE] {
            assert_eq!(refused(&block(method, b"nonsense", MAX_BLOCK)), 271, "{method:#x}");
        }
        // A right checksum over a right frame that makes more than it says.
        let many = zstd::bulk::compress(&vec![0; 64 << 20], 1).expect("it compresses");
        assert_eq!(refused(&block(ZSTD, &many, 10)), 271);
        let mut short = Decompressor::default();
        short.feed(&good[..good.len() - 1]);
        assert!(short.next().expect("nothing yet").is_none());
        assert!(!short.is_complete());
    }

    proptest! {
        #[test]
        fn nonsense_is_refused_and_nothing_else_happens(
            mut body in proptest::collection::vec(any::<u8>(), 0..400),
            method in prop_oneof![Just(LZ4), Just(ZSTD), Just(NONE), any::<u8>()],
            size in 0_usize..2000,
        ) {
            let _ = all(&mut Decompressor::default(), &body, 7);
            body = block(method, &body, size);
            if let Ok(plain) = all(&mut Decompressor::default(), &body, 64) {
                prop_assert_eq!(plain.len(), size);
            }
        }

        #[test]
        fn what_is_compressed_comes_back(plain in proptest::collection::vec(any::<u8>(), 0..5000), piece in 1_usize..99) {
            let mut body = Vec::new();
            compress(&plain, &mut body);
            prop_assert_eq!(all(&mut Decompressor::default(), &body, piece).expect("a right body"), plain);
        }
    }
}
