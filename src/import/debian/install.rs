//! `*.install`, `*.dirs`, `*.links`: files, directories and links, as `[files]` says them.

use std::path::Path;

use globset::GlobBuilder;

use super::folder::{Folder, Found};
use super::host::SIGNS;
use super::listed::Listed;
use super::{Package, Writing, excludes};
use crate::fs;
use crate::import::ImportError;
use crate::manifest::draft::Value;

/// The folder that the project's own installation goes to.
pub(super) const INSTALLED: &str = "debian/tmp";

/// Reads the three.
pub(super) fn read(
    package: &Package<'_>,
    folder: &Folder<'_>,
    listed: &mut Listed,
    writing: &mut Writing,
) -> Result<(), ImportError> {
    let excludes = folder.rules.excludes("dh_install", package);
    for (file, line, text) in lines_of(package, "install", folder, writing)? {
        let words = words(&text);
        if words.iter().any(|word| word == "=>") {
            let message = "`=>` is dh-exec's, expected sources and a directory".to_owned();
            return Err(file.malformed(line, &text, message));
        }
        let mut placing = Placing {
            folder,
            listed: &mut *listed,
            writing: &mut *writing,
            file: &file,
            line,
            excludes: &excludes,
        };
        match &words[..] {
            [] => {}
            [alone] => {
                for source in alternatives(alone) {
                    placing.put_at_its_place(&source, &text)?;
                }
            }
            [sources @ .., directory] => {
                let directory = file.target(line, &text, directory)?;
                for source in sources.iter().flat_map(|source| alternatives(source)) {
                    placing.put(&source, &directory);
                }
            }
        }
    }
    for (file, line, text) in lines_of(package, "dirs", folder, writing)? {
        for word in words(&text) {
            let target = file.target(line, &text, &word)?;
            listed.add_with(
                &format!("{target}/"),
                None,
                vec![("directory", true.into())],
            );
        }
    }
    links(package, folder, listed, writing)
}

/// Reads the links.
fn links(
    package: &Package<'_>,
    folder: &Folder<'_>,
    listed: &mut Listed,
    writing: &mut Writing,
) -> Result<(), ImportError> {
    let documents = format!("/usr/share/doc/{}", package.name);
    for (file, line, text) in lines_of(package, "links", folder, writing)? {
        let words = words(&text);
        for pair in words.chunks(2) {
            let [leads_to, link] = pair else {
                let message = "has a link without a path, expected pairs of target and link";
                return Err(file.malformed(line, &text, message.to_owned()));
            };
            let leads_to = file.target(line, &text, leads_to)?;
            let link = file.target(line, &text, link)?;
            if link == documents && package.shares.is_some() {
                continue;
            }
            if link == documents {
                let what = format!("link `{link}` is left out: the package has documents there");
                let instead = "the folder has copyright and changelog, as policy 12.5 and 12.7 ask";
                let notes = &mut writing.notes;
                notes.left_out_in(&file.path, line, &what, instead);
                continue;
            }
            if !listed.add_with(&link, None, vec![("symlink", leads_to.into())]) {
                let what = format!("link `{link}` is left out: something else is there");
                let instead = "debhelper puts the link in its place";
                let notes = &mut writing.notes;
                notes.left_out_in(&file.path, line, &what, instead);
            }
        }
    }
    Ok(())
}

/// Returns the lines of a package's file of a kind. One that is a program is told of.
pub(super) fn lines_of(
    package: &Package<'_>,
    kind: &str,
    folder: &Folder<'_>,
    writing: &mut Writing,
) -> Result<Vec<(std::rc::Rc<Found>, usize, String)>, ImportError> {
    let Some(file) = folder.of(package, kind) else {
        return Ok(Vec::new());
    };
    if file.is_program() {
        let what = format!("`{}` is not read: it is a program", file.source);
        let instead = "write what it prints into `[files]`";
        writing.notes.left_out(None, &what, instead);
        return Ok(Vec::new());
    }
    let lines = file.lines()?;
    let file = std::rc::Rc::new(file);
    let lines = lines.into_iter().map(|(line, text)| {
        let filled = folder.host.filled(&text).map_err(|name| {
            let message = match name.strip_prefix("env:") {
                Some(own) => {
                    format!("variable `${{{name}}}` is not set, expected `{own}=… reldeb import`")
                }
                None => format!(
                    "variable `${{{name}}}` is not known, expected one of dpkg-architecture(1) such as \
                     `${{DEB_HOST_MULTIARCH}}`"
                ),
            };
            file.malformed(line, &text, message)
        });
        Ok((std::rc::Rc::clone(&file), line, filled?))
    });
    lines.collect()
}

/// Returns the words of a line, with the signs that variables stand for.
pub(super) fn words(text: &str) -> Vec<String> {
    let filled = text.split_whitespace().map(|word| {
        let mut word = word.to_owned();
        for (name, sign) in SIGNS {
            word = word.replace(&format!("${{{name}}}"), sign);
        }
        word
    });
    filled.collect()
}

