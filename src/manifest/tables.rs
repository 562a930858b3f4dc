//! The manifest's tables as written: Options, no defaults.

use std::collections::BTreeMap;
use std::ops::Range;

use super::spanned::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

use super::InvalidValue;
use super::capability::{Capability, FileCapabilities};
use super::cargo_table::CargoTable;
use super::check_table::CheckTable;
use super::checked::{Checked, FileMode, ListOrText, OffOr, OtherFields, SuiteName, TextOr};
use super::completions_table::CompletionsTable;
use super::dependency::{Dependency, names_auto};
use super::document_tables::LicenseFile;
use super::installed_size::InstalledSize;
use super::publish_table::PublishTable;
use super::registry_tables::{AlternativeTable, DebconfTable, LintianTable, TriggersTable};
use super::registry_values::MemberName;
use super::relations::Family;
use super::scripts_table::ScriptsTable;
use super::service_values::{
    Argument, DirectiveName, DirectiveValue, LimitName, LimitValue, SectionName, SymlinkTarget,
    VariableName, VariableValue, WholeUnitName,
};
use super::units_table::UnitsTable;
use super::version_table::{Epoch, VersionTable};
use crate::deb::Compression;
use crate::debian::{
    Description, Homepage, MachineName, Maintainer, MultiArch, PackageName, Priority,
    RelationField, RelationFields, Relations, Section, SourceName, Stanza, UnitName, UserName,
};
use crate::output_path::OutputPath;
use crate::release::KindWord;
use crate::tree::PackagePath;
use crate::vocabulary::{DebugSymbols, HookEvent, OnUpgrade, Readiness, ServiceDirectory};

/// A path of the package, with its place.
pub(crate) type WrittenPath = Spanned<Checked<PackagePath>>;

/// A whole manifest.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tables {
    /// The fields of the control file, and the documents of the package.
    pub package: PackageTable,
    /// The directory of a release, which goes to /opt. A package without one leaves the table out.
    pub release: ReleaseTable,
    /// The paths of the package, each with its source or a table for more.
    pub files: BTreeMap<Spanned<String>, TextOr<FileTable>>,
    /// Completions of shells for the package's commands.
    pub completions: CompletionsTable,
    /// The system user that owns state and logs and runs the service; `false`: the service runs as root.
    pub user: Option<Spanned<OffOr<UserTable>>>,
    /// The service that runs in the background. A plain program is one only where this table exists.
    pub service: Option<ServiceTable>,
    /// Units of systemd that you have written: the name of each, and its source.
    pub units: UnitsTable,
    /// Paths that earlier versions shipped elsewhere.
    pub conffiles: ConffilesTable,
    /// Your own shell at the events of the package: a line that names a file, or the text itself.
    #[schemars(schema_with = "super::schema::hooks")]
    pub hooks: BTreeMap<HookEvent, Spanned<String>>,
    /// Your own maintainer scripts, for what hooks cannot do: a file, or the text itself.
    pub scripts: ScriptsTable,
    /// Paths that a purge removes.
    pub purge: PurgeTable,
    /// Choices of the machine that the package offers itself for: the link, and what is offered.
    pub alternatives: BTreeMap<WrittenPath, AlternativeTable>,
    /// Messages between packages, deb-triggers(5).
    pub triggers: TriggersTable,
    /// Questions that debconf asks at the installation.
    pub debconf: Option<Spanned<DebconfTable>>,
    /// Further files of the control archive: the name, and the file whose content it has.
    pub control_files: BTreeMap<Spanned<MemberName>, Spanned<String>>,
    /// Tags of lintian that are overridden.
    pub lintian: LintianTable,
    /// Findings that the author means.
    pub check: CheckTable,
    /// Templates of your own in place of the built-in ones.
    pub templates: TemplatesTable,
    /// How `cargo reldeb` builds the programs.
    pub cargo: CargoTable,
    /// How and where the package is written.
    pub build: BuildTable,
    /// The repository where the package goes.
    pub publish: PublishTable,
}

