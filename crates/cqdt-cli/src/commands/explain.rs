//! `cqdt explain`: every number in words.

use cqdt::Lang;
use serde_json::json;

use crate::args::ExplainArgs;
use crate::shell::{BOLD, Failure, Outcome, PLAIN, Shell};
use crate::submissions;

pub(crate) fn run(args: &ExplainArgs, shell: &mut Shell) -> Result<Outcome, Failure> {
    let scored = submissions::score(shell, &args.scored)?;
    let lang = shell.lang;
    if let Some(unknown) = args
        .criterion
        .iter()
        .find(|id| !scored.set.criteria().any(|criterion| criterion.id == **id))
    {
        let ids: Vec<&str> = scored
            .set
            .criteria()
            .map(|criterion| criterion.id.as_str())
            .collect();
        let ids = ids.join(", ");
        return Err(Failure::Usage(match lang {
            Lang::Vi => format!("không có tiêu chí `{unknown}`; bộ này có: {ids}"),
            Lang::En => format!("there is no criterion `{unknown}`; the set has: {ids}"),
        }));
    }
    for (at, report) in scored.reports.iter().enumerate() {
        if args.criterion.is_empty() {
            if args.json {
                shell.data(json!(report.explain(lang)))?;
                continue;
            }
            if at > 0 {
                shell.line("\n")?;
            }
            let text = report.explain(lang).to_string();
            shell.line(text.trim_end())?;
            continue;
        }
        let lines = args.criterion.iter();
        let lines = lines.filter_map(|id| report.explain_criterion(id, lang));
        if args.json {
            let lines: Vec<_> = lines.collect();
            shell.data(json!({ "unit": report.unit(), "lines": lines }))?;
            continue;
        }
        if at == 0 {
            shell.notice(report.notice(lang))?;
        }
        for line in lines {
            if scored.reports.len() > 1 {
                shell.title(report.unit().unwrap_or_default())?;
            }
            shell.line(format_args!("{BOLD}{} {}{PLAIN}", line.id, line.title))?;
            let criterion = scored.set.criteria().find(|one| one.id == line.id);
            if let Some(help) = criterion.and_then(|criterion| criterion.help.as_ref()) {
                shell.line(format_args!("  {}", help.get(lang)))?;
            }
            let (points, max) = (lang.pick("điểm", "points"), lang.pick("tối đa", "max"));
            shell.line(format_args!(
                "  {points}: {} ({max} {}), {}",
                line.points, line.max, line.status_text
            ))?;
            if !line.formula.is_empty() {
                let word = lang.pick("cách tính", "formula");
                shell.line(format_args!("  {word}: {}", line.formula))?;
            }
            let word = lang.pick("căn cứ", "basis");
            shell.line(format_args!("  {word}: {}", line.basis))?;
            for diagnostic in report.diagnostics() {
                if diagnostic.criteria.contains(&line.id) {
                    shell.line(format_args!("  {}", super::finding(diagnostic, lang)))?;
                }
            }
        }
    }
    Ok(Outcome::Clean)
}
