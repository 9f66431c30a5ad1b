//! The steps of `cargo xtask test`.

use std::path::PathBuf;
use std::process::Command;

use crate::cmd::{cargo, read, run};
use crate::{bench, python, readme, tools};

/// What the command line may change about a step.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// Check against the advisory database too.
    pub(crate) advisories: bool,
}

/// One step: passes, or says why it did not.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) run: fn(&Options) -> Result<(), String>,
}

/// Every step in the order it runs: the quick ones that fail most often come first.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "tools",
        about: "install the tools that are missing",
        run: install,
    },
    Step {
        name: "fmt",
        about: "the code is formatted",
        run: fmt,
    },
    Step {
        name: "clippy",
        about: "no lint, warnings denied",
        run: clippy,
    },
    Step {
        name: "rustdoc",
        about: "the documentation builds, warnings denied",
        run: rustdoc,
    },
    Step {
        name: "nextest",
        about: "unit, integration and property tests",
        run: nextest,
    },
    Step {
        name: "doctests",
        about: "the examples in the documentation",
        run: doctests,
    },
    Step {
        name: "deny",
        about: "licences, bans and sources of dependencies",
        run: deny,
    },
    Step {
        name: "wasm",
        about: "the core builds for the browser, and compiles for 64-bit Arm",
        run: wasm,
    },
    Step {
        name: "fuzz",
        about: "no crash in a few seconds of each fuzz target",
        run: fuzz,
    },
    Step {
        name: "npm",
        about: "the npm package builds within its size, and works in Node and Chromium",
        run: npm,
    },
    Step {
        name: "python",
        about: "the Python package: wheel, types, tests",
        run: python_package,
    },
    Step {
        name: "bench",
        about: "every benchmark runs, and takes no more instructions than recorded",
        run: bench,
    },
    Step {
        name: "readme",
        about: "the commands in the READMEs work",
        run: readmes,
    },
    Step {
        name: "package",
        about: "every published crate builds from its package",
        run: package,
    },
];

fn install(_: &Options) -> Result<(), String> {
    tools::ensure_target(tools::WASM)?;
    tools::NEXTEST.ensure()?;
    tools::DENY.ensure()?;
    tools::FUZZ.ensure()?;
    tools::ensure_cxx()
}

fn fmt(_: &Options) -> Result<(), String> {
    run(&mut cargo("fmt --all --check"))
}

fn clippy(_: &Options) -> Result<(), String> {
    run(&mut cargo(
        "clippy --locked --workspace --all-targets --all-features -- -D warnings",
    ))
}

fn rustdoc(_: &Options) -> Result<(), String> {
    run(cargo("doc --locked --no-deps --workspace --all-features")
        .env("RUSTDOCFLAGS", "-D warnings"))
}

fn nextest(_: &Options) -> Result<(), String> {
    tools::NEXTEST.ensure()?;
    run(&mut cargo(
        "nextest run --locked --workspace --all-features --no-tests fail",
    ))
}

fn doctests(_: &Options) -> Result<(), String> {
    run(&mut cargo("test --locked --doc --workspace --all-features"))
}

fn deny(options: &Options) -> Result<(), String> {
    tools::DENY.ensure()?;
    run(&mut cargo("deny --locked check bans licenses sources"))?;
    if options.advisories {
        run(&mut cargo("deny --locked check advisories"))?;
    }
    Ok(())
}

/// What links for 64-bit Arm is not at hand everywhere: there the core is only checked.
fn wasm(_: &Options) -> Result<(), String> {
    tools::ensure_target(tools::WASM)?;
    tools::ensure_target(tools::ARM)?;
    let arm = format!(
        "check --locked -p cqdt --all-features --target {}",
        tools::ARM
    );
    run(&mut cargo(&arm))?;
    let build = format!("build --locked -p cqdt --target {}", tools::WASM);
    run(&mut cargo(&build))?;
    run(&mut cargo(&format!("{build} --no-default-features")))
}

