//! `reldeb repo key`: makes keys, and shows what is in them.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::escape;
use crate::repo::signing::{PublicKey, SigningKey, armored};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde_json::{Value, json};

use super::super::session::{Answer, Failure, Session};
use super::served;
use super::signer::{self, of_key};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a secret key that every apt accepts, in a file that must not exist yet
    New(New),
    /// Show owner, fingerprint and end of the keys in files, secret or public
    Show(Show),
}

#[derive(Debug, Args)]
struct New {
    /// The file of the secret key
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The owner, such as `Example packages <apt@example.com>`
    #[arg(long, value_name = "NAME")]
    owner: String,
    /// The day from which its signatures do not count any more, such as 2030-01-31 [default: never]
    #[arg(long, value_name = "DAY")]
    expires: Option<Date>,
}

#[derive(Debug, Args)]
struct Show {
    /// The files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Print the public keys themselves
    #[arg(long)]
    public: bool,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Answer {
    match &arguments.command {
        Command::New(arguments) => new(arguments, session),
        Command::Show(arguments) => show(arguments, session),
    }
}

fn new(arguments: &New, session: &Session) -> Answer {
    let name = arguments.file.display().to_string();
    served::refuse(&arguments.file)?;
    let expires = arguments.expires.map(end).transpose()?;
    let key = SigningKey::generate(&arguments.owner, expires);
    let key = key.map_err(|error| of_key(&name, &error))?;
    key.write_new(&arguments.file)?;
    let mut document = shown(key.public());
    document["path"] = name.clone().into();
    let line = line(key.public());
    Ok(session.show(&document, || format!("secret key: {name}\n{line}")))
}

fn show(arguments: &Show, session: &Session) -> Answer {
    let mut keys = Vec::new();
    for path in &arguments.files {
        keys.extend(read(path)?);
    }
    let all: Vec<Value> = keys.iter().map(shown).collect();
    let document = json!({ "keys": all, "public": armored(&keys) });
    Ok(session.show(&document, || {
        if arguments.public {
            return armored(&keys);
        }
        keys.iter().map(line).collect()
    }))
}

fn read(path: &Path) -> Result<Vec<PublicKey>, Failure> {
    let (name, bytes) = signer::read(path)?;
    PublicKey::read(&bytes).map_err(|error| of_key(&name, &error))
}

/// Returns the first second of a day.
fn end(day: Date) -> Result<SystemTime, Failure> {
    let time = Offset::UTC.to_timestamp(day.at(0, 0, 0, 0));
    let time = time.map_err(|error| Failure::new(format!("`{day}`: {error}")))?;
    let seconds = u64::try_from(time.as_second()).unwrap_or(0);
    Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Returns the day of a time.
fn day(time: SystemTime) -> Option<String> {
    let time = Timestamp::try_from(time).ok()?;
    Some(time.strftime("%Y-%m-%d").to_string())
}

fn shown(key: &PublicKey) -> Value {
    json!({
        "fingerprint": key.fingerprint(),
        "owner": key.user_id(),
        "expires": key.expires().and_then(day),
    })
}

fn line(key: &PublicKey) -> String {
    let owner = key.user_id();
    let owner = escape::line(&owner);
    let expires = key.expires();
    let has_ended = expires.is_some_and(|end| end <= SystemTime::now());
    let end = match expires.and_then(day) {
        Some(day) if has_ended => format!("expired on {day}"),
        Some(day) => format!("until {day}"),
        None => "without an end".to_owned(),
    };
    format!("{} {owner}, {end}\n", key.fingerprint())
}
