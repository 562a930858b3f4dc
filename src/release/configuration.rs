//! The files that a release reads at start: its own under `releases/VERSION`, and the sysadmin's
//! that these include.

use std::path::{Path, PathBuf};

use super::erlang::read_if_there;
use super::error::ReleaseError;
use super::included::sets_mnesia_directory;
use super::relative::{self, RelativePath};
use crate::erlang::term::{self, Term};
use crate::finding::{Finding, tags};
use crate::fs;

/// A file outside of the release that a file of the release includes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// The path that the VM opens: `sys.config` may leave out the `.config` at its end.
    pub path: String,
    /// The including file, relative to the release.
    pub from: PathBuf,
    /// True once it has been found on the build machine and read.
    pub is_read: bool,
}

/// The name of the node as `vm.args` gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeName {
    /// The value of `-sname` or `-name`; may hold `${VARIABLES}` of a template.
    pub name: String,
    /// True where the name follows `-name`, which makes it a long one.
    pub long: bool,
}

/// A cookie of Erlang's distribution that a file of the release sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    /// The file, relative to the release.
    pub file: PathBuf,
    /// The origin of the cookie's value.
    pub value: CookieValue,
}

/// The origin of a cookie's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieValue {
    /// `-setcookie secret`: from the release, and it can be taken out.
    Argument,
    /// `-setcookie ${COOKIE:-secret}`, or `RELEASE_COOKIE=secret` of mix: from the release,
    /// unless the environment gives another.
    Default,
    /// `-setcookie ${COOKIE}`: from the environment alone.
    Environment,
}

/// The files that a release reads at start, and settings found in them. Paths are relative to
/// the release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configuration {
    /// `releases/VERSION/sys.config`.
    pub sys_config: Option<PathBuf>,
    /// `releases/VERSION/sys.config.src`: relx renders it at every command.
    pub sys_config_src: Option<PathBuf>,
    /// `releases/VERSION/vm.args`.
    pub vm_args: Option<PathBuf>,
    /// `releases/VERSION/vm.args.src`: relx renders it at every command.
    pub vm_args_src: Option<PathBuf>,
    /// `releases/VERSION/remote.vm.args` of mix: for commands to the running node.
    pub remote_vm_args: Option<PathBuf>,
    /// `releases/VERSION/runtime.exs` of mix.
    pub runtime_exs: Option<PathBuf>,
    /// `releases/VERSION/env.sh` of mix: sourced by the start script.
    pub env_sh: Option<PathBuf>,
    /// `releases/COOKIE` of mix: a secret that is new in every build.
    pub cookie_file: Option<PathBuf>,
    /// Files outside of the release that are read as well.
    pub includes: Vec<Include>,
    /// True for `RUNTIME_CONFIG=true`: mix writes the whole configuration to `RELEASE_TMP` at
    /// every start.
    pub runtime_config: bool,
    /// The cookies that the release's files set.
    pub cookies: Vec<Cookie>,
    /// The node's name.
    pub node: Option<NodeName>,
    /// The name of the node as `env.sh` of mix sets it; may hold `$VARIABLES` of the shell.
    pub release_node: Option<String>,
    /// True where `vm.args` has `-heart`.
    pub heart: bool,
    /// Relative paths that the release writes to.
    pub relative: Vec<RelativePath>,
    /// True where a directory is configured for mnesia.
    pub has_mnesia_directory: bool,
}

impl Configuration {
    /// Returns whether relx renders templates at every command, for which it needs a writable
    /// directory.
    #[must_use]
    pub fn has_templates(&self) -> bool {
        self.sys_config_src.is_some() || self.vm_args_src.is_some()
    }

