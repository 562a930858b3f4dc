//! `Destination`: the place that packages are written to; and `Outputs`: packages of earlier builds
//! that lie in a directory to pack. They are left out: otherwise each build would contain the one before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::debian::ControlFile;
use crate::finding::{Finding, tags};
use crate::fs;
use crate::output_path::{FilePattern, OutputPath, Written};

/// The place that packages are written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    /// A file, which the package gets the name of.
    File(PathBuf),
    /// A folder, in which the package has the name that dpkg-deb would give.
    Folder(PathBuf),
    /// A folder, in which the package has a name that the author gives.
    Pattern { folder: PathBuf, file: FilePattern },
}

impl Destination {
    /// Looks at what a path stands for, which starts at a folder: one that ends in `.deb` is a file,
    /// unless it is a folder.
    pub(crate) fn of(path: &OutputPath, start: &Path) -> Self {
        let path = match &path.0 {
            Written::Plain(path) => start.join(path),
            Written::Pattern { folder, file } => {
                return Self::Pattern {
                    folder: start.join(folder),
                    file: file.clone(),
                };
            }
        };
        if path.extension().is_some_and(|it| it == "deb") && !path.is_dir() {
            Self::File(path)
        } else {
            Self::Folder(path)
        }
    }

    /// Returns the folder that the package will be in.
    pub(crate) fn folder(&self) -> &Path {
        match self {
            Self::File(path) => path.parent().unwrap_or(Path::new("")),
            Self::Folder(folder) | Self::Pattern { folder, .. } => folder,
        }
    }

    /// Returns the file of a package.
    pub(crate) fn file(&self, control: &ControlFile) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            Self::Folder(folder) => folder.join(control.file_name()),
            Self::Pattern { folder, file } => folder.join(file.file_name(control)),
        }
    }

    /// Returns the file of a package that is made beside another. It has dpkg-deb's name for it where
    /// the author's could be that of the other.
    pub(crate) fn file_beside(&self, control: &ControlFile) -> PathBuf {
        match self {
            Self::Pattern { file, .. } if file.tells_packages_apart() => self.file(control),
            _ => self.folder().join(control.file_name()),
        }
    }
}

/// The packages of an output folder that is below a directory to pack, or is that directory.
#[derive(Debug)]
pub(crate) struct Outputs<'a> {
    root: &'a Path,
    /// The folder, relative to `root`.
    folder: Option<PathBuf>,
    /// A link that the folder is reached by, relative to `root`.
    link: Option<PathBuf>,
    found: BTreeSet<PathBuf>,
}

impl<'a> Outputs<'a> {
    /// Finds the place of an output folder below a directory, also of one that does not exist
    /// yet.
    pub(crate) fn below(root: &'a Path, folder: &Path) -> Self {
        let place = |path: PathBuf| {
            let root = fs::canonicalize(root).ok()?;
            Some(path.strip_prefix(root).ok()?.to_owned())
        };
        let here = Path::new(".");
        let folder = if folder.as_os_str().is_empty() {
            here
        } else {
            folder
        };
        // The folder by its own name, even if that is a link.
        let named = folder.file_name().and_then(|name| {
            let above = folder.parent().filter(|it| !it.as_os_str().is_empty());
            Some(fs::canonicalize(above.unwrap_or(here)).ok()?.join(name))
        });
        let is_link =
            |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
        Self {
            root,
            link: named.clone().filter(is_link).and_then(place),
            folder: fs::canonicalize(folder).ok().or(named).and_then(place),
            found: BTreeSet::new(),
        }
    }

    /// Returns whether a path, relative to the directory, is a package of the folder, or
    /// contains nothing else. Remembers the packages.
    pub(crate) fn hold(&mut self, path: &Path, is_directory: bool) -> bool {
        if !is_directory && self.link.as_deref() == Some(path) {
            return true;
        }
        let Some(folder) = self.folder.clone() else {
            return false;
        };
        if is_directory {
            let mut packages = BTreeSet::new();
            let alone = folder.starts_with(path) && self.alone_in(&folder, path, &mut packages);
            if alone {
                self.found.extend(packages);
            }
            return alone;
        }
        let is_package = is_package_of(&folder, path);
        if is_package {
            self.found.insert(path.to_owned());
        }
        is_package
    }

    /// Returns whether a directory contains nothing but the output folder, and that nothing but
    /// packages.
    fn alone_in(&self, folder: &Path, directory: &Path, packages: &mut BTreeSet<PathBuf>) -> bool {
        // A directory that cannot be listed is an error when it is packed.
        let Ok(names) = fs::read_dir(&self.root.join(directory)) else {
            return false;
        };
        names.iter().all(|name| {
            let path = directory.join(name.file_name().unwrap_or_default());
            if name.is_dir() && !name.is_symlink() {
                return folder.starts_with(&path) && self.alone_in(folder, &path, packages);
            }
            let is_package = is_package_of(folder, &path);
            if is_package {
                packages.insert(path);
            }
            is_package
        })
    }

    /// Returns the finding about the packages that were left out.
    pub(crate) fn finding(&self) -> Option<Finding> {
        let first = self.found.first()?.display();
        let message = match self.found.len() {
            1 => {
                format!("`{first}` is in the folder that packages are written to, and is left out")
            }
            all => format!(
                "`{first}` and {} more are in the folder that packages are written to, and are left \
                 out",
                all - 1
            ),
        };
        Some(Finding::new(tags::OWN_OUTPUT, message))
    }
}

fn is_package_of(folder: &Path, path: &Path) -> bool {
    path.parent() == Some(folder) && path.extension().is_some_and(|extension| extension == "deb")
}
