//! The kinds of programs that start a release, one file each. Everything that differs between them is
//! data here; what comes after asks for a capability, and never for the name of a kind.

mod distillery;
mod mix;
mod plain;
mod relx;

use std::fmt;
use std::ptr;

use serde::Serialize;

pub use mix::MIX;
pub use plain::PLAIN;
pub use relx::{RELX, RELX_WITHOUT_VERBS};

/// The kinds that bring Erlang's runtime system, the first that recognises a release coming first.
static OF_ERLANG: &[&Kind] = &[&distillery::DISTILLERY, &MIX, &RELX, &RELX_WITHOUT_VERBS];

/// A kind of program, and what it can do.
#[derive(Debug, Serialize)]
pub struct Kind {
    /// Its name, for people.
    pub name: &'static str,
    /// Tells whether a release of Erlang is of this kind.
    #[serde(skip)]
    recognises: fn(&Signs<'_>) -> bool,
    /// The arguments that keep it in the foreground, where it never asks the terminal.
    pub foreground: &'static [&'static str],
    /// Variables that keep it from writing below the release. `STATE`, `LOG` and `RUN` at the start of a
    /// value stand for its directories.
    pub environment: &'static [(&'static str, &'static str)],
    /// It is an Erlang node: it has a cookie and a port mapper, and the directories of its applications
    /// bear their versions.
    pub is_node: bool,
    /// Its script has verbs that ask the running node, so the administrator's command has them too.
    pub has_verbs: bool,
    /// Its script answers `ping` once the node can be asked.
    pub has_ping: bool,
    /// The administrator's command hands all words that it does not know on to the program.
    pub takes_any_argument: bool,
    /// SIGHUP has it read its configuration again.
    pub reloads_by_signal: bool,
    /// The verb and the expression that ask a node for `{init:get_status(), os:getpid()}`, which says
    /// `{started, started}` once its applications have started (init(3)).
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
}

impl Kind {
    /// Returns the kind of a release of Erlang.
    pub(super) fn of_erlang(signs: &Signs<'_>) -> &'static Self {
        let kinds = OF_ERLANG.iter();
        kinds
            .copied()
            .find(|kind| (kind.recognises)(signs))
            .unwrap_or(&RELX_WITHOUT_VERBS)
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

/// The signs that a release of Erlang is recognised by.
#[derive(Debug)]
pub(super) struct Signs<'a> {
    /// The text of its start script.
    pub(super) script: &'a str,
    /// The verbs that the script knows.
    pub(super) verbs: &'a [String],
    /// The directory of the current version has Elixir's files.
    pub(super) has_elixir: bool,
    /// The directory of the current version has Distillery's files.
    pub(super) has_libexec: bool,
}

/// A kind that can do nothing, to write the others on.
const NOTHING: Kind = Kind {
    name: "",
    recognises: |_| false,
    foreground: &[],
    environment: &[],
    is_node: false,
    has_verbs: true,
    has_ping: false,
    takes_any_argument: false,
    reloads_by_signal: false,
    question: None,
    question_flags: None,
    renders_at_questions: false,
    own_verbs: &[],
    node_variable: None,
    cookie_variable: None,
};
