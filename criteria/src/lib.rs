//! The criteria sets, as data.
