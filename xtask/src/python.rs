//! The Python package: built as a wheel and from its sources, tried where there is nothing else, linted, typed, tested.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::cmd::{read, run, target_folder};
use crate::tools;

const PACKAGE: &str = "bindings/python";
const REQUIREMENTS: &str = "bindings/python/requirements.txt";
/// Where the tools and the libraries of the tests are.
const TOOLS: &str = "target/python-venv";
/// Where there is nothing but the wheel.
const EMPTY: &str = "target/python-empty";
/// Where there is nothing but what the sources were built to.
const FROM_SOURCES: &str = "target/python-sources";
const WHEELS: &str = "target/python-wheels";
const SDISTS: &str = "target/python-sdists";

/// Files whose ```` ```python ```` blocks run in the empty environment.
const READMES: &[&str] = &["README.md", "README.vi.md", "bindings/python/README.md"];

pub(crate) fn check() -> Result<(), String> {
    tools::ensure_java()?;
    tools()?;
    let wheel = wheel()?;
    glibc(&wheel)?;
    from_wheel(&wheel)?;
    from_sources()?;
    // The wheel stands in for the sources, so that what is tested is what is shipped.
    run(tool("pip")
        .args([
            OsStr::new("install"),
            "--quiet".as_ref(),
            "--no-deps".as_ref(),
        ])
        .arg("--force-reinstall")
        .arg(&wheel))?;
    for line in [
        "ruff check .",
        "ruff format --check .",
        "mypy",
        "stubtest cqdt --mypy-config-file pyproject.toml --allowlist stubtest-allow.txt",
        "pyright --pythonpath ../../target/python-venv/bin/python",
        "pytest",
    ] {
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default();
        run(tool(name).args(words).current_dir(PACKAGE))?;
    }
    Ok(())
}

/// A program of the tools' environment.
fn tool(name: &str) -> Command {
    let root = env::current_dir().unwrap_or_default();
    let bin = root.join(TOOLS).join("bin");
    let mut command = Command::new(bin.join(name));
    command.env_remove("PYTHONPATH");
    // pip's cache would hold everything a second time.
    command.env("PIP_NO_CACHE_DIR", "1");
    // Tools look for each other: maturin for zig, pyright for Python.
    let mut paths = vec![bin];
    paths.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    if let Ok(paths) = env::join_paths(paths) {
        command.env("PATH", paths);
    }
    command
}

/// Makes the tools' environment, or brings it to what is required now.
fn tools() -> Result<(), String> {
    let wanted = fs::read_to_string(REQUIREMENTS)
        .map_err(|error| format!("cannot read {REQUIREMENTS}: {error}"))?;
    let stamp = Path::new(TOOLS).join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    run(Command::new("python3").args(["-m", "venv", "--clear", TOOLS]))
        .map_err(|error| format!("Python 3.11 or later with venv is needed: {error}"))?;
    run(tool("pip")
        .args(["install", "--quiet", "--disable-pip-version-check"])
        .args(["-r", REQUIREMENTS]))?;
    fs::write(&stamp, wanted).map_err(|error| format!("cannot write {}: {error}", stamp.display()))
}

/// Builds the wheel and says where it is.
///
/// Linked by zig against the glibc of manylinux2014: what this machine has would bind it to newer ones.
fn wheel() -> Result<PathBuf, String> {
    let _ = fs::remove_dir_all(WHEELS);
    run(tool("maturin")
        .args(["build", "--release", "--locked", "--out", WHEELS])
        .args(["--zig", "--compatibility", "manylinux2014"])
        .args(["--manifest-path", &format!("{PACKAGE}/Cargo.toml")])
        .args(["--interpreter", &format!("{TOOLS}/bin/python")]))?;
    only_file(WHEELS, "whl")
}

/// The file of a folder that ends so.
fn only_file(folder: &str, extension: &str) -> Result<PathBuf, String> {
    let files = fs::read_dir(folder).map_err(|error| format!("cannot read {folder}: {error}"))?;
    let file = files
        .filter_map(|file| Some(file.ok()?.path()))
        .find(|path| path.extension() == Some(extension.as_ref()))
        .ok_or_else(|| format!("maturin left no .{extension} in {folder}"))?;
    fs::canonicalize(&file).map_err(|error| format!("cannot find {}: {error}", file.display()))
}

