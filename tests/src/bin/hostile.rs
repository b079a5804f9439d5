//! Writes the valid inputs of a reader into a folder, for cargo-fuzz to begin with: `hostile READER FOLDER`.

use std::path::Path;
use std::process::ExitCode;

use streamhouse_tests::hostile::{TARGETS, target};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let written = match &arguments[..] {
        [name, folder] => match target(name) {
            Some(target) => write(Path::new(folder), &(target.seeds)(), target.words),
            None => {
                let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
                Err(format!("there is no reader `{name}`; there are {}", names.join(", ")))
            }
        },
        _ => Err("usage: hostile READER FOLDER".into()),
    };
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("hostile: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The inputs, each in a file, and the words as a dictionary of libFuzzer (<https://llvm.org/docs/LibFuzzer.html#dictionaries>).
fn write(folder: &Path, seeds: &[Vec<u8>], words: &[&str]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let corpus = folder.join("inputs");
    std::fs::create_dir_all(&corpus).map_err(failed)?;
    for (number, seed) in seeds.iter().enumerate() {
        std::fs::write(corpus.join(format!("seed-{number:02}")), seed).map_err(failed)?;
    }
    let entry = |word: &&str| {
        let bytes: Vec<String> = word.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
        format!("\"{}\"\n", bytes.concat())
    };
    std::fs::write(folder.join("words.dict"), words.iter().map(entry).collect::<String>()).map_err(failed)
}
