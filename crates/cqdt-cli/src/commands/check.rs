//! `cqdt check`: every fault of every file at once.

use std::path::Path;

use cqdt::{
    Cohort, CriteriaSet, Diagnostic, DiagnosticKind, FileError, Lang, Layer, MAX_ROUND_BYTES,
    Round, Severity, Status, Submission,
};
use serde_json::{Value, json};

use super::{basis, finding};
use crate::args::{CheckArgs, KindArg};
use crate::faults;
use crate::input::{self, Format, Input, Unread};
use crate::place;
use crate::sets;
use crate::shell::{BOLD, Failure, Outcome, PLAIN, Shell};
use crate::submissions;

pub(crate) fn run(args: &CheckArgs, shell: &mut Shell) -> Result<Outcome, Failure> {
    let set = match &args.set {
        Some(set) => Some(sets::load(shell, set)?),
        None => None,
    };
    let mut worst = Outcome::Clean;
    let mut documents = Vec::with_capacity(args.files.len());
    for path in &args.files {
        let (outcome, document) = file(args, set.as_ref(), path, shell)?;
        worst = worst.max(outcome);
        documents.push(document);
    }
    if args.json {
        let document = json!({ "format": 1, "files": documents });
        shell.data(document)?;
    }
    Ok(worst)
}

/// One file: shown, or for programs.
fn file(
    args: &CheckArgs,
    set: Option<&CriteriaSet>,
    path: &Path,
    shell: &mut Shell,
) -> Result<(Outcome, Value), Failure> {
    let name = input::name(path, shell.lang);
    let input = match input::read(path, MAX_ROUND_BYTES, shell.lang) {
        Ok(input) => input,
        Err(unread) => {
            unread.show(shell, path);
            let mut document = json!({ "file": name, "valid": false });
            let outcome = match &unread {
                Unread::Io(error) => {
                    document["error"] = json!(error.to_string());
                    Outcome::Unreadable
                }
                Unread::Faults { error, .. } => {
                    document["faults"] = json!(faults::json(error));
                    Outcome::Faults
                }
            };
            return Ok((outcome, document));
        }
    };
    // A criteria set is what is checked most.
    let kind = args
        .kind
        .or_else(|| input::kind(&input))
        .unwrap_or(KindArg::Set);
    let checked = match kind {
        KindArg::Set => sets::parse(&input).map(|set| about_set(&set, shell.lang)),
        KindArg::Round => parse_round(&input).map(|round| about_round(&round, shell.lang)),
        KindArg::Submission | KindArg::Csv => {
            let input = Input {
                name: input.name.clone(),
                text: input.text.clone(),
                format: if kind == KindArg::Csv {
                    Format::Csv
                } else {
                    input.format
                },
            };
            submissions::parse(&input, args.decimal)
                .map(|all| about_submissions(&input, &all, set, shell.lang))
        }
    };
    let word = match kind {
        KindArg::Set => "set",
        KindArg::Round => "round",
        KindArg::Submission => "submission",
        KindArg::Csv => "csv",
    };
    let mut document = json!({ "file": name, "kind": word });
    match checked {
        Ok(about) => {
            document["valid"] = json!(about.errors == 0);
            document["diagnostics"] = json!(about.diagnostics);
            if !args.json {
                about.show(&name, shell)?;
            }
            let faulty = about.errors > 0;
            let outcome = if faulty {
                Outcome::Faults
            } else {
                Outcome::Clean
            };
            Ok((outcome, document))
        }
        Err(error) => {
            document["valid"] = json!(false);
            document["faults"] = json!(faults::json(&error));
            if !args.json {
                faults::show(shell, &name, &input.text, &error);
                let count = error.faults().len();
                let line = match shell.lang {
                    Lang::Vi => format!("{name}: {count} lỗi"),
                    Lang::En if count == 1 => format!("{name}: 1 fault"),
                    Lang::En => format!("{name}: {count} faults"),
                };
                shell.tell(format_args!("{BOLD}{line}{PLAIN}"));
            }
            Ok((Outcome::Faults, document))
        }
    }
}

pub(crate) fn parse_round(input: &Input) -> Result<Round, FileError> {
    match input.format {
        Format::Json => Round::parse_json(&input.text),
        Format::Toml | Format::Csv => Round::parse_toml(&input.text),
    }
}

