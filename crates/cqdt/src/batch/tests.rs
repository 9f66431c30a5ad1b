//! Every row of a batch against the one-row evaluator.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use cqdt_oracle::strategies::{Case, cases};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::criteria::FactType;
use crate::score::{Report, Status};
use crate::submission::{Answer, Row};
use crate::text::NumberStyle;
use crate::{Lang, Layer, Rational, Submission};

fn config() -> Config {
    let cases = std::env::var("CQDT_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    Config {
        cases: cases.unwrap_or(2_000),
        failure_persistence: None,
        ..Config::default()
    }
}

/// SplitMix64.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 1).unwrap() % n
    }
}

/// The answers to one fact, held in some layout that can hold them.
#[derive(Default)]
struct Held {
    narrow: Vec<u8>,
    short: Vec<i16>,
    int: Vec<i32>,
    long: Vec<i64>,
    wide: Vec<i128>,
    mask: Vec<u64>,
    bits: Vec<u8>,
    text: String,
    offsets: Vec<i32>,
    places: u8,
    valid: Vec<u8>,
    not_applicable: Vec<u8>,
    layout: usize,
    keys: Vec<String>,
}

fn set_bit(bits: &mut Vec<u8>, row: usize, value: bool) {
    if bits.len() <= row / 8 {
        bits.resize(row / 8 + 1, 0);
    }
    bits[row / 8] |= u8::from(value) << (row % 8);
}

fn hold(fact: &crate::criteria::Fact, answers: &[&Answer], draw: &mut Draw) -> Held {
    let mut held = Held {
        places: u8::try_from(fact.kind.places().unwrap_or(0)).unwrap(),
        layout: draw.below(4),
        keys: fact.kind.keys().iter().map(|key| key.id.clone()).collect(),
        ..Held::default()
    };
    held.offsets.push(0);
    let invalid: i128 = match &fact.kind {
        FactType::Points { max, .. } | FactType::Amount { max, .. } => {
            i128::from(max.at_places(6).unwrap()) + 1
        }
        FactType::Percent { max, .. } => i128::from(max.at_places(2).unwrap()) + 1,
        FactType::Count { max, .. } => i128::from(max.at_places(0).unwrap()) + 1,
        FactType::YesNo => 2,
        FactType::Items { keys } if keys.len() < 64 => 1 << keys.len(),
        _ => 77,
    };
    for (row, answer) in answers.iter().enumerate() {
        let mut text = String::new();
        let value = match answer {
            // What stands where nothing was answered doesn't matter.
            Answer::Missing | Answer::NotApplicable => {
                i128::try_from(draw.below(300)).unwrap() - 100
            }
            Answer::Invalid => {
                text = "?".to_owned();
                invalid
            }
            Answer::YesNo(answer) => i128::from(*answer),
            Answer::Number(number) => i128::from(*number),
            Answer::Choice(key) => i128::from(*key),
            Answer::Items(bits) => i128::from(*bits),
            Answer::Share(share) => {
                text = share.to_string();
                0
            }
        };
        set_bit(&mut held.valid, row, !matches!(answer, Answer::Missing));
        set_bit(
            &mut held.not_applicable,
            row,
            matches!(answer, Answer::NotApplicable),
        );
        set_bit(&mut held.bits, row, value == 1);
        held.wide.push(value);
        held.long.push(i64::try_from(value).unwrap_or(-5));
        held.int.push(i32::try_from(value).unwrap_or(-5));
        held.short.push(i16::try_from(value).unwrap_or(-5));
        held.narrow.push(u8::try_from(value).unwrap_or(255));
        held.mask.push(u64::try_from(value).unwrap_or(0));
        held.text.push_str(&text);
        held.offsets.push(i32::try_from(held.text.len()).unwrap());
    }
    held
}

impl Held {
    /// A layout that loses nothing.
    fn column(&self, kind: &FactType) -> Column<'_> {
        let fits = |least: i128, most: i128| {
            self.wide
                .iter()
                .enumerate()
                .all(|(row, value)| !self.answered(row) || (least..=most).contains(value))
        };
        let column = match kind {
            FactType::Rollup { .. } => Column::new(Values::Text {
                offsets: Offsets::Small(&self.offsets),
                bytes: self.text.as_bytes(),
                style: NumberStyle::Plain,
            }),
            FactType::YesNo if self.layout == 0 && fits(0, 1) => {
                Column::new(Values::Bits(Bits::new(&self.bits, 0)))
            }
            FactType::Choice { .. } if self.layout == 0 => Column::new(Values::U8(&self.narrow))
                .with_dictionary(self.keys.clone(), NumberStyle::Plain),
            FactType::Items { .. } if !fits(0, 255) => Column::new(Values::U64(&self.mask)),
            _ => Column::new(match self.layout {
                0 | 1 if fits(0, 255) => Values::U8(&self.narrow),
                2 if fits(-32_768, 32_767) => Values::I16(&self.short),
                3 => Values::I128(&self.wide),
                _ if fits(i32::MIN.into(), i32::MAX.into()) => Values::I32(&self.int),
                _ => Values::I64(&self.long),
            }),
        };
        column
            .with_places(self.places)
            .with_validity(Bits::new(&self.valid, 0))
            .with_not_applicable(Bits::new(&self.not_applicable, 0))
    }

    fn answered(&self, row: usize) -> bool {
        Bits::new(&self.valid, 0).get(row) && !Bits::new(&self.not_applicable, 0).get(row)
    }
}

