//! What is asked of a batch, and what comes out: columns of exact scaled integers, statuses, shares, bands.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::bind::unknown;
use super::fault::BatchFault;
use crate::criteria::RankBy;
use crate::fault::{Thing, nearest};
use crate::points::Stage;
use crate::score::{Report, Status};
use crate::{CriteriaSet, Rational};

/// Some of the criteria or groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Choice {
    #[default]
    None,
    All,
    These(Vec<String>),
}

impl Choice {
    fn add(&mut self, id: &str) {
        match self {
            Self::None => *self = Self::These(vec![id.to_owned()]),
            Self::All => {}
            Self::These(ids) => ids.push(id.to_owned()),
        }
    }
}

/// The columns that are asked for; nothing else is computed.
///
/// ```
/// use cqdt::batch::Request;
///
/// let request = Request::new().total().share().band().all_groups().criterion("i.1");
/// # let _ = request;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub struct Request {
    total: bool,
    applicable_max: bool,
    share: bool,
    band: bool,
    complete: bool,
    valid: bool,
    ranking: bool,
    groups: Choice,
    criteria: Choice,
    statuses: Choice,
}

impl Request {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The total.
    #[must_use]
    pub fn total(mut self) -> Self {
        self.total = true;
        self
    }

    /// The applicable maximum of the total.
    #[must_use]
    pub fn applicable_max(mut self) -> Self {
        self.applicable_max = true;
        self
    }

    /// The share of the applicable maximum.
    #[must_use]
    pub fn share(mut self) -> Self {
        self.share = true;
        self
    }

    /// The band.
    #[must_use]
    pub fn band(mut self) -> Self {
        self.band = true;
        self
    }

    /// Whether no criterion is missing.
    #[must_use]
    pub fn complete(mut self) -> Self {
        self.complete = true;
        self
    }

    /// Whether no criterion's answers are invalid.
    #[must_use]
    pub fn valid(mut self) -> Self {
        self.valid = true;
        self
    }

    /// Whatever [`BatchOutput::ranks`] needs.
    #[must_use]
    pub fn ranking(mut self) -> Self {
        self.ranking = true;
        self
    }

    /// The points of a group.
    #[must_use]
    pub fn group(mut self, id: &str) -> Self {
        self.groups.add(id);
        self
    }

    /// The points of every group.
    #[must_use]
    pub fn all_groups(mut self) -> Self {
        self.groups = Choice::All;
        self
    }

    /// The points of a criterion.
    #[must_use]
    pub fn criterion(mut self, id: &str) -> Self {
        self.criteria.add(id);
        self
    }

    /// The points of every criterion.
    #[must_use]
    pub fn all_criteria(mut self) -> Self {
        self.criteria = Choice::All;
        self
    }

    /// The status of a criterion.
    #[must_use]
    pub fn status(mut self, id: &str) -> Self {
        self.statuses.add(id);
        self
    }

    /// The status of every criterion.
    #[must_use]
    pub fn all_statuses(mut self) -> Self {
        self.statuses = Choice::All;
        self
    }

    /// The same by position; ids that the set doesn't have are faults.
    pub(super) fn resolve(&self, set: &CriteriaSet, faults: &mut Vec<BatchFault>) -> Wanted {
        let definition = set.definition();
        let groups = || definition.groups.iter().map(|group| group.id.as_str());
        let group_at = |id: &str| groups().position(|group| group == id);
        let criteria = || set.criteria().map(|criterion| criterion.id.as_str());
        let mut wanted = Wanted {
            total: self.total,
            applicable_max: self.applicable_max,
            share: self.share,
            band: self.band,
            complete: self.complete,
            valid: self.valid,
            exact_share: false,
            ranks_by_group: None,
            groups: pick(&self.groups, groups().count(), group_at, |id| {
                faults.push(unknown(Thing::Group, id, nearest(id, &mut groups())));
            }),
            criteria: pick(
                &self.criteria,
                criteria().count(),
                |id| set.criterion_at(id),
                |id| faults.push(unknown(Thing::Criterion, id, nearest(id, &mut criteria()))),
            ),
            statuses: pick(
                &self.statuses,
                criteria().count(),
                |id| set.criterion_at(id),
                |id| faults.push(unknown(Thing::Criterion, id, nearest(id, &mut criteria()))),
            ),
        };
        if self.ranking {
            let ranking = &definition.ranking;
            match ranking.by {
                RankBy::Total => wanted.total = true,
                RankBy::Share => wanted.exact_share = true,
                RankBy::Group => {
                    wanted.ranks_by_group = ranking.group.as_deref().and_then(group_at);
                }
            }
            let by = ranking.group.iter().chain(&ranking.tie_breakers);
            for at in by.filter_map(|id| group_at(id)) {
                if !wanted.groups.contains(&at) {
                    wanted.groups.push(at);
                }
            }
        }
        wanted
    }
}

