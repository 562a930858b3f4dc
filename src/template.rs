//! `Templates`: everything that is rendered, as files under `templates/`, embedded in the binary.
//! A folder of the author's may replace them one by one.

pub(crate) mod filters;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tera::{Tera, Value};

use crate::fs::{self, FsError};
use crate::message;

/// Embeds files of `templates/` under their paths relative to it.
macro_rules! embed {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../templates/", $name)))),*]
    };
}

/// Every built-in template, in the order of their names.
const BUILTIN: &[(&str, &str)] = embed![
    "init/before-install.sh",
    "init/default",
    "init/environment",
    "init/init.sh",
    "init/logrotate",
    "init/postinst.sh",
    "init/postrm.sh",
    "init/preinst.sh",
    "init/prerm.sh",
    "package/as-service.sh",
    "package/ask.sh",
    "package/changelog",
    "package/command.1",
    "package/command.sh",
    "package/conffiles.sh",
    "package/copyright",
    "package/end-processes.sh",
    "package/enter.sh",
    "package/environment.sh",
    "package/hook.sh",
    "package/make-cookie.sh",
    "package/make-secrets.sh",
    "package/number-of.sh",
    "package/offer-alternative.sh",
    "package/others.sh",
    "package/owner-of-link.sh",
    "package/port-mapper.sh",
    "package/postinst-alternatives.sh",
    "package/postinst-capabilities.sh",
    "package/postinst-debconf-end.sh",
    "package/postinst-debconf.sh",
    "package/postinst-directories.sh",
    "package/postinst-failure.sh",
    "package/postinst-groups.sh",
    "package/postinst-links.sh",
    "package/postinst-named-directories.sh",
    "package/postinst-owners.sh",
    "package/postinst-predecessor.sh",
    "package/postinst-protection.sh",
    "package/postinst-seeds.sh",
    "package/postinst-sysusers.sh",
    "package/postinst-tmpfiles.sh",
    "package/postinst-writable.sh",
    "package/postinst.sh",
    "package/postrm-debconf-purge.sh",
    "package/postrm-debconf.sh",
    "package/postrm-links.sh",
    "package/postrm-predecessor.sh",
    "package/postrm-protection.sh",
    "package/postrm-purge.sh",
    "package/postrm-release.sh",
    "package/postrm-seeds.sh",
    "package/postrm-shared.sh",
    "package/postrm.sh",
    "package/preinst-links.sh",
    "package/preinst-predecessor.sh",
    "package/preinst-protection.sh",
    "package/preinst-reinstall.sh",
    "package/preinst-release.sh",
    "package/preinst.sh",
    "package/prerm-alternatives.sh",
    "package/prerm.sh",
    "package/processes.sh",
    "package/protected-files.sh",
    "package/question.sh",
    "package/release-links.sh",
    "package/remove-leftovers.sh",
    "package/remove-processes.sh",
    "package/remove-tree.sh",
    "package/require-environment.sh",
    "package/roots-alone.sh",
    "package/run-hooks.sh",
    "package/scripts-begin.sh",
    "package/scripts-place.sh",
    "package/scripts.sh",
    "package/take-alternative-back.sh",
    "package/taken-over.sh",
    "package/wait-until-ready.sh",
    "package/writable.sh",
    "systemd/await-node.sh",
    "systemd/end-service.sh",
    "systemd/forget-instances.sh",
    "systemd/is-anothers.sh",
    "systemd/note-units.sh",
    "systemd/postinst.sh",
    "systemd/postrm.sh",
    "systemd/preinst.sh",
    "systemd/prerm.sh",
    "systemd/stop-node.sh",
    "systemd/unit.service",
    "systemd/units-in.sh",
    "systemd/units-postinst.sh",
    "systemd/units-postrm.sh",
    "systemd/units-preinst.sh",
    "systemd/units-prerm.sh",
];

/// The reason why a template cannot be loaded or rendered.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// A file replaces nothing.
    #[error("`{}` is named like no built-in template", path.display())]
    Unknown {
        /// The author's file.
        path: PathBuf,
        /// The built-in name nearest to it.
        nearest: Option<&'static str>,
    },
    /// A name that no built-in template has.
    #[error("there is no template `{name}`")]
    NoSuch {
        /// The name asked for.
        name: String,
        /// The built-in name nearest to it.
        nearest: Option<&'static str>,
    },
    /// The text is no template.
    #[error("template `{name}`{}: {cause}", at(*line))]
    Syntax {
        /// The template's name.
        name: String,
        /// The line, from 1, where the parser tells.
        line: Option<usize>,
        /// The input that the parser expected.
        cause: String,
    },
    /// The text could not be filled in.
    #[error("template `{name}`{}: {cause}", at(*line))]
    Render {
        /// The template's name.
        name: String,
        /// The line, from 1, where the cause is found.
        line: Option<usize>,
        /// The reason, such as a missing variable.
        cause: String,
    },
    /// The folder could not be read.
    #[error(transparent)]
    Read(#[from] FsError),
}

