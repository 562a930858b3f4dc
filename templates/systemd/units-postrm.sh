# systemd forgets the units; purge also forgets which of them were enabled.
case "$1" in
abort-install)
    rm -f "$DPKG_ROOT/run/{{ package }}.units"
    ;;
remove)
    rm -f "$DPKG_ROOT/run/{{ package }}.units"
    if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
        systemctl --system daemon-reload >/dev/null || true
{%- if unit_groups.user_running %}
        deb-systemd-invoke --user daemon-reload >/dev/null 2>&1 || true
{%- endif %}
    fi
    ;;
{%- if unit_groups.registered or unit_groups.user_registered or unit_groups.instances %}
purge)
{%- if unit_groups.registered %}
    deb-systemd-helper purge{% for unit in unit_groups.registered %} {{ unit | sh }}{% endfor %} >/dev/null || true
{%- endif %}
{%- if unit_groups.user_registered %}
    deb-systemd-helper --user purge{% for unit in unit_groups.user_registered %} {{ unit | sh }}{% endfor %} >/dev/null || true
{%- endif %}
{%- if unit_groups.instances %}
    for link in{% for unit in unit_groups.instances %} "$DPKG_ROOT"/etc/systemd/{{ unit }}{% endfor %}; do
        if [ -L "$link" ]; then
            rm -f "$link"
            rmdir --ignore-fail-on-non-empty "${link%/*}"
        fi
    done
{%- endif %}
    ;;
{%- endif %}
esac
