//! The filters of the templates: each writes a value so that one reader gets it back unchanged.
//! The plan has checked every value against an allow-list; they are quoted here all the same.

use tera::{Error, Result, Tera, Value};

use super::Arguments;

/// Adds the filters to an instance.
pub(super) fn register(tera: &mut Tera) {
    tera.register_filter("sh", |value: &Value, _: &Arguments| of(value, shell_word));
    tera.register_filter("line", |value: &Value, _: &Arguments| {
        of(value, str::to_owned)
    });
    tera.register_filter("env", |value: &Value, _: &Arguments| {
        of(value, environment_value)
    });
    tera.register_filter("unit", |value: &Value, _: &Arguments| of(value, unit_text));
    tera.register_filter("unit_quoted", |value: &Value, _: &Arguments| {
        of(value, unit_quoted)
    });
    tera.register_filter("unit_word", |value: &Value, _: &Arguments| {
        of(value, unit_word)
    });
    tera.register_filter("roff", |value: &Value, _: &Arguments| of(value, roff));
}

fn of(value: &Value, quote: fn(&str) -> String) -> Result<Value> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        other => {
            return Err(Error::msg(format!(
                "`{other}` is neither text nor a number"
            )));
        }
    };
    if text.contains(['\0', '\n', '\r']) {
        return Err(Error::msg(format!("`{text:?}` has more than one line")));
    }
    Ok(Value::String(quote(&text)))
}

/// Returns one word of POSIX sh, in single quotes only where a character needs them.
pub(crate) fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-+=.,/:@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Returns a value in a file that both sh and systemd's `EnvironmentFile=` read
/// (systemd.exec(5)): in single quotes, or double quotes where the value has single ones.
fn environment_value(text: &str) -> String {
    if text.contains('\'') {
        let mut quoted = String::from('"');
        for c in text.chars() {
            if matches!(c, '"' | '\\' | '`' | '$') {
                quoted.push('\\');
            }
            quoted.push(c);
        }
        quoted.push('"');
        quoted
    } else {
        shell_word(text)
    }
}

/// Returns text of a unit outside of command lines: no specifier, no continued line
/// (systemd.syntax(7)).
fn unit_text(text: &str) -> String {
    text.replace('%', "%%").trim_end_matches('\\').to_owned()
}

/// Returns an assignment for `Environment=`: one word, in double quotes only where it needs
/// them.
pub(crate) fn unit_quoted(text: &str) -> String {
    let escaped = text.replace('%', "%%");
    if !escaped.is_empty() && !escaped.contains([' ', '\t', '"', '\'', '\\', ';', '#']) {
        return escaped;
    }
    format!("\"{}\"", escaped.replace('\\', r"\\").replace('"', "\\\""))
}

/// Returns one word of a command line of a unit: as [`unit_quoted`], and `$` is no variable.
fn unit_word(text: &str) -> String {
    unit_quoted(&text.replace('$', "$$"))
}

/// Returns text of a manual page: no escape, no request, a hyphen that can be copied.
fn roff(text: &str) -> String {
    let escaped = text.replace('\\', r"\e").replace('-', r"\-");
    if escaped.starts_with(['.', '\'']) {
        format!(r"\&{escaped}")
    } else {
        escaped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    #[test]
    fn values_are_quoted_for_their_readers() {
        let table = [
            // text, sh, env, unit, unit_quoted, unit_word
            ("orders", "orders", "orders", "orders", "orders", "orders"),
            ("", "''", "''", "", "\"\"", "\"\""),
            ("a b", "'a b'", "'a b'", "a b", "\"a b\"", "\"a b\""),
            ("50%", "50%", "50%", "50%%", "50%%", "50%%"),
            ("$HOME", "'$HOME'", "'$HOME'", "$HOME", "$HOME", "$$HOME"),
            (
                "it's",
                r"'it'\''s'",
                "\"it's\"",
                "it's",
                "\"it's\"",
                "\"it's\"",
            ),
            (
                r#"a"b\"#,
                r#"'a"b\'"#,
                r#"'a"b\'"#,
                r#"a"b"#,
                r#""a\"b\\""#,
                r#""a\"b\\""#,
            ),
            (
                "'$`",
                r"''\''$`'",
                "\"'\\$\\`\"",
                "'$`",
                "\"'$`\"",
                "\"'$$`\"",
            ),
        ];
        for (text, sh, env, unit, quoted, word) in table {
            assert_eq!(shell_word(text), sh, "sh of {text}");
            assert_eq!(environment_value(text), env, "env of {text}");
            assert_eq!(unit_text(text), unit, "unit of {text}");
            assert_eq!(unit_quoted(text), quoted, "unit_quoted of {text}");
            assert_eq!(unit_word(text), word, "unit_word of {text}");
        }
    }

    #[test]
    fn a_second_line_is_refused() {
        assert!(of(&Value::from("a\nb"), shell_word).is_err());
        assert!(of(&Value::Null, shell_word).is_err());
    }

    /// Reads a word of a unit as systemd does: quotes, escapes, and specifiers.
    fn read_unit_word(word: &str) -> String {
        let bare = match word.strip_prefix('"') {
            None => word.to_owned(),
            Some(rest) => {
                let mut text = String::new();
                let mut inside = rest.strip_suffix('"').unwrap().chars();
                while let Some(c) = inside.next() {
                    text.push(if c == '\\' { inside.next().unwrap() } else { c });
                }
                text
            }
        };
        bare.replace("%%", "%")
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::with_cases(32)
        })]

        #[test]
        fn sh_gets_the_same_back(
            texts in vec("[a-c '\"\\\\$`%!*?~#;&|<>(){}=\t\u{e9}-]{0,12}", 1..40),
        ) {
            use std::fmt::Write as _;
            let mut script = String::new();
            for text in &texts {
                let (word, value) = (shell_word(text), environment_value(text));
                writeln!(script, "A={value}\nprintf '%s\\0%s\\0' {word} \"$A\"").unwrap();
            }
            let mut sh = std::process::Command::new("sh");
            let output = sh.args(["-c", &script]).output().unwrap();
            let read = String::from_utf8(output.stdout).unwrap();
            let twice = texts.iter().flat_map(|text| [text.as_str(), text.as_str()]);
            prop_assert!(read.split_terminator('\0').eq(twice), "{}", script);
        }

        #[test]
        fn systemd_gets_the_same_back(text in "[a-c '\"\\\\$%;#\t]{0,12}") {
            prop_assert_eq!(read_unit_word(&unit_quoted(&text)), text.as_str());
            prop_assert_eq!(read_unit_word(&unit_word(&text)).replace("$$", "$"), text.as_str());
            let read = unit_text(&text).replace("%%", "%");
            prop_assert_eq!(read, text.trim_end_matches('\\'));
        }
    }
}
