//! A district's points rest on its communes: the round fills the rollups of the district form.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use cqdt::criteria::FactType;
use cqdt::{CriteriaSet, Incoming, Layer, Rational, Round, Submission};

const DISTRICT: &str = "phu-tho-1609-2018/cap-huyen";
const PROVINCES_FORM: &str = "phu-tho-1609-2018/cap-xa";
const CITYS_FORM: &str = "viet-tri-2395-2018/phu-luc-2";

/// A district with its communes, on the province's form or the city's copy of it.
fn round(communes: &[(&str, &str)]) -> Round {
    let mut text = String::from(
        r#"
format = 1
id = "tinh-2018"
title = { vi = "Toàn tỉnh", en = "The province" }
period = { from = 2017-09-01, to = 2018-09-30 }
due = { by = 2018-10-15 }
collector = { vi = "Sở Thông tin và Truyền thông", en = "Department of Information and Communications" }
document = { number = "1609/QĐ-UBND", date = 2018-07-05, issuer = { vi = "UBND tỉnh", en = "The province" }, title = { vi = "Đánh giá", en = "Assessment" } }
basis = { status = "reconstructed" }
"#,
    );
    text += &unit("viet-tri", DISTRICT, None);
    for (commune, form) in communes {
        text += &unit(commune, form, Some("viet-tri"));
    }
    Round::parse_toml(&text).unwrap()
}

fn unit(id: &str, form: &str, parent: Option<&str>) -> String {
    let parent = parent.map_or_else(String::new, |parent| format!("parent = \"{parent}\"\n"));
    format!(
        "[[units]]\nid = \"{id}\"\nname = {{ vi = \"{id}\", en = \"{id}\" }}\nset = \"{form}\"\n{parent}"
    )
}

fn sets() -> Vec<CriteriaSet> {
    let sources = cqdt_criteria::all().iter();
    sources
        .map(|source| CriteriaSet::parse_toml(source.text).unwrap())
        .collect()
}

/// Staff with computers and nothing else: 2 of 90 points.
fn two_points(unit: &str) -> Submission {
    Submission::new(unit).with("cb", 20).with("cb-may", 20)
}

fn rolled_up(communes: &[(&str, &str)], reports: Vec<Submission>) -> [Rational; 2] {
    let incoming = reports.into_iter().chain([Submission::new("viet-tri")]);
    let incoming = incoming.map(|submission| Incoming::new("thu", submission));
    let report = round(communes).assess(&sets(), incoming.collect(), |_, _| ());
    let entries = report.entries().iter();
    let district = entries
        .map(|entry| entry.report(Layer::SelfAssessed))
        .next()
        .flatten()
        .unwrap();
    assert_eq!(district.set().id(), DISTRICT);
    ["viii.1", "viii.2"].map(|id| district.criterion(id).unwrap().points.clone())
}

#[test]
fn a_commune_that_reports_nothing_counts_as_nothing() {
    let communes = [("xa-a", PROVINCES_FORM), ("xa-b", PROVINCES_FORM)];
    let none = rolled_up(&communes, Vec::new());
    assert!(none.iter().all(Rational::is_zero));
    // Mean share (2/90 + 0) ÷ 2 = 1.11 %: one full percent, 0.1 points; nobody is at Khá.
    let one = rolled_up(&communes, vec![two_points("xa-a")]);
    assert_eq!(one, [Rational::ratio(1, 10), Rational::ZERO]);
    // 2.22 %: two full percent.
    let both = rolled_up(&communes, vec![two_points("xa-a"), two_points("xa-b")]);
    assert_eq!(both, [Rational::ratio(2, 10), Rational::ZERO]);
}

#[test]
fn the_citys_form_feeds_the_district_like_the_provinces() {
    let mixed = [("xa-a", PROVINCES_FORM), ("phuong-b", CITYS_FORM)];
    let reports = vec![two_points("xa-a"), two_points("phuong-b")];
    assert_eq!(
        rolled_up(&mixed, reports),
        [Rational::ratio(2, 10), Rational::ZERO]
    );
}

/// Four of five communes at Khá or better reach the highest step, 5 points.
#[test]
fn communes_at_a_band_are_counted() {
    let names = ["xa-a", "xa-b", "xa-c", "xa-d", "xa-e"];
    let communes = names.map(|name| (name, PROVINCES_FORM));
    let reports = names[..4].iter().map(|unit| best(unit)).collect();
    let [mean, at_band] = rolled_up(&communes, reports);
    assert_eq!(at_band, Rational::from(5));
    assert_eq!(mean, Rational::from(8), "80 full percent of 0.1 points");
    let reports = names[..3].iter().map(|unit| best(unit)).collect();
    let [_, at_band] = rolled_up(&communes, reports);
    assert_eq!(at_band, Rational::from(4), "60 % is the second step");
}

/// Every answer of the commune form at its best.
fn best(unit: &str) -> Submission {
    let set = CriteriaSet::parse_toml(cqdt_criteria::find(PROVINCES_FORM).unwrap().text).unwrap();
    let mut submission = Submission::new(unit);
    for fact in &set.definition().facts {
        let penalised = ["cham", "sai", "vi-pham", "su-co"].contains(&fact.id.as_str());
        submission = match &fact.kind {
            FactType::YesNo => submission.with(&fact.id, !penalised),
            FactType::Count { .. } if penalised => submission.with(&fact.id, 0),
            FactType::Count { .. } if ["tin-bai", "hs-buu-chinh"].contains(&fact.id.as_str()) => {
                submission.with(&fact.id, 1000)
            }
            FactType::Count { .. } => submission.with(&fact.id, 40),
            FactType::Amount { max, .. } | FactType::Points { max, .. } => {
                submission.with(&fact.id, max)
            }
            FactType::Choice { keys } => submission.with(&fact.id, keys[0].id.as_str()),
            FactType::Items { keys } => {
                let keys: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
                submission.with(&fact.id, keys)
            }
            _ => submission,
        };
    }
    submission
}
