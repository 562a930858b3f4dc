//! The secret that Erlang nodes know each other by: made on the machine, seen by nobody, whole.

use crate::example;
use crate::subjects::{install, orders};
use crate::system::{Init, System};

/// Notes every command line that another user of the machine can see, until `/tmp/enough` is there.
const WATCH: &str = r#"
    my %seen;
    until (-e "/tmp/enough") {
        for my $file (glob "/proc/[0-9]*/cmdline") {
            open(my $in, "<", $file) or next;
            local $/;
            my $line = <$in> // "";
            $line =~ tr/\0\n/  /;
            $seen{$line} = 1;
        }
    }
    print map { "$_\n" } sort keys %seen;
"#;

/// Runs lines of shell while a stranger looks at the command lines of all processes; returns what
/// the lines wrote and what the stranger saw.
fn watched(system: &System, lines: &str) -> (String, String) {
    system.write("/tmp/watch.pl", WATCH);
    let watch = "rm -f /tmp/enough; setsid setpriv --reuid=nobody --regid=nogroup --clear-groups \
                 perl /tmp/watch.pl </dev/null >/tmp/seen 2>&1 & echo $! >/tmp/watcher";
    system.shell(watch).success();
    let said = system.shell(lines).success().stdout;
    let wait = "touch /tmp/enough; while [ -e /proc/$(cat /tmp/watcher) ]; do sleep 0.1; done";
    system.shell(wait).success();
    (said, system.read("/tmp/seen"))
}

#[test]
fn no_other_user_sees_the_cookie_of_a_mix_release() {
    let (Some(tally), Some(system)) = (example::tally(), System::boot("bookworm", Init::Systemd))
    else {
        return;
    };
    // As it was before this version: the machine's own, in a file of its own.
    system
        .shell("mkdir /etc/tally && echo RELEASE_COOKIE=from_the_last_version >/etc/tally/cookie")
        .success();
    install(&system, tally).success();
    let questions = "tally rpc 'IO.puts(Node.get_cookie())'
        tally pid >/dev/null
        tally eval 'IO.puts(:evaluated)'
        echo 'IO.puts(:remote)' | tally remote
        systemctl restart tally
        tally rpc 'IO.puts(Node.get_cookie())'";
    for cookie in ["from_the_last_version", "the_admins_own"] {
        let (said, seen) = watched(&system, questions);
        assert!(
            said.starts_with(cookie) && said.ends_with(&format!("{cookie}\n")),
            "{said}"
        );
        assert!(
            said.contains("evaluated") && said.contains("remote"),
            "{said}"
        );
        assert!(seen.contains("/opt/tally/bin/tally start"), "{seen}");
        assert!(seen.contains("rpc-eval"), "{seen}");
        assert!(!seen.contains(cookie), "{seen}");
        // What the administrator says counts from the next start.
        system
            .shell("rm -f /etc/tally/cookie; echo RELEASE_COOKIE=the_admins_own >>/etc/default/tally; systemctl restart tally")
            .success();
    }
    let file = "/var/lib/tally/.erlang.cookie";
    assert_eq!(system.entry(file), "regular file 0400 tally:tally");
}

#[test]
fn no_other_user_sees_the_cookie_of_a_relx_release() {
    let (Some([first, _]), Some(system)) = (orders(), System::boot("bookworm", Init::Systemd))
    else {
        return;
    };
    install(&system, &first).success();
    let file = "/var/lib/orders/.erlang.cookie";
    let cookie = system.read(file);
    assert!(cookie.len() >= 40, "{cookie}");
    let questions = "orders ping
        orders eval 'erlang:get_cookie().'
        orders rpc erlang node
        orders versions
        echo 'halt().' | orders remote_console
        systemctl restart orders
        orders ping";
    let (said, seen) = watched(&system, questions);
    assert!(
        said.starts_with("pong\n") && said.ends_with("pong\n"),
        "{said}"
    );
    assert!(said.contains(&cookie), "{said}");
    assert!(
        seen.contains("erl_call") && seen.contains("-remsh"),
        "{seen}"
    );
    assert!(!seen.contains(&cookie), "{seen}");

    // One in vm.args is the administrator's: questions use it as well.
    system
        .shell("echo '-setcookie sesame' >>/etc/orders/vm.args; systemctl restart orders")
        .success();
    assert_eq!(system.run(["orders", "ping"]).success().stdout, "pong\n");
    assert_eq!(system.read(file), cookie);
}

