//! The last step: packages become files.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use super::{Package, Prepared};
use crate::control::ControlArchive;
use crate::counter::Counter;
use crate::deb::{Compression, DataSummary, DebWriter, Memory, Method, WriteOptions, archive_size};
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
            let mut done = package.finish(writer, data)?;
            done.findings = self.findings_of(package, done.findings);
            built.push(done);
        }
        Ok(built)
    }
}

impl Package {
    /// Writes the package to another path, not compressed, to be looked at.
    ///
    /// # Errors
    /// [`Error`] where a file cannot be read, or the path not be written.
    pub fn write_to(&self, path: &Path) -> Result<Built, Error> {
        let options = WriteOptions {
            mtime: self.settings.mtime,
            compression: Compression::of(Method::None),
            threads: None,
            memory: Memory::of_this_process(),
        };
        let mut writer = DebWriter::create(path, options)?;
        let data = writer.write_data(&self.contents)?;
        self.finish(writer, data)
    }

    /// Writes the control archive, which tells of the data archive, and ends the file.
    fn finish(&self, writer: DebWriter, data: DataSummary) -> Result<Built, Error> {
        let control = ControlFile {
            installed_size: self.control.installed_size.or(Some(data.installed_size)),
            ..self.control.clone()
        };
        let (contents, scripts, members) = (&self.contents, &self.scripts, &self.members);
        let archive = ControlArchive::new(&control, contents, scripts, members, &data);
        Ok(Built {
            size: writer.finish(&archive.files)?.size,
            control,
            path: self.output.clone(),
            findings: data.findings,
        })
    }

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
