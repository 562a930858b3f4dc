//! The kinds of releases, one file each. Everything that differs between them is data here; what
//! comes after asks for a capability, and never for the name of a kind.

mod absent;
mod distillery;
mod gleam;
mod mix;
mod plain;
mod relx;

use std::fmt;
use std::path::{Path, PathBuf};
use std::ptr;
use std::str::FromStr;

use serde::Serialize;

use super::Release;
use super::configuration::Configuration;
use super::erlang::{self, Erlang};
use super::error::ReleaseError;
use super::files::Exclude;
use crate::finding::Finding;

pub use absent::ABSENT;
pub use gleam::GLEAM;
pub use mix::MIX;
pub use plain::PLAIN;
pub use relx::{RELX, RELX_WITHOUT_VERBS};

/// The kinds, the first that recognises a directory coming first. The last takes any.
static KINDS: &[&Kind] = &[
    &distillery::DISTILLERY,
    &MIX,
    &RELX,
    &RELX_WITHOUT_VERBS,
    &GLEAM,
    &PLAIN,
];

/// A kind of release, and what it can do.
#[derive(Debug, Serialize)]
// Each is a capability that templates ask for.
#[allow(clippy::struct_excessive_bools)]
pub struct Kind {
    /// Its name, for people.
    pub name: &'static str,
    /// The word for it in the manifest, which kinds that are much alike share.
    pub word: &'static str,
    /// The marks by which people know such a release.
    sign: &'static str,
    /// Tells whether a directory is of this kind.
    #[serde(skip)]
    recognises: fn(&mut Folder<'_>) -> Result<bool, ReleaseError>,
    /// Reads the release in a directory of this kind.
    #[serde(skip)]
    pub(super) open: Open,
    /// The file at the top of a project that makes such releases.
    pub(super) project_file: &'static str,
    /// Returns the command that builds the release in a profile of the project.
    #[serde(skip)]
    pub(super) build_command: fn(profile: &str) -> String,
    /// The folder of the project that its tool always builds into.
    pub(super) built: Option<&'static str>,
    /// The line of the package's description that says what the release is.
    pub description: &'static str,
    /// The arguments that keep it in the foreground, where it never asks the terminal.
    pub foreground: &'static [&'static str],
    /// Variables that keep it from writing below the release. `STATE`, `LOG` and `RUN` at the start
    /// of a value stand for its directories.
    pub environment: &'static [(&'static str, &'static str)],
    /// A script of the release that starts it as a server: the variables that it sets go along.
    pub(super) server: Option<&'static str>,
    /// Variables for a runtime that `[release] runtime` has put into the release. `RELEASE` and
    /// `ERTS` at the start of a value stand for its directories.
    pub environment_of_runtime: &'static [(&'static str, &'static str)],
    /// It runs on Erlang's virtual machine: a service unless the manifest says otherwise, which
    /// reads its modules while it runs.
    pub is_erlang: bool,
    /// It is an Erlang node with a cookie.
    pub has_cookie: bool,
    /// Its programs are commands for everybody.
    pub has_commands: bool,
    /// Its script has verbs that ask the running node, so the administrator's command has them too.
    pub has_verbs: bool,
    /// Its script answers `ping` once the node can be asked.
    pub has_ping: bool,
    /// The administrator's command hands all words that it does not know on to the program.
    pub takes_any_argument: bool,
    /// Its script starts it in the directory of the release, where relative paths then lead.
    pub starts_in_release: bool,
    /// SIGHUP has it read its configuration again.
    pub reloads_by_signal: bool,
    /// The verb and the expression that ask a node for `{init:get_status(), os:getpid()}`, which
    /// says `{started, started}` once its applications have started (init(3)).
    pub question: Option<[&'static str; 2]>,
    /// Flags of Erlang's emulator for commands that only ask a node: they start no port mapper.
    pub question_flags: Option<&'static str>,
    /// Its script renders its configuration at every command, where the node reads it.
    pub renders_at_questions: bool,
    /// Verbs that run in a program of their own, beside the node.
    pub own_verbs: &'static [&'static str],
    /// The variable that names the node, by which instances are told apart.
    pub node_variable: Option<&'static str>,
    /// The variable that asks for a cookie, before that of the file in the node's home.
    pub cookie_variable: Option<&'static str>,
    /// Returns the name that every instance would have.
    #[serde(skip)]
    pub fixed_name: fn(&Configuration) -> Option<FixedName>,
    /// Returns the files below `releases/VERSION` that a sysadmin has reason to edit.
    #[serde(skip)]
    pub editable: fn(&Configuration) -> Vec<&Path>,
    /// The file of a project that reads variables of the environment when the release starts.
    pub environment_file: Option<&'static str>,
    /// The names at the top of a release that builds and runs leave, with what they are. A
    /// directory ends with `/`, and `*` at the start stands for anything.
    pub(super) leftovers: &'static [(&'static str, &'static str)],
    /// The programs of its runtime that it cannot start without. `ERTS` and `VERSION` at the start
    /// stand for the runtime's directory and for that of the version.
    pub(super) runs: &'static [&'static str],
    /// The packages that bring a runtime to a release without one.
    pub runtime_packages: &'static [&'static str],
    /// A hint about a release without the runtime that it needs.
    pub(super) runtime_hint: &'static str,
    /// A hint about links to files of the build machine.
    pub(super) links_hint: &'static str,
}

