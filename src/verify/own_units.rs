//! The check of the author's units against the package: the programs that they run, the users that
//! run them, and the units that they name.

use super::unit::verify;
use crate::debian::reserved;
use crate::deployment::Unit;
use crate::finding::{Finding, Location, Tag, tags};
use crate::fs;
use crate::manifest::UnitFile;
use crate::plan::{PackagePlan, Settings};
use crate::tree::{Content, Entry, Kind, Origin, PackagePath, Tree};
use crate::units::{UnitText, activated, is_true};

/// Directives that run programs, by their sections.
const PROGRAMS: [(&str, &[&str]); 2] = [
    (
        "Service",
        &[
            "ExecCondition",
            "ExecStartPre",
            "ExecStart",
            "ExecStartPost",
            "ExecReload",
            "ExecStop",
            "ExecStopPost",
        ],
    ),
    (
        "Socket",
        &[
            "ExecStartPre",
            "ExecStartPost",
            "ExecStopPre",
            "ExecStopPost",
        ],
    ),
];

/// Directives that name users or groups.
const ACCOUNTS: [(&str, &str); 4] = [
    ("Service", "User"),
    ("Service", "Group"),
    ("Socket", "SocketUser"),
    ("Socket", "SocketGroup"),
];

/// Directives that name units which have to be there.
const UNITS: [(&str, &str); 8] = [
    ("Unit", "Requires"),
    ("Unit", "Requisite"),
    ("Unit", "Wants"),
    ("Unit", "BindsTo"),
    ("Unit", "PartOf"),
    ("Unit", "Upholds"),
    ("Service", "Sockets"),
    ("Install", "Also"),
];

/// Directories of programs whose names are those of Debian's base system.
const PROGRAM_DIRECTORIES: [&str; 4] = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];

/// Returns the findings about the author's units in a package.
pub(crate) fn check_own_units(
    settings: &Settings,
    plan: &PackagePlan,
    tree: &Tree,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for unit in &plan.deployment.own_units {
        let check = Check {
            plan,
            tree,
            unit,
            text: UnitText::parse(&unit.text).unwrap_or_default(),
        };
        let found = [
            check.systemd(),
            check.programs(),
            check.accounts(),
            check.named_units(),
            check.paths(),
        ];
        let found = found.into_iter().flatten();
        let place = Location::of_manifest(&settings.manifest_path, unit.line);
        findings.extend(found.map(|it| it.at(Some(&place))));
    }
    for (path, entry) in tree.iter() {
        findings.extend(unregistered(plan, path, entry));
    }
    findings
}

/// One unit beside the package that has it.
struct Check<'a> {
    plan: &'a PackagePlan,
    tree: &'a Tree,
    unit: &'a Unit,
    text: UnitText,
}

