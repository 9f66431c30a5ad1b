//! What the pages say and how they are built.
#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::collections::BTreeSet;

use common::{Element, Page, small_round, small_set};
use cqdt::{Lang, Layer, Rational};
use cqdt_report::{Options, round_page, unit_page, verification_page, write_round_page};

const LANGS: [Lang; 2] = [Lang::Vi, Lang::En];

/// A page without what changes with the style or the version.
fn stable(html: &str) -> String {
    let (before, rest) = html.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    let mut lines: Vec<&str> = before.lines().chain(after.lines()).collect();
    lines.retain(|line| !line.contains("Content-Security-Policy") && !line.contains("generator"));
    lines.join("\n")
}

fn all_pages() -> Vec<String> {
    let round = small_round();
    let entry = &round.entries()[0];
    let both = entry.verification.as_ref().unwrap();
    let mut pages = Vec::new();
    for lang in LANGS {
        pages.push(round_page(&round, lang));
        pages.push(unit_page(&both.own, lang));
        pages.push(verification_page(
            both,
            entry.submission.as_ref().unwrap(),
            lang,
        ));
    }
    pages
}

#[test]
fn round_in_vietnamese() {
    insta::assert_snapshot!(stable(&round_page(&small_round(), Lang::Vi)));
}

#[test]
fn round_in_english() {
    insta::assert_snapshot!(stable(&round_page(&small_round(), Lang::En)));
}

#[test]
fn unit_in_both_languages() {
    let round = small_round();
    let report = round.entries()[1].report(Layer::SelfAssessed).unwrap();
    for lang in LANGS {
        let page = stable(&unit_page(report, lang));
        insta::assert_snapshot!(format!("unit_{lang:?}"), page);
    }
}

#[test]
fn browsers_find_no_fault() {
    for html in all_pages() {
        assert_eq!(Page::parse(&html).errors, [""; 0]);
    }
}

#[test]
fn nothing_is_loaded_and_nothing_runs() {
    for html in all_pages() {
        let page = Page::parse(&html);
        for name in [
            "script", "link", "img", "iframe", "object", "embed", "base", "form", "video", "audio",
        ] {
            assert_eq!(page.named(name).count(), 0, "{name}");
        }
        assert_eq!(page.named("title").count(), 1);
        for element in &page.elements {
            for (key, value) in &element.attributes {
                assert!(
                    !key.starts_with("on") && key != "style" && !key.contains("src"),
                    "{element:?}"
                );
                if key == "href" {
                    assert_eq!(element.name, "a");
                    let leaves = value.starts_with("https://") || value.starts_with("http://");
                    assert!(leaves || value.starts_with('#'), "{value}");
                    let rel = element.get("rel").unwrap_or_default();
                    assert_eq!(leaves, rel.contains("noopener"), "{value}");
                }
            }
        }
        let policy = page
            .named("meta")
            .find(|meta| meta.get("http-equiv") == Some("Content-Security-Policy"))
            .and_then(|meta| meta.get("content"));
        assert!(
            policy
                .unwrap()
                .starts_with("default-src 'none'; style-src 'sha256-")
        );
    }
}

#[test]
fn links_arrive_and_headings_descend() {
    for html in all_pages() {
        let page = Page::parse(&html);
        let ids: Vec<&str> = page
            .elements
            .iter()
            .filter_map(|one| one.get("id"))
            .collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len());
        let targets = page.elements.iter().flat_map(|one| {
            let link = one.get("href").and_then(|href| href.strip_prefix('#'));
            link.into_iter().chain(one.get("aria-labelledby"))
        });
        for target in targets {
            assert!(unique.contains(target), "{target}");
        }
        let mut last = 0;
        for element in &page.elements {
            let level = element
                .name
                .strip_prefix('h')
                .and_then(|level| level.parse::<u8>().ok());
            if let Some(level) = level {
                assert!(level <= last + 1, "{}", element.words());
                assert!(level > 1 || last == 0, "a second h1: {}", element.words());
                last = level;
            }
        }
        assert!(last > 0);
    }
}

