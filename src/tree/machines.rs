//! The machines that files of the package hold code for.

use std::collections::BTreeMap;

use super::{PackagePath, Tree};
use crate::elf::Machine;

impl Tree {
    /// Takes in the machines of the files that were looked at.
    pub(crate) fn set_machines(&mut self, machines: BTreeMap<PackagePath, Machine>) {
        self.machines = machines;
    }

    /// Returns the machine that a file holds code for; `None` also where nobody has looked.
    pub(crate) fn machine(&self, path: &PackagePath) -> Option<Machine> {
        self.machines.get(path).copied()
    }
}
