//! What the pages say, in both languages.

use std::collections::BTreeMap;

use cqdt::criteria::{
    Band, BandScale, BasisStatus, Definition, MissingEvidence, NotApplicable, RankBy, Rescale,
    Threshold, Ties, Within,
};
use cqdt::{EntryStatus, Lang, Rounding, RoundingMode, Stage};

use crate::number::Numbers;

/// Labels that templates use: key, Vietnamese, English.
const LABELS: &[(&str, &str, &str)] = &[
    (
        "all_sources",
        "Căn cứ của từng tiêu chí",
        "What each criterion rests on",
    ),
    ("applicable", "tính trên", "applicable"),
    ("back", "Về bảng xếp hạng", "Back to the ranking"),
    ("band", "Xếp loại", "Band"),
    (
        "bands_caption",
        "Số đơn vị theo mức xếp loại",
        "Units by band",
    ),
    ("basis", "Căn cứ", "Basis"),
    ("bonus", "điểm thưởng", "bonus"),
    ("contents", "Nội dung", "Contents"),
    ("counts", "Tình hình nộp báo cáo", "Reports received"),
    (
        "criteria",
        "Tiêu chí và cách tính",
        "Criterion and calculation",
    ),
    ("criterion", "Tiêu chí", "Criterion"),
    ("delta", "Thẩm định thay đổi", "Changed by verification"),
    ("evidence", "Tài liệu kiểm chứng", "Evidence"),
    ("facts", "Thông tin chung", "Facts"),
    ("fingerprint", "Mã băm SHA-256", "SHA-256 fingerprint"),
    ("findings", "Cảnh báo và lỗi", "Findings"),
    (
        "formless",
        "Đơn vị không có biểu mẫu",
        "Units without a form",
    ),
    ("group", "Nhóm tiêu chí", "Group"),
    ("highest", "Cao nhất", "Highest"),
    ("item", "Mục", "Item"),
    ("layer", "Mức số liệu", "Layer"),
    ("lowest", "Thấp nhất", "Lowest"),
    (
        "made",
        "Trang này do cqdt lập từ bộ tiêu chí và báo cáo đã nêu; cùng số liệu vào thì cùng kết quả ra.",
        "Made by cqdt from the criteria and reports named above; the same input gives the same result.",
    ),
    ("max", "Tối đa", "Max"),
    ("mean", "Trung bình", "Mean"),
    ("mean_share", "Tỷ lệ trung bình", "Mean share"),
    ("method", "Cách chấm", "How it is scored"),
    (
        "no_ranking",
        "Chưa đơn vị nào được xếp hạng.",
        "No unit is ranked yet.",
    ),
    ("number", "TT", "No."),
    ("of_max", "tối đa", "out of"),
    ("own", "Tự đánh giá", "Self-assessed"),
    ("points", "Điểm", "Points"),
    (
        "provenance",
        "Nguồn gốc, để tính lại",
        "Provenance, for recomputing",
    ),
    ("rank", "Hạng", "Rank"),
    ("ranking", "Xếp hạng", "Ranking"),
    ("reason", "Lý do", "Reason"),
    (
        "round_findings",
        "Cảnh báo chung của đợt",
        "Findings on the round",
    ),
    ("set", "Bộ tiêu chí", "Criteria set"),
    ("share", "Tỷ lệ", "Share"),
    ("sheets", "Phiếu điểm của từng đơn vị", "Sheet of each unit"),
    ("source", "Nguồn", "Source"),
    ("sources", "Các nguồn đã dẫn", "Sources cited"),
    (
        "statistics",
        "Thống kê theo nhóm tiêu chí",
        "Statistics by group",
    ),
    ("status", "Tình trạng", "Status"),
    ("threshold", "Ngưỡng", "Threshold"),
    ("total", "Tổng điểm", "Total"),
    ("unit", "Đơn vị", "Unit"),
    ("units", "Số đơn vị", "Units"),
    ("unranked", "Không xếp hạng", "Not ranked"),
    ("verified", "Thẩm định", "Verified"),
];

/// The labels in one language.
pub(crate) fn labels(lang: Lang) -> BTreeMap<&'static str, &'static str> {
    let labels = LABELS.iter();
    labels
        .map(|(key, vi, en)| (*key, lang.pick(vi, en)))
        .collect()
}