/// Builds the fuzz targets and runs each for a few seconds, from its seeds and what earlier runs found.
///
/// Without a sanitizer they build on the pinned toolchain: the core has no `unsafe` for one to watch.
fn fuzz(_: &Options) -> Result<(), String> {
    tools::FUZZ.ensure()?;
    tools::ensure_cxx()?;
    let locked = "metadata --locked --format-version 1 --manifest-path fuzz/Cargo.toml";
    read(&mut cargo(locked)).map_err(|error| {
        format!("fuzz/Cargo.lock is not up to date, `cargo fuzz build -s none` updates it\n{error}")
    })?;
    run(&mut cargo("fuzz build --sanitizer none"))?;
    let targets = read(&mut cargo("fuzz list"))?;
    let targets: Vec<&str> = targets.lines().collect();
    // Each keeps one core busy for its seconds, whatever the others do.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    targets.chunks(cores).try_for_each(|together| {
        std::thread::scope(|scope| {
            let runs: Vec<_> = together
                .iter()
                .map(|target| scope.spawn(|| fuzz_target(target)))
                .collect();
            runs.into_iter().try_for_each(|run| {
                run.join()
                    .unwrap_or_else(|_| Err("a fuzz target could not be run".to_owned()))
            })
        })
    })
}

fn fuzz_target(target: &str) -> Result<(), String> {
    let corpus = format!("fuzz/corpus/{target}");
    std::fs::create_dir_all(&corpus).map_err(|error| format!("cannot make {corpus}: {error}"))?;
    run(&mut cargo(&format!(
        "fuzz run --sanitizer none {target} {corpus} fuzz/seeds/{target} -- \
         -max_total_time=10 -timeout=25 -rss_limit_mb=2048 -verbosity=0"
    )))
}

/// Builds the npm package and runs its tests: types, Node, packaging, the form in Chromium, and the module by itself.
fn npm(_: &Options) -> Result<(), String> {
    tools::ensure_target(tools::WASM)?;
    tools::ensure_browser()?;
    let npm = |args: &[&str]| {
        let mut command = Command::new("npm");
        command.args(["--prefix", "bindings/wasm"]).args(args);
        command
    };
    run(&mut npm(&[
        "ci",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
    ]))?;
    run(&mut npm(&["run", "build", "--", "--debug"]))?;
    run(&mut npm(&["test"]))?;
    run(&mut npm(&["run", "test:module"]))
}

fn python_package(_: &Options) -> Result<(), String> {
    python::check()
}

fn bench(_: &Options) -> Result<(), String> {
    bench::check()
}

fn readmes(_: &Options) -> Result<(), String> {
    readme::run("README.md")?;
    readme::run("README.vi.md")
}

/// Packages all published crates in one go, since they depend on each other, and builds each
/// from its package.
fn package(_: &Options) -> Result<(), String> {
    let names = published_crates()?;
    forget_unpacked(&names)?;
    let mut command = cargo("package --locked --allow-dirty");
    for name in &names {
        command.args(["-p", name]);
    }
    run(&mut command)
}

/// Removes the copies of our crates that an earlier `cargo package` unpacked: cargo takes them for published ones, which
/// never change, and would build their old sources again. Registries without a host are those that it makes up for this.
fn forget_unpacked(names: &[String]) -> Result<(), String> {
    let home = std::env::var_os("CARGO_HOME").map_or_else(
        || std::env::home_dir().unwrap_or_default().join(".cargo"),
        PathBuf::from,
    );
    let Ok(registries) = home.join("registry/src").read_dir() else {
        return Ok(());
    };
    for registry in registries.flatten() {
        if !registry.file_name().to_string_lossy().starts_with('-') {
            continue;
        }
        let copies = registry.path().read_dir().into_iter().flatten().flatten();
        for copy in copies {
            let folder = copy.file_name();
            let ours = |name: &String| {
                let version = folder
                    .to_str()?
                    .strip_prefix(name.as_str())?
                    .strip_prefix('-')?;
                version
                    .starts_with(|c: char| c.is_ascii_digit())
                    .then_some(())
            };
            if names.iter().any(|name| ours(name).is_some()) {
                let told = |error| format!("can't remove {}: {error}", copy.path().display());
                std::fs::remove_dir_all(copy.path()).map_err(told)?;
            }
        }
    }
    Ok(())
}

fn published_crates() -> Result<Vec<String>, String> {
    let text = read(&mut cargo("metadata --locked --no-deps --format-version 1"))?;
    let unreadable = || "`cargo metadata` printed something unexpected".to_owned();
    let metadata: serde_json::Value = serde_json::from_str(&text).map_err(|_| unreadable())?;
    let packages = metadata["packages"].as_array().ok_or_else(unreadable)?;
    // `publish` is null for a crate that may go anywhere, and [] for one that may go nowhere.
    packages
        .iter()
        .filter(|package| package["publish"].is_null())
        .map(|package| {
            package["name"]
                .as_str()
                .map(str::to_owned)
                .ok_or_else(unreadable)
        })
        .collect()
}