impl TemplateError {
    /// Returns a hint on what to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown {
                nearest: Some(nearest),
                ..
            }
            | Self::NoSuch {
                nearest: Some(nearest),
                ..
            } => Some(format!("did you mean `{nearest}`?")),
            Self::Unknown { .. } | Self::NoSuch { .. } => {
                Some("`reldeb template list` names all templates".into())
            }
            Self::Syntax { .. } | Self::Render { .. } => {
                Some("compare it with the built-in one: `reldeb template show NAME`".into())
            }
            Self::Read(error) => error.hint(),
        }
    }
}

fn at(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(" line {line}"))
}

/// All templates, ready to be rendered.
#[derive(Debug)]
pub struct Templates {
    sources: BTreeMap<&'static str, String>,
}

impl Templates {
    /// Returns the built-in templates.
    #[must_use]
    pub fn builtin() -> Self {
        let sources = BUILTIN
            .iter()
            .map(|(name, source)| (*name, (*source).to_owned()))
            .collect();
        Self { sources }
    }

    /// Returns the built-in templates, with those that `directory` has under the same name in
    /// their place. Hidden files and backups of editors (`~` at the end) are passed over.
    ///
    /// # Errors
    /// [`TemplateError::Unknown`] for a file that replaces nothing, [`TemplateError::Syntax`] for
    /// one that does not parse, [`TemplateError::Read`].
    pub fn with_directory(directory: &Path) -> Result<Self, TemplateError> {
        let mut templates = Self::builtin();
        for path in files_below(directory)? {
            let name = name_below(directory, &path);
            let Some((builtin, _)) = BUILTIN.iter().find(|(builtin, _)| *builtin == name) else {
                let nearest = nearest(&name);
                return Err(TemplateError::Unknown { path, nearest });
            };
            templates
                .sources
                .insert(builtin, fs::read_to_string(&path)?);
            templates.parsed(builtin)?;
        }
        Ok(templates)
    }

    /// Parses a template, and those that it includes. Few of them are asked for in one package, and all
    /// take megabytes.
    fn parsed(&self, name: &str) -> Result<Tera, TemplateError> {
        let mut tera = Tera::default();
        tera.autoescape_on(Vec::new());
        filters::register(&mut tera);
        let mut wanted = vec![name];
        while let Some(name) = wanted.pop() {
            let source = self.source(name)?;
            tera.add_raw_template(name, source)
                .map_err(|error| syntax_error(name, &error))?;
            let included = source.split("{% include \"").skip(1);
            wanted.extend(included.filter_map(|rest| rest.split('"').next()));
        }
        Ok(tera)
    }

    /// Returns the names of all templates, sorted.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.sources.keys().copied()
    }

    /// Returns the text of one template.
    ///
    /// # Errors
    /// [`TemplateError::NoSuch`].
    pub fn source(&self, name: &str) -> Result<&str, TemplateError> {
        self.sources
            .get(name)
            .map(String::as_str)
            .ok_or_else(|| no_such(name))
    }

    /// Fills in one template. A variable that is missing in `values` is an error, never an empty
    /// text.
    ///
    /// # Errors
    /// [`TemplateError::Render`], [`TemplateError::NoSuch`].
    pub fn render(&self, name: &str, values: &impl Serialize) -> Result<String, TemplateError> {
        let source = self.source(name)?;
        let context = tera::Context::from_serialize(values)
            .map_err(|error| self.render_error(name, source, &error))?;
        self.parsed(name)?
            .render(name, &context)
            .map_err(|error| self.render_error(name, source, &error))
    }

    /// Returns the error with the deepest cause, and the line whose text names its subject.
    fn render_error(&self, name: &str, source: &str, error: &tera::Error) -> TemplateError {
        let cause = deepest(error);
        // An included template is where the variable is missing: tera says "rendering 'NAME'".
        let inner = cause
            .rsplit_once("rendering '")
            .and_then(|(_, rest)| rest.split('\'').next())
            .filter(|inner| self.sources.contains_key(inner));
        let name = inner.unwrap_or(name).to_owned();
        let source = inner.map_or(source, |inner| &self.sources[inner]);
        let subject = cause
            .split(['`', '\''])
            .nth(1)
            .filter(|word| !word.is_empty());
        let line = subject.and_then(|subject| {
            let position = source.lines().position(|line| line.contains(subject))?;
            Some(position + 1)
        });
        let cause = cause
            .split(" while rendering '")
            .next()
            .unwrap_or_default()
            .to_owned();
        TemplateError::Render {
            name,
            line,
            cause: lower_first(&cause),
        }
    }
}

