//! The codings of HTTP: `Content-Encoding` of requests, `Accept-Encoding` of answers.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use lz4_flex::frame::FrameEncoder;

use super::error::QueryError;
use super::lz4_frames::Lz4Frames;

/// The largest window that a body in zstd may ask for, as a power of two: 128 MiB.
const ZSTD_WINDOW: u32 = 27;

/// A coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    Deflate,
    Lz4,
    Zstd,
}

impl Coding {
    const ALL: [Coding; 4] = [Coding::Lz4, Coding::Zstd, Coding::Gzip, Coding::Deflate];

    /// The name in headers.
    pub(super) fn name(self) -> &'static str {
        match self {
            Coding::Gzip => "gzip",
            Coding::Deflate => "deflate",
            Coding::Lz4 => "lz4",
            Coding::Zstd => "zstd",
        }
    }

    fn named(name: &str) -> Option<Self> {
        let name = name.trim();
        Coding::ALL.into_iter().find(|coding| coding.name().eq_ignore_ascii_case(name))
    }

    /// What a request's `Content-Encoding` names.
    pub(super) fn of_body(header: &str) -> Result<Option<Self>, QueryError> {
        match header.trim() {
            "" => Ok(None),
            identity if identity.eq_ignore_ascii_case("identity") => Ok(None),
            name => Coding::named(name).map(Some).ok_or_else(|| {
                QueryError::new(
                    48,
                    "NOT_IMPLEMENTED",
                    format!("Unknown compression method by Content-Encoding '{name}'; gzip, deflate, lz4 and zstd are known"),
                )
            }),
        }
    }

    /// The one of `Accept-Encoding` that is used: the fastest that is known and not refused by a weight of zero.
    pub(super) fn accepted(header: &str) -> Option<Self> {
        let known = |part: &str| {
            let (name, weight) = part.split_once(';').unwrap_or((part, ""));
            let weight = weight.trim().trim_start_matches("q=");
            let refused = !weight.is_empty() && weight.parse::<f32>().is_ok_and(|weight| weight <= 0.0);
            Coding::named(name).filter(|_| !refused)
        };
        let offered: Vec<Coding> = header.split(',').filter_map(known).collect();
        Coding::ALL.into_iter().find(|coding| offered.contains(coding))
    }

    /// Decodes as it is read.
    pub(super) fn decoder<'a>(self, body: impl Read + Send + 'a) -> io::Result<Box<dyn Read + Send + 'a>> {
        Ok(match self {
            Coding::Gzip => Box::new(MultiGzDecoder::new(body)),
            Coding::Deflate => Box::new(ZlibDecoder::new(body)),
            Coding::Lz4 => Box::new(Lz4Frames::new(body)),
            Coding::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::new(body)?;
                decoder.window_log_max(ZSTD_WINDOW)?;
                Box::new(decoder)
            }
        })
    }

    /// The error of a body that is not what its header says.
    pub(super) fn damaged(self, error: &io::Error) -> QueryError {
        match self {
            Coding::Lz4 => {
                QueryError::new(271, "CANNOT_DECOMPRESS", format!("LZ4 stream decoding failed: {error}"))
            }
            Coding::Zstd => {
                QueryError::new(561, "ZSTD_DECODER_FAILED", format!("ZSTD stream decoding failed: {error}"))
            }
            _ => QueryError::new(354, "ZLIB_INFLATE_FAILED", format!("inflate failed: {error}")),
        }
    }
}

/// Encodes an answer piece by piece.
pub(super) enum Encoder {
    Gzip(GzEncoder<Vec<u8>>),
    Deflate(ZlibEncoder<Vec<u8>>),
    Lz4(Box<FrameEncoder<Vec<u8>>>),
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
}

impl Encoder {
    pub(super) fn new(coding: Coding) -> io::Result<Self> {
        Ok(match coding {
            Coding::Gzip => Encoder::Gzip(GzEncoder::new(Vec::new(), Compression::new(3))),
            Coding::Deflate => Encoder::Deflate(ZlibEncoder::new(Vec::new(), Compression::new(3))),
            Coding::Lz4 => Encoder::Lz4(Box::new(FrameEncoder::new(Vec::new()))),
            Coding::Zstd => Encoder::Zstd(zstd::stream::write::Encoder::new(Vec::new(), 1)?),
        })
    }

    /// Takes a piece; gives what is ready, and all of it so that a slow query's rows arrive while it runs.
    pub(super) fn encode(&mut self, plain: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Encoder::Gzip(encoder) => {
                encoder.write_all(plain)?;
                encoder.flush()?;
                Ok(std::mem::take(encoder.get_mut()))
            }
            Encoder::Deflate(encoder) => {
                encoder.write_all(plain)?;
                encoder.flush()?;
                Ok(std::mem::take(encoder.get_mut()))
            }
            Encoder::Lz4(encoder) => {
                encoder.write_all(plain)?;
                encoder.flush()?;
                Ok(std::mem::take(encoder.get_mut()))
            }
            Encoder::Zstd(encoder) => {
                encoder.write_all(plain)?;
                encoder.flush()?;
                Ok(std::mem::take(encoder.get_mut()))
            }
        }
    }

    /// What remains at the end.
    pub(super) fn finish(self) -> io::Result<Vec<u8>> {
        match self {
            Encoder::Gzip(encoder) => encoder.finish(),
            Encoder::Deflate(encoder) => encoder.finish(),
            Encoder::Lz4(encoder) => encoder.finish().map_err(io::Error::from),
            Encoder::Zstd(encoder) => encoder.finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_header_decides() {
        for (header, coding) in [
            ("gzip, deflate, br", Some(Coding::Gzip)),
            ("zstd;q=0, gzip;q=0.5", Some(Coding::Gzip)),
            ("br", None),
            ("", None),
            ("*", None),
            ("GZIP , zstd", Some(Coding::Zstd)),
            ("lz4,zstd,gzip,deflate", Some(Coding::Lz4)),
        ] {
            assert_eq!(Coding::accepted(header), coding, "{header}");
        }
        assert_eq!(Coding::of_body("br").expect_err("not known").code, 48);
        assert_eq!(Coding::of_body("identity").expect("known"), None);
    }

    proptest! {
        #[test]
        fn what_is_encoded_comes_back(
            pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..2000), 0..6),
            coding in proptest::sample::select(&Coding::ALL[..]),
        ) {
            let mut encoder = Encoder::new(coding).expect("an encoder");
            let mut encoded = Vec::new();
            for piece in &pieces {
                encoded.extend(encoder.encode(piece).expect("it encodes"));
            }
            encoded.extend(encoder.finish().expect("it ends"));
            let mut plain = Vec::new();
            coding.decoder(&encoded[..]).expect("a decoder").read_to_end(&mut plain).expect("it decodes");
            prop_assert_eq!(plain, pieces.concat());
            if encoded.len() > 1 {
                let cut = coding.decoder(&encoded[..encoded.len() - 1]).expect("a decoder").read_to_end(&mut Vec::new());
                prop_assert!(cut.is_err());
            }
        }

        #[test]
        fn nonsense_does_no_harm(
            body in proptest::collection::vec(any::<u8>(), 0..300),
            header in ".{0,40}",
            coding in proptest::sample::select(&Coding::ALL[..]),
        ) {
            let _ = coding.decoder(&body[..]).expect("a decoder").take(1 << 20).read_to_end(&mut Vec::new());
            let _ = Coding::accepted(&header);
            let _ = Coding::of_body(&header);
        }
    }
}
