//! `[control-files]`: further files of the control archive, read from the build machine.

use crate::manifest::Spanned;

use crate::deb::ControlMember;
use crate::fs;
use crate::manifest::{InvalidValue, Manifest, ManifestError};

/// The script that debconf runs before the package is unpacked.
const CONFIG: &str = "config";

/// Names that `[debconf]` has keys for.
const OF_DEBCONF: [&str; 2] = ["templates", CONFIG];

/// Reads the files, in the order of their names.
///
/// # Errors
/// [`ManifestError`] names the file that cannot be read, or that another table makes.
pub(crate) fn read(manifest: &Manifest) -> Result<Vec<ControlMember<'static>>, ManifestError> {
    let tables = &manifest.tables;
    let files = tables.control_files.iter();
    let files = files.map(|(name, source)| {
        let text = name.get_ref().as_str();
        if OF_DEBCONF.contains(&text) && tables.debconf.is_some() {
            let message = format!("control file `{text}` is made by other means");
            let hint = Some(format!("write it as `{text}` of `[debconf]`"));
            return Err(manifest.locate(InvalidValue::new(name.span(), message, hint)));
        }
        member(manifest, text, source)
    });
    files.collect()
}

/// Reads one file of the control archive.
///
/// # Errors
/// [`ManifestError`] where there is no such file.
pub(super) fn member(
    manifest: &Manifest,
    name: &str,
    source: &Spanned<String>,
) -> Result<ControlMember<'static>, ManifestError> {
    let path = manifest.resolve(source.get_ref());
    if !path.is_file() {
        let message = format!(
            "file `{}` of control file `{name}` does not exist",
            source.get_ref()
        );
        let hint = manifest.looked_for(source.get_ref());
        return Err(manifest.locate(InvalidValue::new(source.span(), message, hint)));
    }
    Ok(ControlMember {
        name: name.to_owned(),
        mode: if name == CONFIG { 0o755 } else { 0o644 },
        content: fs::read(&path)?.into(),
    })
}
