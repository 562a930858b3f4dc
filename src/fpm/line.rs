//! The command line, read by fpm's rules: options in any of their spellings up to the first argument.

use std::path::{Path, PathBuf};

use super::error::FpmError;
use super::options::{self, Fate, FpmOption, OPTIONS, OptionKind};
use super::{Surroundings, foreign, words};
use crate::finding::{Finding, tags};
use crate::fs;
use crate::message::{nearest, ticked};

/// The file in the current folder that is read before the command line.
const FILE: &str = ".fpm";
/// The most bytes of a file with options, as fpm has it.
const MOST_BYTES: u64 = 100 * 1024;

/// A command line that was read.
#[derive(Debug, Default)]
pub(super) struct Line {
    given: Vec<Given>,
    pub(super) arguments: Vec<String>,
    pub(super) findings: Vec<Finding>,
    /// The options that have no meaning, as they were written.
    ignored: Vec<(String, &'static str)>,
    /// The files with options that are read.
    files: Vec<PathBuf>,
}

/// An option that was given.
#[derive(Debug)]
struct Given {
    option: &'static FpmOption,
    /// As it was written.
    word: String,
    value: String,
    is_on: bool,
}

/// The place of words.
#[derive(Clone, Copy)]
enum Place<'a> {
    /// On the command line, where arguments end the options.
    CommandLine,
    /// In `.fpm` or `FPMOPTS`, whose arguments come behind those of the command line.
    Beside,
    /// In an options file, which has none.
    File(&'a Path),
}

impl Line {
    /// Reads `FPMOPTS`, `.fpm` and the words of the command line.
    pub(super) fn read(words: &[String], surroundings: &Surroundings) -> Result<Self, FpmError> {
        let mut line = Self::default();
        if let Some(text) = &surroundings.fpm_options {
            line.read_beside(text, "`FPMOPTS`")?;
        }
        if Path::new(FILE).is_file() {
            let text = fs::read_small_text(Path::new(FILE))?;
            line.read_beside(&text, "`.fpm`")?;
        }
        let beside = std::mem::take(&mut line.arguments);
        line.read_words(words.to_vec(), Place::CommandLine)?;
        line.arguments.extend(beside);
        line.tell_ignored();
        Ok(line)
    }

    fn read_beside(&mut self, text: &str, place: &str) -> Result<(), FpmError> {
        let words = words::split(text).ok_or_else(|| FpmError::Quote {
            place: place.into(),
        })?;
        if !words.is_empty() {
            self.note(place, text);
        }
        self.read_words(words, Place::Beside)
    }

    fn note(&mut self, place: &str, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let message = format!("options of {place}: {text}");
        self.findings.push(Finding::new(tags::FPM_OPTIONS, message));
    }

