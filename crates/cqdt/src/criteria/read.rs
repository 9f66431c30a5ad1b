//! From the tree of a file to a [`Definition`], with defaults filled in; every fault of form is noted.

use super::definition::{
    Band, BandScale, Basis, BasisStatus, Choice, Condition, Criterion, Definition, DocumentRef,
    Fact, FactType, Group, Measure, MissingEvidence, NotApplicable, Policies, RankBy, Ranking,
    Rescale, RollupValue, Rule, RuleKind, Source, Step, Test, Threshold, Ties, Within,
    ZeroDenominator,
};
use crate::fault::{Expected, FaultKind};
use crate::points::{Rounding, RoundingMode, Stage};
use crate::tree::{Faults, Node, TableReader, Value};
use crate::{Date, Map, Rational, Text};

/// Rules inside rules that a criterion may have.
pub(super) const MAX_RULE_DEPTH: usize = 8;

/// A definition, with the place in the file of each part, since faulty parts are left out.
pub(super) struct Reading {
    pub(super) definition: Definition,
    pub(super) facts_at: Vec<usize>,
    pub(super) bands_at: Vec<usize>,
    pub(super) groups_at: Vec<usize>,
    pub(super) criteria_at: Vec<Vec<usize>>,
}

/// Reads a whole criteria set. What is faulty is left out or stands for nothing; the faults tell.
pub(super) fn read_definition(faults: &mut Faults, tree: &Node<'_>) -> Option<Reading> {
    let mut table = TableReader::new(faults, "", tree)?;
    table.required(faults, "format", read_format);
    let id = table.required(faults, "id", Faults::set_id);
    let version = table.required(faults, "version", read_version);
    let status = table.required(faults, "status", read_status);
    let agency_group = table.required(faults, "agency_group", Faults::id);
    let max = table.required(faults, "max", Faults::number);
    let title = table.required(faults, "title", Faults::bilingual);
    let document = table.required(faults, "document", read_document);
    let policies = table.optional(faults, "policies", read_policies);
    let ranking = table.optional(faults, "ranking", read_ranking);
    let policies = policies.unwrap_or_else(default_policies);
    let (mut ranking, display_places) = ranking.unwrap_or_else(|| (default_ranking(), None));
    ranking.display_places = display_places.unwrap_or(policies.rounding.places);
    let (bands_at, bands) = indexed(table.optional(faults, "bands", |faults, at, node| {
        faults.list(at, node, |faults, at, node| {
            Some((index_of(at), read_band(faults, at, node)?))
        })
    }));
    let sources = table.required(faults, "sources", |faults, at, node| {
        free_table(faults, at, node, read_source)
    });
    let (facts_at, facts) = indexed(table.required(faults, "facts", |faults, at, node| {
        faults.list(at, node, |faults, at, node| {
            Some((index_of(at), read_fact(faults, at, node)?))
        })
    }));
    let (groups_at, groups): (Vec<_>, Vec<_>) =
        indexed(table.required(faults, "groups", |faults, at, node| {
            faults.list(at, node, |faults, at, node| {
                Some((index_of(at), read_group(faults, at, node)?))
            })
        }));
    table.finish(faults);
    let (groups, criteria_at) = groups.into_iter().unzip();
    let blank = || Text {
        vi: String::new(),
        en: String::new(),
    };
    Some(Reading {
        definition: Definition {
            format: 1,
            id: id.unwrap_or_default(),
            version: version.unwrap_or_default(),
            status: status.unwrap_or(BasisStatus::Reconstructed),
            agency_group: agency_group.unwrap_or_default(),
            max: max.unwrap_or_default(),
            title: title.unwrap_or_else(blank),
            document: document.unwrap_or_else(|| DocumentRef {
                number: String::new(),
                date: Date::default(),
                issuer: blank(),
                title: blank(),
            }),
            policies,
            ranking,
            bands,
            sources: sources.unwrap_or_default(),
            facts,
            groups,
        },
        facts_at,
        bands_at,
        groups_at,
        criteria_at,
    })
}

/// The index that a pointer ends in.
fn index_of(pointer: &str) -> usize {
    let last = pointer.rsplit('/').next().unwrap_or_default();
    last.parse().unwrap_or_default()
}

