//! What groups come to over a block: totals, shares and bands.

use super::super::kernels::{self as k, EXACT};
use super::super::output::{BatchOutput, Off, Part};
use super::super::plan::BandKernel;
use super::{Figures, Runner, Sums, divide, narrow, put_scaled};
use crate::Rational;
use crate::criteria::Rescale;
use crate::points::Stage;

impl Runner<'_, '_> {
    /// Bonus cap, rounding and rescaling of the total (D16, D17), share and band (D21).
    #[allow(clippy::too_many_arguments)]
    pub(super) fn total(
        &self,
        part: &mut Part<'_>,
        at: usize,
        first: usize,
        rows: usize,
        bands: &[BandKernel],
        sums: &mut Sums,
        off: &mut Off,
    ) {
        let plan = self.plan;
        let layout = &*self.layout;
        let down = 10_i64.pow(plan.fine - plan.coarse);
        if let Some(cap) = plan.bonus_cap {
            for (total, bonus) in sums.total.iter_mut().zip(&sums.bonus) {
                let over = (i64::from(*bonus) - cap).max(0);
                *total -= over.min((*total).max(0));
            }
        }
        if plan.stage == Stage::Total && plan.fine != plan.coarse {
            for total in &mut sums.total {
                *total = divide(*total, down, plan) * down;
            }
        }
        let share_wanted = self.needs.applicable;
        if plan.rescale != Rescale::Total
            && layout.share_parts.is_none()
            && layout.applicable_max.is_none()
            && let Some(applicable) = sums.total_applicable.uniform()
            && self.alike(part, at, first, rows, bands, applicable, &sums.total, off)
        {
            return;
        }
        let Sums {
            total,
            total_applicable,
            before_rescale,
            ..
        } = sums;
        let total_applicable = &*total_applicable.vary();
        if plan.rescale == Rescale::Total {
            before_rescale.clear();
            before_rescale.extend_from_slice(total);
            for (total, applicable) in total.iter_mut().zip(total_applicable) {
                if *applicable > 0 {
                    let num = i128::from(*total) * i128::from(plan.max);
                    let den = i128::from(*applicable) * i128::from(down);
                    *total = narrow(plan.mode.divide(num, den)) * down;
                }
            }
        }
        let before = if plan.rescale == Rescale::Total {
            &*before_rescale
        } else {
            &*total
        };
        let places = |slot: usize| u32::from(layout.places.get(slot).copied().unwrap_or_default());
        let columns = [
            (layout.total, total.as_slice(), plan.fine),
            (layout.target_total, total.as_slice(), plan.fine),
            (layout.applicable_max, total_applicable, plan.max_places),
            (layout.share_parts.map(|(slot, _)| slot), before, plan.fine),
            (
                layout.share_parts.map(|(_, slot)| slot),
                total_applicable,
                plan.max_places,
            ),
        ];
        for (slot, values, unit) in columns {
            if let Some(slot) = slot {
                put_scaled(self.arch, layout, part, slot, (values, unit), at);
                let places = places(slot);
                if unit > places {
                    Self::put_off_grid(values, unit, places, slot, first, off);
                }
            }
        }
        if !share_wanted {
            return;
        }
        let (of, by) = self.scales();
        for share in &mut part.shares {
            let cells = share.get_mut(at..at + rows).unwrap_or_default();
            let rows = before.iter().zip(total_applicable);
            for (cell, (points, applicable)) in cells.iter_mut().zip(rows) {
                *cell = share_of(*points, of, *applicable, by);
            }
        }
        if let Some(column) = layout.band.and_then(|slot| part.bytes.get_mut(slot)) {
            let cells = column.get_mut(at..at + rows).unwrap_or_default();
            let figures = (&**total, &**before, total_applicable, &*sums.kept);
            for (row, cell) in cells.iter_mut().enumerate() {
                *cell = self.band(bands, figures, row, of, by);
            }
        }
    }

    /// Figures of a finer unit than their column's: those that aren't on its grid.
    fn put_off_grid(
        values: &[i64],
        unit: u32,
        places: u32,
        slot: usize,
        first: usize,
        off: &mut Off,
    ) {
        let scale = 10_i64.pow(unit - places);
        for (row, value) in values.iter().enumerate() {
            if value % scale != 0 {
                let exact = Rational::scaled(i128::from(*value), unit);
                off.push((slot, first + row, exact));
            }
        }
    }

    /// What points and maxima are multiplied by to be of one unit, so that their quotient is the share.
    fn scales(&self) -> (i64, i64) {
        let plan = self.plan;
        let shared = plan.fine.min(plan.max_places);
        let up = |places: u32| 10_i64.pow(places - shared);
        (up(plan.max_places), up(plan.fine))
    }

