#!/bin/sh
# Stands before a script of the package: runs it, then fails or kills dpkg where the rehearsal says so.
call="$DPKG_MAINTSCRIPT_NAME $1"
is_planned() { grep -qsx "$call $1" /var/tmp/reldeb-rehearsal/faults; }
if is_planned 'kills first'; then
    kill -KILL $PPID
    exit 1
fi
if is_planned 'fails first'; then exit 1; fi
# Under its own name, by which debconf knows the package, and with what debconf looks for beside it. dpkg removes
# whatever else is the package's before it calls `postrm purge`.
folder=/var/tmp/reldeb-rehearsal/scripts
name=${0##*/}
if [ -e "$0-real" ]; then
    mkdir -p "$folder"
    rm -f "$folder/$name"
    cp -p "$0-real" "$folder/$name"
    for member in templates config; do
        ln -sfT "${0%"$DPKG_MAINTSCRIPT_NAME"}$member" "$folder/${name%"$DPKG_MAINTSCRIPT_NAME"}$member"
    done
fi
"$folder/$name" "$@" || exit
if is_planned kills; then kill -KILL $PPID; fi
if is_planned fails; then
    echo "the rehearsal lets $call fail" >&2
    exit 1
fi
