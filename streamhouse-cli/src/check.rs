//! `streamhouse check`.

use std::io::{ErrorKind, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use streamhouse_build::{Report, Severity};

/// What to read and how to tell.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Folders with sources, or source files
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Fail where there are warnings too
    #[arg(long)]
    deny_warnings: bool,
    /// An object a line on stdout for each finding
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let report = streamhouse_build::check(&arguments.paths).map_err(|error| error.to_string())?;
    let told = if arguments.json { as_json(&report) } else { as_text(&report) };
    match told {
        // Whoever reads has seen enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => return Err(format!("the output: {error}")),
        _ => {}
    }
    let wrong = if arguments.deny_warnings { report.findings.len() } else { report.errors() };
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn as_json(report: &Report) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for finding in &report.findings {
        writeln!(out, "{}", finding.to_json())?;
    }
    Ok(())
}

/// Findings go where those of a compiler go.
fn as_text(report: &Report) -> std::io::Result<()> {
    let mut out = std::io::stderr().lock();
    let colours = colours(&out);
    for finding in &report.findings {
        writeln!(out, "{}\n", finding.render(colours))?;
    }
    let warnings = report.findings.iter().filter(|finding| finding.severity == Severity::Warning).count();
    let many = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    writeln!(
        out,
        "{} without errors, {}, {}",
        many(report.schemas.len(), "declaration"),
        many(report.errors(), "error"),
        many(warnings, "warning")
    )?;
    if report.findings.iter().any(|finding| finding.code.is_some()) {
        writeln!(out, "`streamhouse explain CODE` says more about a rule")?;
    }
    Ok(())
}

/// Colours are for terminals whose owner has not declined (<https://no-color.org>).
pub(crate) fn colours(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
