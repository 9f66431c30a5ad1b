//! Ranks under drawn weights: part of the module that is loaded only when somebody asks for it.

use std::collections::BTreeMap;

use cqdt::criteria::RankBy;
use cqdt::robustness::{Drawing, Draws, GroupTable, Robustness, RobustnessError};
use cqdt::{CriteriaSet, Report, Text, best_first, rank};
use wasm_bindgen::prelude::*;

use crate::document::{Failure, standings};
use crate::score::{RawSet, language, layer, read_list, read_parents};
use crate::{Answer, json};

/// What is drawn, and the pairs of units that are watched.
#[wasm_bindgen]
pub struct RawDrawing(Robustness, Vec<String>);

#[wasm_bindgen]
impl RawDrawing {
    /// So many draws from a seed, evenly within so many percent or, where a concentration is given, around the decided
    /// weights. `pairs` names units two by two.
    #[wasm_bindgen(constructor)]
    pub fn new(
        draws: u32,
        seed: u64,
        percent: u32,
        concentration: Option<f64>,
        drop_one_group: bool,
        pairs: Vec<String>,
    ) -> RawDrawing {
        let settings = Robustness::new(draws, seed).drawing(match concentration {
            Some(concentration) => Drawing::Dirichlet { concentration },
            None => Drawing::Uniform { percent },
        });
        let settings = if drop_one_group {
            settings.drop_one_group()
        } else {
            settings
        };
        Self(settings, pairs)
    }
}

/// Units that are ranked among each other, best first.
struct Ranking {
    parent: String,
    units: Vec<String>,
    draws: Draws,
}

/// The draws of every ranking, under way.
#[wasm_bindgen]
pub struct RawDraws {
    set: CriteriaSet,
    settings: Robustness,
    rankings: Vec<Ranking>,
    notice: Option<String>,
}

#[wasm_bindgen]
impl RawSet {
    /// Scores and ranks submissions, and begins to draw weights. `parents` as for `rank`.
    pub fn draw(
        &self,
        submissions: &str,
        parents: &str,
        verified: bool,
        english: bool,
        drawing: &RawDrawing,
    ) -> Answer<RawDraws> {
        let submissions = read_list(submissions)?;
        let parents = read_parents(parents)?;
        let set = &self.0;
        let definition = set.definition();
        if definition.ranking.by == RankBy::Group {
            return Err(refusal(
                "E9005",
                "bộ tiêu chí xếp hạng theo một nhóm, nên trọng số các nhóm không làm đổi thứ hạng",
                "the criteria set ranks by one group, so weights of groups change no rank",
            ));
        }
        let reports = self.reports(&submissions, layer(verified));
        let standings = standings(set, &reports, &parents);
        let ranks = rank(&standings, definition.ranking.ties);
        let mut cohorts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for at in best_first(&ranks) {
            if let (Some(Some(_)), Some(standing)) = (ranks.get(at), standings.get(at)) {
                cohorts.entry(&standing.cohort).or_default().push(at);
            }
        }
        let weights = definition.groups.iter().map(|group| group.max.to_f64());
        let settings = drawing.0.clone().weights(weights.collect());
        let RawDrawing(_, pairs) = drawing;
        let mut met = 0;
        let mut rankings = Vec::new();
        for (parent, members) in cohorts {
            let members: Vec<&Report> = members.iter().filter_map(|at| reports.get(*at)).collect();
            let units: Vec<String> = members
                .iter()
                .map(|report| report.unit().unwrap_or_default().to_owned())
                .collect();
            let mut settings = settings.clone();
            for pair in pairs.chunks(2) {
                let mut at = pair
                    .iter()
                    .map(|id| units.iter().position(|unit| unit == id));
                if let (Some(Some(first)), Some(Some(second))) = (at.next(), at.next()) {
                    settings = settings.pair(first, second);
                    met += 2;
                }
            }
            let table = GroupTable::of_reports(members).ok_or_else(too_large)?;
            let draws = settings.start(table).map_err(|error| refused(&error))?;
            rankings.push(Ranking {
                parent: parent.to_owned(),
                units,
                draws,
            });
        }
        if rankings.is_empty() {
            return Err(refused(&RobustnessError::Empty));
        }
        if met < pairs.len() {
            return Err(refusal(
                "E9006",
                "mỗi cặp cần hai đơn vị của cùng một bảng xếp hạng",
                "a pair needs two units of one ranking",
            ));
        }
        Ok(RawDraws {
            set: set.clone(),
            settings,
            rankings,
            notice: set.notice(language(english)),
        })
    }
}

#[wasm_bindgen]
impl RawDraws {
    /// Makes up to so many more draws, and says how many are left in all rankings.
    pub fn advance(&mut self, draws: u32) -> f64 {
        let (mut more, mut left) = (draws, 0.0);
        for ranking in &mut self.rankings {
            let before = ranking.draws.done();
            left += f64::from(ranking.draws.advance(more));
            more -= ranking.draws.done() - before;
        }
        left
    }

    /// What the draws come to: the document that the command `cqdt robustness --json` prints.
    pub fn finish(self) -> Answer<String> {
        let mut documents = Vec::new();
        for Ranking {
            parent,
            units,
            draws,
        } in self.rankings
        {
            let report = draws.finish().map_err(|error| refused(&error))?;
            let units: Vec<&str> = units.iter().map(String::as_str).collect();
            let notice = self.notice.clone();
            documents.push(report.document(&self.set, &parent, &units, notice));
        }
        Ok(self.settings.document(documents).to_json())
    }
}

fn refusal(code: &'static str, vi: &str, en: &str) -> JsValue {
    JsValue::from_str(&json(&Failure::plain(code, Text::new(vi, en))))
}

fn too_large() -> JsValue {
    refusal(
        "E9007",
        "điểm các nhóm không phải số thập phân đến 6 chữ số, hoặc quá lớn",
        "points of groups are no decimals of up to 6 places, or too large",
    )
}

fn refused(error: &RobustnessError) -> JsValue {
    match error {
        RobustnessError::TooLarge => too_large(),
        RobustnessError::Stopped { .. } => {
            refusal("E9008", "chưa lấy mẫu xong", "not all draws are made yet")
        }
        _ => refusal(
            "E9004",
            "không có gì để lấy mẫu: cần đơn vị được xếp hạng, ít nhất một lượt, khoảng 1–100 %, độ tập trung lớn hơn 0",
            "nothing to draw: needs ranked units, at least one draw, a range of 1 to 100 percent, a concentration above 0",
        ),
    }
}
