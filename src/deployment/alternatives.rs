//! `[alternatives]`: the choices of the machine that the package offers itself for, see
//! update-alternatives(1).

use std::collections::BTreeMap;

use crate::manifest::Spanned;
use serde::Serialize;

use super::alternative_groups;
use super::directories::OTHERS;
use super::{Contributor, Deployment, DeploymentError, Facts, Script, Step};
use crate::files;
use crate::manifest::{AlternativeTable, Checked, InvalidValue, SlaveTable, TextOr, WrittenPath};
use crate::tree::PackagePath;

/// A choice of the machine that the package offers itself for, or that an earlier version did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alternative {
    /// The link to what is chosen.
    #[serde(flatten)]
    pub master: AlternativeLink,
    /// The priority: the highest one is chosen where the sysadmin has not.
    pub priority: i32,
    /// The links that follow the choice.
    pub slaves: Vec<AlternativeLink>,
    /// True where only earlier versions offered it.
    pub removed: bool,
    /// Its line in the manifest.
    #[serde(skip)]
    pub line: usize,
}

/// A link that update-alternatives(1) keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlternativeLink {
    /// The link itself.
    pub link: PackagePath,
    /// The name in the registry.
    pub name: String,
    /// The file of the package.
    pub path: PackagePath,
}

/// Returns the alternatives in the order of their links.
pub(super) fn resolve(facts: &Facts<'_>) -> Result<Vec<Alternative>, InvalidValue> {
    let mut taken = Taken::default();
    let table = facts.manifest.tables.alternatives.iter();
    let alternatives = table.map(|(link, written)| {
        let alternative = Alternative {
            line: facts.manifest.line(&link.span()),
            ..alternative(link, written)?
        };
        let links = std::iter::once(&alternative.master).chain(&alternative.slaves);
        for it in links {
            taken.take(it, link)?;
        }
        Ok(alternative)
    });
    alternatives.collect()
}

fn alternative(
    link: &WrittenPath,
    written: &AlternativeTable,
) -> Result<Alternative, InvalidValue> {
    let Checked(master) = link.get_ref();
    let missing = |key: &str, hint: &str| {
        let message = format!("alternative `{master}` has no `{key}`");
        InvalidValue::new(link.span(), message, Some(hint.to_owned()))
    };
    let path = written.path.as_ref().ok_or_else(|| {
        missing(
            "path",
            "write the file of the package that it stands for: `path = \"/…\"`",
        )
    })?;
    let Checked(path) = path.get_ref();
    let name = written.name.as_ref();
    let name = name.map(|name| name.get_ref().as_str().to_owned());
    let slaves = written.slaves.iter();
    let slaves = slaves.map(|(link, slave)| self::slave(link, slave));
    let slaves: Vec<_> = slaves.collect::<Result<_, _>>()?;
    let master_link = checked(link, name, path.clone())?;
    if !written.removed {
        alternative_groups::check(&master_link, link.span())?;
        for (slave, key) in slaves.iter().zip(written.slaves.keys()) {
            alternative_groups::check(slave, key.span())?;
        }
    }
    if written.removed {
        alternative_groups::check_removed(&master_link, link.span())?;
    }
    if written.removed && (written.priority.is_some() || !slaves.is_empty()) {
        let message = format!("alternative `{master}` is removed, but has a priority or slaves");
        let hint = "leave both out, or `removed`".to_owned();
        return Err(InvalidValue::new(link.span(), message, Some(hint)));
    }
    let priority = match written.priority {
        None if !written.removed => {
            let hint =
                "write `priority = 50`: where the sysadmin chooses none, the highest is taken";
            return Err(missing("priority", hint));
        }
        written => written.unwrap_or(0),
    };
    Ok(Alternative {
        master: master_link,
        priority,
        slaves,
        removed: written.removed,
        line: 0,
    })
}

fn slave(link: &WrittenPath, slave: &TextOr<SlaveTable>) -> Result<AlternativeLink, InvalidValue> {
    let (name, path) = match slave {
        TextOr::Text(path) => (None, path),
        TextOr::Table(table) => (table.name.as_ref(), &table.path),
    };
    let name = name.map(|name| name.as_str().to_owned());
    checked(link, name, files::path(path, link.span())?)
}

/// Returns a link with its name, which is that of the link where none is given.
fn checked(
    written: &WrittenPath,
    name: Option<String>,
    path: PackagePath,
) -> Result<AlternativeLink, InvalidValue> {
    let Checked(link) = written.get_ref();
    let invalid = |message, hint: &str| {
        Err(InvalidValue::new(
            written.span(),
            message,
            Some(hint.to_owned()),
        ))
    };
    if *link == path {
        let message = format!("alternative `{link}` stands for itself");
        return invalid(message, "put the file elsewhere, and name it as `path`");
    }
    if link.as_bytes().starts_with(b"/etc/alternatives/") {
        let message = format!("alternative `{link}` lies in the registry itself");
        return invalid(
            message,
            "write the link that users know, such as `/usr/bin/editor`",
        );
    }
    let name = match name {
        Some(name) => name,
        None => String::from_utf8_lossy(link.file_name()).into_owned(),
    };
    if name.parse::<crate::manifest::AlternativeName>().is_err() {
        let message = format!("alternative `{link}` has no name that fits the registry");
        return invalid(message, "write one as `name`");
    }
    Ok(AlternativeLink {
        link: link.clone(),
        name,
        path,
    })
}

/// The names and links that are given already, each with the key that gave it.
#[derive(Default)]
struct Taken(BTreeMap<String, String>);

impl Taken {
    fn take(
        &mut self,
        it: &AlternativeLink,
        key: &Spanned<Checked<PackagePath>>,
    ) -> Result<(), InvalidValue> {
        let own = key.get_ref().0.to_string();
        // A name has no slash, a link starts with one.
        for word in [it.name.clone(), it.link.to_string()] {
            if let Some(other) = self.0.insert(word.clone(), own.clone()) {
                let message = format!("`{word}` is in the alternatives `{other}` and `{own}`");
                let hint = "give each a name and a link of its own".to_owned();
                return Err(InvalidValue::new(key.span(), message, Some(hint)));
            }
        }
        Ok(())
    }
}

/// Adds the fragments that offer the package, and take the offers back.
pub(super) fn contribute(
    deployment: &Deployment,
    contributor: &mut Contributor<'_>,
) -> Result<(), DeploymentError> {
    if deployment.registries.alternatives.is_empty() {
        return Ok(());
    }
    for functions in [
        OTHERS,
        "package/owner-of-link.sh",
        "package/offer-alternative.sh",
        "package/take-alternative-back.sh",
    ] {
        contributor.function(functions)?;
    }
    let template = "package/postinst-alternatives.sh";
    contributor.fragment(Script::Postinst, Step::Directories, template)?;
    let template = "package/prerm-alternatives.sh";
    contributor.fragment(Script::Prerm, Step::Leftovers, template)
}
