//! Words of other tools, keys below another header than theirs, and names that lack their quotes: what to
//! write in their place.

use super::error::Problem;
use super::misplaced::keys_of;
use super::tables::{BuildTable, PackageTable, ReleaseTable, ServiceTable, UserTable};
use crate::message::{either, nearest};

/// Words of fpm, nfpm and cargo-deb in a table, which is known by one of its keys.
struct Words {
    known_by: &'static str,
    all: &'static [&'static str],
    hint: &'static str,
}

const fn words(known_by: &'static str, all: &'static [&'static str], hint: &'static str) -> Words {
    Words {
        known_by,
        all,
        hint,
    }
}

const TOP: &str = "control-files";
const PACKAGE: &str = "maintainer";
const FILE: &str = "directory-mode";
const SCRIPTS: &str = "postrm";
const HOOKS: &str = "before-first-install";

const WORDS: &[Words] = &[
    words(
        TOP,
        &["contents"],
        "write `[files]`, with `\"/target\" = \"source\"`; `reldeb import FILE` makes a manifest of nfpm's",
    ),
    words(
        TOP,
        &["apk", "archlinux", "deb", "ipk", "overrides", "rpm"],
        "`reldeb import FILE` makes a manifest of nfpm's",
    ),
    words(
        PACKAGE,
        &["deb", "metadata"],
        "`reldeb import Cargo.toml` makes a manifest of cargo-deb's",
    ),
    words(
        PACKAGE,
        &["iteration", "release"],
        "write `revision`, the Debian revision",
    ),
    words(
        PACKAGE,
        &["os", "platform"],
        "leave it out: packages of Debian are for Linux",
    ),
    words(
        PACKAGE,
        &["conf-files", "config-files", "config_files"],
        "files of `[files]` below /etc are conffiles; for another one write `conffile = true` there",
    ),
    words(
        PACKAGE,
        &["assets", "contents"],
        "write `[files]`, with `\"/target\" = \"source\"`",
    ),
    words(PACKAGE, &["category"], "write `section`"),
    words(PACKAGE, &["url"], "write `homepage`"),
    words(
        PACKAGE,
        &["vendor"],
        "write `Vendor` below `[package.fields]`",
    ),
    words(
        PACKAGE,
        &["prerelease"],
        "write it into `version`, as in `1.0~rc1`",
    ),
    words(
        PACKAGE,
        &["extended-description", "extended_description"],
        "write it into `description`, from its second line on",
    ),
    words(PACKAGE, &["maintainer-scripts"], "write `[scripts]`"),
    words(PACKAGE, &["systemd-units"], "write `[units]`"),
    words(FILE, &["src"], "write `source`"),
    words(
        FILE,
        &["dest", "destination", "dst", "target"],
        "the key of the entry is the target: `\"/target\" = { source = \"…\" }`",
    ),
    words(
        FILE,
        &["type"],
        "a directory is `directory = true`, a link `symlink = \"TARGET\"`, and files below /etc are conffiles",
    ),
    words(
        FILE,
        &["file_info"],
        "write `mode`, `owner` and `group` beside `source`",
    ),
    words(
        SCRIPTS,
        &[
            "after-upgrade",
            "before-upgrade",
            "postupgrade",
            "preupgrade",
        ],
        "write it as `before-upgrade` or `after-upgrade` below `[hooks]`",
    ),
    words(
        SCRIPTS,
        &["before-install", "preinstall"],
        "did you mean `preinst`?",
    ),
    words(
        SCRIPTS,
        &["after-install", "postinstall"],
        "did you mean `postinst`?",
    ),
    words(
        SCRIPTS,
        &["before-remove", "preremove"],
        "did you mean `prerm`?",
    ),
    words(
        SCRIPTS,
        &["after-remove", "postremove"],
        "did you mean `postrm`?",
    ),
    words(
        HOOKS,
        &["preremove", "prerm"],
        "did you mean `before-remove`?",
    ),
    words(
        HOOKS,
        &["postremove", "postrm"],
        "did you mean `after-remove`?",
    ),
];

/// Returns the keys of a table.
type Keys = fn() -> Vec<String>;

/// The tables that hold most keys, with those.
const TABLES: &[(&str, Keys)] = &[
    ("package", keys_of::<PackageTable>),
    ("service", keys_of::<ServiceTable>),
    ("release", keys_of::<ReleaseTable>),
    ("build", keys_of::<BuildTable>),
    ("user", keys_of::<UserTable>),
];

/// Returns what to write in the place of a key that its table does not know.
pub(super) fn hint(problem: &Problem) -> Option<String> {
    let Problem::UnknownKey { key, known } = problem else {
        return None;
    };
    let is_known = |name: &str| known.iter().any(|known| known == name);
    let mut all = WORDS.iter().filter(|it| is_known(it.known_by));
    if let Some(found) = all.find(|it| it.all.contains(&key.as_str())) {
        return Some(found.hint.to_owned());
    }
    let is_top = is_known(TOP);
    let here = TABLES.iter().any(|(_, keys)| keys() == *known);
    let is_mistyped = nearest(key, known.iter().map(String::as_str)).is_some();
    if !is_top && (!here || is_mistyped) {
        return None;
    }
    let others = TABLES.iter().filter(|(_, keys)| keys().contains(key));
    let others: Vec<String> = others.map(|(name, _)| format!("`[{name}]`")).collect();
    match others.as_slice() {
        [] => None,
        [one] => Some(format!(
            "`{key}` belongs to {one}: write it below that header"
        )),
        [..] => Some(format!(
            "`{key}` belongs to a table: write it below {}",
            either(&others)
        )),
    }
}

/// Returns the line of a table of names whose name lacks its quotes, as it must be written: in TOML
/// `a.service` without quotes is `service` in the table `a`.
pub(super) fn without_quotes(text: &str, place: usize) -> Option<String> {
    let before = text.get(..place)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next()?.trim();
    let of_names = ["files", "units"];
    let is_name = |key: &str| {
        let legal = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        key.contains('.') && key.chars().all(legal)
    };
    if let Some(header) = line.strip_prefix('[') {
        let header = header.split(']').next()?;
        let (table, name) = header.split_once('.')?;
        return (of_names.contains(&table) && is_name(name))
            .then(|| format!("put the name in quotes: `[{table}.\"{name}\"]`"));
    }
    let header = before[..start].lines().rev().map(str::trim);
    let header = header.into_iter().find(|line| line.starts_with('['))?;
    let header = header.strip_prefix('[')?.split(']').next()?;
    let key = line.split('=').next()?.trim();
    let is_of_names = of_names.contains(&header.rsplit('.').next()?);
    (is_of_names && is_name(key)).then(|| format!("put the name in quotes: `\"{key}\" = …`"))
}

/// Returns the hint for a manifest that is not TOML, but what other tools read.
pub(super) fn of_syntax(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches("- ");
    let (key, rest) = line.split_once(':')?;
    let legal = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    let is_yaml = !key.is_empty() && key.chars().all(legal) && !rest.contains('=');
    is_yaml.then(|| {
        "this is YAML, and a manifest is TOML: `reldeb import FILE` makes one of nfpm's".to_owned()
    })
}
