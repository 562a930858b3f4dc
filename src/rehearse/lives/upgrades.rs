//! Lives that begin with an earlier version.

use super::super::stage::{Expected, Halt, NEW, OLD, Stage};
use super::super::subject::Subject;
use super::failures::{fails, killing};
use super::{Begin, Life, install, kept, purge};

use Expected::{Success, Undone};

pub(super) fn lives<'a>(subject: &Subject, index: usize, old: &'a Subject) -> Vec<Life<'a>> {
    let version = &old.version;
    let life = |name: String| Life {
        begin: Begin::Old(index),
        ..Life::new(name).with(index)
    };
    let upgraded = life(format!("upgraded from {version}"))
        .step(format!("install {version}"), |stage| {
            stage.dpkg(&["-i", OLD], Success)?;
            stage.runs_on()?;
            stage.learn()
        })
        .step(format!("upgrade from {version}"), move |stage| {
            kept(stage, &["-i", NEW])?;
            stage.directories_follow(old);
            stage.runs_on()
        })
        .step(format!("purge after {version}"), purge);
    let edited = life(format!("upgraded from {version}, edited"))
        .step(format!("install {version}"), install_old)
        .step(format!("upgrade from {version}, edited"), |stage| {
            stage.edit()?;
            kept(stage, &["--force-confdef", "--force-confold", "-i", NEW])
        });
    let downgraded = Life::new(format!("downgraded to {version}"))
        .with(index)
        .step("install", install)
        .step(format!("downgrade to {version}"), |stage| {
            stage.dpkg(&["--force-downgrade", "-i", OLD], Success)?;
            stage.is_kept();
            Ok(())
        })
        .step(format!("purge after {version}"), purge);
    let preinst = subject.scripts.contains("preinst");
    let failed = life(format!("failed upgrade from {version}"));
    vec![upgraded, edited, downgraded, failures(old, preinst, failed)]
}

/// Upgrades that fail and are undone, then one in which dpkg is killed.
fn failures<'a>(old: &'a Subject, preinst: bool, life: Life<'a>) -> Life<'a> {
    let version = &old.version;
    let has = |script: &str| old.scripts.contains(script);
    life.faulty()
        .step(format!("install {version}"), install_old)
        .step_if(has("prerm"), "prerm fails at upgrade", |stage| {
            let faults = ["prerm upgrade fails", "prerm failed-upgrade fails"];
            fails(stage, &faults, &["-i", NEW], Undone)
        })
        .step_if(has("postrm"), "postrm fails at upgrade", |stage| {
            let faults = ["postrm upgrade fails", "postrm failed-upgrade fails"];
            fails(stage, &faults, &["-i", NEW], Undone)
        })
        .step_if(preinst, "preinst fails at upgrade", |stage| {
            fails(stage, &["preinst upgrade fails"], &["-i", NEW], Undone)
        })
        .step_if(preinst, "dpkg is killed after preinst", |stage| {
            killing(stage, "preinst upgrade kills", &["-i", NEW])
        })
        .step("upgrade after failures", |stage| kept(stage, &["-i", NEW]))
}

fn install_old(stage: &mut Stage<'_>) -> Result<(), Halt> {
    stage.dpkg(&["-i", OLD], Success)?;
    stage.learn()
}
