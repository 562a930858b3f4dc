# State, logs and what was made on this machine. The user stays: files elsewhere may be its own.
{%- if cookie_environment or purge or purge_secrets %}
remove_state() {
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
}
{%- endif %}

case "$1" in
purge)
{%- if cookie_environment or purge or purge_secrets %}
{%- if marks %}
    if is_taken_over{% for file in marks %} {{ file | sh }}{% endfor %}; then
        echo "{{ package }}: state and logs are left, because $other has $file" >&2
    else
        remove_state
    fi
{%- else %}
    remove_state
{%- endif %}
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
