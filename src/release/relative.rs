//! Relative paths that the files of a release name: they are of the directory that the node starts in.

use std::path::{Path, PathBuf};

use super::{FileKind, Release};
use crate::erlang::strings::{KeyedString, strings};

/// A relative path that a release writes to, as far as its configuration tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelativePath {
    /// The file that names it, relative to the release.
    pub file: PathBuf,
    /// The line of that file, counted from 1.
    pub line: usize,
    /// The path, without `./` at its start.
    pub path: String,
    /// The directory that holds all which is written there; `None` for a file at the top.
    pub directory: Option<String>,
    /// True where the path itself is a directory, as far as its key and its name tell.
    pub is_directory: bool,
}

/// The directories at the top that programs write to by custom.
const DATA: &[&str] = &[
    "cache", "data", "db", "log", "logs", "mnesia", "run", "spool", "state", "storage", "store",
    "tmp", "var",
];

/// The directories at the top that hold what a release brings to be read.
const BROUGHT: &[&str] = &["bin", "etc", "lib", "priv", "releases"];

/// The ends of keys whose values are paths, for keys that speak of data.
const ENDS: &[&str] = &["dir", "directory", "file", "log", "path", "root"];

/// The parts of keys that speak of data, not of files that are read.
const PARTS: &[&str] = &[
    "cache", "crash", "data", "db", "dets", "dump", "log", "mnesia", "spool", "state", "storage",
];

impl Release {
    /// Returns the directories that the service has to write because relative paths lead there, or
    /// because they wait empty for it: none where it starts elsewhere.
    #[must_use]
    pub fn written_directories(&self) -> Vec<String> {
        if !self.kind.starts_in_release {
            return Vec::new();
        }
        let named = self.configuration.relative.iter();
        let named = named.filter_map(|it| it.directory.clone());
        named
            .chain(self.empty_directories().map(str::to_owned))
            .collect()
    }

    /// Returns the directories at the top that hold no file.
    pub(crate) fn empty_directories(&self) -> impl Iterator<Item = &str> {
        let tops = self.files.iter().filter(|file| {
            file.kind == FileKind::Directory
                && !file.path.contains(&b'/')
                && !self.holds_files(&file.path)
        });
        let is_data = |name: &&str| !BROUGHT.contains(name) && !name.starts_with("erts-");
        tops.filter_map(|file| std::str::from_utf8(&file.path).ok())
            .filter(is_data)
    }
}

/// Returns the relative paths in a text of Erlang terms; none where it is no such text, which is said
/// elsewhere. `is_brought` tells whether the release has a file at a path: that one is read.
pub(super) fn in_terms(
    file: &Path,
    text: &[u8],
    is_brought: impl Fn(&str) -> bool,
) -> Vec<RelativePath> {
    let found = below_log_root(strings(text).unwrap_or_default());
    let paths = found.iter().filter_map(|it| relative_path(file, it));
    paths.filter(|it| !is_brought(&it.path)).collect()
}

/// Returns the strings with the names of files that lager puts below its `log_root`, where that is set.
fn below_log_root(mut found: Vec<KeyedString>) -> Vec<KeyedString> {
    let is = |it: &KeyedString, key: &str| it.key.as_deref() == Some(key);
    let root = found.iter().find(|it| is(it, "log_root"));
    if let Some(root) = root.map(|root| root.text.trim_end_matches('/').to_owned()) {
        let is_name = |it: &KeyedString| !it.text.contains('/') && !it.text.is_empty();
        let of_lager = |it: &KeyedString| is(it, "file") || is(it, "crash_log");
        for it in found.iter_mut().filter(|it| of_lager(it) && is_name(it)) {
            it.text = format!("{root}/{}", it.text);
        }
    }
    found
}

/// Returns the relative paths in a line of `vm.args`: the values of variables and of the parameters of
/// applications.
pub(super) fn in_arguments(file: &Path, line: usize, words: &[String]) -> Vec<RelativePath> {
    let mut found = Vec::new();
    for three in words.windows(3) {
        let [flag, key, value] = three else {
            continue;
        };
        if flag == "-env" {
            let (key, text) = (None, value.clone());
            found.push(KeyedString { key, text, line });
        } else if flag.starts_with('-') && !key.starts_with('-') {
            let inside = strings(value.as_bytes()).unwrap_or_default();
            found.extend(inside.into_iter().map(|it| KeyedString {
                key: it.key.or(Some(key.clone())),
                line,
                ..it
            }));
        }
    }
    let paths = found.iter();
    paths.filter_map(|it| relative_path(file, it)).collect()
}

