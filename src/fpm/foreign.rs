//! The options of fpm that are about other kinds of packages: nothing for one of Debian.

/// The options with a value.
#[rustfmt::skip]
const VALUES: &[&str] = &[
    "cpan-cpanm-bin", "cpan-disable-dependency", "cpan-metacpan-api-url", "cpan-mirror",
    "cpan-package-name-prefix", "cpan-perl-bin", "cpan-perl-lib-path", "freebsd-origin",
    "freebsd-osversion", "gem-bin-path", "gem-disable-dependency", "gem-gem", "gem-git-branch",
    "gem-git-repo", "gem-package-name-prefix", "gem-package-prefix", "gem-shebang",
    "gem-stagingdir", "npm-bin", "npm-package-name-prefix", "npm-registry",
    "osxpkg-dont-obsolete", "osxpkg-identifier-prefix", "osxpkg-ownership",
    "osxpkg-postinstall-action", "p5p-group", "p5p-publisher", "p5p-user", "p5p-zonetype",
    "pacman-compression", "pacman-group", "pacman-optional-depends", "pacman-user",
    "pear-bin-dir", "pear-channel", "pear-data-dir", "pear-package-name-prefix", "pear-php-bin",
    "pear-php-dir", "pleaserun-chdir", "pleaserun-name", "pleaserun-user", "python-bin",
    "python-disable-dependency", "python-easyinstall", "python-install-bin",
    "python-install-data", "python-install-lib", "python-package-name-prefix",
    "python-package-prefix", "python-pip", "python-pypi", "python-scripts-executable",
    "python-setup-py-arguments", "python-trusted-host", "rpm-attr",
    "rpm-auto-add-exclude-directories", "rpm-changelog", "rpm-compression",
    "rpm-compression-level", "rpm-defattrdir", "rpm-defattrfile", "rpm-digest", "rpm-dist",
    "rpm-filter-from-provides", "rpm-filter-from-requires", "rpm-group", "rpm-init", "rpm-os",
    "rpm-posttrans", "rpm-pretrans", "rpm-rpmbuild-define", "rpm-summary", "rpm-tag",
    "rpm-trigger-after-install", "rpm-trigger-after-target-uninstall",
    "rpm-trigger-before-install", "rpm-trigger-before-uninstall", "rpm-user", "rpm-verifyscript",
    "snap-confinement", "snap-grade", "snap-yaml", "solaris-group", "solaris-user",
    "virtualenv-find-links", "virtualenv-install-location", "virtualenv-other-files-dir",
    "virtualenv-package-name-prefix", "virtualenv-pypi", "virtualenv-pypi-extra-url",
];

/// The options without one; each is also written with `no-` in front.
#[rustfmt::skip]
const SWITCHES: &[&str] = &[
    "cpan-cpanm-force", "cpan-mirror-only", "cpan-sandbox-non-core", "cpan-test", "cpan-verbose",
    "gem-embed-dependencies", "gem-env-shebang", "gem-fix-dependencies", "gem-fix-name",
    "gem-prerelease", "gem-version-bins", "osxpkg-payload-free", "p5p-lint", "p5p-validate",
    "pacman-use-file-permissions", "pear-channel-update", "python-dependencies",
    "python-downcase-dependencies", "python-downcase-name", "python-fix-dependencies",
    "python-fix-name", "python-internal-pip", "python-obey-requirements-txt",
    "rpm-auto-add-directories", "rpm-autoprov", "rpm-autoreq", "rpm-autoreqprov",
    "rpm-ignore-iteration-in-dependencies", "rpm-macro-expansion", "rpm-old-perl-dependency-name",
    "rpm-sign", "rpm-use-file-permissions", "rpm-verbatim-gem-dependencies",
    "virtualenv-fix-name", "virtualenv-setup-install", "virtualenv-system-site-packages",
];

/// Returns whether an option of this name has a value, where it is about another kind of package.
pub(super) fn has_value(name: &str) -> Option<bool> {
    if VALUES.contains(&name) {
        return Some(true);
    }
    let name = name.strip_prefix("no-").unwrap_or(name);
    SWITCHES.contains(&name).then_some(false)
}
