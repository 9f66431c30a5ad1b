//! Criteria sets by id, from files, from folders.

use std::path::{Path, PathBuf};

use cqdt::{CriteriaSet, FileError, Lang, MAX_SET_BYTES};
use cqdt_criteria::Source;

use crate::args::KindArg;
use crate::faults;
use crate::input::{self, Format, Input, Unread};
use crate::shell::{Failure, Shell};

/// A set that comes with the command: `ID` is the newest version, `ID@VERSION` an earlier one.
pub(crate) fn built_in(id: &str) -> Option<&'static Source> {
    let earlier = || {
        let file = format!("{id}.toml");
        let mut earlier = cqdt_criteria::earlier().iter();
        earlier.find(|source| id.contains('@') && source.file == file)
    };
    cqdt_criteria::find(id).or_else(earlier)
}

/// Reads a set as its file is written.
pub(crate) fn parse(input: &Input) -> Result<CriteriaSet, FileError> {
    match input.format {
        Format::Json => CriteriaSet::parse_json(&input.text),
        // A table is told to be no set by the parser of sets.
        Format::Toml | Format::Csv => CriteriaSet::parse_toml(&input.text),
    }
}

/// The set that an argument names: a file, `-`, or the id of a built-in set. Faults are shown.
pub(crate) fn load(shell: &mut Shell, argument: &str) -> Result<CriteriaSet, Failure> {
    let path = Path::new(argument);
    let is_file = input::is_stdin(path) || path.is_file();
    if !is_file && let Some(source) = built_in(argument) {
        return CriteriaSet::parse_toml(source.text).map_err(|error| {
            faults::show(shell, source.file, source.text, &error);
            Failure::Faults
        });
    }
    if !is_file && !path.exists() && input::format_by_name(path).is_none() {
        return Err(Failure::Usage(unknown(shell.lang, argument)));
    }
    let input = input::open(shell, path, MAX_SET_BYTES)?;
    parse(&input).map_err(|error| {
        faults::show(shell, &input.name, &input.text, &error);
        Failure::Faults
    })
}

/// That an argument is neither a file nor a built-in set.
pub(crate) fn unknown(lang: Lang, argument: &str) -> String {
    let ids: Vec<&str> = cqdt_criteria::all()
        .iter()
        .map(|source| source.id)
        .collect();
    let ids = ids.join("\n  ");
    match lang {
        Lang::Vi => format!(
            "không có tệp nào và cũng không có bộ tiêu chí có sẵn nào tên `{argument}`; các bộ có sẵn:\n  {ids}"
        ),
        Lang::En => format!(
            "there is neither a file nor a built-in criteria set `{argument}`; the built-in ones are:\n  {ids}"
        ),
    }
}

/// The sets of a folder, and how many of its files could not be read.
pub(crate) struct Folder {
    pub(crate) sets: Vec<(PathBuf, CriteriaSet)>,
    pub(crate) faulty: usize,
}

/// Every set in a folder and below it; what is no set is passed over, what is a faulty one is shown.
pub(crate) fn folder(shell: &mut Shell, dir: &Path) -> Result<Folder, Failure> {
    let mut folder = Folder {
        sets: Vec::new(),
        faulty: 0,
    };
    let files = files(dir).map_err(|error| Failure::File(dir.to_owned(), error))?;
    for path in files {
        if !matches!(
            input::format_by_name(&path),
            Some(Format::Toml | Format::Json)
        ) {
            continue;
        }
        match input::read(&path, MAX_SET_BYTES, shell.lang) {
            // Something large that is no set at all.
            Err(Unread::Faults { error, .. }) if error.faults()[0].code() == "E0003" => {}
            Err(unread) => {
                unread.show(shell, &path);
                folder.faulty += 1;
            }
            Ok(input) if input::kind(&input) == Some(KindArg::Set) && !is_schema(&input) => {
                match parse(&input) {
                    Ok(set) => folder.sets.push((path, set)),
                    Err(error) => {
                        faults::show(shell, &input.name, &input.text, &error);
                        folder.faulty += 1;
                    }
                }
            }
            Ok(_) => {}
        }
    }
    Ok(folder)
}

/// JSON Schemas stand beside the sets that they describe.
fn is_schema(input: &Input) -> bool {
    input.format == Format::Json && input.text.contains("\"$schema\"")
}

/// Levels of folders that are looked into.
const DEEPEST: usize = 8;

/// The files of a folder and below it, by name; hidden ones and an office program's locks aside.
pub(crate) fn files(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    walk(dir, DEEPEST, &mut found)?;
    found.sort();
    Ok(found)
}

fn walk(dir: &Path, depth: usize, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(['.', '~']) {
            continue;
        }
        // A link to a folder could lead round in a circle; pipes and devices hold no files.
        if entry.file_type()?.is_dir() {
            if depth > 0 {
                walk(&path, depth - 1, found)?;
            }
        } else if path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}
