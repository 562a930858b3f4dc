#!/bin/sh
# {{ command.name }}: the program {% if program.is_of_release %}in {% endif %}{{ place }} as its own user, with the environment
# of its service. See {{ command.name }}(1).

usage() {
    cat <<'END'
{%- if service %}
Usage: {{ command.name }} start | stop | restart | status
{%- if service.instances %} (of one instance: {{ command.name }} @INSTANCE ...){% endif %}
           to the service manager
       {{ command.name }} {% if service.instances %}[@INSTANCE] {% endif %}COMMAND [ARGUMENT]...
           to the program, as the user {{ user }}
{%- else %}
Usage: {{ command.name }} COMMAND [ARGUMENT]...
           to the program, as the user {{ user }}
{%- endif %}
{%- if control_verbs %}

Of a running node: {{ control_verbs | join(sep=", ") }}
{%- endif %}
{%- if own_verbs %}
Beside the node, in a program of their own: {{ own_verbs | join(sep=", ") }}
{%- endif %}
{%- if boot_verbs %}
Of its own, while the service is stopped: {{ boot_verbs | join(sep=", ") }}
{%- endif %}
END
}

PROGRAM={{ program.asks | sh }}
{%- if service.instances %}
instance=
case "$1" in
@*)
    instance=${1#@}
    shift
    case "$instance" in
    '' | *[!A-Za-z0-9_.-]* | .*)
        echo "{{ command.name }}: \`$instance' names no instance" >&2
        exit 64
        ;;
    esac
    ;;
esac
unit={{ service.name }}@$instance.service
{%- endif %}

case "$1" in
{%- if program.kind.takes_any_argument %}
'')
{%- else %}
'' | help | -h | --help)
{%- endif %}
    usage
    exit 0
    ;;
{%- if service %}
start | stop | restart | status)
{%- if require_environment %}
    case "$(id -u),$1{% if service.instances %},$instance{% endif %}" in
    0,start{% if service.instances %},?*{% endif %} | 0,restart{% if service.instances %},?*{% endif %})
        env -i {{ require_environment | sh }}{% if service.instances %} "$instance"{% endif %} || exit
        ;;
    esac
{%- endif %}
{%- if service.instances %}
    if [ ! -d /run/systemd/system ]; then
        echo "{{ command.name }}: instances need systemd" >&2
        exit 64
    fi
    [ -z "$instance" ] || exec systemctl "$1" "$unit"
    # All that are enabled, or run.
    verb=$1
    set --
    for link in /etc/systemd/system/*/{{ service.name }}@?*.service; do
        [ ! -L "$link" ] || set -- "$@" "${link##*/}"
    done
    # shellcheck disable=SC2046
    set -- "$@" $(systemctl list-units --plain --no-legend \
        --state=active,activating,reloading '{{ units }}' | cut -d ' ' -f 1)
    if [ "$#" -eq 0 ]; then
        echo "{{ command.name }}: no instance is enabled or runs; begin one: systemctl enable --now {{ service.name }}@INSTANCE" >&2
        exit 3
    fi
    exec systemctl "$verb" "$@"
{%- elif service.systemd and service.init %}
    if [ -d /run/systemd/system ]; then
        exec systemctl "$1" {{ unit }}
    fi
    exec /usr/sbin/service {{ service.name }} "$1"
{%- elif service.systemd %}
    exec systemctl "$1" {{ unit }}
{%- else %}
    exec /usr/sbin/service {{ service.name }} "$1"
{%- endif %}
    ;;
{%- endif %}
{%- if detached_verbs %}
{{ detached_verbs | join(sep=" | ") }})
    echo "{{ command.name }}: \`$1' would start a node that nobody watches{% if service %}, use \`{{ command.name }} start'{% endif %}" >&2
    exit 64
    ;;
{%- endif %}
{%- if ending_verbs %}
{{ ending_verbs | join(sep=" | ") }})
    echo "{{ command.name }}: \`$1' would end the node{% if service %} and its service; use \`{{ command.name }} restart'{% endif %}" >&2
    exit 64
    ;;
{%- endif %}
{%- if upgrade_verbs %}
{{ upgrade_verbs | join(sep=" | ") }})
    echo "{{ command.name }}: other versions come as packages, with dpkg or apt; the release itself is not written to" >&2
    exit 64
    ;;
{%- endif %}
{%- if not program.kind.has_verbs %}
*)
    usage >&2
    exit 64
    ;;
{%- elif control_verbs or boot_verbs %}
{{ control_verbs | concat(with=own_verbs) | concat(with=boot_verbs) | join(sep=" | ") }}) ;;
*)
    echo "{{ command.name }}: unknown command \`$1'" >&2
    usage >&2
    exit 64
    ;;
{%- endif %}
esac
{%- if service and service.instances %}
if [ -z "$instance" ]; then
    echo "{{ command.name }}: which instance? {{ command.name }} @INSTANCE $*" >&2
    exit 64
fi
{%- endif %}
{%- if program.kind.has_verbs %}

# Before anything of the service is read: its directories are closed to others.
case "$(id -u)" in
0{% if account %} | "$(id -u {{ user | sh }} 2>/dev/null)"{% endif %}) ;;
*)
    echo "{{ command.name }}: only root{% if account %} and {{ user }}{% endif %} may do this; try: sudo {{ command.name }} $*" >&2
    exit 77
    ;;
esac
{%- if runtime_verbs and account and not service.instances %}

# These want the directory below /run, which is there only while the service runs.
case "$1,$(id -u)" in
{{ runtime_verbs | join(sep=",0 | ") }},0)
    [ -d {{ directories.run | sh }} ] ||
        install -d -m 0750 -o {{ user | sh }} -g {{ group | sh }} {{ directories.run | sh }}
    ;;
esac
{%- endif %}
{%- if ask %}

case "$1" in
{%- if boot_verbs %}
{{ boot_verbs | join(sep=" | ") }}) ;;
{%- endif %}
*) PROGRAM={{ ask | sh }} ;;
esac
{%- endif %}
exec {{ as_service | sh }}{% if service.instances %} "$instance"{% endif %} "$PROGRAM" "$@"
{%- endif %}
