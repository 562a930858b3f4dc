//! The version of a package, spelled as nfpm spells it: APT must not see a downgrade.

use super::super::model::Model;
use super::super::node::{Fault, Table};
use super::super::notes::Notes;
use super::{Source, template};
use crate::debian::Version;
use crate::manifest::draft::{Text, Value};

impl Source<'_> {
    pub(super) fn version(
        &self,
        table: &Table,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let mut more = Vec::new();
        for (key, sign) in [("prerelease", "-"), ("version_metadata", "+")] {
            let text = table.text(key)?.unwrap_or_default();
            let line = table.line(key).unwrap_or(1);
            let text = self.expanded("package", key, (line, text), model, notes);
            more.push((sign, text.written));
        }
        let filled = more.iter().filter(|(_, text)| !text.is_empty());
        let added: String = filled.flat_map(|(sign, text)| [sign, &**text]).collect();
        let line = table.line("version").unwrap_or(1);
        let Some(text) = table.text("version")? else {
            self.of_git(table, &added, model, notes)?;
            self.epoch(table, None, model, notes)?;
            return self.text(table, "release", "revision", model, notes);
        };
        let version = self.expanded("package", "version", (line, text), model, notes);
        let is_semver = table.text("version_schema")? != Some("none");
        if version.is_variable() || added.contains('$') {
            let parts = [&*version.written, &more[0].1, &more[1].1];
            self.of_variables(line, parts, &added, is_semver, model, notes);
            self.epoch(table, None, model, notes)?;
            return self.text(table, "release", "revision", model, notes);
        }
        let (epoch, plain) = match text.split_once(':') {
            Some((epoch, plain)) if epoch.parse::<u32>().is_ok() => (Some(epoch), plain),
            _ => (None, text),
        };
        let whole = spelled(plain, is_semver, [&*more[0].1, &*more[1].1]);
        if whole.len() < plain.len() && plain.starts_with('v') && !is_semver {
            notes.differs(
                Some(line),
                &format!("the version is `{whole}`"),
                "one of Debian begins with a digit: dpkg refuses what nfpm makes of it",
            );
        }
        self.epoch(table, epoch, model, notes)?;
        let release = table.text("release")?.unwrap_or_default();
        if !whole.contains('-') {
            model.set("package", "version", Text::literal(&whole));
            return self.text(table, "release", "revision", model, notes);
        }
        // What is behind the last `-` is a revision for dpkg.
        let sign = if release.is_empty() { "" } else { "-" };
        let release = self.expanded("package", "release", (line, release), model, notes);
        let exact = format!("{}{sign}{}", whole.replace('$', "$$"), release.written);
        model.set(
            "package",
            "version",
            table_of("exact", Text::verbatim(&exact)),
        );
        Ok(())
    }

    /// Adds a version with variables, which is spelled at the build.
    fn of_variables(
        &self,
        line: usize,
        parts: [&str; 3],
        added: &str,
        is_semver: bool,
        model: &mut Model,
        notes: &mut Notes,
    ) {
        let whole = Text::verbatim(&format!("{}{added}", parts[0]));
        if !is_semver {
            notes.differs(
                Some(line),
                "the version is respelled so that it sorts as meant",
                "`1.0.0-rc1` becomes `1.0.0~rc1`; `version = { exact = \"…\" }` takes it as it is",
            );
        } else if self.project.is_none() {
            self.tell_other(line, parts, &whole, notes);
        }
        model.set("package", "version", table_of("upstream", whole));
    }

    /// Says where nfpm spells the version that the environment has now in another way.
    fn tell_other(&self, line: usize, parts: [&str; 3], whole: &Text, notes: &mut Notes) {
        let filled = |text: &str| template::filled(text, &self.environment.variables);
        let [Some(version), Some(prerelease), Some(metadata), Some(ours)] =
            [parts[0], parts[1], parts[2], whole.written()].map(filled)
        else {
            return;
        };
        let of_nfpm = spelled(&version, true, [&prerelease, &metadata]);
        if let Ok(ours) = Version::from_release(&ours)
            && ours.version.to_string() != of_nfpm
        {
            let what = format!(
                "version `{version}` becomes `{}`, which is `{of_nfpm}` of nfpm",
                ours.version
            );
            let why = "one of three numbers is the same; look that machines take it for newer than what they have";
            notes.differs(Some(line), &what, why);
        }
    }

    /// Adds the version where goreleaser asks git.
    fn of_git(
        &self,
        table: &Table,
        added: &str,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        if self.project.is_none() {
            return Err(Fault {
                line: 1,
                message: "`version` is missing, expected one such as `1.4.0`".into(),
            });
        }
        if !added.is_empty() {
            let comment = format!("goreleaser adds `{added}` to the version.");
            model.comment("package", comment);
            notes.left_out(
                table.line("prerelease").or(table.line("version_metadata")),
                &format!("`{added}` is not added to the version"),
                "the tag of git says it, or `--release-version`",
            );
        }
        model.set("package", "version", table_of("git", Value::Boolean(true)));
        Ok(())
    }

    fn epoch(
        &self,
        table: &Table,
        own: Option<&str>,
        model: &mut Model,
        notes: &mut Notes,
    ) -> Result<(), Fault> {
        let written = table.text("epoch")?.filter(|text| !text.is_empty());
        if let Some(epoch) = written.or(own) {
            let value = if let Ok(number) = epoch.parse() {
                Value::Integer(number)
            } else {
                let line = table.line("epoch").unwrap_or(1);
                let text = self.expanded("package", "epoch", (line, epoch), model, notes);
                Value::Text(text.text())
            };
            model.set("package", "epoch", value);
        }
        Ok(())
    }
}

