//! cqdt-oracle
