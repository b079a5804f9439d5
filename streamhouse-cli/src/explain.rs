//! `streamhouse explain`.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use streamhouse_build::rules;

/// Which rule.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The code that an error carries, such as SH0401, or a lint's name; without one, all rules in a line each
    code: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let text = match &arguments.code {
        None => rules::rules().map(line).collect(),
        Some(code) => match rules::rule(code) {
            Some(rule) => page(rule),
            None => return Err(format!("there is no rule `{code}`: `streamhouse explain` lists them")),
        },
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("the output: {error}")),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn line(rule: &rules::Rule) -> String {
    format!("{}  {}{}\n", rule.code, rule.what, name(rule))
}

/// The name of a lint, in parentheses behind a space.
fn name(rule: &rules::Rule) -> String {
    rules::lint(rule.code).map(|lint| format!(" ({})", lint.name)).unwrap_or_default()
}

fn page(rule: &rules::Rule) -> String {
    let mut text = format!("{}{}: {}\n\n{}\n", rule.code, name(rule), rule.what, rule.why);
    for (title, example) in [("Wrong", rule.wrong), ("Right", rule.right)] {
        text.push_str(&format!("\n{title}:\n\n"));
        example.lines().for_each(|line| text.push_str(&format!("    {line}\n")));
    }
    text
}
