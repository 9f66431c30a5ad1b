//! `cqdt robustness`: how far a round's ranking rests on the weights of the groups.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::sync::Mutex;

use cqdt::criteria::{RankBy, Within};
use cqdt::robustness::{Drawing, GroupTable, RankingDocument, Robustness, RobustnessReport};
use cqdt::{CriteriaSet, Entry, Lang, Layer};

use super::round::{self, Stated};
use crate::args::RobustnessArgs;
use crate::progress::Progress;
use crate::shell::{Failure, Outcome, Shell};
use crate::table::{Align, Grid};

pub(crate) fn run(args: &RobustnessArgs, shell: &mut Shell) -> Result<Outcome, Failure> {
    let lang = shell.lang;
    let assessed = round::assess(
        shell,
        &args.dir,
        args.sets.as_deref(),
        Stated::Overrides(args.decimal),
    )?;
    let report = &assessed.report;
    let mut rankings = Vec::new();
    for set in report.sets() {
        if args.set.as_deref().is_some_and(|wanted| wanted != set.id()) {
            continue;
        }
        let mut cohorts: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
        for entry in report.ranking(set.id()) {
            let parent = match set.definition().ranking.within {
                Within::AgencyGroup => String::new(),
                Within::Parent => entry.unit.parent.clone().unwrap_or_default(),
            };
            if entry.rank.is_some() {
                cohorts.entry(parent).or_default().push(entry);
            }
        }
        for (parent, entries) in cohorts {
            rankings.push(ranking(args, shell, set, parent, entries)?);
        }
    }
    if rankings.is_empty() {
        let (vi, en) = (
            "không có đơn vị nào được xếp hạng để phân tích",
            "there are no ranked units to look at",
        );
        return Err(Failure::Usage(lang.pick(vi, en).to_owned()));
    }
    if args.json {
        let documents = rankings.iter().map(Ranking::document).collect();
        shell.data(settings(args).document(documents).to_json())?;
    } else if args
        .html
        .as_deref()
        .is_none_or(|path| !crate::input::is_stdin(path))
    {
        show(args, &rankings, shell)?;
    }
    if let Some(path) = &args.html {
        let text = page(args, &rankings, lang);
        shell.write(path, &text)?;
    }
    Ok(assessed.outcome)
}

/// What is drawn, as far as the command line says.
fn settings(args: &RobustnessArgs) -> Robustness {
    let settings = Robustness::new(args.draws, args.seed).drawing(match args.dirichlet {
        Some(concentration) => Drawing::Dirichlet { concentration },
        None => Drawing::Uniform {
            percent: args.percent,
        },
    });
    if args.drop_one {
        settings.drop_one_group()
    } else {
        settings
    }
}

/// One ranking and what the draws say of it.
struct Ranking<'r> {
    set: &'r CriteriaSet,
    notice: Option<String>,
    parent: String,
    /// In order of their ranks in the round.
    entries: Vec<&'r Entry>,
    report: RobustnessReport,
}

fn ranking<'r>(
    args: &RobustnessArgs,
    shell: &mut Shell,
    set: &'r CriteriaSet,
    parent: String,
    entries: Vec<&'r Entry>,
) -> Result<Ranking<'r>, Failure> {
    let lang = shell.lang;
    let definition = set.definition();
    if definition.ranking.by == RankBy::Group {
        let id = set.id();
        return Err(Failure::Usage(match lang {
            Lang::Vi => format!(
                "`{id}` xếp hạng theo một nhóm, nên trọng số các nhóm không làm đổi thứ hạng"
            ),
            Lang::En => format!("`{id}` ranks by one group, so weights of groups change no rank"),
        }));
    }
    let reports = entries
        .iter()
        .filter_map(|entry| entry.report(Layer::Verified));
    let table = GroupTable::of_reports(reports).ok_or_else(|| {
        let id = set.id();
        Failure::Usage(match lang {
            Lang::Vi => format!("`{id}`: điểm các nhóm không phải số thập phân đến 6 chữ số"),
            Lang::En => format!("`{id}`: points of groups are no decimals of up to 6 places"),
        })
    })?;
    let weights = definition.groups.iter().map(|group| group.max.to_f64());
    let mut settings = settings(args).weights(weights.collect());
    for pair in &args.pair {
        let at = |id: &str| entries.iter().position(|entry| entry.unit.id == id);
        let (first, second) = pair.split_once(',').unwrap_or((pair, ""));
        match (at(first.trim()), at(second.trim())) {
            (Some(first), Some(second)) => settings = settings.pair(first, second),
            (None, None) => {}
            (Some(_), None) | (None, Some(_)) => {
                return Err(Failure::Usage(match lang {
                    Lang::Vi => format!(
                        "`--pair {pair}`: cần hai đơn vị của cùng một bảng xếp hạng, dạng `A,B`"
                    ),
                    Lang::En => {
                        format!("`--pair {pair}`: expected two units of one ranking, as `A,B`")
                    }
                }));
            }
        }
    }
    let progress = Mutex::new(Progress::new(lang, "lấy mẫu trọng số", "drawing weights"));
    let all = args.draws as usize;
    let report = settings.run_with(&table, &|done| {
        if let Ok(mut progress) = progress.try_lock() {
            progress.at(done as usize, all);
        }
        ControlFlow::Continue(())
    });
    drop(progress);
    let report = report.map_err(|_| {
        let (vi, en) = (
            "không có gì để lấy mẫu: cần ít nhất một lượt, khoảng 1–100 %, độ tập trung lớn hơn 0",
            "nothing to draw: needs at least one draw, a range of 1 to 100 percent, a concentration above 0",
        );
        Failure::Usage(lang.pick(vi, en).to_owned())
    })?;
    let differs = entries
        .iter()
        .zip(report.published())
        .any(|(entry, rank)| entry.rank != usize::try_from(*rank).ok());
    if differs {
        let id = set.id();
        shell.warn(match lang {
            Lang::Vi => format!(
                "{id}: thứ hạng ở đây không xét tiêu chí phụ khi bằng điểm, nên khác thứ hạng công bố"
            ),
            Lang::En => format!(
                "{id}: ranks here leave tie-breakers aside and so differ from those of the round"
            ),
        });
    }
    Ok(Ranking {
        set,
        notice: entries
            .iter()
            .find_map(|entry| entry.report(Layer::Verified)?.notice(lang)),
        parent,
        entries,
        report,
    })
}

