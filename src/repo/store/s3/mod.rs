//! A repository in an object store that speaks S3.
//!
//! A write has a condition, and an answer that got lost is looked up: what is stored tells by its
//! SHA-256 whether it is ours.

use std::fs::File;

use rusty_s3::S3Action;
use rusty_s3::actions::{ListObjectsV2, ListObjectsV2Response, PutObject};
use sha2::{Digest, Sha256};

use super::target::Bucket;
use super::{
    Caching, Expected, Listed, Object, Source, Store, StoreError, Token, Written, check_path,
    hexadecimal, read_pieces, sum_of,
};
use crate::fs::{self, FsError};

mod answer;
mod client;
mod options;

use client::{ATTEMPTS, Answer, Body, Client, pause};
pub use options::S3Options;

/// The most bytes that S3 takes in one request.
const LARGEST: u64 = 5 << 30;

/// A bucket, or the part of one below a prefix, as a store.
#[derive(Debug)]
pub struct S3Store {
    client: Client,
    bucket: Bucket,
    single_writer: bool,
}

/// Bytes to be written, summed up.
struct Content<'a> {
    source: Source<'a>,
    size: u64,
    sum: String,
}

/// The findings of a look at a path, after an answer got lost.
enum Found {
    /// The bytes that were to be written.
    Ours(Token),
    /// The state that the write expected.
    Expected,
    /// Another state.
    Other,
}

/// Returns a hint to the words of [`StoreError::Answer`].
pub(super) fn hint(words: &str) -> Option<String> {
    answer::hint(words).map(Into::into)
}

impl S3Store {
    /// Makes a store of a bucket. Nothing is asked of it yet.
    ///
    /// # Errors
    ///
    /// Fails where the options are not enough or not right.
    pub fn open(bucket: &Bucket, options: &S3Options) -> Result<Self, StoreError> {
        Ok(Self {
            client: Client::open(bucket, options)?,
            bucket: bucket.clone(),
            single_writer: options.single_writer,
        })
    }

    /// Returns the address at which everybody reads a file, where the store lets them.
    #[must_use]
    pub fn public_address(&self, path: &str) -> String {
        let url = self.client.address.object_url(&self.key(path));
        url.as_str().into()
    }

    fn key(&self, path: &str) -> String {
        if self.bucket.prefix.is_empty() {
            path.into()
        } else {
            format!("{}/{path}", self.bucket.prefix)
        }
    }

    /// Returns a path as messages name it.
    fn place(&self, path: &str) -> String {
        format!("s3://{}/{}", self.bucket.name, self.key(path))
    }

    /// Asks for a file, and returns no answer where there is none.
    fn answer_of<'a, A: S3Action<'a> + Clone>(
        &self,
        path: &str,
        action: &A,
    ) -> Result<Option<Answer>, StoreError> {
        let place = self.place(path);
        let answer = self.client.read(&place, action)?;
        match answer.status {
            200 => Ok(Some(answer)),
            404 if !answer.is_of_bucket() => Ok(None),
            _ => Err(answer.error(&place)),
        }
    }

    fn head(&self, path: &str) -> Result<Option<Answer>, StoreError> {
        check_path(path)?;
        let (client, key) = (&self.client, self.key(path));
        let action = client.address.head_object(Some(&client.credentials), &key);
        self.answer_of(path, &action)
    }

    fn token_of(&self, path: &str, answer: &Answer) -> Result<Token, StoreError> {
        answer.token().ok_or_else(|| StoreError::Answer {
            place: self.place(path),
            words: "nothing of the state of the file: its answer has no `ETag`".into(),
        })
    }

    /// Looks whether a write has happened.
    fn look_up(
        &self,
        path: &str,
        content: &Content,
        expected: &Expected,
    ) -> Result<Found, StoreError> {
        let Some(head) = self.head(path)? else {
            return Ok(match expected {
                Expected::State(_) => Found::Other,
                Expected::Any | Expected::Absent => Found::Expected,
            });
        };
        let token = self.token_of(path, &head)?;
        let same = match head.sum() {
            Some(sum) => sum == content.sum,
            None => self.sum(path)?.as_ref() == Some(&content.sum),
        };
        Ok(match expected {
            _ if same => Found::Ours(token),
            Expected::Any => Found::Expected,
            Expected::State(state) if *state == token => Found::Expected,
            Expected::State(_) | Expected::Absent => Found::Other,
        })
    }

