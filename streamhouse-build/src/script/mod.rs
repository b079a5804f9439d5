//! The build script of whoever declares events.

mod archive;
mod conditions;
mod environment;
mod findings;
mod follow;
mod gather;
mod instructions;
mod judge;
mod lexer;
mod memory;
mod parallel;
mod run;
mod store;
mod targets;
#[cfg(test)]
mod tests;
mod tree;
mod walk;

use environment::Environment;
pub(crate) use parallel::in_parallel;

/// For `main` of `build.rs`: writes `schemas/` and `migrations/` as the declarations of the package say, or says what is
/// missing there.
///
/// ```no_run
/// streamhouse_build::build();
/// ```
///
/// The sources are read as rustc does, from the library and the programs of the package along its modules, with the features
/// and the target of the build. What they make always goes into `streamhouse/rendered.tar` below `OUT_DIR`. It goes into the tree, beside
/// `streamhouse.toml`, where that says `[schemas] write = true`, in builds of a development profile without `CI` in the
/// environment, and never in packages that cargo has fetched or packed. Everywhere else the tree is compared: what is not
/// right there is a warning of a development build, and an error of the derive on the struct in any other.
///
/// Advice of lints, which the derive cannot give, is shown as warnings. Errors of declarations are left to the derive: a build
/// script that fails would hide them.
pub fn build() {
    // Build scripts speak to cargo through stdout.
    match Environment::read() {
        Some(environment) => print!("{}", run::run(&environment)),
        None => {
            println!("cargo::error=streamhouse_build::build() is called in a build script, which this is not")
        }
    }
}
