#!{% for word in part_interpreter %}{% if not loop.first %} {% endif %}{{ word }}{% endfor %}
# {{ script }} of {{ package }} {{ version }}: {{ origin | line }}
{%- if is_last %} after what the package itself does.
{%- else %}, then what the package itself does.
{%- endif %}
set -e

# Runs {{ origin | line }} as it is, by its own interpreter.
own_script() (
    # Not below /tmp, where programs may not be allowed: debconf starts the file once more.
    directory=
    trap '[ -z "$directory" ] || rm -rf "$directory"' EXIT
    trap 'exit 1' HUP INT PIPE QUIT TERM
    directory=$(mktemp -d "$DPKG_ROOT/var/lib/{{ package }}.XXXXXX") || exit
    file=$directory/${0##*/}
    cat >"$file" <<'{{ end }}'
{{ own }}
{{ end }}
    chmod 0700 "$file"
{%- if asks %}
    # debconf looks for these beside it.
    for member in templates config; do
        [ ! -e "${0%{{ script }}}$member" ] || ln -s "${0%{{ script }}}$member" "$directory"
    done
{%- endif %}
    {% for word in interpreter %}{{ word | sh }} {% endfor %}"$file" "$@"
)
{%- if is_last %}

(
{{ part }}
)

own_script "$@"
{% else %}

own_script "$@"

{{ part }}
{% endif -%}
