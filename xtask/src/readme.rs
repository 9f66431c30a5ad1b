//! The commands that the README tells its readers to run, run.
//!
//! A fenced `sh` block is run when the line just above it is [`MARK`].

use std::process::Command;
use std::{fs, io};

use crate::cmd;

const MARK: &str = "<!-- xtask: run -->";

/// Already under way when this step runs.
const SELF: &str = "cargo xtask test";

/// Runs every marked block of a file with bash, from the root of the workspace.
pub(crate) fn run(path: &str) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("{path} is missing"),
        _ => format!("cannot read {path}: {error}"),
    })?;
    let blocks = marked_blocks(&text).map_err(|(line, fault)| format!("{path}:{line}: {fault}"))?;
    if blocks.is_empty() {
        return Err(format!("{path} has no block marked `{MARK}`"));
    }
    for Block { line, script } in blocks {
        let script: Vec<&str> = script.lines().filter(|line| line.trim() != SELF).collect();
        if script.is_empty() {
            continue;
        }
        println!("{path}:{line}");
        cmd::run(Command::new("bash").args(["-euxo", "pipefail", "-c", &script.join("\n")]))
            .map_err(|error| format!("{path}:{line}: {error}"))?;
    }
    Ok(())
}

/// A fenced block; the line is that of its opening fence, counted from 1.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    line: usize,
    script: String,
}

fn marked_blocks(text: &str) -> Result<Vec<Block>, (usize, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((mark, number)) = lines.next() {
        if mark.trim() != MARK {
            continue;
        }
        let Some(("```sh", line)) = lines.next() else {
            return Err((
                number,
                format!("expected a `sh` block right below `{MARK}`"),
            ));
        };
        let mut script = String::new();
        loop {
            match lines.next() {
                Some(("```", _)) => break,
                Some((text, _)) => {
                    script.push_str(text);
                    script.push('\n');
                }
                None => return Err((line, "this block is not closed".to_owned())),
            }
        }
        blocks.push(Block { line, script });
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marked_blocks_are_found() {
        let text = "# t\n```sh\nno\n```\n<!-- xtask: run -->\n```sh\na\nb\n```\n```rust\nno\n```\n";
        let block = Block {
            line: 6,
            script: "a\nb\n".to_owned(),
        };
        assert_eq!(marked_blocks(text), Ok(vec![block]));
    }

    #[test]
    fn a_mark_without_a_block_is_an_error() {
        assert_eq!(
            marked_blocks("<!-- xtask: run -->\n\n```sh\na\n```\n")
                .unwrap_err()
                .0,
            1
        );
        assert_eq!(
            marked_blocks("<!-- xtask: run -->\n```console\na\n```\n")
                .unwrap_err()
                .0,
            1
        );
        assert_eq!(
            marked_blocks("<!-- xtask: run -->\n```sh\na\n")
                .unwrap_err()
                .0,
            2
        );
    }
}