fn pick(
    some: &Choice,
    count: usize,
    at: impl Fn(&str) -> Option<usize>,
    mut unknown: impl FnMut(&str),
) -> Vec<usize> {
    match some {
        Choice::None => Vec::new(),
        Choice::All => (0..count).collect(),
        Choice::These(ids) => {
            let mut positions = Vec::new();
            for id in ids {
                match at(id) {
                    Some(at) if positions.contains(&at) => {}
                    Some(at) => positions.push(at),
                    None => unknown(id),
                }
            }
            positions
        }
    }
}

/// A 128-bit number in halves, as this machine holds it: the low one first where it is little-endian.
///
/// Halves, since compilers write them many at a time, unlike whole 128-bit numbers.
pub type Wide = [i64; 2];

/// A number in 128 bits.
#[inline]
pub(super) fn wide(value: i64) -> Wide {
    let sign = value >> (i64::BITS - 1);
    if cfg!(target_endian = "little") {
        [value, sign]
    } else {
        [sign, value]
    }
}

/// Memory of the caller's that figures are written to, a row a unit: points as Arrow holds decimals, in 128 bits.
///
/// For callers that hand columns on: nothing is cleared first, nothing copied afterwards, and what is written here isn't
/// kept in the [`BatchOutput`] unless the [`Request`] names it too. Points count the last of a kept column's
/// [places](PointsColumn::places): the set's own, or 6 where the set doesn't round them. Rows off that grid, as
/// [`exact`](PointsColumn::exact) would hold them, get the nearest number: ask for columns that aren't rounded by a
/// [`Request`].
///
/// Of two targets for one column the later is written to.
#[derive(Debug, Default)]
pub struct Targets<'t> {
    total: Option<&'t mut [Wide]>,
    share: Option<&'t mut [f64]>,
    groups: Vec<(Cow<'t, str>, &'t mut [Wide])>,
    criteria: Vec<(Cow<'t, str>, &'t mut [Wide])>,
}

impl<'t> Targets<'t> {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the total goes.
    #[must_use]
    pub fn total(mut self, cells: &'t mut [Wide]) -> Self {
        self.total = Some(cells);
        self
    }

    /// Where the float nearest to the share goes; not a number where there is none.
    #[must_use]
    pub fn share(mut self, cells: &'t mut [f64]) -> Self {
        self.share = Some(cells);
        self
    }

    /// Where the points of a group go.
    #[must_use]
    pub fn group(mut self, id: impl Into<Cow<'t, str>>, cells: &'t mut [Wide]) -> Self {
        self.groups.push((id.into(), cells));
        self
    }

    /// Where the points of a criterion go.
    #[must_use]
    pub fn criterion(mut self, id: impl Into<Cow<'t, str>>, cells: &'t mut [Wide]) -> Self {
        self.criteria.push((id.into(), cells));
        self
    }

