//! Roster × received submissions → who is on time, what counts, scores in both layers, ranks.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::report::{Entry, EntryStatus, RoundReport};
use super::{Round, Unit};
use crate::criteria::{FactType, RollupValue};
use crate::diagnostic::{Diagnostic, DiagnosticKind};
use crate::fault::{Nearest, nearest};
use crate::rank::rank;
use crate::score::Report;
use crate::submission::{Layer, Submission};
use crate::{CriteriaSet, Rational, RawAnswer};

/// Unknown units for which a like one is looked up; beyond, the search would cost more than it tells.
const MAX_SUGGESTIONS: usize = 50;

/// A submission as it came in, and the name it came under: a file, a row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Incoming {
    /// Where it stands, for messages; also settles which of two of the same time counts (D24).
    pub source: String,
    /// The submission.
    pub submission: Submission,
}

impl Incoming {
    /// A submission under a name.
    pub fn new(source: impl Into<String>, submission: Submission) -> Self {
        Self {
            source: source.into(),
            submission,
        }
    }
}

impl Round {
    /// Scores, verifies and ranks everything that came in, whatever its order.
    ///
    /// Total: what can't be used is a diagnostic, never an error. `progress` is told how many units of how many are scored.
    ///
    /// ```
    /// use cqdt::{CriteriaSet, Submission, round::{Incoming, Round}};
    ///
    /// let round = cqdt_criteria::find_round("viet-tri-2018").ok_or("no such round")?;
    /// let round = Round::parse_toml(round.text)?;
    /// let mut sets = Vec::new();
    /// for id in ["viet-tri-2395-2018/phu-luc-1", "viet-tri-2395-2018/phu-luc-2"] {
    ///     sets.push(CriteriaSet::parse_toml(cqdt_criteria::find(id).ok_or("no such form")?.text)?);
    /// }
    /// let answers = Submission::new("phuong-gia-cam").with("cb-may", 18).with("cb", 20);
    /// let report = round.assess(&sets, vec![Incoming::new("gia-cam.json", answers)], |_, _| ());
    /// let unit = report.entries().iter().find(|entry| entry.unit.id == "phuong-gia-cam").ok_or("no such unit")?;
    /// assert_eq!(unit.rank, Some(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn assess(
        &self,
        sets: &[CriteriaSet],
        incoming: Vec<Incoming>,
        mut progress: impl FnMut(usize, usize),
    ) -> RoundReport {
        let mut assessment = Assessment {
            round: self,
            sets: sets.iter().map(|set| (set.id(), set)).collect(),
            diagnostics: Vec::new(),
        };
        let mut received = assessment.sort_in(incoming);
        let mut entries: Vec<Entry> = self
            .units
            .iter()
            .map(|unit| {
                assessment.entry(unit, received.remove(unit.id.as_str()).unwrap_or_default())
            })
            .collect();
        let mut done = 0;
        for set in assessment.in_order() {
            let members: Vec<usize> = positions(&self.units, |unit| unit.set == set.id());
            assessment.roll_up(set, &members, &mut entries);
            score(set, &members, &mut entries, || {
                done += 1;
                progress(done, self.units.len());
            });
            place(set, &self.units, &members, &mut entries);
        }
        assessment
            .diagnostics
            .sort_by_key(|diagnostic| diagnostic.kind.message(crate::Lang::En));
        RoundReport {
            round: self.clone(),
            sets: sets.to_vec(),
            entries,
            diagnostics: assessment.diagnostics,
        }
    }
}

fn positions(units: &[Unit], keep: impl Fn(&Unit) -> bool) -> Vec<usize> {
    let kept = units.iter().enumerate().filter(|(_, unit)| keep(unit));
    kept.map(|(index, _)| index).collect()
}

struct Assessment<'r> {
    round: &'r Round,
    sets: BTreeMap<&'r str, &'r CriteriaSet>,
    diagnostics: Vec<Diagnostic>,
}

