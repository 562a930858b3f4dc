#!/usr/bin/env bash
# Compares `reldeb repo` with aptly, reprepro and apt-ftparchive where they are on PATH: many tiny
# packages published at once, and then one more. Prints a row of Markdown for each.
#
#   benches/repo.sh [-n PACKAGES] [-s PACKAGES] [-p PROGRAM,…]
#
# -n is the number of packages, 10,000 without it; -s the number that aptly publishes to the object store,
# 300; -p chooses among reldeb, ftparchive, reprepro, aptly and store. aptly takes a quarter of an hour for
# 10,000.
#
# The object store is moto (tests/setup test), on this machine: it counts the requests, and their times
# say little. The peers do not sign, which spares them a call of gpg each time. Peak memory is that of
# the largest process.
#
# RELDEB names a program that is built already. Work lies in target/repo: 300 MB.
# Needs `apt-get install aptly reprepro apt-utils time xz-utils python3`.
set -euo pipefail
cd "$(dirname "$0")/.."

count=10000 stored=300 programs='reldeb ftparchive reprepro aptly store'
while getopts n:s:p: option; do
    case $option in
        n) count=$OPTARG ;;
        s) stored=$OPTARG ;;
        p) programs=${OPTARG//,/ } ;;
        *) sed -n '2,/^set /s/^# \?//p' "$0" >&2; exit 2 ;;
    esac
done

if [ -z "${RELDEB-}" ]; then
    cargo build --release --quiet
    RELDEB=${CARGO_TARGET_DIR:-target}/release/reldeb
fi
reldeb=$(realpath "$RELDEB")
moto=$PWD/target/moto/bin/python
work=$PWD/target/repo
rm -rf "$work"
mkdir -p "$work"
cd "$work"

## The packages

