//! A rehearsal for people.

use std::fmt::Write as _;

use crate::escape;
use crate::finding::{Finding, tags};
use crate::rehearse::{Rehearsal, Run, Step};

/// Returns the report.
pub(super) fn of(rehearsal: &Rehearsal) -> String {
    let mut text = String::new();
    let name = format!("{} {}", rehearsal.package, rehearsal.version);
    for run in &rehearsal.runs {
        let init = match run.init {
            "none" => "without init",
            "sysv" => "under SysV",
            _ => "under systemd",
        };
        let title = format!(
            "{name} on {} {init}, {} s",
            run.root,
            seconds(run.milliseconds)
        );
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}", escape::line(&title));
        of_run(run, &mut text);
    }
    text
}

fn of_run(run: &Run, text: &mut String) {
    let widths = run.steps.iter().map(|step| step.name.chars().count());
    let width = widths.max().unwrap_or(0);
    let mut shown = "";
    for step in &run.steps {
        if step.life != shown {
            shown = &step.life;
            let _ = writeln!(text, "  {}", escape::line(shown));
        }
        let name = escape::line(&step.name);
        let has_fallen = |finding: &Finding| finding.tag == tags::SERVICE_NOT_READY;
        let outcome = match (step.status, step.failure_expected) {
            (0, _) if step.findings.iter().any(has_fallen) => "SERVICE FAILS",
            (0, _) => "ok",
            (_, true) => "fails, as it should",
            (_, false) => "FAILS",
        };
        let seconds = seconds(step.milliseconds);
        let mut line = format!("    {name:width$}  {seconds:>6} s  {outcome}");
        for part in details(step) {
            let _ = write!(line, ", {}", escape::line(&part));
        }
        let _ = writeln!(text, "{line}");
        // A failure that was asked for is worth no more words, unless it shows a fault.
        let is_told = !step.failure_expected || !step.findings.is_empty();
        let output = step.output.iter().filter(|_| is_told);
        for line in output.flat_map(|output| output.lines()) {
            let _ = writeln!(text, "      | {}", escape::line(line));
        }
    }
    if !run.not_done.is_empty() {
        let names: Vec<String> = run
            .not_done
            .iter()
            .map(|step| format!("{}: {}", step.life, step.name))
            .collect();
        let count = names.len();
        let steps = if count == 1 { "step" } else { "steps" };
        let _ = writeln!(
            text,
            "  {count} {steps} not done after a failure: {}",
            escape::line(&names.join("; "))
        );
    }
    if !run.accounts_left.is_empty() {
        let accounts = run.accounts_left.join(", ");
        let _ = writeln!(text, "  left, as it should be: {}", escape::line(&accounts));
    }
}

fn seconds(milliseconds: u64) -> String {
    let hundredths = milliseconds / 10;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn details(step: &Step) -> Vec<String> {
    let states = step.services.iter();
    let mut parts: Vec<String> = states
        .map(|it| format!("{} {}", it.service, it.state))
        .collect();
    if !step.ports.is_empty() {
        let numbers: Vec<String> = step.ports.iter().map(u16::to_string).collect();
        parts.push(format!("answers on {}", numbers.join(" ")));
    }
    if let Some(downtime) = step.downtime_milliseconds {
        parts.push(format!("down for {downtime} ms"));
    } else if step.name.starts_with("upgrade from") && !step.services.is_empty() {
        parts.push("downtime not measured: no port that stays".to_owned());
    }
    parts
}

#[cfg(test)]
mod tests {
    use crate::rehearse::{ServiceState, Step};

    #[test]
    fn an_upgrade_without_a_port_says_that_nothing_was_measured() {
        let service = ServiceState {
            service: "app.service".into(),
            state: "active".into(),
        };
        let mut step = Step {
            life: "upgraded from 1".into(),
            name: "upgrade from 1".into(),
            status: 0,
            failure_expected: false,
            milliseconds: 1234,
            services: vec![service],
            ports: Vec::new(),
            downtime_milliseconds: None,
            output: None,
            findings: Vec::new(),
        };
        let active = "app.service active";
        let not_measured = "downtime not measured: no port that stays";
        assert_eq!(super::details(&step), [active, not_measured]);
        step.downtime_milliseconds = Some(8);
        assert_eq!(super::details(&step), [active, "down for 8 ms"]);
        step.downtime_milliseconds = None;
        step.name = "install".into();
        assert_eq!(super::details(&step), [active]);
    }
}
