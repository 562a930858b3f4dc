//! Lives in which nothing goes wrong.

use super::super::stage::NEW;
use super::{Life, install, install_and_wait, kept, once_more, purge, remove, stop_services};

pub(super) fn lives<'a>() -> Vec<Life<'a>> {
    let again = Life::new("installed again")
        .step("install", install_and_wait)
        .step("install again", |stage| {
            stage.edit()?;
            once_more(stage, &["-i", NEW])?;
            stage.runs_on()
        });
    let removed = Life::new("removed")
        .step("install", install)
        .step("remove", |stage| {
            stage.edit()?;
            remove(stage)
        })
        .step("install after remove", |stage| kept(stage, &["-i", NEW]));
    let purged = Life::new("purged")
        .step("install", install)
        .step("purge", purge)
        .step("install after purge", |stage| kept(stage, &["-i", NEW]))
        .step("purge, stopped", |stage| {
            stop_services(stage)?;
            purge(stage)
        });
    vec![again, removed, purged]
}
