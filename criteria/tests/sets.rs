//! What holds of every file that comes with the crate.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use cqdt::criteria::{
    BasisStatus, Criterion, Definition, Fact, FactType, Measure, Rule, RuleKind, Threshold,
};
use cqdt::{
    CriteriaSet, Evidence, Lang, Layer, Rational, RawAnswer, Report, Round, Severity, Status,
    Submission, Text,
};
use cqdt_criteria::Source;
use unicode_normalization::is_nfc;

fn parse(source: &Source) -> CriteriaSet {
    CriteriaSet::parse_toml(source.text).unwrap_or_else(|error| {
        let faults = error.faults().iter();
        let told: Vec<String> = faults
            .map(|fault| {
                format!(
                    "{}:{}:{} {}",
                    source.file,
                    fault.line,
                    fault.column,
                    fault.message(Lang::En)
                )
            })
            .collect();
        panic!("{}", told.join("\n"))
    })
}

fn sets() -> impl Iterator<Item = CriteriaSet> {
    cqdt_criteria::all().iter().map(parse)
}

fn set(id: &str) -> CriteriaSet {
    parse(cqdt_criteria::find(id).unwrap())
}

#[test]
fn every_set_parses_under_the_name_of_its_file() {
    let earlier = cqdt_criteria::earlier();
    for source in cqdt_criteria::all().iter().chain(earlier) {
        let set = parse(source);
        assert_eq!(set.id(), source.id);
        let version = &set.definition().version;
        let file = source.file.strip_suffix(".toml").unwrap();
        let earlier = format!("{}@{version}", source.id);
        assert!(
            file == source.id || file == earlier,
            "{file} should be named {} or {earlier}",
            source.id
        );
    }
}

#[test]
fn every_file_is_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(root).unwrap().map(|entry| entry.unwrap()) {
        if !folder.path().join("SOURCES.md").is_file() {
            continue;
        }
        let folder = folder.path();
        for file in fs::read_dir(&folder).unwrap() {
            let file = file.unwrap().path();
            if file
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                let name = file.strip_prefix(root).unwrap().to_str().unwrap();
                found.insert(name.replace('\\', "/"));
            }
        }
    }
    let listed = [
        cqdt_criteria::all(),
        cqdt_criteria::earlier(),
        cqdt_criteria::rounds(),
    ]
    .concat();
    let listed: BTreeSet<String> = listed.iter().map(|source| source.file.to_owned()).collect();
    assert_eq!(listed, found);
}

#[test]
fn rounds_parse_and_every_form_is_at_hand() {
    for source in cqdt_criteria::rounds() {
        let round = Round::parse_toml(source.text).unwrap();
        assert_eq!(round.id, source.id);
        assert_eq!(cqdt_criteria::find_round(source.id), Some(source));
        for unit in &round.units {
            assert!(cqdt_criteria::find(&unit.set).is_some(), "{}", unit.set);
        }
    }
}

#[test]
fn the_round_is_the_one_of_the_letter() {
    let round =
        Round::parse_toml(cqdt_criteria::find_round("viet-tri-2018").unwrap().text).unwrap();
    assert_eq!(round.period.from, "2017-09-01".parse().unwrap());
    assert_eq!(round.period.to, "2018-09-30".parse().unwrap());
    assert!(!round.due.is_late("2018-10-02".parse().unwrap()));
    assert!(round.due.is_late("2018-10-03".parse().unwrap()));
    assert_eq!(round.collector.vi, "Phòng Văn hóa và Thông tin");
    let on = |form: &str| round.units.iter().filter(|unit| unit.set == form).count();
    assert_eq!(on("viet-tri-2395-2018/phu-luc-1"), 12);
    assert_eq!(on("viet-tri-2395-2018/phu-luc-2"), 13 + 10);
    assert_eq!(round.basis.status, BasisStatus::Reconstructed);
    assert!(round.basis.note.is_some());
}

