//! Resolves the paths that removal, purge and changes of conffiles take away.

use toml::Spanned;

use super::life::Subject;
use super::places::Own;
use super::{MappingSource, PlanError};
use crate::deployment::model::{Account, ConffileChange, Directories, Service};

impl Subject<'_> {
    /// Returns the paths that belong to the package by its name.
    pub(super) fn own<'a>(
        &'a self,
        account: Option<&'a Account>,
        service: Option<&'a Service>,
    ) -> Own<'a> {
        let mut names = vec![self.name.as_str()];
        names.extend(account.map(|account| account.user.as_str()));
        names.extend(service.map(|service| service.name.as_str()));
        Own {
            target: self.target,
            names,
        }
    }

    pub(super) fn purge(
        &self,
        own: &Own<'_>,
        directories: &Directories,
        has_state: bool,
    ) -> Result<Vec<String>, PlanError> {
        let table = &self.manifest.tables.purge;
        if table.keep.unwrap_or(false) {
            return Ok(Vec::new());
        }
        let Some(remove) = &table.remove else {
            let default = [directories.state.clone(), directories.log.clone()];
            return Ok(if has_state {
                default.into()
            } else {
                Vec::new()
            });
        };
        let purged = remove
            .iter()
            .map(|path| own.purged(path.get_ref(), path.span()));
        Ok(purged.collect::<Result<_, _>>()?)
    }

    pub(super) fn conffile_changes(&self, own: &Own<'_>) -> Result<Vec<ConffileChange>, PlanError> {
        let table = &self.manifest.tables.conffiles;
        let file = |path: &Spanned<String>| own.changed(path.get_ref(), path.span(), true);
        let any = |path: &Spanned<String>| own.changed(path.get_ref(), path.span(), false);
        let mut changes = Vec::new();
        for removed in &table.removed {
            changes.push(ConffileChange::Removed {
                path: file(removed)?,
            });
        }
        for (from, to) in &table.renamed {
            changes.push(ConffileChange::Renamed {
                from: file(from)?,
                to: file(to)?,
            });
        }
        for (directory, target) in &table.directory_to_symlink {
            let target = self.text(target, "symlink target")?;
            changes.push(ConffileChange::DirectoryToSymlink {
                path: any(directory)?,
                target,
            });
        }
        for (symlink, target) in &table.symlink_to_directory {
            let target = self.text(target, "symlink target")?;
            changes.push(ConffileChange::SymlinkToDirectory {
                path: any(symlink)?,
                target,
            });
        }
        Ok(changes)
    }

    /// Returns whether purge removes the service's files below the release: not where the
    /// manifest has a list of its own.
    pub(super) fn purges_release(&self) -> bool {
        let table = &self.manifest.tables.purge;
        !table.keep.unwrap_or(false) && table.remove.is_none()
    }

    /// Returns the empty directories of `[files]` in the release.
    pub(super) fn data_directories(&self) -> Vec<String> {
        let mappings = self.mappings.iter();
        let below = mappings.filter(|mapping| {
            mapping.source == MappingSource::Directory
                && mapping.target.starts_with(self.target)
                && mapping.target != *self.target
        });
        let release = self.target.as_bytes().len() + 1;
        below
            .map(|mapping| mapping.target.to_string().split_off(release))
            .collect()
    }
}
