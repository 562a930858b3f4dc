//! An object store on loopback, `moto`, started once for all tests of a run.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{project, skip};

/// Prints its port and runs until its standard input ends, which it does with the tests.
const SERVER: &str = r#"
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"#;

const OWNER: &str = "AWS4-HMAC-SHA256 Credential=owner/20260101/us-east-1/s3/aws4_request, \
    SignedHeaders=host, Signature=0";

/// The server, and buckets that no other test has.
#[derive(Debug)]
pub(crate) struct Moto {
    /// Keeps its standard input open.
    _server: Child,
    /// `127.0.0.1:PORT`.
    pub(crate) address: String,
}

impl Moto {
    /// Returns the server, or says why the test is skipped.
    pub(crate) fn get() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<Moto>> = OnceLock::new();
        let server = SERVER.get_or_init(Self::start).as_ref();
        if server.is_none() {
            skip("needs moto (tests/setup test)");
        }
        server
    }

    fn start() -> Option<Self> {
        let python = project().join("target/moto/bin/python");
        if !python.exists() {
            return None;
        }
        let mut server = Command::new(python)
            .args(["-c", SERVER])
            // Listings of several pages, without thousands of files.
            .env("MOTO_S3_DEFAULT_MAX_KEYS", "3")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut port = String::new();
        let output = server.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut port).unwrap();
        Some(Self {
            _server: server,
            address: format!("127.0.0.1:{}", port.trim()),
        })
    }

    /// Makes a bucket, and returns its name.
    pub(crate) fn bucket(&self) -> String {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("bucket-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        ureq::put(format!("http://{}/{name}", self.address))
            .send_empty()
            .unwrap();
        name
    }

    /// Lets everybody read all that is in a bucket, now and later.
    pub(crate) fn publish(&self, bucket: &str) {
        let policy = format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": "*",
                "Action": "s3:GetObject", "Resource": "arn:aws:s3:::{bucket}/*"}}]}}"#
        );
        ureq::put(format!("http://{}/{bucket}?policy", self.address))
            .header("authorization", OWNER)
            .send(policy)
            .unwrap();
    }

    /// Lets everybody read a bucket, or a file in it.
    pub(crate) fn open_to_all(&self, path: &str) {
        ureq::put(format!("http://{}/{path}?acl", self.address))
            .header("x-amz-acl", "public-read")
            // moto knows who it is, and does not check it.
            .header("authorization", OWNER)
            .send_empty()
            .unwrap();
    }
}
