//! `cqdt gap`: what one unit could still win, and what it takes to a band or a rank.

use cqdt::criteria::Band;
use cqdt::{Lang, Layer, Rational, Report, Standing, rank};
use serde_json::{Value, json};

use super::round::{self, Stated};
use crate::args::GapArgs;
use crate::shell::{Failure, Outcome, Shell};
use crate::submissions;
use crate::table::{Align, Grid};

pub(crate) fn run(args: &GapArgs, shell: &mut Shell) -> Result<Outcome, Failure> {
    let scored = submissions::score(shell, &args.scored)?;
    let report = scored.only(shell)?;
    let lang = shell.lang;
    let mut outcome = Outcome::Clean;
    let bands = bands(args, report, lang)?;
    let rivals = match &args.round {
        None => None,
        Some(dir) => {
            let assessed = round::assess(shell, dir, None, Stated::Otherwise(args.scored.decimal))?;
            outcome = assessed.outcome;
            Some(Rivals::of(report, &assessed.report, lang)?)
        }
    };
    let target = rivals.as_ref().map(|rivals| {
        let next = rivals.rank.map_or(1, |rank| rank.saturating_sub(1).max(1));
        let target = args.rank.map_or(next, |rank| rank as usize);
        (
            target,
            report.points_to_rank(target, rivals.parent.as_deref(), &rivals.others),
        )
    });
    if args.json {
        let bands: Vec<Value> = bands
            .iter()
            .map(|(band, points)| json!({ "band": band.id, "points": points }))
            .collect();
        let rank = rivals.as_ref().map(|rivals| rivals.rank);
        let target = target.map(|(rank, points)| json!({ "rank": rank, "points": points }));
        shell.data(json!({
            "format": 1,
            "set": { "id": scored.set.id(), "status": scored.set.definition().status, "fingerprint": scored.set.fingerprint() },
            "unit": report.unit(),
            "total": report.total().points,
            "band": report.band().map(|band| &band.id),
            "rank": rank,
            "criteria": report.points_left(),
            "to_band": bands,
            "to_rank": target,
        }))?;
        return Ok(outcome);
    }
    super::score::heading(report, shell)?;
    here(report, rivals.as_ref(), shell)?;
    for (band, points) in &bands {
        shell.line(to_band(band, points.as_ref(), lang))?;
    }
    if let Some((rank, points)) = &target {
        shell.line(to_rank(*rank, points.as_ref(), lang))?;
    }
    shell.line("")?;
    left(report, shell)?;
    Ok(outcome)
}

/// The band asked for, or every band above the unit's own, nearest first.
fn bands<'r>(
    args: &GapArgs,
    report: &'r Report,
    lang: Lang,
) -> Result<Vec<(&'r Band, Option<Rational>)>, Failure> {
    let all = &report.set().definition().bands;
    let chosen: Vec<&Band> = if let Some(id) = &args.band {
        let band = all.iter().find(|band| band.id == *id);
        vec![band.ok_or_else(|| {
            let ids: Vec<&str> = all.iter().map(|band| band.id.as_str()).collect();
            let ids = ids.join(", ");
            Failure::Usage(match lang {
                Lang::Vi => format!("không có mức xếp loại `{id}`; bộ này có: {ids}"),
                Lang::En => format!("there is no band `{id}`; the set has: {ids}"),
            })
        })?]
    } else {
        let own = report.band().map(|band| band.id.as_str());
        let above = all.iter().take_while(|band| Some(band.id.as_str()) != own);
        let mut above: Vec<&Band> = above.collect();
        above.reverse();
        above
    };
    let with_points = chosen
        .into_iter()
        .map(|band| (band, report.points_to_band(&band.id)));
    Ok(with_points.collect())
}

/// The other units of the round.
struct Rivals {
    others: Vec<Standing>,
    parent: Option<String>,
    rank: Option<usize>,
}

impl Rivals {
    fn of(report: &Report, round: &cqdt::RoundReport, lang: Lang) -> Result<Self, Failure> {
        let set = report.set();
        let unit = report.unit().unwrap_or_default();
        if !round.sets().any(|other| other.id() == set.id()) {
            let id = set.id();
            return Err(Failure::Usage(match lang {
                Lang::Vi => format!("đợt đánh giá không có đơn vị nào dùng mẫu `{id}`"),
                Lang::En => format!("no unit of the round uses form `{id}`"),
            }));
        }
        let same_form = round
            .entries()
            .iter()
            .filter(|entry| entry.unit.set == set.id());
        let own = same_form.clone().find(|entry| entry.unit.id == unit);
        let parent = own.and_then(|entry| entry.unit.parent.clone());
        let others: Vec<Standing> = same_form
            .filter(|entry| entry.unit.id != unit && entry.unit.ranked)
            .filter_map(|entry| {
                let other = entry.report(Layer::Verified)?;
                Some(other.set().standing(other, entry.unit.parent.as_deref()))
            })
            .collect();
        let mut all = others.clone();
        all.push(set.standing(report, parent.as_deref()));
        let rank = rank(&all, set.definition().ranking.ties).pop().flatten();
        Ok(Self {
            others,
            parent,
            rank,
        })
    }
}

