//! Behaviour through the built binary, conformance to dpkg, and life on real systems.
//!
//! `support` runs the command in a temporary folder and compares what it says to the
//! letter; `system` starts throwaway Debian systems. Both are for every other file here.

// A test says what is wrong by its panic, and looks at files as they are.
#![allow(
    clippy::disallowed_methods,
    clippy::missing_panics_doc,
    clippy::print_stderr,
    clippy::unwrap_used,
    // Not every test needs every helper.
    dead_code
)]

mod archive;
mod beam;
mod building;
mod conformance;
mod console;
mod cookies;
mod debian_values;
mod debug_symbols;
mod documentation;
mod dpkg_values;
mod errors;
mod example;
mod failures;
mod first_package;
mod harness;
mod hostile;
mod init;
mod instances;
mod large;
mod life;
mod limits;
mod lintian;
mod memory;
mod names;
mod nothing_lost;
mod outage;
mod piuparts;
mod predecessor;
mod preset;
mod private_files;
mod processes;
mod protection;
mod readiness;
mod release;
mod release_links;
mod release_refused;
mod rooms;
mod same_bytes;
mod scarce;
mod self_contained;
mod service_choices;
mod services;
mod shlibdeps;
mod sketch;
mod state_machine;
mod stripped;
mod subjects;
mod suites;
mod support;
mod system;
