//! What a build script costs: that of a package of many events, unoptimised as cargo builds it for development, run as cargo
//! runs it.

#[path = "../build_cost/application.rs"]
#[allow(dead_code, reason = "only the structs of it are needed here")]
mod application;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use clap::Parser;

use crate::application::{Derive, structure};

/// Measure what a build script costs.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    /// Events of the package, of ten fields each
    #[arg(long, default_value_t = 1000)]
    events: usize,
    /// Events in a file
    #[arg(long, default_value_t = 20)]
    per_file: usize,
    /// Rounds, of which the median counts
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Print one JSON object as the last line
    #[arg(long)]
    json: bool,
}

/// How long each kind of run took.
#[derive(Default)]
struct Times {
    /// Nothing is there, and everything is written.
    first: Vec<Duration>,
    /// The tree is as it should be, and the folder of the script is empty.
    cold: Vec<Duration>,
    /// One event has changed.
    edit: Vec<Duration>,
    /// Nothing has changed.
    warm: Vec<Duration>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let times = match measure(&arguments) {
        Ok(times) => times,
        Err(message) => {
            eprintln!("build-script: {message}");
            return ExitCode::FAILURE;
        }
    };
    let kinds = [
        ("first", "nothing there, all written", &times.first),
        ("cold", "tree as it should be", &times.cold),
        ("edit", "one event changed", &times.edit),
        ("warm", "nothing changed", &times.warm),
    ];
    for (name, what, times) in kinds {
        println!("{name:>5}: {:>9.2?}  {what}", median(times));
    }
    println!("of {} events in {} rounds", arguments.events, arguments.rounds);
    if arguments.json {
        let mut figures = serde_json::json!({ "events": arguments.events });
        for (name, _, times) in kinds {
            let seconds: Vec<f64> = times.iter().map(Duration::as_secs_f64).collect();
            figures[format!("{name}_seconds")] = seconds.into();
            figures[format!("{name}_median_seconds")] = median(times).as_secs_f64().into();
        }
        println!("{figures}");
    }
    ExitCode::SUCCESS
}

fn measure(arguments: &Arguments) -> Result<Times, String> {
    let folder = target().join("build-script");
    let package = folder.join("events");
    let failed = |error: io::Error| format!("{}: {error}", package.display());
    let script = built(&folder, &package)?;
    write(&package, arguments).map_err(failed)?;
    let out = folder.join("out");
    let run = || run(&script, &package, &out);
    let mut times = Times::default();
    for round in 1..=arguments.rounds {
        clear(&[&out, &package.join("schemas"), &package.join("migrations")]).map_err(failed)?;
        times.first.push(run()?);
        clear(&[&out]).map_err(failed)?;
        times.cold.push(run()?);
        let file = package.join("src/m0.rs");
        let text = fs::read_to_string(&file).map_err(failed)?;
        let edited = text.replacen("quantity: u32", &format!("quantity: u32, pub round_{round}: u32"), 1);
        fs::write(&file, edited).map_err(failed)?;
        times.edit.push(run()?);
        // Files that are younger than a clock's tick might change unseen, and are looked at once more.
        std::thread::sleep(Duration::from_millis(100));
        run()?;
        times.warm.push(run()?);
        eprintln!("round {round} of {}", arguments.rounds);
    }
    Ok(times)
}

/// The script of a package that declares nothing yet.
fn built(folder: &Path, package: &Path) -> Result<PathBuf, String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().unwrap_or(here);
    let manifest = format!(
        "[package]\nname = \"events\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[build-dependencies]\n\
         streamhouse-build = {{ path = {:?} }}\n\n[workspace]\n",
        root.join("streamhouse-build")
    );
    let write = || {
        clear(&[package])?;
        fs::create_dir_all(package.join("src"))?;
        fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock"))?;
        fs::write(package.join("Cargo.toml"), manifest)?;
        fs::write(package.join("build.rs"), "fn main() {\n    streamhouse_build::build();\n}\n")?;
        fs::write(package.join("streamhouse.toml"), "[schemas]\nwrite = true\n")?;
        fs::write(package.join("src/lib.rs"), "")
    };
    write().map_err(|error| format!("{}: {error}", package.display()))?;
    let target = folder.join("target");
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    eprintln!("building the script");
    let status = Command::new(program)
        .args(["build", "--offline", "--quiet"])
        .current_dir(package)
        .env("CARGO_TARGET_DIR", &target)
        .status()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    if !status.success() {
        return Err(format!("`cargo build` ended with {status}"));
    }
    let build = target.join("debug/build");
    let entries = fs::read_dir(&build).map_err(|error| format!("{}: {error}", build.display()))?;
    let scripts = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let scripts = scripts
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("events-")));
    let scripts = scripts.map(|path| path.join("build-script-build")).filter(|path| path.is_file());
    // Those of earlier states of the dependencies may lie beside it.
    let newest = scripts.max_by_key(|path| fs::metadata(path).and_then(|found| found.modified()).ok());
    newest.ok_or_else(|| format!("{} has no script of the package", build.display()))
}

/// The declarations, some in a file, as an application has them.
fn write(package: &Path, arguments: &Arguments) -> io::Result<()> {
    let mut modules = String::new();
    for (file, first) in (0..arguments.events).step_by(arguments.per_file.max(1)).enumerate() {
        let mut source = String::from("use chrono::{DateTime, Utc};\nuse uuid::Uuid;\n\n");
        for number in first..arguments.events.min(first + arguments.per_file.max(1)) {
            structure(&mut source, Derive::StreamSchema, number);
        }
        fs::write(package.join(format!("src/m{file}.rs")), source)?;
        modules.push_str(&format!("pub mod m{file};\n"));
    }
    fs::write(package.join("src/lib.rs"), modules)
}

fn run(script: &Path, package: &Path, out: &Path) -> Result<Duration, String> {
    let mut command = Command::new(script);
    command.current_dir(package).env("CARGO_MANIFEST_DIR", package).env("OUT_DIR", out);
    command.env("PROFILE", "debug").env_remove("CI").stdout(Stdio::null());
    let began = Instant::now();
    let status = command.status().map_err(|error| format!("the script cannot be started: {error}"))?;
    let took = began.elapsed();
    if status.success() { Ok(took) } else { Err(format!("the script ended with {status}")) }
}

fn clear(folders: &[&Path]) -> io::Result<()> {
    for folder in folders {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The folder that cargo builds into.
fn target() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().unwrap_or(here);
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}

fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
