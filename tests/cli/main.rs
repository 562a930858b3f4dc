//! Behaviour through the built binary and the library: what needs neither root nor a Debian system.
//!
//! `support` runs the command in a temporary folder and compares what it says to the letter.

// A test says what is wrong by its panic, and looks at files as they are.
#![allow(
    clippy::disallowed_methods,
    clippy::missing_panics_doc,
    clippy::print_stderr,
    clippy::unwrap_used,
    // Not every test needs every helper.
    dead_code
)]

#[path = "../support/faults.rs"]
mod faults;
#[path = "../support/forged/mod.rs"]
mod forged;
#[path = "../support/moto.rs"]
mod moto;
#[path = "../support/packed.rs"]
mod packed;
#[path = "../support/mod.rs"]
mod support;

mod archive;
mod as_it_is;
mod beam;
mod building;
mod capabilities;
mod cargo;
mod changed_times;
mod ci;
mod comparison;
mod contents;
mod copyright;
mod debian_paths;
mod debian_values;
mod debug_symbols;
mod diff;
mod documentation;
mod documents;
mod dpkg_values;
mod editors;
mod elf_files;
mod errors;
mod extract;
mod extras;
mod fields;
mod file_entries;
mod findings;
mod folder_above;
mod fpm;
mod fuzz;
mod gleam;
mod hard_links;
mod hostile;
mod import;
mod import_deb;
mod import_debian;
mod import_debian_built;
mod import_debian_calls;
mod import_debian_documents;
mod import_debian_rules;
mod init;
mod init_choices;
mod inspect;
mod installing;
mod integrations;
mod json;
mod large;
mod limits;
mod linter;
mod memory;
mod migrate;
mod names;
mod never_installed;
mod of_debian;
mod packages;
mod preset;
mod private_files;
mod projects;
mod registries;
mod rehearse;
mod release;
mod release_refused;
mod replaced_release;
mod repo;
mod rich;
mod rooms;
mod same_bytes;
mod scarce;
mod schema;
mod scripts;
mod self_contained;
mod service_files;
mod settings;
mod shlibdeps;
mod siblings;
mod sizes;
mod sketch;
mod start;
mod stores;
mod stripped;
mod suites;
mod unit_install;
mod units;
mod upgrade;
mod without_release;
mod writable;
