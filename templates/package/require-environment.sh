#!/bin/sh
# Tells what the administrator has yet to set for {{ service.name }}, and ends with 78 (EX_CONFIG of
# sysexits.h); where nothing is missing it becomes COMMAND. Run by the unit, the init script{% if command %},
# {{ command.name }}(1){% endif %} and the package.
#
# require-environment{% if service.instances %} INSTANCE{% endif %} [COMMAND [ARGUMENT]...]
{%- if service.instances %}

instance=$1
shift
{%- endif %}
{%- if service.systemd %}

# The settings of a drop-in are known to the unit alone, which looks itself.
if [ "$#" -eq 0 ] && [ -d /run/systemd/system ]; then
    for drop_in in /etc/systemd/system/{{ unit }}.d/*.conf
{%- if service.instances %} "/etc/systemd/system/{{ service.name }}@$instance.service.d"/*.conf{% endif %}; do
        [ ! -e "$drop_in" ] || exit 0
    done
fi
{%- endif %}

{% if environment_files %}{% include "package/roots-alone.sh" %}
{% endif -%}
missing=$(
    # Limits are not for this.
    # shellcheck disable=SC2317
    ulimit() {
        :
    }
    for _file in{% if secrets_file %} {{ secrets_file | sh }}{% endif %}{% for file in environment_files %} {{ file.path | sh }}{% endfor %} /etc/default/{{ service.name }}
{%- if service.instances %} "/etc/default/{{ service.name }}@$instance"{% endif %}; do
        if [ -r "$_file" ]; then
{%- if environment_files %}
            case "$_file" in
            {% for file in environment_files %}{% if not loop.first %} | {% endif %}{{ file.path | sh }}{% endfor %}) is_roots "$_file" || continue ;;
            esac
{%- endif %}
            # shellcheck source=/dev/null
            . "$_file"
        fi
    done
    _missing=
{%- for name in service.required_environment %}
    [ -n "{{ "$" ~ name }}" ] || _missing="${_missing:+$_missing, }{{ name }}"
{%- endfor %}
    echo "$_missing"
) || exit
if [ -n "$missing" ]; then
    echo "{{ service.name }} needs configuration first: set $missing in /etc/default/{{ service.name }}
{%- for file in environment_files %}{% if file.made %} or {{ file.path }}{% endif %}{% endfor %}
{%- if service.instances %} or /etc/default/{{ service.name }}@$instance{% endif %}, then:
{%- if command %} {{ command.name }}{% if service.instances %} @$instance{% endif %} start
{%- elif service.init and not service.instances %} service {{ service.name }} start
{%- else %} systemctl start {{ service.name }}{% if service.instances %}@$instance{% endif %}
{%- endif %}" >&2
    exit 78
fi
[ "$#" -eq 0 ] || exec "$@"