fn table_of(key: &str, value: impl Into<Value>) -> Value {
    Value::Table(vec![(Text::literal(key), value.into())])
}

/// Returns a version as nfpm writes it, with what its file says of a pre-release and of metadata.
fn spelled(text: &str, is_semver: bool, more: [&str; 2]) -> String {
    let [mut prerelease, mut metadata] = more;
    let mut version = text.to_owned();
    if let Some((numbers, own)) = semver(text).filter(|_| is_semver) {
        version = numbers;
        if prerelease.is_empty() {
            prerelease = own[0];
        }
        if metadata.is_empty() {
            metadata = own[1];
        }
    } else if let Some(number) = text.strip_prefix('v')
        && number.starts_with(|c: char| c.is_ascii_digit())
    {
        number.clone_into(&mut version);
    }
    for (sign, part) in [('~', prerelease), ('+', metadata)] {
        if !part.is_empty() {
            version.push(sign);
            version.push_str(part);
        }
    }
    version
}

/// Returns the three numbers of a version that nfpm takes for one of semver, its pre-release and its metadata.
fn semver(text: &str) -> Option<(String, [&str; 2])> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (text, metadata) = split(text, '+');
    let (numbers, prerelease) = split(text, '-');
    let has_zero = |part: &str| {
        let is_number = part.chars().all(|c| c.is_ascii_digit());
        is_number && part.len() > 1 && part.starts_with('0')
    };
    let is_word = |part: &str| {
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !part.is_empty() && part.chars().all(is_letter)
    };
    let mut words = [prerelease, metadata].into_iter().flatten();
    if !words.all(|words| words.split('.').all(is_word))
        || prerelease.is_some_and(|it| it.split('.').any(has_zero))
    {
        return None;
    }
    let numbers: Result<Vec<u64>, _> = numbers.split('.').map(str::parse).collect();
    let numbers = numbers.ok().filter(|numbers| numbers.len() <= 3)?;
    let number = |place: usize| numbers.get(place).copied().unwrap_or_default();
    let numbers = format!("{}.{}.{}", number(0), number(1), number(2));
    Some((
        numbers,
        [prerelease.unwrap_or_default(), metadata.unwrap_or_default()],
    ))
}

fn split(text: &str, sign: char) -> (&str, Option<&str>) {
    match text.split_once(sign) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The right column is what nfpm 2.48.0 has written.
    #[test]
    fn versions_are_those_of_nfpm() {
        for (text, is_semver, more, expected) in [
            ("1.2", true, ["", ""], "1.2.0"),
            ("1", true, ["beta1", ""], "1.0.0~beta1"),
            ("1.2", false, ["beta1", ""], "1.2~beta1"),
            ("2024.01.02", true, ["", ""], "2024.1.2"),
            ("2024.01.02", false, ["", ""], "2024.01.02"),
            ("1.2.3.rc1", true, ["beta1", ""], "1.2.3.rc1~beta1"),
            ("1.2.3-5-gabc", true, ["", ""], "1.2.3~5-gabc"),
            ("1.2.3-5-gabc", false, ["", ""], "1.2.3-5-gabc"),
            ("1.2.3-rc1", true, ["", ""], "1.2.3~rc1"),
            ("1.2.3-rc1", true, ["beta1", ""], "1.2.3~beta1"),
            ("1.2.3-rc1", false, ["beta1", ""], "1.2.3-rc1~beta1"),
            ("1.2.3-rc.1+abc", true, ["", ""], "1.2.3~rc.1+abc"),
            ("1.2.3-rc.1+abc", true, ["", "git"], "1.2.3~rc.1+git"),
            ("1.2.3-01", true, ["", ""], "1.2.3-01"),
            ("1.2.3.4", true, ["", ""], "1.2.3.4"),
            ("v1.2", true, ["", ""], "1.2.0"),
            ("1.2.3~rc1", true, ["beta1", ""], "1.2.3~rc1~beta1"),
        ] {
            assert_eq!(spelled(text, is_semver, more), expected, "{text} {more:?}");
        }
        // dpkg refuses what nfpm writes.
        assert_eq!(spelled("v1.2", false, ["", ""]), "1.2");
    }
}
