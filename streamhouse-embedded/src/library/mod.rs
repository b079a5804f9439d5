//! Finds the engine's library, or fetches it once.
//!
//! It comes as a package of the npm registry, pinned by version and checksum, into a cache that all projects of the
//! user share.

mod fetch;

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The version of the packages.
pub const VERSION: &str = "26.7.3-stable.1";
/// Names a library to use instead of the pinned one.
pub const LIBRARY_VARIABLE: &str = "STREAMHOUSE_LIBCHDB";
/// Names the folder of the cache.
pub const CACHE_VARIABLE: &str = "STREAMHOUSE_CACHE";

/// A package: its platform, and the SHA-512 of its archive as npm records it.
pub(crate) struct Package {
    pub(crate) platform: &'static str,
    pub(crate) integrity: &'static str,
}

impl Package {
    fn name(&self) -> String {
        format!("@chdb/lib-{}@{VERSION}", self.platform)
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
const PACKAGE: Option<Package> = Some(Package {
    platform: "linux-x64-gnu",
    integrity: "sha512-XP97mMqnc5tZpKQywR8N7cLTsHNiTmHr30pC5mzo3jWmukjKn2IBa60c2B/gWUNcuFjOMjWoorQICCqBVj5wpw==",
});
#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
const PACKAGE: Option<Package> = None;

/// Why there is no library.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LibraryError {
    /// The file that was named does not exist.
    #[error("{variable} names {path}, which does not exist")]
    Named {
        /// The variable or option.
        variable: &'static str,
        /// The file.
        path: String,
    },
    /// There is no pinned package for this platform.
    #[error(
        "no libchdb is pinned for {os} on {arch}: build or download one and name it in {LIBRARY_VARIABLE}, or set CLICKHOUSE_URL to a running server"
    )]
    Platform {
        /// The operating system.
        os: &'static str,
        /// The processor.
        arch: &'static str,
    },
    /// The package cannot be fetched.
    #[error(
        "{package} cannot be fetched: {message}; `npm pack {package}` has to work here, or name a libchdb.so in {LIBRARY_VARIABLE}"
    )]
    Fetch {
        /// The package with its version.
        package: String,
        /// What failed.
        message: String,
    },
    /// The archive is not the pinned one.
    #[error("{package} has the checksum {found} and should have {expected}: it is not used")]
    Checksum {
        /// The package with its version.
        package: String,
        /// The pinned checksum.
        expected: String,
        /// What arrived.
        found: String,
    },
    /// The cache cannot be used.
    #[error("the cache {path} cannot be used: {message}; name another folder in {CACHE_VARIABLE}")]
    Cache {
        /// The folder or file.
        path: String,
        /// What failed.
        message: String,
    },
}

/// The library: the one named by [`LIBRARY_VARIABLE`], else the pinned one from the cache, fetched where it is not there
/// yet. That takes about 20 seconds, once, and shows its progress on a terminal.
pub fn ensure() -> Result<PathBuf, LibraryError> {
    if let Some(path) = std::env::var_os(LIBRARY_VARIABLE).map(PathBuf::from) {
        if path.is_file() {
            return Ok(path);
        }
        return Err(LibraryError::Named { variable: LIBRARY_VARIABLE, path: path.display().to_string() });
    }
    let Some(package) = PACKAGE else {
        return Err(LibraryError::Platform { os: std::env::consts::OS, arch: std::env::consts::ARCH });
    };
    let folder = cache()?.join("libchdb").join(VERSION).join(package.platform);
    let library = folder.join("libchdb.so");
    if !is_whole(&library) {
        fetch::fetch(&package, &folder)?;
    }
    Ok(library)
}

fn cache() -> Result<PathBuf, LibraryError> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable(CACHE_VARIABLE)
        .or_else(|| variable("XDG_CACHE_HOME").map(|cache| cache.join("streamhouse")))
        .or_else(|| variable("HOME").map(|home| home.join(".cache/streamhouse")))
        .ok_or_else(|| LibraryError::Cache { path: "(none)".into(), message: "HOME is not set".into() })
}

/// Beside the library stands what it should be: its size, and a checksum of its first and last pages. To read all of
/// its half gigabyte at every start would take longer than the start.
fn is_whole(library: &Path) -> bool {
    let expected = std::fs::read_to_string(marker_of(library));
    expected.is_ok_and(|expected| describe(library).is_ok_and(|found| found == expected))
}

fn marker_of(library: &Path) -> PathBuf {
    library.with_extension("whole")
}

fn describe(library: &Path) -> std::io::Result<String> {
    use std::io::{Read, Seek, SeekFrom};
    const PART: u64 = 1 << 20;
    let mut file = std::fs::File::open(library)?;
    let size = file.metadata()?.len();
    let mut digest = Sha256::new();
    for start in [0, size.saturating_sub(PART)] {
        file.seek(SeekFrom::Start(start))?;
        let mut part = Vec::new();
        Read::by_ref(&mut file).take(PART).read_to_end(&mut part)?;
        digest.update(part);
    }
    Ok(format!("{size} {:x}\n", HexBytes(&digest.finalize())))
}

struct HexBytes<'a>(&'a [u8]);

impl std::fmt::LowerHex for HexBytes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