    /// The same by position; ids that the set doesn't have and too few cells are faults.
    pub(super) fn resolve(
        self,
        set: &CriteriaSet,
        rows: usize,
        faults: &mut Vec<BatchFault>,
    ) -> ResolvedTargets<'t> {
        let mut resolved = ResolvedTargets::default();
        let definition = set.definition();
        let mut enough = |column: &str, count: usize| {
            if count < rows {
                let column = column.to_owned();
                faults.push(BatchFault::TooFewRows {
                    column,
                    count,
                    rows,
                });
            }
        };
        if let Some(cells) = self.total {
            enough("total", cells.len());
            resolved.points.push((Figure::Total, cells));
        }
        if let Some(cells) = self.share {
            enough("share", cells.len());
            resolved.share = Some(cells);
        }
        for (id, cells) in &self.groups {
            enough(id, cells.len());
        }
        for (id, cells) in &self.criteria {
            enough(id, cells.len());
        }
        for (id, cells) in self.groups {
            let mut groups = definition.groups.iter().map(|group| group.id.as_str());
            match groups.clone().position(|group| group == id) {
                Some(at) => resolved.points.push((Figure::Group(at), cells)),
                None => faults.push(unknown(Thing::Group, &id, nearest(&id, &mut groups))),
            }
        }
        for (id, cells) in self.criteria {
            let mut criteria = set.criteria().map(|criterion| criterion.id.as_str());
            match set.criterion_at(&id) {
                Some(at) => resolved.points.push((Figure::Criterion(at), cells)),
                None => faults.push(unknown(Thing::Criterion, &id, nearest(&id, &mut criteria))),
            }
        }
        resolved
    }
}

/// What a column of points holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Figure {
    Total,
    Group(usize),
    Criterion(usize),
}

/// [`Targets`] by position.
#[derive(Debug, Default)]
pub(super) struct ResolvedTargets<'t> {
    points: Vec<(Figure, &'t mut [Wide])>,
    share: Option<&'t mut [f64]>,
}

/// What is asked for, by position.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub(super) struct Wanted {
    pub(super) total: bool,
    pub(super) applicable_max: bool,
    pub(super) share: bool,
    pub(super) band: bool,
    pub(super) complete: bool,
    pub(super) valid: bool,
    /// Shares as fractions, which ranking by share compares.
    pub(super) exact_share: bool,
    /// The group that ranks.
    pub(super) ranks_by_group: Option<usize>,
    pub(super) groups: Vec<usize>,
    pub(super) criteria: Vec<usize>,
    pub(super) statuses: Vec<usize>,
}

/// Exact points, a row a unit: `values[row] × 10^-places`, except for the few rows that [`exact`](Self::exact) holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointsColumn {
    places: u8,
    values: Vec<i64>,
    exact: BTreeMap<usize, Rational>,
}

impl PointsColumn {
    pub(super) fn new(places: u8, rows: usize) -> Self {
        Self {
            places,
            values: vec![0; rows],
            exact: BTreeMap::new(),
        }
    }

    /// Decimal places of the values.
    pub fn places(&self) -> u8 {
        self.places
    }

    /// The points of every row in units of the last place. Rows in [`exact`](Self::exact) hold the nearest such number.
    pub fn values(&self) -> &[i64] {
        &self.values
    }

    /// The values, to be handed on without a copy.
    pub fn into_values(self) -> Vec<i64> {
        self.values
    }

    /// Rows whose points are no whole number of units of the last place, or don't fit: points that the set doesn't
    /// round, such as a criterion's where the total is rounded.
    pub fn exact(&self) -> &BTreeMap<usize, Rational> {
        &self.exact
    }

    /// The points of a row.
    pub fn get(&self, row: usize) -> Option<Rational> {
        let value = *self.values.get(row)?;
        Some(match self.exact.get(&row) {
            Some(exact) => exact.clone(),
            None => Rational::scaled(i128::from(value), u32::from(self.places)),
        })
    }

    pub(super) fn values_mut(&mut self) -> &mut [i64] {
        &mut self.values
    }

    pub(super) fn put_exact(&mut self, row: usize, points: Rational) {
        self.exact.insert(row, points);
    }
}

