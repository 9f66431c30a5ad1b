//! `cqdt robustness`: how far a round's ranking rests on the weights of the groups.

mod page;
mod scores;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Mutex;

use cqdt::criteria::{RankBy, Within};
use cqdt::robustness::{
    Drawing, FactError, GroupTable, NoiseError, NoisyAnswers, Robustness, RobustnessError,
    RobustnessReport, Sensitivity, SensitivityReport,
};
use cqdt::{CriteriaSet, Lang, Layer, MAX_SUBMISSION_BYTES};
use serde_json::Value;

use super::cohort::{self, Cohort};
use super::whole;
use crate::args::RobustnessArgs;
use crate::faults;
use crate::input::Format;
use crate::progress::Progress;
use crate::shell::{Failure, Outcome, Shell};
use crate::table::{Align, Grid};

pub(crate) fn run(args: &RobustnessArgs, shell: &mut Shell) -> Result<Outcome, Failure> {
    let lang = shell.lang;
    let (errors, mut wrong) = stated(args, lang);
    let mut rankings = Vec::new();
    let mut outcome = Outcome::Clean;
    if args.path.is_dir() || args.set.is_some() {
        let from = cohort::From {
            path: &args.path,
            set: args.set.as_deref(),
            sets: args.sets.as_deref(),
            decimal: args.decimal,
        };
        let (cohorts, how) = cohort::gather(shell, &from)?;
        outcome = how;
        let in_round = args.path.is_dir();
        wrong.extend(refused(&errors, lang, &cohorts));
        told(&wrong)?;
        for cohort in &cohorts {
            let by_parent = in_round && cohort.set.definition().ranking.within == Within::Parent;
            let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (at, member) in cohort.members.iter().enumerate() {
                let parent = member.parent.clone().filter(|_| by_parent);
                if member.rank.is_some() {
                    places
                        .entry(parent.unwrap_or_default())
                        .or_default()
                        .push(at);
                }
            }
            for (parent, units) in places {
                rankings.push(of_cohort(args, &errors, shell, cohort, parent, &units)?);
            }
        }
    } else {
        told(&wrong)?;
        rankings.push(of_scores(args, shell)?);
    }
    if rankings.is_empty() {
        let (vi, en) = (
            "không có đơn vị nào được xếp hạng để phân tích",
            "there are no ranked units to look at",
        );
        return Err(Failure::Usage(lang.pick(vi, en).to_owned()));
    }
    if args.json {
        let settings = settings(args);
        let errors = errors
            .iter()
            .map(|stated| (stated.fact.as_str(), &stated.error));
        let document = settings.document(Vec::new()).errors(errors);
        let mut document = serde_json::to_value(document).unwrap_or_default();
        document["rankings"] = rankings.iter().map(Ranking::document).collect();
        shell.data(document)?;
    } else if args
        .html
        .as_deref()
        .is_none_or(|path| !crate::input::is_stdin(path))
    {
        show(&method(args, &errors, lang), &rankings, shell)?;
    }
    if let Some(path) = &args.html {
        let text = page::page(&method(args, &errors, lang), &rankings, lang);
        shell.write(path, &text)?;
    }
    Ok(outcome)
}

/// The error of a fact, as it was stated.
struct Stated {
    fact: String,
    error: FactError,
    /// Word for word, for messages.
    text: String,
}

/// One ranking and what the draws say of it.
struct Ranking {
    /// None for scores that were made elsewhere.
    set: Option<CriteriaSet>,
    title: String,
    notice: Option<String>,
    parent: String,
    /// Ids and names, in order of their ranks in the round.
    units: Vec<(String, String)>,
    /// Ids and names.
    groups: Vec<(String, String)>,
    report: RobustnessReport,
    sensitivity: Option<SensitivityReport>,
}

/// Where the points of a draw come from.
enum Points<'p> {
    Table(GroupTable),
    Noisy(&'p NoisyAnswers),
}

