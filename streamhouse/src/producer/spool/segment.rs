//! Reading one file of the spool, whatever it holds.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::record::{HEADER, Header, MAGIC};

/// What lies at a place of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    Record(Header, Vec<u8>),
    /// Nothing more.
    End,
    /// The beginning of a record that was not written whole: nobody was told that it is there.
    Torn(u64),
    /// A record of so many bytes whose body is not what was written.
    Damaged(u64),
    /// From here on, so many bytes, it cannot be told where a record begins.
    Unreadable(u64),
}

/// Reads records, one after the other.
#[derive(Debug)]
pub(super) struct SegmentReader {
    file: BufReader<File>,
    /// Where the next record begins.
    pub(super) at: u64,
}

impl SegmentReader {
    /// Begins at an offset, or at the first record.
    pub(super) fn open(path: &Path, offset: u64) -> io::Result<Self> {
        let mut file = BufReader::new(File::open(path)?);
        file.seek(SeekFrom::Start(offset))?;
        Ok(Self { file, at: offset })
    }

    /// What comes next in a file that ends at `end`.
    pub(super) fn next(&mut self, end: u64) -> io::Result<Step> {
        let left = end.saturating_sub(self.at);
        if self.at == 0 {
            return self.begin(left, end);
        }
        if left == 0 {
            return Ok(Step::End);
        }
        if left < HEADER as u64 {
            return Ok(self.stop(end, Step::Torn(left)));
        }
        let mut header = [0; HEADER];
        self.file.read_exact(&mut header)?;
        let Some(found) = Header::read(&header) else {
            // Blocks that the system had promised and not written, after a power failure.
            let blank = header == [0; HEADER] && self.is_blank(left - HEADER as u64)?;
            return Ok(self.stop(end, if blank { Step::Torn(left) } else { Step::Unreadable(left) }));
        };
        let size = (HEADER + found.length()) as u64;
        if size > left {
            return Ok(self.stop(end, Step::Torn(left)));
        }
        let mut body = vec![0; found.length()];
        self.file.read_exact(&mut body)?;
        self.at += size;
        Ok(if found.fits(&body) { Step::Record(found, body) } else { Step::Damaged(size) })
    }

    fn begin(&mut self, left: u64, end: u64) -> io::Result<Step> {
        let mut magic = [0; MAGIC.len()];
        if left < magic.len() as u64 {
            return Ok(self.stop(end, if left == 0 { Step::End } else { Step::Torn(left) }));
        }
        self.file.read_exact(&mut magic)?;
        if magic != MAGIC {
            return Ok(self.stop(end, Step::Unreadable(left)));
        }
        self.at = magic.len() as u64;
        self.next(end)
    }

    fn stop(&mut self, end: u64, step: Step) -> Step {
        self.at = end;
        step
    }

    fn is_blank(&mut self, bytes: u64) -> io::Result<bool> {
        let mut rest = (&mut self.file).take(bytes);
        let mut chunk = [0; 4096];
        loop {
            match rest.read(&mut chunk)? {
                0 => return Ok(true),
                read if chunk[..read].iter().any(|byte| *byte != 0) => return Ok(false),
                _ => {}
            }
        }
    }
}
