//! Speed: benchmarks that still run, instructions that don't grow, and the page beside the peers.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::cmd::{cargo, read, run, target_folder};
use crate::tools;

/// Instructions of one round of each job of `guard`.
const RECORD: &str = "benches/instructions.txt";

/// Percent that a count may grow by.
const MORE: u64 = 5;

const REQUIREMENTS: &str = "benches/peers/requirements.txt";
/// Where the peers are installed.
const PEERS: &str = "target/peers-venv";

/// Runs every benchmark once and holds instruction counts against the recorded ones.
pub(crate) fn check() -> Result<(), String> {
    tools::ensure_valgrind()?;
    run(&mut cargo("test --locked -p cqdt-benches --benches"))?;
    let recorded = parse(&read_file(RECORD)?)?;
    compare(&recorded, &count()?)
}

/// Records today's instruction counts.
pub(crate) fn record() -> Result<(), String> {
    tools::ensure_valgrind()?;
    let lines = count()?
        .into_iter()
        .fold(String::new(), |mut text, (job, count)| {
            let _ = writeln!(text, "{job} {count}");
            text
        });
    fs::write(RECORD, lines).map_err(|error| format!("cannot write {RECORD}: {error}"))
}

/// Times cqdt beside its peers and writes the page.
pub(crate) fn page() -> Result<(), String> {
    let wanted = read_file(REQUIREMENTS)?;
    let stamp = Path::new(PEERS).join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        println!("peers are at hand in {PEERS}");
    } else {
        run(Command::new("python3").args(["-m", "venv", "--clear", PEERS]))?;
        let pip = format!("{PEERS}/bin/pip");
        run(Command::new(pip).args(["install", "--quiet", "-r", REQUIREMENTS]))?;
        fs::write(&stamp, wanted)
            .map_err(|error| format!("cannot write {}: {error}", stamp.display()))?;
    }
    run(Command::new(format!("{PEERS}/bin/python")).arg("benches/peers/peers.py"))
}

fn read_file(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))
}

fn parse(text: &str) -> Result<BTreeMap<String, u64>, String> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let (job, count) = line.split_once(' ').unwrap_or((line, ""));
            let count = count
                .trim()
                .parse()
                .map_err(|_| format!("{RECORD}: expected `JOB COUNT`, found `{line}`"))?;
            Ok((job.to_owned(), count))
        })
        .collect()
}

/// Every job that grew too much, is new or is gone.
fn compare(recorded: &BTreeMap<String, u64>, now: &BTreeMap<String, u64>) -> Result<(), String> {
    let mut wrong = Vec::new();
    for (job, now) in now {
        let Some(before) = recorded.get(job) else {
            wrong.push(format!("`{job}` is not recorded"));
            continue;
        };
        println!("{job}: {now} instructions, recorded {before}");
        if now.saturating_mul(100) > before.saturating_mul(100 + MORE) {
            wrong.push(format!(
                "`{job}` takes {now} instructions, over {MORE} % more than {before}"
            ));
        }
    }
    let gone = recorded.keys().filter(|job| !now.contains_key(*job));
    wrong.extend(gone.map(|job| format!("`{job}` is recorded but gone")));
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{}; if that is meant, record anew with `cargo xtask record`",
        wrong.join("; ")
    ))
}

/// Instructions of one round of each job: the difference of two runs, so that making the input doesn't count.
fn count() -> Result<BTreeMap<String, u64>, String> {
    run(&mut cargo(
        "build --locked --release -p cqdt-benches --bin guard --no-default-features",
    ))?;
    let folder = target_folder().join("release");
    let binary = folder.join("guard");
    let counts_file = folder.join("guard.callgrind");
    let jobs = read(&mut Command::new(&binary))?;
    let mut counts = BTreeMap::new();
    for job in jobs.lines() {
        let total = |rounds: u32| instructions(&binary, &counts_file, &[job, &rounds.to_string()]);
        // The first round may fill what is made once.
        let (one, three) = (total(1)?, total(3)?);
        counts.insert(job.to_owned(), three.saturating_sub(one) / 2);
    }
    let _ = fs::remove_file(&counts_file);
    Ok(counts)
}

fn instructions(binary: &Path, out: &Path, args: &[&str]) -> Result<u64, String> {
    read(
        Command::new("valgrind")
            .arg("--tool=callgrind")
            .arg(format!("--callgrind-out-file={}", out.display()))
            .arg(binary)
            .args(args)
            // The same copying and searching on every processor.
            .env(
                "GLIBC_TUNABLES",
                "glibc.cpu.hwcaps=-AVX2,-AVX512F,-AVX512VL,-ERMS",
            ),
    )?;
    let text = fs::read_to_string(out)
        .map_err(|error| format!("cannot read {}: {error}", out.display()))?;
    let totals = text.lines().find_map(|line| line.strip_prefix("totals: "));
    totals
        .and_then(|total| total.trim().parse().ok())
        .ok_or_else(|| "callgrind counted nothing".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
        let counts = counts
            .iter()
            .map(|(job, count)| ((*job).to_owned(), *count));
        counts.collect()
    }

    #[test]
    fn growth_is_refused_beyond_five_percent() {
        let recorded = parse("batch 1000\n\njson 50\n").unwrap_or_default();
        assert_eq!(recorded, counts(&[("batch", 1_000), ("json", 50)]));
        assert_eq!(
            compare(&recorded, &counts(&[("batch", 1_050), ("json", 20)])),
            Ok(())
        );
        for wrong in [
            &[("batch", 1_051), ("json", 50)][..],
            &[("batch", 1_000)],
            &[("batch", 1_000), ("json", 50), ("new", 1)],
        ] {
            assert!(compare(&recorded, &counts(wrong)).is_err(), "{wrong:?}");
        }
        assert!(parse("batch many").is_err());
    }
}
