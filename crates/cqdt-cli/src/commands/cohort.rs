//! Units looked at together, for `robustness` and `analyse`: those of a round's folder, or the submissions of a file.

use std::path::Path;

use cqdt::{CriteriaSet, Lang, Layer, MAX_SUBMISSION_BYTES, Report, Standing, Submission, rank};

use super::round::{self, Stated};
use crate::args::DecimalArg;
use crate::shell::{Failure, Outcome, Shell};
use crate::{faults, input, sets, submissions};

/// The units of one form.
pub(crate) struct Cohort {
    pub(crate) set: CriteriaSet,
    /// In the order of their ranks, where they have some.
    pub(crate) members: Vec<Member>,
}

/// A unit that sent something.
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) parent: Option<String>,
    pub(crate) rank: Option<usize>,
    pub(crate) submission: Submission,
    pub(crate) report: Report,
}

/// Where units come from.
pub(crate) struct From<'f> {
    pub(crate) path: &'f Path,
    pub(crate) set: Option<&'f str>,
    pub(crate) sets: Option<&'f Path>,
    pub(crate) decimal: Option<DecimalArg>,
}

/// Reads a round's folder, or a file of submissions to the set that is named; faults are shown.
pub(crate) fn gather(
    shell: &mut Shell,
    from: &From<'_>,
) -> Result<(Vec<Cohort>, Outcome), Failure> {
    if from.path.is_dir() {
        return of_round(shell, from);
    }
    let Some(set) = from.set else {
        let (vi, en) = (
            "tệp báo cáo cần `--set` cho biết chấm theo bộ tiêu chí nào",
            "a file of submissions needs `--set` to say which criteria set it is scored by",
        );
        return Err(Failure::Usage(shell.pick(vi, en).to_owned()));
    };
    let set = sets::load(shell, set)?;
    let input = input::open(shell, from.path, MAX_SUBMISSION_BYTES)?;
    let rows = submissions::parse(&input, from.decimal).map_err(|error| {
        faults::show(shell, &input.name, &input.text, &error);
        Failure::Faults
    })?;
    let cohort = set
        .needs_cohort()
        .then(|| set.cohort(&rows, Layer::Verified));
    let members = rows.into_iter().enumerate().map(|(at, submission)| {
        let id = match submission.unit() {
            Some(unit) => unit.to_owned(),
            None => (at + 1).to_string(),
        };
        Member {
            name: id.clone(),
            id,
            parent: None,
            rank: None,
            report: set.score_in(&submission, Layer::Verified, cohort.as_ref()),
            submission,
        }
    });
    let mut members: Vec<Member> = members.collect();
    let standings: Vec<Standing> = members
        .iter()
        .map(|member| set.standing(&member.report, None))
        .collect();
    let ranks = rank(&standings, set.definition().ranking.ties);
    for (member, rank) in members.iter_mut().zip(ranks) {
        member.rank = rank;
    }
    members.sort_by_key(|member| member.rank.unwrap_or(usize::MAX));
    Ok((vec![Cohort { set, members }], Outcome::Clean))
}

fn of_round(shell: &mut Shell, from: &From<'_>) -> Result<(Vec<Cohort>, Outcome), Failure> {
    let stated = Stated::Overrides(from.decimal);
    let assessed = round::assess(shell, from.path, from.sets, stated)?;
    let lang: Lang = shell.lang;
    let report = &assessed.report;
    let wanted = |set: &&CriteriaSet| from.set.is_none_or(|wanted| wanted == set.id());
    let cohorts = report.sets().filter(wanted).map(|set| {
        let entries = report.ranking(set.id()).into_iter();
        let members = entries.filter_map(|entry| {
            Some(Member {
                id: entry.unit.id.clone(),
                name: entry.unit.name.get(lang).to_owned(),
                parent: entry.unit.parent.clone(),
                rank: entry.rank,
                submission: entry.submission.clone()?,
                report: entry.report(Layer::Verified)?.clone(),
            })
        });
        Cohort {
            set: set.clone(),
            members: members.collect(),
        }
    });
    Ok((cohorts.collect(), assessed.outcome))
}

impl Cohort {
    /// What has to be said of the set, once.
    pub(crate) fn notice(&self, lang: Lang) -> Option<String> {
        let notices = self.members.iter().find_map(|one| one.report.notice(lang));
        notices.or_else(|| self.set.notice(lang))
    }
}
