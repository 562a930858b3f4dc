//! The text of a unit, as systemd.syntax(7) has it.

/// The directives of a unit, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct UnitText {
    sections: Vec<String>,
    directives: Vec<Directive>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Directive {
    section: String,
    key: String,
    value: String,
}

/// A line that is nothing of a unit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub(crate) struct UnitTextError {
    /// The line, counted from 1.
    line: usize,
    fault: String,
}

impl UnitText {
    /// Reads the text of a unit.
    ///
    /// # Errors
    /// [`UnitTextError`] names the first line that is neither a section nor a directive in one.
    pub(crate) fn parse(text: &str) -> Result<Self, UnitTextError> {
        let mut unit = Self::default();
        for (line, whole) in logical_lines(text) {
            let at = |fault: String| UnitTextError { line, fault };
            let shown = || whole.escape_debug().to_string();
            if whole.contains('\0') {
                return Err(at("there is a NUL in it".to_owned()));
            }
            if let Some(rest) = whole.strip_prefix('[') {
                let name = rest.strip_suffix(']').filter(|name| !name.is_empty());
                let name = name.ok_or_else(|| at(format!("`{}` is no section", shown())))?;
                unit.sections.push(name.to_owned());
                continue;
            }
            let (key, value) = whole.split_once('=').ok_or_else(|| {
                at(format!(
                    "`{}` is neither a section nor a directive",
                    shown()
                ))
            })?;
            let section = unit.sections.last().cloned();
            let section = section
                .ok_or_else(|| at(format!("`{}` stands before any section", key.trim_end())))?;
            unit.directives.push(Directive {
                section,
                key: key.trim_end().to_owned(),
                value: value.trim_start().to_owned(),
            });
        }
        Ok(unit)
    }

    /// Returns whether the unit has a section.
    pub(crate) fn has_section(&self, name: &str) -> bool {
        self.sections.iter().any(|section| section == name)
    }

    /// Returns whether a directive is there, with a value or without.
    pub(crate) fn has_directive(&self, section: &str, key: &str) -> bool {
        let mut directives = self.directives.iter();
        directives.any(|it| it.section == section && it.key == key)
    }

    /// Returns the values of a directive that count: an empty one takes back those before it.
    pub(crate) fn values(&self, section: &str, key: &str) -> Vec<&str> {
        let mut values = Vec::new();
        for directive in &self.directives {
            if directive.section == section && directive.key == key {
                if directive.value.is_empty() {
                    values.clear();
                } else {
                    values.push(directive.value.as_str());
                }
            }
        }
        values
    }

    /// Returns the last value of a directive.
    pub(crate) fn value(&self, section: &str, key: &str) -> Option<&str> {
        self.values(section, key).pop()
    }
}

/// Returns the lines that count with their numbers: without comments, and continued ones in one.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with(['#', ';']) || line.is_empty() && open.is_none() {
            continue;
        }
        let (number, mut whole) = open.take().unwrap_or((index + 1, String::new()));
        if let Some(begin) = line.strip_suffix('\\') {
            whole.push_str(begin);
            whole.push(' ');
            open = Some((number, whole));
        } else {
            whole.push_str(line);
            lines.push((number, whole));
        }
    }
    lines.extend(open);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_read_as_systemd_reads_them() {
        let unit = UnitText::parse(
            "# comment\n[Unit]\nAfter = a.service \\\n  # no end\n  b.service\n\n[Service]\n\
             ExecStart=/bin/a\nExecStart=\n; comment\nExecStart=/bin/b x=y\n",
        )
        .unwrap();
        assert!(unit.has_section("Service") && !unit.has_section("Install"));
        assert_eq!(unit.values("Unit", "After"), ["a.service  b.service"]);
        assert_eq!(unit.values("Service", "ExecStart"), ["/bin/b x=y"]);
        assert_eq!(unit.value("Unit", "ExecStart"), None);
    }

    #[test]
    fn other_lines_are_refused_with_their_numbers() {
        for (text, error) in [
            ("A=b\n", "line 1: `A` stands before any section"),
            ("[Unit\n", "line 1: `[Unit` is no section"),
            ("\n[]\n", "line 2: `[]` is no section"),
            (
                "[Unit]\n\nnonsense\n",
                "line 3: `nonsense` is neither a section nor a directive",
            ),
            ("[Unit]\nA=\0\n", "line 2: there is a NUL in it"),
        ] {
            let found = UnitText::parse(text).unwrap_err().to_string();
            assert_eq!(found, error, "{text:?}");
        }
    }
}
