//! An object store: what is particular to it, and its bad days.

use reldeb::internals::repo::store::probe::probe;
use reldeb::internals::repo::store::target::Bucket;
use reldeb::internals::repo::store::{
    Caching, Expected, S3Options, S3Store, Source, Store, StoreError, Token, Written,
};

use super::contract::{self, done, put};
use crate::faults::{Fault, Proxy};
use crate::moto::Moto;

const SECRET: &str = "a/very+secret/text";

fn options(endpoint: &str) -> S3Options {
    S3Options {
        endpoint: Some(endpoint.into()),
        key: Some("AKIATEST".into()),
        secret: Some(SECRET.into()),
        ..S3Options::default()
    }
}

pub(super) fn open(endpoint: &str, name: &str) -> S3Store {
    let bucket = Bucket {
        name: name.into(),
        prefix: "apt/x".into(),
    };
    S3Store::open(&bucket, &options(endpoint)).unwrap()
}

/// A store behind a proxy, and the bucket behind both.
pub(super) struct Behind {
    pub(super) store: S3Store,
    pub(super) direct: S3Store,
    pub(super) proxy: Proxy,
    bucket: String,
}

impl Behind {
    pub(super) fn proxy(
        fate: impl Fn(usize, &str) -> Fault + Send + Sync + 'static,
    ) -> Option<Self> {
        let moto = Moto::get()?;
        let bucket = moto.bucket();
        let proxy = Proxy::before(&moto.address, fate);
        Some(Self {
            store: open(&proxy.endpoint, &bucket),
            direct: open(&format!("http://{}", moto.address), &bucket),
            proxy,
            bucket,
        })
    }

    fn put(&self, expected: &Expected) -> Result<Written, StoreError> {
        let bytes = Source::Bytes(b"new");
        self.store.put("file", bytes, expected, Caching::Ask)
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        let object = self.direct.get("file").unwrap();
        object.map(|object| object.bytes)
    }

    /// The message of an error, checked for secrets, with `BUCKET` for the bucket.
    fn message(&self, error: &StoreError) -> String {
        let text = format!("{error} {error:?} {:?}", error.hint());
        assert!(
            !text.contains(SECRET) && !text.contains("Signature="),
            "{text}"
        );
        error.to_string().replace(&self.bucket, "BUCKET")
    }
}

#[test]
fn an_object_store_keeps_the_contract() {
    let Some(moto) = Moto::get() else { return };
    let endpoint = format!("http://{}", moto.address);
    contract::check(&open(&endpoint, &moto.bucket()));
    let bucket = Bucket {
        name: moto.bucket(),
        prefix: String::new(),
    };
    let options = S3Options {
        single_writer: true,
        ..options(&endpoint)
    };
    contract::check(&S3Store::open(&bucket, &options).unwrap());
}

#[test]
fn programs_at_an_object_store_see_each_other() {
    let Some(moto) = Moto::get() else { return };
    let (endpoint, bucket) = (format!("http://{}", moto.address), moto.bucket());
    let program = || Box::new(open(&endpoint, &bucket)) as Box<dyn Store>;
    contract::one_of_many_racers_wins(&program);
    contract::no_addition_is_lost(&program);
}

#[test]
fn a_file_has_its_type_and_its_time() {
    let Some(moto) = Moto::get() else { return };
    let bucket = moto.bucket();
    let store = open(&format!("http://{}", moto.address), &bucket);
    let cases = [
        (
            "pool/a_1.deb",
            Caching::Forever,
            "application/vnd.debian.binary-package",
        ),
        (
            "dists/a/InRelease",
            Caching::Ask,
            "text/plain; charset=utf-8",
        ),
        (
            "dists/a/main/binary-amd64/Packages.xz",
            Caching::Ask,
            "application/x-xz",
        ),
        ("index.html", Caching::Ask, "text/html; charset=utf-8"),
    ];
    for (path, caching, kind) in cases {
        store
            .put(path, Source::Bytes(b"x"), &Expected::Absent, caching)
            .unwrap();
        assert_eq!(store.refusal(path).unwrap(), "403");
        moto.open_to_all(&format!("{bucket}/apt/x/{path}"));
        assert_eq!(store.refusal(path), None);
        let answer = ureq::get(store.public_address(path)).call().unwrap();
        let header = |name| answer.headers().get(name).unwrap().to_str().unwrap();
        let time = match caching {
            Caching::Ask => "no-cache",
            Caching::Forever => "public, max-age=31536000, immutable",
        };
        assert_eq!(
            (header("content-type"), header("cache-control")),
            (kind, time)
        );
    }
}

