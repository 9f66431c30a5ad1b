//! Where the command writes, and how it ends.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cqdt::Lang;
use unicode_width::UnicodeWidthStr as _;

/// How a command ended that could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// Everything read was sound.
    Clean,
    /// Something read has faults, which have been shown.
    Faults,
    /// Some file could not be read at all; it has been told.
    Unreadable,
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line asks for something that isn't there.
    Usage(String),
    /// Faults of the input, which have been shown.
    Faults,
    /// A file can't be read or written.
    File(PathBuf, io::Error),
    /// Standard output can't be written.
    Output(io::Error),
}

/// Faults found in the input.
pub(crate) const FAULTS: u8 = 1;
/// The command line is wrong.
pub(crate) const USAGE: u8 = 2;
/// A file can't be read or written.
pub(crate) const IO: u8 = 3;

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// The language and both streams. Colours go to terminals only, and not where `NO_COLOR` is set.
pub(crate) struct Shell {
    pub(crate) lang: Lang,
    pub(crate) out: io::BufWriter<anstream::AutoStream<io::Stdout>>,
    pub(crate) err: anstream::AutoStream<io::Stderr>,
}

/// Stands out in titles.
pub(crate) const BOLD: &str = "\u{1b}[1m";
/// Stands out in warnings.
pub(crate) const YELLOW: &str = "\u{1b}[1;33m";
/// Stands out in errors.
pub(crate) const RED: &str = "\u{1b}[1;31m";
/// Back to plain.
pub(crate) const PLAIN: &str = "\u{1b}[0m";

impl Shell {
    pub(crate) fn new(lang: Lang) -> Self {
        Self {
            lang,
            out: io::BufWriter::new(anstream::AutoStream::auto(io::stdout())),
            err: anstream::AutoStream::auto(io::stderr()),
        }
    }

    /// One of two texts.
    pub(crate) fn pick<'a>(&self, vi: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(vi, en)
    }

    /// A line of output, folded where a terminal is narrower.
    pub(crate) fn line(&mut self, line: impl Display) -> Result<(), Failure> {
        let line = line.to_string();
        match width() {
            Some(width) => Ok(writeln!(self.out, "{}", fold(&line, usize::from(width)))?),
            None => self.data(line),
        }
    }

    /// A line for programs, as it is.
    pub(crate) fn data(&mut self, line: impl Display) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{line}")?)
    }

    /// A line that stands out.
    pub(crate) fn title(&mut self, line: impl Display) -> Result<(), Failure> {
        self.line(format_args!("{BOLD}{line}{PLAIN}"))
    }

    /// The line that a result carries while something it rests on is not official.
    pub(crate) fn notice(&mut self, notice: Option<String>) -> Result<(), Failure> {
        let Some(notice) = notice else { return Ok(()) };
        let word = self.pick("CHÚ Ý", "NOTICE");
        self.line(format_args!("{YELLOW}{word}:{PLAIN} {notice}"))
    }

    /// A line beside the output.
    pub(crate) fn tell(&mut self, line: impl Display) {
        // What was asked for comes first in the order read.
        let _ = self.out.flush();
        // Nobody is left to tell where even this fails.
        let _ = writeln!(self.err, "{line}");
    }

    /// A warning beside the output.
    pub(crate) fn warn(&mut self, line: impl Display) {
        let word = self.pick("cảnh báo", "warning");
        self.tell(format_args!("{YELLOW}{word}{PLAIN}: {line}"));
    }

    /// An error beside the output.
    pub(crate) fn error(&mut self, line: impl Display) {
        let word = self.pick("lỗi", "error");
        self.tell(format_args!("{RED}{word}{PLAIN}: {line}"));
    }

    /// A file that could not be read or written.
    pub(crate) fn file_error(&mut self, path: &Path, error: &io::Error) {
        let why = why(error, self.lang);
        self.error(format_args!("`{}`: {why}", path.display()));
    }

    /// Writes a file, or standard output where the path is `-`.
    pub(crate) fn write(&mut self, path: &Path, text: &str) -> Result<(), Failure> {
        self.write_by(path, |out| out.write_all(text.as_bytes()))
    }

    /// The same for what is written bit by bit.
    pub(crate) fn write_by(
        &mut self,
        path: &Path,
        write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        if path == Path::new("-") {
            return Ok(write(&mut self.out)?);
        }
        let file = File::create(path).and_then(|file| {
            let mut out = io::BufWriter::new(file);
            write(&mut out)?;
            out.flush()
        });
        file.map_err(|error| Failure::File(path.to_owned(), error))?;
        let word = self.pick("đã ghi", "wrote");
        self.tell(format_args!("{word} {}", path.display()));
        Ok(())
    }

    /// Ends: tells what could not be done, and what to hand to the caller.
    pub(crate) fn finish(mut self, result: Result<Outcome, Failure>) -> ExitCode {
        let result = result.and_then(|outcome| {
            self.out.flush()?;
            Ok(outcome)
        });
        match result {
            Ok(Outcome::Clean) => ExitCode::SUCCESS,
            Ok(Outcome::Faults) | Err(Failure::Faults) => ExitCode::from(FAULTS),
            Ok(Outcome::Unreadable) => ExitCode::from(IO),
            // The reader has seen enough (`cqdt … | head`).
            Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
                ExitCode::SUCCESS
            }
            Err(Failure::Output(error)) => {
                let what = self.pick("không ghi được kết quả", "can't write the result");
                let why = why(&error, self.lang);
                let line = format!("{what}: {why}");
                self.error(line);
                ExitCode::from(IO)
            }
            Err(Failure::File(path, error)) => {
                self.file_error(&path, &error);
                ExitCode::from(IO)
            }
            Err(Failure::Usage(message)) => {
                self.error(message);
                ExitCode::from(USAGE)
            }
        }
    }
}

