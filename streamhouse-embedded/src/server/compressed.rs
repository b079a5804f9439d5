//! ClickHouse's compressed blocks: a checksum (CityHash128 of version 1.0.2) of 16 bytes over what follows, a byte that
//! names the method, the size of the block with its head of 9 bytes, the size decompressed, the data.

use super::error::QueryError;

const CHECKSUM: usize = 16;
const HEAD: usize = 9;
const LZ4: u8 = 0x82;
const NONE: u8 = 0x02;
/// The largest block, compressed or not (`DBMS_MAX_COMPRESSED_SIZE`).
const MAX_BLOCK: usize = 1 << 30;

/// Takes pieces of a compressed body and gives its blocks.
#[derive(Debug, Default)]
pub(super) struct Decompressor {
    waiting: Vec<u8>,
}

impl Decompressor {
    /// Takes a piece; gives what it completes.
    pub(super) fn feed(&mut self, piece: &[u8]) -> Result<Vec<u8>, QueryError> {
        self.waiting.extend_from_slice(piece);
        let (mut plain, mut at) = (Vec::new(), 0);
        while let Some(head) = self.waiting.get(at + CHECKSUM..at + CHECKSUM + HEAD) {
            let size =
                |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize;
            let (method, compressed, decompressed) = (head[0], size(1), size(5));
            if !(HEAD..=MAX_BLOCK).contains(&compressed) || decompressed > MAX_BLOCK {
                return Err(QueryError::new(
                    271,
                    "CANNOT_DECOMPRESS",
                    format!("a compressed block claims {compressed} bytes that make {decompressed}"),
                ));
            }
            let Some(block) = self.waiting.get(at + CHECKSUM..at + CHECKSUM + compressed) else { break };
            if self.waiting[at..at + CHECKSUM] != checksum(block) {
                return Err(QueryError::new(
                    40,
                    "CHECKSUM_DOESNT_MATCH",
                    "the checksum of a compressed block does not match",
                ));
            }
            decompress(method, &block[HEAD..], decompressed, &mut plain)?;
            at += CHECKSUM + compressed;
        }
        self.waiting.drain(..at);
        Ok(plain)
    }

    /// Whether the body ended between two blocks.
    pub(super) fn is_complete(&self) -> bool {
        self.waiting.is_empty()
    }
}

fn decompress(method: u8, data: &[u8], size: usize, plain: &mut Vec<u8>) -> Result<(), QueryError> {
    match method {
        LZ4 => {
            let block = lz4_flex::block::decompress(data, size)
                .ok()
                .filter(|block| block.len() == size)
                .ok_or_else(|| QueryError::new(271, "CANNOT_DECOMPRESS", "a block of LZ4 is damaged"))?;
            plain.extend_from_slice(&block);
        }
        NONE => plain.extend_from_slice(data),
        other => {
            return Err(QueryError::new(
                89,
                "UNKNOWN_COMPRESSION_METHOD",
                format!("unknown compression method {other:#04x}; LZ4 (0x82) and NONE (0x02) are known"),
            ));
        }
    }
    Ok(())
}

/// A block of these bytes.
pub(super) fn compress(plain: &[u8]) -> Vec<u8> {
    let data = lz4_flex::block::compress(plain);
    let mut block = vec![0; CHECKSUM];
    block.push(LZ4);
    block.extend_from_slice(&((HEAD + data.len()) as u32).to_le_bytes());
    block.extend_from_slice(&(plain.len() as u32).to_le_bytes());
    block.extend_from_slice(&data);
    let checksum = checksum(&block[CHECKSUM..]);
    block[..CHECKSUM].copy_from_slice(&checksum);
    block
}

/// The two halves of the hash, each little-endian, the first of them first.
fn checksum(block: &[u8]) -> [u8; CHECKSUM] {
    cityhash_rs::cityhash_102_128(block).rotate_left(64).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_come_back_whatever_the_pieces() {
        let plain = b"what goes in comes out, what goes in comes out".repeat(50);
        let body = [compress(&plain), compress(b"and on")].concat();
        for size in [1, 7, body.len()] {
            let mut decompressor = Decompressor::default();
            let pieces: Vec<u8> =
                body.chunks(size).flat_map(|piece| decompressor.feed(piece).expect("a right body")).collect();
            assert!(decompressor.is_complete());
            assert_eq!(pieces, [&plain[..], b"and on"].concat());
        }
    }

    #[test]
    fn damage_and_lies_are_errors() {
        let good = compress(b"plain");
        let mut damaged = good.clone();
        damaged[30] ^= 1;
        assert_eq!(Decompressor::default().feed(&damaged).expect_err("damaged").code, 40);
        let mut absurd = good.clone();
        absurd[17..21].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(Decompressor::default().feed(&absurd).expect_err("absurd").code, 271);
        let mut short = Decompressor::default();
        short.feed(&good[..good.len() - 1]).expect("nothing yet");
        assert!(!short.is_complete());
    }
}
