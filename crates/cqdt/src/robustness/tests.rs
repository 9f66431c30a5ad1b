//! Against cases that can be worked out, and against a plain second way of doing the same.
#![allow(clippy::unwrap_used, clippy::float_cmp, clippy::cast_precision_loss)]

use super::*;

/// The plain way: all ranks kept, each found by comparing with everyone, quantiles by sorting.
fn plainly(settings: &Robustness, table: &GroupTable) -> Vec<[f64; 5]> {
    let weights = Weights::of(settings, table.groups()).unwrap();
    let rank = |factors: &[i32]| -> Vec<u32> {
        let total = |unit: usize| -> i128 {
            let groups = table.points.iter().zip(factors);
            groups
                .map(|(points, factor)| i128::from(points[unit]) * i128::from(*factor))
                .sum()
        };
        let totals: Vec<i128> = (0..table.units).map(total).collect();
        let ahead = |own: &i128| totals.iter().filter(|total| *total > own).count();
        totals
            .iter()
            .map(|own| u32::try_from(ahead(own)).unwrap() + 1)
            .collect()
    };
    let published = rank(&vec![draw::ONE; table.groups()]);
    let mut all = vec![Vec::new(); table.units];
    for at in 0..settings.draws {
        let mut factors = vec![0; table.groups()];
        weights.draw(settings.seed, at, &mut factors);
        for (all, rank) in all.iter_mut().zip(rank(&factors)) {
            all.push(rank);
        }
    }
    let units = all.into_iter().zip(published);
    units
        .map(|(mut ranks, published)| {
            ranks.sort_unstable();
            let count = ranks.len();
            let at = |percent: usize| f64::from(ranks[(count * percent).div_ceil(100).max(1) - 1]);
            let sum: u64 = ranks.iter().map(|rank| u64::from(*rank)).sum();
            let same = ranks.iter().filter(|rank| **rank == published).count();
            [
                sum as f64 / count as f64,
                at(50),
                at(5),
                at(95),
                same as f64 / count as f64,
            ]
        })
        .collect()
}

fn table(units: usize, groups: usize, ties: bool) -> GroupTable {
    let mut state = 1_u64;
    let mut next = |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        i64::try_from((state >> 33) % below).unwrap()
    };
    let below = if ties { 4 } else { 3_000 };
    let points = (0..groups).map(|_| (0..units).map(|_| next(below)).collect());
    GroupTable::new(points.collect())
}

#[test]
fn equals_the_plain_way() {
    let drawings = [
        Drawing::Uniform { percent: 25 },
        Drawing::Uniform { percent: 100 },
        Drawing::Dirichlet {
            concentration: 40.0,
        },
    ];
    // Few draws and many units, and the other way round; by counting and by sorting.
    for (units, draws) in [(7, 300), (50, 40), (660, 20), (660, 661), (1, 5)] {
        // The plain way takes its time.
        let drawings = &drawings[..if draws > 600 { 1 } else { 3 }];
        for drawing in drawings.iter().copied() {
            for ties in [false, true] {
                let table = table(units, 5, ties);
                let settings = Robustness::new(draws, 11).drawing(drawing).drop_one_group();
                let report = settings.run(&table).unwrap();
                let units = report.units().iter();
                let ours: Vec<[f64; 5]> = units
                    .map(|unit| {
                        let ranks = [unit.median, unit.low, unit.high].map(f64::from);
                        [unit.mean, ranks[0], ranks[1], ranks[2], unit.at_published]
                    })
                    .collect();
                assert_eq!(ours, plainly(&settings, &table));
            }
        }
    }
}

#[test]
fn two_units_that_only_weights_part() {
    // One unit is 10 ahead in a group, the other in the other: whose group weighs more is ahead.
    let table = GroupTable::new(vec![vec![10, 0], vec![0, 10]]);
    let report = Robustness::new(20_000, 3)
        .pair(0, 1)
        .pair(1, 0)
        .run(&table)
        .unwrap();
    assert_eq!(report.published(), [1, 1]);
    let [(_, _, first), (_, _, second)] = report.pairs() else {
        unreachable!("two pairs were asked for")
    };
    // 501 weights each: equal ones one time in 501.
    assert!((first - 0.5 * 500.0 / 501.0).abs() < 0.015, "{first}");
    assert!((second - 0.5 * 500.0 / 501.0).abs() < 0.015, "{second}");
    assert!(first + second < 1.0);
}

#[test]
fn one_weight_changes_nothing() {
    let table = GroupTable::new(vec![vec![30, 20, 20, 10]]);
    let report = Robustness::new(100, 1).run(&table).unwrap();
    assert_eq!(report.published(), [1, 2, 2, 4]);
    for (unit, published) in report.units().iter().zip(report.published()) {
        assert_eq!(
            (unit.median, unit.low, unit.high),
            (*published, *published, *published)
        );
        assert_eq!((unit.mean, unit.at_published), (f64::from(*published), 1.0));
    }
    let dense = Robustness::new(10, 1)
        .run(&table.ties(Ties::Dense))
        .unwrap();
    assert_eq!(dense.published(), [1, 2, 2, 3]);
}

#[test]
fn same_seed_same_numbers_and_another_seed_others() {
    let table = table(60, 4, false);
    let run = |seed: u64| Robustness::new(500, seed).run(&table).unwrap();
    assert_eq!(run(5), run(5));
    assert_ne!(run(5), run(6));
}

#[test]
fn a_group_without_weight_keeps_it() {
    // A group of penalties has a maximum of 0: nothing to draw around.
    let settings = Robustness::new(10, 1)
        .drawing(Drawing::Dirichlet { concentration: 9.0 })
        .weights(vec![14.0, 0.0, 6.0]);
    for draw in 0..10 {
        let weights = settings.weights_of_draw(3, draw).unwrap();
        assert_eq!(weights[1], draw::ONE);
        // What is drawn shares out what was decided.
        let spent = 14 * weights[0] + 6 * weights[2];
        assert!((spent - 20 * draw::ONE).abs() <= 20, "{weights:?}");
    }
}

#[test]
fn stops_and_refuses() {
    let table = table(10, 3, false);
    let stopped = Robustness::new(10_000, 1).run_with(&table, &|_| ControlFlow::Break(()));
    assert!(matches!(stopped, Err(RobustnessError::Stopped { draws }) if draws < 10_000));
    let nothing = GroupTable::new(Vec::new());
    assert_eq!(
        Robustness::new(10, 1).run(&nothing),
        Err(RobustnessError::Empty)
    );
    let too_wide = Robustness::new(10, 1).drawing(Drawing::Uniform { percent: 101 });
    assert_eq!(too_wide.run(&table), Err(RobustnessError::Empty));
    let huge = GroupTable::new(vec![vec![i64::MAX, 1]]);
    assert_eq!(
        Robustness::new(10, 1).run(&huge),
        Err(RobustnessError::TooLarge)
    );
}

#[test]
fn groups_add_up_to_what_ranks() {
    let mut points = vec![vec![100, 40, 0, 1], vec![50, 40, 0, 1], vec![25, 10, 0, 1]];
    settle(&mut points, &[175, 100, 0, 100]);
    let column = |row: usize| -> Vec<i64> { points.iter().map(|group| group[row]).collect() };
    assert_eq!(column(0), [100, 50, 25]);
    assert_eq!(column(1), [44, 45, 11]);
    assert_eq!(column(2), [0, 0, 0]);
    assert_eq!(column(3).iter().sum::<i64>(), 100);
    assert_eq!((divided(5, 2), divided(-5, 2), divided(4, 2)), (3, -2, 2));
}
