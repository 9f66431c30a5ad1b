//! Statistics over the units of a form: exact until they are printed.

use cqdt::{Rational, Report};
use serde::Serialize;

use crate::bar::Bar;
use crate::number::Numbers;

/// One row: a group, or the total.
#[derive(Serialize)]
pub(crate) struct Row {
    number: Option<String>,
    title: String,
    max: String,
    count: usize,
    mean: String,
    share: Option<String>,
    lowest: String,
    highest: String,
    bar: Bar,
}

/// Lowest, highest and mean of some figures.
#[derive(Debug, PartialEq)]
struct Spread {
    count: usize,
    lowest: Rational,
    highest: Rational,
    mean: Rational,
}

impl Spread {
    fn of<'r>(figures: impl Iterator<Item = &'r Rational>) -> Option<Self> {
        let figures: Vec<&Rational> = figures.collect();
        let lowest = (*figures.iter().min()?).clone();
        let highest = (*figures.iter().max()?).clone();
        let sum: Rational = figures.iter().map(|figure| (*figure).clone()).sum();
        let count = i64::try_from(figures.len()).ok()?;
        Some(Self {
            count: figures.len(),
            lowest,
            highest,
            mean: sum.checked_div(&Rational::from(count))?,
        })
    }

    fn row(
        &self,
        at: usize,
        (number, title): (Option<&str>, &str),
        max: &Rational,
        numbers: Numbers,
    ) -> Row {
        let share = self.mean.checked_div(max);
        Row {
            number: number.map(str::to_owned),
            title: title.to_owned(),
            max: numbers.plain(max),
            count: self.count,
            mean: numbers.rounded(&self.mean, 2),
            share: share.as_ref().map(|share| numbers.percent(share)),
            lowest: numbers.points(&self.lowest),
            highest: numbers.points(&self.highest),
            bar: Bar::single(at, &self.mean, max, &max.clone().max(self.mean.clone())),
        }
    }
}

/// A row for each group, over the units it applies to, and one for the total.
pub(crate) fn rows(
    reports: &[&Report],
    total: &str,
    numbers: Numbers,
    lang: cqdt::Lang,
) -> Vec<Row> {
    let Some(first) = reports.first() else {
        return Vec::new();
    };
    let definition = first.set().definition();
    let mut rows = Vec::new();
    for (at, group) in definition.groups.iter().enumerate() {
        let scores = reports.iter().filter_map(|report| report.group(&group.id));
        let points = scores
            .filter(|score| !score.excluded)
            .map(|score| &score.points);
        if let Some(spread) = Spread::of(points) {
            let name = (Some(group.number.as_str()), group.title.get(lang));
            rows.push(spread.row(at, name, &group.max, numbers));
        }
    }
    let totals = reports.iter().map(|report| &report.total().points);
    if let Some(spread) = Spread::of(totals) {
        let at = definition.groups.len();
        rows.push(spread.row(at, (None, total), &definition.max, numbers));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_is_exact() {
        let figures = [Rational::ratio(1, 10), Rational::from(2), Rational::from(1)];
        assert_eq!(
            Spread::of(figures.iter()),
            Some(Spread {
                count: 3,
                lowest: Rational::ratio(1, 10),
                highest: Rational::from(2),
                mean: Rational::ratio(31, 30),
            })
        );
        assert_eq!(Spread::of([].iter()), None);
    }
}
