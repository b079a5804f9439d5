//! `streamhouse explain`.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use serde_json::{Value, json};
use streamhouse_build::rules;

/// Which rule.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The code that an error carries, such as SH0401, or a lint's name; without one, all rules in a line each
    code: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    if arguments.json {
        let chosen: Vec<&rules::Rule> = match &arguments.code {
            None => rules::rules().collect(),
            Some(code) => rules::rule(code).into_iter().collect(),
        };
        if chosen.is_empty() {
            return Err(unknown(arguments.code.as_deref().unwrap_or_default()));
        }
        say!("{}", json!({"rules": chosen.into_iter().map(as_json).collect::<Vec<_>>()}));
        return Ok(ExitCode::SUCCESS);
    }
    let text = match &arguments.code {
        None => rules::rules().map(line).collect(),
        Some(code) => match rules::rule(code) {
            Some(rule) => page(rule),
            None => return Err(unknown(code)),
        },
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(format!("the output: {error}")),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn unknown(code: &str) -> String {
    format!("there is no rule `{code}`: `streamhouse explain` lists them")
}

fn as_json(rule: &rules::Rule) -> Value {
    let name = rules::lint(rule.code).map(|lint| lint.name);
    json!({"code": rule.code, "lint": name, "what": rule.what, "why": rule.why, "wrong": rule.wrong, "right": rule.right})
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
