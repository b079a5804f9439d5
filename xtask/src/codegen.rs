//! `cargo xtask codegen`: what is generated and committed, from the engine and from the code.

use crate::cargo::{self, cargo};

/// The tests that compare what is generated with what it is made from, and write it where they are told to.
const GENERATORS: &[&[&str]] = &[
    // The lists of `streamhouse-schema/src/engine`, from a real engine.
    &["-p", "streamhouse-tests", "--test", "engine", "lists_are_those_of_the_engine"],
    // `docs/reactions.md`, from the table of reactions.
    &["-p", "streamhouse", "--test", "reactions", "page_shows_the_reactions"],
    // `docs/rules.md`, from the rule book.
    &["-p", "streamhouse-schema", "--all-features", "--test", "rules", "page_shows_the_rules"],
];

/// Writes what is generated, or with `check` says whether it is as it should be.
pub(crate) fn run(check: bool) -> Result<(), String> {
    streamhouse_stack::prepare().map_err(|error| error.to_string())?;
    cargo::run(&mut cargo(&["build", "-p", "streamhouse-embedded", "-p", "streamhouse-cli"]))?;
    for generator in GENERATORS {
        let mut command = cargo(&["test", "--quiet"]);
        command.args(*generator);
        if !check {
            command.env("STREAMHOUSE_WRITE", "1");
        }
        cargo::run(&mut command)?;
    }
    Ok(())
}
