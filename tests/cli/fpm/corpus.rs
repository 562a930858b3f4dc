//! Each command line of the corpus gives the package that it must, and that of fpm but for what is meant to
//! be different.

use std::collections::BTreeMap;

use super::{Case, Corpus, FOLDER, Shown, compare, created, data, in_project, shown, words};
use crate::support::project;

/// Builds the package of a command line.
fn build(corpus: &Corpus, case: &Case) -> Shown {
    let built = in_project(&corpus.project)
        .args(["fpm".to_owned()].into_iter().chain(words(&case.line)))
        .any_stdout()
        .any_stderr()
        .run();
    let file = created(&built);
    shown(&built.path(file), file)
}

/// Builds all packages, on all processors.
fn build_all(corpus: &Corpus) -> BTreeMap<String, Shown> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let parts = corpus.case.chunks(corpus.case.len().div_ceil(threads));
        let parts: Vec<_> = parts
            .map(|cases| {
                scope.spawn(|| {
                    let built = cases
                        .iter()
                        .map(|case| (case.name.clone(), build(corpus, case)));
                    built.collect::<Vec<_>>()
                })
            })
            .collect();
        let built = parts.into_iter().flat_map(|part| part.join().unwrap());
        built.collect()
    })
}

#[test]
fn command_lines_give_their_packages() {
    let corpus: Corpus = data("corpus.toml");
    let built = build_all(&corpus);
    assert_eq!(built.len(), corpus.case.len(), "two cases of one name");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        let text = toml::to_string_pretty(&built).unwrap();
        std::fs::write(project().join(FOLDER).join("expected.toml"), text).unwrap();
    }
    let expected: BTreeMap<String, Shown> = data("expected.toml");
    for (name, shown) in &built {
        assert_eq!(Some(shown), expected.get(name), "{name}");
    }
    assert_eq!(built.len(), expected.len());
    assert!(built.len() >= 60);
}

#[test]
fn packages_are_those_of_fpm() {
    let corpus: Corpus = data("corpus.toml");
    let ours: BTreeMap<String, Shown> = data("expected.toml");
    let recorded: BTreeMap<String, Shown> = data("recorded.toml");
    let mut compared = 0;
    for case in &corpus.case {
        if let Some(of_fpm) = recorded.get(&case.name) {
            compare::same_package(case, &ours[&case.name], of_fpm);
            compared += 1;
        }
    }
    assert!(compared >= 40, "{compared}");
}