/// How a report stands with the round.
pub(crate) fn entry_status(status: EntryStatus, lang: Lang) -> &'static str {
    match status {
        EntryStatus::OnTime => lang.pick("đúng hạn", "on time"),
        EntryStatus::Late => lang.pick("quá hạn", "late"),
        EntryStatus::Undated => lang.pick("không ghi ngày nhận", "undated"),
        EntryStatus::Missing => lang.pick("chưa nộp", "not received"),
        EntryStatus::WrongForm => lang.pick("sai mẫu", "wrong form"),
    }
}

/// Official or reconstructed.
pub(crate) fn basis(status: BasisStatus, lang: Lang) -> &'static str {
    match status {
        BasisStatus::Official => lang.pick("chính thức", "official"),
        BasisStatus::Reconstructed => lang.pick("phục dựng", "reconstructed"),
    }
}

/// `23 đơn vị`.
pub(crate) fn units(count: usize, lang: Lang) -> String {
    match (lang, count) {
        (Lang::Vi, _) => format!("{count} đơn vị"),
        (Lang::En, 1) => "1 unit".to_owned(),
        (Lang::En, _) => format!("{count} units"),
    }
}

/// From where a band holds.
pub(crate) fn threshold(
    definition: &Definition,
    band: &Band,
    numbers: Numbers,
    lang: Lang,
) -> String {
    let least = match &band.threshold {
        None => lang.pick("còn lại", "all the rest").to_owned(),
        Some(threshold) => {
            let word = match threshold {
                Threshold::AtLeast(_) => lang.pick("từ", "from"),
                Threshold::MoreThan(_) => lang.pick("trên", "above"),
            };
            let unit = match band.on {
                BandScale::Share => "%",
                BandScale::Total => lang.pick(" điểm", " points"),
            };
            format!("{word} {}{unit}", numbers.plain(threshold.value()))
        }
    };
    let groups = band.min_group_share.iter().map(|(id, least)| {
        let (group, least) = (group(definition, id, lang), numbers.plain(least));
        format!("{group} {} {least}%", lang.pick("từ", "from"))
    });
    let criteria = band.min_criterion_share.iter().map(|least| {
        let least = numbers.plain(least);
        match lang {
            Lang::Vi => format!("từng tiêu chí từ {least}%"),
            Lang::En => format!("every criterion from {least}%"),
        }
    });
    let all: Vec<String> = [least].into_iter().chain(groups).chain(criteria).collect();
    all.join("; ")
}

/// A group by its number: `nhóm II`.
fn group(definition: &Definition, id: &str, lang: Lang) -> String {
    let mut named = definition.groups.iter().filter(|group| group.id == id);
    let number = named.next().map_or(id, |group| group.number.as_str());
    format!("{} {number}", lang.pick("nhóm", "group"))
}

/// What the set leaves to its policies, a sentence each.
pub(crate) fn policies(definition: &Definition, numbers: Numbers, lang: Lang) -> Vec<String> {
    let policies = &definition.policies;
    let pick = |vi: &str, en: &str| lang.pick(vi, en).to_owned();
    let mut sentences = vec![rounding(policies.rounding, lang)];
    let rescaled = match policies.rescale {
        Rescale::None => "",
        Rescale::Group => lang.pick(
            ", rồi quy đổi từng nhóm về thang điểm đầy đủ",
            "; each group is then rescaled to its full maximum",
        ),
        Rescale::Total => lang.pick(
            ", rồi quy đổi tổng điểm về thang điểm đầy đủ",
            "; the total is then rescaled to the full maximum",
        ),
    };
    let applied = match policies.not_applicable {
        NotApplicable::Exclude => lang.pick(
            "Tiêu chí không áp dụng được bỏ khỏi điểm tối đa",
            "A criterion that doesn't apply leaves the maximum",
        ),
        NotApplicable::Zero => lang.pick(
            "Tiêu chí không áp dụng được 0 điểm",
            "A criterion that doesn't apply counts 0 points",
        ),
        NotApplicable::Full => lang.pick(
            "Tiêu chí không áp dụng được điểm tối đa",
            "A criterion that doesn't apply counts its maximum",
        ),
    };
    sentences.push(format!("{applied}{rescaled}."));
    if definition
        .groups
        .iter()
        .any(|group| group.criteria.iter().any(|criterion| criterion.evidence))
    {
        sentences.push(match policies.missing_evidence {
            MissingEvidence::Warn => pick(
                "Có điểm mà thiếu tài liệu kiểm chứng thì giữ điểm và cảnh báo.",
                "Points without the evidence they need stand, with a warning.",
            ),
            MissingEvidence::Zero => pick(
                "Có điểm mà thiếu tài liệu kiểm chứng thì tính 0 điểm.",
                "Points without the evidence they need count 0.",
            ),
        });
    }
    if let Some(cap) = &policies.bonus_cap {
        let cap = numbers.plain(cap);
        sentences.push(match lang {
            Lang::Vi => format!("Điểm thưởng được tính nhiều nhất {cap} điểm."),
            Lang::En => format!("At most {cap} bonus points count."),
        });
    }
    sentences.push(ranking(definition, lang));
    sentences
}