    /// Total, share and band of a block in which all units have one applicable maximum; false where that takes more than
    /// a comparison a band.
    #[allow(clippy::too_many_arguments)]
    fn alike(
        &self,
        part: &mut Part<'_>,
        at: usize,
        first: usize,
        rows: usize,
        bands: &[BandKernel],
        applicable: i64,
        total: &[i64],
        off: &mut Off,
    ) -> bool {
        let (plan, layout, arch) = (self.plan, &*self.layout, self.arch);
        let (of, by) = self.scales();
        let den = i128::from(applicable) * i128::from(by);
        // Sums of points stay in 32 bits.
        let exact = i128::from(i32::MAX) * i128::from(of) < EXACT && den < EXACT;
        if !exact || applicable <= 0 || bands.iter().any(|band| !band.groups.is_empty()) {
            return false;
        }
        for slot in layout.total.into_iter().chain(layout.target_total) {
            put_scaled(arch, layout, part, slot, (total, plan.fine), at);
            let places = u32::from(layout.places.get(slot).copied().unwrap_or_default());
            if plan.fine > places {
                Self::put_off_grid(total, plan.fine, places, slot, first, off);
            }
        }
        for share in &mut part.shares {
            let cells = share.get_mut(at..at + rows).unwrap_or_default();
            let by = applicable * by;
            arch.run(|| k::quotients(total, of, by, cells));
        }
        if let Some(column) = layout.band.and_then(|slot| part.bytes.get_mut(slot)) {
            let cells = column.get_mut(at..at + rows).unwrap_or_default();
            cells.fill(BatchOutput::NO_BAND);
            for (position, band) in bands.iter().enumerate().rev() {
                let position = u8::try_from(position).unwrap_or(BatchOutput::NO_BAND);
                let Some((num, den_of, strictly)) = band.threshold else {
                    cells.fill(position);
                    continue;
                };
                // The least total that meets it.
                let (left, right) = if band.on_share {
                    (i128::from(of) * 100, den)
                } else {
                    (1, 10_i128.pow(plan.fine))
                };
                let left = left.saturating_mul(den_of.into());
                let right = right.saturating_mul(num.into());
                let bound = if strictly {
                    num_integer::div_floor(right, left) + 1
                } else {
                    num_integer::div_ceil(right, left)
                };
                let bound = narrow(bound);
                arch.run(|| k::band(total, bound, position, cells));
            }
        }
        true
    }

    fn band(
        &self,
        bands: &[BandKernel],
        (total, before, total_applicable, kept): Figures<'_>,
        row: usize,
        of: i64,
        by: i64,
    ) -> u8 {
        let at = |values: &[i64]| values.get(row).copied().map_or(0, i128::from);
        let (of, by) = (i128::from(of), i128::from(by));
        let applicable = at(total_applicable);
        // points × of ÷ (applicable × by) × 100 against num ÷ den
        let meets = |points: i128, applicable: i128, num: i64, den: i64, strictly: bool| {
            let left = (points * of * 100).saturating_mul(i128::from(den));
            let right = (applicable * by).saturating_mul(i128::from(num));
            if strictly {
                left > right
            } else {
                left >= right
            }
        };
        let position = bands.iter().position(|band| {
            let threshold = match (band.on_share, band.threshold) {
                (true, _) if applicable == 0 => false,
                (true, Some((num, den, strictly))) => {
                    meets(at(before), applicable, num, den, strictly)
                }
                (false, Some((num, den, strictly))) => {
                    let unit = 10_i128.pow(self.plan.fine);
                    let left = at(total).saturating_mul(i128::from(den));
                    let right = unit.saturating_mul(i128::from(num));
                    if strictly {
                        left > right
                    } else {
                        left >= right
                    }
                }
                (_, None) => true,
            };
            threshold
                && band.groups.iter().all(|(group, num, den)| {
                    kept.get(*group).is_none_or(|(points, applicable)| {
                        let applicable = at(applicable);
                        applicable == 0 || meets(at(points), applicable, *num, *den, false)
                    })
                })
        });
        position
            .and_then(|position| u8::try_from(position).ok())
            .unwrap_or(BatchOutput::NO_BAND)
    }
}

/// The float nearest to `points × of ÷ (applicable × by)`.
#[allow(clippy::cast_precision_loss)]
fn share_of(points: i64, of: i64, applicable: i64, by: i64) -> f64 {
    if applicable == 0 {
        return f64::NAN;
    }
    if let (Some(num), Some(den)) = (points.checked_mul(of), applicable.checked_mul(by))
        && i128::from(num.unsigned_abs().max(den.unsigned_abs())) < EXACT
    {
        // Two floats that are exact: their quotient is rounded once.
        return num as f64 / den as f64;
    }
    let (num, den) = (
        i128::from(points) * i128::from(of),
        i128::from(applicable) * i128::from(by),
    );
    let exact = Rational::whole(num).checked_div(&Rational::whole(den));
    exact.map_or(f64::NAN, |share| share.to_f64())
}
