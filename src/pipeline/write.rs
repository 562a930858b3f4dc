//! The last step: packages become files.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::{Package, Prepared};
use crate::control::ControlArchive;
use crate::counter::Counter;
use crate::deb::{DebWriter, Memory, WriteOptions, archive_size};
use crate::debian::ControlFile;
use crate::error::Error;
use crate::finding::{Finding, Severity};
use crate::fs;

/// A package that was written.
#[derive(Debug, Clone)]
pub struct Built {
    /// The control file, with `Installed-Size`.
    pub control: ControlFile,
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// The findings of packing the files.
    pub findings: Vec<Finding>,
}

impl Prepared {
    /// Writes the packages. The output paths get whole packages or keep what they had.
    ///
    /// # Errors
    /// [`Error::Refused`] where a finding is an error, else [`Error`] of the room that refused.
    pub fn build(&self, threads: Option<NonZeroUsize>) -> Result<Vec<Built>, Error> {
        self.build_counted(threads, &Counter::default())
    }

    /// Writes the packages as [`Prepared::build`] does, and counts the bytes that are packed, of those that
    /// [`Prepared::bytes_to_pack`] tells.
    ///
    /// # Errors
    /// The errors of [`Prepared::build`].
    pub fn build_counted(
        &self,
        threads: Option<NonZeroUsize>,
        packed_bytes: &Counter,
    ) -> Result<Vec<Built>, Error> {
        self.packages.iter().try_for_each(Package::refuse_errors)?;
        let mut made = Vec::new();
        let built = self
            .make_folders(&mut made)
            .and_then(|()| self.write(threads, packed_bytes));
        if built.is_err() {
            for folder in made {
                // The error of the build is the one to tell.
                let _ = fs::remove_dir(folder);
            }
        }
        built
    }

    /// Returns the size of all packages before compression, in bytes: an estimate where modules are stripped.
    #[must_use]
    pub fn bytes_to_pack(&self) -> u64 {
        let packages = self.packages.iter();
        packages
            .map(|package| archive_size(&package.contents))
            .sum()
    }

    /// Refuses to write over a file.
    ///
    /// # Errors
    /// [`Error::IsThere`] where something is at the path of a package.
    pub fn refuse_to_replace(&self) -> Result<(), Error> {
        let mut outputs = self.packages.iter().map(|it| &it.output);
        match outputs.find(|path| path.symlink_metadata().is_ok()) {
            Some(path) => Err(Error::IsThere { path: path.clone() }),
            None => Ok(()),
        }
    }

    /// Makes the folders that manifests name, and notes those that were not there.
    fn make_folders<'a>(&'a self, made: &mut Vec<&'a Path>) -> Result<(), Error> {
        let folders = self.packages.iter().map(|it| &it.settings.output_folder);
        for folder in folders.flatten() {
            if fs::create_dir(folder)? {
                made.push(folder);
            }
        }
        Ok(())
    }

    fn write(
        &self,
        threads: Option<NonZeroUsize>,
        packed_bytes: &Counter,
    ) -> Result<Vec<Built>, Error> {
        // None gets its name before all could be written.
        let mut written = Vec::with_capacity(self.packages.len());
        for package in &self.packages {
            let options = WriteOptions {
                mtime: package.settings.mtime,
                compression: package.settings.compression,
                threads,
                memory: Memory::of_this_process(),
            };
            let mut writer = DebWriter::create(&package.output, options)?.counted(packed_bytes);
            let data = writer.write_data(&package.contents)?;
            written.push((package, writer, data));
        }
        let mut built = Vec::with_capacity(written.len());
        for (package, writer, data) in written {
            let control = ControlFile {
                installed_size: package.control.installed_size.or(Some(data.installed_size)),
                ..package.control.clone()
            };
            let Package {
                contents,
                scripts,
                members,
                ..
            } = package;
            let archive = ControlArchive::new(&control, contents, scripts, members, &data);
            built.push(Built {
                size: writer.finish(&archive.files)?.size,
                control,
                path: package.output.clone(),
                findings: self.findings_of(package, data.findings),
            });
        }
        Ok(built)
    }
}

impl Package {
    /// Refuses a package with findings that are errors.
    fn refuse_errors(&self) -> Result<(), Error> {
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        match self.findings.iter().filter(is_error).count() {
            0 => Ok(()),
            errors => Err(Error::Refused {
                package: self.control.package.clone(),
                errors,
            }),
        }
    }
}
