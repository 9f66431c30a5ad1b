//! The page: a plot of ranks and, where asked for, one of what moves them.

use std::fmt::Write as _;

use cqdt::Lang;

use super::Ranking;
use crate::commands::whole;

/// A page of its own, without a network: for every ranking a plot of the intervals that ranks lie in.
pub(super) fn page(method: &str, rankings: &[Ranking], lang: Lang) -> String {
    let title = lang.pick("Độ vững của thứ hạng", "Robustness of ranks");
    let mut html = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>\n\
         body {{ font: 14px/1.5 system-ui, sans-serif; color: #1d2733; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}\n\
         h1 {{ font-size: 1.5rem }} h2 {{ font-size: 1.15rem; margin-top: 2rem }}\n\
         .notice {{ border-left: 4px solid #b45309; background: #fef3c7; padding: .5rem .75rem }}\n\
         svg {{ width: 100%; height: auto }} svg text {{ font: 12px system-ui, sans-serif; fill: #1d2733 }}\n\
         svg .grid {{ stroke: #d8dee6 }} svg .range {{ stroke: #5b8db8; stroke-width: 6; stroke-linecap: round }}\n\
         svg .published {{ fill: #fff; stroke: #1d2733; stroke-width: 1.5 }} svg .median {{ stroke: #0b3a5e; stroke-width: 2 }}\n\
         svg .total {{ fill: #a9c6de }} svg .first {{ fill: #0b3a5e }} svg .axis {{ stroke: #1d2733 }}\n\
         small {{ color: #52606d; overflow-wrap: anywhere }}\n\
         @page {{ size: A4; margin: 15mm }} @media print {{ body {{ margin: 0; max-width: none }} svg g {{ break-inside: avoid }} }}\n\
         </style>\n</head>\n<body>\n<h1>{title}</h1>\n<p>{}</p>\n",
        lang.pick("vi", "en"),
        escaped(method),
    );
    let legend = lang.pick(
        "Vạch ngang: thứ hạng trong 90 % số lượt (5 %–95 %). Vạch đứng: trung vị. Vòng tròn: thứ hạng công bố.",
        "Bar: ranks in 90 % of the draws (5 % to 95 %). Stroke: median. Circle: published rank.",
    );
    let _ = writeln!(html, "<p>{legend}</p>");
    for ranking in rankings {
        let _ = writeln!(html, "<h2>{}</h2>", escaped(&ranking.title));
        if let Some(notice) = &ranking.notice {
            let _ = writeln!(html, "<p class=\"notice\">{}</p>", escaped(notice));
        }
        plot(ranking, lang, &mut html);
        causes(ranking, lang, &mut html);
        if let Some(set) = &ranking.set {
            let _ = writeln!(
                html,
                "<p><small>{} {} · SHA-256 {}</small></p>",
                escaped(set.id()),
                escaped(&set.definition().version),
                escaped(set.fingerprint()),
            );
        }
    }
    html.push_str("</body>\n</html>\n");
    html
}

/// One line a unit: bar, stroke, circle.
fn plot(ranking: &Ranking, lang: Lang, html: &mut String) {
    const ROW: usize = 24;
    const LEFT: f64 = 300.0;
    const WIDTH: f64 = 640.0;
    let units = ranking.units.len();
    let height = ROW * units + 40;
    let last = u32::try_from(units).unwrap_or(u32::MAX).max(2);
    let x = |rank: f64| LEFT + (rank - 1.0) / f64::from(last - 1) * WIDTH;
    let _ = writeln!(
        html,
        "<svg viewBox=\"0 0 {} {height}\" role=\"img\" aria-label=\"{}\">",
        LEFT + WIDTH + 30.0,
        escaped(&ranking.title),
    );
    let step = last.div_ceil(10);
    for rank in (1..=last).step_by(step as usize) {
        let at = x(rank.into());
        let _ = writeln!(
            html,
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"20\" y2=\"{}\"/><text x=\"{at:.1}\" y=\"14\" text-anchor=\"middle\">{}</text>",
            height - 15,
            whole(rank, lang),
        );
    }
    let ranks = ranking
        .report
        .published()
        .iter()
        .zip(ranking.report.units());
    for (at, ((_, name), (published, unit))) in ranking.units.iter().zip(ranks).enumerate() {
        let y = ROW * at + 36;
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

/// One line an input: how much of the shift it brings about together with others, and by itself.
fn causes(ranking: &Ranking, lang: Lang, html: &mut String) {
    const ROW: usize = 24;
    const LEFT: f64 = 300.0;
    const WIDTH: f64 = 600.0;
    let Some(report) = &ranking.sensitivity else {
        return;
    };
    let causes = ranking.causes(lang);
    let title = lang.pick("Điều gì làm thay đổi thứ hạng", "What moves the ranks");
    let _ = writeln!(html, "<h3>{title}</h3>");
    let _ = writeln!(html, "<p>{}</p>", escaped(&super::shift(report, lang)));
    if causes.is_empty() {
        return;
    }
    let legend = lang.pick(
        "Đậm: phần phương sai do riêng trọng số đó gây ra (bậc nhất). Nhạt: kể cả khi kết hợp với các trọng số khác (toàn phần).",
        "Dark: the share of the variance that the weight brings about by itself (first order). Light: together with others too (total).",
    );
    let _ = writeln!(html, "<p>{legend}</p>");
    let height = ROW * causes.len() + 40;
    let _ = writeln!(
        html,
        "<svg viewBox=\"0 0 {} {height}\" role=\"img\" aria-label=\"{title}\">",
        LEFT + WIDTH + 70.0,
    );
    for tenth in (0..=10_u32).step_by(2) {
        let at = LEFT + f64::from(tenth) / 10.0 * WIDTH;
        let _ = writeln!(
            html,
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"20\" y2=\"{}\"/><text x=\"{at:.1}\" y=\"14\" text-anchor=\"middle\">{}</text>",
            height - 15,
            lang.number(&format!("{:.1}", f64::from(tenth) / 10.0)),
        );
    }
    for (at, (name, found)) in causes.iter().enumerate() {
        let y = ROW * at + 26;
        let [first, total] = [found.first, found.total].map(|share| share.clamp(0.0, 1.0) * WIDTH);
        let figures = format!("{:.2} / {:.2}", found.first, found.total);
        let _ = writeln!(
            html,
            "<g><title>{}: {}</title><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\
             <rect class=\"total\" x=\"{LEFT}\" y=\"{y}\" width=\"{total:.1}\" height=\"16\"/>\
             <rect class=\"first\" x=\"{LEFT}\" y=\"{}\" width=\"{first:.1}\" height=\"8\"/>\
             <text x=\"{:.1}\" y=\"{}\">{}</text></g>",
            escaped(name),
            lang.number(&figures),
            LEFT - 12.0,
            y + 12,
            escaped(&shortened(name)),
            y + 4,
            LEFT + total.max(first) + 6.0,
            y + 12,
            lang.number(&figures),
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