fn points(column: Option<&PointsColumn>, row: usize) -> Rational {
    column.unwrap().get(row).unwrap()
}

fn compare(output: &BatchOutput, row: usize, report: &Report) -> Result<(), TestCaseError> {
    let total = report.total();
    prop_assert_eq!(points(output.totals(), row), total.points.clone());
    prop_assert_eq!(
        points(output.applicable_maxima(), row),
        total.applicable_max.clone()
    );
    let share = output.shares().unwrap()[row];
    match &total.share {
        Some(exact) => prop_assert_eq!(share.to_bits(), exact.to_f64().to_bits()),
        None => prop_assert!(share.is_nan()),
    }
    let band = report
        .band
        .map_or(BatchOutput::NO_BAND, |band| u8::try_from(band).unwrap());
    prop_assert_eq!(output.bands().unwrap()[row], band);
    prop_assert_eq!(output.complete().unwrap()[row] == 1, report.is_complete());
    let mut statuses = report.criteria().map(|(_, score)| score.status);
    let valid = statuses.all(|status| status != Status::Invalid);
    prop_assert_eq!(output.valid().unwrap()[row] == 1, valid);
    for (group, score) in report.groups() {
        let column = points(output.group(&group.id), row);
        prop_assert_eq!(column, score.points.clone(), "group {}", &group.id);
    }
    for (criterion, score) in report.criteria() {
        let id = &criterion.id;
        let status = output.statuses(id).unwrap()[row];
        prop_assert_eq!(status, score.status as u8, "criterion {}", id);
        let column = points(output.criterion(id), row);
        prop_assert_eq!(column, score.points.clone(), "criterion {}", id);
    }
    Ok(())
}

/// Rows whose answers are mixed from those of the submissions, so that a few make many.
fn mixed(set: &CriteriaSet, submissions: &[Submission], rows: usize, draw: &mut Draw) -> Vec<Row> {
    let layers = [Layer::SelfAssessed, Layer::Verified];
    let made: Vec<Row> = submissions
        .iter()
        .flat_map(|submission| layers.map(|layer| Row::of(set, submission, layer)))
        .collect();
    (0..rows)
        .map(|at| {
            let mut row = made[at % made.len()].clone();
            if at >= made.len() {
                for (at, answer) in row.answers.iter_mut().enumerate() {
                    *answer = made[draw.below(made.len())].answers[at].clone();
                }
            }
            row.evidence.resize(set.plan().criteria.len(), false);
            row
        })
        .collect()
}

fn submissions_of(case: &Case) -> Vec<Submission> {
    let read = |tree: &serde_json::Value| Submission::from_json(&tree.to_string()).unwrap();
    case.submissions.iter().map(read).collect()
}

/// The answers of rows, as columns hold them.
struct Columns {
    rows: usize,
    facts: Vec<Held>,
    evidence: Vec<Vec<u8>>,
}

impl Columns {
    fn of(set: &CriteriaSet, rows: &[Row], draw: &mut Draw) -> Self {
        let facts = set.definition().facts.iter().enumerate();
        let facts = facts.map(|(at, fact)| {
            let answers: Vec<&Answer> = rows.iter().map(|row| &row.answers[at]).collect();
            hold(fact, &answers, draw)
        });
        let facts = facts.collect();
        let mut evidence = vec![Vec::new(); set.plan().criteria.len()];
        for (at, row) in rows.iter().enumerate() {
            for (bits, has) in evidence.iter_mut().zip(&row.evidence) {
                set_bit(bits, at, *has);
            }
        }
        Self {
            rows: rows.len(),
            facts,
            evidence,
        }
    }

    fn input(&self, set: &CriteriaSet) -> BatchInput<'_> {
        let mut input = BatchInput::new(self.rows);
        for (fact, held) in set.definition().facts.iter().zip(&self.facts) {
            input = input.column(fact.id.clone(), held.column(&fact.kind));
        }
        for (criterion, bits) in set.criteria().zip(&self.evidence) {
            input = input.evidence(criterion.id.clone(), Bits::new(bits, 0));
        }
        input
    }
}

