//! Some of what `cargo xtask soundness` does: random declarations, the same every time.

use streamhouse_tests::soundness::run::{Options, run};
use streamhouse_tests::soundness::servers::Servers;

/// How many, unless `STREAMHOUSE_DECLARATIONS` says more.
const DECLARATIONS: u64 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn whatever_compiles_the_engine_accepts() {
    let servers = Servers::start().unwrap_or_else(|error| panic!("{error}"));
    let declarations = std::env::var("STREAMHOUSE_DECLARATIONS").ok().and_then(|count| count.parse().ok());
    let options = Options {
        declarations: declarations.unwrap_or(DECLARATIONS),
        first: 0,
        seed: 20_260_728,
        connections: 3,
    };
    let report = run(&servers.clickhouse(), "random", options, || {}).await.expect("the engine answers");
    let bugs: Vec<_> = report.examples.iter().filter(|(kind, _)| !kind.starts_with("SH")).collect();
    assert!(report.is_sound(), "{bugs:#?}");
    assert_eq!(report.declarations, options.declarations);
    // Else the generator says too little.
    assert!(report.accepted > options.declarations / 2, "{report:?}");
    assert!(report.filled > options.declarations / 2, "{report:?}");
    assert!(report.rejected > options.declarations / 20, "{report:?}");
}
