//! What cohort rules need to know of all units at once: a commutative monoid, so any engine can build it by parts.

use serde::Serialize;

use crate::Rational;
use crate::canonical::canonical_json;

/// The least and largest value of one measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Extent {
    pub(crate) least: Rational,
    pub(crate) largest: Rational,
}

impl Extent {
    pub(crate) fn of(value: Rational) -> Self {
        Self {
            least: value.clone(),
            largest: value,
        }
    }

    pub(crate) fn merge(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            largest: self.largest.max(other.largest),
        }
    }
}

/// Statistics of a cohort take this many bytes at most.
const MAX_COHORT_BYTES: usize = 4 * 1024 * 1024;

#[derive(Serialize)]
struct CohortDocument<'c> {
    format: u32,
    extents: &'c [Option<Extent>],
}

/// The text is not what [`Cohort::to_json`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected statistics of a cohort as they were written")]
pub struct CohortError;

fn read_extent(value: &serde_json::Value) -> Result<Option<Extent>, CohortError> {
    if value.is_null() {
        return Ok(None);
    }
    let bound = |key: &str| {
        let text = value.get(key).and_then(|text| text.as_str());
        let bound = text.and_then(|text| text.parse::<Rational>().ok());
        bound.ok_or(CohortError)
    };
    let (least, largest) = (bound("least")?, bound("largest")?);
    let keys = value.as_object().map(serde_json::Map::len);
    if keys == Some(2) && least <= largest {
        Ok(Some(Extent { least, largest }))
    } else {
        Err(CohortError)
    }
}

/// Statistics of a cohort: the ranking group's valid answers in one layer.
///
/// Built by [`CriteriaSet::cohort`](crate::CriteriaSet::cohort) from all units, or from parts that are
/// [merged](Self::merge). [`Default`] is the cohort of nobody.
///
/// ```
/// # let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").unwrap();
/// # let set = cqdt::CriteriaSet::parse_toml(form.text).unwrap();
/// use cqdt::{Cohort, Layer};
///
/// // Statistics travel between machines as text.
/// let cohort = set.cohort([], Layer::SelfAssessed);
/// assert_eq!(Cohort::from_json(&cohort.to_json()).unwrap(), cohort);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cohort {
    extents: Vec<Option<Extent>>,
}

impl Cohort {
    pub(crate) fn of(extents: Vec<Option<Extent>>) -> Self {
        Self { extents }
    }

    /// The statistics of both cohorts together: associative, commutative, with [`Cohort::default`] as identity.
    ///
    /// ```
    /// use cqdt::Cohort;
    ///
    /// let nobody = Cohort::default();
    /// assert_eq!(nobody.clone().merge(nobody.clone()), nobody);
    /// ```
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let (mut longer, shorter) = if self.extents.len() >= other.extents.len() {
            (self.extents, other.extents)
        } else {
            (other.extents, self.extents)
        };
        for (mine, theirs) in longer.iter_mut().zip(shorter) {
            *mine = match (mine.take(), theirs) {
                (Some(mine), Some(theirs)) => Some(mine.merge(theirs)),
                (mine, theirs) => mine.or(theirs),
            };
        }
        Self { extents: longer }
    }

    /// The statistics as canonical JSON, to be carried from where a part was counted to where parts are merged.
    ///
    /// ```
    /// use cqdt::Cohort;
    ///
    /// let nobody = Cohort::default();
    /// assert_eq!(nobody.to_json(), r#"{"extents":[],"format":1}"#);
    /// assert_eq!(Cohort::from_json(&nobody.to_json()), Ok(nobody));
    /// ```
    pub fn to_json(&self) -> String {
        canonical_json(&CohortDocument {
            format: 1,
            extents: &self.extents,
        })
    }

    /// Reads what [`to_json`](Self::to_json) wrote. Statistics belong to the set that counted them: nothing in them says
    /// which it was.
    ///
    /// # Errors
    /// Where the text is anything else.
    pub fn from_json(text: &str) -> Result<Self, CohortError> {
        if text.len() > MAX_COHORT_BYTES {
            return Err(CohortError);
        }
        let document: serde_json::Value = serde_json::from_str(text).map_err(|_| CohortError)?;
        let keys = document.as_object().map(serde_json::Map::len);
        let extents = document.get("extents").and_then(|list| list.as_array());
        match (extents, document.get("format"), keys) {
            (Some(extents), Some(format), Some(2)) if *format == 1 => {
                let extents = extents.iter().map(read_extent);
                Ok(Self::of(extents.collect::<Result<_, _>>()?))
            }
            _ => Err(CohortError),
        }
    }

    pub(crate) fn extent(&self, statistic: usize) -> Option<&Extent> {
        self.extents.get(statistic)?.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(least: Rational, largest: Rational) -> Extent {
        Extent { least, largest }
    }

    #[test]
    fn statistics_survive_writing() {
        let third = Rational::ratio(1, 3);
        let cohort = Cohort::of(vec![
            Some(extent(Rational::from(-2), third)),
            None,
            Some(extent(Rational::ZERO, Rational::ratio(5, 2))),
        ]);
        let text = cohort.to_json();
        assert_eq!(
            text,
            r#"{"extents":[{"largest":"1/3","least":"-2"},null,{"largest":"2.5","least":"0"}],"format":1}"#
        );
        assert_eq!(Cohort::from_json(&text), Ok(cohort));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"extents":[],"format":2}"#,
            r#"{"extents":[],"format":1,"more":0}"#,
            r#"{"extents":[1],"format":1}"#,
            r#"{"extents":[{"least":"0"}],"format":1}"#,
            r#"{"extents":[{"largest":1,"least":0}],"format":1}"#,
            r#"{"extents":[{"largest":"1/0","least":"0"}],"format":1}"#,
            r#"{"extents":[{"largest":"0","least":"1"}],"format":1}"#,
            r#"{"extents":[{"largest":"1","least":"0","more":0}],"format":1}"#,
        ] {
            assert_eq!(Cohort::from_json(text), Err(CohortError), "{text}");
        }
    }
}
