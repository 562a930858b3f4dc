//! The rooms of the source: a module imports only from rooms below its own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::project;

/// The rooms from top to bottom. Rooms of one line know nothing of each other, except on
/// the ground, whose modules are too small for an order of their own.
const ROOMS: [&[&str]; 24] = [
    &["cli", "fuzzing", "internals"],
    &["diff", "rehearse", "repo"],
    &["lint"],
    &["pipeline"],
    &["error"],
    &["fpm", "import", "init", "lintian", "verify"],
    &["contents"],
    &["control"],
    &["plan"],
    &["own_scripts"],
    &["deployment"],
    &["audit"],
    &["files", "hooks", "units"],
    &["manifest"],
    &["release"],
    &["unpack"],
    &["deb"],
    &["tree"],
    &["elf", "erlang"],
    &["outputs"],
    &["output_path"],
    &["debian"],
    GROUND,
    // They only declare and start what is above.
    &["bin", "lib", "main"],
];

const GROUND: &[&str] = &[
    "counter",
    "escape",
    "finding",
    "fs",
    "interpreter",
    "message",
    "parallel",
    "shell",
    "template",
    "vocabulary",
];

#[test]
fn rooms_import_only_what_is_below() {
    let found = imports_upwards(&project().join("src"));
    assert!(
        found.is_empty(),
        "imports of a room that is not below: {found:#?}"
    );
}

#[test]
fn the_plan_and_what_it_decides_read_nothing() {
    const READS: [&str; 10] = [
        "fs::read",
        "fs::open",
        "fs::write",
        "metadata(",
        "is_file()",
        "is_dir()",
        "exists()",
        "Command::new",
        "shell::",
        "WalkDir",
    ];
    let source = project().join("src");
    for path in ["plan", "deployment"]
        .map(|room| rust_files(&source.join(room)))
        .concat()
    {
        let text = std::fs::read_to_string(&path).unwrap();
        for call in READS {
            assert!(!text.contains(call), "`{call}` in {}", path.display());
        }
    }
}

/// Returns each file below `source` with each room that it imports though it is not below.
fn imports_upwards(source: &Path) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for path in rust_files(source) {
        let file = path.strip_prefix(source).unwrap().to_str().unwrap();
        let name = file.split(['/', '.']).next().unwrap();
        let from = level(name).unwrap_or_else(|| panic!("`{file}` is in no room of ROOMS"));
        let text = std::fs::read_to_string(&path).unwrap();
        for room in imported(&text) {
            let Some(to) = level(room).filter(|_| room != name) else {
                continue;
            };
            let both_on_ground = GROUND.contains(&name) && GROUND.contains(&room);
            if to <= from && !both_on_ground {
                found.insert((file.to_owned(), room.to_owned()));
            }
        }
    }
    found
}

fn level(room: &str) -> Option<usize> {
    ROOMS.iter().position(|rooms| rooms.contains(&room))
}

/// Returns the modules that a file names after `crate::`, outside of comments and tests.
fn imported(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines
        .flat_map(|line| line.split("crate::").skip(1))
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap().split(", ").collect(),
            None => vec![rest],
        })
        .map(|path| {
            let end = path.find(|letter: char| letter != '_' && !letter.is_alphanumeric());
            &path[..end.unwrap_or(path.len())]
        })
        .inspect(|room| {
            assert!(
                !room.is_empty(),
                "write a line for each room that is imported"
            );
        })
        .collect()
}

/// Returns the files of a folder and those below it, without those that are only tests.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if !name.ends_with("tests") && name != "sample" {
            files.push(path);
        }
    }
    files
}

#[test]
fn imports_are_those_of_the_code() {
    let text = "use crate::plan::Plan;\n// crate::cli\nlet x = crate::fs::read(crate::deb);\n\
                use crate::{elf, tree::Tree};\n\
                #[cfg(test)]\nmod tests {\n use crate::lint;\n}\n";
    assert_eq!(imported(text), ["plan", "fs", "deb", "elf", "tree"]);
}
