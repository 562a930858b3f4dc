//! The ELF files of the release, or of a package without one, without their debug symbols, and these
//! below /usr/lib/debug, where debuggers, and the backtraces of Rust, look for them by the build ID.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::PopulateError;
use crate::audit::ElfIndex;
use crate::debian::{BuildId, PackageName};
use crate::elf::split::{PROGRAM_LIMIT, Part, Symbols, SymbolsError};
use crate::finding::{Finding, Tag, tags};
use crate::fs;
use crate::plan::{PackagePlan, SymbolsPlan};
use crate::tree::{Content, ElfPart, Entry, Kind, Origin, PackagePath, Tree};

/// The paths of the package with the debug symbols.
#[derive(Debug, Default)]
pub(crate) struct SeparateSymbols {
    /// The paths of the package of debug symbols; empty where there are no symbols to pack.
    pub tree: Tree,
    /// The build IDs of the files that they were taken from.
    pub build_ids: BTreeSet<BuildId>,
    /// The findings about files that stayed as they were.
    pub findings: Vec<Finding>,
}

/// Takes the debug symbols out of the release's files as the plan says, or out of those of `[files]`
/// where there is no release. Each ELF file is read whole.
///
/// # Errors
/// [`PopulateError`] where a file cannot be read.
pub(crate) fn separate_symbols(
    plan: &PackagePlan,
    index: &ElfIndex,
    tree: &mut Tree,
) -> Result<SeparateSymbols, PopulateError> {
    let mut separate = SeparateSymbols::default();
    if plan.symbols == SymbolsPlan::Keep {
        return Ok(separate);
    }
    let mut parted = Vec::new();
    for (path, entry) in tree.iter() {
        if let Some(content) = separate.part((plan, index), path, entry)? {
            let mut entry = entry.clone();
            if let Kind::Regular { content: place, .. } = &mut entry.kind {
                *place = content;
            }
            parted.push((path.clone(), entry));
        }
    }
    for (path, entry) in parted {
        tree.replace(path, entry);
    }
    let SymbolsPlan::Package(name) = &plan.symbols else {
        return Ok(separate);
    };
    if separate.tree.is_empty() {
        let whole = match plan.deployment.directories.release {
            Some(_) => "release",
            None => "package",
        };
        let message = format!(
            "no file of the {whole} has debug symbols that can be packed: there is no second package"
        );
        let finding = Finding::new(tags::NO_DEBUG_SYMBOLS, message);
        separate.findings.push(finding.with_hint(
            "build with debug information, in Cargo.toml with `debug = true` in `[profile.release]`",
        ));
    } else {
        separate.add_documents(name, &plan.control.package)?;
    }
    Ok(separate)
}

impl SeparateSymbols {
    /// Returns the content that takes the place of a file's in the package; `None`: the file
    /// stays as it is.
    fn part(
        &mut self,
        (plan, index): (&PackagePlan, &ElfIndex),
        path: &PackagePath,
        entry: &Entry,
    ) -> Result<Option<Content>, PopulateError> {
        let Kind::Regular {
            content: content @ Content::File { path: source, size },
            ..
        } = &entry.kind
        else {
            return Ok(None);
        };
        let is_asked = match entry.origin {
            Origin::Release(_) => true,
            Origin::Files { .. } => plan.deployment.directories.release.is_none(),
            _ => false,
        };
        if !is_asked {
            return Ok(None);
        }
        if !index.look(content)?.is_elf() {
            return Ok(None);
        }
        if *size > PROGRAM_LIMIT {
            let why = format!("it has {size} bytes");
            let hint = format!("files of up to {PROGRAM_LIMIT} bytes are stripped");
            self.keeps(path, tags::SYMBOLS_NOT_STRIPPED, &why, Some(hint));
            return Ok(None);
        }
        let bytes = fs::read(source)?;
        match self.parts(plan, path, source, &bytes) {
            Ok(content) => Ok(content),
            Err(error) => {
                let why = error.to_string();
                self.keeps(path, tags::SYMBOLS_NOT_STRIPPED, &why, error.hint());
                Ok(None)
            }
        }
    }

    fn parts(
        &mut self,
        plan: &PackagePlan,
        path: &PackagePath,
        source: &Arc<Path>,
        bytes: &[u8],
    ) -> Result<Option<Content>, SymbolsError> {
        let Some(symbols) = Symbols::parse(bytes)? else {
            return Ok(None);
        };
        let content = |part| -> Result<Content, SymbolsError> {
            Ok(Content::ElfPart(Box::new(ElfPart {
                path: Arc::clone(source),
                size: bytes.len() as u64,
                part,
                packed: symbols.part(part)?.len() as u64,
            })))
        };
        let code = content(Part::Code)?;
        if matches!(plan.symbols, SymbolsPlan::Package(_)) {
            let Some(build_id) = symbols.build_id() else {
                let hint = "link it with `--build-id`, with rustc by `-C link-arg=-Wl,--build-id`";
                let hint = Some(hint.to_owned());
                self.keeps(path, tags::NO_BUILD_ID, "it has no build ID", hint);
                return Ok(None);
            };
            self.add(path, build_id, content(Part::DebugSymbols)?);
        }
        Ok(Some(code))
    }

    /// Adds the debug symbols of a file. Copies of one file have one build ID, and the same
    /// symbols.
    fn add(&mut self, path: &PackagePath, build_id: &[u8], content: Content) {
        let build_id = BuildId::from(build_id);
        let id = build_id.to_string();
        let (folder, file) = id.split_at(2);
        let target = format!("/usr/lib/debug/.build-id/{folder}/{file}.debug");
        if let Ok(target) = PackagePath::new(target) {
            let origin = Origin::DebugSymbols(path.clone());
            self.tree
                .replace(target, Entry::regular(content, 0o644, origin));
            self.build_ids.insert(build_id);
        }
    }

    /// Adds the link to the documents of the package that this one depends on (policy 12.3).
    fn add_documents(
        &mut self,
        name: &PackageName,
        first: &PackageName,
    ) -> Result<(), PopulateError> {
        let folder = PackagePath::new(format!("/usr/share/doc/{name}"))?;
        let link = Entry::symlink(first.as_str(), Origin::Parent);
        self.tree.replace(folder, link);
        self.tree.add_parents()?;
        Ok(())
    }

    /// Says that a file keeps its symbols, and why.
    fn keeps(&mut self, path: &PackagePath, tag: &'static Tag, why: &str, hint: Option<String>) {
        let message = format!("`{path}` keeps its debug symbols: {why}");
        let finding = Finding::new(tag, message).with_hint_if(hint);
        self.findings.push(finding.at_path(path));
    }
}
