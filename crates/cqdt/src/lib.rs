//! cqdt
