//! What each unit sends in, and what goes wrong with it.

use std::collections::BTreeMap;

use cqdt::criteria::FactType;
use cqdt::round::Unit;
use cqdt::{CriteriaSet, Round};
use serde_json::{Map, Value, json};

use crate::answers::answers;
use crate::random::Random;

/// Stands in the number of every document that backs an answer, since not every format can hold a remark.
pub const MARK: &str = "GIA-LAP";

/// The form that a unit fills in: its own, but for one that takes the wrong one.
pub(crate) fn form_of(unit: &Unit) -> &str {
    match unit.id.as_str() {
        "kinh-te" => "viet-tri-2395-2018/phu-luc-2",
        _ => &unit.set,
    }
}

/// File name and submission of everything that a unit sends in.
pub(crate) fn submissions(
    round: &Round,
    unit: &Unit,
    form: &CriteriaSet,
    seed: u64,
) -> Vec<(String, Value)> {
    let mut random = Random::of(seed, &unit.id);
    let strength = random.within(420, 985);
    let mut submission = submission(round, unit, form, strength, &mut random);
    let name = unit.id.clone();
    match unit.id.as_str() {
        "phuong-ben-got" => return Vec::new(),
        "xa-tan-duc" => {
            submission["received"] = json!("2018-10-06T09:15");
            verified(
                &mut submission,
                "cham",
                json!(4),
                "Hạn trước ngày 03/10/2018, nhận ngày 06/10/2018",
            );
        }
        "phuong-tien-cat" => {
            let mut first = submission.clone();
            first["received"] = json!("2018-09-27T14:05");
            first["facts"]["tin-bai"] = json!(11);
            submission["received"] = json!("2018-10-01T16:40");
            return vec![(name, first), (format!("{}-bo-sung", unit.id), submission)];
        }
        "phuong-van-co" => {
            let left_out = [
                "hs-mot-cua",
                "hs-dung-han",
                "kinh-phi",
                "lien-thong",
                "quy-che",
                "vb-di-ky-so",
            ];
            if let Some(facts) = submission["facts"].as_object_mut() {
                facts.retain(|id, _| !left_out.contains(&id.as_str()));
                facts.insert("trang".to_owned(), Value::Null);
            }
        }
        "phuong-tho-son" => {
            let facts = &mut submission["facts"];
            let staff = facts["cb"].as_i64().unwrap_or(0);
            facts["cb-may"] = json!(staff + 3);
            facts["trang"] = json!("co-trang");
            facts["vb-di"] = json!(-5);
            facts["hai-long"] = json!(true);
            facts["may-in"] = json!(4);
        }
        "phuong-gia-cam" => {
            submission["evidence"]["iii.1"] = json!([
                { "number": format!("07/KH-UBND ({MARK})"), "date": "2017-03-15", "note": "Kế hoạch của năm 2017" }
            ]);
        }
        "phuong-minh-nong" | "xa-kim-duc" => not_applicable(
            &mut submission,
            &["so-ht", "so-ht-sh"],
            "Sổ hộ tịch đã chuyển về thành phố để số hóa tập trung",
        ),
        "thanh-tra" | "van-phong" => {
            let facts = form.definition().facts.iter();
            let excused: Vec<&str> = facts
                .filter(|fact| fact.not_applicable)
                .map(|fact| fact.id.as_str())
                .collect();
            not_applicable(
                &mut submission,
                &excused,
                "Đơn vị không trực tiếp giải quyết thủ tục hành chính",
            );
        }
        _ => {}
    }
    if [
        "phuong-nong-trang",
        "phuong-tan-dan",
        "phuong-van-phu",
        "xa-chu-hoa",
        "xa-thuy-van",
        "giao-duc-dao-tao",
        "noi-vu",
        "tu-phap",
    ]
    .contains(&unit.id.as_str())
    {
        check_on_site(&mut submission, form, &mut random);
    }
    vec![(name, submission)]
}