    /// Reads the configuration of the version in `directory`, relative to `root`.
    pub(super) fn read(
        root: &Path,
        directory: &Path,
    ) -> Result<(Self, Vec<Finding>), ReleaseError> {
        let there = |path: PathBuf| {
            // A symlink to a file of the target machine is there as well.
            fs::symlink_metadata(&root.join(&path))
                .is_ok()
                .then_some(path)
        };
        let file = |name: &str| there(directory.join(name));
        let mut configuration = Self {
            sys_config: file("sys.config"),
            sys_config_src: file("sys.config.src"),
            vm_args: file("vm.args"),
            vm_args_src: file("vm.args.src"),
            remote_vm_args: file("remote.vm.args"),
            runtime_exs: file("runtime.exs"),
            env_sh: file("env.sh"),
            cookie_file: there(PathBuf::from("releases/COOKIE")),
            ..Self::default()
        };
        let mut findings = Vec::new();
        let sys = [
            configuration.sys_config.clone(),
            configuration.sys_config_src.clone(),
        ];
        for path in sys.into_iter().flatten() {
            if let Some(text) = read_if_there(&root.join(&path))? {
                configuration.read_sys_config(&path, &text, &mut findings);
                let is_brought = |path: &str| root.join(path).is_file();
                configuration
                    .relative
                    .extend(relative::in_terms(&path, &text, is_brought));
            }
        }
        let arguments = [
            configuration.vm_args.clone(),
            configuration.vm_args_src.clone(),
        ];
        for path in arguments.into_iter().flatten() {
            if let Some(text) = read_if_there(&root.join(&path))? {
                configuration.read_vm_args(&path, &String::from_utf8_lossy(&text));
            }
        }
        if let Some(path) = configuration.env_sh.clone()
            && let Some(text) = read_if_there(&root.join(&path))?
        {
            let text = String::from_utf8_lossy(&text);
            configuration.release_node = release_node(&text);
            configuration.read_env_sh(&path, &text);
        }
        configuration.read_includes(root, directory)?;
        Ok((configuration, findings))
    }

    /// Reads `env.sh`, which mix's script sources: its values override the environment.
    fn read_env_sh(&mut self, path: &Path, text: &str) {
        let values = text.lines().filter_map(|line| {
            let line = line.trim_start();
            let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
            Some(
                line.strip_prefix("RELEASE_COOKIE=")?
                    .trim_matches(['"', '\'']),
            )
        });
        let of_release = |value: &str| {
            !value.is_empty() && (!value.starts_with('$') || default_of(value).is_some())
        };
        if values.into_iter().any(of_release) {
            self.cookies.push(Cookie {
                file: path.to_owned(),
                value: CookieValue::Default,
            });
        }
    }

    /// Reads `sys.config`: the strings among the elements of its list are files to include
    /// (config(4)).
    fn read_sys_config(&mut self, path: &Path, text: &[u8], findings: &mut Vec<Finding>) {
        self.runtime_config |= String::from_utf8_lossy(text)
            .lines()
            .take_while(|line| line.starts_with('%') || line.trim().is_empty())
            .any(|line| line.contains("RUNTIME_CONFIG=true"));
        let terms = match term::parse(text) {
            Ok(terms) => terms,
            Err(error) => {
                findings.push(
                    Finding::new(
                        tags::UNREADABLE_SYS_CONFIG,
                        format!("`{}` is not read: {error}", path.display()),
                    )
                    .with_hint("files that it includes have to be named in `[files]` by hand")
                    .at_release_file(path.display(), None),
                );
                return;
            }
        };
        self.has_mnesia_directory |= sets_mnesia_directory(text);
        let elements = terms.first().and_then(Term::list).unwrap_or_default();
        for written in elements.iter().filter_map(|element| match element {
            Term::String(text) => Some(text.as_str()),
            _ => None,
        }) {
            let opened = with_config_suffix(written);
            if opened != written && Path::new(written).extension().is_some() {
                let path = path.display();
                let message =
                    format!("`{path}` includes `{written}`, for which Erlang opens `{opened}`");
                findings.push(
                    Finding::new(tags::INCLUDE_WITHOUT_CONFIG_SUFFIX, message)
                        .at_release_file(path, None),
                );
            }
            self.include(opened, path);
        }
    }

    fn include(&mut self, path: String, from: &Path) {
        if !self.includes.iter().any(|include| include.path == path) {
            self.includes.push(Include {
                path,
                from: from.to_owned(),
                is_read: false,
            });
        }
    }

