//! Erlang's formats: terms as text, and the .beam files of its modules.

pub mod beam;
mod scanner;
pub(crate) mod strings;
pub(crate) mod term;
