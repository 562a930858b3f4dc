//! Maps the version of a release to a Debian upstream version that sorts the same.

use super::text::quoted;
use super::version::{Version, VersionError};

/// The version of a release in Debian's spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseVersion {
    /// The upstream version: no epoch, no `-`, no Debian revision.
    pub version: Version,
    /// One sentence on what was changed and why; `None` where nothing was.
    pub explanation: Option<String>,
}

/// The words that say "not yet the version before me", also without a `-`.
const PRERELEASE_WORDS: [&str; 8] = [
    "alpha", "beta", "rc", "pre", "preview", "dev", "snapshot", "nightly",
];

const BY_PREFIX: &str = "a Debian version starts with a digit";
const BY_PRERELEASE: &str = "only `~` sorts a pre-release before its version";
const BY_COMMITS: &str = "commits after a tag sort after it with `+`";
const BY_HYPHEN: &str = "a Debian revision starts after `-`";
const BY_CHARACTER: &str = "`_`, `/` and spaces are not allowed";

/// Maps the version of a release; see [`Version::from_release`].
pub(super) fn map(text: &str) -> Result<ReleaseVersion, VersionError> {
    let original = text;
    let text = text.trim();
    if is_commit(text) {
        let text = text.to_owned();
        return Err(VersionError::Commit { text });
    }
    let mut reasons = Vec::new();
    let body = without_prefix(text);
    if body != text {
        reasons.push(BY_PREFIX);
    }
    let (body, dirty) = match body.strip_suffix("-dirty") {
        Some(body) => (body, true),
        None => (body, false),
    };
    let (base, commits) = split_git_describe(body);
    let mut version = map_base(base, &mut reasons);
    let mut suffixes = Vec::new();
    if let Some((count, commit)) = commits {
        suffixes.push(format!("{count}.g{commit}"));
    }
    if dirty {
        suffixes.push("dirty".to_owned());
    }
    for suffix in &suffixes {
        version.push(if version.contains('+') { '.' } else { '+' });
        version.push_str(suffix);
    }
    if !suffixes.is_empty() {
        reasons.push(BY_COMMITS);
    }
    // The error shows the text that the user has, not the mapped one.
    let version = match version.parse::<Version>() {
        Ok(version) if version.epoch() == 0 && !version.upstream_version().is_empty() => version,
        _ => return Err(error_about(original)),
    };
    reasons.dedup();
    let explanation =
        (version.to_string() != original).then(|| explain(original, &version, &reasons));
    Ok(ReleaseVersion {
        version,
        explanation,
    })
}

fn explain(original: &str, version: &Version, reasons: &[&str]) -> String {
    let written = format!("{} is written `{version}`", quoted(original));
    match reasons {
        [] => written,
        _ => format!("{written}: {}", reasons.join("; ")),
    }
}

/// Returns the error for a text that could not be mapped: the one that parsing it gives.
fn error_about(text: &str) -> VersionError {
    match text.parse::<Version>() {
        Err(error) => error,
        // Legal for dpkg, but not without an epoch.
        Ok(_) => VersionError::Character {
            character: ':',
            position: text.chars().take_while(|c| *c != ':').count() + 1,
            text: text.to_owned(),
        },
    }
}

/// Maps everything but `git describe`: core, pre-release, build metadata.
fn map_base(base: &str, reasons: &mut Vec<&'static str>) -> String {
    let (main, build) = match base.split_once('+') {
        Some((main, build)) => (main, Some(build)),
        None => (base, None),
    };
    let (core, prerelease) = match main.split_once('-') {
        Some((core, prerelease)) => (core, Some(prerelease)),
        None => (main, None),
    };
    let mut version = map_core(core, reasons);
    if let Some(prerelease) = prerelease {
        reasons.push(BY_PRERELEASE);
        version.push('~');
        version.push_str(&dotted(prerelease, reasons));
    }
    if let Some(build) = build {
        version.push('+');
        version.push_str(&dotted(build, reasons));
    }
    version
}

