//! Submissions: what one unit reported, in two layers, with its evidence.

mod answer;
#[cfg(feature = "csv")]
mod csv;
mod read;
mod row;
mod write;

use serde::Serialize;

pub(crate) use answer::Answer;
pub use answer::RawAnswer;
#[cfg(feature = "csv")]
pub use csv::{MAX_CSV_BYTES, TableStyle};
pub(crate) use read::read_row;
pub use read::{MAX_LIST_BYTES, MAX_SUBMISSION_BYTES};
pub(crate) use row::{MAX_SUGGESTIONS, Row};
#[cfg(feature = "schema")]
pub(crate) use write::SubmissionDocument;

use crate::{Date, Map, Received};

/// Which answers are scored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename_all = "snake_case"))]
pub enum Layer {
    /// What the unit reported (*tự đánh giá*).
    #[default]
    #[cfg_attr(feature = "schema", schemars(rename = "self"))]
    SelfAssessed,
    /// The same with the verifier's answers over it (*thẩm định*).
    Verified,
}

impl Layer {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::SelfAssessed => "self",
            Self::Verified => "verified",
        }
    }
}

/// What backs an answer (*tài liệu kiểm chứng*).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Evidence {
    /// Number of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Its date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// A remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What one unit reported: fact id → answer, with evidence and the verifier's answers.
///
/// ```
/// use cqdt::Submission;
///
/// let submission = Submission::new("phuong-gia-cam")
///     .with("may-tinh", 12)
///     .with("co-mang-lan", true)
///     .with("ty-le-van-ban", "87.5");
/// assert_eq!(submission.unit(), Some("phuong-gia-cam"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Submission {
    pub(crate) set: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) received: Option<Received>,
    pub(crate) facts: Map<RawAnswer<'static>>,
    pub(crate) verified: Map<RawAnswer<'static>>,
    pub(crate) reasons: Map<String>,
    pub(crate) evidence: Map<Vec<Evidence>>,
}

impl Submission {
    /// An empty submission of a unit.
    pub fn new(unit: impl Into<String>) -> Self {
        Self {
            unit: Some(unit.into()),
            ..Self::default()
        }
    }

    /// With an answer to a fact.
    #[must_use]
    pub fn with<'a>(mut self, fact: impl Into<String>, answer: impl Into<RawAnswer<'a>>) -> Self {
        self.facts.insert(fact.into(), answer.into().into_owned());
        self
    }

    /// With the verifier's answer to a fact, and why.
    ///
    /// ```
    /// use cqdt::{Layer, RawAnswer, Submission};
    ///
    /// let answers = Submission::new("phuong-gia-cam").with("cb-may", 18).verified("cb-may", 15, "3 máy đã hỏng");
    /// let is = |layer, text: &str| answers.answer("cb-may", layer) == Some(&RawAnswer::Number(text.to_owned().into()));
    /// assert!(is(Layer::SelfAssessed, "18") && is(Layer::Verified, "15"));
    /// ```
    #[must_use]
    pub fn verified<'a>(
        mut self,
        fact: impl Into<String>,
        answer: impl Into<RawAnswer<'a>>,
        reason: impl Into<String>,
    ) -> Self {
        let fact = fact.into();
        self.reasons.insert(fact.clone(), reason.into());
        self.verified.insert(fact, answer.into().into_owned());
        self
    }

    /// With evidence for a criterion.
    #[must_use]
    pub fn with_evidence(mut self, criterion: impl Into<String>, evidence: Evidence) -> Self {
        let criterion = criterion.into();
        match self.evidence.get_mut(&criterion) {
            Some(list) => list.push(evidence),
            None => drop(self.evidence.insert(criterion, vec![evidence])),
        }
        self
    }

    /// For a form.
    #[must_use]
    pub fn for_set(mut self, set: impl Into<String>) -> Self {
        self.set = Some(set.into());
        self
    }

    /// Received at a moment.
    #[must_use]
    pub fn received_at(mut self, moment: Received) -> Self {
        self.received = Some(moment);
        self
    }

    /// The unit that reported.
    pub fn unit(&self) -> Option<&str> {
        self.unit.as_deref()
    }

    /// The form that it filled in.
    pub fn set(&self) -> Option<&str> {
        self.set.as_deref()
    }

    /// When it came in.
    pub fn received(&self) -> Option<Received> {
        self.received
    }

    /// The answers of a layer, by fact.
    pub fn answer(&self, fact: &str, layer: Layer) -> Option<&RawAnswer<'static>> {
        self.answer_beside(fact, self.facts.get(fact), layer)
    }

    /// The answer of a layer, given the unit's own.
    fn answer_beside<'s>(
        &'s self,
        fact: &str,
        own: Option<&'s RawAnswer<'static>>,
        layer: Layer,
    ) -> Option<&'s RawAnswer<'static>> {
        match layer {
            Layer::SelfAssessed => own,
            // The verifier can't un-answer (D26).
            Layer::Verified => self
                .verified
                .get(fact)
                .filter(|answer| !answer.is_missing())
                .or(own),
        }
    }

    /// The answers of a layer by fact: to the unit's own facts first, then what only the verifier answered.
    pub(crate) fn answers(
        &self,
        layer: Layer,
    ) -> impl Iterator<Item = (&str, &RawAnswer<'static>)> {
        let verified = (layer == Layer::Verified).then_some(&self.verified);
        let more = verified
            .into_iter()
            .flatten()
            .filter(|(id, answer)| !answer.is_missing() && !self.facts.contains_key(id));
        let own = self
            .facts
            .iter()
            .filter_map(move |(id, own)| Some((id, self.answer_beside(id, Some(own), layer)?)));
        own.chain(more).map(|(id, answer)| (id.as_str(), answer))
    }

    /// Whether a verifier answered anything.
    pub fn is_verified(&self) -> bool {
        !self.verified.is_empty()
    }

    /// Evidence by criterion.
    pub fn evidence(&self) -> &Map<Vec<Evidence>> {
        &self.evidence
    }

    /// The verifier's reasons by fact.
    pub fn reasons(&self) -> &Map<String> {
        &self.reasons
    }

    /// Ids of all facts answered in a layer, in order.
    pub fn fact_ids(&self, layer: Layer) -> impl Iterator<Item = &str> {
        let verified = (layer == Layer::Verified).then_some(&self.verified);
        let more = verified
            .into_iter()
            .flat_map(Map::keys)
            .filter(|id| !self.facts.contains_key(id));
        self.facts.keys().chain(more).map(String::as_str)
    }
}
