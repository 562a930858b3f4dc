//! Why a package cannot do what it should on the target.

use crate::manifest::InvalidValue;
use crate::message::ticked;
use crate::release::ReleaseError;
use crate::template::TemplateError;
use crate::tree::PathError;

/// The reason why a deployment cannot be resolved or rendered.
#[derive(Debug, thiserror::Error)]
pub enum DeploymentError {
    /// A value of the manifest that is not allowed, before its line is known.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
    /// A name that the release or the package gives is not legal.
    #[error("{message}")]
    Name {
        /// A sentence on the fault.
        message: String,
        /// A hint on what to write.
        hint: String,
    },
    /// A service without a program: nothing says which one it is.
    #[error(
        "`[service]` has no program, and the release {}",
        match &programs[..] {
            [] => "has no start script".to_owned(),
            several => format!("holds {}", ticked(several)),
        }
    )]
    NoServiceProgram {
        /// The programs that it could be, relative to the release.
        programs: Vec<String>,
    },
    /// The release has not what the service asks for.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// A template does not render.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A name or directory gives no path.
    #[error(transparent)]
    Path(#[from] PathError),
}

impl DeploymentError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Invalid(error) => error.hint.clone(),
            Self::Name { hint, .. } => Some(hint.clone()),
            Self::NoServiceProgram { programs } => {
                let example = programs.first().map_or("bin/NAME", String::as_str);
                Some(format!(
                    "write `program = \"{example}\"` below `[service]`, or `managers = []` for no service"
                ))
            }
            Self::Release(error) => error.hint(),
            Self::Template(error) => error.hint(),
            Self::Path(_) => None,
        }
    }
}
