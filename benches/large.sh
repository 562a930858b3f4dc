#!/usr/bin/env bash
# Checks what takes minutes or gigabytes: packages at and beyond the limits. Says `pass` or `fail` for
# each check, with what was found; exits with 1 where one failed.
#
#   benches/large.sh [CHECK…]
#
#   file      a file of 9 GiB, whose size does not fit the digits of a tar header, at zstd:1 and gzip:1:
#             dpkg-deb lists it, GNU tar lists it, reldeb inspects it, dpkg unpacks it (9.7 GB)
#   limit     20 GB of noise at zstd:1: refused as soon as the package has more bytes than the format
#             takes, and nothing is left (11 GB)
#   entries   1,000,000 files: packed, all listed, within MEMORY MiB (below)
#
# Shorter checks of the same are in tests/cli/large.rs. Work lies in target/large and goes at
# the end. Needs `apt-get install time openssl`, and root for dpkg.
set -euo pipefail
cd "$(dirname "$0")/.."

# A million paths with their sums take 630 bytes each today, the program and zstd the rest.
MEMORY=704

cargo build --release --quiet
reldeb=$(realpath "${CARGO_TARGET_DIR:-target}/release/reldeb")
work=$PWD/target/large
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
cd "$work"

failed=0

# Name of a check, what is expected, what was found.
expect() {
    if [ "$2" = "$3" ]; then
        echo "pass $1: ${3:0:120}"
    else
        echo "fail $1: expected ${2:0:200}, found ${3:0:200}"
        failed=1
    fi
}

# Name, number, most.
expect_at_most() {
    if [ "$2" -le "$3" ]; then
        echo "pass $1: $2, at most $3"
    else
        echo "fail $1: $2, expected at most $3"
        failed=1
    fi
}

# A release without files, and its manifest.
release() {
    rm -rf release
    mkdir -p release/bin
    printf '#!/bin/sh\n' >release/bin/large
    chmod 755 release/bin/large
    printf '%s\n' '[package]' 'name = "large"' 'version = "1.0"' 'architecture = "all"' \
        'maintainer = "Bench <bench@example.com>"' 'description = "benchmark"' '[release]' \
        'path = "release"' 'kind = "plain"' 'strip = false' '[service]' 'managers = []' >reldeb.toml
}

# Compression: builds, and leaves seconds, KiB of memory and blocks of 512 bytes written in `used`.
build() {
    local status=0
    /usr/bin/time -q -o used -f '%e %M %O' "$reldeb" build -q --compression "$1" -o large.deb \
        >/dev/null 2>error || status=$?
    return "$status"
}

used() { cut -d' ' -f"$1" used; }

check_file() {
    local size=$((9 << 30)) compression
    release
    truncate -s "$size" release/file
    for compression in zstd:1 gzip:1; do
        if ! build "$compression"; then
            expect "file $compression" 'a package' "$(cat error)"
            continue
        fi
        expect "file $compression, dpkg-deb -c" "$size" "$(dpkg-deb -c large.deb | awk '$6 ~ /\/file$/ { print $3 }')"
        expect "file $compression, tar -t" "$size" \
            "$(dpkg-deb --fsys-tarfile large.deb | tar -tv | awk '$6 ~ /\/file$/ { print $3 }')"
        expect "file $compression, reldeb inspect" 1 "$("$reldeb" inspect large.deb | grep -cE " $size .*/file$")"
        echo "     in $(used 1) s with $(($(used 2) / 1024)) MiB"
    done
    mkdir -p root/var/lib/dpkg/{updates,info,triggers}
    touch root/var/lib/dpkg/{status,available}
    # postrm cannot run in an empty root.
    dpkg --root="$PWD/root" --force-not-root --force-unsafe-io --unpack large.deb >/dev/null 2>error || true
    expect 'file, dpkg --unpack' "$size" "$(stat -c %s root/opt/large/file 2>&1 || cat error)"
    rm -rf root
}

check_limit() {
    local i status=0
    release
    head -c 1000000000 /dev/zero | openssl enc -aes-128-ctr -K 00 -iv 00 2>/dev/null >release/0
    for i in {1..19}; do ln release/0 "release/$i"; done
    build zstd:1 || status=$?
    expect 'limit, status' 1 "$status"
    expect 'limit, error' 1 "$(grep -c '^error: archive member .data.tar.zst. grows beyond 9999999999 bytes, the limit of the package format$' error)"
    expect 'limit, what is left' 'release reldeb.toml ' \
        "$(find . -mindepth 1 -maxdepth 1 ! -name used ! -name error -printf '%P\n' | LC_ALL=C sort | tr '\n' ' ')"
    expect_at_most 'limit, bytes written' "$(($(used 3) * 512))" 10100000000
    echo "     in $(used 1) s"
}

check_entries() {
    local i
    release
    mkdir release/0
    seq 1000 | split -d -a 3 -l 1 - release/0/file
    for i in {1..999}; do cp -rl release/0 "release/$i"; done
    if ! build zstd:3; then
        expect entries 'a package' "$(cat error)"
        return
    fi
    expect 'entries, dpkg-deb -c' 1000000 "$(dpkg-deb -c large.deb | grep -c '/file...$')"
    expect 'entries, md5sums' 1000000 "$(dpkg-deb --ctrl-tarfile large.deb | tar -xO ./md5sums | grep -c '/file...$')"
    expect_at_most 'entries, MiB of memory' "$(($(used 2) / 1024))" "$MEMORY"
    echo "     in $(used 1) s"
}

if [ $# = 0 ]; then set -- file limit entries; fi
for check; do
    case $check in
        file) check_file ;;
        limit) check_limit ;;
        entries) check_entries ;;
        *) echo "no check is called $check" >&2; exit 2 ;;
    esac
    rm -rf large.deb release
done
exit "$failed"
