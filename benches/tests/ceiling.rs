//! The hand-written program comes to what the generic plan comes to, in every row.
#![allow(clippy::unwrap_used, missing_docs)]

use cqdt::CriteriaSet;
use cqdt_benches::Frame;
use cqdt_benches::ceiling::{Build, Columns, Scores};

#[test]
fn equals_the_plan_in_every_row() {
    let set = CriteriaSet::parse_json(&cqdt_benches::set()).unwrap();
    // One block; a block and a row; parts that are no whole blocks; more units than totals.
    for rows in [256, 257, 10_600, 300_001] {
        let frame = Frame::new(&set, rows);
        let columns = Columns::of(&set, &frame).unwrap();
        let expected = Scores::by_plan(&set, &frame).unwrap();
        for threads in [1, 2, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let pool = pool.build().unwrap();
            for build in [Build::Portable, Build::Picked] {
                let found = pool.install(|| columns.score(build));
                assert!(
                    found == expected,
                    "{rows} rows, {threads} threads, {build:?}"
                );
            }
        }
    }
}

#[test]
fn takes_no_other_set() {
    let other = CriteriaSet::parse_json(&cqdt_benches::set_of(&[("yes_no", 60)])).unwrap();
    assert!(Columns::of(&other, &Frame::new(&other, 1_000)).is_none());
    let set = CriteriaSet::parse_json(&cqdt_benches::set()).unwrap();
    assert!(Columns::of(&set, &Frame::new(&set, 255)).is_none());
}