/// What is said of a sound file.
struct About {
    what: String,
    notices: Vec<String>,
    /// Findings about answers, each under its unit.
    findings: Vec<(String, Vec<String>)>,
    diagnostics: Vec<Value>,
    errors: usize,
}

impl About {
    fn of(what: String) -> Self {
        Self {
            what,
            notices: Vec::new(),
            findings: Vec::new(),
            diagnostics: Vec::new(),
            errors: 0,
        }
    }

    fn show(&self, name: &str, shell: &mut Shell) -> Result<(), Failure> {
        let verdict = if self.errors == 0 {
            shell.pick("đạt", "ok").to_owned()
        } else {
            match shell.lang {
                Lang::Vi => format!("{} lỗi", self.errors),
                Lang::En if self.errors == 1 => "1 error".to_owned(),
                Lang::En => format!("{} errors", self.errors),
            }
        };
        shell.line(format_args!("{name}: {verdict}, {}", self.what))?;
        for notice in &self.notices {
            shell.notice(Some(notice.clone()))?;
        }
        for (unit, findings) in &self.findings {
            shell.line(format_args!("  {unit}"))?;
            for finding in findings {
                shell.line(format_args!("    {finding}"))?;
            }
        }
        Ok(())
    }
}

fn about_set(set: &CriteriaSet, lang: Lang) -> About {
    let definition = set.definition();
    let (id, version) = (set.id(), &definition.version);
    let status = basis(definition.status, lang);
    let (criteria, facts) = (set.criteria().count(), definition.facts.len());
    let (groups, max) = (definition.groups.len(), lang.exact(&definition.max));
    let mut about = About::of(match lang {
        Lang::Vi => format!(
            "bộ tiêu chí {id} {version} ({status}): {groups} nhóm, {criteria} tiêu chí, {facts} số liệu, tối đa {max} điểm"
        ),
        Lang::En => format!(
            "criteria set {id} {version} ({status}): {groups} groups, {criteria} criteria, {facts} facts, max {max} points"
        ),
    });
    about.notices.extend(set.notice(lang));
    about
}

fn about_round(round: &Round, lang: Lang) -> About {
    let (id, units) = (&round.id, round.units.len());
    let (from, to) = (
        round.period.from.display(lang),
        round.period.to.display(lang),
    );
    let due = super::round::due(round, lang);
    let mut about = About::of(match lang {
        Lang::Vi => {
            format!("đợt đánh giá {id}: {units} đơn vị, số liệu từ {from} đến {to}, hạn nộp {due}")
        }
        Lang::En => format!("round {id}: {units} units, period {from} to {to}, due {due}"),
    });
    about
        .notices
        .extend(super::round::roster_notice(round, lang));
    about
}

/// A form that answers are checked against, with the cohorts of the file in both layers.
struct Form {
    set: CriteriaSet,
    cohorts: [Option<Cohort>; 2],
}

impl Form {
    fn new(set: CriteriaSet, all: &[Submission]) -> Self {
        let cohorts = LAYERS
            .map(|layer| (set.needs_cohort() && all.len() > 1).then(|| set.cohort(all, layer)));
        Self { set, cohorts }
    }
}

const LAYERS: [Layer; 2] = [Layer::SelfAssessed, Layer::Verified];

