//! Life on real systems, and conformance to Debian's own tools.
//!
//! `system` starts throwaway Debian systems; `example` builds the examples.

// A test says what is wrong by its panic, and looks at files as they are.
#![allow(
    clippy::disallowed_methods,
    clippy::missing_panics_doc,
    clippy::print_stderr,
    clippy::unwrap_used,
    // Not every test needs every helper.
    dead_code
)]

#[path = "../support/forged/mod.rs"]
mod forged;
#[path = "../support/moto.rs"]
mod moto;
#[path = "../support/packed.rs"]
mod packed;
#[path = "../support/mod.rs"]
mod support;

mod capabilities;
mod conformance;
mod console;
mod cookies;
mod emulated;
mod example;
mod failures;
mod first_package;
mod fpm;
mod given_directories;
mod gleam;
mod hard_links;
mod harness;
mod hooks;
mod hostile;
mod instances;
mod keyring;
mod kinds;
mod life;
mod lintian;
mod names;
mod nothing_lost;
mod other_machines;
mod outage;
mod phoenix;
mod piuparts;
mod predecessor;
mod processes;
mod protection;
mod readiness;
mod registries;
mod rehearse;
mod rehearse_host;
mod rehearse_user;
mod release_hooks;
mod release_links;
mod repo;
mod rust;
mod scripts;
mod service_choices;
mod services;
mod settings;
mod state_machine;
mod subjects;
mod successors;
mod suites;
mod system;
mod tls;
mod tutorial;
mod units;
mod user_units;
mod without_release;
mod writable;
