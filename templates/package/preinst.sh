#!/bin/sh
# preinst of {{ package }} {{ version }} runs before its files are unpacked.
# The calls are described in deb-preinst(5) and in the Debian policy, chapter 6.
set -e

case "$1" in
install | upgrade | abort-upgrade) ;;
*)
    echo "{{ package }} preinst: called with unknown argument \`$1'" >&2
    exit 1
    ;;
esac