fn of_cohort(
    args: &RobustnessArgs,
    errors: &[Stated],
    shell: &mut Shell,
    cohort: &Cohort,
    parent: String,
    units: &[usize],
) -> Result<Ranking, Failure> {
    let lang = shell.lang;
    let set = &cohort.set;
    let definition = set.definition();
    let id = set.id();
    if definition.ranking.by == RankBy::Group {
        return Err(Failure::Usage(match lang {
            Lang::Vi => format!(
                "`{id}` xếp hạng theo một nhóm, nên trọng số các nhóm không làm đổi thứ hạng"
            ),
            Lang::En => format!("`{id}` ranks by one group, so weights of groups change no rank"),
        }));
    }
    let members = || units.iter().filter_map(|unit| cohort.members.get(*unit));
    let noisy = if errors.is_empty() {
        None
    } else {
        Some(noisy(errors, lang, cohort)?.only(units.to_vec()))
    };
    let points = if let Some(noisy) = &noisy {
        Points::Noisy(noisy)
    } else {
        let table = GroupTable::of_reports(members().map(|member| &member.report));
        Points::Table(table.ok_or_else(|| {
            Failure::Usage(match lang {
                Lang::Vi => format!("`{id}`: điểm các nhóm không phải số thập phân đến 6 chữ số"),
                Lang::En => format!("`{id}`: points of groups are no decimals of up to 6 places"),
            })
        })?)
    };
    let weights = definition.groups.iter().map(|group| group.max.to_f64());
    let settings = settings(args).weights(weights.collect());
    let names: Vec<(String, String)> = members()
        .map(|member| (member.id.clone(), member.name.clone()))
        .collect();
    let (report, sensitivity) = draw(args, shell, settings, &points, &names)?;
    let differs = members()
        .zip(report.published())
        .any(|(member, rank)| member.rank.is_some() && member.rank != usize::try_from(*rank).ok());
    if differs {
        shell.warn(match lang {
            Lang::Vi => format!(
                "{id}: thứ hạng ở đây không xét tiêu chí phụ khi bằng điểm, nên khác thứ hạng công bố"
            ),
            Lang::En => format!(
                "{id}: ranks here leave tie-breakers aside and so differ from those of the round"
            ),
        });
    }
    let title = definition.title.get(lang);
    Ok(Ranking {
        set: Some(set.clone()),
        title: if parent.is_empty() {
            title.to_owned()
        } else {
            format!("{title} – {parent}")
        },
        notice: cohort.notice(lang),
        parent,
        units: names,
        groups: definition
            .groups
            .iter()
            .map(|group| {
                let name = format!("{}. {}", group.number, group.title.get(lang));
                (group.id.clone(), name)
            })
            .collect(),
        report,
        sensitivity,
    })
}

fn asks(cohort: &Cohort, fact: &str) -> bool {
    let mut facts = cohort.set.definition().facts.iter();
    facts.any(|one| one.id == fact)
}

/// The errors of facts that were stated, and what is wrong with those that state none.
fn stated(args: &RobustnessArgs, lang: Lang) -> (Vec<Stated>, Vec<String>) {
    let (mut errors, mut wrong) = (Vec::new(), Vec::new());
    for text in &args.error {
        let (fact, size) = text.split_once('=').unwrap_or((text, ""));
        match size.parse() {
            Ok(error) => errors.push(Stated {
                fact: fact.trim().to_owned(),
                error,
                text: text.clone(),
            }),
            Err(_) => wrong.push(match lang {
                Lang::Vi => format!("`--error {text}`: cần dạng `SỐ_LIỆU=2%` hoặc `SỐ_LIỆU=3`"),
                Lang::En => format!("`--error {text}`: expected `FACT=2%` or `FACT=3`"),
            }),
        }
    }
    (errors, wrong)
}

/// What is wrong with errors that were stated: of facts that no form asks for, or that have none.
fn refused(errors: &[Stated], lang: Lang, cohorts: &[Cohort]) -> Vec<String> {
    let wrong = |Stated { fact, error, text }: &Stated| {
        let mut asking = cohorts
            .iter()
            .filter(|cohort| asks(cohort, fact))
            .peekable();
        let why = if asking.peek().is_none() {
            let fact = fact.clone();
            Some(NoiseError::UnknownFact { fact })
        } else {
            asking.find_map(|cohort| {
                let mut none = NoisyAnswers::of(&cohort.set, [], Layer::Verified);
                none.add_error(fact, error.clone()).err()
            })
        };
        why.map(|why| said(text, &why, lang))
    };
    errors.iter().filter_map(wrong).collect()
}

