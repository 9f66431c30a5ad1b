//! What is written of draws: the same document by the command and in every binding.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Drawing, FactError, Robustness, RobustnessReport};
#[cfg(feature = "sensitivity")]
use super::{Sensitivity, SensitivityReport};
use crate::CriteriaSet;
use crate::criteria::BasisStatus;

/// All rankings of a round, and how their weights were drawn.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RobustnessDocument {
    /// How weights were drawn.
    drawing: DrawingDocument,
    /// How many draws each ranking had.
    draws: u32,
    /// Whether each draw left out one group.
    drop_one_group: bool,
    /// By fact, how far answers were drawn from what was given: `3`, or `2%`. Left out where they weren't.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    errors: BTreeMap<String, String>,
    /// The format's number: 1.
    format: u8,
    /// Each ranking by itself.
    rankings: Vec<RankingDocument>,
    /// The seed, in decimal digits: it may be larger than numbers that JSON carries safely.
    seed: String,
}

/// How weights were drawn.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DrawingDocument {
    /// All at once around the decided ones.
    Dirichlet {
        /// What the parameters add up to.
        concentration: f64,
    },
    /// Each evenly around what was decided.
    Uniform {
        /// Within so many percent.
        percent: u32,
    },
}

/// One ranking.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RankingDocument {
    /// The set's fingerprint.
    fingerprint: String,
    /// The line to show with it while the set is not official.
    notice: Option<String>,
    /// Pairs asked for.
    pairs: Vec<PairDocument>,
    /// The unit above, where units are ranked among those below one; else empty.
    parent: String,
    /// What moves the ranks. Left out where that wasn't asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    sensitivity: Option<SensitivityDocument>,
    /// Id of the criteria set.
    set: String,
    /// Whether the set is official.
    status: BasisStatus,
    /// Units in the order of their published ranks.
    units: Vec<UnitDocument>,
    /// The set's version.
    version: String,
}

/// A ranking of scores that no set is known of.
#[derive(Clone, Debug, Serialize)]
pub struct RanksDocument {
    /// Pairs asked for.
    pairs: Vec<PairDocument>,
    /// What moves the ranks. Left out where that wasn't asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    sensitivity: Option<SensitivityDocument>,
    /// Units in the order of the table.
    units: Vec<UnitDocument>,
}

/// What moves the ranks: Sobol' indices of the mean rank shift.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SensitivityDocument {
    /// Standard deviation of the mean rank shift, over draws.
    deviation: f64,
    /// The choice of the group that is left out, where one is.
    dropped: Option<InfluenceDocument>,
    /// The errors of all facts together, where there are some.
    errors: Option<InfluenceDocument>,
    /// By group; empty where nothing that is drawn moves any rank.
    groups: Vec<GroupInfluenceDocument>,
    /// How far ranks lie from the published ones: the mean over units and draws.
    mean_shift: f64,
    /// How often all units were ranked.
    rankings: u32,
    /// Samples of each half.
    samples: u32,
}

/// How much of the variance of the mean rank shift something brings about, 0 to 1.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InfluenceDocument {
    /// By itself.
    first: f64,
    /// Standard error of `first`.
    first_error: f64,
    /// Together with all others.
    total: f64,
    /// Standard error of `total`.
    total_error: f64,
}

/// The same of one group's weight.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupInfluenceDocument {
    /// By itself.
    first: f64,
    /// Standard error of `first`.
    first_error: f64,
    /// The group's id.
    group: String,
    /// Together with all others.
    total: f64,
    /// Standard error of `total`.
    total_error: f64,
}

/// Two units, and how often one ranks before the other.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PairDocument {
    /// Share of the draws, 0 to 1, in which the first ranks before the second.
    before: f64,
    /// The one.
    first: String,
    /// The other.
    second: String,
}

/// The ranks of one unit.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnitDocument {
    /// Share of the draws, 0 to 1, in which it has its published rank.
    at_rank: f64,
    /// The rank that 95 % of the draws don't exceed.
    high: u32,
    /// The rank that 5 % of the draws don't exceed.
    low: u32,
    /// Mean rank.
    mean: f64,
    /// The rank that half of the draws don't exceed.
    median: u32,
    /// The rank under the decided weights.
    rank: u32,
    /// Its id.
    unit: String,
}

