//! The tests of `relation.rs`.

use super::*;

fn relations(text: &str) -> Relations {
    text.parse().unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn relations_are_written_canonically() {
    #[rustfmt::skip]
    let table = [
        ("", ""), (" \n ", ""),
        ("libc6 (>= 2.34), foo | bar", "libc6 (>= 2.34), foo | bar"),
        ("libc6(>=2.34),foo|bar", "libc6 (>= 2.34), foo | bar"),
        ("libc6\n (>= 2.34),\n\tfoo", "libc6 (>= 2.34), foo"),
        ("python3:any ( >= 3.9 )", "python3:any (>= 3.9)"),
        ("foo:amd64 (= 1:1.0-1)", "foo:amd64 (= 1:1.0-1)"),
        ("ab[ armhf  arm64 ]|cd (= 1)[!amd64]", "ab [armhf arm64] | cd (= 1) [!amd64]"),
        ("ab (<< 2), cd (<= 2), ef (>> 2), gh (= 0:2)", "ab (<< 2), cd (<= 2), ef (>> 2), gh (= 2)"),
    ];
    for (text, written) in table {
        assert_eq!(relations(text).to_string(), written);
        assert_eq!(relations(written), relations(text));
    }
}

#[test]
fn each_fault_names_the_relation_and_the_way_out() {
    #[rustfmt::skip]
    let table = [
        ("ab,", "`ab,`: has nothing beside a `,` or `|`", "remove the `,` or `|` that is too much"),
        ("ab || cd", "`ab || cd`: has nothing beside a `,` or `|`", "remove the `,` or `|` that is too much"),
        ("ab, My_App", "`My_App`: invalid package name `My_App`: contains `M` at character 1, expected lower case letters, digits and `+ - .`", "write it as `my-app`"),
        ("ab (>= v1)", "`ab (>= v1)`: invalid version `v1`: starts with `v`, expected a digit", "write it as `1`"),
        ("ab (>= )", "`ab (>= )`: invalid version ``: is empty", "write a version such as `1.0`"),
        ("ab (> 1)", "`ab (> 1)`: compares by `>`, expected `<<`, `<=`, `=`, `>=` or `>>`", "write `>>` for later, `>=` for later or equal"),
        ("ab (1)", "`ab (1)`: compares by ``, expected `<<`, `<=`, `=`, `>=` or `>>`", "write `(= VERSION)` for exactly this version"),
        ("ab (== 1)", "`ab (== 1)`: compares by `==`, expected `<<`, `<=`, `=`, `>=` or `>>`", "write `(= VERSION)` for exactly this version"),
        ("ab:native", "`ab:native`: `native` after `:` is neither `any` nor an architecture", ""),
        ("ab:x86_64", "`ab:x86_64`: `x86_64` after `:` is neither `any` nor an architecture", "write `amd64`"),
        ("ab (>= 1", "`ab (>= 1`: `(` is not closed", "write `ab (>= 1)`"),
        ("ab >= 1", "`ab >= 1`: `>= 1` is not in parentheses", "write `ab (>= 1)`"),
        ("ab>=1", "`ab>=1`: `>=1` is not in parentheses", "write `ab (>= 1)`"),
        ("ab==1", "`ab==1`: `==1` is not in parentheses", "write `ab (= 1)`"),
        ("ab < 1", "`ab < 1`: `< 1` is not in parentheses", "write `ab (<< 1)`"),
        ("ab cd", "`ab cd`: `cd` follows where `,` or `|` was expected", "separate relations by `, `"),
        ("ab (= 1) cd", "`ab (= 1) cd`: `cd` follows where `,` or `|` was expected", "separate relations by `, `"),
        ("ab [x86_64]", "`ab [x86_64]`: `x86_64` in `[…]` is no architecture", "write `amd64`"),
        ("ab [amd64 !armhf]", "`ab [amd64 !armhf]`: `!armhf` in `[…]` is no architecture", "write either `[amd64 arm64]` or `[!amd64 !arm64]`"),
        ("ab (= 1) [ ]", "`ab (= 1) [ ]`: `` in `[…]` is no architecture", "write either `[amd64 arm64]` or `[!amd64 !arm64]`"),
        ("ab [all]", "`ab [all]`: `all` in `[…]` is no architecture", "write either `[amd64 arm64]` or `[!amd64 !arm64]`"),
        ("ab (= 1) <!nocheck>", "`ab (= 1) <!nocheck>`: only source packages restrict relations", "leave out `[…]` and `<…>`"),
        ("${shlibs:Depends}", "`${shlibs:Depends}`: substitution variables are for source packages", "`auto` stands for what the ELF files need"),
        ("a\u{7}b", "`a\\u{7}b`: invalid package name `a\\u{7}b`: contains the character U+0007 at character 2, expected lower case letters, digits and `+ - .`", "write it as `a-b`"),
    ];
    for (text, fact, hint) in table {
        let error = text.parse::<Relations>().unwrap_err();
        assert_eq!(error.to_string(), format!("invalid relation {fact}"));
        let hint = Some(hint).filter(|hint| !hint.is_empty());
        assert_eq!(error.hint().as_deref(), hint, "{text}");
    }
}

#[test]
fn a_restricted_relation_is_for_its_architectures() {
    let list = relations("ab [armhf] | cd [!amd64], ef [armhf arm64] | gh, ij");
    assert!(list.is_restricted());
    for (architecture, written) in [
        ("amd64", "gh, ij"),
        ("arm64", "cd, ef | gh, ij"),
        ("armhf", "ab | cd, ef | gh, ij"),
    ] {
        let list = list.clone().for_architecture(architecture.parse().unwrap());
        assert_eq!(list.to_string(), written, "{architecture}");
    }
}

#[test]
fn a_wildcard_stands_for_several_architectures() {
    let list = relations(
        "aa [linux-any], bb [any-arm], cc [!any-amd64], dd [kfreebsd-any], ee [any], ff [any-i386 any-arm]",
    );
    for (architecture, written) in [
        ("amd64", "aa, ee"),
        ("x32", "aa, ee"),
        ("armhf", "aa, bb, cc, ee, ff"),
        ("i386", "aa, cc, ee, ff"),
    ] {
        let list = list.clone().for_architecture(architecture.parse().unwrap());
        assert_eq!(list.to_string(), written, "{architecture}");
    }
}

#[test]
fn merging_keeps_the_strictest() {
    #[rustfmt::skip]
    let table = [
        ("libc6 (>= 2.3), foo", "libc6 (>= 2.34)", "libc6 (>= 2.34), foo"),
        ("libc6 (>= 2.34), foo", "libc6 (>= 2.3)", "libc6 (>= 2.34), foo"),
        ("libc6 (>= 2.10)", "libc6 (>= 2.9)", "libc6 (>= 2.10)"),
        ("libc6", "libc6 (>= 2.3)", "libc6 (>= 2.3)"),
        ("libc6 (>= 2.3)", "libc6", "libc6 (>= 2.3)"),
        ("foo (= 2)", "foo (>= 1)", "foo (= 2)"),
        ("foo (= 1)", "foo (>= 2)", "foo (= 1), foo (>= 2)"),
        ("foo (>= 1)", "foo (<< 2)", "foo (>= 1), foo (<< 2)"),
        ("foo (>= 1), bar, foo (<< 3)", "foo (>= 2)", "foo (>= 2), bar, foo (<< 3)"),
        ("foo:any", "foo", "foo:any, foo"),
        ("foo | bar", "foo | bar", "foo | bar"),
        ("foo | bar", "foo", "foo"),
        ("foo (>= 1) | bar", "foo (>= 2) | bar", "foo (>= 2) | bar"),
        ("foo | bar", "bar | baz", "foo | bar, bar | baz"),
        ("", "ab, ab, ab (>= 1)", "ab (>= 1)"),
    ];
    for (left, right, merged) in table {
        let mut list = relations(left);
        list.merge(relations(right));
        assert_eq!(list.to_string(), merged, "{left} + {right}");
    }
}

#[test]
fn appending_drops_only_what_is_there() {
    let mut list = relations("foo (<< 2), bar");
    list.append(relations("foo, bar, foo (<< 2)"));
    assert_eq!(list.to_string(), "foo (<< 2), bar, foo");
}

#[test]
fn of_a_foreign_list_what_can_be_read_is_read() {
    let (read, unread) = Relations::read_leniently("ab (>= 1),, cd [i386],\n ef | gh");
    assert_eq!(read.to_string(), "ab (>= 1), ef | gh");
    let errors: Vec<_> = unread.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        ["invalid relation `cd [i386]`: only source packages restrict relations"]
    );
}
