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
{%- if purge_secrets %}
    for left in "$DPKG_ROOT"{{ directories.configuration | sh }}/secrets "$DPKG_ROOT"{{ directories.configuration | sh }}/secrets.??????; do
{%- if secrets_file %}
        if [ -f "$left" ]; then
{%- else %}
        # Made by an earlier version.
        if [ -f "$left" ] && head -n 1 "$left" | grep -q '^# Secrets of .*, made on this machine'; then
{%- endif %}
            remove_tree "${left#"$DPKG_ROOT"}"
        fi
    done
    rm -f "$DPKG_ROOT/run/{{ service.name }}.secrets.lock"
    if [ -d "$DPKG_ROOT"{{ directories.configuration | sh }} ]; then
        rmdir --ignore-fail-on-non-empty "$DPKG_ROOT"{{ directories.configuration | sh }}
    fi
{%- endif %}
{%- if service or command or has_state %}
{%- if purge_release and directories.release %}
    (remove_leftovers purge)
{%- endif %}
    rm -f "$DPKG_ROOT"/var/lib/misc/{{ package }}.found
{%- endif %}
    rm -f "$DPKG_ROOT/run/{{ package }}.reinstalled"
    ;;
esac
