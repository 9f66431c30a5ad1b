//! cqdt-criteria