    /// Sends a file, once.
    fn send(
        &self,
        path: &str,
        content: &Content,
        headers: &[(&'static str, String)],
    ) -> Result<Result<Answer, client::Silence>, StoreError> {
        let body = match content.source {
            Source::Bytes(bytes) => Body::Bytes(bytes),
            Source::File(file, _) => Body::File(fs::open(file)?),
        };
        let (client, key) = (&self.client, self.key(path));
        let action = PutObject::new(&client.address, Some(&client.credentials), &key);
        Ok(client.ask(action, headers, body))
    }

    /// Returns the outcome that an answer means, or none where it is to be tried again.
    fn outcome(
        &self,
        path: &str,
        answer: &Answer,
        expected: &Expected,
    ) -> Result<Option<Written>, StoreError> {
        match answer.status {
            _ if answer.is_good() => self.token_of(path, answer).map(Written::Done).map(Some),
            412 => Ok(Some(Written::Unexpected)),
            404 if matches!(expected, Expected::State(_)) && !answer.is_of_bucket() => {
                Ok(Some(Written::Unexpected))
            }
            // Another one writes to the path at this moment.
            409 => Ok(None),
            _ if answer.is_transient() => Ok(None),
            _ => Err(answer.error(&self.place(path))),
        }
    }

    /// Sends a file until it is known to be written or not.
    fn write(
        &self,
        path: &str,
        content: &Content,
        expected: &Expected,
        headers: &[(&'static str, String)],
    ) -> Result<Written, StoreError> {
        let mut open = None;
        let mut attempt = 0;
        loop {
            let sent = self.send(path, content, headers)?;
            attempt += 1;
            let conflict = matches!(&sent, Ok(answer) if answer.status == 409);
            match sent {
                Ok(answer) => match self.outcome(path, &answer, expected)? {
                    // It may be our own write, of an attempt before, that is in the way.
                    Some(Written::Unexpected) if open.is_some() => {}
                    Some(written) => return Ok(written),
                    None if conflict => {}
                    None => open = Some(answer.words()),
                },
                Err(silence) if silence.sent => open = Some(silence.words),
                Err(silence) if open.is_some() || silence.may_try(attempt) => {}
                Err(silence) => return Err(silence.error(&self.place(path))),
            }
            if let Some(words) = &open {
                let lost = || StoreError::Lost {
                    path: self.place(path),
                    words: words.clone(),
                };
                let found = self.look_up(path, content, expected);
                match found.map_err(|_| lost())? {
                    Found::Ours(token) => return Ok(Written::Done(token)),
                    Found::Other => return Ok(Written::Unexpected),
                    Found::Expected if attempt >= ATTEMPTS => return Err(lost()),
                    Found::Expected => {}
                }
            } else if conflict && attempt >= ATTEMPTS {
                return Ok(Written::Unexpected);
            }
            pause(attempt);
        }
    }

    /// Returns whether a path is in a state, for a store that does not look itself.
    fn is_expected(&self, path: &str, expected: &Expected) -> Result<bool, StoreError> {
        let token = match self.head(path)? {
            Some(head) => Some(self.token_of(path, &head)?),
            None => None,
        };
        Ok(match expected {
            Expected::Any => true,
            Expected::Absent => token.is_none(),
            Expected::State(state) => token.as_ref() == Some(state),
        })
    }

    fn page(
        &self,
        prefix: &str,
        mark: Option<String>,
    ) -> Result<ListObjectsV2Response, StoreError> {
        let client = &self.client;
        let mut action = client.address.list_objects_v2(Some(&client.credentials));
        action.with_prefix(self.key(prefix));
        if let Some(mark) = mark {
            action.with_continuation_token(mark);
        }
        let place = self.place(prefix);
        let answer = client.read(&place, &action)?;
        if !answer.is_good() {
            return Err(answer.error(&place));
        }
        let text = String::from_utf8(answer.body).ok();
        let page = text.and_then(|text| ListObjectsV2::parse_response(&text).ok());
        page.ok_or_else(|| StoreError::Answer {
            place,
            words: "something that is no listing".into(),
        })
    }
}

impl Store for S3Store {
    fn get(&self, path: &str) -> Result<Option<Object>, StoreError> {
        check_path(path)?;
        let (client, key) = (&self.client, self.key(path));
        let action = client.address.get_object(Some(&client.credentials), &key);
        let Some(answer) = self.answer_of(path, &action)? else {
            return Ok(None);
        };
        Ok(Some(Object {
            token: self.token_of(path, &answer)?,
            modified: answer.modified(),
            bytes: answer.body,
        }))
    }

    fn facts(&self, path: &str) -> Result<Option<Listed>, StoreError> {
        let head = self.head(path)?;
        Ok(head.map(|head| Listed {
            path: path.into(),
            size: head.size().unwrap_or(0),
            modified: head.modified(),
        }))
    }

    fn sum(&self, path: &str) -> Result<Option<String>, StoreError> {
        let head = self.head(path)?;
        if let Some(sum) = head.as_ref().and_then(Answer::sum) {
            return Ok(Some(sum.into()));
        }
        Ok(self.get(path)?.map(|object| sum_of(&object.bytes)))
    }

    fn refusal(&self, path: &str) -> Option<String> {
        let key = self.key(path);
        let action = self.client.address.get_object(None, &key);
        let answer = self.client.read(&self.place(path), &action).ok()?;
        (!answer.is_good()).then(|| answer.words())
    }

    fn put(
        &self,
        path: &str,
        source: Source,
        expected: &Expected,
        caching: Caching,
    ) -> Result<Written, StoreError> {
        check_path(path)?;
        let content = Content::of(source)?;
        let mut headers = content.headers(path, caching);
        if self.single_writer {
            if !self.is_expected(path, expected)? {
                return Ok(Written::Unexpected);
            }
        } else {
            headers.extend(match expected {
                Expected::Any => None,
                Expected::Absent => Some(("if-none-match", "*".into())),
                Expected::State(token) => Some(("if-match", token.0.clone())),
            });
        }
        self.write(path, &content, expected, &headers)
    }

    fn list(&self, prefix: &str) -> Result<Vec<Listed>, StoreError> {
        let top = self.key("");
        let mut found = Vec::new();
        let mut mark = None;
        loop {
            let page = self.page(prefix, mark)?;
            for file in page.contents {
                let Some(path) = file.key.strip_prefix(&top) else {
                    continue;
                };
                // Consoles make files of this name to show a folder.
                if path.is_empty() || path.ends_with('/') {
                    continue;
                }
                let modified = file.last_modified.as_deref();
                let modified = modified.and_then(|time| time.parse().ok());
                found.push(Listed {
                    path: path.into(),
                    size: file.size.unwrap_or(0),
                    modified: modified.map(client::system_time),
                });
            }
            mark = page.next_continuation_token;
            if mark.is_none() {
                break;
            }
        }
        found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        Ok(found)
    }

    fn remove(&self, path: &str) -> Result<(), StoreError> {
        check_path(path)?;
        let (client, key) = (&self.client, self.key(path));
        let action = client
            .address
            .delete_object(Some(&client.credentials), &key);
        let place = self.place(path);
        // Once more does no harm.
        let answer = client.read(&place, &action)?;
        if answer.is_good() || answer.status == 404 && !answer.is_of_bucket() {
            Ok(())
        } else {
            Err(answer.error(&place))
        }
    }
}

impl<'a> Content<'a> {
    fn of(source: Source<'a>) -> Result<Self, StoreError> {
        let (size, sum) = match source {
            Source::Bytes(bytes) => (bytes.len() as u64, sum_of(bytes)),
            Source::File(path, _) => {
                let mut file: File = fs::open(path)?;
                let mut size = 0;
                let mut hash = Sha256::new();
                read_pieces(&mut file, path, |piece| -> Result<(), FsError> {
                    size += piece.len() as u64;
                    hash.update(piece);
                    Ok(())
                })?;
                (size, hexadecimal(&hash.finalize()))
            }
        };
        match source {
            Source::File(path, _) if size > LARGEST => {
                let path = path.into();
                Err(StoreError::TooLarge { path, size })
            }
            Source::File(path, expected) => {
                super::check_unchanged(path, expected, &sum)?;
                Ok(Self { source, size, sum })
            }
            Source::Bytes(_) => Ok(Self { source, size, sum }),
        }
    }

    fn headers(&self, path: &str, caching: Caching) -> Vec<(&'static str, String)> {
        let caching = match caching {
            Caching::Ask => "no-cache",
            Caching::Forever => "public, max-age=31536000, immutable",
        };
        vec![
            ("cache-control", caching.into()),
            ("content-length", self.size.to_string()),
            ("content-type", kind(path).into()),
            ("x-amz-meta-sha256", self.sum.clone()),
        ]
    }
}

/// Returns the media type of a file by its name.
fn kind(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.').map_or(name, |(_, ending)| ending) {
        "deb" => "application/vnd.debian.binary-package",
        "xz" => "application/x-xz",
        "gz" => "application/gzip",
        "html" => "text/html; charset=utf-8",
        "json" => "application/json",
        "InRelease" | "Release" | "Packages" | "asc" | "sources" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