fn said(text: &str, why: &NoiseError, lang: Lang) -> String {
    format!("`--error {text}`: {}", why.message(lang))
}

/// All that is wrong with the errors that were stated, at once.
fn told(wrong: &[String]) -> Result<(), Failure> {
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Failure::Usage(wrong.join("\n")))
}

/// Answers with the errors that were stated.
fn noisy(errors: &[Stated], lang: Lang, cohort: &Cohort) -> Result<NoisyAnswers, Failure> {
    let submissions = cohort.members.iter().map(|member| &member.submission);
    let mut answers = NoisyAnswers::of(&cohort.set, submissions, Layer::Verified);
    // Forms of one round needn't ask for the same.
    for Stated { fact, error, text } in errors.iter().filter(|one| asks(cohort, &one.fact)) {
        let added = answers.add_error(fact, error.clone());
        added.map_err(|why| Failure::Usage(said(text, &why, lang)))?;
    }
    Ok(answers)
}

/// A table of scores.
fn of_scores(args: &RobustnessArgs, shell: &mut Shell) -> Result<Ranking, Failure> {
    let lang = shell.lang;
    let input = crate::input::open(shell, &args.path, MAX_SUBMISSION_BYTES)?;
    if input.format != Format::Csv || !args.error.is_empty() {
        let name = &input.name;
        return Err(Failure::Usage(match lang {
            Lang::Vi => format!(
                "{name}: cần thư mục của một đợt, bảng điểm CSV (cột `unit` và mỗi nhóm một cột), hoặc tệp báo cáo kèm `--set`; `--error` cần số liệu chứ không phải điểm"
            ),
            Lang::En => format!(
                "{name}: expected a round's folder, a CSV table of scores (a column `unit` and one for every group), or submissions with `--set`; `--error` needs answers, not points"
            ),
        }));
    }
    let scores = scores::read(&input, args.decimal).map_err(|faults| {
        faults::show(shell, &input.name, &input.text, &faults.into());
        Failure::Faults
    })?;
    let points = Points::Table(scores.table);
    let (report, sensitivity) = draw(args, shell, settings(args), &points, &scores.units)?;
    Ok(Ranking {
        set: None,
        title: input.name,
        notice: None,
        parent: String::new(),
        units: scores.units,
        groups: scores
            .groups
            .into_iter()
            .map(|group| (group.clone(), group))
            .collect(),
        report,
        sensitivity,
    })
}

fn settings(args: &RobustnessArgs) -> Robustness {
    let settings = Robustness::new(args.draws, args.seed).drawing(match args.dirichlet {
        Some(concentration) => Drawing::Dirichlet { concentration },
        None => Drawing::Uniform {
            percent: args.percent,
        },
    });
    if args.drop_one {
        settings.drop_one_group()
    } else {
        settings
    }
}

