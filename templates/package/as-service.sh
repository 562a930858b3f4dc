#!/bin/sh
# Runs a command as {% if service %}the service {{ service.name }}{% else %}the user {{ user }}{% endif %} runs: with its rights and its environment, with nothing of the
# caller's, and from its directory.
#
# as-service{% if service and service.instances %} INSTANCE{% endif %} COMMAND [ARGUMENT]...

if [ -z "$AS_SERVICE" ]; then
    exec env -i AS_SERVICE=yes TERM="${TERM:-dumb}" \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$0" "$@"
fi
unset AS_SERVICE
{%- if service and service.instances %}
instance=$1
shift
{%- endif %}
{%- if make_secrets %}
[ "$(id -u)" != 0 ] || {{ make_secrets | sh }} || exit 1
{%- endif %}
{%- if require_environment and configured_verbs %}

# These read the configuration as a start does: better one line than a crash.
case "$2" in
{{ configured_verbs | join(sep=" | ") }})
    env -i {{ require_environment | sh }}{% if service.instances %} "$instance"{% endif %} || exit
    ;;
esac
{%- endif %}

{% include "package/environment.sh" %}
umask 0027
cd {{ directories.state | sh }} || exit 1
{%- if make_cookie %}

# Before the first node starts, and before it is asked.
{%- if program.kind.own_verbs %}
case "$2" in
{{ program.kind.own_verbs | join(sep=" | ") }}) ;;
*)
    # shellcheck disable=SC2016
    set -- /bin/sh -c '"$0" || exit; exec "$@"' {{ make_cookie | sh }} "$@"
    ;;
esac
{%- else %}
# shellcheck disable=SC2016
set -- /bin/sh -c '"$0" || exit; exec "$@"' {{ make_cookie | sh }} "$@"
{%- endif %}
{%- endif %}
{%- if account %}

[ "$(id -u)" = 0 ] || exec "$@"

# On a terminal of root's the service's user could read and type what is not its own (TIOCSTI,
# ioctl_tty(2)). That of a container, whose session is that of process 1, is nobody else's.
if [ "$(cut -d ' ' -f 6 "/proc/$$/stat")" = 1 ] ||
    { [ ! -t 0 ] && [ ! -t 1 ] && [ ! -t 2 ] && ! (: </dev/tty) 2>/dev/null; }; then
    exec setpriv --reuid={{ user | sh }} --regid={{ group | sh }} --init-groups {{ capability_options }}{% if service and service.hardening %}--no-new-privs {% endif %}-- "$@"
fi
# It gets a terminal for itself,
if [ -t 0 ] && [ -t 1 ]; then
{%- if capability_options %}
    # runuser(1) gives no capabilities.
    exec runuser --pty --user=root -- setpriv --reuid={{ user | sh }} --regid={{ group | sh }} --init-groups {{ capability_options }}{% if service.hardening %}--no-new-privs {% endif %}-- "$@"
{%- else %}
    exec runuser --pty --user={{ user | sh }} -- {% if service and service.hardening %}setpriv --no-new-privs {% endif %}"$@"
{%- endif %}
fi
# or beside a pipe none but to write to.
[ ! -t 0 ] || exec </dev/null
[ ! -t 1 ] || exec >"/proc/$$/fd/1"
[ ! -t 2 ] || exec 2>"/proc/$$/fd/2"
exec 3<&0
setsid setpriv --reuid={{ user | sh }} --regid={{ group | sh }} --init-groups {{ capability_options }}{% if service and service.hardening %}--no-new-privs {% endif %}-- "$@" <&3 3<&- &
trap 'kill -TERM "$!" 2>/dev/null' HUP INT TERM
while :; do
    wait "$!"
    status=$?
    kill -0 "$!" 2>/dev/null || exit "$status"
done
{%- else %}
exec "$@"
{%- endif %}
