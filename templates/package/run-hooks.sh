#!/bin/sh
# Runs hooks of {{ program.asks }} as that script does at its verbs `daemon` and `stop`, with its
# variables and its functions: run by the unit and the init script of {{ service.name }}, as its user and with its
# environment.
#
# run-hooks post_start | pre_stop | post_stop
#
# They have half a minute. What fails is said, and changes nothing for the service.

PROGRAM={{ program.asks | sh }}

case "$1" in
post_start) list=POST_START_HOOKS ;;
pre_stop)
    list=PRE_STOP_HOOKS
    # Under systemd this comes also after a node that has ended itself.
    [ -z "$SERVICE_RESULT" ] || [ -n "$MAINPID" ] || exit 0
    ;;
post_stop)
    list=POST_STOP_HOOKS
    [ "${SERVICE_RESULT:-success}" = success ] || exit 0
    ;;
*)
    echo "usage: $0 post_start | pre_stop | post_stop" >&2
    exit 64
    ;;
esac

{% include "package/question.sh" %}
{%- if not ready %}

# The node's own hooks expect one that answers.
tries=0
while [ "$1" = post_start ] && [ "$tries" -lt 30 ] && ! timeout 10 "$PROGRAM" ping >/dev/null 2>&1; do
    tries=$((tries + 1))
    sleep 1
done
{%- endif %}

# A shell of its own reads the script, with a verb that only prints, and runs the hooks when it is about to
# end. relx's own hook for a pid file is left out: the service manager has the number.
# shellcheck disable=SC2016
timeout --kill-after=5 30 /bin/sh -c '
    exec 3>&1 >/dev/null
    cd / || exit
    hooks() {
        # The script goes to its release when it has read all that hooks expect.
        [ "$PWD" != / ] || exit
        exec >&3 3>&-
        wanted=
        for hook in $1; do
            case "$hook" in
            hooks/builtin/pid | hooks/builtin/pid\|*) ;;
            *) wanted="$wanted $hook" ;;
            esac
        done
        relx_run_hooks "$wanted"
        exit 0
    }
    trap "hooks \"\$$1\"" EXIT
    set -- help
    . "$0"
' "$PROGRAM" "$list" </dev/null
status=$?
case "$status" in
0) exit 0 ;;
124 | 137) fault='was ended after half a minute' ;;
*) fault="failed with status $status" ;;
esac
echo "{{ service.name }}: hook $1 of $PROGRAM $fault" >&2
exit "$status"