/// Draws, and looks for what moves the ranks where that was asked for.
fn draw(
    args: &RobustnessArgs,
    shell: &Shell,
    mut settings: Robustness,
    points: &Points<'_>,
    units: &[(String, String)],
) -> Result<(RobustnessReport, Option<SensitivityReport>), Failure> {
    let lang = shell.lang;
    for pair in &args.pair {
        let at = |id: &str| units.iter().position(|(unit, _)| unit == id);
        let (first, second) = pair.split_once(',').unwrap_or((pair, ""));
        match (at(first.trim()), at(second.trim())) {
            (Some(first), Some(second)) => settings = settings.pair(first, second),
            (None, None) => {}
            (Some(_), None) | (None, Some(_)) => {
                return Err(Failure::Usage(match lang {
                    Lang::Vi => format!(
                        "`--pair {pair}`: cần hai đơn vị của cùng một bảng xếp hạng, dạng `A,B`"
                    ),
                    Lang::En => {
                        format!("`--pair {pair}`: expected two units of one ranking, as `A,B`")
                    }
                }));
            }
        }
    }
    let progress = Mutex::new(Progress::new(lang, "lấy mẫu trọng số", "drawing weights"));
    let watch = |all: u32| {
        let progress = &progress;
        move |done: u32| {
            if let Ok(mut progress) = progress.try_lock() {
                progress.at(done as usize, all as usize);
            }
            ControlFlow::Continue(())
        }
    };
    let report = match points {
        Points::Table(table) => settings.run_with(table, &watch(args.draws)),
        Points::Noisy(answers) => settings.run_noisy_with(answers, &watch(args.draws)),
    };
    let sensitivity = args.sensitivity.map(|samples| match points {
        Points::Table(table) => settings.sensitivity_with(table, samples, &watch(samples)),
        Points::Noisy(answers) => settings.sensitivity_noisy(answers, samples, &watch(samples)),
    });
    let failed = |error: RobustnessError| {
        let (vi, en) = match error {
            RobustnessError::TooLarge => (
                "điểm quá lớn để cộng có trọng số",
                "points are too large for weighted sums",
            ),
            _ => (
                "không có gì để lấy mẫu: cần ít nhất một lượt, khoảng 1–100 %, độ tập trung lớn hơn 0",
                "nothing to draw: needs at least one draw, a range of 1 to 100 percent, a concentration above 0",
            ),
        };
        Failure::Usage(lang.pick(vi, en).to_owned())
    };
    Ok((
        report.map_err(failed)?,
        sensitivity.transpose().map_err(failed)?,
    ))
}

impl Ranking {
    fn document(&self) -> Value {
        let units: Vec<&str> = self.units.iter().map(|(unit, _)| unit.as_str()).collect();
        let notice = self.notice.clone();
        let found = self.sensitivity.as_ref();
        let found =
            found.map(|found| found.document(self.groups.iter().map(|(id, _)| id.as_str())));
        let document = if let Some(set) = &self.set {
            let ranking = self.report.document(set, &self.parent, &units, notice);
            serde_json::to_value(ranking.sensitivity(found))
        } else {
            serde_json::to_value(self.report.ranks_document(&units).sensitivity(found))
        };
        document.unwrap_or_default()
    }

    /// Everything that is drawn, and how much it moves.
    fn causes(&self, lang: Lang) -> Vec<(String, Sensitivity)> {
        let Some(report) = &self.sensitivity else {
            return Vec::new();
        };
        let groups = self.groups.iter().zip(report.groups().unwrap_or_default());
        let groups = groups.map(|((_, name), found)| (name.clone(), *found));
        let dropped = report.dropped().map(|found| {
            let name = lang.pick("Nhóm bị bỏ", "Group left out");
            (name.to_owned(), found)
        });
        let noise = report.noise().map(|found| {
            let name = lang.pick("Sai số của số liệu", "Errors of facts");
            (name.to_owned(), found)
        });
        groups.chain(dropped).chain(noise).collect()
    }
}

/// How far ranks shift on average, in a sentence.
fn shift(report: &SensitivityReport, lang: Lang) -> String {
    let [mean, deviation] =
        [report.mean(), report.deviation()].map(|figure| lang.number(&format!("{figure:.2}")));
    let rankings = whole(report.rankings(), lang);
    match lang {
        Lang::Vi => format!(
            "Thứ hạng lệch trung bình {mean} bậc so với công bố (độ lệch chuẩn {deviation}), qua {rankings} lần xếp hạng."
        ),
        Lang::En => format!(
            "Ranks lie {mean} from the published ones on average (standard deviation {deviation}), over {rankings} rankings."
        ),
    }
}