impl<'r> Assessment<'r> {
    /// What came in by unit on the roster; the rest is told.
    fn sort_in(&mut self, incoming: Vec<Incoming>) -> HashMap<&'r str, Vec<Incoming>> {
        let round = self.round;
        let roster: HashMap<&str, &Unit> = round
            .units
            .iter()
            .map(|unit| (unit.id.as_str(), unit))
            .collect();
        let mut received: HashMap<&str, Vec<Incoming>> = HashMap::new();
        for one in incoming {
            let Some(id) = one.submission.unit().map(str::to_owned) else {
                self.tell(DiagnosticKind::NoUnit { source: one.source });
                continue;
            };
            let Some(unit) = roster.get(id.as_str()) else {
                let nearest = if self.diagnostics.len() < MAX_SUGGESTIONS {
                    nearest(&id, &mut round.units.iter().map(|unit| unit.id.as_str()))
                } else {
                    Nearest::default()
                };
                let (unit, source) = (id, one.source);
                self.tell(DiagnosticKind::UnknownUnit {
                    unit,
                    source,
                    nearest,
                });
                continue;
            };
            received.entry(&unit.id).or_default().push(one);
        }
        received
    }

    fn tell(&mut self, kind: DiagnosticKind) {
        self.diagnostics.push(kind.into());
    }

    /// Which of a unit's reports counts, and how it stands with the due date.
    fn entry(&mut self, unit: &Unit, mut received: Vec<Incoming>) -> Entry {
        let mut entry = Entry::missing(unit);
        let form = self.sets.get(unit.set.as_str());
        if form.is_none() {
            let (unit, form) = (unit.id.clone(), unit.set.clone());
            entry.tell(DiagnosticKind::UnknownForm { unit, form });
        }
        // The latest last; a name settles what the time doesn't (D24).
        received.sort_by(|a, b| {
            let time = a.submission.received().cmp(&b.submission.received());
            time.then_with(|| a.source.cmp(&b.source))
        });
        let (fitting, wrong): (Vec<_>, Vec<_>) = received
            .into_iter()
            .partition(|one| one.submission.set().is_none_or(|set| set == unit.set));
        for one in &wrong {
            entry.tell(DiagnosticKind::WrongForm {
                unit: unit.id.clone(),
                source: one.source.clone(),
                found: one.submission.set().unwrap_or_default().to_owned(),
                form: unit.set.clone(),
            });
        }
        let mut fitting = fitting;
        let Some(counted) = fitting.pop() else {
            if wrong.is_empty() {
                entry.tell(DiagnosticKind::MissingReport {
                    unit: unit.id.clone(),
                });
            } else {
                entry.status = EntryStatus::WrongForm;
            }
            return entry;
        };
        let moment = counted.submission.received();
        if fitting
            .last()
            .is_some_and(|last| last.submission.received() == moment)
        {
            let (unit, source) = (unit.id.clone(), counted.source.clone());
            entry.tell(DiagnosticKind::SameTime { unit, source });
        }
        for earlier in fitting {
            entry.tell(DiagnosticKind::Superseded {
                unit: unit.id.clone(),
                source: earlier.source.clone(),
                by: counted.source.clone(),
            });
            entry.superseded.push(earlier.source);
        }
        entry.status = match moment {
            None => {
                let (unit, source) = (unit.id.clone(), counted.source.clone());
                entry.tell(DiagnosticKind::Undated { unit, source });
                EntryStatus::Undated
            }
            Some(moment) if self.round.due.is_late(moment.date) => {
                entry.tell(DiagnosticKind::Late {
                    unit: unit.id.clone(),
                    received: moment.date,
                    due: self.round.due,
                });
                EntryStatus::Late
            }
            Some(_) => EntryStatus::OnTime,
        };
        self.check_period(&counted.submission, &mut entry);
        // Before rollups put figures into both layers.
        entry.is_verified = counted.submission.is_verified();
        entry.received = moment;
        entry.source = Some(counted.source);
        entry.submission = form.is_some().then_some(counted.submission);
        entry
    }

    fn check_period(&self, submission: &Submission, entry: &mut Entry) {
        let (from, to) = (self.round.period.from, self.round.period.to);
        for (criterion, evidence) in submission.evidence() {
            let dates = evidence.iter().filter_map(|one| one.date);
            for date in dates.filter(|date| *date < from || *date > to) {
                let criterion = criterion.clone();
                entry.tell(DiagnosticKind::EvidenceOutsidePeriod {
                    criterion,
                    date,
                    from,
                    to,
                });
            }
        }
    }

    /// The forms on the roster, those of children before those that roll them up.
    fn in_order(&self) -> Vec<&'r CriteriaSet> {
        let used: HashSet<&str> = self
            .round
            .units
            .iter()
            .map(|unit| unit.set.as_str())
            .collect();
        let mut waiting: Vec<&CriteriaSet> = self
            .sets
            .values()
            .copied()
            .filter(|set| used.contains(set.id()))
            .collect();
        let mut ordered = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let groups: HashSet<&str> = waiting
                .iter()
                .map(|set| set.definition().agency_group.as_str())
                .collect();
            let (later, mut ready): (Vec<_>, Vec<_>) = waiting
                .iter()
                .copied()
                .partition(|set| rolls_up_any(set, &groups));
            if ready.is_empty() {
                // Forms that roll each other up can't be ordered; their rollups stay missing.
                ready.extend(&later);
                waiting.clear();
            } else {
                waiting = later;
            }
            ordered.extend(ready);
        }
        ordered
    }

    /// Fills the rollups of a form from the units' children (D11).
    fn roll_up(&self, set: &CriteriaSet, members: &[usize], entries: &mut [Entry]) {
        for fact in &set.definition().facts {
            let FactType::Rollup {
                children,
                value,
                band,
            } = &fact.kind
            else {
                continue;
            };
            let mut by_parent: HashMap<&str, Vec<usize>> = HashMap::new();
            for (index, unit) in self.round.units.iter().enumerate() {
                let form = self.sets.get(unit.set.as_str());
                if let Some(parent) = unit.parent.as_deref()
                    && form.is_some_and(|set| set.definition().agency_group == *children)
                {
                    by_parent.entry(parent).or_default().push(index);
                }
            }
            for member in members {
                let Some(parent) = self.round.units.get(*member).map(|unit| unit.id.as_str())
                else {
                    continue;
                };
                let of = |layer| {
                    let own_children = by_parent.get(parent).into_iter().flatten();
                    let children = own_children.filter_map(|child| entries.get(*child));
                    rolled_up(*value, band.as_deref(), children, layer)
                };
                let (own, verified) = (of(Layer::SelfAssessed), of(Layer::Verified));
                let Some(submission) = entries
                    .get_mut(*member)
                    .and_then(|entry| entry.submission.as_mut())
                else {
                    continue;
                };
                for (layer, share) in [
                    (&mut submission.facts, own),
                    (&mut submission.verified, verified),
                ] {
                    layer.remove(&fact.id);
                    if let Some(share) = share {
                        layer.insert(fact.id.clone(), RawAnswer::from(&share));
                    }
                }
            }
        }
    }
}

