//! Patterns of the texts of a manifest, in the regular expressions of JSON Schema. None of them matches
//! a text with a dollar sign: what its variable stands for is not known.

use crate::deb::Method;
use crate::debian::{Architecture, FIELDS};

/// Control characters, within brackets.
pub(super) const CONTROL: &str = r"\x00-\x1f\x7f-\x9f";

/// A text in which each dollar sign is one of a variable, or doubled.
pub(super) const TEXT: &str =
    r"^(?:[^$]|\$\$|\$[A-Za-z_][A-Za-z0-9_]*|\$\{[A-Za-z_][A-Za-z0-9_]*(?::-[^}]*)?\})*$";

/// Such a text, with a dollar sign in it.
pub(super) const VARIABLE: &str =
    r"^[^$]*(?:(?:\$\$|\$[A-Za-z_][A-Za-z0-9_]*|\$\{[A-Za-z_][A-Za-z0-9_]*(?::-[^}]*)?\})[^$]*)+$";

/// Variables among relations, where words for the package's own version stay.
const VARIABLE_IN_RELATIONS: &str = r"^(?=(?:[^$]|\$\{(?:binary|source):Version\})*(?:\$\$|\$[A-Za-z_]|\$\{[A-Za-z_][A-Za-z0-9_]*(?:\}|:-)))(?:[^$]|\$\{(?:binary|source):Version\}|\$\$|\$[A-Za-z_][A-Za-z0-9_]*|\$\{[A-Za-z_][A-Za-z0-9_]*(?::-[^}]*)?\})*$";

/// A version, as it stands in a relation.
const VERSION: &str = r"(?:[0-9]{1,9}:)?[0-9](?:[A-Za-z0-9.+~-]*[A-Za-z0-9.+~])?";

/// Returns the pattern of a source package, with its version where it has one of its own.
pub(super) fn source_name() -> String {
    format!(r"{PACKAGE_NAME}(?:\s*\(\s*{VERSION}\s*\))?")
}

pub(super) const PACKAGE_NAME: &str = "[a-z0-9][a-z0-9+.-]+";
/// The name of a suite or a component.
pub(super) const FOLDER_NAME: &str = "[A-Za-z0-9][A-Za-z0-9+._~-]*";
pub(super) const USER_NAME: &str = "[a-z_][a-z0-9_-]{0,30}";
pub(super) const UNIT_NAME: &str =
    r"(?!.*\.(?:service|socket|timer|target|path|sh)$)[A-Za-z0-9][A-Za-z0-9_.-]{0,199}";
pub(super) const FILE_MODE: &str = "[0-7]{3,4}";
pub(super) const EPOCH: &str = r"\+?0*[0-9]{1,9}";
pub(super) const SIZE: &str = r"\+?0*[0-9]{1,19}";
pub(super) const VARIABLE_NAME: &str = "[A-Za-z_][A-Za-z0-9_]*";
pub(super) const WHOLE_UNIT_NAME: &str = r"[A-Za-z0-9:_.@\\%-]*\.[A-Za-z0-9:_.@\\%-]*";
pub(super) const WORD_OF_UNIT: &str = "[A-Za-z0-9-]+";
pub(super) const CARGO_PROFILE: &str = "[A-Za-z0-9_][A-Za-z0-9_-]*";
pub(super) const CARGO_FEATURE: &str = r"(?!-)[^$,\s\x00-\x1f\x7f-\x9f]+";
pub(super) const ALTERNATIVE_NAME: &str = "[A-Za-z0-9][A-Za-z0-9+.:@_-]*";
pub(super) const TRIGGER_NAME: &str =
    r"[A-Za-z0-9][A-Za-z0-9+.:_-]*|(?:/(?!\.{1,2}(?:/|$))[!-#%-.0-~]{1,246})+";
pub(super) const LINTIAN_TAG: &str =
    r"[A-Za-z0-9][A-Za-z0-9+./_-]*(?: (?=.*\S)[^$\x00-\x1f\x7f-\x9f]+)?";
