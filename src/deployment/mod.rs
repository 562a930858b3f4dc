//! The contributions of each service manager: files, and fragments of maintainer scripts.

pub(crate) mod context;
mod directives;
mod init;
pub mod model;
mod package;
mod paths;
mod shell;
mod systemd;
mod verify;

use std::sync::Arc;

pub use self::shell::check_shell;
pub use self::verify::check_unit;

use self::context::{Context, has_init_script};
use self::model::Life;
use crate::shell::ShellFault;
use crate::template::{TemplateError, Templates};
use crate::tree::{Content, Entry, Kind, Origin, Owner, PackagePath, PathError};

/// The reason why the files of a service cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// A template does not render.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A name or directory gives no path.
    #[error(transparent)]
    Path(#[from] PathError),
    /// A directive of the author's that no unit can have.
    #[error("directive `{key}` of unit section `{section}` {fault}")]
    Directive {
        /// The directive's section.
        section: String,
        /// The directive's key.
        key: String,
        /// The fault.
        fault: &'static str,
    },
    /// Shell that would break the package on the machine.
    #[error("{subject} {fault}")]
    Shell {
        /// The template, or the script.
        subject: String,
        /// The fault.
        fault: ShellFault,
    },
}

impl ServiceError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Template(error) => error.hint(),
            Self::Path(_) => None,
            Self::Shell { .. } => Some(
                "compare your templates with the built-in ones: `reldeb template show NAME`".into(),
            ),
            Self::Directive { section, .. } => Some(format!(
                "write `Key = \"value\"` or `Key = [\"one\", \"two\"]` below `[service.systemd.{section}]`"
            )),
        }
    }
}

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
    /// Moves of conffiles, first as dpkg-maintscript-helper(1) asks.
    Conffiles,
    /// The system user.
    Account,
    /// Directories, the cookie, owners of secrets.
    Ground,
    /// The author's hooks that run before the service is touched.
    HookBefore,
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
    HookLast,
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

/// Files and fragments for one package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contribution {
    /// Files of the package.
    pub entries: Vec<(PackagePath, Entry)>,
    /// Pieces of the package's maintainer scripts, in no order.
    pub fragments: Vec<Fragment>,
}

/// Renders everything that a package does on a machine beside unpacking the release: unit, init
/// script, defaults, command, and the fragments of the maintainer scripts.
///
/// # Errors
/// [`ServiceError`] names the template, the path or the directive at fault.
pub fn contribute(life: &Life, templates: &Templates) -> Result<Contribution, ServiceError> {
    with(life, templates, |contributor| {
        package::contribute(life, contributor)?;
        if let Some(service) = &life.service {
            if service.systemd {
                systemd::contribute(service, contributor)?;
            }
            if has_init_script(service) {
                init::contribute(service, contributor)?;
            }
        }
        Ok(())
    })
}

/// Renders the fragments that need to know every path of the package ([`Life::paths`]).
///
/// # Errors
/// [`ServiceError`] names the template at fault.
pub fn contribute_paths(life: &Life, templates: &Templates) -> Result<Vec<Fragment>, ServiceError> {
    let contribution = with(life, templates, |contributor| {
        paths::contribute(life, contributor)
    })?;
    Ok(contribution.fragments)
}

fn with(
    life: &Life,
    templates: &Templates,
    contribute: impl FnOnce(&mut Contributor<'_>) -> Result<(), ServiceError>,
) -> Result<Contribution, ServiceError> {
    let context = Context::new(life);
    let mut contributor = Contributor {
        context: &context,
        templates,
        contribution: Contribution::default(),
    };
    contribute(&mut contributor)?;
    Ok(contributor.contribution)
}

/// Collects the files and fragments that the parts of this room render.
struct Contributor<'a> {
    context: &'a Context<'a>,
    templates: &'a Templates,
    contribution: Contribution,
}

impl Contributor<'_> {
    fn render(&self, template: &str) -> Result<String, ServiceError> {
        Ok(self.templates.render(template, self.context)?)
    }

    /// Adds a rendered file of root.
    fn file(&mut self, path: &str, mode: u32, template: &str) -> Result<(), ServiceError> {
        let text = self.render(template)?;
        self.bytes(path, mode, template, text.into_bytes(), false)
    }

    /// Adds a rendered conffile of root.
    fn conffile(&mut self, path: &str, mode: u32, template: &str) -> Result<(), ServiceError> {
        let text = self.render(template)?;
        self.bytes(path, mode, template, text.into_bytes(), true)
    }

    /// Lets only root and the group of the service read the file that was added last.
    fn protect(&mut self, group: &str) {
        if let Some((_, entry)) = self.contribution.entries.last_mut() {
            entry.owner = Owner::new("root", group);
            entry.mode = 0o640;
        }
    }

    fn bytes(
        &mut self,
        path: &str,
        mode: u32,
        template: &str,
        bytes: Vec<u8>,
        conffile: bool,
    ) -> Result<(), ServiceError> {
        let content = Content::Bytes(Arc::from(bytes));
        let mut entry = Entry::regular(content, mode, Origin::Template(template.into()));
        if let Kind::Regular { conffile: mark, .. } = &mut entry.kind {
            *mark = conffile;
        }
        self.contribution
            .entries
            .push((PackagePath::new(path)?, entry));
        Ok(())
    }

    /// Adds a fragment.
    fn fragment(
        &mut self,
        script: Script,
        step: Step,
        template: &'static str,
    ) -> Result<(), ServiceError> {
        let text = self.render(template)?;
        self.text(script, step, template, text);
        Ok(())
    }

    fn text(&mut self, script: Script, step: Step, template: &'static str, text: String) {
        self.contribution.fragments.push(Fragment {
            script,
            step,
            template,
            text,
        });
    }
}
