//! Files that installers, maintainer scripts, services and the sysadmin write, and that no package of
//! Debian owns as a rule: dpkg replaces one without a word, or asks about it, and purges it.

/// Directories, each with the names in it; a `*` at the end of one stands for any more of it.
#[rustfmt::skip]
const FILES: &[(&str, &[&str])] = &[
    ("", &["initrd.img", "initrd.img.old", "swap.img", "swapfile", "vmlinuz", "vmlinuz.old"]),
    ("/boot", &["System.map*", "config-*", "initramfs*", "initrd*", "vmlinux*", "vmlinuz*"]),
    ("/etc", &[
        "aliases", "aliases.db", "at.allow", "at.deny", "ca-certificates.conf", "cron.allow", "cron.deny",
        "crypttab", "ethers", "exports", "fuse.conf", "hostid", "hosts.allow", "hosts.deny", "hosts.equiv",
        "idmapd.conf", "kernel-img.conf", "krb5.conf", "krb5.keytab", "ld.so.nohwcap", "lilo.conf",
        "machine-info", "mailname", "multipath.conf", "netgroup", "nftables.conf", "nologin", "nslcd.conf",
        "ntp.conf", "papersize", "rc.local", "securetty", "suid-debug", "sudo.conf",
    ]),
    ("/etc/X11", &["default-display-manager", "xorg.conf"]),
    ("/etc/apt", &["apt.conf", "auth.conf", "listchanges.conf", "trusted.gpg"]),
    ("/etc/apt/sources.list.d", &["debian.sources", "ubuntu.sources"]),
    ("/etc/chrony", &["chrony.conf", "chrony.keys"]),
    ("/etc/docker", &["daemon.json", "key.json"]),
    ("/etc/dpkg/origins", &["default"]),
    ("/etc/exim4", &["passwd.client", "update-exim4.conf.conf"]),
    ("/etc/fail2ban", &["jail.local"]),
    ("/etc/iptables", &["rules.v4", "rules.v6"]),
    ("/etc/iscsi", &["initiatorname.iscsi"]),
    ("/etc/ldap", &["ldap.conf"]),
    ("/etc/mdadm", &["mdadm.conf"]),
    ("/etc/mysql", &["debian.cnf", "my.cnf"]),
    ("/etc/netplan", &[
        "00-installer-config.yaml", "01-netcfg.yaml", "01-network-manager-all.yaml", "50-cloud-init.yaml",
    ]),
    ("/etc/nvme", &["hostid", "hostnqn"]),
    ("/etc/postfix", &["main.cf", "master.cf"]),
    ("/etc/ppp", &["chap-secrets", "pap-secrets"]),
    ("/etc/samba", &["smb.conf"]),
    ("/etc/ssh", &["ssh_host_*", "ssh_known_hosts", "sshd_config"]),
    ("/etc/ssl/certs", &["ca-certificates.crt", "ssl-cert-snakeoil.pem"]),
    ("/etc/ssl/certs/java", &["cacerts"]),
    ("/etc/sssd", &["sssd.conf"]),
    ("/etc/udev/rules.d", &["70-persistent-cd.rules", "70-persistent-net.rules"]),
    ("/etc/ufw", &["user.rules", "user6.rules"]),
    ("/etc/wpa_supplicant", &["wpa_supplicant.conf"]),
    ("/etc/zfs", &["zpool.cache"]),
    ("/usr/share/info", &["dir", "dir.old"]),
    ("/var/lib/systemd", &["random-seed"]),
    ("/var/log", &[
        "alternatives.log", "auth.log", "btmp", "cron.log", "daemon.log", "dmesg", "dpkg.log", "faillog",
        "kern.log", "lastlog", "mail.err", "mail.log", "messages", "syslog", "user.log", "wtmp",
    ]),
];

/// Returns whether an absolute path is that of such a file.
pub(super) fn has(path: &str) -> bool {
    let (directory, name) = path.rsplit_once('/').unwrap_or_default();
    let is_meant = |pattern: &&str| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *pattern,
    };
    FILES
        .iter()
        .any(|(of, names)| *of == directory && names.iter().any(&is_meant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_machine_is_known_by_its_whole_path() {
        for path in [
            "/vmlinuz",
            "/boot/vmlinuz-6.1.0-18-amd64",
            "/etc/ssh/ssh_host_rsa_key.pub",
        ] {
            assert!(has(path), "{path}");
        }
        for path in [
            "",
            "/",
            "/etc/ssh/sshd_config.d/orders.conf",
            "/etc/orders/aliases",
            "/etc/cron.allowed",
            "/opt/vmlinuz",
        ] {
            assert!(!has(path), "{path}");
        }
    }
}
