{% if program.is_of_release -%}
# The environment that keeps the program from writing below {{ place }}, then the
# administrator's.
{%- else -%}
# The environment of the program, then the administrator's.
{%- endif %}
{%- for variable in environment %}
{%- if not variable.start_only %}
export {{ variable.name }}={{ variable.sh }}
{%- endif %}
{%- endfor %}
{%- if start_lines %}
# What the release's own script sets to serve: other commands must not serve beside the service.
case "$*" in
{% for line in start_lines %}{% if not loop.first %} | {% endif %}*{% for word in line %}{% if not loop.first %}\ {% endif %}{{ word | sh }}{% endfor %}{% endfor %})
{%- for variable in environment %}
{%- if variable.start_only %}
    export {{ variable.name }}={{ variable.sh }}
{%- endif %}
{%- endfor %}
    ;;
esac
{%- endif %}
{%- if service or cookie_environment %}
{%- if service %}
# A limit that cannot be set here, as in many containers, stays as it is.
# shellcheck disable=SC2317
ulimit() {
    command ulimit "$@" 2>/dev/null || :
}
{%- endif %}
{%- if environment_files %}
{% include "package/roots-alone.sh" %}
{%- endif %}
set -a
{%- if secrets_file %}
if [ -r {{ secrets_file | sh }} ]; then
    # shellcheck source=/dev/null
    . {{ secrets_file | sh }}
fi
{%- endif %}
{%- for file in environment_files %}
if [ -r {{ file.path | sh }} ] && is_roots {{ file.path | sh }}; then
    # shellcheck source=/dev/null
    . {{ file.path | sh }}
fi
{%- endfor %}
{%- if service %}
if [ -r /etc/default/{{ service.name }} ]; then
    # shellcheck source=/dev/null
    . /etc/default/{{ service.name }}
fi
{%- if service.instances %}
if [ -r "/etc/default/{{ service.name }}@$instance" ]; then
    # shellcheck source=/dev/null
    . "/etc/default/{{ service.name }}@$instance"
fi
{%- endif %}
{%- endif %}
{%- if cookie_environment %}
if [ -r {{ cookie_environment | sh }} ]; then
    # shellcheck source=/dev/null
    . {{ cookie_environment | sh }}
fi
{%- endif %}
set +a
{%- endif %}
{#- the including template ends this line -#}
