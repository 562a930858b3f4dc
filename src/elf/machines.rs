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
            Header::MachO | Header::Windows | Header::Script => {}
        }
    }

    /// Sorts, and puts ARM files that do not say their float ABI with those that do.
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
        self.files
    }
}

impl From<BTreeMap<Machine, Vec<PathBuf>>> for Machines {
    fn from(files: BTreeMap<Machine, Vec<PathBuf>>) -> Self {
        Self {
            files,
            float_unsaid: Vec::new(),
        }
    }
}
