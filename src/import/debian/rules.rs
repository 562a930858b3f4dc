//! `debian/rules`: the targets that change what debhelper does, which nothing is made of, are told.

use std::path::Path;

use crate::fs;
use crate::import::ImportError;
use crate::import::control_text;
use crate::import::notes::Notes;

use super::calls::{self, Rules};

/// The starts of targets that change what a command of debhelper does.
const CHANGES: [&str; 3] = ["override_", "execute_before_", "execute_after_"];

/// The commands that come before there is anything to pack.
const OF_THE_BUILD: [&str; 9] = [
    "dh_auto_build",
    "dh_auto_clean",
    "dh_auto_configure",
    "dh_auto_test",
    "dh_autoreconf",
    "dh_autoreconf_clean",
    "dh_clean",
    "dh_missing",
    "dh_update_autotools_config",
];

/// Commands of debhelper with what does the same in a manifest.
const INSTEAD: [(&str, &str); 10] = [
    (
        "dh_installsystemd",
        "`enable`, `start`, `on-upgrade` and the names of units below `[units]` say it: `--no-start` is \
         `start = false`, `--no-enable` is `enable = false`",
    ),
    (
        "dh_installsystemduser",
        "`enable = false` below `[units]` is `--no-enable`",
    ),
    (
        "dh_installinit",
        "init scripts are not registered: `[service]` makes one that is, `[hooks]` can call update-rc.d",
    ),
    (
        "dh_installchangelogs",
        "`changelog` and `upstream-changelog` below `[package]` name them",
    ),
    (
        "dh_fixperms",
        "`mode`, `owner` and `group` in `[files]` say it",
    ),
    ("dh_strip", "`debug-symbols` below `[release]` says it"),
    (
        "dh_shlibdeps",
        "`depends` says which packages are needed, `auto` stands for what the ELF files need",
    ),
    (
        "dh_gencontrol",
        "`version` and `depends` below `[package]` say it",
    ),
    ("dh_builddeb", "`compression` below `[build]` says it"),
    (
        "dh_compress",
        "`compress-documents` below `[package]` and `compress` in `[files]` say it",
    ),
];

/// Returns whether the rules call a command of debhelper, by themselves or by `dh`.
pub(super) fn runs(path: &Path, command: &str) -> Result<bool, ImportError> {
    if !path.is_file() {
        return Ok(true);
    }
    let bytes = fs::read_small(path)?;
    let text = control_text::utf8(path, &bytes)?;
    let calls = |name: &str| {
        let mut recipes = text.lines().filter_map(|line| line.strip_prefix('\t'));
        recipes.any(|line| {
            let call = line.trim().trim_start_matches(['@', '-', '+']);
            call.split_whitespace().next() == Some(name)
        })
    };
    let replaced = format!("override_{command}");
    let mut lines = text.lines();
    let is_replaced = lines.any(|line| line.starts_with(&replaced));
    Ok(calls(command) || calls("dh") && !is_replaced)
}

/// Tells of them.
pub(super) fn tell(path: &Path, rules: &Rules, notes: &mut Notes) -> Result<(), ImportError> {
    if !path.is_file() {
        return Ok(());
    }
    let bytes = fs::read(path)?;
    let text = control_text::utf8(path, &bytes)?;
    let lines: Vec<&str> = text.lines().collect();
    let mut inside = "";
    for (index, line) in lines.iter().enumerate() {
        if line.starts_with('\t') {
            of_call(line, inside, (path, index + 1), notes);
            let mut whole = (*line).to_owned();
            let mut further = lines[index + 1..].iter();
            while let (Some(start), Some(next)) = (whole.strip_suffix('\\'), further.next()) {
                whole = format!("{start} {next}");
            }
            of_dh(&whole, rules, (path, index + 1), notes);
        }
        if let Some((targets, _)) = line.split_once(':')
            && !line.starts_with(['\t', ' ', '#'])
        {
            inside = "";
            for target in targets.split_whitespace() {
                let command = CHANGES.iter().find_map(|start| target.strip_prefix(start));
                if let Some(command) = command.filter(|it| it.starts_with("dh_")) {
                    inside = command;
                    if rules.follows(target, own_name(command)) {
                        continue;
                    }
                    of_target(
                        target,
                        command,
                        (path, index + 1),
                        &lines[index + 1..],
                        notes,
                    );
                }
            }
        }
    }
    Ok(())
}

