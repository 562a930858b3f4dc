//! The description: the manifest's, or that of a file.

use std::path::Path;

use super::{PlanError, readme};
use crate::debian::Description;
use crate::manifest::{InvalidValue, Manifest};

/// Returns the description; `text` is that of `description-file`.
pub(super) fn resolve(manifest: &Manifest, text: Option<&str>) -> Result<Description, PlanError> {
    let table = &manifest.tables.package;
    let written = table
        .description
        .as_ref()
        .map(|written| &written.get_ref().0);
    let Some(file) = &table.description_file else {
        return written.cloned().ok_or_else(|| PlanError::Missing {
            key: "package.description",
            manifest: manifest.path().to_owned(),
            hint: "write `description = \"What it does\"` below `[package]`".to_owned(),
        });
    };
    let of_file = of_file(written, file.get_ref(), text.unwrap_or_default());
    of_file.map_err(|(message, hint)| InvalidValue::new(file.span(), message, hint).into())
}

/// Returns the description of a file; the synopsis may be written in the manifest.
fn of_file(
    written: Option<&Description>,
    file: &str,
    text: &str,
) -> Result<Description, (String, Option<String>)> {
    if written.is_some_and(|written| written.extended().iter().any(|line| !line.is_empty())) {
        let message = "`description-file` and `description` both give an extended description";
        let hint = "write only the synopsis as `description`, or leave `description-file` out";
        return Err((message.to_owned(), Some(hint.to_owned())));
    }
    // The whole file first: an error has its lines.
    let whole: Description = text
        .parse()
        .map_err(|error: crate::debian::DescriptionError| {
            (format!("`{file}` holds an {error}"), error.hint())
        })?;
    let is_markdown = Path::new(file)
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("md") || end.eq_ignore_ascii_case("markdown"));
    let text = match (is_markdown, written) {
        (false, None) => return Ok(whole),
        (false, Some(written)) => format!("{}\n{text}", written.synopsis()),
        (true, _) => {
            let paragraph = readme::paragraph(text).ok_or_else(|| {
                let message = format!("`{file}` has no paragraph of text for the description");
                (message, Some("name a file without Markdown".to_owned()))
            })?;
            match written {
                Some(written) => format!("{}\n{paragraph}", written.synopsis()),
                None => readme::first_sentence_apart(&paragraph),
            }
        }
    };
    text.parse()
        .map_err(|error: crate::debian::DescriptionError| (error.to_string(), error.hint()))
}
