//! Ranks under drawn weights: part of the module that is loaded only when somebody asks for it.

use std::collections::BTreeMap;

use cqdt::criteria::RankBy;
use cqdt::robustness::{
    Drawing, Draws, FactError, GroupTable, NoiseError, NoisyAnswers, Robustness, RobustnessError,
    Samples,
};
use cqdt::{CriteriaSet, Lang, Layer, Report, Submission, Text, best_first, rank};
use wasm_bindgen::prelude::*;

use crate::document::{Failure, standings};
use crate::score::{RawSet, language, layer, read_list, read_parents};
use crate::{Answer, json};

/// What is drawn, the pairs of units that are watched, and whether it is asked what moves the ranks.
#[wasm_bindgen]
pub struct RawDrawing {
    settings: Robustness,
    /// Units two by two.
    pairs: Vec<String>,
    errors: Vec<(String, FactError)>,
    /// For Sobol' indices; none where it is 0.
    samples: u32,
}

#[wasm_bindgen]
impl RawDrawing {
    /// So many draws from a seed, evenly within so many percent or, where a concentration is given, around the decided
    /// weights. `pairs` names units two by two, `errors` facts each with its error, such as `2%`.
    #[wasm_bindgen(constructor)]
    #[allow(
        clippy::too_many_arguments,
        reason = "what crosses the border has no names"
    )]
    pub fn new(
        draws: u32,
        seed: u64,
        percent: u32,
        concentration: Option<f64>,
        drop_one_group: bool,
        pairs: Vec<String>,
        errors: Vec<String>,
        samples: u32,
    ) -> Answer<RawDrawing> {
        let settings = Robustness::new(draws, seed).drawing(match concentration {
            Some(concentration) => Drawing::Dirichlet { concentration },
            None => Drawing::Uniform { percent },
        });
        let settings = if drop_one_group {
            settings.drop_one_group()
        } else {
            settings
        };
        let (mut read, mut faults) = (Vec::new(), Vec::new());
        for stated in errors.chunks(2) {
            let [fact, size] = stated else { continue };
            match size.parse() {
                Ok(error) => read.push((fact.clone(), error)),
                Err(_) => faults.push(Text::new(
                    format!("sai số của `{fact}` là `{size}`, cần dạng `2%` hoặc `3`"),
                    format!("the error of `{fact}` is `{size}`, expected one such as `2%` or `3`"),
                )),
            }
        }
        wrong_errors(&faults)?;
        Ok(Self {
            settings,
            pairs,
            errors: read,
            samples,
        })
    }
}

/// Refuses errors of facts, all that are wrong at once.
fn wrong_errors(faults: &[Text]) -> Answer<()> {
    if faults.is_empty() {
        return Ok(());
    }
    let all = |lang: Lang| {
        let faults = faults.iter().map(|fault| fault.get(lang));
        faults.collect::<Vec<_>>().join("; ")
    };
    Err(refusal("E9011", &all(Lang::Vi), &all(Lang::En)))
}

/// Units that are ranked among each other, best first.
struct Ranking {
    parent: String,
    units: Vec<String>,
    draws: Draws,
    samples: Option<Samples>,
}

/// The draws of every ranking, under way.
#[wasm_bindgen]
pub struct RawDraws {
    set: CriteriaSet,
    settings: Robustness,
    errors: Vec<(String, FactError)>,
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
        let settings = drawing.settings.clone().weights(weights.collect());
        let noisy = noisy(set, &submissions, layer(verified), &drawing.errors)?;
        let pairs = &drawing.pairs;
        let mut met = 0;
        let mut rankings = Vec::new();
        for (parent, members) in cohorts {
            let own = members.iter().filter_map(|at| reports.get(*at));
            let own: Vec<&Report> = own.collect();
            let units = own.iter().map(|report| report.unit().unwrap_or_default());
            let units: Vec<String> = units.map(str::to_owned).collect();
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
            let wants = (drawing.samples > 0).then_some(drawing.samples);
            let (draws, samples) = if let Some(noisy) = &noisy {
                let answers = noisy.clone().only(members);
                let samples = wants.map(|samples| {
                    let (settings, answers) = (settings.clone(), answers.clone());
                    settings.start_sensitivity_noisy(answers, samples)
                });
                (settings.start_noisy(answers), samples)
            } else {
                let table = GroupTable::of_reports(own).ok_or_else(too_large)?;
                let samples = wants.map(|samples| {
                    let (settings, table) = (settings.clone(), table.clone());
                    settings.start_sensitivity(table, samples)
                });
                (settings.start(table), samples)
            };
            rankings.push(Ranking {
                parent: parent.to_owned(),
                units,
                draws: draws.map_err(|error| refused(&error))?,
                samples: samples.transpose().map_err(|error| refused(&error))?,
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
            errors: drawing.errors.clone(),
            rankings,
            notice: set.notice(language(english)),
        })
    }
}

/// Answers that are drawn within their errors; none where no error was stated.
fn noisy(
    set: &CriteriaSet,
    submissions: &[Submission],
    layer: Layer,
    errors: &[(String, FactError)],
) -> Answer<Option<NoisyAnswers>> {
    if errors.is_empty() {
        return Ok(None);
    }
    let mut answers = NoisyAnswers::of(set, submissions, layer);
    let mut faults = Vec::new();
    for (fact, error) in errors {
        // What is refused is told with all others.
        if let Err(error) = answers.add_error(fact, error.clone()) {
            faults.push(told(&error));
        }
    }
    wrong_errors(&faults)?;
    Ok(Some(answers))
}

fn told(error: &NoiseError) -> Text {
    Text::new(error.message(Lang::Vi), error.message(Lang::En))
}

#[wasm_bindgen]
impl RawDraws {
    /// Ranks up to about so many times more, and says how many times are left in all rankings.
    pub fn advance(&mut self, times: u32) -> f64 {
        let (mut more, mut left) = (times, 0.0);
        for ranking in &mut self.rankings {
            let before = ranking.draws.done();
            left += f64::from(ranking.draws.advance(more));
            more = more.saturating_sub(ranking.draws.done() - before);
            if let Some(samples) = &mut ranking.samples {
                let (each, before) = (samples.rankings(), samples.done());
                left += f64::from(samples.advance(more.div_ceil(each))) * f64::from(each);
                more = more.saturating_sub((samples.done() - before).saturating_mul(each));
            }
        }
        left
    }

    /// What the draws come to: the document that the command `cqdt robustness --json` prints.
    pub fn finish(self) -> Answer<String> {
        let mut documents = Vec::new();
        for ranking in self.rankings {
            let report = ranking.draws.finish().map_err(|error| refused(&error))?;
            let found = match ranking.samples {
                Some(samples) => {
                    let found = samples.finish().map_err(|error| refused(&error))?;
                    let groups = self.set.definition().groups.iter();
                    Some(found.document(groups.map(|group| group.id.as_str())))
                }
                None => None,
            };
            let units: Vec<&str> = ranking.units.iter().map(String::as_str).collect();
            let notice = self.notice.clone();
            let document = report.document(&self.set, &ranking.parent, &units, notice);
            documents.push(document.sensitivity(found));
        }
        let errors = self
            .errors
            .iter()
            .map(|(fact, error)| (fact.as_str(), error));
        Ok(self.settings.document(documents).errors(errors).to_json())
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
