//! Publishing to stores on bad days: no package is lost, and the repository stays valid.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use reldeb::debian::{ArchiveSuite, Component};
use reldeb::internals::repo::signing::{Signer, SigningKey};
use reldeb::internals::repo::store::{FolderStore, Store};
use reldeb::internals::repo::{
    Outline, PageWish, Publisher, RepoError, Validity, add, init, list, verify,
};
use tempfile::TempDir;

use super::s3::{Behind, open};
use crate::faults::Fault;
use crate::forged::{self, Package};
use crate::moto::Moto;

/// One who publishes to the suite `stable`, and packages to publish.
struct Job {
    signer: Signer,
    packages: TempDir,
}

impl Job {
    fn new() -> Self {
        let key = SigningKey::generate("Example", None).unwrap();
        Self {
            signer: Signer::Keys(vec![key]),
            packages: TempDir::new().unwrap(),
        }
    }

    fn publisher<'a>(&'a self, store: &'a dyn Store) -> Publisher<'a> {
        Publisher::new(store, &self.signer)
    }

    fn init(&self, store: &dyn Store) {
        let outline = Outline {
            origin: Some("Example".into()),
            label: None,
            description: None,
            components: vec![main()],
            architectures: vec!["amd64".parse().unwrap()],
            validity: Validity::AsBefore,
            adopt: false,
            page: PageWish::AsBefore,
        };
        init(&self.publisher(store), &stable(), &outline).unwrap();
    }

    fn package(&self, name: &str) -> PathBuf {
        let path = self.packages.path().join(format!("{name}_1.0_all.deb"));
        let control = forged::CONTROL.replace("hostile", name);
        let package = Package::new(forged::below(&[])).control(control);
        std::fs::write(&path, package.bytes()).unwrap();
        path
    }

    fn add(&self, store: &dyn Store, package: &Path) -> Result<(), RepoError> {
        let packages = [package.to_path_buf()];
        add(&self.publisher(store), &stable(), &main(), &packages).map(drop)
    }

    /// The names of all packages, of a repository without a fault.
    #[track_caller]
    fn published(&self, store: &dyn Store) -> Vec<String> {
        let keys = self.signer.public();
        let verification = verify(store, &keys, &[], SystemTime::now(), true).unwrap();
        let errors = verification.faults.iter().filter(|fault| fault.error);
        let errors: Vec<_> = errors.collect();
        assert!(errors.is_empty(), "{errors:?}");
        let listings = list(store, &keys, &[]).unwrap();
        let entries = listings.into_iter().flat_map(|listing| listing.entries);
        entries.map(|entry| entry.package).collect()
    }
}

fn stable() -> ArchiveSuite {
    "stable".parse().unwrap()
}

fn main() -> Component {
    "main".parse().unwrap()
}

/// Many jobs publish one package each at the same time.
fn publish_at_once(jobs: usize, program: &(dyn Fn() -> Box<dyn Store> + Sync)) {
    let job = Job::new();
    job.init(&*program());
    let names: Vec<String> = (10..10 + jobs).map(|number| format!("p{number}")).collect();
    std::thread::scope(|scope| {
        for name in &names {
            let package = job.package(name);
            let job = &job;
            scope.spawn(move || job.add(&*program(), &package).unwrap());
        }
    });
    assert_eq!(job.published(&*program()), names);
}

#[test]
fn jobs_at_a_folder_lose_no_package() {
    let folder = TempDir::new().unwrap();
    publish_at_once(30, &|| Box::new(FolderStore::new(folder.path())));
}

#[test]
fn jobs_at_an_object_store_lose_no_package() {
    let Some(moto) = Moto::get() else { return };
    let (endpoint, bucket) = (format!("http://{}", moto.address), moto.bucket());
    publish_at_once(6, &|| Box::new(open(&endpoint, &bucket)));
}

/// As many as docs/performance.md tells.
#[test]
fn one_more_package_costs_eight_requests() {
    let Some(behind) = Behind::proxy(|_, _: &str| Fault::None) else {
        return;
    };
    let job = Job::new();
    job.init(&behind.direct);
    job.add(&behind.direct, &job.package("first")).unwrap();
    job.add(&behind.store, &job.package("second")).unwrap();
    let requests = behind.proxy.requests();
    assert_eq!(requests.len(), 8, "{requests:#?}");
}

#[test]
fn one_fault_at_any_request_is_no_fault() {
    for fault in [Fault::Lost, Fault::Torn] {
        for number in 0.. {
            let at = move |request, _: &str| {
                if request == number {
                    fault
                } else {
                    Fault::None
                }
            };
            let Some(behind) = Behind::proxy(at) else {
                return;
            };
            let job = Job::new();
            job.init(&behind.direct);
            job.add(&behind.store, &job.package("orders")).unwrap();
            assert_eq!(
                job.published(&behind.direct),
                ["orders"],
                "{fault:?} {number}"
            );
            if behind.proxy.requests().len() <= number {
                break;
            }
        }
    }
}

#[test]
fn a_job_that_dies_at_any_request_is_healed_by_the_next() {
    // As many as one publication has, and one more.
    std::thread::scope(|scope| {
        for last in 0..12 {
            for arrives in [false, true] {
                scope.spawn(move || die_and_heal(last, arrives));
            }
        }
    });
}

/// A job of which the network goes away at a request, which may arrive.
fn die_and_heal(last: usize, arrives: bool) {
    let fate = move |number: usize, _: &str| match number {
        _ if number < last => Fault::None,
        _ if number == last && arrives => Fault::Lost,
        _ => Fault::Cut,
    };
    let Some(behind) = Behind::proxy(fate) else {
        return;
    };
    let job = Job::new();
    job.init(&behind.direct);
    let first = job.package("first");
    let outcome = job.add(&behind.store, &first);
    let there = job.published(&behind.direct);
    if outcome.is_ok() {
        assert_eq!(there, ["first"], "{last} {arrives}");
    }
    job.add(&behind.direct, &first).unwrap();
    job.add(&behind.direct, &job.package("second")).unwrap();
    assert_eq!(job.published(&behind.direct), ["first", "second"]);
}
