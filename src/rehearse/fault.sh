#!/bin/sh
# Stands before a script of the package: runs it, then fails or kills dpkg where the rehearsal says so.
call="$DPKG_MAINTSCRIPT_NAME $1"
is_planned() { grep -qsx "$call $1" /var/tmp/reldeb-rehearsal/faults; }
if is_planned 'kills first'; then
    kill -KILL $PPID
    exit 1
fi
if is_planned 'fails first'; then exit 1; fi
# dpkg removes whatever else is the package's before it calls `postrm purge`.
kept=/var/tmp/reldeb-rehearsal/$DPKG_MAINTSCRIPT_NAME-real
if [ -e "$0-real" ]; then
    cp -p "$0-real" "$kept"
    "$0-real" "$@" || exit
else
    "$kept" "$@" || exit
fi
if is_planned kills; then kill -KILL $PPID; fi
if is_planned fails; then
    echo "the rehearsal lets $call fail" >&2
    exit 1
fi
