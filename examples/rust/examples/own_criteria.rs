//! A criteria set of one's own, with its faults shown before it is mended.
//!
//! ```sh
//! cargo run -p cqdt-examples --example own_criteria
//! ```

use std::error::Error;

use cqdt::{CriteriaSet, Lang, Submission};

const SET: &str = r#"
format = 1
id = "vi-du/mot-tieu-chi"
version = "0.1.0"
status = "reconstructed"
agency_group = "cap-xa"
max = 2
title = { vi = "Một tiêu chí", en = "One criterion" }
document = { number = "01/VD", date = 2018-07-05, issuer = { vi = "Ví dụ", en = "Example" }, title = { vi = "Ví dụ", en = "Example" } }
sources = { vd = { document = "Ví dụ" } }

[[facts]]
id = "hop"
type = "count"
title = { vi = "Số cuộc họp ban chỉ đạo", en = "Meetings of the steering committee" }
unit = { vi = "cuộc", en = "meetings" }

[[groups]]
id = "i"
number = "I"
title = { vi = "Chỉ đạo", en = "Leadership" }
max = 2

[[groups.criteria]]
id = "i.1"
number = "1"
title = { vi = "Ban chỉ đạo họp thường kỳ", en = "The steering committee meets regularly" }
max = 2
rule = { kind = "tiers", fact = "hop", steps = [{ at_least = 4, points = 2 }, { at_least = 2, points = 1 }] }
basis = { status = "reconstructed", source = "vd", item = "1" }
"#;

fn main() -> Result<(), Box<dyn Error>> {
    // A maximum that no answer reaches is found before anybody is scored.
    let faulty = SET.replace("at_least = 4, points = 2", "at_least = 4, points = 1.5");
    if let Err(error) = CriteriaSet::parse_toml(&faulty) {
        for fault in error.faults() {
            println!("{}", fault.message(Lang::En));
        }
    }

    let set = CriteriaSet::parse_toml(SET)?;
    let report = set.score(&Submission::new("xa-hung-lo").with("hop", 3));
    let line = report
        .explain_criterion("i.1", Lang::En)
        .ok_or("no such criterion")?;
    println!(
        "{}: {} of {} points, since {}",
        line.title, line.points, line.max, line.formula
    );
    Ok(())
}
