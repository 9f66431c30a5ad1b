//! The ceiling: one program written by hand for this one set, to hold the generic plan against.
//!
//! It knows the set's constants and its numbers' bounds, takes every answer for given and valid, and knows neither policies nor
//! evidence nor statuses. Each group is one loop over its columns that keeps the group's sum in registers, and both ranks come
//! from one count. What comes out is what [`score_batch`](CriteriaSet::score_batch) writes for the same request: groups, total, share
//! and band of every unit, and its ranks.
#![allow(
    clippy::inline_always,
    reason = "a loop takes on the instructions of its caller only inside of it"
)]

use std::array;
use std::collections::HashMap;

use cqdt::CriteriaSet;
use cqdt::batch::{PointsColumn, Request};
use cqdt::criteria::{Measure, RuleKind};
use rayon::join;

use crate::{Frame, Held};

/// Rows that go through all groups before the next ones: what is summed up stays in the nearest cache.
const BLOCK: usize = 256;

/// Provinces that units are ranked within.
const PROVINCES: usize = 34;

/// 1.5 × 2^23 and 1.5 × 2^52: added to a float, they leave its nearest whole number in the low bits.
const SHIFT32: f32 = 12_582_912.0;
const SHIFT64: f64 = 6_755_399_441_055_744.0;

/// Denominators up to this leave quotients that are no tie far enough from one for the floats below.
const MOST: i32 = 500;

/// Rows that are worth a thread.
const STRETCH: usize = 4_096;

/// Which build of the loops runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// What every x86-64 processor has.
    Portable,
    /// The best that this processor has: AVX-512 or AVX2.
    Picked,
}

/// The answers that the set reads, a column each, by group and kind.
pub struct Columns<'f> {
    rows: usize,
    groups: Groups<'f>,
    provinces: &'f [u32],
    /// The set's maximum, in hundredths.
    most: i32,
}

/// What comes out, in hundredths of a point, and by row in the frame's order.
#[derive(Debug, Default, PartialEq)]
pub struct Scores {
    /// By group.
    pub groups: [Vec<i64>; 6],
    /// Sum of the groups.
    pub totals: Vec<i64>,
    /// Total ÷ the set's maximum.
    pub shares: Vec<f64>,
    /// 0 from 85 %, 1 from 70 %, 2 below.
    pub bands: Vec<u8>,
    /// Competition rank among all.
    pub ranks: Vec<u32>,
    /// Competition rank within the province.
    pub places: Vec<u32>,
}

impl Scores {
    /// The same by the crate's batch path.
    pub fn by_plan(set: &CriteriaSet, frame: &Frame) -> Option<Self> {
        let input = frame.input();
        let cohort = set.cohort_of_columns(&input).ok()?;
        let request = Request::new().total().share().band().all_groups().ranking();
        let output = set.score_batch(&input, &request, Some(&cohort)).ok()?;
        let hundredths = |column: &PointsColumn| {
            let whole = column.places() == 2 && column.exact().is_empty();
            whole.then(|| column.values().to_vec())
        };
        let ids = set.definition().groups.iter();
        let groups: Option<Vec<Vec<i64>>> = ids
            .map(|group| hundredths(output.group(&group.id)?))
            .collect();
        Some(Self {
            groups: groups?.try_into().ok()?,
            totals: hundredths(output.totals()?)?,
            shares: output.shares()?.to_vec(),
            bands: output.bands()?.to_vec(),
            ranks: output.ranks(None)?,
            places: output.ranks(Some(frame.provinces()))?,
        })
    }
}

/// The columns of one group, so many of each kind.
struct Group<
    'f,
    const YES_NO: usize,
    const RATIOS: usize,
    const TIERS: usize,
    const COUNTS: usize,
    const LISTS: usize,
    const BEST: usize,
    const CHOICES: usize,
    const COHORT: usize,
    const DEDUCT: usize,
