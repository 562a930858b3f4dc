//! The maintainer scripts.

use super::super::linter::interpreter;
use super::super::shell::{self, Command};
use super::super::subject::Subject;
use super::super::unpack::Tally;
use crate::finding::{Tag, tags};

/// Programs of other packages, with the beginning of the package that brings each.
const OF_PACKAGES: [(&str, &[&str]); 8] = [
    ("adduser", &["adduser"]),
    ("addgroup", &["adduser"]),
    ("deluser", &["adduser"]),
    ("ucf", &["ucf"]),
    ("update-inetd", &["update-inetd", "openbsd-inetd", "inet"]),
    ("update-xmlcatalog", &["xml-core"]),
    ("update-fonts-alias", &["xfonts-utils"]),
    ("update-fonts-dir", &["xfonts-utils"]),
];

/// Files of other packages, which a script must not write.
const OF_OTHERS: [&str; 8] = [
    "/etc/inetd.conf",
    "/etc/services",
    "/etc/protocols",
    "/etc/rpc",
    "/etc/ld.so.conf",
    "/etc/passwd",
    "/etc/group",
    "/etc/shadow",
];

/// Checks the maintainer scripts.
pub(in super::super) fn check(subject: &Subject, found: &mut Tally) {
    for (name, text) in &subject.scripts {
        let words = interpreter(text.as_bytes()).unwrap_or_default();
        let first = words.first().copied().unwrap_or_default();
        let program = first.rsplit('/').next().unwrap_or_default();
        runs_by(name, first, program, subject, found);
        if text.lines().any(|line| line.trim() == "#DEBHELPER#") {
            found.tell(tags::SCRIPT_TOKEN, || {
                format!("script `{name}` has a line `#DEBHELPER#`")
            });
        }
        if !["sh", "dash", "bash"].contains(&program) {
            continue;
        }
        let commands = shell::commands(text);
        if commands.is_empty() {
            found.tell(tags::CONTROL_FILE_UNKNOWN, || {
                format!("script `{name}` does nothing")
            });
        }
        let stops = words
            .iter()
            .skip(1)
            .any(|word| word.starts_with('-') && word.contains('e'))
            || commands
                .iter()
                .any(|command| command.program() == "set" && command.has_flag('e'))
            || commands
                .iter()
                .any(|it| it.program() == "set" && it.has("errexit"));
        if !stops && !commands.is_empty() {
            found.tell(tags::SCRIPT_IGNORES_ERRORS, || {
                format!("script `{name}` goes on when a command fails: it has no `set -e`")
            });
        }
        if program == "sh" {
            bashisms(name, text, &commands, found);
        }
        let script = Script {
            name,
            text,
            subject,
        };
        for command in &commands {
            script.command(command, found);
        }
    }
}

fn runs_by(name: &str, first: &str, program: &str, subject: &Subject, found: &mut Tally) {
    let what = if first.is_empty() {
        "has no first line with `#!`".to_owned()
    } else if first.starts_with("/usr/local/") || !first.starts_with('/') {
        format!("is run by `{}`", crate::escape::line(first))
    } else if ["sh", "dash", "bash", "perl"].contains(&program)
        || (name != "preinst"
            && name != "postrm"
            && subject.asks_for(program.trim_end_matches('3')))
    {
        return;
    } else {
        format!(
            "is run by `{}`, which may not be there",
            crate::escape::line(first)
        )
    };
    found.tell(tags::SCRIPT_RUN_BY, || format!("script `{name}` {what}"));
}

const VARIABLES_OF_BASH: [&str; 8] = [
    "$RANDOM",
    "$BASH_SOURCE",
    "${BASH_SOURCE",
    "$BASHPID",
    "$EUID",
    "$UID",
    "$HOSTNAME",
    "$FUNCNAME",
];

