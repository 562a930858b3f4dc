//! The lives of a package, step by step: each is what an administrator does, then what they would look
//! at.

use super::stage::{Expected, Halt, NEW, OLD, Stage};
use super::subject::Subject;
use super::{Init, SystemError};
use crate::finding::tags;

use Expected::{Failure, Success};

/// A script that fails.
const FAILS: &str = "#!/bin/sh\nexit 1\n";

/// Installs, installs again, lets scripts fail and dpkg be killed, removes, installs and purges.
pub(super) fn from_install_to_purge(stage: &mut Stage<'_>) -> Result<(), Halt> {
    stage.dpkg("install", &["-i", NEW], Success)?;
    stage.learn()?;
    again(stage, "install again")?;
    stage.learn_ports();
    stage.edit()?;
    again(stage, "install again, edited")?;
    if stage.subject.scripts.contains("postinst") {
        interrupted(stage, "postinst fails", FAILS)?;
        let ends = "#!/bin/sh\n\"$0.real\" \"$@\"\nkill -KILL $PPID\n";
        interrupted(stage, "dpkg is killed", ends)?;
    }
    if stage.subject.scripts.contains("prerm") {
        removal_fails(stage)?;
    }
    let name = stage.subject.name.clone();
    stage.dpkg("remove", &["-r", &name], Success)?;
    stage.processes_ended();
    stage.is_kept();
    stage.dpkg("install after remove", &["-i", NEW], Success)?;
    stage.services_run();
    stage.is_kept();
    stop_services(stage)?;
    purge(stage, "purge, stopped")?;
    stage.known.edited.clear();
    stage.dpkg("install after purge", &["-i", NEW], Success)?;
    stage.services_run();
    Ok(())
}

/// Upgrades from an older version, goes back, upgrades again with an edited configuration, purges.
pub(super) fn upgrade(stage: &mut Stage<'_>, old: &Subject) -> Result<(), Halt> {
    let version = &old.version;
    stage.dpkg(&format!("install {version}"), &["-i", OLD], Success)?;
    stage.learn()?;
    stage.learn_ports();
    stage.dpkg(&format!("upgrade from {version}"), &["-i", NEW], Success)?;
    stage.services_run();
    stage.is_kept();
    let words = ["--force-downgrade", "-i", OLD];
    stage.dpkg(&format!("downgrade to {version}"), &words, Success)?;
    stage.is_kept();
    stage.edit()?;
    let words = ["--force-confdef", "--force-confold", "-i", NEW];
    stage.dpkg(&format!("upgrade from {version}, edited"), &words, Success)?;
    stage.services_run();
    stage.is_kept();
    purge(stage, &format!("purge after {version}"))
}

/// Installs the version that is there.
fn again(stage: &mut Stage<'_>, name: &str) -> Result<(), Halt> {
    once_more(stage, name, &["-i", NEW])?;
    stage.services_run();
    stage.is_kept();
    Ok(())
}

/// Runs dpkg where the scripts have done their work before: what is wrong is that they cannot twice.
fn once_more(stage: &mut Stage<'_>, name: &str, words: &[&str]) -> Result<(), Halt> {
    let done = stage.dpkg(name, words, Success);
    if let (Err(Halt::Found), Some(step)) = (&done, stage.steps.last_mut()) {
        for finding in &mut step.findings {
            if finding.tag == tags::DPKG_FAILED {
                finding.tag = tags::SCRIPT_NOT_IDEMPOTENT;
            }
        }
    }
    done
}

/// Lets another script run in place of postinst, and expects that dpkg goes on from there.
fn interrupted(stage: &mut Stage<'_>, name: &str, script: &str) -> Result<(), Halt> {
    stage.dpkg(
        &format!("unpack, before {name}"),
        &["--unpack", NEW],
        Success,
    )?;
    let package = stage.subject.name.clone();
    replaced(stage, "postinst", script, |stage| {
        stage.dpkg(name, &["--configure", &package], Failure)
    })?;
    once_more(
        stage,
        &format!("go on after {name}"),
        &["--configure", "--pending"],
    )?;
    stage.services_run();
    stage.is_kept();
    Ok(())
}

/// Lets a removal fail, after which the package is as before.
fn removal_fails(stage: &mut Stage<'_>) -> Result<(), Halt> {
    let package = stage.subject.name.clone();
    replaced(stage, "prerm", FAILS, |stage| {
        stage.dpkg("prerm fails", &["-r", &package], Failure)
    })?;
    once_more(
        stage,
        "go on after prerm fails",
        &["--configure", "--pending"],
    )?;
    stage.services_run();
    stage.is_kept();
    Ok(())
}

/// Does something while another script is in the place of an installed one, which lies beside it.
fn replaced(
    stage: &mut Stage<'_>,
    script: &str,
    text: &str,
    work: impl FnOnce(&mut Stage<'_>) -> Result<(), Halt>,
) -> Result<(), Halt> {
    let package = &stage.subject.name;
    let place = format!("/var/lib/dpkg/info/{package}.{script}");
    let other = stage.bring("script", text)?;
    let swap = "cp -p \"$1\" \"$1.real\" && cp \"$2\" \"$1.new\" && mv \"$1.new\" \"$1\"";
    stage.run(&["sh", "-c", swap, "sh", &place, &other])?;
    let done = work(stage);
    stage.run(&["mv", &format!("{place}.real"), &place])?;
    done
}

fn purge(stage: &mut Stage<'_>, name: &str) -> Result<(), Halt> {
    for marker in std::mem::take(&mut stage.known.markers) {
        stage.run(&["rm", "-f", &marker])?;
    }
    let package = stage.subject.name.clone();
    stage.dpkg(name, &["-P", &package], Success)?;
    stage.processes_ended();
    stage.nothing_left();
    Ok(())
}

/// Stops the services as an administrator does: scripts meet them dead.
fn stop_services(stage: &Stage<'_>) -> Result<(), SystemError> {
    for service in &stage.known.running {
        match stage.root.init {
            Some(Init::Systemd) => stage.run(&["systemctl", "stop", service])?,
            _ => stage.run(&[&format!("/etc/init.d/{service}"), "stop"])?,
        };
    }
    Ok(())
}
