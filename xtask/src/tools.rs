//! The tools the steps need beyond what rustup brings.

use std::process::Command;

use crate::cmd;

/// A cargo subcommand, installed from its source on the default registry.
pub(crate) struct Tool {
    /// The package, which is also the first word of what `--version` prints.
    package: &'static str,
    /// The subcommand: `nextest` for `cargo nextest`.
    subcommand: &'static str,
    /// What is installed when there is none, or an older one than `oldest`.
    pinned: &'static str,
    /// The oldest version that will do.
    oldest: [u32; 3],
}

pub(crate) const NEXTEST: Tool = Tool {
    package: "cargo-nextest",
    subcommand: "nextest",
    pinned: "0.9.143",
    oldest: [0, 9, 100],
};

pub(crate) const DENY: Tool = Tool {
    package: "cargo-deny",
    subcommand: "deny",
    pinned: "0.20.2",
    oldest: [0, 20, 2],
};

pub(crate) const FUZZ: Tool = Tool {
    package: "cargo-fuzz",
    subcommand: "fuzz",
    pinned: "0.13.2",
    oldest: [0, 13, 2],
};

/// Where the core must build besides the machine at hand: browsers,
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// and servers whose vectors aren't x86-64's.
pub(crate) const ARM: &str = "aarch64-unknown-linux-gnu";

impl Tool {
    /// Installs the tool if it is missing or too old.
    pub(crate) fn ensure(&self) -> Result<(), String> {
        let Self {
            package, pinned, ..
        } = self;
        match self.installed() {
            Some(version) if version >= self.oldest => return Ok(()),
            Some([major, minor, patch]) => {
                println!("{package} {major}.{minor}.{patch} is too old, installing {pinned}");
            }
            None => println!("{package} is missing, installing {pinned}"),
        }
        cmd::run(&mut cmd::cargo(&format!(
            "install --locked --force {package}@{pinned}"
        )))?;
        match self.installed() {
            Some(version) if version >= self.oldest => Ok(()),
            _ => Err(format!(
                "`cargo {}` is not found although {package} {pinned} was installed; \
                 is an older one earlier on the PATH?",
                self.subcommand
            )),
        }
    }

    fn installed(&self) -> Option<[u32; 3]> {
        let text = cmd::read(&mut cmd::cargo(&format!("{} --version", self.subcommand))).ok()?;
        version_of(self.package, &text)
    }
}

/// Reads `cargo-nextest 0.9.143 (60fa45f63 2026-08-04)` for the package `cargo-nextest`.
fn version_of(package: &str, text: &str) -> Option<[u32; 3]> {
    let mut words = text.lines().next()?.split_whitespace();
    if words.next()? != package {
        return None;
    }
    let core = words.next()?.split(['-', '+']).next()?;
    let mut parts = core.split('.').map(|part| part.parse().ok());
    let version = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(version)
}

/// Adds a target to the toolchain in use if it is missing.
pub(crate) fn ensure_target(target: &str) -> Result<(), String> {
    let sysroot = cmd::read(Command::new("rustc").args(["--print", "sysroot"]))?;
    let std = std::path::Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(target);
    if std.is_dir() {
        return Ok(());
    }
    cmd::run(Command::new("rustup").args(["target", "add", target])).map_err(|error| {
        format!("the target {target} is missing and could not be added to the toolchain: {error}")
    })
}

/// Makes sure there is a C++ compiler, which libFuzzer is built with.
pub(crate) fn ensure_cxx() -> Result<(), String> {
    if std::env::var_os("CXX").is_some() || answers("c++") {
        return Ok(());
    }
    let needed = "a C++ compiler is needed to build the fuzz targets; install one (Debian: g++)";
    apt_install("g++", needed)
}

/// Makes sure there is valgrind, which counts instructions.
pub(crate) fn ensure_valgrind() -> Result<(), String> {
    if answers("valgrind") {
        return Ok(());
    }
    let needed = "valgrind is needed to count instructions; install it (Debian: valgrind)";
    apt_install("valgrind", needed)
}

/// Makes sure there are Node and Chromium, in which the npm package is tested.
pub(crate) fn ensure_browser() -> Result<(), String> {
    if !answers("npm") {
        return Err("Node 20 or later is needed for the npm package".to_owned());
    }
    let needed = "Chromium is needed to test the npm package; install it (Debian: chromium)";
    if std::env::var_os("CHROMIUM").is_none() && !answers("chromium") {
        apt_install("chromium", needed)?;
    }
    if std::env::var_os("CHROMEDRIVER").is_some() || answers("chromedriver") {
        return Ok(());
    }
    let needed = "chromedriver is needed to test the module in Chromium; install it (Debian: chromium-driver)";
    apt_install("chromium-driver", needed)
}

/// Makes sure there is Java, which Spark runs on.
pub(crate) fn ensure_java() -> Result<(), String> {
    if answers("java") {
        return Ok(());
    }
    let needed =
        "Java 17 or later is needed to test Spark; install it (Debian: openjdk-17-jre-headless)";
    apt_install("openjdk-17-jre-headless", needed)
}

/// Whether a program is there and says its version.
fn answers(program: &str) -> bool {
    cmd::read(Command::new(program).arg("--version")).is_ok()
}

/// Installs one of Debian's packages.
fn apt_install(package: &str, needed: &str) -> Result<(), String> {
    println!("{package} is missing, installing it");
    if !answers("apt-get") {
        return Err(needed.to_owned());
    }
    let root = cmd::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    for args in [
        &["update"][..],
        &["install", "--yes", "--no-install-recommends", package],
    ] {
        let mut command = if root {
            Command::new("apt-get")
        } else {
            let mut sudo = Command::new("sudo");
            sudo.args(["--non-interactive", "apt-get"]);
            sudo
        };
        cmd::run(command.args(args)).map_err(|error| format!("{needed}: {error}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        let nextest = "cargo-nextest 0.9.143 (60fa45f63 2026-08-04)\nrelease: 0.9.143\n";
        assert_eq!(version_of("cargo-nextest", nextest), Some([0, 9, 143]));
        assert_eq!(
            version_of("cargo-deny", "cargo-deny 0.20.2\n"),
            Some([0, 20, 2])
        );
        assert_eq!(
            version_of("cargo-fuzz", "cargo-fuzz 1.0.0-rc.1"),
            Some([1, 0, 0])
        );
    }

    #[test]
    fn anything_else_is_no_version() {
        assert_eq!(version_of("cargo-deny", "cargo-nextest 0.9.143"), None);
        assert_eq!(version_of("cargo-deny", "cargo-deny 0.20"), None);
        assert_eq!(version_of("cargo-deny", ""), None);
    }

    #[test]
    fn pinned_versions_are_not_older_than_what_is_accepted() {
        for tool in [NEXTEST, DENY, FUZZ] {
            let text = format!("{} {}", tool.package, tool.pinned);
            assert!(version_of(tool.package, &text) >= Some(tool.oldest));
        }
    }
}