/// Maps `1.0rc1`, `1.0.rc1`, `1.0_rc1` and `1.0 rc1` to `1.0~rc1`, and other `_`, `/` and
/// spaces to `.`.
fn map_core(core: &str, reasons: &mut Vec<&'static str>) -> String {
    let mut version = String::with_capacity(core.len() + 1);
    let mut previous = None;
    for (index, c) in core.char_indices() {
        let rest = &core[index..];
        let after = &rest[c.len_utf8()..];
        let is_separator = matches!(c, '.' | '_' | '/' | ' ');
        let is_word = |text| previous.is_some() && starts_with_prerelease_word(text);
        let digit_before = previous.is_some_and(|p: char| p.is_ascii_digit());
        if is_separator && is_word(after) {
            reasons.push(BY_PRERELEASE);
            version.push('~');
        } else if matches!(c, '_' | '/' | ' ') {
            reasons.push(BY_CHARACTER);
            version.push('.');
        } else {
            if digit_before && is_word(rest) {
                reasons.push(BY_PRERELEASE);
                version.push('~');
            }
            version.push(c);
        }
        previous = Some(c);
    }
    version
}

/// Returns the text that follows the core with `.` for `-`, which would start a revision.
fn dotted(text: &str, reasons: &mut Vec<&'static str>) -> String {
    if text.contains('-') {
        reasons.push(BY_HYPHEN);
    }
    if text.contains(['_', '/', ' ']) {
        reasons.push(BY_CHARACTER);
    }
    text.replace(['-', '_', '/', ' '], ".")
}

/// Returns whether the text starts with `rc`, `beta` and so on as a whole word.
pub(super) fn starts_with_prerelease_word(text: &str) -> bool {
    let letters = text
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    PRERELEASE_WORDS.contains(&text[..letters].to_ascii_lowercase().as_str())
}

/// Returns the text without the `v` of `v1.0`, and without a word as in `release-1.0` and
/// `orders/v1.0`.
fn without_prefix(text: &str) -> &str {
    let bare = |text: &str| {
        let digits = text.find(|c: char| !c.is_ascii_digit());
        digits != Some(0) && !text.is_empty()
    };
    let without_v = |text: &str| text.strip_prefix(['v', 'V']).is_some_and(bare);
    if without_v(text) {
        return &text[1..];
    }
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return text;
    }
    // The first separator that is followed by something like `1.`; a lone number is no version.
    text.match_indices(['-', '_', '/'])
        .map(|(index, _)| &text[index + 1..])
        .map(|rest| if without_v(rest) { &rest[1..] } else { rest })
        .find(|rest| {
            let digits = rest.find(|c: char| !c.is_ascii_digit());
            digits.is_some_and(|end| end > 0 && rest[end..].starts_with('.'))
        })
        .unwrap_or(text)
}

/// Splits `T-N-gCOMMIT` into `T` and (`N`, `COMMIT`).
fn split_git_describe(text: &str) -> (&str, Option<(&str, &str)>) {
    let parts = || {
        let (rest, commit) = text.rsplit_once("-g")?;
        let (tag, count) = rest.rsplit_once('-')?;
        let is_count = !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit());
        let is_commit = commit.len() >= 4 && commit.bytes().all(|b| b.is_ascii_hexdigit());
        (is_count && is_commit && !tag.is_empty()).then_some((tag, (count, commit)))
    };
    match parts() {
        Some((tag, commits)) => (tag, Some(commits)),
        None => (text, None),
    }
}

/// Returns whether the text has the form of `git describe`.
pub(super) fn is_git_describe(text: &str) -> bool {
    split_git_describe(text.strip_suffix("-dirty").unwrap_or(text))
        .1
        .is_some()
}