fn relative_path(file: &Path, found: &KeyedString) -> Option<RelativePath> {
    let path = found.text.trim_end_matches('/');
    let path = path.trim_start_matches("./");
    let legal = |c: char| c.is_ascii_alphanumeric() || "._-+@~/".contains(c);
    if path.is_empty() || path.starts_with(['/', '~']) || !path.chars().all(legal) {
        return None;
    }
    let (first, below) = path.split_once('/').unwrap_or((path, ""));
    let key = found.key.as_deref().unwrap_or_default();
    let names_path = matches!(key, "dir" | "directory" | "file" | "filename")
        || ENDS.iter().any(|end| key.ends_with(end)) && PARTS.iter().any(|part| key.contains(part));
    let is_data = DATA.contains(&first) && !below.is_empty();
    if !(names_path || is_data) || matches!(first, "etc" | "priv") {
        return None;
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_directory = ["dir", "directory", "root"]
        .iter()
        .any(|end| key.ends_with(end))
        || !last.contains('.');
    let directory = match path.rsplit_once('/') {
        _ if first == ".." => None,
        Some((parent, _)) if BROUGHT.contains(&first) => {
            Some(if is_directory { path } else { parent })
        }
        Some(_) => Some(first),
        None => is_directory.then_some(path),
    };
    Some(RelativePath {
        file: file.to_owned(),
        line: found.line,
        path: path.to_owned(),
        directory: directory.map(str::to_owned),
        is_directory,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(found: &[RelativePath]) -> Vec<(usize, &str, Option<&str>)> {
        let shown = found.iter();
        shown
            .map(|it| (it.line, it.path.as_str(), it.directory.as_deref()))
            .collect()
    }

    #[test]
    fn paths_of_sys_config_that_are_written() {
        for (text, expected) in [
            (
                "[{sasl, [{sasl_error_logger, {file, \"log/sasl.log\"}}]}].",
                Some(("log/sasl.log", Some("log"))),
            ),
            (
                "#{config => #{file => \"./log/a.log\"}}.",
                Some(("log/a.log", Some("log"))),
            ),
            (
                "{lager_file_backend, [{file, \"app.log\"}]}.",
                Some(("app.log", None)),
            ),
            (
                "{handlers, [{\"logs/a.log\", info}]}.",
                Some(("logs/a.log", Some("logs"))),
            ),
            (
                "{mnesia, [{dir, \"data/mnesia\"}]}.",
                Some(("data/mnesia", Some("data"))),
            ),
            (
                "{mnesia, [{dir, \"Mnesia.app\"}]}.",
                Some(("Mnesia.app", Some("Mnesia.app"))),
            ),
            (
                "{crash_log, <<\"log/crash.log\">>}.",
                Some(("log/crash.log", Some("log"))),
            ),
            (
                "{error_logger_mf_dir, \"log/sasl\"}.",
                Some(("log/sasl", Some("log"))),
            ),
            (
                "{data_dir, \"lib/app-1.0/cache\"}.",
                Some(("lib/app-1.0/cache", Some("lib/app-1.0/cache"))),
            ),
            (
                "{log_file, \"../log/a.log\"}.",
                Some(("../log/a.log", None)),
            ),
            ("{file, \"/var/log/a.log\"}.", None),
            ("{file, \"${LOG}/a.log\"}.", None),
            ("{file, \"brought\"}.", None),
            ("{certfile, \"tls/cert.pem\"}.", None),
            ("{type, \"text/html\"}.", None),
            ("{zone, \"Europe/Berlin\"}.", None),
            ("{url, \"http://log/a\"}.", None),
            ("{name, \"log\"}.", None),
            ("\"never closed", None),
        ] {
            let found = in_terms("f".as_ref(), text.as_bytes(), |path| path == "brought");
            let expected: Vec<_> = expected.iter().map(|(a, b)| (1, *a, *b)).collect();
            assert_eq!(shown(&found), expected, "{text}");
        }
    }

    #[test]
    fn names_of_lager_are_below_its_root() {
        for (root, expected) in [
            ("", Some(("error.log", None))),
            (
                "{log_root, \"log/\"},",
                Some(("log/error.log", Some("log"))),
            ),
            ("{log_root, \"/var/log/app\"},", None),
            ("{log_root, \"${LOGS}\"},", None),
        ] {
            let text =
                format!("{{lager, [{root} {{lager_file_backend, [{{file, \"error.log\"}}]}}]}}.");
            let mut found = in_terms("f".as_ref(), text.as_bytes(), |_| false);
            found.retain(|it| it.path.ends_with("error.log"));
            let expected: Vec<_> = expected.iter().map(|(a, b)| (1, *a, *b)).collect();
            assert_eq!(shown(&found), expected, "{text}");
        }
    }

    #[test]
    fn paths_of_vm_args_that_are_written() {
        for (words, expected) in [
            (
                ["-mnesia", "dir", "\"data/db\""],
                Some(("data/db", Some("data"))),
            ),
            (
                ["-kernel", "error_logger", "{file,\"log/e.log\"}"],
                Some(("log/e.log", Some("log"))),
            ),
            (
                ["-env", "ERL_CRASH_DUMP", "log/dump"],
                Some(("log/dump", Some("log"))),
            ),
            (["-env", "ERL_LIBS", "lib"], None),
            (["-name", "a@b", "-heart"], None),
        ] {
            let found = in_arguments("f".as_ref(), 3, &words.map(str::to_owned));
            let expected: Vec<_> = expected.iter().map(|(a, b)| (3, *a, *b)).collect();
            assert_eq!(shown(&found), expected, "{words:?}");
        }
    }
}