/// What the system says, in the reader's language where it is one of the usual things.
fn why(error: &io::Error, lang: Lang) -> String {
    use io::ErrorKind as Kind;
    let known = match error.kind() {
        Kind::NotFound => ("không tìm thấy", "not found"),
        Kind::PermissionDenied => ("không có quyền truy cập", "access denied"),
        Kind::IsADirectory => ("là thư mục, cần một tệp", "a folder, expected a file"),
        Kind::NotADirectory => ("không phải thư mục", "not a folder"),
        Kind::StorageFull => ("hết chỗ trên đĩa", "the disk is full"),
        Kind::ReadOnlyFilesystem => ("ổ đĩa chỉ cho đọc", "the disk is read-only"),
        _ => return error.to_string(),
    };
    lang.pick(known.0, known.1).to_owned()
}

/// The width to fold tables to: the terminal's; none where the output goes to a file or a pipe.
pub(crate) fn width() -> Option<u16> {
    let stdout = io::stdout();
    if !stdout.is_terminal() {
        return None;
    }
    let (width, _) = terminal_size::terminal_size_of(stdout)?;
    Some(width.0.max(40))
}

/// Folds the lines of a text at spaces; what follows hangs under the line's beginning. Colours take no room.
fn fold(text: &str, width: usize) -> String {
    let mut folded = String::with_capacity(text.len());
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            folded.push('\n');
        }
        if measure(line) <= width {
            folded.push_str(line);
            continue;
        }
        let own = line.len() - line.trim_start_matches(' ').len();
        let hang = own + 2;
        folded.push_str(&line[..own]);
        let mut used = own;
        for (at, word) in line[own..].split(' ').enumerate() {
            let room = measure(word);
            if at > 0 && used + 1 + room > width {
                folded.push('\n');
                folded.extend(std::iter::repeat_n(' ', hang));
                used = hang;
            } else if at > 0 {
                folded.push(' ');
                used += 1;
            }
            folded.push_str(word);
            used += room;
        }
    }
    folded
}

fn measure(text: &str) -> usize {
    if text.is_ascii() && !text.contains('\u{1b}') {
        return text.len();
    }
    anstream::adapter::strip_str(text).to_string().width()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_hang_under_their_beginning() {
        let text = "  lỗi D0302 đơn vị chưa nộp báo cáo\nngắn";
        assert_eq!(
            fold(text, 20),
            "  lỗi D0302 đơn vị\n    chưa nộp báo cáo\nngắn"
        );
        // Decomposed letters and colours take no more room.
        let text = format!("{RED}lo\u{302}\u{303}i{PLAIN} mot hai ba bon");
        assert_eq!(
            fold(&text, 13),
            format!("{RED}lo\u{302}\u{303}i{PLAIN} mot hai\n  ba bon")
        );
        assert_eq!(
            fold("mộtchữrấtdàikhôngcódấucách", 8),
            "mộtchữrấtdàikhôngcódấucách"
        );
    }
}
