//! What cannot be imported, by its exact words.

use crate::support::Test;

#[test]
fn nothing_and_several() {
    Test::new()
        .args(["import"])
        .status(1)
        .stderr("")
        .any_stderr()
        .run();
}
