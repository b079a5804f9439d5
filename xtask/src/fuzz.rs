//! `cargo xtask fuzz`: cargo-fuzz on the readers of `tests/src/hostile`, beginning with their valid inputs.

use std::process::Command;

use crate::cargo::{self, cargo, root};

const READERS: &[&str] =
    &["frame", "published_schema", "snapshot", "column_type", "expression", "compressed_blocks"];
/// The longest input, as in `tests/tests/hostile.rs`.
const LONGEST: u32 = 1 << 16;

/// Looks for so long at one reader, or at each.
pub(crate) fn run(reader: Option<&str>, seconds: u64) -> Result<(), String> {
    let folder = root().join("fuzz");
    cargo::run(&mut cargo(&["build", "-p", "streamhouse-tests", "--bin", "hostile"]))?;
    let readers: Vec<&str> = reader.map_or(READERS.to_vec(), |reader| vec![reader]);
    for reader in readers {
        let (corpus, regressions) =
            (folder.join("corpus").join(reader), folder.join("regressions").join(reader));
        std::fs::create_dir_all(&regressions)
            .map_err(|error| format!("{}: {error}", regressions.display()))?;
        cargo::run(Command::new(cargo::target().join("debug/hostile")).arg(reader).arg(&corpus))?;
        // By its name, so that rustup chooses the compiler.
        let mut command = Command::new("cargo");
        command.args(["+nightly", "fuzz", "run", "--fuzz-dir"]).arg(&folder).arg(reader);
        command.arg(corpus.join("inputs")).arg(regressions);
        command.arg("--").arg(format!("-dict={}", corpus.join("words.dict").display()));
        command.args([format!("-max_total_time={seconds}"), format!("-max_len={LONGEST}")]);
        // A reader takes no more than 256 MiB and what that needs to grow.
        command.args(["-rss_limit_mb=2048", "-timeout=10"]);
        cargo::run(command.env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN"))?;
    }
    Ok(())
}
