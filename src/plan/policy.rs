//! Findings about the description and the section (policy 2.4 and 3.4), and about cookies. The
//! package is built all the same.

use crate::debian::summary::{self, LONGEST_SYNOPSIS};
use crate::debian::{Description, PackageName, Priority, SECTIONS, Section};
use crate::finding::{Finding, Severity, Tag, tags};
use crate::manifest::Manifest;
use crate::release::{CookieValue, Release};

/// Returns the finding about a priority that Debian has given up (policy 2.5).
pub(super) fn of_priority(priority: &Priority) -> Option<Finding> {
    (priority.as_str() == "extra").then(|| {
        let message = "priority `extra` is deprecated: it means `optional`";
        Finding::new(tags::PRIORITY_EXTRA, message).with_hint("leave `priority` out")
    })
}

/// Returns the findings about the description.
pub(super) fn of_description(name: &PackageName, description: &Description) -> Vec<Finding> {
    let mut findings = Vec::new();
    let synopsis = description.synopsis();
    let mut warn = |tag: &'static Tag, message: String, hint: &str| {
        findings.push(Finding::new(tag, message).with_hint(hint));
    };
    if summary::starts_with_name(synopsis, name.as_str()) {
        let message = format!("synopsis `{synopsis}` starts with the name of the package");
        warn(
            tags::SYNOPSIS_STARTS_WITH_NAME,
            message,
            "say what it is: lists show the name before it",
        );
    }
    if summary::starts_with_article(synopsis) {
        let message = format!("synopsis `{synopsis}` starts with an article");
        warn(
            tags::SYNOPSIS_STARTS_WITH_ARTICLE,
            message,
            "leave the article out",
        );
    }
    if synopsis.ends_with('.') && !synopsis.ends_with("..") && !synopsis.ends_with(" etc.") {
        let message = format!("synopsis `{synopsis}` ends with a full stop");
        warn(
            tags::SYNOPSIS_ENDS_WITH_FULL_STOP,
            message,
            "leave it out: a synopsis is no sentence",
        );
    }
    if synopsis.chars().count() > LONGEST_SYNOPSIS {
        let message = format!("synopsis `{synopsis}` is longer than {LONGEST_SYNOPSIS} characters");
        warn(
            tags::SYNOPSIS_TOO_LONG,
            message,
            "move the details to the lines after it",
        );
    }
    let mut extended = description
        .extended()
        .iter()
        .filter(|line| !line.is_empty());
    match extended.next() {
        Some(line) if line.eq_ignore_ascii_case(synopsis) => warn(
            tags::EXTENDED_DESCRIPTION_REPEATS_SYNOPSIS,
            "the description after the synopsis starts with the synopsis".to_owned(),
            "say something new: both are shown together",
        ),
        _ => {}
    }
    findings
}

/// Returns the finding about an unknown section; `contrib/net` is a known one.
pub(super) fn of_section(section: &Section) -> Option<Finding> {
    let section = section.as_str();
    let name = ["contrib/", "non-free/", "non-free-firmware/"]
        .iter()
        .find_map(|area| section.strip_prefix(area))
        .unwrap_or(section);
    if SECTIONS.contains(&name) {
        return None;
    }
    let message = format!("section `{section}` is none of Debian's");
    let hint = "write one of them, such as `net`, `web`, `database`, `admin`, `utils` or `misc`";
    Some(Finding::new(tags::UNKNOWN_SECTION, message).with_hint(hint))
}

/// Returns the findings about cookies in a release, which all installations would share.
pub(super) fn of_cookies(manifest: &Manifest, release: &Release) -> Vec<Finding> {
    const SHARED: &str = "every installation shares the cookie, and `ps` shows it";
    const MADE: &str = "the package makes a cookie on each machine";
    let kept = manifest.tables.release.keep_cookie.unwrap_or(false);
    let mut said = Vec::new();
    for cookie in &release.configuration.cookies {
        let file = cookie.file.display();
        let finding = match (cookie.value, kept) {
            (CookieValue::Argument, false) => {
                let message = format!("`{file}` has `-setcookie`, which is left out: {MADE}");
                Finding::new(tags::BAKED_IN_COOKIE, message)
                    .with_hint("remove it from the release as well")
            }
            (CookieValue::Argument, true) => {
                let message = format!("`{file}` has `-setcookie`, which is kept: {SHARED}");
                Finding::new(tags::BAKED_IN_COOKIE, message)
                    .with_hint(format!("leave `keep-cookie` out: {MADE}"))
            }
            (CookieValue::Default, _) => {
                let message = format!(
                    "`{file}` has a cookie of its own where the environment gives none: {SHARED}"
                );
                Finding::new(tags::BAKED_IN_COOKIE, message).with_hint(format!("remove it: {MADE}"))
            }
            (CookieValue::Environment, _) => {
                let message = format!(
                    "`{file}` takes the cookie from the environment: the one that the package \
                     makes is not used"
                );
                Finding::new(tags::COOKIE_FROM_ENVIRONMENT, message)
            }
        };
        said.push(finding.at_release_file(file, None));
    }
    if let Some(file) = &release.configuration.cookie_file {
        let file = file.display();
        let message = if kept {
            format!("`{file}` is kept: every installation shares the cookie")
        } else {
            format!("`{file}` is left out: {MADE}")
        };
        said.push(
            Finding::new(tags::BAKED_IN_COOKIE, message)
                .with_severity(Severity::Info)
                .at_release_file(file, None),
        );
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_judged_as_policy_does() {
        let long = format!("{}\nDoes it.", "x".repeat(80));
        #[rustfmt::skip]
        let table: [(&str, &[&str]); 8] = [
            ("order service\nTakes orders.", &[]),
            ("Orders for all\nTakes orders.", &["synopsis-starts-with-name"]),
            ("ordersystem\nTakes orders.", &[]),
            ("An order service\nTakes orders.", &["synopsis-starts-with-article"]),
            ("order service.\nTakes orders.", &["synopsis-ends-with-full-stop"]),
            ("order service, etc.\nTakes orders.", &[]),
            ("order service\nOrder service", &["extended-description-repeats-synopsis"]),
            (&long, &["synopsis-too-long"]),
        ];
        let name: PackageName = "orders".parse().unwrap();
        for (text, expected) in table {
            let found = of_description(&name, &text.parse().unwrap());
            let tags: Vec<&str> = found.iter().map(|finding| finding.tag.name).collect();
            assert_eq!(tags, expected, "{text}");
        }
    }

    #[test]
    fn sections_are_those_of_the_archive() {
        for section in ["net", "contrib/web", "non-free-firmware/kernel"] {
            assert_eq!(of_section(&section.parse().unwrap()), None, "{section}");
        }
        for section in ["default", "contrib", "main/net", "Net"] {
            assert_eq!(
                of_section(&section.parse().unwrap()).unwrap().tag.name,
                "unknown-section",
                "{section}"
            );
        }
    }
}