#[test]
fn a_write_survives_what_happens_to_it() {
    let once = |number: usize, fault| if number == 0 { fault } else { Fault::None };
    for fault in [
        Fault::None,
        Fault::Answer(503, "SlowDown"),
        Fault::Answer(500, "InternalError"),
        Fault::Answer(409, "ConditionalRequestConflict"),
        Fault::Answer(400, "RequestTimeout"),
        Fault::Cut,
        Fault::Lost,
        Fault::Torn,
    ] {
        let Some(new) = Behind::proxy(move |number, _| once(number, fault)) else {
            return;
        };
        let token = done(new.put(&Expected::Absent).unwrap());
        assert_eq!(new.bytes(), Some(b"new".to_vec()), "{fault:?}");
        assert_eq!(new.store.get("file").unwrap().unwrap().token, token);

        let old = Behind::proxy(move |number, _| once(number, fault)).unwrap();
        let state = done(put(&old.direct, "file", b"old", &Expected::Any));
        done(old.put(&Expected::State(state)).unwrap());
        assert_eq!(old.bytes(), Some(b"new".to_vec()), "{fault:?}");

        let full = Behind::proxy(move |number, _| once(number, fault)).unwrap();
        done(put(&full.direct, "file", b"other", &Expected::Any));
        assert_eq!(full.put(&Expected::Absent).unwrap(), Written::Unexpected);
        let state = Expected::State(Token("\"old\"".into()));
        assert_eq!(full.put(&state).unwrap(), Written::Unexpected);
        assert_eq!(full.bytes(), Some(b"other".to_vec()), "{fault:?}");
    }
}

#[test]
fn a_write_costs_one_request() {
    let Some(behind) = Behind::proxy(|_, _| Fault::None) else {
        return;
    };
    done(behind.put(&Expected::Absent).unwrap());
    let requests = behind.proxy.requests();
    assert_eq!(requests, [format!("PUT /{}/apt/x/file", behind.bucket)]);
}

#[test]
fn reading_survives_what_happens_to_it() {
    for fault in [
        Fault::Answer(503, "SlowDown"),
        Fault::Cut,
        Fault::Lost,
        Fault::Torn,
    ] {
        let fate = move |number: usize, _: &str| {
            if number.is_multiple_of(2) {
                fault
            } else {
                Fault::None
            }
        };
        let Some(behind) = Behind::proxy(fate) else {
            return;
        };
        let bytes = vec![b'x'; 100_000];
        done(put(&behind.direct, "file", &bytes, &Expected::Any));
        let object = behind.store.get("file").unwrap().unwrap();
        assert_eq!(object.bytes, bytes, "{fault:?}");
        assert_eq!(behind.store.get("none").unwrap(), None);
        assert_eq!(behind.store.list("").unwrap().len(), 1);
        behind.store.remove("file").unwrap();
        assert_eq!(behind.bytes(), None);
    }
}

#[test]
fn what_cannot_be_known_is_said() {
    // The write arrives, and nothing comes back any more.
    let fate = |number, _: &str| if number == 0 { Fault::Lost } else { Fault::Cut };
    let Some(behind) = Behind::proxy(fate) else {
        return;
    };
    let error = behind.put(&Expected::Absent).unwrap_err();
    assert_eq!(
        behind.message(&error),
        "`s3://BUCKET/apt/x/file`: the answer of the store got lost: the connection broke off"
    );
    assert_eq!(
        error.hint().unwrap(),
        "run it again: it finds out how far it came"
    );
    assert_eq!(behind.bytes(), Some(b"new".to_vec()));
}