impl Check<'_> {
    /// Returns what systemd-analyze(1) says of the text; nothing where it is not installed.
    fn systemd(&self) -> Vec<Finding> {
        let (name, source) = (self.unit.file.unit(), &self.unit.source);
        if self.unit.file.is_drop_in() {
            return Vec::new();
        }
        let complaints = verify(name, self.unit.text.as_bytes()).unwrap_or_default();
        let findings = complaints.into_iter().map(|complaint| {
            let message = format!("systemd-analyze verify, `{source}`, {complaint}");
            Finding::new(tags::UNIT_REFUSED, message)
        });
        findings.collect()
    }

    fn finding(&self, tag: &'static Tag, fact: &str, hint: &str) -> Finding {
        let message = format!("unit `{}` {fact}", self.unit.file);
        Finding::new(tag, message).with_hint(hint)
    }

    fn programs(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (section, keys) in PROGRAMS {
            for key in keys {
                for value in self.text.values(section, key) {
                    findings.extend(self.program(key, value));
                }
            }
        }
        findings
    }

    /// Returns the finding about the program of a command line.
    fn program(&self, key: &str, value: &str) -> Option<Finding> {
        let line = value.trim_start_matches(['@', '-', ':', '+', '!', '|']);
        let may_fail = value[..value.len() - line.len()].contains('-');
        let word = line.split_whitespace().next()?;
        let program = word.trim_matches(['"', '\'']);
        // Specifiers are the machine's to fill in, and what may fail may be missing.
        if may_fail || program.contains(['%', '$']) {
            return None;
        }
        let fault = if program.starts_with('/') {
            self.fault_of_program(program)?
        } else {
            "is no absolute path"
        };
        Some(self.finding(
            tags::UNIT_PROGRAM,
            &format!("runs `{program}` by `{key}=`, which {fault}"),
            "write the path that it has in the package, or name the package that brings it in `depends`",
        ))
    }

    fn fault_of_program(&self, program: &str) -> Option<&'static str> {
        let path = PackagePath::new(program).ok()?;
        // /bin is a link to /usr/bin on every machine that can be installed today.
        let merged = PackagePath::new(format!("/usr{program}")).ok()?;
        let in_usr = program.strip_prefix("/usr").map(PackagePath::new);
        let places = [
            Some(path.clone()),
            Some(merged),
            in_usr.and_then(Result::ok),
        ];
        let mut entries = places.iter().flatten().filter_map(|it| self.tree.get(it));
        if let Some(entry) = entries.next() {
            let is_file = matches!(entry.kind, Kind::Regular { .. });
            let fault = match entry.kind {
                Kind::Directory => Some("is a directory"),
                _ if is_file && entry.mode & 0o111 == 0 => Some("is not executable"),
                _ => None,
            };
            return fault;
        }
        let mut above = std::iter::successors(path.parent(), PackagePath::parent);
        let is_link = |it: &Entry| matches!(it.kind, Kind::Symlink { .. });
        if above.any(|it| self.tree.get(&it).is_some_and(is_link)) {
            return None;
        }
        let (directory, name) = program.rsplit_once('/')?;
        let is_known = PROGRAM_DIRECTORIES.contains(&directory) && reserved::is_command(name)
            || ["/usr/lib/systemd", "/lib/systemd"].contains(&directory);
        (!is_known).then_some("is neither in the package nor on every Debian")
    }

    fn accounts(&self) -> Vec<Finding> {
        if self.unit.user {
            return Vec::new();
        }
        let is_dynamic = self
            .text
            .value("Service", "DynamicUser")
            .is_some_and(is_true);
        let mut findings = Vec::new();
        for (section, key) in ACCOUNTS {
            let Some(name) = self.text.value(section, key) else {
                continue;
            };
            if is_dynamic && section == "Service" || self.is_account(name) {
                continue;
            }
            findings.push(self.finding(
                tags::UNIT_USER,
                &format!("has `{key}={name}`, which nobody makes"),
                &format!(
                    "write `name = \"{name}\"` below `[user]`, or `DynamicUser=yes` into the unit"
                ),
            ));
        }
        findings
    }

    /// Returns whether a user or group is on the machine when the unit starts.
    fn is_account(&self, name: &str) -> bool {
        let deployment = &self.plan.deployment;
        let is_made = deployment
            .account
            .as_ref()
            .is_some_and(|account| account.user.as_str() == name || account.group.as_str() == name);
        let is_word = |text: &str| {
            let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
            words.any(|word| word == name)
        };
        is_made
            || reserved::is_account(name)
            || name.contains('%')
            || name.bytes().all(|byte| byte.is_ascii_digit())
            || deployment.hooks.iter().any(|hook| is_word(&hook.script))
            || self
                .plan
                .own_scripts
                .iter()
                .any(|script| is_word(&script.text))
            || self.tree.iter().any(|(path, entry)| {
                path.as_bytes().starts_with(b"/usr/lib/sysusers.d/")
                    && text_of(entry).is_some_and(|text| is_word(&text))
            })
    }

    /// Returns the findings about paths that systemd needs before it starts the unit.
    fn paths(&self) -> Vec<Finding> {
        let keys = ["WorkingDirectory", "EnvironmentFile"];
        let values = keys.iter().flat_map(|key| {
            let values = self.text.values("Service", key).into_iter();
            values.map(move |value| (key, value))
        });
        // What begins with a dash may be missing; of other words systemd alone knows the meaning.
        let paths = values.filter(|(_, value)| value.starts_with('/') && !value.contains('%'));
        let missing = paths.filter(|(_, value)| !self.unit.user && !self.is_provided(value));
        let findings = missing.map(|(key, value)| {
            self.finding(
                tags::UNIT_PATH,
                &format!("has `{key}={value}`, which nobody provides"),
                "let the package have it, or write `-` before a path that may be missing",
            )
        });
        findings.collect()
    }

    /// Returns whether a path is on the machine when the unit starts.
    fn is_provided(&self, text: &str) -> bool {
        let Ok(path) = PackagePath::new(text) else {
            return true;
        };
        let deployment = &self.plan.deployment;
        let mut own = deployment.directories.of_service();
        let mut scripts = self.plan.own_scripts.iter().map(|script| &script.text);
        let mut hooks = deployment.hooks.iter().map(|hook| &hook.script);
        let names = |words: &String| words.contains(text);
        self.tree.get(&path).is_some()
            || deployment.has_state && own.any(|directory| path.starts_with(directory))
            || reserved::is_shared_directory(text)
            || ["/", "/root", "/tmp", "/var/tmp", "/run"].contains(&text)
            || scripts.any(names)
            || hooks.any(names)
            || deployment.own_units.iter().any(|unit| makes(unit, &path))
            || self.tree.iter().any(|(snippet, entry)| {
                snippet.as_bytes().starts_with(b"/usr/lib/tmpfiles.d/")
                    && text_of(entry).is_some_and(|snippet| names(&snippet))
            })
    }

    fn named_units(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Some(name) = activated(&self.unit.file, &self.text)
            && !self.has_unit(&name)
            && !name.contains('%')
        {
            findings.push(self.missing(&format!("starts `{name}`"), &name));
        }
        for (section, key) in UNITS {
            for name in self.text.values(section, key) {
                for name in name.split_whitespace() {
                    if self.is_own(name) && !self.has_unit(name) {
                        findings.push(self.missing(&format!("has `{key}={name}`"), name));
                    }
                }
            }
        }
        findings
    }

    fn missing(&self, fact: &str, name: &str) -> Finding {
        self.finding(
            tags::UNIT_MISSING,
            &format!("{fact}, which is not in the package"),
            &format!("write `\"{name}\" = \"…\"` below `[units]`, or correct the name"),
        )
    }

    /// Returns whether a unit should be the package's own by its name.
    fn is_own(&self, name: &str) -> bool {
        let Ok(file) = name.parse::<UnitFile>() else {
            return false;
        };
        let stem = file.stem();
        let package = self.plan.control.package.as_str();
        let rest = stem.strip_prefix(package);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '@']))
            || stem == self.unit.file.stem()
    }

    /// Returns whether a unit is in the package, be it by its template.
    fn has_unit(&self, name: &str) -> bool {
        let template = name.split_once('@').and_then(|(stem, rest)| {
            let (_, kind) = rest.rsplit_once('.')?;
            Some(format!("{stem}@.{kind}"))
        });
        let names = [Some(name.to_owned()), template];
        names.iter().flatten().any(|name| {
            let manager = if self.unit.user { "user" } else { "system" };
            let path = PackagePath::new(format!("/usr/lib/systemd/{manager}/{name}"));
            path.is_ok_and(|path| self.tree.get(&path).is_some())
        })
    }
}

