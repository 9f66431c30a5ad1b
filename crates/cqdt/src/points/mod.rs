//! Exact numbers: rationals of any size, and the rounding that a decision states.
//!
//! Nothing here is binary floating point. A [`Rational`] is a fraction of two 64-bit integers while it fits, and
//! of big integers where it doesn't; which of the two it is can't be told from outside.

mod big;
mod digits;
mod rational;
mod rounding;

pub(crate) use digits::Digits;
pub use rational::{ParseRationalError, Rational};
pub use rounding::{Rounding, RoundingMode, Stage};
