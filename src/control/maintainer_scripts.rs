//! `MaintainerScripts`: the four scripts that dpkg runs, put together from fragments.

use std::collections::BTreeSet;

use super::own_scripts::combined;
use crate::deployment::context::Context;
use crate::deployment::{Contribution, Deployment, Fragment, Functions, HOOK, Script};
use crate::own_scripts::OwnScript;
use crate::template::{TemplateError, Templates};

/// The maintainer scripts of a package, in the order of its life; one that has nothing to do is not
/// there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MaintainerScripts {
    scripts: Vec<(Script, String)>,
}

impl MaintainerScripts {
    /// Orders the fragments by their steps and puts a head in front of each script that has any:
    /// the purpose of the script, the calls of dpkg that it knows, and the functions that its
    /// fragments call.
    ///
    /// # Errors
    /// [`TemplateError`] where a head does not render.
    pub fn assemble(
        deployment: &Deployment,
        contribution: &Contribution,
        templates: &Templates,
    ) -> Result<Self, TemplateError> {
        let context = Context::new(deployment);
        let mut scripts = Vec::new();
        for script in Script::ALL {
            let fragments = contribution.fragments.iter();
            let mut fragments: Vec<&Fragment> = fragments
                .filter(|it| it.script == script && !it.text.trim().is_empty())
                .collect();
            if fragments.is_empty() {
                continue;
            }
            // Stable: fragments of one step keep the order in which they were contributed.
            fragments.sort_by_key(|fragment| fragment.step);
            let head = templates.render(&format!("package/{}.sh", script.name()), &context)?;
            let mut text = head.trim_end().to_owned();
            let functions = called(&contribution.functions, &fragments);
            for piece in functions
                .into_iter()
                .chain(fragments.iter().map(|it| it.text.as_str()))
            {
                text.push_str("\n\n");
                text.push_str(piece.trim());
            }
            text.push_str("\n\nexit 0\n");
            scripts.push((script, text));
        }
        Ok(Self { scripts })
    }

    /// Puts the author's own scripts together with these.
    ///
    /// # Errors
    /// [`TemplateError`] where the script that joins them does not render.
    pub(crate) fn with_own(
        mut self,
        own: &[OwnScript],
        deployment: &Deployment,
        templates: &Templates,
    ) -> Result<Self, TemplateError> {
        for own in own {
            let text = combined(own, self.get(own.script), deployment, templates)?;
            self.scripts.retain(|(script, _)| *script != own.script);
            self.scripts.push((own.script, text));
        }
        self.scripts.sort_by_key(|(script, _)| *script);
        Ok(self)
    }

    /// The text of one script, where there is one.
    #[must_use]
    pub fn get(&self, script: Script) -> Option<&str> {
        self.scripts
            .iter()
            .find(|(which, _)| *which == script)
            .map(|(_, text)| text.as_str())
    }

    /// The scripts with their texts, in the order of a package's life.
    pub fn iter(&self) -> impl Iterator<Item = (Script, &str)> {
        self.scripts
            .iter()
            .map(|(script, text)| (*script, text.as_str()))
    }
}

/// Returns the texts of the functions that fragments call, and of those that these call. The
/// author's hooks have functions of their own.
fn called<'a>(functions: &'a [Functions], fragments: &[&'a Fragment]) -> Vec<&'a str> {
    let fragments = fragments
        .iter()
        .filter(|fragment| fragment.template != HOOK);
    let mut read: Vec<&str> = fragments.map(|fragment| fragment.text.as_str()).collect();
    let mut is_called = vec![false; functions.len()];
    while let Some(text) = read.pop() {
        let words: BTreeSet<&str> = words(text).collect();
        for (functions, is_called) in functions.iter().zip(&mut is_called) {
            if !*is_called && names(&functions.text).any(|name| words.contains(name)) {
                *is_called = true;
                read.push(&functions.text);
            }
        }
    }
    let all = functions.iter().zip(is_called);
    all.filter(|(_, is_called)| *is_called)
        .map(|(functions, _)| functions.text.as_str())
        .collect()
}

/// Returns the words of a shell text that can be names of commands, outside of comments.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    lines.flat_map(|line| line.split(|c: char| c.is_whitespace() || "()|;&`".contains(c)))
}

/// Returns the names of the functions that a shell text defines at the start of a line.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let (name, rest) = line.split_once('(')?;
        let name = name.trim_end();
        (rest.starts_with(')') && !name.contains(char::is_whitespace)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deployment::Step;

    fn fragment(template: &'static str, text: &str) -> Fragment {
        Fragment {
            script: Script::Postinst,
            step: Step::Directories,
            template,
            text: text.to_owned(),
        }
    }

    #[test]
    fn functions_are_those_that_are_called() {
        let functions = [
            "one() {\n  :\n}",
            "two() { # X\n  one\n}",
            "three () {\n  :\n}",
        ];
        let functions = functions.map(|text| Functions {
            template: "",
            text: text.to_owned(),
        });
        let table: [(&str, &[usize]); 6] = [
            ("one", &[0]),
            ("x=$(two y) || exit", &[0, 1]),
            ("[ -n x ] && (three)", &[2]),
            ("# one", &[]),
            ("echo one_two \"$one\"", &[]),
            ("two; one", &[0, 1]),
        ];
        for (text, expected) in table {
            let expected: Vec<&str> = expected
                .iter()
                .map(|&at| functions[at].text.as_str())
                .collect();
            assert_eq!(
                called(&functions, &[&fragment("x", text)]),
                expected,
                "{text}"
            );
        }
        assert_eq!(called(&functions, &[&fragment(HOOK, "one")]), [""; 0]);
    }
}
