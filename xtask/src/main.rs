//! Developer tasks, run as `cargo xtask TASK`.
//!
//! `cargo xtask test` sets up the tools it needs and runs every check of the repository.

mod bench;
mod cmd;
mod python;
mod readme;
mod steps;
mod tools;

use std::process::ExitCode;
use std::time::Instant;

use steps::{Options, STEPS, Step};

const USAGE: &str = "\
usage: cargo xtask test [--only STEP]... [--skip STEP]... [--advisories]
       cargo xtask bench     time cqdt beside its peers, write docs/performance.md
       cargo xtask record    record instruction counts for the step `bench`

  --only STEP    run only this step; may be given more than once
  --skip STEP    leave this step out; may be given more than once
  --advisories   check dependencies against the advisory database too (needs the network)

steps, in the order they run:
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let plan = match Plan::parse(&args) {
        Ok(Parsed::Plan(plan)) => plan,
        Ok(Parsed::Task(task)) => {
            let result = cmd::enter_workspace().and_then(|()| task());
            return result.map_or_else(
                |message| {
                    eprintln!("error: {message}");
                    ExitCode::FAILURE
                },
                |()| ExitCode::SUCCESS,
            );
        }
        Ok(Parsed::Help) => {
            print!("{}", usage());
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("error: {message}\n\n{}", usage());
            return ExitCode::from(2);
        }
    };
    if let Err(message) = cmd::enter_workspace() {
        eprintln!("error: {message}");
        return ExitCode::FAILURE;
    }
    plan.run()
}

fn usage() -> String {
    let steps = STEPS
        .iter()
        .map(|step| format!("  {:<10} {}\n", step.name, step.about));
    steps.fold(USAGE.to_owned(), |text, line| text + &line)
}

/// What the command line asks for.
enum Parsed {
    Plan(Plan),
    /// Something else than tests.
    Task(fn() -> Result<(), String>),
    Help,
}

/// The steps to run, in order.
struct Plan {
    steps: Vec<&'static Step>,
    options: Options,
}

impl Plan {
    fn parse(args: &[String]) -> Result<Parsed, String> {
        let mut args = args.iter().map(String::as_str);
        match args.next() {
            Some("test") => {}
            Some("bench") if args.len() == 0 => return Ok(Parsed::Task(bench::page)),
            Some("record") if args.len() == 0 => return Ok(Parsed::Task(bench::record)),
            None | Some("help" | "-h" | "--help") => return Ok(Parsed::Help),
            Some(other) => return Err(format!("unknown task `{other}`, expected `test`")),
        }
        let mut only = Vec::new();
        let mut skip = Vec::new();
        let mut options = Options::default();
        while let Some(arg) = args.next() {
            match arg {
                "--only" => only.push(step_name(args.next(), arg)?),
                "--skip" => skip.push(step_name(args.next(), arg)?),
                "--advisories" => options.advisories = true,
                "-h" | "--help" => return Ok(Parsed::Help),
                other => return Err(format!("unknown option `{other}`")),
            }
        }
        let steps: Vec<_> = STEPS
            .iter()
            .filter(|step| only.is_empty() || only.contains(&step.name))
            .filter(|step| !skip.contains(&step.name))
            .collect();
        if steps.is_empty() {
            return Err("`--only` and `--skip` leave no step to run".to_owned());
        }
        Ok(Parsed::Plan(Self { steps, options }))
    }

    fn run(&self) -> ExitCode {
        let start = Instant::now();
        let total = self.steps.len();
        for (index, step) in self.steps.iter().enumerate() {
            println!(
                "\n==> [{}/{total}] {}: {}",
                index + 1,
                step.name,
                step.about
            );
            let began = Instant::now();
            let result = (step.run)(&self.options);
            let seconds = began.elapsed().as_secs_f64();
            if let Err(message) = result {
                eprintln!(
                    "\nerror: step `{}` failed after {seconds:.1} s: {message}",
                    step.name
                );
                eprintln!(
                    "help: run it alone with `cargo xtask test --only {}`",
                    step.name
                );
                return ExitCode::FAILURE;
            }
            println!("<== {} passed in {seconds:.1} s", step.name);
        }
        println!(
            "\n{total} steps passed in {:.1} s",
            start.elapsed().as_secs_f64()
        );
        ExitCode::SUCCESS
    }
}

fn step_name(value: Option<&str>, option: &str) -> Result<&'static str, String> {
    let value = value.ok_or_else(|| format!("`{option}` needs the name of a step"))?;
    STEPS
        .iter()
        .map(|step| step.name)
        .find(|name| *name == value)
        .ok_or_else(|| format!("unknown step `{value}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &str) -> Result<Vec<&'static str>, String> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        match Plan::parse(&args)? {
            Parsed::Plan(plan) => Ok(plan.steps.iter().map(|step| step.name).collect()),
            Parsed::Task(_) => Ok(vec!["task"]),
            Parsed::Help => Ok(vec!["help"]),
        }
    }

    #[test]
    fn all_steps_run_unless_told_otherwise() {
        let all: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        assert_eq!(names("test"), Ok(all));
    }

    #[test]
    fn only_keeps_the_order_of_the_steps() {
        assert_eq!(
            names("test --only clippy --only fmt"),
            Ok(vec!["fmt", "clippy"])
        );
        assert_eq!(
            names("test --only fmt --only clippy --skip fmt"),
            Ok(vec!["clippy"])
        );
    }

    #[test]
    fn a_wrong_name_is_an_error() {
        assert_eq!(
            names("test --only nope"),
            Err("unknown step `nope`".to_owned())
        );
        assert_eq!(
            names("test --skip"),
            Err("`--skip` needs the name of a step".to_owned())
        );
        assert_eq!(names("bench"), Ok(vec!["task"]));
        assert_eq!(
            names("tset"),
            Err("unknown task `tset`, expected `test`".to_owned())
        );
    }

    #[test]
    fn step_names_are_unique() {
        let mut all: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), STEPS.len());
    }
}