/// What is published of the decision, and what follows from its sisters.
#[test]
fn maxima_are_those_that_sources_md_argues_for() {
    let parts = |id: &str| {
        let set = set(id);
        let mut parts: BTreeMap<String, Rational> = BTreeMap::new();
        for group in &set.definition().groups {
            let part = group.part.as_ref().map_or("", |part| &part.vi[..1]);
            let sum = parts.entry(part.to_owned()).or_default();
            *sum = sum.clone() + group.max.clone();
        }
        let of = |part: &str| parts.get(part).cloned().unwrap_or_default().to_string();
        (of("A"), of("B"), set.definition().max.to_string())
    };
    let expected = |a: &str, b: &str, max: &str| (a.to_owned(), b.to_owned(), max.to_owned());
    assert_eq!(
        parts("phu-tho-1609-2018/so-ban-nganh"),
        expected("50", "100", "150")
    );
    assert_eq!(
        parts("phu-tho-1609-2018/cap-huyen"),
        expected("50", "120", "170")
    );
    assert_eq!(
        parts("phu-tho-1609-2018/cap-xa"),
        expected("30", "60", "90")
    );
    assert_eq!(
        parts("viet-tri-2395-2018/phu-luc-1"),
        expected("25", "50", "75")
    );
    assert_eq!(
        parts("viet-tri-2395-2018/phu-luc-2"),
        expected("30", "60", "90")
    );
    for set in sets() {
        assert_eq!(set.definition().ranking.display_places, 1, "{}", set.id());
        let criteria = set.criteria().count();
        assert!((40..=72).contains(&criteria), "{}: {criteria}", set.id());
    }
}

/// The city assesses by the province's decision: Annex II is the commune form.
#[test]
fn annex_2_mirrors_the_commune_form() {
    let (province, city) = (
        set("phu-tho-1609-2018/cap-xa"),
        set("viet-tri-2395-2018/phu-luc-2"),
    );
    let (province, city) = (province.definition(), city.definition());
    assert_eq!(province.facts, city.facts);
    assert_eq!(province.groups, city.groups);
    assert_eq!(province.sources, city.sources);
    assert_eq!(province.policies, city.policies);
    assert_eq!(province.ranking, city.ranking);
    assert_eq!(province.bands, city.bands);
    assert_eq!(province.agency_group, city.agency_group);
}

#[test]
fn districts_roll_up_what_communes_have() {
    let (district, commune) = (
        set("phu-tho-1609-2018/cap-huyen"),
        set("phu-tho-1609-2018/cap-xa"),
    );
    let mut rollups = 0;
    for fact in &district.definition().facts {
        if let FactType::Rollup { children, band, .. } = &fact.kind {
            rollups += 1;
            assert_eq!(*children, commune.definition().agency_group);
            if let Some(band) = band {
                let bands = &commune.definition().bands;
                assert!(bands.iter().any(|one| one.id == *band), "{band}");
            }
        }
    }
    assert_eq!(rollups, 2);
}

#[test]
fn texts_are_composed_and_say_something() {
    for set in sets() {
        let definition = set.definition();
        for text in texts(definition) {
            for words in [&text.vi, &text.en] {
                assert!(is_nfc(words), "{}: {words}", set.id());
                assert_eq!(words.trim(), words, "{}", set.id());
                let odd = words.contains(['{', '}', '"']) || words.contains("  ");
                assert!(!odd, "{}: {words}", set.id());
            }
            assert_ne!(text.vi, text.en, "{}: not translated", set.id());
        }
        // The same question asked twice would be answered twice.
        let mut titles = BTreeSet::new();
        for fact in &definition.facts {
            assert!(
                titles.insert(&fact.title.vi),
                "{}: {}",
                set.id(),
                fact.title.vi
            );
        }
    }
}

