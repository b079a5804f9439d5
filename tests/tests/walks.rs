//! Random walks, as `cargo xtask soundness --evolution` makes them; here some of them.

use streamhouse_tests::walks::{Options, run};

#[tokio::test(flavor = "multi_thread")]
async fn tables_and_frames_follow_random_changes() {
    let stack = streamhouse_stack::shared().expect("a stack");
    let options = Options { chains: 8, first: 0, steps: 5, seed: 20_261, connections: 3 };
    let report = run(&stack.redis_url(), &stack.clickhouse_url(), options, || {}).await.expect("walks");
    assert!(report.is_sound(), "{report:#?}");
    assert_eq!((report.chains, report.steps), (8, 40));
}
