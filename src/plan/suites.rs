//! The suites that the manifest declares, and the compression, which they must be able to read.

use super::BuildOptions;
use crate::audit::DeclaredSuite;
use crate::deb::{Compression, Method};
use crate::manifest::{InvalidValue, Manifest, Tables};
use crate::message;

/// Returns the suites in the manifest's order, each once.
pub(super) fn declared(manifest: &Manifest) -> Vec<DeclaredSuite> {
    let mut declared: Vec<DeclaredSuite> = Vec::new();
    for written in &manifest.tables.package.suites {
        let suite = written.get_ref().0;
        if declared.iter().all(|known| known.suite != suite) {
            let place = manifest.place(&written.span());
            declared.push(DeclaredSuite { suite, place });
        }
    }
    declared
}

/// Returns the compression: the command line's, the manifest's, or xz, which dpkg of every
/// Debian reads.
///
/// # Errors
/// [`InvalidValue`] where dpkg of a declared suite cannot read it.
pub(super) fn compression(
    tables: &Tables,
    options: &BuildOptions,
) -> Result<Compression, InvalidValue> {
    let written = tables.build.compression.as_ref();
    let asked = options
        .compression
        .or(written.map(|written| written.get_ref().0));
    let compression = asked.unwrap_or_default();
    let method = compression.method();
    let mut declared = tables.package.suites.iter();
    let unread = declared.find_map(|declared| {
        let version = method.unread_before(declared.get_ref().0)?;
        Some((declared, version))
    });
    let Some((declared, version)) = unread else {
        return Ok(compression);
    };
    let suite = declared.get_ref().0;
    let read = Method::ALL
        .into_iter()
        .filter(|method| method.unread_before(suite).is_none())
        .map(|method| format!("`{}`", method.name()));
    // The command line has no place in the manifest, but the suite has.
    let (span, option) = match (options.compression, written) {
        (None, Some(written)) => (written.span(), ""),
        _ => (declared.span(), " of `--compression`"),
    };
    let message = format!(
        "compression `{}`{option} cannot be read on {suite}, which is in `suites`: its dpkg is older \
         than {version}, expected {}",
        method.name(),
        message::either(&read.collect::<Vec<_>>())
    );
    let hint = format!(
        "write `xz` (smallest) or `gzip` (fastest), or take `{}` out of `suites`",
        suite.name
    );
    Err(InvalidValue::new(span, message, Some(hint)))
}
