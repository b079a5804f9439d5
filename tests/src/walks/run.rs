//! Many walks, on several connections.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use super::chain::{Walk, walk};
use crate::Place;

/// Examples that are kept.
const EXAMPLES: usize = 20;

/// How many walks are made, and which.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many.
    pub chains: u64,
    /// The number of the first.
    pub first: u64,
    /// Changes of each.
    pub steps: u32,
    /// What all of them follow from.
    pub seed: u64,
    /// How many are made at the same time.
    pub connections: usize,
}

/// The numbers of a run, in the order in which they are printed.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// How many walks were made.
    pub chains: u64,
    /// Changes of all of them.
    pub steps: u64,
    /// Tables that are not as one that is made afresh, and values that are not what the changes say.
    pub mismatches: u64,
    /// Rows that changes have taken.
    pub lost_rows: u64,
    /// Frames of older versions that did not become rows.
    pub refused_frames: u64,
    /// What went wrong: the number of the walk, what was seen, and its declarations.
    pub examples: Vec<(u64, Vec<String>, Vec<String>)>,
}

impl Report {
    /// Whether nothing went wrong.
    pub fn is_sound(&self) -> bool {
        self.mismatches == 0 && self.lost_rows == 0 && self.refused_frames == 0
    }
}

/// Makes them all. `progress` is called after each one.
pub async fn run(
    redis_url: &str,
    clickhouse_url: &str,
    options: Options,
    progress: impl Fn() + Send + Sync + 'static,
) -> Result<Report, String> {
    let next = Arc::new(AtomicU64::new(options.first));
    let report = Arc::new(Mutex::new(Report::default()));
    let progress = Arc::new(progress);
    let mut tasks = Vec::new();
    for _ in 0..options.connections.max(1) {
        let (next, report, progress) = (next.clone(), report.clone(), progress.clone());
        let (redis_url, clickhouse_url) = (redis_url.to_string(), clickhouse_url.to_string());
        tasks.push(tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= options.first + options.chains {
                    return Ok::<(), String>(());
                }
                let place = Place::on(&redis_url, &clickhouse_url);
                let made = match walk(&place, options.seed, number, options.steps).await {
                    Ok(made) => made,
                    // A change that is declared and not allowed, or that the server does not make: the others go on.
                    Err(error) => Walk { mismatches: vec![error], ..Walk::default() },
                };
                let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
                report.chains += 1;
                report.steps += made.steps;
                report.mismatches += made.mismatches.len() as u64;
                report.lost_rows += made.lost_rows;
                report.refused_frames += made.refused_frames;
                if !made.mismatches.is_empty() && report.examples.len() < EXAMPLES {
                    report.examples.push((number, made.mismatches, made.texts));
                }
                let hopeless = report.examples.len() >= EXAMPLES;
                drop(report);
                if hopeless {
                    return Ok(());
                }
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
