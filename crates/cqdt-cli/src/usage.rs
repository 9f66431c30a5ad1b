//! What is wrong with a command line, in both languages.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use cqdt::Lang;

use crate::shell::USAGE;

/// Shows what clap says: help and version as they are, errors in the reader's language.
pub(crate) fn show(error: &clap::Error, lang: Lang) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Nobody is left to tell where this fails.
            let _ = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            ExitCode::from(USAGE)
        }
        _ => {
            let (red, plain) = (crate::shell::RED, crate::shell::PLAIN);
            let word = lang.pick("lỗi", "error");
            let mut text = format!("{red}{word}{plain}: {}\n", message(error, lang));
            if let Some(usage) = shown(error, ContextKind::Usage) {
                let usage = usage.trim().trim_start_matches("Usage:").trim();
                let word = lang.pick("Cách dùng", "Usage");
                let _ = writeln!(text, "\n{word}: {usage}");
            }
            text.push_str(lang.pick(
                "\nXem `cqdt --help`, hoặc `cqdt LỆNH --help`.\n",
                "\nSee `cqdt --help`, or `cqdt COMMAND --help`.\n",
            ));
            anstream::eprint!("{text}");
            ExitCode::from(USAGE)
        }
    }
}

/// A part of what clap knows about an error, without colours.
fn shown(error: &clap::Error, kind: ContextKind) -> Option<String> {
    let text = match error.get(kind)? {
        ContextValue::Strings(all) => all.join(", "),
        ContextValue::StyledStrs(all) => {
            let all: Vec<String> = all.iter().map(ToString::to_string).collect();
            all.join(", ")
        }
        other => other.to_string(),
    };
    let text = anstream::adapter::strip_str(&text).to_string();
    Some(text).filter(|text| !text.is_empty())
}

fn message(error: &clap::Error, lang: Lang) -> String {
    let part = |kind| shown(error, kind).unwrap_or_default();
    let arg = part(ContextKind::InvalidArg);
    let value = part(ContextKind::InvalidValue);
    let mut text = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => match lang {
            Lang::Vi => format!("`{arg}` cần một giá trị"),
            Lang::En => format!("`{arg}` needs a value"),
        },
        ErrorKind::InvalidValue => match lang {
            Lang::Vi => format!("giá trị `{value}` của `{arg}` không hợp lệ"),
            Lang::En => format!("unexpected value `{value}` for `{arg}`"),
        },
        ErrorKind::ValueValidation => match lang {
            Lang::Vi => {
                format!("giá trị `{value}` của `{arg}` không hợp lệ, cần số nguyên từ 1 trở lên")
            }
            Lang::En => {
                format!("unexpected value `{value}` for `{arg}`, expected a whole number from 1 on")
            }
        },
        ErrorKind::UnknownArgument => match lang {
            Lang::Vi => format!("không có tham số `{arg}`"),
            Lang::En => format!("there is no argument `{arg}`"),
        },
        ErrorKind::InvalidSubcommand => {
            let name = part(ContextKind::InvalidSubcommand);
            match lang {
                Lang::Vi => format!("không có lệnh `{name}`"),
                Lang::En => format!("there is no command `{name}`"),
            }
        }
        ErrorKind::MissingRequiredArgument => match lang {
            Lang::Vi => format!("còn thiếu {arg}"),
            Lang::En => format!("missing {arg}"),
        },
        ErrorKind::ArgumentConflict => {
            let other = part(ContextKind::PriorArg);
            match lang {
                Lang::Vi if other.is_empty() || other == arg => {
                    format!("`{arg}` chỉ được ghi một lần")
                }
                Lang::En if other.is_empty() || other == arg => {
                    format!("`{arg}` may be given only once")
                }
                Lang::Vi => format!("`{arg}` không đi cùng `{other}`"),
                Lang::En => format!("`{arg}` can't go with `{other}`"),
            }
        }
        ErrorKind::InvalidUtf8 => lang
            .pick("tham số không phải UTF-8", "an argument is not UTF-8")
            .to_owned(),
        // Nothing else can come of this command line; in English whatever language, rather than not at all.
        _ => anstream::adapter::strip_str(&error.to_string()).to_string(),
    };
    let valid = part(ContextKind::ValidValue);
    if !valid.is_empty() {
        let word = lang.pick("cần một trong", "expected one of");
        let _ = write!(text, ", {word}: {valid}");
    }
    for kind in [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ] {
        if let Some(like) = shown(error, kind) {
            let question = lang.pick("có phải là", "did you mean");
            let _ = write!(text, "; {question} `{like}`?");
        }
    }
    text
}
