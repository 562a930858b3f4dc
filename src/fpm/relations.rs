//! Relations: `name > 1.2` becomes `name (>> 1.2)`, and so on.

use super::error::FpmError;
use super::line::Line;

/// The relations of a package, as control fields spell them.
#[derive(Debug, Default)]
pub(super) struct Relations {
    pub(super) all: Vec<String>,
    /// The versions that `!=` forbids.
    pub(super) breaks: Vec<String>,
}

/// Reads the values of an option.
///
/// # Errors
/// [`FpmError::Value`] where a relation cannot be spelled.
pub(super) fn read(line: &mut Line, option: &'static str) -> Result<Relations, FpmError> {
    let mut relations = Relations::default();
    let any_revision = line.is_on("deb-ignore-iteration-in-dependencies");
    let values: Vec<String> = line.list(option).map(str::to_owned).collect();
    for value in values {
        let parts = part(&value, ',');
        if parts.len() > 1 {
            line.otherwise(format!(
                "`{value}` of `--{option}` is taken as {} relations",
                parts.len()
            ));
        }
        for text in parts {
            let path = text.starts_with('/') || text.contains("rpmlib");
            if path {
                line.otherwise(format!(
                    "`{text}` of `--{option}` is no package, and left out"
                ));
                continue;
            }
            let either: Vec<Relation> = part(text, '|').into_iter().map(Relation::of).collect();
            for relation in &either {
                if relation.name != relation.written {
                    line.otherwise(format!(
                        "`{}` of `--{option}` is written `{}`",
                        relation.written, relation.name
                    ));
                }
            }
            match &either[..] {
                [only] => only.add_to(&mut relations, any_revision, option)?,
                several => {
                    let several: Vec<String> = several.iter().map(Relation::text).collect();
                    relations.all.push(several.join(" | "));
                }
            }
        }
    }
    Ok(relations)
}

/// Parts a text at a sign outside of parentheses.
fn part(text: &str, sign: char) -> Vec<&str> {
    let mut depth = 0_usize;
    let parts = text.split(|letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == sign && depth == 0
    });
    parts.map(str::trim).filter(|it| !it.is_empty()).collect()
}

/// A relation to one package.
#[derive(Debug)]
struct Relation {
    /// The name as it was written.
    written: String,
    name: String,
    operator: String,
    version: String,
    /// The rest, which is no version, as it was written.
    rest: String,
}

impl Relation {
    fn of(text: &str) -> Self {
        let end = text.find(|c: char| c.is_whitespace() || "(<>=!~[".contains(c));
        let (written, rest) = text.split_at(end.unwrap_or(text.len()));
        let name = written.to_lowercase().replace('_', "-");
        let trimmed = rest.trim();
        let inner = trimmed
            .strip_prefix('(')
            .and_then(|it| it.strip_suffix(')'));
        let bare = inner.unwrap_or(trimmed).trim();
        let end = bare.find(|c| !"<>=!~".contains(c)).unwrap_or(bare.len());
        let (operator, version) = bare.split_at(end);
        let is_version = !operator.is_empty() && !version.trim().contains(char::is_whitespace);
        Self {
            written: written.to_owned(),
            name,
            operator: match operator {
                _ if !is_version => "",
                "<" => "<<",
                ">" => ">>",
                "==" => "=",
                other => other,
            }
            .to_owned(),
            version: version.trim().to_owned(),
            rest: if is_version { "" } else { rest }.to_owned(),
        }
    }

    fn text(&self) -> String {
        if self.operator.is_empty() {
            return format!("{}{}", self.name, self.rest);
        }
        format!("{} ({} {})", self.name, self.operator, self.version)
    }

    fn add_to(
        &self,
        relations: &mut Relations,
        any_revision: bool,
        option: &'static str,
    ) -> Result<(), FpmError> {
        let Self { name, version, .. } = self;
        let next = match &*self.operator {
            "~>" => following(version),
            "=" if any_revision => {
                let mut numbers = numbers(version);
                if let Some(last) = numbers.as_mut().and_then(|it| it.last_mut()) {
                    *last += 1;
                }
                numbers
            }
            "!=" if option == "depends" => {
                relations.breaks.push(format!("{name} (= {version})"));
                return Ok(());
            }
            "!=" => None,
            _ => {
                relations.all.push(self.text());
                return Ok(());
            }
        };
        let Some(next) = next else {
            return Err(FpmError::Value {
                option,
                value: self.text(),
                expected: "a relation that a package can have".into(),
            });
        };
        let next: Vec<String> = next.iter().map(u64::to_string).collect();
        relations.all.push(format!("{name} (>= {version})"));
        relations
            .all
            .push(format!("{name} (<< {})", next.join(".")));
        Ok(())
    }
}

fn numbers(version: &str) -> Option<Vec<u64>> {
    version.split('.').map(|it| it.parse().ok()).collect()
}

/// Returns the first version that `~>` does not mean: `1.3.0` for `1.2.3`, `2` for `1`.
fn following(version: &str) -> Option<Vec<u64>> {
    let mut numbers = numbers(version)?;
    match &mut numbers[..] {
        [.., before, last] => {
            *before += 1;
            *last = 0;
        }
        [only] => *only += 1,
        [] => {}
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> Vec<String> {
        let mut relations = Relations::default();
        Relation::of(text)
            .add_to(&mut relations, false, "depends")
            .unwrap();
        relations.all.into_iter().chain(relations.breaks).collect()
    }

    #[test]
    fn relations_are_spelled_as_debian_does() {
        for (text, expected) in [
            ("git", &["git"][..]),
            ("git > 2", &["git (>> 2)"]),
            ("Big_Lib < 1.0_a", &["big-lib (<< 1.0_a)"]),
            ("git >= 1:2", &["git (>= 1:2)"]),
            ("git>=2", &["git (>= 2)"]),
            ("git (> 2)", &["git (>> 2)"]),
            ("git (= 2)", &["git (= 2)"]),
            ("libc6:any [amd64]", &["libc6:any [amd64]"]),
            ("gem ~> 1.2.3", &["gem (>= 1.2.3)", "gem (<< 1.3.0)"]),
            ("gem ~> 1", &["gem (>= 1)", "gem (<< 2)"]),
            ("gem != 1.2", &["gem (= 1.2)"]),
        ] {
            assert_eq!(spelled(text), expected, "{text}");
        }
        assert_eq!(part("a (>= 1), b | c, ", ','), ["a (>= 1)", "b | c"]);
    }
}