#[test]
fn refusals_are_told_with_what_to_do() {
    let cases = [
        (
            Fault::Answer(403, "AccessDenied"),
            "403 AccessDenied: A test",
            "the key needs `s3:GetObject`, `s3:PutObject` and `s3:DeleteObject` for what is in \
             the bucket, and `s3:ListBucket` for the bucket",
        ),
        (
            Fault::Answer(404, "NoSuchBucket"),
            "404 NoSuchBucket: A test",
            "make the bucket first, or check its name and `--endpoint`",
        ),
        (
            Fault::Answer(501, "NotImplemented"),
            "501 NotImplemented: A test",
            "take a store that knows conditions, or write from one job only with \
             `--single-writer`",
        ),
    ];
    for (fault, words, hint) in cases {
        let Some(behind) = Behind::proxy(move |_, _| fault) else {
            return;
        };
        for error in [
            behind.put(&Expected::Absent).unwrap_err(),
            behind.store.get("file").unwrap_err(),
            behind.store.remove("file").unwrap_err(),
        ] {
            let message = behind.message(&error);
            assert_eq!(
                message,
                format!("`s3://BUCKET/apt/x/file`: the store says {words}")
            );
            assert_eq!(error.hint().unwrap(), hint);
        }
        let error = behind.store.list("dists/").unwrap_err();
        let message = behind.message(&error);
        assert_eq!(
            message,
            format!("`s3://BUCKET/apt/x/dists/`: the store says {words}")
        );
        assert_eq!(behind.bytes(), None);
    }
}

#[test]
fn a_store_that_is_not_there_is_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let store = open(&endpoint, "apt");
    let message = "`s3://apt/apt/x/a`: the store cannot be reached: connection refused";
    assert_eq!(store.get("a").unwrap_err().to_string(), message);
    let written = store.put("a", Source::Bytes(b""), &Expected::Absent, Caching::Ask);
    assert_eq!(written.unwrap_err().to_string(), message);
}

#[test]
fn a_store_is_probed() {
    let Some(honest) = Behind::proxy(|_, _| Fault::None) else {
        return;
    };
    probe(&honest.store, "s3://apt").unwrap();
    assert_eq!(honest.direct.list("").unwrap(), []);

    let careless = Behind::proxy(|_, _| Fault::Unconditional).unwrap();
    let error = probe(&careless.store, "s3://apt").unwrap_err();
    assert_eq!(
        careless.message(&error),
        "`s3://apt`: the store ignores `If-None-Match`: of two jobs at the same time one would \
         lose its packages"
    );
    assert_eq!(
        error.hint().unwrap(),
        "take another store, or make sure that only one job writes and say so with \
         `--single-writer`"
    );
    assert_eq!(careless.direct.list("").unwrap(), []);
}

#[test]
fn options_that_do_not_fit_are_named() {
    let bucket = Bucket {
        name: "apt".into(),
        prefix: String::new(),
    };
    let message = |change: fn(&mut S3Options)| {
        let mut options = options("http://127.0.0.1:1");
        change(&mut options);
        S3Store::open(&bucket, &options).unwrap_err().to_string()
    };
    assert_eq!(
        message(|options| options.key = None),
        "the variable `AWS_ACCESS_KEY_ID` is not set: expected the key of `s3://apt`"
    );
    assert_eq!(
        message(|options| options.secret = None),
        "the variable `AWS_SECRET_ACCESS_KEY` is not set: expected the key of `s3://apt`"
    );
    for endpoint in ["minio:9000", "localhost", "ftp://x"] {
        let wrong = S3Store::open(&bucket, &options(endpoint)).unwrap_err();
        assert_eq!(
            wrong.to_string(),
            format!("`{endpoint}` is no endpoint: expected `https://HOST` or `http://HOST:PORT`")
        );
    }
    assert_eq!(
        message(|options| options.certificates = Some("/dev/null".into())),
        "`/dev/null` has no certificates: expected PEM blocks `CERTIFICATE`"
    );
}

#[test]
fn options_come_from_the_variables_of_others() {
    let options = S3Options::from_variables(|name| match name {
        "AWS_SECRET_ACCESS_KEY" => Some(format!("{SECRET}\n")),
        "AWS_ENDPOINT_URL" => Some("https://other".into()),
        "AWS_ENDPOINT_URL_S3" => Some("https://first".into()),
        "AWS_DEFAULT_REGION" => Some("eu-west-1".into()),
        "AWS_SESSION_TOKEN" => Some(String::new()),
        _ => None,
    });
    assert_eq!(options.secret.as_deref(), Some(SECRET));
    assert_eq!(options.endpoint.as_deref(), Some("https://first"));
    assert_eq!(options.region.as_deref(), Some("eu-west-1"));
    assert_eq!((options.key, options.session), (None, None));
}