fn check(case: &Case, seed: u64) -> Result<(), TestCaseError> {
    let set = CriteriaSet::parse_json(&case.set.to_string()).unwrap();
    let submissions = submissions_of(case);
    let mut draw = Draw(seed);
    let count = 1 + draw.below(150);
    let rows = mixed(&set, &submissions, count, &mut draw);
    let columns = Columns::of(&set, &rows, &mut draw);
    let input = columns.input(&set);
    let everything = Request::new()
        .total()
        .applicable_max()
        .share()
        .band()
        .complete()
        .valid()
        .ranking()
        .all_groups()
        .all_criteria()
        .all_statuses();
    let all = rows
        .iter()
        .map(|row| set.cohort_of(row))
        .fold(Cohort::default(), Cohort::merge);
    prop_assert_eq!(&set.cohort_of_columns(&input).unwrap(), &all);
    let some = rows
        .iter()
        .skip(count / 2)
        .map(|row| set.cohort_of(row))
        .fold(Cohort::default(), Cohort::merge);
    for cohort in [None, Some(&all), Some(&some)] {
        let output = set.score_batch(&input, &everything, cohort).unwrap();
        let mut standings = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let report = set.score_row::<false>(row.clone(), cohort);
            compare(&output, at, &report)?;
            standings.push(set.standing(&report, None));
        }
        let ranks = crate::rank(&standings, set.definition().ranking.ties);
        let ranks: Vec<u32> = ranks
            .into_iter()
            .map(|rank| rank.map_or(0, |rank| u32::try_from(rank).unwrap()))
            .collect();
        prop_assert_eq!(output.ranks(None).unwrap(), ranks);
        // In three cohorts.
        let cohorts: Vec<u32> = (0_u32..).take(count).map(|row| row % 3).collect();
        for (standing, cohort) in standings.iter_mut().zip(&cohorts) {
            standing.cohort = cohort.to_string();
        }
        let ranks = crate::rank(&standings, set.definition().ranking.ties);
        let ranks: Vec<u32> = ranks
            .into_iter()
            .map(|rank| rank.map_or(0, |rank| u32::try_from(rank).unwrap()))
            .collect();
        prop_assert_eq!(output.ranks(Some(&cohorts)).unwrap(), ranks);
    }
    // From JSON text: what a scorer says, and the slow way.
    let mut scorer = set.scorer(&everything, Some(&all)).unwrap();
    for (submission, tree) in submissions.iter().zip(&case.submissions) {
        let report = set.score_in(submission, Layer::SelfAssessed, Some(&all));
        for text in [tree.to_string(), format!("{tree:#}")] {
            compare(scorer.json(&text).unwrap(), 0, &report)?;
        }
    }
    // What is asked for alone is the same as in company.
    let group = &set.definition().groups[0].id;
    let alone = set
        .score_batch(&input, &Request::new().group(group), Some(&all))
        .unwrap();
    let output = set.score_batch(&input, &everything, Some(&all)).unwrap();
    prop_assert_eq!(alone.group(group), output.group(group));
    prop_assert!(alone.totals().is_none() && alone.bands().is_none());
    into_one_target(&set, &input, &output, &all)?;
    into_targets(&set, &input, &output, &all)?;
    in_batches(&set, &rows, &everything, &output, &all, &mut draw)
}

/// Rows come to the same in one batch and in several, each with its own layouts and some without a row.
fn in_batches(
    set: &CriteriaSet,
    rows: &[Row],
    everything: &Request,
    output: &BatchOutput,
    cohort: &Cohort,
    draw: &mut Draw,
) -> Result<(), TestCaseError> {
    let mut rest = rows;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (head, tail) = rest.split_at(draw.below(rest.len() + 1));
        parts.push(Columns::of(set, head, draw));
        rest = tail;
    }
    let batches: Vec<BatchInput<'_>> = parts.iter().map(|part| part.input(set)).collect();
    let mut totals = vec![[-7; 2]; rows.len()];
    let targets = Targets::new().total(&mut totals);
    let parted = set.score_batches_to(&batches, everything, Some(cohort), targets);
    let parted = parted.unwrap();
    prop_assert_eq!(parted.totals(), output.totals());
    prop_assert_eq!(parted.applicable_maxima(), output.applicable_maxima());
    prop_assert_eq!(parted.bands(), output.bands());
    prop_assert_eq!(parted.complete(), output.complete());
    prop_assert_eq!(parted.valid(), output.valid());
    for group in &set.definition().groups {
        prop_assert_eq!(parted.group(&group.id), output.group(&group.id));
    }
    for criterion in set.criteria() {
        let id = &criterion.id;
        prop_assert_eq!(parted.criterion(id), output.criterion(id));
        prop_assert_eq!(parted.statuses(id), output.statuses(id));
    }
    let bits = |output: &BatchOutput| -> Option<Vec<u64>> {
        let shares = output.shares()?.iter();
        Some(shares.map(|share| share.to_bits()).collect())
    };
    prop_assert_eq!(bits(&parted), bits(output));
    prop_assert_eq!(parted.ranks(None), output.ranks(None));
    let kept = output.totals().unwrap().values().iter();
    prop_assert!(
        kept.map(|kept| i128::from(*kept))
            .eq(totals.iter().map(whole))
    );
    Ok(())
}

