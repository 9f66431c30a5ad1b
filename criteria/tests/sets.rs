//! What holds of every file that comes with the crate.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use cqdt::{CriteriaSet, Lang, Round};
use cqdt_criteria::Source;

fn parse(source: &Source) -> CriteriaSet {
    CriteriaSet::parse_toml(source.text).unwrap_or_else(|error| {
        let faults = error.faults().iter();
        let told: Vec<String> = faults.map(|fault| fault.message(Lang::En)).collect();
        panic!("{}:\n{}", source.file, told.join("\n"))
    })
}

fn sets() -> impl Iterator<Item = (&'static Source, CriteriaSet)> {
    cqdt_criteria::all()
        .iter()
        .map(|source| (source, parse(source)))
}

#[test]
fn every_set_parses() {
    for (source, set) in sets() {
        assert_eq!(set.id(), source.id);
    }
}

#[test]
fn every_round_parses_and_knows_its_forms() {
    for source in cqdt_criteria::rounds() {
        let round = Round::parse_toml(source.text).unwrap();
        assert_eq!(round.id, source.id);
        for unit in &round.units {
            assert!(cqdt_criteria::find(&unit.set).is_some(), "{}", unit.set);
        }
    }
}
