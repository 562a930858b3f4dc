//! The parts of the rooms that the tests look at. They are no offer of the library, and change without
//! notice.
#![allow(missing_docs)]

pub mod audit {
    pub use crate::audit::{SearchRules, audit};
}

pub mod control {
    pub mod maintainer_scripts {
        pub use crate::control::maintainer_scripts::MaintainerScripts;
    }
}

pub mod deb {
    pub use crate::deb::{
        ArchiveError, ControlContent, ControlMember, DataKind, DataSummary, Deb, DebSummary,
        DebWriter, Memory, WriteOptions, gzip, packed_sizes, write_data,
    };
}

pub mod deployment {
    pub use crate::deployment::{ConffileChange, Deployment, Script};
}

pub mod elf {
    pub mod facts {
        pub use crate::elf::facts::{ElfError, ElfFacts};
    }
}

pub mod erlang {
    pub use crate::erlang::beam;
}

pub mod escape {
    pub use crate::escape::is_unprintable;
}

pub mod finding {
    pub use crate::finding::{Finding, Severity};
    pub mod tags {
        pub use crate::finding::tags::{SUBJECTS, all, find};
    }
}

pub mod fpm {
    pub use crate::fpm::{Fate, FpmOption, OPTIONS, OptionKind};
}

pub mod fs {
    pub use crate::fs::{metadata, open, read, read_dir, read_to_string, write};
}

pub mod init {
    pub use crate::init::{InitEnvironment, InitError, Proposal, propose};
}

pub mod lint {
    pub use crate::lint::{Policy, check_deb, read_as_dpkg};
}

pub mod manifest {
    pub use crate::manifest::{Environment, Manifest, ManifestError, Problem, Spanned, schema};
}

pub mod pipeline {
    pub use crate::pipeline::{Prepared, prepare};
}

pub mod plan {
    pub use crate::plan::BuildOptions;
}

pub mod rehearse {
    pub use crate::rehearse::{
        Ids, Init, NotDone, Options, Process, Rehearsal, RootChoice, Roots, Run, ServiceState,
        Snapshot, Start, Step, Stop, System, SystemError, TIMED_OUT, Variant, mirror, rehearse,
    };
}

pub mod release {
    pub use crate::release::{CookieValue, Release, ReleaseError, Wanted, kinds};
    pub mod preset {
        pub use crate::release::preset::preset;
    }
}

pub mod repo {
    pub use crate::repo::{
        Clock, Outline, PageWish, Publisher, RepoError, SystemClock, Validity, add, init, list,
        refresh, verify,
    };
    pub mod signing {
        pub use crate::repo::signing::{Signer, SigningKey};
    }
    pub mod store {
        pub use crate::repo::store::{
            Caching, Expected, FolderStore, S3Options, S3Store, Source, Store, StoreError, Token,
            Written,
        };
        pub mod probe {
            pub use crate::repo::store::probe::probe;
        }
        pub mod target {
            pub use crate::repo::store::target::Bucket;
        }
    }
}

pub mod template {
    pub use crate::template::Templates;
}

pub mod tree {
    pub use crate::tree::{Content, Entry, Kind, Origin, Owner, PackagePath, Tree};
}

pub mod vocabulary {
    pub use crate::vocabulary::Readiness;
}
