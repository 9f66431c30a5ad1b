//! The `cqdt` command.

fn main() {}
