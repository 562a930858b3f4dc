#!/bin/sh
# prerm of {{ package }} {{ version }} runs before its files go or are replaced.
# The calls are described in deb-prerm(5) and in the Debian policy, chapter 6.
set -e

case "$1" in
remove | upgrade | deconfigure | failed-upgrade) ;;
*)
    echo "{{ package }} prerm: called with unknown argument \`$1'" >&2
    exit 1
    ;;
esac
