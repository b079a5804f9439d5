//! Frames of LZ4, one after the other (<https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md>).
//!
//! The decoder takes an end between two blocks for the frame's own. So the frames are followed here, byte by byte, to tell
//! a body that was cut off from one that has ended.

use std::io::{self, Read};

use lz4_flex::frame::FrameDecoder;

const MAGIC: u32 = 0x184D_2204;
/// Sixteen magic numbers from this one on begin a frame that is skipped.
const SKIPPABLE: u32 = 0x184D_2A50;

/// Decodes frames.
pub(super) struct Lz4Frames<R: Read>(FrameDecoder<Followed<R>>);

impl<R: Read> Lz4Frames<R> {
    pub(super) fn new(body: R) -> Self {
        Self(FrameDecoder::new(Followed { body, total: 0, follower: Follower::default() }))
    }
}

impl<R: Read> Read for Lz4Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let before = self.0.get_ref().total;
            let read = self.0.read(buffer)?;
            let Followed { total, follower, .. } = self.0.get_ref();
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            if *total > before {
                // A frame has ended, and another may follow.
                continue;
            }
            return if follower.is_between() { Ok(0) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
    }
}

/// Passes bytes on and follows them.
struct Followed<R> {
    body: R,
    total: u64,
    follower: Follower,
}

impl<R: Read> Read for Followed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.body.read(buffer)?;
        self.total += read as u64;
        self.follower.follow(&buffer[..read]);
        Ok(read)
    }
}

/// Where in a frame the bytes have got to.
#[derive(Debug, Default)]
struct Follower {
    part: Part,
    /// Bytes of the part that are there.
    filled: u64,
    /// The last four of them, as a little-endian number.
    number: u32,
    flags: u8,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Part {
    #[default]
    Magic,
    SkippedSize,
    Flags,
    /// What the flags announce, so many bytes.
    Descriptor(u64),
    BlockSize,
    /// Data, a block's or a skipped frame's, and checksums.
    Bytes(u64, After),
}

/// What comes behind bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    Block,
    Frame,
}

impl Follower {
    /// Whether a frame has ended and no other begun.
    fn is_between(&self) -> bool {
        self.part == Part::Magic && self.filled == 0
    }

    fn follow(&mut self, mut bytes: &[u8]) {
        while let Some(first) = bytes.first() {
            let wanted = match self.part {
                Part::Magic | Part::SkippedSize | Part::BlockSize => 4,
                Part::Flags => 1,
                Part::Descriptor(size) | Part::Bytes(size, _) => size,
            };
            let taken = match self.part {
                Part::Bytes(..) => (wanted - self.filled).min(bytes.len() as u64),
                _ => {
                    self.number = self.number >> 8 | u32::from(*first) << 24;
                    1
                }
            };
            self.filled += taken;
            bytes = bytes.get(taken as usize..).unwrap_or_default();
            if self.filled == wanted {
                self.filled = 0;
                self.part = self.next();
            }
        }
    }

    fn has(&self, flag: u8) -> bool {
        self.flags >> flag & 1 == 1
    }

    fn next(&mut self) -> Part {
        let bytes = |size: u64, after| match (size, after) {
            (0, After::Block) => Part::BlockSize,
            (0, After::Frame) => Part::Magic,
            (size, after) => Part::Bytes(size, after),
        };
        match self.part {
            Part::Magic if self.number & !15 == SKIPPABLE => Part::SkippedSize,
            Part::Magic if self.number == MAGIC => Part::Flags,
            // No frame: the decoder says so.
            Part::Magic => Part::Magic,
            Part::SkippedSize => bytes(self.number.into(), After::Frame),
            Part::Flags => {
                self.flags = (self.number >> 24) as u8;
                // The sizes of blocks, the size of the content, the dictionary, a checksum of all that.
                Part::Descriptor(1 + 8 * u64::from(self.has(3)) + 4 * u64::from(self.has(0)) + 1)
            }
            Part::Descriptor(_) => Part::BlockSize,
            Part::BlockSize if self.number == 0 => bytes(4 * u64::from(self.has(2)), After::Frame),
            Part::BlockSize => {
                let size = u64::from(self.number & 0x7FFF_FFFF);
                bytes(size + 4 * u64::from(self.has(4)), After::Block)
            }
            Part::Bytes(_, After::Block) => Part::BlockSize,
            Part::Bytes(_, After::Frame) => Part::Magic,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use lz4_flex::frame::{BlockSize, FrameEncoder, FrameInfo};
    use proptest::prelude::*;

    use super::*;

    fn decode(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        Lz4Frames::new(bytes).read_to_end(&mut plain).map(|_| plain)
    }

    proptest! {
        #[test]
        fn only_whole_frames_end(
            plain in proptest::collection::vec(prop_oneof![Just(0_u8), any::<u8>()], 0..3000),
            (content, block, size) in any::<(bool, bool, bool)>(),
            seed in any::<prop::sample::Index>(),
        ) {
            let info = FrameInfo::new()
                .content_checksum(content)
                .block_checksums(block)
                .content_size(size.then_some(plain.len() as u64))
                .block_size(BlockSize::Max64KB);
            let mut frame = FrameEncoder::with_frame_info(info, Vec::new());
            frame.write_all(&plain).expect("it encodes");
            let frame = frame.finish().expect("it ends");
            prop_assert_eq!(decode(&frame).expect("whole"), plain.clone());
            let two = [&frame[..], &frame[..]].concat();
            prop_assert_eq!(decode(&two).expect("both"), [&plain[..], &plain[..]].concat());
            for cut in [frame.len() - 1, frame.len() - 4, seed.index(frame.len() - 1) + 1] {
                prop_assert!(decode(&frame[..cut]).is_err(), "cut at {cut} of {}", frame.len());
            }
        }
    }
}