    fn read_words(&mut self, words: Vec<String>, place: Place<'_>) -> Result<(), FpmError> {
        let mut words: Vec<String> = words.into_iter().rev().collect();
        while let Some(word) = words.pop() {
            if word == "--" && !matches!(place, Place::File(_)) {
                self.arguments.extend(words.into_iter().rev());
                return Ok(());
            }
            if word.starts_with('-') {
                self.read_option(word, &mut words)?;
                continue;
            }
            match place {
                Place::Beside => self.arguments.push(word),
                Place::File(path) => {
                    return Err(FpmError::NoOption {
                        word,
                        path: path.to_owned(),
                    });
                }
                Place::CommandLine => {
                    if let Some(stray) = words.iter().rev().find(|it| it.starts_with('-')) {
                        return Err(FpmError::Stray {
                            option: stray.clone(),
                            argument: word,
                        });
                    }
                    self.arguments.push(word);
                    self.arguments.extend(words.into_iter().rev());
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Reads one option, and takes its value from the words behind it.
    fn read_option(&mut self, word: String, words: &mut Vec<String>) -> Result<(), FpmError> {
        let (word, value) = match word.strip_prefix("--") {
            Some(_) => match word.split_once('=') {
                Some((word, value)) => (word.to_owned(), Some(value.to_owned())),
                None => (word, None),
            },
            None => part_cluster(&word, words),
        };
        let Some(name) = word.strip_prefix("--") else {
            let option = word.chars().nth(1).and_then(options::short);
            let option = option.ok_or_else(|| unknown(&word))?;
            return self.take(option, true, word, value, words);
        };
        if let Some((option, is_on)) = options::long(name) {
            return self.take(option, is_on, word, value, words);
        }
        let has_value = foreign::has_value(name).ok_or_else(|| unknown(&word))?;
        if has_value && value.is_none() && words.pop().is_none() {
            return Err(FpmError::NoValue { option: word });
        }
        let why = "about other kinds of packages";
        self.ignored.push((word, why));
        Ok(())
    }

    fn take(
        &mut self,
        option: &'static FpmOption,
        is_on: bool,
        word: String,
        value: Option<String>,
        words: &mut Vec<String>,
    ) -> Result<(), FpmError> {
        let value = match (option.is_switch(), value) {
            (true, Some(_)) => return Err(FpmError::Valued { option: word }),
            (true, None) => String::new(),
            (false, Some(value)) => value,
            (false, None) => words.pop().ok_or_else(|| FpmError::NoValue {
                option: word.clone(),
            })?,
        };
        match option.fate {
            Fate::Refused => Err(FpmError::Refused {
                option: word,
                instead: option.meaning,
            }),
            Fate::Ignored => {
                self.ignored.push((word, option.meaning));
                Ok(())
            }
            Fate::Mapped if option.long == "fpm-options-file" => {
                self.read_file(Path::new(&value), &word)
            }
            Fate::Mapped => {
                self.given.push(Given {
                    option,
                    word,
                    value,
                    is_on,
                });
                Ok(())
            }
        }
    }

    /// Reads a file with options, in the place where it is named.
    fn read_file(&mut self, path: &Path, word: &str) -> Result<(), FpmError> {
        if path.symlink_metadata().is_err() {
            return Err(FpmError::NoFile {
                path: path.to_owned(),
                option: word.to_owned(),
            });
        }
        let known = fs::canonicalize(path)?;
        if self.files.contains(&known) {
            return Err(FpmError::ReadAlready {
                path: path.to_owned(),
            });
        }
        self.files.push(known);
        let size = fs::metadata(path)?.len();
        if size > MOST_BYTES {
            return Err(FpmError::TooLarge {
                path: path.to_owned(),
                size,
                most: MOST_BYTES,
            });
        }
        let text = fs::read_small_text(path)?;
        let place = format!("options file `{}`", path.display());
        let words = words::split(&text).ok_or_else(|| FpmError::Quote {
            place: place.clone(),
        })?;
        self.note(&place, &text);
        self.read_words(words, Place::File(path))
    }

    /// Tells what is ignored: a line for each reason.
    fn tell_ignored(&mut self) {
        let mut reasons: Vec<&'static str> = Vec::new();
        for (_, why) in &self.ignored {
            if !reasons.contains(why) {
                reasons.push(why);
            }
        }
        for why in reasons {
            let mut words: Vec<&String> = Vec::new();
            for (word, _) in self.ignored.iter().filter(|(_, of)| *of == why) {
                if !words.contains(&word) {
                    words.push(word);
                }
            }
            let verb = if words.len() == 1 { "is" } else { "are" };
            let message = format!("{} {verb} ignored: {why}", ticked(&words));
            self.findings.push(Finding::new(tags::FPM_IGNORED, message));
        }
    }

    /// Returns the last value of an option, or of one that means the same.
    pub(super) fn value(&self, names: &[&str]) -> Option<&str> {
        let mut given = self.given.iter().rev();
        let given = given.find(|it| names.contains(&it.option.long))?;
        Some(&given.value)
    }

    /// Returns all values of an option.
    pub(super) fn list<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        debug_assert!(options::long(name).is_some(), "{name}");
        let given = self.given.iter().filter(move |it| it.option.long == name);
        given.map(|it| it.value.as_str())
    }

    /// Returns whether a switch is on; `None` where it was not given.
    pub(super) fn switch(&self, name: &str) -> Option<bool> {
        debug_assert!(options::long(name).is_some(), "{name}");
        let mut given = self.given.iter().rev();
        let given = given.find(|it| it.option.long == name)?;
        Some(given.is_on)
    }

    /// Returns whether a switch is on.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.switch(name) == Some(true)
    }

    /// Returns the option as it was written.
    pub(super) fn written(&self, names: &[&str]) -> String {
        let mut given = self.given.iter().rev();
        let given = given.find(|it| names.contains(&it.option.long));
        given.map_or_else(|| format!("--{}", names[0]), |it| it.word.clone())
    }

    /// Adds that something is done in another way than fpm does it.
    pub(super) fn otherwise(&mut self, message: impl Into<String>) {
        self.findings
            .push(Finding::new(tags::FPM_OTHERWISE, message));
    }
}

/// Parts `-abc` into `-a` and what is behind it: the value of `-a`, or further letters.
fn part_cluster(word: &str, words: &mut Vec<String>) -> (String, Option<String>) {
    let Some(letter) = word.chars().nth(1) else {
        return (word.to_owned(), None);
    };
    let (first, rest) = word.split_at(1 + letter.len_utf8());
    if rest.is_empty() {
        return (first.to_owned(), None);
    }
    match options::short(letter) {
        Some(option) if option.is_switch() => {
            words.push(format!("-{rest}"));
            (first.to_owned(), None)
        }
        Some(_) => (first.to_owned(), Some(rest.to_owned())),
        None => (word.to_owned(), None),
    }
}

fn unknown(word: &str) -> FpmError {
    let negated = |option: &FpmOption| option.kind == OptionKind::OnOff;
    let names = OPTIONS.iter().map(|it| it.long.to_owned());
    let negated = OPTIONS.iter().filter(|it| negated(it));
    let negated = negated.map(|it| format!("no-{}", it.long));
    let names: Vec<String> = names.chain(negated).collect();
    // Hyphens in front, which all have, would make all alike.
    let bare = word.trim_start_matches('-');
    let near = nearest(bare, names.iter().map(String::as_str)).filter(|_| word.starts_with("--"));
    FpmError::Unknown {
        nearest: near.map(|it| format!("--{it}")),
        option: word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Line, FpmError> {
        let words: Vec<String> = words.iter().map(|it| (*it).to_owned()).collect();
        let mut line = Line::default();
        line.read_words(words, Place::CommandLine)?;
        Ok(line)
    }

    #[test]
    fn options_have_many_spellings() {
        let line = read(&[
            "-fn",
            "a",
            "--name=b",
            "-sdir",
            "-t",
            "deb",
            "--iteration",
            "-1",
            "--no-deb-systemd-enable",
            "-d",
            "x",
            "--depends=y = 1",
            "--",
            "-z",
            "c=d",
        ])
        .unwrap();
        assert_eq!(line.value(&["name"]), Some("b"));
        assert_eq!(line.value(&["input-type"]), Some("dir"));
        assert_eq!(line.value(&["iteration"]), Some("-1"));
        assert!(line.is_on("force"));
        assert_eq!(line.switch("deb-systemd-enable"), Some(false));
        assert_eq!(line.list("depends").collect::<Vec<_>>(), ["x", "y = 1"]);
        assert_eq!(line.arguments, ["-z", "c=d"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (words, expected) in [
            (&["--nmae", "x"][..], "`--nmae` is no option of fpm"),
            (&["-n"], "`-n` has no value"),
            (&["-fz"], "`-z` is no option of fpm"),
            (&["--force=1"], "`--force` takes no value"),
            (&["--rpm-os"], "`--rpm-os` has no value"),
            (
                &["a", "b", "-d", "x"],
                "`-d` stands behind `a`, expected all options before the first argument",
            ),
            (&["-e"], "`-e` is not supported"),
        ] {
            assert_eq!(read(words).unwrap_err().to_string(), expected);
        }
        let hint = read(&["--nmae", "x"]).unwrap_err().hint().unwrap();
        assert_eq!(hint, "did you mean `--name`?");
    }
}
