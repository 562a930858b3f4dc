//! Requests to an object store: signed, with limits of time, and told in words where they fail.

use std::collections::hash_map::RandomState;
use std::fs::File;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::time::{Duration, SystemTime};

use rusty_s3::{Bucket as Address, Credentials, S3Action};
use ureq::Agent;
use ureq::http::{HeaderMap, Request, Response, header};
use ureq::tls::TlsConfig;

use super::super::target::Bucket;
use super::super::{StoreError, Token};
use super::answer;
use super::options::S3Options;
use crate::fs;

/// The time for which a signature counts: as long as the largest file may take.
const SIGNED_FOR: Duration = Duration::from_secs(3600);
/// The size of an answer that nobody needs.
const LARGEST: u64 = 1 << 30;
/// How often a request is tried of which the answer tells to try again.
pub(super) const ATTEMPTS: u32 = 7;
/// How often it is tried where nobody takes it.
const ATTEMPTS_TO_CONNECT: u32 = 3;

/// The way to one bucket.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
    pub(super) address: Address,
    pub(super) credentials: Credentials,
}

/// The bytes of a request.
pub(super) enum Body<'a> {
    None,
    Bytes(&'a [u8]),
    File(File),
}

/// An answer, be it good or bad.
pub(super) struct Answer {
    pub(super) status: u16,
    headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// A request without an answer.
pub(super) struct Silence {
    pub(super) words: String,
    /// The store may have got the request.
    pub(super) sent: bool,
}

impl Client {
    pub(super) fn open(bucket: &Bucket, options: &S3Options) -> Result<Self, StoreError> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // The signature is for one host.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(Some(Duration::from_secs(10)))
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_per_read(Some(Duration::from_secs(30)))
            .timeout_per_write(Some(Duration::from_secs(30)))
            .timeout_recv_response(Some(Duration::from_secs(60)))
            .user_agent(concat!("reldeb/", env!("CARGO_PKG_VERSION")))
            .tls_config(TlsConfig::builder().root_certs(options.roots()?).build())
            .build();
        Ok(Self {
            agent: config.into(),
            address: options.address(bucket)?,
            credentials: options.credentials(bucket)?,
        })
    }