/// Every text of a set but units, which may be written alike (`Mbps`).
fn texts(definition: &Definition) -> Vec<&Text> {
    let mut texts = vec![
        &definition.title,
        &definition.document.title,
        &definition.document.issuer,
    ];
    texts.extend(definition.bands.iter().map(|band| &band.title));
    for fact in &definition.facts {
        texts.push(&fact.title);
        texts.extend(&fact.help);
        let keys = fact.kind.keys().iter();
        texts.extend(
            keys.map(|key| &key.title)
                .filter(|title| title.vi != "Camera"),
        );
    }
    for group in &definition.groups {
        texts.push(&group.title);
        texts.extend(&group.part);
        for criterion in &group.criteria {
            texts.push(&criterion.title);
            texts.extend(&criterion.help);
        }
    }
    texts
}

#[test]
fn every_line_says_what_it_rests_on_and_every_source_is_used() {
    for set in sets() {
        let mut used = BTreeSet::new();
        for criterion in set.criteria() {
            let basis = &criterion.basis;
            let at = format!("{} {}", set.id(), criterion.id);
            used.insert(basis.source.as_str());
            assert!(!basis.item.trim().is_empty(), "{at}");
            if set.definition().status == BasisStatus::Reconstructed {
                assert_eq!(basis.status, BasisStatus::Reconstructed, "{at}");
                assert!(basis.note.is_some(), "{at}: no word on what was adapted");
            }
        }
        let sources: BTreeSet<&str> = set
            .definition()
            .sources
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(sources, used, "{}", set.id());
    }
}

#[test]
fn every_fact_feeds_a_criterion() {
    for set in sets() {
        let mut read = BTreeSet::new();
        for criterion in set.criteria() {
            walk(&criterion.rule, &mut |rule| read.extend(facts_of(rule)));
        }
        for fact in &set.definition().facts {
            assert!(read.contains(fact.id.as_str()), "{}: {}", set.id(), fact.id);
        }
    }
}

/// The forms use what such decisions use, so that everything downstream meets it.
#[test]
fn every_kind_of_rule_that_sisters_use_is_there() {
    let mut kinds = BTreeSet::new();
    for set in sets() {
        for criterion in set.criteria() {
            walk(&criterion.rule, &mut |rule| {
                kinds.insert(kind(rule));
            });
        }
    }
    for wanted in [
        "yes_no",
        "choice",
        "proportional",
        "tiers",
        "per_item",
        "stepwise",
        "checklist",
        "cohort_max",
        "given",
        "best_of",
        "sum",
        "gate",
        "deduct",
    ] {
        assert!(kinds.contains(wanted), "{wanted}");
    }
}

#[test]
fn an_empty_submission_is_incomplete_and_scores_nothing() {
    for set in sets() {
        let report = set.score(&Submission::new("don-vi"));
        assert!(!report.is_complete(), "{}", set.id());
        assert!(report.total().points.is_zero(), "{}", set.id());
        for (criterion, score) in report.criteria() {
            assert_eq!(
                score.status,
                Status::Missing,
                "{} {}",
                set.id(),
                criterion.id
            );
        }
    }
}

#[test]
fn the_best_answers_reach_the_maximum() {
    for set in sets() {
        let best = best_submission(&set);
        let report = score(&set, &best);
        for (criterion, score) in report.criteria() {
            let at = format!("{} {}", set.id(), criterion.id);
            assert_eq!(score.status, Status::Scored, "{at}");
            assert_eq!(score.points, criterion.max, "{at}");
        }
        assert!(report.is_complete());
        assert_eq!(report.diagnostics(), [], "{}", set.id());
        assert_eq!(report.total().points, set.definition().max);
        assert_eq!(report.band(), set.definition().bands.first());
        // Each criterion that asks for evidence notices when it is gone.
        let bare = best_answers(&set)
            .into_iter()
            .fold(Submission::new("don-vi"), |submission, (fact, answer)| {
                submission.with(fact, answer)
            });
        let asked = set
            .criteria()
            .filter(|criterion| criterion.evidence)
            .count();
        let noticed = score(&set, &bare);
        assert_eq!(noticed.diagnostics().len(), asked, "{}", set.id());
        assert!(
            noticed
                .diagnostics()
                .iter()
                .all(|one| one.severity() == Severity::Warning)
        );
        assert!(asked >= 10, "{}: {asked}", set.id());
    }
}

