//! Modes that give too much away, and secrets.

use super::super::linter::Item;
use super::super::unpack::Tally;
use crate::deb::DataKind;
use crate::escape;
use crate::finding::tags;

/// The beginnings of private keys.
const KEYS: [&str; 6] = [
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----BEGIN EC PRIVATE KEY-----",
    "-----BEGIN DSA PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "-----BEGIN PGP PRIVATE KEY BLOCK-----",
];

/// Ends of names of settings whose value is a secret.
const SECRET_NAMES: [&str; 8] = [
    "password",
    "passwd",
    "secret",
    "secret_key",
    "secret_key_base",
    "api_key",
    "apikey",
    "access_token",
];

/// Words that stand where a secret is to be filled in.
const PLACEHOLDERS: [&str; 22] = [
    "change", "secret", "password", "passwd", "example", "none", "null", "true", "false", "your",
    "xxx", "todo", "yes", "no", "ask", "env", "default", "prompt", "file", "disabled", "optional",
    "required",
];

/// Checks a path.
pub(in super::super) fn check(item: &Item, found: &mut Tally) {
    modes(item, found);
    if item.is_file() && item.mode() & 0o004 != 0 && !is_sample(item.path) {
        secrets(item, found);
    }
    sudo(item, found);
}

fn modes(item: &Item, found: &mut Tally) {
    let mode = item.mode();
    let shown = escape::line(item.path);
    if matches!(item.entry.kind, DataKind::Regular | DataKind::Directory) && mode & 0o002 != 0 {
        let is_sticky = item.is_directory() && mode & 0o1000 != 0;
        if !is_sticky {
            found.tell_at(&shown, tags::WRITABLE_BY_ALL, || {
                format!("`{shown}` has mode {mode:04o}: everybody can write to it")
            });
        }
    }
    // So games keep the scores of all (Debian Policy 11.11).
    let keeps_scores =
        mode & 0o6000 == 0o2000 && item.entry.group == "games" && item.is_below("/usr/games");
    if item.is_executable() && mode & 0o6000 != 0 && !keeps_scores {
        let bits = if mode & 0o4000 == 0 {
            "setgid"
        } else {
            "setuid"
        };
        let (owner, group) = (
            escape::line(&item.entry.owner),
            escape::line(&item.entry.group),
        );
        found.tell_at(&shown, tags::SETUID_PROGRAM, || {
            format!("`{shown}` is {bits}, of `{owner}:{group}`, mode {mode:04o}")
        });
    }
}

/// Returns whether a file shows how something is done: its secrets are none.
fn is_sample(path: &str) -> bool {
    [
        "/usr/share/doc/",
        "/test",
        "/example",
        "/sample",
        "/spec/",
        "/fixtures/",
        "/demos/",
        "/dist-packages/",
    ]
    .iter()
    .any(|part| path.contains(part))
        || path.ends_with(".gz")
}

fn secrets(item: &Item, found: &mut Tally) {
    let shown = escape::line(item.path);
    let head = String::from_utf8_lossy(&item.head[..item.head.len().min(64 << 10)]);
    if KEYS
        .iter()
        .any(|key| head.lines().take(20).any(|line| line.trim() == *key))
    {
        found.tell_at(&shown, tags::SECRET_READABLE, || {
            format!("the private key `{shown}` is readable by all")
        });
    }
    if item.name() == ".erlang.cookie" {
        found.tell_at(&shown, tags::SECRET_READABLE, || {
            format!("the cookie `{shown}` is readable by all")
        });
    }
    if !item.is_below("/etc") {
        return;
    }
    for (number, line) in head.lines().enumerate() {
        if let Some(name) = secret_of(line) {
            found.tell_at(&shown, tags::SECRET_READABLE, || {
                format!(
                    "`{shown}`, line {}, gives `{}` a value that all can read",
                    number + 1,
                    escape::line(name)
                )
            });
        }
    }
}

/// Returns the name of a setting that a line gives a secret.
fn secret_of(line: &str) -> Option<&str> {
    let line = line.trim();
    if line.starts_with(['#', ';', '%', '/', '*', '<', '-']) {
        return None;
    }
    let (name, value) = line.split_once(['=', ':'])?;
    let name = name.trim().trim_matches(['"', '\'', '{']).trim();
    let lower = name.to_lowercase();
    if name.contains(char::is_whitespace) || !SECRET_NAMES.iter().any(|end| lower.ends_with(end)) {
        return None;
    }
    let value = value
        .trim()
        .trim_end_matches([',', ';', '}'])
        .trim_matches(['"', '\'']);
    let plain = value.to_lowercase();
    let is_word = value.len() >= 8
        && value.chars().all(|c| c.is_ascii_graphic())
        && !value.contains(['$', '<', '{', '@', '(', '/', '%', '*']);
    let is_mixed = value.contains(|c: char| c.is_ascii_digit())
        && value.contains(|c: char| c.is_ascii_alphabetic());
    let is_placeholder = PLACEHOLDERS.iter().any(|word| plain.contains(word));
    (is_word && is_mixed && !is_placeholder).then_some(name)
}

/// Looks at the rules of a file of sudo.
fn sudo(item: &Item, found: &mut Tally) {
    if !item.is_below("/etc/sudoers.d") {
        return;
    }
    let shown = escape::line(item.path);
    for (number, line) in item.text().unwrap_or_default().lines().enumerate() {
        let line = line.trim();
        let is_rule = !line.starts_with(['#', '@'])
            && !line.starts_with("Defaults")
            && line.contains('=')
            && !line.contains("_Alias");
        if !is_rule {
            continue;
        }
        let who = line.split_whitespace().next().unwrap_or_default();
        let commands = line.split_once('=').map_or("", |(_, commands)| commands);
        let commands = commands
            .rsplit([')', ':'])
            .next()
            .unwrap_or_default()
            .trim();
        let what = if commands.split(',').any(|command| command.trim() == "ALL") {
            "any command"
        } else if commands.contains('*') {
            "commands with any arguments"
        } else {
            "a command"
        };
        if who != "root" {
            found.tell_at(&shown, tags::SUDO_RULE, || {
                format!(
                    "`{shown}`, line {}: `{}` may run {what} as another user",
                    number + 1,
                    escape::line(who)
                )
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_from_where_they_belong() {
        let table = [
            ("password = hunter2hunter2", Some("password")),
            ("  \"db_password\": \"k3jh4k5jh\",", Some("db_password")),
            ("secret_key_base: 1a2b3c4d5e6f", Some("secret_key_base")),
            ("password = changeme123", None),
            ("# password = hunter2hunter2", None),
            ("password = ${DB_PASSWORD1}", None),
            ("password_file = hunter2hunter2", None),
            ("password =", None),
            ("set a password = hunter2hunter2", None),
        ];
        for (line, expected) in table {
            assert_eq!(secret_of(line), expected, "{line}");
        }
    }
}