impl Ranking<'_> {
    fn document(&self) -> RankingDocument {
        let units: Vec<&str> = self
            .entries
            .iter()
            .map(|entry| entry.unit.id.as_str())
            .collect();
        self.report
            .document(self.set, &self.parent, &units, self.notice.clone())
    }

    fn title(&self, lang: Lang) -> String {
        let title = self.set.definition().title.get(lang);
        if self.parent.is_empty() {
            title.to_owned()
        } else {
            format!("{title} – {}", self.parent)
        }
    }
}

/// What was drawn, in a sentence.
fn method(args: &RobustnessArgs, lang: Lang) -> String {
    let range = match (args.dirichlet, lang) {
        (Some(concentration), Lang::Vi) => {
            format!(
                "theo phân phối Dirichlet, độ tập trung {}",
                lang.number(&concentration.to_string())
            )
        }
        (Some(concentration), Lang::En) => {
            format!("from a Dirichlet distribution of concentration {concentration}")
        }
        (None, Lang::Vi) => format!("đều trong khoảng ±{} %", args.percent),
        (None, Lang::En) => format!("evenly within ±{} %", args.percent),
    };
    let dropped = match (args.drop_one, lang) {
        (true, Lang::Vi) => ", mỗi lượt bỏ một nhóm",
        (true, Lang::En) => ", one group left out in each draw",
        (false, _) => "",
    };
    let (draws, seed) = (args.draws, args.seed);
    match lang {
        Lang::Vi => {
            format!("{draws} lượt lấy mẫu trọng số các nhóm, {range}{dropped}; hạt giống {seed}.")
        }
        Lang::En => format!("{draws} draws of the groups' weights, {range}{dropped}; seed {seed}."),
    }
}