/// What the machine makes of the two halves.
fn whole(halves: &Wide) -> i128 {
    let [first, second] = halves.map(i64::to_ne_bytes);
    let bytes: Vec<u8> = first.into_iter().chain(second).collect();
    i128::from_ne_bytes(bytes.try_into().unwrap())
}

/// Targets hold what is kept otherwise, in as many rows as there are.
fn into_targets(
    set: &CriteriaSet,
    input: &BatchInput<'_>,
    output: &BatchOutput,
    cohort: &Cohort,
) -> Result<(), TestCaseError> {
    const SPARE: usize = 2;
    const UNTOUCHED: Wide = [-7; 2];
    let rows = output.rows();
    let mut shares = vec![-1.0; rows + SPARE];
    let of_groups = set.definition().groups.iter().map(|group| &group.id);
    let of_criteria = set.criteria().map(|criterion| &criterion.id);
    let (mut groups, mut criteria): (Vec<_>, Vec<_>) = (
        of_groups
            .map(|id| (id, vec![UNTOUCHED; rows + SPARE]))
            .collect(),
        of_criteria
            .map(|id| (id, vec![UNTOUCHED; rows + SPARE]))
            .collect(),
    );
    let mut totals = vec![UNTOUCHED; rows + SPARE];
    let mut targets = Targets::new().total(&mut totals).share(&mut shares);
    for (id, cells) in &mut groups {
        targets = targets.group(id.as_str(), cells);
    }
    for (id, cells) in &mut criteria {
        targets = targets.criterion(id.as_str(), cells);
    }
    let request = Request::new().ranking();
    let written = set.score_batch_to(input, &request, Some(cohort), targets);
    let written = written.unwrap();
    prop_assert!(written.shares().is_none());
    prop_assert_eq!(written.ranks(None), output.ranks(None));
    let kept = output.totals().into_iter().map(|kept| (kept, &totals));
    let of_groups = groups.iter().map(|(id, cells)| (output.group(id), cells));
    let of_criteria = criteria
        .iter()
        .map(|(id, cells)| (output.criterion(id), cells));
    let more = of_groups.chain(of_criteria);
    for (kept, cells) in kept.chain(more.filter_map(|(kept, cells)| Some((kept?, cells)))) {
        let (cells, spare) = cells.split_at(rows);
        let kept = kept.values().iter().copied().map(i128::from);
        prop_assert!(kept.eq(cells.iter().map(whole)));
        prop_assert_eq!(spare, [UNTOUCHED; SPARE]);
    }
    let (cells, spare) = shares.split_at(rows);
    let bits = |share: &f64| share.to_bits();
    let kept = output.shares().unwrap().iter().map(bits);
    prop_assert!(kept.eq(cells.iter().map(bits)));
    prop_assert_eq!(spare, [-1.0; SPARE]);
    Ok(())
}

/// What targets hold doesn't hang on what else is asked for: each by itself.
fn into_one_target(
    set: &CriteriaSet,
    input: &BatchInput<'_>,
    output: &BatchOutput,
    cohort: &Cohort,
) -> Result<(), TestCaseError> {
    let request = Request::new();
    let mut cells = vec![[-7; 2]; output.rows()];
    let mut check = |ask: &dyn for<'t> Fn(&'t mut [Wide]) -> Targets<'t>,
                     kept: Option<&PointsColumn>| {
        let Some(kept) = kept else { return Ok(()) };
        cells.fill([-7; 2]);
        set.score_batch_to(input, &request, Some(cohort), ask(&mut cells))
            .unwrap();
        let kept = kept.values().iter().copied().map(i128::from);
        prop_assert!(kept.eq(cells.iter().map(whole)));
        Ok(())
    };
    check(&|cells| Targets::new().total(cells), output.totals())?;
    for group in &set.definition().groups {
        let id = group.id.as_str();
        check(
            &|cells| Targets::new().group(id.to_owned(), cells),
            output.group(id),
        )?;
    }
    for criterion in set.criteria() {
        let id = criterion.id.as_str();
        let kept = output.criterion(id);
        check(
            &|cells| Targets::new().criterion(id.to_owned(), cells),
            kept,
        )?;
    }
    let mut shares = vec![-1.0; output.rows()];
    set.score_batch_to(
        input,
        &request,
        Some(cohort),
        Targets::new().share(&mut shares),
    )
    .unwrap();
    let bits = |share: &f64| share.to_bits();
    let kept = output.shares().unwrap().iter().map(bits);
    prop_assert!(kept.eq(shares.iter().map(bits)));
    Ok(())
}