/// The contents that may lie there, each with whether Erlang refuses it.
const COOKIES: [(&str, bool); 8] = [
    ("", true),
    ("\\n", true),
    ("\\0\\0\\0\\0", true),
    ("abc\\0", true),
    ("abc\\ndef", true),
    ("good", false),
    ("good\\n", false),
    ("g o!d\\r\\n", false),
];

/// Whatever a power loss or a mistake has left there, the next start has a cookie again; a good one
/// stays.
#[test]
fn a_broken_cookie_heals() {
    let (Some([first, _]), Some(tally), Some(system)) = (
        orders(),
        example::tally(),
        System::boot("bookworm", Init::Sysvinit),
    ) else {
        return;
    };
    install(&system, &first).success();
    install(&system, tally).success();
    for name in ["orders", "tally"] {
        heals(&system, name);
        system.run(["service", name, "restart"]).success();
    }
    assert_eq!(system.run(["orders", "ping"]).success().stdout, "pong\n");
    system.run(["tally", "pid"]).success();
}

fn heals(system: &System, name: &str) {
    let file = format!("/var/lib/{name}/.erlang.cookie");
    let owner = format!("regular file 0400 {name}:{name}");
    let made = system.read(&file);
    let is_random = made.len() >= 40 && made.bytes().all(|byte| byte.is_ascii_alphanumeric());
    assert!(is_random, "{made}");
    assert_eq!(system.entry(&file), owner);
    let start = format!(
        "setpriv --reuid={name} --regid={name} --clear-groups -- \
         env HOME=/var/lib/{name} /usr/libexec/{name}/make-cookie"
    );
    for (content, broken) in COOKIES {
        let put = format!(
            "rm -f {file}; printf '{content}' >{file}; chown {name}: {file}; chmod 0644 {file}; \
             md5sum {file}"
        );
        let before = system.shell(&put).success().stdout;
        let said = format!("the cookie in {file} was empty or damaged, and is replaced\n");
        let said = if broken { said.as_str() } else { "" };
        assert_eq!(system.shell(&start).success().stderr, said, "{content}");
        let after = system.run(["md5sum", &file]).stdout;
        assert_eq!(before != after, broken, "{content}");
        assert_eq!(system.entry(&file), owner, "{content}");
    }
    // A link is the administrator's.
    let link = format!("rm {file}; ln -s nowhere {file}");
    system.shell(&link).success();
    let output = system.shell(&start).exits(1);
    assert_eq!(output.stderr, format!("{file} cannot be read by {name}\n"));
    let empty = format!("rm {file}; : >{file}; chown {name}: {file}");
    system.shell(&empty).success();
    // The start that an installation of the same version brings is one like all others.
    system.run(["service", name, "restart"]).success();
    assert_ne!(system.read(&file), "");
    let list = format!("ls -A /var/lib/{name} | grep cookie");
    assert_eq!(system.shell(&list).stdout, ".erlang.cookie\n");
}

/// An image that many machines are copied from has no secret in it: the first start makes it.
#[test]
fn an_image_has_no_cookie() {
    let (Some([first, _]), Some(tally), Some(system)) =
        (orders(), example::tally(), System::minbase("trixie"))
    else {
        return;
    };
    install(&system, &first).success();
    install(&system, tally).success();
    assert_eq!(
        system.run(["tally", "eval", "IO.puts(1)"]).success().stdout,
        "1\n"
    );
    let find = "find / -xdev -name '*cookie*' -not -path '/opt/*' -not -path '/usr/*' -not -path '/proc/*'";
    assert_eq!(system.shell(find).stdout, "");

    system
        .shell("setsid orders foreground </dev/null >/dev/null 2>&1 &")
        .success();
    system.answer(8377);
    assert_eq!(system.run(["orders", "ping"]).success().stdout, "pong\n");
    system.run(["service", "tally", "start"]).success();
    system.run(["tally", "pid"]).success();
    for name in ["orders", "tally"] {
        let file = format!("/var/lib/{name}/.erlang.cookie");
        assert_eq!(
            system.entry(&file),
            format!("regular file 0400 {name}:{name}")
        );
        assert!(system.read(&file).len() >= 40);
    }
}
