//! The fields of the control file.

use super::super::subject::Subject;
use super::super::unpack::Tally;
use crate::debian::{PackageName, SECTIONS};
use crate::escape;
use crate::finding::tags;

/// The most characters of a line of a description.
const WIDTH: usize = 80;

/// The fields that dpkg and apt know, in lower case (deb-control(5)).
const KNOWN: [&str; 40] = [
    "package",
    "version",
    "architecture",
    "maintainer",
    "installed-size",
    "depends",
    "pre-depends",
    "recommends",
    "suggests",
    "enhances",
    "breaks",
    "conflicts",
    "replaces",
    "provides",
    "section",
    "priority",
    "multi-arch",
    "homepage",
    "description",
    "source",
    "essential",
    "protected",
    "built-using",
    "static-built-using",
    "original-maintainer",
    "origin",
    "bugs",
    "tag",
    "task",
    "build-ids",
    "auto-built-package",
    "package-type",
    "subarchitecture",
    "kernel-version",
    "installer-menu-item",
    "build-essential",
    "important",
    "cnf-extra-commands",
    "cnf-visible-pkgname",
    "ruby-versions",
];

/// Beginnings of fields that tools of one language write.
const KNOWN_STARTS: [&str; 10] = [
    "python-",
    "python3-",
    "gstreamer-",
    "go-",
    "npp-",
    "x-",
    "cnf-",
    "perl-",
    "ghc-",
    "lua-",
];

/// Checks the control file.
pub(in super::super) fn check(subject: &Subject, found: &mut Tally) {
    name(subject, found);
    present(subject, found);
    description(subject, found);
    maintainer(subject, found);
    homepage(subject, found);
    section(subject, found);
    essential(subject, found);
    revision(subject, found);
}

fn shown(text: &str) -> String {
    let short: String = text.chars().take(100).collect();
    escape::line(&short).into_owned()
}

fn name(subject: &Subject, found: &mut Tally) {
    let name = subject.fields.get("package");
    // Without a name, dpkg refuses the package.
    if name.is_empty() {
        return;
    }
    if let Err(error) = name.parse::<PackageName>() {
        found.tell(tags::PACKAGE_NAME_FORM, || {
            escape::line(&format!("the control file: {error}")).into_owned()
        });
    }
}

fn present(subject: &Subject, found: &mut Tally) {
    let fields = &subject.fields;
    let mut names: Vec<String> = fields.names().collect();
    names.sort();
    for needed in ["maintainer", "description", "section", "priority"] {
        if !names.iter().any(|name| name == needed) {
            found.tell(tags::FIELD_MISSING, || {
                format!("the control file has no field `{needed}`")
            });
        }
    }
    for name in &names {
        let value = fields.get(name);
        if value.is_empty() {
            found.tell(tags::FIELD_EMPTY, || {
                format!("field `{}` is empty", shown(name))
            });
        }
        let is_control = |c: char| c.is_control() && c != '\n' && c != '\t';
        if value.chars().any(is_control) {
            found.tell(tags::FIELD_CONTROL_CHARACTERS, || {
                format!(
                    "field `{}` has control characters: `{}`",
                    shown(name),
                    shown(&value)
                )
            });
        }
        let is_known = KNOWN.contains(&name.as_str())
            || KNOWN_STARTS.iter().any(|start| name.starts_with(start));
        if !is_known {
            found.tell(tags::FIELD_UNKNOWN, || {
                format!("field `{}` is none that Debian knows", shown(name))
            });
        }
    }
}

fn description(subject: &Subject, found: &mut Tally) {
    let text = subject.fields.get("description");
    if text.is_empty() {
        return;
    }
    let (synopsis, body) = text.split_once('\n').unwrap_or((&text, ""));
    let synopsis = synopsis.trim();
    let plain = |text: &str| {
        let words = text.replace(['-', '_', '/', '\\'], " ").to_lowercase();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let says = |what: &str| format!("the synopsis `{}` {what}", shown(synopsis));
    if !synopsis.contains(char::is_whitespace) {
        found.tell(tags::SYNOPSIS_EMPTY, || says("is no more than a word"));
    } else if plain(synopsis) == plain(&subject.name) {
        found.tell(tags::SYNOPSIS_EMPTY, || says("is the name of the package"));
    }
    let lower = synopsis.to_lowercase();
    let behind_name = lower.strip_prefix(&subject.name);
    if ["a ", "an ", "the "]
        .iter()
        .any(|article| lower.starts_with(article))
    {
        found.tell(tags::SYNOPSIS_FORM, || says("begins with an article"));
    } else if behind_name
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    {
        found.tell(tags::SYNOPSIS_FORM, || {
            says("begins with the name of the package")
        });
    }
    if synopsis.chars().count() > WIDTH {
        found.tell(tags::SYNOPSIS_FORM, || says("has more than 80 characters"));
    }
    let is_template = |word: &str| text.contains(word) || synopsis.eq_ignore_ascii_case("missing");
    if ["<insert up to 60 chars", "<insert long description"]
        .iter()
        .any(|it| is_template(it))
    {
        found.tell(tags::TEMPLATE_TEXT, || {
            "the description is that of a template".into()
        });
    }
    self::body(subject, synopsis, body, found);
    if synopsis.contains('\t') || body.contains('\t') {
        found.tell(tags::DESCRIPTION_FORM, || "the description has tabs".into());
    }
}

/// Checks what stands below the synopsis.
fn body(subject: &Subject, synopsis: &str, body: &str, found: &mut Tally) {
    let lines: Vec<&str> = body.lines().collect();
    if lines.is_empty() && !subject.name.ends_with("-dbgsym") {
        found.tell(tags::DESCRIPTION_EMPTY, || {
            "there is no description below the synopsis".into()
        });
    }
    let mut fault =
        |what: &str| found.tell(tags::DESCRIPTION_FORM, || format!("the description {what}"));
    let letters = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|c| c.to_ascii_lowercase()).collect::<String>()
    };
    if let Some(first) = lines.iter().find(|line| line.trim() != ".") {
        if letters(first) == letters(synopsis) {
            fault("repeats the synopsis");
        }
        if first.starts_with("  ") && *first == lines[0] {
            fault("begins with an indented line");
        }
    }
    if lines.first().is_some_and(|line| line.trim() == ".") {
        fault("begins with a blank line");
    }
    if lines
        .windows(2)
        .any(|pair| pair.iter().all(|line| line.trim() == "."))
    {
        fault("has two blank lines in a row");
    }
    if lines.iter().any(|line| line.chars().count() > WIDTH) {
        fault("has lines of more than 80 characters");
    }
    if lines
        .iter()
        .any(|line| line.trim_start().starts_with("Homepage: http"))
    {
        fault("names the homepage, which has a field");
    }
    let is_wrong_dot = |line: &&str| {
        let text = line.strip_prefix(" .");
        text.is_some_and(|rest| !rest.trim().is_empty() && !rest.starts_with('.'))
            || (line.starts_with("  ") && line.trim() == ".")
    };
    if lines.iter().any(is_wrong_dot) {
        fault("has a line that begins with a dot");
    }
}

