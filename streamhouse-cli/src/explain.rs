//! `streamhouse explain`.

use std::process::ExitCode;

use streamhouse_build::rules;

/// Which rule.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The code that an error carries, such as SH0401; without one, all rules in a line each
    code: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let Some(code) = &arguments.code else {
        for rule in rules::rules() {
            println!("{}  {}", rule.code, rule.what);
        }
        return Ok(ExitCode::SUCCESS);
    };
    let Some(rule) = rules::rule(code) else {
        return Err(format!("there is no rule `{code}`: `streamhouse explain` lists them"));
    };
    println!("{}: {}\n\n{}", rule.code, rule.what, rule.why);
    for (title, example) in [("Wrong", rule.wrong), ("Right", rule.right)] {
        println!("\n{title}:\n");
        for line in example.lines() {
            println!("    {line}");
        }
    }
    Ok(ExitCode::SUCCESS)
}