#[test]
fn rows_equal_the_one_row_evaluator() {
    TestRunner::new(config())
        .run(&(cases(), any::<u64>()), |(case, seed)| check(&case, seed))
        .unwrap();
}

/// Rows of many blocks and stretches come to what each comes to alone.
fn check_many(case: &Case, seed: u64) -> Result<(), TestCaseError> {
    const ROWS: usize = 70_000;
    let set = CriteriaSet::parse_json(&case.set.to_string()).unwrap();
    let submissions = submissions_of(case);
    let mut draw = Draw(seed);
    let few = 1 + draw.below(50);
    let rows = mixed(&set, &submissions, few, &mut draw);
    // Long runs of one row make whole blocks without an odd answer.
    let of_row = |at: usize| {
        if at < ROWS / 2 {
            at % few
        } else {
            at / 3_000 % few
        }
    };
    let facts = &set.definition().facts;
    let held: Vec<Held> = facts
        .iter()
        .enumerate()
        .map(|(fact_at, fact)| {
            let answers: Vec<&Answer> = (0..ROWS)
                .map(|at| &rows[of_row(at)].answers[fact_at])
                .collect();
            hold(fact, &answers, &mut draw)
        })
        .collect();
    let mut input = BatchInput::new(ROWS);
    for (fact, held) in facts.iter().zip(&held) {
        input = input.column(fact.id.as_str(), held.column(&fact.kind));
    }
    let all = (0..few)
        .map(|row| set.cohort_of(&rows[row]))
        .fold(Cohort::default(), Cohort::merge);
    prop_assert_eq!(&set.cohort_of_columns(&input).unwrap(), &all);
    let request = Request::new()
        .total()
        .applicable_max()
        .share()
        .band()
        .complete()
        .valid()
        .ranking()
        .all_groups()
        .all_criteria()
        .all_statuses();
    let output = set.score_batch(&input, &request, Some(&all)).unwrap();
    let plain = Request::new().total().share().band().ranking();
    let alone = set.score_batch(&input, &plain, Some(&all)).unwrap();
    prop_assert_eq!(alone.totals(), output.totals());
    prop_assert_eq!(alone.bands(), output.bands());
    let mut standings = Vec::new();
    for row in &rows {
        let mut row = row.clone();
        row.evidence.fill(false);
        let report = set.score_row::<false>(row, Some(&all));
        standings.push((set.standing(&report, None), report));
    }
    for at in (0..ROWS).step_by(97) {
        compare(&output, at, &standings[of_row(at)].1)?;
        let (one, other) = (output.shares().unwrap()[at], alone.shares().unwrap()[at]);
        prop_assert_eq!(one.to_bits(), other.to_bits());
    }
    let of_all: Vec<_> = (0..ROWS)
        .map(|at| standings[of_row(at)].0.clone())
        .collect();
    let ranks: Vec<u32> = crate::rank(&of_all, set.definition().ranking.ties)
        .into_iter()
        .map(|rank| rank.map_or(0, |rank| u32::try_from(rank).unwrap()))
        .collect();
    prop_assert_eq!(alone.ranks(None).unwrap(), ranks);
    into_targets(&set, &input, &output, &all)
}

#[test]
fn many_rows_equal_the_one_row_evaluator() {
    let config = Config {
        cases: config().cases / 200 + 3,
        ..config()
    };
    TestRunner::new(config)
        .run(&(cases(), any::<u64>()), |(case, seed)| {
            check_many(&case, seed)
        })
        .unwrap();
}

/// One criterion over one count, in a set with one group.
const SMALL: &str = r#"{ "format": 1, "id": "a/b", "version": "1.0.0", "status": "official", "agency_group": "x",
    "max": 2, "title": { "vi": "t", "en": "t" }, "document": { "number": "1", "date": "2018-07-05",
    "issuer": { "vi": "t", "en": "t" }, "title": { "vi": "t", "en": "t" } }, "sources": { "s": { "document": "d" } },
    "facts": [ { "id": "may", "type": "count", "title": { "vi": "t", "en": "t" } } ],
    "groups": [ { "id": "i", "number": "I", "title": { "vi": "t", "en": "t" }, "max": 2, "criteria": [
    { "id": "i.1", "number": "1", "title": { "vi": "t", "en": "t" }, "max": 2, "rule":
    { "kind": "per_item", "fact": "may", "each": 1, "cap": 2 },
    "basis": { "status": "official", "source": "s", "item": "1" } } ] } ] }"#;

fn said(error: &BatchError) -> Vec<String> {
    let faults = error.faults().iter();
    faults.map(|fault| fault.message(Lang::En)).collect()
}