#[test]
fn the_worst_answers_reach_every_floor() {
    for set in sets() {
        let answers = set.definition().facts.iter().map(|fact| {
            let penalised = penalties(&set).contains(fact.id.as_str());
            (fact.id.clone(), worst_answer(fact, penalised))
        });
        let worst = answers.fold(Submission::new("don-vi"), |submission, (fact, answer)| {
            submission.with(fact, answer)
        });
        let report = score(&set, &worst);
        let group = set.definition().groups.last().unwrap();
        assert_eq!(
            report.group(&group.id).unwrap().points,
            group.floor,
            "{}",
            set.id()
        );
        let errors = report.diagnostics().iter();
        let errors: Vec<_> = errors
            .filter(|one| one.severity() == Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{}: {errors:?}", set.id());
        assert_eq!(report.band(), set.definition().bands.last(), "{}", set.id());
    }
}

/// A unit to which something doesn't apply is held against the rest, and rescaled.
#[test]
fn what_does_not_apply_takes_nothing_away() {
    for set in sets() {
        let full = best_submission(&set);
        let facts = set.definition().facts.iter();
        let excused: Vec<&Fact> = facts.filter(|fact| fact.not_applicable).collect();
        assert!(!excused.is_empty(), "{}", set.id());
        let submission = excused.into_iter().fold(full, |submission, fact| {
            submission.with(&fact.id, RawAnswer::NotApplicable("không phát sinh".into()))
        });
        let report = score(&set, &submission);
        assert!(report.is_complete(), "{}", set.id());
        assert!(
            report.total().applicable_max < set.definition().max,
            "{}",
            set.id()
        );
        assert_eq!(report.total().points, set.definition().max, "{}", set.id());
    }
}

fn score(set: &CriteriaSet, submission: &Submission) -> Report {
    let cohort = set.cohort([submission], Layer::SelfAssessed);
    set.score_in(submission, Layer::SelfAssessed, Some(&cohort))
}

fn best_submission(set: &CriteriaSet) -> Submission {
    let answered = best_answers(set)
        .into_iter()
        .fold(Submission::new("don-vi"), |submission, (fact, answer)| {
            submission.with(fact, answer)
        });
    let asked = set.criteria().filter(|criterion| criterion.evidence);
    asked.fold(answered, |submission, criterion| {
        let mut evidence = Evidence::default();
        evidence.number = Some("01/BC".to_owned());
        submission.with_evidence(&criterion.id, evidence)
    })
}

/// For each fact the answer that its rules like best; all counts alike, so that every ratio is whole.
fn best_answers(set: &CriteriaSet) -> BTreeMap<String, RawAnswer<'static>> {
    let penalised = penalties(set);
    let facts = set.definition().facts.iter();
    facts
        .map(|fact| {
            let answer = if penalised.contains(fact.id.as_str()) {
                worst_answer(fact, false)
            } else {
                best_answer(set, fact)
            };
            (fact.id.clone(), answer)
        })
        .collect()
}

fn best_answer(set: &CriteriaSet, fact: &Fact) -> RawAnswer<'static> {
    match &fact.kind {
        FactType::YesNo => true.into(),
        FactType::Count { .. } => RawAnswer::from(&top_step(set, &fact.id)).into_owned(),
        FactType::Amount { max, .. }
        | FactType::Percent { max, .. }
        | FactType::Points { max, .. } => RawAnswer::from(max).into_owned(),
        FactType::Choice { .. } => RawAnswer::from(best_key(set, &fact.id).as_str()).into_owned(),
        FactType::Items { keys } => {
            let keys: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
            RawAnswer::from(keys).into_owned()
        }
        FactType::Rollup { .. } => 100.into(),
        other => panic!("{}", other.name()),
    }
}

