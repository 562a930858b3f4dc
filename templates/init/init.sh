#!/bin/sh
### BEGIN INIT INFO
# Provides:          {{ service.name }}
# Required-Start:    $remote_fs $network $syslog
# Required-Stop:     $remote_fs $network $syslog
{%- if should_start %}
# Should-Start:      {{ should_start | join(sep=" ") }}
# Should-Stop:       {{ should_start | join(sep=" ") }}
{%- endif %}
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: {{ service.description | line }}
# Description:       {{ service.name }} from {{ place }}, run as the user {{ user }}
### END INIT INFO

# start, stop, restart, force-reload and status are done here, with the exit statuses of the LSB.
{%- if control_verbs or boot_verbs %}
# The other words of the release's own script are handed to it, as the user {{ user }} and with the
# service's environment.
{%- endif %}

PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
NAME={{ service.name | sh }}
PROGRAM={{ program.path | sh }}
PIDFILE={{ pid_file | sh }}
LOG={{ log_file | sh }}
# Is there while the last start has failed.
FAILED={{ failed_file | sh }}

[ -x "$PROGRAM" ] || exit 0

# shellcheck source=/dev/null
. /lib/lsb/init-functions
{%- if program.erts %}

{% include "package/processes.sh" %}

{% include "package/port-mapper.sh" %}

# Ends what Erlang's runtime leaves behind. heart is first, because it would start the node again.
end_helpers() {
    own=$(id -u {{ user | sh }})
    for program in heart run_erl; do
        for pid in $(executing "$below_release/*/bin/$program" | of_this_system); do
            [ "$(user_of "$pid")" != "$own" ] || kill -KILL "$pid" 2>/dev/null
        done
    done
    end_port_mapper stop
}
{%- endif %}

# 0: runs, 1: died and left its pid file, 3: does not run, 4: cannot tell.
running() {
    start-stop-daemon --status --quiet --pidfile "$PIDFILE"{% if account %} --user {{ user | sh }}{% endif %}
}

# A directory is made where it is missing. One that is there, or a link, stays as it is.
make_directory() {
    [ -e "$1" ] || [ -L "$1" ] || install -d -m 0750 -o {{ user | sh }} -g {{ group | sh }} "$1"
}
{%- if run_hooks %}

# Runs the hooks of the release's own script. One that fails changes nothing but the log.
run_hooks() {
    # shellcheck disable=SC2016
    {{ as_service | sh }} /bin/sh -c 'log=$1; shift; exec "$@" >>"$log" 2>&1' sh "$LOG" {{ run_hooks | sh }} "$1" </dev/null || true
}
{%- endif %}

do_start() {
    running && return 0
    rm -f "$PIDFILE"
{%- if require_environment %}
    if ! message=$(env -i {{ require_environment | sh }} 2>&1); then
        log_progress_msg "($message)"
        # The program is not configured, in the words of the LSB.
        log_end_msg 6
        exit 6
    fi
{%- endif %}
    : >"$FAILED"
    make_directory {{ directories.state | sh }}
    make_directory {{ directories.log | sh }}
    make_directory {{ directories.run | sh }}
{%- if directories.cache %}
    make_directory {{ directories.cache | sh }}
{%- endif %}
    # The log lies in a directory of the service: it is opened by its user, never by root.
    # shellcheck disable=SC2016
    start-stop-daemon --start --quiet --background --make-pidfile --pidfile "$PIDFILE" \
        {% if account %}--user {{ user | sh }} {% endif %}--startas {{ as_service | sh }} -- \
        /bin/sh -c 'log=$1; shift; exec "$@" >>"$log" 2>&1' sh "$LOG" "$PROGRAM"{% for word in program.foreground %} {{ word | sh }}{% endfor %} || return 1
    tries=0
    until running; do
        tries=$((tries + 1))
        [ "$tries" -lt 30 ] || return 1
        sleep 0.1
    done
{%- if ready %}
    message=$({{ as_service | sh }} {{ ready | sh }} "$(cat "$PIDFILE")" 2>&1)
    status=$?
    [ -z "$message" ] || log_progress_msg "($message)"
    if [ "$status" -ne 0 ]; then
        do_stop
        return 1
    fi
{%- else %}
    # One that cannot start dies within seconds.
    sleep 2
    running || {
        do_stop
        return 1
    }
{%- endif %}
    rm -f "$FAILED"
{%- if run_hooks and "post_start" in program.hooks %}
    run_hooks post_start
{%- endif %}
}