#[test]
fn targets_are_proved_before_any_row_is_scored() {
    let set = CriteriaSet::parse_json(SMALL).unwrap();
    let input = BatchInput::new(3).column("may", Column::new(Values::I32(&[1, 2, 3])));
    let (mut short, mut enough) = ([[-7; 2]; 2], [[[-7; 2]; 3]; 3]);
    let [total, group, criterion] = &mut enough;
    let targets = Targets::new()
        .total(total)
        .group("ii", group)
        .criterion("i.2", criterion)
        .criterion("i.1", &mut short);
    let error = set.score_batch_to(&input, &Request::new(), None, targets);
    assert_eq!(
        said(&error.unwrap_err()),
        [
            "column `i.1` has 2 rows, expected 3",
            "the criteria set has no group `ii`; did you mean `i`?",
            "the criteria set has no criterion `i.2`; did you mean `i.1`?",
        ]
    );
    assert_eq!((short, enough), ([[-7; 2]; 2], [[[-7; 2]; 3]; 3]));
}

#[test]
fn what_is_wrong_with_several_batches_is_told_once() {
    let set = CriteriaSet::parse_json(SMALL).unwrap();
    let batch = |id: &'static str| BatchInput::new(3).column(id, Column::new(Values::I32(&[1, 2])));
    let batches = [batch("may"), batch("mai"), batch("may")];
    let error = set.score_batches_to(&batches, &Request::new(), None, Targets::new());
    assert_eq!(
        said(&error.unwrap_err()),
        [
            "column `may` has 2 rows, expected 3",
            "the criteria set has no fact `mai`; did you mean `may`?",
        ]
    );
}

#[test]
fn no_batch_at_all_is_no_row() {
    let set = CriteriaSet::parse_json(SMALL).unwrap();
    let request = Request::new().total().ranking();
    let output = set.score_batches_to(&[], &request, None, Targets::new());
    let output = output.unwrap();
    assert_eq!((output.rows(), output.ranks(None)), (0, Some(Vec::new())));
}

#[test]
fn every_fault_has_a_code_and_both_languages() {
    let set = CriteriaSet::parse_json(SMALL).unwrap();
    let column = || Column::new(Values::I32(&[1, 2]));
    let input = BatchInput::new(3)
        .column("mai", column())
        .column("may", column())
        .column("may", Column::new(Values::Bits(Bits::new(&[7], 0))))
        .evidence("i.2", Bits::new(&[7], 0));
    let request = Request::new().group("ii").criterion("i.1").status("x");
    let error = set.score_batch(&input, &request, None).unwrap_err();
    let mut codes: Vec<_> = error.faults().iter().map(BatchFault::code).collect();
    codes.sort_unstable();
    codes.dedup();
    let all: Vec<_> = BatchFault::CODES.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, all);
    assert_eq!(
        error.message(Lang::En).lines().next(),
        Some("E0601 the criteria set has no fact `mai`; did you mean `may`?")
    );
    assert!(
        error.message(Lang::Vi).contains(
            "E0604 cột `may`: không đọc được số liệu kiểu `count` từ giá trị kiểu `bits`"
        )
    );
    assert!(
        error
            .message(Lang::Vi)
            .contains("E0602 số liệu `may` có hai cột")
    );
    assert!(
        error
            .message(Lang::En)
            .contains("E0603 column `may` has 2 rows, expected 3")
    );
}

/// Texts that are no submissions, or unusual ones: the same faults and points as by way of a submission.
#[test]
fn a_scorer_reads_as_a_submission_does() {
    let set = CriteriaSet::parse_json(SMALL).unwrap();
    let request = Request::new().total().all_statuses();
    let mut scorer = set.scorer(&request, None).unwrap();
    let texts = [
        r#"{"facts":{"may":1}}"#,
        r#" { "format" : 1 , "unit" : "x" , "facts" : { "may" : "2" } } "#,
        r#"{"facts":{}}"#,
        r#"{"facts":{"may":null}}"#,
        r#"{"facts":{"may":1,"may":2}}"#,
        r#"{"facts":{"may":01}}"#,
        r#"{"facts":{"may":1e0}}"#,
        r#"{"facts":{"may":1.}}"#,
        r#"{"facts":{"may":-1}}"#,
        r#"{"facts":{"may":1.0}}"#,
        r#"{"facts":{"m\u0061y":1}}"#,
        r#"{"facts":{"may":{"not_applicable":"vì"}}}"#,
        r#"{"facts":{"may":[]}}"#,
        r#"{"facts":{"khac":1}}"#,
        r#"{"facts":{"may":1},"facts":{"may":1}}"#,
        r#"{"facts":{"may":1},"set":"A"}"#,
        r#"{"facts":{"may":1},"unit":1}"#,
        r#"{"facts":{"may":1},"received":"hôm qua"}"#,
        r#"{"facts":{"may":1},"received":"2018-10-01"}"#,
        r#"{"facts":{"may":1},"format":2}"#,
        r#"{"facts":{"may":1}} x"#,
        r#"{"facts":{"may":1,}}"#,
        r#"{"facts":{"may":1}"#,
        r#"{"facts":{,"may":1}}"#,
        r#"{"unit":"x"}"#,
        "\u{feff}{\"facts\":{\"may\":1}}",
        "[]",
        "",
    ];
    for text in texts {
        let slow = Submission::from_json(text).map(|submission| set.score(&submission));
        match (scorer.json(text), slow) {
            (Ok(output), Ok(report)) => {
                assert_eq!(points(output.totals(), 0), report.total().points, "{text}");
                let status = report.criterion("i.1").unwrap().status as u8;
                assert_eq!(output.statuses("i.1").unwrap(), [status], "{text}");
            }
            (Err(fast), Err(slow)) => assert_eq!(fast, slow, "{text}"),
            (fast, slow) => panic!("{text}: {} but {}", fast.is_ok(), slow.is_ok()),
        }
    }
}

