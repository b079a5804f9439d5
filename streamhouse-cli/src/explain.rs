//! `streamhouse explain`.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use streamhouse_build::rules;

/// Which rule.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The code that an error carries, such as SH0401; without one, all rules in a line each
    code: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let text = match &arguments.code {
        None => rules::rules().map(|rule| format!("{}  {}\n", rule.code, rule.what)).collect(),
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

fn page(rule: &rules::Rule) -> String {
    let mut text = format!("{}: {}\n\n{}\n", rule.code, rule.what, rule.why);
    for (title, example) in [("Wrong", rule.wrong), ("Right", rule.right)] {
        text.push_str(&format!("\n{title}:\n\n"));
        example.lines().for_each(|line| text.push_str(&format!("    {line}\n")));
    }
    text
}
