//! Verification (*thẩm định*): what the verifier's answers changed, per criterion and per unit.

use serde::Serialize;

use crate::score::{Cohort, Report};
use crate::submission::{Layer, Submission};
use crate::{CriteriaSet, Rational};

/// Both layers of one submission, and the difference.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Verification {
    /// The self-assessed layer.
    pub own: Report,
    /// The verified layer.
    pub verified: Report,
    /// Criteria whose points or status differ, in order.
    pub changes: Vec<Change>,
}

/// One criterion that verification changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Change {
    /// The criterion.
    pub criterion: String,
    /// Verified less self-assessed.
    pub delta: Rational,
    /// Self-assessed points.
    pub own: Rational,
    /// The verifier's reasons, for the facts that the criterion reads.
    pub reasons: Vec<String>,
    /// Verified points.
    pub verified: Rational,
}

impl Verification {
    /// Verified total less self-assessed total.
    pub fn delta(&self) -> Rational {
        &self.verified.total().points - &self.own.total().points
    }
}

impl CriteriaSet {
    /// Scores both layers, each in its own cohort.
    ///
    /// ```
    /// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
    /// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
    /// use cqdt::Submission;
    ///
    /// let answers = Submission::new("phuong-gia-cam").with("cb-may", 18).with("cb", 20);
    /// let verification = set.verify(&answers.verified("cb-may", 15, "3 máy đã hỏng"), None, None);
    /// assert_eq!(verification.delta().to_string(), "-0.3");
    /// assert_eq!(verification.changes[0].criterion, "i.1");
    /// assert_eq!(verification.changes[0].reasons, ["3 máy đã hỏng"]);
    /// ```
    pub fn verify(
        &self,
        submission: &Submission,
        own_cohort: Option<&Cohort>,
        verified_cohort: Option<&Cohort>,
    ) -> Verification {
        let own = self.score_in(submission, Layer::SelfAssessed, own_cohort);
        let verified = self.score_in(submission, Layer::Verified, verified_cohort);
        let lines = own.criteria().zip(verified.criteria());
        let changes = lines
            .enumerate()
            .filter(|(_, ((_, own), (_, verified)))| {
                own.points != verified.points || own.status != verified.status
            })
            .map(|(at, ((criterion, own), (_, verified)))| Change {
                criterion: criterion.id.clone(),
                own: own.points.clone(),
                verified: verified.points.clone(),
                delta: &verified.points - &own.points,
                reasons: self.reasons(submission, at),
            })
            .collect();
        Verification {
            own,
            verified,
            changes,
        }
    }

    /// The verifier's reasons for the facts that the criterion at a position reads.
    fn reasons(&self, submission: &Submission, criterion: usize) -> Vec<String> {
        let facts = self.definition().facts.iter().zip(&self.plan().readers);
        facts
            .filter(|(_, readers)| readers.contains(&criterion))
            .filter_map(|(fact, _)| submission.reasons().get(&fact.id))
            .cloned()
            .collect()
    }
}
