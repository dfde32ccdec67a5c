//! `bench self-test` from the outside.

use std::process::Command;

#[test]
fn client_figures_and_table_work() {
    let output = Command::new(env!("CARGO_BIN_EXE_bench")).arg("self-test").output().expect("bench starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("| slow by 5 ms | "));
}