impl Robustness {
    /// The document of rankings that were drawn with these settings.
    pub fn document(&self, rankings: Vec<RankingDocument>) -> RobustnessDocument {
        RobustnessDocument {
            drawing: match self.drawing {
                Drawing::Uniform { percent } => DrawingDocument::Uniform { percent },
                Drawing::Dirichlet { concentration } => {
                    DrawingDocument::Dirichlet { concentration }
                }
            },
            draws: self.draws,
            drop_one_group: self.drop_one,
            errors: BTreeMap::new(),
            format: 1,
            rankings,
            seed: self.seed.to_string(),
        }
    }
}

impl RobustnessReport {
    /// The document of one ranking of a set. `units` names the units of the table in its order, `parent` the unit above
    /// them, if they were ranked among those below one.
    pub fn document(
        &self,
        set: &CriteriaSet,
        parent: &str,
        units: &[&str],
        notice: Option<String>,
    ) -> RankingDocument {
        let definition = set.definition();
        let RanksDocument {
            pairs,
            sensitivity,
            units,
        } = self.ranks_document(units);
        RankingDocument {
            fingerprint: set.fingerprint().to_owned(),
            notice,
            pairs,
            parent: parent.to_owned(),
            sensitivity,
            set: set.id().to_owned(),
            status: definition.status,
            units,
            version: definition.version.clone(),
        }
    }
}

impl RobustnessReport {
    /// The ranks and pairs alone, for scores that were made elsewhere.
    pub fn ranks_document(&self, units: &[&str]) -> RanksDocument {
        let name = |at: usize| units.get(at).copied().unwrap_or_default().to_owned();
        let ranks = self.published.iter().zip(&self.units).enumerate();
        RanksDocument {
            pairs: self
                .pairs
                .iter()
                .map(|(first, second, before)| PairDocument {
                    before: *before,
                    first: name(*first),
                    second: name(*second),
                })
                .collect(),
            sensitivity: None,
            units: ranks
                .map(|(at, (published, ranks))| UnitDocument {
                    at_rank: ranks.at_published,
                    high: ranks.high,
                    low: ranks.low,
                    mean: ranks.mean,
                    median: ranks.median,
                    rank: *published,
                    unit: name(at),
                })
                .collect(),
        }
    }
}

#[cfg(feature = "sensitivity")]
impl SensitivityReport {
    /// What is written of the indices; `groups` are the ids of the table's groups in its order.
    pub fn document<'g>(&self, groups: impl IntoIterator<Item = &'g str>) -> SensitivityDocument {
        let influence = |found: Sensitivity| InfluenceDocument {
            first: found.first,
            first_error: found.first_error,
            total: found.total,
            total_error: found.total_error,
        };
        let found = self.groups().unwrap_or_default().iter();
        let of_groups = groups.into_iter().zip(found);
        SensitivityDocument {
            deviation: self.deviation(),
            dropped: self.dropped().map(influence),
            errors: self.noise().map(influence),
            groups: of_groups
                .map(|(group, found)| GroupInfluenceDocument {
                    first: found.first,
                    first_error: found.first_error,
                    group: group.to_owned(),
                    total: found.total,
                    total_error: found.total_error,
                })
                .collect(),
            mean_shift: self.mean(),
            rankings: self.rankings(),
            samples: self.samples(),
        }
    }
}

impl RankingDocument {
    /// With what moves the ranks, where that was looked for.
    #[must_use]
    pub fn sensitivity(mut self, found: Option<SensitivityDocument>) -> Self {
        self.sensitivity = found;
        self
    }
}

impl RanksDocument {
    /// With what moves the ranks, where that was looked for.
    #[must_use]
    pub fn sensitivity(mut self, found: Option<SensitivityDocument>) -> Self {
        self.sensitivity = found;
        self
    }
}

impl RobustnessDocument {
    /// With the errors of facts that answers were drawn within.
    #[must_use]
    pub fn errors<'e>(
        mut self,
        errors: impl IntoIterator<Item = (&'e str, &'e FactError)>,
    ) -> Self {
        let errors = errors.into_iter();
        self.errors = errors
            .map(|(fact, error)| (fact.to_owned(), error.to_string()))
            .collect();
        self
    }

    /// As JSON on one line, keys in order.
    pub fn to_json(&self) -> String {
        // By way of a value, whose keys are in order.
        let value = serde_json::to_value(self);
        value.map_or_else(|_| String::new(), |value| value.to_string())
    }
}