fn rolls_up_any(set: &CriteriaSet, groups: &HashSet<&str>) -> bool {
    set.definition().facts.iter().any(|fact| match &fact.kind {
        FactType::Rollup { children, .. } => groups.contains(children.as_str()),
        _ => false,
    })
}

/// A percentage over children; nothing where there are none.
fn rolled_up<'e>(
    value: RollupValue,
    band: Option<&str>,
    children: impl Iterator<Item = &'e Entry>,
    layer: Layer,
) -> Option<Rational> {
    let mut sum = Rational::ZERO;
    let mut count = 0_i64;
    for child in children {
        let counted = match child.report(layer) {
            // A child that reported nothing counts as 0.
            None => Some(Rational::ZERO),
            Some(report) => match value {
                RollupValue::MeanShare => {
                    let share = report.total().share.clone();
                    share.map(|share| share.min(Rational::from(1)).max(Rational::ZERO))
                }
                RollupValue::ShareAtBand => {
                    Some(Rational::from(i64::from(at_or_above(report, band))))
                }
            },
        };
        if let Some(counted) = counted {
            sum = sum + counted;
            count += 1;
        }
    }
    (sum * Rational::HUNDRED).checked_div(&Rational::from(count))
}

/// Whether a report's band is the named one or a better one of its set.
fn at_or_above(report: &Report, band: Option<&str>) -> bool {
    let bands = &report.set().definition().bands;
    let wanted = bands
        .iter()
        .position(|candidate| Some(candidate.id.as_str()) == band);
    match (report.band, wanted) {
        (Some(reached), Some(wanted)) => reached <= wanted,
        _ => false,
    }
}

/// Scores the units of one form in both layers, each against its cohort.
fn score(set: &CriteriaSet, members: &[usize], entries: &mut [Entry], mut scored: impl FnMut()) {
    let cohorts = [Layer::SelfAssessed, Layer::Verified].map(|layer| {
        let submissions = members
            .iter()
            .filter_map(|member| entries.get(*member)?.submission.as_ref());
        set.needs_cohort().then(|| set.cohort(submissions, layer))
    });
    for member in members {
        if let Some(entry) = entries.get_mut(*member)
            && let Some(submission) = &entry.submission
        {
            let [own, verified] = &cohorts;
            entry.verification = Some(set.verify(submission, own.as_ref(), verified.as_ref()));
        }
        scored();
    }
}

/// Ranks the units of one form in both layers.
fn place(set: &CriteriaSet, units: &[Unit], members: &[usize], entries: &mut [Entry]) {
    for layer in [Layer::SelfAssessed, Layer::Verified] {
        let mut ranked = Vec::new();
        let mut standings = Vec::new();
        for member in members {
            let (Some(unit), Some(entry)) = (units.get(*member), entries.get(*member)) else {
                continue;
            };
            if let Some(report) = entry.report(layer).filter(|_| unit.ranked) {
                ranked.push(*member);
                standings.push(set.standing(report, unit.parent.as_deref()));
            }
        }
        let ranks = rank(&standings, set.definition().ranking.ties);
        for (member, rank) in ranked.into_iter().zip(ranks) {
            if let Some(entry) = entries.get_mut(member) {
                match layer {
                    Layer::SelfAssessed => entry.rank_own = rank,
                    Layer::Verified => entry.rank = rank,
                }
            }
        }
    }
}
