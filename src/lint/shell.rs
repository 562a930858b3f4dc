//! The words of a shell script, for checks that look for commands. It is no shell: it knows quotes, comments,
//! here-documents and what parts commands, and expands nothing.

/// One word, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// The text without quotes; `$` stays where the shell would expand it.
    pub(super) text: String,
    /// The word as written.
    pub(super) raw: String,
}

/// One simple command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Command {
    pub(super) words: Vec<Word>,
    /// The line that it begins in, counted from 1.
    pub(super) line: usize,
    /// True where it reads what the command before it writes.
    pub(super) reads_pipe: bool,
    /// The targets of `>` and `>>`.
    pub(super) writes: Vec<String>,
}

/// Words of the shell's grammar that stand before a command.
const BEFORE: [&str; 9] = [
    "if", "then", "elif", "else", "while", "until", "do", "!", "{",
];
/// Programs that run the command behind them.
const WRAPPERS: [&str; 8] = [
    "exec", "command", "nice", "env", "sudo", "nohup", "time", "eval",
];

/// The most commands that are looked at: real scripts have some hundreds.
const MOST_COMMANDS: usize = 20_000;

impl Command {
    /// Returns the words from the program on: without keywords, assignments and programs that run another.
    pub(super) fn run(&self) -> &[Word] {
        let mut words = &self.words[..];
        while let Some((first, rest)) = words.split_first() {
            let text = first.text.as_str();
            let is_option = text.starts_with('-') && words.len() < self.words.len();
            if BEFORE.contains(&text)
                || WRAPPERS.contains(&text.rsplit('/').next().unwrap_or_default())
                || is_assignment(text)
                || is_option
            {
                words = rest;
            } else {
                break;
            }
        }
        words
    }

    /// Returns the name of the program, without its directory.
    pub(super) fn program(&self) -> &str {
        let first = self.run().first();
        let text = first.map_or("", |word| word.text.as_str());
        text.rsplit('/').next().unwrap_or_default()
    }

    /// Returns the arguments.
    pub(super) fn arguments(&self) -> impl Iterator<Item = &str> {
        self.run().iter().skip(1).map(|word| word.text.as_str())
    }

    /// Tells whether an option of one letter is given, alone or among others.
    pub(super) fn has_flag(&self, letter: char) -> bool {
        let mut options = self
            .arguments()
            .filter(|it| it.starts_with('-') && !it.starts_with("--"));
        options.any(|option| option.contains(letter))
    }

    /// Tells whether an argument is there.
    pub(super) fn has(&self, argument: &str) -> bool {
        self.arguments().any(|it| it == argument)
    }
}

/// Returns whether a word gives a variable its value.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// Returns the commands of a script.
pub(super) fn commands(text: &str) -> Vec<Command> {
    let mut reader = Reader::new(text);
    reader.read();
    reader.commands
}