# packages FOLDER FIRST NUMBER: stanzas of 0.9 KB, as in Debian's archive.
packages() {
    python3 - "$@" <<'END'
import io, os, random, sys, tarfile
folder, first, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
os.makedirs(folder)
def tar(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.USTAR_FORMAT) as archive:
        root = tarfile.TarInfo("./")
        root.type, root.mode = tarfile.DIRTYPE, 0o755
        archive.addfile(root)
        for name, text in files:
            info = tarfile.TarInfo("./" + name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
    return out.getvalue()
data = tar([])
for i in range(first, first + number):
    words = random.Random(i)
    line = lambda: " " + " ".join("%x" % words.getrandbits(20) for _ in range(12))
    name = "bench-%05d" % i
    control = "Package: %s\nVersion: 1.0\nArchitecture: amd64\nMaintainer: Ann <ann@example.com>\n" % name
    control += "Depends: libc6 (>= 2.31)\nSection: net\nPriority: optional\nDescription: package %d\n" % i
    control += "\n".join(line() for _ in range(6)) + "\n"
    members = [("debian-binary", b"2.0\n"), ("control.tar.gz", tar([("control", control.encode())])),
               ("data.tar.gz", data)]
    with open("%s/%s_1.0_amd64.deb" % (folder, name), "wb") as deb:
        deb.write(b"!<arch>\n")
        for member, content in members:
            deb.write(b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (member.encode(), 0, 0, 0, b"100644", len(content)))
            deb.write(content + b"\n" * (len(content) % 2))
END
}

packages many 0 "$count"
packages more "$count" 1
packages few 0 "$stored"
one=(more/*.deb)

## Measuring

# row PROGRAM WORK COMMAND…
row() {
    local program=$1 work=$2 before after
    shift 2
    before=$(requests)
    if ! /usr/bin/time -o time -f '%e %U %S %M' "$@" >log 2>&1; then
        tail -n 5 log >&2
        echo "| $program | $work | failed | | | |"
        return
    fi
    after=$(requests)
    awk -v program="$program" -v work="$work" -v requests="$((after - before))" '{
        if (requests == 0) requests = ""
        printf "| %s | %s | %.2f | %.2f | %d | %s |\n", program, work, $1, $2 + $3, $4 / 1000, requests
    }' time
}

requests() {
    if [ -e moto.log ]; then grep -cE '"(GET|PUT|POST|HEAD|DELETE) ' moto.log || true; else echo 0; fi
}

has() { command -v "$1" >/dev/null || { echo "skipped: $1 is not on PATH" >&2; return 1; }; }

measured() { [[ " $programs " = *" $1 "* ]]; }

bench_reldeb() {
    "$reldeb" repo init reldeb --origin Bench >/dev/null
    row reldeb "$count at once" "$reldeb" repo add reldeb many/*.deb
    row reldeb 'one more' "$reldeb" repo add reldeb "${one[@]}"
}

bench_ftparchive() {
    has apt-ftparchive || return 0
    mkdir -p ftparchive/dists/stable ftparchive/pool
    cp many/*.deb ftparchive/pool
    local publish='cd ftparchive && apt-ftparchive --db cache packages pool >dists/stable/Packages &&
        xz -kf dists/stable/Packages && gzip -kf dists/stable/Packages &&
        apt-ftparchive release dists/stable >Release && mv Release dists/stable'
    row apt-ftparchive "$count at once" sh -c "$publish"
    cp "${one[@]}" ftparchive/pool
    row apt-ftparchive 'one more' sh -c "$publish"
}

bench_reprepro() {
    has reprepro || return 0
    mkdir -p reprepro/conf
    printf 'Codename: stable\nArchitectures: amd64\nComponents: main\n' \
        >reprepro/conf/distributions
    row reprepro "$count at once" reprepro -b reprepro includedeb stable many/*.deb
    row reprepro 'one more' reprepro -b reprepro includedeb stable "${one[@]}"
}

# bench_aptly_at NAME FOLDER PLACE MANY ONE
bench_aptly_at() {
    local work=$1 folder=$2 place=$3 publish=(-skip-signing -skip-contents -skip-bz2 -acquire-by-hash)
    aptly=(aptly "-config=$work.conf")
    printf '{"rootDir": "%s", "S3PublishEndpoints": {"moto": {"region": "us-east-1", "bucket": "aptly",
        "endpoint": "http://%s", "awsAccessKeyID": "bench", "awsSecretAccessKey": "bench"}}}' \
        "$PWD/$work" "${address-}" >"$work.conf"
    "${aptly[@]}" repo create -distribution=stable bench >/dev/null
    row aptly "$4: add" "${aptly[@]}" repo add bench "$folder"
    row aptly "$4: publish" "${aptly[@]}" publish repo "${publish[@]}" bench "$place"
    row aptly "$5: add" "${aptly[@]}" repo add bench more
    row aptly "$5: publish" "${aptly[@]}" publish update \
        -skip-signing -skip-contents -skip-bz2 stable "$place"
}

bench_aptly() {
    has aptly || return 0
    bench_aptly_at aptly many . "$count at once" 'one more'
}

bench_store() {
    [ -e "$moto" ] || { echo "skipped: needs moto (tests/setup test)" >&2; return 0; }
    coproc MOTO {
        exec "$moto" -c '
import sys
from moto.server import ThreadedMotoServer
output, sys.stdout = sys.stdout, sys.stderr
server = ThreadedMotoServer("127.0.0.1", 0, verbose=True)
server.start()
print(server.get_host_and_port()[1], file=output, flush=True)
sys.stdin.read()' 2>moto.log
    }
    local port server=$MOTO_PID input=${MOTO[1]}
    read -r port <&"${MOTO[0]}"
    address=127.0.0.1:$port
    export AWS_ENDPOINT_URL=http://$address AWS_ACCESS_KEY_ID=bench AWS_SECRET_ACCESS_KEY=bench
    for bucket in reldeb aptly; do
        python3 -c 'import sys, urllib.request as it
it.urlopen(it.Request(sys.argv[1], method="PUT"))' "$AWS_ENDPOINT_URL/$bucket"
    done
    "$reldeb" repo init s3://reldeb --origin Bench >/dev/null
    row reldeb "$count to an object store" "$reldeb" repo add s3://reldeb many/*.deb
    row reldeb 'one more' "$reldeb" repo add s3://reldeb "${one[@]}"
    if has aptly; then
        bench_aptly_at aptly-store few s3:moto: "$stored to an object store" 'one more'
    fi
    exec {input}>&-
    wait "$server" 2>/dev/null || true
}

"$reldeb" repo key new key --owner Bench >/dev/null
export RELDEB_KEY=$PWD/key
echo "| program | work | wall s | CPU s | peak MB | requests |"
echo "|---|---|---|---|---|---|"
for program in reldeb ftparchive reprepro aptly store; do
    if measured "$program"; then "bench_$program"; fi
done
