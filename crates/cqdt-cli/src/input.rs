//! Reading files: by size before anything else, as UTF-8, from a path or standard input (`-`).

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use cqdt::{Fault, FaultKind, FileError, Lang, MAX_CSV_BYTES};

use crate::args::KindArg;
use crate::faults;
use crate::shell::{Failure, Shell};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Toml,
    Json,
    Csv,
}

/// A file's text.
pub(crate) struct Input {
    /// What messages call it.
    pub(crate) name: String,
    /// Its text, without byte order mark.
    pub(crate) text: String,
    pub(crate) format: Format,
}

/// Why there is no text.
pub(crate) enum Unread {
    /// The system refused.
    Io(io::Error),
    /// The bytes are not what can be read.
    Faults {
        /// What can be shown of them.
        text: String,
        error: FileError,
        /// What to do about it, in both languages.
        advice: Option<(&'static str, &'static str)>,
    },
}

impl Unread {
    fn fault(kind: FaultKind) -> Self {
        Self::Faults {
            text: String::new(),
            error: Fault::new(kind, 0..0, "").into(),
            advice: None,
        }
    }

    /// Shows why a file can't be read.
    pub(crate) fn show(&self, shell: &mut Shell, path: &Path) {
        match self {
            Self::Io(error) => shell.file_error(path, error),
            Self::Faults {
                text,
                error,
                advice,
            } => {
                faults::show(shell, &name(path, shell.lang), text, error);
                if let Some((vi, en)) = *advice {
                    let (word, advice) = (shell.pick("gợi ý", "help"), shell.pick(vi, en));
                    let line = format!("{word}: {advice}");
                    shell.tell(line);
                }
            }
        }
    }
}

/// What messages call a path.
pub(crate) fn name(path: &Path, lang: Lang) -> String {
    if is_stdin(path) {
        lang.pick("<đầu vào chuẩn>", "<stdin>").to_owned()
    } else {
        path.display().to_string()
    }
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// Reads a file, or shows why it can't be.
pub(crate) fn open(shell: &mut Shell, path: &Path, limit: usize) -> Result<Input, Failure> {
    read(path, limit, shell.lang).map_err(|unread| match unread {
        Unread::Io(error) => Failure::File(path.to_owned(), error),
        unread @ Unread::Faults { .. } => {
            unread.show(shell, path);
            Failure::Faults
        }
    })
}

/// Reads a file of at most `limit` bytes; of a table, as many as tables may have.
pub(crate) fn read(path: &Path, limit: usize, lang: Lang) -> Result<Input, Unread> {
    let by_name = format_by_name(path);
    let limit = match by_name {
        Some(Format::Csv) => MAX_CSV_BYTES,
        // A table may come in by standard input too.
        None if is_stdin(path) => limit.max(MAX_CSV_BYTES),
        _ => limit,
    };
    let bytes = bytes(path, limit)?;
    let text = decode(bytes, by_name)?;
    let format = by_name.unwrap_or_else(|| format_by_content(&text));
    Ok(Input {
        name: name(path, lang),
        text,
        format,
    })
}

fn bytes(path: &Path, limit: usize) -> Result<Vec<u8>, Unread> {
    let too_large = |size: u64| {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        Unread::fault(FaultKind::TooLarge { size, limit })
    };
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let read = if is_stdin(path) {
        io::stdin().lock().take(most + 1).read_to_end(&mut bytes)
    } else {
        let facts = fs::metadata(path).map_err(Unread::Io)?;
        if facts.is_dir() {
            return Err(Unread::Io(io::ErrorKind::IsADirectory.into()));
        }
        if facts.len() > most {
            return Err(too_large(facts.len()));
        }
        let file = File::open(path).map_err(Unread::Io)?;
        // It may have grown, or be no plain file.
        file.take(most + 1).read_to_end(&mut bytes)
    };
    read.map_err(Unread::Io)?;
    if bytes.len() > limit {
        return Err(too_large(most + 1));
    }
    Ok(bytes)
}

fn decode(bytes: Vec<u8>, format: Option<Format>) -> Result<String, Unread> {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    match String::from_utf8(bytes) {
        Ok(text) => Ok(match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        }),
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            // What UTF-16 would look like line by line is of no use to anybody.
            let text = if utf16 { String::new() } else { text };
            let fault = Fault::new(FaultKind::NotUtf8 { offset }, offset..offset, &text);
            let advice = match (utf16, format) {
                (true, _) => Some((
                    "tệp được lưu ở UTF-16 (\"Unicode\" trong Notepad, \"Unicode Text\" trong Excel); mở lại và lưu với mã hoá UTF-8",
                    "the file is in UTF-16 (\"Unicode\" in Notepad, \"Unicode Text\" in Excel); open it again and save it as UTF-8",
                )),
                (false, Some(Format::Csv)) => Some((
                    "trong Excel, chọn Lưu thành (Save As) rồi chọn kiểu \"CSV UTF-8 (Comma delimited)\"",
                    "in Excel, choose Save As and the type \"CSV UTF-8 (Comma delimited)\"",
                )),
                _ => None,
            };
            Err(Unread::Faults {
                text,
                error: fault.into(),
                advice,
            })
        }
    }
}

/// By the file's extension; nothing where it tells nothing.
pub(crate) fn format_by_name(path: &Path) -> Option<Format> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "toml" => Some(Format::Toml),
        "json" => Some(Format::Json),
        "csv" | "tsv" => Some(Format::Csv),
        _ => None,
    }
}

fn format_by_content(text: &str) -> Format {
    let text = text.trim_start();
    let first = text.lines().next().unwrap_or_default();
    let mut cells = first.split([',', ';', '\t']);
    if text.starts_with('{') {
        Format::Json
    } else if first.contains([',', ';', '\t'])
        && cells.any(|cell| cell.trim().trim_matches('"') == "unit")
    {
        Format::Csv
    } else {
        Format::Toml
    }
}

/// What a file is, by what stands in it; a broken file still shows it.
pub(crate) fn kind(input: &Input) -> Option<KindArg> {
    let has = |key: &str| match input.format {
        Format::Csv => false,
        Format::Json => input.text.contains(&format!("\"{key}\"")),
        Format::Toml => input.text.lines().any(|line| {
            let line = line.trim_start().trim_start_matches('[').trim_start();
            line.strip_prefix(key).is_some_and(|rest| {
                rest.trim_start().starts_with(['=', '.', ']']) || rest.trim().is_empty()
            })
        }),
    };
    if input.format == Format::Csv {
        return Some(KindArg::Csv);
    }
    // A set has facts too, so what only sets and rounds have is looked for first.
    let signs = [
        (KindArg::Set, &["groups", "agency_group"][..]),
        (KindArg::Round, &["units", "collector", "period", "due"]),
        (
            KindArg::Submission,
            &["facts", "verified", "evidence", "unit"],
        ),
    ];
    signs
        .iter()
        .find(|(_, keys)| keys.iter().any(|key| has(key)))
        .map(|(kind, _)| *kind)
}
