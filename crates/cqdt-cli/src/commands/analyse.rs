//! `cqdt analyse`: what the units' points say about the criteria.

use cqdt::batch::{Answers, CohortAnalysis, CriterionAnalysis, Request};
use cqdt::{Lang, Layer};
use serde_json::{Value, json};

use super::cohort::{self, Cohort};
use super::whole;
use crate::args::AnalyseArgs;
use crate::shell::{Failure, Outcome, Shell};
use crate::table::{Align, Grid};

pub(crate) fn run(args: &AnalyseArgs, shell: &mut Shell) -> Result<Outcome, Failure> {
    let from = cohort::From {
        path: &args.path,
        set: args.set.as_deref(),
        sets: args.sets.as_deref(),
        decimal: args.decimal,
    };
    let (cohorts, outcome) = cohort::gather(shell, &from)?;
    let mut analyses = Vec::new();
    for cohort in &cohorts {
        if let Some(analysis) = analysis(cohort, args.like) {
            analyses.push((cohort, analysis));
        }
    }
    if analyses.is_empty() {
        let (vi, en) = (
            "không có báo cáo nào để phân tích",
            "there are no submissions to look at",
        );
        return Err(Failure::Usage(shell.pick(vi, en).to_owned()));
    }
    if args.json {
        let sets = analyses.iter();
        let sets = sets.map(|(cohort, analysis)| document(cohort, analysis, shell.lang));
        let sets: Vec<Value> = sets.collect();
        shell.data(json!({ "format": 1, "like": args.like, "sets": sets }))?;
        return Ok(outcome);
    }
    for (at, (cohort, analysis)) in analyses.iter().enumerate() {
        if at > 0 {
            shell.line("")?;
        }
        show(cohort, analysis, args.like, shell)?;
    }
    Ok(outcome)
}

/// None where nobody sent anything.
fn analysis(cohort: &Cohort, like: f64) -> Option<CohortAnalysis> {
    let set = &cohort.set;
    let submissions = cohort.members.iter().map(|member| &member.submission);
    let answers = Answers::of(set, submissions, Layer::Verified);
    let input = answers.input();
    let statistics = if set.needs_cohort() {
        Some(set.cohort_of_columns(&input).ok()?)
    } else {
        None
    };
    let request = Request::new().all_criteria();
    let output = set
        .score_batch(&input, &request, statistics.as_ref())
        .ok()?;
    output.analysis(like)
}

fn document(cohort: &Cohort, analysis: &CohortAnalysis, lang: Lang) -> Value {
    let set = &cohort.set;
    let criteria = analysis.criteria.iter().map(|one| {
        json!({
            "id": one.id, "mean": one.mean, "spread": one.spread, "at_zero": one.at_zero, "at_max": one.at_max,
            "item_total": one.item_total,
        })
    });
    let groups = analysis.groups.iter();
    let groups = groups.map(|group| json!({ "id": group.id, "alpha": group.alpha }));
    let pairs = analysis.pairs.iter().map(|pair| {
        json!({ "first": pair.first, "second": pair.second, "correlation": pair.correlation })
    });
    json!({
        "set": set.id(), "version": set.definition().version, "status": set.definition().status,
        "fingerprint": set.fingerprint(), "notice": cohort.notice(lang), "units": cohort.members.len(),
        "criteria": criteria.collect::<Vec<_>>(), "groups": groups.collect::<Vec<_>>(),
        "pairs": pairs.collect::<Vec<_>>(),
    })
}

fn show(
    cohort: &Cohort,
    analysis: &CohortAnalysis,
    like: f64,
    shell: &mut Shell,
) -> Result<(), Failure> {
    let lang = shell.lang;
    let definition = cohort.set.definition();
    shell.title(definition.title.get(lang))?;
    shell.notice(cohort.notice(lang))?;
    let units = whole(
        u32::try_from(cohort.members.len()).unwrap_or(u32::MAX),
        lang,
    );
    shell.line(match lang {
        Lang::Vi => format!("Điểm thẩm định của {units} đơn vị."),
        Lang::En => format!("Verified points of {units} units."),
    })?;
    shell.line("")?;
    let figure = |figure: f64| lang.number(&format!("{figure:.2}"));
    let share = |share: f64| lang.number(&format!("{:.1}%", share * 100.0));
    let maybe = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), figure);
    let mut grid = Grid::new([
        (lang.pick("Mã", "Id"), Align::Whole),
        (lang.pick("Tiêu chí", "Criterion"), Align::Left),
        (lang.pick("Tối đa", "Max"), Align::Right),
        (lang.pick("Trung bình", "Mean"), Align::Right),
        (lang.pick("Độ lệch", "Spread"), Align::Right),
        (lang.pick("0 điểm", "At 0"), Align::Right),
        (lang.pick("Đạt tối đa", "At max"), Align::Right),
        (lang.pick("Tương quan", "Item–total"), Align::Right),
        (lang.pick("Ghi chú", "Note"), Align::Left),
    ]);
    let groups = definition.groups.iter().zip(&analysis.groups);
    let mut found = analysis.criteria.iter();
    for (group, of_group) in groups {
        let alpha = maybe(of_group.alpha);
        grid.row([
            group.id.clone(),
            format!("{}. {} (α {alpha})", group.number, group.title.get(lang)),
            lang.exact(&group.max),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ]);
        for (criterion, one) in group.criteria.iter().zip(found.by_ref()) {
            grid.row([
                one.id.clone(),
                format!("{}. {}", criterion.number, criterion.title.get(lang)),
                lang.exact(&criterion.max),
                figure(one.mean),
                figure(one.spread),
                share(one.at_zero),
                share(one.at_max),
                maybe(one.item_total),
                note(one, lang).to_owned(),
            ]);
        }
    }
    shell.data(grid)?;
    shell.line("")?;
    let like = figure(like);
    if analysis.pairs.is_empty() {
        return shell.line(match lang {
            Lang::Vi => format!("Không có hai tiêu chí nào tương quan từ {like} trở lên."),
            Lang::En => format!("No two criteria correlate by {like} or more."),
        });
    }
    shell.line(match lang {
        Lang::Vi => format!("Các cặp tiêu chí đo cùng một điều (tương quan từ {like}):"),
        Lang::En => format!("Pairs of criteria that measure the same (correlation from {like}):"),
    })?;
    for pair in &analysis.pairs {
        let (first, second) = (&pair.first, &pair.second);
        shell.line(format_args!(
            "- {first}, {second}: {}",
            figure(pair.correlation)
        ))?;
    }
    Ok(())
}

/// Why a criterion no longer tells units apart.
fn note(one: &CriterionAnalysis, lang: Lang) -> &'static str {
    if one.at_max >= 1.0 {
        lang.pick("mọi đơn vị đạt tối đa", "all at the maximum")
    } else if one.at_zero >= 1.0 {
        lang.pick("mọi đơn vị 0 điểm", "all at 0")
    } else if one.spread <= 0.0 {
        lang.pick("mọi đơn vị như nhau", "all alike")
    } else if one.item_total.is_some_and(|correlation| correlation < 0.0) {
        lang.pick("ngược với tổng điểm", "against the total")
    } else {
        ""
    }
}
