//! How an object store is reached: options of the command line and variables of the environment.

use std::path::{Path, PathBuf};

use rusty_s3::{Bucket as Address, Credentials, UrlStyle};
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use super::super::StoreError;
use super::super::target::Bucket;
use crate::fs;

/// The certificates that a Debian system trusts, those of its own authorities among them.
const SYSTEM_CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// The address, keys and manners of an object store, besides its bucket.
#[derive(Clone, Default)]
pub struct S3Options {
    /// The address of a server that is not of AWS.
    pub endpoint: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The name of the key.
    pub key: Option<String>,
    /// The secret of the key.
    pub secret: Option<String>,
    /// The mark of a key that is lent for a session.
    pub session: Option<String>,
    /// A file with the certificates to trust, in place of those of the system.
    pub certificates: Option<PathBuf>,
    /// One program alone writes to the store, so that it need not know conditions.
    pub single_writer: bool,
}

impl S3Options {
    /// Takes the options from the variables that other programs for such stores have.
    #[must_use]
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        // A secret of a CI system often ends with a line break.
        let variable = |name: &str| {
            let value = variable(name)?.trim().to_owned();
            (!value.is_empty()).then_some(value)
        };
        Self {
            endpoint: variable("AWS_ENDPOINT_URL_S3").or_else(|| variable("AWS_ENDPOINT_URL")),
            region: variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")),
            key: variable("AWS_ACCESS_KEY_ID"),
            secret: variable("AWS_SECRET_ACCESS_KEY"),
            session: variable("AWS_SESSION_TOKEN"),
            certificates: variable("AWS_CA_BUNDLE")
                .or_else(|| variable("SSL_CERT_FILE"))
                .map(PathBuf::from),
            single_writer: false,
        }
    }

    pub(super) fn credentials(&self, bucket: &Bucket) -> Result<Credentials, StoreError> {
        let missing = |name| StoreError::NoKey {
            name,
            place: bucket.to_string(),
        };
        let key = self.key.as_ref();
        let key = key.ok_or_else(|| missing("AWS_ACCESS_KEY_ID"))?;
        let secret = self.secret.as_ref();
        let secret = secret.ok_or_else(|| missing("AWS_SECRET_ACCESS_KEY"))?;
        Ok(match &self.session {
            Some(session) => Credentials::new_with_token(key, secret, session),
            None => Credentials::new(key, secret),
        })
    }

    pub(super) fn address(&self, bucket: &Bucket) -> Result<Address, StoreError> {
        let region = self.region.clone().unwrap_or_else(|| "us-east-1".into());
        // A dot in the name does not fit the certificate of AWS.
        let style = if self.endpoint.is_some() || bucket.name.contains('.') {
            UrlStyle::Path
        } else {
            UrlStyle::VirtualHost
        };
        let endpoint = self.endpoint.clone().unwrap_or_else(|| {
            let china = if region.starts_with("cn-") { ".cn" } else { "" };
            format!("https://s3.{region}.amazonaws.com{china}")
        });
        let wrong = || StoreError::Endpoint {
            endpoint: endpoint.clone(),
        };
        let url = endpoint.parse().map_err(|_| wrong())?;
        Address::new(url, style, bucket.name.clone(), region).map_err(|_| wrong())
    }

    pub(super) fn roots(&self) -> Result<RootCerts, StoreError> {
        let system = Path::new(SYSTEM_CERTIFICATES);
        match &self.certificates {
            Some(path) => read_certificates(path),
            None if system.exists() => read_certificates(system),
            None => Ok(RootCerts::WebPki),
        }
    }
}

fn read_certificates(path: &Path) -> Result<RootCerts, StoreError> {
    let bytes = fs::read(path)?;
    let certificates: Vec<Certificate> = parse_pem(&bytes)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(StoreError::Certificates { path: path.into() });
    }
    Ok(certificates.into_iter().into())
}
