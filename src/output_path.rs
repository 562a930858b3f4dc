//! `OutputPath`: a path for packages, in which names such as `{version}` stand for what is known when
//! they are made.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::debian::ControlFile;
use crate::fs;
use crate::message::{nearest, ticked};

/// A file or a folder for packages, as manifest or command line name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputPath(pub(crate) Written);

/// The forms of an [`OutputPath`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written {
    /// A path without names.
    Plain(PathBuf),
    /// A file whose name has names in it, in a folder.
    Pattern { folder: PathBuf, file: FilePattern },
}

/// The name of a file with names in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilePattern(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Name(Name),
}

/// Something that is known of a package when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Package,
    Version,
    UpstreamVersion,
    Revision,
    Architecture,
}

impl Name {
    const ALL: [(&'static str, Self); 5] = [
        ("name", Self::Package),
        ("version", Self::Version),
        ("upstream-version", Self::UpstreamVersion),
        ("revision", Self::Revision),
        ("architecture", Self::Architecture),
    ];

    fn of(self, control: &ControlFile) -> String {
        let version = &control.version;
        match self {
            Self::Package => control.package.to_string(),
            Self::Version => version.without_epoch(),
            Self::UpstreamVersion => version.upstream_version().to_owned(),
            Self::Revision => version.debian_revision().unwrap_or_default().to_owned(),
            Self::Architecture => control.architecture.to_string(),
        }
    }
}

impl FilePattern {
    /// Returns the name of the file of a package.
    pub(crate) fn file_name(&self, control: &ControlFile) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Name(name) => name.of(control),
        };
        self.0.iter().map(part).collect()
    }

    /// Returns whether packages of different names have different files.
    pub(crate) fn tells_packages_apart(&self) -> bool {
        self.0.contains(&Part::Name(Name::Package))
    }
}

impl OutputPath {
    /// Returns whether a word between braces stands for something of the package.
    pub(crate) fn is_name(word: &str) -> bool {
        Name::ALL.iter().any(|(name, _)| *name == word)
    }

    /// Returns whether the path says itself that it is a folder, by a slash at its end.
    pub(crate) fn is_folder(&self) -> bool {
        match &self.0 {
            Written::Plain(path) => fs::path_bytes(path).ends_with(b"/"),
            Written::Pattern { .. } => false,
        }
    }
}

impl From<PathBuf> for OutputPath {
    /// Takes a path as it is: no brace in it means anything.
    fn from(path: PathBuf) -> Self {
        Self(Written::Plain(path))
    }
}

impl FromStr for OutputPath {
    type Err = OutputPathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // No name has a slash in it.
        let (folder, file) = text.split_at(text.rfind('/').map_or(0, |slash| slash + 1));
        let folder = parse(text, folder)?;
        let file = parse(text, file)?;
        if let Some(name) = first_name(&folder) {
            let (text, name) = (text.to_owned(), name.to_string());
            return Err(OutputPathError::InFolder { text, name });
        }
        let folder = literal(&folder);
        if first_name(&file).is_none() {
            return Ok(Self(Written::Plain((folder + &literal(&file)).into())));
        }
        if !text.ends_with(".deb") {
            let text = text.to_owned();
            return Err(OutputPathError::NoFile { text });
        }
        Ok(Self(Written::Pattern {
            folder: folder.into(),
            file: FilePattern(file),
        }))
    }
}

fn first_name(parts: &[Part]) -> Option<Name> {
    parts.iter().find_map(|part| match part {
        Part::Name(name) => Some(*name),
        Part::Text(_) => None,
    })
}

/// Returns the text of parts without names.
fn literal(parts: &[Part]) -> String {
    let text = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Name(_) => String::new(),
    };
    parts.iter().map(text).collect()
}

/// Reads the names in a part of a path.
fn parse(whole: &str, text: &str) -> Result<Vec<Part>, OutputPathError> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(brace) = rest.find('{') {
        parts.push(Part::Text(rest[..brace].to_owned()));
        rest = &rest[brace + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            parts.push(Part::Text("{".to_owned()));
            rest = after;
            continue;
        }
        let text = || whole.to_owned();
        let (word, after) = rest
            .split_once('}')
            .ok_or_else(|| OutputPathError::Unclosed { text: text() })?;
        let known = Name::ALL.iter().find(|(known, _)| *known == word);
        let (_, name) = known.ok_or_else(|| OutputPathError::Unknown {
            text: text(),
            name: word.to_owned(),
        })?;
        parts.push(Part::Name(*name));
        rest = after;
    }
    parts.push(Part::Text(rest.to_owned()));
    Ok(parts)
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = Self::ALL.iter();
        f.write_str(
            all.find(|(_, name)| name == self)
                .map_or("", |(word, _)| word),
        )
    }
}

