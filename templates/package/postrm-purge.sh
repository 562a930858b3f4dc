# State, logs and what was made on this machine. The user stays: files elsewhere may be its own.
case "$1" in
purge)
{%- if cookie_environment %}
    rm -f "$DPKG_ROOT"{{ cookie_environment | sh }}
    if [ -d "$DPKG_ROOT"{{ directories.configuration | sh }} ]; then
        rmdir --ignore-fail-on-non-empty "$DPKG_ROOT"{{ directories.configuration | sh }}
    fi
{%- endif %}
{%- for path in purge %}
    remove_tree {{ path | sh }}
{%- endfor %}
{%- if secrets_file %}
    for left in "$DPKG_ROOT"{{ secrets_file | sh }}.??????; do
        [ ! -f "$left" ] || remove_tree "${left#"$DPKG_ROOT"}"
    done
    rm -f "$DPKG_ROOT/run/{{ service.name }}.secrets.lock"
    if [ -d "$DPKG_ROOT"{{ directories.configuration | sh }} ]; then
        rmdir --ignore-fail-on-non-empty "$DPKG_ROOT"{{ directories.configuration | sh }}
    fi
{%- endif %}
{%- if service or command or has_state %}
{%- if purge_release %}
    (remove_leftovers purge)
{%- endif %}
    rm -f "$DPKG_ROOT"/var/lib/misc/{{ package }}.found
{%- endif %}
    rm -f "$DPKG_ROOT/run/{{ package }}.reinstalled"
    ;;
esac
