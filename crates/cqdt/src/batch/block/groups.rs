//! What a group's lines come to over a block.

use super::super::kernels as k;
use super::super::output::Part;
use super::super::plan::GroupKernel;
use super::{Runner, Sums, divide, narrow, put_scaled};
use crate::criteria::Rescale;
use crate::points::Stage;

impl Runner<'_, '_> {
    /// Floor, rounding and rescaling of a group (D14, D15), and its part of the total.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn group(
        &self,
        part: &mut Part<'_>,
        group_at: usize,
        group: &GroupKernel,
        at: usize,
        rows: usize,
        any_excluded: bool,
        keep: bool,
        sums: &mut Sums,
    ) {
        let plan = self.plan;
        let rounds = plan.stage == Stage::Group && plan.fine != plan.coarse;
        let down = 10_i64.pow(plan.fine - plan.coarse);
        let arch = self.arch;
        if !rounds && !any_excluded && plan.rescale != Rescale::Group {
            sums.points.resize(rows, 0);
            let (points, total) = (&mut sums.points, &mut sums.total);
            arch.run(|| k::floored(&sums.group, group.floor, points, total));
            if keep {
                let applicable = sums.applicable.vary().to_vec();
                sums.kept.push((sums.points.clone(), applicable));
            }
        } else {
            sums.points.clear();
            let floored = sums
                .group
                .iter()
                .map(|sum| i64::from(*sum).max(group.floor));
            if rounds {
                // Kept in the finer unit, on the coarser grid.
                sums.points
                    .extend(floored.map(|points| divide(points, down, plan) * down));
            } else {
                sums.points.extend(floored);
            }
            if any_excluded {
                let rows = sums.points.iter_mut().zip(sums.applicable.vary());
                for ((points, applicable), excluded) in rows.zip(&sums.excluded) {
                    if *excluded == group.size {
                        (*points, *applicable) = (0, 0);
                    }
                }
            }
            if keep {
                // Before rescaling: the share is that of what the group has.
                let applicable = sums.applicable.vary().to_vec();
                sums.kept.push((sums.points.clone(), applicable));
            }
            if plan.rescale == Rescale::Group {
                for (points, applicable) in sums.points.iter_mut().zip(sums.applicable.vary()) {
                    if *applicable > 0 {
                        // points ÷ applicable × max, all in their own units, to the coarser grid
                        let num = i128::from(*points) * i128::from(group.max);
                        let den = i128::from(*applicable) * i128::from(down);
                        *points = narrow(plan.mode.divide(num, den)) * down;
                    }
                }
            }
            for (total, points) in sums.total.iter_mut().zip(&sums.points) {
                *total += points;
            }
        }
        let of_applicable = |applicable: i64| {
            if plan.rescale == Rescale::Group && applicable > 0 {
                group.max
            } else {
                applicable
            }
        };
        if let Some(applicable) = sums.applicable.uniform() {
            sums.total_applicable.add(of_applicable(applicable));
        } else {
            let totals = sums.total_applicable.vary().iter_mut();
            for (total, applicable) in totals.zip(sums.applicable.vary()) {
                *total += of_applicable(*applicable);
            }
        }
        let slot = |slots: &[Option<usize>]| slots.get(group_at).copied().flatten();
        let (kept, target) = (&self.layout.groups, &self.layout.target_groups);
        for slot in slot(kept).into_iter().chain(slot(target)) {
            let figures = (&*sums.points, plan.fine);
            put_scaled(arch, &self.layout, part, slot, figures, at);
        }
        if let Some((slot, ranked)) = self.layout.excluded
            && ranked == group_at
            && let Some(column) = part.bytes.get_mut(slot)
        {
            let cells = column.get_mut(at..at + rows).unwrap_or_default();
            for (cell, excluded) in cells.iter_mut().zip(&sums.excluded) {
                *cell = u8::from(any_excluded && *excluded == group.size);
            }
        }
    }
}