/// Answers are checked too where the form is at hand: the one given, or the built-in one that the submission names.
fn about_submissions(
    input: &Input,
    all: &[Submission],
    given: Option<&CriteriaSet>,
    lang: Lang,
) -> About {
    let mut about = About::of(String::new());
    let mut forms: Vec<Form> = Vec::new();
    forms.extend(given.map(|set| Form::new(set.clone(), all)));
    let rows = place::rows(input);
    let mut unchecked = 0;
    let mut answers = 0;
    for (at, submission) in all.iter().enumerate() {
        answers += submission.fact_ids(Layer::Verified).count();
        let id = submission.set().unwrap_or_default();
        if given.is_none() && !forms.iter().any(|form| form.set.id() == id) {
            let source = sets::built_in(id);
            let set = source.and_then(|source| CriteriaSet::parse_toml(source.text).ok());
            forms.extend(set.map(|set| Form::new(set, all)));
        }
        let form = forms
            .iter()
            .find(|form| given.is_some() || form.set.id() == id);
        let Some(form) = form else {
            unchecked += 1;
            continue;
        };
        let place = Place {
            input,
            row: rows.get(at).copied(),
        };
        let findings = answers_of(submission, form, &place, &mut about, lang);
        if !findings.is_empty() {
            let unit = submission.unit().map(str::to_owned);
            let unit = unit.unwrap_or_else(|| format!("#{}", at + 1));
            about.findings.push((unit, findings));
        }
    }
    about.notices = forms
        .iter()
        .filter_map(|form| form.set.notice(lang))
        .collect();
    about.notices.dedup();
    about.what = match (all.len(), lang) {
        (count, Lang::Vi) => format!("{count} báo cáo, {answers} câu trả lời"),
        (1, Lang::En) => format!("1 submission, {answers} answers"),
        (count, Lang::En) => format!("{count} submissions, {answers} answers"),
    };
    if unchecked > 0 {
        let rest = match lang {
            Lang::Vi => format!(
                "; {unchecked} báo cáo mới được kiểm tra cách ghi, chưa đối chiếu với mẫu (thêm `--set MẪU`)"
            ),
            Lang::En => format!(
                "; {unchecked} checked for form only, not against a criteria set (add `--set SET`)"
            ),
        };
        about.what.push_str(&rest);
    }
    about
}

/// Where a submission stands: in a file of its own, or in a row of a table.
struct Place<'i> {
    input: &'i Input,
    row: Option<usize>,
}

impl Place<'_> {
    /// The line that a finding is about.
    fn line(&self, diagnostic: &Diagnostic, layer: Layer) -> Option<usize> {
        let fact = place::fact(&diagnostic.kind)?;
        self.row.or_else(|| place::line(self.input, fact, layer))
    }
}

/// What is found in one submission's answers, in both layers.
fn answers_of(
    submission: &Submission,
    form: &Form,
    place: &Place<'_>,
    about: &mut About,
    lang: Lang,
) -> Vec<String> {
    // One unit alone is no cohort; that is no fault of its answers.
    let alone = |one: &Diagnostic| matches!(one.kind, DiagnosticKind::NoCohort { .. });
    let mut findings = Vec::new();
    for (layer, cohort) in LAYERS.into_iter().zip(&form.cohorts) {
        if layer == Layer::Verified && !submission.is_verified() {
            continue;
        }
        let report = form.set.score_in(submission, layer, cohort.as_ref());
        for diagnostic in report.diagnostics() {
            let at = place.line(diagnostic, layer);
            let place = at.map(|at| format!("{} {at}: ", lang.pick("dòng", "line")));
            let line = place.unwrap_or_default() + &finding(diagnostic, lang);
            let found = (at.unwrap_or(usize::MAX), line);
            if alone(diagnostic) || findings.contains(&found) {
                continue;
            }
            about.errors += usize::from(diagnostic.severity() == Severity::Error);
            findings.push(found);
            let mut entry = json!(diagnostic);
            entry["unit"] = json!(submission.unit());
            entry["line"] = json!(at);
            about.diagnostics.push(entry);
        }
        if layer == Layer::Verified {
            continue;
        }
        let apart: Vec<&String> = report
            .diagnostics()
            .iter()
            .filter(|one| alone(one))
            .flat_map(|one| &one.criteria)
            .collect();
        let missing: Vec<&str> = report
            .criteria()
            .filter(|(criterion, score)| {
                score.status == Status::Missing && !apart.contains(&&criterion.id)
            })
            .map(|(criterion, _)| criterion.id.as_str())
            .collect();
        let ids = missing.join(", ");
        let line = match (missing.len(), lang) {
            (0, _) => continue,
            (count, Lang::Vi) => format!("còn {count} tiêu chí thiếu số liệu: {ids}"),
            (1, Lang::En) => format!("1 criterion lacks answers: {ids}"),
            (count, Lang::En) => format!("{count} criteria lack answers: {ids}"),
        };
        findings.push((usize::MAX, line));
    }
    // In the order of the file; what has no place follows.
    findings.sort_by_key(|(at, _)| *at);
    findings.into_iter().map(|(_, line)| line).collect()
}
