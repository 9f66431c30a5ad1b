//! Ranks under drawn weights: on threads of their own, so that Ctrl-C and a callback get through.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use cqdt::batch::Request;
use cqdt::robustness::{
    Drawing, FactError, GroupTable, NoisyAnswers, Robustness, RobustnessError, RobustnessReport,
    Sensitivity, SensitivityReport,
};
use cqdt::{Lang, Layer};
use pyo3::prelude::*;

use crate::cohort::Cohort;
use crate::convert::{self, objects};
use crate::error::{Kind, option, python, raise};
use crate::frame::{Options, batch, submissions_of};
use crate::pool::{detached, on_threads};
use crate::report::Report;
use crate::set::CriteriaSet;
use crate::submission::Submission;

/// Between two looks at whether the user has had enough.
const LOOK: Duration = Duration::from_millis(50);

/// How weights are drawn.
#[derive(FromPyObject)]
pub(crate) struct Draws {
    #[pyo3(item("draws"))]
    count: u32,
    #[pyo3(item)]
    seed: u64,
    #[pyo3(item)]
    method: String,
    #[pyo3(item)]
    spread: u32,
    #[pyo3(item)]
    concentration: f64,
    #[pyo3(item)]
    drop_one_group: bool,
    #[pyo3(item)]
    pairs: Vec<(String, String)>,
    /// Facts with their errors.
    #[pyo3(item)]
    errors: Vec<(String, String)>,
    /// Samples for Sobol' indices; none are taken where it is 0.
    #[pyo3(item)]
    sensitivity: u32,
    #[pyo3(item)]
    progress: Option<Py<PyAny>>,
}

/// Where the points of a draw come from.
enum Points {
    Table(GroupTable),
    Noisy(Box<NoisyAnswers>),
}

/// Draws weights for the units that reports are of.
#[pyfunction]
pub(crate) fn _robust_reports<'py>(
    py: Python<'py>,
    reports: &Bound<'py, PyAny>,
    draws: Draws,
) -> PyResult<Bound<'py, PyAny>> {
    let reports = objects::<Report>(reports, "units", ("các `Report`", "`Report`s"))?;
    let cores = || reports.iter().map(|one| &one.get().core);
    let table = GroupTable::of_reports(cores());
    let groups = cores().next().map(|one| groups(one.set()));
    let names = named(cores().map(cqdt::Report::unit));
    let points = table.map(Points::Table);
    run(py, points, groups.unwrap_or_default(), names, &draws)
}

/// Draws weights, and answers within their errors, for submissions.
#[pyfunction]
pub(crate) fn _robust_submissions<'py>(
    py: Python<'py>,
    set: &CriteriaSet,
    submissions: &Bound<'py, PyAny>,
    cohort: Option<&Bound<'py, Cohort>>,
    layer: &str,
    allow_float: bool,
    draws: Draws,
) -> PyResult<Bound<'py, PyAny>> {
    let layer = convert::layer(py, layer)?;
    let given = Cohort::given(py, &set.core, cohort)?;
    let submissions = Submission::all(submissions, allow_float)?;
    let cores = submissions.iter().map(|one| &*one.0);
    let names = named(cores.clone().map(cqdt::Submission::unit));
    let mut answers = detached(py, || NoisyAnswers::of(&set.core, cores, layer));
    if let Some(cohort) = given {
        answers = answers.cohort(cohort.clone());
    }
    let points = if draws.errors.is_empty() {
        detached(py, || answers.table()).map(Points::Table)
    } else {
        Some(noisy(py, answers, &draws.errors)?)
    };
    run(py, points, groups(&set.core), names, &draws)
}

/// Draws weights for the units that a frame's rows are.
#[pyfunction]
pub(crate) fn _robust_arrow<'py>(
    py: Python<'py>,
    set: &CriteriaSet,
    frame: &Bound<'py, PyAny>,
    cohort: Option<&Bound<'py, Cohort>>,
    options: &Options,
    unit: &str,
    draws: Draws,
) -> PyResult<Bound<'py, PyAny>> {
    // With what scales groups to the total that ranks.
    let request = Request::new().all_groups().total().share();
    let (output, names, rows) = batch(py, &set.core, frame, cohort, options, &request, Some(unit))?;
    let table = GroupTable::of(&output);
    let points = match table {
        Some(_) if !draws.errors.is_empty() => {
            let units = submissions_of(py, &set.core, &rows, &names, options)?;
            let layer = Layer::SelfAssessed;
            let mut answers = detached(py, || NoisyAnswers::of(&set.core, &units, layer));
            if let Some(cohort) = Cohort::given(py, &set.core, cohort)? {
                answers = answers.cohort(cohort.clone());
            }
            Some(noisy(py, answers, &draws.errors)?)
        }
        table => table.map(Points::Table),
    };
    run(py, points, groups(&set.core), names, &draws)
}