impl Tables {
    /// Returns whether nothing is asked of the package but its name.
    #[must_use]
    pub fn are_empty(&self) -> bool {
        self.files.is_empty()
            && self.units.is_empty()
            && self.user.is_none()
            && self.hooks.is_empty()
            && self.scripts.are_empty()
            && self.triggers.are_empty()
            && self.debconf.is_none()
            && self.control_files.is_empty()
            && !self.package.has_relations()
    }
}

/// `[package]`: the control file.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct PackageTable {
    /// `Package`; default: the release's name.
    pub name: Option<Spanned<Checked<PackageName>>>,
    /// `Version` without the Debian revision; default: the release's version.
    pub version: Option<Spanned<TextOr<VersionTable>>>,
    /// The epoch of the version; default: none.
    pub epoch: Option<Spanned<Epoch>>,
    /// The Debian revision; default: none.
    pub revision: Option<Spanned<String>>,
    /// `Architecture`; default: that of the release's ELF files.
    pub architecture: Option<Spanned<Checked<MachineName>>>,
    /// `Maintainer`: who answers for the package, as `Name <address>`.
    pub maintainer: Option<Checked<Maintainer>>,
    /// `Description`: synopsis on the first line, the extended description below.
    pub description: Option<Spanned<Checked<Description>>>,
    /// The file with the extended description, and with the synopsis where there is no `description`.
    pub description_file: Option<Spanned<String>>,
    /// `Section`; default: `misc`.
    pub section: Option<Spanned<Checked<Section>>>,
    /// `Priority`; default: `optional`.
    pub priority: Option<Checked<Priority>>,
    /// `Homepage`: the address of the project's web site.
    pub homepage: Option<Checked<Homepage>>,
    /// The licence's short name, for the copyright file.
    pub license: Option<Spanned<String>>,
    /// The file with the text of the licence; default: those beside the manifest.
    pub license_file: Option<Spanned<TextOr<LicenseFile>>>,
    /// The holder of the copyright, for the copyright file.
    pub copyright: Option<Spanned<String>>,
    /// `Multi-Arch`; default: none.
    pub multi_arch: Option<Spanned<Checked<MultiArch>>>,
    /// `Source`: the name of the source package; default: none.
    pub source: Option<Checked<SourceName>>,
    /// `Depends`; `auto` stands for what the ELF files need.
    pub depends: Option<ListOrText<Checked<Dependency>>>,
    /// `Pre-Depends`: what must be configured before the package is unpacked.
    pub pre_depends: Option<ListOrText<Checked<Relations>>>,
    /// `Recommends`: what is installed too, unless the sysadmin says no.
    pub recommends: Option<ListOrText<Checked<Relations>>>,
    /// `Suggests`: what may be of use with the package.
    pub suggests: Option<ListOrText<Checked<Relations>>>,
    /// `Enhances`: packages that this one is of use to.
    pub enhances: Option<ListOrText<Checked<Relations>>>,
    /// `Breaks`: packages that are deconfigured while this one is there.
    pub breaks: Option<ListOrText<Checked<Relations>>>,
    /// `Conflicts`: packages that cannot be there at the same time.
    pub conflicts: Option<ListOrText<Checked<Relations>>>,
    /// `Provides`: packages that this one stands for.
    pub provides: Option<ListOrText<Checked<Relations>>>,
    /// `Replaces`: packages whose files this one may take over.
    pub replaces: Option<ListOrText<Checked<Relations>>>,
    /// The suites that the package must run on; default: none is declared.
    pub suites: Vec<Spanned<SuiteName>>,
    /// The changelog file; default: one generated entry.
    pub changelog: Option<Spanned<String>>,
    /// The changelog file of the author's project, beside that of the package; default: none.
    pub upstream_changelog: Option<Spanned<String>>,
    /// False where no copyright file, changelog and overrides for lintian are made; default: true.
    pub documents: Option<Spanned<bool>>,
    /// True where documents larger than 4 KiB are compressed, as `dh_compress` does; default: false.
    pub compress_documents: Option<bool>,
    /// `Installed-Size` in KiB; default: computed.
    pub installed_size: Option<InstalledSize>,
    /// Any other control field, such as `Bugs`.
    pub fields: OtherFields,
}