/// Where the unit stands.
fn here(report: &Report, rivals: Option<&Rivals>, shell: &mut Shell) -> Result<(), Failure> {
    let lang = shell.lang;
    let total = report.explain(lang).total;
    let mut parts = vec![format!(
        "{} {}/{}",
        lang.pick("Tổng điểm", "Total"),
        total.points,
        total.max
    )];
    parts.extend(total.share);
    if let Some(band) = total.band {
        parts.push(format!("{} {band}", lang.pick("xếp loại", "band")));
    }
    if let Some(rivals) = rivals
        && let Some(rank) = rivals.rank
    {
        let of = rivals.others.len() + 1;
        parts.push(match lang {
            Lang::Vi => format!("hạng {rank} trong {of} đơn vị"),
            Lang::En => format!("rank {rank} of {of} units"),
        });
    }
    shell.line(parts.join(", "))?;
    for note in total.notes {
        shell.line(format_args!("- {note}"))?;
    }
    Ok(())
}

fn to_band(band: &Band, points: Option<&Rational>, lang: Lang) -> String {
    let title = band.title.get(lang);
    let mut text = match points {
        None => match lang {
            Lang::Vi => format!("Không tính được điểm còn thiếu để đạt mức \"{title}\""),
            Lang::En => format!("The points to band \"{title}\" can't be told"),
        },
        Some(points) if points.is_zero() => match lang {
            Lang::Vi => format!("Đã đủ điểm cho mức \"{title}\""),
            Lang::En => format!("The points for band \"{title}\" are there"),
        },
        Some(points) => {
            let points = lang.exact(points);
            match lang {
                Lang::Vi => format!("Cần thêm ít nhất {points} điểm để đạt mức \"{title}\""),
                Lang::En => format!("At least {points} more points to band \"{title}\""),
            }
        }
    };
    if !band.min_group_share.is_empty() || band.min_criterion_share.is_some() {
        text.push_str(lang.pick(
            ", ngoài ra còn phải đạt tỷ lệ tối thiểu của từng nhóm hoặc tiêu chí",
            ", and the least shares of groups or criteria must be met besides",
        ));
    }
    text
}

fn to_rank(rank: usize, points: Option<&Rational>, lang: Lang) -> String {
    match points {
        None => match lang {
            Lang::Vi => format!("Không có mức điểm nào đưa đơn vị lên hạng {rank}"),
            Lang::En => format!("No number of points reaches rank {rank}"),
        },
        Some(points) if points.is_zero() => match lang {
            Lang::Vi => format!("Đã ở hạng {rank} hoặc cao hơn"),
            Lang::En => format!("Already at rank {rank} or better"),
        },
        Some(points) => {
            let points = lang.exact(points);
            match lang {
                Lang::Vi => format!(
                    "Cần thêm ít nhất {points} điểm để lên hạng {rank}, khi các đơn vị khác giữ nguyên điểm"
                ),
                Lang::En => format!(
                    "At least {points} more points to rank {rank}, while the others stay as they are"
                ),
            }
        }
    }
}

/// Criteria by points still to win.
fn left(report: &Report, shell: &mut Shell) -> Result<(), Failure> {
    let lang = shell.lang;
    let lines = report.points_left();
    if lines.is_empty() {
        return shell.line(lang.pick(
            "Không còn điểm nào chưa đạt",
            "There are no points left to win",
        ));
    }
    let mut grid = Grid::new([
        (lang.pick("Mã", "Id"), Align::Whole),
        (lang.pick("Tiêu chí", "Criterion"), Align::Left),
        (lang.pick("Đang có", "Points"), Align::Right),
        (lang.pick("Còn thiếu", "Left"), Align::Right),
        (lang.pick("Ghi chú", "Note"), Align::Left),
    ]);
    for line in lines {
        let words = report.explain_criterion(&line.criterion, lang);
        let (title, note) = words.map_or_else(Default::default, |words| {
            let scored = words.status == cqdt::Status::Scored;
            let note = if scored {
                String::new()
            } else {
                words.status_text
            };
            (words.title, note)
        });
        grid.row([
            line.criterion,
            title,
            lang.exact(&line.points),
            lang.exact(&line.left),
            note,
        ]);
    }
    shell.data(grid)
}