/// The starts of options of `dh` that are about the build, or change nothing of the package.
const OPTIONS_OF_THE_BUILD: [&str; 13] = [
    "--buildsystem",
    "--builddir",
    "--max-parallel",
    "--no-parallel",
    "--parallel",
    "--reload-all-buildenv-variables",
    "--sourcedir",
    "--verbose",
    "--with autoreconf",
    "--with systemd",
    "-B",
    "-D",
    "-S",
];

/// Tells of the options that `dh` hands to each command.
fn of_dh(line: &str, rules: &Rules, (path, number): (&Path, usize), notes: &mut Notes) {
    let call = line.trim().trim_start_matches(['@', '-', '+']);
    let mut words = call.split_whitespace().peekable();
    if words.next() != Some("dh") {
        return;
    }
    while let Some(word) = words.next() {
        let mut option = word.replacen("--with=", "--with ", 1);
        if !word.starts_with('-') || word == "--" {
            continue;
        }
        let takes = ["--with", "--exclude", "--no-package", "--package", "--name"];
        if takes.contains(&word) || matches!(word, "-X" | "-N" | "-p" | "-B" | "-D" | "-S") {
            let value = words.next_if(|it| !it.starts_with(['-', '$']));
            option.extend(value.map(|value| format!(" {value}")));
        }
        let start = |known: &[&str]| known.iter().any(|it| option.starts_with(it));
        if start(&OPTIONS_OF_THE_BUILD) || rules.follows_dh(&option) {
            continue;
        }
        let instead = if start(&["-X", "--exclude"]) {
            "leave files with that in their paths out of `[files]`, by `exclude` of trees and globs"
        } else if start(&["-N", "--no-package", "-p", "--package"]) {
            "leave the tables of packages that are not built out"
        } else if start(&["--with"]) {
            "write what the addon does into the manifest"
        } else if start(&[
            "--no-start",
            "--no-enable",
            "--no-stop",
            "--no-restart",
            "--restart",
        ]) {
            INSTEAD[0].1
        } else {
            "write what it does into the manifest"
        };
        let what = format!(
            "option `{}` of `dh` is not read",
            crate::escape::line(&option)
        );
        notes.left_out_in(path, number, &what, instead);
    }
}

/// Tells of a call with options within the recipe of another target.
fn of_call(line: &str, inside: &str, (path, number): (&Path, usize), notes: &mut Notes) {
    let call = line.trim().trim_start_matches(['@', '-', '+']);
    let mut words = call.split_whitespace();
    let command = words.next().unwrap_or_default();
    let known = INSTEAD.iter().find(|(name, _)| *name == command);
    let instead = match known {
        Some((_, instead)) => instead,
        None if calls::looks_at_excludes(command) => "write what it does into the manifest",
        None => return,
    };
    if own_name(inside) != command
        && words.any(|word| word.starts_with("--") || word.starts_with("-X"))
        && !calls::is_followed(call)
    {
        let what = format!("`{}` is not read", crate::escape::line(call));
        notes.left_out_in(path, number, &what, instead);
    }
}

/// Returns the command of a target: `override_dh_fixperms-indep` is for some packages.
pub(super) fn own_name(command: &str) -> &str {
    let of_some = command.strip_suffix("-arch");
    of_some
        .or(command.strip_suffix("-indep"))
        .unwrap_or(command)
}

fn of_target(
    target: &str,
    command: &str,
    (path, line): (&Path, usize),
    recipe: &[&str],
    notes: &mut Notes,
) {
    let command = own_name(command);
    if OF_THE_BUILD.contains(&command) {
        return;
    }
    let instead = INSTEAD.iter().find(|(name, _)| *name == command);
    let instead = instead.map_or("write what it does into the manifest", |(_, instead)| {
        instead
    });
    let recipe = recipe
        .iter()
        .take_while(|line| line.starts_with('\t') || line.is_empty());
    let calls = recipe.filter_map(|line| {
        let call = line.trim().trim_start_matches(['@', '-', '+']);
        let rest = call.strip_prefix(command)?;
        rest.trim().starts_with('-').then_some(call)
    });
    let calls: Vec<String> = calls
        .map(|call| format!("`{}`", crate::escape::line(call)))
        .collect();
    let what = if calls.is_empty() {
        format!("target `{target}` is not read")
    } else {
        format!(
            "target `{target}` is not read: it calls {}",
            calls.join(", ")
        )
    };
    notes.left_out_in(path, line, &what, instead);
}