impl PackageTable {
    /// Returns the fields that only the archive asks for: those of `[package.fields]`, and any with a
    /// key of its own that nothing else is decided by.
    ///
    /// # Errors
    /// As of [`OtherFields::stanza`].
    pub fn other_fields(
        &self,
        line: impl Fn(&Range<usize>) -> usize,
    ) -> Result<Stanza, InvalidValue> {
        Ok(self.fields.stanza(line)?.clone())
    }

    /// Returns the relations of a package to others.
    ///
    /// # Errors
    /// [`InvalidValue`] where a field cannot have a relation, or the package has no such sibling.
    pub fn relations(&self, family: &Family<'_>) -> Result<RelationFields, InvalidValue> {
        let mut fields = RelationFields::default();
        let mut append = |field: RelationField, relations: &Relations, place| {
            if names_auto(relations) {
                let message = format!("`auto` in `{}` is no package", field.name());
                let hint = match field {
                    RelationField::Depends => "write it between commas, without a version",
                    _ => "leave it out: it stands for what the ELF files need in `depends` only",
                };
                return Err(InvalidValue::new(place, message, Some(hint.to_owned())));
            }
            let relations = family.settle(field, relations, &place)?;
            fields
                .append(field, relations)
                .map_err(|error| InvalidValue::new(place, error.to_string(), error.hint()))
        };
        let depends = self.depends.iter().flat_map(|list| &list.0);
        for written in depends {
            let Checked(dependency) = written.get_ref();
            append(
                RelationField::Depends,
                &dependency.relations,
                written.span(),
            )?;
        }
        for (field, list) in [
            (RelationField::PreDepends, &self.pre_depends),
            (RelationField::Recommends, &self.recommends),
            (RelationField::Suggests, &self.suggests),
            (RelationField::Enhances, &self.enhances),
            (RelationField::Breaks, &self.breaks),
            (RelationField::Conflicts, &self.conflicts),
            (RelationField::Provides, &self.provides),
            (RelationField::Replaces, &self.replaces),
        ] {
            for written in list.iter().flat_map(|list| &list.0) {
                append(field, &written.get_ref().0, written.span())?;
            }
        }
        Ok(fields)
    }

    /// Returns whether the package is there for its relations to others.
    fn has_relations(&self) -> bool {
        let is_named = |it: &Spanned<Checked<Dependency>>| !it.get_ref().0.relations.is_empty();
        let depends = self.depends.iter().flat_map(|list| &list.0);
        let others = [
            &self.pre_depends,
            &self.recommends,
            &self.suggests,
            &self.enhances,
            &self.breaks,
            &self.conflicts,
            &self.provides,
            &self.replaces,
        ];
        depends.into_iter().any(is_named) || others.iter().any(|list| list.is_some())
    }

    /// Returns whether the author names packages that this one needs, or that it needs before it is
    /// unpacked.
    pub(crate) fn has_dependencies(&self, before_unpack: bool) -> bool {
        let is_named = |it: &Spanned<Checked<Dependency>>| !it.get_ref().0.relations.is_empty();
        let mut depends = self.depends.iter().flat_map(|list| &list.0);
        let mut pre_depends = self.pre_depends.iter().flat_map(|list| &list.0);
        pre_depends.any(|it| !it.get_ref().0.is_empty()) || !before_unpack && depends.any(is_named)
    }

    /// Returns whether `Depends` asks for what the ELF files need.
    #[must_use]
    pub fn auto_depends(&self) -> bool {
        let is_auto = |written: &Spanned<Checked<Dependency>>| written.get_ref().0.auto;
        self.depends
            .as_ref()
            .is_none_or(|list| list.0.iter().any(is_auto))
    }
}

