//! Upgrades while requests come in: the service restarts once, and what is lost is lost then.

use std::collections::BTreeSet;
use std::path::Path;

use crate::example;
use crate::subjects::{ORDERS, install, orders};
use crate::system::{Init, System};

/// Asks 50 times a second until /run/enough is there, and prints a letter for each: `y` for an
/// answer, `n` for none, `x` for another.
const CLIENT: &str = r#"
use strict;
use warnings;
use IO::Socket::INET;
my ($port, $expected) = @ARGV;
$| = 1;
until (-e '/run/enough') {
    my $letter = 'n';
    my $server = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", Timeout => 5);
    if ($server) {
        print $server "GET / HTTP/1.0\r\n\r\n";
        my $answer = join('', <$server>);
        $letter = $answer =~ /^HTTP\S* 200.*\b$expected/s ? 'y' : $answer eq '' ? 'n' : 'x';
    }
    print $letter;
    select(undef, undef, undef, 0.02);
}
"#;

/// How many upgrades there are: `RELDEB_TEST_UPGRADES`, or few.
fn upgrades() -> usize {
    let asked = std::env::var("RELDEB_TEST_UPGRADES").ok();
    asked.and_then(|number| number.parse().ok()).unwrap_or(3)
}

#[test]
fn of_a_node_of_relx_is_that_of_one_restart() {
    if let Some([first, second]) = orders() {
        one_restart_each("bookworm", "orders", ORDERS.port, &first, &second);
    }
}

#[test]
fn of_a_node_of_mix_is_that_of_one_restart() {
    if let (Some(first), Some((_folder, second))) =
        (example::tally(), example::tally_with("0.4.0", &[]))
    {
        one_restart_each("trixie", "tally", 8378, first, &second);
    }
}

fn one_restart_each(suite: &str, name: &str, port: u16, first: &Path, second: &Path) {
    let Some(system) = System::boot(suite, Init::Systemd) else {
        return;
    };
    install(&system, first).success();
    system.write("/root/client.pl", CLIENT);
    let client = format!("perl /root/client.pl {port} {name} >/root/answers 2>&1 &");
    system.shell(&client).success();
    let invocation = || {
        let words = [
            "systemctl",
            "show",
            "--property=InvocationID",
            "--value",
            name,
        ];
        system.run(words).success().stdout
    };
    let mut invocations = BTreeSet::from([invocation()]);
    for package in [second, first].into_iter().cycle().take(upgrades()) {
        let output = install(&system, package).success();
        assert!(
            !output.stderr.contains("back to the version"),
            "{output:#?}"
        );
        invocations.insert(invocation());
        let restarts = system.run(["systemctl", "show", "--property=NRestarts", "--value", name]);
        assert_eq!(restarts.success().stdout, "0\n");
        // Some requests to each version.
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
    system.run(["touch", "/run/enough"]).success();
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(invocations.len(), upgrades() + 1);

    // As many gaps as upgrades, and never an answer that is none of the service's.
    let answers = system.read("/root/answers");
    let gaps: Vec<&str> = answers.split('y').filter(|gap| !gap.is_empty()).collect();
    assert!(gaps.len() <= upgrades(), "{answers}");
    assert!(answers.contains('y') && !answers.contains('x'), "{answers}");
    let lost: Vec<usize> = gaps.iter().map(|gap| gap.len()).collect();
    eprintln!("{name}: of {} requests were lost {lost:?}", answers.len());
}