#[test]
fn analysis_of_a_cohort_by_hand() {
    let set = CriteriaSet::parse_json(SMALL).unwrap();
    let input = BatchInput::new(4).column("may", Column::new(Values::I32(&[0, 1, 2, 9])));
    let output = set
        .score_batch(&input, &Request::new().all_criteria(), None)
        .unwrap();
    let analysis = output.analysis(0.9).unwrap();
    let criterion = &analysis.criteria[0];
    // Points 0, 1, 2, 2.
    assert!((criterion.mean - 1.25).abs() < 1e-12);
    assert!((criterion.spread - 0.687_5_f64.sqrt()).abs() < 1e-12);
    assert!((criterion.at_zero - 0.25).abs() < 1e-12);
    assert!((criterion.at_max - 0.5).abs() < 1e-12);
    assert_eq!(
        (criterion.item_total, analysis.groups[0].alpha),
        (None, None)
    );
    assert!(analysis.pairs.is_empty());
    let none = BatchInput::new(0);
    let nothing = set.score_batch(&none, &Request::new().all_criteria(), None);
    assert!(nothing.unwrap().analysis(0.9).is_none());
    let unasked = set.score_batch(&input, &Request::new(), None).unwrap();
    assert!(unasked.analysis(0.9).is_none());
}

/// Numbers of 64 and 128 bits: valid throughout, beyond the bounds, and beyond the low half, with and without gaps.
#[test]
fn long_numbers_are_read_to_the_last_bit() {
    let set = CriteriaSet::parse_json(SMALL).unwrap();
    let request = Request::new().total().all_statuses();
    let told = |values: Values<'_>, gaps: bool| -> (Vec<i64>, Vec<u8>) {
        let rows = 2_100;
        let valid = vec![0b1101_1111; 300];
        let mut column = Column::new(values);
        if gaps {
            column = column.with_validity(Bits::new(&valid, 0));
        }
        let input = BatchInput::new(rows).column("may", column);
        let output = set.score_batch(&input, &request, None).unwrap();
        let totals = output.totals().unwrap().values().to_vec();
        (totals, output.statuses("i.1").unwrap().to_vec())
    };
    let narrow: Vec<i32> = (0..2_100).map(|row| row % 5).collect();
    let long: Vec<i64> = narrow.iter().copied().map(i64::from).collect();
    let wide: Vec<i128> = narrow.iter().copied().map(i128::from).collect();
    for gaps in [false, true] {
        let expected = told(Values::I32(&narrow), gaps);
        assert_eq!(told(Values::I64(&long), gaps), expected);
        assert_eq!(told(Values::I128(&wide), gaps), expected);
        // In the second block; each is invalid, whatever its low half says.
        for odd in [
            -1,
            (1 << 64) + 2,
            -(1 << 64) + 2,
            1 << 64,
            i128::MIN,
            i128::MAX,
        ] {
            let mut wide = wide.clone();
            wide[1_040] = odd;
            let (totals, statuses) = told(Values::I128(&wide), gaps);
            assert_eq!((totals[1_040], statuses[1_040]), (0, 3), "{odd}");
            assert_eq!(totals[..1_040], expected.0[..1_040]);
            assert_eq!(totals[1_041..], expected.0[1_041..]);
        }
        let mut long = long.clone();
        long[1_040] = (1 << 32) + 2;
        let (_, statuses) = told(Values::I64(&long), gaps);
        assert_eq!(statuses[1_040], 3);
    }
}

