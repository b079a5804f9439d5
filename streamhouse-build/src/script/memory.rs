//! What a build script remembers from its last run, in the folder that cargo keeps for it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::environment::Environment;
use super::follow::{Sources, Walks};
use super::judge::Judged;
use super::parallel::in_parallel;
use super::store::{Kept, Reader, Writer, kept};
use super::walk::Walk;

/// Which declaration made which version of which event: its file, its modules and its name, and the event and the version.
pub(crate) type Makers = BTreeMap<String, (String, u32)>;

/// What was found out about texts. It holds as long as nothing changes but the texts: the tool, the project's settings,
/// and what cargo tells.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) walks: Walks,
    pub(crate) judged: BTreeMap<String, Judged>,
    /// What made what when all sources could last be read.
    pub(crate) makers: Makers,
}

/// A run that need not be repeated while all is as it was.
struct Last {
    key: String,
    sources: Vec<(String, String)>,
    stamps: Vec<(String, Stamp)>,
    output: String,
}

/// When a file was changed last, in nanoseconds, and its length; nothing where it is missing.
type Stamp = Option<(u64, u64)>;

kept! {
    Last { key, sources, stamps, output }
}

/// A change within this time of another one may not show in the time of a file: clocks of file systems are coarse.
const COARSE: Duration = Duration::from_millis(20);
const VERY_COARSE: Duration = Duration::from_secs(3);

/// All that a run depends on besides the texts of sources and the files of the repository.
pub(crate) fn key(environment: &Environment, settings: &str, manifest: &str) -> String {
    // Who changes the tool has another program.
    let program = std::env::current_exe().ok().and_then(|path| stamp(&path));
    format!(
        "{} {program:?}\n{:?} {}\n{:?}\n{settings}\n{manifest}",
        env!("CARGO_PKG_VERSION"),
        environment.package,
        environment.ci,
        environment.variables,
    )
}

impl Memory {
    /// What is remembered; nothing where something else has changed.
    pub(crate) fn read(folder: &Path, key: &str, environment: &Environment) -> Self {
        let mut memory = Self::default();
        let Ok(bytes) = fs::read(folder.join("memory")) else { return memory };
        let mut reader = Reader(&bytes);
        let variables = format!("{:?}", environment.variables);
        if reader.text() == Some(&variables)
            && let Some(makers) = Vec::<(String, (String, u32))>::get(&mut reader)
        {
            memory.makers = makers.into_iter().collect();
        } else {
            return memory;
        }
        if reader.text() != Some(key) {
            return memory;
        }
        for (path, (text, walk)) in Vec::<(String, (String, Walk))>::get(&mut reader).into_iter().flatten() {
            memory.walks.insert(path.into(), (text, walk));
        }
        memory.judged = Vec::<(String, Judged)>::get(&mut reader).into_iter().flatten().collect();
        memory
    }

    /// Remembers what is of use for the next run.
    pub(crate) fn write(
        &self,
        folder: &Path,
        key: &str,
        environment: &Environment,
        sources: &Sources,
        judged: &BTreeMap<String, Judged>,
    ) -> io::Result<()> {
        let mut writer = Writer::default();
        writer.text(&format!("{:?}", environment.variables));
        let makers: Vec<_> = self.makers.iter().map(|(maker, made)| (maker.clone(), made.clone())).collect();
        makers.put(&mut writer);
        writer.text(key);
        sources.files.len().put(&mut writer);
        for file in &sources.files {
            // A path that is no text is not found again, and read anew.
            writer.text(file.path.to_str().unwrap_or_default());
            writer.text(&file.source.text);
            file.walk.put(&mut writer);
        }
        judged.len().put(&mut writer);
        for (text, judged) in judged {
            writer.text(text);
            judged.put(&mut writer);
        }
        replace(&folder.join("memory"), &writer.0)
    }
}

/// What the last run said, if it would say the same again.
pub(crate) fn last(folder: &Path, key: &str) -> Option<String> {
    let bytes = fs::read(folder.join("last")).ok()?;
    let mut reader = Reader(&bytes);
    if reader.text()? != key {
        return None;
    }
    for _ in 0..usize::get(&mut reader)? {
        let (path, text) = (reader.text()?, reader.text()?);
        if fs::read(path).ok()? != text.as_bytes() {
            return None;
        }
    }
    for _ in 0..usize::get(&mut reader)? {
        let path = reader.text()?;
        if Stamp::get(&mut reader)? != stamp(Path::new(path)) {
            return None;
        }
    }
    reader.text().map(str::to_string)
}

/// Remembers a run, if what it depends on can be told from what comes later.
pub(crate) fn remember(
    folder: &Path,
    key: &str,
    sources: &Sources,
    depends_on: &[PathBuf],
    output: &str,
) -> io::Result<()> {
    let now = SystemTime::now();
    let mut stamps = Vec::new();
    for (path, stamp) in depends_on.iter().zip(in_parallel(depends_on, |path| stamp(path))) {
        let changed = stamp.map(|(changed, _)| UNIX_EPOCH + Duration::from_nanos(changed));
        let coarse =
            if stamp.is_some_and(|(changed, _)| changed % 1_000_000 == 0) { VERY_COARSE } else { COARSE };
        let (Some(path), false) = (path.to_str(), changed.is_some_and(|changed| changed + coarse > now))
        else {
            return forget(folder);
        };
        stamps.push((path.to_string(), stamp));
    }
    let mut texts = Vec::new();
    for file in &sources.files {
        let Some(path) = file.path.to_str() else { return forget(folder) };
        texts.push((path.to_string(), file.source.text.clone()));
    }
    let mut writer = Writer::default();
    Last { key: key.into(), sources: texts, stamps, output: output.into() }.put(&mut writer);
    replace(&folder.join("last"), &writer.0)
}

/// The next run looks at everything.
pub(crate) fn forget(folder: &Path) -> io::Result<()> {
    match fs::remove_file(folder.join("last")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn stamp(path: &Path) -> Stamp {
    let metadata = fs::metadata(path).ok()?;
    let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((u64::try_from(changed.as_nanos()).ok()?, metadata.len()))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    fs::write(&part, bytes)?;
    fs::rename(&part, path)
}