fn no_such(name: &str) -> TemplateError {
    TemplateError::NoSuch {
        name: name.to_owned(),
        nearest: nearest(name),
    }
}

/// Returns the built-in name nearest to `name`, where one is near.
fn nearest(name: &str) -> Option<&'static str> {
    let names = BUILTIN.iter().map(|(builtin, _)| *builtin);
    let below = |builtin: &&str| builtin.rsplit('/').next() == Some(name);
    let mut of_file = names.clone().filter(below);
    // A name without its folder, where only one folder has it.
    match (of_file.next(), of_file.next()) {
        (Some(only), None) => Some(only),
        _ => message::nearest(name, names),
    }
}

fn files_below(directory: &Path) -> Result<Vec<PathBuf>, FsError> {
    let mut found = Vec::new();
    for path in fs::read_dir(directory)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        if fs::metadata(&path)?.is_dir() {
            found.extend(files_below(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

/// Returns the path below `directory` with `/` between its components on every system.
fn name_below(directory: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(directory).unwrap_or(path);
    let components: Vec<_> = relative
        .components()
        .map(|component| component.as_os_str().to_string_lossy())
        .collect();
    components.join("/")
}

/// Returns the innermost message: tera's outer ones only say that rendering failed.
fn deepest(error: &tera::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// Returns the error for a template that does not parse. The parser draws a picture: ` -->
/// LINE:COLUMN`, then the text, then ` = what it expected`.
fn syntax_error(name: &str, error: &tera::Error) -> TemplateError {
    let picture = deepest(error);
    let line = picture
        .split_once("--> ")
        .and_then(|(_, rest)| rest.split(':').next())
        .and_then(|line| line.trim().parse().ok());
    let cause = picture
        .lines()
        .rev()
        .find_map(|text| text.trim_start().strip_prefix("= "))
        .unwrap_or(&picture);
    TemplateError::Syntax {
        name: name.to_owned(),
        line,
        cause: lower_first(cause),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// The arguments that tera passes to a filter.
type Arguments = HashMap<String, Value>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_template_parses_and_has_its_place_in_the_table() {
        let templates = Templates::builtin();
        for name in templates.names() {
            assert!(templates.parsed(name).is_ok(), "{name}");
        }
        let names: Vec<_> = templates.names().collect();
        let listed: Vec<_> = BUILTIN.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, listed, "the table is sorted and has no name twice");
    }

    #[test]
    fn every_file_below_templates_is_embedded() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut found: Vec<_> = files_below(&directory)
            .unwrap()
            .iter()
            .map(|path| name_below(&directory, path))
            // The page of a repository and the files for CI servers are in no package.
            .filter(|name| !name.starts_with("repo/") && !name.starts_with("ci/"))
            .collect();
        found.sort();
        let listed: Vec<_> = BUILTIN.iter().map(|(name, _)| *name).collect();
        assert_eq!(found, listed);
    }

    #[test]
    fn a_file_of_the_author_replaces_the_built_in_one() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("init")).unwrap();
        fs::write(&folder.path().join("init/default"), "# {{ package }}\n").unwrap();
        fs::write(&folder.path().join("init/default~"), "backup").unwrap();
        let templates = Templates::with_directory(folder.path()).unwrap();
        let text = templates
            .render("init/default", &serde_json::json!({ "package": "a&b" }))
            .unwrap();
        assert_eq!(text, "# a&b\n", "nothing is escaped for HTML");
    }

    #[test]
    fn a_file_that_replaces_nothing_is_an_error_with_the_nearest_name() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("systemd")).unwrap();
        fs::write(&folder.path().join("systemd/unit.servce"), "").unwrap();
        let error = Templates::with_directory(folder.path()).unwrap_err();
        assert!(matches!(error, TemplateError::Unknown { .. }), "{error}");
        assert_eq!(
            error.hint().as_deref(),
            Some("did you mean `systemd/unit.service`?")
        );
    }

    fn replaced(text: &str) -> Result<Templates, TemplateError> {
        let mut templates = Templates::builtin();
        templates.sources.insert("init/default", text.to_owned());
        templates.parsed("init/default")?;
        Ok(templates)
    }

    #[test]
    fn a_broken_template_says_where() {
        let error = replaced("# fine\n{% if %}\n").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("template `init/default` line 2: expected"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_variable_says_which_and_where() {
        let templates = replaced("# fine\n{{ paket }}\n").unwrap();
        let error = templates
            .render("init/default", &serde_json::json!({}))
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "template `init/default` line 2: variable `paket` not found in context"
        );
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        let templates = Templates::builtin();
        let error = templates.source("init/int.sh").unwrap_err();
        assert_eq!(error.to_string(), "there is no template `init/int.sh`");
        assert_eq!(
            error.hint().as_deref(),
            Some("did you mean `init/init.sh`?")
        );
    }
}
