//! `--template-scripts`: `<%= name %>` in scripts, which is all of ERB that is understood.

use std::path::Path;

use super::error::FpmError;
use crate::message::ticked;

/// The values by their names.
pub(super) type Values = Vec<(String, String)>;

/// Fills the tags of a script.
///
/// # Errors
/// [`FpmError::Template`] shows a tag that is not understood.
pub(super) fn fill(text: &str, path: &Path, values: &Values) -> Result<String, FpmError> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("<%") {
        filled.push_str(&rest[..start]);
        let tag = &rest[start..];
        let end = tag.find("%>").map(|end| end + 2);
        let tag = &tag[..end.unwrap_or_else(|| tag.find('\n').unwrap_or(tag.len()))];
        let value = value(tag, values).ok_or_else(|| FpmError::Template {
            tag: tag.to_owned(),
            path: path.to_owned(),
            known: known(values),
        })?;
        filled.push_str(value);
        rest = &rest[start + tag.len()..];
        if tag.ends_with("-%>") {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
        }
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Returns the value of a tag.
fn value<'a>(tag: &str, values: &'a Values) -> Option<&'a str> {
    let inner = tag.strip_prefix("<%=")?.strip_suffix("%>")?;
    let key = inner.strip_suffix('-').unwrap_or(inner).trim();
    let mut values = values.iter().rev();
    values
        .find(|(name, _)| name == key)
        .map(|(_, value)| &**value)
}

fn known(values: &Values) -> String {
    let tags: Vec<String> = values
        .iter()
        .map(|(name, _)| format!("<%= {name} %>"))
        .collect();
    ticked(&tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_filled() {
        let values = vec![
            ("name".to_owned(), "orders".to_owned()),
            ("x".into(), "1".into()),
        ];
        let fill = |text: &str| fill(text, Path::new("s"), &values).map_err(|it| it.to_string());
        assert_eq!(
            fill("a <%= name %>-<%=x%>\n<%= x -%>\nb").unwrap(),
            "a orders-1\n1b"
        );
        for (text, tag) in [
            ("<% if x %>", "<% if x %>"),
            ("<%= attributes[:x] %>", "<%= attributes[:x] %>"),
            ("<%= open\nx", "<%= open"),
        ] {
            assert_eq!(fill(text), Err(format!("`{tag}` in `s` is not understood")));
        }
    }
}
