//! Widths of bars: the only figures that are made for the eye alone.

use cqdt::Rational;
use serde::Serialize;

/// A bar is this many units wide.
const WIDTH: u32 = 1000;

/// The palette has this many colours.
pub(crate) const COLOURS: usize = 8;

/// A bar: a track as wide as the maximum, and the parts that fill it.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Bar {
    track: u32,
    parts: Vec<Part>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Part {
    colour: usize,
    x: u32,
    width: u32,
}

impl Bar {
    /// Parts laid end to end on a track of `max`, all of it drawn to a `scale`, which is at least as long as either.
    ///
    /// What is below 0 takes no room.
    pub(crate) fn stacked<'r>(
        parts: impl IntoIterator<Item = &'r Rational>,
        max: &Rational,
        scale: &Rational,
    ) -> Self {
        let mut end = Rational::ZERO;
        let mut x = 0;
        let mut drawn = Vec::new();
        for (at, part) in parts.into_iter().enumerate() {
            end = &end + &part.clone().max(Rational::ZERO);
            // From the running sum, so that the widths' own rounding doesn't add up.
            let right = width(&end, scale);
            drawn.push(Part {
                colour: colour(at),
                x,
                width: right - x,
            });
            x = right;
        }
        drawn.retain(|part| part.width > 0);
        Self {
            track: width(max, scale),
            parts: drawn,
        }
    }

    /// One part in the colour of a group.
    pub(crate) fn single(
        group: usize,
        points: &Rational,
        max: &Rational,
        scale: &Rational,
    ) -> Self {
        let mut bar = Self::stacked([points], max, scale);
        for part in &mut bar.parts {
            part.colour = colour(group);
        }
        bar
    }
}

/// The colour of the group at a position.
pub(crate) fn colour(group: usize) -> usize {
    group % COLOURS + 1
}

/// The length of all parts end to end.
pub(crate) fn length<'r>(parts: impl IntoIterator<Item = &'r Rational>) -> Rational {
    let parts = parts.into_iter().cloned();
    parts.map(|part| part.max(Rational::ZERO)).sum()
}

fn width(part: &Rational, scale: &Rational) -> u32 {
    let share = part.checked_div(scale).unwrap_or_default();
    let width = (share * Rational::from(i64::from(WIDTH))).to_fixed(0);
    width.parse().unwrap_or(0).min(WIDTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(bar: &Bar) -> Vec<(usize, u32, u32)> {
        let parts = bar.parts.iter();
        parts
            .map(|part| (part.colour, part.x, part.width))
            .collect()
    }

    #[test]
    fn parts_meet_and_end_where_their_sum_does() {
        let third = Rational::ratio(1, 3);
        let one = Rational::from(1);
        let bar = Bar::stacked([&third, &third, &third], &one, &one);
        assert_eq!(spans(&bar), [(1, 0, 333), (2, 333, 334), (3, 667, 333)]);
        assert_eq!(bar.track, 1000);
    }

    #[test]
    fn penalties_take_no_room_and_colours_stay() {
        let points = [10, -5, 20].map(Rational::from);
        let (max, scale) = (Rational::from(30), Rational::from(40));
        let bar = Bar::stacked(&points, &max, &scale);
        assert_eq!(spans(&bar), [(1, 0, 250), (3, 250, 500)]);
        assert_eq!(bar.track, 750);
        assert_eq!(length(&points), Rational::from(30));
    }

    #[test]
    fn nothing_to_draw() {
        let zero = Rational::ZERO;
        assert_eq!(
            Bar::stacked([&zero], &zero, &zero),
            Bar {
                track: 0,
                parts: Vec::new()
            }
        );
    }
}