/// Where each column that is asked for is kept: a slot among those of its kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// Decimal places of each points slot.
    pub(super) places: Vec<u8>,
    pub(super) total: Option<usize>,
    pub(super) applicable_max: Option<usize>,
    /// The two parts of the exact share: the total before it is rescaled, and the applicable maximum.
    pub(super) share_parts: Option<(usize, usize)>,
    /// By group.
    pub(super) groups: Vec<Option<usize>>,
    /// By criterion.
    pub(super) criteria: Vec<Option<usize>>,
    /// Slots from here on are the caller's memory.
    kept: usize,
    pub(super) target_total: Option<usize>,
    /// By group.
    pub(super) target_groups: Vec<Option<usize>>,
    /// By criterion.
    pub(super) target_criteria: Vec<Option<usize>>,
    /// Number of byte slots.
    pub(super) bytes: usize,
    pub(super) band: Option<usize>,
    pub(super) complete: Option<usize>,
    pub(super) valid: Option<usize>,
    /// Whether the group that ranks is excluded, and which that is.
    pub(super) excluded: Option<(usize, usize)>,
    /// By criterion.
    pub(super) statuses: Vec<Option<usize>>,
    /// Whether the nearest float of the share is wanted.
    pub(super) share: bool,
    /// Whether it is kept.
    keeps_share: bool,
}

/// Places of maxima, which aren't rounded.
pub(super) const MAX_PLACES: u8 = 6;

impl Layout {
    pub(super) fn of(set: &CriteriaSet, wanted: &Wanted, targets: &ResolvedTargets<'_>) -> Self {
        let definition = set.definition();
        let rounding = definition.policies.rounding;
        let mut layout = Self {
            groups: vec![None; definition.groups.len()],
            criteria: vec![None; set.plan().criteria.len()],
            statuses: vec![None; set.plan().criteria.len()],
            target_groups: vec![None; definition.groups.len()],
            target_criteria: vec![None; set.plan().criteria.len()],
            share: wanted.share || targets.share.is_some(),
            keeps_share: wanted.share,
            ..Self::default()
        };
        let places = |rounded: bool| if rounded { rounding.places } else { MAX_PLACES };
        let mut slots = Vec::new();
        let mut slot = |places: u8| {
            slots.push(places);
            slots.len() - 1
        };
        layout.total = wanted.total.then(|| slot(rounding.places));
        layout.applicable_max = wanted.applicable_max.then(|| slot(MAX_PLACES));
        layout.share_parts = wanted
            .exact_share
            .then(|| (slot(rounding.places), slot(MAX_PLACES)));
        for at in &wanted.groups {
            if let Some(group) = layout.groups.get_mut(*at) {
                *group = Some(slot(places(rounding.stage != Stage::Total)));
            }
        }
        for at in &wanted.criteria {
            if let Some(criterion) = layout.criteria.get_mut(*at) {
                *criterion = Some(slot(places(rounding.stage == Stage::Criterion)));
            }
        }
        layout.kept = slots.len();
        for (figure, _) in &targets.points {
            let (rounded, target) = match figure {
                Figure::Total => (true, Some(&mut layout.target_total)),
                Figure::Group(at) => (
                    rounding.stage != Stage::Total,
                    layout.target_groups.get_mut(*at),
                ),
                Figure::Criterion(at) => (
                    rounding.stage == Stage::Criterion,
                    layout.target_criteria.get_mut(*at),
                ),
            };
            if let Some(target) = target {
                *target = Some(slots.len());
            }
            slots.push(places(rounded));
        }
        layout.places = slots;
        let mut bytes = 0;
        let mut byte = || {
            bytes += 1;
            bytes - 1
        };
        layout.band = wanted.band.then(&mut byte);
        layout.complete = wanted.complete.then(&mut byte);
        layout.valid = wanted.valid.then(&mut byte);
        layout.excluded = wanted.ranks_by_group.map(|group| (byte(), group));
        for at in &wanted.statuses {
            if let Some(status) = layout.statuses.get_mut(*at) {
                *status = Some(byte());
            }
        }
        layout.bytes = bytes;
        layout
    }
}

