//! Files as one, in the form of `tar`: POSIX's, and GNU's for names that are longer. Written here, for it is compiled with every build script, and tried with
//! the library that reads it.

use std::collections::BTreeMap;
use std::path::PathBuf;

const BLOCK: usize = 512;
/// The bytes of a name that a header has room for.
const NAME: usize = 100;

/// An archive of texts, the same bytes for the same texts.
pub(crate) fn archive(texts: &BTreeMap<PathBuf, String>) -> Vec<u8> {
    let room = texts.values().map(|text| text.len() + 2 * BLOCK).sum::<usize>() + 2 * BLOCK;
    let mut archive = Vec::with_capacity(room);
    for (path, text) in texts {
        // Folders and files are named by events, tables and numbers, which are text.
        let name = path.to_string_lossy();
        if name.len() > NAME {
            let long = format!("{name}\0");
            entry(&mut archive, b"././@LongLink", b'L', long.as_bytes());
        }
        entry(&mut archive, &name.as_bytes()[..name.len().min(NAME)], b'0', text.as_bytes());
    }
    // Two blocks of nothing are the end.
    archive.extend_from_slice(&[0; 2 * BLOCK]);
    archive
}

fn entry(archive: &mut Vec<u8>, name: &[u8], kind: u8, content: &[u8]) {
    let (mut header, mut sum) = ([0_u8; BLOCK], 0_u32);
    let mut put = |at: usize, bytes: &[u8]| {
        header[at..at + bytes.len()].copy_from_slice(bytes);
        sum += bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    };
    put(0, name);
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{:011o}\0", content.len()).as_bytes());
    // No clock: of the beginning of time.
    put(136, b"00000000000\0");
    // The sum is that of a header with spaces in its place.
    put(148, b"        ");
    put(156, &[kind]);
    put(257, b"ustar\x0000");
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    archive.extend_from_slice(&header);
    archive.extend_from_slice(content);
    archive.extend_from_slice(&[0; BLOCK][..content.len().next_multiple_of(BLOCK) - content.len()]);
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_goes_in_comes_out_under_names_of_any_length() {
        let mut texts = BTreeMap::new();
        for length in [1, 90, 99, 100, 101, 155, 300] {
            let name = format!("schemas/{}/1.json", "e".repeat(length));
            texts.insert(PathBuf::from(name), "x".repeat(length * 7));
        }
        texts.insert("empty".into(), String::new());
        texts.insert("block".into(), "ä".repeat(256));
        let archive = archive(&texts);
        let mut read = BTreeMap::new();
        for entry in tar::Archive::new(&archive[..]).entries().expect("an archive") {
            let mut entry = entry.expect("a file");
            let mut text = String::new();
            entry.read_to_string(&mut text).expect("text");
            assert_eq!(entry.header().mode().expect("a mode"), 0o644);
            read.insert(entry.path().expect("a name").into_owned(), text);
        }
        assert_eq!(read, texts);
    }
}
