//! The sources of a criteria set, numbered as they are first cited.

use std::collections::HashMap;

use cqdt::CriteriaSet;
use cqdt::Lang;
use cqdt::criteria::{BasisStatus, Criterion, Definition};
use serde::Serialize;

use crate::number::Numbers;
use crate::sheet::Provenance;
use crate::words;

/// Sources by key.
pub(crate) struct Sources<'r> {
    definition: &'r Definition,
    numbers: HashMap<&'r str, usize>,
    cited: Vec<&'r str>,
}

/// One source as a sheet lists it.
#[derive(Serialize)]
pub(crate) struct Source<'r> {
    number: usize,
    document: &'r str,
    read: Option<&'r str>,
    url: Option<&'r str>,
}

impl<'r> Sources<'r> {
    pub(crate) fn of(set: &'r CriteriaSet) -> Self {
        let mut sources = Self {
            definition: set.definition(),
            numbers: HashMap::new(),
            cited: Vec::new(),
        };
        for criterion in set.criteria() {
            let key = criterion.basis.source.as_str();
            if !sources.numbers.contains_key(key) {
                sources.cited.push(key);
                sources.numbers.insert(key, sources.cited.len());
            }
        }
        sources
    }

    /// The number that lines cite.
    pub(crate) fn number(&self, key: &str) -> usize {
        self.numbers.get(key).copied().unwrap_or_default()
    }

    /// All that are cited, in the order of their numbers.
    pub(crate) fn list(&self) -> Vec<Source<'r>> {
        let cited = self.cited.iter().enumerate();
        cited
            .map(|(at, key)| {
                let source = self.definition.sources.get(key);
                Source {
                    number: at + 1,
                    document: source.map_or(*key, |source| source.document.as_str()),
                    read: source.and_then(|source| source.read.as_deref()),
                    url: source.and_then(|source| source.url.as_deref()),
                }
            })
            .collect()
    }
}

/// The annex on one form: what each criterion rests on.
#[derive(Serialize)]
pub(crate) struct Annex<'r> {
    anchor: String,
    title: &'r str,
    notice: Option<String>,
    groups: Vec<Group<'r>>,
    sources: Vec<Source<'r>>,
    provenance: Provenance<'r>,
}

#[derive(Serialize)]
struct Group<'r> {
    number: &'r str,
    title: &'r str,
    criteria: Vec<Row<'r>>,
}

#[derive(Serialize)]
struct Row<'r> {
    number: &'r str,
    title: &'r str,
    max: String,
    official: bool,
    basis: &'static str,
    source: usize,
    item: &'r str,
    note: Option<&'r str>,
}

impl<'r> Annex<'r> {
    pub(crate) fn of(
        anchor: String,
        set: &'r CriteriaSet,
        sources: &Sources<'r>,
        lang: Lang,
    ) -> Self {
        let definition = set.definition();
        let numbers = Numbers::new(lang, definition.policies.rounding.places);
        let row = |criterion: &'r Criterion| {
            let basis = &criterion.basis;
            Row {
                number: &criterion.number,
                title: criterion.title.get(lang),
                max: numbers.plain(&criterion.max),
                official: basis.status == BasisStatus::Official,
                basis: words::basis(basis.status, lang),
                source: sources.number(&basis.source),
                item: &basis.item,
                note: basis.note.as_deref(),
            }
        };
        let groups = definition.groups.iter().map(|group| Group {
            number: &group.number,
            title: group.title.get(lang),
            criteria: group.criteria.iter().map(row).collect(),
        });
        Self {
            anchor,
            title: definition.title.get(lang),
            notice: set.notice(lang),
            groups: groups.collect(),
            sources: sources.list(),
            provenance: Provenance::of(definition, set.fingerprint(), lang),
        }
    }
}
