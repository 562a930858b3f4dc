{%- if service or command or has_state -%}
case "$1" in
remove)
{%- if directories.release %}
    (remove_leftovers remove)
{%- endif %}
{%- if service %}
    remove_tree {{ directories.run | sh }}
{%- endif %}
{%- if pid_file %}
    rm -f "$DPKG_ROOT"{{ pid_file | sh }}
{%- endif %}
    ;;
{%- if directories.release %}
abort-install)
    if [ -z "$2" ]; then
        rm -f "$DPKG_ROOT"/var/lib/misc/{{ package }}.found
    fi
    ;;
{%- endif %}
esac

{% endif -%}
{%- for shared in ["/opt", "/srv"] -%}
{%- if directories.release and directories.release is starting_with(shared ~ "/") -%}
# {{ shared }} itself stays: no package owns it.
case "$1" in
remove | purge | abort-install)
    [ -d "$DPKG_ROOT{{ shared }}" ] || mkdir -m 0755 "$DPKG_ROOT{{ shared }}"
    ;;
esac
{% endif -%}
{%- endfor -%}
