//! The machine that a folder `debian` is built for, and the other variables that debhelper fills in.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::audit::triplet;
use crate::debian::MachineName;
use crate::import::notes::Notes;

/// The variables that stand for a sign, which `debhelper` fills in when the words of a line are parted.
pub(super) const SIGNS: [(&str, &str); 4] = [
    ("Newline", "\n"),
    ("Space", " "),
    ("Tab", "\t"),
    ("Dollar", "$"),
];

/// The variables of debhelper(7) that stand in paths, with their values.
pub(super) struct Host {
    environment: BTreeMap<String, String>,
    /// The names of dpkg-architecture(1), without the start `DEB_HOST_` and its siblings.
    own: BTreeMap<&'static str, String>,
    /// Those that were filled in, with their values.
    used: RefCell<BTreeMap<String, String>>,
}

impl Host {
    /// Takes the names from the environment, as dpkg-buildpackage sets them, or else those of this machine.
    pub(super) fn of(environment: &BTreeMap<String, String>) -> Self {
        let given = environment.get("DEB_HOST_ARCH");
        let name = given.filter(|value| !value.is_empty());
        let name = name.map_or(std::env::consts::ARCH, String::as_str);
        let mut own = BTreeMap::from([("ARCH_OS", "linux".to_owned())]);
        if let Ok(MachineName(architecture)) = name.parse::<MachineName>() {
            let name = architecture.to_string();
            let cpu = if name.starts_with("arm") && name != "arm64" {
                "arm"
            } else {
                &name
            };
            own.insert("ARCH_CPU", cpu.to_owned());
            if let Some(of_libraries) = triplet(architecture) {
                // Only of i386 the compiler has another name than the libraries.
                let of_compiler = of_libraries.replace("i386-", "i686-");
                if let Some((cpu, system)) = of_compiler.split_once('-') {
                    own.insert("GNU_CPU", cpu.to_owned());
                    own.insert("GNU_SYSTEM", system.to_owned());
                }
                own.insert("GNU_TYPE", of_compiler);
                own.insert("MULTIARCH", of_libraries.to_owned());
            }
            own.insert("ARCH", name);
        }
        Self {
            environment: environment.clone(),
            own,
            used: RefCell::default(),
        }
    }

    /// Returns the value of a variable, such as `DEB_HOST_ARCH` or `env:HOME`.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let value = if let Some(name) = name.strip_prefix("env:") {
            self.environment.get(name)?.clone()
        } else {
            let starts = ["DEB_HOST_", "DEB_BUILD_", "DEB_TARGET_"];
            let below = starts.iter().find_map(|it| name.strip_prefix(it))?;
            let given = self.environment.get(name);
            let given = given.filter(|value| !value.is_empty());
            given.or_else(|| self.own.get(below))?.clone()
        };
        let mut used = self.used.borrow_mut();
        used.insert(name.to_owned(), value.clone());
        Some(value)
    }

    /// Returns a text with the values of its variables, or the first of them that has none. Those of
    /// [`SIGNS`] stay.
    pub(super) fn filled(&self, text: &str) -> Result<String, String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else {
                break;
            };
            filled.push_str(before);
            rest = after;
            if SIGNS.iter().any(|(sign, _)| *sign == name) {
                for part in ["${", name, "}"] {
                    filled.push_str(part);
                }
                continue;
            }
            filled.push_str(&self.value(name).ok_or_else(|| name.to_owned())?);
        }
        Ok(filled + rest)
    }

    /// Tells of the variables that were filled in.
    pub(super) fn tell(&self, notes: &mut Notes) {
        for (name, value) in &*self.used.borrow() {
            let what = format!("`{name}` is written as `{value}`");
            let why = match name.strip_prefix("env:") {
                Some(name) => format!("`{name}=… reldeb import` writes another"),
                None => format!("`{name}=… reldeb import` writes it for another machine"),
            };
            notes.differs(None, &what, &why);
        }
    }
}