fn show(args: &RobustnessArgs, rankings: &[Ranking<'_>], shell: &mut Shell) -> Result<(), Failure> {
    let lang = shell.lang;
    shell.title(lang.pick("Độ vững của thứ hạng", "Robustness of ranks"))?;
    shell.line(method(args, lang))?;
    for ranking in rankings {
        shell.line("")?;
        shell.title(ranking.title(lang))?;
        shell.notice(ranking.notice.clone())?;
        let mut grid = Grid::new([
            (lang.pick("Hạng", "Rank"), Align::Right),
            (lang.pick("Đơn vị", "Unit"), Align::Left),
            (lang.pick("Trung bình", "Mean"), Align::Right),
            (lang.pick("Trung vị", "Median"), Align::Right),
            ("5 %–95 %", Align::Right),
            (lang.pick("Giữ hạng", "Same rank"), Align::Right),
        ]);
        let ranks = ranking
            .report
            .published()
            .iter()
            .zip(ranking.report.units());
        for (entry, (published, unit)) in ranking.entries.iter().zip(ranks) {
            grid.row([
                published.to_string(),
                entry.unit.name.get(lang).to_owned(),
                lang.number(&format!("{:.2}", unit.mean)),
                unit.median.to_string(),
                format!("{}–{}", unit.low, unit.high),
                lang.number(&format!("{:.1}%", unit.at_published * 100.0)),
            ]);
        }
        shell.data(grid)?;
        for (first, second, before) in ranking.report.pairs() {
            let name = |at: usize| {
                let entry = ranking.entries.get(at);
                entry.map_or("", |entry| entry.unit.name.get(lang))
            };
            let (first, second) = (name(*first), name(*second));
            let share = lang.number(&format!("{:.1}%", before * 100.0));
            shell.line(match lang {
                Lang::Vi => format!("{first} đứng trên {second}: {share} số lượt"),
                Lang::En => format!("{first} before {second}: {share} of the draws"),
            })?;
        }
    }
    Ok(())
}

// ---------------------------------------------------------------------------------------------------------- the page

/// A page of its own, without a network: for every ranking a plot of the intervals that ranks lie in.
fn page(args: &RobustnessArgs, rankings: &[Ranking<'_>], lang: Lang) -> String {
    let title = lang.pick("Độ vững của thứ hạng", "Robustness of ranks");
    let mut html = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>\n\
         body {{ font: 14px/1.5 system-ui, sans-serif; color: #1d2733; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}\n\
         h1 {{ font-size: 1.5rem }} h2 {{ font-size: 1.15rem; margin-top: 2rem }}\n\
         .notice {{ border-left: 4px solid #b45309; background: #fef3c7; padding: .5rem .75rem }}\n\
         svg {{ width: 100%; height: auto }} svg text {{ font: 12px system-ui, sans-serif; fill: #1d2733 }}\n\
         svg .grid {{ stroke: #d8dee6 }} svg .range {{ stroke: #5b8db8; stroke-width: 6; stroke-linecap: round }}\n\
         svg .published {{ fill: #fff; stroke: #1d2733; stroke-width: 1.5 }} svg .median {{ stroke: #0b3a5e; stroke-width: 2 }}\n\
         small {{ color: #52606d; overflow-wrap: anywhere }}\n\
         @page {{ size: A4; margin: 15mm }} @media print {{ body {{ margin: 0; max-width: none }} svg g {{ break-inside: avoid }} }}\n\
         </style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}</p>\n",
        lang.pick("vi", "en"),
        escaped(&method(args, lang)),
    );
    let legend = lang.pick(
        "Vạch ngang: thứ hạng trong 90 % số lượt (5 %–95 %). Vạch đứng: trung vị. Vòng tròn: thứ hạng công bố.",
        "Bar: ranks in 90 % of the draws (5 % to 95 %). Stroke: median. Circle: published rank.",
    );
    let _ = writeln!(html, "<p>{legend}</p>");
    for ranking in rankings {
        let _ = writeln!(html, "<h2>{}</h2>", escaped(&ranking.title(lang)));
        if let Some(notice) = &ranking.notice {
            let _ = writeln!(html, "<p class=\"notice\">{}</p>", escaped(notice));
        }
        plot(ranking, lang, &mut html);
        let definition = ranking.set.definition();
        let _ = writeln!(
            html,
            "<p><small>{} {} · SHA-256 {}</small></p>",
            escaped(ranking.set.id()),
            escaped(&definition.version),
            escaped(ranking.set.fingerprint()),
        );
    }
    html.push_str("</body>\n</html>\n");
    html
}

/// One line a unit: bar, stroke, circle.
fn plot(ranking: &Ranking<'_>, lang: Lang, html: &mut String) {
    const ROW: usize = 24;
    const LEFT: f64 = 300.0;
    const WIDTH: f64 = 640.0;
    let units = ranking.entries.len();
    let height = ROW * units + 40;
    let last = u32::try_from(units).unwrap_or(u32::MAX).max(2);
    let x = |rank: f64| LEFT + (rank - 1.0) / f64::from(last - 1) * WIDTH;
    let _ = writeln!(
        html,
        "<svg viewBox=\"0 0 {} {height}\" role=\"img\" aria-label=\"{}\">",
        LEFT + WIDTH + 30.0,
        escaped(&ranking.title(lang)),
    );
    let step = last.div_ceil(10);
    for rank in (1..=last).step_by(step as usize) {
        let at = x(rank.into());
        let _ = writeln!(
            html,
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"20\" y2=\"{}\"/><text x=\"{at:.1}\" y=\"14\" text-anchor=\"middle\">{rank}</text>",
            height - 15,
        );
    }
    let ranks = ranking
        .report
        .published()
        .iter()
        .zip(ranking.report.units());
    for (at, (entry, (published, unit))) in ranking.entries.iter().zip(ranks).enumerate() {
        let y = ROW * at + 36;
        let name = entry.unit.name.get(lang);
        let [low, high, median, own] =
            [unit.low, unit.high, unit.median, *published].map(|rank| x(rank.into()));
        let _ = writeln!(
            html,
            "<g><title>{}: {}–{}</title><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\
             <line class=\"range\" x1=\"{low:.1}\" x2=\"{high:.1}\" y1=\"{y}\" y2=\"{y}\"/>\
             <line class=\"median\" x1=\"{median:.1}\" x2=\"{median:.1}\" y1=\"{}\" y2=\"{}\"/>\
             <circle class=\"published\" cx=\"{own:.1}\" cy=\"{y}\" r=\"4\"/></g>",
            escaped(name),
            unit.low,
            unit.high,
            LEFT - 12.0,
            y + 4,
            escaped(&shortened(name)),
            y - 8,
            y + 8,
        );
    }
    html.push_str("</svg>\n");
}

/// A name that fits beside the plot; the whole of it is its tooltip.
fn shortened(name: &str) -> String {
    const MOST: usize = 42;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    let start: String = name.chars().take(MOST - 1).collect();
    format!("{}…", start.trim_end())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