/// The least of everything; of a penalised fact the most.
fn worst_answer(fact: &Fact, penalised: bool) -> RawAnswer<'static> {
    match &fact.kind {
        FactType::YesNo => penalised.into(),
        FactType::Count { max, .. } if penalised => RawAnswer::from(max).into_owned(),
        FactType::Count { min, .. }
        | FactType::Amount { min, .. }
        | FactType::Percent { min, .. } => RawAnswer::from(min).into_owned(),
        FactType::Points { .. } | FactType::Rollup { .. } => 0.into(),
        FactType::Choice { keys } => RawAnswer::from(keys.last().unwrap().id.as_str()).into_owned(),
        FactType::Items { .. } => RawAnswer::from(Vec::new()),
        other => panic!("{}", other.name()),
    }
}

/// Facts that penalties read.
fn penalties(set: &CriteriaSet) -> BTreeSet<&str> {
    let penalised = set
        .criteria()
        .filter(|criterion| criterion.min.is_negative());
    let mut facts = BTreeSet::new();
    for criterion in penalised {
        assert_shape(criterion);
        walk(&criterion.rule, &mut |rule| facts.extend(facts_of(rule)));
    }
    facts
}

fn assert_shape(criterion: &Criterion) {
    assert!(
        matches!(criterion.rule, RuleKind::Deduct { .. }),
        "{}",
        criterion.id
    );
}

/// 40, or more where a rule's highest step asks for more of this one fact.
fn top_step(set: &CriteriaSet, id: &str) -> Rational {
    let mut top = Rational::from(40);
    for criterion in set.criteria() {
        walk(&criterion.rule, &mut |rule| {
            if let RuleKind::Tiers {
                measure: Measure::Fact { fact },
                steps,
                ..
            } = rule
                && fact == id
                && let Some(Threshold::AtLeast(value)) = steps.first().map(|step| &step.threshold)
            {
                top = top.clone().max(value.clone());
            }
        });
    }
    top
}

fn best_key(set: &CriteriaSet, id: &str) -> String {
    let mut best: Option<(Rational, String)> = None;
    for criterion in set.criteria() {
        walk(&criterion.rule, &mut |rule| {
            if let RuleKind::Choice { fact, points } = rule
                && fact == id
            {
                for (key, points) in points {
                    if best.as_ref().is_none_or(|(most, _)| points > most) {
                        best = Some((points.clone(), key.clone()));
                    }
                }
            }
        });
    }
    best.unwrap().1
}

/// A rule and every rule inside it.
fn walk<'r>(rule: &'r RuleKind, visit: &mut impl FnMut(&'r RuleKind)) {
    visit(rule);
    let inner: Vec<&Rule> = match rule {
        RuleKind::BestOf { rules } | RuleKind::Sum { rules, .. } => rules.iter().collect(),
        RuleKind::Gate { rule, .. } | RuleKind::Deduct { rule } => vec![rule],
        _ => Vec::new(),
    };
    for rule in inner {
        walk(&rule.kind, visit);
    }
}

fn facts_of_measure(measure: &Measure) -> Vec<&str> {
    match measure {
        Measure::Fact { fact } => vec![fact],
        Measure::Ratio { of, over, .. } => vec![of, over],
        _ => panic!("a new kind of measure"),
    }
}

fn facts_of(rule: &RuleKind) -> Vec<&str> {
    match rule {
        RuleKind::YesNo { fact, .. }
        | RuleKind::Choice { fact, .. }
        | RuleKind::PerItem { fact, .. }
        | RuleKind::Checklist { fact, .. }
        | RuleKind::Given { fact } => vec![fact],
        RuleKind::Proportional { ratio } => facts_of_measure(ratio),
        RuleKind::Tiers { measure, .. }
        | RuleKind::Stepwise { measure, .. }
        | RuleKind::CohortMax { measure }
        | RuleKind::CohortMinMax { measure } => facts_of_measure(measure),
        RuleKind::Gate { when, .. } => vec![&when.fact],
        _ => Vec::new(),
    }
}

fn kind(rule: &RuleKind) -> String {
    let value = serde_json::to_value(rule).unwrap();
    value["kind"].as_str().unwrap().to_owned()
}