/// Returns the sources that a word names: a shell's braces are several.
pub(super) fn alternatives(word: &str) -> Vec<String> {
    let Some((before, inside, after)) = braces(word) else {
        return vec![word.to_owned()];
    };
    let mut depth = 0;
    let parts = inside.split(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    });
    let each = parts.map(|part| format!("{before}{part}{after}"));
    each.flat_map(|word| alternatives(&word)).collect()
}

/// Returns the text before the first braces, within them and behind them.
fn braces(word: &str) -> Option<(&str, &str, &str)> {
    let start = word.find('{')?;
    let mut depth = 0;
    for (index, c) in word[start..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let end = start + index;
            // The shell takes `{}` for itself.
            let inside = Some(&word[start + 1..end]).filter(|it| !it.is_empty())?;
            return Some((&word[..start], inside, &word[end + 1..]));
        }
    }
    None
}

/// A line of sources that find their places.
pub(super) struct Placing<'a, 'b> {
    pub(super) folder: &'a Folder<'b>,
    pub(super) listed: &'a mut Listed,
    pub(super) writing: &'a mut Writing,
    pub(super) file: &'a Found,
    pub(super) line: usize,
    /// The texts that leave a file out when its path has one.
    pub(super) excludes: &'a [String],
}

impl Placing<'_, '_> {
    /// Puts what a source finds into a directory of the package, as `dh_install` does.
    pub(super) fn put(&mut self, source: &str, directory: &str) {
        let is_of_directories = source.ends_with('/');
        let Some((source, found)) = self.found(source) else {
            return;
        };
        let all = found.len();
        let found: Vec<String> = self.kept(found);
        if source.is_empty()
            || !is_glob(&source)
            || self.folder.on_disk(&source).symlink_metadata().is_ok()
        {
            self.put_one(&source, directory);
            return;
        }
        let (parent, last) = source.rsplit_once('/').unwrap_or(("", &source));
        let is_deep = is_glob(parent);
        // Without a parent it is the whole project, with the folder `debian` and what reldeb makes.
        if last == "*" && !is_deep && !parent.is_empty() && !is_of_directories {
            let tree = self.folder.source(&format!("{parent}/"));
            let has_hidden = has_hidden(&self.folder.on_disk(parent));
            let mut patterns = excludes::of_tree(self.excludes, self.folder, parent, true);
            patterns.extend(has_hidden.then(|| "/.*".to_owned()));
            let more = excluded(patterns);
            let target = format!("{directory}/");
            if self.listed.add_with(&target, Some(&tree), more) {
                return;
            }
        }
        let is_of_files = found.iter().all(|path| {
            let path = self.folder.on_disk(path);
            path.is_symlink() || !path.is_dir()
        });
        let target = format!("{directory}/");
        let glob = self.folder.source(&source);
        if !is_deep
            && is_of_files
            && last != "*"
            && !is_of_directories
            && found.len() == all
            && self.listed.add(&target, &glob)
        {
            for path in found {
                if self.folder.on_disk(&path).is_symlink() {
                    self.folder.link(&path);
                } else {
                    self.folder.source(&path);
                }
            }
            return;
        }
        if all == 0 {
            self.tell_nothing(&source);
        }
        for path in found {
            self.put_one(&path, directory);
        }
    }

    fn tell_nothing(&mut self, source: &str) {
        let what = format!("`{source}` is left out: it finds nothing yet");
        let instead = "write it into `[files]` when it is there";
        self.writing.notes.left_out(None, &what, instead);
    }

    /// Returns the paths that no option leaves out.
    fn kept(&self, mut found: Vec<String>) -> Vec<String> {
        found.retain(|path| !excludes::leave_out(self.excludes, path));
        found
    }

    /// Puts one file or directory into a directory of the package. A link stays one, as `cp -a` has it.
    fn put_one(&mut self, source: &str, directory: &str) {
        let source = source.trim_end_matches('/');
        if excludes::leave_out(self.excludes, source) {
            return;
        }
        let name = source.rsplit('/').next().unwrap_or(source);
        let on_disk = self.folder.on_disk(source);
        let is_link = !source.is_empty() && on_disk.is_symlink();
        let slash = if on_disk.is_dir() && !is_link {
            "/"
        } else {
            ""
        };
        let directory = directory.trim_end_matches('/');
        let (target, path) = if source.is_empty() {
            (format!("{directory}/"), "./".to_owned())
        } else {
            let target = format!("{directory}/{name}{slash}");
            (target, format!("{source}{slash}"))
        };
        let (path, more) = if is_link {
            (self.folder.link(&path), vec![("follow", false.into())])
        } else if slash.is_empty() {
            (self.folder.source(&path), Vec::new())
        } else {
            let patterns = excludes::of_tree(self.excludes, self.folder, source, false);
            (self.folder.source(&path), excluded(patterns))
        };
        if !self.listed.add_with(&target, Some(&path), more) {
            let source = if source.is_empty() { "." } else { source };
            let what = format!("`{source}` is left out: something else is at `{target}`");
            let instead = "debhelper takes the last of them";
            self.writing.notes.left_out(None, &what, instead);
        }
    }

