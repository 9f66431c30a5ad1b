//! The published totals of Phú Thọ's departments come out in the published order.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::path::Path;

use cqdt::criteria::Ties;
use cqdt::{NumberStyle, Rational, Standing, compare, read_decimal};

/// As Decision 519/QĐ-UBND of 08/3/2022 ranks them (its first 18 rows).
const PUBLISHED: [&str; 18] = [
    "Cục Thuế tỉnh",
    "Sở Thông tin và Truyền thông",
    "Văn phòng UBND tỉnh",
    "Sở Y tế",
    "Sở Tài chính",
    "Sở Kế hoạch và Đầu tư",
    "Kho bạc Nhà nước tỉnh",
    "Bảo hiểm Xã hội tỉnh",
    "Sở Lao động, Thương binh và Xã hội",
    "Sở Giáo dục và Đào tạo",
    "Sở Nội vụ",
    "Sở Tư pháp",
    "Sở Tài nguyên và Môi trường",
    "Sở Giao thông vận tải",
    "Sở Xây dựng",
    "Sở Khoa học và Công nghệ",
    "Sở Nông nghiệp và Phát triển Nông thôn",
    "Sở Công Thương",
];

struct Row {
    unit: String,
    name: String,
    total: Rational,
}

fn rows(year: &str) -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../phu-tho-2021/{year}.csv"));
    let mut reader = csv::Reader::from_path(path).unwrap();
    assert_eq!(reader.headers().unwrap(), vec!["unit", "name", "total"]);
    let records = reader.records().map(Result::unwrap);
    records
        .map(|record| Row {
            unit: record[0].to_owned(),
            name: record[1].to_owned(),
            total: read_decimal(&record[2], NumberStyle::Plain).unwrap().into(),
        })
        .collect()
}

fn standings(rows: &[Row]) -> Vec<Standing> {
    let standings = rows.iter();
    standings
        .map(|row| Standing::new(row.unit.clone(), row.total.clone()))
        .collect()
}

#[test]
fn the_published_order_of_2021_comes_out() {
    let (before, now) = (rows("2020"), rows("2021"));
    let compared = compare(&standings(&before), &standings(&now), Ties::Competition).unwrap();
    let name = |unit: &str| {
        now.iter()
            .find(|row| row.unit == unit)
            .unwrap()
            .name
            .as_str()
    };
    let order: Vec<&str> = compared.iter().map(|row| name(&row.unit)).collect();
    assert_eq!(order, PUBLISHED);
    let ranks: Vec<_> = compared.iter().map(|row| row.rank_now).collect();
    assert_eq!(
        ranks,
        (1..=18).map(Some).collect::<Vec<_>>(),
        "2021 has no tie"
    );
}

#[test]
fn three_departments_tied_in_2020() {
    let (before, now) = (rows("2020"), rows("2021"));
    let compared = compare(&standings(&before), &standings(&now), Ties::Competition).unwrap();
    let row = |unit: &str| compared.iter().find(|row| row.unit == unit).unwrap();
    let tied = [
        "so-giao-duc-va-dao-tao",
        "so-tai-nguyen-va-moi-truong",
        "so-cong-thuong",
    ];
    for unit in tied {
        assert_eq!(row(unit).before, Some(Rational::ratio(1298, 10)), "{unit}");
        assert_eq!(row(unit).rank_before, Some(13), "{unit}");
    }
    assert!(
        compared
            .iter()
            .all(|row| row.rank_before != Some(14) && row.rank_before != Some(15))
    );
    assert_eq!(row("so-khoa-hoc-va-cong-nghe").rank_before, Some(16));
}

#[test]
fn changes_are_exact() {
    let (before, now) = (rows("2020"), rows("2021"));
    let compared = compare(&standings(&before), &standings(&now), Ties::Competition).unwrap();
    let row = |unit: &str| compared.iter().find(|row| row.unit == unit).unwrap();
    let planning = row("so-ke-hoach-va-dau-tu");
    assert_eq!(planning.change.as_ref().unwrap().to_string(), "5");
    assert_eq!(
        (planning.rank_before, planning.rank_now, planning.ranks_won),
        (Some(17), Some(6), Some(11))
    );
    let trade = row("so-cong-thuong");
    assert_eq!(trade.change.as_ref().unwrap().to_string(), "-2.8");
    assert_eq!(trade.ranks_won, Some(-5));
}
