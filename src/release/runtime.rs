//! An Erlang runtime from a folder of the build machine, for releases that bring none.

use std::path::{Path, PathBuf};

use super::erlang::Erts;
use super::error::ReleaseError;
use super::files::{Exclude, FileKind, ReleaseFile, Walk};
use crate::fs;

/// The folder of the runtime in the release.
const FOLDER: &str = "erlang";

/// The variables that make erlexec, called as `erl`, run from where it is: those that the `erl` of an
/// installation sets to the place that it was configured for.
pub(super) const ENVIRONMENT: &[(&str, &str)] = &[
    ("BINDIR", "ERTS/bin"),
    ("EMU", "beam"),
    (
        "PATH",
        "RELEASE/erlang/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ),
    ("PROGNAME", "erl"),
    ("ROOTDIR", "RELEASE/erlang"),
];

/// Adds the files of an installed Erlang, with an `erl` that runs from any place.
pub(super) fn add(
    walk: &mut Walk,
    runtime: &Path,
    exclude: &mut Exclude<'_>,
) -> Result<Erts, ReleaseError> {
    super::findings::require_directory(runtime)?;
    let version = fs::read_dir(runtime)?.into_iter().find_map(|path| {
        let version = path
            .file_name()?
            .to_str()?
            .strip_prefix("erts-")?
            .to_owned();
        path.join("bin/erlexec").is_file().then_some(version)
    });
    let boots = runtime.join("bin/start.boot").is_file();
    let Some(version) = version.filter(|_| boots) else {
        return Err(ReleaseError::NotARuntime(runtime.to_owned()));
    };
    walk.add_tree(runtime, FOLDER, exclude)?;
    let erl = format!("{FOLDER}/bin/erl").into_bytes();
    walk.files.retain(|file| file.path != erl);
    walk.files.push(ReleaseFile {
        path: erl,
        kind: FileKind::Symlink {
            target: format!("../erts-{version}/bin/erlexec").into_bytes(),
        },
        mode: 0o777,
        has_twin: false,
        source: None,
    });
    Ok(Erts {
        directory: PathBuf::from(format!("{FOLDER}/erts-{version}")),
        version,
        included: true,
    })
}
