//! The examples run and print what they are there to show.
#![allow(clippy::unwrap_used)]

use std::process::Command;

fn run(example: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--locked",
            "-p",
            "cqdt-examples",
            "--example",
            example,
        ])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

#[test]
fn first_score() {
    let text = run("first_score");
    assert!(text.contains("18 ÷ 20 × 2 = 1,8"), "{text}");
    assert!(text.contains("CHƯA PHẢI BẢN CHÍNH THỨC"), "{text}");
}

#[test]
fn own_criteria() {
    let text = run("own_criteria");
    assert!(
        text.contains("no answer reaches the maximum of 2: the rule yields at most 1.5 points"),
        "{text}"
    );
    assert!(
        text.contains("1 of 2 points, since 3 meetings ≥ 2 meetings → 1"),
        "{text}"
    );
}
