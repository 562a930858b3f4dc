#!/bin/sh
# Ends what the node of {{ service.name }} has left when it has ended itself: run by its unit after each
# stop, as root. Programs that still run are ended, at last by force. The port mapper epmd stays as
# long as a node of another release may use it.

{% include "package/processes.sh" %}

{% include "package/port-mapper.sh" %}

# The unit's processes (cgroups(7)): version 2, alone or beside version 1.
group=
while IFS=: read -r number _ path; do
    [ "$number" != 0 ] || group=$path
done </proc/self/cgroup
for mounted in /sys/fs/cgroup /sys/fs/cgroup/unified; do
    processes=$mounted$group/cgroup.procs
    [ ! -r "$processes" ] || break
done
[ -n "$group" ] && [ -r "$processes" ] || exit 0

parent_of() { # PID; sets parent
    parent=
    while read -r key value; do
        [ "$key" != PPid: ] || parent=$value
    done 2>/dev/null <"/proc/$1/status" || true
}

# Sends a signal to all but this script, what it starts, and the port mapper.
send() { # SIGNAL; sets left
    left=
    mappers=$(port_mappers remove | tr '\n' ' ')
    while read -r pid; do
        case " $$ $mappers" in
        *" $pid "*) continue ;;
        esac
        parent_of "$pid"
        # One that is dead and not buried has no program.
        if [ -z "$parent" ] || [ "$parent" = "$$" ] || ! readlink "/proc/$pid/exe" >/dev/null; then
            continue
        fi
        left=1
        kill -s "$1" "$pid" 2>/dev/null || true
    done <"$processes" 2>/dev/null
}

tries=0
while [ "$tries" -lt 50 ]; do
    case "$tries" in
    0) send TERM ;;
    4?) send KILL ;;
    *) send 0 ;;
    esac
    [ -n "$left" ] || break
    tries=$((tries + 1))
    sleep 0.1
done
end_port_mapper stop
exit 0