# SIGTERM ends the program in good order. Its own script is not asked: after an upgrade that would
# be the new script, with the old program.
{%- if program.erts %} Erlang's runtime drops a SIGTERM that comes before it
# listens for signals, so it is sent again.
{%- endif %}
do_stop() {
    status=0
    start-stop-daemon --stop --quiet --oknodo --retry={% if program.erts %}TERM/2/TERM/3/TERM/5/TERM/50{% else %}TERM/60{% endif %}/KILL/5 --remove-pidfile \
        --pidfile "$PIDFILE"{% if account %} --user {{ user | sh }}{% endif %} || status=1
    [ "$status" -ne 0 ] || rm -f "$PIDFILE"
{%- if program.erts %}
    end_helpers
{%- endif %}
    return "$status"
}
{%- if run_hooks %}

# A stop that is asked for, with the hooks around it.
do_stop_with_hooks() {
    if ! running; then
        do_stop
        return
    fi
{%- if "pre_stop" in program.hooks %}
    run_hooks pre_stop
{%- endif %}
    do_stop || return
{%- if "post_stop" in program.hooks %}
    run_hooks post_stop
{%- endif %}
    return 0
}
{%- endif %}

may_only_root() {
    if [ "$(id -u)" -ne 0 ]; then
        log_failure_msg "$NAME: only root may do this"
        exit 4
    fi
}

case "$1" in
start)
    may_only_root
    log_daemon_msg "Starting {{ service.name }}" "$NAME"
    do_start
    status=$?
    [ "$status" -eq 0 ] || log_progress_msg "(see $LOG)"
    log_end_msg "$status"
    exit "$status"
    ;;
stop)
    may_only_root
    log_daemon_msg "Stopping {{ service.name }}" "$NAME"
    rm -f "$FAILED"
    {% if run_hooks %}do_stop_with_hooks{% else %}do_stop{% endif %}
    status=$?
    log_end_msg "$status"
    exit "$status"
    ;;
{%- if service.on_upgrade == "reload" and program.kind.reloads_by_signal %}
reload | force-reload)
    may_only_root
    log_daemon_msg "Reloading {{ service.name }}" "$NAME"
    start-stop-daemon --stop --quiet --signal HUP \
        --pidfile "$PIDFILE"{% if account %} --user {{ user | sh }}{% endif %}
    status=$?
    log_end_msg "$status"
    exit "$status"
    ;;
restart)
{%- else %}
restart | force-reload)
{%- endif %}
    may_only_root
    log_daemon_msg "Restarting {{ service.name }}" "$NAME"
    {% if run_hooks %}do_stop_with_hooks{% else %}do_stop{% endif %} && do_start
    status=$?
    [ "$status" -eq 0 ] || log_progress_msg "(see $LOG)"
    log_end_msg "$status"
    exit "$status"
    ;;
status)
    running
    status=$?
    case "$status" in
    0) log_success_msg "$NAME is running" ;;
    1) log_failure_msg "$NAME is not running, but $PIDFILE is there" ;;
    3) log_failure_msg "$NAME is not running" ;;
    *) log_failure_msg "whether $NAME is running is not known" ;;
    esac
    exit "$status"
    ;;
{%- if control_verbs or own_verbs %}
{{ control_verbs | concat(with=own_verbs) | join(sep=" | ") }})
    may_only_root
    exec {{ as_service | sh }} {% if ask %}{{ ask | sh }}{% else %}"$PROGRAM"{% endif %} "$@"
    ;;
{%- endif %}
{%- if boot_verbs %}
{{ boot_verbs | join(sep=" | ") }})
    may_only_root
    if running; then
        log_failure_msg "$NAME is running already"
        exit 1
    fi
    make_directory {{ directories.run | sh }}
    exec {{ as_service | sh }} "$PROGRAM" "$@"
    ;;
{%- endif %}
*)
    echo "Usage: $0 {start|stop|restart|force-reload|status{% for verb in control_verbs %}|{{ verb }}{% endfor %}{% for verb in own_verbs %}|{{ verb }}{% endfor %}{% for verb in boot_verbs %}|{{ verb }}{% endfor %}}" >&2
    exit 3
    ;;
esac
