#!/bin/sh
# Ends what the node of {{ service.name }} has left when it has ended itself: run by its unit after each
# stop, as root. Programs that still run are ended, at last by force. The port mapper epmd stays as
# long as a node of another release is registered with it.

# The unit's processes (cgroups(7)): version 2, alone or beside version 1.
group=
while IFS=: read -r number _ path; do
    [ "$number" != 0 ] || group=$path
done </proc/self/cgroup
for root in /sys/fs/cgroup /sys/fs/cgroup/unified; do
    processes=$root$group/cgroup.procs
    [ ! -r "$processes" ] || break
done
[ -n "$group" ] && [ -r "$processes" ] || exit 0

parent_of() { # PID; sets parent
    parent=
    while read -r key value; do
        [ "$key" != PPid: ] || parent=$value
    done 2>/dev/null <"/proc/$1/status" || true
}

# Sends a signal to all but this script, what it starts, and a port mapper that is in use.
send() { # SIGNAL; sets left
    left=
    while read -r pid; do
        parent_of "$pid"
        if [ "$pid" = "$$" ] || [ -z "$parent" ] || [ "$parent" = "$$" ]; then
            continue
        fi
        case "$(readlink "/proc/$pid/exe" 2>/dev/null)" in
        '') continue ;;
        */bin/epmd | */bin/epmd' (deleted)')
            case "$({{ program.erts | sh }}/bin/epmd -names 2>/dev/null)" in
            *'name '*)
                # The node that has ended may be registered for a moment longer.
                [ "$tries" -ge 5 ] || left=1
                continue
                ;;
            esac
            ;;
        esac
        left=1
        kill -s "$1" "$pid" 2>/dev/null || true
    done <"$processes"
}

tries=0
while [ "$tries" -lt 50 ]; do
    case "$tries" in
    0) send TERM ;;
    4?) send KILL ;;
    *) send 0 ;;
    esac
    [ -n "$left" ] || exit 0
    tries=$((tries + 1))
    sleep 0.1
done
exit 0
