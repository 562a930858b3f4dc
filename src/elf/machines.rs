//! The machines that several ELF files are for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Header, Machine};

/// The files that hold machine code, by their machine.
#[derive(Debug, Default)]
pub(crate) struct Machines {
    files: BTreeMap<Machine, Vec<PathBuf>>,
    /// ARM files that say neither hard nor soft float.
    float_unsaid: Vec<(Machine, PathBuf)>,
    /// Archives, by the header of an object in them.
    archives: Vec<(Header, PathBuf)>,
}

impl Machines {
    /// Adds a file by its header, which need not be that of an ELF file.
    pub(crate) fn add(&mut self, header: Header, path: PathBuf) {
        match header {
            Header::Elf {
                machine,
                float_unsaid: true,
                ..
            } => self.float_unsaid.push((machine, path)),
            Header::Elf { machine, .. } => self.files.entry(machine).or_default().push(path),
            Header::Archive {
                machine,
                float_unsaid,
            } => {
                let object = Header::Elf {
                    machine,
                    float_unsaid,
                    linked: false,
                };
                self.archives.push((object, path));
            }
            Header::MachO | Header::Windows | Header::Script => {}
        }
    }

    /// Sorts, and puts ARM files that do not say their float ABI with those that do. Archives count where
    /// no other file does and all are for one machine: those for several are data of a compiler.
    pub(crate) fn finish(mut self) -> BTreeMap<Machine, Vec<PathBuf>> {
        for (mut machine, path) in self.float_unsaid {
            let hard = Machine {
                arm_hard_float: true,
                ..machine
            };
            if self.files.contains_key(&hard) {
                machine = hard;
            }
            self.files.entry(machine).or_default().push(path);
        }
        for files in self.files.values_mut() {
            files.sort_unstable();
        }
        if self.files.is_empty() && !self.archives.is_empty() {
            let mut of_archives = Self::default();
            for (object, path) in self.archives {
                of_archives.add(object, path);
            }
            let found = of_archives.finish();
            return if found.len() == 1 { found } else { self.files };
        }
        self.files
    }
}

impl From<BTreeMap<Machine, Vec<PathBuf>>> for Machines {
    fn from(files: BTreeMap<Machine, Vec<PathBuf>>) -> Self {
        Self {
            files,
            ..Self::default()
        }
    }
}
