#!/bin/sh
# Waits until {{ service.name }} serves: run by its unit and its init script after the start, as its
# user and with its environment.
#
# wait-until-ready PID
#
# Ends with 1 as soon as the process PID is gone. One that runs but does not serve after a minute is left
# running, and a note for the package says so.

process=${1:-$MAINPID}
note=${RUNTIME_DIRECTORY:-{{ directories.run | sh }}}
note=${note%%:*}/not-ready
rm -f "$note"

# Being stopped meanwhile is no failure.
trap 'exit 0' TERM
{%- if question %}

# The node answers before its applications have started, and another node may answer to its name: it
# is asked for both, started,started,PID.
ready() {
    answer=$(timeout 10 {{ ask | sh }}{% for word in question %} {{ word | sh }}{% endfor %} 2>/dev/null | tail -n 1 | tr -d ' {}"')
    answering=${answer#started,started,}
    case "$answering" in
    "$answer" | '' | *[!0-9]*) return 1 ;;
    esac
    # The node is the process, or was started by it.
    while [ "${answering:-1}" -gt 1 ]; do
        [ "$answering" != "$process" ] || return 0
        answering=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$answering/status")
    done
    return 1
}
{%- else %}

ready() {
    timeout 10 {{ ask | default(value=program.asks) | sh }} ping >/dev/null 2>&1
}
{%- endif %}

deadline=$(($(date +%s) + 60))
while [ "$(date +%s)" -lt "$deadline" ]; do
    if ! kill -0 "$process" 2>/dev/null; then
        echo "{{ service.name }} ended before it served" >&2
        exit 1
    fi
    # A boot that fails can look well for a moment.
    ready && sleep 1 && ready && exit 0
    sleep 0.5
done
: >"$note"
echo "{{ service.name }} runs, but does not serve after a minute; it is left running" >&2
exit 0
