//! The command line's shape. Its words, in both languages, stand in `help.rs`.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

#[derive(Debug, Parser)]
#[command(
    name = "cqdt",
    version,
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<LangArg>,

    #[arg(short, long, global = true, action = ArgAction::Help)]
    pub(crate) help: Option<bool>,

    #[arg(short = 'V', long, action = ArgAction::Version)]
    pub(crate) version: Option<bool>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(CheckArgs),
    Diff(DiffArgs),
    Score(ScoreArgs),
    Explain(ExplainArgs),
    Round(RoundArgs),
    Compare(CompareArgs),
    Gap(GapArgs),
    Robustness(RobustnessArgs),
    Analyse(AnalyseArgs),
    Sets(SetsArgs),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LangArg {
    Vi,
    En,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,

    #[arg(long = "as", value_enum)]
    pub(crate) kind: Option<KindArg>,

    #[arg(long)]
    pub(crate) set: Option<String>,

    #[arg(long, value_enum)]
    pub(crate) decimal: Option<DecimalArg>,

    #[arg(long)]
    pub(crate) json: bool,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindArg {
    Set,
    Submission,
    Round,
    Csv,
}

/// The decimal mark of a table's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DecimalArg {
    Comma,
    Point,
}

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    pub(crate) old: String,
    pub(crate) new: String,

    #[arg(long)]
    pub(crate) json: bool,
}

/// A set, a submission, and which of its units and layers.
#[derive(Debug, Args)]
pub(crate) struct ScoredArgs {
    pub(crate) set: String,
    pub(crate) submission: PathBuf,

    #[arg(long)]
    pub(crate) unit: Option<String>,

    #[arg(long, value_enum)]
    pub(crate) layer: Option<LayerArg>,

    #[arg(long, value_enum)]
    pub(crate) decimal: Option<DecimalArg>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LayerArg {
    #[value(name = "self")]
    Own,
    Verified,
}

#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    #[command(flatten)]
    pub(crate) scored: ScoredArgs,

    #[arg(long)]
    pub(crate) json: bool,

    #[arg(long)]
    pub(crate) html: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    pub(crate) scored: ScoredArgs,

    #[arg(long)]
    pub(crate) criterion: Vec<String>,

    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RoundArgs {
    pub(crate) dir: PathBuf,

    #[arg(long)]
    pub(crate) sets: Option<PathBuf>,

    #[arg(long, value_enum)]
    pub(crate) decimal: Option<DecimalArg>,

    #[arg(long)]
    pub(crate) html: Option<PathBuf>,

    #[arg(long)]
    pub(crate) json: Option<PathBuf>,

    #[arg(long)]
    pub(crate) csv: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    pub(crate) before: PathBuf,
    pub(crate) now: PathBuf,

    #[arg(long)]
    pub(crate) set: Option<String>,

    #[arg(long, value_enum)]
    pub(crate) decimal: Option<DecimalArg>,

    #[arg(long, value_enum)]
    pub(crate) ties: Option<TiesArg>,

    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum TiesArg {
    Competition,
    Dense,
}

#[derive(Debug, Args)]
pub(crate) struct GapArgs {
    #[command(flatten)]
    pub(crate) scored: ScoredArgs,

    #[arg(long)]
    pub(crate) band: Option<String>,

    #[arg(long, requires = "round", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rank: Option<u32>,

    #[arg(long)]
    pub(crate) round: Option<PathBuf>,

    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RobustnessArgs {
    pub(crate) path: PathBuf,

    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) draws: u32,

    #[arg(long, default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) percent: u32,

    #[arg(long, conflicts_with = "percent")]
    pub(crate) dirichlet: Option<f64>,

    #[arg(long)]
    pub(crate) drop_one: bool,

    #[arg(long)]
    pub(crate) error: Vec<String>,

    #[arg(
        long, num_args = 0..=1, require_equals = true, default_missing_value = "1024",
        value_parser = clap::value_parser!(u32).range(2..=65_536),
    )]
    pub(crate) sensitivity: Option<u32>,

    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,

    #[arg(long)]
    pub(crate) pair: Vec<String>,

    #[arg(long)]
    pub(crate) set: Option<String>,

    #[arg(long)]
    pub(crate) sets: Option<PathBuf>,

    #[arg(long, value_enum)]
    pub(crate) decimal: Option<DecimalArg>,

    #[arg(long, conflicts_with = "json")]
    pub(crate) html: Option<PathBuf>,

    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AnalyseArgs {
    pub(crate) path: PathBuf,

    #[arg(long)]
    pub(crate) set: Option<String>,

    #[arg(long)]
    pub(crate) sets: Option<PathBuf>,

    #[arg(long, value_enum)]
    pub(crate) decimal: Option<DecimalArg>,

    #[arg(long, default_value_t = 0.95, value_parser = correlation)]
    pub(crate) like: f64,

    #[arg(long)]
    pub(crate) json: bool,
}

fn correlation(text: &str) -> Result<f64, String> {
    let number: Option<f64> = text.replace(',', ".").parse().ok();
    number
        .filter(|number| (0.0..=1.0).contains(number))
        .ok_or_else(|| "0–1".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct SetsArgs {
    #[arg(long)]
    pub(crate) show: Option<String>,

    #[arg(long, conflicts_with_all = ["json", "show"])]
    pub(crate) form: Option<String>,

    #[arg(long)]
    pub(crate) json: bool,
}
