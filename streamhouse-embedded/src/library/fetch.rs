//! Fetches the package with npm, which knows the user's registry and proxies; then checks it ourselves.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use flate2::read::GzDecoder;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rustix::fs::{FlockOperation, flock};
use sha2::{Digest, Sha512};

use super::{LibraryError, Package, describe, is_whole, marker_of};

/// Fetches into `folder`, unless another process has done so while this one waited for its turn.
pub(super) fn fetch(package: &Package, folder: &Path) -> Result<(), LibraryError> {
    let cache = |error: io::Error| LibraryError::Cache {
        path: folder.display().to_string(),
        message: error.to_string(),
    };
    fs::create_dir_all(folder).map_err(cache)?;
    let lock = File::create(folder.join("lock")).map_err(cache)?;
    flock(&lock, FlockOperation::LockExclusive).map_err(|error| cache(error.into()))?;
    let library = folder.join("libchdb.so");
    if is_whole(&library) {
        return Ok(());
    }
    // In the same file system, so that the rename at the end is one step.
    let work = tempfile::tempdir_in(folder).map_err(cache)?;
    let archive = pack(package, work.path())?;
    verify(package, &archive)?;
    let unpacked = unpack(package, &archive, work.path())?;
    let marker = describe(&unpacked).map_err(cache)?;
    fs::rename(&unpacked, &library).map_err(cache)?;
    fs::write(marker_of(&library), marker).map_err(cache)
}

fn pack(package: &Package, folder: &Path) -> Result<PathBuf, LibraryError> {
    let failed = |message: String| LibraryError::Fetch { package: package.name(), message };
    let bar = progress_bar(ProgressBar::new_spinner(), "{spinner} {msg} ({elapsed})");
    bar.set_message(format!("fetching {} (about 170 MB, once)", package.name()));
    bar.enable_steady_tick(Duration::from_millis(120));
    let output = Command::new("npm")
        .args(["pack", "--silent", &package.name(), "--pack-destination"])
        .arg(folder)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(format!("npm cannot be started ({error}); install Node.js with npm")))?;
    bar.finish_and_clear();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(failed(format!("npm says: {}", said.trim())));
    }
    let mut archives = fs::read_dir(folder)
        .map_err(|error| failed(error.to_string()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "tgz"));
    archives.next().ok_or_else(|| failed("npm left no archive".into()))
}

fn verify(package: &Package, archive: &Path) -> Result<(), LibraryError> {
    let failed =
        |error: io::Error| LibraryError::Fetch { package: package.name(), message: error.to_string() };
    let mut digest = Sha512::new();
    let mut file = File::open(archive).map_err(failed)?;
    let mut part = vec![0; 1 << 20];
    loop {
        let read = file.read(&mut part).map_err(failed)?;
        if read == 0 {
            break;
        }
        digest.update(&part[..read]);
    }
    let found = format!("sha512-{}", base64::engine::general_purpose::STANDARD.encode(digest.finalize()));
    if found == package.integrity {
        return Ok(());
    }
    Err(LibraryError::Checksum { package: package.name(), expected: package.integrity.into(), found })
}

fn unpack(package: &Package, archive: &Path, folder: &Path) -> Result<PathBuf, LibraryError> {
    let failed =
        |error: io::Error| LibraryError::Fetch { package: package.name(), message: error.to_string() };
    let file = File::open(archive).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    let bar = progress_bar(ProgressBar::new(size), "unpacking libchdb {wide_bar} {bytes}/{total_bytes}");
    let mut entries = tar::Archive::new(GzDecoder::new(bar.wrap_read(file)));
    for entry in entries.entries().map_err(failed)? {
        let mut entry = entry.map_err(failed)?;
        if entry.path().map_err(failed)?.file_name().is_some_and(|name| name == "libchdb.so") {
            let target = folder.join("libchdb.so");
            entry.unpack(&target).map_err(failed)?;
            bar.finish_and_clear();
            return Ok(target);
        }
    }
    Err(failed(io::Error::other("there is no libchdb.so in it")))
}

fn progress_bar(bar: ProgressBar, template: &str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    // A template that does not parse would be a mistake here; a plain bar does as well.
    ProgressStyle::with_template(template).map_or(bar.clone(), |style| bar.with_style(style))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// An archive as `npm pack` leaves it.
    fn archive(folder: &Path) -> PathBuf {
        let path = folder.join("package.tgz");
        let gzip =
            flate2::write::GzEncoder::new(File::create(&path).expect("a file"), flate2::Compression::fast());
        let mut archive = tar::Builder::new(gzip);
        let mut head = tar::Header::new_gnu();
        head.set_size(4);
        head.set_mode(0o755);
        head.set_cksum();
        archive.append_data(&mut head, "package/libchdb.so", &b"\x7fELF"[..]).expect("an entry");
        archive.into_inner().expect("it ends").finish().expect("it ends").flush().expect("it is written");
        path
    }

    fn package(integrity: &'static str) -> Package {
        Package { platform: "test", integrity }
    }

    #[test]
    fn an_archive_with_another_checksum_is_not_used() {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = archive(folder.path());
        let error = verify(&package("sha512-AAAA"), &archive).expect_err("it is another one");
        let LibraryError::Checksum { found, .. } = &error else { panic!("{error}") };
        assert!(error.to_string().contains("it is not used"), "{error}");
        let right: &'static str = found.clone().leak();
        verify(&package(right), &archive).expect("it is this one");
        let library = unpack(&package(right), &archive, folder.path()).expect("it is in it");
        assert_eq!(fs::read(library).expect("it is read"), b"\x7fELF");
        let mut bytes = fs::read(&archive).expect("it is read");
        bytes[20] ^= 1;
        fs::write(&archive, bytes).expect("it is written");
        assert!(matches!(verify(&package(right), &archive), Err(LibraryError::Checksum { .. })));
    }

    #[test]
    fn what_was_damaged_in_the_cache_is_not_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = folder.path().join("libchdb.so");
        assert!(!is_whole(&library));
        fs::write(&library, b"a library").expect("a file");
        assert!(!is_whole(&library), "nothing says what it should be");
        fs::write(marker_of(&library), describe(&library).expect("it is read")).expect("a marker");
        assert!(is_whole(&library));
        fs::write(&library, b"a librarz").expect("a file");
        assert!(!is_whole(&library));
    }
}