/// Returns whether the text is a bare commit: 7 to 40 hexadecimal digits, among them a
/// letter (`20250131` is a version).
fn is_commit(text: &str) -> bool {
    (7..=40).contains(&text.len())
        && (text.bytes()).all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        && text.bytes().any(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_releases_become_upstream_versions() {
        #[rustfmt::skip]
        let table = [
            ("1.2.3", "1.2.3"), ("v1.2.3", "1.2.3"), (" 1.2.3\n", "1.2.3"),
            ("0.4.0-rc.1", "0.4.0~rc.1"), ("0.4.0-beta", "0.4.0~beta"), ("1.0.0-0.3.7", "1.0.0~0.3.7"),
            ("1.2.3-rc.1+build.5", "1.2.3~rc.1+build.5"), ("1.0.0-x-y.z", "1.0.0~x.y.z"),
            ("1.0.0+21AF26D3-117B", "1.0.0+21AF26D3.117B"),
            ("2.0.0+build.1.reffa6a4c6", "2.0.0+build.1.reffa6a4c6"),
            ("2.0-5-gabc1234", "2.0+5.gabc1234"), ("v2.0-5-gabc1234-dirty", "2.0+5.gabc1234.dirty"),
            ("1.2.3-rc.1-5-gabcd", "1.2.3~rc.1+5.gabcd"), ("1.0+x-2-gabcd", "1.0+x.2.gabcd"),
            ("1.2.3-dirty", "1.2.3+dirty"), ("2.0-0-gabc1234", "2.0+0.gabc1234"),
            ("1.0 rc1", "1.0~rc1"), ("1.0_rc1", "1.0~rc1"), ("1.0.rc1", "1.0~rc1"), ("1.0rc1", "1.0~rc1"),
            ("1.0Beta2", "1.0~Beta2"), ("1.2.3_4", "1.2.3.4"), ("1.1.1a", "1.1.1a"),
            ("release-1.2.3", "1.2.3"), ("orders/v1.2.3", "1.2.3"), ("OTP-26.1.2", "26.1.2"),
            ("1.0~rc1", "1.0~rc1"), ("20250131", "20250131"), ("7", "7"),
        ];
        for (text, version) in table {
            let mapped = map(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(mapped.version.to_string(), version, "{text}");
            assert_eq!(mapped.version.debian_revision(), None, "{text}");
            assert_eq!(mapped.explanation.is_none(), text == version, "{text}");
        }
    }

    #[test]
    fn mapped_versions_sort_as_semver_does() {
        let ordered = [
            "1.0.0-1",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0-rc.1-5-gabcd",
            "1.0.0-rc.2",
            "1.0.0",
            "1.0.0-3-gabcd",
            "1.0.1",
        ];
        let versions: Vec<_> = ordered.iter().map(|v| map(v).unwrap().version).collect();
        for pair in versions.windows(2) {
            assert!(pair[0] < pair[1], "{} < {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn the_explanation_says_what_and_why() {
        assert_eq!(
            map("v1.0.0-rc.1").unwrap().explanation.unwrap(),
            "`v1.0.0-rc.1` is written `1.0.0~rc.1`: a Debian version starts with a digit; \
             only `~` sorts a pre-release before its version"
        );
        assert_eq!(
            map("2.0-5-gabc1234").unwrap().explanation.unwrap(),
            "`2.0-5-gabc1234` is written `2.0+5.gabc1234`: commits after a tag sort after it with `+`"
        );
    }

    #[test]
    fn what_has_no_order_is_refused() {
        #[rustfmt::skip]
        let table = [
            ("", "invalid version ``: is empty"),
            ("fa6a4c6", "invalid version `fa6a4c6`: is a git commit, which has no order"),
            ("main", "invalid version `main`: starts with `m`, expected a digit"),
            ("1:2.0", "invalid version `1:2.0`: contains `:` at character 2, expected letters, digits and `. + - ~`"),
            ("1.0é", "invalid version `1.0é`: contains `é` at character 4, expected letters, digits and `. + - ~`"),
            ("${VERSION}", "invalid version `${VERSION}`: contains `$` at character 1, expected letters, digits and `. + - ~`"),
        ];
        for (text, message) in table {
            assert_eq!(map(text).unwrap_err().to_string(), message);
        }
    }
}
