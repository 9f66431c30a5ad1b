//! Bands (*mức độ, xếp loại*): class by share of the maximum or by points.

use crate::criteria::{Band, BandScale};
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

fn meets(band: &Band, report: &Report) -> bool {
    let value = match band.on {
        BandScale::Total => Some(report.total.points.clone()),
        BandScale::Share => report
            .total
            .share
            .as_ref()
            .map(|share| share * &Rational::HUNDRED),
    };
    let threshold_met = match (&band.threshold, value) {
        (Some(threshold), Some(value)) => threshold.is_met(&value),
        (Some(_), None) => false,
        // All the rest, of those that have anything to be placed by.
        (None, value) => value.is_some(),
    };
    threshold_met && groups_meet(band, report) && criteria_meet(band, report)
}

fn groups_meet(band: &Band, report: &Report) -> bool {
    band.min_group_share.iter().all(|(id, least)| {
        let share = report.group(id).and_then(|group| group.share.as_ref());
        share.is_none_or(|share| share * &Rational::HUNDRED >= *least)
    })
}

fn criteria_meet(band: &Band, report: &Report) -> bool {
    let Some(least) = &band.min_criterion_share else {
        return true;
    };
    report.criteria().all(|(criterion, score)| {
        if criterion.bonus || !criterion.max.is_positive() {
            return true;
        }
        let share = score.points.checked_div(&score.applicable_max);
        share.is_none_or(|share| share * Rational::HUNDRED >= *least)
    })
}
