//! `cqdt diff`: what changed from one criteria set to another.

use cqdt::{Edition, Lang, diff};

use super::basis;
use crate::args::DiffArgs;
use crate::sets;
use crate::shell::{Failure, Outcome, Shell};

pub(crate) fn run(args: &DiffArgs, shell: &mut Shell) -> Result<Outcome, Failure> {
    // Both are read before either's faults end the command.
    let (old, new) = (sets::load(shell, &args.old), sets::load(shell, &args.new));
    let (old, new) = (old?, new?);
    let changes = diff(&old, &new);
    if args.json {
        shell.data(changes.to_json())?;
        return Ok(Outcome::Clean);
    }
    let lang = shell.lang;
    let edition = |edition: &Edition| {
        let status = basis(edition.status, lang);
        let print = edition.fingerprint.get(..12).unwrap_or_default();
        format!(
            "{} {} ({status}), SHA-256 {print}…",
            edition.id, edition.version
        )
    };
    shell.title(format_args!("- {}", edition(&changes.old)))?;
    shell.title(format_args!("+ {}", edition(&changes.new)))?;
    shell.notice(new.notice(lang))?;
    if changes.reuses_version() {
        shell.warn(match lang {
            Lang::Vi => "nội dung đã đổi nhưng `version` giữ nguyên; bản đã ban hành không được sửa, hãy tăng phiên bản",
            Lang::En => "the contents changed but `version` did not; a released version never changes, so raise it",
        });
    }
    shell.line("")?;
    for change in &changes.changes {
        shell.line(change.message(lang))?;
    }
    let count = changes.changes.len();
    if count > 0 {
        shell.line("")?;
    }
    shell.line(match (count, lang) {
        (0, Lang::Vi) => "hai bộ tiêu chí giống hệt nhau".to_owned(),
        (0, Lang::En) => "both criteria sets say the same".to_owned(),
        (1, Lang::En) => "1 change".to_owned(),
        (_, Lang::Vi) => format!("{count} thay đổi"),
        (_, Lang::En) => format!("{count} changes"),
    })?;
    Ok(Outcome::Clean)
}