fn maintainer(subject: &Subject, found: &mut Tally) {
    let text = subject.fields.get("maintainer");
    if text.is_empty() {
        return;
    }
    let parts = text
        .strip_suffix('>')
        .and_then(|rest| rest.rsplit_once('<'));
    let what = match parts {
        None => "is no name with an address",
        Some((name, _)) if name.trim().is_empty() => "has no name",
        Some((_, address)) if !is_address(address) => "has no address",
        Some((_, address)) if address.starts_with("root@") => "is root",
        Some((name, _)) if name.contains('>') => "is more than one",
        Some((name, address)) if address.ends_with("@localhost") || name.contains("unknown") => {
            "is nobody"
        }
        Some(_) => return,
    };
    found.tell(tags::MAINTAINER_FORM, || {
        format!("the maintainer `{}` {what}", shown(&text))
    });
}

fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(user, host)| {
        !user.is_empty()
            && !host.is_empty()
            && !text.contains(char::is_whitespace)
            && !host.contains('@')
    })
}

fn homepage(subject: &Subject, found: &mut Tally) {
    let text = subject.fields.get("homepage");
    if text.is_empty() {
        return;
    }
    let rest = ["http://", "https://", "ftp://"]
        .iter()
        .find_map(|start| text.strip_prefix(start));
    let host = rest.map(|rest| rest.split('/').next().unwrap_or_default());
    if host.is_none_or(|host| host.is_empty() || text.contains(char::is_whitespace)) {
        found.tell(tags::HOMEPAGE_FORM, || {
            format!("the homepage `{}` is no address of a page", shown(&text))
        });
    }
}

fn section(subject: &Subject, found: &mut Tally) {
    let section = subject.fields.get("section");
    let last = section.rsplit('/').next().unwrap_or_default();
    if last.contains('<') || section == "unknown" {
        found.tell(tags::TEMPLATE_TEXT, || {
            "the section is that of a template".into()
        });
    } else if !section.is_empty() && !SECTIONS.contains(&last) {
        found.tell(tags::SECTION_UNKNOWN, || {
            format!("section `{}` is none of Debian's", shown(&section))
        });
    }
    let priority = subject.fields.get("priority");
    let known = ["required", "important", "standard", "optional"];
    if priority == "extra" {
        found.tell(tags::SECTION_UNKNOWN, || {
            "priority `extra` is `optional` today".into()
        });
    } else if !priority.is_empty() && !known.contains(&priority.as_str()) {
        found.tell(tags::SECTION_UNKNOWN, || {
            format!("priority `{}` is none of Debian's", shown(&priority))
        });
    }
}

fn essential(subject: &Subject, found: &mut Tally) {
    let essential = subject.fields.get("essential");
    let is_of_debian = crate::debian::reserved::is_package(&subject.name);
    if !(essential.is_empty() || essential == "yes" && is_of_debian) {
        found.tell(tags::ESSENTIAL, || {
            format!("field `Essential` is `{}`", shown(&essential))
        });
    }
}

fn revision(subject: &Subject, found: &mut Tally) {
    let version = subject.fields.get("version");
    let Some((_, revision)) = version.rsplit_once('-') else {
        return;
    };
    let revision = shown(revision);
    if revision == "0" {
        found.tell(tags::REVISION_FORM, || "the Debian revision is 0".into());
    } else if !revision.starts_with(|c: char| c.is_ascii_digit()) {
        found.tell(tags::REVISION_FORM, || {
            format!("the Debian revision `{revision}` begins with no digit")
        });
    }
}
