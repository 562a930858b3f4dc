//! `Accounts`: the users and groups of a system.

use std::collections::BTreeMap;
use std::path::Path;

use super::ids::Ids;
use super::inside;

/// A user or a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Account {
    /// Its kind: `user` or `group`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its number.
    pub number: u32,
}

/// The accounts of a system: names by number, and the lines to compare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    users: BTreeMap<u32, String>,
    groups: BTreeMap<u32, String>,
    first: u32,
    /// The line of each account by its kind and name.
    pub(super) lines: BTreeMap<String, String>,
}

impl Accounts {
    pub(super) fn read(root: &Path, ids: Ids) -> Self {
        let mut accounts = Self {
            first: ids.first(),
            ..Self::default()
        };
        let files = [
            ("passwd", "user"),
            ("group", "group"),
            ("shadow", "shadow of user"),
            ("gshadow", "shadow of group"),
            ("subuid", "subordinate users of"),
            ("subgid", "subordinate groups of"),
        ];
        for (file, what) in files {
            let bytes = inside::read(root, &format!("etc/{file}")).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            for line in text.lines() {
                let mut fields = line.split(':');
                let name = fields.next().unwrap_or_default().to_owned();
                let number = fields.nth(1).and_then(|number| number.parse().ok());
                accounts
                    .lines
                    .insert(format!("{what} {name}"), line.to_owned());
                match (file, number) {
                    ("passwd", Some(number)) => drop(accounts.users.insert(number, name)),
                    ("group", Some(number)) => drop(accounts.groups.insert(number, name)),
                    _ => {}
                }
            }
        }
        accounts
    }

    /// Returns all users and groups.
    pub fn iter(&self) -> impl Iterator<Item = Account> {
        let account = |kind| {
            move |(number, name): (&u32, &String)| Account {
                kind,
                name: name.clone(),
                number: *number,
            }
        };
        let users = self.users.iter().map(account("user"));
        users.chain(self.groups.iter().map(account("group")))
    }

    /// Returns the name of the user with a number of this machine; the number where there is none.
    pub(super) fn user(&self, number: u32) -> String {
        self.named(&self.users, number)
    }

    pub(super) fn group(&self, number: u32) -> String {
        self.named(&self.groups, number)
    }

    fn named(&self, names: &BTreeMap<u32, String>, number: u32) -> String {
        let inside = number.checked_sub(self.first).unwrap_or(number);
        let name = names.get(&inside).cloned();
        name.unwrap_or_else(|| inside.to_string())
    }
}
