# Files and owners that another tool's version has left. From the top down, because in a directory of
# root's the service can put nothing in the place of anything.
case "$1" in
configure)
    rm -f "$DPKG_ROOT/run/{{ package }}.predecessor"{% for path in adopted %} "$DPKG_ROOT"{{ path | sh }}.dpkg-remove{% endfor %}
{%- if directories.release %}
    release=$DPKG_ROOT{{ directories.release | sh }}
    if [ -d "$release" ] && [ ! -L "$release" ] && [ "$(stat -c %u "$release")" != 0 ]; then
{%- if data_directories %}
        (
            cd "$release"
            set -- -false
{%- for path in data_directories %}
            [ ! -e ./{{ path | sh }} ] || set -- "$@" -o -samefile ./{{ path | sh }}
{%- endfor %}
            find . \( "$@" \) -prune -o -type d -exec chown --no-dereference 0:0 {} \; \
                -exec chmod go-w {} \;
        )
{%- else %}
        find "$release" -type d -exec chown --no-dereference 0:0 {} \; -exec chmod go-w {} \;
{%- endif %}
    fi
{%- endif %}
    ;;
esac