/// The part of every output column that some rows write to.
pub(super) struct Part<'o> {
    pub(super) rows: usize,
    pub(super) points: Vec<Cells<'o>>,
    pub(super) bytes: Vec<&'o mut [u8]>,
    pub(super) shares: Vec<&'o mut [f64]>,
}

/// Points to be written, as they are kept or as the caller holds them.
pub(super) enum Cells<'o> {
    Kept(&'o mut [i64]),
    Target(&'o mut [Wide]),
}

impl Cells<'_> {
    fn split(self, at: usize) -> (Self, Self) {
        match self {
            Self::Kept(cells) => {
                let (first, other) = cells.split_at_mut(at.min(cells.len()));
                (Self::Kept(first), Self::Kept(other))
            }
            Self::Target(cells) => {
                let (first, other) = cells.split_at_mut(at.min(cells.len()));
                (Self::Target(first), Self::Target(other))
            }
        }
    }

    fn put(&mut self, row: usize, value: i64) {
        match self {
            Self::Kept(cells) => {
                if let Some(cell) = cells.get_mut(row) {
                    *cell = value;
                }
            }
            Self::Target(cells) => {
                if let Some(cell) = cells.get_mut(row) {
                    *cell = wide(value);
                }
            }
        }
    }
}

/// Points of slot and row that aren't on the slot's grid.
pub(super) type Off = Vec<(usize, usize, Rational)>;

impl Part<'_> {
    /// The first rows and the rest.
    pub(super) fn split(self, at: usize) -> (Self, Self) {
        fn both<T>(columns: Vec<&mut [T]>, at: usize) -> (Vec<&mut [T]>, Vec<&mut [T]>) {
            columns
                .into_iter()
                .map(|column| column.split_at_mut(at.min(column.len())))
                .unzip()
        }
        let at = at.min(self.rows);
        let points = self.points.into_iter().map(|cells| cells.split(at));
        let (first_points, other_points) = points.unzip();
        let (first_bytes, other_bytes) = both(self.bytes, at);
        let (first_shares, other_shares) = both(self.shares, at);
        (
            Self {
                rows: at,
                points: first_points,
                bytes: first_bytes,
                shares: first_shares,
            },
            Self {
                rows: self.rows - at,
                points: other_points,
                bytes: other_bytes,
                shares: other_shares,
            },
        )
    }

    /// Writes a row from the report that the one-row evaluator made; `first` is where the part begins.
    pub(super) fn put_report(
        &mut self,
        layout: &Layout,
        row: usize,
        first: usize,
        report: &Report,
        off: &mut Off,
    ) {
        let total = &report.total;
        let share_parts = layout.share_parts.map(|(points, _)| points);
        let share_of = layout.share_parts.map(|(_, of)| of);
        let mut points = vec![
            (layout.total, &total.points),
            (layout.target_total, &total.points),
            (layout.applicable_max, &total.applicable_max),
            (share_parts, &total.before_rescale),
            (share_of, &total.applicable_max),
        ];
        for slots in [&layout.groups, &layout.target_groups] {
            let groups = slots.iter().zip(&report.groups);
            points.extend(groups.map(|(slot, group)| (*slot, &group.points)));
        }
        for slots in [&layout.criteria, &layout.target_criteria] {
            let criteria = slots.iter().zip(&report.criteria);
            points.extend(criteria.map(|(slot, criterion)| (*slot, &criterion.points)));
        }
        for (slot, points) in points {
            if let Some(slot) = slot {
                self.put_points(layout, slot, row, first, points, off);
            }
        }
        let band = report.band.and_then(|band| u8::try_from(band).ok());
        let mut criteria = report.criteria.iter();
        let valid = criteria.all(|criterion| criterion.status != Status::Invalid);
        let mut bytes = vec![
            (layout.band, band.unwrap_or(BatchOutput::NO_BAND)),
            (layout.complete, u8::from(report.complete)),
            (layout.valid, u8::from(valid)),
        ];
        bytes.extend(layout.excluded.map(|(slot, group)| {
            let excluded = report.groups.get(group).is_some_and(|group| group.excluded);
            (Some(slot), u8::from(excluded))
        }));
        let statuses = layout.statuses.iter().zip(&report.criteria);
        bytes.extend(statuses.map(|(slot, criterion)| (*slot, criterion.status as u8)));
        for (slot, byte) in bytes {
            let column = slot.and_then(|slot| self.bytes.get_mut(slot));
            if let Some(cell) = column.and_then(|column| column.get_mut(row)) {
                *cell = byte;
            }
        }
        for share in &mut self.shares {
            if let Some(cell) = share.get_mut(row) {
                *cell = total.share.as_ref().map_or(f64::NAN, Rational::to_f64);
            }
        }
    }

    pub(super) fn put_points(
        &mut self,
        layout: &Layout,
        slot: usize,
        row: usize,
        first: usize,
        points: &Rational,
        off: &mut Off,
    ) {
        let places = u32::from(layout.places.get(slot).copied().unwrap_or_default());
        let exact = points.at_places(places);
        let value = exact.unwrap_or_else(|| {
            off.push((slot, first + row, points.clone()));
            let nearest = points.round_to(places, crate::RoundingMode::HalfUp);
            let end = if points.is_negative() {
                i64::MIN
            } else {
                i64::MAX
            };
            nearest.at_places(places).unwrap_or(end)
        });
        if let Some(cells) = self.points.get_mut(slot) {
            cells.put(row, value);
        }
    }
}