    /// Puts what a source finds to the place that it has in the folder of the installation.
    fn put_at_its_place(&mut self, source: &str, text: &str) -> Result<(), ImportError> {
        let file = self.file;
        let Some((source, found)) = self.found(source) else {
            return Ok(());
        };
        let place = |path: &str| {
            let below = path.strip_prefix(INSTALLED).unwrap_or(path);
            let below = below.trim_matches('/');
            let (directory, _) = below.rsplit_once('/').unwrap_or(("", below));
            directory.to_owned()
        };
        if !is_glob(&place(&source)) {
            let directory = file.target(self.line, text, &place(&source))?;
            self.put(&source, directory.trim_end_matches('/'));
            return Ok(());
        }
        if found.is_empty() {
            self.tell_nothing(&source);
        }
        for path in self.kept(found) {
            let directory = file.target(self.line, text, &place(&path))?;
            self.put_one(&path, directory.trim_end_matches('/'));
        }
        Ok(())
    }

    /// Returns a source with the folder that it is in, and what it finds there: nothing where it is left out, or
    /// leads upwards, which is told. The folder of the project is an empty text.
    fn found(&mut self, source: &str) -> Option<(String, Vec<String>)> {
        let is_of_directories = source.ends_with('/');
        let source = self.below(source)?;
        if excludes::leave_out(self.excludes, &source) {
            return None;
        }
        let home = self.folder.on_disk("");
        let expand = |source: &str| {
            let mut found = expand(&home, source);
            found.retain(|path| !is_of_directories || home.join(path).is_dir());
            found
        };
        let found = expand(&source);
        if !found.is_empty() || source.is_empty() || source.starts_with("debian/") {
            return Some((source, found));
        }
        let installed = format!("{INSTALLED}/{source}");
        let found = expand(&installed);
        let is_installed = !found.is_empty() || self.folder.on_disk(INSTALLED).is_dir();
        let chosen = if is_installed { installed } else { source };
        if found.is_empty() && !is_glob(&chosen) {
            let what = format!("`{chosen}` is not there yet, and may come to lie elsewhere");
            let why = "build the project, and import again; or write where it is into `[files]`";
            self.writing.notes.differs(None, &what, why);
        }
        Some((chosen, found))
    }

    /// Returns a source as a path below the project, as debhelper takes it, and tells of one that leads upwards.
    pub(super) fn below(&mut self, source: &str) -> Option<String> {
        let names = source.split('/').filter(|name| !matches!(*name, "" | "."));
        let names: Vec<&str> = names.collect();
        if !names.contains(&"..") {
            return Some(names.join("/"));
        }
        let what = format!("`{source}` is left out: it has a `..` in it");
        let instead = "name it by its path from the folder of the project";
        let notes = &mut self.writing.notes;
        notes.left_out_in(&self.file.path, self.line, &what, instead);
        None
    }
}

/// Returns the key of an entry that leaves paths out, where there are some.
fn excluded(patterns: Vec<String>) -> Vec<(&'static str, Value)> {
    let list = (!patterns.is_empty()).then(|| ("exclude", Value::list(patterns)));
    list.into_iter().collect()
}

fn is_glob(text: &str) -> bool {
    // `${…}` is a variable.
    text.replace("${", "").contains(['*', '?', '['])
}

fn has_hidden(directory: &Path) -> bool {
    fs::read_dir(directory).is_ok_and(|paths| {
        let mut names = paths.iter().filter_map(|path| path.file_name());
        names.any(|name| name.as_encoded_bytes().starts_with(b"."))
    })
}

/// Returns the paths below a folder that a pattern finds, in their order; a name that begins with a dot only
/// where the pattern has one.
pub(super) fn expand(home: &Path, pattern: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        let mut next = Vec::new();
        for path in found {
            let join = |name: &str| {
                if path.is_empty() {
                    name.to_owned()
                } else {
                    format!("{path}/{name}")
                }
            };
            let whole = join(part);
            if home.join(&whole).symlink_metadata().is_ok() {
                next.push(whole);
                continue;
            }
            let matcher = GlobBuilder::new(part).build();
            let Ok(matcher) = matcher.map(|glob| glob.compile_matcher()) else {
                continue;
            };
            let here = home.join(&path);
            let here = if here.as_os_str().is_empty() {
                Path::new(".").to_owned()
            } else {
                here
            };
            let names = fs::read_dir(&here).unwrap_or_else(|_| Vec::new());
            let mut names: Vec<String> = names
                .iter()
                .filter_map(|path| path.file_name()?.to_str().map(str::to_owned))
                .filter(|name| part.starts_with('.') || !name.starts_with('.'))
                .filter(|name| matcher.is_match(name))
                .collect();
            names.sort();
            next.extend(names.iter().map(|name| join(name)));
        }
        found = next;
    }
    found.retain(|path| !path.is_empty());
    found
}
