//! A short run. `cargo xtask check --long` has a long one.

use std::path::Path;

use payvand_stress::{Settings, run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_stays_right_while_everything_fails() {
    let settings = Settings { calls: 2500, seed: 1 };
    let program = Path::new(env!("CARGO_BIN_EXE_payvand-stress"));
    let report = run(settings, program).await;
    let report = report.expect("loopback, and a second process");
    println!("{report}");
    assert!(report.is_good(), "{report}");
}
