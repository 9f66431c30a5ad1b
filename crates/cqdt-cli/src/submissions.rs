//! Submissions from TOML, JSON and CSV files.

use cqdt::{
    Cohort, CriteriaSet, FileError, Lang, Layer, MAX_SUBMISSION_BYTES, NumberStyle, Report,
    Submission, TableStyle, Verification,
};

use crate::args::{DecimalArg, LayerArg, ScoredArgs};
use crate::faults;
use crate::input::{self, Format, Input};
use crate::sets;
use crate::shell::{Failure, Shell};

/// The style that a decimal mark stands for. Where nobody said which, what reads two ways is refused.
pub(crate) fn style(decimal: Option<DecimalArg>) -> NumberStyle {
    match decimal {
        Some(DecimalArg::Comma) => NumberStyle::Comma,
        Some(DecimalArg::Point) => NumberStyle::Point,
        None => NumberStyle::Unstated,
    }
}

/// The submissions of a file; of a table, one a row.
pub(crate) fn parse(
    input: &Input,
    decimal: Option<DecimalArg>,
) -> Result<Vec<Submission>, FileError> {
    match input.format {
        Format::Toml => Submission::from_toml(&input.text).map(|one| vec![one]),
        Format::Json => Submission::from_json(&input.text).map(|one| vec![one]),
        Format::Csv => Submission::from_csv(&input.text, TableStyle::numbers(style(decimal))),
    }
}

/// What `score`, `explain` and `gap` work on.
pub(crate) struct Scored {
    pub(crate) set: CriteriaSet,
    /// One for each submission chosen, in the layer chosen.
    pub(crate) reports: Vec<Report>,
    submissions: Vec<Submission>,
    cohorts: [Option<Cohort>; 2],
}

/// Reads a set and a submission and scores it; faults are shown.
///
/// Without a stated layer the verified one counts where there is one. The rows of a table are each other's cohort.
pub(crate) fn score(shell: &mut Shell, args: &ScoredArgs) -> Result<Scored, Failure> {
    if args.set == "-" && input::is_stdin(&args.submission) {
        let (vi, en) = (
            "chỉ một trong hai tệp được đọc từ đầu vào chuẩn (`-`)",
            "only one of the two files can come from standard input (`-`)",
        );
        return Err(Failure::Usage(shell.pick(vi, en).to_owned()));
    }
    let set = sets::load(shell, &args.set)?;
    let input = input::open(shell, &args.submission, MAX_SUBMISSION_BYTES)?;
    let submissions = parse(&input, args.decimal).map_err(|error| {
        faults::show(shell, &input.name, &input.text, &error);
        Failure::Faults
    })?;
    let cohort = |layer| {
        let rows = submissions.iter();
        (set.needs_cohort() && submissions.len() > 1).then(|| set.cohort(rows, layer))
    };
    let [own, verified] = [Layer::SelfAssessed, Layer::Verified].map(cohort);
    let wanted = args.unit.as_deref();
    let chosen: Vec<Submission> = submissions
        .into_iter()
        .filter(|one| wanted.is_none_or(|unit| one.unit() == Some(unit)))
        .collect();
    if chosen.is_empty() {
        return Err(Failure::Usage(nobody(shell.lang, &input.name, wanted)));
    }
    let mut reports = Vec::with_capacity(chosen.len());
    for submission in &chosen {
        if let Some(form) = submission.set().filter(|form| *form != set.id()) {
            let unit = submission.unit().unwrap_or_default();
            let line = match shell.lang {
                Lang::Vi => format!("`{unit}` ghi mẫu `{form}`, đang tính theo `{}`", set.id()),
                Lang::En => format!("`{unit}` names form `{form}`, scored by `{}`", set.id()),
            };
            shell.warn(line);
        }
        let layer = match args.layer {
            Some(LayerArg::Verified) => Layer::Verified,
            None if submission.is_verified() => Layer::Verified,
            Some(LayerArg::Own) | None => Layer::SelfAssessed,
        };
        let cohort = match layer {
            Layer::SelfAssessed => own.as_ref(),
            Layer::Verified => verified.as_ref(),
        };
        reports.push(set.score_in(submission, layer, cohort));
    }
    Ok(Scored {
        set,
        reports,
        submissions: chosen,
        cohorts: [own, verified],
    })
}

fn nobody(lang: Lang, name: &str, wanted: Option<&str>) -> String {
    match (wanted, lang) {
        (Some(unit), Lang::Vi) => format!("{name} không có đơn vị `{unit}`"),
        (Some(unit), Lang::En) => format!("{name} has no unit `{unit}`"),
        (None, Lang::Vi) => format!("{name} không có báo cáo nào"),
        (None, Lang::En) => format!("{name} has no submission"),
    }
}

impl Scored {
    /// The one report, where a command can only show one.
    pub(crate) fn only(&self, shell: &Shell) -> Result<&Report, Failure> {
        if let [report] = self.reports.as_slice() {
            return Ok(report);
        }
        let (vi, en) = (
            "bảng có nhiều đơn vị; hãy chọn một bằng `--unit`",
            "the table has several units; choose one by `--unit`",
        );
        Err(Failure::Usage(shell.pick(vi, en).to_owned()))
    }

    /// Both layers of the one submission, with the submission itself.
    pub(crate) fn both_layers(
        &self,
        shell: &Shell,
    ) -> Result<(Verification, &Submission), Failure> {
        self.only(shell)?;
        let [own, verified] = &self.cohorts;
        let submission = &self.submissions[0];
        let both = self.set.verify(submission, own.as_ref(), verified.as_ref());
        Ok((both, submission))
    }
}
