//! `Interpreter`: the program that the `#!` line of a script names.

use serde::Serialize;

/// The words before the script's own path when it is run: the program, and where the line goes on
/// its one argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Interpreter(Vec<String>);

impl Interpreter {
    /// Returns the interpreter of a text, as the kernel reads it (execve(2)); `None` where it has
    /// no `#!` line.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let line = text.strip_prefix("#!")?.lines().next()?.trim();
        let (program, argument) = match line.split_once([' ', '\t']) {
            Some((program, argument)) => (program, Some(argument.trim_start())),
            None => (line, None),
        };
        let words = [Some(program), argument].into_iter().flatten();
        let words: Vec<String> = words.map(str::to_owned).collect();
        (!program.is_empty()).then_some(Self(words))
    }

    /// Returns the interpreter of what names none.
    pub(crate) fn sh() -> Self {
        Self(vec!["/bin/sh".to_owned()])
    }

    /// Returns the path in the line.
    pub(crate) fn path(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// Returns the program that runs in the end, without its folder where that is of the system:
    /// `bash` of `/usr/bin/env bash`.
    pub(crate) fn program(&self) -> &str {
        let path = self.path();
        let name = match path.rsplit_once('/') {
            Some(("/bin" | "/usr/bin" | "/sbin" | "/usr/sbin", name)) => name,
            _ => path,
        };
        let named = self.0.get(1).filter(|_| name == "env").and_then(|rest| {
            let mut words = rest.split_whitespace();
            words.find(|word| !word.starts_with('-') && !word.contains('='))
        });
        named.unwrap_or(name)
    }

    /// Returns the shell of the family of sh(1) that runs the script, where it is one that every
    /// Debian system has.
    pub(crate) fn shell(&self) -> Option<&str> {
        let program = self.program();
        matches!(program, "sh" | "dash" | "bash").then_some(program)
    }
}

#[cfg(test)]
mod tests {
    use super::Interpreter;

    #[test]
    fn the_line_is_read_as_the_kernel_does() {
        for (text, words, program) in [
            ("#!/bin/sh\nx", &["/bin/sh"][..], "sh"),
            ("#! /bin/bash -e -u \n", &["/bin/bash", "-e -u"], "bash"),
            ("#!/usr/bin/perl\t-w", &["/usr/bin/perl", "-w"], "perl"),
            ("#!/usr/bin/env bash\n", &["/usr/bin/env", "bash"], "bash"),
            (
                "#!/usr/bin/env -S A=1 perl -w\n",
                &["/usr/bin/env", "-S A=1 perl -w"],
                "perl",
            ),
            ("#!/opt/a/bin/sh\n", &["/opt/a/bin/sh"], "/opt/a/bin/sh"),
        ] {
            let interpreter = Interpreter::of(text).unwrap();
            assert_eq!(interpreter.0, words, "{text}");
            assert_eq!(interpreter.program(), program, "{text}");
        }
        for text in ["", "#!", "#!\n/bin/sh", " #!/bin/sh", "# !/bin/sh", "true"] {
            assert_eq!(Interpreter::of(text), None, "{text}");
        }
    }
}