/// A function that reads the release in a directory of a kind.
pub(super) type Open = fn(
    &mut Folder<'_>,
    &'static Kind,
    &mut Exclude<'_>,
) -> Result<(Release, Vec<Finding>), ReleaseError>;

/// A node name that all instances of a service would share.
#[derive(Debug)]
pub struct FixedName {
    /// The name.
    pub name: String,
    /// How to write one that has the instance in it.
    pub hint: String,
}

impl FixedName {
    /// Returns the name with the instance in it, its host as it was.
    fn of_instance(name: &str) -> String {
        let (node, host) = name.find('@').map_or((name, ""), |at| name.split_at(at));
        let node = node.trim_end_matches("_${INSTANCE}");
        format!("{node}_${{INSTANCE}}{host}")
    }
}

impl Kind {
    /// Returns the kind of a directory among those that the manifest's word means. What the word
    /// means holds even where the signs are missing.
    pub(super) fn of(
        folder: &mut Folder<'_>,
        wanted: Option<KindWord>,
    ) -> Result<&'static Self, ReleaseError> {
        let mut last = &PLAIN;
        for kind in KINDS.iter().copied() {
            if wanted.is_some_and(|wanted| wanted.0 != kind.word) {
                continue;
            }
            if (kind.recognises)(folder)? {
                return Ok(kind);
            }
            last = kind;
        }
        Ok(last)
    }

    /// Returns all kinds.
    pub(super) fn all() -> impl Iterator<Item = &'static Self> {
        KINDS.iter().copied()
    }

    /// Returns the words of the manifest, each once.
    fn words() -> Vec<&'static str> {
        let mut words = Vec::new();
        for kind in KINDS {
            if !words.contains(&kind.word) {
                words.push(kind.word);
            }
        }
        words
    }

    /// Lists the signs of all kinds: "`releases/start_erl.data` (relx, mix) and …".
    pub(super) fn signs() -> String {
        let mut signs: Vec<(&str, Vec<&str>)> = Vec::new();
        for kind in KINDS {
            match signs.iter_mut().find(|(sign, _)| *sign == kind.sign) {
                Some((_, words)) if words.contains(&kind.word) => {}
                Some((_, words)) => words.push(kind.word),
                None => signs.push((kind.sign, vec![kind.word])),
            }
        }
        let shown = signs
            .iter()
            .map(|(sign, words)| format!("{sign} ({})", words.join(", ")));
        let shown: Vec<String> = shown.collect();
        match &shown[..] {
            [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
            one => one.concat(),
        }
    }

    /// Returns the error for a directory that lacks the sign of this kind.
    pub(super) fn no_release(&self, path: &Path) -> Result<ReleaseError, ReleaseError> {
        super::findings::not_a_release(path, self.sign.to_owned())
    }

    /// Returns what a name at the top of a release is, where it does not belong there.
    pub(super) fn leftover(&self, name: &[u8], is_directory: bool) -> Option<&'static str> {
        let is = |pattern: &str| {
            let (pattern, directory) = match pattern.strip_suffix('/') {
                Some(pattern) => (pattern, true),
                None => (pattern, false),
            };
            directory == is_directory
                && match pattern.strip_prefix('*') {
                    Some(end) => name.ends_with(end.as_bytes()),
                    None => name == pattern.as_bytes(),
                }
        };
        let mut all = self.leftovers.iter();
        all.find_map(|(pattern, what)| is(pattern).then_some(*what))
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self, other)
    }
}

impl Eq for Kind {}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

/// The word for a kind in the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindWord(&'static str);

/// A text that is no kind of release.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("unknown kind of release `{found}`, expected {expected}")]
pub struct UnknownKind {
    found: String,
    expected: String,
}

impl UnknownKind {
    /// Returns the nearest word.
    pub(crate) fn hint(&self) -> Option<String> {
        let near = crate::message::nearest(&self.found, Kind::words())?;
        Some(format!("did you mean `{near}`?"))
    }
}

impl KindWord {
    /// Returns all words.
    pub(crate) fn words() -> Vec<&'static str> {
        Kind::words()
    }
}

impl FromStr for KindWord {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let words = Kind::words();
        let found = words.iter().find(|word| **word == text);
        found.map(|word| Self(word)).ok_or_else(|| {
            let (last, first) = words.split_last().unwrap_or((&"", &[]));
            let first: Vec<String> = first.iter().map(|word| format!("`{word}`")).collect();
            UnknownKind {
                found: text.to_owned(),
                expected: format!("{} or `{last}`", first.join(", ")),
            }
        })
    }
}

/// The words of the manifest about a release.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The kind, where it is not to be found out.
    pub kind: Option<KindWord>,
    /// An installed Erlang to pack with a release that brings none.
    pub runtime: Option<PathBuf>,
    /// The project that the release is of, for what only its own files tell.
    pub project: Option<PathBuf>,
}

