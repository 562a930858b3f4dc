//! The places where a manifest finds what Cargo has built, and where its packages go.

use std::path::Path;

use crate::fs;
use crate::manifest::Spanned;
use crate::manifest::{CargoProfile, Checked, ListOrText, Manifest, TextOr};

use super::project::{Project, directory_of};
use crate::cli::session::{Environment, Failure};

/// A directory that a manifest names, and the one that it means.
struct Moved {
    from: String,
    to: String,
}

/// Lets a manifest that names the usual directory of a release build, `target/release` or where Cargo's
/// configuration puts it, or that of the profile it asks for, take what was built, which `--target` and
/// `--profile` put elsewhere.
pub(super) fn take(
    manifest: &mut Manifest,
    project: &Project,
    built: &Path,
    environment: &Environment,
) -> Result<(), Failure> {
    let directory = fs::canonicalize(manifest.directory())?;
    let text = |path: &Path| {
        fs::relative(path, &directory)
            .to_string_lossy()
            .into_owned()
    };
    let asked = manifest.tables.cargo.profile.as_ref();
    let asked = directory_of(asked.map(CargoProfile::as_str));
    let usual = [
        project.usual.clone(),
        project.programs(environment, None, "release")?,
        project.usual.with_file_name(asked),
        project.programs(environment, None, asked)?,
    ];
    let moved = usual.map(|usual| Moved {
        from: text(&usual),
        to: text(built),
    });
    let tables = &mut manifest.tables;
    for file in tables.files.values_mut() {
        match file {
            TextOr::Text(source) => redirect(source, &moved),
            TextOr::Table(table) => table.source.iter_mut().for_each(|it| redirect(it, &moved)),
        }
    }
    let path = tables.release.path.iter_mut();
    let shells = [
        &mut tables.completions.bash,
        &mut tables.completions.zsh,
        &mut tables.completions.fish,
    ];
    let completions = shells.into_iter().flatten();
    let completions = completions.flat_map(|ListOrText(paths)| paths.iter_mut());
    for path in path.chain(completions).map(Spanned::get_mut) {
        redirect(path, &moved);
    }
    Ok(())
}

fn redirect(path: &mut String, moved: &[Moved]) {
    let written = path.strip_prefix("./").unwrap_or(path);
    let found = moved.iter().find_map(|Moved { from, to }| {
        let rest = written.strip_prefix(from.as_str())?;
        (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
    });
    if let Some(found) = found {
        *path = found;
    }
}

/// Writes the packages of a manifest into `debian` of the target directory.
pub(super) fn beside(manifest: &mut Manifest, target: &Path) -> Result<(), Failure> {
    let directory = fs::canonicalize(manifest.directory())?;
    let output = target.join("debian");
    let below = output.strip_prefix(&directory).map(Path::to_owned);
    let output = below.unwrap_or(output);
    manifest.tables.build.output = Some(Checked(output.into()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Moved, redirect};

    #[test]
    fn paths_of_the_usual_directory_are_redirected() {
        let moved = [Moved {
            from: "../target/release".to_owned(),
            to: "../target/x/dist".to_owned(),
        }];
        for (written, expected) in [
            ("../target/release", "../target/x/dist"),
            ("./../target/release/", "../target/x/dist/"),
            ("../target/release/one*", "../target/x/dist/one*"),
            ("../target/releases/one", "../target/releases/one"),
            ("target/release/one", "target/release/one"),
        ] {
            let mut path = written.to_owned();
            redirect(&mut path, &moved);
            assert_eq!(path, expected, "{written}");
        }
    }
}