/// Answers with the errors that were stated; all that can't be are told at once.
fn noisy(
    py: Python<'_>,
    mut answers: NoisyAnswers,
    errors: &[(String, String)],
) -> PyResult<Points> {
    let mut faults = Vec::new();
    for (fact, size) in errors {
        let Ok(error) = size.parse::<FactError>() else {
            faults.push((
                format!("sai số của `{fact}` là `{size}`, cần dạng `2%` hoặc `3`"),
                format!("the error of `{fact}` is `{size}`, expected one such as `2%` or `3`"),
            ));
            continue;
        };
        if let Err(error) = answers.add_error(fact, error) {
            faults.push((error.message(Lang::Vi), error.message(Lang::En)));
        }
    }
    if faults.is_empty() {
        return Ok(Points::Noisy(Box::new(answers)));
    }
    let (vi, en): (Vec<_>, Vec<_>) = faults.into_iter().unzip();
    Err(raise(
        py,
        Kind::Option,
        "P0113",
        &format!("đối số `errors`: {}", vi.join("; ")),
        &format!("argument `errors`: {}", en.join("; ")),
    ))
}

/// Units by their ids; those without one by their places.
fn named<'u>(units: impl Iterator<Item = Option<&'u str>>) -> Vec<String> {
    let named =
        |(at, unit): (usize, Option<&str>)| unit.map_or_else(|| at.to_string(), str::to_owned);
    units.enumerate().map(named).collect()
}

/// Groups with their decided weights.
fn groups(set: &cqdt::CriteriaSet) -> Vec<(String, f64)> {
    let groups = set.definition().groups.iter();
    groups
        .map(|group| (group.id.clone(), group.max.to_f64()))
        .collect()
}

fn run<'py>(
    py: Python<'py>,
    points: Option<Points>,
    groups: Vec<(String, f64)>,
    names: Vec<String>,
    draws: &Draws,
) -> PyResult<Bound<'py, PyAny>> {
    let Some(points) = points else {
        return Err(raise(
            py,
            Kind::Option,
            "P0111",
            "cần các báo cáo của cùng một bộ tiêu chí, và bộ ấy không xếp hạng theo một nhóm",
            "needs reports of one criteria set, and one that doesn't rank by a single group",
        ));
    };
    let (percent, concentration) = (draws.spread, draws.concentration);
    let methods = [
        ("uniform", Drawing::Uniform { percent }),
        ("dirichlet", Drawing::Dirichlet { concentration }),
    ];
    let drawing = option(py, "method", &draws.method, &methods)?;
    let mut job = Robustness::new(draws.count, draws.seed)
        .drawing(drawing)
        .weights(groups.iter().map(|(_, max)| *max).collect());
    if draws.drop_one_group {
        job = job.drop_one_group();
    }
    let places: HashMap<&str, usize> = names
        .iter()
        .enumerate()
        .map(|(at, name)| (name.as_str(), at))
        .collect();
    for (first, second) in &draws.pairs {
        let at = |unit: &String| {
            places.get(unit.as_str()).copied().ok_or_else(|| {
                raise(
                    py,
                    Kind::Option,
                    "P0109",
                    &format!("đối số `pairs`: không có đơn vị `{unit}`"),
                    &format!("argument `pairs`: there is no unit `{unit}`"),
                )
            })
        };
        job = job.pair(at(first)?, at(second)?);
    }
    let mut progress = Progress {
        callback: draws.progress.as_ref(),
        before: 0,
        own: draws.count,
        wanted: draws.count.saturating_add(draws.sensitivity),
    };
    let report = watched(py, &progress, |watch| match &points {
        Points::Table(table) => job.run_with(table, watch),
        Points::Noisy(answers) => job.run_noisy_with(answers, watch),
    })?;
    let indices = match draws.sensitivity {
        0 => None,
        samples => {
            (progress.before, progress.own) = (draws.count, samples);
            Some(watched(py, &progress, |watch| match &points {
                Points::Table(table) => job.sensitivity_with(table, samples, watch),
                Points::Noisy(answers) => job.sensitivity_noisy(answers, samples, watch),
            })?)
        }
    };
    told(py, &report, &names, &groups, indices.as_ref())
}

