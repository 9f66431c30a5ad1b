//! Weights of one draw, as whole thousandths of the decided ones.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng as _};
use rand_distr::{Distribution as _, Gamma};

use super::{Drawing, Robustness};

/// The decided weight.
pub(super) const ONE: i32 = 1_000;

/// Beyond this a weight is cut, so that sums stay bounded: fifty times what was decided.
const MOST: i32 = 50 * ONE;

/// How weights are drawn, worked out once.
#[derive(Debug)]
pub(super) struct Weights {
    groups: usize,
    kind: Kind,
    drop_one: bool,
    /// What gamma variates add up to on average.
    #[cfg(feature = "sensitivity")]
    concentration: f64,
}

#[derive(Debug)]
enum Kind {
    /// From `ONE - spread` to `ONE + spread`.
    Uniform { spread: i32 },
    /// By group: the distribution, and what makes thousandths of it; none for a group without weight, such as one of
    /// penalties alone, which keeps the weight that was decided.
    Dirichlet(Vec<Option<(Gamma<f64>, f64)>>),
}

impl Weights {
    pub(super) fn of(settings: &Robustness, groups: usize) -> Option<Self> {
        if groups == 0 {
            return None;
        }
        let kind = match settings.drawing {
            Drawing::Uniform { percent } => {
                let percent = i32::try_from(percent).ok()?;
                let spread = percent.checked_mul(ONE / 100)?;
                (1..=ONE)
                    .contains(&spread)
                    .then_some(Kind::Uniform { spread })?
            }
            Drawing::Dirichlet { concentration } => {
                let weight = |group: usize| settings.weights.get(group).copied().unwrap_or(1.0);
                let sum: f64 = (0..groups).map(weight).sum();
                let gammas = (0..groups).map(|group| {
                    let share = weight(group) / sum;
                    if share <= 0.0 {
                        return Some(None);
                    }
                    let gamma = Gamma::new(concentration * share, 1.0).ok()?;
                    Some(Some((gamma, f64::from(ONE) / share)))
                });
                Kind::Dirichlet(gammas.collect::<Option<_>>()?)
            }
        };
        Some(Self {
            groups,
            kind,
            drop_one: settings.drop_one,
            #[cfg(feature = "sensitivity")]
            concentration: match settings.drawing {
                Drawing::Dirichlet { concentration } => concentration,
                Drawing::Uniform { .. } => 1.0,
            },
        })
    }

    /// The largest weight that may come out.
    pub(super) fn most(&self) -> i32 {
        match self.kind {
            Kind::Uniform { spread } => ONE + spread,
            Kind::Dirichlet(_) => MOST,
        }
    }

    /// The weights of one draw: its own random stream of the seed, so that no draw depends on another.
    pub(super) fn draw(&self, seed: u64, draw: u32, factors: &mut [i32]) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(u64::from(draw));
        match &self.kind {
            Kind::Uniform { spread } => {
                let width = u64::from((2 * spread + 1).unsigned_abs());
                for factor in factors.iter_mut() {
                    let above = i32::try_from(below(&mut random, width)).unwrap_or(0);
                    *factor = ONE - spread + above;
                }
            }
            Kind::Dirichlet(gammas) => {
                let drawn: Vec<Option<f64>> = gammas
                    .iter()
                    .map(|gamma| Some(gamma.as_ref()?.0.sample(&mut random)))
                    .collect();
                let sum: f64 = drawn.iter().flatten().sum();
                for (factor, (drawn, gamma)) in factors.iter_mut().zip(drawn.iter().zip(gammas)) {
                    *factor = match drawn.zip(gamma.as_ref()) {
                        Some((drawn, (_, scale))) => thousandths(drawn / sum * scale),
                        None => ONE,
                    };
                }
            }
        }
        if self.drop_one {
            let group = below(&mut random, self.groups as u64);
            let group = usize::try_from(group).unwrap_or(0);
            if let Some(factor) = factors.get_mut(group) {
                *factor = 0;
            }
        }
    }

    /// Weights that don't hang on each other, each made of its own number from 0 to 1. A Dirichlet distribution's come from
    /// its gamma variates, each from a random stream of its own: they have no inverse to put the number in.
    #[cfg(feature = "sensitivity")]
    pub(super) fn independent(
        &self,
        seed: u64,
        draw: u32,
        uniform: &dyn Fn(usize) -> f64,
        factors: &mut [i32],
    ) {
        match &self.kind {
            Kind::Uniform { spread } => {
                let width = usize::try_from(2 * spread + 1).unwrap_or(1);
                for (group, factor) in factors.iter_mut().enumerate() {
                    let above = i32::try_from(share_of(uniform(group), width)).unwrap_or(0);
                    *factor = ONE - spread + above;
                }
            }
            Kind::Dirichlet(gammas) => {
                let mut random = ChaCha8Rng::seed_from_u64(seed);
                random.set_stream(1 << 62 | u64::from(draw));
                for (factor, gamma) in factors.iter_mut().zip(gammas) {
                    *factor = gamma.as_ref().map_or(ONE, |(gamma, scale)| {
                        thousandths(gamma.sample(&mut random) / self.concentration * scale)
                    });
                }
            }
        }
    }
}

/// Which of `count` equal parts of 0 to 1 a number lies in.
#[cfg(feature = "sensitivity")]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "within the count"
)]
pub(super) fn share_of(uniform: f64, count: usize) -> usize {
    ((uniform * count as f64) as usize).min(count.saturating_sub(1))
}

#[allow(clippy::cast_possible_truncation, reason = "clamped")]
fn thousandths(value: f64) -> i32 {
    if value.is_finite() {
        (value + 0.5).clamp(0.0, f64::from(MOST)) as i32
    } else {
        ONE
    }
}

/// A number below `width`, by multiplication: off evenness by less than 2^-40.
pub(super) fn below(random: &mut impl Rng, width: u64) -> u64 {
    let product = u128::from(random.next_u64()) * u128::from(width);
    u64::try_from(product >> 64).unwrap_or(0)
}
