//! `Place`: the arguments that name a repository.

use crate::repo::RepoError;
use crate::repo::store::target::{Target, TargetError};
use crate::repo::store::{S3Options, Store};
use clap::Args;

use super::super::session::{Environment, Failure};

#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub(in crate::cli) struct Place {
    /// The repository: a folder, or `s3://BUCKET/PREFIX`
    #[arg(value_name = "TARGET")]
    pub(in crate::cli) target: String,
    #[command(flatten)]
    pub(in crate::cli) server: Server,
}

/// The arguments on an object store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(in crate::cli) struct Server {
    /// The address of an object store that is not of AWS [default: the variable `AWS_ENDPOINT_URL`]
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) endpoint: Option<String>,
    /// Nobody else publishes at the same time, so that the store need not know conditions
    #[arg(long)]
    pub(in crate::cli) single_writer: bool,
}

impl Place {
    /// Opens the store.
    pub(in crate::cli) fn open(
        &self,
        environment: &Environment,
    ) -> Result<Box<dyn Store>, Failure> {
        let target: Target = self.target.parse().map_err(|error: TargetError| {
            let failure = Failure::new(error.to_string());
            match error.hint() {
                Some(hint) => failure.with_hint(hint),
                None => failure,
            }
        })?;
        let mut options = S3Options::from_variables(|name| environment.get(name).cloned());
        options.endpoint = self.server.endpoint.clone().or(options.endpoint);
        options.single_writer = self.server.single_writer;
        let store = target.open(&options);
        store.map_err(|error| self.failed(&RepoError::Store(error)))
    }

    /// Returns whether several may publish at the same time.
    pub(in crate::cli) fn is_shared(&self) -> bool {
        !self.server.single_writer
    }

    /// Returns the failure of a work on the repository.
    pub(in crate::cli) fn failed(&self, error: &RepoError) -> Failure {
        let failure = match error {
            RepoError::NoRepository => Failure::new(format!("no repository in `{}`", self.target)),
            error => Failure::new(error.to_string()),
        };
        match error.hint() {
            Some(hint) => failure.with_hint(hint.replace("TARGET", &self.target)),
            None => failure,
        }
    }
}
