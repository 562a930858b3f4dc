//! Nothing is too long to be read at once, and no summary of a comment is a question.

use std::path::{Path, PathBuf};

use crate::support::project;

const FILE_LIMIT: usize = 500;
/// As clippy's `too_many_lines` has it, without a way to allow more.
const FUNCTION_LIMIT: usize = 60;

#[test]
fn no_file_and_no_function_is_too_long() {
    let mut long = Vec::new();
    for folder in ["src", "tests", "fuzz/fuzz_targets"] {
        for path in rust_files(&project().join(folder)) {
            let text = std::fs::read_to_string(&path).unwrap();
            let name = path.strip_prefix(project()).unwrap().display();
            let lines = text.lines().count();
            if lines > FILE_LIMIT {
                long.push(format!("{name}: {lines} lines"));
            }
            for (function, lines) in functions(&text) {
                if lines > FUNCTION_LIMIT {
                    long.push(format!("{name}: `{function}` has {lines} lines"));
                }
            }
        }
    }
    assert!(long.is_empty(), "{long:#?}");
}

/// Summaries name their subject: "Returns …", "The …".
#[test]
fn no_summary_is_a_question() {
    let questions = ["What", "Where", "Whether", "Who"];
    let mut found = Vec::new();
    for path in ["src", "tests"]
        .map(|it| rust_files(&project().join(it)))
        .concat()
    {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut before = "";
        for (line, number) in text.lines().map(str::trim_start).zip(1..) {
            let comment = line.strip_prefix("/// ").or(line.strip_prefix("//! "));
            let is_first = !before.starts_with("///") && !before.starts_with("//!");
            let word = comment.and_then(|comment| comment.split_whitespace().next());
            if is_first && word.is_some_and(|word| questions.contains(&word)) {
                found.push(format!("{}:{number}: {line}", path.display()));
            }
            before = line;
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name();
    let paths = walk.into_iter().map(|entry| entry.unwrap().into_path());
    paths
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect()
}

/// Returns each function of a formatted file with the lines of its body, without empty ones and
/// comments.
fn functions(text: &str) -> Vec<(&str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let indent = &line[..line.len() - trimmed.len()];
        let Some((before, name)) = trimmed.split_once("fn ") else {
            continue;
        };
        let words = ["pub", "pub(crate)", "pub(super)", "const"];
        if !before.split_whitespace().all(|word| words.contains(&word)) {
            continue;
        }
        let is_level =
            |line: &&str| line.starts_with(indent) && !line[indent.len()..].starts_with(' ');
        let rest = &lines[at..];
        let Some(open) = rest
            .iter()
            .position(|l| is_level(l) && l.ends_with(['{', ';']))
        else {
            continue;
        };
        let body = rest[open + 1..].iter();
        let body = body.take_while(|line| line.strip_prefix(indent) != Some("}"));
        let is_code =
            |line: &&&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
        if rest[open].ends_with('{') {
            let end = name.find(['(', '<']).unwrap_or(name.len());
            found.push((&name[..end], body.filter(is_code).count()));
        }
    }
    found
}

#[test]
fn lines_of_a_body_are_counted() {
    let text = "fn short() {\n    1\n}\n\nimpl X {\n    pub(crate) fn long<T>(\n        x: T,\n    ) -> T {\n        \
                // Why.\n\n        let y = {\n            x\n        };\n        y\n    }\n    fn none();\n}\n";
    assert_eq!(functions(text), [("short", 1), ("long", 4)]);
}
