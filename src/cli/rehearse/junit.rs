//! A rehearsal as the XML of `JUnit`, which CI servers show.

use std::fmt::Write as _;

use crate::escape;
use crate::finding::Severity;
use crate::rehearse::{NotDone, Rehearsal, Run, Step};

/// Returns the document.
pub(super) fn of(rehearsal: &Rehearsal) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    let name = format!("{} {}", rehearsal.package, rehearsal.version);
    for run in &rehearsal.runs {
        suite(&name, run, &mut xml);
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn suite(package: &str, run: &Run, xml: &mut String) {
    let name = attribute(&format!("{package} on {} {}", run.root, run.init));
    let failures = run.steps.iter().filter(|step| has_failed(step)).count();
    let skipped = run.not_done.len();
    let tests = run.steps.len() + skipped;
    // Writing to a String cannot fail.
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\">"
    );
    let class = |life: &str| attribute(&format!("{}.{}.{life}", run.root, run.init));
    for step in &run.steps {
        let (name, milliseconds) = (attribute(&step.name), step.milliseconds);
        let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
        let _ = write!(
            xml,
            "    <testcase name=\"{name}\" classname=\"{}\" time=\"{seconds}.{rest:03}\"",
            class(&step.life)
        );
        if !has_failed(step) {
            xml.push_str("/>\n");
            continue;
        }
        xml.push_str(">\n");
        for finding in errors(step) {
            let message = attribute(&finding.message);
            let _ = write!(
                xml,
                "      <failure type=\"{}\" message=\"{message}\">",
                finding.tag
            );
            xml.push_str(&text(step.output.as_deref().unwrap_or_default()));
            xml.push_str("</failure>\n");
        }
        xml.push_str("    </testcase>\n");
    }
    for step in &run.not_done {
        skip(step, &class(&step.life), xml);
    }
    xml.push_str("  </testsuite>\n");
}

fn skip(step: &NotDone, class: &str, xml: &mut String) {
    let name = attribute(&step.name);
    // Writing to a String cannot fail.
    let _ = writeln!(
        xml,
        "    <testcase name=\"{name}\" classname=\"{class}\"><skipped/></testcase>"
    );
}

fn errors(step: &Step) -> impl Iterator<Item = &crate::finding::Finding> {
    let findings = step.findings.iter();
    findings.filter(|finding| finding.severity == Severity::Error)
}

fn has_failed(step: &Step) -> bool {
    errors(step).next().is_some()
}

fn attribute(value: &str) -> String {
    text(&escape::line(value)).replace('"', "&quot;")
}

fn text(value: &str) -> String {
    let value = escape::lines(value);
    value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use crate::finding::{Finding, tags};
    use crate::rehearse::{NotDone, Rehearsal, Run, Step};

    #[test]
    fn a_finding_is_a_failure_and_nothing_escapes() {
        let step = |name: &str, findings: Vec<Finding>| Step {
            life: "purged".into(),
            name: name.into(),
            status: 0,
            failure_expected: false,
            milliseconds: 1234,
            services: Vec::new(),
            ports: Vec::new(),
            downtime_milliseconds: None,
            output: Some("<a>\u{1b}&\n".into()),
            findings,
        };
        let finding = Finding::new(tags::LEFT_BEHIND, "`/\"x\"` stays");
        let rehearsal = Rehearsal {
            package: "app".into(),
            version: "1".into(),
            architecture: "all".into(),
            runs: vec![Run {
                root: "sid".into(),
                init: "none",
                milliseconds: 2468,
                not_done: vec![NotDone {
                    life: "removed".into(),
                    name: "remove".into(),
                }],
                steps: vec![step("install", Vec::new()), step("purge", vec![finding])],
                accounts_left: Vec::new(),
            }],
        };
        let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="app 1 on sid none" tests="3" failures="1" skipped="1">
    <testcase name="install" classname="sid.none.purged" time="1.234"/>
    <testcase name="purge" classname="sid.none.purged" time="1.234">
      <failure type="left-behind" message="`/&quot;x&quot;` stays">&lt;a&gt;\u{1b}&amp;
</failure>
    </testcase>
    <testcase name="remove" classname="sid.none.removed"><skipped/></testcase>
  </testsuite>
</testsuites>
"#;
        assert_eq!(super::of(&rehearsal), expected);
    }
}
