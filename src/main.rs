//! The `reldeb` command.

fn main() {}
