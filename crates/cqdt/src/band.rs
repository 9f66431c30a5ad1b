//! Bands (*mức độ, xếp loại*): class by share of the maximum or by points.

use crate::criteria::{Band, BandScale, Criterion, Group};
use crate::score::Report;
use crate::{CriteriaSet, Rational};

impl CriteriaSet {
    /// Position of the first band, from the top, that a report meets (D21).
    pub(crate) fn band(&self, report: &Report) -> Option<usize> {
        self.definition()
            .bands
            .iter()
            .position(|band| meets(band, report))
    }
}

/// What kept a report out of a band that it has the total for.
pub(crate) struct HeldBack<'r> {
    pub(crate) band: &'r Band,
    /// Number of the first group or criterion that has too little, its share in percent, and what is asked for.
    pub(crate) is_group: bool,
    pub(crate) number: &'r str,
    pub(crate) share: Rational,
    pub(crate) least: &'r Rational,
}

impl Report {
    /// The highest band above the one reached that the total would do for, and what is short.
    pub(crate) fn held_back(&self) -> Option<HeldBack<'_>> {
        let bands = &self.set.definition().bands;
        let above = bands.get(..self.band.unwrap_or(bands.len()))?;
        let band = above.iter().find(|band| total_meets(band, self))?;
        let group = short_group(band, self).map(|(group, share, least)| HeldBack {
            band,
            is_group: true,
            number: &group.number,
            share,
            least,
        });
        group.or_else(|| {
            let (criterion, share, least) = short_criterion(band, self)?;
            Some(HeldBack {
                band,
                is_group: false,
                number: &criterion.number,
                share,
                least,
            })
        })
    }
}

fn meets(band: &Band, report: &Report) -> bool {
    total_meets(band, report)
        && short_group(band, report).is_none()
        && short_criterion(band, report).is_none()
}

fn total_meets(band: &Band, report: &Report) -> bool {
    let value = match band.on {
        BandScale::Total => Some(report.total.points.clone()),
        BandScale::Share => report
            .total
            .share
            .as_ref()
            .map(|share| share * &Rational::HUNDRED),
    };
    match (&band.threshold, value) {
        (Some(threshold), Some(value)) => threshold.is_met(&value),
        (Some(_), None) => false,
        // All the rest, of those that have anything to be placed by.
        (None, value) => value.is_some(),
    }
}

/// The first group that has less of its maximum than the band asks for, its share in percent, and what is asked for.
fn short_group<'r>(
    band: &'r Band,
    report: &'r Report,
) -> Option<(&'r Group, Rational, &'r Rational)> {
    report.groups().find_map(|(group, score)| {
        let least = band.min_group_share.get(&group.id)?;
        let share = score.share.as_ref()? * &Rational::HUNDRED;
        (share < *least).then_some((group, share, least))
    })
}

/// The same of criteria.
fn short_criterion<'r>(
    band: &'r Band,
    report: &'r Report,
) -> Option<(&'r Criterion, Rational, &'r Rational)> {
    let least = band.min_criterion_share.as_ref()?;
    report.criteria().find_map(|(criterion, score)| {
        if criterion.bonus || !criterion.max.is_positive() {
            return None;
        }
        let share = score.points.checked_div(&score.applicable_max)? * Rational::HUNDRED;
        (share < *least).then_some((criterion, share, least))
    })
}