pub(super) const REASON: &str = r"(?=[\s\S]*\S)(?:[^$\x00-\x1f\x7f-\x9f]|\n)*";
pub(super) const WORD: &str = r"[^$\s\x00-\x1f\x7f-\x9f]+";
pub(super) const ONE_LINE: &str = r"[^$\x00-\x1f\x7f-\x9f]*";
pub(super) const DIRECTIVE_VALUE: &str = r"(?:|[^$\x00-\x1f\x7f-\x9f]*[^$\\\x00-\x1f\x7f-\x9f])";
pub(super) const DESCRIPTION: &str = r"(?=[\s\S]*\S)(?:[^$\x00-\x1f\x7f-\x9f]|\t|\r?\n)*";
pub(super) const PATH: &str = r"(?![\s\S]*/\.\.(?:/|$))(?:/[^/$\x00-\x1f\x7f-\x9f]{0,246})+";
pub(super) const MAINTAINER: &str = concat!(
    r#"[^\S\x00-\x1f\x7f-\x9f]*(?!"\s*"\s*<)[^$<\s\x00-\x1f\x7f-\x9f][^$<\x00-\x1f\x7f-\x9f]*"#,
    r"<[A-Za-z0-9!#%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#%&'*+/=?^_`{|}~-]+)*",
    r"@(?=[^>]{1,253}>)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+",
    r"(?!(?:localdomain|localhost|[0-9]+)>)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?>[^\S\x00-\x1f\x7f-\x9f]*",
);
pub(super) const OUTPUT_PATH: &str = concat!(
    r"(?:[^${]|\{\{)*|(?:(?:[^${]|\{\{)*/)?",
    r"(?:[^${/]|\{\{|\{(?:name|version|upstream-version|revision|architecture)\})*\.deb",
);

/// Returns the pattern for the whole of a text.
pub(super) fn whole(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}

/// Returns the pattern for the whole of a text, or one with a variable.
pub(super) fn whole_or_variable(pattern: &str) -> String {
    format!("^(?:{pattern})$|{VARIABLE}")
}

/// Returns one of several words.
pub(super) fn one_of(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words: Vec<String> = words.into_iter().map(|it| escaped(it.as_ref())).collect();
    format!("(?:{})", words.join("|"))
}

/// Returns a word in which the case of letters makes no difference.
pub(super) fn any_case(word: &str) -> String {
    let letter = |c: char| match c {
        'a'..='z' | 'A'..='Z' => format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase()),
        _ => escaped(&c.to_string()),
    };
    word.chars().map(letter).collect()
}

/// Returns one of several words in any case.
pub(super) fn one_of_any_case(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words: Vec<String> = words.into_iter().map(|it| any_case(it.as_ref())).collect();
    format!("(?:{})", words.join("|"))
}

fn escaped(word: &str) -> String {
    word.replace('.', r"\.").replace('+', r"\+")
}

/// Returns the pattern of relations, which is that of `depends` too: `auto` looks like a package.
pub(super) fn relations() -> String {
    let machines = Architecture::known().filter(|it| !it.is_all());
    let machines = one_of(machines.map(Architecture::as_str));
    let version = VERSION;
    let constraint =
        format!(r"\(\s*(?:<<|<=|=|>=|>>)\s*(?:{version}|\$\{{(?:binary|source):Version\}})\s*\)");
    // Either all of them have the mark or none.
    let restriction =
        format!(r"\[(?=[^!\]]*\]|\s*(?:![^!\s\]]+\s*)+\])(?:\s*!?{machines}(?=[\s\]]))+\s*\]");
    let relation =
        format!(r"{PACKAGE_NAME}(?::(?:any|{machines}))?(?:\s*{constraint})?(?:\s*{restriction})?");
    format!(r"^(?:\s*|(?!\s*[,|])(?:(?:^|[,|])\s*{relation}\s*)+)$|{VARIABLE_IN_RELATIONS}")
}

/// Returns the pattern of architectures by the names of other systems.
pub(super) fn foreign_architecture() -> String {
    let (names, vague) = crate::debian::foreign_machines();
    let (parted, plain): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|it| it.contains(['-', '/']));
    format!(
        r"(?!\s*{}\s*$)\s*(?:[lL][iI][nN][uU][xX][/_-])?(?:{}|{}(?:[-/][^$]*)?)\s*",
        one_of_any_case(vague),
        one_of_any_case(parted),
        one_of_any_case(plain),
    )
}

/// Returns the pattern of compressions with a level.
pub(super) fn compression_level() -> String {
    let method = |method: Method| {
        let levels = method.levels()?;
        let levels = one_of(levels.map(|level| level.to_string()));
        Some(format!("{}:0*{levels}", method.name()))
    };
    let methods: Vec<String> = Method::ALL.into_iter().filter_map(method).collect();
    methods.join("|")
}

/// Returns the fields that are no author's below `fields`, and those of one line.
pub(super) fn fields() -> (String, String) {
    let keyed = FIELDS.iter().filter(|field| field.key.is_some());
    let keyed = keyed.map(|field| field.name);
    let refused = keyed.chain(crate::debian::not_for_authors());
    let free = FIELDS
        .iter()
        .filter(|field| field.key.is_none() && !field.multi_line);
    let free = free.map(|field| field.name);
    (
        one_of_any_case(refused),
        one_of_any_case(free.filter(|it| !["Essential", "Protected"].contains(it))),
    )
}
