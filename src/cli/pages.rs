//! Huge pages for the compressors.
//!
//! xz and the strong levels of zstd jump about in tables of tens of megabytes, and every jump looks up
//! a page: with pages of 2 MiB they take an eighth less time. Where the kernel gives such pages only to
//! who asks (`madvise`, the setting of Ubuntu and Fedora), glibc asks for what it allocates if it finds
//! a tunable in the environment, and it looks there only when a process starts.

use super::commands::Environment;

/// glibc's tunable (GNU C Library manual, "Memory Allocation Tunables"), since 2.35; others ignore it.
const TUNABLE: &str = "glibc.malloc.hugetlb";

/// Starts this process anew with the tunable, where it makes a difference. What goes wrong costs only
/// time.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn prefer_huge(environment: &Environment) {
    use std::os::unix::process::CommandExt;

    let setting = reldeb::fs::read("/sys/kernel/mm/transparent_hugepage/enabled".as_ref());
    let setting = setting.unwrap_or_default();
    let Some(tunables) = tunables(environment, &String::from_utf8_lossy(&setting)) else {
        return;
    };
    let (Ok(program), mut arguments) = (std::env::current_exe(), std::env::args_os()) else {
        return;
    };
    let mut again = std::process::Command::new(program);
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    let _ = again.args(arguments).env("GLIBC_TUNABLES", tunables).exec();
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn prefer_huge(_environment: &Environment) {}

/// What `GLIBC_TUNABLES` has to be; `None` where the kernel gives huge pages to all or to nobody, and
/// where somebody has decided already, perhaps this process.
#[cfg_attr(not(all(target_os = "linux", target_env = "gnu")), allow(dead_code))]
fn tunables(environment: &Environment, setting: &str) -> Option<String> {
    let others = environment.get("GLIBC_TUNABLES").map_or("", String::as_str);
    if !setting.contains("[madvise]") || others.contains(TUNABLE) {
        return None;
    }
    let separator = if others.is_empty() { "" } else { ":" };
    Some(format!("{others}{separator}{TUNABLE}=1"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn huge_pages_are_asked_for_where_the_kernel_waits_to_be_asked() {
        let madvise = "always [madvise] never\n";
        for (others, setting, tunables) in [
            ("", madvise, Some("glibc.malloc.hugetlb=1")),
            (
                "glibc.malloc.perturb=1",
                madvise,
                Some("glibc.malloc.perturb=1:glibc.malloc.hugetlb=1"),
            ),
            ("glibc.malloc.hugetlb=0", madvise, None),
            ("", "[always] madvise never\n", None),
            ("", "always madvise [never]\n", None),
            ("", "", None),
        ] {
            let environment = [("GLIBC_TUNABLES".to_owned(), others.to_owned())].into();
            assert_eq!(
                super::tunables(&environment, setting).as_deref(),
                tunables,
                "{others} {setting}"
            );
        }
    }
}
