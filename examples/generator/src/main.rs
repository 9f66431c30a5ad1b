//! Writes `examples/viet-tri-2018/submissions` anew: `cargo run -p cqdt-example-data`.
#![allow(
    clippy::unwrap_used,
    reason = "a tool of this repository; it may stop loudly"
)]

use std::fs;
use std::path::Path;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../viet-tri-2018/submissions");
    let files = cqdt_example_data::files().unwrap();
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in &files {
        fs::write(folder.join(name), text).unwrap();
    }
    println!("{} files in {}", files.len(), folder.display());
}
