//! What is written of draws: the same document by the command and in every binding.

use serde::Serialize;

use super::{Drawing, Robustness, RobustnessReport};
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
    /// Units in the order of the table.
    units: Vec<UnitDocument>,
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
        let RanksDocument { pairs, units } = self.ranks_document(units);
        RankingDocument {
            fingerprint: set.fingerprint().to_owned(),
            notice,
            pairs,
            parent: parent.to_owned(),
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

impl RobustnessDocument {
    /// As JSON on one line, keys in order.
    pub fn to_json(&self) -> String {
        // By way of a value, whose keys are in order.
        let value = serde_json::to_value(self);
        value.map_or_else(|_| String::new(), |value| value.to_string())
    }
}
