//! A blank submission to fill in: every fact with what is asked and what is an answer, in TOML.

use std::fmt::Write as _;

use cqdt::criteria::{Choice, Fact, FactType};
use cqdt::{CriteriaSet, Lang};

use crate::table::plain;

/// The blank submission of a set. Left as it is, it is sound and answers nothing.
pub(crate) fn blank(set: &CriteriaSet, lang: Lang) -> String {
    let mut text = String::new();
    let definition = set.definition();
    comment(&mut text, definition.title.get(lang));
    if let Some(notice) = set.notice(lang) {
        comment(&mut text, &notice);
    }
    comment(
        &mut text,
        lang.pick(
            "Điền vào giữa hai dấu \"\"; để trống là chưa có số liệu. Số thập phân viết dấu chấm: \"87.5\".",
            "Fill in between the \"\"; what stays empty is not answered. Decimals take a point: \"87.5\".",
        ),
    );
    // Writing to a text can't fail.
    let _ = write!(text, "\nformat = 1\nset = \"{}\"\n", set.id());
    let (unit, received) = (
        lang.pick(
            "mã đơn vị, bỏ dấu # ở đầu dòng",
            "the unit's id; take away the #",
        ),
        lang.pick(
            "nơi nhận ghi ngày nhận",
            "the collector writes when it came in",
        ),
    );
    let _ = write!(
        text,
        "# unit = \"phuong-gia-cam\"   # {unit}\n# received = 2018-10-01     # {received}\n\n[facts]\n"
    );
    for fact in &definition.facts {
        question(&mut text, fact, lang);
    }
    let proved = set.criteria().filter(|criterion| criterion.evidence);
    let proved: Vec<_> = proved.collect();
    if !proved.is_empty() {
        text.push('\n');
        comment(
            &mut text,
            lang.pick(
                "Tài liệu kiểm chứng: bỏ dấu # ở các dòng dưới và ghi số, ngày văn bản.",
                "Evidence: take away the # below and write the documents' numbers and dates.",
            ),
        );
        text.push_str("[evidence]\n");
        for criterion in proved {
            comment(&mut text, criterion.title.get(lang));
            let id = &criterion.id;
            let _ = writeln!(
                text,
                "# \"{id}\" = [{{ number = \"\", date = 2018-09-20 }}]"
            );
        }
    }
    text
}

fn comment(text: &mut String, words: &str) {
    let _ = writeln!(text, "# {}", plain(words));
}

fn question(text: &mut String, fact: &Fact, lang: Lang) {
    text.push('\n');
    let mut asked = fact.title.get(lang).to_owned();
    if let Some(unit) = &fact.unit {
        let _ = write!(asked, " ({})", unit.get(lang));
    }
    let _ = write!(asked, ": {}", answer(&fact.kind, lang));
    comment(text, &asked);
    if let Some(help) = &fact.help {
        comment(text, help.get(lang));
    }
    for key in fact.kind.keys() {
        comment(text, &format!("  {} = {}", key.id, key.title.get(lang)));
    }
    if fact.not_applicable {
        comment(
            text,
            lang.pick(
                "Nếu không áp dụng: { not_applicable = \"lý do\" }",
                "Where not applicable: { not_applicable = \"reason\" }",
            ),
        );
    }
    let id = &fact.id;
    // A key with points in it would be a table of tables.
    let id = if id.contains('.') {
        format!("\"{id}\"")
    } else {
        id.clone()
    };
    let _ = match &fact.kind {
        // The round fills it in.
        FactType::Rollup { .. } => writeln!(text, "# {id}"),
        FactType::Items { .. } => writeln!(text, "{id} = []"),
        _ => writeln!(text, "{id} = \"\""),
    };
}

/// What is an answer.
fn answer(kind: &FactType, lang: Lang) -> String {
    let range = |min: &cqdt::Rational, max: &cqdt::Rational| {
        let (min, max) = (lang.exact(min), lang.exact(max));
        match lang {
            Lang::Vi => format!("từ {min} đến {max}"),
            Lang::En => format!("from {min} to {max}"),
        }
    };
    let keys = |keys: &[Choice]| {
        let keys: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
        keys.join(", ")
    };
    let word = |vi, en| lang.pick(vi, en);
    match kind {
        FactType::YesNo => word("có hoặc không", "có (yes) or không (no)").to_owned(),
        // As good as no limit.
        FactType::Count { min, max } if *max == cqdt::Rational::from(1_000_000_000) => {
            let min = lang.exact(min);
            match lang {
                Lang::Vi => format!("số nguyên từ {min} trở lên"),
                Lang::En => format!("a whole number from {min} on"),
            }
        }
        FactType::Count { min, max } => {
            format!(
                "{} {}",
                word("số nguyên", "a whole number"),
                range(min, max)
            )
        }
        FactType::Amount { min, max } => format!("{} {}", word("số", "a number"), range(min, max)),
        FactType::Percent { min, max } => {
            format!("{} {}", word("tỷ lệ %", "percent"), range(min, max))
        }
        FactType::Choice { keys: all } => {
            format!("{} {}", word("một trong", "one of"), keys(all))
        }
        FactType::Items { keys: all } => {
            let keys = keys(all);
            match lang {
                Lang::Vi => format!("các mục đã có, như [\"a\", \"b\"], trong {keys}"),
                Lang::En => format!("those that hold, like [\"a\", \"b\"], out of {keys}"),
            }
        }
        FactType::Points { max, step } => {
            let (max, step) = (lang.exact(max), lang.exact(step));
            match lang {
                Lang::Vi => format!("điểm từ 0 đến {max}, theo bước {step}"),
                Lang::En => format!("points from 0 to {max} in steps of {step}"),
            }
        }
        FactType::Rollup { .. } => word(
            "đợt đánh giá tự tính từ các đơn vị trực thuộc, không điền",
            "the round works it out from the units below; leave it",
        )
        .to_owned(),
        // The core may come to know more.
        _ => String::new(),
    }
}