/// The columns that were asked for.
#[derive(Clone, Debug)]
pub struct BatchOutput {
    set: CriteriaSet,
    rows: usize,
    layout: Arc<Layout>,
    points: Vec<PointsColumn>,
    bytes: Vec<Vec<u8>>,
    share: Option<Vec<f64>>,
}

impl BatchOutput {
    /// What [`bands`](Self::bands) holds where no band is met.
    pub const NO_BAND: u8 = u8::MAX;

    pub(super) fn new(
        set: &CriteriaSet,
        rows: usize,
        wanted: &Wanted,
        targets: &ResolvedTargets<'_>,
    ) -> Self {
        let layout = Layout::of(set, wanted, targets);
        let places = layout.places.iter().take(layout.kept);
        Self {
            set: set.clone(),
            rows,
            points: places
                .map(|places| PointsColumn::new(*places, rows))
                .collect(),
            bytes: vec![vec![0; rows]; layout.bytes],
            share: layout.keeps_share.then(|| vec![0.0; rows]),
            layout: Arc::new(layout),
        }
    }

    pub(super) fn layout(&self) -> Arc<Layout> {
        Arc::clone(&self.layout)
    }

    /// Forgets the rows that weren't on their columns' grids.
    pub(super) fn clear_off(&mut self) {
        for column in &mut self.points {
            column.exact.clear();
        }
    }

    /// All of it, to be written to.
    pub(super) fn part(&mut self) -> (&Layout, Part<'_>) {
        self.part_with(ResolvedTargets::default())
    }

