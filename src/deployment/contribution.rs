//! The contribution of each thing that happens on the target to the package: files, pieces of
//! maintainer scripts, and the shell functions that these call.

use std::sync::Arc;

use super::DeploymentError;
use super::context::Context;
use crate::template::Templates;
use crate::tree::{Content, Entry, Origin, Owner, PackagePath};

/// The four maintainer scripts (deb-preinst(5) and its siblings).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// The script that runs before the files are unpacked.
    Preinst,
    /// The script that runs after the files are unpacked and the dependencies are configured.
    Postinst,
    /// The script that runs before the files are removed.
    Prerm,
    /// The script that runs after the files are removed.
    Postrm,
}

impl Script {
    /// All four scripts, in the order of a package's life.
    pub const ALL: [Self; 4] = [Self::Preinst, Self::Postinst, Self::Prerm, Self::Postrm];

    /// Returns the script's name in the control archive.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Preinst => "preinst",
            Self::Postinst => "postinst",
            Self::Prerm => "prerm",
            Self::Postrm => "postrm",
        }
    }
}

/// The place of a fragment in its script, in the order in which fragments run. Steps that can
/// fail come before those that touch the running service, so that a failure leaves it alone; the
/// start is last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The connection to debconf, which runs the script anew.
    Debconf,
    /// The author's hook for triggers, which ends the script.
    Triggered,
    /// Moves of conffiles, first as dpkg-maintscript-helper(1) asks.
    Conffiles,
    /// The system user.
    Account,
    /// Directories, groups, owners of paths.
    Directories,
    /// The author's hooks that run before the service is touched.
    HookBefore,
    /// The end of the connection to debconf: a service that inherits it would hold it open.
    DebconfEnd,
    /// The stop of the service, or its registration and start.
    Systemd,
    /// The same for the init script.
    Init,
    /// The removal of processes and files that nobody else would remove.
    Leftovers,
    /// The author's hooks that run after the change.
    HookAfter,
    /// The removal of state and logs.
    Purge,
    /// The author's hook after a purge.
    AfterPurge,
    /// The removal of debconf's answers.
    DebconfPurge,
}

/// A piece of a maintainer script: complete shell, with its own guard for the calls it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    /// The script it belongs to.
    pub script: Script,
    /// The fragment's place in the script.
    pub step: Step,
    /// The template it was rendered from.
    pub template: &'static str,
    /// The shell text; empty where there is nothing to do.
    pub text: String,
}

/// Shell functions that fragments call. Each script that calls one of them declares them once,
/// before its fragments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Functions {
    /// The template that they were rendered from.
    pub template: &'static str,
    /// The shell text.
    pub text: String,
}

/// Files, fragments and shell functions for one package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contribution {
    /// Files of the package.
    pub entries: Vec<(PackagePath, Entry)>,
    /// Pieces of the package's maintainer scripts, in no order.
    pub fragments: Vec<Fragment>,
    /// The functions that the fragments may call, in the order in which scripts declare them.
    pub functions: Vec<Functions>,
}

impl Contribution {
    /// Adds the fragments and functions of another contribution.
    pub fn extend(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.fragments.extend(other.fragments);
        for functions in other.functions {
            self.declare(functions);
        }
    }

    fn declare(&mut self, functions: Functions) {
        let known = self.functions.iter();
        if !known.clone().any(|it| it.template == functions.template) {
            self.functions.push(functions);
        }
    }
}

/// Collects the files and fragments that the parts of this room render.
pub(super) struct Contributor<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) templates: &'a Templates,
    pub(super) contribution: Contribution,
}

impl Contributor<'_> {
    pub(super) fn render(&self, template: &str) -> Result<String, DeploymentError> {
        Ok(self.templates.render(template, self.context)?)
    }

    /// Adds a rendered file of root.
    pub(super) fn file(
        &mut self,
        path: &str,
        mode: u32,
        template: &str,
    ) -> Result<(), DeploymentError> {
        let text = self.render(template)?;
        self.bytes(path, mode, template, text.into_bytes())
    }

    /// Lets only root and the group of the service read the file that was added last.
    pub(super) fn protect(&mut self, group: &str) {
        if let Some((_, entry)) = self.contribution.entries.last_mut() {
            entry.owner = Owner::new("root", group);
            entry.mode = 0o640;
        }
    }

    pub(super) fn bytes(
        &mut self,
        path: &str,
        mode: u32,
        template: &str,
        bytes: Vec<u8>,
    ) -> Result<(), DeploymentError> {
        let content = Content::Bytes(Arc::from(bytes));
        let entry = Entry::regular(content, mode, Origin::Template(template.into()));
        self.contribution
            .entries
            .push((PackagePath::new(path)?, entry));
        Ok(())
    }

    /// Adds functions that fragments may call.
    pub(super) fn function(&mut self, template: &'static str) -> Result<(), DeploymentError> {
        let text = self.render(template)?;
        self.contribution.declare(Functions { template, text });
        Ok(())
    }

    /// Adds a fragment.
    pub(super) fn fragment(
        &mut self,
        script: Script,
        step: Step,
        template: &'static str,
    ) -> Result<(), DeploymentError> {
        let text = self.render(template)?;
        self.text(script, step, template, text);
        Ok(())
    }

    pub(super) fn text(
        &mut self,
        script: Script,
        step: Step,
        template: &'static str,
        text: String,
    ) {
        self.contribution.fragments.push(Fragment {
            script,
            step,
            template,
            text,
        });
    }
}
