//! `[scripts]`, `[units]` and `[hooks]`: what happens on the machine.

use std::fmt::{self, Write};
use std::path::{Path, PathBuf};

use super::entries::{self, Placed};
use super::error::FpmError;
use super::line::Line;
use super::template::{self, Values};
use crate::finding::{Finding, tags};
use crate::fs;
use crate::interpreter::Interpreter;
use crate::manifest::draft::{Draft, Text, Value};
use crate::manifest::{Hinted as _, MemberName};
use crate::message::ticked;
use crate::shell;

/// The options of maintainer scripts.
const SCRIPTS: [(&str, &str); 4] = [
    ("preinst", "--before-install"),
    ("postinst", "--after-install"),
    ("prerm", "--before-remove"),
    ("postrm", "--after-remove"),
];

/// The types of units that fpm knows; a unit without one is a service.
const UNIT_TYPES: [&str; 11] = [
    "service",
    "socket",
    "device",
    "mount",
    "automount",
    "swap",
    "target",
    "path",
    "timer",
    "slice",
    "scope",
];

/// A script that an option names.
struct Named {
    /// The option as it was written.
    option: String,
    path: PathBuf,
    text: String,
}

/// The remarks about the scripts of options.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The names of scripts in messages about the manifest, each with the options that the user wrote.
    pub(super) names: Vec<(String, String)>,
    /// The remarks of shellcheck(1), with the lines of the user's files.
    pub(super) remarks: Vec<Finding>,
}

/// Writes `[scripts]`.
///
/// # Errors
/// [`FpmError`] about a script that cannot be read, or has another shell.
pub(super) fn write(line: &Line, values: &Values, draft: &mut Draft) -> Result<Said, FpmError> {
    let mut said = Said::default();
    let templates = line.is_on("template-scripts") || line.list("template-value").next().is_some();
    let values = templates.then_some(values);
    let read = |names: &[&str]| named(line, names, values);
    let before_install = read(&["before-install", "pre-install"])?;
    let after_install = read(&["after-install", "post-install"])?;
    let before_remove = read(&["before-remove", "pre-uninstall"])?;
    let after_remove = read(&["after-remove", "post-uninstall"])?;
    let before_upgrade = read(&["before-upgrade"])?;
    let after_upgrade = read(&["after-upgrade"])?;
    let after_purge = read(&["deb-after-purge"])?;
    let by_events = before_upgrade.is_some()
        || after_upgrade.is_some()
        || line.list("deb-systemd").next().is_some();
    if !by_events {
        for (script, named) in [
            ("preinst", &before_install),
            ("postinst", &after_install),
            ("prerm", &before_remove),
        ] {
            if let Some(named) = named {
                said.add(script, &[Some(named)]);
                set(draft, script, named.value(templates)?);
            }
        }
        if after_purge.is_some() {
            let functions = [after_remove, after_purge];
            said.add("postrm", &functions.each_ref().map(Option::as_ref));
            write_event_script(line, draft, &AT_PURGE, &functions)?;
        } else if let Some(remove) = &after_remove {
            said.add("postrm", &[Some(remove)]);
            set(draft, "postrm", remove.value(templates)?);
        }
        return Ok(said);
    }
    for (event_script, functions) in [
        (&PREINST, [before_install, before_upgrade]),
        (&POSTINST, [after_install, after_upgrade]),
        (&PRERM, [before_remove, None]),
        (&POSTRM, [after_remove, after_purge]),
    ] {
        said.add(event_script.name, &functions.each_ref().map(Option::as_ref));
        write_event_script(line, draft, event_script, &functions)?;
    }
    Ok(said)
}

fn set(draft: &mut Draft, script: &str, text: Text) {
    draft.table("scripts").set(script, Value::Text(text));
}

/// Reads the script of an option.
fn named(line: &Line, names: &[&str], values: Option<&Values>) -> Result<Option<Named>, FpmError> {
    let Some(path) = line.value(names).map(PathBuf::from) else {
        return Ok(None);
    };
    if !path.exists() {
        let option = line.written(names);
        return Err(FpmError::NoFile { path, option });
    }
    let text = fs::read_small_text(&path)?;
    let text = match values {
        Some(values) => template::fill(&text, &path, values)?,
        None => text,
    };
    let script = Named {
        option: line.written(names),
        path,
        text,
    };
    if let Some(fault) = script
        .shell()
        .and_then(|shell| shell::fault(shell, &script.text))
    {
        return Err(FpmError::Shell {
            script: script.to_string(),
            fault,
        });
    }
    Ok(Some(script))
}

impl Said {
    /// Adds the options of one maintainer script.
    fn add(&mut self, script: &str, functions: &[Option<&Named>]) {
        let named: Vec<&Named> = functions.iter().copied().flatten().collect();
        if named.is_empty() {
            return;
        }
        let options = ticked(&named);
        self.names.push((script.to_owned(), options.clone()));
        if let [only] = named[..] {
            let path = only.path.display().to_string();
            self.names.push((path, options));
        }
        for named in named {
            let Some(shell) = named.shell() else { continue };
            for (line, remark) in shell::remarks(shell, &named.text, &[]) {
                let message = format!("`{named}`, line {line}: {remark}");
                self.remarks
                    .push(Finding::new(tags::SCRIPT_SHELLCHECK, message));
            }
        }
    }
}