/// Three criteria, two of which say the same.
#[test]
fn what_goes_together_by_hand() {
    let mut definition: serde_json::Value = serde_json::from_str(SMALL).unwrap();
    for (at, (id, fact)) in [("i.2", "mang"), ("i.3", "ban")].into_iter().enumerate() {
        let mut one = definition["facts"][0].clone();
        one["id"] = fact.into();
        definition["facts"].as_array_mut().unwrap().push(one);
        let mut other = definition["groups"][0]["criteria"][0].clone();
        (other["id"], other["rule"]["fact"]) = (id.into(), fact.into());
        other["number"] = (at + 2).to_string().into();
        let criteria = &mut definition["groups"][0]["criteria"];
        criteria.as_array_mut().unwrap().push(other);
    }
    (definition["max"], definition["groups"][0]["max"]) = (6.into(), 6.into());
    let set = CriteriaSet::parse_json(&definition.to_string()).unwrap();
    let (may, mang, ban) = ([0, 1, 2, 2, 1], [0, 2, 2, 1, 1], [0, 1, 5, 2, 1]);
    let input = BatchInput::new(5)
        .column("may", Column::new(Values::I32(&may)))
        .column("mang", Column::new(Values::I32(&mang)))
        .column("ban", Column::new(Values::I32(&ban)));
    let request = Request::new().all_criteria();
    let output = set.score_batch(&input, &request, None).unwrap();
    let analysis = output.analysis(0.9).unwrap();
    // Points 0 1 2 2 1, 0 2 2 1 1, 0 1 2 2 1: each varies by 2.8 ÷ 5, their sum (0 4 6 5 3) by 21.2 ÷ 5.
    let alpha = 1.5 * (1.0 - 3.0 * 2.8 / 21.2);
    assert!((analysis.groups[0].alpha.unwrap() - alpha).abs() < 1e-12);
    // With the sums of the others (0 3 4 3 2, 0 2 4 4 2): products 4.6 and 3.6 of deviations, squares 9.2 and 11.2.
    let expected = [
        4.6 / 25.76_f64.sqrt(),
        3.6 / 31.36_f64.sqrt(),
        4.6 / 25.76_f64.sqrt(),
    ];
    for (one, expected) in analysis.criteria.iter().zip(expected) {
        assert!(
            (one.item_total.unwrap() - expected).abs() < 1e-12,
            "{one:?}"
        );
        assert!((one.mean - 1.2).abs() < 1e-12 && (one.spread - 0.56_f64.sqrt()).abs() < 1e-12);
        assert!((one.at_zero - 0.2).abs() < 1e-12 && (one.at_max - 0.4).abs() < 1e-12);
    }
    let [pair] = analysis.pairs.as_slice() else {
        panic!("{:?}", analysis.pairs)
    };
    assert_eq!((pair.first.as_str(), pair.second.as_str()), ("i.1", "i.3"));
    assert!((pair.correlation - 1.0).abs() < 1e-12);
    // The others go together by 1.8 ÷ 2.8.
    assert_eq!(output.analysis(1.8 / 2.8 - 1e-9).unwrap().pairs.len(), 3);
}

/// A group's share for a band is that of its own points, not of the rescaled ones.
#[test]
fn a_band_asks_for_a_share_before_rescaling() {
    let mut definition: serde_json::Value = serde_json::from_str(SMALL).unwrap();
    let text = serde_json::json!({ "vi": "t", "en": "t" });
    let facts = &mut definition["facts"];
    facts.as_array_mut().unwrap().push(serde_json::json!({
        "id": "mang", "type": "count", "title": text, "not_applicable": true
    }));
    let criteria = &mut definition["groups"][0]["criteria"];
    let mut other = criteria[0].clone();
    (other["id"], other["rule"]["fact"]) = ("i.2".into(), "mang".into());
    criteria.as_array_mut().unwrap().push(other);
    (definition["max"], definition["groups"][0]["max"]) = (4.into(), 4.into());
    definition["policies"] = serde_json::json!({ "rescale": "group" });
    definition["bands"] = serde_json::json!([
        { "id": "tot", "title": text, "on": "total", "at_least": 1, "min_group_share": { "i": 60 } },
        { "id": "kha", "title": text, "on": "total" }
    ]);
    let set = CriteriaSet::parse_json(&definition.to_string()).unwrap();
    let (may, mang) = ([1, 2], [0, 0]);
    let input = BatchInput::new(2)
        .column("may", Column::new(Values::I32(&may)))
        .column(
            "mang",
            Column::new(Values::I32(&mang)).with_not_applicable(Bits::new(&[3], 0)),
        );
    let output = set
        .score_batch(&input, &Request::new().total().band(), None)
        .unwrap();
    // 1 of 2, rescaled to 2 of 4: a half, though 2 is as much as the applicable maximum.
    assert_eq!(points(output.totals(), 0).to_string(), "2");
    assert_eq!(output.bands().unwrap(), [1, 0]);
}