/// `[release]`: what goes to /opt.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct ReleaseTable {
    /// The release directory, from the manifest's folder.
    pub path: Option<Spanned<String>>,
    /// The kind of the release; default: detected.
    pub kind: Option<Checked<KindWord>>,
    /// The target directory; default: /opt/NAME.
    pub target: Option<WrittenPath>,
    /// gitignore patterns of paths that are left out.
    pub exclude: Vec<Spanned<String>>,
    /// Files below `releases/VERSION` that go to /etc/NAME, with a link in their place.
    pub configuration: Vec<Spanned<String>>,
    /// True to remove debug chunks from .beam files; default: true.
    pub strip: Option<bool>,
    /// The treatment of the debug sections and symbol tables of ELF files; default: keep.
    pub debug_symbols: Option<DebugSymbols>,
    /// True to pack libraries of the build machine that a minimal system lacks; default: false.
    pub bundle_libraries: Option<bool>,
    /// Folders of the build machine to look for such libraries in, before those of the system.
    pub library_path: Vec<Spanned<String>>,
    /// Globs of libraries, by their names, and of files, whose missing libraries are no error.
    pub allow_missing_libraries: Vec<Spanned<String>>,
    /// An installed Erlang to pack with a release that brings none.
    pub runtime: Option<Spanned<String>>,
    /// True where the release must include its ERTS; default: true.
    pub include_erts: Option<bool>,
    /// Directories of the release that the service writes, such as `log`: links take their place.
    pub writable: Vec<Spanned<String>>,
    /// True to pack the cookie that the release includes; default: false.
    pub keep_cookie: Option<bool>,
}

impl ReleaseTable {
    /// Returns the first key that says how to pack a release, beside `path`, which names one. Debug
    /// symbols and missing libraries are those of any package.
    #[must_use]
    pub fn key_beside_path(&self) -> Option<&'static str> {
        let keys = [
            ("kind", self.kind.is_some()),
            ("target", self.target.is_some()),
            ("exclude", !self.exclude.is_empty()),
            ("configuration", !self.configuration.is_empty()),
            ("strip", self.strip.is_some()),
            ("bundle-libraries", self.bundle_libraries.is_some()),
            ("library-path", !self.library_path.is_empty()),
            ("runtime", self.runtime.is_some()),
            ("include-erts", self.include_erts.is_some()),
            ("writable", !self.writable.is_empty()),
            ("keep-cookie", self.keep_cookie.is_some()),
        ];
        keys.into_iter()
            .find_map(|(key, is_there)| is_there.then_some(key))
    }
}

/// A value of `[files]` as a table.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct FileTable {
    /// A file, a directory or a glob, from the manifest's folder.
    pub source: Option<String>,
    /// True for an empty directory.
    pub directory: Option<bool>,
    /// A symlink with this target.
    pub symlink: Option<String>,
    /// True where the target of the symlink stays as it is written; default: false.
    pub exact: Option<bool>,
    /// True where a source that is a symlink stands for its target; default: true.
    pub follow: Option<bool>,
    /// gitignore patterns of paths of a tree or a glob that are left out.
    pub exclude: Vec<Spanned<String>>,
    /// The permission bits of files (of the directory, with `directory = true`).
    pub mode: Option<FileMode>,
    /// The permission bits of the directories of a tree.
    pub directory_mode: Option<FileMode>,
    /// The owner's name.
    pub owner: Option<Checked<UserName>>,
    /// The group's name.
    pub group: Option<Checked<UserName>>,
    /// True where dpkg keeps the sysadmin's changes; default: true below /etc.
    pub conffile: Option<bool>,
    /// False where a document is packed as it is; default: manual pages and such are compressed.
    pub compress: Option<bool>,
    /// Capabilities that programs get when they are configured.
    pub capabilities: Option<Checked<FileCapabilities>>,
}

/// `[user]`: the system user.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct UserTable {
    /// The user's name; default: the package's name, made legal.
    pub name: Option<Spanned<Checked<UserName>>>,
    /// Further groups, joined where the machine has them.
    pub groups: Vec<Spanned<Checked<UserName>>>,
}