/// The reason why a text is no path for packages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutputPathError {
    /// A name in braces that stands for nothing.
    #[error("`{{{name}}}` in `{text}` stands for nothing")]
    Unknown {
        /// The text as written.
        text: String,
        /// The name.
        name: String,
    },
    /// A brace without its other.
    #[error("`{{` in `{text}` has no `}}` behind it")]
    Unclosed {
        /// The text as written.
        text: String,
    },
    /// A name before the last slash.
    #[error("`{{{name}}}` in `{text}` is in the name of a folder, expected it in that of the file")]
    InFolder {
        /// The text as written.
        text: String,
        /// The name.
        name: String,
    },
    /// Names in a path that is not that of a package.
    #[error("`{text}` has names in it, but does not end in `.deb`")]
    NoFile {
        /// The text as written.
        text: String,
    },
}

impl OutputPathError {
    /// Returns a hint on what to write.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        const BRACE: &str = "write `{{` for a brace";
        Some(match self {
            Self::Unknown { name, .. } => {
                let known = Name::ALL.map(|(known, _)| known);
                if let Some(near) = nearest(name, known) {
                    return Some(format!("did you mean `{{{near}}}`?"));
                }
                let known = known.map(|known| format!("{{{known}}}"));
                format!("there are {}; {BRACE}", ticked(&known))
            }
            Self::Unclosed { .. } => BRACE.to_owned(),
            Self::InFolder { .. } => "one folder has the packages of all names".to_owned(),
            Self::NoFile { .. } => {
                "write `{name}_{version}_{architecture}.deb` behind it".to_owned()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_what_is_known() {
        let control = ControlFile {
            version: "1:2.0~rc.1-3".parse().unwrap(),
            ..crate::debian::orders()
        };
        #[rustfmt::skip]
        let table = [
            ("{name}.deb", "", "orders.deb"),
            ("a/b/{name}_{version}_{architecture}.deb", "a/b/", "orders_2.0~rc.1-3_amd64.deb"),
            ("/x{{}/{{{upstream-version}}-{revision}.deb", "/x{}/", "{2.0~rc.1}-3.deb"),
        ];
        for (text, folder, file) in table {
            let Written::Pattern {
                folder: read,
                file: pattern,
            } = text.parse::<OutputPath>().unwrap().0
            else {
                panic!("{text}");
            };
            assert_eq!(
                (read, pattern.file_name(&control).as_str()),
                (folder.into(), file)
            );
        }
        for (text, path) in [
            ("dist", "dist"),
            ("a/{{x}.deb", "a/{x}.deb"),
            ("a/", "a/"),
            ("", ""),
        ] {
            assert_eq!(
                text.parse(),
                Ok(OutputPath::from(PathBuf::from(path))),
                "{text}"
            );
        }
    }

    #[test]
    fn each_fault_has_its_message_and_hint() {
        #[rustfmt::skip]
        let table = [
            ("{nam}.deb", "`{nam}` in `{nam}.deb` stands for nothing", "did you mean `{name}`?"),
            ("x/{}.deb", "`{}` in `x/{}.deb` stands for nothing",
             "there are `{name}`, `{version}`, `{upstream-version}`, `{revision}` and `{architecture}`; write `{{` for a brace"),
            ("{name", "`{` in `{name` has no `}` behind it", "write `{{` for a brace"),
            ("{name}/{version}.deb", "`{name}` in `{name}/{version}.deb` is in the name of a folder, expected it in that of the file",
             "one folder has the packages of all names"),
            ("dist/{name}", "`dist/{name}` has names in it, but does not end in `.deb`",
             "write `{name}_{version}_{architecture}.deb` behind it"),
        ];
        for (text, message, hint) in table {
            let error = text.parse::<OutputPath>().unwrap_err();
            assert_eq!(error.to_string(), message);
            assert_eq!(error.hint().as_deref(), Some(hint), "{text}");
        }
    }
}