/// Where, to how many places and which way points are rounded.
pub(crate) fn rounding(rounding: Rounding, lang: Lang) -> String {
    let stage = match rounding.stage {
        Stage::Criterion => lang.pick("từng tiêu chí", "each criterion's points"),
        Stage::Group => lang.pick("điểm từng nhóm", "each group's points"),
        Stage::Total => lang.pick("tổng điểm", "the total"),
    };
    let mode = match rounding.mode {
        RoundingMode::HalfUp => lang.pick("nửa đơn vị làm tròn lên", "halves up"),
        RoundingMode::HalfEven => lang.pick("nửa đơn vị về số chẵn", "halves to even"),
        RoundingMode::Down => lang.pick("bỏ phần dư", "towards zero"),
    };
    let places = rounding.places;
    match lang {
        Lang::Vi => format!("Làm tròn {stage} đến {places} chữ số thập phân, {mode}."),
        Lang::En => format!("Rounded: {stage}, to {places} decimal places, {mode}."),
    }
}

fn ranking(definition: &Definition, lang: Lang) -> String {
    let ranking = &definition.ranking;
    let group = |id: &str| group(definition, id, lang);
    let by = match ranking.by {
        RankBy::Total => lang.pick("tổng điểm", "total").to_owned(),
        RankBy::Share => lang.pick("tỷ lệ đạt", "share").to_owned(),
        RankBy::Group => format!(
            "{} {}",
            lang.pick("điểm", "points of"),
            group(ranking.group.as_deref().unwrap_or_default())
        ),
    };
    let among = match ranking.within {
        Within::AgencyGroup => lang.pick("cùng biểu mẫu", "of the same form"),
        Within::Parent => lang.pick("cùng đơn vị cấp trên", "of the same parent unit"),
    };
    let ties = match ranking.ties {
        Ties::Competition => "1, 2, 2, 4",
        Ties::Dense => "1, 2, 2, 3",
    };
    let mut sentence = match lang {
        Lang::Vi => {
            format!("Xếp hạng theo {by}, giữa các đơn vị {among}; bằng điểm thì đồng hạng ({ties})")
        }
        Lang::En => {
            format!("Ranked by {by}, among units {among}; equal units share a rank ({ties})")
        }
    };
    if !ranking.tie_breakers.is_empty() {
        let groups: Vec<String> = ranking.tie_breakers.iter().map(|id| group(id)).collect();
        sentence += lang.pick(", sau khi so điểm ", ", after comparing ");
        sentence += &groups.join(", ");
    }
    sentence + "."
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::TEMPLATES;

    #[test]
    fn labels_are_all_used_and_all_there() {
        let mut used: Vec<&str> = TEMPLATES
            .iter()
            .flat_map(|(_, text)| text.split("t.").zip(text.split("t.").skip(1)))
            .filter(|(before, _)| before.ends_with([' ', '(']))
            .map(|(_, after)| {
                let end = after.find(|c: char| !c.is_ascii_lowercase() && c != '_');
                &after[..end.unwrap_or(after.len())]
            })
            .collect();
        used.sort_unstable();
        used.dedup();
        let mut known: Vec<&str> = LABELS.iter().map(|(key, ..)| *key).collect();
        known.sort_unstable();
        assert_eq!(used, known);
    }
}