    fn read_vm_args(&mut self, path: &Path, text: &str) {
        for (index, line) in text.lines().enumerate() {
            self.relative
                .extend(relative::in_arguments(path, index + 1, &words(line)));
        }
        let words = words(text);
        self.has_mnesia_directory |= words.windows(2).any(|two| two == ["-mnesia", "dir"]);
        let mut words = words.iter().map(String::as_str).peekable();
        while let Some(word) = words.next() {
            // A flag's value, where it has one.
            let value = words.peek().filter(|next| !next.starts_with('-')).copied();
            match (word, value) {
                ("-heart", _) => self.heart = true,
                ("-setcookie", Some(cookie)) => {
                    let value = match (cookie.starts_with('$'), default_of(cookie)) {
                        (false, _) => CookieValue::Argument,
                        (true, Some(_)) => CookieValue::Default,
                        (true, None) => CookieValue::Environment,
                    };
                    let file = path.to_owned();
                    self.cookies.push(Cookie { file, value });
                }
                ("-sname" | "-name", Some(name)) => {
                    self.node = Some(NodeName {
                        name: name.to_owned(),
                        long: word == "-name",
                    });
                }
                ("-config", Some(file)) if file.starts_with('/') => {
                    self.include(with_config_suffix(file), path);
                }
                ("-args_file", Some(file)) if file.starts_with('/') => {
                    self.include(file.to_owned(), path);
                }
                _ => {}
            }
        }
    }
}

/// Returns the last value that a script of shell gives to `RELEASE_NODE`, without its quotes.
fn release_node(text: &str) -> Option<String> {
    let mut values = text.lines().filter_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        line.strip_prefix("RELEASE_NODE=")
    });
    let value = values.next_back()?;
    Some(value.trim_matches(['"', '\'']).to_owned())
}

/// Returns the `secret` of `${COOKIE:-secret}`.
fn default_of(value: &str) -> Option<&str> {
    let (_, default) = value.strip_prefix("${")?.split_once('-')?;
    let default = default.trim_end_matches('}');
    (!default.is_empty()).then_some(default)
}

/// Returns the path that the VM opens for an include: `.config` is appended where it is not at
/// the end.
fn with_config_suffix(path: &str) -> String {
    let mut path = path.to_owned();
    if !path.ends_with(".config") {
        path.push_str(".config");
    }
    path
}

