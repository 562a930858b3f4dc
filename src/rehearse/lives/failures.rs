//! Lives in which scripts fail after their work, or dpkg is killed in them: dpkg has to go on from
//! there, or to undo what it began.

use super::super::stage::{BREAKER, Expected, Halt, NEW, Stage};
use super::super::subject::Subject;
use super::{Life, install, once_more, purge};

use Expected::{Failure, Success, Undone};

pub(super) fn lives(subject: &Subject) -> Vec<Life<'_>> {
    let has = |script: &str| subject.scripts.contains(script);
    let name = subject.name.as_str();
    let mut lives = Vec::new();
    if has("preinst") || has("postinst") {
        lives.push(installation(name, has("preinst"), has("postinst")));
    }
    if has("prerm") || has("postrm") || has("postinst") {
        lives.push(removal(name, has("prerm"), has("postrm")));
    }
    if ["preinst", "postinst", "prerm", "postrm"]
        .into_iter()
        .any(has)
    {
        lives.push(killed(name, &has));
    }
    lives
}

/// An installation that fails twice, and is taken up again.
fn installation(name: &str, preinst: bool, postinst: bool) -> Life<'_> {
    Life::new("failed installation")
        .faulty()
        .step_if(preinst, "preinst fails", |stage| {
            fails(stage, &["preinst install fails"], &["-i", NEW], Failure)?;
            stage.nothing_left();
            Ok(())
        })
        .step_if(postinst, "postinst fails", |stage| {
            fails(stage, &["postinst configure fails"], &["-i", NEW], Failure)
        })
        .step_if(postinst, "go on after postinst fails", move |stage| {
            once_more(stage, &["--configure", name])
        })
}

/// A removal that fails, a deconfiguration that is taken back, and a removal that fails at its end.
fn removal(name: &str, prerm: bool, postrm: bool) -> Life<'_> {
    Life::new("failed removal")
        .faulty()
        .step("install", install)
        .step_if(prerm, "prerm fails", move |stage| {
            fails(stage, &["prerm remove fails first"], &["-r", name], Undone)
        })
        .step("deconfiguration is taken back", |stage| {
            let words = ["--auto-deconfigure", "-i", BREAKER];
            fails(stage, &[], &words, Undone)
        })
        .step_if(postrm, "postrm fails", move |stage| {
            fails(stage, &["postrm remove fails"], &["-r", name], Failure)
        })
        .step("purge after failures", purge)
}

/// Whatever dpkg runs, it is killed there.
fn killed<'a>(name: &'a str, has: &dyn Fn(&str) -> bool) -> Life<'a> {
    Life::new("dpkg is killed")
        .faulty()
        .step_if(has("preinst"), "dpkg is killed after preinst", |stage| {
            killing(stage, "preinst install kills", &["-i", NEW])
        })
        .step("unpack", |stage| stage.dpkg(&["--unpack", NEW], Success))
        .step_if(
            has("postinst"),
            "dpkg is killed before postinst",
            move |stage| {
                killing(
                    stage,
                    "postinst configure kills first",
                    &["--configure", name],
                )
            },
        )
        .step("configure", move |stage| {
            once_more(stage, &["--configure", "--pending"])?;
            stage.learn()
        })
        .step_if(has("prerm"), "dpkg is killed after prerm", move |stage| {
            killing(stage, "prerm remove kills", &["-r", name])
        })
        .step_if(has("postrm"), "dpkg is killed after postrm", move |stage| {
            killing(stage, "postrm remove kills", &["-r", name])
        })
        .step("purge after that", purge)
}

/// Runs dpkg while calls of scripts fail.
pub(super) fn fails(
    stage: &mut Stage<'_>,
    faults: &[&str],
    words: &[&str],
    expected: Expected,
) -> Result<(), Halt> {
    stage.with_faults(faults, |stage| stage.dpkg(words, expected))?;
    if expected == Undone {
        stage.is_whole()?;
        stage.services_run();
        stage.is_kept();
    }
    Ok(())
}

/// Runs dpkg, which is killed.
pub(super) fn killing(stage: &mut Stage<'_>, fault: &str, words: &[&str]) -> Result<(), Halt> {
    stage.with_faults(&[fault], |stage| stage.dpkg(words, Failure))
}
