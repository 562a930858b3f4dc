//! A start that has returned is one that serves, and a version that does not serve is told: by the
//! upgrade, with the end of its log and the way back.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::example;
use crate::services::Life;
use crate::subjects::{ORDERS, STOCK, install, orders, state, stock, stock_with};
use crate::system::{Init, Output, System};

/// Waits and fails as the sysadmin's file of configuration says.
const MOODY: &str = "timer:sleep(application:get_env(orders, delay, 0)),
    application:get_env(orders, broken, false) andalso error(broken),
    orders_sup:start_link().";

/// The example in a version whose start can be slow, and can fail.
fn moody_orders() -> Option<(TempDir, PathBuf)> {
    let replaced = ("src/orders_app.erl", "orders_sup:start_link().", MOODY);
    example::orders_with("1.6.0", &[replaced])
}

#[test]
fn a_node_under_systemd_serves_or_is_told() {
    node(Init::Systemd);
}

#[test]
fn a_node_under_sysvinit_serves_or_is_told() {
    node(Init::Sysvinit);
}

fn node(init: Init) {
    let (Some([first, second]), Some((_folder, moody))) = (orders(), moody_orders()) else {
        return;
    };
    let Some(system) = System::boot("bookworm", init) else {
        return;
    };
    let life = Life {
        system: &system,
        init,
        subject: ORDERS,
        first,
        second,
    };
    install(&system, &life.first).success();

    // It starts slowly, and serves when dpkg is done: no question is asked twice.
    system.write(ORDERS.config, "[{orders, [{delay, 5000}]}].\n");
    let output = install(&system, &moody).success();
    assert_eq!(told(&output), [""; 0]);
    assert!(system.fetch(ORDERS.port, "GET / HTTP/1.0\r\n\r\n").is_ok());
    life.manage("restart");
    assert!(system.fetch(ORDERS.port, "GET / HTTP/1.0\r\n\r\n").is_ok());

    // It fails at once, or after seconds.
    install(&system, &life.first).success();
    for delay in [0, 3000] {
        let config = format!("[{{orders, [{{broken, true}}, {{delay, {delay}}}]}}].\n");
        system.write(ORDERS.config, config);
        let output = install(&system, &moody).success();
        assert_eq!(state(&system, "orders"), "ii 1.6.0");
        let told = told(&output);
        let log = match init {
            Init::Systemd => "journalctl -u orders.service",
            Init::Sysvinit => "/var/log/orders/orders.log",
        };
        let end = format!("; the end of its log ({log}):");
        assert!(
            told[0].starts_with("orders: orders 1.6.0 ") && told[0].ends_with(&end),
            "{output:#?}"
        );
        assert!(
            told.iter()
                .any(|line| line.contains("application_start_failure,orders")),
            "{told:#?}"
        );
        assert_eq!(
            *told.last().unwrap(),
            "orders: back to the version before: apt install --allow-downgrades orders=1.4.0, \
             or with its file ./orders_1.4.0_*.deb"
        );

        // The way back is one, whatever the service is doing.
        install(&system, &life.first).success();
        life.serves();
    }
}

/// The lines of the package itself, with the log that they tell.
fn told(output: &Output) -> Vec<&str> {
    let lines = output.stderr.lines();
    lines
        .filter(|line| line.starts_with("orders:") || line.starts_with("    "))
        .collect()
}

/// The applications of a mix release have started when dpkg is done.
#[test]
fn a_node_of_mix_serves_or_is_told() {
    let raise = "if ms = System.get_env(\"TALLY_RAISE\") do\n      \
                 Process.sleep(String.to_integer(ms))\n      raise \"broken\"\n    end\n    children = [";
    let (Some(tally), Some((_folder, moody))) = (
        example::tally(),
        example::tally_with(
            "0.4.0",
            &[("lib/tally/application.ex", "children = [", raise)],
        ),
    ) else {
        return;
    };
    let Some(system) = System::boot("trixie", Init::Systemd) else {
        return;
    };
    install(&system, tally).success();
    system.write("/etc/default/tally", "TALLY_RAISE=2000\n");
    let output = install(&system, &moody).success();
    let end = "; the end of its log (journalctl -u tally.service):";
    let said = |text: &str| output.stderr.lines().any(|line| line.ends_with(text));
    assert!(said(end), "{output:#?}");
    assert!(
        said("tally=0.3.0, or with its file ./tally_0.3.0_*.deb"),
        "{output:#?}"
    );
    system.write("/etc/default/tally", "");
    install(&system, &moody).success();
    assert!(system.fetch(8378, "GET / HTTP/1.0\r\n\r\n").is_ok());
}

/// A program that ends in a moment is told as well, and what it prints reaches no terminal as a
/// command; one that was never started is not.
#[test]
fn a_program_that_ends_is_told() {
    for init in [Init::Systemd, Init::Sysvinit] {
        let Some(system) = System::boot("bookworm", init) else {
            return;
        };
        let dying = stock_with("2.0", "", "", |folder| {
            let program =
                "#!/bin/sh\nsleep 3\nprintf 'out of \\033[31mstock\\302\\233\\n'\nexit 3\n";
            std::fs::write(folder.join("rel/bin/stock"), program).unwrap();
        });
        install(&system, &stock("1.0", "", "")).success();
        let output = install(&system, &dying).success();
        let log = match init {
            Init::Systemd => "journalctl -u stock.service",
            Init::Sysvinit => "/var/log/stock/stock.log",
        };
        let expected = format!(
            "stock: stock 2.0 ended after its start; the end of its log ({log}):\n    \
             out of [31mstock\n\
             stock: back to the version before: apt install --allow-downgrades \
             stock=1.0, or with its file ./stock_1.0_*.deb\n"
        );
        assert!(output.stderr.ends_with(&expected), "{output:#?}");
        install(&system, &stock("1.0", "", "")).success();
        assert_eq!(system.answer(STOCK.port), "stock 1.0\n", "{init:?}");

        // Stopped by the admin, it stays so and nothing is told.
        let manage = match init {
            Init::Systemd => ["systemctl", "stop", "stock"],
            Init::Sysvinit => ["service", "stock", "stop"],
        };
        system.run(manage).success();
        let output = install(&system, &dying).success();
        assert!(!output.stderr.contains("stock:"), "{output:#?}");
    }
}

/// A log that is no file holds nothing up: it is the service's to choose what it is.
#[test]
fn a_log_that_is_a_pipe_is_not_read() {
    let Some(system) = System::boot("bookworm", Init::Sysvinit) else {
        return;
    };
    install(&system, &stock("1.0", "", "")).success();
    let log = "/var/log/stock/stock.log";
    system.run(["service", "stock", "stop"]).success();
    system.shell(&format!(
        "rm {log}; mkfifo {log}; chown stock {log}; (sleep 600 <{log} &)"
    ));
    system.run(["service", "stock", "start"]).success();
    let dying = stock_with("2.0", "", "", |folder| {
        std::fs::write(folder.join("rel/bin/stock"), "#!/bin/sh\nexit 3\n").unwrap();
    });
    let output = install(&system, &dying).success();
    assert!(
        output
            .stderr
            .contains("stock 2.0 did not start; the end of its log (/var/log/stock/stock.log):\n"),
        "{output:#?}"
    );
    assert_eq!(state(&system, "stock"), "ii 2.0");
}
