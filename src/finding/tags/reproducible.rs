//! Findings about what makes the same package differ from build to build.

use super::super::Severity;
use super::super::tag::{Tag, tags};

tags! {
    /// A file holds the path of the machine that built it.
    ///
    /// It tells who built the package and where, and makes it another one in another directory.
    ///
    /// Map the path when compiling: `--remap-path-prefix` of rustc, `-ffile-prefix-map` of GCC,
    /// `-trimpath` of Go.
    BUILD_PATH: Info = "build-path";

    /// A file that gzip made holds the time of its making.
    ///
    /// The package is another one at each build.
    ///
    /// Compress with `gzip -n`.
    TIME_IN_GZIP: Warning = "time-in-gzip", lintian "package-contains-timestamped-gzip";

    /// A file is older than Debian.
    ///
    /// A time before 1975 is that of a clock that was not set, or of nothing at all.
    ///
    /// Set `SOURCE_DATE_EPOCH` to the time of the release when the package is built.
    FILE_ANCIENT: Info = "file-ancient", debian Error, lintian "package-contains-ancient-file";

    /// Files have the modes that the umask of the build machine gave them.
    ///
    /// With another umask the package is another one.
    ///
    /// Give files mode 0644, programs and directories 0755, whatever the umask: `umask 022` before the build.
    MODE_OF_UMASK: Info = "mode-of-umask";
}