/// Finds what dash does not have, or takes in another way.
fn bashisms(name: &str, text: &str, commands: &[Command], found: &mut Tally) {
    let mut tell = |line: usize, what: &str| {
        found.tell(tags::SCRIPT_BASHISM, || {
            format!("script `{name}`, line {line}: {what}")
        });
    };
    for command in commands {
        let line = command.line;
        let first = command.run().first().map_or("", |word| word.raw.as_str());
        let has_double_equals = command.arguments().any(|it| it == "==");
        match command.program() {
            "[[" => tell(line, "`[[` is bash's, POSIX has `[`"),
            "[" | "test" if has_double_equals => tell(line, "`==` is bash's, POSIX has `=`"),
            "source" if command.run().len() == 2 => tell(line, "`source` is bash's, POSIX has `.`"),
            "function" => tell(line, "`function` is bash's, POSIX has `name()`"),
            "declare" | "typeset" | "shopt" | "pushd" | "popd" | "let" | "mapfile" => {
                tell(line, &format!("`{first}` is bash's"));
            }
            "echo" if command.arguments().next() == Some("-e") => {
                tell(line, "`echo -e` is bash's, POSIX has `printf`");
            }
            "read" if command.arguments().next().is_none() => {
                tell(line, "`read` without a variable is bash's");
            }
            "trap" if command.has("ERR") || command.has("DEBUG") => {
                tell(line, "`trap ERR` is bash's");
            }
            _ => {}
        }
        let is_array = |raw: &str| raw.contains("[@]}") || raw.contains("[*]}");
        if command
            .words
            .iter()
            .any(|word| !word.raw.starts_with('\'') && is_array(&word.raw))
        {
            tell(line, "arrays are bash's");
        }
        let uses = |word: &shell::Word| {
            VARIABLES_OF_BASH
                .iter()
                .any(|it| word.text == *it || word.text.starts_with(&format!("{it}/")))
        };
        let is_given =
            |name: &str| text.contains(&format!("{}=", name.trim_start_matches(['$', '{'])));
        if let Some(word) = command.words.iter().find(|word| uses(word))
            && !VARIABLES_OF_BASH
                .iter()
                .any(|it| word.text.starts_with(it) && is_given(it))
        {
            tell(line, "it uses a variable that only bash has");
        }
    }
}

struct Script<'a> {
    name: &'a str,
    text: &'a str,
    subject: &'a Subject,
}