/// The wheel runs on what manylinux2014 promises: auditwheel finds no newer symbol in it.
fn glibc(wheel: &Path) -> Result<(), String> {
    let shown = read(tool("auditwheel").arg("show").arg(wheel))?;
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let held = ["\"manylinux_2_17_", "\"manylinux2014_"];
    let tag = shown.split_once("platform tag:").map_or("", |(_, tag)| tag);
    if held.iter().any(|held| tag.trim().starts_with(held)) {
        Ok(())
    } else {
        Err(format!(
            "the wheel needs more than manylinux2014 has: {shown}"
        ))
    }
}

/// What the READMEs show works with the wheel alone: no Rust, no other package.
fn from_wheel(wheel: &Path) -> Result<(), String> {
    let python = empty(EMPTY)?;
    run(install(&python).arg("--no-index").arg(wheel))?;
    quick_start(&python, EMPTY)
}

/// The sources that are published hold all that they are built from, and come to the same.
fn from_sources() -> Result<(), String> {
    let _ = fs::remove_dir_all(SDISTS);
    run(tool("maturin")
        .args(["sdist", "--out", SDISTS])
        .args(["--manifest-path", &format!("{PACKAGE}/Cargo.toml")]))?;
    let sources = only_file(SDISTS, "gz")?;
    let python = empty(FROM_SOURCES)?;
    let root = env::current_dir().unwrap_or_default();
    // As anyone with Rust builds it, but not optimised: that it builds is what is asked, and what the tests of the
    // workspace made of other crates does. The builder is the one that the wheel was made with.
    run(install(&python)
        .env("CARGO_TARGET_DIR", root.join(target_folder()))
        .env("MATURIN_PEP517_ARGS", "--profile dev")
        .env("PIP_CONSTRAINT", root.join(REQUIREMENTS))
        .arg(sources))?;
    quick_start(&python, FROM_SOURCES)
}

/// Makes an environment without any package, and says where its Python is.
fn empty(folder: &str) -> Result<PathBuf, String> {
    run(Command::new("python3").args(["-m", "venv", "--clear", folder]))?;
    let made =
        fs::canonicalize(folder).map_err(|error| format!("cannot find {folder}: {error}"))?;
    Ok(made.join("bin/python"))
}

fn install(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.args(["-m", "pip", "install"]);
    command.args(["--quiet", "--disable-pip-version-check", "--no-cache-dir"]);
    command
}

/// What the READMEs show works with what is installed in an environment.
fn quick_start(python: &Path, folder: &str) -> Result<(), String> {
    let mut count = 0;
    for readme in READMES {
        let text =
            fs::read_to_string(readme).map_err(|error| format!("cannot read {readme}: {error}"))?;
        for block in blocks(&text) {
            count += 1;
            let mut command = Command::new(python);
            command.args(["-I", "-W", "error", "-c", &block]);
            command.env_clear().current_dir(folder);
            let shown = read(&mut command).map_err(|error| format!("{readme}: {error}"))?;
            if shown.trim().is_empty() {
                return Err(format!("{readme}: the example prints nothing"));
            }
            println!("{readme}: {} lines", shown.lines().count());
        }
    }
    if count == 0 {
        return Err("no README has a `python` block".to_owned());
    }
    Ok(())
}

/// The fenced `python` blocks of a text.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match (&mut open, line) {
            (None, "```python") => open = Some(String::new()),
            (Some(_), "```") => blocks.extend(open.take()),
            (Some(block), line) => {
                block.push_str(line);
                block.push('\n');
            }
            _ => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_blocks_are_found() {
        let text = "a\n```python\nx = 1\n\nprint(x)\n```\n```sh\nno\n```\n```python\ny\n```\n";
        assert_eq!(blocks(text), ["x = 1\n\nprint(x)\n", "y\n"]);
        assert_eq!(blocks("```rust\nno\n```\n"), [""; 0]);
    }
}