/// What was drawn, in a sentence.
fn method(args: &RobustnessArgs, errors: &[Stated], lang: Lang) -> String {
    let range = match (args.dirichlet, lang) {
        (Some(concentration), Lang::Vi) => {
            format!(
                "theo phân phối Dirichlet, độ tập trung {}",
                lang.number(&concentration.to_string())
            )
        }
        (Some(concentration), Lang::En) => {
            format!("from a Dirichlet distribution of concentration {concentration}")
        }
        (None, Lang::Vi) => format!("đều trong khoảng ±{} %", args.percent),
        (None, Lang::En) => format!("evenly within ±{} %", args.percent),
    };
    let dropped = match (args.drop_one, lang) {
        (true, Lang::Vi) => ", mỗi lượt bỏ một nhóm",
        (true, Lang::En) => ", one group left out in each draw",
        (false, _) => "",
    };
    let errors = match (errors.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Vi) => format!(", số liệu lệch trong phạm vi {}", reach(errors, lang)),
        (false, Lang::En) => format!(", answers off by up to {}", reach(errors, lang)),
    };
    let (draws, seed) = (whole(args.draws, lang), args.seed);
    match lang {
        Lang::Vi => format!(
            "{draws} lượt lấy mẫu trọng số các nhóm, {range}{dropped}{errors}; hạt giống {seed}."
        ),
        Lang::En => {
            format!("{draws} draws of the groups' weights, {range}{dropped}{errors}; seed {seed}.")
        }
    }
}

/// Errors as they are read: `cb ±2 %, sl ±3`.
fn reach(errors: &[Stated], lang: Lang) -> String {
    let errors = errors.iter().map(|Stated { fact, error, .. }| {
        let size = error.to_string().replace('%', " %");
        format!("{fact} ±{}", lang.number(&size))
    });
    errors.collect::<Vec<_>>().join(", ")
}

fn show(method: &str, rankings: &[Ranking], shell: &mut Shell) -> Result<(), Failure> {
    let lang = shell.lang;
    shell.title(lang.pick("Độ vững của thứ hạng", "Robustness of ranks"))?;
    shell.line(method)?;
    for ranking in rankings {
        shell.line("")?;
        shell.title(&ranking.title)?;
        shell.notice(ranking.notice.clone())?;
        let mut grid = Grid::new([
            (lang.pick("Hạng", "Rank"), Align::Right),
            (lang.pick("Đơn vị", "Unit"), Align::Left),
            (lang.pick("Trung bình", "Mean"), Align::Right),
            (lang.pick("Trung vị", "Median"), Align::Right),
            ("5 %–95 %", Align::Right),
            (lang.pick("Giữ hạng", "Same rank"), Align::Right),
        ]);
        let ranks = ranking
            .report
            .published()
            .iter()
            .zip(ranking.report.units());
        for ((_, name), (published, unit)) in ranking.units.iter().zip(ranks) {
            grid.row([
                whole(*published, lang),
                name.clone(),
                lang.number(&format!("{:.2}", unit.mean)),
                whole(unit.median, lang),
                format!("{}–{}", whole(unit.low, lang), whole(unit.high, lang)),
                lang.number(&format!("{:.1}%", unit.at_published * 100.0)),
            ]);
        }
        shell.data(grid)?;
        for (first, second, before) in ranking.report.pairs() {
            let name = |at: usize| ranking.units.get(at).map_or("", |(_, name)| name.as_str());
            let (first, second) = (name(*first), name(*second));
            let share = lang.number(&format!("{:.1}%", before * 100.0));
            shell.line(match lang {
                Lang::Vi => format!("{first} đứng trên {second}: {share} số lượt"),
                Lang::En => format!("{first} before {second}: {share} of the draws"),
            })?;
        }
        let Some(report) = &ranking.sensitivity else {
            continue;
        };
        shell.line("")?;
        shell.title(lang.pick("Điều gì làm thay đổi thứ hạng", "What moves the ranks"))?;
        shell.line(shift(report, lang))?;
        let causes = ranking.causes(lang);
        if causes.is_empty() {
            continue;
        }
        let mut grid = Grid::new([
            (lang.pick("Nhóm", "Group"), Align::Left),
            (lang.pick("Riêng", "First order"), Align::Right),
            ("±", Align::Right),
            (lang.pick("Toàn phần", "Total"), Align::Right),
            ("±", Align::Right),
        ]);
        for (name, found) in causes {
            let figure = |figure: f64| lang.number(&format!("{figure:.3}"));
            grid.row([
                name,
                figure(found.first),
                figure(found.first_error),
                figure(found.total),
                figure(found.total_error),
            ]);
        }
        shell.data(grid)?;
    }
    Ok(())
}