/// Says how much is done, and hears whether to go on.
type Watch<'w> = dyn Fn(u32) -> ControlFlow<()> + Sync + 'w;

/// Whom to tell how far it is: draws first, then samples.
struct Progress<'p> {
    callback: Option<&'p Py<PyAny>>,
    /// What was done before this job.
    before: u32,
    /// What this job comes to.
    own: u32,
    /// What all jobs come to.
    wanted: u32,
}

/// Runs on other threads; this one, which holds what Python needs, looks for Ctrl-C and tells how far it is.
fn watched<T: Send>(
    py: Python<'_>,
    progress: &Progress<'_>,
    job: impl FnOnce(&Watch<'_>) -> Result<T, RobustnessError> + Send,
) -> PyResult<T> {
    let stop = AtomicBool::new(false);
    let done = AtomicU32::new(0);
    let (sender, receiver) = channel();
    let receiver = Mutex::new(receiver);
    let mut interrupted = None;
    let look = |py: Python<'_>, count: u32| -> PyResult<()> {
        py.check_signals()?;
        if let Some(callback) = progress.callback {
            callback.call1(py, (progress.before.saturating_add(count), progress.wanted))?;
        }
        Ok(())
    };
    let result = thread::scope(|scope| {
        let (stop, done) = (&stop, &done);
        scope.spawn(move || {
            let watch = |count| {
                done.fetch_max(count, Ordering::Relaxed);
                if stop.load(Ordering::Relaxed) {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            let result = on_threads(|| job(&watch));
            // Who waits for it is there until the thread ends.
            let _ = sender.send(result);
        });
        loop {
            let outcome = py.detach(|| match receiver.lock() {
                Ok(receiver) => receiver.recv_timeout(LOOK),
                Err(_) => Err(RecvTimeoutError::Disconnected),
            });
            match outcome {
                Ok(result) => return Some(result),
                Err(RecvTimeoutError::Timeout) => {
                    if interrupted.is_none()
                        && let Err(error) = look(py, done.load(Ordering::Relaxed))
                    {
                        interrupted = Some(error);
                        stop.store(true, Ordering::Relaxed);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    });
    if let Some(error) = interrupted {
        return Err(error);
    }
    match result {
        Some(Ok(report)) => {
            look(py, progress.own)?;
            Ok(report)
        }
        Some(Err(RobustnessError::TooLarge)) => Err(raise(
            py,
            Kind::Option,
            "P0112",
            "điểm quá lớn để cộng có trọng số",
            "points are too large for weighted sums",
        )),
        _ => Err(raise(
            py,
            Kind::Option,
            "P0110",
            "không có gì để rút: cần có đơn vị, có nhóm, draws từ 1, spread từ 1 đến 100, concentration trên 0",
            "nothing to draw: needs units, groups, draws from 1, a spread of 1 to 100, a concentration above 0",
        )),
    }
}

fn told<'py>(
    py: Python<'py>,
    report: &RobustnessReport,
    names: &[String],
    groups: &[(String, f64)],
    indices: Option<&SensitivityReport>,
) -> PyResult<Bound<'py, PyAny>> {
    let units: Vec<_> = report
        .units()
        .iter()
        .zip(report.published())
        .zip(names)
        .map(|((unit, published), name)| {
            (
                name,
                *published,
                unit.mean,
                unit.median,
                unit.low,
                unit.high,
                unit.at_published,
            )
        })
        .collect();
    let name = |at: usize| names.get(at).map_or("", String::as_str);
    let pairs: Vec<_> = report
        .pairs()
        .iter()
        .map(|(first, second, share)| (name(*first), name(*second), *share))
        .collect();
    let influences = indices.map(|indices| {
        let groups = groups
            .iter()
            .zip(indices.groups().unwrap_or_default())
            .map(|((id, _), one)| (id, one.first, one.total, one.first_error, one.total_error));
        let figures = |one: Sensitivity| (one.first, one.total, one.first_error, one.total_error);
        (
            (indices.samples(), indices.mean(), indices.deviation()),
            groups.collect::<Vec<_>>(),
            indices.dropped().map(figures),
            indices.noise().map(figures),
        )
    });
    python!(py, "cqdt._values", "robustness")?.call1((
        report.draws(),
        units,
        pairs,
        report.bin(),
        influences,
    ))
}