/// The option with its file, as the user wrote them.
impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.option, self.path.display())
    }
}

impl Named {
    /// Returns the shell that runs the script; `None` for other interpreters, and for texts that are none of
    /// a shell.
    fn shell(&self) -> Option<&'static str> {
        if self.text.contains(['\0', '\r']) {
            return None;
        }
        let interpreter = Interpreter::of(&self.text).unwrap_or_else(Interpreter::sh);
        Some(match interpreter.shell()? {
            "bash" => "bash",
            _ => "sh",
        })
    }

    /// Returns the script as the manifest has it: its path, or its text where that was filled in.
    fn value(&self, is_filled: bool) -> Result<Text, FpmError> {
        if !is_filled {
            return Ok(Text::verbatim(&entries::text(&self.path, false)?));
        }
        let head = if self.text.starts_with("#!") {
            ""
        } else {
            "#!/bin/sh\n"
        };
        Ok(Text::verbatim(&format!("{head}{}\n", self.text.trim_end())))
    }
}

/// A maintainer script that calls functions by what happens.
struct EventScript {
    name: &'static str,
    /// The functions, each with the option that it is from.
    functions: [&'static str; 2],
    /// The calls of dpkg, each with the function and its arguments.
    calls: &'static [(&'static str, &'static str)],
}

const PREINST: EventScript = EventScript {
    name: "preinst",
    functions: ["before_install", "before_upgrade"],
    calls: &[
        (
            "install",
            "if [ -z \"$2\" ]; then before_install; else before_upgrade \"$2\"; fi",
        ),
        ("upgrade", "before_upgrade \"$2\""),
    ],
};

const POSTINST: EventScript = EventScript {
    name: "postinst",
    functions: ["after_install", "after_upgrade"],
    calls: &[
        (
            "configure",
            "if [ -z \"$2\" ]; then after_install; else after_upgrade \"$2\"; fi",
        ),
        ("abort-remove", "after_install"),
    ],
};

const PRERM: EventScript = EventScript {
    name: "prerm",
    functions: ["before_remove", ""],
    calls: &[("remove", "before_remove")],
};

const POSTRM: EventScript = EventScript {
    name: "postrm",
    functions: ["after_remove", "after_purge"],
    calls: &[
        ("remove | abort-install", "after_remove"),
        ("purge", "after_purge"),
    ],
};

/// Without events the script for the removal sees every call, as it would by itself.
const AT_PURGE: EventScript = EventScript {
    name: "postrm",
    functions: ["after_remove", "after_purge"],
    calls: &[
        ("purge", "after_remove \"$@\" || exit; after_purge"),
        ("*", "after_remove \"$@\""),
    ],
};

/// Writes a script that runs those of the options, unless there are none.
fn write_event_script(
    line: &Line,
    draft: &mut Draft,
    script: &EventScript,
    functions: &[Option<Named>; 2],
) -> Result<(), FpmError> {
    if functions.iter().all(Option::is_none) {
        return Ok(());
    }
    let mut shell = "sh";
    for named in functions.iter().flatten() {
        let Some(interpreter) = Interpreter::of(&named.text) else {
            continue;
        };
        match interpreter.shell() {
            Some("bash") => shell = "bash",
            Some(_) => {}
            None => {
                return Err(FpmError::Interpreter {
                    path: named.path.clone(),
                    interpreter: interpreter.path().to_owned(),
                });
            }
        }
    }
    let mut text = format!("#!/bin/{shell}\n");
    if line.is_on("deb-maintainerscripts-force-errorchecks") {
        text.push_str("set -e\n");
    }
    for (name, named) in script.functions.iter().zip(functions) {
        if name.is_empty() {
            continue;
        }
        text.push('\n');
        if let Some(named) = named {
            let _ = writeln!(text, "# {}", named.path.display());
            if named.text.contains('$') {
                // A first installation calls it without arguments.
                text.push_str("# shellcheck disable=SC2120\n");
            }
        }
        // A function of comments alone is a fault of syntax.
        let body = named.as_ref().map_or("", |it| it.text.trim_end());
        let end = if body.is_empty() { "" } else { "\n" };
        let _ = write!(text, "{name}() {{\n    :\n{body}{end}}}\n");
    }
    text.push_str("\ncase \"$1\" in\n");
    for (call, command) in script.calls {
        let _ = writeln!(text, "    {call}) {command} ;;");
    }
    text.push_str("esac\n");
    set(draft, script.name, Text::verbatim(&text));
    Ok(())
}

/// Writes `[units]`.
///
/// # Errors
/// [`FpmError`] about a unit that is missing, or whose type is none.
pub(super) fn write_units(line: &mut Line, draft: &mut Draft) -> Result<(), FpmError> {
    if let Some(path) = line.value(&["deb-systemd-path"])
        && !["lib/systemd/system", "usr/lib/systemd/system"].contains(&path.trim_matches('/'))
    {
        return Err(FpmError::Value {
            option: "--deb-systemd-path",
            value: path.to_owned(),
            expected: "a folder that systemd reads for packages, `/usr/lib/systemd/system`".into(),
        });
    }
    for written in line.list("deb-systemd") {
        let path = existing(written, "--deb-systemd")?;
        let name = file_name(&path)?;
        let name = match name.rsplit_once('.') {
            None => format!("{name}.service"),
            Some((_, end)) if UNIT_TYPES.contains(&end) => name,
            Some((_, end)) => {
                return Err(FpmError::Value {
                    option: "--deb-systemd",
                    value: written.to_owned(),
                    expected: format!("a unit: no type is called `{end}`"),
                });
            }
        };
        let mut fields: Vec<(Text, Value)> = vec![
            ("source".into(), entries::text(&path, false)?.into()),
            ("enable".into(), line.is_on("deb-systemd-enable").into()),
            ("start".into(), line.is_on("deb-systemd-auto-start").into()),
        ];
        if line.switch("deb-systemd-restart-after-upgrade") == Some(false) {
            fields.push(("on-upgrade".into(), "none".into()));
        }
        draft.table("units").set(name, Value::Table(fields));
    }
    Ok(())
}

/// Returns what `--deb-init` and `--deb-default` put into /etc, and has init scripts registered.
///
/// # Errors
/// [`FpmError`] about a file that is missing.
pub(super) fn placed(line: &mut Line, draft: &mut Draft) -> Result<Vec<Placed>, FpmError> {
    let conffile = !line.is_on("deb-no-default-config-files")
        || line.switch("deb-auto-config-files") != Some(false);
    let mut placed = Vec::new();
    let mut services = Vec::new();
    for (option, folder, mode) in [
        ("deb-init", "init.d", 0o755),
        ("deb-default", "default", 0o644),
    ] {
        for written in line.list(option) {
            let source = existing(written, &format!("--{option}"))?;
            let name = file_name(&source)?;
            let end = if option == "deb-init" {
                ".init"
            } else {
                ".default"
            };
            let name = name.strip_suffix(end).unwrap_or(&name).to_owned();
            placed.push(Placed {
                path: format!("etc/{folder}/{name}"),
                source,
                mode,
                conffile,
            });
            if option == "deb-init" {
                services.push(name);
            }
        }
    }
    if services.is_empty() {
        return Ok(placed);
    }
    let each = |what: &str| {
        let lines = services.iter().map(|name| {
            format!("if command -v update-rc.d >/dev/null; then update-rc.d '{name}' {what} >/dev/null; fi\n")
        });
        Text::verbatim(&lines.collect::<String>())
    };
    let hooks = draft.table("hooks");
    hooks.comment("Have the init script started with the machine, which fpm leaves out.");
    for event in ["after-first-install", "after-upgrade", "after-reinstall"] {
        hooks.set(event, Value::Text(each("defaults")));
    }
    hooks.set("after-purge", Value::Text(each("remove")));
    Ok(placed)
}

/// Writes `[triggers]` and `[control-files]`.
///
/// # Errors
/// [`FpmError`] about a file that is missing.
pub(super) fn write_registries(line: &Line, draft: &mut Draft) -> Result<(), FpmError> {
    for key in [
        "interest",
        "interest-noawait",
        "activate",
        "activate-noawait",
    ] {
        let option = format!("deb-{key}");
        let triggers: Vec<&str> = line.list(&option).collect();
        if !triggers.is_empty() {
            draft.table("triggers").set(key, Value::list(triggers));
        }
    }
    for member in ["config", "templates"] {
        let option = format!("deb-{member}");
        if let Some(written) = line.value(&[&option]) {
            let path = existing(written, &format!("--{option}"))?;
            let path = entries::text(&path, false)?;
            draft.table("control-files").set(member, path);
        }
    }
    for written in line.list("deb-meta-file") {
        let path = existing(written, "--deb-meta-file")?;
        let name = file_name(&path)?;
        if let Err(error) = name.parse::<MemberName>() {
            let (fact, hint) = (error.to_string(), error.hint());
            let options = SCRIPTS.into_iter().find(|(script, _)| *script == name);
            let option = options
                .map(|(_, option)| format!("write it to another file and give it as `{option}`"));
            let hint = option.or(hint);
            return Err(FpmError::MetaFile { path, fact, hint });
        }
        let path = entries::text(&path, false)?;
        draft.table("control-files").set(name, path);
    }
    Ok(())
}

/// Returns the path of a file that is there.
fn existing(written: &str, option: &str) -> Result<PathBuf, FpmError> {
    let path = PathBuf::from(written);
    if path.exists() {
        return Ok(path);
    }
    let option = option.to_owned();
    Err(FpmError::NoFile { path, option })
}

fn file_name(path: &Path) -> Result<String, FpmError> {
    let name = path.file_name().and_then(|name| name.to_str());
    let not_utf8 = || FpmError::NotUtf8 {
        path: path.to_owned(),
    };
    name.map(str::to_owned).ok_or_else(not_utf8)
}