/// `[service]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServiceTable {
    /// The basename of unit and init script; default: the package's name, made legal.
    pub name: Option<Spanned<Checked<UnitName>>>,
    /// The program to run, from the release's root, or its path in the package; default: the release's
    /// start script.
    pub program: Option<Spanned<String>>,
    /// The program's arguments; default: those that run the release in the foreground.
    pub arguments: Option<Vec<Argument>>,
    /// The service managers that are supported; default: both.
    pub managers: Option<Vec<Spanned<Manager>>>,
    /// True to start the service at the first installation; default: true.
    pub start: Option<bool>,
    /// True to enable the service at the first installation; default: as `start`.
    pub enable: Option<bool>,
    /// The effect of an upgrade on a running service; default: restart.
    pub on_upgrade: Option<OnUpgrade>,
    /// The sign of readiness; default: `ping` where the release can, else `exec`.
    pub ready: Option<Readiness>,
    /// Resource limits; default: `nofile = 65536`.
    pub limits: BTreeMap<LimitName, LimitValue>,
    /// Rights of root's that the service has as its user; default: none.
    pub capabilities: Vec<Spanned<Capability>>,
    /// Variables of the environment, for /etc/default/NAME.
    pub environment: BTreeMap<VariableName, Spanned<VariableValue>>,
    /// Files of the machine with further environment, read before /etc/default/NAME.
    pub environment_files: Vec<WrittenPath>,
    /// Directories beside those for state and logs.
    pub directories: Vec<Spanned<ServiceDirectory>>,
    /// Variables that each machine makes for itself, such as `SECRET_KEY_BASE`.
    pub secrets: Vec<Spanned<VariableName>>,
    /// Variables that the sysadmin sets before the service can start, such as `DATABASE_URL`.
    pub required_environment: Vec<Spanned<VariableName>>,
    /// Units that start before.
    pub after: Vec<WholeUnitName>,
    /// True for a template unit; default: false.
    pub instances: Option<Spanned<bool>>,
    /// The admin's command in /usr/bin; default: the package's name; false: none.
    pub command: Option<Spanned<OffOr<Checked<UnitName>>>>,
    /// True for the hardening directives of the unit; default: true.
    pub hardening: Option<bool>,
    /// Directives of the unit by section, such as `Service = { MemoryMax = "2G" }`; `[]` takes one out.
    pub systemd: BTreeMap<SectionName, BTreeMap<DirectiveName, ListOrText<DirectiveValue>>>,
}

/// A service manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Manager {
    /// A systemd unit.
    Systemd,
    /// An init script for `SysV` init.
    Init,
}

/// `[conffiles]`: changes of paths since earlier versions.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct ConffilesTable {
    /// Conffiles that this version no longer has.
    pub removed: Vec<WrittenPath>,
    /// Conffiles that moved: old path to new path.
    pub renamed: BTreeMap<WrittenPath, WrittenPath>,
    /// Directories that become symlinks: path to the symlink's target.
    pub directory_to_symlink: BTreeMap<WrittenPath, SymlinkTarget>,
    /// Symlinks that become directories: path to the symlink's old target.
    pub symlink_to_directory: BTreeMap<WrittenPath, SymlinkTarget>,
}

/// `[purge]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct PurgeTable {
    /// The paths that purge removes; default: state and logs.
    pub remove: Option<Vec<WrittenPath>>,
    /// True where purge removes nothing; default: false.
    pub keep: Option<bool>,
}

/// `[templates]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct TemplatesTable {
    /// The folder whose files replace built-in templates of the same name.
    pub directory: Option<Spanned<String>>,
}

/// `[build]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct BuildTable {
    /// `xz`, `zstd`, `gzip` or `none`, with an optional level such as `zstd:19`; or `fast`, `best`; default: xz.
    pub compression: Option<Spanned<Checked<Compression>>>,
    /// The folder, or the file ending in `.deb`, that is written; `{name}`, `{version}` and so on may be in the
    /// file's; default: `dist`.
    pub output: Option<Checked<OutputPath>>,
}