/// Returns whether systemd makes a directory for a unit before it starts it.
fn makes(unit: &Unit, path: &PackagePath) -> bool {
    const DIRECTORIES: [(&str, &str); 5] = [
        ("StateDirectory", "/var/lib"),
        ("CacheDirectory", "/var/cache"),
        ("LogsDirectory", "/var/log"),
        ("RuntimeDirectory", "/run"),
        ("ConfigurationDirectory", "/etc"),
    ];
    let text = UnitText::parse(&unit.text).unwrap_or_default();
    DIRECTORIES.iter().any(|(key, parent)| {
        let values = text.values("Service", key).into_iter();
        let mut names = values.flat_map(str::split_whitespace);
        names.any(|name| {
            let made = PackagePath::new(format!("{parent}/{name}"));
            made.is_ok_and(|made| path.starts_with(&made))
        })
    })
}

/// Returns the finding about a unit of `[files]` that is there to be enabled, and is not.
fn unregistered(plan: &PackagePlan, path: &PackagePath, entry: &Entry) -> Option<Finding> {
    let Origin::Files { source, .. } = &entry.origin else {
        return None;
    };
    let whole = path.to_string();
    let below = whole.strip_prefix("/usr").unwrap_or(&whole);
    let in_etc = whole.strip_prefix("/etc/systemd/");
    let below = below.strip_prefix("/lib/systemd/").or(in_etc)?;
    let (manager, name) = below.split_once('/')?;
    let file: UnitFile = name.parse().ok()?;
    if !["system", "user"].contains(&manager) || file.is_drop_in() || file.is_template() {
        return None;
    }
    let service = plan.deployment.service.as_ref();
    let service = service.filter(|service| service.systemd);
    let is_rendered = service.is_some_and(|service| name == format!("{}.service", service.name));
    let mut hooks = plan.deployment.hooks.iter();
    let mut scripts = plan.own_scripts.iter();
    // Who names it in a hook takes care of it, but no script makes its place a good one.
    let is_named = hooks.any(|hook| hook.script.contains(file.stem()))
        || scripts.any(|script| script.text.contains(file.stem()));
    if is_rendered || is_named && in_etc.is_none() {
        return None;
    }
    let text = UnitText::parse(&text_of(entry)?).ok()?;
    if !text.has_section("Install") && in_etc.is_none() {
        return None;
    }
    let (tag, message) = if in_etc.is_some() {
        let message = format!("`{path}` is in the place of the administrator's own units");
        (tags::UNIT_IN_ETC, message)
    } else {
        let message =
            format!("`{path}` has `[Install]`, but `[files]` neither enables nor starts it");
        (tags::UNIT_NOT_REGISTERED, message)
    };
    let source = source.as_ref()?.display().to_string();
    let line = if manager == "user" {
        format!("\"{name}\" = {{ source = \"{source}\", user = true }}")
    } else {
        format!("\"{name}\" = \"{source}\"")
    };
    let hint = format!("write `{line}` below `[units]` instead");
    let finding = Finding::new(tag, message);
    Some(finding.with_hint(hint).at_path(path))
}

/// Returns the text of a small file; `None` for anything else.
fn text_of(entry: &Entry) -> Option<String> {
    let Kind::Regular { content, .. } = &entry.kind else {
        return None;
    };
    let bytes = match content {
        Content::Bytes(bytes) => bytes.to_vec(),
        Content::File { path, size } if *size < 1 << 20 => fs::read(path.as_ref()).ok()?,
        _ => return None,
    };
    String::from_utf8(bytes).ok()
}
