//! The fragments for paths that dpkg alone does not bring to the state of this version: the
//! protection of configuration files, owners in another root, links that were directories.

use serde::Serialize;

use super::directories::{ENTER, NUMBER_OF, OTHERS};
use super::snippets::Snippets;
use super::{Contributor, Deployment, DeploymentError, Script, Step};
use crate::manifest::FileCapabilities;
use crate::tree::{Entry, Kind, PackagePath, Tree};

/// Paths of the package that dpkg alone does not bring to the state of this version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Paths {
    /// Conffiles that not everybody may read, or that are not root's: dpkg leaves owner and mode of
    /// those that are there.
    pub protected: Vec<Owned>,
    /// The other paths with owners other than root: dpkg looks the names up in the wrong files where
    /// it works on another root without entering it.
    pub owned: Vec<Owned>,
    /// The directories to which the manifest gives an owner or a mode: dpkg leaves those that are there.
    pub directories: Vec<Owned>,
    /// Files with capabilities, which no archive keeps.
    pub capable: Vec<Capable>,
    /// The links of the release: dpkg leaves a directory that is in their place.
    pub links: Vec<Link>,
    /// The directories of the machine that the package's paths lie in, which dpkg would take along: no package
    /// owns them. That of the release is seen to with it.
    pub shared: Vec<&'static str>,
    /// The snippets that systemd's programs apply.
    pub snippets: Snippets,
}

/// Returns the directories without an owner that a tree has paths in.
fn shared(tree: &Tree, release: Option<&PackagePath>) -> Vec<&'static str> {
    let is_below = |path: &PackagePath, shared: &str| {
        let below = path.as_bytes().strip_prefix(shared.as_bytes());
        below.is_some_and(|rest| rest.starts_with(b"/"))
    };
    let is_left = |shared: &&str| {
        tree.iter().any(|(path, _)| is_below(path, shared))
            && !release.is_some_and(|release| is_below(release, shared))
    };
    ["/opt", "/srv"].into_iter().filter(is_left).collect()
}

/// A file with capabilities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Capable {
    /// The file's path.
    pub path: PackagePath,
    /// The capabilities, as setcap(8) takes them.
    pub capabilities: FileCapabilities,
}

/// A link below the release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The link's path.
    pub path: PackagePath,
    /// The link's target as written.
    pub target: String,
}

/// A path whose owner or mode is not the usual one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owned {
    /// The path itself.
    pub path: PackagePath,
    /// The path's owner.
    pub owner: String,
    /// The path's group.
    pub group: String,
    /// The path's mode in octal, such as `0640`.
    pub mode: String,
}

impl Paths {
    /// Collects the paths of a tree; `release` is the directory of the release, where there is one, and `is_given`
    /// tells the directories to which the manifest gives an owner or a mode. A path that is not UTF-8 is left out,
    /// as no script can name it.
    #[must_use]
    pub(crate) fn of(
        tree: &Tree,
        release: Option<&PackagePath>,
        is_given: impl Fn(&PackagePath, &Entry) -> bool,
    ) -> Self {
        let mut paths = Self {
            snippets: Snippets::of(tree),
            shared: shared(tree, release),
            ..Self::default()
        };
        for (path, entry) in tree.iter() {
            if std::str::from_utf8(path.as_bytes()).is_err() {
                continue;
            }
            let is_named = (entry.owner.user(), entry.owner.group()) != ("root", "root");
            if is_given(path, entry) {
                paths.directories.push(owned(path, entry));
            } else if is_named {
                paths.owned.push(owned(path, entry));
            }
            if entry.is_conffile() && (is_named || entry.mode & 0o004 == 0) {
                paths.protected.push(owned(path, entry));
            }
            if let Kind::Symlink { target } = &entry.kind
                && release.is_some_and(|release| path != release && path.starts_with(release))
                && let Ok(target) = String::from_utf8(target.clone())
            {
                paths.links.push(Link {
                    path: path.clone(),
                    target,
                });
            }
        }
        paths
    }
}

fn owned(path: &PackagePath, entry: &Entry) -> Owned {
    Owned {
        path: path.clone(),
        owner: entry.owner.user().to_owned(),
        group: entry.owner.group().to_owned(),
        mode: format!("{:04o}", entry.mode),
    }
}

/// Adds the fragments for the package's paths. Links are the last that preinst touches: until
/// then the service runs with its files.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    let paths = &deployment.paths;
    contributor.function(NUMBER_OF)?;
    contributor.function(ENTER)?;
    contributor.function(OTHERS)?;
    if deployment.directories.release.is_some() {
        contributor.function("package/release-links.sh")?;
    }
    if !paths.protected.is_empty() {
        contributor.function("package/protected-files.sh")?;
    }
    let mut add = |script, step, template| contributor.fragment(script, step, template);
    if !paths.protected.is_empty() {
        let template = "package/preinst-protection.sh";
        add(Script::Preinst, Step::Directories, template)?;
        let template = "package/postinst-protection.sh";
        add(Script::Postinst, Step::Directories, template)?;
        let template = "package/postrm-protection.sh";
        add(Script::Postrm, Step::Directories, template)?;
    }
    if !paths.owned.is_empty() {
        let template = "package/postinst-owners.sh";
        add(Script::Postinst, Step::Directories, template)?;
    }
    if !paths.directories.is_empty() {
        let template = "package/postinst-named-directories.sh";
        add(Script::Postinst, Step::Directories, template)?;
    }
    if !paths.shared.is_empty() {
        add(Script::Postrm, Step::Leftovers, "package/postrm-shared.sh")?;
    }
    // After the owners: a new one takes the capabilities away.
    if !paths.capable.is_empty() {
        let template = "package/postinst-capabilities.sh";
        add(Script::Postinst, Step::Directories, template)?;
    }
    if deployment.directories.release.is_none() {
        return Ok(());
    }
    let template = "package/preinst-links.sh";
    add(Script::Preinst, Step::Leftovers, template)?;
    let template = "package/postinst-links.sh";
    add(Script::Postinst, Step::Directories, template)?;
    let template = "package/postrm-links.sh";
    add(Script::Postrm, Step::Directories, template)
}
