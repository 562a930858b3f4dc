//! The machine that a folder `debian` is built for, whose names debhelper fills in.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::audit::triplet;
use crate::debian::MachineName;
use crate::import::notes::Notes;

/// The variables of dpkg-architecture(1) that stand in paths, with their values.
pub(super) struct Host {
    variables: Vec<(&'static str, String)>,
    /// Those that were filled in.
    used: RefCell<BTreeSet<&'static str>>,
}

impl Host {
    /// Takes the names from the environment, as dpkg-buildpackage sets them, or else those of this machine.
    pub(super) fn of(environment: &BTreeMap<String, String>) -> Self {
        let own = std::env::consts::ARCH.parse::<MachineName>().ok();
        let own = own.map(|MachineName(architecture)| architecture);
        let of_libraries = own.and_then(triplet).map(str::to_owned);
        let defaults = [
            ("DEB_HOST_MULTIARCH", of_libraries),
            ("DEB_HOST_ARCH", own.map(|own| own.to_string())),
        ];
        let variables = defaults.into_iter().filter_map(|(name, default)| {
            let given = environment.get(name).filter(|value| !value.is_empty());
            Some((name, given.cloned().or(default)?))
        });
        Self {
            variables: variables.collect(),
            used: RefCell::default(),
        }
    }

    /// Returns a text with the values of its variables.
    pub(super) fn filled(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        for (name, value) in &self.variables {
            let variable = format!("${{{name}}}");
            if filled.contains(&variable) {
                self.used.borrow_mut().insert(name);
                filled = filled.replace(&variable, value);
            }
        }
        filled
    }

    /// Tells of the variables that were filled in.
    pub(super) fn tell(&self, notes: &mut Notes) {
        for (name, value) in &self.variables {
            if self.used.borrow().contains(name) {
                let what = format!("`{name}` is written as `{value}`");
                let why = format!("`{name}=… reldeb import` writes it for another machine");
                notes.differs(None, &what, &why);
            }
        }
    }
}
