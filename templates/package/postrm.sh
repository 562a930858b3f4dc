#!/bin/sh
# postrm of {{ package }} {{ version }} runs after its files are gone or replaced.
# The calls are described in deb-postrm(5) and in the Debian policy, chapter 6.
set -e

case "$1" in
remove | purge | upgrade | failed-upgrade | abort-install | abort-upgrade | disappear) ;;
*)
    echo "{{ package }} postrm: called with unknown argument \`$1'" >&2
    exit 1
    ;;
esac