> {
    yes_no: [&'f [u8]; YES_NO],
    ratios: [Ratio<'f>; RATIOS],
    tiers: [&'f [i16]; TIERS],
    counts: [&'f [i32]; COUNTS],
    lists: [&'f [u8]; LISTS],
    best: [(&'f [u8], Ratio<'f>); BEST],
    choices: [&'f [u8]; CHOICES],
    cohort: [Ratio<'f>; COHORT],
    deduct: [&'f [i32]; DEDUCT],
}

/// The set's six groups.
struct Groups<'f> {
    first: Group<'f, 3, 2, 1, 2, 0, 1, 1, 0, 0>,
    second: Group<'f, 3, 2, 1, 1, 1, 1, 0, 1, 0>,
    third: Group<'f, 2, 3, 1, 1, 1, 1, 0, 1, 0>,
    fourth: Group<'f, 2, 3, 1, 1, 1, 0, 1, 1, 0>,
    fifth: Group<'f, 2, 2, 2, 1, 1, 0, 1, 0, 1>,
    sixth: Group<'f, 2, 2, 2, 1, 1, 0, 1, 0, 1>,
}

/// A numerator's column and a denominator's.
type Ratio<'f> = (&'f [i32], &'f [i32]);

/// The best ratio of a cohort, as it was answered.
type Best = (i32, i32);

impl<'f> Columns<'f> {
    /// The columns of a frame. None where the set is another one than [`set`](crate::set), or an answer is beyond what the arithmetic
    /// is exact for.
    pub fn of(set: &CriteriaSet, frame: &'f Frame) -> Option<Self> {
        let own = CriteriaSet::parse_json(&crate::set()).ok()?;
        if own.fingerprint() != set.fingerprint() || frame.rows < BLOCK {
            return None;
        }
        let columns = frame.columns.iter();
        let columns: Facts<'_> = columns.map(|(id, held)| (id.as_str(), held)).collect();
        let mut found = set.definition().groups.iter().map(|group| {
            let mut found = Found::default();
            let mut rules = group.criteria.iter().map(|criterion| &criterion.rule);
            rules
                .all(|rule| found.add(rule, &columns).is_some())
                .then_some(found)
        });
        let mut next = || found.next().flatten();
        Some(Self {
            rows: frame.rows,
            groups: Groups {
                first: next()?.group()?,
                second: next()?.group()?,
                third: next()?.group()?,
                fourth: next()?.group()?,
                fifth: next()?.group()?,
                sixth: next()?.group()?,
            },
            provinces: frame.provinces(),
            most: set.definition().max.to_string().parse::<i32>().ok()? * 100,
        })
    }

    /// Scores and ranks all units; on as many threads as rayon has.
    pub fn score(&self, build: Build) -> Scores {
        let arch = match build {
            Build::Portable => pulp::Arch::Scalar,
            Build::Picked => pulp::Arch::new(),
        };
        let bests = self.bests(arch);
        let mut scores = Scores {
            groups: array::from_fn(|_| vec![0; self.rows]),
            totals: vec![0; self.rows],
            shares: vec![0.0; self.rows],
            bands: vec![0; self.rows],
            ranks: vec![0; self.rows],
            places: vec![0; self.rows],
        };
        let out = Out {
            groups: scores.groups.each_mut().map(Vec::as_mut_slice),
            totals: &mut scores.totals,
            shares: &mut scores.shares,
            bands: &mut scores.bands,
        };
        self.part(arch, bests, out, 0);
        rank(
            self.provinces,
            &scores.totals,
            &mut scores.ranks,
            &mut scores.places,
        );
        scores
    }

    /// What the three criteria against the cohort compare with.
    fn bests(&self, arch: pulp::Arch) -> [Best; 3] {
        let ([one], [two], [three]) = (
            self.groups.second.cohort,
            self.groups.third.cohort,
            self.groups.fourth.cohort,
        );
        [one, two, three].map(|(of, over)| best(arch, of, over))
    }

    /// Scores the rows that `out` is for, the first of which is `first`.
    fn part(&self, arch: pulp::Arch, bests: [Best; 3], out: Out<'_>, first: usize) {
        let rows = out.totals.len();
        if rows > STRETCH.max(2 * BLOCK) {
            let (head, tail) = out.split(rows / 2);
            join(
                || self.part(arch, bests, head, first),
                || self.part(arch, bests, tail, first + rows / 2),
            );
            return;
        }
        arch.dispatch(Rows {
            columns: self,
            bests,
            out,
            first,
        });
    }

    #[inline(always)]
    fn rows(&self, [one, two, three]: [Best; 3], out: Out<'_>, first: usize) {
        let rows = out.totals.len();
        let [leading, second, third, fourth, fifth, sixth] = out.groups;
        let groups = &self.groups;
        for at in (0..rows).step_by(BLOCK) {
            // The last block overlaps the one before it.
            let at = at.min(rows - BLOCK);
            let from = first + at;
            let mut total = [0; BLOCK];
            groups
                .first
                .block(from, [], &mut total, chunk_mut(leading, at));
            groups
                .second
                .block(from, [one], &mut total, chunk_mut(second, at));
            groups
                .third
                .block(from, [two], &mut total, chunk_mut(third, at));
            groups
                .fourth
                .block(from, [three], &mut total, chunk_mut(fourth, at));
            groups
                .fifth
                .block(from, [], &mut total, chunk_mut(fifth, at));
            groups
                .sixth
                .block(from, [], &mut total, chunk_mut(sixth, at));
            widen(&total, chunk_mut(out.totals, at));
            self.put_shares(&total, chunk_mut(out.shares, at));
            self.put_bands(&total, chunk_mut(out.bands, at));
        }
    }

    #[inline(always)]
    fn put_shares(&self, totals: &[i32; BLOCK], out: &mut [f64; BLOCK]) {
        let most = f64::from(self.most);
        for (out, total) in out.iter_mut().zip(totals) {
            *out = f64::from(*total) / most;
        }
    }

    #[inline(always)]
    fn put_bands(&self, totals: &[i32; BLOCK], out: &mut [u8; BLOCK]) {
        // The maximum is a whole number of points, so these percentages of it are whole hundredths.
        let [good, fair] = [85, 70].map(|percent| self.most / 100 * percent);
        for (out, total) in out.iter_mut().zip(totals) {
            *out = u8::from(*total < good) + u8::from(*total < fair);
        }
    }
}

impl<
    const YES_NO: usize,
    const RATIOS: usize,
    const TIERS: usize,
    const COUNTS: usize,
    const LISTS: usize,
    const BEST: usize,
    const CHOICES: usize,
    const COHORT: usize,
    const DEDUCT: usize,
> Group<'_, YES_NO, RATIOS, TIERS, COUNTS, LISTS, BEST, CHOICES, COHORT, DEDUCT>
{
    /// Points of the rows from `from` on, written and added to the total.
    #[inline(always)]
    fn block(
        &self,
        from: usize,
        bests: [Best; COHORT],
        total: &mut [i32; BLOCK],
        out: &mut [i64; BLOCK],
    ) {
        let two = |(of, over)| (chunk::<i32>(of, from), chunk::<i32>(over, from));
        let yes_no = self.yes_no.map(|column| chunk(column, from));
        let ratios = self.ratios.map(two);
        let tiers = self.tiers.map(|column| chunk(column, from));
        let counts = self.counts.map(|column| chunk(column, from));
        let lists = self.lists.map(|column| chunk(column, from));
        let best = (self.best).map(|(yes, ratio)| (chunk(yes, from), two(ratio)));
        let choices = self.choices.map(|column| chunk(column, from));
        let cohort = self.cohort.map(two);
        let deduct = self.deduct.map(|column| chunk(column, from));
        // A place of its own that nothing else can be in: the loop needs no look at whether columns overlap.
        let mut sums = [0; BLOCK];
        for (row, sum) in sums.iter_mut().enumerate() {
            let mut points = 0;
            for column in yes_no {
                points += i32::from(column[row]) * 200;
            }
            for (of, over) in ratios {
                points += ratio(of[row], over[row]);
            }
            for column in tiers {
                let value = i32::from(column[row]);
                let met = |bound: i32| i32::from(value >= bound);
                points += 100 * (met(5_000) + met(7_000) + met(9_000));
            }
            for column in counts {
                points += (column[row] * 25).min(500);
            }
            for column in lists {
                let mask = i32::from(column[row]);
                let bit = |bit: i32| mask >> bit & 1;
                let ticked = 2 * (bit(0) + bit(1) + bit(2) + bit(3)) + bit(4) + bit(5);
                points += (50 * ticked).min(400);
            }
            for column in choices {
                points += i32::from(column[row]) * 100;
            }
            for column in deduct {
                points -= (column[row] * 50).min(200);
            }
            *sum = points;
        }
        // Loops of their own, as one long loop is beyond what some builds make vectors of.
        for (yes, (of, over)) in best {
            for (row, sum) in sums.iter_mut().enumerate() {
                *sum += ratio(of[row], over[row]).max(i32::from(yes[row]) * 200);
            }
        }
        for ((of, over), best) in cohort.into_iter().zip(bests) {
            for (row, sum) in sums.iter_mut().enumerate() {
                *sum += against(of[row], over[row], best);
            }
        }
        for (total, sum) in total.iter_mut().zip(&mut sums) {
            *sum = (*sum).max(0);
            *total += *sum;
        }
        widen(&sums, out);
    }
}

/// `3 × of ÷ over` points, in hundredths, halves up.
#[inline(always)]
#[allow(clippy::cast_precision_loss, reason = "answers are small")]
fn ratio(of: i32, over: i32) -> i32 {
    // Off a tie by at least 1/1000, or on it: pushed over, it is rounded up, and nothing else is moved.
    let quotient = (of * 300) as f32 / over as f32 + 1.0 / 2_048.0;
    (quotient + SHIFT32)
        .to_bits()
        .wrapping_sub(SHIFT32.to_bits())
        .cast_signed()
}

/// `3 × (of ÷ over) ÷ (top ÷ below)` points, in hundredths, halves up.
#[inline(always)]
#[allow(
    clippy::cast_possible_truncation,
    reason = "the low bits are the number"
)]
fn against(of: i32, over: i32, (top, below): Best) -> i32 {
    // Off a tie by at least 1/500,000, or on it.
    let (num, den) = (
        f64::from(of * 300) * f64::from(below),
        f64::from(over) * f64::from(top),
    );
    let quotient = num / den + 1.0 / 1_048_576.0;
    (quotient + SHIFT64).to_bits().cast_signed() as i32
}

/// The largest ratio. Different ones of such small numbers are different floats, too.
#[allow(clippy::cast_precision_loss, reason = "answers are small")]
fn best(arch: pulp::Arch, of: &[i32], over: &[i32]) -> Best {
    if of.len() > STRETCH {
        let half = of.len() / 2;
        let ((of, of_tail), (over, over_tail)) = (of.split_at(half), over.split_at(half));
        let (a, b) = join(|| best(arch, of, over), || best(arch, of_tail, over_tail));
        return if b.0 * a.1 > a.0 * b.1 { b } else { a };
    }
    // Of floats from 0 on, the order is that of their bits.
    let bits = |(of, over): (&i32, &i32)| (*of as f32 / *over as f32).to_bits();
    let rows = || of.iter().zip(over);
    let most = arch.dispatch(|| rows().map(bits).fold(0, u32::max));
    let found = rows().find(|row| bits(*row) == most);
    found.map_or((0, 1), |(of, over)| (*of, *over))
}

/// Competition ranks among all and within provinces, from one count of the totals.
fn rank(provinces: &[u32], totals: &[i64], ranks: &mut [u32], places: &mut [u32]) {
    let extent = totals
        .iter()
        .fold((i64::MAX, i64::MIN), |(least, most), total| {
            (least.min(*total), most.max(*total))
        });
    let (least, most) = extent;
    let behind = |total: i64| usize::try_from(most - total).unwrap_or(0);
    let mut counts = count(provinces, totals, &behind, behind(least) + 1);
    let (mut above, mut above_in) = (1, [1; PROVINCES]);
    for (all, within) in &mut counts {
        above += std::mem::replace(all, above);
        for (count, above) in within.iter_mut().zip(&mut above_in) {
            *above += std::mem::replace(count, *above);
        }
    }
    look_up(
        provinces,
        totals,
        &|total, province| {
            let (all, within) = &counts[behind(total)];
            (*all, within[province as usize])
        },
        ranks,
        places,
    );
}

/// How many units are so far behind the first: of all, and of each province.
type Count = (u32, [u32; PROVINCES]);

fn count(
    provinces: &[u32],
    totals: &[i64],
    behind: &(impl Fn(i64) -> usize + Sync),
    width: usize,
) -> Vec<Count> {
    // Two threads' counts are added up in the end: worth it where there are fewer of them than units.
    if totals.len() > STRETCH.max(2 * PROVINCES * width) {
        let half = totals.len() / 2;
        let ((head, tail), (totals, other)) = (provinces.split_at(half), totals.split_at(half));
        let (mut counts, more) = join(
            || count(head, totals, behind, width),
            || count(tail, other, behind, width),
        );
        for ((all, within), (more, more_in)) in counts.iter_mut().zip(more) {
            *all += more;
            for (count, more) in within.iter_mut().zip(more_in) {
                *count += more;
            }
        }
        return counts;
    }
    let mut counts: Vec<Count> = vec![(0, [0; PROVINCES]); width];
    for (total, province) in totals.iter().zip(provinces) {
        let (all, within) = &mut counts[behind(*total)];
        *all += 1;
        within[*province as usize] += 1;
    }
    counts
}

fn look_up(
    provinces: &[u32],
    totals: &[i64],
    of: &(impl Fn(i64, u32) -> (u32, u32) + Sync),
    ranks: &mut [u32],
    places: &mut [u32],
) {
    if totals.len() > STRETCH {
        let half = totals.len() / 2;
        let ((province, provinces), (total, totals)) =
            (provinces.split_at(half), totals.split_at(half));
        let ((rank, ranks), (place, places)) =
            (ranks.split_at_mut(half), places.split_at_mut(half));
        join(
            || look_up(province, total, of, rank, place),
            || look_up(provinces, totals, of, ranks, places),
        );
        return;
    }
    let out = ranks.iter_mut().zip(places);
    for ((rank, place), (total, province)) in out.zip(totals.iter().zip(provinces)) {
        (*rank, *place) = of(*total, *province);
    }
}

/// The loop over rows, as it is handed to a build.
struct Rows<'r, 'f> {
    columns: &'r Columns<'f>,
    bests: [Best; 3],
    out: Out<'r>,
    first: usize,
}

impl pulp::NullaryFnOnce for Rows<'_, '_> {
    type Output = ();

    // A closure as long as this one would not be built into its caller.
    #[inline(always)]
    fn call(self) {
        self.columns.rows(self.bests, self.out, self.first);
    }
}

/// Where the rows of a part are written.
struct Out<'o> {
    groups: [&'o mut [i64]; 6],
    totals: &'o mut [i64],
    shares: &'o mut [f64],
    bands: &'o mut [u8],
}

impl Out<'_> {
    fn split(self, at: usize) -> (Self, Self) {
        let (totals, more_totals) = self.totals.split_at_mut(at);
        let (shares, more_shares) = self.shares.split_at_mut(at);
        let (bands, more_bands) = self.bands.split_at_mut(at);
        let mut more = Vec::with_capacity(6);
        let groups = self.groups.map(|group| {
            let (head, tail) = group.split_at_mut(at);
            more.push(tail);
            head
        });
        let mut more = more.into_iter();
        let tails = array::from_fn(|_| more.next().unwrap_or_default());
        (
            Self {
                groups,
                totals,
                shares,
                bands,
            },
            Self {
                groups: tails,
                totals: more_totals,
                shares: more_shares,
                bands: more_bands,
            },
        )
    }
}

type Facts<'f> = HashMap<&'f str, &'f Held>;

/// The columns of one group, as its rules name them.
#[derive(Default)]
struct Found<'f> {
    yes_no: Vec<&'f [u8]>,
    ratios: Vec<Ratio<'f>>,
    tiers: Vec<&'f [i16]>,
    counts: Vec<&'f [i32]>,
    lists: Vec<&'f [u8]>,
    best: Vec<(&'f [u8], Ratio<'f>)>,
    choices: Vec<&'f [u8]>,
    cohort: Vec<Ratio<'f>>,
    deduct: Vec<&'f [i32]>,
}

impl<'f> Found<'f> {
    /// Takes the columns that a rule reads. None where it is no rule of the set, or answers are beyond their bounds.
    fn add(&mut self, rule: &RuleKind, facts: &Facts<'f>) -> Option<()> {
        let bytes = |fact: &String| match facts.get(fact.as_str())? {
            Held::Bytes(values) => Some(values.as_slice()),
            _ => None,
        };
        let counts = |fact: &String| match facts.get(fact.as_str())? {
            Held::Counts(values) => Some(values.as_slice()),
            _ => None,
        };
        let ratio = |measure: &Measure| {
            let Measure::Ratio { of, over, .. } = measure else {
                return None;
            };
            let (of, over) = (counts(of)?, counts(over)?);
            let within =
                |(of, over): (&i32, &i32)| (0..=*over).contains(of) && (1..=MOST).contains(over);
            of.iter().zip(over).all(within).then_some((of, over))
        };
        match rule {
            RuleKind::YesNo { fact, .. } => self.yes_no.push(bytes(fact)?),
            RuleKind::Proportional { ratio: measure } => self.ratios.push(ratio(measure)?),
            RuleKind::Tiers {
                measure: Measure::Fact { fact },
                ..
            } => match facts.get(fact.as_str())? {
                Held::Hundredths(values) => self.tiers.push(values),
                _ => return None,
            },
            RuleKind::PerItem { fact, .. } => self.counts.push(counts(fact)?),
            RuleKind::Checklist { fact, .. } => self.lists.push(bytes(fact)?),
            RuleKind::BestOf { rules } => match rules.as_slice() {
                [yes, share] => match (&yes.kind, &share.kind) {
                    (RuleKind::YesNo { fact, .. }, RuleKind::Proportional { ratio: measure }) => {
                        self.best.push((bytes(fact)?, ratio(measure)?));
                    }
                    _ => return None,
                },
                _ => return None,
            },
            RuleKind::Choice { fact, .. } => self.choices.push(bytes(fact)?),
            RuleKind::CohortMax { measure } => {
                let (of, over) = ratio(measure)?;
                of.iter()
                    .any(|of| *of > 0)
                    .then(|| self.cohort.push((of, over)))?;
            }
            RuleKind::Deduct { rule } => match &rule.kind {
                RuleKind::PerItem { fact, .. } => self.deduct.push(counts(fact)?),
                _ => return None,
            },
            _ => return None,
        }
        Some(())
    }

    /// The columns as a group that holds so many of each kind; None where it holds others.
    fn group<
        const YES_NO: usize,
        const RATIOS: usize,
        const TIERS: usize,
        const COUNTS: usize,
        const LISTS: usize,
        const BEST: usize,
        const CHOICES: usize,
        const COHORT: usize,
        const DEDUCT: usize,
    >(
        self,
    ) -> Option<Group<'f, YES_NO, RATIOS, TIERS, COUNTS, LISTS, BEST, CHOICES, COHORT, DEDUCT>>
    {
        Some(Group {
            yes_no: self.yes_no.try_into().ok()?,
            ratios: self.ratios.try_into().ok()?,
            tiers: self.tiers.try_into().ok()?,
            counts: self.counts.try_into().ok()?,
            lists: self.lists.try_into().ok()?,
            best: self.best.try_into().ok()?,
            choices: self.choices.try_into().ok()?,
            cohort: self.cohort.try_into().ok()?,
            deduct: self.deduct.try_into().ok()?,
        })
    }
}

/// A block of a column.
#[inline(always)]
fn chunk<T>(column: &[T], from: usize) -> &[T; BLOCK] {
    &column[from..].as_chunks().0[0]
}

#[inline(always)]
fn chunk_mut<T>(column: &mut [T], at: usize) -> &mut [T; BLOCK] {
    &mut column[at..].as_chunks_mut().0[0]
}

#[inline(always)]
fn widen(from: &[i32; BLOCK], out: &mut [i64; BLOCK]) {
    for (out, from) in out.iter_mut().zip(from) {
        *out = i64::from(*from);
    }
}
