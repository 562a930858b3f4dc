#!/bin/sh
# postinst of {{ package }} {{ version }}: directories, and the start of the service.
# The calls are described in deb-postinst(5) and in the Debian policy, chapter 6.
set -e

case "$1" in
configure | abort-upgrade | abort-remove | abort-deconfigure) ;;
triggered)
    # No trigger is waited for.
    exit 0
    ;;
*)
    echo "{{ package }} postinst: called with unknown argument \`$1'" >&2
    exit 1
    ;;
esac