fn submission(
    round: &Round,
    unit: &Unit,
    form: &CriteriaSet,
    strength: i64,
    random: &mut Random,
) -> Value {
    let facts: Map<String, Value> = answers(form, strength, random).into_iter().collect();
    let day = random.within(24, 32);
    let (hour, minute) = (random.within(7, 16), random.within(0, 59));
    let received = match day {
        31.. => format!("2018-10-{:02}T{hour:02}:{minute:02}", day - 30),
        _ => format!("2018-09-{day:02}T{hour:02}:{minute:02}"),
    };
    let mut evidence = Map::new();
    for criterion in form.criteria().filter(|criterion| criterion.evidence) {
        // Now and then one is forgotten.
        if random.chance(60) {
            continue;
        }
        let date = format!(
            "2018-{:02}-{:02}",
            random.within(1, 9),
            random.within(1, 28)
        );
        let number = format!("{:02}/{} ({MARK})", random.within(1, 180), office(unit));
        evidence.insert(
            criterion.id.clone(),
            json!([{ "number": number, "date": date }]),
        );
    }
    debug_assert!(round.units.contains(unit));
    json!({
        "format": 1,
        "set": form.id(),
        "unit": unit.id,
        "received": received,
        "facts": facts,
        "evidence": evidence,
    })
}

/// How a unit signs its documents.
fn office(unit: &Unit) -> String {
    let name = unit.id.as_str();
    if name.starts_with("phuong-") || name.starts_with("xa-") {
        return "BC-UBND".to_owned();
    }
    let initials = name.split('-').filter_map(|word| word.chars().next());
    format!("BC-{}", initials.collect::<String>().to_uppercase())
}

fn not_applicable(submission: &mut Value, facts: &[&str], reason: &str) {
    for fact in facts {
        submission["facts"][*fact] = json!({ "not_applicable": reason });
    }
}

fn verified(submission: &mut Value, fact: &str, value: Value, reason: &str) {
    submission["verified"][fact] = value;
    submission["reasons"][fact] = json!(reason);
}

/// The verifiers look at a few figures and find some too good.
fn check_on_site(submission: &mut Value, form: &CriteriaSet, random: &mut Random) {
    let checked: BTreeMap<&str, &str> = [
        ("cb-chuan", "Một số chứng chỉ chưa có bản sao hợp lệ"),
        (
            "cb-qlvb",
            "Nhật ký phần mềm cho thấy ít người đăng nhập hơn",
        ),
        (
            "hs-dung-han",
            "Đối chiếu với báo cáo của phần mềm một cửa điện tử",
        ),
        ("may-virus", "Bản quyền phần mềm đã hết hạn trên một số máy"),
        (
            "tin-bai",
            "Không tính tin, bài đăng ngoài thời gian đánh giá",
        ),
        ("vb-di-dt", "Đối chiếu với sổ văn bản đi trên phần mềm"),
    ]
    .into();
    let mut wrong = 0;
    for fact in &form.definition().facts {
        let (Some(reason), FactType::Count { .. }) = (checked.get(fact.id.as_str()), &fact.kind)
        else {
            continue;
        };
        let Some(told) = submission["facts"][&fact.id]
            .as_i64()
            .filter(|told| *told > 3)
        else {
            continue;
        };
        if random.chance(600) {
            let found = told * random.within(780, 960) / 1000;
            verified(submission, &fact.id, json!(found), reason);
            wrong += 1;
        }
    }
    if submission["verified"]["vb-di-dt"].is_i64() {
        // No more can be signed than were sent.
        let sent = submission["verified"]["vb-di-dt"].as_i64().unwrap_or(0);
        let signed = submission["facts"]["vb-di-ky-so"].as_i64().unwrap_or(0);
        if signed > sent {
            verified(
                submission,
                "vb-di-ky-so",
                json!(sent),
                "Không vượt quá số văn bản đã gửi điện tử",
            );
        }
    }
    verified(
        submission,
        "sai",
        json!(wrong),
        "Số chỉ tiêu phải điều chỉnh sau khi kiểm tra",
    );
    if let Some(quarters) = submission["facts"]["sang-kien"]
        .as_str()
        .map(|_| random.within(1, 4))
    {
        let points = ["0.25", "0.5", "0.75", "1"][usize::try_from(quarters - 1).unwrap_or(0)];
        verified(
            submission,
            "sang-kien",
            json!(points),
            "Tổ thẩm định chấm theo mô tả mô hình",
        );
    }
}
