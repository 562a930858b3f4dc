//! `reldeb repo sources`: the text by which apt of a machine knows a repository.

use clap::Args;
use serde_json::json;

use super::super::session::{Answer, Session};
use super::about::Named;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    named: Named,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    let store = arguments.named.place.open(&session.environment)?;
    let about = arguments.named.about(&*store, session)?;
    let text = arguments.named.source(&about)?.to_string();
    let path = format!("/etc/apt/sources.list.d/{}.sources", about.name);
    Ok(session.show(&json!({ "path": path, "text": text }), || text.clone()))
}