#[test]
fn every_sheet_has_every_criterion_and_the_notice() {
    let set = small_set();
    let wanted: Vec<&str> = set
        .criteria()
        .map(|criterion| criterion.id.as_str())
        .collect();
    for lang in LANGS {
        let html = round_page(&small_round(), lang);
        let page = Page::parse(&html);
        let mut sheets = 0;
        for sheet in page.inside(|one| one.name == "article") {
            sheets += 1;
            let found: Vec<&str> = sheet
                .iter()
                .filter_map(|one| one.get("data-criterion"))
                .collect();
            assert_eq!(found, wanted);
            let notice = sheet.iter().find(|one| one.has_class("notice")).unwrap();
            assert_eq!(Some(notice.words()), set.notice(lang));
            assert!(
                sheet
                    .iter()
                    .any(|one| one.has_class("hash") && one.text == set.fingerprint())
            );
        }
        // All that reported on the right form.
        assert_eq!(sheets, 4);
    }
}

#[test]
fn ranking_prints_totals_to_the_places_of_published_tables() {
    let page = Page::parse(&round_page(&small_round(), Lang::Vi));
    let rows: Vec<Vec<String>> = page
        .inside(|one| one.name == "tr")
        .filter(|row| row.iter().any(|cell| cell.has_class("rank")))
        .map(|row| {
            let cells = row.iter().filter(|one| one.name == "td");
            cells.map(|cell| cell.words()).collect()
        })
        .collect();
    let facts_first = [
        // 8 ÷ 8 × 2 + 4 + 6
        ["1", "12,0", "100,00%", "Tốt", "–", "đúng hạn"],
        // 1.88 + 4 + 2.5 + 1.5, of which 1 bonus point counts; 1.92 + 4 + 6 + 1 by its own account
        [
            "2",
            "9,4",
            "78,17%",
            "Chưa đạt",
            "Tự đánh giá 12,9 (−3,54)",
            "đúng hạn",
        ],
        // a numerator above its denominator, no answer, two violations
        [
            "3",
            "2,0",
            "16,67%",
            "Chưa đạt",
            "–",
            "quá hạn chưa đầy đủ 2 lỗi",
        ],
    ];
    assert_eq!(rows, facts_first);
}

fn number(element: &Element) -> Rational {
    let text = element.words().replace('−', "-").replace(',', ".");
    text.parse().unwrap()
}

#[test]
fn printed_columns_add_up_by_hand() {
    for lang in LANGS {
        let page = Page::parse(&round_page(&small_round(), lang));
        for table in page.inside(|one| one.name == "table" && one.has_class("lines")) {
            let points = |cell: &Element| cell.name == "td" && cell.has_class("points");
            let mut cells = table
                .iter()
                .filter(|cell| points(cell))
                .map(|cell| number(cell));
            let kinds: Vec<&str> = table
                .iter()
                .filter(|row| {
                    row.name == "tr"
                        && row
                            .get("class")
                            .is_some_and(|class| class != "running" && class != "part")
                })
                .map(|row| row.get("class").unwrap().split(' ').next().unwrap())
                .collect();
            let (mut group, mut lines, mut total) =
                (Rational::ZERO, Rational::ZERO, Rational::ZERO);
            for kind in kinds {
                let value = cells.next().unwrap();
                match kind {
                    "group" => {
                        assert_eq!(lines, group);
                        (group, lines) = (value.clone(), Rational::ZERO);
                        total = total + value;
                    }
                    "line" => lines = lines + value,
                    "step" => total = total + value,
                    "total" => {
                        assert_eq!(lines, group);
                        assert_eq!(total, value);
                    }
                    other => unreachable!("{other}"),
                }
            }
            assert_eq!(cells.next(), None);
        }
    }
}

#[test]
fn sheets_can_be_left_out() {
    let mut html = Vec::new();
    let options = Options::new(Lang::Vi).without_sheets();
    write_round_page(&small_round(), options, &mut html).unwrap();
    let page = Page::parse(&String::from_utf8(html).unwrap());
    assert_eq!(page.named("article").count(), 0);
    assert!(page.named("table").any(|table| table.has_class("ranking")));
    let anchors = page.named("a").filter_map(|link| link.get("href"));
    assert!(!anchors.collect::<Vec<_>>().contains(&"#u1"));
}

#[test]
fn a_writer_that_fails_is_told() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let error = write_round_page(&small_round(), Options::new(Lang::En), Full).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
}
