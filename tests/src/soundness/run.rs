//! Many declarations, on several connections.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use streamhouse_schema::project::{ENGINE, Project};
use streamhouse_schema::version::Version;

use super::engine;
use super::generate::declaration;
use super::random::Random;
use super::report::{Example, Report};
use super::sketch::Sketch;
use super::trial::{Court, Outcome, trial};

/// How many declarations are made, and which.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many.
    pub declarations: u64,
    /// The number of the first.
    pub first: u64,
    /// What all of them follow from.
    pub seed: u64,
    /// How many are tried at the same time.
    pub connections: usize,
}

/// Tries them all; each connection has a database of its own, made of a prefix. `progress` is called after each one.
pub async fn run(
    client: &clickhouse::Client,
    prefix: &str,
    options: Options,
    progress: impl Fn() + Send + Sync + 'static,
) -> Result<Report, String> {
    let next = Arc::new(AtomicU64::new(options.first));
    let report = Arc::new(Mutex::new(Report::default()));
    let progress = Arc::new(progress);
    let mut tasks = Vec::new();
    let project = project_of(client).await?;
    for connection in 0..options.connections.max(1) {
        let database = format!("{prefix}_{connection}");
        engine::run(client, &format!("CREATE DATABASE IF NOT EXISTS {database}")).await?;
        // The one that expressions ask: dictionaries are declared elsewhere.
        let dictionary = format!(
            "CREATE DICTIONARY IF NOT EXISTS {database}.d (id UInt64, a UInt64) PRIMARY KEY id SOURCE(NULL()) LAYOUT(HASHED()) LIFETIME(0)"
        );
        engine::run(client, &dictionary).await?;
        let client = client.clone().with_database(&database);
        let court = Court { client, database, project: project.clone() };
        let (next, report, progress) = (next.clone(), report.clone(), progress.clone());
        tasks.push(tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= options.first + options.declarations {
                    return Ok::<(), String>(());
                }
                one(&court, options.seed, number, &report).await?;
                progress();
            }
        }));
    }
    for task in tasks {
        task.await.map_err(|error| error.to_string())??;
    }
    let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(std::mem::take(&mut report))
}

/// What compiles for this engine is asked: an older one knows less.
async fn project_of(client: &clickhouse::Client) -> Result<Project, String> {
    let version = engine::text(client, "SELECT version()").await?;
    let release = Version::of_server(&version).ok_or_else(|| format!("`{version}` is no release"))?;
    Ok(Project { oldest: release.min(ENGINE), ..Project::default() })
}

async fn one(court: &Court, seed: u64, number: u64, report: &Mutex<Report>) -> Result<(), String> {
    let sketch = declaration(&mut Random::of(seed, number));
    let outcome = trial(court, &sketch.text(), &mut values(seed, number))
        .await
        .map_err(|error| format!("declaration {number}: {error}\n{}", sketch.text()))?;
    // Smaller ones are looked for only where there is something to see.
    let kind = match &outcome {
        Outcome::Refused(_) => Some("refused"),
        Outcome::Shown(_) => Some("shown_differently"),
        Outcome::Changed(_) => Some("roundtrip_failures"),
        Outcome::Rejected { valid: true, codes, .. } => match codes[..] {
            [code] => Some(code),
            _ => None,
        },
        _ => None,
    };
    let known = |kind: &str| {
        let report = report.lock().unwrap_or_else(PoisonError::into_inner);
        report.examples.get(kind).map_or(0, Vec::len)
    };
    let example = match kind {
        Some(kind) if known(kind) < if kind.starts_with("SH") { 1 } else { 40 } => {
            let (sketch, outcome) = shrink(court, sketch, outcome.clone(), seed, number).await?;
            let message = match outcome {
                Outcome::Refused(message) | Outcome::Shown(message) | Outcome::Changed(message) => message,
                Outcome::Rejected { messages, .. } => messages.join("\n"),
                _ => String::new(),
            };
            Some((kind, Example { number, declaration: sketch.text(), message }))
        }
        _ => None,
    };

    let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
    report.declarations += 1;
    match outcome {
        Outcome::Accepted { kept_out } => {
            report.accepted += 1;
            match kept_out {
                Some(error) => {
                    let code = engine::code(&error).map_or("none".into(), |code| code.to_string());
                    *report.kept_out.entry(code).or_default() += 1;
                }
                None => report.filled += 1,
            }
        }
        Outcome::Refused(_) => report.refused += 1,
        Outcome::Shown(_) => {
            report.accepted += 1;
            report.shown_differently += 1;
        }
        Outcome::Changed(_) => {
            report.accepted += 1;
            report.roundtrip_failures += 1;
        }
        Outcome::Rejected { codes, valid: true, .. } => {
            report.rejected_though_valid += 1;
            *report.stricter.entry(codes.join("+")).or_default() += 1;
        }
        Outcome::Rejected { codes, .. } => {
            report.rejected += 1;
            for code in codes {
                *report.agreed.entry(code.into()).or_default() += 1;
            }
        }
        Outcome::Unreadable(_) => report.unreadable += 1,
    }
    if let Some((kind, example)) = example {
        let limit = if kind.starts_with("SH") { 1 } else { 40 };
        report.example(kind, limit, example);
    }
    Ok(())
}

/// The values of a declaration follow from its number too.
fn values(seed: u64, number: u64) -> Random {
    Random::of(seed ^ 0xFACE, number)
}

/// Leaves out what can be left out while the same thing goes wrong.
async fn shrink(
    court: &Court,
    mut sketch: Sketch,
    mut outcome: Outcome,
    seed: u64,
    number: u64,
) -> Result<(Sketch, Outcome), String> {
    'smaller: loop {
        for candidate in sketch.smaller().into_iter().filter(|candidate| !candidate.fields.is_empty()) {
            let tried = trial(court, &candidate.text(), &mut values(seed, number)).await?;
            if tried.is_like(&outcome) {
                (sketch, outcome) = (candidate, tried);
                continue 'smaller;
            }
        }
        return Ok((sketch, outcome));
    }
}