/// Returns the words of an arguments file: `#` starts a comment, quotes group, a backslash
/// quotes one character (erl(1), `-args_file`).
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', None | Some('"')) => word.get_or_insert_default().extend(characters.next()),
            (_, Some(open)) if character == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            ('#', None) if word.is_none() => {
                characters.by_ref().find(|c| *c == '\n');
            }
            (_, None) if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_sys_config(text: &str) -> (Configuration, Vec<Finding>) {
        let mut configuration = Configuration::default();
        let mut findings = Vec::new();
        configuration.read_sys_config("sys.config".as_ref(), text.as_bytes(), &mut findings);
        (configuration, findings)
    }

    #[test]
    fn includes_of_sys_config() {
        for (text, expected) in [
            (
                "[{a, [{b, \"/etc/no\"}]}, \"/etc/o/o.config\"].",
                &["/etc/o/o.config"][..],
            ),
            ("[\"/etc/o/o\"].", &["/etc/o/o.config"]),
            (
                "%% \"/etc/no\"\n[{a, []}\n, \"/etc/a.config\",\"local\"].",
                { &["/etc/a.config", "local.config"] },
            ),
            ("[{p, ${PORT}}, \"/etc/a.config\"].", &["/etc/a.config"]),
            ("[].", &[]),
        ] {
            let (configuration, findings) = of_sys_config(text);
            let paths: Vec<&str> = configuration
                .includes
                .iter()
                .map(|i| i.path.as_str())
                .collect();
            assert_eq!(paths, expected, "{text}");
            assert_eq!(findings, []);
        }
    }

    #[test]
    fn surprises_of_sys_config_are_said() {
        let (_, findings) = of_sys_config("[\"/etc/o/o.conf\"].");
        assert_eq!(
            findings[0].message,
            "`sys.config` includes `/etc/o/o.conf`, for which Erlang opens `/etc/o/o.conf.config`"
        );
        let (_, findings) = of_sys_config("[{a,\n b]}.");
        assert_eq!(
            findings[0].message,
            "`sys.config` is not read: line 2: `]` where `,` or `}` was expected"
        );
    }

    #[test]
    fn runtime_config_of_mix() {
        assert!(
            of_sys_config("%% coding: utf-8\n%% RUNTIME_CONFIG=true\n[].")
                .0
                .runtime_config
        );
        assert!(
            !of_sys_config("%% RUNTIME_CONFIG=false\n[].")
                .0
                .runtime_config
        );
    }

    #[test]
    fn the_last_name_of_env_sh_counts() {
        for (text, expected) in [
            ("#!/bin/sh\n# export RELEASE_NODE=a\n", None),
            (
                "export RELEASE_NODE=tally@127.0.0.1\n",
                Some("tally@127.0.0.1"),
            ),
            ("RELEASE_NODE=a\n  export RELEASE_NODE=\"b\"\n", Some("b")),
            (
                "export RELEASE_NODE='t_${INSTANCE}'\n",
                Some("t_${INSTANCE}"),
            ),
            ("RELEASE_NODES=a\n", None),
        ] {
            assert_eq!(release_node(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn cookies_are_told_by_their_origin() {
        use CookieValue::{Argument, Default, Environment};
        for (text, expected) in [
            ("-setcookie x", Some(Argument)),
            ("-setcookie 'x'", Some(Argument)),
            ("-setcookie ${COOKIE}", Some(Environment)),
            ("-setcookie $COOKIE", Some(Environment)),
            ("-setcookie ${COOKIE:-}", Some(Environment)),
            ("-setcookie ${COOKIE:-secret}", Some(Default)),
            ("-setcookie ${COOKIE-secret}", Some(Default)),
            ("# -setcookie x", None),
        ] {
            let mut configuration = Configuration::default();
            configuration.read_vm_args("vm.args".as_ref(), text);
            let values: Vec<_> = configuration.cookies.iter().map(|it| it.value).collect();
            assert_eq!(values, Vec::from_iter(expected), "{text}");
        }
        for (text, expected) in [
            ("export RELEASE_COOKIE=secret", Some(Default)),
            ("  RELEASE_COOKIE=\"secret\"\n", Some(Default)),
            (
                "export RELEASE_COOKIE=\"${RELEASE_COOKIE:-secret}\"",
                Some(Default),
            ),
            ("export RELEASE_COOKIE=\"${RELEASE_COOKIE}\"", None),
            ("export RELEASE_COOKIE=$(cat /etc/cookie)", None),
            ("# export RELEASE_COOKIE=secret", None),
            ("export RELEASE_COOKIE=", None),
        ] {
            let mut configuration = Configuration::default();
            configuration.read_env_sh("env.sh".as_ref(), text);
            let values: Vec<_> = configuration.cookies.iter().map(|it| it.value).collect();
            assert_eq!(values, Vec::from_iter(expected), "{text}");
        }
    }

    #[test]
    fn arguments_of_the_vm() {
        let mut configuration = Configuration::default();
        configuration.read_vm_args(
            "vm.args".as_ref(),
            "## -heart\n-name 'orders@127.0.0.1' # the node\n-setcookie x\n+K true\n\
             -config /etc/orders/extra\n-heart -env A \"-sname no\"\n",
        );
        assert!(configuration.heart);
        let file = "vm.args".into();
        let value = CookieValue::Argument;
        assert_eq!(configuration.cookies, [Cookie { file, value }]);
        let node = configuration.node.unwrap();
        assert_eq!((node.name.as_str(), node.long), ("orders@127.0.0.1", true));
        assert_eq!(configuration.includes[0].path, "/etc/orders/extra.config");
    }
}
