//! Capabilities of Linux, capabilities(7).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use super::checked::Checked;
use super::service_values::ServiceValueError;
use crate::message::nearest;

/// All of them, in the order of their numbers.
pub(super) const NAMES: [&str; 41] = [
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
];

/// A capability, such as `net_bind_service`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Capability(&'static str);

impl Capability {
    /// Returns the name in lower case, without `CAP_`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl FromStr for Capability {
    type Err = ServiceValueError;

    /// Reads the name in any case, with or without `CAP_`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.to_ascii_lowercase();
        let name = name.strip_prefix("cap_").unwrap_or(&name);
        if let Some(known) = NAMES.into_iter().find(|known| *known == name) {
            return Ok(Self(known));
        }
        let mut longer = NAMES.into_iter().filter(|known| known.starts_with(name));
        let only = longer.next().filter(|_| longer.next().is_none());
        let hint = match only.or_else(|| nearest(name, NAMES)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "capabilities(7) lists them".to_owned(),
        };
        let message = format!("unknown capability `{}`", text.escape_debug());
        Err(ServiceValueError::new(message, Some(&hint)))
    }
}

impl<'de> Deserialize<'de> for Capability {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Checked::deserialize(deserializer).map(|checked| checked.0)
    }
}

/// The capabilities of a file as setcap(8) reads them: `cap_net_bind_service+ep`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FileCapabilities(String);

impl fmt::Display for FileCapabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for FileCapabilities {
    type Err = ServiceValueError;

    /// Reads names with commas between them, `+` or `=`, and the letters of the sets: effective,
    /// inheritable, permitted (`cap_text_formats(7)`, one clause).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let split = text.find(['+', '=']).map(|at| text.split_at(at));
        let Some((names, sets)) = split.filter(|(_, sets)| is_sets(&sets[1..])) else {
            let message = format!("invalid capabilities `{}`", text.escape_debug());
            let hint = "write them as `cap_net_bind_service+ep`";
            return Err(ServiceValueError::new(message, Some(hint)));
        };
        let names: Result<Vec<String>, _> = names
            .split(',')
            .map(|name| Ok(format!("cap_{}", name.parse::<Capability>()?.as_str())))
            .collect();
        Ok(Self(format!("{}{sets}", names?.join(","))))
    }
}

/// Returns whether a text has each of the letters of the sets at most once, and one of them.
fn is_sets(text: &str) -> bool {
    let is_once = |c| "eip".contains(c) && text.matches(c).count() == 1;
    !text.is_empty() && text.chars().all(is_once)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_of_a_file_are_read_as_setcap_does() {
        let table = [
            ("cap_net_bind_service+ep", Ok("cap_net_bind_service+ep")),
            (
                "CAP_NET_RAW,net_admin=eip",
                Ok("cap_net_raw,cap_net_admin=eip"),
            ),
            ("cap_net_raw", Err("invalid capabilities `cap_net_raw`")),
            ("cap_net_raw+", Err("invalid capabilities `cap_net_raw+`")),
            (
                "cap_net_raw+epp",
                Err("invalid capabilities `cap_net_raw+epp`"),
            ),
            (
                "cap_net_raw+ep cap_kill+p",
                Err("invalid capabilities `cap_net_raw+ep cap_kill+p`"),
            ),
            ("+ep", Err("unknown capability ``")),
            ("cap_net_row+ep", Err("unknown capability `cap_net_row`")),
        ];
        for (text, expected) in table {
            let found = text.parse::<FileCapabilities>();
            let found = found
                .map(|it| it.to_string())
                .map_err(|error| error.to_string());
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{text}");
        }
    }

    #[test]
    fn a_name_is_read_as_systemd_and_setpriv_write_it() {
        for text in [
            "net_bind_service",
            "CAP_NET_BIND_SERVICE",
            "cap_net_bind_service",
            "Net_Bind_Service",
        ] {
            let capability: Capability = text.parse().unwrap();
            assert_eq!(capability.as_str(), "net_bind_service", "{text}");
        }
        for text in ["", "cap_", "cap_cap_kill", "net bind", "-kill"] {
            assert!(text.parse::<Capability>().is_err(), "{text}");
        }
    }
}
