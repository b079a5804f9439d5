//! `streamhouse init`: what a project needs to begin with.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

/// Where.
#[derive(Debug, clap::Args)]
#[command(after_help = "Files that exist stay as they are; what would have to be added to them is printed.")]
pub(crate) struct Arguments {
    /// The folder of the crate, with its Cargo.toml
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

const PROJECT: &str = r#"# What StreamHouse asks of the declarations below this folder.

[clickhouse]
# The oldest server that has to accept the tables.
# oldest = "25.8"

[lints]
# By name or by code: "allow", "warn" or "deny"; `streamhouse check` shows them.
# float_for_money = "deny"

[schemas]
# Builds write `schemas/` and `migrations/`, as drafts.
write = true
"#;

const BUILD: &str = "//! Writes `schemas/` and `migrations/` as the events are declared.

fn main() {
    streamhouse_build::build();
}
";

const EVENT: &str = r#"//! Events.

use chrono::{DateTime, Utc};
use streamhouse::StreamSchema;

/// Somebody looked at a page.
#[derive(StreamSchema)]
#[stream(name = "page.viewed", order_by = (site, viewed_at))]
pub struct PageViewed {
    /// When.
    #[stream(timestamp)]
    pub viewed_at: DateTime<Utc>,
    /// On which site.
    #[stream(low_cardinality)]
    pub site: String,
    /// What was looked at.
    pub path: String,
}
"#;

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let dir = &arguments.dir;
    if !dir.join("Cargo.toml").exists() {
        return Err(format!(
            "{} has no Cargo.toml: run `cargo init` first, or name the folder of a crate",
            dir.display()
        ));
    }
    let files = [("streamhouse.toml", PROJECT), ("build.rs", BUILD), ("src/events.rs", EVENT)];
    let (mut written, mut kept) = (Vec::new(), Vec::new());
    for (file, text) in files {
        match write(&dir.join(file), text)? {
            true => written.push(file),
            false => kept.push(file),
        }
    }
    let steps = steps(&kept);
    if arguments.json {
        say!("{}", json!({"written": written, "kept": kept, "steps": steps}));
        return Ok(ExitCode::SUCCESS);
    }
    written.iter().for_each(|file| say!("wrote {}", dir.join(file).display()));
    kept.iter().for_each(|file| say!("{} is there already, and stays as it is", dir.join(file).display()));
    say!("\nnext:");
    for (number, step) in (1..).zip(&steps) {
        say!("  {number}. {step}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a file that is not there yet; whether it was not.
fn write(path: &Path, text: &str) -> Result<bool, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    match std::fs::File::create_new(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true).map_err(failed),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(failed(error)),
    }
}

/// What is left to the person.
fn steps(kept: &[&str]) -> Vec<String> {
    let mut steps = vec![
        "in Cargo.toml: `streamhouse` and `chrono` under [dependencies], `streamhouse-build` under [build-dependencies]".to_string(),
        "in src/lib.rs or src/main.rs: `mod events;`".to_string(),
    ];
    if kept.contains(&"build.rs") {
        let line = BUILD.lines().find(|line| line.contains("streamhouse_build::build")).unwrap_or_default();
        steps.push(format!("in build.rs: `{}`", line.trim()));
    }
    steps.extend(
        [
            "`cargo build` says what is wrong with the events",
            "`streamhouse dev` runs a Redis and a ClickHouse, and prints the variables that lead there",
            "`streamhouse generate` writes schemas/ and migrations/; `streamhouse migrate apply` makes the tables",
        ]
        .map(String::from),
    );
    steps
}