    /// Sends one request, once. The names of headers are in lower case.
    pub(super) fn ask<'a, A: S3Action<'a>>(
        &self,
        mut action: A,
        headers: &[(&'static str, String)],
        body: Body,
    ) -> Result<Answer, Silence> {
        for (name, value) in headers {
            action.headers_mut().insert(*name, value.clone());
        }
        let url = action.sign(SIGNED_FOR);
        let mut request = Request::builder()
            .method(A::METHOD.to_str())
            .uri(url.as_str());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let sent = match body {
            Body::None => request.body(()).map(|request| self.agent.run(request)),
            Body::Bytes(bytes) => request.body(bytes).map(|request| self.agent.run(request)),
            Body::File(file) => request.body(file).map(|request| self.agent.run(request)),
        };
        let response = sent.map_err(ureq::Error::from).and_then(|outcome| outcome);
        response.and_then(Answer::read).map_err(Silence::of)
    }

    /// Sends a request that changes nothing, until there is an answer that counts.
    pub(super) fn read<'a, A: S3Action<'a> + Clone>(
        &self,
        place: &str,
        action: &A,
    ) -> Result<Answer, StoreError> {
        let mut attempt = 0;
        loop {
            let outcome = self.ask(action.clone(), &[], Body::None);
            attempt += 1;
            match outcome {
                Ok(answer) if answer.is_transient() && attempt < ATTEMPTS => {}
                Ok(answer) => return Ok(answer),
                Err(silence) if silence.may_try(attempt) => {}
                Err(silence) => return Err(silence.error(place)),
            }
            pause(attempt);
        }
    }
}

/// Waits before the next attempt: longer each time, and not as long as others do.
pub(super) fn pause(attempt: u32) {
    let base = 50_u64 << attempt.min(6);
    let random = RandomState::new().build_hasher().finish();
    std::thread::sleep(Duration::from_millis(base + random % base));
}

pub(super) fn system_time(time: jiff::Timestamp) -> SystemTime {
    let seconds = u64::try_from(time.as_second()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

impl Answer {
    fn read(mut response: Response<ureq::Body>) -> Result<Self, ureq::Error> {
        let body = response
            .body_mut()
            .with_config()
            .limit(LARGEST)
            .read_to_vec()?;
        let (head, _) = response.into_parts();
        let answer = Self {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
        };
        // What is not what was stored did not come.
        match answer.sum() {
            Some(sum) if answer.status == 200 && !answer.body.is_empty() => {
                if sum == super::super::sum_of(&answer.body) {
                    Ok(answer)
                } else {
                    Err(io::Error::other("the file came with other bytes than were stored").into())
                }
            }
            _ => Ok(answer),
        }
    }

    pub(super) fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns whether the store is busy, out of order, or wants the request again.
    pub(super) fn is_transient(&self) -> bool {
        matches!(self.status, 408 | 429 | 500 | 502 | 503 | 504)
            || self.status == 400 && answer::code(&self.body).as_deref() == Some("RequestTimeout")
    }

    /// Returns whether it is about the bucket, not about a file in it.
    pub(super) fn is_of_bucket(&self) -> bool {
        answer::code(&self.body).as_deref() == Some("NoSuchBucket")
    }

    pub(super) fn words(&self) -> String {
        let region = self.header("x-amz-bucket-region");
        answer::words(self.status, &self.body, region)
    }

    pub(super) fn error(&self, place: &str) -> StoreError {
        StoreError::Answer {
            place: place.into(),
            words: self.words(),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(super) fn token(&self) -> Option<Token> {
        Some(Token(self.header("etag")?.into()))
    }

    /// Returns the SHA-256 that was stored with the file.
    pub(super) fn sum(&self) -> Option<&str> {
        self.header("x-amz-meta-sha256")
    }

    pub(super) fn size(&self) -> Option<u64> {
        self.header(header::CONTENT_LENGTH.as_str())?.parse().ok()
    }

    pub(super) fn modified(&self) -> Option<SystemTime> {
        let text = self.header("last-modified")?;
        let time = jiff::fmt::rfc2822::parse(text).ok()?;
        Some(system_time(time.timestamp()))
    }
}

impl Silence {
    fn of(error: ureq::Error) -> Self {
        use ureq::{Error, Timeout};
        // The texts of other errors have the address in them, and with it the signature.
        let (words, sent) = match error {
            Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
                ("no connection in time".into(), false)
            }
            Error::Timeout(_) => ("no answer in time".into(), true),
            Error::HostNotFound => ("no such host".into(), false),
            Error::ConnectionFailed => ("no connection".into(), false),
            Error::Io(error) => match error.kind() {
                io::ErrorKind::ConnectionRefused => (fs::reason(&error), false),
                io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe => ("the connection broke off".into(), true),
                _ => (fs::reason(&error), true),
            },
            Error::Rustls(error) => (error.to_string(), false),
            Error::Tls(words) => (words.into(), false),
            Error::InvalidProxyUrl => ("the address of the proxy is none".into(), false),
            Error::BodyExceedsLimit(_) => ("more than 1 GiB in one answer".into(), true),
            _ => ("its answer is not HTTP".into(), true),
        };
        Self { words, sent }
    }

    pub(super) fn may_try(&self, attempt: u32) -> bool {
        let attempts = if self.sent {
            ATTEMPTS
        } else {
            ATTEMPTS_TO_CONNECT
        };
        attempt < attempts
    }

    pub(super) fn error(self, place: &str) -> StoreError {
        StoreError::Unreachable {
            place: place.into(),
            words: self.words,
        }
    }
}
