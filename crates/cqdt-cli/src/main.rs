//! The `cqdt` command: criteria sets checked and compared, submissions scored and explained, rounds ranked.
//!
//! It reads files, calls the core, and shows what the core says; it computes no points. Texts are Vietnamese unless
//! `--lang en` or `CQDT_LANG=en` asks for English.
#![forbid(unsafe_code)]

mod args;
mod commands;
mod faults;
mod form;
mod help;
mod input;
mod language;
mod place;
mod progress;
mod row;
mod sets;
mod shell;
mod submissions;
mod table;
mod usage;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use args::{Cli, Command};
use shell::{Failure, Outcome, Shell};

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    // Help and errors of the command line need the language before the command line is read.
    let lang = language::choose(&arguments, std::env::var("CQDT_LANG").ok().as_deref());
    let parsed = help::localised(Cli::command(), lang)
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return usage::show(&error, lang),
    };
    let mut shell = Shell::new(lang);
    let result = run(&cli, &mut shell);
    shell.finish(result)
}

fn run(cli: &Cli, shell: &mut Shell) -> Result<Outcome, Failure> {
    match &cli.command {
        Command::Check(args) => commands::check::run(args, shell),
        Command::Diff(args) => commands::diff::run(args, shell),
        Command::Score(args) => commands::score::run(args, shell),
        Command::Explain(args) => commands::explain::run(args, shell),
        Command::Round(args) => commands::round::run(args, shell),
        Command::Compare(args) => commands::compare::run(args, shell),
        Command::Gap(args) => commands::gap::run(args, shell),
        Command::Robustness(args) => commands::robustness::run(args, shell),
        Command::Analyse(args) => commands::analyse::run(args, shell),
        Command::Sets(args) => commands::sets::run(args, shell),
    }
}
