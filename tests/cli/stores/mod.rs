//! The places that keep a repository: all behave the same.

mod contract;
mod folder;
mod publishing;
mod s3;