/// A directory whose kind is looked for.
#[derive(Debug)]
pub(super) struct Folder<'a> {
    pub(super) path: &'a Path,
    /// The manifest says what it is.
    pub(super) certain: bool,
    /// The Erlang of the build machine that the manifest has packed.
    pub(super) runtime: Option<&'a Path>,
    /// The Cargo project that the directory is of, where the manifest says.
    pub(super) project: Option<&'a Path>,
    looked: bool,
    erlang: Option<Erlang>,
}

impl<'a> Folder<'a> {
    /// Returns a directory of which nothing has been read.
    pub(super) fn new(path: &'a Path, wanted: &'a Wanted) -> Self {
        Self {
            path,
            certain: wanted.kind.is_some(),
            runtime: wanted.runtime.as_deref(),
            project: wanted.project.as_deref(),
            looked: false,
            erlang: None,
        }
    }

    /// Returns the files that describe a release of Erlang, read once.
    pub(super) fn erlang(&mut self) -> Result<Option<&Erlang>, ReleaseError> {
        if !self.looked {
            self.erlang = erlang::detect(self.path)?;
            self.looked = true;
        }
        Ok(self.erlang.as_ref())
    }

    /// Takes those files.
    pub(super) fn take_erlang(&mut self) -> Result<Option<Erlang>, ReleaseError> {
        self.erlang()?;
        Ok(self.erlang.take())
    }
}

/// A kind that can do nothing, to write the others on.
const NOTHING: Kind = Kind {
    name: "",
    word: "",
    sign: "",
    recognises: |_| Ok(false),
    open: super::plain::open,
    project_file: "",
    build_command: |_| String::new(),
    built: None,
    description: "",
    foreground: &[],
    environment: &[],
    server: None,
    environment_of_runtime: &[],
    is_erlang: false,
    has_cookie: false,
    has_commands: false,
    has_verbs: true,
    has_ping: false,
    takes_any_argument: false,
    starts_in_release: false,
    reloads_by_signal: false,
    question: None,
    question_flags: None,
    renders_at_questions: false,
    own_verbs: &[],
    node_variable: None,
    cookie_variable: None,
    fixed_name: |_| None,
    editable: |_| Vec::new(),
    environment_file: None,
    leftovers: &[],
    runs: &[],
    runtime_packages: &[],
    runtime_hint: "",
    links_hint: "put copies of the files in their place, or leave the links out",
};

/// The programs of Erlang's runtime.
const RUNTIME_OF_ERLANG: &[&str] = &[
    "ERTS/bin/beam.smp",
    "ERTS/bin/epmd",
    "ERTS/bin/erl",
    "ERTS/bin/erl_child_setup",
    "ERTS/bin/erlexec",
    "ERTS/bin/heart",
    "ERTS/bin/inet_gethost",
];

/// The names that runs and builds of Erlang's releases leave at their top.
const LEFTOVERS_OF_ERLANG: &[(&str, &str)] = &[
    ("log/", "the log of a run"),
    ("tmp/", "what a run left"),
    ("*.tar.gz", "an archive of the release"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn found(script: &str, has_elixir: bool, has_libexec: bool) -> &'static Kind {
        let wanted = Wanted::default();
        let mut folder = Folder::new(Path::new("/r"), &wanted);
        folder.looked = true;
        folder.erlang = Some(Erlang::sketch(script, has_elixir, has_libexec));
        Kind::of(&mut folder, None).unwrap()
    }

    #[test]
    fn the_script_decides_the_kind_and_the_foreground() {
        for (script, has_elixir, kind, foreground) in [
            ("RELX_CONFIG_PATH=x", false, "relx", "foreground"),
            (
                "exec erlexec",
                false,
                "relx without extended_start_script",
                "-noinput",
            ),
            ("RELEASE_TMP=x", true, "mix", "start"),
            ("RELEASE_MUTABLE_DIR=x", false, "distillery", "foreground"),
        ] {
            let found = found(script, has_elixir, false);
            assert_eq!(found.to_string(), kind);
            assert_eq!(found.foreground, [foreground]);
        }
        assert_eq!(found("", true, true).to_string(), "distillery");
    }

    #[test]
    fn words_are_those_of_the_table() {
        assert_eq!("mix".parse(), Ok(KindWord("mix")));
        let error = "rust".parse::<KindWord>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "unknown kind of release `rust`, expected `relx`, `mix`, `gleam` or `plain`"
        );
    }

    #[test]
    fn leftovers_are_told_by_name_and_type() {
        for (name, is_directory, expected) in [
            ("log", true, Some("the log of a run")),
            ("log", false, None),
            ("a.tar.gz", false, Some("an archive of the release")),
            ("lib", true, None),
        ] {
            assert_eq!(MIX.leftover(name.as_bytes(), is_directory), expected);
            assert_eq!(PLAIN.leftover(name.as_bytes(), is_directory), None);
        }
    }
}