struct Reader<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    line: usize,
    commands: Vec<Command>,
    current: Command,
    /// The ends of here-documents that begin behind this line, and whether tabs stand before them.
    documents: Vec<(String, bool)>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: text.chars().peekable(),
            line: 1,
            commands: Vec::new(),
            current: Command::default(),
            documents: Vec::new(),
        }
    }

    fn read(&mut self) {
        while let Some(next) = self.rest.peek().copied() {
            if self.commands.len() >= MOST_COMMANDS {
                return;
            }
            match next {
                ' ' | '\t' | '\r' => drop(self.next()),
                '#' => self.skip_line(),
                '\n' => {
                    self.next();
                    self.end(false);
                    self.skip_documents();
                }
                ';' | '&' | '(' | ')' | '`' => {
                    self.next();
                    self.end(false);
                }
                '|' => {
                    self.next();
                    let is_or = self.rest.next_if_eq(&'|').is_some();
                    self.end(!is_or);
                }
                '<' | '>' => self.redirect(),
                _ => {
                    let line = self.line;
                    let word = self.word();
                    self.take(word, line);
                }
            }
        }
        self.end(false);
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.next();
        self.line += usize::from(next == Some('\n'));
        next
    }

    fn take(&mut self, word: Word, line: usize) {
        if word.raw.is_empty() {
            return;
        }
        // A number before `>` is that of a stream.
        let is_number = !word.text.is_empty() && word.text.chars().all(|c| c.is_ascii_digit());
        if is_number && matches!(self.rest.peek(), Some('<' | '>')) {
            return;
        }
        if self.current.words.is_empty() {
            self.current.line = line;
        }
        self.current.words.push(word);
    }

    fn end(&mut self, reads_pipe: bool) {
        // A command may begin on the line behind its pipe.
        if self.current.words.is_empty() && self.current.writes.is_empty() && !reads_pipe {
            return;
        }
        let next = Command {
            reads_pipe,
            ..Command::default()
        };
        let ended = std::mem::replace(&mut self.current, next);
        if !ended.words.is_empty() || !ended.writes.is_empty() {
            self.commands.push(ended);
        }
    }

    fn skip_line(&mut self) {
        while self.rest.next_if(|c| *c != '\n').is_some() {}
    }

    fn redirect(&mut self) {
        let sign = self.next();
        let is_document = sign == Some('<') && self.rest.next_if_eq(&'<').is_some();
        let has_tabs = is_document && self.rest.next_if_eq(&'-').is_some();
        while self
            .rest
            .next_if(|c| matches!(c, '>' | '&' | '|' | '<'))
            .is_some()
        {}
        while self.rest.next_if(|c| matches!(c, ' ' | '\t')).is_some() {}
        let word = self.word();
        if is_document {
            self.documents.push((word.text, has_tabs));
        } else if sign == Some('>') {
            self.current.writes.push(word.text);
        }
    }

    fn skip_documents(&mut self) {
        for (end, has_tabs) in std::mem::take(&mut self.documents) {
            while self.rest.peek().is_some() {
                let mut line = String::new();
                while let Some(next) = self.rest.next_if(|c| *c != '\n') {
                    line.push(next);
                }
                self.next();
                let line = if has_tabs {
                    line.trim_start_matches('\t')
                } else {
                    &line
                };
                if line == end {
                    break;
                }
            }
        }
    }

    /// Reads a word, and takes at least one character.
    fn word(&mut self) -> Word {
        let (mut text, mut raw) = (String::new(), String::new());
        while let Some(next) = self.rest.peek().copied() {
            match next {
                ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')' | '`' => break,
                '\\' => {
                    self.next();
                    match self.next() {
                        // The word goes on in the next line.
                        Some('\n') | None => {}
                        Some(other) => {
                            raw.extend(['\\', other]);
                            text.push(other);
                        }
                    }
                }
                '\'' | '"' => self.quoted(next, &mut text, &mut raw),
                '$' => self.expansion(&mut text, &mut raw),
                other => {
                    self.next();
                    raw.push(other);
                    text.push(other);
                }
            }
        }
        Word { text, raw }
    }

    fn quoted(&mut self, quote: char, text: &mut String, raw: &mut String) {
        raw.push(quote);
        self.next();
        while let Some(next) = self.next() {
            raw.push(next);
            match next {
                _ if next == quote => return,
                '\\' if quote == '"' => {
                    if let Some(escaped) = self.next() {
                        raw.push(escaped);
                        text.push(escaped);
                    }
                }
                // What is expanded differs from what only looks like it.
                '$' if quote == '\'' => text.push('\u{fffc}'),
                _ => text.push(next),
            }
        }
    }

    /// Reads `${…}` as one; the commands in `$(…)` are commands of their own.
    fn expansion(&mut self, text: &mut String, raw: &mut String) {
        self.next();
        for to in [&mut *text, &mut *raw] {
            to.push('$');
        }
        if self.rest.peek() == Some(&'{') {
            while let Some(next) = self.next() {
                text.push(next);
                raw.push(next);
                if next == '}' {
                    return;
                }
            }
        } else if let Some(quote) = self
            .rest
            .next_if(|c| matches!(c, '\'' | '#' | '?' | '$' | '!' | '@' | '*'))
        {
            text.push(quote);
            raw.push(quote);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let one = |command: &Command| {
            let words: Vec<_> = command
                .words
                .iter()
                .map(|word| word.text.as_str())
                .collect();
            let pipe = if command.reads_pipe { "| " } else { "" };
            format!("{}: {pipe}{}", command.line, words.join(" "))
        };
        commands(text).iter().map(one).collect()
    }

    #[test]
    fn commands_are_parted_as_the_shell_does() {
        let text = "#!/bin/sh\n# rm -rf /\nset -e; curl -s 'a b' |\n  sh -x 2>&1 # no\nif [ -n \"$X\" ]; then rm -rf \"$X/y\"; fi\n\
            cat <<-'END' > /tmp/x\n\trm -rf /\n\tEND\necho \\\n  two || exit 1\nx=$(ls /) y\n";
        assert_eq!(
            shown(text),
            [
                "3: set -e",
                "3: curl -s a b",
                "4: | sh -x",
                "5: if [ -n $X ]",
                "5: then rm -rf $X/y",
                "5: fi",
                "6: cat",
                "9: echo two",
                "10: exit 1",
                "11: x=$",
                "11: ls /",
                "11: y",
            ]
        );
    }

    #[test]
    fn programs_are_found_behind_what_runs_them() {
        let table = [
            ("if ! exec nice -n rm -rf x", "rm"),
            ("A=b C= /usr/bin/env rm", "rm"),
            ("'rm' x", "rm"),
            ("", ""),
        ];
        for (text, program) in table {
            let found = commands(text);
            assert_eq!(
                found.first().map_or("", Command::program),
                program,
                "{text}"
            );
        }
    }
}