fn indexed<T>(list: Option<Vec<(usize, T)>>) -> (Vec<usize>, Vec<T>) {
    list.unwrap_or_default().into_iter().unzip()
}

pub(crate) fn read_format(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<()> {
    let found = match &node.value {
        Value::Number(text) if text == "1" => return Some(()),
        _ => crate::tree::describe(node),
    };
    faults.push_span(at, node.span.clone(), FaultKind::UnknownFormat { found });
    None
}

fn read_version(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<String> {
    if let Value::Text(text) = &node.value {
        let parts: Vec<&str> = text.split('.').collect();
        let number = |part: &&str| {
            !part.is_empty() && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if parts.len() == 3 && parts.iter().all(number) {
            return Some(text.clone().into_owned());
        }
    }
    faults.unexpected(at, node, Expected::Version);
    None
}

fn read_status(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<BasisStatus> {
    let words = [
        ("official", BasisStatus::Official),
        ("reconstructed", BasisStatus::Reconstructed),
    ];
    faults.word(at, node, &words)
}

/// `document = { number, date, issuer, title }`, of criteria sets and rounds.
pub(crate) fn read_document(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<DocumentRef> {
    let mut table = TableReader::new(faults, at, node)?;
    let number = table.required(faults, "number", owned_text);
    let date = table.required(faults, "date", Faults::date);
    let issuer = table.required(faults, "issuer", Faults::bilingual);
    let title = table.required(faults, "title", Faults::bilingual);
    table.finish(faults);
    Some(DocumentRef {
        number: number?,
        date: date?,
        issuer: issuer?,
        title: title?,
    })
}

fn owned_text(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<String> {
    faults.text(at, node).map(str::to_owned)
}

fn default_policies() -> Policies {
    Policies {
        rounding: Rounding::default(),
        not_applicable: NotApplicable::Exclude,
        rescale: Rescale::None,
        missing_evidence: MissingEvidence::Warn,
        bonus_cap: None,
    }
}

fn read_policies(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Policies> {
    let defaults = default_policies();
    let mut table = TableReader::new(faults, at, node)?;
    let rounding = table.optional(faults, "rounding", read_rounding);
    let not_applicable = table.optional(faults, "not_applicable", |faults, at, node| {
        let words = [
            ("exclude", NotApplicable::Exclude),
            ("zero", NotApplicable::Zero),
            ("full", NotApplicable::Full),
        ];
        faults.word(at, node, &words)
    });
    let rescale = table.optional(faults, "rescale", |faults, at, node| {
        let words = [
            ("none", Rescale::None),
            ("group", Rescale::Group),
            ("total", Rescale::Total),
        ];
        faults.word(at, node, &words)
    });
    let missing_evidence = table.optional(faults, "missing_evidence", |faults, at, node| {
        let words = [
            ("warn", MissingEvidence::Warn),
            ("zero", MissingEvidence::Zero),
        ];
        faults.word(at, node, &words)
    });
    let bonus_cap = table.optional(faults, "bonus_cap", Faults::number);
    table.finish(faults);
    Some(Policies {
        rounding: rounding.unwrap_or(defaults.rounding),
        not_applicable: not_applicable.unwrap_or(defaults.not_applicable),
        rescale: rescale.unwrap_or(defaults.rescale),
        missing_evidence: missing_evidence.unwrap_or(defaults.missing_evidence),
        bonus_cap,
    })
}

fn read_places(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<u8> {
    faults
        .whole(at, node, 0, 6)
        .and_then(|places| u8::try_from(places).ok())
}

fn read_rounding(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Rounding> {
    let defaults = Rounding::default();
    let mut table = TableReader::new(faults, at, node)?;
    let stage = table.optional(faults, "stage", |faults, at, node| {
        let words = [
            ("criterion", Stage::Criterion),
            ("group", Stage::Group),
            ("total", Stage::Total),
        ];
        faults.word(at, node, &words)
    });
    let places = table.optional(faults, "places", read_places);
    let mode = table.optional(faults, "mode", |faults, at, node| {
        let words = [
            ("half_up", RoundingMode::HalfUp),
            ("half_even", RoundingMode::HalfEven),
            ("down", RoundingMode::Down),
        ];
        faults.word(at, node, &words)
    });
    table.finish(faults);
    Some(Rounding {
        stage: stage.unwrap_or(defaults.stage),
        places: places.unwrap_or(defaults.places),
        mode: mode.unwrap_or(defaults.mode),
    })
}

fn default_ranking() -> Ranking {
    Ranking {
        by: RankBy::Total,
        group: None,
        ties: Ties::Competition,
        within: Within::AgencyGroup,
        tie_breakers: Vec::new(),
        display_places: 0,
    }
}

fn read_ranking(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<(Ranking, Option<u8>)> {
    let defaults = default_ranking();
    let mut table = TableReader::new(faults, at, node)?;
    let by = table.optional(faults, "by", |faults, at, node| {
        let words = [
            ("total", RankBy::Total),
            ("share", RankBy::Share),
            ("group", RankBy::Group),
        ];
        faults.word(at, node, &words)
    });
    let group = table.optional(faults, "group", Faults::id);
    let ties = table.optional(faults, "ties", |faults, at, node| {
        faults.word(
            at,
            node,
            &[("competition", Ties::Competition), ("dense", Ties::Dense)],
        )
    });
    let within = table.optional(faults, "within", |faults, at, node| {
        let words = [
            ("agency_group", Within::AgencyGroup),
            ("parent", Within::Parent),
        ];
        faults.word(at, node, &words)
    });
    let tie_breakers = table.optional(faults, "tie_breakers", |faults, at, node| {
        faults.list(at, node, Faults::id)
    });
    let display_places = table.optional(faults, "display_places", read_places);
    table.finish(faults);
    let ranking = Ranking {
        by: by.unwrap_or(defaults.by),
        group,
        ties: ties.unwrap_or(defaults.ties),
        within: within.unwrap_or(defaults.within),
        tie_breakers: tie_breakers.unwrap_or_default(),
        ..defaults
    };
    Some((ranking, display_places))
}

fn read_band(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Band> {
    let mut table = TableReader::new(faults, at, node)?;
    let id = table.required(faults, "id", Faults::id);
    let title = table.required(faults, "title", Faults::bilingual);
    let on = table.required(faults, "on", |faults, at, node| {
        faults.word(
            at,
            node,
            &[("share", BandScale::Share), ("total", BandScale::Total)],
        )
    });
    let threshold = read_threshold(faults, &mut table);
    let min_group_share = table.optional(faults, "min_group_share", |faults, at, node| {
        free_table(faults, at, node, Faults::number)
    });
    let min_criterion_share = table.optional(faults, "min_criterion_share", Faults::number);
    table.finish(faults);
    Some(Band {
        id: id?,
        title: title?,
        on: on?,
        threshold,
        min_group_share: min_group_share.unwrap_or_default(),
        min_criterion_share,
    })
}

/// `at_least = n` or `more_than = n`, not both.
fn read_threshold(faults: &mut Faults, table: &mut TableReader<'_>) -> Option<Threshold> {
    let at_least = table.optional(faults, "at_least", Faults::number);
    let more_than = table.optional(faults, "more_than", Faults::number);
    match (at_least, more_than) {
        (Some(value), None) => Some(Threshold::AtLeast(value)),
        (None, Some(value)) => Some(Threshold::MoreThan(value)),
        (None, None) => None,
        (Some(_), Some(_)) => {
            one_of(faults, table, &["at_least", "more_than"]);
            None
        }
    }
}

fn one_of(faults: &mut Faults, table: &TableReader<'_>, keys: &[&str]) {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    table.fault(faults, FaultKind::ExactlyOneOf { keys });
}

/// A table whose keys are ids.
fn free_table<T>(
    faults: &mut Faults,
    at: &str,
    node: &Node<'_>,
    read: impl Fn(&mut Faults, &str, &Node<'_>) -> Option<T>,
) -> Option<Map<T>> {
    let table = TableReader::new(faults, at, node)?;
    let mut found = Map::new();
    for entry in table.entries() {
        let at = table.at(&entry.key);
        if !crate::tree::is_id(&entry.key, 64, "-_.") {
            let value = entry.key.clone().into_owned();
            let expected = Expected::Id;
            faults.push_span(
                &at,
                entry.key_span.clone(),
                FaultKind::Unexpected { value, expected },
            );
        }
        if let Some(value) = read(faults, &at, &entry.node) {
            found.push(entry.key.clone().into_owned(), value);
        }
    }
    found.settle();
    Some(found)
}

fn read_source(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Source> {
    let mut table = TableReader::new(faults, at, node)?;
    let document = table.required(faults, "document", owned_text);
    let read = table.optional(faults, "read", owned_text);
    let url = table.optional(faults, "url", owned_text);
    table.finish(faults);
    Some(Source {
        document: document?,
        read,
        url,
    })
}

fn read_fact(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Fact> {
    let mut table = TableReader::new(faults, at, node)?;
    let id = table.required(faults, "id", Faults::id);
    let title = table.required(faults, "title", Faults::bilingual);
    let unit = table.optional(faults, "unit", Faults::bilingual);
    let help = table.optional(faults, "help", Faults::bilingual);
    let not_applicable = table.optional(faults, "not_applicable", Faults::flag);
    let kind = read_fact_type(faults, &mut table);
    // Which keys fit depends on the type; without it every other key would look wrong.
    if kind.is_some() || table.has("type") {
        table.finish(faults);
    }
    Some(Fact {
        id: id?,
        kind: kind?,
        title: title?,
        unit,
        help,
        not_applicable: not_applicable.unwrap_or(false),
    })
}

fn read_fact_type(faults: &mut Faults, table: &mut TableReader<'_>) -> Option<FactType> {
    let types = [
        "yes_no", "count", "amount", "percent", "choice", "items", "points", "rollup",
    ];
    let words: Vec<(&'static str, &'static str)> =
        types.iter().map(|name| (*name, *name)).collect();
    let name = table.required(faults, "type", |faults, at, node| {
        faults.word(at, node, &words)
    });
    let Some(name) = name else {
        table.know_all(&["min", "max", "step", "keys", "children", "value", "band"]);
        return None;
    };
    let limits =
        |faults: &mut Faults, table: &mut TableReader<'_>, defaults: Option<(i64, i64)>| {
            let (min, max) = if let Some((least, most)) = defaults {
                (
                    table
                        .optional(faults, "min", Faults::number)
                        .or(Some(least.into())),
                    table
                        .optional(faults, "max", Faults::number)
                        .or(Some(most.into())),
                )
            } else {
                (
                    table.required(faults, "min", Faults::number),
                    table.required(faults, "max", Faults::number),
                )
            };
            Some((min?, max?))
        };
    Some(match name {
        "yes_no" => FactType::YesNo,
        "count" => {
            let (min, max) = limits(faults, table, Some((0, 1_000_000_000)))?;
            FactType::Count { min, max }
        }
        "amount" => {
            let (min, max) = limits(faults, table, None)?;
            FactType::Amount { min, max }
        }
        "percent" => {
            let (min, max) = limits(faults, table, Some((0, 100)))?;
            FactType::Percent { min, max }
        }
        "points" => {
            let max = table.required(faults, "max", Faults::number);
            let step = table.required(faults, "step", Faults::number);
            FactType::Points {
                max: max?,
                step: step?,
            }
        }
        "rollup" => {
            let children = table.required(faults, "children", Faults::id);
            let value = table.required(faults, "value", |faults, at, node| {
                let words = [
                    ("mean_share", RollupValue::MeanShare),
                    ("share_at_band", RollupValue::ShareAtBand),
                ];
                faults.word(at, node, &words)
            });
            let band = match value {
                Some(RollupValue::ShareAtBand) => {
                    Some(table.required(faults, "band", Faults::id)?)
                }
                _ => None,
            };
            FactType::Rollup {
                children: children?,
                value: value?,
                band,
            }
        }
        _ => {
            let keys = table.required(faults, "keys", |faults, at, node| {
                faults.list(at, node, read_choice)
            })?;
            if name == "choice" {
                FactType::Choice { keys }
            } else {
                FactType::Items { keys }
            }
        }
    })
}

fn read_choice(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Choice> {
    let mut table = TableReader::new(faults, at, node)?;
    let id = table.required(faults, "id", Faults::id);
    let title = table.required(faults, "title", Faults::bilingual);
    table.finish(faults);
    Some(Choice {
        id: id?,
        title: title?,
    })
}

fn read_group(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<(Group, Vec<usize>)> {
    let mut table = TableReader::new(faults, at, node)?;
    let id = table.required(faults, "id", Faults::id);
    let number = table.required(faults, "number", owned_text);
    let title = table.required(faults, "title", Faults::bilingual);
    let max = table.required(faults, "max", Faults::number);
    let floor = table.optional(faults, "floor", Faults::number);
    let part = table.optional(faults, "part", Faults::bilingual);
    let (criteria_at, criteria) =
        indexed(table.required(faults, "criteria", |faults, at, node| {
            faults.list(at, node, |faults, at, node| {
                Some((index_of(at), read_criterion(faults, at, node)?))
            })
        }));
    table.finish(faults);
    let group = Group {
        id: id?,
        number: number?,
        title: title?,
        max: max?,
        floor: floor.unwrap_or_default(),
        part,
        criteria,
    };
    Some((group, criteria_at))
}

fn read_criterion(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Criterion> {
    let mut table = TableReader::new(faults, at, node)?;
    let id = table.required(faults, "id", Faults::id);
    let number = table.required(faults, "number", owned_text);
    let title = table.required(faults, "title", Faults::bilingual);
    let help = table.optional(faults, "help", Faults::bilingual);
    let max = table.required(faults, "max", Faults::number);
    let min = table.optional(faults, "min", Faults::number);
    let bonus = table.optional(faults, "bonus", Faults::flag);
    let evidence = table.optional(faults, "evidence", Faults::flag);
    let basis = table.required(faults, "basis", read_basis);
    let of_rule = max.clone().unwrap_or_default();
    let rule = table.required(faults, "rule", |faults, at, node| {
        let mut table = TableReader::new(faults, at, node)?;
        read_rule(faults, &mut table, &of_rule, 0)
    });
    table.finish(faults);
    Some(Criterion {
        id: id?,
        number: number?,
        title: title?,
        help,
        max: max?,
        min: min.unwrap_or_default(),
        bonus: bonus.unwrap_or(false),
        evidence: evidence.unwrap_or(false),
        rule: rule?,
        basis: basis?,
    })
}

/// `basis = { status, source, item, note }` of a criterion.
fn read_basis(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Basis> {
    let mut table = TableReader::new(faults, at, node)?;
    let status = table.required(faults, "status", read_status);
    let source = table.required(faults, "source", Faults::id);
    let item = table.required(faults, "item", owned_text);
    let note = table.optional(faults, "note", owned_text);
    table.finish(faults);
    Some(Basis {
        status: status?,
        source: source?,
        item: item?,
        note,
    })
}

/// `basis = { status, note }` of a roster.
pub(crate) fn read_roster_basis(
    faults: &mut Faults,
    at: &str,
    node: &Node<'_>,
) -> Option<(BasisStatus, Option<String>)> {
    let mut table = TableReader::new(faults, at, node)?;
    let status = table.required(faults, "status", read_status);
    let note = table.optional(faults, "note", owned_text);
    table.finish(faults);
    Some((status?, note))
}

fn read_branch(faults: &mut Faults, at: &str, node: &Node<'_>, depth: usize) -> Option<Rule> {
    let mut table = TableReader::new(faults, at, node)?;
    if depth > MAX_RULE_DEPTH {
        table.fault(
            faults,
            FaultKind::TooDeep {
                limit: MAX_RULE_DEPTH,
            },
        );
        return None;
    }
    let max = table.required(faults, "max", Faults::number);
    let kind = read_rule(faults, &mut table, &max.clone().unwrap_or_default(), depth);
    Some(Rule {
        max: max?,
        kind: kind?,
    })
}

/// Branches, all or none: a rule with a branch left out would be another rule.
fn read_branches(
    faults: &mut Faults,
    table: &mut TableReader<'_>,
    depth: usize,
) -> Option<Vec<Rule>> {
    table.required(faults, "rules", |faults, at, node| {
        whole_list(faults, at, node, |faults, at, node| {
            read_branch(faults, at, node, depth + 1)
        })
    })
}

/// A list that counts only if every item could be read.
fn whole_list<T>(
    faults: &mut Faults,
    at: &str,
    node: &Node<'_>,
    read: impl FnMut(&mut Faults, &str, &Node<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let items = faults.list(at, node, read)?;
    match &node.value {
        Value::List(nodes) if nodes.len() == items.len() => Some(items),
        _ => None,
    }
}

const RULES: [&str; 14] = [
    "yes_no",
    "choice",
    "proportional",
    "tiers",
    "per_item",
    "stepwise",
    "checklist",
    "cohort_max",
    "cohort_min_max",
    "given",
    "best_of",
    "sum",
    "gate",
    "deduct",
];

fn read_rule(
    faults: &mut Faults,
    table: &mut TableReader<'_>,
    max: &Rational,
    depth: usize,
) -> Option<RuleKind> {
    let words: Vec<(&'static str, &'static str)> =
        RULES.iter().map(|name| (*name, *name)).collect();
    let kind = table.required(faults, "kind", |faults, at, node| {
        faults.word(at, node, &words)
    })?;
    let rule = read_rule_of(faults, table, kind, max, depth);
    table.finish_ref(faults);
    rule
}

fn read_rule_of(
    faults: &mut Faults,
    table: &mut TableReader<'_>,
    kind: &str,
    max: &Rational,
    depth: usize,
) -> Option<RuleKind> {
    let cap = |faults: &mut Faults, table: &mut TableReader<'_>| {
        table
            .optional(faults, "cap", Faults::number)
            .unwrap_or_else(|| max.clone())
    };
    Some(match kind {
        "yes_no" => {
            let fact = table.required(faults, "fact", Faults::id);
            let yes = table.optional(faults, "yes", Faults::number);
            let no = table.optional(faults, "no", Faults::number);
            RuleKind::YesNo {
                fact: fact?,
                yes: yes.unwrap_or_else(|| max.clone()),
                no: no.unwrap_or_default(),
            }
        }
        "choice" | "checklist" => {
            let fact = table.required(faults, "fact", Faults::id);
            let points = table.required(faults, "points", |faults, at, node| {
                free_table(faults, at, node, Faults::number)
            });
            if kind == "choice" {
                return Some(RuleKind::Choice {
                    fact: fact?,
                    points: points?,
                });
            }
            let cap = cap(faults, table);
            RuleKind::Checklist {
                fact: fact?,
                points: points?,
                cap,
            }
        }
        "proportional" => RuleKind::Proportional {
            ratio: read_ratio(faults, table)?,
        },
        "tiers" => {
            let measure = read_measure(faults, table);
            let steps = table.required(faults, "steps", |faults, at, node| {
                whole_list(faults, at, node, read_step)
            });
            let otherwise = table.optional(faults, "otherwise", Faults::number);
            RuleKind::Tiers {
                measure: measure?,
                steps: steps?,
                otherwise: otherwise.unwrap_or_default(),
            }
        }
        "per_item" => {
            let fact = table.required(faults, "fact", Faults::id);
            let each = table.required(faults, "each", Faults::number);
            let cap = cap(faults, table);
            RuleKind::PerItem {
                fact: fact?,
                each: each?,
                cap,
            }
        }
        "stepwise" => {
            let measure = read_measure(faults, table);
            let base_at = table.required(faults, "base_at", Faults::number);
            let base = table.required(faults, "base", Faults::number);
            let per = table.required(faults, "per", Faults::number);
            let each = table.required(faults, "each", Faults::number);
            let cap = cap(faults, table);
            RuleKind::Stepwise {
                measure: measure?,
                base_at: base_at?,
                base: base?,
                per: per?,
                each: each?,
                cap,
            }
        }
        "cohort_max" => RuleKind::CohortMax {
            measure: read_measure(faults, table)?,
        },
        "cohort_min_max" => RuleKind::CohortMinMax {
            measure: read_measure(faults, table)?,
        },
        "given" => RuleKind::Given {
            fact: table.required(faults, "fact", Faults::id)?,
        },
        "best_of" => RuleKind::BestOf {
            rules: read_branches(faults, table, depth)?,
        },
        "sum" => {
            let rules = read_branches(faults, table, depth);
            let cap = cap(faults, table);
            RuleKind::Sum { rules: rules?, cap }
        }
        "gate" => {
            let when = table.required(faults, "when", read_condition);
            let rule = read_inner(faults, table, depth);
            let otherwise = table.optional(faults, "otherwise", Faults::number);
            RuleKind::Gate {
                when: when?,
                rule: rule?,
                otherwise: otherwise.unwrap_or_default(),
            }
        }
        // The only word left.
        _ => RuleKind::Deduct {
            rule: read_inner(faults, table, depth)?,
        },
    })
}

fn read_inner(faults: &mut Faults, table: &mut TableReader<'_>, depth: usize) -> Option<Box<Rule>> {
    table.required(faults, "rule", |faults, at, node| {
        read_branch(faults, at, node, depth + 1).map(Box::new)
    })
}

/// `of` and `over`.
fn read_ratio(faults: &mut Faults, table: &mut TableReader<'_>) -> Option<Measure> {
    let of = table.required(faults, "of", Faults::id);
    let over = table.required(faults, "over", Faults::id);
    let zero_denominator = table.optional(faults, "zero_denominator", |faults, at, node| {
        let words = [
            ("zero", ZeroDenominator::Zero),
            ("full", ZeroDenominator::Full),
            ("not_applicable", ZeroDenominator::NotApplicable),
        ];
        faults.word(at, node, &words)
    });
    let allow_over = table.optional(faults, "allow_over", Faults::flag);
    Some(Measure::Ratio {
        of: of?,
        over: over?,
        zero_denominator,
        allow_over: allow_over.unwrap_or(false),
    })
}

/// `fact`, or `of` and `over`.
fn read_measure(faults: &mut Faults, table: &mut TableReader<'_>) -> Option<Measure> {
    match (table.has("fact"), table.has("of") || table.has("over")) {
        (true, false) => Some(Measure::Fact {
            fact: table.required(faults, "fact", Faults::id)?,
        }),
        (false, true) => read_ratio(faults, table),
        _ => {
            table.know_all(&["fact", "of", "over", "zero_denominator", "allow_over"]);
            one_of(faults, table, &["fact", "of"]);
            None
        }
    }
}

fn read_step(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Step> {
    let mut table = TableReader::new(faults, at, node)?;
    let both = table.has("at_least") && table.has("more_than");
    let neither = !table.has("at_least") && !table.has("more_than");
    let threshold = read_threshold(faults, &mut table);
    if neither && !both {
        one_of(faults, &table, &["at_least", "more_than"]);
    }
    let points = table.required(faults, "points", Faults::number);
    table.finish(faults);
    Some(Step {
        threshold: threshold?,
        points: points?,
    })
}

fn read_condition(faults: &mut Faults, at: &str, node: &Node<'_>) -> Option<Condition> {
    const TESTS: [&str; 7] = [
        "is",
        "any_of",
        "includes",
        "at_least",
        "more_than",
        "at_most",
        "less_than",
    ];
    let mut table = TableReader::new(faults, at, node)?;
    let fact = table.required(faults, "fact", Faults::id);
    let stated = TESTS.iter().filter(|key| table.has(key)).count();
    if stated != 1 {
        table.know_all(&TESTS);
        one_of(faults, &table, &TESTS);
        table.finish(faults);
        return None;
    }
    let number =
        |faults: &mut Faults, table: &mut TableReader<'_>, key, make: fn(Rational) -> Test| {
            table.optional(faults, key, Faults::number).map(make)
        };
    let test = table
        .optional(faults, "is", Faults::flag)
        .map(Test::Is)
        .or_else(|| {
            let keys = table.optional(faults, "any_of", |faults, at, node| {
                whole_list(faults, at, node, Faults::id)
            })?;
            Some(Test::AnyOf(keys))
        })
        .or_else(|| {
            table
                .optional(faults, "includes", Faults::id)
                .map(Test::Includes)
        })
        .or_else(|| number(faults, &mut table, "at_least", Test::AtLeast))
        .or_else(|| number(faults, &mut table, "more_than", Test::MoreThan))
        .or_else(|| number(faults, &mut table, "at_most", Test::AtMost))
        .or_else(|| number(faults, &mut table, "less_than", Test::LessThan));
    table.know_all(&TESTS);
    table.finish(faults);
    Some(Condition {
        fact: fact?,
        test: test?,
    })
}
