//! Running other programs.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Commands that take longer say how long.
const LONG: Duration = Duration::from_secs(5);

/// Makes the root of the workspace the working directory.
pub(crate) fn enter_workspace() -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    env::set_current_dir(&root).map_err(|error| format!("cannot enter the workspace: {error}"))
}

/// The cargo that runs this program, with `args` split at blanks.
///
/// Each step builds a crate once: what an incremental build keeps for the next would double the disk that the steps take.
pub(crate) fn cargo(args: &str) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args.split_whitespace());
    if env::var_os("CARGO_INCREMENTAL").is_none() {
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

/// Where cargo puts what it builds.
pub(crate) fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from)
}

/// Runs a command with its output shown; anything but success is an error.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let line = show(command);
    println!("$ {line}");
    let began = Instant::now();
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("cannot start `{line}`: {error}"))?;
    if status.success() {
        let taken = began.elapsed();
        // So that it shows what a step's time goes to.
        if taken >= LONG {
            println!("  took {:.0} s", taken.as_secs_f64());
        }
        Ok(())
    } else {
        Err(format!("`{line}` ended with {status}"))
    }
}

/// Runs a command and returns what it prints; anything but success is an error.
pub(crate) fn read(command: &mut Command) -> Result<String, String> {
    let line = show(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot start `{line}`: {error}"))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "`{line}` ended with {}\n{}",
            output.status,
            stderr.trim_end()
        ));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("`{line}` printed text that is not UTF-8"))
}

/// The command as one would type it.
fn show(command: &Command) -> String {
    let mut words = Vec::new();
    for (key, value) in command.get_envs() {
        if let Some(value) = value {
            words.push(format!("{}={}", key.display(), quote(value)));
        }
    }
    let program = Path::new(command.get_program());
    words.push(quote(program.file_stem().unwrap_or(program.as_os_str())));
    words.extend(command.get_args().map(quote));
    words.join(" ")
}

fn quote(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    if word.contains(|c: char| c.is_whitespace() || c == '\'') {
        format!("{word:?}")
    } else {
        word.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_typed() {
        let mut command = Command::new("/somewhere/bin/cargo");
        command
            .args(["doc", "a b"])
            .env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(
            show(&command),
            r#"RUSTDOCFLAGS="-D warnings" cargo doc "a b""#
        );
    }

    #[test]
    fn a_failing_command_is_an_error() {
        let error = run(&mut cargo("no-such-command-at-all")).unwrap_err();
        assert!(
            error.contains("cargo no-such-command-at-all` ended with "),
            "{error}"
        );
    }
}
