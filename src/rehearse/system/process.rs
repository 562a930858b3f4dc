//! Processes and listening sockets of a system, read from this machine's /proc.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use super::accounts::Accounts;
use super::ids::Ids;
use super::inside::of_machine;
use crate::fs;

/// A process of a system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its number inside.
    pub pid: u32,
    /// The name of its user inside, the number where there is no such account.
    pub user: String,
    /// Its program; empty for one that is dead and not buried.
    pub exe: String,
    /// Its arguments, with blanks between.
    pub args: String,
}

/// Returns the processes in the namespace of `leader`, but for itself, by their numbers.
pub(super) fn list(leader: u32, root: &Path, ids: Ids) -> Vec<Process> {
    let accounts = Accounts::read(root, ids);
    let namespace = |process: &str| fs::read_link(format!("/proc/{process}/ns/pid").as_ref()).ok();
    let own = namespace(&leader.to_string());
    let mut processes: Vec<Process> = fs::read_dir("/proc".as_ref())
        .unwrap_or_default()
        .iter()
        .filter_map(|path| path.file_name()?.to_str())
        .filter(|name| name.parse::<u32>().is_ok_and(|number| number != leader))
        .filter(|name| own.is_some() && namespace(name) == own)
        .filter_map(|name| describe(name, &accounts))
        .collect();
    processes.sort_by_key(|process| process.pid);
    processes
}

/// Returns `None` for a process that ends while it is looked at.
fn describe(process: &str, accounts: &Accounts) -> Option<Process> {
    let status = of_machine(&format!("/proc/{process}/status"));
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name));
    let pid = field("NSpid:")?.split_whitespace().last()?.parse().ok()?;
    let user = field("Uid:")?.split_whitespace().nth(1)?.parse().ok()?;
    let exe = fs::read_link(format!("/proc/{process}/exe").as_ref()).unwrap_or_default();
    let args = fs::read(format!("/proc/{process}/cmdline").as_ref()).ok()?;
    let args = String::from_utf8_lossy(&args)
        .trim_end_matches('\0')
        .replace('\0', " ");
    let (user, exe) = (accounts.user(user), exe.to_string_lossy().into_owned());
    Some(Process {
        pid,
        user,
        exe,
        args,
    })
}
/// Returns the addresses on which something listens in the network of `leader`.
pub(super) fn listening(leader: u32) -> Vec<SocketAddr> {
    let mut found = BTreeSet::new();
    for table in ["tcp", "tcp6"] {
        let path = format!("/proc/{leader}/net/{table}");
        let text = of_machine(&path);
        found.extend(text.lines().skip(1).filter_map(listening_address));
    }
    found.into_iter().collect()
}

/// Reads a row of /proc/net/tcp, which is `SLOT: ADDRESS:PORT PEER STATE …` in hexadecimal digits, state
/// 0A for a socket that listens (`proc_net_tcp` in the kernel's documentation).
fn listening_address(row: &str) -> Option<SocketAddr> {
    let mut words = row.split_whitespace().skip(1);
    let (address, port) = words.next()?.split_once(':')?;
    if words.nth(1)? != "0A" {
        return None;
    }
    Some(SocketAddr::new(
        ip(address)?,
        u16::from_str_radix(port, 16).ok()?,
    ))
}

/// Each group of four bytes stands in the order of the machine's numbers.
fn ip(digits: &str) -> Option<IpAddr> {
    let mut bytes = Vec::new();
    for group in digits.as_bytes().chunks(8) {
        let group = std::str::from_utf8(group).ok()?;
        bytes.extend(u32::from_str_radix(group, 16).ok()?.to_ne_bytes());
    }
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes.as_slice()) {
        return Some(Ipv4Addr::from(bytes).into());
    }
    let bytes = <[u8; 16]>::try_from(bytes.as_slice()).ok()?;
    Some(Ipv6Addr::from(bytes).into())
}
