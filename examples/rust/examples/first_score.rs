//! One commune, one form: score, explain, see what is still to win.
//!
//! ```sh
//! cargo run -p cqdt-examples --example first_score
//! ```

use std::error::Error;

use cqdt::{CriteriaSet, Lang, Submission};

fn main() -> Result<(), Box<dyn Error>> {
    let form = cqdt_criteria::find("viet-tri-2395-2018/phu-luc-2").ok_or("no such form")?;
    let set = CriteriaSet::parse_toml(form.text)?;

    let answers = Submission::new("phuong-gia-cam")
        .with("cb-may", 18)
        .with("cb", 20)
        .with("tslcd", true)
        .with("may-quet", "có");
    let report = set.score(&answers);

    println!("{}", report.explain(Lang::Vi));
    println!("Còn có thể đạt thêm:");
    for line in report.points_left().iter().take(5) {
        println!(
            "  {}: {} điểm",
            line.criterion,
            Lang::Vi.number(&line.left.to_string())
        );
    }
    Ok(())
}
