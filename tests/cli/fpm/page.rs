//! docs/fpm.md has every option, and is the one that is told.

use std::fmt::Write;

use reldeb::internals::fpm::{Fate, FpmOption, OPTIONS, OptionKind};

use super::words;
use crate::sketch::elf;
use crate::support::{Test, project};

fn table(fate: Fate) -> String {
    let heading = match fate {
        Fate::Mapped => "becomes",
        Fate::Ignored => "why",
        Fate::Refused => "instead",
    };
    let mut table = format!("| option | {heading} |\n|---|---|\n");
    let is_shown = |option: &&FpmOption| option.fate == fate && option.long != "help";
    for option in OPTIONS.iter().filter(is_shown) {
        let no = if option.kind == OptionKind::OnOff {
            "[no-]"
        } else {
            ""
        };
        let short = option
            .short
            .map_or_else(String::new, |it| format!("`-{it}`, "));
        let meaning = option.meaning.replace('|', "\\|");
        writeln!(table, "| {short}`--{no}{}` | {meaning} |", option.long).unwrap();
    }
    table
}

#[test]
fn the_page_has_every_option() {
    let path = project().join("docs/fpm.md");
    let mut page = std::fs::read_to_string(&path).unwrap();
    for fate in [Fate::Mapped, Fate::Ignored, Fate::Refused] {
        let name = format!("<!-- options: {fate:?} -->\n");
        let (_, rest) = page.split_once(&name).unwrap_or_else(|| panic!("{name}"));
        let (found, _) = rest.split_once("\n\n").unwrap();
        let expected = table(fate);
        if std::env::var_os("UPDATE_DOCS").is_some() {
            page = page.replace(&format!("{name}{found}\n"), &format!("{name}{expected}"));
            std::fs::write(&path, &page).unwrap();
        } else {
            assert_eq!(format!("{found}\n"), expected, "UPDATE_DOCS=1 writes it");
        }
    }
}

#[test]
fn help_and_version_are_fpms_words() {
    let help = Test::new().args(["fpm", "--help"]).any_stdout().run();
    assert!(
        help.stdout
            .starts_with("Usage: reldeb fpm -s dir|empty|tar -t deb -n NAME")
    );
    for option in OPTIONS {
        assert!(
            help.stdout.contains(&format!("{} ", option.long))
                || help.stdout.contains(&format!("{}\n", option.long)),
            "{}",
            option.long
        );
    }
    for word in ["-v", "--version"] {
        let version = format!("{}\n", env!("CARGO_PKG_VERSION"));
        Test::new().args(["fpm", word]).stdout(&version).run();
    }
}

/// The command on the page builds a package, and its manifest the same.
#[test]
fn the_command_on_the_page_builds() {
    let page = std::fs::read_to_string(project().join("docs/fpm.md")).unwrap();
    let (_, rest) = page.split_once("```console\n$ reldeb ").unwrap();
    let (line, rest) = rest.split_once("\nCreated").unwrap();
    let (created, _) = rest.split_once('\n').unwrap();
    let orders = || {
        Test::new()
            .executable("_build/prod/rel/orders/bin/orders", elf(62, 2))
            .file("rel/orders.config", "[].\n")
    };
    let words = words(&line.replace("\\\n", ""));
    let stdout = format!("Created{created}\n");
    orders().args(words.clone()).stdout(&stdout).run();
    let printed = words.into_iter().chain(["--print-manifest".to_owned()]);
    let mut printed: Vec<String> = printed.collect();
    printed[1..].rotate_right(1);
    let manifest = orders().args(printed).any_stdout().run().stdout;
    let built = orders()
        .manifest(&manifest)
        .args(["build"])
        .any_stdout()
        .run();
    assert_eq!(built.stdout, "./orders_1.4.0_amd64.deb\n");
}