    /// All of it, and the targets that it was laid out for.
    pub(super) fn part_with<'o>(
        &'o mut self,
        targets: ResolvedTargets<'o>,
    ) -> (&'o Layout, Part<'o>) {
        let kept = self.points.iter_mut();
        let kept = kept.map(|column| Cells::Kept(column.values_mut()));
        let targets_of_points = targets.points.into_iter();
        let rows = self.rows;
        // A target may have room to spare.
        let targets_of_points = targets_of_points
            .map(|(_, cells)| Cells::Target(cells.get_mut(..rows).unwrap_or_default()));
        let share = targets.share.map(|cells| cells.get_mut(..rows));
        let shares = self.share.as_deref_mut().into_iter();
        let part = Part {
            rows,
            points: kept.chain(targets_of_points).collect(),
            bytes: self.bytes.iter_mut().map(Vec::as_mut_slice).collect(),
            shares: shares.chain(share.flatten()).collect(),
        };
        (&self.layout, part)
    }

    pub(super) fn put_off(&mut self, off: Off) {
        for (slot, row, points) in off {
            if let Some(column) = self.points.get_mut(slot) {
                column.put_exact(row, points);
            }
        }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The set that scored them.
    pub fn set(&self) -> &CriteriaSet {
        &self.set
    }

    fn points_at(&self, slot: Option<usize>) -> Option<&PointsColumn> {
        self.points.get(slot?)
    }

    fn bytes_at(&self, slot: Option<usize>) -> Option<&[u8]> {
        self.bytes.get(slot?).map(Vec::as_slice)
    }

    /// The totals, if asked for.
    pub fn totals(&self) -> Option<&PointsColumn> {
        self.points_at(self.layout.total)
    }

    /// The applicable maxima of the totals, if asked for.
    pub fn applicable_maxima(&self) -> Option<&PointsColumn> {
        self.points_at(self.layout.applicable_max)
    }

    /// The float nearest to each exact share, if asked for; not a number where there is no share. For displays and
    /// statistics: bands and ranks compare the exact share.
    pub fn shares(&self) -> Option<&[f64]> {
        self.share.as_deref()
    }

    /// The position of each unit's band, if asked for; [`NO_BAND`](Self::NO_BAND) where it meets none.
    pub fn bands(&self) -> Option<&[u8]> {
        self.bytes_at(self.layout.band)
    }

    /// 1 where no criterion is missing, else 0, if asked for.
    pub fn complete(&self) -> Option<&[u8]> {
        self.bytes_at(self.layout.complete)
    }

    /// 1 where no criterion's answers are invalid, else 0, if asked for.
    pub fn valid(&self) -> Option<&[u8]> {
        self.bytes_at(self.layout.valid)
    }

    /// The points of a group, if asked for.
    pub fn group(&self, id: &str) -> Option<&PointsColumn> {
        let at = self.group_at(id)?;
        self.points_at(self.layout.groups.get(at).copied()?)
    }

    fn group_at(&self, id: &str) -> Option<usize> {
        let mut groups = self.set.definition().groups.iter();
        groups.position(|group| group.id == id)
    }

    /// The points of a criterion, if asked for.
    pub fn criterion(&self, id: &str) -> Option<&PointsColumn> {
        let at = self.set.criterion_at(id)?;
        self.points_at(self.layout.criteria.get(at).copied()?)
    }

    /// The status of a criterion, if asked for: 0 scored, 1 not applicable, 2 missing, 3 invalid.
    pub fn statuses(&self, id: &str) -> Option<&[u8]> {
        let at = self.set.criterion_at(id)?;
        self.bytes_at(self.layout.statuses.get(at).copied()?)
    }

    /// The rank of each unit, as the set ranks (D20); 0 where it isn't ranked. None unless
    /// [`Request::ranking`] was asked for.
    ///
    /// Units of one `cohorts` value are ranked against each other; without, all of them are.
    pub fn ranks(&self, cohorts: Option<&[u32]>) -> Option<Vec<u32>> {
        let ranking = &self.set.definition().ranking;
        let key = match ranking.by {
            RankBy::Total => Key::Points(self.totals()?),
            RankBy::Share => {
                let (points, of) = self.layout.share_parts?;
                Key::Share(self.points.get(points)?, self.points.get(of)?)
            }
            RankBy::Group => {
                let (excluded, _) = self.layout.excluded?;
                let group = self.group(ranking.group.as_deref()?)?;
                Key::Group(group, self.bytes.get(excluded)?)
            }
        };
        let breakers: Option<Vec<_>> = ranking
            .tie_breakers
            .iter()
            .map(|id| self.group(id))
            .collect();
        Some(super::rank::ranks(
            self.rows,
            &key,
            &breakers?,
            cohorts,
            ranking.ties,
        ))
    }
}

/// What ranks.
pub(super) enum Key<'o> {
    Points(&'o PointsColumn),
    Share(&'o PointsColumn, &'o PointsColumn),
    /// With whether it is excluded.
    Group(&'o PointsColumn, &'o [u8]),
}