impl Script<'_> {
    fn tell(&self, tag: &'static Tag, line: usize, what: &str, found: &mut Tally) {
        found.tell(tag, || {
            format!("script `{}`, line {line}: {what}", self.name)
        });
    }

    fn command(&self, command: &Command, found: &mut Tally) {
        let line = command.line;
        let program = command.program();
        let first = command.run().first().map_or("", |word| word.text.as_str());
        match program {
            "systemctl" if !self.is_asked_for(program) => {
                self.tell(
                    tags::SCRIPT_CALLS_MANAGER,
                    line,
                    "it calls systemctl without a look whether systemd runs",
                    found,
                );
            }
            "service" if command.run().len() > 2 => self.tell(
                tags::SCRIPT_CALLS_MANAGER,
                line,
                "it calls service(8)",
                found,
            ),
            "start-stop-daemon" if !command.has("--version") => {
                self.tell(
                    tags::SCRIPT_CALLS_MANAGER,
                    line,
                    "it calls start-stop-daemon",
                    found,
                );
            }
            // Where invoke-rc.d is asked first, this is for machines without it.
            _ if first.starts_with("/etc/init.d/") && !self.text.contains("invoke-rc.d") => {
                self.tell(
                    tags::SCRIPT_CALLS_MANAGER,
                    line,
                    "it calls an init script",
                    found,
                );
            }
            _ => self.changes(command, found),
        }
        self.edits(command, found);
        self.registers(command, found);
        self.needs(program, line, found);
    }

    /// Finds calls that change what is another's.
    fn changes(&self, command: &Command, found: &mut Tally) {
        let line = command.line;
        match command.program() {
            "ldconfig" => self.tell(
                tags::SCRIPT_CHANGES_OTHERS,
                line,
                "it calls ldconfig, which a trigger does",
                found,
            ),
            "mknod" => self.tell(
                tags::SCRIPT_CHANGES_OTHERS,
                line,
                "it makes a device",
                found,
            ),
            "install-info" => self.tell(
                tags::SCRIPT_CHANGES_OTHERS,
                line,
                "it calls install-info, which a trigger does",
                found,
            ),
            "rm" if command
                .arguments()
                .any(|it| it.starts_with("/dev/") && it != "/dev/null") =>
            {
                self.tell(
                    tags::SCRIPT_CHANGES_OTHERS,
                    line,
                    "it removes a device",
                    found,
                );
            }
            "read"
                if !command.reads_pipe
                    && !self.text.contains("while ")
                    && !self.text.contains("confmodule") =>
            {
                self.tell(
                    tags::SCRIPT_CHANGES_OTHERS,
                    line,
                    "it asks the user without debconf",
                    found,
                );
            }
            _ => {}
        }
    }

    /// Finds files of others that are written.
    fn edits(&self, command: &Command, found: &mut Tally) {
        let (program, line) = (command.program(), command.line);
        let edits = |target: &&str| OF_OTHERS.contains(target);
        let is_editor = ["sed", "perl"].contains(&program)
            && command.arguments().any(|it| it.starts_with("-i"));
        let edited = command.arguments().find(|it| is_editor && edits(it));
        let written = command
            .writes
            .iter()
            .map(String::as_str)
            .find(|it| edits(it));
        if let Some(path) = edited.or(written) {
            self.tell(
                tags::SCRIPT_CHANGES_OTHERS,
                line,
                &format!("it changes `{path}`"),
                found,
            );
        }
    }

    fn registers(&self, command: &Command, found: &mut Tally) {
        let line = command.line;
        let what = match command.program() {
            "update-alternatives" if command.has("--set") => {
                "it sets an alternative, over the sysadmin's choice"
            }
            "update-alternatives" if command.has("--remove") && self.name == "postrm" => {
                "it removes an alternative whose file is gone already"
            }
            "update-alternatives" if command.has("--install") && names_systemd(command) => {
                "it makes an alternative of a file of systemd, which has drop-ins for that"
            }
            "dpkg-divert" if !command.has("--remove") && names_systemd(command) => {
                "it diverts a file of systemd, which has drop-ins for that"
            }
            "dpkg-divert" if command.has("--local") => {
                "it makes a diversion in the sysadmin's name"
            }
            "dpkg-statoverride"
                if command.has("--add")
                    && !self.text.contains("--list")
                    && !self.text.contains("--force") =>
            {
                "it sets a mode without a look whether the sysadmin has"
            }
            _ => return,
        };
        self.tell(tags::SCRIPT_REGISTERS_WRONGLY, line, what, found);
    }

    fn needs(&self, program: &str, line: usize, found: &mut Tally) {
        let Some((_, packages)) = OF_PACKAGES.iter().find(|(name, _)| *name == program) else {
            return;
        };
        let is_there = packages
            .iter()
            .any(|package| self.subject.asks_for(package));
        if !is_there && !self.is_asked_for(program) {
            self.tell(
                tags::SCRIPT_NEEDS_PACKAGE,
                line,
                &format!("it calls `{program}`, which the package does not ask for"),
                found,
            );
        }
    }

    /// Tells whether the script looks whether a program, or systemd, is there.
    fn is_asked_for(&self, program: &str) -> bool {
        let asks = [
            "command -v ",
            "which ",
            "type ",
            "-x /usr/sbin/",
            "-x /usr/bin/",
            "-x /bin/",
        ];
        asks.iter()
            .any(|ask| self.text.contains(&format!("{ask}{program}")))
            || self.text.contains(&format!("-x \"$(command -v {program}"))
            || self.text.contains(&format!("-x \"$(which {program}"))
            || (program == "systemctl" && self.text.contains("/run/systemd/system"))
            || self.text.contains(&format!("command -v \"{program}"))
    }
}

/// Returns whether a command names a file that systemd and its tools read.
fn names_systemd(command: &Command) -> bool {
    let folders = ["systemd", "udev", "tmpfiles.d", "sysusers.d"];
    let mut paths = command.arguments().filter_map(|word| {
        let word = word.strip_prefix("/usr").unwrap_or(word);
        let rest = word.strip_prefix("/lib/").or(word.strip_prefix("/etc/"))?;
        rest.split('/').next()
    });
    paths.any(|folder| folders.contains(&folder))
}
