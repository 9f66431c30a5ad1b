//! What cohort rules need to know of all units at once: a commutative monoid, so any engine can build it by parts.

use crate::Rational;

/// The least and largest value of one measure.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// Statistics of a cohort: the ranking group's valid answers in one layer.
///
/// Built by [`CriteriaSet::cohort`](crate::CriteriaSet::cohort) from all units, or from parts that are
/// [merged](Self::merge). [`Default`] is the cohort of nobody.
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

    pub(crate) fn extent(&self, statistic: usize) -> Option<&Extent> {
        self.extents.get(statistic)?.as_ref()
    }
}
